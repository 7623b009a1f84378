//! The least that an invoice with embedded fonts can cost with pdf-writer.

use std::collections::BTreeMap;

use caseflow_core::domain::print::{InvoiceView, Label, LineView, Print, PrintDocument};
use harfrust::{Font, GlyphId, ShaperFont};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Settings, Str};
use subsetter::GlyphRemapper;

const REGULAR: &[u8] = include_bytes!("../../src/adapters/pdf_writer/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../src/adapters/pdf_writer/fonts/NotoSans-Bold.ttf");
/// Words of the document in the regular and in the bold face.
const FACTS: [Label; 9] = [
    Label::BilledTo,
    Label::Number,
    Label::Date,
    Label::DueDate,
    Label::Matter,
    Label::TaxId,
    Label::PayOnline,
    Label::On,
    Label::Reference,
];
const HEADINGS: [Label; 8] = [
    Label::Invoice,
    Label::Services,
    Label::Records,
    Label::HowToPay,
    Label::What,
    Label::PaidBy,
    Label::Reference,
    Label::Date,
];
const NAMES: [&[u8]; 2] = [b"R", b"B"];
const IDENTITY: SystemInfo<'_> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// Two parsed fonts.
pub(crate) struct Floor {
    faces: [Face; 2],
}

struct Face {
    data: &'static [u8],
    glyphs: BTreeMap<char, u16>,
    advances: Vec<u16>,
}

impl Floor {
    pub(crate) fn new() -> Self {
        Self {
            faces: [Face::new(REGULAR), Face::new(BOLD)],
        }
    }

    /// The whole file.
    pub(crate) fn draw(&self, print: &Print) -> Vec<u8> {
        let PrintDocument::Invoice(view) = &print.document else {
            return vec![];
        };
        let mut pen = Pen::new(&self.faces);
        pen.first_page(print, view);
        for line in &view.lines {
            pen.line(line);
        }
        pen.sums(view);
        pen.file(print)
    }
}

impl Face {
    fn new(data: &'static [u8]) -> Self {
        let font = Font::new(data, 0).unwrap();
        let shaper = ShaperFont::new(&font);
        let glyphs = font.charmap().unicodes().filter_map(|(code, glyph)| {
            Some((char::from_u32(code)?, u16::try_from(glyph.to_u32()).ok()?))
        });
        let advance = |glyph| u16::try_from(shaper.glyph_h_advance(GlyphId::new(glyph))).unwrap();
        Self {
            data,
            glyphs: glyphs.collect(),
            advances: (0..font.num_glyphs()).map(advance).collect(),
        }
    }

    fn glyph(&self, character: char) -> u16 {
        self.glyphs.get(&character).copied().unwrap_or(0)
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |c| f32::from(self.advances[usize::from(self.glyph(c))]);
        text.chars().map(advance).sum::<f32>() * size / 1000.0
    }
}

struct Pen<'a> {
    faces: &'a [Face; 2],
    used: [GlyphRemapper; 2],
    texts: [BTreeMap<u16, char>; 2],
    pages: Vec<Content>,
    y: f32,
}

impl<'a> Pen<'a> {
    fn new(faces: &'a [Face; 2]) -> Self {
        Self {
            faces,
            used: [GlyphRemapper::new(), GlyphRemapper::new()],
            texts: [BTreeMap::new(), BTreeMap::new()],
            pages: vec![],
            y: 0.0,
        }
    }

    fn page(&mut self) {
        let mut content = Content::with_settings(Settings { pretty: false });
        content.set_fill_rgb(0.12, 0.37, 0.55);
        content.rect(56.0, 770.0, 483.0, 20.0).fill_nonzero();
        content.set_fill_gray(1.0);
        self.pages.push(content);
        for (x, head) in [
            (60.0, "Description"),
            (300.0, "Quantity"),
            (370.0, "Price"),
            (420.0, "Tax"),
            (490.0, "Amount"),
        ] {
            self.text(1, x, 777.0, 8.5, head);
        }
        self.content().set_fill_gray(0.1);
        self.y = 760.0;
    }

