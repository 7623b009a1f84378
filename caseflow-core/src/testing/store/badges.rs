//! Lists of offers and contracts over random records: what a filter finds is what the badges say.

use std::sync::Arc;

use chrono::Days;

use super::applied;
use super::histories::Dice;
use super::paper::{file_changes, firm_contracts, firm_offers, portal_contracts, portal_offers};
use crate::domain::changes::{Change, Changes, Write};
use crate::domain::client::Contact;
use crate::domain::contract::{Contract, ContractStage, ContractStatus, SignedCopy};
use crate::domain::firm::Firm;
use crate::domain::id::ClientId;
use crate::domain::offer::{Answer, Offer, OfferKind, OfferStage, OfferStatus};
use crate::domain::time::{Timestamp, Zone};
use crate::ports::store::{ContractQuery, ContractRow, OfferQuery, OfferRow, Store};
use crate::testing::fixtures::{self, Office, day, id, usd};

/// How many offices are drawn, each from a seed of its own.
const SEEDS: u64 = 20;

/// Catches every difference between what a filter of offers or contracts finds and what the badge of
/// a row says, filters that overwrite each other, and a portal that shows other rows than those of its
/// client that were sent: on random records, in several zones, about midnight, whatever the size of the
/// pages.
pub async fn case_filters_of_offers_and_contracts_are_their_badges(store: Arc<dyn Store>) {
    for seed in 1..=SEEDS {
        let mut dice = Dice::new(seed);
        let office = drawn(&*store, &mut dice, seed).await;
        let minute = dice.roll(2 * 24 * 60);
        let midnight = fixtures::at("2026-11-23T23:00:00Z");
        let some_time = midnight.plus(std::time::Duration::from_secs(60 * minute));
        for now in [midnight, some_time] {
            offers_agree(&*store, &office, now).await;
            contracts_agree(&*store, &office, now).await;
        }
    }
}

/// An office with records that the dice chose.
async fn drawn(store: &dyn Store, dice: &mut Dice, seed: u64) -> Office {
    let mut office = Office::open(store, seed).await;
    let zone = ["Europe/Zurich", "America/New_York", "Pacific/Kiritimati"][some(dice, 3)];
    office.firm = Firm {
        zone: Zone::parse(zone).unwrap(),
        ..office.firm
    };
    let moved = super::update(crate::domain::changes::Version::FIRST, office.firm.clone());
    let mut changes = Changes::default().with(Change::Firm(moved));
    changes.changes.extend(file_changes());
    for n in 1..=30 {
        let offer = an_offer(&office, dice, n);
        let contract = a_contract(&office, dice, n);
        changes = changes
            .with(Change::Offer(Write::Insert(offer)))
            .with(Change::Contract(Write::Insert(contract)));
    }
    applied(store, office.firm.id, changes).await;
    office
}

/// A number below `sides`.
fn some(dice: &mut Dice, sides: u64) -> usize {
    usize::try_from(dice.roll(sides)).unwrap()
}

fn somebody<'a>(office: &'a Office, dice: &mut Dice) -> &'a Contact {
    [&office.contact, &office.colleague, &office.stranger][some(dice, 3)]
}

fn an_offer(office: &Office, dice: &mut Dice, n: u64) -> Offer {
    let contact = somebody(office, dice);
    let kind = OfferKind::ALL[some(dice, 2)];
    let draft = fixtures::offer(n, kind, contact.client, usd("1.00"));
    let sent = fixtures::sent_offer(n, kind, contact.client, usd("1.00"));
    let mut offer = match dice.roll(8) {
        0 => draft,
        1 => fixtures::withdrawn_offer(sent),
        2 => fixtures::decided_offer(sent, contact, Answer::Accepted),
        3 => fixtures::decided_offer(sent, contact, Answer::Declined),
        _ => sent,
    };
    offer.terms.open_till = day("2026-11-21") + Days::new(dice.roll(7));
    offer
}

