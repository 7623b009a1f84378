//! Proposals, estimates and contracts.

use caseflow_core::domain::access::{Guest, Section, open_sections};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::contract::{Contract, ContractStage, ContractStatus};
use caseflow_core::domain::id::{ClientId, ContractId, OfferId};
use caseflow_core::domain::offer::{Offer, OfferKind, OfferStage, OfferStatus};
use caseflow_core::domain::page::{Page, PageQuery, WaitingFirst};
use caseflow_core::domain::signature::Signature;
use caseflow_core::ports::store::{
    ContractCard, ContractFile, ContractRow, OfferCard, OfferFile, OfferRow, StoreError,
};
use chrono::NaiveDate;

use super::Records;
use super::page::{at, page};
use crate::tables::{Index, Order};

impl Records<'_> {
    pub(super) fn offer_card(&self, id: OfferId) -> Result<Option<OfferCard>, StoreError> {
        let Some(offer) = self.get::<Versioned<Offer>>(&id)? else {
            return Ok(None);
        };
        let links = self.of(&Index::Subject(id.into()))?;
        Ok(Some(OfferCard {
            firm: self.firm.value.clone(),
            client: self.whole_client(offer.value.client)?,
            offer: OfferFile { offer, links },
        }))
    }

    pub(super) fn contract_file(&self, id: ContractId) -> Result<Option<ContractFile>, StoreError> {
        let Some(contract) = self.get::<Versioned<Contract>>(&id)? else {
            return Ok(None);
        };
        let signature = self.get::<Signature>(&id)?;
        Ok(Some(ContractFile {
            contract,
            signature,
        }))
    }

    pub(super) fn contract_card(&self, id: ContractId) -> Result<Option<ContractCard>, StoreError> {
        let Some(contract) = self.contract_file(id)? else {
            return Ok(None);
        };
        Ok(Some(ContractCard {
            firm: self.firm.value.clone(),
            client: self.whole_client(contract.contract.value.client)?,
            contract,
        }))
    }

    /// The offer of a client that its contacts may know of.
    pub(super) fn shown_offer(
        &self,
        client: ClientId,
        id: OfferId,
    ) -> Result<Option<Versioned<Offer>>, StoreError> {
        let offer = self.get::<Versioned<Offer>>(&id)?;
        let shows = |it: &Versioned<Offer>| {
            it.value.client == client && it.value.stage() != OfferStage::Draft
        };
        Ok(offer.filter(shows))
    }

    /// The contract of a client that its contacts may know of.
    pub(super) fn shown_contract(
        &self,
        client: ClientId,
        id: ContractId,
    ) -> Result<Option<ContractFile>, StoreError> {
        let file = self.contract_file(id)?;
        Ok(file.filter(|file| {
            let contract = &file.contract.value;
            contract.client == client && contract.stage() != ContractStage::Draft
        }))
    }

    pub(super) fn client_offers(
        &self,
        client: ClientId,
        kind: OfferKind,
        today: NaiveDate,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Page<OfferRow, WaitingFirst>, StoreError> {
        let rows = self.offer_rows(client)?.into_iter();
        let rows = rows.filter(|row| row.kind == kind);
        let rows = rows.filter_map(|row| Some((row.place(today)?, row)));
        let place = |(key, row): &(WaitingFirst, OfferRow)| at(*key, row.id);
        Ok(rows_of(page(rows, Order::LargestFirst, query, place)))
    }

    pub(super) fn client_contracts(
        &self,
        client: ClientId,
        today: NaiveDate,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Page<ContractRow, WaitingFirst>, StoreError> {
        let rows = self.contract_rows(client)?.into_iter();
        let rows = rows.filter_map(|row| Some((row.place(today)?, row)));
        let place = |(key, row): &(WaitingFirst, ContractRow)| at(*key, row.id);
        Ok(rows_of(page(rows, Order::LargestFirst, query, place)))
    }

    /// What waits for an answer, most urgent first.
    pub(super) fn to_decide(
        &self,
        guest: &Guest,
        today: NaiveDate,
    ) -> Result<Vec<OfferRow>, StoreError> {
        let open = open_sections(&guest.firm, &guest.contact);
        let mut rows = self.offer_rows(guest.client.id)?;
        rows.retain(|row| {
            row.status(today) == OfferStatus::Sent && open.contains(row.kind.section())
        });
        rows.sort_by_key(|row| (row.open_till, row.id));
        Ok(rows)
    }

    /// What waits for a signature, most urgent first.
    pub(super) fn to_sign(
        &self,
        guest: &Guest,
        today: NaiveDate,
    ) -> Result<Vec<ContractRow>, StoreError> {
        if !open_sections(&guest.firm, &guest.contact).contains(Section::Contracts) {
            return Ok(vec![]);
        }
        let mut rows = self.contract_rows(guest.client.id)?;
        rows.retain(|row| row.status(today) == ContractStatus::Sent);
        rows.sort_by_key(|row| (row.sign_by.is_none(), row.sign_by, row.id));
        Ok(rows)
    }

    fn offer_rows(&self, client: ClientId) -> Result<Vec<OfferRow>, StoreError> {
        let offers = self.of::<Versioned<Offer>>(&Index::Client(client))?;
        Ok(offers.iter().map(OfferRow::of).collect())
    }

    fn contract_rows(&self, client: ClientId) -> Result<Vec<ContractRow>, StoreError> {
        let contracts = self.of::<Versioned<Contract>>(&Index::Client(client))?;
        Ok(contracts.iter().map(ContractRow::of).collect())
    }
}

/// The page without the places of its rows.
fn rows_of<T>(page: Page<(WaitingFirst, T), WaitingFirst>) -> Page<T, WaitingFirst> {
    Page {
        rows: page.rows.into_iter().map(|(_, row)| row).collect(),
        next: page.next,
    }
}
