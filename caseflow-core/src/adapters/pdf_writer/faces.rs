//! The bundled fonts, parsed once.
//!
//! Noto Sans, Noto Sans Hebrew and Noto Sans Arabic under the SIL Open Font License 1.1 (its text is
//! beside the files), cut by `scripts/cut-fonts`.

use std::collections::BTreeMap;

use harfrust::{Direction, Font, GlyphId, Script, ShapePlan, ShaperFont};

/// The unit of every measure of a glyph: thousandths of the size of the text.
pub(super) const EM: f32 = 1000.0;

/// A family by the script it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Latin, Greek and Cyrillic.
    Latin,
    Hebrew,
    Arabic,
}

impl Family {
    const ALL: [Self; 3] = [Self::Latin, Self::Hebrew, Self::Arabic];

    fn scripts(self) -> &'static [Script] {
        match self {
            Self::Latin => &[Script::LATIN, Script::GREEK, Script::CYRILLIC],
            Self::Hebrew => &[Script::HEBREW],
            Self::Arabic => &[Script::ARABIC],
        }
    }
}

/// How heavy the strokes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// Which face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FaceId {
    pub(super) family: Family,
    pub(super) weight: Weight,
}

impl FaceId {
    /// How many faces there are.
    pub(super) const COUNT: usize = 6;

    /// Every face, in the order of its index.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let weights = [Weight::Regular, Weight::Bold];
        Family::ALL
            .into_iter()
            .flat_map(move |family| weights.map(|weight| Self { family, weight }))
    }

    /// From 0 to [`COUNT`](Self::COUNT).
    pub(super) fn index(self) -> usize {
        self.family as usize * 2 + self.weight as usize
    }

    /// The name of its font in a page's resources.
    pub(super) fn resource(self) -> &'static [u8] {
        match (self.family, self.weight) {
            (Family::Latin, Weight::Regular) => b"F0",
            (Family::Latin, Weight::Bold) => b"F1",
            (Family::Hebrew, Weight::Regular) => b"F2",
            (Family::Hebrew, Weight::Bold) => b"F3",
            (Family::Arabic, Weight::Regular) => b"F4",
            (Family::Arabic, Weight::Bold) => b"F5",
        }
    }

    fn file(self) -> (&'static str, &'static [u8]) {
        match (self.family, self.weight) {
            (Family::Latin, Weight::Regular) => (
                "NotoSans-Regular",
                include_bytes!("fonts/NotoSans-Regular.ttf"),
            ),
            (Family::Latin, Weight::Bold) => {
                ("NotoSans-Bold", include_bytes!("fonts/NotoSans-Bold.ttf"))
            }
            (Family::Hebrew, Weight::Regular) => (
                "NotoSansHebrew-Regular",
                include_bytes!("fonts/NotoSansHebrew-Regular.ttf"),
            ),
            (Family::Hebrew, Weight::Bold) => (
                "NotoSansHebrew-Bold",
                include_bytes!("fonts/NotoSansHebrew-Bold.ttf"),
            ),
            (Family::Arabic, Weight::Regular) => (
                "NotoSansArabic-Regular",
                include_bytes!("fonts/NotoSansArabic-Regular.ttf"),
            ),
            (Family::Arabic, Weight::Bold) => (
                "NotoSansArabic-Bold",
                include_bytes!("fonts/NotoSansArabic-Bold.ttf"),
            ),
        }
    }
}

/// A parsed font file with what is asked of it for every word.
pub(super) struct Face {
    /// The PostScript name, without the tag of a subset.
    pub(super) name: &'static str,
    /// The whole file.
    pub(super) data: &'static [u8],
    /// The parsed file.
    pub(super) font: Font,
    /// The glyph of a code point below `u16::MAX`; 0 where there is none.
    glyphs: Vec<u16>,
    /// The advance of a glyph.
    advances: Vec<u16>,
    plans: Vec<(Script, Direction, ShapePlan)>,
    /// Above and below the baseline, capitals, and the box around all glyphs.
    pub(super) metrics: FaceMetrics,
}

/// What a font descriptor says (ISO 32000-1, 9.8), in thousandths of the size.
#[derive(Debug, Clone, Copy)]
pub(super) struct FaceMetrics {
    pub(super) ascent: f32,
    pub(super) descent: f32,
    pub(super) cap_height: f32,
    pub(super) bounds: [f32; 4],
}

