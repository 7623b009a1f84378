//! A record is replaced only by who has seen its last version.

use std::sync::Arc;

use super::shelf::{newest, stowed};
use super::snapshot::{FIRST, full, full_payment};
use super::{applied, breaks, is_conflict, paid_online, tried, update, winners, wrote};
use crate::domain::alert::AlertKind;
use crate::domain::attempt::End;
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::invoice::Invoice;
use crate::domain::payment::Payment;
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::ports::store::{Constraint, Store, StoreError};
use crate::testing::fixtures::{self, Office, id, usd};
use crate::testing::join_all;

/// Case 6. Catches a store that updates by "insert or replace", or inserts over what is there.
pub async fn case_06_an_update_needs_a_record_and_an_insert_needs_none(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let invoice = fixtures::draft(1, office.client.id, usd("1.00"));
    wrote(
        &*store,
        firm,
        Change::Invoice(Write::Insert(invoice.clone())),
    )
    .await;
    let (_, paid) = paid_online(&*store, &office, 2).await;
    let there = (office.client.id, &invoice, &paid);
    // The firm itself, the first of them, is there.
    for change in updates(&office, Version::FIRST, there).into_iter().skip(1) {
        is_conflict(&tried(&*store, firm, change).await);
    }
    applied(&*store, firm, full(&office)).await;
    for change in inserts(&office) {
        breaks(&tried(&*store, firm, change).await, Constraint::Identity);
    }
}

/// Case 7. Catches a store that forgets the version of one kind of record, or takes a version that
/// was never there.
pub async fn case_07_another_version_is_a_conflict(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    applied(&*store, firm, full(&office)).await;
    let there = (
        id(FIRST),
        &fixtures::draft(FIRST, office.client.id, usd("1.00")),
        &full_payment(&office),
    );
    for change in updates(&office, Version(9), there) {
        is_conflict(&tried(&*store, firm, change).await);
    }
    // The firm was updated once already, in the full commit.
    wrote(
        &*store,
        firm,
        Change::Firm(update(Version(2), office.firm.clone())),
    )
    .await;
    for change in updates(&office, Version::FIRST, there).into_iter().skip(1) {
        wrote(&*store, firm, change.clone()).await;
        is_conflict(&tried(&*store, firm, change).await);
    }
}

/// Case 8. Catches a store that reads the version and writes the record in two steps.
pub async fn case_08_one_writer_wins_a_version(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for round in 1..=4 {
        let writers = (0..16).map(|n| {
            let client = named(&office.client, &format!("round {round} writer {n}"));
            let change = Change::Client(update(Version(round), client));
            tried(&*store, office.firm.id, change)
        });
        let outcomes = join_all(writers).await;
        let conflict = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
        let now = read(&*store, &office, office.client.id).await;
        assert_eq!(now.version, Version(round + 1));
    }
}

/// Case 9. Catches a store in which two commits wait for each other for ever, or which lets such a
/// pair fail with anything but a conflict.
pub async fn case_09_opposite_orders_do_not_deadlock(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for _ in 0..10 {
        let one = read(&*store, &office, office.client.id).await;
        let two = read(&*store, &office, office.neighbour.id).await;
        let writers = (0..6).map(|n| {
            let mut pair = [one.clone(), two.clone()].map(|old| {
                let now = named(&old.value, &format!("writer {n}"));
                Change::Client(old.update(now))
            });
            if n % 2 == 1 {
                pair.reverse();
            }
            let changes = Changes {
                changes: pair.to_vec(),
                ..Changes::default()
            };
            store.commit(office.firm.id, changes)
        });
        let outcomes = join_all(writers).await;
        let conflict = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, conflict), 1, "{outcomes:?}");
    }
}

/// Case 10. Catches a store that writes in batches and loses the bond between them.
pub async fn case_10_many_records_are_all_or_none(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let insert = |n: u64| Change::Client(Write::Insert(fixtures::client(1_000 + n)));
    let many = Changes {
        changes: (0..300).map(insert).collect(),
        ..Changes::default()
    };
    applied(&*store, firm, many).await;
    let change = |n: u64| {
        let version = if n == 299 { Version(2) } else { Version::FIRST };
        Change::Client(update(
            version,
            named(&fixtures::client(1_000 + n), "changed"),
        ))
    };
    let stale = Changes {
        changes: (0..300).map(change).collect(),
        ..Changes::default()
    };
    is_conflict(&store.commit(firm, stale).await);
    for n in [0, 150, 298, 299] {
        let client = read(&*store, &office, id(1_000 + n)).await;
        assert_eq!(client.version, Version::FIRST);
        assert_eq!(client.value, fixtures::client(1_000 + n));
    }
}

