//! What staff see of the outbox, and dead letters that are tried again.

use std::sync::Arc;
use std::time::Duration;

use super::{all_pages, applied, is_conflict, tried};
use crate::domain::changes::{Change, Changes, Version, Versioned};
use crate::domain::id::MailId;
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::setback::{MailReply, Setback};
use crate::domain::time::Timestamp;
use crate::ports::store::{Lease, MailQuery, MailRow, MailStage, Outcome, Settlement, Store};
use crate::testing::fixtures::{self, NOW, Office, id};

/// Catches a list that takes waiting mails for dead ones, counts off its pages, or keeps what was sent.
pub async fn case_mails_are_listed_by_whether_they_are_dead(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(
        &*store,
        &office,
        (1..=30).map(|n| (n, MailTopic::SetPassword)),
    )
    .await;
    for lease in store.lease(NOW, minutes(2), 100).await.unwrap() {
        let outcome = match number(&lease) % 3 {
            0 => Outcome::Dead(Setback::Insecure),
            1 => Outcome::Retry(minutes(9), Setback::Unreachable),
            _ => Outcome::Done,
        };
        settle(&*store, &lease, outcome).await;
    }
    let expected = |stage: Option<MailStage>| -> Vec<MailId> {
        let left = (1..=30).rev().filter(|n| match stage {
            None => n % 3 != 2,
            Some(MailStage::Dead) => n % 3 == 0,
            Some(MailStage::Waiting) => n % 3 == 1,
        });
        left.map(id).collect()
    };
    for stage in [None, Some(MailStage::Waiting), Some(MailStage::Dead)] {
        for rows in [1, 7, 10, 100] {
            let all = all_pages(rows, async |page| {
                store
                    .mails(office.firm.id, &MailQuery { stage, page })
                    .await
            });
            let found: Vec<_> = all.await.iter().map(|row| row.value.mail.id).collect();
            assert_eq!(found, expected(stage), "{stage:?} by {rows}");
        }
    }
    assert_eq!(store.mail(office.firm.id, id(2)).await.unwrap(), None);
}

/// Catches a store that loses what staff are told of a mail, or knows no address but a contact's.
pub async fn case_a_mail_says_where_it_goes_and_why_it_did_not(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let own = fixtures::email("board@example.org");
    let firm = office.firm.email.clone();
    assert!(firm.is_some() && firm.as_ref() != Some(&office.contact.email));
    let topics = [
        (
            MailTopic::InvoiceIssued(id(7)),
            Some(office.contact.email.clone()),
        ),
        (MailTopic::OfferNotice(id(7)), firm),
        (MailTopic::OfferLinked(id(7), own.clone()), Some(own)),
    ];
    let mails = (1..).zip(topics.iter().map(|(topic, _)| topic.clone()));
    post(&*store, &office, mails).await;
    for (n, (topic, address)) in (1..).zip(topics) {
        let expected = MailRow {
            mail: mail(&office, n, topic),
            address,
            next_try: Some(NOW),
            tries: 0,
            setback: None,
        };
        let found = read(&*store, &office, id(n)).await;
        assert_eq!(found.value, expected);
        assert_eq!(found.version, Version::FIRST);
    }
    let nowhere = Mail {
        to: Recipient::Client(office.client.id),
        ..mail(&office, 4, MailTopic::InvoiceIssued(id(7)))
    };
    let changes = Changes::default().mailed(nowhere);
    applied(&*store, office.firm.id, changes).await;
    assert_eq!(read(&*store, &office, id(4)).await.value.address, None);
}

/// Catches a store that forgets why a mail did not leave, or takes one reason for another.
pub async fn case_a_setback_comes_out_as_it_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    post(&*store, &office, [(1, MailTopic::SetPassword)]).await;
    let reply = MailReply::parse("451", "4.7.1 later").unwrap();
    let setbacks = [
        Setback::Unreachable,
        Setback::Insecure,
        Setback::NoDocument,
        Setback::Deferred(reply),
        Setback::Refused(None),
        Setback::Refused(MailReply::parse("550", "")),
    ];
    for (n, setback) in (1..).zip(setbacks) {
        let (now, until) = (minutes(u64::from(n) * 10), minutes(u64::from(n) * 10 + 2));
        let lease = store.lease(now, until, 1).await.unwrap().remove(0);
        let leased = read(&*store, &office, id(1)).await;
        assert_eq!(
            leased.version,
            Version(n.into()),
            "leasing moves no version"
        );
        let next = until.plus(Duration::from_secs(60));
        let outcome = Outcome::Retry(next, setback);
        assert_eq!(settle_at(&*store, now, &lease, outcome).await, 1);
        let found = read(&*store, &office, id(1)).await;
        assert_eq!(found.version, leased.version.next());
        assert_eq!(
            (found.value.setback, found.value.next_try, found.value.tries),
            (Some(setback), Some(next), n)
        );
    }
}

