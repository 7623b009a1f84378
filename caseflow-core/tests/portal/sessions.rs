//! Where a contact is signed in (R-SELF-2).

use std::time::Duration;

use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::SessionId;
use caseflow_core::error::Error;
use caseflow_core::firm::audit::list as audit_log;
use caseflow_core::portal::sessions::{self, OwnSessions};
use caseflow_core::portal::sign_in::SignedIn;
use caseflow_core::portal::{Visiting, profile};
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::PASSWORD;

use super::setup::Story;

/// Signs in so many times, a minute after the other.
async fn signed_in<const N: usize>(story: &Story, contact: &Contact) -> [SignedIn; N] {
    let mut all = Vec::new();
    for _ in 0..N {
        story.doubles.clock.advance(Duration::from_secs(60));
        all.push(story.sign_in(contact).await.unwrap());
    }
    all.try_into().unwrap()
}

async fn own(story: &Story, visiting: &Visiting) -> OwnSessions {
    sessions::list(&story.ports, visiting).await.unwrap().page
}

fn ids<'a>(all: impl IntoIterator<Item = &'a SignedIn>) -> Vec<SessionId> {
    all.into_iter().map(|it| it.session.id).collect()
}

fn others(own: &OwnSessions) -> Vec<SessionId> {
    own.others.iter().map(|it| it.id).collect()
}

#[test]
fn r_self_2_a_contact_sees_its_own_live_sessions_and_which_one_this_is() {
    block_on(async {
        let story = Story::begin().await;
        let all: [SignedIn; 4] = signed_in(&story, &story.office.contact).await;
        let [_, _, strangers] = signed_in(&story, &story.office.colleague).await;
        let here = story.with_token(&all[1].token);
        let own_ones = own(&story, &here).await;
        assert_eq!(own_ones.current.as_ref(), Some(&all[1].session));
        assert_eq!(others(&own_ones), ids([&all[3], &all[2], &all[0]]));
        let vouched = own(&story, &story.contact()).await;
        assert_eq!((vouched.current, vouched.others.len()), (None, 4));
        // The first of them has rested for half an hour, the one in use has not.
        story.doubles.clock.advance(Duration::from_secs(22 * 60));
        assert!(story.is_in(&all[1].token).await);
        story.doubles.clock.advance(Duration::from_secs(3 * 60));
        let left = own(&story, &here).await;
        assert_eq!(others(&left), ids([&all[3], &all[2]]));
        let theirs = own(&story, &story.with_token(&strangers.token)).await;
        assert_eq!(theirs.others.len(), 2);
    });
}

#[test]
fn r_self_2_one_session_is_ended_at_once_and_in_the_log() {
    block_on(async {
        let story = Story::begin().await;
        let [first, second, third] = signed_in(&story, &story.office.contact).await;
        let here = story.with_token(&second.token);
        sessions::end(&story.ports, &here, first.session.id)
            .await
            .unwrap();
        assert!(!story.is_in(&first.token).await);
        assert!(story.is_in(&second.token).await && story.is_in(&third.token).await);
        let again = sessions::end(&story.ports, &here, first.session.id).await;
        assert!(matches!(again, Err(Error::NotFound)));
        let query = AuditQuery {
            about: Some(first.session.id.into()),
            ..AuditQuery::default()
        };
        let staff = story.office.staff();
        let log = audit_log(&story.ports, &staff, &query).await.unwrap();
        let actions: Vec<&str> = log.rows.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["session.signed_in", "session.signed_out"]);
        // The one by which the contact is here signs out.
        sessions::end(&story.ports, &here, second.session.id)
            .await
            .unwrap();
        assert!(!story.is_in(&second.token).await && story.is_in(&third.token).await);
        let gone = sessions::list(&story.ports, &here).await;
        assert!(matches!(gone, Err(Error::SignedOut)));
    });
}

#[test]
fn r_acc_6_nobody_ends_somebody_elses_session() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let [own] = signed_in(&story, &office.contact).await;
        for contact in [&office.colleague, &office.stranger] {
            let [theirs] = signed_in(&story, contact).await;
            let rows = story.audit_rows().await;
            let here = story.with_token(&own.token);
            let tried = sessions::end(&story.ports, &here, theirs.session.id).await;
            assert!(matches!(tried, Err(Error::NotFound)));
            sessions::end_others(&story.ports, &here).await.unwrap();
            assert!(story.is_in(&theirs.token).await);
            assert_eq!(story.audit_rows().await, rows, "nothing was written");
        }
    });
}

#[test]
fn r_self_2_all_others_end_together_and_the_current_one_stays() {
    block_on(async {
        let story = Story::begin().await;
        let all: [SignedIn; 3] = signed_in(&story, &story.office.contact).await;
        let here = story.with_token(&all[2].token);
        sessions::end_others(&story.ports, &here).await.unwrap();
        for (n, one) in all.iter().enumerate() {
            assert_eq!(story.is_in(&one.token).await, n == 2, "{n}");
        }
        for ended in &all[..2] {
            let query = AuditQuery {
                about: Some(ended.session.id.into()),
                ..AuditQuery::default()
            };
            let log = audit_log(&story.ports, &story.office.staff(), &query).await;
            let last = log.unwrap().rows.pop().unwrap();
            assert_eq!(last.action, "session.signed_out");
        }
        // A host that vouches for its contacts has no session of ours to keep.
        sessions::end_others(&story.ports, &story.contact())
            .await
            .unwrap();
        assert!(!story.is_in(&all[2].token).await);
    });
}

#[test]
fn a_session_that_a_new_password_has_ended_is_not_listed() {
    block_on(async {
        let story = Story::begin().await;
        let [_, here] = signed_in(&story, &story.office.contact).await;
        let visiting = story.with_token(&here.token);
        let old = caseflow_core::domain::password::Password::typed(PASSWORD);
        let new = "another long passphrase";
        profile::change_password(&story.ports, &visiting, &old, new)
            .await
            .unwrap();
        assert_eq!(own(&story, &visiting).await.others, []);
    });
}
