//! A contact's first page.

use std::collections::BTreeMap;

use caseflow_core::domain::access::{Guest, open_sections};
use caseflow_core::domain::activity::Activity;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::changes::{Counter, Versioned};
use caseflow_core::domain::contract::Contract;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::document::Document;
use caseflow_core::domain::id::{ClientId, Subject};
use caseflow_core::domain::invoice::{Invoice, InvoiceStatus};
use caseflow_core::domain::money::{Money, MoneyError};
use caseflow_core::domain::offer::Offer;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::domain::vault::VaultItem;
use caseflow_core::ports::store::{
    ActivityRow, DashboardPage, InvoiceRow, OpenBalance, StoreError,
};
use chrono::{Datelike as _, NaiveDate};

use super::{Records, documents, too_much, vault};
use crate::records::{Counted, Dismissed};
use crate::tables::{Index, Order};

/// How many rows each part has at most.
const ROWS: usize = 10;

impl Records<'_> {
    pub(super) fn dashboard(
        &self,
        guest: &Guest,
        now: Timestamp,
    ) -> Result<DashboardPage, StoreError> {
        let today = guest.firm.today(now);
        let client = guest.client.id;
        let open = self.open_invoices(client)?;
        let announcements = self.announcements_for(guest)?;
        let changes = announcements.iter().filter_map(|it| it.changes_after(now));
        Ok(DashboardPage {
            open: balances(&open, today).map_err(too_much)?,
            to_pay: first(open),
            to_decide: first(self.to_decide(guest, today)?),
            to_sign: first(self.to_sign(guest, today)?),
            received_this_year: self.received(client, today.year())?,
            changes_at: changes.min(),
            announcements: first(announcements.into_iter().filter(|it| it.is_current(now))),
            activity: self.feed(guest)?,
        })
    }

    /// What is to be paid, most urgent first.
    fn open_invoices(&self, client: ClientId) -> Result<Vec<InvoiceRow>, StoreError> {
        let shown = self.shown(client)?;
        let rows = shown.iter().map(InvoiceRow::of);
        let mut open: Vec<_> = rows.filter(|row| row.amount_due().is_positive()).collect();
        open.sort_by_key(|row| (row.due, row.id));
        Ok(open)
    }

    fn received(&self, client: ClientId, this_year: i32) -> Result<Vec<Money>, StoreError> {
        let counters = self.under::<Counted>(&client)?;
        let moved = counters.into_iter().filter(|counted| counted.value != 0);
        let mut received: Vec<Money> = moved
            .filter_map(|counted| match counted.counter {
                Counter::Received { year, currency } if year == this_year => {
                    Some(Money::from_minor(counted.value, currency))
                }
                Counter::Received { .. } => None,
            })
            .collect();
        received.sort_by_key(|amount| amount.currency().code());
        Ok(received)
    }

    /// Those that are meant for the client and were not dismissed, newest first.
    fn announcements_for(&self, guest: &Guest) -> Result<Vec<Announcement>, StoreError> {
        let dismissed = self.under::<Dismissed>(&guest.contact.id)?;
        let gone = |it: &Announcement| dismissed.iter().any(|gone| gone.announcement == it.id);
        let all = self.all::<Versioned<Announcement>>()?;
        let newest_first = all.into_iter().rev().map(|it| it.value);
        let meant = newest_first.filter(|it| it.is_for(guest.client.id) && !gone(it));
        Ok(meant.collect())
    }

    /// The latest lines that the contact may know of.
    fn feed(&self, guest: &Guest) -> Result<Vec<ActivityRow>, StoreError> {
        let open = open_sections(&guest.firm, &guest.contact);
        let index = Index::Client(guest.client.id);
        let order = Order::LargestFirst;
        let mut feed = Vec::new();
        for activity in self
            .rows
            .walk_of::<Activity>(self.id(), &index, None, order)?
        {
            let activity = activity?;
            if open.contains(activity.kind.section()) && self.may_know(activity.about, guest)? {
                feed.push(self.activity_row(activity)?);
            }
            if feed.len() == ROWS {
                break;
            }
        }
        Ok(feed)
    }

    /// Whether a line about this may be shown to the contact.
    fn may_know(&self, about: Subject, guest: &Guest) -> Result<bool, StoreError> {
        Ok(match about {
            Subject::Document(id) => {
                let document = self.get::<Versioned<Document>>(&id)?;
                document.is_some_and(|it| documents::is_there(&it.value, guest))
            }
            Subject::VaultItem(id) => {
                let item = self.get::<Versioned<VaultItem>>(&id)?;
                item.is_some_and(|it| vault::is_there(&it.value, guest))
            }
            _ => true,
        })
    }

    fn activity_row(&self, activity: Activity) -> Result<ActivityRow, StoreError> {
        let (number, title) = match activity.about {
            Subject::Invoice(id) => {
                let invoice = self.get::<Versioned<Invoice>>(&id)?;
                (invoice.and_then(|it| it.value.number().cloned()), None)
            }
            Subject::Offer(id) => match self.get::<Versioned<Offer>>(&id)? {
                Some(offer) => (offer.value.number().cloned(), Some(offer.value.terms.title)),
                None => (None, None),
            },
            Subject::Contract(id) => {
                let contract = self.get::<Versioned<Contract>>(&id)?;
                (None, contract.map(|it| it.value.terms.title))
            }
            Subject::Document(id) => {
                let document = self.get::<Versioned<Document>>(&id)?;
                let title = document.and_then(|it| Line::parse(it.value.newest.name.as_str()).ok());
                (None, title)
            }
            _ => (None, None),
        };
        Ok(ActivityRow {
            activity,
            number,
            title,
        })
    }
}

fn first<T>(rows: impl IntoIterator<Item = T>) -> Vec<T> {
    rows.into_iter().take(ROWS).collect()
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
