//! The client's proposals and estimates, and what the contact decides on them.

mod body;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::OfferId;
use caseflow_core::domain::offer::{Answer, Offer, OfferKind, OfferState, OfferStatus};
use caseflow_core::domain::page::WaitingFirst;
use caseflow_core::portal::offers::{self, Outcome};
use caseflow_core::portal::{Visited, Visiting};
use caseflow_core::ports::store;
use chrono::NaiveDate;
use serde::Deserialize;

use super::format::{money, text};
use super::page::{self, Answer as Page, Turning};
use super::remember::Lasts;
use super::views::forms::Problems;
use super::views::frame::Place;
use super::views::offers::{OfferAnswer, OfferList, OfferPage, OfferRow, Standing};
use crate::download;
use crate::error::Failure;
use crate::extract::{Form, InPath, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::Urls;

pub(super) use body::{Filled, Road, Shown, Turn, asked, body, problem_of};

/// One of the two kinds, whose pages are alike.
pub(super) trait Kind {
    const KIND: OfferKind;
}

/// The pages below `/proposals`.
#[derive(Debug)]
pub(super) enum Proposals {}

/// The pages below `/estimates`.
#[derive(Debug)]
pub(super) enum Estimates {}

impl Kind for Proposals {
    const KIND: OfferKind = OfferKind::Proposal;
}

impl Kind for Estimates {
    const KIND: OfferKind = OfferKind::Estimate;
}

/// Where in the list the reader is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    after: Option<String>,
}

/// What waits for an answer, then the history.
pub(super) async fn list<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(listed): Query<Listed>,
) -> Page {
    let turning: Turning<WaitingFirst> =
        Turning::parse(listed.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let visited = offers::list(&app.ports, &visiting, K::KIND, &turning.query()).await?;
    let Visited { who, page } = visited;
    let today = who.firm().today(app.ports.now());
    let (frame, bar) = page::inside(&here, &who);
    let rows = page.rows.iter().map(|row| in_list(&here.urls, row, today));
    let (waiting, past) = rows.partition(OfferRow::waits);
    let view = OfferList {
        pager: turning.pager(&here.urls.offers(K::KIND), page.next.as_ref()),
        frame,
        bar: bar.at(place(K::KIND)),
        kind: K::KIND,
        waiting,
        past,
    };
    Ok(Lasts::of(who.firm(), None).on(page::ok(&view)?))
}

/// One of them as it stands. It is kept once somebody's first look at it is on record.
pub(super) async fn show<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
) -> Page {
    let visited = offers::read(&app.ports, &visiting, K::KIND, id).await?;
    let page = page::ok(&present(&app, &here, &visited, Problems::default()))?;
    let offer = &visited.page.value;
    Ok(match (&offer.state, offer.viewed_at) {
        (OfferState::Sent(_), None) => page,
        _ => Lasts::of(visited.who.firm(), None).on(page),
    })
}

/// One of them as a PDF file.
pub(super) async fn pdf<K: Kind>(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
) -> Page {
    let document = offers::pdf(&app.ports, &visiting, K::KIND, id).await?;
    Ok(download::pdf(document))
}

/// Asks whether to accept. Looking at the page decides nothing.
pub(super) async fn ask_yes<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    Query(shown): Query<Shown>,
) -> Page {
    let visited = offers::read(&app.ports, &visiting, K::KIND, id).await?;
    ask(&app, &here, &visited, Answer::Accepted, &shown)
}

/// Asks whether to decline or to reject.
pub(super) async fn ask_no<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    Query(shown): Query<Shown>,
) -> Page {
    let visited = offers::read(&app.ports, &visiting, K::KIND, id).await?;
    ask(&app, &here, &visited, Answer::Declined, &shown)
}

/// Accepts.
pub(super) async fn accept<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    form: Result<Form<Filled>, Response>,
) -> Page {
    decide::<K>(&app, &here, &visiting, id, Answer::Accepted, form).await
}

