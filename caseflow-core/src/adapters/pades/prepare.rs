//! Puts an empty signature behind a file: a field without a mark on any page, and room for the
//! signature itself. All else that follows is arithmetic on the bytes.

use std::collections::BTreeSet;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::super::pdf_file::{Broken, Dict, Document, Form, Object, Open, Ref, Unfit, Update, hex};
use super::text::{to_pdf_date, to_pdf_string};
use crate::ports::sealer::{SealError, SealRequest};

/// Under which the seal keeps [`SealRequest::document`]; the letters mark a key of nobody's standard
/// (ISO 32000-1, annex E).
pub(super) const DOCUMENT_KEY: &str = "XXCaseFlowDocument";
/// The longest file that is sealed.
pub(super) const LARGEST: usize = 512 << 20;
/// How deep a page may lie in its tree.
const DEEPEST: usize = 64;

/// A file that lacks only its signature.
pub(super) struct Prepared {
    bytes: Vec<u8>,
    /// The signature's digits with the brackets around them.
    gap: Range<usize>,
}

impl Prepared {
    /// With room for so many bytes of signature, in the name of `signer`.
    pub(super) fn new(
        request: SealRequest,
        signer: Option<&str>,
        room: usize,
    ) -> Result<Self, SealError> {
        let (update, signature) = update(&request, signer, room)?;
        let id = file_id(&request);
        let mut bytes = request.pdf;
        let bodies = update.append(&mut bytes, id);
        let body = bodies.get(&signature.number).ok_or(SealError::Unreadable)?;
        let start = body + BEFORE_RANGE.len() + RANGE_WIDTH + BEFORE_CONTENTS.len();
        let gap = start..start + room * 2 + 2;
        let mut prepared = Self { bytes, gap };
        prepared.write_range(body + BEFORE_RANGE.len());
        Ok(prepared)
    }

    /// The hash of all but the gap.
    pub(super) fn digest(&self) -> [u8; 32] {
        let before = self.bytes.get(..self.gap.start).unwrap_or_default();
        let after = self.bytes.get(self.gap.end..).unwrap_or_default();
        Sha256::new()
            .chain_update(before)
            .chain_update(after)
            .finalize()
            .into()
    }

    /// How many bytes of signature there is room for.
    pub(super) fn room(&self) -> usize {
        self.gap.len() / 2 - 1
    }

    /// The finished file. The signature has to fit.
    pub(super) fn fill(mut self, signature: &[u8]) -> Vec<u8> {
        let digits = hex(signature);
        let gap = self.bytes.get_mut(self.gap.start + 1..self.gap.end - 1);
        for (place, digit) in gap.unwrap_or_default().iter_mut().zip(digits.bytes()) {
            *place = digit;
        }
        self.bytes
    }

    fn write_range(&mut self, at: usize) {
        let Range { start, end } = self.gap;
        let text = format!("[0 {start} {end} {}]", self.bytes.len() - end);
        let place = self.bytes.get_mut(at..at + RANGE_WIDTH);
        let padded = text.bytes().chain(std::iter::repeat(b' '));
        for (place, byte) in place.unwrap_or_default().iter_mut().zip(padded) {
            *place = byte;
        }
    }
}

/// What stands before the range in the signature's dictionary, the range's width, and what stands
/// between it and the digits.
const BEFORE_RANGE: &[u8] =
    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange";
const RANGE_WIDTH: usize = 36;
const BEFORE_CONTENTS: &[u8] = b"/Contents";

impl From<Unfit> for SealError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::NotAPdf => Self::NotAPdf,
            Unfit::Unreadable => Self::Unreadable,
            Unfit::Encrypted => Self::Encrypted,
            Unfit::AlreadySigned => Self::AlreadySigned,
            Unfit::DynamicForm => Self::DynamicForm,
            Unfit::TooLarge { most } => Self::TooLarge { most },
        }
    }
}

