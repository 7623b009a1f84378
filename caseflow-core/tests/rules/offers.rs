//! Proposals and estimates: decided once, on what was read, while they are open (R-DEC).

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::offer::{
    Answer, Decided, Decider, Decision, Digest, Offer, OfferError, OfferKind, OfferState,
    OfferStatus, OfferTerms,
};
use caseflow_core::domain::pricing::Pricing;
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::{Timestamp, parse_day};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::{dollars, line, usd};

const NOW: Timestamp = Timestamp::from_micros(1_764_000_000_000_000);

fn id<T: TypedId>(n: u8) -> T {
    T::from_parts(NOW, [n; 10])
}

fn day(text: &str) -> NaiveDate {
    parse_day(text).unwrap()
}

fn priced(amount: &str) -> Pricing {
    dollars([line("1", amount, &[])])
}

fn terms(amount: &str) -> OfferTerms {
    OfferTerms {
        title: Line::parse("Annual accounts").unwrap(),
        body: Some(RichText::parse("# Scope\n\nAll of it.").unwrap()),
        pricing: priced(amount),
        dated: day("2026-11-01"),
        open_till: day("2026-11-24"),
        matter: None,
        internal_note: None,
        email: None,
    }
}

fn next() -> Number {
    Number::Next(NumberFormat::parse("P-", 4).unwrap())
}

fn draft(kind: OfferKind) -> Offer {
    Offer::draft(id(1), kind, id(2), terms("100.00"), NOW).unwrap()
}

fn sent() -> Offer {
    draft(OfferKind::Estimate)
        .send(next(), day("2026-11-02"), NOW)
        .unwrap()
}

fn answered(answer: Answer) -> Decision {
    Decision {
        answer,
        reason: None,
        by: Decider::Contact {
            id: id(3),
            name: Line::parse("Ana Brunner").unwrap(),
        },
        origin: Origin::default(),
        at: NOW,
    }
}

fn now_decided(offer: Offer, answer: Answer, today: &str) -> Offer {
    let shown = offer.digest();
    match offer.decide(shown, answered(answer), day(today)).unwrap() {
        Decided::Now(offer) => *offer,
        Decided::Before => panic!("nothing was decided before"),
    }
}

#[test]
fn c02_the_same_decision_again_changes_nothing() {
    let accepted = now_decided(sent(), Answer::Accepted, "2026-11-10");
    assert_eq!(accepted.status(day("2026-11-10")), OfferStatus::Accepted);
    let shown = accepted.digest();
    let again = accepted
        .clone()
        .decide(shown, answered(Answer::Accepted), day("2026-12-31"));
    assert_eq!(again, Ok(Decided::Before));
    let other = accepted.decide(shown, answered(Answer::Declined), day("2026-11-10"));
    assert_eq!(other, Err(OfferError::Decided(OfferStatus::Accepted)));
}

#[test]
fn c05_c06_the_last_day_is_still_good_and_the_next_is_not() {
    let last = now_decided(sent(), Answer::Accepted, "2026-11-24");
    assert_eq!(last.status(day("2026-11-25")), OfferStatus::Accepted);
    let offer = sent();
    let shown = offer.digest();
    assert_eq!(offer.status(day("2026-11-25")), OfferStatus::Expired);
    let late = offer.decide(shown, answered(Answer::Accepted), day("2026-11-25"));
    assert_eq!(late, Err(OfferError::Expired(day("2026-11-24"))));
}

#[test]
fn c13_what_was_read_before_it_changed_is_not_decided_on() {
    let first = sent();
    let shown = first.digest();
    let second = first
        .revise(terms("120.00"), day("2026-11-03"), NOW)
        .unwrap();
    assert_eq!(second.sending().unwrap().edition, 2);
    let stale = second
        .clone()
        .decide(shown, answered(Answer::Accepted), day("2026-11-10"));
    assert_eq!(stale, Err(OfferError::Changed));
    now_decided(second, Answer::Accepted, "2026-11-10");
}

#[test]
fn c11_a_first_look_is_noted_once_and_anew_for_new_terms() {
    let seen = sent().viewed(NOW).unwrap();
    assert_eq!(seen.viewed_at, Some(NOW));
    assert_eq!(seen.clone().viewed(NOW), None);
    let again = seen.clone().send(next(), day("2026-11-05"), NOW).unwrap();
    assert_eq!(
        (again.sending().unwrap().edition, again.viewed_at),
        (1, Some(NOW))
    );
    let revised = seen.revise(terms("1.00"), day("2026-11-05"), NOW).unwrap();
    assert_eq!(revised.viewed_at, None);
    assert_eq!(draft(OfferKind::Proposal).viewed(NOW), None);
    let accepted = now_decided(sent(), Answer::Accepted, "2026-11-10");
    assert_eq!(accepted.viewed(NOW), None);
}

#[test]
fn what_staff_note_for_themselves_sends_nothing_anew() {
    let before = sent().viewed(NOW).unwrap();
    let mut terms = before.terms.clone();
    terms.internal_note = Some("call them".parse().unwrap());
    terms.email = Some("other@example.com".parse().unwrap());
    let later = NOW.plus(std::time::Duration::from_secs(3_600));
    let after = before
        .clone()
        .revise(terms.clone(), day("2026-12-24"), later);
    let expected = Offer { terms, ..before };
    assert_eq!(after, Ok(expected));
}

