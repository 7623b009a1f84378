//! Paying an invoice online (R-PAY): the button, and what is said to who cannot pay.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::Error;
use caseflow_core::domain::attempt::{AttemptStage, NextStep};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::invoice::InvoiceError;
use caseflow_core::domain::money::Money;
use caseflow_core::error::Refusal;
use caseflow_core::portal::pay::{self, Offer, Start};
use caseflow_core::portal::{Visited, invoices};
use caseflow_core::ports::payments::{AmountRefusal, GatewayProfile};
use caseflow_core::ports::store::InvoiceFile;
use serde::Deserialize;

use super::format::money;
use super::invoices::{offer, present};
use super::page::{self, Answer};
use super::views::forms::{PayProblem, Problem};
use super::views::invoices::InvoicePage;
use super::views::pay::Paying;
use crate::error::Failure;
use crate::extract::{Form, InPath, SignedIn};
use crate::headers;
use crate::state::{App, Here, RequestId};

/// What the form posts. Without an amount all that is due is paid.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    amount: Option<String>,
}

/// Begins to pay, and sends the payer on to where that is done.
pub(super) async fn start(
    State(app): State<App>,
    here: Here,
    request: RequestId,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<InvoiceId>,
    form: Result<Form<Fields>, Response>,
) -> Answer {
    // What is not there is not there for a broken form either.
    let found = invoices::read(&app.ports, &visiting, id).await?;
    let fields = match form {
        Ok(Form(fields)) => fields,
        Err(unread) => return Ok(unread),
    };
    let currency = found.page.invoice.value.currency();
    let started = match fields.wanted(currency) {
        Ok(wanted) => pay::start(&app.ports, &visiting, id, wanted).await,
        Err(error) => Err(error),
    };
    match started {
        Ok(start) => Ok(onward(&here, start)),
        Err(error) => {
            let refused = Refused::of(error, currency, &request)?;
            let found = invoices::read(&app.ports, &visiting, id).await?;
            refused.page(&app, &here, &found, fields.amount)
        }
    }
}

impl Fields {
    fn wanted(&self, currency: Currency) -> Result<Option<Money>, Error> {
        let typed = self.amount.as_deref().map(str::trim);
        Ok(typed.map(|text| Money::parse(text, currency)).transpose()?)
    }
}

fn onward(here: &Here, start: Start) -> Response {
    let address = match start {
        Start::Go { attempt, next } => match next {
            NextStep::Redirect(address) => address.to_string(),
            NextStep::Embedded { .. } => here.urls.checkout(&attempt.to_string()),
        },
        Start::Told(attempt) => here.urls.attempt(&attempt.to_string()),
    };
    Redirect::to(&address).into_response()
}

/// A wish to pay that came to nothing, in a way that the payer is told on the invoice's page.
struct Refused {
    status: StatusCode,
    problem: PayProblem,
}

impl Refused {
    /// Any other error comes back.
    fn of(error: Error, currency: Currency, request: &RequestId) -> Result<Self, Failure> {
        let problem = match &error {
            Error::Refused(refusal) => problem(refusal, currency),
            Error::Gateway(_) => Some(PayProblem::NoAnswer),
            _ => None,
        };
        let failure = Failure::from(error);
        let problem = problem.ok_or_else(|| failure.clone())?;
        failure.report(request);
        Ok(Self {
            status: failure.status(),
            problem,
        })
    }

    fn page(
        self,
        app: &App,
        here: &Here,
        found: &Visited<InvoiceFile>,
        typed: Option<String>,
    ) -> Answer {
        let offer = offer(app, found);
        let mut view = present(app, here, found, offer.as_ref());
        let problem = self.problem(&view, found);
        view.problems = problem.into();
        if let (Paying::Part { amount, .. }, Some(typed)) = (&mut view.paying, typed) {
            *amount = typed;
        }
        leading(page::show(self.status, &view)?, offer.map(|it| it.gateway))
    }

    /// Beside the field where there is one. Where there is none, no amount was asked for.
    fn problem(&self, view: &InvoicePage, found: &Visited<InvoiceFile>) -> Problem {
        let problem = self.problem.clone();
        let has_field = matches!(view.paying, Paying::Part { .. });
        let due = found.page.invoice.value.amount_due();
        match problem {
            PayProblem::NothingDue | PayProblem::NotOnline => Problem::Payment(problem),
            PayProblem::Refused | PayProblem::NoAnswer | PayProblem::Other => {
                Problem::Payment(problem)
            }
            _ if has_field => Problem::Amount(problem),
            PayProblem::Malformed { .. } | PayProblem::Outside { .. } => {
                Problem::Payment(match due.is_positive() {
                    true => PayProblem::NotWhole { due: money(due) },
                    false => PayProblem::NothingDue,
                })
            }
            _ => Problem::Payment(problem),
        }
    }
}

fn problem(refusal: &Refusal, currency: Currency) -> Option<PayProblem> {
    Some(match refusal {
        Refusal::Money(_) => PayProblem::Malformed {
            example: example(currency),
        },
        Refusal::Invoice(InvoiceError::NothingDue) => PayProblem::NothingDue,
        Refusal::NoGateway => PayProblem::NotOnline,
        Refusal::CheckoutRefused => PayProblem::Refused,
        Refusal::PartAmount { least, most } => PayProblem::Outside {
            least: money(*least),
            most: money(*most),
        },
        Refusal::Amount(refusal) => match *refusal {
            AmountRefusal::Currency(currency) => PayProblem::Currency(currency.code()),
            AmountRefusal::TooLittle { least } => PayProblem::TooLittle {
                least: money(least),
            },
            AmountRefusal::TooMuch { most } => PayProblem::TooMuch { most: money(most) },
            AmountRefusal::Step { step } => PayProblem::Steps(money(step)),
            _ => PayProblem::Other,
        },
        _ => return None,
    })
}

/// A hundred, as it may be typed.
fn example(currency: Currency) -> String {
    let hundred = 10_i64.pow(currency.decimals()) * 100;
    Money::from_minor(hundred, currency).amount()
}

/// How what is due can be paid.
pub(super) fn paying(here: &Here, file: &InvoiceFile, offer: Option<&Offer>) -> Paying {
    let live = file.live_attempt().map(|attempt| &attempt.value);
    if let Some(attempt) = live.filter(|it| it.stage() == AttemptStage::Processing) {
        return Paying::UnderWay {
            amount: money(attempt.amount),
            attempt: here.urls.attempt(&attempt.id.to_string()),
        };
    }
    match offer {
        None => Paying::Nowhere,
        Some(Offer { due, least, .. }) => match least {
            None => Paying::Whole(money(*due)),
            Some(least) => Paying::Part {
                least: money(*least),
                currency: due.currency().code(),
                amount: due.amount(),
            },
        },
    }
}

/// Lets the page's forms lead to the gateway, if there is one.
pub(super) fn leading(mut response: Response, gateway: Option<GatewayProfile>) -> Answer {
    if let Some(gateway) = gateway {
        headers::lead_to(&gateway.content, &mut response);
    }
    Ok(response)
}
