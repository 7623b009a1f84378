//! What proves a store: the cases that every [`Store`] passes, whatever it is made of.
//!
//! [`store_conformance!`](crate::store_conformance) makes a test of each case, on a store of its
//! own. Each case is also a plain function that can be called by hand. Cases run many futures on one
//! task: they need no runtime, but a store that does brings its own.
//!
//! Each case names, in its documentation, the store that it is there to catch.
//! [`case_05`](atomicity::case_05_a_commit_survives_reopening) is called by hand, because only its
//! caller knows how to open a store again.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::NaiveDate;

use super::fixtures::{self, Office, usd};
use crate::domain::audit::AuditRow;
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::id::{FirmId, InvoiceId};
use crate::domain::invoice::Invoice;
use crate::domain::page::{Page, PageQuery, PageSize};
use crate::domain::payment::Payment;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    AuditQuery, Committed, Constraint, InvoiceFile, InvoiceQuery, InvoiceRow, Store, StoreError,
    Visit,
};

pub mod access;
pub mod alerts;
pub mod atomicity;
pub mod attempts;
pub mod badges;
mod cases;
pub mod charges;
pub mod constraints;
pub mod contracts;
pub mod counters;
pub mod document_lists;
pub mod document_versions;
pub mod documents;
pub mod editions;
pub mod findings;
pub mod gateways;
mod histories;
pub mod history;
pub mod library;
pub mod lists;
pub mod mails;
pub mod offers;
pub mod once;
pub mod own_sessions;
mod paper;
pub mod portal;
pub mod proofs;
pub mod queue;
pub mod races;
pub mod readers;
pub mod records;
pub mod reversals;
pub mod scope;
pub mod scope_files;
pub mod scope_online;
pub mod scope_paperwork;
pub mod seals;
mod shelf;
mod shown;
mod snapshot;
pub mod statements;
mod steps;
pub mod told;
pub mod told_files;
pub mod vault;
pub mod vault_keys;
pub mod vault_log;
pub mod versions;
pub mod waiting;
pub mod work;

/// What a factory may hand to [`store_conformance!`](crate::store_conformance): a store, or a store
/// with whatever has to live as long as the test, such as a folder that is removed at its end.
pub trait UnderTest {
    /// The store.
    fn store(&self) -> Arc<dyn Store>;
}

impl<S: Store + 'static> UnderTest for Arc<S> {
    fn store(&self) -> Arc<dyn Store> {
        Arc::<S>::clone(self)
    }
}

impl UnderTest for Arc<dyn Store> {
    fn store(&self) -> Arc<dyn Store> {
        Self::clone(self)
    }
}

impl<S: UnderTest, G> UnderTest for (S, G) {
    fn store(&self) -> Arc<dyn Store> {
        self.0.store()
    }
}

type Outcome = Result<Committed, StoreError>;

async fn applied(store: &dyn Store, firm: FirmId, changes: Changes) {
    let outcome = store.commit(firm, changes).await;
    assert!(matches!(outcome, Ok(Committed::Applied)), "{outcome:?}");
}

async fn wrote(store: &dyn Store, firm: FirmId, change: Change) {
    applied(store, firm, Changes::default().with(change)).await;
}

async fn tried(store: &dyn Store, firm: FirmId, change: Change) -> Outcome {
    store.commit(firm, Changes::default().with(change)).await
}

#[track_caller]
fn is_conflict(outcome: &Outcome) {
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
}

#[track_caller]
fn is_missing(outcome: &Outcome) {
    let missing = matches!(outcome, Err(StoreError::MissingReference));
    assert!(missing, "{outcome:?}");
}

#[track_caller]
fn breaks(outcome: &Outcome, constraint: Constraint) {
    let right = matches!(outcome, Err(StoreError::AlreadyExists(it)) if *it == constraint);
    assert!(right, "expected {constraint:?}, not {outcome:?}");
}

