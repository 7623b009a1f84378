//! The client's invoices: the list and one of them.

use axum::extract::State;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::client::Client;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::invoice::{Invoice, InvoiceState};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::{Credit, Payment};
use caseflow_core::domain::reversal::Reversal;
use caseflow_core::portal::pay::{self, Offer};
use caseflow_core::portal::{Visited, invoices};
use caseflow_core::ports::store::{self, InvoiceFile, InvoiceQuery};
use chrono::NaiveDate;
use serde::Deserialize;

use super::attempts::missed;
use super::format::{Amount, Day, money, text};
use super::page::{self, Answer, Turning};
use super::pay::{leading, paying};
use super::payments::{kind_of, moved, note_of, receipt_of};
use super::pricing;
use super::remember::Lasts;
use super::views::forms::Problems;
use super::views::frame::Place;
use super::views::invoices::{
    Account, InvoiceFilter, InvoiceList, InvoicePage, InvoiceRecord, InvoiceRow,
};
use super::views::payments::RecordKind;
use crate::download;
use crate::error::Failure;
use crate::extract::{InPath, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::{Urls, with_query};

const HERE: Place = Place::Section(Section::Invoices);

/// Which invoices to list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    status: Option<String>,
    after: Option<String>,
}

/// The list under one filter, newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let filter = asked.filter().ok_or(Failure::NOT_FOUND)?;
    let turning = Turning::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let query = InvoiceQuery {
        status: filter.status(),
        client: None,
        page: turning.query(),
    };
    let Visited { who, page } = invoices::list(&app.ports, &visiting, &query).await?;
    let today = who.firm().today(app.ports.now());
    let offers = page.rows.iter();
    let offers: Vec<Option<Offer>> = offers
        .map(|row| pay::offer(&app.ports, who.firm(), row.amount_due()))
        .collect();
    let rows = page.rows.iter().zip(&offers);
    let (frame, bar) = page::inside(&here, &who);
    let view = InvoiceList {
        pager: turning.pager(&filter.address(&here), page.next.as_ref()),
        frame,
        bar: bar.at(HERE),
        filter,
        rows: rows
            .map(|(row, offer)| in_list(row, today, offer.is_some()))
            .collect(),
    };
    let gateway = offers.into_iter().flatten().next().map(|it| it.gateway);
    let page = leading(page::ok(&view)?, gateway)?;
    Ok(Lasts::of(who.firm(), None).on(page))
}

/// One invoice as it stands.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<InvoiceId>,
) -> Answer {
    let visited = invoices::read(&app.ports, &visiting, id).await?;
    let offer = offer(&app, &visited);
    let view = present(&app, &here, &visited, offer.as_ref());
    let page = leading(page::ok(&view)?, offer.map(|offer| offer.gateway))?;
    Ok(Lasts::of(visited.who.firm(), None).on(page))
}

/// How what is due on the invoice can be paid online, if it can.
pub(super) fn offer(app: &App, visited: &Visited<InvoiceFile>) -> Option<Offer> {
    let due = visited.page.invoice.value.amount_due();
    pay::offer(&app.ports, visited.who.firm(), due)
}

/// The invoice as it stands, as a PDF file.
pub(super) async fn pdf(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<InvoiceId>,
) -> Answer {
    let document = invoices::pdf(&app.ports, &visiting, id).await?;
    Ok(download::pdf(document))
}

/// The page of an invoice.
pub(super) fn present(
    app: &App,
    here: &Here,
    visited: &Visited<InvoiceFile>,
    offer: Option<&Offer>,
) -> InvoicePage {
    let Visited { who, page: file } = visited;
    let today = who.firm().today(app.ports.now());
    let (frame, bar) = page::inside(here, who);
    let invoice = &file.invoice.value;
    let terms = &invoice.terms;
    let cancelled_on = match invoice.state {
        InvoiceState::Cancelled { at, .. } => Some(who.firm().zone.day(at).into()),
        InvoiceState::Draft | InvoiceState::Issued(_) => None,
    };
    InvoicePage {
        frame,
        bar: bar.at(HERE),
        problems: Problems::default(),
        paying: paying(here, file, offer),
        missed: missed(who.firm(), file),
        id: invoice.id.to_string(),
        number: text(invoice.number()),
        status: invoice.status(today),
        issued: terms.dated.into(),
        due_on: terms.due.into(),
        cancelled_on,
        matter: terms.matter.as_ref().map(ToString::to_string),
        billed_to: billed_to(who.client()),
        lines: pricing::lines(&terms.pricing, &invoice.totals),
        sums: pricing::sums(&terms.pricing, &invoice.totals),
        account: account(invoice),
        records: records(&here.urls, file),
        note: terms.client_note.as_ref().map(ToString::to_string),
    }
}

