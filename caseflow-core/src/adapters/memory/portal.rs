//! Reads of a contact.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{Datelike as _, NaiveDate};

use super::state::{Records, State};
use super::statement::statement;
use super::{MemoryStore, Order, page};
use crate::domain::access::{Guest, Visitor, open_sections};
use crate::domain::activity::Activity;
use crate::domain::announcement::Announcement;
use crate::domain::article::{Article, Slug};
use crate::domain::changes::{Counter, Versioned};
use crate::domain::currency::Currency;
use crate::domain::id::{ClientId, ContractId, OfferId, Subject};
use crate::domain::invoice::{Invoice, InvoiceStatus, Phase};
use crate::domain::money::{Money, MoneyError};
use crate::domain::offer::{Offer, OfferKind};
use crate::domain::page::{Cursor, Page, PageQuery, WaitingFirst};
use crate::domain::period::Period;
use crate::domain::session::Session;
use crate::domain::text::Line;
use crate::ports::store::{
    ActivityRow, ContractFile, ContractRow, DashboardPage, EditionCard, HistoryRow, InvoiceFile,
    InvoiceKey, InvoiceQuery, InvoiceRow, LibraryPage, LibraryQuery, OfferRow, OpenBalance,
    PaymentRow, PortalReads, StatementFile, StoreError, Visit,
};

/// How many rows each part of the dashboard has at most.
const DASHBOARD_ROWS: usize = 10;
/// How many sessions are listed at most.
const SESSIONS: usize = 100;

#[async_trait]
impl PortalReads for MemoryStore {
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(_, guest)| guest))
    }

    async fn edition(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| EditionCard {
            contact: guest.contact.id,
            session: guest.session.map(|it| (it.id, it.lifetime())),
            edition: records.edition(guest.client.id),
        }))
    }

    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        let state = self.lock()?;
        let Some((records, guest)) = visited(&state, visit) else {
            return Ok(None);
        };
        let page = dashboard(records, &guest, visit).map_err(|sum| too_much(&sum))?;
        Ok(Some((guest, page)))
    }

    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError> {
        let state = self.lock()?;
        let Some((records, guest)) = visited(&state, visit) else {
            return Ok(None);
        };
        let today = guest.firm.today(visit.now);
        let rows = shown(records, guest.client.id).map(InvoiceRow::of);
        let rows = rows.filter(|row| query.status.is_none_or(|it| it == row.status(today)));
        let page = invoice_page(rows, &query.page);
        Ok(Some((guest, page)))
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        key: InvoiceKey,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        let state = self.lock()?;
        let Some((records, guest)) = visited(&state, visit) else {
            return Ok(None);
        };
        let id = records.invoice_of(key);
        let file = shown(records, guest.client.id)
            .find(|invoice| Some(invoice.value.id) == id)
            .and_then(|invoice| records.invoice_file(invoice.value.id));
        Ok(Some((guest, file)))
    }

    async fn client_payments(
        &self,
        visit: Visit,
        query: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<HistoryRow, NaiveDate>)>, StoreError> {
        let state = self.lock()?;
        let Some((records, guest)) = visited(&state, visit) else {
            return Ok(None);
        };
        let client = guest.client.id;
        let payments = records.payments.values();
        let payments = payments
            .filter(|payment| payment.value.client == client)
            .map(|payment| HistoryRow::Payment(records.payment_row(payment)));
        let reversals = records.reversals.values();
        let reversals = reversals
            .filter(|reversal| reversal.client == client)
            .map(|reversal| HistoryRow::Reversal(records.reversal_row(reversal)));
        let rows = payments.chain(reversals);
        let page = page(rows, Order::LargestFirst, query, |row| {
            let (key, id) = row.place();
            Cursor { key, id }
        });
        Ok(Some((guest, page)))
    }

    async fn client_offers(
        &self,
        visit: Visit,
        kind: OfferKind,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<OfferRow, WaitingFirst>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let today = guest.firm.today(visit.now);
            let page = records.client_offers(guest.client.id, kind, today, query);
            (guest, page)
        }))
    }

    async fn client_offer(
        &self,
        visit: Visit,
        id: OfferId,
    ) -> Result<Option<(Guest, Option<Versioned<Offer>>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let offer = records.shown_offer(guest.client.id, id).cloned();
            (guest, offer)
        }))
    }

    async fn client_contracts(
        &self,
        visit: Visit,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<ContractRow, WaitingFirst>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let today = guest.firm.today(visit.now);
            let page = records.client_contracts(guest.client.id, today, query);
            (guest, page)
        }))
    }

    async fn client_contract(
        &self,
        visit: Visit,
        id: ContractId,
    ) -> Result<Option<(Guest, Option<ContractFile>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let contract = records.shown_contract(guest.client.id, id);
            (guest, contract)
        }))
    }

    async fn library(
        &self,
        visit: Visit,
        query: &LibraryQuery,
    ) -> Result<Option<(Guest, LibraryPage)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| (guest, records.library(query))))
    }

    async fn library_article(
        &self,
        visit: Visit,
        slug: &Slug,
    ) -> Result<Option<(Guest, Option<Article>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| (guest, records.published(slug))))
    }

    async fn own_sessions(
        &self,
        visit: Visit,
    ) -> Result<Option<(Guest, Vec<Session>)>, StoreError> {
        let state = self.lock()?;
        Ok(visited(&state, visit).map(|(records, guest)| {
            let sessions = records.sessions.values();
            let own = sessions.filter(|it| it.contact == guest.contact.id && it.is_live(visit.now));
            let mut own: Vec<Session> = own.cloned().collect();
            own.sort_by_key(|session| Reverse((session.seen_at, session.id)));
            own.truncate(SESSIONS);
            (guest, own)
        }))
    }

    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError> {
        let state = self.lock()?;
        let Some((records, guest)) = visited(&state, visit) else {
            return Ok(None);
        };
        let file = statement(records, guest.client.id, period).map_err(|sum| too_much(&sum))?;
        Ok(Some((guest, file)))
    }
}

