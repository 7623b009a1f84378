//! Documents that the firm shares with the contact: the list with a search, one of them, its file.

use axum::extract::State;
use axum::http::HeaderMap;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::document::Document;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::DocumentId;
use caseflow_core::domain::search::Terms;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::portal::{Visited, documents};
use caseflow_core::ports::store::DocumentQuery;
use serde::Deserialize;

use super::format::Size;
use super::page::{self, Answer, Turning};
use super::remember::Lasts;
use super::views::documents::{DocumentList, DocumentPage, DocumentRow, FileKind};
use super::views::forms::{Problem, Problems};
use super::views::frame::Place;
use crate::download::{self, Way};
use crate::error::Failure;
use crate::extract::{InPath, Query, SignedIn};
use crate::headers;
use crate::state::{App, Here};
use crate::urls::{Urls, with_query};

const HERE: Place = Place::Section(Section::Documents);

/// Which documents to list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// What was typed into the search.
    q: String,
    after: Option<String>,
}

/// The documents that a search finds, or all, the newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::<Timestamp>::parse(asked.after.as_deref());
    let turning = turning.ok_or(Failure::NOT_FOUND)?;
    let searched = Terms::parse(&asked.q);
    let query = DocumentQuery {
        terms: searched.clone().ok().flatten(),
        page: turning.query(),
    };
    let Visited { who, page } = documents::list(&app.ports, &visiting, &query).await?;
    let (frame, bar) = page::inside(&here, &who);
    let address = asked.address(&here.urls);
    let view = DocumentList {
        frame,
        bar: bar.at(HERE),
        problems: Problems::default(),
        rows: page
            .rows
            .iter()
            .map(|row| in_list(who.firm(), row))
            .collect(),
        pager: turning.pager(&address, page.next.as_ref()),
        typed: asked.q,
    };
    if searched.is_err() {
        let view = view.refused(Problem::SearchTooLong { most: Terms::MOST });
        return page::again(&view.problems, &view);
    }
    Ok(Lasts::of(who.firm(), None).on(page::ok(&view)?))
}

/// One document, shown in the page as far as browsers show its kind.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<DocumentId>,
) -> Answer {
    let Visited { who, page } = documents::read(&app.ports, &visiting, id).await?;
    let (frame, bar) = page::inside(&here, &who);
    let view = DocumentPage {
        frame,
        bar: bar.at(HERE),
        file: in_list(who.firm(), &page),
    };
    let mut response = page::ok(&view)?;
    if view.file.kind.is_framed() {
        headers::frame_own(&mut response);
    }
    Ok(Lasts::of(who.firm(), None).on(response))
}

/// The file as a browser shows it within the document's page.
pub(super) async fn preview(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<DocumentId>,
    asked: HeaderMap,
) -> Answer {
    let content = documents::content(&app.ports, &visiting, id).await?;
    let mut response = download::document(id, &content, Way::Shown, &asked).await?;
    headers::framed_by_own(&mut response);
    Ok(response)
}

/// The file to be kept.
pub(super) async fn file(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<DocumentId>,
    asked: HeaderMap,
) -> Answer {
    let content = documents::content(&app.ports, &visiting, id).await?;
    download::document(id, &content, Way::Attached, &asked).await
}

impl Asked {
    /// The address of the list under the same search.
    fn address(&self, urls: &Urls) -> String {
        match self.q.as_str() {
            "" => urls.documents(),
            typed => with_query(&urls.documents(), "q", typed),
        }
    }
}

fn in_list(firm: &Firm, read: &Versioned<Document>) -> DocumentRow {
    let document = &read.value;
    let file = &document.newest;
    DocumentRow {
        id: document.id.to_string(),
        name: file.name.to_string(),
        kind: FileKind(file.media),
        size: Size(file.size),
        dated: firm.zone.day(document.dated()).into(),
        matter: document.matter.as_ref().map(ToString::to_string),
    }
}
