//! Every page filled with samples: what the tests render, and what a designer looks at.

mod billing;
mod contracts;
mod documents;
mod library;
mod offers;
mod paying;
mod profile;
mod vault;

use std::time::Duration;

use askama::Template;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::activity::ActivityKind;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use chrono::NaiveDate;

use super::access::{
    ConfirmEmail, ConfirmEmailDead, ForgotPassword, ForgotPasswordSent, Preview, PreviewDead,
    PreviewEnded, SetPassword, SetPasswordDead, SetPasswordFor, SignIn, SignInNotice, SignedOut,
};
use super::dashboard::{Activity, Announcement, Dashboard, Figures, Task, Waiting};
use super::fault::{Fault, FaultPage};
use super::forms::{Problem, Problems};
use super::frame::{Bar, Brand, Direction, Entry, Frame, Logo, Place};
use crate::assets::ICON;
use crate::html::format::{Amount, Day, money};
use crate::theme::Theme;
use crate::urls::Urls;

/// Makes the samples; `mark` is appended to every stored text, so that a test can follow it.
#[derive(Debug, Clone)]
pub(super) struct Samples {
    pub(super) base: &'static str,
    pub(super) mark: &'static str,
    pub(super) direction: Direction,
    pub(super) theme: Option<Theme>,
}

impl Samples {
    /// File name and HTML of every page in every state worth seeing.
    pub(super) fn pages(&self) -> Vec<(&'static str, String)> {
        let mut pages = self.access();
        pages.extend(self.links());
        pages.extend(self.dashboards());
        pages.extend(self.invoices());
        pages.extend(self.payments());
        pages.extend(self.attempts());
        pages.extend(self.contracts());
        pages.extend(self.offers());
        pages.extend(self.documents());
        pages.extend(self.vault());
        pages.extend(self.library());
        pages.extend(self.profiles());
        pages.extend(self.faults());
        pages
    }

    fn access(&self) -> Vec<(&'static str, String)> {
        let wrong = Problems(vec![Problem::WrongCredentials]);
        let sent = ForgotPasswordSent {
            frame: self.frame(),
            email: self.text("ana.ruiz@northbay.example"),
            valid_for: "1 hour".into(),
        };
        vec![
            ("sign-in", html(&self.sign_in(Problems::default(), None))),
            ("sign-in-error", html(&self.sign_in(wrong, None))),
            (
                "sign-in-wait",
                html(&self.sign_in(
                    Problems(vec![Problem::TooManyTries(Duration::from_secs(120))]),
                    None,
                )),
            ),
            (
                "sign-in-notice",
                html(&self.sign_in(Problems::default(), Some(SignInNotice::SessionEnded))),
            ),
            (
                "sign-in-confirmed",
                html(&self.sign_in(Problems::default(), Some(SignInNotice::EmailConfirmed))),
            ),
            (
                "sign-in-set",
                html(&self.sign_in(Problems::default(), Some(SignInNotice::PasswordSet))),
            ),
            ("forgot-password", html(&self.forgot(Problems::default()))),
            (
                "forgot-password-error",
                html(&self.forgot(Problems(vec![Problem::EmailMalformed]))),
            ),
            ("forgot-password-sent", html(&sent)),
        ]
    }

    fn links(&self) -> Vec<(&'static str, String)> {
        let short = vec![
            Problem::PasswordTooShort { least: 12 },
            Problem::PasswordsDiffer,
        ];
        vec![
            (
                "set-password",
                html(&self.set(Problems::default(), SetPasswordFor::Invitation)),
            ),
            (
                "set-password-error",
                html(&self.set(Problems(short), SetPasswordFor::Reset)),
            ),
            (
                "set-password-dead",
                html(&SetPasswordDead {
                    frame: self.frame(),
                }),
            ),
            (
                "confirm-email",
                html(&ConfirmEmail {
                    frame: self.frame(),
                    token: self.text("q83v"),
                    email: self.text("ana@northbay.example"),
                }),
            ),
            (
                "confirm-email-dead",
                html(&ConfirmEmailDead {
                    frame: self.frame(),
                }),
            ),
            (
                "preview",
                html(&Preview {
                    frame: self.frame(),
                    token: self.text("q83v"),
                    contact: self.text("ana@northbay.example"),
                }),
            ),
            (
                "preview-dead",
                html(&PreviewDead {
                    frame: self.frame(),
                }),
            ),
            (
                "preview-ended",
                html(&PreviewEnded {
                    frame: self.frame(),
                }),
            ),
            (
                "signed-out",
                html(&SignedOut {
                    frame: self.frame(),
                }),
            ),
        ]
    }

