//! Every page filled with samples: what the tests render, and what a designer looks at.

use askama::Template;

use super::Pager;
use super::access::{
    ForgotPassword, ForgotPasswordSent, SetPassword, SetPasswordDead, SetPasswordFor, SignIn,
    SignInNotice, SignedOut,
};
use super::dashboard::{Activity, Announcement, Dashboard, Figures, Happening, Task, Waiting};
use super::fault::{Fault, FaultPage};
use super::forms::{Problem, Problems};
use super::frame::{Bar, Brand, Direction, Entry, Frame, Section};
use super::invoices::{
    InvoiceFilter, InvoiceLine, InvoiceList, InvoicePage, InvoiceRecord, InvoiceRow, InvoiceStatus,
    Prices, Totals,
};
use super::payments::{PaymentHistory, PaymentRow, RecordKind};
use super::profile::Profile;
use crate::html::format::{Day, amount};
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
        pages.extend(self.dashboards());
        pages.extend(self.invoices());
        pages.extend(self.payments());
        pages.extend(self.faults());
        pages
    }

    fn access(&self) -> Vec<(&'static str, String)> {
        let wrong = Problems(vec![Problem::WrongCredentials]);
        let short = vec![
            Problem::PasswordTooShort { least: 12 },
            Problem::PasswordsDiffer,
        ];
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
                    Problems(vec![Problem::TooManyTries("2 minutes".into())]),
                    None,
                )),
            ),
            (
                "sign-in-notice",
                html(&self.sign_in(Problems::default(), Some(SignInNotice::SessionEnded))),
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
            bar: self.bar().at(Section::Dashboard),
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
            bar: self.bar().at(Section::Dashboard),
            first_name: self.text("Ana"),
            waiting: self.waiting(),
            figures: Some(figures),
            announcements: self.announcements(),
            activity: self.activity(),
        }
    }

    fn waiting(&self) -> Vec<Waiting> {
        let row = |task, title: &str, matter: Option<&str>, amount, by, overdue| Waiting {
            task,
            link: format!("{}/invoices/inv_17", self.base),
            title: self.text(title),
            matter: matter.map(|text| self.text(text)),
            amount,
            by,
            overdue,
        };
        let invoice = Some("Northbay v. Harbour Freight");
        let late = Some(Day::new(2026, 11, 9));
        let soon = Some(Day::new(2026, 12, 1));
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
                Some(Day::new(2026, 11, 30)),
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
            day: Day::new(2026, 11, 20),
        }]
    }

    fn activity(&self) -> Vec<Activity> {
        let row = |what, number: &str, amount, day| Activity {
            what,
            subject: self.text(number),
            link: format!("{}/invoices/inv_17", self.base),
            amount,
            day: Day::new(2026, 11, day),
        };
        vec![
            row(
                Happening::PaymentReceived,
                "INV-2026-0019",
                Some(usd(250_000)),
                22,
            ),
            row(
                Happening::InvoiceIssued,
                "INV-2026-0021",
                Some(eur(96_000)),
                17,
            ),
            row(
                Happening::CreditApplied,
                "INV-2026-0017",
                Some(usd(20_000)),
                12,
            ),
            row(
                Happening::PaymentRefunded,
                "INV-2026-0012",
                Some(usd(4_500)),
                5,
            ),
            row(Happening::InvoiceCancelled, "INV-2026-0015", None, 3),
        ]
    }

    fn invoices(&self) -> Vec<(&'static str, String)> {
        let mut rows = self.rows();
        let pager = Pager {
            newer: None,
            older: Some(format!("{}/invoices?after=x", self.base)),
        };
        let list = self.list(InvoiceFilter::All, rows.clone(), pager);
        rows.retain(|row| row.status == InvoiceStatus::Overdue);
        let filter = InvoiceFilter::Only(InvoiceStatus::Overdue);
        let overdue = self.list(filter, rows, Pager::default());
        let nothing = InvoiceFilter::Only(InvoiceStatus::Cancelled);
        let empty = self.list(nothing, vec![], Pager::default());
        vec![
            ("invoices", html(&list)),
            ("invoices-overdue", html(&overdue)),
            ("invoices-empty", html(&empty)),
            (
                "invoices-none",
                html(&self.list(InvoiceFilter::All, vec![], Pager::default())),
            ),
            ("invoice", html(&self.invoice(InvoiceStatus::Overdue))),
            ("invoice-unpaid", html(&self.invoice(InvoiceStatus::Unpaid))),
            ("invoice-paid", html(&self.invoice(InvoiceStatus::Paid))),
            (
                "invoice-cancelled",
                html(&self.invoice(InvoiceStatus::Cancelled)),
            ),
        ]
    }

    fn list(&self, filter: InvoiceFilter, rows: Vec<InvoiceRow>, pager: Pager) -> InvoiceList {
        InvoiceList {
            frame: self.frame(),
            bar: self.bar().at(Section::Invoices),
            filter,
            rows,
            pager,
        }
    }

    fn rows(&self) -> Vec<InvoiceRow> {
        use InvoiceStatus::{Cancelled, Overdue, Paid, PartiallyPaid, Unpaid};
        let row = |number, matter: Option<&str>, status, total, balance, paid| InvoiceRow {
            id: self.text("inv_17"),
            number: self.text(number),
            matter: matter.map(|text| self.text(text)),
            issued: Day::new(2026, 10, 26),
            due_on: (number != "INV-2026-0021").then(|| Day::new(2026, 11, 25)),
            status,
            total,
            balance,
            paid,
        };
        vec![
            row(
                "INV-2026-0021",
                Some("Lease review, Pier 4"),
                Unpaid,
                eur(96_000),
                eur(96_000),
                None,
            ),
            row(
                "INV-2026-0019",
                Some("Corporate advice, November"),
                PartiallyPaid,
                usd(1_121_550),
                usd(871_550),
                Some(usd(250_000)),
            ),
            row(
                "INV-2026-0017",
                Some("Northbay v. Harbour Freight: depositions and expert fees"),
                Overdue,
                usd(512_500),
                usd(412_500),
                Some(usd(100_000)),
            ),
            row("INV-2026-0015", None, Cancelled, usd(30_000), usd(0), None),
            row(
                "INV-2026-0012",
                Some("Annual filing"),
                Paid,
                usd(84_000),
                usd(0),
                None,
            ),
        ]
    }

    fn invoice(&self, status: InvoiceStatus) -> InvoicePage {
        let open = matches!(status, InvoiceStatus::Overdue);
        InvoicePage {
            frame: self.frame(),
            bar: self.bar().at(Section::Invoices),
            number: self.text("INV-2026-0017"),
            status,
            issued: Day::new(2026, 10, 10),
            due_on: (status != InvoiceStatus::Unpaid).then(|| Day::new(2026, 11, 9)),
            cancelled_on: (status == InvoiceStatus::Cancelled).then(|| Day::new(2026, 11, 3)),
            matter: Some(self.text("Northbay v. Harbour Freight")),
            billed_to: vec![self.text("Northbay Logistics Ltd"), self.text("12 Quay Street, Oakland")],
            lines: self.lines(),
            prices: if open { Prices::BeforeTax } else { Prices::WithTax },
            totals: self.totals(status),
            records: if open { self.records() } else { vec![] },
            note: open.then(|| {
                self.text("Thank you for the quick documents.\nPlease put the invoice number on your transfer.")
            }),
        }
    }

    fn lines(&self) -> Vec<InvoiceLine> {
        let line = |title, detail: Option<&str>, quantity: &str, price, net| InvoiceLine {
            title: self.text(title),
            detail: detail.map(|text| self.text(text)),
            quantity: quantity.to_owned(),
            unit: (quantity != "1").then(|| self.text("hours")),
            price,
            discount: (quantity == "6").then(|| self.text("10 %")),
            taxes: if quantity == "1" {
                vec![]
            } else {
                vec![self.text("GST 5 %"), self.text("QST 9.975 %")]
            },
            net,
        };
        vec![
            line(
                "Deposition of three witnesses",
                Some("9, 10 and 14 October"),
                "7.5",
                usd(42_000),
                usd(315_000),
            ),
            line(
                "Preparation of expert questions",
                None,
                "6",
                usd(28_000),
                usd(151_200),
            ),
            line(
                "Court filing fee",
                Some("Passed on at cost"),
                "1",
                usd(43_500),
                usd(43_500),
            ),
        ]
    }

    fn totals(&self, status: InvoiceStatus) -> Totals {
        let open = status == InvoiceStatus::Overdue;
        let paid = open || status == InvoiceStatus::Paid;
        Totals {
            subtotal: usd(509_700),
            discount: Some((self.text("Discount 5 %"), usd(-25_485))),
            taxes: vec![
                (self.text("GST 5 %"), usd(22_145)),
                (self.text("QST 9.975 %"), usd(44_179)),
            ],
            total: usd(550_539),
            paid: paid.then(|| usd(100_000)),
            credited: open.then(|| usd(20_000)),
            balance: usd(430_539),
        }
    }

    fn records(&self) -> Vec<InvoiceRecord> {
        let record = |kind, day, mode: Option<&str>, amount| InvoiceRecord {
            kind,
            day: Day::new(2026, 10, day),
            mode: mode.map(|text| self.text(text)),
            reference: mode.map(|_| self.text("WIRE-88213-AA")),
            amount,
        };
        vec![
            record(RecordKind::Payment, 20, Some("Bank transfer"), usd(100_000)),
            record(RecordKind::VoidedPayment, 21, Some("Cheque"), usd(100_000)),
            record(RecordKind::Credit, 28, None, usd(20_000)),
        ]
    }

    fn payments(&self) -> Vec<(&'static str, String)> {
        let row = |kind, day, mode: Option<&str>, amount| PaymentRow {
            kind,
            day: Day::new(2026, 10, day),
            invoice_id: self.text("inv_17"),
            invoice_number: self.text("INV-2026-0017"),
            mode: mode.map(|text| self.text(text)),
            reference: mode.map(|_| self.text("WIRE-88213-AA")),
            amount,
        };
        let rows = vec![
            row(RecordKind::Refund, 30, Some("Card"), usd(-4_500)),
            row(RecordKind::Credit, 28, None, usd(20_000)),
            row(RecordKind::VoidedPayment, 21, Some("Cheque"), usd(100_000)),
            row(RecordKind::Payment, 20, Some("Bank transfer"), usd(100_000)),
            row(RecordKind::LostDispute, 2, Some("Card"), usd(-7_000)),
        ];
        let pager = Pager {
            newer: Some(format!("{}/payments?before=x", self.base)),
            older: Some(format!("{}/payments?after=x", self.base)),
        };
        let page = |rows, pager| PaymentHistory {
            frame: self.frame(),
            bar: self.bar().at(Section::Invoices),
            rows,
            pager,
        };
        vec![
            ("payments", html(&page(rows, pager))),
            ("payments-empty", html(&page(vec![], Pager::default()))),
            ("profile", html(&self.profile())),
        ]
    }

    fn profile(&self) -> Profile {
        let mut bar = self.bar().at(Section::Profile);
        bar.preview = Some(self.text("Miriam Hale"));
        Profile {
            frame: self.frame(),
            bar,
            title: Some(self.text("General Counsel")),
            email: self.text("ana.ruiz@northbay.example"),
            phone: None,
        }
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
                logo: None,
                support_email: Some(self.text("portal@hartwell.example")),
            },
            theme: self.theme.as_ref().map(|theme| theme.name.clone()),
        }
    }

    fn bar(&self) -> Bar {
        let entry = |section, waiting| Entry { section, waiting };
        let entries = vec![
            entry(Section::Profile, 0),
            entry(Section::Library, 0),
            entry(Section::Documents, 0),
            entry(Section::Estimates, 1),
            entry(Section::Contracts, 1),
            entry(Section::Proposals, 0),
            entry(Section::Invoices, 2),
            entry(Section::Dashboard, 0),
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

fn usd(minor: i64) -> String {
    amount(minor, "USD", 2)
}

fn eur(minor: i64) -> String {
    amount(minor, "EUR", 2)
}
