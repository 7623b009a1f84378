//! The samples of the Firm Library.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::rich_text::RichText;

use super::super::Pager;
use super::super::forms::{Problem, Problems};
use super::super::frame::Place;
use super::super::library::{ArticleLink, ArticlePage, GroupLink, LibraryList, LibraryPart};
use super::{Samples, day, html};
use crate::html::rich_text::{RichHtml, Under};

const HERE: Place = Place::Section(Section::Library);

const BODY: &str = "\
From 1 January the rates of value added tax change. This note says **what you have to do**, and by when.

# The new rates

| Rate | Until 31 December | From 1 January |
| --- | ---: | ---: |
| Standard | 7.7 % | 8.1 % |
| Reduced | 2.5 % | 2.6 % |
| Accommodation | 3.7 % | 3.8 % |

What counts is *when the service is rendered*, not when it is invoiced or paid.

## Work that spans the turn of the year

1. Note the state of each matter on 31 December.
2. Invoice what was done until then at the old rate.
   - A partial invoice is enough.
   - An estimate is not.
3. Invoice the rest at the new rate.

> Ask us before you correct an invoice that is already out.

The form is called `TX-14`. [Ask us for it](mailto:portal@hartwell.example).";

impl Samples {
    pub(super) fn library(&self) -> Vec<(&'static str, String)> {
        let list = self.library_list();
        let none = LibraryList {
            groups: self.groups("").into_iter().take(1).collect(),
            parts: vec![],
            pager: Pager::default(),
            ..list.clone()
        };
        let found = LibraryList {
            typed: self.text("vat rates"),
            group: self.text("Taxes"),
            groups: self.groups("Taxes"),
            parts: list.parts.iter().take(1).cloned().collect(),
            pager: Pager::default(),
            ..list.clone()
        };
        let in_vain = LibraryList {
            parts: vec![],
            ..found.clone()
        };
        let refused = found.clone().refused(Problem::SearchTooLong { most: 8 });
        vec![
            ("library", html(&list)),
            ("library-none", html(&none)),
            ("library-search", html(&found)),
            ("library-search-none", html(&in_vain)),
            ("library-search-error", html(&refused)),
            ("article", html(&self.article(BODY, Some(SUMMARY)))),
            ("article-short", html(&self.article("Call us.", None))),
        ]
    }

    fn library_list(&self) -> LibraryList {
        let pager = Pager {
            older: Some(format!("{}/library?after=x", self.base)),
            ..Pager::default()
        };
        LibraryList {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            problems: Problems::default(),
            typed: String::new(),
            group: String::new(),
            groups: self.groups(""),
            parts: self.parts(),
            pager,
        }
    }

    fn groups(&self, chosen: &str) -> Vec<GroupLink> {
        let names = ["", "Company law", "Taxes", "Wages and social insurance"];
        let link = |name: &str| GroupLink {
            name: match name {
                "" => String::new(),
                name => self.text(name),
            },
            link: format!("{}/library?group=Taxes", self.base),
            is_chosen: name == chosen,
        };
        names.map(link).into()
    }

    fn parts(&self) -> Vec<LibraryPart> {
        let article = |title: &str, summary: Option<&str>| ArticleLink {
            slug: "vat-2026".to_owned(),
            title: self.text(title),
            summary: summary.map(|text| self.text(text)),
        };
        let part = |group: &str, articles| LibraryPart {
            group: Some(self.text(group)),
            articles,
        };
        vec![
            part(
                "Taxes",
                vec![
                    article("New rates of value added tax", Some(SUMMARY)),
                    article("When is a deadline extended?", None),
                ],
            ),
            part(
                "Wages and social insurance",
                vec![
                    article(
                        "Hiring your first employee: what has to be registered, where, and by when",
                        Some("Five registrations.\nTwo of them before the first day of work."),
                    ),
                    article("الأجور والتأمينات", Some("دليل قصير")),
                ],
            ),
        ]
    }

    fn article(&self, body: &str, summary: Option<&str>) -> ArticlePage {
        let body = RichText::parse(&self.text(body)).unwrap();
        ArticlePage {
            frame: self.frame(),
            bar: self.bar().at(HERE),
            group: self.text("Taxes"),
            title: self.text("New rates of value added tax"),
            summary: summary.map(|text| self.text(text)),
            updated: day(2026, 11, 20),
            text: RichHtml::new(&body, Under::H1),
        }
    }
}

const SUMMARY: &str =
    "What changes on 1 January, and what to do about work that spans the turn of the year.";
