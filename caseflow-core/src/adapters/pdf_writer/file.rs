//! The file around the pages: catalogue, pages, fonts, structure, and what makes it PDF/A-2a
//! (ISO 19005-2) and PDF/UA-1 (ISO 14289-1).

use ::pdf_writer::types::OutputIntentSubtype;
use ::pdf_writer::{Date, Filter, Finish, Name, Pdf, Rect, Ref, Settings, TextStr};
use chrono::{Datelike as _, Timelike as _};
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};
use sha2::{Digest as _, Sha256};
use xmp_writer::pdfa::PdfUAIdDescriptionMode;
use xmp_writer::{DateTime, LangId, Timezone, XmpWriter};

use super::canvas::{Canvas, LOGO, Sheet};
use super::faces::{FaceId, Faces};
use super::picture::Logo;
use crate::domain::print::Print;
use crate::ports::pdf::PdfError;

/// The sRGB profile that Little CMS makes (`cmsCreate_sRGBProfile`): "No copyright, use freely".
const SRGB: &[u8] = include_bytes!("srgb.icc");
const PRODUCER: &str = concat!("CaseFlow ", env!("CARGO_PKG_VERSION"));

/// How hard to look for repetitions, 0 to 10. Above it files get 2 % smaller and take half as long
/// again.
const LEVEL: i32 = 4;

/// The compression of streams (RFC 1950). Called directly, so that the bytes do not depend on what
/// other crates of a build choose; its tables are made once a document.
pub(super) struct Packer(Box<CompressorOxide>);

impl Packer {
    pub(super) fn new() -> Self {
        let flags = create_comp_flags_from_zip_params(LEVEL, 1, 0);
        Self(Box::new(CompressorOxide::new(flags)))
    }

    pub(super) fn pack(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(bytes.len() / 2 + 16);
        self.0.reset();
        compress_to_output(&mut self.0, bytes, TDEFLFlush::Finish, |part| {
            packed.extend_from_slice(part);
            true
        });
        packed
    }
}

/// Puts the finished pages into a file.
pub(super) fn file(
    mut canvas: Canvas<'_>,
    print: &Print,
    logo: Option<&Logo>,
    faces: &Faces,
) -> Result<Vec<u8>, PdfError> {
    let mut pdf = Pdf::with_settings(Settings { pretty: false });
    pdf.set_version(1, 7);
    let mut next = Ref::new(1);
    let refs = Refs::new(&mut next);
    let mut packer = Packer::new();
    let contents = canvas.take_pages();
    let pages: Vec<Ref> = contents.iter().map(|_| next.bump()).collect();
    let fonts: Vec<(FaceId, Ref)> = canvas.shown.faces().map(|id| (id, next.bump())).collect();
    for (id, font) in &fonts {
        let written = canvas
            .shown
            .write(&mut pdf, *id, faces, *font, &mut next, &mut packer);
        written.map_err(|error| PdfError::Backend(error.into()))?;
    }
    let picture = logo.map(|logo| {
        let id = next.bump();
        logo.write(&mut pdf, id, &mut next);
        id
    });
    let contents: Vec<Vec<u8>> = contents.iter().map(|it| packer.pack(it)).collect();
    let links = canvas.links.write(&mut pdf, &mut next, pages.len());
    for (node, page, object) in &links {
        canvas.tags.hold(*node, *page, *object);
    }
    let mut of_pages: Vec<Vec<Ref>> = pages.iter().map(|_| vec![]).collect();
    for (_, page, object) in &links {
        of_pages
            .get_mut(*page)
            .into_iter()
            .for_each(|of_page| of_page.push(*object));
    }
    let contents = contents.into_iter().zip(of_pages);
    write_pages(&mut pdf, &refs, &pages, contents, &canvas.sheet, &mut next);
    write_resources(&mut pdf, refs.resources, &fonts, picture);
    canvas
        .tags
        .write(&mut pdf, refs.structure, &mut next, &pages);
    write_about(&mut pdf, &refs, print);
    let digest: [u8; 32] = Sha256::digest(pdf.as_bytes()).into();
    let id = digest.iter().copied().take(16).collect::<Vec<u8>>();
    pdf.set_file_id((id.clone(), id));
    Ok(pdf.finish_with_xref_stream_and_filter(next, |data: &[u8]| {
        let filter = ::pdf_writer::XRefFilter::Single(Filter::FlateDecode);
        (packer.pack(data), filter)
    }))
}

struct Refs {
    catalog: Ref,
    tree: Ref,
    resources: Ref,
    structure: Ref,
    metadata: Ref,
    profile: Ref,
    info: Ref,
}

