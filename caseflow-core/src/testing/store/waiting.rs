//! Lists of offers and contracts: what waits comes first, and a badge is a filter.

use std::sync::Arc;
use std::time::Duration;

use chrono::Days;

use super::paper::{files, firm_contracts, firm_offers, portal_contracts, portal_offers};
use super::{applied, update, wrote};
use crate::domain::access::{Section, Sections};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::client::Contact;
use crate::domain::contract::{Contract, ContractState, ContractStatus};
use crate::domain::firm::Firm;
use crate::domain::id::{ContractId, OfferId};
use crate::domain::offer::{Answer, Offer, OfferKind, OfferState, OfferStatus};
use crate::domain::time::{Timestamp, Zone};
use crate::ports::store::{ContractQuery, DashboardPage, OfferQuery, Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, day, id, usd};

use OfferKind::{Estimate, Proposal};

/// R-DEC-6. Catches a list in which something answered comes before what waits, or something sent
/// earlier before what was sent later, rows sent at one time that come as they like, and pages that
/// are counted off while rows come in.
pub async fn case_what_waits_comes_first_page_by_page(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (firm, visit) = (office.firm.id, office.visit(&office.contact));
    files(&*store, firm).await;
    // Written in an order that is neither up nor down.
    for n in (1..=24).map(|n| n * 7 % 25) {
        wrote(&*store, firm, one_in_four_waits(&office, n)).await;
        wrote(&*store, firm, one_in_four_is_unsigned(&office, n)).await;
    }
    let expected: Vec<u64> = in_their_order().collect();
    for rows in [1, 5, 24, 100] {
        let offers = portal_offers(&*store, visit, Estimate, rows).await;
        let found: Vec<OfferId> = offers.iter().map(|row| row.id).collect();
        assert_eq!(found, ids(&expected));
        let contracts = portal_contracts(&*store, visit, rows).await;
        let found: Vec<ContractId> = contracts.iter().map(|row| row.id).collect();
        assert_eq!(found, ids(&expected));
    }
    let mut newcomer = 100;
    let rows = super::all_pages(3, async |page| {
        let found = store.client_offers(visit, Estimate, &page).await;
        for sent in 0..4 {
            newcomer += 4;
            let change = one_in_four_waits(&office, newcomer + sent);
            wrote(&*store, firm, change).await;
        }
        found.map(|found| found.unwrap().1)
    })
    .await;
    let today = day("2026-11-24");
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse((row.place(today), row.id))));
    let old = rows.iter().filter(|row| row.id < id(100)).map(|row| row.id);
    assert_eq!(old.collect::<Vec<OfferId>>(), ids(&expected));
}

/// Those with a number that four divides, then the others; each those sent later first, and of two
/// that were sent at one time the larger number.
fn in_their_order() -> impl Iterator<Item = u64> {
    let waits = (1..=24).rev().filter(|n| n % 4 == 0);
    waits.chain((1..=24).rev().filter(|n| n % 4 != 0))
}

fn ids<T: crate::domain::id::TypedId>(numbers: &[u64]) -> Vec<T> {
    numbers.iter().map(|n| id(*n)).collect()
}

/// When the records of this number were sent: two each at one time.
fn sent_at(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(n / 2))
}

fn one_in_four_waits(office: &Office, n: u64) -> Change {
    let mut sent = fixtures::sent_offer(n, Estimate, office.client.id, usd("1.00"));
    if let OfferState::Sent(sending) = &mut sent.state {
        sending.at = sent_at(n);
    }
    if n % 4 == 3 {
        sent.terms.open_till = day("2026-11-23");
    }
    Change::Offer(Write::Insert(match n % 4 {
        1 => fixtures::decided_offer(sent, &office.contact, Answer::Accepted),
        2 => fixtures::withdrawn_offer(sent),
        _ => sent,
    }))
}

fn one_in_four_is_unsigned(office: &Office, n: u64) -> Change {
    let mut contract = match n % 4 {
        1 => fixtures::signed_contract(n, office.client.id),
        2 => fixtures::declined_contract(n, &office.contact),
        _ => fixtures::sent_contract(n, office.client.id),
    };
    if n % 4 == 3 {
        contract.terms.sign_by = Some(day("2026-11-23"));
    }
    match &mut contract.state {
        ContractState::Sent(version)
        | ContractState::Signed { version, .. }
        | ContractState::Declined { version, .. } => version.sent_at = sent_at(n),
        ContractState::Draft | ContractState::Withdrawn { .. } => {}
    }
    Change::Contract(Write::Insert(contract))
}