    fn sign_in(&self, problems: Problems, notice: Option<SignInNotice>) -> SignIn {
        let email = if problems.any() {
            self.text("ana.ruiz@northbay.example")
        } else {
            "".into()
        };
        let next = Some(self.text("/portal/invoices"));
        SignIn {
            frame: self.frame(),
            problems,
            email,
            next,
            notice,
        }
    }

    fn forgot(&self, problems: Problems) -> ForgotPassword {
        ForgotPassword {
            frame: self.frame(),
            problems,
            email: self.text("ana.ruiz@"),
        }
    }

    fn set(&self, problems: Problems, purpose: SetPasswordFor) -> SetPassword {
        SetPassword {
            frame: self.frame(),
            problems,
            purpose,
            token: self.text("q83v"),
            email: self.text("ana.ruiz@northbay.example"),
            least: 12,
        }
    }

    fn dashboards(&self) -> Vec<(&'static str, String)> {
        let empty = Dashboard {
            frame: self.frame(),
            bar: self.bar().at(Place::Dashboard),
            first_name: self.text("Ana"),
            waiting: vec![],
            figures: Some(Figures {
                year: 2026,
                ..Figures::default()
            }),
            announcements: vec![],
            activity: vec![],
        };
        vec![
            ("dashboard", html(&self.dashboard())),
            ("dashboard-empty", html(&empty)),
        ]
    }

    fn dashboard(&self) -> Dashboard {
        let figures = Figures {
            open: vec![usd(1_284_050), eur(96_000)],
            open_count: 4,
            overdue: vec![usd(412_500)],
            overdue_count: 1,
            paid: vec![usd(2_310_000)],
            year: 2026,
        };
        Dashboard {
            frame: self.frame(),
            bar: self.bar().at(Place::Dashboard),
            first_name: self.text("Ana"),
            waiting: self.waiting(),
            figures: Some(figures),
            announcements: self.announcements(),
            activity: self.activity(),
        }
    }

    fn waiting(&self) -> Vec<Waiting> {
        let row = |task, title: &str, matter: Option<&str>, amount, by, overdue: bool| Waiting {
            task,
            link: format!("{}/invoices/inv_17", self.base),
            pay: overdue.then(|| format!("{}/invoices/inv_17/pay", self.base)),
            title: self.text(title),
            matter: matter.map(|text| self.text(text)),
            amount,
            by,
            overdue,
        };
        let invoice = Some("Northbay v. Harbour Freight");
        let late = Some(day(2026, 11, 9));
        let soon = Some(day(2026, 12, 1));
        vec![
            row(
                Task::PayInvoice,
                "INV-2026-0017",
                invoice,
                Some(usd(412_500)),
                late,
                true,
            ),
            row(
                Task::SignContract,
                "Engagement letter 2027",
                None,
                None,
                Some(day(2026, 11, 30)),
                false,
            ),
            row(
                Task::PayInvoice,
                "INV-2026-0021",
                Some("Lease review, Pier 4"),
                Some(eur(96_000)),
                soon,
                false,
            ),
            row(
                Task::DecideProposal,
                "Data protection review",
                None,
                None,
                None,
                false,
            ),
            row(
                Task::DecideEstimate,
                "Trademark filing in four countries",
                None,
                Some(usd(1_840_000)),
                None,
                false,
            ),
        ]
    }

    fn announcements(&self) -> Vec<Announcement> {
        vec![Announcement {
            id: self.text("ann_1"),
            title: self.text("Holiday hours"),
            text: self.text(
                "Our offices close from 24 December to 2 January.\nFor urgent filings call the duty line.",
            ),
            day: day(2026, 11, 20),
        }]
    }

