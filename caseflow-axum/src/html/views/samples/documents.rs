//! The samples of shared documents.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::document::MediaType;

use super::super::Pager;
use super::super::documents::{DocumentList, DocumentPage, DocumentRow, FileKind};
use super::super::forms::{Problem, Problems};
use super::super::frame::Place;
use super::{Samples, day, html};
use crate::html::format::Size;

const HERE: Place = Place::Section(Section::Documents);

impl Samples {
    pub(super) fn documents(&self) -> Vec<(&'static str, String)> {
        let list = self.document_list();
        let none = DocumentList {
            rows: vec![],
            pager: Pager::default(),
            ..list.clone()
        };
        let found = DocumentList {
            typed: self.text("accounts"),
            rows: list.rows.iter().take(1).cloned().collect(),
            pager: Pager::default(),
            ..list.clone()
        };
        let in_vain = DocumentList {
            rows: vec![],
            ..found.clone()
        };
        let refused = found.clone().refused(Problem::SearchTooLong { most: 8 });
        let page = |kind, name: &str| DocumentPage {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            file: self.file(name, kind, 482_113, Some("Annual accounts 2025")),
        };
        vec![
            ("documents", html(&list)),
            ("documents-none", html(&none)),
            ("documents-search", html(&found)),
            ("documents-search-none", html(&in_vain)),
            ("documents-search-error", html(&refused)),
            ("document", html(&page(MediaType::Pdf, "Accounts 2025.pdf"))),
            ("document-image", html(&page(MediaType::Jpeg, "Plan.jpg"))),
            (
                "document-other",
                html(&page(MediaType::Xlsx, "Journal.xlsx")),
            ),
        ]
    }

    fn document_list(&self) -> DocumentList {
        let long = "Minutes of the extraordinary general meeting of the shareholders of Northbay, \
            signed by all who were present.docx";
        let rows = vec![
            self.file(
                "Accounts 2025.pdf",
                MediaType::Pdf,
                482_113,
                Some("Annual accounts 2025"),
            ),
            self.file("Journal 2025.xlsx", MediaType::Xlsx, 12_400_000, None),
            self.file(long, MediaType::Docx, 88_000, Some("General meeting")),
            self.file("عقد الإيجار.jpg", MediaType::Jpeg, 2_100_000, Some("الإيجار")),
            self.file("Receipts.zip", MediaType::Zip, 1_300_000_000, None),
        ];
        let pager = Pager {
            older: Some(format!("{}/documents?after=x", self.base)),
            ..Pager::default()
        };
        DocumentList {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            problems: Problems::default(),
            typed: String::new(),
            rows,
            pager,
        }
    }

    fn file(&self, name: &str, media: MediaType, size: u64, matter: Option<&str>) -> DocumentRow {
        DocumentRow {
            id: "doc_01".to_owned(),
            name: self.text(name),
            kind: FileKind(media),
            size: Size(size),
            dated: day(2026, 11, 18),
            matter: matter.map(|matter| self.text(matter)),
        }
    }
}
