//! Proposals, estimates, contracts and their files.

use chrono::NaiveDate;

use super::state::Records;
use super::writes::{Done, Work, add, found, put};
use super::{Order, page};
use crate::domain::access::{Guest, Section, open_sections};
use crate::domain::changes::{Versioned, Write};
use crate::domain::contract::{Contract, ContractStage, ContractState, ContractStatus, SignedCopy};
use crate::domain::file::{FileRef, StoredFile};
use crate::domain::id::{ClientId, ContractId, OfferId};
use crate::domain::offer::{
    Decider, Offer, OfferKind, OfferLink, OfferStage, OfferState, OfferStatus,
};
use crate::domain::page::{Cursor, Page, PageQuery, WaitingFirst};
use crate::domain::signature::Signature;
use crate::domain::time::Timestamp;
use crate::ports::store::{
    Constraint, ContractCard, ContractFile, ContractRow, OfferCard, OfferFile, OfferRow, StoreError,
};

impl Work<'_> {
    pub(super) fn offer(&mut self, mut write: Write<Offer>) -> Done {
        self.client_exists(write.value().client)?;
        if let Some(Decider::Contact { id, .. }) = write.value().decision().map(|it| &it.by) {
            self.contact_exists(*id)?;
        }
        let (Write::Insert(offer) | Write::Update { now: offer, .. }) = &mut write;
        let series = offer.kind.series();
        match &mut offer.state {
            OfferState::Draft => {}
            OfferState::Sent(sending)
            | OfferState::Decided { sending, .. }
            | OfferState::Withdrawn { sending, .. } => self.take(series, &mut sending.number),
        }
        put(&mut self.records.offers, write.value().id, write)
    }

    pub(super) fn offer_link(&mut self, write: Write<OfferLink>) -> Done {
        let link = write.value();
        self.client_exists(link.client)?;
        found(self.records.offers.contains(&link.offer))?;
        let same = |other: &OfferLink| other.id != link.id && other.token == link.token;
        let known = self.records.offer_links.values().any(|it| same(&it.value));
        if known {
            return Err(StoreError::AlreadyExists(Constraint::Identity));
        }
        put(&mut self.records.offer_links, write.value().id, write)
    }

    pub(super) fn file(&mut self, file: StoredFile) {
        self.records.files.put(file.reference().sha256, file);
    }

    pub(super) fn contract(&mut self, write: Write<Contract>) -> Done {
        let contract = write.value();
        self.client_exists(contract.client)?;
        if let ContractState::Declined { declined, .. } = &contract.state {
            self.contact_exists(declined.by)?;
        }
        for file in files_of(contract) {
            found(self.records.files.contains(&file.sha256))?;
        }
        put(&mut self.records.contracts, write.value().id, write)
    }

    pub(super) fn signature(&mut self, signature: Signature) -> Done {
        self.client_exists(signature.client)?;
        found(self.records.contracts.contains(&signature.contract))?;
        if let Some(evidence) = signature.evidence() {
            self.contact_exists(evidence.contact)?;
        }
        if self.records.signatures.contains(&signature.contract) {
            return Err(StoreError::AlreadyExists(Constraint::Signature));
        }
        add(&mut self.records.signatures, signature.contract, signature)
    }
}

/// The files that a contract refers to.
fn files_of(contract: &Contract) -> impl Iterator<Item = FileRef> {
    let upload = contract.terms.body.upload();
    let shown = contract.version().map(|version| version.shown);
    let copy = match contract.copy() {
        Some(SignedCopy::Sealed { file, .. }) => Some(*file),
        Some(SignedCopy::OnPaper | SignedCopy::Pending { .. }) | None => None,
    };
    [upload, shown, copy].into_iter().flatten()
}

impl Records {
    pub(super) fn offer_card(&self, id: OfferId) -> Option<OfferCard> {
        let offer = self.offers.get(&id)?.clone();
        let links = self.offer_links.values();
        let links = links.filter(|link| link.value.offer == id).cloned();
        Some(OfferCard {
            firm: self.firm()?.value.clone(),
            client: self.client_file(offer.value.client)?,
            offer: OfferFile {
                offer,
                links: links.collect(),
            },
        })
    }

    pub(super) fn contract_file(&self, id: ContractId) -> Option<ContractFile> {
        Some(ContractFile {
            contract: self.contracts.get(&id)?.clone(),
            signature: self.signatures.get(&id).cloned(),
        })
    }

    pub(super) fn contract_card(&self, id: ContractId) -> Option<ContractCard> {
        let contract = self.contract_file(id)?;
        Some(ContractCard {
            firm: self.firm()?.value.clone(),
            client: self.client_file(contract.contract.value.client)?,
            contract,
        })
    }

