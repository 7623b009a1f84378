//! The outbox (R-AUD-2).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::Ports;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::changes::{Change, Changes, Version, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::mail::MailKind;
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::testing::fixtures::usd;
use caseflow_core::testing::{MailFault, TestClock, block_on};
use caseflow_core::upkeep::{self, Round};

use super::meddled::{Meddled, Meddling};
use super::setup::Story;

#[test]
fn r_aud_2_a_mail_is_sent_once() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("100.00", "2026-12-24").await;
        let rounds = [
            upkeep::tick(&story.ports).await.unwrap(),
            upkeep::tick(&story.ports).await.unwrap(),
        ];
        assert_eq!((rounds[0].sent, rounds[1]), (2, Round::default()));
        let letters = story.doubles.mailer.take();
        let to: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["contact103@example.com", "contact104@example.com"]);
        for letter in letters {
            assert_eq!(letter.subject, "Invoice INV-0001 from Muster & Partner 1");
            assert!(
                letter.text.contains("100.00 USD is due by 2026-12-24"),
                "{}",
                letter.text
            );
        }
    });
}

#[test]
fn r_aud_2_a_payment_is_confirmed_with_its_receipt() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-12-24").await;
        upkeep::tick(&story.ports).await.unwrap();
        drop(story.doubles.mailer.take());
        story.pay(id, "30.00").await;
        upkeep::tick(&story.ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        assert_eq!(letters.len(), 2);
        for letter in letters {
            assert_eq!(letter.subject, "We received 30.00 USD");
            assert!(
                letter.text.contains("(receipt R-0001). 70.00 USD"),
                "{}",
                letter.text
            );
        }
    });
}

#[test]
fn r_aud_2_two_servers_send_each_mail_once() {
    block_on(async {
        let story = Story::begin().await;
        for _ in 0..50 {
            story.issued("1.00", "2026-12-24").await;
        }
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| block_on(upkeep::tick(&story.ports)).unwrap());
            }
        });
        let mut sent: Vec<_> = story.doubles.mailer.take().iter().map(|it| it.id).collect();
        assert_eq!(sent.len(), 100);
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), 100, "a mail was sent twice");
    });
}

#[test]
fn r_aud_2_a_mail_that_waits_behind_a_slow_one_is_sent_once_by_whoever_comes() {
    block_on(async {
        let story = Story::begin().await;
        for _ in 0..3 {
            story.issued("1.00", "2026-12-24").await;
        }
        let slow = Ports {
            mailer: Arc::new(Slow {
                clock: story.doubles.clock.clone(),
                other: story.ports.clone(),
            }),
            ..story.ports.clone()
        };
        assert_eq!(upkeep::tick(&slow).await.unwrap().sent, 1);
        let sent = story.doubles.mailer.take();
        let mut ids: Vec<_> = sent.iter().map(|it| it.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((sent.len(), ids.len()), (6, 6));
    });
}

/// A mail server that thinks about a mail for three minutes, in which another server has its round.
#[derive(Debug)]
struct Slow {
    clock: Arc<TestClock>,
    other: Ports,
}

#[async_trait]
impl Mailer for Slow {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        self.clock.advance(Duration::from_secs(180));
        upkeep::tick(&self.other).await.unwrap();
        self.other.mailer.send(letter).await
    }
}

#[test]
fn r_aud_2_a_mail_that_cannot_be_sent_is_tried_again_later_and_given_up_in_the_end() {
    block_on(async {
        let story = Story::begin().await;
        switch_on(&story).await;
        story.doubles.mailer.fail(Some(MailFault::Unavailable));
        let mut waits = Vec::new();
        let mut minutes = 0_u32;
        let last = loop {
            let round = upkeep::tick(&story.ports).await.unwrap();
            if round.postponed + round.dead > 0 {
                waits.push(std::mem::take(&mut minutes));
            }
            if round.dead > 0 {
                break round;
            }
            story.doubles.clock.advance(Duration::from_secs(60));
            minutes += 1;
        };
        assert_eq!((last.dead, last.postponed), (1, 0));
        let doubled = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
        assert_eq!(waits, [&doubled[..], &[720, 720, 720]].concat());
        let two_days = 2 * 24 * 60;
        assert!(waits.iter().sum::<u32>() > two_days, "less than two days");
        story.doubles.mailer.fail(None);
        story.doubles.clock.advance(Duration::from_secs(864_000));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 0);
    });
}

