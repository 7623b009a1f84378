//! Offers, contracts, documents and vaults.

use caseflow_core::domain::changes::{Version, Versioned, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::contract::{Contract, ContractState, SignedCopy};
use caseflow_core::domain::document::{Document, DocumentVersion};
use caseflow_core::domain::file::{FileRef, StoredFile};
use caseflow_core::domain::id::{ClientId, DocumentId, VaultItemId};
use caseflow_core::domain::offer::{Decider, Offer, OfferLink, OfferState};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::signature::Signature;
use caseflow_core::domain::vault::VaultItem;
use caseflow_core::ports::store::{Constraint, StoreError};

use super::{Done, Work, found};
use crate::records::Edited;
use crate::tables::Index;

impl Work<'_, '_> {
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
            | OfferState::Withdrawn { sending, .. } => self.take(series, &mut sending.number)?,
        }
        self.put(write)
    }

    pub(super) fn offer_link(&mut self, write: Write<OfferLink>) -> Done {
        let link = write.value();
        self.client_exists(link.client)?;
        self.exists::<Versioned<Offer>>(&link.offer)?;
        let own = |it: &Versioned<OfferLink>| it.value.id == link.id;
        self.only(Constraint::Identity, &Index::Token(link.token), own)?;
        self.put(write)
    }

    pub(super) fn contract(&mut self, write: Write<Contract>) -> Done {
        let contract = write.value();
        self.client_exists(contract.client)?;
        if let ContractState::Declined { declined, .. } = &contract.state {
            self.contact_exists(declined.by)?;
        }
        for file in files_of(contract) {
            self.exists::<StoredFile>(&file.sha256)?;
        }
        self.put(write)
    }

    pub(super) fn signature(&mut self, signature: &Signature) -> Done {
        self.client_exists(signature.client)?;
        self.exists::<Versioned<Contract>>(&signature.contract)?;
        if let Some(evidence) = signature.evidence() {
            self.contact_exists(evidence.contact)?;
        }
        match self.has::<Signature>(&signature.contract)? {
            true => Err(StoreError::AlreadyExists(Constraint::Signature)),
            false => self.add(signature),
        }
    }

    pub(super) fn document(&mut self, write: Write<Document>) -> Done {
        let document = write.value();
        self.readers_exist(document.client, &document.readers)?;
        self.put(write)
    }

    pub(super) fn document_version(
        &mut self,
        document: DocumentId,
        version: DocumentVersion,
    ) -> Done {
        self.exists::<Versioned<Document>>(&document)?;
        self.add(&Edited { document, version })
    }

    pub(super) fn remove_document(&mut self, id: DocumentId, read: Version) -> Done {
        self.take_out::<Document>(&id, read)?;
        let versions: Vec<Edited> = self.rows.under(self.firm, &id)?;
        for edited in versions {
            let key = (id, edited.version.number);
            self.rows.remove::<Edited>(self.firm, &key)?;
        }
        Ok(())
    }

    pub(super) fn vault_item(&mut self, write: Write<VaultItem>) -> Done {
        let item = write.value();
        self.readers_exist(item.client, &item.readers)?;
        self.put(write)
    }

    pub(super) fn remove_vault_item(&mut self, id: VaultItemId, read: Version) -> Done {
        self.take_out::<VaultItem>(&id, read)
    }

    /// The client is there, and those who were chosen are contacts of it.
    fn readers_exist(&self, client: ClientId, readers: &Readers) -> Done {
        self.client_exists(client)?;
        for contact in readers.chosen() {
            let contact = self.get::<Versioned<Contact>>(contact)?;
            found(contact.is_some_and(|contact| contact.value.client == client))?;
        }
        Ok(())
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
