//! A proposal behind the link that was mailed to its own address (R-DEC-5).

use std::net::IpAddr;
use std::time::Duration;

use caseflow_core::domain::access::{Origin, Section};
use caseflow_core::domain::offer::{
    Answer, Decider, Digest, OfferError, OfferKind, OfferStatus, OfferTerms,
};
use caseflow_core::domain::secret::Secret;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::offers;
use caseflow_core::firm::settings::{self, FirmInput};
use caseflow_core::portal::offer_links;
use caseflow_core::portal::offers::Outcome;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures;

use super::offers_story::{ADDRESS, name, terms};
use super::setup::Story;

use Answer::{Accepted, Declined};
use OfferKind::{Estimate, Proposal};

#[test]
fn c09_looking_writes_nothing_and_deciding_signs_nobody_in() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let secret = story.offer_secret().await;
        let (before, rows) = (story.offer_file(id).await, story.audit_rows().await);
        for _ in 0..3 {
            let card = story.look_by_link(&secret).await.unwrap();
            assert_eq!(card.offer, before.offer);
            let (firm, origin) = (story.office.firm.id, Origin::default());
            let pdf = offer_links::pdf(&story.ports, firm, &secret, &origin).await;
            assert_eq!(pdf.unwrap().name, "proposal-P-0001.pdf");
        }
        assert_eq!(story.offer_file(id).await, before);
        assert_eq!(story.audit_rows().await, rows);
        assert!(!story.is_in(&secret).await);
    });
}

#[test]
fn who_decides_by_the_link_is_recorded_and_the_firm_told() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let secret = story.offer_secret().await;
        let shown = story
            .look_by_link(&secret)
            .await
            .unwrap()
            .offer
            .value
            .digest();
        let answer = story.answer_by_link(&secret, shown, Declined).await;
        assert!(matches!(answer, Ok(Outcome::Stands(_))), "{answer:?}");
        assert_eq!(story.offer_status(id).await, OfferStatus::Declined);
        let decision = story.offer(id).await.decision().unwrap().clone();
        let by = Decider::LinkHolder {
            email: fixtures::email(ADDRESS),
            name: name(),
        };
        assert_eq!(decision.by, by);
        let rows = story.audited(["offer_link.used", "offer.declined"]).await;
        assert_eq!(rows, [1, 1]);
        let row = story.last_audited("offer.declined").await;
        assert_eq!(row.actor, "anonymous");
        assert_eq!(row.facts, "{\"road\":\"link\"}");
        let letters = story.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains(ADDRESS), "{}", letters[0].text);
        // The answer shows for ever.
        story.doubles.clock.set("2027-06-01T09:00:00Z");
        let card = story.look_by_link(&secret).await.unwrap();
        assert_eq!(card.offer.value.decision(), Some(&decision));
    });
}

#[test]
fn c13_a_stale_form_behind_the_link_is_refused() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let secret = story.offer_secret().await;
        let shown = story.offer(id).await.digest();
        story.revise_offer(id, terms("120.00")).await;
        let answer = story
            .answer_by_link(&secret, shown, Accepted)
            .await
            .unwrap();
        let Outcome::Refused(card, OfferError::Changed) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(card.offer.value.totals.total, fixtures::usd("120.00"));
    });
}

#[test]
fn every_sending_has_a_link_of_its_own_and_kills_no_other() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let first = story.offer_secret().await;
        story.revise_offer(id, terms("120.00")).await;
        story.send_offer(id).await;
        let second = story.offer_secret().await;
        assert_ne!(first.reveal(), second.reveal());
        for secret in [first, second] {
            let card = story.look_by_link(&secret).await.unwrap();
            assert_eq!(card.offer.value.totals.total, fixtures::usd("120.00"));
        }
    });
}

#[test]
fn an_estimate_gets_no_link() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Estimate).await;
        let letters = story.letters().await;
        assert!(letters.iter().all(|it| it.to.as_str() != ADDRESS));
        assert!(story.offer_file(id).await.links.is_empty());
    });
}