#[test]
fn r_aud_2_a_mail_that_is_tried_again_keeps_its_id_and_carries_a_link_that_works() {
    block_on(async {
        let story = Story::begin().await;
        switch_on(&story).await;
        story.doubles.mailer.fail(Some(MailFault::Unavailable));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().postponed, 1);
        story.doubles.mailer.fail(None);
        assert_eq!(
            upkeep::tick(&story.ports).await.unwrap().sent,
            0,
            "not before a minute"
        );
        story.doubles.clock.advance(Duration::from_secs(60));
        let secret = story.mailed_secret().await;
        let card = story
            .ports
            .store
            .link(story.office.firm.id, secret.hash())
            .await;
        assert!(card.unwrap().is_some());
    });
}

#[test]
fn r_aud_2_a_refused_mail_is_dead_at_once() {
    block_on(async {
        let story = Story::begin().await;
        switch_on(&story).await;
        story.doubles.mailer.fail(Some(MailFault::Refused));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().dead, 1);
        story.doubles.mailer.fail(None);
        story.doubles.clock.advance(Duration::from_secs(864_000));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 0);
    });
}

#[test]
fn r_aud_2_a_worker_that_dies_leaves_its_mails_to_the_next() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("1.00", "2026-12-24").await;
        let now = story.ports.now();
        let until = now.plus(Duration::from_secs(120));
        assert_eq!(
            story.ports.store.lease(now, until, 20).await.unwrap().len(),
            2
        );
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 0);
        story.doubles.clock.advance(Duration::from_secs(120));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 2);
    });
}

#[test]
fn r_aud_2_what_was_not_written_is_not_told() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("1.00", "2026-12-24").await;
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 2);
        assert!(story.try_pay(id, Some(usd("2.00"))).await.is_err());
        let lost = Meddled::new(Arc::clone(&story.ports.store), [Meddling::RequestLost]);
        let ports = story.through(lost);
        let input = super::setup::payment(None);
        let call = story.call();
        let paid = caseflow_core::firm::payments::record(&ports, &call, id, None, input).await;
        assert!(
            paid.is_err(),
            "an unkeyed request is not repeated on its own"
        );
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 0);
    });
}

#[test]
fn r_acc_5_mail_goes_to_whom_wants_it_as_long_as_the_firm_sends_it() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let quiet = Contact {
            mail: Sections::ALL.without(Section::Invoices),
            ..office.contact.clone()
        };
        commit(&story, Change::Contact(write(quiet))).await;
        let id = story.issued("5.00", "2026-12-24").await;
        upkeep::tick(&story.ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, office.colleague.email);
        let muted = Firm {
            muted: vec![MailKind::PaymentReceived],
            ..office.firm.clone()
        };
        commit(&story, Change::Firm(write(muted))).await;
        story.pay(id, "1.00").await;
        let round = upkeep::tick(&story.ports).await.unwrap();
        assert_eq!((round.sent, round.dropped), (0, 1));
        assert_eq!(story.doubles.mailer.take(), []);
        story.issued("5.00", "2026-12-24").await;
        upkeep::tick(&story.ports).await.unwrap();
        assert_eq!(story.doubles.mailer.take().len(), 1);
    });
}

fn write<T>(now: T) -> Write<T> {
    Write::Update {
        read: Version::FIRST,
        now,
    }
}

async fn commit(story: &Story, change: Change) {
    let changes = Changes::default().with(change);
    let firm = story.office.firm.id;
    story.ports.store.commit(firm, changes).await.unwrap();
}

async fn switch_on(story: &Story) {
    let (call, id) = (story.call(), story.office.contact.id);
    let done = contacts::switch_access(&story.ports, &call, id, None, Switch::On).await;
    done.unwrap();
}