/// Catches a store in which a dead letter stays dead, comes back with its old count, or is brought
/// back twice.
pub async fn case_a_dead_letter_is_tried_again_as_if_it_were_new(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    post(&*store, &office, [(1, MailTopic::SetPassword)]).await;
    let retry = |read| Change::RetryMail {
        mail: id(1),
        read,
        at: minutes(30),
    };
    is_conflict(&tried(&*store, firm, retry(Version::FIRST)).await);
    let lease = only(store.lease(NOW, minutes(2), 9).await.unwrap());
    settle(
        &*store,
        &lease,
        Outcome::Retry(minutes(1), Setback::Unreachable),
    )
    .await;
    let lease = only(store.lease(minutes(1), minutes(2), 9).await.unwrap());
    assert_eq!((lease.tries, lease.counted()), (2, 2));
    let dead = Outcome::Dead(Setback::Insecure);
    assert_eq!(settle_at(&*store, minutes(1), &lease, dead).await, 1);
    let before = read(&*store, &office, id(1)).await;
    assert_eq!((before.version, before.value.next_try), (Version(3), None));
    is_conflict(&tried(&*store, firm, retry(Version(2))).await);
    tried(&*store, firm, retry(Version(3))).await.unwrap();
    let after = read(&*store, &office, id(1)).await;
    let expected = MailRow {
        next_try: Some(minutes(30)),
        ..before.value
    };
    assert_eq!((after.version, after.value), (Version(4), expected));
    is_conflict(&tried(&*store, firm, retry(Version(4))).await);
    assert_eq!(store.lease(minutes(29), minutes(40), 9).await.unwrap(), []);
    let again = only(store.lease(minutes(30), minutes(40), 9).await.unwrap());
    assert_eq!((again.tries, again.counted()), (3, 1));
    assert_eq!(
        settle_at(&*store, minutes(31), &lease, Outcome::Done).await,
        0
    );
    assert_eq!(
        settle_at(&*store, minutes(31), &again, Outcome::Done).await,
        1
    );
    is_conflict(&tried(&*store, firm, retry(Version(4))).await);
}

/// Case 18, of mails. Catches a read or a try that is not looked up in the firm that asks.
pub async fn case_18_e02_another_firms_mail_is_not_there(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    post(&*store, &one, [(1, MailTopic::SetPassword)]).await;
    let lease = only(store.lease(NOW, minutes(2), 9).await.unwrap());
    settle(&*store, &lease, Outcome::Dead(Setback::Insecure)).await;
    let listed = store.mails(two.firm.id, &MailQuery::default()).await;
    assert_eq!(listed.unwrap().rows, []);
    assert_eq!(store.mail(two.firm.id, id(1)).await.unwrap(), None);
    let retry = Change::RetryMail {
        mail: id(1),
        read: Version(2),
        at: NOW,
    };
    is_conflict(&tried(&*store, two.firm.id, retry).await);
    assert_eq!(read(&*store, &one, id(1)).await.value.next_try, None);
}

fn minutes(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

fn mail(office: &Office, n: u64, topic: MailTopic) -> Mail {
    Mail {
        topic,
        ..fixtures::mail(n, office.contact.id)
    }
}

async fn post(
    store: &dyn Store,
    office: &Office,
    topics: impl IntoIterator<Item = (u64, MailTopic)>,
) {
    let mails = topics.into_iter().map(|(n, topic)| mail(office, n, topic));
    let changes = Changes {
        mail: mails.collect(),
        ..Changes::default()
    };
    applied(store, office.firm.id, changes).await;
}

fn number(lease: &Lease) -> u64 {
    let mut numbers = 1..=30;
    numbers.find(|n| id::<MailId>(*n) == lease.mail.id).unwrap()
}

async fn settle(store: &dyn Store, lease: &Lease, outcome: Outcome) {
    assert_eq!(settle_at(store, NOW, lease, outcome).await, 1);
}

async fn settle_at(store: &dyn Store, now: Timestamp, lease: &Lease, outcome: Outcome) -> u64 {
    let settlement = Settlement {
        firm: lease.firm,
        mail: lease.mail.id,
        tries: lease.tries,
        outcome,
    };
    store.settle(now, &[settlement]).await.unwrap()
}

async fn read(store: &dyn Store, office: &Office, mail: MailId) -> Versioned<MailRow> {
    store.mail(office.firm.id, mail).await.unwrap().unwrap()
}

#[track_caller]
fn only(mut leases: Vec<Lease>) -> Lease {
    assert_eq!(leases.len(), 1, "{leases:?}");
    leases.remove(0)
}