    fn activity(&self) -> Vec<Activity> {
        let row = |kind, number: &str, amount, on| Activity {
            kind,
            subject: self.text(number),
            link: format!("{}/invoices/inv_17", self.base),
            amount,
            day: day(2026, 11, on),
        };
        vec![
            row(
                ActivityKind::PaymentReceived,
                "INV-2026-0019",
                Some(usd(250_000)),
                22,
            ),
            row(
                ActivityKind::InvoiceIssued,
                "INV-2026-0021",
                Some(eur(96_000)),
                17,
            ),
            row(
                ActivityKind::CreditGiven,
                "INV-2026-0017",
                Some(usd(20_000)),
                12,
            ),
            row(
                ActivityKind::PaymentVoided,
                "INV-2026-0012",
                Some(usd(4_500)),
                5,
            ),
            row(ActivityKind::InvoiceCancelled, "INV-2026-0015", None, 3),
            row(
                ActivityKind::PaymentRefunded,
                "INV-2026-0012",
                Some(usd(84_000)),
                3,
            ),
            row(
                ActivityKind::RefundReturned,
                "INV-2026-0012",
                Some(usd(84_000)),
                2,
            ),
            row(
                ActivityKind::PaymentDisputed,
                "INV-2026-0010",
                Some(eur(12_000)),
                2,
            ),
            row(
                ActivityKind::DisputeWon,
                "INV-2026-0010",
                Some(eur(12_000)),
                1,
            ),
        ]
    }

    fn faults(&self) -> Vec<(&'static str, String)> {
        let page = |fault| {
            html(&FaultPage {
                frame: self.frame(),
                fault,
                reference: self.text("r7Kq2-0B1x"),
            })
        };
        vec![
            ("fault-403", page(Fault::ForeignForm)),
            ("fault-403-preview", page(Fault::Preview)),
            ("fault-400", page(Fault::Misunderstood)),
            ("fault-422", page(Fault::TooLong)),
            ("fault-404", page(Fault::NotFound)),
            (
                "fault-429",
                page(Fault::TooManyRequests("4 minutes".into())),
            ),
            ("fault-500", page(Fault::Internal)),
            ("fault-503", page(Fault::Unavailable)),
        ]
    }

    fn frame(&self) -> Frame {
        Frame {
            urls: Urls::new(self.base),
            lang: "en".into(),
            direction: self.direction,
            brand: Brand {
                name: self.text("Hartwell & Lowe LLP"),
                logo: self.theme.as_ref().map(|_| self.logo()),
                support_email: Some(self.text("portal@hartwell.example")),
            },
            theme: self.theme.as_ref().map(|theme| theme.name.clone()),
            preview: false,
        }
    }

    /// A firm with a colour of its own also has a logo.
    fn logo(&self) -> Logo {
        let icon = Urls::new(self.base).asset(&ICON.name);
        Logo {
            light: icon.clone(),
            dark: Some(icon),
        }
    }

    fn bar(&self) -> Bar {
        let entry = |place, waiting| Entry { place, waiting };
        let entries = vec![
            entry(Place::Profile, 0),
            entry(Place::Section(Section::Library), 0),
            entry(Place::Section(Section::Documents), 0),
            entry(Place::Section(Section::Vault), 0),
            entry(Place::Section(Section::Estimates), 1),
            entry(Place::Section(Section::Contracts), 1),
            entry(Place::Section(Section::Proposals), 0),
            entry(Place::Section(Section::Invoices), 2),
            entry(Place::Dashboard, 0),
        ];
        Bar::new(
            entries,
            &self.text("Ana Ruiz"),
            &self.text("Northbay Logistics Ltd"),
        )
    }

    fn text(&self, text: &str) -> String {
        format!("{text}{}", self.mark)
    }
}

fn html(page: &impl Template) -> String {
    page.render().unwrap()
}

fn usd(minor: i64) -> Amount {
    money(Money::from_minor(minor, Currency::USD))
}

fn eur(minor: i64) -> Amount {
    money(Money::from_minor(minor, Currency::EUR))
}

fn day(year: i32, month: u32, day: u32) -> Day {
    NaiveDate::from_ymd_opt(year, month, day).unwrap().into()
}
