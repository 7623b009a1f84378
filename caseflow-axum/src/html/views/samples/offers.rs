//! The samples of proposals and estimates.

use caseflow_core::domain::offer::{Answer, OfferKind, OfferStatus};
use caseflow_core::domain::rich_text::RichText;

use super::super::Pager;
use super::super::forms::{NameField, OfferProblem, Problem, Problems};
use super::super::frame::Place;
use super::super::offers::{
    Asked, LinkedAnswer, LinkedOffer, OfferAnswer, OfferBody, OfferLinkDead, OfferList, OfferPage,
    OfferRow, Standing, State,
};
use super::super::pricing::Prices;
use super::{Samples, day, html, usd};
use crate::html::rich_text::{RichHtml, Under};

use OfferKind::{Estimate, Proposal};
use OfferStatus::{Accepted, Declined, Expired, Sent, Withdrawn};

const BODY: &str = "\
We advise on the lease of **Pier 4** and see it through to signature.

# Scope

1. Review of the landlord's draft, with a marked-up copy
2. Two rounds of negotiation
   - by telephone
   - in *one* meeting at your office
3. Closing

## Not included

> Land-register and notary fees are passed on at cost.

| Step | By | Lawyer | Hours | Rate |
| --- | --- | --- | ---: | ---: |
| Review | 4 December | M. Hale | 6 | 280.00 |
| Negotiation | 18 December | M. Hale, P. Osei | 12 | 280.00 |
| Closing | 22 January | P. Osei | 3 | 210.00 |

Questions? [Write to us](mailto:portal@hartwell.example).";

impl Samples {
    pub(super) fn offers(&self) -> Vec<(&'static str, String)> {
        let mut pages = self.offer_lists();
        pages.extend(self.offer_states());
        pages.extend(self.offer_answers());
        pages.extend(self.offer_links());
        pages
    }

    fn offer_lists(&self) -> Vec<(&'static str, String)> {
        let pager = Pager {
            older: Some(format!("{}/proposals?after=x", self.base)),
            ..Pager::default()
        };
        let list = |kind: OfferKind, rows: Vec<OfferRow>, pager| {
            let (waiting, past) = rows.into_iter().partition(|row| {
                let Standing { status, .. } = row.status;
                status == Sent
            });
            html(&OfferList {
                frame: self.frame(),
                bar: self.bar().at(Place::Section(kind.section())),
                kind,
                waiting,
                past,
                pager,
            })
        };
        vec![
            (
                "proposals",
                list(Proposal, self.offer_rows(Proposal), pager),
            ),
            (
                "estimates",
                list(Estimate, self.offer_rows(Estimate), Pager::default()),
            ),
            ("estimates-none", list(Estimate, vec![], Pager::default())),
        ]
    }

    fn offer_rows(&self, kind: OfferKind) -> Vec<OfferRow> {
        let row = |number, title, matter: Option<&str>, status| OfferRow {
            link: self.frame().urls.offer(kind, "off_17"),
            number: self.text(number),
            title: self.text(title),
            matter: matter.map(|text| self.text(text)),
            status: Standing { kind, status },
            dated: day(2026, 11, 10),
            open_till: day(2026, 12, 9),
            total: usd(550_539),
        };
        vec![
            row("P-0021", "Lease of Pier 4", Some("Pier 4"), Sent),
            row("P-0020", "Data protection review", None, Sent),
            row(
                "P-0017",
                "Trademark filing in four countries and a watch over those of others",
                Some("Northbay v. Harbour Freight: depositions and expert fees"),
                Accepted,
            ),
            row("P-0015", "Employment handbook", None, Declined),
            row("P-0011", "Tax return 2025", None, Expired),
            row("P-0009", "Board minutes", None, Withdrawn),
        ]
    }

    fn offer_states(&self) -> Vec<(&'static str, String)> {
        let none = Problems::default;
        let changed = Problems::from(Problem::Offer(OfferProblem::Changed));
        let late = Problems::from(Problem::Offer(OfferProblem::Expired));
        let page = |kind, status, problems| html(&self.offer_page(kind, status, problems));
        vec![
            ("proposal", page(Proposal, Sent, none())),
            ("proposal-accepted", page(Proposal, Accepted, none())),
            ("proposal-expired", page(Proposal, Expired, none())),
            ("proposal-refused", page(Proposal, Sent, changed)),
            ("estimate", page(Estimate, Sent, none())),
            ("estimate-rejected", page(Estimate, Declined, none())),
            ("estimate-withdrawn", page(Estimate, Withdrawn, none())),
            ("estimate-late-refused", page(Estimate, Expired, late)),
        ]
    }

