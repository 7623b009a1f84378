//! What becomes of an attempt at paying: the page to come back to, and the page around a provider's
//! form.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::domain::access::Section;
use caseflow_core::domain::attempt::{Attempt, AttemptState, Checkout, End, NextStep};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::AttemptId;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::portal::Visited;
use caseflow_core::portal::pay::{self, Returned};
use caseflow_core::ports::payments::GatewayProfile;
use caseflow_core::ports::store::InvoiceFile;
use serde::Deserialize;

use super::format::{money, text};
use super::page::{self, Answer};
use super::pay::leading;
use super::payments::receipt_of;
use super::views::frame::Place;
use super::views::pay::{AttemptPage, CheckoutPage, Miss, Missed, Outcome, Trouble};
use crate::extract::{InPath, Query, SignedIn};
use crate::headers;
use crate::state::{App, Here};
use crate::urls::with_query;

const HERE: Place = Place::Section(Section::Invoices);

/// How often the page looks again by itself, and after how many seconds: three minutes in all.
const LOOKS: u32 = 36;
const PAUSE: u32 = 5;

/// How often the page has looked again by itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Looked {
    look: String,
}

/// What has become of an attempt, as far as anybody knows.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<AttemptId>,
    Query(looked): Query<Looked>,
) -> Answer {
    let visited = pay::returned(&app.ports, &visiting, id).await?;
    let next = looked.next(&here.urls.attempt(&id.to_string()));
    let due = visited.page.invoice.invoice.value.amount_due();
    let offer = pay::offer(&app.ports, visited.who.firm(), due);
    let may_retry = visited.page.attempt.amount == due && offer.is_some();
    let view = present(&here, &visited, may_retry, next.is_some());
    let waits = matches!(view.outcome, Outcome::Confirming { .. });
    let mut response = page::ok(&view)?;
    if let (true, Some(next)) = (waits, next) {
        refresh(&mut response, &next);
    }
    leading(response, offer.map(|offer| offer.gateway))
}

/// The page around the provider's form, as long as the checkout waits for its payer.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<AttemptId>,
) -> Answer {
    let visited = pay::returned(&app.ports, &visiting, id).await?;
    let gateway = gateway_of(&app, &here, &visited.page.attempt);
    let (Some(view), Some(gateway)) = (embedded(&here, &visited, gateway.as_ref()), gateway) else {
        return Ok(Redirect::to(&here.urls.attempt(&id.to_string())).into_response());
    };
    let mut response = page::ok(&view)?;
    headers::embed(&gateway.content, &mut response);
    Ok(response)
}

/// The last attempt, when it came to nothing and is the newest thing that happened.
pub(super) fn missed(firm: &Firm, file: &InvoiceFile) -> Option<Missed> {
    let attempt = &file.attempts.last()?.value;
    let AttemptState::Ended { end, at, .. } = &attempt.state else {
        return None;
    };
    let why = miss(*end, attempt)?;
    let is_newest = !happened_since(file, *at) && file.invoice.value.amount_due().is_positive();
    is_newest.then(|| Missed {
        day: firm.zone.day(*at).into(),
        why,
    })
}

fn happened_since(file: &InvoiceFile, at: Timestamp) -> bool {
    let payments = file.payments.iter().map(|it| it.value.recorded_at);
    let reversals = file.reversals.iter().map(|it| it.recorded_at);
    payments.chain(reversals).any(|recorded| at <= recorded)
}

fn present(
    here: &Here,
    visited: &Visited<Returned>,
    may_retry: bool,
    looks_again: bool,
) -> AttemptPage {
    let Visited { who, page } = visited;
    let (frame, bar) = page::inside(here, who);
    let invoice = &page.invoice.invoice.value;
    let look = here.urls.attempt(&page.attempt.id.to_string());
    AttemptPage {
        frame,
        bar: bar.at(HERE),
        invoice_id: invoice.id.to_string(),
        invoice_number: text(invoice.number()),
        amount: money(page.attempt.amount),
        outcome: outcome(here, page).unwrap_or(Outcome::Confirming {
            by_itself: looks_again,
            look,
        }),
        again: may_retry,
    }
}

