//! The samples of invoices and payments.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::reversal::ReversalKind;

use super::super::Pager;
use super::super::forms::{DayField, Problem, Problems};
use super::super::frame::Place;
use super::super::invoices::{
    Account, InvoiceFilter, InvoiceList, InvoicePage, InvoiceRecord, InvoiceRow,
};
use super::super::pay::{Paper, Paying};
use super::super::payments::{PaymentHistory, PaymentRow, RecordKind, StatementForm};
use super::super::pricing::{PricedLine, Prices, Sums};
use super::{Samples, day, eur, html, usd};
use crate::html::format::Amount;

impl Samples {
    pub(super) fn invoices(&self) -> Vec<(&'static str, String)> {
        let mut rows = self.rows();
        let pager = Pager {
            newest: None,
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
            bar: self.bar().at(Place::Section(Section::Invoices)),
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
            issued: day(2026, 10, 26),
            due_on: day(2026, 11, 25),
            status,
            total,
            balance,
            paid,
            payable: matches!(status, Unpaid | Overdue),
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

    pub(super) fn invoice(&self, status: InvoiceStatus) -> InvoicePage {
        let open = matches!(status, InvoiceStatus::Overdue);
        InvoicePage {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Invoices)),
            problems: Problems::default(),
            paying: Paying::Nowhere,
            missed: None,
            id: self.text("inv_17"),
            number: self.text("INV-2026-0017"),
            status,
            issued: day(2026, 10, 10),
            due_on: day(2026, 11, 9),
            cancelled_on: (status == InvoiceStatus::Cancelled).then(|| day(2026, 11, 3)),
            matter: Some(self.text("Northbay v. Harbour Freight")),
            billed_to: vec![self.text("Northbay Logistics Ltd"), self.text("12 Quay Street, Oakland")],
            lines: self.lines(),
            sums: self.sums(if open { Prices::BeforeTax } else { Prices::WithTax }),
            account: account(status),
            records: if open { self.records() } else { vec![] },
            note: open.then(|| {
                self.text("Thank you for the quick documents.\nPlease put the invoice number on your transfer.")
            }),
        }
    }

    pub(super) fn lines(&self) -> Vec<PricedLine> {
        let line = |title, detail: Option<&str>, quantity: &str, price: Amount, net| PricedLine {
            title: self.text(title),
            detail: detail.map(|text| self.text(text)),
            quantity: quantity.to_owned(),
            unit: (quantity != "1").then(|| self.text("hours")),
            price: price.to_string(),
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

    pub(super) fn sums(&self, prices: Prices) -> Sums {
        Sums {
            prices,
            subtotal: usd(509_700),
            discount: Some((self.text("Discount 5 %"), usd(-25_485))),
            taxes: vec![
                (self.text("GST 5 %"), usd(22_145)),
                (self.text("QST 9.975 %"), usd(44_179)),
            ],
            total: usd(550_539),
        }
    }

    fn records(&self) -> Vec<InvoiceRecord> {
        let record = |kind, on, mode: Option<PaymentMode>, amount| InvoiceRecord {
            kind,
            day: day(2026, 10, on),
            mode,
            reference: mode.map(|_| self.text("WIRE-88213-AA")),
            reason: mode
                .is_none()
                .then(|| self.text("Goodwill for the late draft")),
            paper: self.paper(kind),
            amount,
        };
        vec![
            record(
                RecordKind::Payment,
                20,
                Some(PaymentMode::BankTransfer),
                usd(100_000),
            ),
            record(
                RecordKind::VoidedPayment,
                21,
                Some(PaymentMode::Cheque),
                usd(100_000),
            ),
            record(RecordKind::Credit, 28, None, usd(20_000)),
            record(
                RecordKind::Payment,
                29,
                Some(PaymentMode::Online),
                usd(50_000),
            ),
            record(
                RecordKind::Reversal(ReversalKind::Refund),
                30,
                None,
                usd(-50_000),
            ),
        ]
    }

    pub(super) fn payments(&self) -> Vec<(&'static str, String)> {
        let row = |kind, on, mode: Option<PaymentMode>, amount| PaymentRow {
            kind,
            paper: self.paper(kind),
            day: day(2026, 10, on),
            invoice_id: self.text("inv_17"),
            invoice_number: self.text("INV-2026-0017"),
            mode,
            reference: mode.map(|_| self.text("WIRE-88213-AA")),
            amount,
        };
        let back = |kind, on, amount| row(RecordKind::Reversal(kind), on, None, amount);
        let rows = vec![
            back(ReversalKind::RefundReturned, 30, usd(4_500)),
            back(ReversalKind::Refund, 28, usd(-4_500)),
            row(
                RecordKind::Payment,
                27,
                Some(PaymentMode::Online),
                usd(4_500),
            ),
            row(
                RecordKind::VoidedPayment,
                21,
                Some(PaymentMode::Cheque),
                usd(100_000),
            ),
            row(
                RecordKind::Payment,
                20,
                Some(PaymentMode::BankTransfer),
                usd(100_000),
            ),
            back(ReversalKind::DisputeWon, 19, usd(7_000)),
            back(ReversalKind::Dispute, 2, usd(-7_000)),
        ];
        let pager = Pager {
            newest: Some(format!("{}/payments", self.base)),
            newer: Some(format!("{}/payments?before=x", self.base)),
            older: Some(format!("{}/payments?after=x", self.base)),
        };
        let page = |rows, pager| PaymentHistory {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Invoices)),
            rows,
            pager,
        };
        let wrong = vec![
            Problem::DaysBackwards,
            Problem::DayMalformed(DayField::Last),
        ];
        vec![
            ("payments", html(&page(rows, pager))),
            ("payments-empty", html(&page(vec![], Pager::default()))),
            ("statement", html(&self.statement(Problems::default()))),
            ("statement-error", html(&self.statement(Problems(wrong)))),
        ]
    }

    fn paper(&self, kind: RecordKind) -> Option<Paper> {
        let urls = self.frame().urls;
        let (number, link) = match kind {
            RecordKind::Credit => return None,
            RecordKind::Payment | RecordKind::VoidedPayment => {
                ("RCT-2026-0009", urls.receipt("pay_17"))
            }
            RecordKind::Reversal(_) => ("RF-2026-0002", urls.reversal_note("rev_17")),
        };
        Some(Paper {
            number: self.text(number),
            link,
        })
    }

    fn statement(&self, problems: Problems) -> StatementForm {
        StatementForm {
            frame: self.frame(),
            bar: self.bar().at(Place::Section(Section::Invoices)),
            problems,
            from: self.text("2026-01-01"),
            to: self.text("2026-11-24"),
        }
    }
}

fn account(status: InvoiceStatus) -> Account {
    let open = status == InvoiceStatus::Overdue;
    let paid = open || status == InvoiceStatus::Paid;
    Account {
        paid: paid.then(|| usd(100_000)),
        credited: open.then(|| usd(20_000)),
        balance: usd(430_539),
    }
}
