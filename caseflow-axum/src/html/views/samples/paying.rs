//! The samples of paying online.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::invoice::InvoiceStatus;

use super::super::forms::{PayProblem, Problem};
use super::super::frame::Place;
use super::super::invoices::InvoicePage;
use super::super::pay::{AttemptPage, CheckoutPage, Miss, Missed, Outcome, Paper, Paying, Trouble};
use super::{Samples, day, html, usd};

impl Samples {
    pub(super) fn attempts(&self) -> Vec<(&'static str, String)> {
        let mut pages = self.invoices_to_pay();
        pages.extend(self.outcomes());
        pages.extend(self.misses());
        pages.push(("checkout", html(&self.checkout())));
        pages
    }

    fn invoices_to_pay(&self) -> Vec<(&'static str, String)> {
        let due = usd(430_539);
        let to_pay = |paying| InvoicePage {
            paying,
            ..self.invoice(InvoiceStatus::Unpaid)
        };
        let part = |amount: &str| Paying::Part {
            least: usd(50_000),
            currency: "USD",
            amount: self.text(amount),
        };
        let under_way = Paying::UnderWay {
            amount: due,
            attempt: self.frame().urls.attempt("att_17"),
        };
        let missed = InvoicePage {
            missed: Some(Missed {
                day: day(2026, 11, 3),
                why: Miss::Failed(Trouble::Declined),
            }),
            paying: Paying::Whole(due),
            ..self.invoice(InvoiceStatus::Overdue)
        };
        let outside = PayProblem::Outside {
            least: usd(50_000),
            most: due,
        };
        let wrong = InvoicePage {
            problems: Problem::Amount(outside).into(),
            ..to_pay(part("12.5"))
        };
        let silent = InvoicePage {
            problems: Problem::Payment(PayProblem::NoAnswer).into(),
            ..to_pay(Paying::Whole(due))
        };
        vec![
            ("invoice-pay", html(&to_pay(Paying::Whole(due)))),
            ("invoice-pay-part", html(&to_pay(part("4305.39")))),
            ("invoice-pay-error", html(&wrong)),
            ("invoice-pay-refused", html(&silent)),
            ("invoice-under-way", html(&to_pay(under_way))),
            ("invoice-missed", html(&missed)),
        ]
    }

    fn outcomes(&self) -> Vec<(&'static str, String)> {
        let confirming = |by_itself| Outcome::Confirming {
            by_itself,
            look: self.frame().urls.attempt("att_17"),
        };
        let paid = |left| Outcome::Paid {
            collected: usd(430_539),
            receipt: Some(Paper {
                number: self.text("RCT-2026-0009"),
                link: self.frame().urls.receipt("pay_17"),
            }),
            left,
        };
        let held = Outcome::Held {
            collected: super::eur(430_539),
        };
        let page = |outcome| html(&self.attempt(outcome));
        vec![
            ("attempt-paid", page(paid(None))),
            ("attempt-paid-part", page(paid(Some(usd(5_000))))),
            ("attempt-confirming", page(confirming(true))),
            ("attempt-confirming-long", page(confirming(false))),
            ("attempt-processing", page(Outcome::Processing)),
            ("attempt-cancelled", page(Outcome::Cancelled)),
            ("attempt-held", page(held)),
        ]
    }

    fn misses(&self) -> Vec<(&'static str, String)> {
        let page = |why| html(&self.attempt(Outcome::Missed(why)));
        let failed = |trouble| page(Miss::Failed(trouble));
        vec![
            ("attempt-declined", failed(Trouble::Declined)),
            ("attempt-funds", failed(Trouble::Funds)),
            ("attempt-card-expired", failed(Trouble::CardExpired)),
            ("attempt-unconfirmed", failed(Trouble::Unconfirmed)),
            ("attempt-unreachable", failed(Trouble::Unreachable)),
            ("attempt-failed", failed(Trouble::Other)),
            ("attempt-expired", page(Miss::Expired)),
        ]
    }

    fn attempt(&self, outcome: Outcome) -> AttemptPage {
        AttemptPage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Invoices)),
            invoice_id: self.text("inv_17"),
            invoice_number: self.text("INV-2026-0017"),
            amount: usd(430_539),
            again: matches!(outcome, Outcome::Missed(_)),
            outcome,
        }
    }

    fn checkout(&self) -> CheckoutPage {
        CheckoutPage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Invoices)),
            invoice_id: self.text("inv_17"),
            invoice_number: self.text("INV-2026-0017"),
            amount: usd(430_539),
            provider: self.text("Example Pay"),
            script: "https://pay.example/embed.js".to_owned(),
            settings: self.text("{\"client_secret\":\"co_1\"}"),
        }
    }
}
