//! A proposal behind the link that was mailed to its own address: read and decided without signing
//! in. Looking at a page changes nothing, whoever or whatever looks; only the form does.

use axum::extract::State;
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::Error;
use caseflow_core::domain::offer::Answer;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::PersonName;
use caseflow_core::error::Refusal;
use caseflow_core::portal::offer_links;
use caseflow_core::portal::offers::{Deciding, Outcome};
use caseflow_core::ports::store::OfferLinkCard;

use super::offers::{Filled, Road, Shown, Turn, asked, body, problem_of};
use super::page::{self, Answer as Page};
use super::views::forms::{NameField, Problem, Problems};
use super::views::offers::{LinkedAnswer, LinkedOffer, OfferLinkDead};
use crate::download;
use crate::extract::{Form, InPath, Mailed, Query};
use crate::state::{App, Here};

/// The proposal as it stands.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Page {
    match offer_links::read(&app.ports, here.firm, &secret, &here.origin).await {
        Ok(card) => {
            let view = present(&app, &here, &secret, &card, Problems::default());
            Ok(silent(page::ok(&view)?))
        }
        Err(error) => dead(&app, &here, error).await,
    }
}

/// The proposal as a PDF file.
pub(super) async fn pdf(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Page {
    match offer_links::pdf(&app.ports, here.firm, &secret, &here.origin).await {
        Ok(document) => Ok(silent(download::pdf(document))),
        Err(error) => dead(&app, &here, error).await,
    }
}

/// Asks whether to accept.
pub(super) async fn ask_yes(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
    Query(shown): Query<Shown>,
) -> Page {
    ask(&app, &here, &secret, Answer::Accepted, &shown).await
}

/// Asks whether to decline.
pub(super) async fn ask_no(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
    Query(shown): Query<Shown>,
) -> Page {
    ask(&app, &here, &secret, Answer::Declined, &shown).await
}

/// Accepts.
pub(super) async fn accept(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
    Form(filled): Form<Filled>,
) -> Page {
    decide(&app, &here, &secret, Answer::Accepted, &filled).await
}

/// Declines.
pub(super) async fn decline(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
    Form(filled): Form<Filled>,
) -> Page {
    decide(&app, &here, &secret, Answer::Declined, &filled).await
}

async fn ask(app: &App, here: &Here, secret: &Secret, answer: Answer, shown: &Shown) -> Page {
    let card = match offer_links::read(&app.ports, here.firm, secret, &here.origin).await {
        Ok(card) => card,
        Err(error) => return dead(app, here, error).await,
    };
    let offer = &card.offer.value;
    match shown.turn(offer, card.firm.today(app.ports.now())) {
        Turn::Ask => {
            let filled = Filled::of(offer);
            let view = answering(here, secret, &card, answer, &filled, Problems::default());
            page::ok(&view)
        }
        Turn::Read => Ok(to_document(here, secret)),
        Turn::ReadAgain(problem) => {
            let view = present(app, here, secret, &card, problem.into());
            Ok(silent(page::again(&view.problems, &view)?))
        }
    }
}

async fn decide(app: &App, here: &Here, secret: &Secret, answer: Answer, filled: &Filled) -> Page {
    let (name, deciding) = match read(answer, filled) {
        Ok(read) => read,
        Err(problems) => return again(app, here, secret, answer, filled, problems).await,
    };
    let origin = &here.origin;
    match offer_links::decide(&app.ports, here.firm, secret, &name, &deciding, origin).await {
        Ok(Outcome::Stands(_)) => Ok(to_document(here, secret)),
        Ok(Outcome::Refused(card, why)) => {
            let view = present(app, here, secret, &card, problem_of(&why).into());
            Ok(silent(page::again(&view.problems, &view)?))
        }
        Err(error) => dead(app, here, error).await,
    }
}

/// What was filled in, or all that is wrong with it.
fn read(answer: Answer, filled: &Filled) -> Result<(PersonName, Deciding), Problems> {
    let name = Problem::check_name(NameField::Own, &filled.name);
    match (name, filled.deciding(answer)) {
        (Ok(name), Ok(deciding)) => Ok((name, deciding)),
        (name, deciding) => {
            let problems = name.err().into_iter().chain(deciding.err());
            Err(Problems(problems.collect()))
        }
    }
}

/// The form with what is wrong with it.
async fn again(
    app: &App,
    here: &Here,
    secret: &Secret,
    answer: Answer,
    filled: &Filled,
    problems: Problems,
) -> Page {
    match offer_links::read(&app.ports, here.firm, secret, &here.origin).await {
        Ok(card) => {
            let view = answering(here, secret, &card, answer, filled, problems);
            page::again(&view.problems, &view)
        }
        Err(error) => dead(app, here, error).await,
    }
}

fn present(
    app: &App,
    here: &Here,
    secret: &Secret,
    card: &OfferLinkCard,
    problems: Problems,
) -> LinkedOffer {
    let OfferLinkCard {
        firm,
        client,
        offer,
        ..
    } = card;
    let road = Road::Link(&here.urls, secret);
    LinkedOffer {
        frame: page::outside(here, firm),
        problems,
        offer: body(road, firm, client, &offer.value, app.ports.now()),
    }
}

fn answering(
    here: &Here,
    secret: &Secret,
    card: &OfferLinkCard,
    answer: Answer,
    filled: &Filled,
    problems: Problems,
) -> LinkedAnswer {
    let road = Road::Link(&here.urls, secret);
    LinkedAnswer {
        frame: page::outside(here, &card.firm),
        problems,
        asked: asked(road, &card.offer.value, answer, filled),
    }
}

fn to_document(here: &Here, secret: &Secret) -> Response {
    let address = here.urls.offer_link(&secret.reveal());
    silent(Redirect::to(&address).into_response())
}

/// The page of a link that does not work, whatever the reason.
async fn dead(app: &App, here: &Here, error: Error) -> Page {
    if !matches!(error, Error::Refused(Refusal::DeadLink)) {
        return Err(error.into());
    }
    let frame = page::front(app, here).await?;
    let page = page::show(StatusCode::NOT_FOUND, &OfferLinkDead { frame })?;
    Ok(silent(page))
}

/// Tells nobody from which address the reader came: whoever has it can answer. A page with a form
/// keeps the usual policy, which tells the portal alone; without it a browser would not say either
/// that the form is the portal's own.
fn silent(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(REFERRER_POLICY, value);
    response
}