/// None as long as the provider has not said anything.
fn outcome(here: &Here, returned: &Returned) -> Option<Outcome> {
    let attempt = &returned.attempt;
    Some(match &attempt.state {
        AttemptState::Creating | AttemptState::Open(_) => return None,
        AttemptState::Processing(_) => Outcome::Processing,
        AttemptState::Succeeded { .. } => paid(here, returned),
        AttemptState::Held { collected, .. } => Outcome::Held {
            collected: money(*collected),
        },
        AttemptState::Ended { end, .. } => match miss(*end, attempt) {
            Some(why) => Outcome::Missed(why),
            None => Outcome::Cancelled,
        },
    })
}

fn paid(here: &Here, returned: &Returned) -> Outcome {
    let Returned { attempt, invoice } = returned;
    let mut payments = invoice.payments.iter().map(|payment| &payment.value);
    let payment = payments.find(|payment| {
        let charge = payment.charge.as_ref();
        charge.is_some_and(|charge| charge.attempt == attempt.id)
    });
    let due = invoice.invoice.value.amount_due();
    Outcome::Paid {
        collected: money(payment.map_or(attempt.amount, |payment| payment.amount)),
        receipt: payment.and_then(|payment| receipt_of(&here.urls, payment)),
        left: due.is_positive().then(|| money(due)),
    }
}

fn miss(end: End, attempt: &Attempt) -> Option<Miss> {
    match end {
        End::Failed => {
            let code = attempt
                .trouble
                .as_ref()
                .map(|trouble| trouble.code.as_str());
            Some(Miss::Failed(trouble(code.unwrap_or_default())))
        }
        End::Expired => Some(Miss::Expired),
        End::Cancelled => None,
    }
}

/// What the codes say that gateways have in common.
fn trouble(code: &str) -> Trouble {
    match code {
        "declined" | "card_declined" | "generic_decline" | "do_not_honor" => Trouble::Declined,
        "insufficient_funds" => Trouble::Funds,
        "expired_card" => Trouble::CardExpired,
        "authentication_required" | "authentication_failed" => Trouble::Unconfirmed,
        code if code.ends_with("_authentication_failure") => Trouble::Unconfirmed,
        "not_started" => Trouble::Unreachable,
        _ => Trouble::Other,
    }
}

fn gateway_of(app: &App, here: &Here, attempt: &Attempt) -> Option<GatewayProfile> {
    let gateways = app.ports.gateways.of(here.firm).into_iter();
    let mut profiles = gateways.map(|gateway| gateway.profile().clone());
    profiles.find(|profile| profile.merchant == attempt.merchant)
}

/// None when there is no form to show.
fn embedded(
    here: &Here,
    visited: &Visited<Returned>,
    gateway: Option<&GatewayProfile>,
) -> Option<CheckoutPage> {
    let Visited { who, page } = visited;
    let AttemptState::Open(Checkout { next, .. }) = &page.attempt.state else {
        return None;
    };
    let NextStep::Embedded { script, settings } = next else {
        return None;
    };
    let (frame, bar) = page::inside(here, who);
    let invoice = &page.invoice.invoice.value;
    Some(CheckoutPage {
        frame,
        bar: bar.at(HERE),
        invoice_id: invoice.id.to_string(),
        invoice_number: text(invoice.number()),
        amount: money(page.attempt.amount),
        provider: gateway?.display_name.to_string(),
        script: script.to_string(),
        settings: serde_json::to_string(settings).ok()?,
    })
}

impl Looked {
    /// The address at which the page looks again by itself, unless it has done so often enough.
    fn next(&self, address: &str) -> Option<String> {
        let looked: u32 = self.look.parse().unwrap_or_default();
        (looked < LOOKS).then(|| with_query(address, "look", &(looked + 1).to_string()))
    }
}

/// As a header: a page that reloads itself by its own markup is one that readers cannot stop.
fn refresh(response: &mut Response, next: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("{PAUSE}; url={next}")) {
        response.headers_mut().insert(REFRESH, value);
    }
}
