//! Shared documents: the list and one of them.

use askama::Template;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::document::MediaType;

use super::Pager;
use super::forms::{Problem, Problems};
use super::frame::{Bar, Frame, Place};
use crate::html::format::{Day, Size};

/// The documents, with a search that gets `q`.
#[derive(Debug, Clone, Template)]
#[template(path = "documents.html")]
pub(crate) struct DocumentList {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) problems: Problems,
    /// What was typed into the search; empty for all documents.
    pub(crate) typed: String,
    pub(crate) rows: Vec<DocumentRow>,
    pub(crate) pager: Pager,
}

impl DocumentList {
    /// The same page with nothing found, and why.
    pub(crate) fn refused(self, problem: Problem) -> Self {
        Self {
            problems: problem.into(),
            rows: vec![],
            pager: Pager::default(),
            ..self
        }
    }

    /// Whether less than everything was asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.typed.trim().is_empty()
    }
}

/// One document.
#[derive(Debug, Template)]
#[template(path = "document.html")]
pub(crate) struct DocumentPage {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) file: DocumentRow,
}

/// What is told of a document.
#[derive(Debug, Clone)]
pub(crate) struct DocumentRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) size: Size,
    /// When it came, or was shared if that was later.
    pub(crate) dated: Day,
    pub(crate) matter: Option<String>,
}

/// A kind of file, as people call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileKind(pub(crate) MediaType);

impl FileKind {
    /// Whether the document's page shows the file.
    pub(crate) fn has_preview(self) -> bool {
        self.0.has_preview()
    }

    /// Whether it shows it in a frame, and not as an image.
    pub(crate) fn is_framed(self) -> bool {
        self.0 == MediaType::Pdf
    }

    /// The outline of the kind's icon on a 24 by 24 grid, as an SVG path.
    pub(crate) fn icon(self) -> &'static str {
        match self.0 {
            MediaType::Png | MediaType::Jpeg | MediaType::Webp | MediaType::Gif => {
                "M4.5 5h15a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3.5 16l4.5-4.5 4 4 3-3 5.5 5M15.5 9h.01"
            }
            MediaType::Csv | MediaType::Xlsx | MediaType::Ods => {
                "M5 4.5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM4 9.5h16M4 14.5h16M10 4.5v15"
            }
            MediaType::Zip => {
                "M6 3.5h12a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM12 3.5v2M12 7.5v2M12 11.5v5"
            }
            MediaType::Pdf
            | MediaType::Text
            | MediaType::Docx
            | MediaType::Pptx
            | MediaType::Odt
            | MediaType::Other => {
                "M14 3.5H7a1 1 0 0 0-1 1v15a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7.5zM14 3.5v4h4M9 12h6M9 15.5h6"
            }
        }
    }
}