    /// The offer of a client that its contacts may know of.
    pub(super) fn shown_offer(&self, client: ClientId, id: OfferId) -> Option<&Versioned<Offer>> {
        let offer = self.offers.get(&id);
        offer.filter(|it| it.value.client == client && it.value.stage() != OfferStage::Draft)
    }

    /// The contract of a client that its contacts may know of.
    pub(super) fn shown_contract(&self, client: ClientId, id: ContractId) -> Option<ContractFile> {
        let file = self.contract_file(id)?;
        let contract = &file.contract.value;
        let shows = contract.client == client && contract.stage() != ContractStage::Draft;
        shows.then_some(file)
    }

    fn offer_rows(&self, client: ClientId) -> impl Iterator<Item = OfferRow> {
        let offers = self.offers.values();
        let offers = offers.filter(move |offer| offer.value.client == client);
        offers.map(OfferRow::of)
    }

    fn contract_rows(&self, client: ClientId) -> impl Iterator<Item = ContractRow> {
        let contracts = self.contracts.values();
        let contracts = contracts.filter(move |contract| contract.value.client == client);
        contracts.map(ContractRow::of)
    }

    pub(super) fn client_offers(
        &self,
        client: ClientId,
        kind: OfferKind,
        today: NaiveDate,
        query: &PageQuery<WaitingFirst>,
    ) -> Page<OfferRow, WaitingFirst> {
        let rows = self.offer_rows(client).filter(|row| row.kind == kind);
        let rows = rows.filter_map(|row| Some((row.place(today)?, row)));
        rows_of(page(rows, Order::LargestFirst, query, |(key, row)| {
            cursor(*key, row.id.to_string())
        }))
    }

    pub(super) fn client_contracts(
        &self,
        client: ClientId,
        today: NaiveDate,
        query: &PageQuery<WaitingFirst>,
    ) -> Page<ContractRow, WaitingFirst> {
        let rows = self.contract_rows(client);
        let rows = rows.filter_map(|row| Some((row.place(today)?, row)));
        rows_of(page(rows, Order::LargestFirst, query, |(key, row)| {
            cursor(*key, row.id.to_string())
        }))
    }

    /// What waits for an answer, most urgent first.
    pub(super) fn to_decide(&self, guest: &Guest, today: NaiveDate) -> Vec<OfferRow> {
        let open = open_sections(&guest.firm, &guest.contact);
        let rows = self.offer_rows(guest.client.id);
        let mut rows: Vec<_> = rows
            .filter(|row| row.status(today) == OfferStatus::Sent)
            .filter(|row| open.contains(row.kind.section()))
            .collect();
        rows.sort_by_key(|row| (row.open_till, row.id));
        rows
    }

    /// What waits for a signature, most urgent first.
    pub(super) fn to_sign(&self, guest: &Guest, today: NaiveDate) -> Vec<ContractRow> {
        if !open_sections(&guest.firm, &guest.contact).contains(Section::Contracts) {
            return vec![];
        }
        let rows = self.contract_rows(guest.client.id);
        let mut rows: Vec<_> = rows
            .filter(|row| row.status(today) == ContractStatus::Sent)
            .collect();
        rows.sort_by_key(|row| (row.sign_by.is_none(), row.sign_by, row.id));
        rows
    }

    /// The contracts whose signed copy is to be seen to at `now`.
    pub(super) fn due_seals(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, ContractId)> {
        let contracts = self.contracts.values().map(|contract| &contract.value);
        contracts
            .filter_map(|contract| match contract.copy() {
                Some(SignedCopy::Pending { next_try }) => Some((*next_try, contract.id)),
                _ => None,
            })
            .filter(move |(due, _)| *due <= now)
    }

    pub(super) fn postpone_seal(&mut self, id: ContractId, until: Timestamp) {
        let Some(contract) = self.contracts.get(&id).cloned() else {
            return;
        };
        let copy = SignedCopy::Pending { next_try: until };
        if let Some(value) = contract.value.sealed(copy) {
            let version = contract.version;
            self.contracts.put(id, Versioned { version, value });
        }
    }
}

fn cursor(key: WaitingFirst, id: String) -> Cursor<WaitingFirst> {
    Cursor { key, id }
}

/// The page without the places of its rows.
fn rows_of<T>(page: Page<(WaitingFirst, T), WaitingFirst>) -> Page<T, WaitingFirst> {
    Page {
        rows: page.rows.into_iter().map(|(_, row)| row).collect(),
        next: page.next,
    }
}