impl Refs {
    fn new(next: &mut Ref) -> Self {
        Self {
            catalog: next.bump(),
            tree: next.bump(),
            resources: next.bump(),
            structure: next.bump(),
            metadata: next.bump(),
            profile: next.bump(),
            info: next.bump(),
        }
    }
}

fn write_pages(
    pdf: &mut Pdf,
    refs: &Refs,
    pages: &[Ref],
    contents: impl Iterator<Item = (Vec<u8>, Vec<Ref>)>,
    sheet: &Sheet,
    next: &mut Ref,
) {
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(refs.tree)
        .kids(pages.iter().copied())
        .count(count);
    for ((page, (content, links)), index) in pages.iter().zip(contents).zip(0..) {
        let stream = next.bump();
        let mut dict = pdf.page(*page);
        dict.parent(refs.tree);
        dict.media_box(Rect::new(0.0, 0.0, sheet.width, sheet.height));
        dict.contents(stream);
        dict.struct_parents(index);
        dict.tab_order(::pdf_writer::types::TabOrder::StructureOrder);
        dict.pair(Name(b"Resources"), refs.resources);
        if !links.is_empty() {
            dict.annotations(links);
        }
        dict.finish();
        pdf.stream(stream, &content).filter(Filter::FlateDecode);
    }
}

fn write_resources(pdf: &mut Pdf, id: Ref, fonts: &[(FaceId, Ref)], picture: Option<Ref>) {
    let mut resources = pdf
        .indirect(id)
        .start::<::pdf_writer::writers::Resources<'_>>();
    let mut dict = resources.fonts();
    for (face, font) in fonts {
        dict.pair(Name(face.resource()), *font);
    }
    dict.finish();
    if let Some(picture) = picture {
        resources.x_objects().pair(Name(LOGO), picture);
    }
}

fn write_about(pdf: &mut Pdf, refs: &Refs, print: &Print) {
    pdf.icc_profile(refs.profile, SRGB).n(3);
    // Not compressed, as ISO 19005 wants it.
    let metadata = metadata(print);
    pdf.metadata(refs.metadata, metadata.as_bytes());
    let mut catalog = pdf.catalog(refs.catalog);
    catalog.pages(refs.tree);
    catalog.metadata(refs.metadata);
    catalog.lang(TextStr(print.tag.as_str()));
    catalog.mark_info().marked(true);
    catalog.pair(Name(b"StructTreeRoot"), refs.structure);
    catalog.viewer_preferences().display_doc_title(true);
    catalog
        .output_intents()
        .push()
        .subtype(OutputIntentSubtype::PDFA)
        .output_condition_identifier(TextStr("sRGB IEC61966-2.1"))
        .info(TextStr("sRGB IEC61966-2.1"))
        .registry_name(TextStr("http://www.color.org"))
        .dest_output_profile(refs.profile);
    catalog.finish();
    let mut info = pdf.document_info(refs.info);
    info.title(TextStr(&print.title));
    info.author(TextStr(&print.brand.firm.name));
    info.producer(TextStr(PRODUCER));
    info.creation_date(created(print));
}

/// What the file says of itself (ISO 16684-1), and that it is both kinds of file.
fn metadata(print: &Print) -> String {
    let at = print.made_at.to_utc();
    let part = |value: u32| u8::try_from(value).unwrap_or(0);
    let date = DateTime {
        year: u16::try_from(at.year()).unwrap_or(0),
        month: Some(part(at.month())),
        day: Some(part(at.day())),
        hour: Some(part(at.hour())),
        minute: Some(part(at.minute())),
        second: Some(part(at.second())),
        timezone: Some(Timezone::Utc),
    };
    let language = || LangId(print.tag.as_str());
    let mut xmp = XmpWriter::new();
    xmp.title([
        (None, print.title.as_str()),
        (Some(language()), &print.title),
    ]);
    xmp.creator([print.brand.firm.name.as_str()]);
    xmp.language([language()]);
    xmp.format("application/pdf");
    xmp.producer(PRODUCER);
    xmp.create_date(date);
    xmp.pdfa_part(2).pdfa_conformance("A");
    xmp.pdfua_part(1);
    xmp.extension_schemas()
        .pdfua_id()
        .properties()
        .describe_all(PdfUAIdDescriptionMode::UA1);
    xmp.finish(None)
}

fn created(print: &Print) -> Date {
    let at = print.made_at.to_utc();
    let part = |value: u32| u8::try_from(value).unwrap_or(0);
    Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
