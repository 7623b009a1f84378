//! Reads and writes of offers and contracts that several cases need.

use super::{PageQuery, StoreError, all_pages, applied};
use crate::domain::access::Guest;
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::id::{ContractId, FirmId, OfferId};
use crate::domain::offer::{Offer, OfferKind};
use crate::domain::page::WaitingFirst;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    ContractFile, ContractQuery, ContractRow, OfferFile, OfferQuery, OfferRow, Store, Visit,
};
use crate::testing::fixtures;

/// Writes the files that the contracts of the fixtures refer to.
pub(super) async fn files(store: &dyn Store, firm: FirmId) {
    let changes = file_changes()
        .into_iter()
        .fold(Changes::default(), Changes::with);
    applied(store, firm, changes).await;
}

pub(super) fn file_changes() -> [Change; 3] {
    [
        fixtures::shown_file(),
        fixtures::signed_file(),
        fixtures::uploaded_file(),
    ]
    .map(Change::File)
}

/// The offer as it is stored, with its links.
pub(super) async fn offer_file(store: &dyn Store, firm: FirmId, id: OfferId) -> OfferFile {
    let card = store.offer_card(firm, id).await.unwrap();
    card.unwrap().offer
}

/// The offer as it is stored, with its version.
pub(super) async fn offer(store: &dyn Store, firm: FirmId, id: OfferId) -> Versioned<Offer> {
    offer_file(store, firm, id).await.offer
}

/// The contract as it is stored, with its signature.
pub(super) async fn contract(store: &dyn Store, firm: FirmId, id: ContractId) -> ContractFile {
    let card = store.contract_card(firm, id).await.unwrap();
    card.unwrap().contract
}

pub(super) async fn firm_offers(
    store: &dyn Store,
    firm: FirmId,
    now: Timestamp,
    rows: u32,
    query: &OfferQuery,
) -> Vec<OfferRow> {
    all_pages(rows, async |page| {
        let query = OfferQuery {
            page,
            ..query.clone()
        };
        store.offers(firm, now, &query).await
    })
    .await
}

pub(super) async fn firm_contracts(
    store: &dyn Store,
    firm: FirmId,
    now: Timestamp,
    rows: u32,
    query: &ContractQuery,
) -> Vec<ContractRow> {
    all_pages(rows, async |page| {
        let query = ContractQuery {
            page,
            ..query.clone()
        };
        store.contracts(firm, now, &query).await
    })
    .await
}

pub(super) async fn portal_offers(
    store: &dyn Store,
    visit: Visit,
    kind: OfferKind,
    rows: u32,
) -> Vec<OfferRow> {
    all_pages(rows, async |page: PageQuery<WaitingFirst>| {
        let found = store.client_offers(visit, kind, &page).await?;
        Ok::<_, StoreError>(page_of(visit, found))
    })
    .await
}

pub(super) async fn portal_contracts(
    store: &dyn Store,
    visit: Visit,
    rows: u32,
) -> Vec<ContractRow> {
    all_pages(rows, async |page: PageQuery<WaitingFirst>| {
        let found = store.client_contracts(visit, &page).await?;
        Ok::<_, StoreError>(page_of(visit, found))
    })
    .await
}

/// What was found for the visitor, whom the store knows.
fn page_of<T>(visit: Visit, found: Option<(Guest, T)>) -> T {
    let (guest, page) = found.unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    page
}

/// The offer as the visitor is shown it.
pub(super) async fn shown_offer(
    store: &dyn Store,
    visit: Visit,
    id: OfferId,
) -> Option<Versioned<Offer>> {
    page_of(visit, store.client_offer(visit, id).await.unwrap())
}

/// The contract as the visitor is shown it.
pub(super) async fn shown_contract(
    store: &dyn Store,
    visit: Visit,
    id: ContractId,
) -> Option<ContractFile> {
    page_of(visit, store.client_contract(visit, id).await.unwrap())
}