/// An update of one record of each kind that has versions; the first is the firm's. What they refer
/// to is `there`.
fn updates(office: &Office, read: Version, there: (ClientId, &Invoice, &Payment)) -> Vec<Change> {
    let (client, invoice, paid) = there;
    let attempt = fixtures::paid_attempt(FIRST, invoice, office.contact.id);
    let alert = fixtures::alert(FIRST, AlertKind::Overpaid);
    let draft = fixtures::draft(FIRST, office.client.id, usd("1.00"));
    vec![
        Change::Firm(update(read, office.firm.clone())),
        Change::Client(update(read, fixtures::client(FIRST))),
        Change::Contact(update(read, fixtures::contact(FIRST, client))),
        Change::Invoice(update(read, draft)),
        Change::Payment(update(read, fixtures::payment(FIRST, invoice, usd("1.00")))),
        Change::Attempt(update(read, attempt)),
        Change::Refund(update(read, fixtures::refund(FIRST, paid, usd("1.00")))),
        Change::Alert(update(read, alert)),
        Change::Sweep(update(read, fixtures::sweep())),
        Change::Announcement(update(read, fixtures::announcement(FIRST))),
        Change::ApiKey(update(read, fixtures::api_key(FIRST))),
        Change::Document(update(read, fixtures::document(FIRST, office.client.id))),
        Change::VaultItem(update(read, fixtures::vault_item(FIRST, office.client.id))),
    ]
}

/// An insert of each kind of record that the full commit has written.
fn inserts(office: &Office) -> Vec<Change> {
    let (newcomer, contact) = (fixtures::client(FIRST), office.contact.id);
    let invoice = fixtures::draft(FIRST, office.client.id, usd("1.00"));
    let paid = full_payment(office);
    vec![
        Change::Firm(Write::Insert(office.firm.clone())),
        Change::Client(Write::Insert(newcomer.clone())),
        Change::Contact(Write::Insert(crate::domain::client::Contact {
            email: fixtures::email("another@example.com"),
            ..fixtures::contact(FIRST, newcomer.id)
        })),
        Change::Payment(Write::Insert(fixtures::payment(
            FIRST,
            &invoice,
            usd("1.00"),
        ))),
        Change::Credit(fixtures::credit(FIRST, &invoice, usd("1.00"))),
        Change::Attempt(Write::Insert(fixtures::ended_attempt(
            FIRST,
            &invoice,
            contact,
            End::Failed,
        ))),
        Change::Reversal(Reversal {
            txn: fixtures::txn("re_new"),
            ..fixtures::reversal(FIRST, &paid, ReversalKind::Refund, usd("1.00"))
        }),
        Change::Refund(Write::Insert(fixtures::refund(FIRST, &paid, usd("1.00")))),
        Change::Alert(Write::Insert(fixtures::alert(FIRST, AlertKind::Overpaid))),
        Change::Sweep(Write::Insert(fixtures::sweep())),
        Change::Activity(fixtures::activity(FIRST, &invoice)),
        Change::Invoice(Write::Insert(invoice)),
        Change::Announcement(Write::Insert(fixtures::announcement(FIRST))),
        Change::Session(crate::domain::session::Session {
            token: fixtures::secret(1).hash(),
            ..fixtures::session(FIRST, contact)
        }),
        Change::Link(crate::domain::link::Link {
            token: fixtures::secret(1).hash(),
            ..fixtures::link(
                FIRST,
                contact,
                crate::domain::link::LinkPurpose::SetPassword,
            )
        }),
        Change::ApiKey(Write::Insert(crate::domain::api_key::ApiKey {
            token: fixtures::secret(1).hash(),
            ..fixtures::api_key(FIRST)
        })),
        Change::Document(Write::Insert(fixtures::document(FIRST, office.client.id))),
        newest(&fixtures::document(FIRST, office.client.id)),
        stowed(&fixtures::vault_item(FIRST, office.client.id)),
    ]
}

fn named(client: &Client, name: &str) -> Client {
    Client {
        name: fixtures::line(name),
        ..client.clone()
    }
}

async fn read(store: &dyn Store, office: &Office, id: ClientId) -> Versioned<Client> {
    let file = store.client(office.firm.id, id).await.unwrap();
    file.unwrap().client
}
