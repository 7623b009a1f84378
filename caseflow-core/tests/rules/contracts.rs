//! Contracts: signed once, on what was read, while they are open, and for ever (R-SIG).

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::contract::{
    Contract, ContractBody, ContractError, ContractStage, ContractState, ContractStatus,
    ContractTerms, Declined, Done, SignedCopy, status,
};
use caseflow_core::domain::file::{FileRef, StoredFile};
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::seal::SealLevel;
use caseflow_core::domain::signature::{
    AuthMethod, Authentication, Evidence, PaperSignature, SIGNING_TERMS, Signature, SignedBy,
};
use caseflow_core::domain::text::{Line, PersonName};
use caseflow_core::domain::time::{Timestamp, parse_day};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::sample::select;

const NOW: Timestamp = Timestamp::from_micros(1_764_000_000_000_000);

fn id<T: TypedId>(n: u8) -> T {
    T::from_parts(NOW, [n; 10])
}

fn day(text: &str) -> NaiveDate {
    parse_day(text).unwrap()
}

/// The file that the contract is when it says this.
fn file(text: &str) -> FileRef {
    StoredFile::new(text.as_bytes().to_vec()).reference()
}

fn terms(text: &str) -> ContractTerms {
    ContractTerms {
        title: Line::parse("Engagement").unwrap(),
        body: ContractBody::Text(RichText::parse(text).unwrap()),
        sign_by: Some(day("2026-11-24")),
        matter: None,
        internal_note: None,
    }
}

fn draft() -> Contract {
    Contract::draft(id(1), id(2), terms("one"), NOW)
}

fn sent() -> Contract {
    draft().send(file("one"), day("2026-11-02"), NOW).unwrap()
}

fn signed() -> Contract {
    now(sent().sign(file("one").sha256, day("2026-11-10"), NOW))
}

fn no_thanks() -> Declined {
    Declined {
        by: id(3),
        name: Line::parse("Ana Brunner").unwrap(),
        reason: None,
        origin: Origin::default(),
        at: NOW,
    }
}

fn now(done: Result<Done, ContractError>) -> Contract {
    match done.unwrap() {
        Done::Now(contract) => *contract,
        Done::Before => panic!("nothing was done before"),
    }
}

fn sealed_copy(at: Timestamp) -> SignedCopy {
    SignedCopy::Sealed {
        file: file("sealed"),
        level: SealLevel::Baseline,
        certificate: None,
        at,
    }
}

fn refused(from: ContractStatus, attempted: &'static str) -> ContractError {
    ContractError::Transition { from, attempted }
}

#[test]
fn c16_signing_again_changes_nothing() {
    let contract = signed();
    assert_eq!(contract.status(day("2026-12-31")), ContractStatus::Signed);
    assert_eq!(contract.signed_at(), Some(NOW));
    let later = NOW.plus(std::time::Duration::from_secs(9));
    for (shown, today) in [("one", "2026-11-10"), ("two", "2026-12-31")] {
        let again = contract.clone().sign(file(shown).sha256, day(today), later);
        assert_eq!(again, Ok(Done::Before));
    }
    let on_paper = contract.sign_on_paper(day("2026-11-10"), later);
    assert_eq!(on_paper, Err(refused(ContractStatus::Signed, "signed")));
}

#[test]
fn c17_what_is_signed_is_not_declined_and_what_is_declined_not_signed() {
    let (shown, today) = (file("one").sha256, day("2026-11-10"));
    let declined = signed().decline(shown, no_thanks(), today);
    assert_eq!(declined, Err(refused(ContractStatus::Signed, "declined")));
    let contract = now(sent().decline(shown, no_thanks(), today));
    let again = contract
        .clone()
        .decline(file("two").sha256, no_thanks(), today);
    assert_eq!(again, Ok(Done::Before));
    let signed = contract.clone().sign(shown, today, NOW);
    assert_eq!(signed, Err(refused(ContractStatus::Declined, "signed")));
    let anew = contract.send(file("one"), today, NOW).unwrap();
    now(anew.sign(shown, today, NOW));
}

#[test]
fn c19_the_last_day_is_still_good_and_the_next_is_not() {
    let shown = file("one").sha256;
    now(sent().sign(shown, day("2026-11-24"), NOW));
    now(sent().decline(shown, no_thanks(), day("2026-11-24")));
    let (contract, late) = (sent(), day("2026-11-25"));
    assert_eq!(contract.status(late), ContractStatus::Expired);
    let over = Err(ContractError::Expired(day("2026-11-24")));
    assert_eq!(contract.clone().sign(shown, late, NOW), over);
    assert_eq!(contract.clone().decline(shown, no_thanks(), late), over);
    // What was signed on paper in time may be taken down afterwards.
    let paper = contract.clone().sign_on_paper(late, NOW).unwrap();
    assert_eq!(paper.copy(), Some(&SignedCopy::OnPaper));
    let again = contract.send(file("one"), late, NOW);
    assert_eq!(again, Err(ContractError::Expired(day("2026-11-24"))));
    let endless = status(ContractStage::Sent, None, day("9999-12-31"));
    assert_eq!(endless, ContractStatus::Sent);
}