/// Declines or rejects.
pub(super) async fn decline<K: Kind>(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    form: Result<Form<Filled>, Response>,
) -> Page {
    decide::<K>(&app, &here, &visiting, id, Answer::Declined, form).await
}

async fn decide<K: Kind>(
    app: &App,
    here: &Here,
    visiting: &Visiting,
    id: OfferId,
    answer: Answer,
    form: Result<Form<Filled>, Response>,
) -> Page {
    let filled = match form {
        Ok(Form(filled)) => filled,
        Err(unread) => {
            // What is not there is not there for a broken form either.
            offers::read(&app.ports, visiting, K::KIND, id).await?;
            return Ok(unread);
        }
    };
    let deciding = match filled.deciding(answer) {
        Ok(deciding) => deciding,
        Err(problem) => {
            let visited = offers::read(&app.ports, visiting, K::KIND, id).await?;
            let view = answering(here, &visited, answer, &filled, problem.into());
            return page::again(&view.problems, &view);
        }
    };
    match offers::decide(&app.ports, visiting, K::KIND, id, &deciding).await? {
        Outcome::Stands(_) => {
            let address = here.urls.offer(K::KIND, &id.to_string());
            Ok(Redirect::to(&address).into_response())
        }
        Outcome::Refused(visited, why) => {
            let view = present(app, here, &visited, problem_of(&why).into());
            page::again(&view.problems, &view)
        }
    }
}

fn ask(
    app: &App,
    here: &Here,
    visited: &Visited<Versioned<Offer>>,
    answer: Answer,
    shown: &Shown,
) -> Page {
    let offer = &visited.page.value;
    let today = visited.who.firm().today(app.ports.now());
    match shown.turn(offer, today) {
        Turn::Ask => {
            let filled = Filled::of(offer);
            let view = answering(here, visited, answer, &filled, Problems::default());
            page::ok(&view)
        }
        Turn::Read => {
            let address = here.urls.offer(offer.kind, &offer.id.to_string());
            Ok(Redirect::to(&address).into_response())
        }
        Turn::ReadAgain(problem) => {
            let view = present(app, here, visited, problem.into());
            page::again(&view.problems, &view)
        }
    }
}

fn answering(
    here: &Here,
    visited: &Visited<Versioned<Offer>>,
    answer: Answer,
    filled: &Filled,
    problems: Problems,
) -> OfferAnswer {
    let (frame, bar) = page::inside(here, &visited.who);
    let offer = &visited.page.value;
    let road = Road::Portal(&here.urls, offer);
    OfferAnswer {
        frame,
        bar: bar.at(place(offer.kind)),
        problems,
        asked: asked(road, offer, answer, filled),
    }
}

/// The page of an offer.
fn present(
    app: &App,
    here: &Here,
    visited: &Visited<Versioned<Offer>>,
    problems: Problems,
) -> OfferPage {
    let Visited { who, page } = visited;
    let (frame, bar) = page::inside(here, who);
    let offer = &page.value;
    let road = Road::Portal(&here.urls, offer);
    OfferPage {
        frame,
        bar: bar.at(place(offer.kind)),
        problems,
        offer: body(road, who.firm(), who.client(), offer, app.ports.now()),
    }
}

fn place(kind: OfferKind) -> Place {
    Place::Section(kind.section())
}

fn in_list(urls: &Urls, row: &store::OfferRow, today: NaiveDate) -> OfferRow {
    OfferRow {
        link: urls.offer(row.kind, &row.id.to_string()),
        number: text(row.number.as_ref()),
        title: row.title.to_string(),
        matter: row.matter.as_ref().map(ToString::to_string),
        status: Standing {
            kind: row.kind,
            status: row.status(today),
        },
        dated: row.dated.into(),
        open_till: row.open_till.into(),
        total: money(row.total),
    }
}

impl OfferRow {
    fn waits(&self) -> bool {
        self.status.status == OfferStatus::Sent
    }
}