    fn first_page(&mut self, print: &Print, view: &InvoiceView) {
        self.page();
        let mut lines = vec![print.title.clone(), print.brand.firm.name.clone()];
        lines.extend(print.brand.firm.address.iter().cloned());
        lines.push(print.addressee.name.clone());
        lines.extend(print.addressee.address.iter().cloned());
        lines.extend([
            view.number.clone(),
            view.dated.text.clone(),
            view.due.text.clone(),
        ]);
        lines.extend(view.matter.clone());
        lines.extend(print.brand.firm.tax_id.clone());
        lines.extend(print.brand.firm.email.clone());
        lines.extend(print.addressee.tax_id.clone());
        lines.extend(FACTS.map(|label| print.word(label).to_owned()));
        for line in lines {
            self.y -= 13.0;
            self.text(0, 60.0, self.y, 9.0, &line);
        }
        for label in HEADINGS {
            self.y -= 13.0;
            self.text(1, 60.0, self.y, 10.5, print.word(label));
        }
        self.text(1, 400.0, self.y, 11.0, &view.status_text);
    }

    fn line(&mut self, line: &LineView) {
        let wrapped = self.wrap(&line.description, 225.0);
        if self.y - 13.0 * wrapped.len() as f32 - 8.0 < 70.0 {
            self.page();
        }
        let top = self.y - 13.0;
        for part in &wrapped {
            self.y -= 13.0;
            self.text(0, 60.0, self.y, 9.0, part);
        }
        self.right(0, 350.0, top, &line.quantity);
        self.right(0, 410.0, top, &line.price);
        self.text(0, 420.0, top, 9.0, &line.taxes.join(" "));
        self.right(0, 535.0, top, &line.net.number);
        self.y -= 6.0;
        let y = self.y;
        self.content().rect(56.0, y, 483.0, 0.5).fill_nonzero();
    }

    fn sums(&mut self, view: &InvoiceView) {
        let how = view.how_to_pay.as_ref();
        let how = how.map(|it| [it.words.clone(), it.online.clone()]);
        for words in how.into_iter().flatten().flatten() {
            for line in words.lines() {
                self.y -= 13.0;
                self.text(0, 60.0, self.y, 9.0, line);
            }
        }
        let totals = &view.totals;
        let taxes = totals
            .taxes
            .iter()
            .map(|tax| (tax.label.clone(), tax.tax.number.clone()));
        let rows: Vec<(String, String)> = [("Subtotal".to_owned(), totals.subtotal.number.clone())]
            .into_iter()
            .chain(taxes)
            .chain([
                ("Total".to_owned(), totals.total.text.clone()),
                ("Paid".to_owned(), totals.paid.number.clone()),
                ("Amount due".to_owned(), totals.due.text.clone()),
            ])
            .chain(
                view.records
                    .iter()
                    .map(|it| (it.what.clone(), it.amount.number.clone())),
            )
            .collect();
        for (label, amount) in rows {
            self.y -= 13.0;
            let y = self.y;
            self.text(1, 310.0, y, 9.0, &label);
            self.right(1, 535.0, y, &amount);
        }
    }

