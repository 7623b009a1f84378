//! Proposals and estimates: sent by the firm, decided by a contact (R-DEC).

use std::net::IpAddr;
use std::sync::Arc;

use caseflow_core::domain::access::{Origin, Section, Sections};
use caseflow_core::domain::activity::ActivityKind;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::id::{InvoiceId, OfferId};
use caseflow_core::domain::offer::{
    Answer, Decider, Digest, OfferError, OfferKind, OfferStatus, OfferTerms,
};
use caseflow_core::domain::page::PageQuery;
use caseflow_core::error::{Error, ErrorKind, Refusal};
use caseflow_core::firm::{contacts, invoices, offers};
use caseflow_core::portal::offers::{Deciding, Outcome};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::store::InvoiceQuery;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, prose};

use super::meddled::{Meddled, Meddling, before};
use super::offers_story::{ADDRESS, Answered, deciding, terms};
use super::setup::{Story, input_of};

use ActivityKind::{ProposalDeclined, ProposalSent, ProposalWithdrawn};
use Answer::{Accepted, Declined};
use OfferKind::{Estimate, Proposal};

#[test]
fn c01_accepting_makes_no_invoice_and_takes_no_number() {
    block_on(async {
        let story = Story::begin().await;
        let first = story.issued("10.00", "2026-12-24").await;
        for kind in OfferKind::ALL {
            let id = story.sent_offer(kind).await;
            stands(&story.answer(id, Accepted).await);
            assert_eq!(story.offer_status(id).await, OfferStatus::Accepted);
        }
        let (staff, all) = (story.office.staff(), InvoiceQuery::default());
        let invoices = invoices::list(&story.ports, &staff, &all).await.unwrap();
        assert_eq!(invoices.rows.len(), 1);
        let next = story.issued("10.00", "2026-12-24").await;
        assert_eq!(number(&story, first).await, "INV-0001");
        assert_eq!(number(&story, next).await, "INV-0002");
    });
}

#[test]
fn c02_accepting_again_is_a_success_that_tells_nobody() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let (shown, secret) = (story.opens(Proposal, id).await, story.offer_secret().await);
        stands(&story.answer(id, Accepted).await);
        let accepted = story.offer_file(id).await.offer;
        assert_eq!(story.letters().await.len(), 1);
        stands(&story.answer(id, Accepted).await);
        // Whatever was shown: it is decided.
        let other = Deciding {
            shown: Digest::from_bytes([7; 32]),
            ..deciding(shown, Accepted)
        };
        let ports = &story.ports;
        stands(&portal::offers::decide(ports, &story.contact(), Proposal, id, &other).await);
        let by_link = story.answer_by_link(&secret, shown, Accepted).await;
        assert!(matches!(by_link, Ok(Outcome::Stands(_))));
        assert_eq!(story.offer_file(id).await.offer, accepted);
        assert_eq!(story.letters().await.len(), 0);
        let rows = story.audited(["offer.accepted", "offer_link.used"]).await;
        assert_eq!(rows, [1, 0]);
    });
}

#[test]
fn c02_the_opposite_decision_is_refused() {
    block_on(async {
        let story = Story::begin().await;
        for (kind, first, second) in [
            (Proposal, Accepted, Declined),
            (Estimate, Declined, Accepted),
        ] {
            let id = story.sent_offer(kind).await;
            stands(&story.answer(id, first).await);
            let before = story.offer_file(id).await.offer;
            let status = story.offer_status(id).await;
            let why = refused(story.answer(id, second).await);
            assert_eq!(why, OfferError::Decided(status));
            assert_eq!(story.offer_file(id).await.offer, before);
        }
    });
}

#[test]
fn c04_of_a_yes_and_a_no_at_the_same_instant_one_counts() {
    block_on(async {
        let story = Story::begin().await;
        for _ in 0..100 {
            let id = story.sent_offer(Estimate).await;
            story.letters().await;
            let before = story.audited(["offer.accepted", "offer.declined"]).await;
            let outcomes = at_once(&story, id);
            let lost: Vec<_> = outcomes.iter().filter_map(|it| it.as_ref().err()).collect();
            let why: Vec<_> = lost.into_iter().map(Error::kind).collect();
            assert_eq!(why, [ErrorKind::Refused]);
            let after = story.audited(["offer.accepted", "offer.declined"]).await;
            assert_eq!(after[0] + after[1], before[0] + before[1] + 1);
            let status = story.offer_status(id).await;
            let accepted = after[0] > before[0];
            assert_eq!(status == OfferStatus::Accepted, accepted);
            assert_eq!(outcomes[0].is_ok(), accepted);
            let told = story.letters().await;
            assert_eq!(told.len(), 1, "the firm is told once");
        }
    });
}