    fn offer_answers(&self) -> Vec<(&'static str, String)> {
        let none = Problems::default;
        let long = Problems::from(Problem::Offer(OfferProblem::ReasonTooLong { most: 1000 }));
        let page = |kind: OfferKind, answer, problems| {
            html(&OfferAnswer {
                frame: self.frame(),
                bar: self.bar().at(Place::Section(kind.section())),
                problems,
                asked: self.asked(kind, answer, None),
            })
        };
        vec![
            ("proposal-accept", page(Proposal, Answer::Accepted, none())),
            ("proposal-decline", page(Proposal, Answer::Declined, none())),
            ("estimate-reject", page(Estimate, Answer::Declined, none())),
            (
                "estimate-reject-error",
                page(Estimate, Answer::Declined, long),
            ),
        ]
    }

    fn offer_links(&self) -> Vec<(&'static str, String)> {
        let linked = |status| {
            html(&LinkedOffer {
                frame: self.frame(),
                problems: Problems::default(),
                offer: self.offer(Proposal, status, Some("q83v")),
            })
        };
        let answer = |answer, problems| {
            html(&LinkedAnswer {
                frame: self.frame(),
                problems,
                asked: self.asked(Proposal, answer, Some("q83v")),
            })
        };
        let nameless = Problems::from(Problem::NameMissing(NameField::Own));
        let dead = OfferLinkDead {
            frame: self.frame(),
        };
        vec![
            ("proposal-link", linked(Sent)),
            ("proposal-link-declined", linked(Declined)),
            (
                "proposal-link-accept",
                answer(Answer::Accepted, Problems::default()),
            ),
            (
                "proposal-link-decline-error",
                answer(Answer::Declined, nameless),
            ),
            ("proposal-link-dead", html(&dead)),
        ]
    }

    fn offer_page(&self, kind: OfferKind, status: OfferStatus, problems: Problems) -> OfferPage {
        OfferPage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(kind.section())),
            problems,
            offer: self.offer(kind, status, None),
        }
    }

    fn offer(&self, kind: OfferKind, status: OfferStatus, token: Option<&str>) -> OfferBody {
        let urls = self.frame().urls;
        let answer = |answer| match token {
            Some(token) => urls.offer_link_answer(answer, token),
            None => urls.offer_answer(kind, answer, "off_17"),
        };
        let text = RichText::parse(&self.text(BODY)).unwrap();
        OfferBody {
            kind,
            number: self.text("P-0021"),
            title: self.text("Lease of Pier 4"),
            status: Standing { kind, status },
            state: match status {
                OfferStatus::Draft | Sent => State::Open {
                    accept: answer(Answer::Accepted),
                    decline: answer(Answer::Declined),
                },
                Accepted | Declined => State::Answered {
                    by: self.text("Ana Ruiz"),
                    to: token.map(|_| self.text("board@northbay.example")),
                    on: day(2026, 11, 20),
                    reason: (status == Declined)
                        .then(|| self.text("Too dear.\nPerhaps next year.")),
                },
                Withdrawn => State::Withdrawn {
                    on: day(2026, 11, 20),
                },
                Expired => State::Expired,
            },
            dated: day(2026, 11, 10),
            open_till: day(2026, 12, 9),
            matter: Some(self.text("Pier 4")),
            made_for: vec![
                self.text("Northbay Logistics Ltd"),
                self.text("12 Quay Street, Oakland"),
            ],
            text: (kind == Proposal).then(|| RichHtml::new(&text, Under::H2)),
            lines: self.lines(),
            sums: self.sums(Prices::BeforeTax),
            pdf: match token {
                Some(token) => urls.offer_link_pdf(token),
                None => urls.offer_pdf(kind, "off_17"),
            },
        }
    }

    fn asked(&self, kind: OfferKind, answer: Answer, token: Option<&str>) -> Asked {
        let urls = self.frame().urls;
        let (action, back) = match token {
            Some(token) => (
                urls.offer_link_answer(answer, token),
                urls.offer_link(token),
            ),
            None => (
                urls.offer_answer(kind, answer, "off_17"),
                urls.offer(kind, "off_17"),
            ),
        };
        Asked {
            kind,
            answer,
            number: self.text("P-0021"),
            title: self.text("Lease of Pier 4"),
            total: usd(550_539),
            shown: self.text("5f1c"),
            action,
            back,
            name: token.map(|_| self.text("Ida Board")),
            reason: self.text("Too dear."),
        }
    }
}
