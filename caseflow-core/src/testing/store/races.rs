//! Many hands at once on offers and contracts: numbers, answers, signatures.

use std::sync::Arc;
use std::time::Duration;

use super::paper::{contract, files, firm_offers, offer, offer_file};
use super::{audit_rows, breaks, is_conflict, is_missing, tried, update, winners, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::contract::{Contract, ContractStage, ContractState};
use crate::domain::offer::{Answer, OfferKind};
use crate::domain::signature::Signature;
use crate::ports::store::{Committed, Constraint, OfferQuery, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, day, id, usd};
use crate::testing::join_all;

use OfferKind::{Estimate, Proposal};

/// R-DEC-4 and C01's numbers. Catches a store in which proposals and estimates share a series, one
/// that repeats or loses a number when many are sent at once, some of them in vain, and one that takes
/// another number when an offer is sent again.
pub async fn case_proposals_and_estimates_are_numbered_without_gaps(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let kind = |n: u64| OfferKind::ALL[usize::from(n.is_multiple_of(2))];
    for n in 1..=32 {
        let draft = fixtures::offer(n, kind(n), office.client.id, usd("1.00"));
        wrote(&*store, firm, Change::Offer(Write::Insert(draft))).await;
    }
    let sendings = (1..=64).map(|n| {
        let (store, office) = (&*store, &office);
        async move {
            if n <= 32 {
                send(store, office, n).await;
            } else {
                send_in_vain(store, office, n, kind(n)).await;
            }
        }
    });
    join_all(sendings).await;
    let before = numbers(&*store, &office).await;
    let mut sorted = before.clone();
    sorted.sort();
    let estimates = (1..=16).map(|n| format!("E-{n:04}"));
    let expected: Vec<String> = estimates
        .chain((1..=16).map(|n| format!("P-{n:04}")))
        .collect();
    assert_eq!(sorted, expected);
    for n in 1..=32 {
        send(&*store, &office, n).await;
    }
    assert_eq!(numbers(&*store, &office).await, before, "sent again");
    let rival = Office::open(&*store, 2).await;
    let first = fixtures::sent_offer(1, Estimate, rival.client.id, usd("1.00"));
    wrote(&*store, rival.firm.id, Change::Offer(Write::Insert(first))).await;
    assert_eq!(numbers(&*store, &rival).await, ["E-0001"]);
}

/// Sends an offer as it stands, again from the top on a conflict.
async fn send(store: &dyn Store, office: &Office, n: u64) {
    loop {
        let old = offer(store, office.firm.id, id(n)).await;
        let next = fixtures::offer_number(old.value.kind);
        let sent = old
            .value
            .clone()
            .send(next, day("2026-11-24"), NOW)
            .unwrap();
        match tried(store, office.firm.id, Change::Offer(old.update(sent))).await {
            Ok(Committed::Applied) => return,
            Err(StoreError::Conflict) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
}

/// Takes a number, then fails because a client exists already.
async fn send_in_vain(store: &dyn Store, office: &Office, n: u64, kind: OfferKind) {
    let sent = fixtures::sent_offer(n, kind, office.client.id, usd("1.00"));
    let changes = Changes::default()
        .with(Change::Offer(Write::Insert(sent)))
        .with(Change::Client(Write::Insert(office.client.clone())));
    let outcome = store.commit(office.firm.id, changes).await;
    if !matches!(outcome, Err(StoreError::Conflict)) {
        breaks(&outcome, Constraint::Identity);
    }
}

/// The numbers of the firm's offers, newest offer first.
async fn numbers(store: &dyn Store, office: &Office) -> Vec<String> {
    let rows = firm_offers(store, office.firm.id, NOW, 100, &OfferQuery::default()).await;
    let numbers = rows.into_iter().map(|row| row.number.unwrap().to_string());
    numbers.collect()
}

/// C04. Catches a store in which two answers that come at once are both taken: 100 times somebody
/// accepts and somebody rejects the same offer at the same instant.
pub async fn c04_of_answers_at_once_one_is_taken(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=100 {
        let sent = fixtures::sent_offer(n, Estimate, office.client.id, usd("1.00"));
        wrote(&*store, firm, Change::Offer(Write::Insert(sent))).await;
        let read = offer(&*store, firm, id(n)).await;
        let answers = [Answer::Accepted, Answer::Declined];
        let taken = answers.map(|answer| {
            let decided = fixtures::decided_offer(read.value.clone(), &office.contact, answer);
            let changes = Changes::default()
                .with(Change::Offer(read.update(decided)))
                .audited(fixtures::audit(read.value.id));
            store.commit(firm, changes)
        });
        let outcomes = join_all(taken).await;
        let lost = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, lost), 1, "{outcomes:?}");
        let won = usize::from(outcomes[0].is_err());
        let now = offer(&*store, firm, id(n)).await;
        let decision = now.value.decision().map(|decision| decision.answer);
        assert_eq!((now.version, decision), (Version(2), Some(answers[won])));
    }
    assert_eq!(audit_rows(&*store, firm).await.len(), 100);
}

/// Catches a store that writes an offer or a link over another writer's, or a new one over an old.
pub async fn case_offers_and_links_have_versions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let sent = fixtures::sent_offer(1, Proposal, office.client.id, usd("1.00"));
    let link = fixtures::offer_link(1, &sent);
    let (of, on) = (Change::Offer, Change::OfferLink);
    is_conflict(&tried(&*store, firm, of(update(Version::FIRST, sent.clone()))).await);
    wrote(&*store, firm, of(Write::Insert(sent))).await;
    is_conflict(&tried(&*store, firm, on(update(Version::FIRST, link.clone()))).await);
    wrote(&*store, firm, on(Write::Insert(link.clone()))).await;
    let sent = offer(&*store, firm, id(1)).await.value;
    for again in [
        of(Write::Insert(sent.clone())),
        on(Write::Insert(link.clone())),
    ] {
        breaks(&tried(&*store, firm, again).await, Constraint::Identity);
    }
    for wrong in [0, 2, 3] {
        let read = Version(wrong);
        is_conflict(&tried(&*store, firm, of(update(read, sent.clone()))).await);
        is_conflict(&tried(&*store, firm, on(update(read, link.clone()))).await);
    }
    wrote(&*store, firm, of(update(Version::FIRST, sent.clone()))).await;
    wrote(&*store, firm, on(update(Version::FIRST, link.clone()))).await;
    let file = offer_file(&*store, firm, id(1)).await;
    let version = Version(2);
    assert_eq!(
        file.offer,
        Versioned {
            version,
            value: sent
        }
    );
    assert_eq!(
        file.links,
        [Versioned {
            version,
            value: link
        }]
    );
}

