//! Proposals, estimates and contracts as the store answers them.

use chrono::NaiveDate;

use super::firm::ClientFile;
use crate::domain::changes::{Version, Versioned};
use crate::domain::client::Client;
use crate::domain::contract::{self, Contract, ContractStage, ContractStatus};
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, ContractId, OfferId};
use crate::domain::money::Money;
use crate::domain::number::DocumentNumber;
use crate::domain::offer::{self, Offer, OfferKind, OfferLink, OfferStage, OfferStatus};
use crate::domain::page::{PageQuery, WaitingFirst};
use crate::domain::signature::Signature;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// A proposal or an estimate as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// Its id.
    pub id: OfferId,
    /// Its version.
    pub version: Version,
    /// Which of the two it is.
    pub kind: OfferKind,
    /// Whom it is for.
    pub client: ClientId,
    /// Its number, once it was sent.
    pub number: Option<DocumentNumber>,
    /// Its title.
    pub title: Line<200>,
    /// Its stored state.
    pub stage: OfferStage,
    /// The date printed on it.
    pub dated: NaiveDate,
    /// The last day on which it can be accepted.
    pub open_till: NaiveDate,
    /// Its total.
    pub total: Money,
    /// Its matter's label.
    pub matter: Option<Line<120>>,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// When somebody of the client first looked at it.
    pub viewed_at: Option<Timestamp>,
    /// When it was answered.
    pub decided_at: Option<Timestamp>,
}

impl OfferRow {
    /// The row of this offer.
    #[must_use]
    pub fn of(offer: &Versioned<Offer>) -> Self {
        let Versioned { version, value } = offer;
        Self {
            id: value.id,
            version: *version,
            kind: value.kind,
            client: value.client,
            number: value.number().cloned(),
            title: value.terms.title.clone(),
            stage: value.stage(),
            dated: value.terms.dated,
            open_till: value.terms.open_till,
            total: value.totals.total,
            matter: value.terms.matter.clone(),
            sent_at: value.sending().map(|sending| sending.at),
            viewed_at: value.viewed_at,
            decided_at: value.decision().map(|decision| decision.at),
        }
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> OfferStatus {
        offer::status(self.stage, self.open_till, today)
    }

    /// Its place in a contact's list; none as long as it is a draft.
    #[must_use]
    pub fn place(&self, today: NaiveDate) -> Option<WaitingFirst> {
        Some(WaitingFirst {
            waits: self.status(today) == OfferStatus::Sent,
            sent_at: self.sent_at?,
        })
    }
}

/// Which of a firm's offers a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfferQuery {
    /// Only those of this kind.
    pub kind: Option<OfferKind>,
    /// Only those with this status.
    pub status: Option<OfferStatus>,
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Which page.
    pub page: PageQuery<()>,
}

/// An offer with its mailed links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferFile {
    /// The offer.
    pub offer: Versioned<Offer>,
    /// Its links in the order of ids, those that were taken back too.
    pub links: Vec<Versioned<OfferLink>>,
}

/// What is needed to print an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferCard {
    /// The firm it is from.
    pub firm: Firm,
    /// The client it is for.
    pub client: ClientFile,
    /// The offer with its links.
    pub offer: OfferFile,
}

/// A mailed link to an offer, with what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferLinkCard {
    /// The firm.
    pub firm: Firm,
    /// The client that the offer is for.
    pub client: Client,
    /// The link.
    pub link: Versioned<OfferLink>,
    /// The offer.
    pub offer: Versioned<Offer>,
}

/// A contract as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    /// Its id.
    pub id: ContractId,
    /// Its version as a record.
    pub version: Version,
    /// Whom it is with.
    pub client: ClientId,
    /// Its title.
    pub title: Line<200>,
    /// Its stored state.
    pub stage: ContractStage,
    /// The last day on which it can be signed.
    pub sign_by: Option<NaiveDate>,
    /// Its matter's label.
    pub matter: Option<Line<120>>,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// When somebody of the client first looked at it.
    pub viewed_at: Option<Timestamp>,
    /// When it was signed.
    pub signed_at: Option<Timestamp>,
}

impl ContractRow {
    /// The row of this contract.
    #[must_use]
    pub fn of(contract: &Versioned<Contract>) -> Self {
        let Versioned { version, value } = contract;
        Self {
            id: value.id,
            version: *version,
            client: value.client,
            title: value.terms.title.clone(),
            stage: value.stage(),
            sign_by: value.terms.sign_by,
            matter: value.terms.matter.clone(),
            sent_at: value.version().map(|version| version.sent_at),
            viewed_at: value.viewed_at,
            signed_at: value.signed_at(),
        }
    }

    /// What people see on `today`, a day in the firm's zone.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> ContractStatus {
        contract::status(self.stage, self.sign_by, today)
    }

    /// Its place in a contact's list; none as long as it is a draft.
    #[must_use]
    pub fn place(&self, today: NaiveDate) -> Option<WaitingFirst> {
        Some(WaitingFirst {
            waits: self.status(today) == ContractStatus::Sent,
            sent_at: self.sent_at?,
        })
    }
}

/// Which of a firm's contracts a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContractQuery {
    /// Only those with this status.
    pub status: Option<ContractStatus>,
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Which page.
    pub page: PageQuery<()>,
}

/// A contract with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFile {
    /// The contract.
    pub contract: Versioned<Contract>,
    /// What was recorded of its signature, once it is signed.
    pub signature: Option<Signature>,
}

/// What is needed to print a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractCard {
    /// The firm it is from.
    pub firm: Firm,
    /// The client it is with.
    pub client: ClientFile,
    /// The contract with its signature.
    pub contract: ContractFile,
}