#[test]
fn c05_what_expired_yesterday_is_not_accepted() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Estimate).await;
        story.doubles.clock.set("2026-12-25T12:00:00Z");
        let why = refused(story.answer(id, Accepted).await);
        assert_eq!(why, OfferError::Expired(fixtures::day("2026-12-24")));
        assert_eq!(story.offer_status(id).await, OfferStatus::Expired);
    });
}

#[test]
fn c06_the_last_day_counts_in_full_in_the_firms_zone() {
    block_on(async {
        let story = Story::begin().await;
        let (first, second) = (
            story.sent_offer(Estimate).await,
            story.sent_offer(Proposal).await,
        );
        // Zurich is an hour ahead of UTC.
        story.doubles.clock.set("2026-12-24T22:59:59Z");
        stands(&story.answer(first, Accepted).await);
        story.doubles.clock.set("2026-12-24T23:00:00Z");
        let why = refused(story.answer(second, Accepted).await);
        assert_eq!(why, OfferError::Expired(fixtures::day("2026-12-24")));
    });
}

#[test]
fn c07_a_draft_is_nowhere() {
    block_on(async {
        let story = Story::begin().await;
        for kind in OfferKind::ALL {
            let id = story.drafted_offer(kind, terms("100.00")).await;
            let (ports, contact) = (&story.ports, story.contact());
            let list = portal::offers::list(ports, &contact, kind, &PageQuery::default()).await;
            assert!(list.unwrap().page.rows.is_empty());
            assert!(is_absent(&story, kind, id).await);
            assert!(story.letters().await.is_empty(), "no key is mailed");
            let staff = story.office.staff();
            let printed = offers::pdf(ports, &staff, id).await;
            let refused = matches!(printed, Err(Error::Refused(Refusal::DraftNotPrinted)));
            assert!(refused, "{printed:?}");
        }
    });
}

#[test]
fn c11_the_first_view_is_noted_once_and_never_after_the_answer() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        assert_eq!(story.offer(id).await.viewed_at, None);
        story.opens(Proposal, id).await;
        let first = story.offer(id).await.viewed_at;
        assert_eq!(first, Some(story.ports.now()));
        story.doubles.clock.set("2026-12-01T09:00:00Z");
        story.opens(Proposal, id).await;
        assert_eq!(story.offer(id).await.viewed_at, first);
        stands(&story.answer(id, Accepted).await);
        let accepted = story.offer_file(id).await.offer;
        story.opens(Proposal, id).await;
        assert_eq!(story.offer_file(id).await.offer, accepted);
        assert_eq!(story.audited(["offer.viewed"]).await, [1]);
    });
}

#[test]
fn a_view_that_cannot_be_noted_is_a_view() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let store = Meddled::new(story.ports.store.clone(), [Meddling::RequestLost]);
        let ports = story.through(store);
        let read = portal::offers::read(&ports, &story.contact(), Proposal, id).await;
        assert_eq!(read.unwrap().page, story.offer_file(id).await.offer);
    });
}

#[test]
fn c13_what_was_revised_is_read_again_before_it_is_decided() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Estimate).await;
        let shown = story.opens(Estimate, id).await;
        story.revise_offer(id, terms("120.00")).await;
        assert_eq!(story.offer(id).await.viewed_at, None, "nobody has seen it");
        let answer = story
            .answer_on(shown, Estimate, id, Accepted)
            .await
            .unwrap();
        let Outcome::Refused(now, OfferError::Changed) = answer else {
            panic!("{answer:?}");
        };
        let now = now.page.value;
        assert_eq!(now.totals.total, fixtures::usd("120.00"));
        assert_eq!(story.offer_status(id).await, OfferStatus::Sent);
        stands(&story.answer_on(now.digest(), Estimate, id, Accepted).await);
    });
}

#[test]
fn c13_a_revision_between_reading_and_writing_is_seen() {
    block_on(async {
        let story = Arc::new(Story::begin().await);
        let id = story.sent_offer(Estimate).await;
        let shown = story.opens(Estimate, id).await;
        let other = story.clone();
        let revise = before(move || async move {
            other.revise_offer(id, terms("120.00")).await;
        });
        let ports = story.through(Meddled::new(story.ports.store.clone(), [revise]));
        let (contact, accept) = (story.contact(), deciding(shown, Accepted));
        let answer = portal::offers::decide(&ports, &contact, Estimate, id, &accept).await;
        assert_eq!(refused(answer), OfferError::Changed);
    });
}