fn a_contract(office: &Office, dice: &mut Dice, n: u64) -> Contract {
    let contact = somebody(office, dice);
    let client = contact.client;
    let sent = fixtures::sent_contract(n, client);
    let mut contract = match dice.roll(9) {
        0 => fixtures::contract(n, client),
        1 => fixtures::withdrawn_contract(n, client),
        2 => fixtures::declined_contract(n, contact),
        3 => fixtures::sealed_contract(n, client),
        4 => fixtures::with_copy(&sent, SignedCopy::OnPaper),
        _ => sent,
    };
    let last = day("2026-11-21") + Days::new(dice.roll(7));
    contract.terms.sign_by = (dice.roll(5) > 0).then_some(last);
    contract
}

/// No client, one of the office's two, and one that nobody is.
fn clients(office: &Office) -> [Option<ClientId>; 4] {
    let (one, other) = (office.client.id, office.neighbour.id);
    [None, Some(one), Some(other), Some(id(4_711))]
}

async fn offers_agree(store: &dyn Store, office: &Office, now: Timestamp) {
    let (firm, today) = (office.firm.id, office.firm.today(now));
    let all = firm_offers(store, firm, now, 100, &OfferQuery::default()).await;
    assert!(all.is_sorted_by(|a, b| a.id > b.id));
    assert_eq!(all.len(), 30);
    let kinds = [None, Some(OfferKind::Proposal), Some(OfferKind::Estimate)];
    let statuses = [None].into_iter().chain(OfferStatus::ALL.map(Some));
    for (n, status) in statuses.enumerate() {
        for kind in kinds {
            for client in clients(office) {
                let query = OfferQuery {
                    kind,
                    status,
                    client,
                    ..OfferQuery::default()
                };
                let badge = all.iter().filter(|row| {
                    kind.is_none_or(|it| it == row.kind)
                        && status.is_none_or(|it| it == row.status(today))
                        && client.is_none_or(|it| it == row.client)
                });
                let rows = [100, 7][n % 2];
                let found = firm_offers(store, firm, now, rows, &query).await;
                assert!(badge.eq(&found), "{query:?} at {now}");
            }
        }
    }
    for kind in OfferKind::ALL {
        let visit = office.visit_at(&office.colleague, now);
        let mine = portal_offers(store, visit, kind, 4).await;
        let shows = |row: &&OfferRow| {
            row.client == office.client.id && row.kind == kind && row.stage != OfferStage::Draft
        };
        let mut known: Vec<_> = all.iter().filter(shows).cloned().collect();
        known.sort_by_key(|row| std::cmp::Reverse((row.place(today), row.id)));
        assert_eq!(mine, known);
    }
}

async fn contracts_agree(store: &dyn Store, office: &Office, now: Timestamp) {
    let (firm, today) = (office.firm.id, office.firm.today(now));
    let all = firm_contracts(store, firm, now, 100, &ContractQuery::default()).await;
    assert!(all.is_sorted_by(|a, b| a.id > b.id));
    assert_eq!(all.len(), 30);
    let statuses = [None].into_iter().chain(ContractStatus::ALL.map(Some));
    for (n, status) in statuses.enumerate() {
        for client in clients(office) {
            let query = ContractQuery {
                status,
                client,
                ..ContractQuery::default()
            };
            let badge = all.iter().filter(|row| {
                status.is_none_or(|it| it == row.status(today))
                    && client.is_none_or(|it| it == row.client)
            });
            let rows = [100, 7][n % 2];
            let found = firm_contracts(store, firm, now, rows, &query).await;
            assert!(badge.eq(&found), "{query:?} at {now}");
        }
    }
    let visit = office.visit_at(&office.colleague, now);
    let mine = portal_contracts(store, visit, 4).await;
    let shows =
        |row: &&ContractRow| row.client == office.client.id && row.stage != ContractStage::Draft;
    let mut known: Vec<_> = all.iter().filter(shows).cloned().collect();
    known.sort_by_key(|row| std::cmp::Reverse((row.place(today), row.id)));
    assert_eq!(mine, known);
}
