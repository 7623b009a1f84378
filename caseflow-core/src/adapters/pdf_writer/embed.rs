//! Fonts in the file: which glyphs a document shows, what they stand for, and their subset.

use ::pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use ::pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Str};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use super::faces::{Face, FaceId, Faces, Weight};
use super::file::Packer;
use super::ops::Row;
use super::words::{Word, Written};

/// The glyphs of one face that a document shows.
#[derive(Default)]
struct Used {
    /// Whether a page names the face, if only for a word that shows nothing of it.
    named: bool,
    /// From the number in the whole font to that in the subset.
    numbers: GlyphRemapper,
    /// What each stands for, by its number in the subset. The first word that shows a glyph says it.
    texts: Vec<Option<Box<str>>>,
}

/// The glyphs of all faces that a document shows.
pub(super) struct Shown(Vec<Used>);

impl Shown {
    pub(super) fn new() -> Self {
        Self((0..FaceId::COUNT).map(|_| Used::default()).collect())
    }

    /// How a word is written on a page.
    pub(super) fn written(&mut self, word: &Word, face: &Face) -> Written {
        let mut written = Written {
            plain: true,
            parts: vec![],
        };
        let Some(used) = self.0.get_mut(word.face.index()) else {
            return written;
        };
        used.named = true;
        let (mut row, mut lift) = (Row::default(), 0);
        for glyph in &word.glyphs {
            if glyph.dy != lift {
                written
                    .parts
                    .push((lift, std::mem::take(&mut row).finish()));
                lift = glyph.dy;
            }
            let number = used.numbers.remap(glyph.id);
            written.plain &= used.stands_for(number, word.text_of(glyph));
            row.advance(glyph.dx);
            row.show(number);
            row.advance(glyph.advance - face.advance(glyph.id) - glyph.dx);
        }
        written.parts.push((lift, row.finish()));
        written
    }

    /// The faces that a page names: each has to be there, or readers lose their place.
    pub(super) fn faces(&self) -> impl Iterator<Item = FaceId> {
        let used = FaceId::all().zip(&self.0);
        used.filter(|(_, used)| used.named).map(|(id, _)| id)
    }

    /// Writes a face's subset under `font`.
    pub(super) fn write(
        &self,
        chunk: &mut Chunk,
        id: FaceId,
        faces: &Faces,
        font: Ref,
        next: &mut Ref,
        packer: &mut Packer,
    ) -> Result<(), subsetter::Error> {
        let (Some(face), Some(used)) = (faces.get(id), self.0.get(id.index())) else {
            return Ok(());
        };
        let subset = subsetter::subset(face.data, 0, &used.numbers)?;
        let name = format!("{}+{}", tag(&used.numbers), face.name);
        let refs = FontRefs {
            cid: next.bump(),
            descriptor: next.bump(),
            cmap: next.bump(),
            file: next.bump(),
        };
        chunk
            .type0_font(font)
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(refs.cid)
            .to_unicode(refs.cmap);
        write_cid_font(chunk, face, used, &name, &refs);
        write_descriptor(chunk, face, id.weight, &name, &refs);
        let cmap = packer.pack(&used.cmap(&name));
        chunk.cmap(refs.cmap, &cmap).filter(Filter::FlateDecode);
        let packed = packer.pack(&subset);
        let mut file = chunk.stream(refs.file, &packed);
        file.filter(Filter::FlateDecode);
        file.pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap_or(0));
        file.finish();
        Ok(())
    }
}

struct FontRefs {
    cid: Ref,
    descriptor: Ref,
    cmap: Ref,
    file: Ref,
}

const IDENTITY: SystemInfo<'_> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

fn write_cid_font(chunk: &mut Chunk, face: &Face, used: &Used, name: &str, refs: &FontRefs) {
    let mut font = chunk.cid_font(refs.cid);
    font.subtype(CidFontType::Type2);
    font.base_font(Name(name.as_bytes()));
    font.system_info(IDENTITY);
    font.font_descriptor(refs.descriptor);
    font.cid_to_gid_map_predefined(Name(b"Identity"));
    font.default_width(0.0);
    #[expect(clippy::cast_precision_loss, reason = "an advance is below 65,536")]
    let advance = |glyph| face.advance(glyph) as f32;
    let advances = used.numbers.remapped_gids().map(advance);
    font.widths().consecutive(0, advances);
}

fn write_descriptor(chunk: &mut Chunk, face: &Face, weight: Weight, name: &str, refs: &FontRefs) {
    let [left, bottom, right, top] = face.metrics.bounds;
    chunk
        .font_descriptor(refs.descriptor)
        .name(Name(name.as_bytes()))
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(face.metrics.ascent)
        .descent(face.metrics.descent)
        .cap_height(face.metrics.cap_height)
        .stem_v(match weight {
            Weight::Regular => 80.0,
            Weight::Bold => 140.0,
        })
        .font_file2(refs.file);
}

impl Used {
    /// Whether a glyph stands for this text, here as in every word before.
    fn stands_for(&mut self, number: u16, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let index = usize::from(number);
        if self.texts.len() <= index {
            self.texts.resize(index + 1, None);
        }
        self.texts.get_mut(index).is_some_and(|known| {
            let known = known.get_or_insert_with(|| text.into());
            known.as_ref() == text
        })
    }

    /// The map from glyphs to text (ISO 32000-1, 9.10.3). A glyph that only ever completes another
    /// one stands for a space without width.
    fn cmap(&self, name: &str) -> Vec<u8> {
        let mut cmap = UnicodeCmap::new(Name(name.as_bytes()), IDENTITY);
        for number in 1..self.numbers.num_gids() {
            match self.texts.get(usize::from(number)).and_then(Option::as_ref) {
                Some(text) => cmap.pair_with_multiple(number, text.chars()),
                None => cmap.pair(number, '\u{200b}'),
            }
        }
        cmap.finish().into_vec()
    }
}

/// Six capital letters that name the set of glyphs (ISO 32000-1, 9.6.4).
fn tag(numbers: &GlyphRemapper) -> String {
    let mut hash = Sha256::new();
    for glyph in numbers.remapped_gids() {
        hash.update(glyph.to_be_bytes());
    }
    let letters = hash.finalize().into_iter().take(6);
    letters.map(|byte| char::from(b'A' + byte % 26)).collect()
}