#[test]
fn c14_a_reason_is_kept_and_the_firm_told_once() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        story.letters().await;
        let no = Deciding {
            reason: Some(prose("Too dear.")),
            ..deciding(story.opens(Proposal, id).await, Declined)
        };
        for _ in 0..2 {
            let (ports, contact) = (&story.ports, story.contact());
            stands(&portal::offers::decide(ports, &contact, Proposal, id, &no).await);
        }
        let decision = story.offer(id).await.decision().unwrap().clone();
        assert_eq!(decision.reason, Some(prose("Too dear.")));
        let Decider::Contact { id: by, name } = decision.by else {
            panic!("by {:?}", decision.by);
        };
        assert_eq!(by, story.office.contact.id);
        assert_eq!(name.as_str(), story.office.contact.full_name());
        let letters = story.letters().await;
        let told: Vec<_> = letters.iter().map(|it| it.to.as_str()).collect();
        assert_eq!(told, ["office@muster.example.com"]);
        assert!(letters[0].text.contains("Too dear."), "{}", letters[0].text);
        let page = portal::dashboard::dashboard(&story.ports, &story.contact()).await;
        let page = page.unwrap().page;
        let feed: Vec<_> = page.activity.iter().map(|it| it.activity.kind).collect();
        let wanted = [ProposalDeclined, ProposalSent];
        assert_eq!(feed, wanted);
    });
}

#[test]
fn r_dec_3_who_decided_from_where_and_by_which_road_is_recorded() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Estimate).await;
        let visiting = Visiting {
            origin: Origin {
                ip: Some(IpAddr::from([203, 0, 113, 7])),
                user_agent: Some(fixtures::line("Firefox")),
            },
            ..story.contact()
        };
        let yes = deciding(story.offer(id).await.digest(), Accepted);
        let answer = portal::offers::decide(&story.ports, &visiting, Estimate, id, &yes);
        stands(&answer.await);
        let offer = story.offer(id).await;
        let decision = offer.decision().unwrap();
        assert_eq!(decision.origin, visiting.origin);
        assert_eq!(decision.at, story.ports.now());
        let row = story.last_audited("offer.accepted").await;
        assert_eq!(row.actor, format!("contact {}", story.office.contact.id));
        assert_eq!(row.ip.as_deref(), Some("203.0.113.7"));
        assert_eq!(row.facts, "{\"road\":\"portal\"}");
        assert_eq!(row.about, [id.into(), offer.client.into()]);
    });
}

#[test]
fn a_reason_for_a_yes_is_dropped() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        let yes = Deciding {
            reason: Some(prose("Gladly.")),
            ..deciding(story.opens(Proposal, id).await, Accepted)
        };
        let decided =
            portal::offers::decide(&story.ports, &story.contact(), Proposal, id, &yes).await;
        stands(&decided);
        assert_eq!(story.offer(id).await.decision().unwrap().reason, None);
    });
}

#[test]
fn r_acc_6_what_is_not_the_contacts_is_not_there() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        assert!(is_absent(&story, Estimate, id).await, "of the other kind");
        assert!(!is_absent(&story, Proposal, id).await);
        let stranger = story.visiting(story.office.visit(&story.office.stranger).visitor);
        let read = portal::offers::read(&story.ports, &stranger, Proposal, id).await;
        assert!(matches!(read, Err(Error::NotFound)));
        let contact = &story.office.contact;
        let without = contacts::ContactInput {
            permissions: Sections::ALL.without(Section::Proposals),
            ..input_of(contact)
        };
        contacts::update(&story.ports, &story.call(), contact.id, None, without)
            .await
            .unwrap();
        assert!(is_absent(&story, Proposal, id).await, "without permission");
    });
}

#[test]
fn sending_tells_who_gets_mail_and_a_proposals_own_address() {
    block_on(async {
        let story = Story::begin().await;
        let colleague = &story.office.colleague;
        let silent = contacts::ContactInput {
            mail: Sections::ALL.without(Section::Proposals),
            ..input_of(colleague)
        };
        contacts::update(&story.ports, &story.call(), colleague.id, None, silent)
            .await
            .unwrap();
        story.sent_offer(Proposal).await;
        let contact = story.office.contact.email.as_str().to_owned();
        assert_eq!(told(&story).await, [ADDRESS.to_owned(), contact.clone()]);
        story.sent_offer(Estimate).await;
        let colleague = colleague.email.as_str().to_owned();
        assert_eq!(told(&story).await, [contact, colleague]);
    });
}

#[test]
fn a_proposals_address_gets_its_link_also_when_it_is_a_contacts() {
    block_on(async {
        let story = Story::begin().await;
        let own = OfferTerms {
            email: Some(story.office.contact.email.clone()),
            ..terms("100.00")
        };
        let id = story.drafted_offer(Proposal, own).await;
        story.send_offer(id).await;
        let contact = story.office.contact.email.as_str();
        let both = told(&story).await;
        assert_eq!(both.iter().filter(|to| *to == contact).count(), 2);
        assert_eq!(story.offer_file(id).await.links.len(), 1);
    });
}