/// C05, C06 and R-SIG-1. Catches a store that keeps the day on which something expires, asks another
/// clock than the visit's, or another zone than the firm's: what expires goes from what waits to the
/// history, in every list.
pub async fn c06_what_expires_goes_to_the_history_at_midnight(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let client = office.client.id;
    files(&*store, office.firm.id).await;
    for (n, last) in [(1, "2026-11-25"), (2, "2026-11-24"), (3, "2026-11-26")] {
        let mut offer = fixtures::sent_offer(n, Proposal, client, usd("1.00"));
        offer.terms.open_till = day(last);
        let mut contract = fixtures::sent_contract(n, client);
        contract.terms.sign_by = Some(day(last));
        let changes = Changes::default()
            .with(Change::Offer(Write::Insert(offer)))
            .with(Change::Contract(Write::Insert(contract)));
        applied(&*store, office.firm.id, changes).await;
    }
    let endless = Contract {
        terms: crate::domain::contract::ContractTerms {
            sign_by: None,
            ..fixtures::contract(4, client).terms
        },
        ..fixtures::sent_contract(4, client)
    };
    let change = Change::Contract(Write::Insert(endless));
    wrote(&*store, office.firm.id, change).await;
    for (now, waits) in [
        ("2026-11-24T22:59:59.999999Z", vec![3, 2, 1]),
        ("2026-11-24T23:00:00Z", vec![3, 1]),
        ("2026-11-25T22:59:59.999999Z", vec![3, 1]),
        ("2026-11-25T23:00:00Z", vec![3]),
        ("2026-11-26T23:00:00Z", vec![]),
    ] {
        waits_at(&*store, &office, fixtures::at(now), &waits).await;
    }
    let now = fixtures::at("2026-11-25T05:00:00Z");
    for (read, zone, waits) in [
        (1, "America/New_York", vec![3, 1]),
        (2, "America/Los_Angeles", vec![3, 2, 1]),
        (3, "Pacific/Kiritimati", vec![3, 1]),
    ] {
        let zone = Zone::parse(zone).unwrap();
        let moved = Firm {
            zone,
            ..office.firm.clone()
        };
        let change = Change::Firm(update(Version(read), moved));
        wrote(&*store, office.firm.id, change).await;
        waits_at(&*store, &office, now, &waits).await;
    }
}

/// The records of these numbers wait at this time, the larger number first, and the others of the
/// first three are history. The contract number 4 always waits.
async fn waits_at(store: &dyn Store, office: &Office, now: Timestamp, waits: &[u64]) {
    let visit = office.visit_at(&office.contact, now);
    let history = [3, 2, 1].into_iter().filter(|n| !waits.contains(n));
    let order: Vec<u64> = waits.iter().copied().chain(history.clone()).collect();
    let offers = portal_offers(store, visit, Proposal, 1).await;
    let found: Vec<OfferId> = offers.iter().map(|row| row.id).collect();
    assert_eq!(found, ids(&order), "{now}");
    let contracts = portal_contracts(store, visit, 1).await;
    let found: Vec<ContractId> = contracts.iter().map(|row| row.id).collect();
    let order: Vec<u64> = [4].into_iter().chain(order).collect();
    assert_eq!(found, ids(&order), "{now}");
    let mut by_last_day: Vec<u64> = [2, 1, 3]
        .into_iter()
        .filter(|n| waits.contains(n))
        .collect();
    let page = dashboard(store, visit).await;
    assert_eq!(to_decide(&page), ids(&by_last_day), "{now}");
    by_last_day.push(4);
    assert_eq!(to_sign(&page), ids(&by_last_day), "{now}");
    let expired: Vec<u64> = history.collect();
    let query = OfferQuery {
        status: Some(OfferStatus::Expired),
        ..OfferQuery::default()
    };
    let offers = firm_offers(store, office.firm.id, now, 2, &query).await;
    let found: Vec<OfferId> = offers.iter().map(|row| row.id).collect();
    assert_eq!(found, ids(&expired), "{now}");
    let query = ContractQuery {
        status: Some(ContractStatus::Expired),
        ..ContractQuery::default()
    };
    let contracts = firm_contracts(store, office.firm.id, now, 2, &query).await;
    let found: Vec<ContractId> = contracts.iter().map(|row| row.id).collect();
    assert_eq!(found, ids(&expired), "{now}");
}

async fn dashboard(store: &dyn Store, visit: Visit) -> DashboardPage {
    store.dashboard(visit).await.unwrap().unwrap().1
}

fn to_decide(page: &DashboardPage) -> Vec<OfferId> {
    page.to_decide.iter().map(|row| row.id).collect()
}

fn to_sign(page: &DashboardPage) -> Vec<ContractId> {
    page.to_sign.iter().map(|row| row.id).collect()
}

