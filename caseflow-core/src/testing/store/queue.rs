//! The outbox, and what is forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::{Change, applied, breaks, wrote};
use crate::domain::changes::Changes;
use crate::domain::id::MailId;
use crate::domain::mail::{Mail, MailKind, MailTopic, Recipient};
use crate::domain::setback::Setback;
use crate::domain::time::Timestamp;
use crate::ports::store::{Constraint, Lease, Outcome, Settlement, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

/// Case 33. Catches a store that looks for mails and takes them in two steps.
pub async fn case_33_a_mail_is_never_leased_twice_at_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(&*store, &office, (1..=50).map(|n| (n, NOW))).await;
    let workers = (0..20).map(|_| store.lease(NOW, minutes(2), 5));
    let leases = join_all(workers).await;
    let mut taken = BTreeSet::new();
    for lease in leases.into_iter().flat_map(Result::unwrap) {
        assert!(
            taken.insert(lease.mail.id),
            "{} was leased twice",
            lease.mail.id
        );
        assert_eq!((lease.tries, lease.until), (1, minutes(2)));
        assert_eq!(lease.firm, office.firm.id);
    }
    // Workers that met may have left some for later, but each mail is somebody's in the end.
    let rest = store.lease(NOW, minutes(2), 100).await.unwrap();
    assert_eq!(taken.len() + rest.len(), 50);
    assert!(
        store
            .lease(minutes(1), minutes(3), 100)
            .await
            .unwrap()
            .is_empty()
    );
}

/// Case 34. Catches a store whose leases never end, or end early.
pub async fn case_34_a_lease_that_has_run_out_can_be_taken_again(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(&*store, &office, [(1, NOW)]).await;
    let first = only(store.lease(NOW, minutes(2), 100).await);
    let early = minutes(2).minus(Duration::from_micros(1));
    assert!(store.lease(early, minutes(9), 10).await.unwrap().is_empty());
    let second = only(store.lease(minutes(2), minutes(4), 10).await);
    assert_eq!((first.tries, second.tries), (1, 2));
    assert_eq!(first.mail, second.mail);
}