#[test]
fn c22_what_is_signed_cannot_be_changed_and_what_is_changed_is_another_version() {
    let today = day("2026-11-10");
    let changed = signed().revise(terms("two"), today, NOW);
    assert_eq!(changed, Err(refused(ContractStatus::Signed, "changed")));
    let replaced = signed().send(file("two"), today, NOW);
    assert_eq!(replaced, Err(refused(ContractStatus::Signed, "sent")));
    let taken_back = signed().withdraw(today, NOW);
    assert_eq!(
        taken_back,
        Err(refused(ContractStatus::Signed, "withdrawn"))
    );
    let seen = sent().viewed(NOW).unwrap();
    let revised = seen.revise(terms("two"), today, NOW).unwrap();
    assert_eq!(revised.stage(), ContractStage::Withdrawn);
    let on_old = revised.clone().sign(file("one").sha256, today, NOW);
    assert_eq!(on_old, Err(refused(ContractStatus::Withdrawn, "signed")));
    assert_eq!(revised.next_version(), 2);
    let anew = revised.send(file("two"), today, NOW).unwrap();
    let version = *anew.version().unwrap();
    assert_eq!((version.number, version.shown), (2, file("two")));
    assert_eq!(anew.viewed_at, None, "nobody has seen it yet");
    let stale = anew.clone().sign(file("one").sha256, today, NOW);
    assert_eq!(stale, Err(ContractError::Changed));
    let stale = anew.clone().decline(file("one").sha256, no_thanks(), today);
    assert_eq!(stale, Err(ContractError::Changed));
    now(anew.sign(file("two").sha256, today, NOW));
}

#[test]
fn a_draft_is_neither_signed_nor_seen() {
    let (shown, today) = (file("one").sha256, day("2026-11-10"));
    let draft = draft();
    assert_eq!((draft.version(), draft.next_version()), (None, 1));
    assert_eq!(draft.clone().viewed(NOW), None);
    let from = ContractStatus::Draft;
    assert_eq!(
        draft.clone().sign(shown, today, NOW),
        Err(refused(from, "signed"))
    );
    assert_eq!(
        draft.clone().sign_on_paper(today, NOW),
        Err(refused(from, "signed"))
    );
    assert_eq!(draft.withdraw(today, NOW), Err(refused(from, "withdrawn")));
    let seen = sent().viewed(NOW).unwrap();
    assert_eq!(seen.clone().viewed(NOW), None);
    let again = seen.send(file("one"), today, NOW).unwrap();
    let version = again.version().unwrap();
    assert_eq!((version.number, again.viewed_at), (1, Some(NOW)));
}

#[test]
fn c23_a_signed_copy_is_sealed_once_and_waits_half_a_minute_for_that() {
    let contract = signed();
    let half_a_minute = NOW.plus(std::time::Duration::from_secs(30));
    let pending = SignedCopy::Pending {
        next_try: half_a_minute,
    };
    assert_eq!(contract.copy(), Some(&pending));
    let sealed = contract.sealed(sealed_copy(NOW)).unwrap();
    assert_eq!(sealed.copy(), Some(&sealed_copy(NOW)));
    assert_eq!(sealed.signed_at(), Some(NOW), "not the time of the seal");
    assert_eq!(sealed.sealed(sealed_copy(half_a_minute)), None);
    let paper = sent().sign_on_paper(day("2026-11-10"), NOW).unwrap();
    assert_eq!(paper.sealed(sealed_copy(NOW)), None);
    for other in [draft(), sent()] {
        assert_eq!(other.sealed(sealed_copy(NOW)), None);
    }
}

#[test]
fn a_signature_says_whose_name_is_under_the_contract() {
    let evidence = Evidence {
        contact: id(3),
        contact_name: Line::parse("Ana Brunner").unwrap(),
        email: "ana@example.com".parse().unwrap(),
        typed: PersonName::parse("A. Brunner").unwrap(),
        time_zone: None,
        origin: Origin::default(),
        session: None,
        authenticated: Authentication {
            method: AuthMethod::Password,
            at: NOW,
        },
        terms: Line::parse(SIGNING_TERMS).unwrap(),
        sent_at: NOW,
        viewed_at: None,
        consented_at: NOW,
    };
    let paper = PaperSignature {
        name: PersonName::parse("Ana B.").unwrap(),
        signed_on: day("2026-11-20"),
        recorded_by: Line::parse("Petra Muster").unwrap(),
        note: None,
    };
    let by = |by| Signature {
        contract: id(1),
        client: id(2),
        version: 1,
        shown: file("one").sha256,
        at: NOW,
        by,
    };
    let typed = by(SignedBy::Electronic(Box::new(evidence.clone())));
    assert_eq!(
        (typed.name().as_str(), typed.evidence()),
        ("A. Brunner", Some(&evidence))
    );
    let on_paper = by(SignedBy::Paper(paper));
    assert_eq!(
        (on_paper.name().as_str(), on_paper.evidence()),
        ("Ana B.", None)
    );
}