pub(super) fn invoice_page(
    rows: impl Iterator<Item = InvoiceRow>,
    query: &PageQuery<NaiveDate>,
) -> Page<InvoiceRow, NaiveDate> {
    page(rows, Order::LargestFirst, query, |row| Cursor {
        key: row.dated,
        id: row.id.to_string(),
    })
}

pub(super) fn payment_page(
    rows: impl Iterator<Item = PaymentRow>,
    query: &PageQuery<NaiveDate>,
) -> Page<PaymentRow, NaiveDate> {
    page(rows, Order::LargestFirst, query, |row| Cursor {
        key: row.payment.value.received_on,
        id: row.payment.value.id.to_string(),
    })
}

pub(super) fn visited(state: &State, visit: Visit) -> Option<(&Records, Guest)> {
    let records = state.firms.get(&visit.firm)?;
    let firm = records.firm()?.value.clone();
    let (contact, session) = match visit.visitor {
        Visitor::Vouched { contact, .. } => (contact, None),
        Visitor::Session(token) | Visitor::Preview(token) => {
            let mut sessions = records.sessions.values();
            let session = sessions.find(|session| session.token == token)?;
            (session.contact, Some(session.clone()))
        }
    };
    let contact = records.contacts.get(&contact)?.value.clone();
    let guest = Guest {
        client: records.clients.get(&contact.client)?.value.clone(),
        firm,
        contact,
        session,
    };
    Some((records, guest))
}

/// The invoices of a client that its contacts may know of.
pub(super) fn shown(
    records: &Records,
    client: ClientId,
) -> impl Iterator<Item = &Versioned<Invoice>> {
    records.invoices.values().filter(move |invoice| {
        invoice.value.client == client && invoice.value.phase() != Phase::Draft
    })
}