/// C16 and R-SIG-4. Catches a store that takes two signatures of one contract: many sign the same
/// version at once.
pub async fn c16_of_signatures_at_once_one_is_written(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    for n in 1..=5 {
        let sent = fixtures::sent_contract(n, office.client.id);
        wrote(&*store, firm, Change::Contract(Write::Insert(sent))).await;
        let signings = (1..=16).map(|by| {
            let (signed, signature) = signed_at(&office, n, by);
            let changes = Changes::default()
                .with(Change::Contract(update(Version::FIRST, signed)))
                .with(Change::Signature(signature))
                .audited(fixtures::audit(office.contact.id));
            store.commit(firm, changes)
        });
        let outcomes = join_all(signings).await;
        let lost = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, lost), 1, "{outcomes:?}");
        let won = outcomes.iter().position(Result::is_ok).unwrap();
        let (value, signature) = signed_at(&office, n, u64::try_from(won).unwrap() + 1);
        let now = contract(&*store, firm, id(n)).await;
        let version = Version(2);
        assert_eq!(now.contract, Versioned { version, value });
        assert_eq!(now.signature, Some(signature));
    }
    assert_eq!(audit_rows(&*store, firm).await.len(), 5);
}

/// The contract, signed by the contact `by` seconds after it was sent.
fn signed_at(office: &Office, n: u64, by: u64) -> (Contract, Signature) {
    let at = NOW.plus(Duration::from_secs(by));
    let mut signed = fixtures::signed_contract(n, office.client.id);
    let signature = Signature {
        at,
        ..fixtures::signature(&signed, &office.contact)
    };
    if let ContractState::Signed { at: signed_at, .. } = &mut signed.state {
        *signed_at = at;
    }
    (signed, signature)
}