#[test]
fn sent_again_it_keeps_its_number_and_is_news_only_when_it_differs() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.sent_offer(Proposal).await;
        story.send_offer(id).await;
        assert_eq!(story.offer(id).await.sending().unwrap().edition, 1);
        story.doubles.clock.set("2026-11-25T09:00:00Z");
        story.revise_offer(id, terms("120.00")).await;
        story.doubles.clock.set("2026-11-26T09:00:00Z");
        let withdrawn = offers::withdraw(&story.ports, &story.call(), id, None).await;
        withdrawn.unwrap();
        assert_eq!(story.offer_status(id).await, OfferStatus::Withdrawn);
        let why = refused(story.answer(id, Accepted).await);
        assert!(matches!(why, OfferError::Transition { .. }), "{why:?}");
        story.doubles.clock.set("2026-11-27T09:00:00Z");
        story.send_offer(id).await;
        let offer = story.offer(id).await;
        assert_eq!(offer.number().unwrap().as_str(), "P-0001");
        assert_eq!(offer.sending().unwrap().edition, 2);
        let page = portal::dashboard::dashboard(&story.ports, &story.contact()).await;
        let feed = page.unwrap().page.activity;
        let feed: Vec<_> = feed.iter().map(|it| it.activity.kind).collect();
        let wanted = [ProposalSent, ProposalWithdrawn, ProposalSent, ProposalSent];
        assert_eq!(feed, wanted);
        let rows = ["offer.sent", "offer.changed", "offer.withdrawn"];
        assert_eq!(story.audited(rows).await, [3, 1, 1]);
    });
}

#[test]
fn a_request_under_one_key_is_done_once_and_a_stale_one_never() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.drafted_offer(Proposal, terms("100.00")).await;
        let call = story.keyed("send");
        let first = offers::send(&story.ports, &call, id, None).await.unwrap();
        let again = offers::send(&story.ports, &call, id, None).await.unwrap();
        assert_eq!(again, first);
        assert_eq!(story.audited(["offer.sent"]).await, [1]);
        let old = Some(Version::FIRST);
        let stale = [
            offers::send(&story.ports, &story.call(), id, old).await,
            offers::withdraw(&story.ports, &story.call(), id, old).await,
            offers::revise(&story.ports, &story.call(), id, old, terms("1.00")).await,
        ];
        assert!(stale.iter().all(|it| matches!(it, Err(Error::Stale))));
    });
}

/// A yes and a no, each on a thread of its own.
fn at_once(story: &Story, id: OfferId) -> [Result<(), Error>; 2] {
    let start = std::sync::Barrier::new(2);
    let one = |answer| {
        block_on(async {
            let shown = story.offer(id).await.digest();
            start.wait();
            let answered = story.answer_on(shown, Estimate, id, answer).await;
            answered.and_then(Outcome::stands).map(drop)
        })
    };
    std::thread::scope(|scope| {
        let [yes, no] = [Accepted, Declined].map(|answer| scope.spawn(move || one(answer)));
        [yes.join().unwrap(), no.join().unwrap()]
    })
}

/// Whether all that asks for the offer as one of this kind is told that there is none.
async fn is_absent(story: &Story, kind: OfferKind, id: OfferId) -> bool {
    let (ports, contact) = (&story.ports, story.contact());
    let yes = deciding(story.offer(id).await.digest(), Accepted);
    let outcomes = [
        portal::offers::read(ports, &contact, kind, id)
            .await
            .map(drop),
        portal::offers::pdf(ports, &contact, kind, id)
            .await
            .map(drop),
        portal::offers::decide(ports, &contact, kind, id, &yes)
            .await
            .map(drop),
    ];
    let absent = |it: &Result<(), Error>| matches!(it, Err(Error::NotFound));
    outcomes.iter().all(absent)
}

/// Whom the letters that wait are for, in the order of their addresses.
async fn told(story: &Story) -> Vec<String> {
    let letters = story.letters().await;
    let mut told: Vec<_> = letters.iter().map(|it| it.to.to_string()).collect();
    told.sort();
    told
}

async fn number(story: &Story, id: InvoiceId) -> String {
    let invoice = story.file(id).await.invoice.value;
    invoice.number().unwrap().to_string()
}

fn stands(answer: &Answered) {
    assert!(matches!(answer, Ok(Outcome::Stands(_))), "{answer:?}");
}

fn refused(answer: Answered) -> OfferError {
    match answer {
        Ok(Outcome::Refused(_, why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}