impl Face {
    fn load(id: FaceId) -> Result<Self, FaceError> {
        let (name, data) = id.file();
        let font = Font::new(data, 0).ok_or(FaceError(name))?;
        if font.units_per_em() != 1000 {
            return Err(FaceError(name));
        }
        let mapped: BTreeMap<u32, GlyphId> = font.charmap().unicodes().collect();
        let last = mapped.keys().next_back().map_or(0, |last| last + 1);
        let mut glyphs = vec![0; usize::try_from(last).map_err(|_| FaceError(name))?];
        for (slot, code) in glyphs.iter_mut().zip(0..) {
            let glyph = mapped.get(&code).map_or(0, |glyph| glyph.to_u32());
            *slot = u16::try_from(glyph).map_err(|_| FaceError(name))?;
        }
        let shaper = ShaperFont::new(&font);
        let advance = |glyph| {
            let advance = shaper.glyph_h_advance(GlyphId::new(glyph));
            u16::try_from(advance).map_err(|_| FaceError(name))
        };
        let advances = (0..font.num_glyphs())
            .map(advance)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name,
            data,
            glyphs,
            advances,
            plans: plans(&font, id.family),
            metrics: metrics(&font),
            font,
        })
    }

    /// The glyph of a character, if the face has it.
    pub(super) fn glyph(&self, character: char) -> Option<u16> {
        let index = usize::try_from(u32::from(character)).ok()?;
        self.glyphs.get(index).copied().filter(|glyph| *glyph != 0)
    }

    /// How far a glyph moves the pen.
    pub(super) fn advance(&self, glyph: u16) -> i32 {
        self.advances
            .get(usize::from(glyph))
            .copied()
            .unwrap_or(0)
            .into()
    }

    /// The plan made at the start for this script and direction.
    pub(super) fn plan(&self, script: Option<Script>, direction: Direction) -> Option<&ShapePlan> {
        let wanted =
            |it: &&(Script, Direction, ShapePlan)| Some(it.0) == script && it.1 == direction;
        self.plans.iter().find(wanted).map(|(_, _, plan)| plan)
    }
}

/// All faces.
pub(super) struct Faces(Vec<Face>);

impl Faces {
    pub(super) fn load() -> Result<Self, FaceError> {
        FaceId::all()
            .map(Face::load)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// All faces, in the order of [`FaceId::all`].
    pub(super) fn iter(&self) -> impl Iterator<Item = &Face> {
        self.0.iter()
    }

    pub(super) fn get(&self, id: FaceId) -> Option<&Face> {
        self.0.get(id.index())
    }

    /// The family whose face of this weight has a character: `last` if that one has it, so that a
    /// word is not torn apart by its punctuation. Digits are always Latin, so that they align.
    pub(super) fn family(
        &self,
        character: char,
        weight: Weight,
        last: Option<Family>,
    ) -> Option<Family> {
        let has = |family: &Family| {
            let face = self.get(FaceId {
                family: *family,
                weight,
            });
            face.is_some_and(|face| face.glyph(character).is_some())
        };
        if character.is_ascii_digit() {
            return Some(Family::Latin);
        }
        last.filter(has)
            .or_else(|| Family::ALL.into_iter().find(has))
    }
}

/// A bundled font that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the bundled font {0} cannot be read")]
pub(super) struct FaceError(&'static str);

fn plans(font: &Font, family: Family) -> Vec<(Script, Direction, ShapePlan)> {
    let directions = [Direction::LeftToRight, Direction::RightToLeft];
    let pairs = family
        .scripts()
        .iter()
        .flat_map(|script| directions.map(|direction| (*script, direction)));
    pairs
        .map(|(script, direction)| {
            let plan = ShapePlan::new(font, direction, Some(script), None, &[]);
            (script, direction, plan)
        })
        .collect()
}

fn metrics(font: &Font) -> FaceMetrics {
    let metrics = font.metrics();
    let line = metrics.hhea_line.as_ref();
    let bounds = &metrics.bounds;
    FaceMetrics {
        ascent: line.map_or(0.0, |line| line.ascender.to_f32()),
        descent: line.map_or(0.0, |line| line.descender.to_f32()),
        cap_height: metrics.cap_height.map_or(0.0, |height| height.to_f32()),
        bounds: [
            bounds.x_min.to_f32(),
            bounds.y_min.to_f32(),
            bounds.x_max.to_f32(),
            bounds.y_max.to_f32(),
        ],
    }
}
