//! What an operator asks of a database: a copy while it is written, and what waits.

use std::path::Path;
use std::time::Duration;

use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::mail::Mail;
use caseflow_core::domain::setback::Setback;
use caseflow_core::ports::store::{
    AuditQuery, FirmReads as _, Outcome, Queue as _, Settlement, Writes as _,
};
use caseflow_core::testing::fixtures::{self, NOW, Office};
use caseflow_sqlx::testing::{hosted_sqlite, postgres, sqlite, sqlite_file};
use caseflow_sqlx::{Backlog, CopyError, Options, SqlxStore};

async fn writes_a_row(store: &SqlxStore, office: &Office) {
    let row = Changes::default().audited(fixtures::audit(office.client.id));
    store.commit(office.firm.id, row).await.unwrap();
}

async fn rows(store: &SqlxStore, office: &Office) -> usize {
    let query = AuditQuery::default();
    let found = store.audit(office.firm.id, &query).await;
    found.unwrap().rows.len()
}

async fn is_copied_while_it_is_written(store: &SqlxStore) {
    let office = Office::open(store, 1).await;
    writes_a_row(store, &office).await;
    let place = sqlite_file();
    let file = Path::new(place.url().trim_start_matches("sqlite:"));
    let writing = async {
        for _ in 0..10 {
            writes_a_row(store, &office).await;
        }
    };
    let (copied, ()) = tokio::join!(store.copy_to(file), writing);
    copied.unwrap();
    let copy = place.open(Options::default()).await;
    assert!(copy.has_tables().await.unwrap());
    let (there, here) = (rows(&copy, &office).await, rows(store, &office).await);
    assert!((1..=11).contains(&there), "{there}");
    assert_eq!(here, 11);
    let again = store.copy_to(file).await;
    assert!(
        matches!(again, Err(CopyError::Backend(_))),
        "what is there is not written over"
    );
    assert_eq!(rows(&copy, &office).await, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_copied_while_it_is_written() {
    let (store, _database) = sqlite().await;
    is_copied_while_it_is_written(&store).await;
    let (store, _database) = hosted_sqlite().await;
    is_copied_while_it_is_written(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_server_is_none_to_copy() {
    let (store, _database) = postgres().await;
    let refused = store.copy_to(Path::new("/tmp/never")).await;
    assert!(matches!(refused, Err(CopyError::OnServer)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_tables_says_so() {
    let database = sqlite_file();
    let store = database.open(Options::default()).await;
    assert!(!store.has_tables().await.unwrap());
    store.migrate().await.unwrap();
    assert!(store.has_tables().await.unwrap());
    let (store, _database) = postgres().await;
    assert!(store.has_tables().await.unwrap());
}

async fn tells_what_waits(store: &SqlxStore) {
    let office = Office::open(store, 1).await;
    let (firm, contact) = (office.firm.id, office.contact.id);
    let minutes = |n: u64| NOW.plus(Duration::from_secs(n * 60));
    let mail = |n, not_before| Mail {
        not_before,
        ..fixtures::mail(n, contact)
    };
    let signed = fixtures::signed_contract(1, office.client.id);
    let changes = Changes::default()
        .with(Change::File(fixtures::shown_file()))
        .with(Change::Contract(Write::Insert(signed.clone())))
        .mailed(mail(1, minutes(1)))
        .mailed(mail(2, minutes(2)))
        .mailed(mail(3, minutes(30)));
    assert_eq!(store.backlog(minutes(5)).await.unwrap(), Backlog::default());
    store.commit(firm, changes).await.unwrap();
    let both = Backlog {
        mails: 2,
        oldest_mail: Some(minutes(1)),
        dead_letters: 0,
        seals: 1,
        oldest_seal: signed.signed_at(),
    };
    assert_eq!(store.backlog(minutes(5)).await.unwrap(), both);
    let lease = store.lease(minutes(5), minutes(6), 1).await.unwrap();
    assert_eq!(
        store.backlog(minutes(5)).await.unwrap(),
        both,
        "it waits still"
    );
    let dead = Settlement {
        firm,
        mail: lease[0].mail.id,
        tries: lease[0].tries,
        outcome: Outcome::Dead(Setback::Refused(None)),
    };
    store.settle(minutes(5), &[dead]).await.unwrap();
    let one = Backlog {
        mails: 1,
        oldest_mail: Some(minutes(2)),
        dead_letters: 1,
        ..both
    };
    assert_eq!(store.backlog(minutes(5)).await.unwrap(), one);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_with_its_age_in_a_file() {
    let (store, _database) = sqlite().await;
    tells_what_waits(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_told_with_its_age_on_a_server() {
    let (store, _database) = postgres().await;
    tells_what_waits(&store).await;
}
