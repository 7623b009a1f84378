//! Which files something may be put behind.

use super::document::Document;
use super::form::Form;
use super::object::{Dict, Object, Ref};
use super::parser::Broken;

/// Why nothing can be put behind a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    NotAPdf,
    Unreadable,
    Encrypted,
    AlreadySigned,
    DynamicForm,
    TooLarge { most: usize },
}

impl From<Broken> for Unfit {
    fn from(_: Broken) -> Self {
        Self::Unreadable
    }
}

/// A file that something may be put behind.
pub(crate) struct Open<'a> {
    pub(crate) document: Document<'a>,
    /// Where the catalog stands.
    pub(crate) root: Ref,
    pub(crate) catalog: Dict,
    pub(crate) form: Form,
}

impl<'a> Open<'a> {
    /// Reads a file of at most so many bytes.
    pub(crate) fn read(bytes: &'a [u8], most: usize) -> Result<Self, Unfit> {
        if bytes.len() > most {
            return Err(Unfit::TooLarge { most });
        }
        if !bytes.starts_with(b"%PDF-") {
            return Err(Unfit::NotAPdf);
        }
        let mut document = Document::read(bytes)?;
        if document.xref.trailer.get("Encrypt").is_some() {
            return Err(Unfit::Encrypted);
        }
        let root = document.xref.trailer.reference("Root").ok_or(Broken)?;
        let catalog = document.dict(&Object::Ref(root))?;
        let form = Form::read(&mut document, &catalog)?;
        Ok(Self {
            document,
            root,
            catalog,
            form,
        })
    }
}