#[test]
fn what_cannot_be_accepted_is_not_sent() {
    let mut backwards = terms("1.00");
    backwards.open_till = day("2026-10-31");
    let offer = Offer::draft(id(1), OfferKind::Estimate, id(2), backwards, NOW).unwrap();
    let refused = offer.send(next(), day("2026-10-01"), NOW);
    assert_eq!(refused, Err(OfferError::ClosesBeforeDated));
    let over = draft(OfferKind::Estimate).send(next(), day("2026-11-25"), NOW);
    assert_eq!(over, Err(OfferError::Expired(day("2026-11-24"))));
    let negative = Offer::draft(id(1), OfferKind::Estimate, id(2), terms("-1.00"), NOW).unwrap();
    let refused = negative.send(next(), day("2026-11-02"), NOW);
    assert_eq!(refused, Err(OfferError::NegativeTotal));
}

#[test]
fn a_digest_stands_for_all_that_is_shown_and_nothing_else() {
    let plain = draft(OfferKind::Estimate);
    let shown = plain.digest();
    assert_eq!(shown.to_string().parse::<Digest>(), Ok(shown));
    let other = |change: fn(&mut OfferTerms)| {
        let mut terms = terms("100.00");
        change(&mut terms);
        let offer = Offer::draft(id(1), OfferKind::Estimate, id(2), terms, NOW).unwrap();
        offer.digest()
    };
    let shows: [fn(&mut OfferTerms); 6] = [
        |terms| terms.title = Line::parse("Annual account").unwrap(),
        |terms| terms.body = None,
        |terms| terms.pricing = priced("100.01"),
        |terms| terms.dated = day("2026-11-02"),
        |terms| terms.open_till = day("2026-11-25"),
        |terms| terms.matter = Some(Line::parse("Tax").unwrap()),
    ];
    for change in shows {
        assert_ne!(other(change), shown);
    }
    assert_eq!(
        other(|terms| terms.email = "a@b.example".parse().ok()),
        shown
    );
    assert_ne!(draft(OfferKind::Proposal).digest(), shown);
    for wrong in ["", "00", &"g".repeat(64), &"é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}

#[derive(Debug, Clone)]
enum Act {
    Send,
    Revise(&'static str),
    Withdraw,
    View,
    Decide(Answer, bool),
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let answer = || select(vec![Answer::Accepted, Answer::Declined]);
    prop_oneof![
        Just(Act::Send),
        select(vec!["100.00", "120.00", "-5.00"]).prop_map(Act::Revise),
        Just(Act::Withdraw),
        Just(Act::View),
        (answer(), any::<bool>()).prop_map(|(answer, fresh)| Act::Decide(answer, fresh)),
        (0..9_u64).prop_map(Act::Wait),
    ]
}

proptest! {
    /// Whatever happens in whatever order: a decision is never undone or changed, is about what was
    /// sent last, and was taken while it was open; a number is kept.
    #[test]
    fn r_dec_2_a_decision_is_for_ever(acts in prop::collection::vec(act(), 1..30)) {
        let mut offer = draft(OfferKind::Proposal);
        let mut today = day("2026-11-01");
        let old_digest = offer.digest();
        for act in acts {
            let before = offer.clone();
            let after = play(offer, &act, &mut today, old_digest);
            if let OfferState::Decided { sending, decision } = &before.state {
                prop_assert_eq!(&after, &before, "{:?} {:?} {:?}", act, sending, decision);
            }
            if let (Some(sending), Some(_), None) =
                (after.sending(), after.decision(), before.decision())
            {
                prop_assert_eq!(sending.digest, after.digest());
                prop_assert!(today <= after.terms.open_till);
                prop_assert_eq!(before.status(today), OfferStatus::Sent);
            }
            if let (Some(old), Some(new)) = (before.sending(), after.sending()) {
                prop_assert_eq!(&old.number, &new.number);
                prop_assert!(new.edition >= old.edition);
                prop_assert_eq!(new.edition > old.edition, old.digest != new.digest);
            }
            offer = after;
        }
    }
}

/// What the offer is after this; what is refused changes nothing.
fn play(offer: Offer, act: &Act, today: &mut NaiveDate, stale: Digest) -> Offer {
    let kept = offer.clone();
    match act {
        Act::Send => offer.send(next(), *today, NOW).unwrap_or(kept),
        Act::Revise(amount) => offer.revise(terms(amount), *today, NOW).unwrap_or(kept),
        Act::Withdraw => offer.withdraw(*today, NOW).unwrap_or(kept),
        Act::View => offer.viewed(NOW).unwrap_or(kept),
        Act::Decide(answer, fresh) => {
            let shown = if *fresh { kept.digest() } else { stale };
            match offer.decide(shown, answered(*answer), *today) {
                Ok(Decided::Now(offer)) => *offer,
                Ok(Decided::Before) | Err(_) => kept,
            }
        }
        Act::Wait(days) => {
            *today = today.checked_add_days(Days::new(*days)).unwrap();
            kept
        }
    }
}

#[test]
fn prices_are_those_of_invoices() {
    assert_eq!(draft(OfferKind::Estimate).totals.total, usd("100.00"));
}