    fn wrap(&self, text: &str, most: f32) -> Vec<String> {
        let mut lines = vec![];
        for paragraph in text.split('\n') {
            let (mut line, mut width) = (String::new(), 0.0);
            for word in paragraph.split_inclusive(' ') {
                let more = self.faces[0].width(word, 9.0);
                if width + more > most && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    width = 0.0;
                }
                line.push_str(word);
                width += more;
            }
            lines.push(line);
        }
        lines
    }

    fn right(&mut self, face: usize, x: f32, y: f32, text: &str) {
        let width = self.faces[face].width(text, 9.0);
        self.text(face, x - width, y, 9.0, text);
    }

    fn text(&mut self, face: usize, x: f32, y: f32, size: f32, text: &str) {
        let mut bytes = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            let glyph = self.used[face].remap(self.faces[face].glyph(character));
            self.texts[face].entry(glyph).or_insert(character);
            bytes.extend_from_slice(&glyph.to_be_bytes());
        }
        let content = self.content();
        content.begin_text().set_font(Name(NAMES[face]), size);
        content.next_line(x, y).show(Str(&bytes)).end_text();
    }

    fn content(&mut self) -> &mut Content {
        self.pages.last_mut().unwrap()
    }

    fn file(mut self, print: &Print) -> Vec<u8> {
        let count = self.pages.len();
        let mut pages = std::mem::take(&mut self.pages);
        for index in 0..count {
            self.pages.push(pages.remove(0));
            self.text(0, 480.0, 40.0, 7.0, &print.page(index + 1, count));
            self.text(0, 60.0, 40.0, 7.0, &print.brand.firm.name);
            if let Some(footer) = &print.brand.footer {
                self.text(0, 60.0, 50.0, 7.0, footer.as_str());
            }
            if index > 0 {
                self.text(0, 60.0, 810.0, 7.0, &print.title);
                self.text(0, 480.0, 810.0, 7.0, &print.brand.firm.name);
            }
        }
        let mut pdf = Pdf::with_settings(Settings { pretty: false });
        let mut next = Ref::new(3);
        let fonts = [next.bump(), next.bump()];
        for (face, font) in fonts.iter().enumerate() {
            self.font(&mut pdf, face, *font, &mut next);
        }
        let mut kids = vec![];
        for content in self.pages {
            let (page, stream) = (next.bump(), next.bump());
            kids.push(page);
            let mut dict = pdf.page(page);
            dict.parent(Ref::new(2))
                .contents(stream)
                .media_box(Rect::new(0.0, 0.0, 595.28, 841.89));
            let mut resources = dict.resources();
            let mut names = resources.fonts();
            for (name, font) in NAMES.iter().zip(fonts) {
                names.pair(Name(name), font);
            }
            names.finish();
            resources.finish();
            dict.finish();
            let packed = packed(content.finish().as_slice());
            pdf.stream(stream, &packed).filter(Filter::FlateDecode);
        }
        pdf.pages(Ref::new(2))
            .count(i32::try_from(count).unwrap())
            .kids(kids);
        pdf.catalog(Ref::new(1)).pages(Ref::new(2));
        pdf.finish()
    }

    fn font(&self, pdf: &mut Pdf, face: usize, font: Ref, next: &mut Ref) {
        let used = &self.used[face];
        let name = Name(b"AAAAAA+Noto");
        let (cid, descriptor, cmap, file) = (next.bump(), next.bump(), next.bump(), next.bump());
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut dict = pdf.cid_font(cid);
        dict.subtype(CidFontType::Type2)
            .base_font(name)
            .system_info(IDENTITY);
        dict.font_descriptor(descriptor)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let advance = |glyph: u16| f32::from(self.faces[face].advances[usize::from(glyph)]);
        dict.widths()
            .consecutive(0, used.remapped_gids().map(advance));
        dict.finish();
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(0.0, -300.0, 1000.0, 1100.0))
            .italic_angle(0.0)
            .ascent(1069.0)
            .descent(-293.0)
            .cap_height(714.0)
            .stem_v(80.0)
            .font_file2(file);
        let mut map = UnicodeCmap::new(name, IDENTITY);
        for (glyph, character) in &self.texts[face] {
            map.pair(*glyph, *character);
        }
        let map = packed(map.finish().as_slice());
        pdf.cmap(cmap, &map).filter(Filter::FlateDecode);
        let subset = subsetter::subset(self.faces[face].data, 0, used).unwrap();
        let bytes = packed(&subset);
        let mut stream = pdf.stream(file, &bytes);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), i32::try_from(subset.len()).unwrap());
    }
}

/// The compression that the adapter uses.
fn packed(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, 4)
}