fn dashboard(records: &Records, guest: &Guest, visit: Visit) -> Result<DashboardPage, MoneyError> {
    let today = guest.firm.today(visit.now);
    let client = guest.client.id;
    let mut open: Vec<InvoiceRow> = shown(records, client)
        .map(InvoiceRow::of)
        .filter(|row| row.amount_due().is_positive())
        .collect();
    open.sort_by_key(|row| (row.due, row.id));
    Ok(DashboardPage {
        open: balances(&open, today)?,
        to_pay: first(open),
        to_decide: first(records.to_decide(guest, today)),
        to_sign: first(records.to_sign(guest, today)),
        received_this_year: received(records, client, today.year()),
        announcements: announcements(records, guest)
            .filter(|it| it.is_current(visit.now))
            .take(DASHBOARD_ROWS)
            .cloned()
            .collect(),
        changes_at: announcements(records, guest)
            .filter_map(|it| it.changes_after(visit.now))
            .min(),
        activity: activity(records, guest),
    })
}

fn first<T>(rows: Vec<T>) -> Vec<T> {
    rows.into_iter().take(DASHBOARD_ROWS).collect()
}

fn balances(open: &[InvoiceRow], today: NaiveDate) -> Result<Vec<OpenBalance>, MoneyError> {
    let mut balances: BTreeMap<&str, OpenBalance> = BTreeMap::new();
    for row in open {
        let nothing = empty_balance(row.currency());
        let balance = balances.entry(row.currency().code()).or_insert(nothing);
        balance.count += 1;
        balance.due = balance.due.checked_add(row.amount_due())?;
        if row.status(today) == InvoiceStatus::Overdue {
            balance.overdue_count += 1;
            balance.overdue = balance.overdue.checked_add(row.amount_due())?;
        }
    }
    Ok(balances.into_values().collect())
}

fn empty_balance(currency: Currency) -> OpenBalance {
    OpenBalance {
        count: 0,
        due: Money::zero(currency),
        overdue_count: 0,
        overdue: Money::zero(currency),
    }
}

fn received(records: &Records, client: ClientId, this_year: i32) -> Vec<Money> {
    let counters = records.counters.iter();
    let mut received: Vec<Money> = counters
        .filter(|((whose, _), minor)| *whose == client && **minor != 0)
        .filter_map(|((_, counter), minor)| match counter {
            Counter::Received { year, currency } if *year == this_year => {
                Some(Money::from_minor(*minor, *currency))
            }
            Counter::Received { .. } => None,
        })
        .collect();
    received.sort_by_key(|amount| amount.currency().code());
    received
}

/// Those that are meant for the client and were not dismissed, newest first.
fn announcements<'a>(
    records: &'a Records,
    guest: &Guest,
) -> impl Iterator<Item = &'a Announcement> {
    let (client, contact) = (guest.client.id, guest.contact.id);
    let newest_first = records.announcements.values().rev();
    newest_first
        .map(|announcement| &announcement.value)
        .filter(move |it| it.is_for(client))
        .filter(move |it| !records.dismissals.contains(&(contact, it.id)))
}

fn activity(records: &Records, guest: &Guest) -> Vec<ActivityRow> {
    let open = open_sections(&guest.firm, &guest.contact);
    let newest_first = records.activities.values().rev();
    newest_first
        .filter(|it| it.client == guest.client.id && open.contains(it.kind.section()))
        .filter(|it| records.may_know(it.about, guest))
        .take(DASHBOARD_ROWS)
        .map(|activity| activity_row(records, activity))
        .collect()
}

fn activity_row(records: &Records, activity: &Activity) -> ActivityRow {
    let (number, title) = match activity.about {
        Subject::Invoice(id) => {
            let invoice = records.invoices.get(&id);
            (invoice.and_then(|it| it.value.number()), None)
        }
        Subject::Offer(id) => {
            let offer = records.offers.get(&id).map(|offer| &offer.value);
            let title = offer.map(|offer| offer.terms.title.clone());
            (offer.and_then(|offer| offer.number()), title)
        }
        Subject::Contract(id) => {
            let contract = records.contracts.get(&id);
            (None, contract.map(|it| it.value.terms.title.clone()))
        }
        Subject::Document(id) => {
            let document = records.documents.get(&id);
            let name = document.map(|it| it.value.newest.name.as_str());
            (None, name.and_then(|name| Line::parse(name).ok()))
        }
        _ => (None, None),
    };
    ActivityRow {
        activity: activity.clone(),
        number: number.cloned(),
        title,
    }
}

pub(super) fn too_much(sum: &MoneyError) -> StoreError {
    StoreError::Backend(sum.to_string().into())
}