/// R-SELF-1. Catches a dashboard that shows more than ten, the first found and not the most urgent,
/// something answered, expired or not sent, or what another section's permission opens.
pub async fn case_the_dashboard_shows_ten_to_decide_and_ten_to_sign(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    // The larger the number, the sooner the last day; two each have the same.
    for n in (1..=26).map(|n| n * 5 % 27) {
        let last = day("2026-12-24") - Days::new(n / 2);
        let kind = OfferKind::ALL[usize::from(n.is_multiple_of(2))];
        let mut offer = fixtures::sent_offer(n, kind, office.client.id, usd("1.00"));
        offer.terms.open_till = last;
        let mut contract = fixtures::sent_contract(n, office.client.id);
        contract.terms.sign_by = (n > 3).then_some(last);
        let changes = Changes::default()
            .with(Change::Offer(Write::Insert(offer)))
            .with(Change::Contract(Write::Insert(contract)));
        applied(&*store, firm, changes).await;
    }
    for change in what_waits_for_nobody(&office) {
        wrote(&*store, firm, change).await;
    }
    let most_urgent = [26, 24, 25, 22, 23, 20, 21, 18, 19, 16];
    let page = dashboard(&*store, office.visit(&office.contact)).await;
    assert_eq!(to_decide(&page), ids(&most_urgent));
    assert_eq!(to_sign(&page), ids(&most_urgent));
    for contract in 8..=26 {
        wrote(&*store, firm, signed_now(&office, contract)).await;
    }
    let page = dashboard(&*store, office.visit(&office.contact)).await;
    assert_eq!(
        to_sign(&page),
        ids(&[6, 7, 4, 5, 1, 2, 3]),
        "without a last day last"
    );
    sections_open_and_close(&*store, &office).await;
}

fn signed_now(office: &Office, n: u64) -> Change {
    let signed = fixtures::signed_contract(n, office.client.id);
    Change::Contract(update(Version::FIRST, signed))
}

/// More urgent than anything else, if anybody could answer it.
fn what_waits_for_nobody(office: &Office) -> Vec<Change> {
    let client = office.client.id;
    let urgent = |offer: Offer, last: &str| {
        let mut offer = offer;
        offer.terms.open_till = day(last);
        Change::Offer(Write::Insert(offer))
    };
    let unsigned = |contract: Contract, last: &str| {
        let mut contract = contract;
        contract.terms.sign_by = Some(day(last));
        Change::Contract(Write::Insert(contract))
    };
    let sent = |n| fixtures::sent_offer(n, Proposal, client, usd("1.00"));
    let decided = |n, answer| fixtures::decided_offer(sent(n), &office.contact, answer);
    vec![
        urgent(sent(31), "2026-11-23"),
        urgent(
            fixtures::offer(32, Estimate, client, usd("1.00")),
            "2026-11-24",
        ),
        urgent(fixtures::withdrawn_offer(sent(33)), "2026-11-24"),
        urgent(decided(34, Answer::Accepted), "2026-11-24"),
        urgent(decided(35, Answer::Declined), "2026-11-24"),
        unsigned(fixtures::sent_contract(31, client), "2026-11-23"),
        unsigned(fixtures::contract(32, client), "2026-11-24"),
        unsigned(fixtures::withdrawn_contract(33, client), "2026-11-24"),
        unsigned(
            fixtures::declined_contract(34, &office.contact),
            "2026-11-24",
        ),
        unsigned(fixtures::sealed_contract(35, client), "2026-11-24"),
    ]
}

/// Ten of each that is open, whoever closes the others.
async fn sections_open_and_close(store: &dyn Store, office: &Office) {
    let proposals: Vec<u64> = (1..=13).rev().map(|n| n * 2 - 1).take(10).collect();
    let estimates: Vec<u64> = (1..=13).rev().map(|n| n * 2).take(10).collect();
    let unsigned = vec![6, 7, 4, 5, 1, 2, 3];
    let all = Sections::ALL;
    let cases = [
        (all.without(Section::Estimates), proposals, unsigned.clone()),
        (all.without(Section::Proposals), estimates, unsigned.clone()),
        (Sections::NONE.with(Section::Contracts), vec![], unsigned),
        (Sections::NONE, vec![], vec![]),
    ];
    for (read, (sections, decide, sign)) in (1..).zip(&cases) {
        let contact = Contact {
            permissions: *sections,
            ..office.contact.clone()
        };
        let change = Change::Contact(update(Version(read), contact));
        wrote(store, office.firm.id, change).await;
        let page = dashboard(store, office.visit(&office.contact)).await;
        assert_eq!(to_decide(&page), ids(decide), "{sections:?}");
        assert_eq!(to_sign(&page), ids(sign), "{sections:?}");
    }
    for (read, (sections, decide, sign)) in (1..).zip(&cases) {
        let firm = Firm {
            sections: *sections,
            ..office.firm.clone()
        };
        wrote(store, firm.id, Change::Firm(update(Version(read), firm))).await;
        let page = dashboard(store, office.visit(&office.colleague)).await;
        assert_eq!(to_decide(&page), ids(decide), "{sections:?}");
        assert_eq!(to_sign(&page), ids(sign), "{sections:?}");
    }
}