#[test]
fn a_dead_link_does_not_say_why() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let secret = story.offer_secret().await;
        assert!(is_dead(&story, &fixtures::secret(1)).await, "unknown");

        let withdrawn = offers::withdraw(&story.ports, &story.call(), id, None).await;
        withdrawn.unwrap();
        assert!(is_dead(&story, &secret).await, "withdrawn");
        story.send_offer(id).await;
        assert!(!is_dead(&story, &secret).await, "sent again");

        let closed = FirmInput {
            sections: story.office.firm.sections.without(Section::Proposals),
            ..story.firm_input()
        };
        settings::update(&story.ports, &story.call(), None, closed)
            .await
            .unwrap();
        assert!(is_dead(&story, &secret).await, "section closed");
        let open = story.firm_input();
        settings::update(&story.ports, &story.call(), None, open)
            .await
            .unwrap();
        assert!(!is_dead(&story, &secret).await, "section open again");

        story.doubles.clock.set("2026-12-24T22:59:59Z");
        assert!(!is_dead(&story, &secret).await, "the last day");
        story.doubles.clock.set("2026-12-24T23:00:00Z");
        assert!(is_dead(&story, &secret).await, "expired");
    });
}

#[test]
fn a_link_that_was_taken_back_stays_dead_and_the_others_live() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let first = story.offer_secret().await;
        story.send_offer(id).await;
        let second = story.offer_secret().await;
        let links = story.offer_file(id).await.links;
        let old = links.iter().find(|it| it.value.token == first.hash());
        let old = old.unwrap().value.id;
        let (ports, call) = (&story.ports, story.call());
        let revoked = offers::revoke_link(ports, &call, id, old, None)
            .await
            .unwrap();
        let again = offers::revoke_link(ports, &call, id, old, None)
            .await
            .unwrap();
        assert_eq!(again, revoked);
        assert_eq!(story.audited(["offer_link.revoked"]).await, [1]);
        story.send_offer(id).await;
        assert!(is_dead(&story, &first).await);
        assert!(!is_dead(&story, &second).await);
        let other = story.sent_offer(Proposal).await;
        let absent = offers::revoke_link(ports, &call, other, old, None).await;
        assert!(matches!(absent, Err(Error::NotFound)), "of another offer");
    });
}

#[test]
fn nobody_is_told_of_what_the_firm_has_closed() {
    block_on(async {
        let story = Story::begin().await;
        let closed = FirmInput {
            sections: story.office.firm.sections.without(Section::Proposals),
            ..story.firm_input()
        };
        settings::update(&story.ports, &story.call(), None, closed)
            .await
            .unwrap();
        story.sent_offer(Proposal).await;
        assert!(story.letters().await.is_empty());
    });
}

#[test]
fn the_wrong_address_is_written_to_no_more_once_it_is_corrected() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        story.letters().await;
        let corrected = OfferTerms {
            email: Some(fixtures::email("chair@example.com")),
            ..terms("100.00")
        };
        story.revise_offer(id, corrected).await;
        story.send_offer(id).await;
        let letters = story.letters().await;
        let linked = |to: &str| letters.iter().any(|it| it.to.as_str() == to);
        assert!(linked("chair@example.com") && !linked(ADDRESS));
    });
}

#[test]
fn e17_guesses_are_slowed_down_and_a_link_that_works_is_not() {
    block_on(async {
        let story = Story::begin().await;
        story.sent_offer(Proposal).await;
        let secret = story.offer_secret().await;
        let origin = Origin {
            ip: Some(IpAddr::from([203, 0, 113, 7])),
            user_agent: None,
        };
        let (ports, firm) = (&story.ports, story.office.firm.id);
        let mut held_up = 0;
        for n in 0..100 {
            let guess = fixtures::secret(1000 + n);
            match offer_links::read(ports, firm, &guess, &origin).await {
                Err(Error::Throttled(_)) => held_up += 1,
                Err(Error::Refused(Refusal::DeadLink)) => {}
                other => panic!("{other:?}"),
            }
            story.doubles.clock.advance(Duration::from_millis(600));
        }
        assert!(held_up >= 40, "{held_up} of 100 had to wait");
        let right = offer_links::read(ports, firm, &secret, &origin).await;
        assert!(right.is_ok());
    });
}

/// Whether reading, printing and deciding all answer that the link no longer works.
async fn is_dead(story: &Story, secret: &Secret) -> bool {
    let (firm, origin) = (story.office.firm.id, Origin::default());
    let read = story.look_by_link(secret).await;
    let pdf = offer_links::pdf(&story.ports, firm, secret, &origin).await;
    if read.is_ok() {
        assert!(pdf.is_ok());
        return false;
    }
    let decided = story
        .answer_by_link(secret, Digest::from_bytes([7; 32]), Accepted)
        .await;
    let outcomes = [read.map(drop), pdf.map(drop), decided.map(drop)];
    for outcome in outcomes {
        let refused = matches!(outcome, Err(Error::Refused(Refusal::DeadLink)));
        assert!(refused, "{outcome:?}");
    }
    true
}