/// R-SIG-4 and C22. Catches a store in which a second signature takes the place of the first, or leaves
/// anything behind, and one in which the first goes or changes with its contract.
pub async fn case_a_signature_is_the_only_one_and_stays(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    let (signed, _) = signed_at(&office, 1, 0);
    let alone = Change::Signature(signed_at(&office, 1, 0).1);
    is_missing(&tried(&*store, firm, alone.clone()).await);
    wrote(&*store, firm, Change::Contract(Write::Insert(signed))).await;
    let signings = (1..=12).map(|by| {
        let changes = Changes::default()
            .with(Change::Signature(signed_at(&office, 1, by).1))
            .audited(fixtures::audit(office.contact.id));
        store.commit(firm, changes)
    });
    let outcomes = join_all(signings).await;
    let second =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Signature));
    assert_eq!(winners(&outcomes, second), 1, "{outcomes:?}");
    let first = contract(&*store, firm, id(1)).await;
    let on_paper = fixtures::paper_signature(&first.contract.value);
    for other in [first.signature.clone().unwrap(), on_paper] {
        let sealed = fixtures::sealed_contract(1, office.client.id);
        let changes = Changes::default()
            .with(Change::Contract(first.contract.update(sealed)))
            .with(Change::Signature(other))
            .audited(fixtures::audit(office.contact.id));
        breaks(&store.commit(firm, changes).await, Constraint::Signature);
        assert_eq!(contract(&*store, firm, id(1)).await, first);
    }
    assert_eq!(audit_rows(&*store, firm).await.len(), 1);
    let sealed = fixtures::sealed_contract(1, office.client.id);
    wrote(
        &*store,
        firm,
        Change::Contract(first.contract.update(sealed)),
    )
    .await;
    let now = contract(&*store, firm, id(1)).await;
    assert_eq!(
        (now.contract.version, now.signature),
        (Version(2), first.signature)
    );
}

/// C17 and R-SIG-4. Catches a store that writes a contract over another writer's: of a signature and
/// a refusal that come at once one is taken.
pub async fn c17_of_signing_and_declining_at_once_one_is_taken(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    for n in 1..=30 {
        let sent = fixtures::sent_contract(n, office.client.id);
        wrote(&*store, firm, Change::Contract(Write::Insert(sent))).await;
        let (signed, signature) = signed_at(&office, n, 1);
        let declined = fixtures::declined_contract(n, &office.colleague);
        let write = |now| Change::Contract(update(Version::FIRST, now));
        let both = [
            Changes::default()
                .with(write(signed))
                .with(Change::Signature(signature.clone())),
            Changes::default().with(write(declined)),
        ];
        let outcomes = join_all(both.map(|changes| store.commit(firm, changes))).await;
        let lost = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, lost), 1, "{outcomes:?}");
        let now = contract(&*store, firm, id(n)).await;
        let signed = outcomes[0].is_ok();
        let stage = now.contract.value.stage();
        assert_eq!(stage == ContractStage::Signed, signed, "{stage:?}");
        assert_eq!(now.signature, signed.then_some(signature));
    }
}

/// Catches a store that writes a contract over another writer's, or a new one over an old.
pub async fn case_contracts_have_versions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let draft = fixtures::contract(1, office.client.id);
    let write = Change::Contract;
    is_conflict(&tried(&*store, firm, write(update(Version::FIRST, draft.clone()))).await);
    wrote(&*store, firm, write(Write::Insert(draft.clone()))).await;
    let again = tried(&*store, firm, write(Write::Insert(draft.clone()))).await;
    breaks(&again, Constraint::Identity);
    for wrong in [0, 2] {
        is_conflict(&tried(&*store, firm, write(update(Version(wrong), draft.clone()))).await);
    }
    wrote(&*store, firm, write(update(Version::FIRST, draft.clone()))).await;
    let now = contract(&*store, firm, id(1)).await;
    let (version, value) = (Version(2), draft);
    assert_eq!(now.contract, Versioned { version, value });
}