/// The second half of a file's id changes with each update.
fn file_id(request: &SealRequest) -> [u8; 16] {
    let hash = Sha256::new()
        .chain_update(Sha256::digest(request.document.as_str()))
        .chain_update(request.signed_at.micros().to_be_bytes())
        .chain_update(request.pdf.len().to_be_bytes())
        .finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

fn update(
    request: &SealRequest,
    signer: Option<&str>,
    room: usize,
) -> Result<(Update, Ref), Unfit> {
    let Open {
        mut document,
        root,
        catalog,
        form,
    } = Open::read(&request.pdf, LARGEST)?;
    let mut update = Update::of(&document, 16)?;
    let (field, signature) = (update.allot(), update.allot());
    let page = add_to_page(&mut document, &mut update, &catalog, field)?;
    update.put(field, &field_object(request, &form.names, page, signature));
    update.put_written(signature, signature_object(request, signer, room));
    add_to_form(&mut update, (root, catalog), form, field);
    Ok((update, signature))
}

/// Adds the field to the first page's annotations, where readers look for it.
fn add_to_page(
    document: &mut Document<'_>,
    update: &mut Update,
    catalog: &Dict,
    field: Ref,
) -> Result<Ref, Broken> {
    let pages = catalog.reference("Pages").ok_or(Broken)?;
    let (at, mut page) = first_page(document, pages)?;
    let mut annotations = document.array(&page, "Annots")?;
    annotations.push(Object::Ref(field));
    let annotations = Object::Array(annotations);
    if let Some(list) = page.reference("Annots") {
        update.put(list, &annotations);
    } else {
        page.set("Annots", annotations);
    }
    // A page with annotations has an order for the tab key (ISO 14289-1, 7.18.3).
    if catalog.get("StructTreeRoot").is_some() && page.get("Tabs").is_none() {
        page.set("Tabs", Object::name("S"));
    }
    update.put(at, &Object::Dict(page));
    Ok(at)
}

fn first_page(document: &mut Document<'_>, pages: Ref) -> Result<(Ref, Dict), Broken> {
    let mut at = pages;
    for _ in 0..DEEPEST {
        let node = document.dict(&Object::Ref(at))?;
        let Some(kids) = node.get("Kids") else {
            return Ok((at, node));
        };
        let Object::Array(kids) = document.resolve(kids)? else {
            return Err(Broken);
        };
        at = first_with_pages(document, &kids)?;
    }
    Err(Broken)
}

/// Trees may have branches without a leaf.
fn first_with_pages(document: &mut Document<'_>, kids: &[Object]) -> Result<Ref, Broken> {
    for kid in kids.iter().take(DEEPEST) {
        let Object::Ref(at) = kid else {
            return Err(Broken);
        };
        if document.dict(kid)?.count("Count") != Some(0) {
            return Ok(*at);
        }
    }
    Err(Broken)
}

fn field_object(request: &SealRequest, taken: &BTreeSet<Vec<u8>>, page: Ref, value: Ref) -> Object {
    let mut name = "Seal".to_owned();
    for number in 2.. {
        if !taken.contains(name.as_bytes()) {
            break;
        }
        name = format!("Seal {number}");
    }
    let field = Dict::default()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name("Widget"))
        .with("FT", Object::name("Sig"))
        .with("T", Object::String(name.into_bytes()))
        .with("TU", text(request.reason.as_str()))
        .with("Rect", Object::Array([0; 4].map(Object::int).to_vec()))
        // Print, and nothing that moves it.
        .with("F", Object::int(132))
        .with("P", Object::Ref(page))
        .with("V", Object::Ref(value));
    Object::Dict(field)
}

fn signature_object(request: &SealRequest, signer: Option<&str>, room: usize) -> Vec<u8> {
    let mut body = BEFORE_RANGE.to_vec();
    body.extend([b' '; RANGE_WIDTH]);
    body.extend(BEFORE_CONTENTS);
    body.push(b'<');
    body.resize(body.len() + room * 2, b'0');
    body.push(b'>');
    let date = to_pdf_date(request.signed_at).into_bytes();
    let mut facts = Dict::default()
        .with("M", Object::String(date))
        .with("Reason", text(request.reason.as_str()))
        .with(DOCUMENT_KEY, text(request.document.as_str()));
    if let Some(signer) = signer {
        facts.set("Name", text(signer));
    }
    let mut written = Vec::new();
    facts.write(&mut written);
    body.extend(written.iter().skip(2));
    body
}

fn text(text: &str) -> Object {
    Object::String(to_pdf_string(text))
}

fn add_to_form(update: &mut Update, (root, mut catalog): (Ref, Dict), form: Form, field: Ref) {
    let mut fields = form.fields;
    fields.push(Object::Ref(field));
    let mut dict = form.dict;
    dict.set("Fields", Object::Array(fields));
    // Signatures exist, and the file is only to be added to.
    dict.set("SigFlags", Object::int(3));
    if let Some(at) = form.at {
        update.put(at, &Object::Dict(dict));
    } else {
        catalog.set("AcroForm", Object::Dict(dict));
        update.put(root, &Object::Dict(catalog));
    }
}
