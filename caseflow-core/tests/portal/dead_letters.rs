//! Mails that do not leave, and what staff do about them (R-AUD-2).

use std::time::Duration;

use caseflow_core::Error;
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::mail::MailKind;
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::firm::mails;
use caseflow_core::ports::store::{AuditQuery, MailQuery, MailRow, MailStage};
use caseflow_core::testing::{MailFault, block_on, fixtures};
use caseflow_core::upkeep;

use super::setup::Story;

#[test]
fn r_aud_2_staff_see_why_a_mail_did_not_leave_and_when_it_is_tried_next() {
    block_on(async {
        let story = Story::begin().await;
        invited(&story, MailFault::Unavailable).await;
        let row = only(&story, MailStage::Waiting).await.value;
        assert_eq!(row.mail.topic.kind(), MailKind::SetPassword);
        assert_eq!(row.address.as_ref(), Some(&story.office.contact.email));
        assert_eq!(row.tries, 1);
        let minute = story.ports.now().plus(Duration::from_secs(60));
        assert_eq!(row.next_try, Some(minute));
        let why = row.setback.unwrap().to_string();
        assert_eq!(why, "The mail server could not be reached.");
    });
}

#[test]
fn r_aud_2_a_dead_letter_is_tried_again_when_staff_say_so() {
    block_on(async {
        let story = Story::begin().await;
        invited(&story, MailFault::Refused).await;
        let dead = only(&story, MailStage::Dead).await;
        let why = dead.value.setback.unwrap().to_string();
        assert!(
            why.contains("there is no such mailbox (550 5.1.1)"),
            "{why}"
        );
        story.doubles.mailer.fail(None);
        let (ports, id) = (&story.ports, dead.value.mail.id);
        let stale = mails::retry(ports, &story.call(), id, Some(Version(7))).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let call = story.keyed("once");
        let told = mails::retry(ports, &call, id, Some(dead.version))
            .await
            .unwrap();
        assert_eq!((told.id, told.version), (id.into(), dead.version.next()));
        assert_eq!(only(&story, MailStage::Waiting).await.version, told.version);
        let again = mails::retry(ports, &call, id, Some(dead.version)).await;
        assert_eq!(again.unwrap(), told, "the key is known");
        let left_alone = mails::retry(ports, &story.call(), id, None).await;
        assert_eq!(left_alone.unwrap(), told, "it waits already");
        assert_eq!(upkeep::tick(ports).await.unwrap().sent, 1);
        let gone = mails::retry(ports, &story.call(), id, None).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        let query = AuditQuery {
            about: Some(id.into()),
            ..AuditQuery::default()
        };
        let firm = story.office.firm.id;
        let rows = ports.store.audit(firm, &query).await.unwrap().rows;
        let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["mail.retried"]);
    });
}

#[test]
fn r_aud_2_another_go_has_all_its_tries_and_pauses() {
    block_on(async {
        let story = Story::begin().await;
        invited(&story, MailFault::Refused).await;
        story.doubles.mailer.fail(Some(MailFault::Unavailable));
        let id = only(&story, MailStage::Dead).await.value.mail.id;
        mails::retry(&story.ports, &story.call(), id, None)
            .await
            .unwrap();
        let mut postponed = 0;
        loop {
            let round = upkeep::tick(&story.ports).await.unwrap();
            postponed += round.postponed;
            if round.dead > 0 {
                break;
            }
            let next = only(&story, MailStage::Waiting)
                .await
                .value
                .next_try
                .unwrap();
            let pause = next.micros() - story.ports.now().micros();
            assert_eq!(pause, 60_000_000 * (1_i64 << (postponed - 1)).min(720));
            story.doubles.clock.set(&next.to_string());
        }
        assert_eq!(postponed, 13);
        assert_eq!(only(&story, MailStage::Dead).await.value.tries, 15);
    });
}

#[test]
fn e02_a_mail_of_another_firm_is_not_there() {
    block_on(async {
        let story = Story::begin().await;
        invited(&story, MailFault::Refused).await;
        let id = only(&story, MailStage::Dead).await.value.mail.id;
        let stranger = fixtures::staff(fixtures::id(9));
        let read = mails::read(&story.ports, &stranger, id).await;
        assert!(matches!(read, Err(Error::NotFound)), "{read:?}");
        let call = caseflow_core::firm::Call {
            staff: stranger,
            ..story.call()
        };
        let tried = mails::retry(&story.ports, &call, id, None).await;
        assert!(matches!(tried, Err(Error::NotFound)), "{tried:?}");
    });
}

/// The contact is invited, and the mail tried once.
async fn invited(story: &Story, fault: MailFault) {
    story.doubles.mailer.fail(Some(fault));
    let (call, id) = (story.call(), story.office.contact.id);
    let done = contacts::switch_access(&story.ports, &call, id, None, Switch::On).await;
    done.unwrap();
    upkeep::tick(&story.ports).await.unwrap();
}

/// The only mail that has not left, which is at this stage.
async fn only(story: &Story, stage: MailStage) -> Versioned<MailRow> {
    let staff = story.office.staff();
    let all = mails::list(&story.ports, &staff, &MailQuery::default()).await;
    let query = MailQuery {
        stage: Some(stage),
        ..MailQuery::default()
    };
    let mut rows = mails::list(&story.ports, &staff, &query)
        .await
        .unwrap()
        .rows;
    assert_eq!(all.unwrap().rows, rows);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}