#[test]
fn every_name_in_storage_is_read_back() {
    for stage in ContractStage::ALL {
        assert_eq!(ContractStage::from_code(stage.code()), Some(stage));
    }
    for status in ContractStatus::ALL {
        assert_eq!(ContractStatus::from_code(status.code()), Some(status));
    }
    for method in [AuthMethod::Password, AuthMethod::Host] {
        assert_eq!(AuthMethod::from_code(method.code()), Some(method));
    }
    for level in [
        SealLevel::Unsigned,
        SealLevel::Baseline,
        SealLevel::TimestampMissed,
        SealLevel::Timestamped { at: NOW },
    ] {
        let read = SealLevel::from_code(level.code(), level.stamped_at());
        assert_eq!(read, Some(level));
    }
    assert_eq!(ContractStage::from_code("expired"), None);
    assert_eq!(AuthMethod::from_code("Password"), None);
    assert_eq!(SealLevel::from_code("timestamped", None), None);
    assert_eq!(SealLevel::from_code("baseline", Some(NOW)), None);
}

#[derive(Debug, Clone)]
enum Act {
    Send(&'static str),
    Revise(&'static str),
    Withdraw,
    View,
    Sign(&'static str),
    OnPaper,
    Decline(&'static str),
    Seal,
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let text = || select(vec!["one", "two"]);
    prop_oneof![
        3 => text().prop_map(Act::Send),
        1 => text().prop_map(Act::Revise),
        1 => Just(Act::Withdraw),
        1 => Just(Act::View),
        1 => text().prop_map(Act::Sign),
        1 => Just(Act::OnPaper),
        1 => text().prop_map(Act::Decline),
        1 => Just(Act::Seal),
        1 => (0..9_u64).prop_map(Act::Wait),
    ]
}

proptest! {
    /// Whatever happens in whatever order: what is signed stays as it was signed, but that its copy is
    /// sealed once; it was signed or declined on what was sent last, and while it was open; a version's
    /// number stands for one file.
    #[test]
    fn r_sig_4_a_signature_is_for_ever(acts in prop::collection::vec(act(), 1..40)) {
        let mut contract = draft();
        let mut today = day("2026-11-01");
        for act in acts {
            let before = contract.clone();
            let after = play(contract, &act, &mut today);
            if let ContractState::Signed { copy, .. } = &before.state {
                let sealed = before.clone().sealed(sealed_copy(NOW));
                let may_be_sealed = matches!(copy, SignedCopy::Pending { .. });
                prop_assert!(after == before || (may_be_sealed && Some(&after) == sealed.as_ref()));
            } else {
                stands(&act, &before, &after, today)?;
            }
            contract = after;
        }
    }
}

/// What holds of each step of what is not signed.
fn stands(
    act: &Act,
    before: &Contract,
    after: &Contract,
    today: NaiveDate,
) -> Result<(), TestCaseError> {
    if let Act::Sign(read) | Act::Decline(read) = act
        && after != before
    {
        prop_assert_eq!(before.status(today), ContractStatus::Sent);
        let shown = before.version().map(|version| version.shown);
        prop_assert_eq!(shown, Some(file(read)));
        prop_assert_eq!(after.version(), before.version());
    }
    if let (Some(old), Some(new)) = (before.version(), after.version()) {
        prop_assert!(new.number >= old.number);
        prop_assert_eq!(new.number == old.number, new.shown == old.shown);
        prop_assert!(new.number == old.number || after.viewed_at.is_none());
    }
    Ok(())
}

/// What the contract is after this; what is refused changes nothing.
fn play(contract: Contract, act: &Act, today: &mut NaiveDate) -> Contract {
    let kept = contract.clone();
    let or_kept = |done: Result<Done, ContractError>| match done {
        Ok(Done::Now(contract)) => *contract,
        Ok(Done::Before) | Err(_) => kept.clone(),
    };
    match act {
        Act::Send(text) => contract.send(file(text), *today, NOW).unwrap_or(kept),
        Act::Revise(text) => contract.revise(terms(text), *today, NOW).unwrap_or(kept),
        Act::Withdraw => contract.withdraw(*today, NOW).unwrap_or(kept),
        Act::View => contract.viewed(NOW).unwrap_or(kept),
        Act::Sign(text) => or_kept(contract.sign(file(text).sha256, *today, NOW)),
        Act::OnPaper => contract.sign_on_paper(*today, NOW).unwrap_or(kept),
        Act::Decline(text) => or_kept(contract.decline(file(text).sha256, no_thanks(), *today)),
        Act::Seal => contract.sealed(sealed_copy(NOW)).unwrap_or(kept),
        Act::Wait(days) => {
            *today = today.checked_add_days(Days::new(*days)).unwrap();
            kept
        }
    }
}