impl Asked {
    fn filter(&self) -> Option<InvoiceFilter> {
        match &self.status {
            None => Some(InvoiceFilter::All),
            Some(word) => InvoiceFilter::parse(word),
        }
    }
}

impl InvoiceFilter {
    fn status(self) -> Option<caseflow_core::domain::invoice::InvoiceStatus> {
        match self {
            Self::All => None,
            Self::Only(status) => Some(status),
        }
    }

    fn address(self, here: &Here) -> String {
        let list = here.urls.invoices();
        match self.word() {
            Some(word) => with_query(&list, "status", word),
            None => list,
        }
    }
}

fn in_list(row: &store::InvoiceRow, today: NaiveDate, payable: bool) -> InvoiceRow {
    let due = row.amount_due();
    let part_paid = row.received.is_positive() && due.is_positive();
    InvoiceRow {
        id: row.id.to_string(),
        number: text(row.number.as_ref()),
        matter: row.matter.as_ref().map(ToString::to_string),
        issued: row.dated.into(),
        due_on: row.due.into(),
        status: row.status(today),
        total: money(row.total),
        balance: money(due),
        paid: part_paid.then(|| money(row.received)),
        payable,
    }
}

pub(super) fn billed_to(client: &Client) -> Vec<String> {
    let address = client
        .address
        .as_ref()
        .map(AsRef::as_ref)
        .unwrap_or_default();
    let name = client.name.as_str();
    std::iter::once(name)
        .chain(str::lines(address))
        .chain(client.tax_id.as_ref().map(AsRef::as_ref))
        .map(str::to_owned)
        .collect()
}

fn account(invoice: &Invoice) -> Account {
    Account {
        paid: some_money(invoice.account.received),
        credited: some_money(invoice.account.credited),
        balance: money(invoice.amount_due()),
    }
}

fn some_money(amount: Money) -> Option<Amount> {
    amount.is_positive().then(|| money(amount))
}

/// Payments, what went back of them, and credits by their day, oldest first.
fn records(urls: &Urls, file: &InvoiceFile) -> Vec<InvoiceRecord> {
    let payments = file.payments.iter().map(|payment| {
        let payment = &payment.value;
        (payment.received_on, paid(urls, payment))
    });
    let reversals = file.reversals.iter();
    let reversals = reversals.map(|reversal| (reversal.on, reversed(urls, reversal)));
    let credits = file
        .credits
        .iter()
        .map(|credit| (credit.given_on, credited(credit)));
    let mut records: Vec<(NaiveDate, InvoiceRecord)> =
        payments.chain(reversals).chain(credits).collect();
    records.sort_by_key(|(day, _)| *day);
    records.into_iter().map(|(_, record)| record).collect()
}

fn paid(urls: &Urls, payment: &Payment) -> InvoiceRecord {
    InvoiceRecord {
        kind: kind_of(payment),
        day: Day::from(payment.received_on),
        mode: Some(payment.mode),
        reference: payment.reference.as_ref().map(ToString::to_string),
        reason: None,
        paper: receipt_of(urls, payment),
        amount: money(payment.amount),
    }
}

fn reversed(urls: &Urls, reversal: &Reversal) -> InvoiceRecord {
    InvoiceRecord {
        kind: RecordKind::Reversal(reversal.kind),
        day: Day::from(reversal.on),
        mode: None,
        reference: None,
        reason: reversal.reason.as_ref().map(ToString::to_string),
        paper: note_of(urls, reversal),
        amount: moved(reversal),
    }
}

fn credited(credit: &Credit) -> InvoiceRecord {
    InvoiceRecord {
        kind: RecordKind::Credit,
        day: Day::from(credit.given_on),
        mode: None,
        reference: None,
        reason: credit.reason.as_ref().map(ToString::to_string),
        paper: None,
        amount: money(credit.amount),
    }
}