/// How many of the outcomes are `Applied`; the others must be errors that `expected` knows.
#[track_caller]
fn winners(outcomes: &[Outcome], expected: impl Fn(&StoreError) -> bool) -> usize {
    let mut winners = 0;
    for outcome in outcomes {
        match outcome {
            Ok(Committed::Applied) => winners += 1,
            Err(error) if expected(error) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
    winners
}

fn update<T>(read: Version, now: T) -> Write<T> {
    Write::Update { read, now }
}

fn size(rows: u32) -> PageSize {
    PageSize::new(rows).unwrap()
}

fn first_page<K>(rows: u32) -> PageQuery<K> {
    PageQuery {
        after: None,
        size: size(rows),
    }
}

/// Reads a list to its end, a page after the other. Each page but the last must be full.
async fn all_pages<T, K, E: Debug>(
    rows: u32,
    mut read: impl AsyncFnMut(PageQuery<K>) -> Result<Page<T, K>, E>,
) -> Vec<T> {
    let mut all = Vec::new();
    let mut query = first_page(rows);
    loop {
        let page = read(query).await.unwrap();
        if page.next.is_some() {
            assert_eq!(page.rows.len(), size(rows).rows(), "a page is not full");
        }
        all.extend(page.rows);
        assert!(all.len() < 10_000, "the pages go round in circles");
        match page.next {
            None => return all,
            next => {
                query = PageQuery {
                    after: next,
                    size: size(rows),
                };
            }
        }
    }
}

async fn firm_invoices(
    store: &dyn Store,
    firm: FirmId,
    now: Timestamp,
    rows: u32,
    query: &InvoiceQuery,
) -> Vec<InvoiceRow> {
    all_pages(rows, async |page| {
        let query = InvoiceQuery {
            page,
            ..query.clone()
        };
        store.invoices(firm, now, &query).await
    })
    .await
}

async fn portal_invoices(
    store: &dyn Store,
    visit: Visit,
    rows: u32,
    query: &InvoiceQuery,
) -> Vec<InvoiceRow> {
    all_pages(rows, async |page: PageQuery<NaiveDate>| {
        let query = InvoiceQuery {
            page,
            ..query.clone()
        };
        let (_, page) = store.client_invoices(visit, &query).await?.unwrap();
        Ok::<_, StoreError>(page)
    })
    .await
}

async fn audit_rows(store: &dyn Store, firm: FirmId) -> Vec<AuditRow> {
    all_pages(100, async |page| {
        let query = AuditQuery { about: None, page };
        store.audit(firm, &query).await
    })
    .await
}

async fn read_invoice(store: &dyn Store, office: &Office, id: InvoiceId) -> InvoiceFile {
    let found = store.invoice(office.firm.id, id.into()).await.unwrap();
    found.unwrap()
}

/// The invoice as it is stored, with its version.
async fn stored(store: &dyn Store, office: &Office, id: InvoiceId) -> Versioned<Invoice> {
    read_invoice(store, office, id).await.invoice
}

/// Writes the invoice number `n` over 100.00, issued to the office's client.
async fn billed(store: &dyn Store, office: &Office, n: u64) -> Invoice {
    let invoice = fixtures::issued(n, office.client.id, usd("100.00"));
    let change = Change::Invoice(Write::Insert(invoice.clone()));
    wrote(store, office.firm.id, change).await;
    invoice
}

/// Writes the invoice number `n`, paid online by the attempt, the payment and the charge of that
/// number.
async fn paid_online(store: &dyn Store, office: &Office, n: u64) -> (Invoice, Payment) {
    let invoice = fixtures::issued(n, office.client.id, usd("100.00"));
    let attempt = fixtures::paid_attempt(n, &invoice, office.contact.id);
    let payment = fixtures::online_payment(n, &attempt, &invoice, usd("100.00"));
    let payments = std::slice::from_ref(&payment);
    let paid = invoice.with_records(payments, &[], &[]).unwrap();
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(paid.clone())))
        .with(Change::Attempt(Write::Insert(attempt)))
        .with(Change::Payment(Write::Insert(payment.clone())));
    applied(store, office.firm.id, changes).await;
    (paid, payment)
}
