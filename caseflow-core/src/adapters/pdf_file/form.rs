//! What a file has of a form already.

use std::collections::BTreeSet;

use super::document::Document;
use super::object::{Dict, Object, Ref};
use super::open::Unfit;

/// How many fields of a form are looked at.
const MOST_FIELDS: usize = 20_000;

/// A form without a signature, or none.
#[derive(Default)]
pub(crate) struct Form {
    /// Where it stands, unless within the catalog.
    pub(crate) at: Option<Ref>,
    pub(crate) dict: Dict,
    pub(crate) fields: Vec<Object>,
    pub(crate) names: BTreeSet<Vec<u8>>,
}

impl Form {
    /// Refuses a file that is signed, or whose form is a program.
    pub(super) fn read(document: &mut Document<'_>, catalog: &Dict) -> Result<Self, Unfit> {
        // Rights and certifications are signatures too.
        if catalog.get("Perms").is_some() {
            return Err(Unfit::AlreadySigned);
        }
        let Some(entry) = catalog.get("AcroForm") else {
            return Ok(Self::default());
        };
        let dict = document.dict(entry)?;
        if dict.get("XFA").is_some() {
            return Err(Unfit::DynamicForm);
        }
        let fields = document.array(&dict, "Fields")?;
        let names = names(document, fields.clone())?;
        let at = catalog.reference("AcroForm");
        Ok(Self {
            at,
            dict,
            fields,
            names,
        })
    }
}

/// The names of fields, unless one of them is signed.
fn names(document: &mut Document<'_>, mut open: Vec<Object>) -> Result<BTreeSet<Vec<u8>>, Unfit> {
    let mut names = BTreeSet::new();
    let mut seen = 0;
    while let Some(field) = open.pop() {
        seen += 1;
        if seen > MOST_FIELDS {
            return Err(Unfit::Unreadable);
        }
        let Object::Dict(field) = document.resolve(&field)? else {
            continue;
        };
        if let Object::Dict(value) = document.value(&field, "V")?
            && value.get("ByteRange").is_some()
        {
            return Err(Unfit::AlreadySigned);
        }
        if let Object::String(name) = document.value(&field, "T")? {
            names.insert(name);
        }
        open.extend(document.array(&field, "Kids")?);
    }
    Ok(names)
}
