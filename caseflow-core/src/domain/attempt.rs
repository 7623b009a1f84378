//! Attempts at paying online (R-PAY-4).
//!
//! An attempt is committed before the gateway is called, and everything that the gateway is asked
//! for stands in it, so that asking again asks for the same. It moves
//! `creating → open → processing → succeeded`, or ends failed, expired or cancelled. Succeeded is
//! for ever; the other ends still turn into it when the gateway says that money came in (R-PAY-6).
//! Money of another currency than was asked for is held: it is on no invoice, and staff are told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::gateway::{GatewayRef, Merchant, TxnRef};
use super::id::{AttemptId, ClientId, ContactId, InvoiceId};
use super::money::Money;
use super::text::{Email, LanguageTag, Line};
use super::time::Timestamp;

/// One attempt of a contact at paying an invoice online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// The invoice.
    pub invoice: InvoiceId,
    /// The invoice's client.
    pub client: ClientId,
    /// The contact who pays.
    pub contact: ContactId,
    /// The account that takes the money.
    pub merchant: Merchant,
    /// How much was asked for.
    pub amount: Money,
    /// What was due on the invoice when it was asked for. Once that has changed, the attempt is to
    /// be called off (R-PAY-4).
    pub balance: Money,
    /// What else the gateway is asked for.
    pub order: Order,
    /// How far it has come.
    pub state: AttemptState,
    /// When the gateway is to be asked about it next; none when there is nothing left to ask.
    pub next_check: Option<Timestamp>,
    /// How often it has been asked without anything having changed.
    pub checks: u32,
    /// What went wrong last.
    pub trouble: Option<Trouble>,
    /// When it was started.
    pub started_at: Timestamp,
}

/// What a gateway is asked for beside the amount. Kept as it was first asked for, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What the payer sees it is for, such as `Invoice INV-00042`.
    pub description: Line<200>,
    /// The payer's address.
    pub email: Email,
    /// The payer's language.
    pub language: LanguageTag,
    /// Where the payer comes back to.
    pub return_url: Line<500>,
    /// Where the payer goes who changes their mind.
    pub cancel_url: Line<500>,
    /// When the checkout closes.
    pub expires_at: Timestamp,
}

/// How far an attempt has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptState {
    /// It is not known whether the gateway has heard of it.
    Creating,
    /// The gateway waits for the payer.
    Open(Checkout),
    /// The payer has paid; the money is on its way, for days with some methods.
    Processing(GatewayRef),
    /// Money came in.
    Succeeded {
        /// The checkout.
        reference: GatewayRef,
        /// The charge.
        txn: TxnRef,
        /// When that was found out.
        at: Timestamp,
    },
    /// Money came in that is on no invoice, for it is of another currency.
    Held {
        /// The checkout.
        reference: GatewayRef,
        /// The charge.
        txn: TxnRef,
        /// What was collected.
        collected: Money,
        /// When that was found out.
        at: Timestamp,
    },
    /// No money will come.
    Ended {
        /// Why.
        end: End,
        /// The checkout, if there ever was one.
        reference: Option<GatewayRef>,
        /// When that was found out.
        at: Timestamp,
    },
}

/// A checkout that waits for the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// What the gateway calls it.
    pub reference: GatewayRef,
    /// Where the payer goes now.
    pub next: NextStep,
}

/// Where a payer goes to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// To a page of the gateway's.
    Redirect(Line<2000>),
    /// To a page of ours, in which the gateway's script shows its form.
    Embedded {
        /// The gateway's script.
        script: Line<500>,
        /// What the script is told, by name; nothing of it is secret from the payer.
        settings: BTreeMap<String, String>,
    },
}

/// Why an attempt ended without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The gateway or the payer's bank said no.
    Failed,
    /// The payer did not pay in time.
    Expired,
    /// It was called off, for the invoice had changed.
    Cancelled,
}

/// What went wrong, in the gateway's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The gateway's code, such as `card_declined`.
    pub code: Line<80>,
    /// What it says to staff.
    pub detail: Line<300>,
}

/// The kinds of [`AttemptState`] and of [`End`], without their facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptStage {
    /// [`AttemptState::Creating`].
    Creating,
    /// [`AttemptState::Open`].
    Open,
    /// [`AttemptState::Processing`].
    Processing,
    /// [`AttemptState::Succeeded`].
    Succeeded,
    /// [`AttemptState::Held`].
    Held,
    /// [`End::Failed`].
    Failed,
    /// [`End::Expired`].
    Expired,
    /// [`End::Cancelled`].
    Cancelled,
}

