//! Mailed links to a proposal: they show it as long as there is something to decide, and the answer
//! for ever (R-DEC-5).

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::offer::{
    Answer, Decided, Decider, Decision, Offer, OfferKind, OfferLink, OfferStatus, OfferTerms,
};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Line, PersonName};
use caseflow_core::domain::time::{Timestamp, parse_day};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use crate::samples::{dollars, line};

const NOW: Timestamp = Timestamp::from_micros(1_764_000_000_000_000);

fn id<T: TypedId>(n: u8) -> T {
    T::from_parts(NOW, [n; 10])
}

fn day(text: &str) -> NaiveDate {
    parse_day(text).unwrap()
}

fn terms(amount: &str) -> OfferTerms {
    OfferTerms {
        title: Line::parse("Annual accounts").unwrap(),
        body: None,
        pricing: dollars([line("1", amount, &[])]),
        dated: day("2026-11-01"),
        open_till: day("2026-11-24"),
        matter: None,
        internal_note: None,
        email: "board@example.org".parse().ok(),
    }
}

fn draft() -> Offer {
    Offer::draft(id(1), OfferKind::Proposal, id(2), terms("100.00"), NOW).unwrap()
}

fn sent() -> Offer {
    let next = Number::Next(NumberFormat::parse("P-", 4).unwrap());
    draft().send(next, day("2026-11-02"), NOW).unwrap()
}

fn link() -> OfferLink {
    OfferLink {
        id: id(3),
        offer: id(1),
        client: id(2),
        email: "board@example.org".parse().unwrap(),
        token: Secret::from_bytes([7; 32]).hash(),
        created_at: NOW,
        revoked_at: None,
    }
}

fn answered(answer: Answer) -> Offer {
    let decision = Decision {
        answer,
        reason: None,
        by: Decider::LinkHolder {
            email: "board@example.org".parse().unwrap(),
            name: PersonName::parse("Ana Brunner").unwrap(),
        },
        origin: Origin::default(),
        at: NOW,
    };
    let shown = sent().digest();
    match sent().decide(shown, decision, day("2026-11-10")).unwrap() {
        Decided::Now(offer) => *offer,
        Decided::Before => panic!("nothing was decided before"),
    }
}

#[test]
fn a_link_dies_with_expiry_and_withdrawal_and_comes_back_with_the_offer() {
    let today = day("2026-11-10");
    assert!(link().opens(&sent(), day("2026-11-24")));
    assert!(!link().opens(&sent(), day("2026-11-25")));
    assert!(!link().opens(&draft(), today));
    let withdrawn = sent().withdraw(today, NOW).unwrap();
    assert!(!link().opens(&withdrawn, today));
    let next = Number::Next(NumberFormat::parse("P-", 4).unwrap());
    let again = withdrawn.send(next, today, NOW).unwrap();
    assert!(link().opens(&again, today));
    let revised = sent().revise(terms("120.00"), today, NOW).unwrap();
    assert!(
        link().opens(&revised, today),
        "a later edition kills no link"
    );
}

#[test]
fn a_link_shows_an_answer_for_ever() {
    for answer in [Answer::Accepted, Answer::Declined] {
        assert!(link().opens(&answered(answer), day("2036-11-10")));
    }
}

#[test]
fn a_link_is_for_one_offer() {
    let other = Offer {
        id: id(9),
        ..sent()
    };
    assert!(!link().opens(&other, day("2026-11-10")));
}

#[test]
fn a_link_that_was_taken_back_opens_nothing_and_is_taken_back_once() {
    let revoked = link().revoke(NOW).unwrap();
    assert_eq!(revoked.revoked_at, Some(NOW));
    for offer in [sent(), answered(Answer::Accepted)] {
        assert!(!revoked.opens(&offer, day("2026-11-10")));
    }
    assert_eq!(revoked.revoke(NOW), None);
}

proptest! {
    /// A link that stands opens an offer exactly on the days on which people see it as sent, accepted
    /// or declined.
    #[test]
    fn a_link_opens_what_people_see(days in 0..400_u64, n in 0..5_usize) {
        let today = day("2026-01-01") + Days::new(days);
        let withdrawn = sent().withdraw(day("2026-11-10"), NOW).unwrap();
        let (yes, no) = (answered(Answer::Accepted), answered(Answer::Declined));
        let offer = &[draft(), sent(), withdrawn, yes, no][n];
        let shows = [OfferStatus::Sent, OfferStatus::Accepted, OfferStatus::Declined];
        prop_assert_eq!(link().opens(offer, today), shows.contains(&offer.status(today)));
    }
}