/// Case 35. Catches a store in which a worker that was too slow settles what is another's by now.
pub async fn case_35_a_lease_that_has_run_out_settles_nothing(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Office::open(&*store, 2).await;
    post(&*store, &office, [(1, NOW)]).await;
    let first = only(store.lease(NOW, minutes(2), 100).await);
    let late = settle(&first, Outcome::Done);
    assert_eq!(
        store
            .settle(minutes(2), std::slice::from_ref(&late))
            .await
            .unwrap(),
        0
    );
    let second = only(store.lease(minutes(2), minutes(4), 10).await);
    assert_eq!(store.settle(minutes(3), &[late]).await.unwrap(), 0);
    let elsewhere = Settlement {
        firm: other.firm.id,
        ..settle(&second, Outcome::Done)
    };
    assert_eq!(store.settle(minutes(3), &[elsewhere]).await.unwrap(), 0);
    let right = settle(&second, Outcome::Done);
    let twice = [right.clone(), right];
    assert_eq!(store.settle(minutes(3), &twice).await.unwrap(), 1);
    assert!(
        store
            .lease(minutes(90), minutes(99), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

/// Case 36. Catches a store that sends mail before its time.
pub async fn case_36_nothing_is_leased_before_its_time(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(&*store, &office, [(1, minutes(5))]).await;
    let early = minutes(5).minus(Duration::from_micros(1));
    assert!(store.lease(early, minutes(9), 10).await.unwrap().is_empty());
    assert!(
        store
            .lease(minutes(5), minutes(9), 0)
            .await
            .unwrap()
            .is_empty()
    );
    let lease = only(store.lease(minutes(5), minutes(9), 10).await);
    assert_eq!(lease.mail, mail(&office, 1, minutes(5)));
}

/// Case 37. Catches a store that tries again at once, or tries again what is done or dead.
pub async fn case_37_a_mail_to_be_tried_again_waits_and_a_dead_one_rests(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(&*store, &office, (1..=3).map(|n| (n, NOW))).await;
    let leases = store.lease(NOW, minutes(2), 100).await.unwrap();
    let outcomes = [
        Outcome::Retry(minutes(30), Setback::Unreachable),
        Outcome::Dead(Setback::Unreachable),
        Outcome::Done,
    ];
    let settlements: Vec<Settlement> = leases
        .iter()
        .zip(outcomes)
        .map(|(lease, outcome)| settle(lease, outcome))
        .collect();
    assert_eq!(store.settle(minutes(1), &settlements).await.unwrap(), 3);
    assert!(
        store
            .lease(minutes(29), minutes(31), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let again = only(store.lease(minutes(30), minutes(32), 10).await);
    assert_eq!((again.mail.id, again.tries), (id(1), 2));
    assert_eq!(
        store
            .settle(
                minutes(31),
                &[settle(&again, Outcome::Dead(Setback::Unreachable))]
            )
            .await
            .unwrap(),
        1
    );
    assert!(
        store
            .lease(minutes(99_999), minutes(99_999), 10)
            .await
            .unwrap()
            .is_empty()
    );
}

/// Case 38. Catches a queue in which old mail waits behind new mail.
pub async fn case_38_leases_come_in_the_order_in_which_they_are_due(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    post(
        &*store,
        &one,
        [(1, minutes(4)), (2, minutes(1)), (3, minutes(2))],
    )
    .await;
    post(
        &*store,
        &two,
        [(4, minutes(3)), (5, minutes(2)), (6, minutes(0))],
    )
    .await;
    let first = store.lease(minutes(10), minutes(12), 4).await.unwrap();
    let rest = store.lease(minutes(10), minutes(12), 4).await.unwrap();
    let order: Vec<MailId> = first
        .iter()
        .chain(&rest)
        .map(|lease| lease.mail.id)
        .collect();
    assert_eq!(order, [6, 2, 3, 5, 4, 1].map(id));
}

/// Case 39. Catches a store that reads a clock of its own: everything happens long ago, or in a
/// hundred years, as it is told.
pub async fn case_39_the_store_never_reads_a_clock(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (past, future) = (
        fixtures::at("1975-01-01T00:00:00Z"),
        fixtures::at("2126-01-01T00:00:00Z"),
    );
    post(&*store, &office, [(1, past), (2, future)]).await;
    let session = fixtures::session(1, office.contact.id);
    wrote(&*store, office.firm.id, Change::Session(session)).await;
    let day = Duration::from_secs(86_400);
    let leased = only(store.lease(past, past.plus(day), 10).await);
    assert_eq!(leased.mail.id, id(1));
    let done = settle(&leased, Outcome::Done);
    assert_eq!(store.settle(past, &[done]).await.unwrap(), 1);
    assert_eq!(store.purge(past).await.unwrap(), 0);
    assert_eq!(
        only(store.lease(future, future.plus(day), 10).await)
            .mail
            .id,
        id(2)
    );
    assert_eq!(store.purge(future).await.unwrap(), 1);
}

/// Catches an outbox that forgets what a mail tells, or takes one twice.
pub async fn case_mails_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let address = fixtures::email("New.Address@example.org");
    let topics = [
        MailTopic::SetPassword,
        MailTopic::ResetPassword,
        MailTopic::PasswordChanged,
        MailTopic::ConfirmEmail(address.clone()),
        MailTopic::EmailChanged(address.clone()),
        MailTopic::InvoiceIssued(id(7)),
        MailTopic::PaymentReceived(id(8), id(9)),
        MailTopic::PaymentReversed(id(10), id(11)),
        MailTopic::PaymentNotice(id(12), id(13)),
        MailTopic::AlertNotice(id(14), id(15)),
        MailTopic::OfferSent(id(16)),
        MailTopic::OfferLinked(id(17), address),
        MailTopic::OfferNotice(id(18)),
        MailTopic::ContractSent(id(19)),
        MailTopic::ContractSealed(id(20)),
        MailTopic::ContractNotice(id(21)),
        MailTopic::DocumentShared(id(22)),
    ];
    let kinds: Vec<MailKind> = topics.iter().map(MailTopic::kind).collect();
    assert_eq!(kinds, MailKind::ALL);
    let mails: Vec<Mail> = (1..)
        .zip(topics)
        .map(|(n, topic)| Mail {
            topic,
            to: match n % 2 {
                0 => Recipient::Client(office.client.id),
                _ => Recipient::Contact(office.contact.id),
            },
            ..mail(&office, n, NOW)
        })
        .collect();
    let changes = Changes {
        mail: mails.clone(),
        ..Changes::default()
    };
    applied(&*store, office.firm.id, changes.clone()).await;
    breaks(
        &store.commit(office.firm.id, changes).await,
        Constraint::Identity,
    );
    let leases = store.lease(NOW, minutes(2), 100).await.unwrap();
    let out: Vec<Mail> = leases.into_iter().map(|lease| lease.mail).collect();
    assert_eq!(out, mails);
}

fn minutes(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

fn mail(office: &Office, n: u64, not_before: Timestamp) -> Mail {
    Mail {
        not_before,
        ..fixtures::mail(n, office.contact.id)
    }
}

async fn post(
    store: &dyn Store,
    office: &Office,
    mails: impl IntoIterator<Item = (u64, Timestamp)>,
) {
    let changes = Changes {
        mail: mails
            .into_iter()
            .map(|(n, at)| mail(office, n, at))
            .collect(),
        ..Changes::default()
    };
    applied(store, office.firm.id, changes).await;
}

fn settle(lease: &Lease, outcome: Outcome) -> Settlement {
    Settlement {
        firm: lease.firm,
        mail: lease.mail.id,
        tries: lease.tries,
        outcome,
    }
}

#[track_caller]
fn only(leases: Result<Vec<Lease>, StoreError>) -> Lease {
    let mut leases = leases.unwrap();
    assert_eq!(leases.len(), 1, "{leases:?}");
    leases.remove(0)
}