impl AttemptStage {
    /// Every stage.
    pub const ALL: [Self; 8] = [
        Self::Creating,
        Self::Open,
        Self::Processing,
        Self::Succeeded,
        Self::Held,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Finds a stage by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Whether money may still come in by it in the ordinary way. At most one live attempt an
    /// invoice.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Creating | Self::Open | Self::Processing)
    }
}

impl Attempt {
    /// How long a checkout stays open.
    pub const CHECKOUT_LIFE: Duration = Duration::from_secs(60 * 60);
    /// How long an attempt may be asked for under its first key; gateways forget keys after a day.
    pub const KEY_LIFE: Duration = Duration::from_secs(23 * 60 * 60);
    /// How long money may be on its way before it counts as lost.
    pub const PROCESSING_LIFE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

    /// How far it has come.
    #[must_use]
    pub const fn stage(&self) -> AttemptStage {
        match &self.state {
            AttemptState::Creating => AttemptStage::Creating,
            AttemptState::Open(_) => AttemptStage::Open,
            AttemptState::Processing(_) => AttemptStage::Processing,
            AttemptState::Succeeded { .. } => AttemptStage::Succeeded,
            AttemptState::Held { .. } => AttemptStage::Held,
            AttemptState::Ended { end, .. } => match end {
                End::Failed => AttemptStage::Failed,
                End::Expired => AttemptStage::Expired,
                End::Cancelled => AttemptStage::Cancelled,
            },
        }
    }

    /// What the gateway calls its checkout, once that is known.
    #[must_use]
    pub const fn reference(&self) -> Option<&GatewayRef> {
        match &self.state {
            AttemptState::Creating => None,
            AttemptState::Open(checkout) => Some(&checkout.reference),
            AttemptState::Processing(reference)
            | AttemptState::Succeeded { reference, .. }
            | AttemptState::Held { reference, .. } => Some(reference),
            AttemptState::Ended { reference, .. } => reference.as_ref(),
        }
    }

    /// The charge, once there was one.
    #[must_use]
    pub const fn txn(&self) -> Option<&TxnRef> {
        match &self.state {
            AttemptState::Succeeded { txn, .. } | AttemptState::Held { txn, .. } => Some(txn),
            _ => None,
        }
    }

    /// The attempt in a new state; none when that is where it is, or a state that it cannot come to
    /// from there.
    #[must_use]
    pub fn moved(self, to: AttemptState) -> Option<Self> {
        let may = match (&self.state, &to) {
            (AttemptState::Succeeded { .. } | AttemptState::Held { .. }, _) => false,
            (_, AttemptState::Creating) => false,
            (_, AttemptState::Succeeded { .. } | AttemptState::Held { .. }) => true,
            (AttemptState::Ended { .. }, _) => false,
            (AttemptState::Processing(_), to) => matches!(to, AttemptState::Ended { .. }),
            (AttemptState::Open(_), AttemptState::Open(_)) => false,
            (AttemptState::Creating | AttemptState::Open(_), _) => true,
        };
        may.then_some(Self { state: to, ..self })
    }

    /// The attempt to be asked about again: soon after something changed, later and later as long as
    /// nothing does. What has ended is not asked about any more.
    #[must_use]
    pub fn due_again(self, checks: u32, now: Timestamp) -> Self {
        let is_live = self.stage().is_live();
        Self {
            next_check: is_live.then(|| now.plus(pause(checks))),
            checks,
            ..self
        }
    }

    /// Whether the gateway still knows its first key. Later it would open another checkout.
    #[must_use]
    pub fn key_is_good(&self, now: Timestamp) -> bool {
        now < self.started_at.plus(Self::KEY_LIFE)
    }

    /// Whether the invoice has changed since: the attempt is then to be called off.
    #[must_use]
    pub fn is_outdated(&self, due: Money) -> bool {
        self.balance != due
    }
}

/// When an attempt is asked about again that has been asked about `checks` times: after one minute,
/// five, fifteen, an hour, six hours, then every day.
#[must_use]
pub fn pause(checks: u32) -> Duration {
    let minutes = match checks {
        0 => 1,
        1 => 5,
        2 => 15,
        3 => 60,
        4 => 6 * 60,
        _ => 24 * 60,
    };
    Duration::from_secs(60 * minutes)
}
