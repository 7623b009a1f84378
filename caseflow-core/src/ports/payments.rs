//! The payment gateway's port (R-PAY), and the port that says which gateways a firm has.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::attempt::{Checkout, Order, Trouble};
use crate::domain::currency::Currency;
use crate::domain::gateway::{AttemptTag, EventRef, GatewayRef, Merchant, Mode, OpKey, TxnRef};
use crate::domain::id::{FirmId, RefundId};
use crate::domain::money::Money;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// Takes money for a firm, into one account of it.
///
/// # Contract
/// * What [`fetch`](Self::fetch) answers is the truth: notices and replies of other calls are never
///   believed in its place. It may be asked at any time, as often as anybody likes.
/// * [`start`](Self::start) and [`refund`](Self::refund) asked again under the same key, with the
///   same request, do what they did the first time and nothing more; for at least 23 hours. The
///   caller makes the keys and does the repeating: an adapter may send a request again under its
///   key, never under another.
/// * [`GatewayError::Unknown`] is the answer whenever the gateway may have done what it was asked
///   without us having heard of it: no answer in time, an answer that cannot be read, an error of
///   the gateway's own. [`GatewayError::Refused`] only when it certainly was not done.
/// * Every checkout, charge and refund carries its [`AttemptTag`], and [`fetch`](Self::fetch) gives
///   it back. What carries none was not made by us.
/// * Amounts are in the core's minor units at this door; the gateway's own units are the adapter's.
///   An amount that the gateway cannot take exactly is refused by [`check`](Self::check), never
///   rounded.
/// * What [`profile`](Self::profile) and [`check`](Self::check) answer stays the same: a gateway that
///   is set up in another way is another one.
/// * [`read_webhook`](Self::read_webhook) waits for nothing and believes nothing that is not signed,
///   where the gateway signs. What is none of ours (another account's, another mode's, of a kind
///   that does not matter) is answered well and yields no notice.
/// * A notice says only what to look at. The same one may come any number of times, late, and in
///   any order.
/// * A gateway that signs nothing yields a [hint](WebhookNotice::hint) and never a notice: anybody
///   may have posted it, about anything. The core asks about each reference at most once a minute,
///   and [`fetch`](Self::fetch) tells what is ours from what is not.
///
/// `caseflow_core::payments_conformance!` (feature `testing`) proves an adapter against a sandbox of
/// its gateway.
///
/// ```
/// use std::sync::{Mutex, PoisonError};
///
/// use async_trait::async_trait;
/// use caseflow_core::domain::attempt::{Checkout, NextStep, Trouble};
/// use caseflow_core::domain::gateway::{GatewayRef, OpKey};
/// use caseflow_core::domain::money::Money;
/// use caseflow_core::domain::text::Line;
/// use caseflow_core::domain::time::Timestamp;
/// use caseflow_core::ports::payments::*;
///
/// /// A tin on the firm's counter: whoever pays puts money in, and nothing ever comes out of it.
/// #[derive(Debug)]
/// struct Tin {
///     profile: GatewayProfile,
///     /// What was asked for, and how it stands. The place in the list is the checkout's name.
///     orders: Mutex<Vec<(StartPayment, GatewayState)>>,
/// }
///
/// impl Tin {
///     fn with<T>(&self, work: impl FnOnce(&mut Vec<(StartPayment, GatewayState)>) -> T) -> T {
///         work(&mut self.orders.lock().unwrap_or_else(PoisonError::into_inner))
///     }
///
///     fn snapshot(&self, place: usize) -> Result<Snapshot, GatewayError> {
///         let found = self.with(|orders| orders.get(place).cloned());
///         let (order, state) = found.ok_or(GatewayError::NotFound)?;
///         Ok(Snapshot {
///             reference: name(place)?,
///             tag: Some(order.tag),
///             mode: self.profile.merchant.mode,
///             state,
///             refunds: Refunds::Each(vec![]),
///             disputes: vec![],
///         })
///     }
/// }
///
/// fn name(place: usize) -> Result<GatewayRef, GatewayError> {
///     GatewayRef::parse(&place.to_string()).map_err(|error| GatewayError::Unknown(error.into()))
/// }
///
/// fn place(name: &GatewayRef) -> Result<usize, GatewayError> {
///     name.as_str().parse().map_err(|_| GatewayError::NotFound)
/// }
///
/// #[async_trait]
/// impl PaymentGateway for Tin {
///     fn profile(&self) -> &GatewayProfile {
///         &self.profile
///     }
///
///     fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
///         let least = Money::from_minor(1, amount.currency());
///         match amount.is_positive() {
///             true => Ok(()),
///             false => Err(AmountRefusal::TooLittle { least }),
///         }
///     }
///
///     async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError> {
///         let place = self.with(|orders| {
///             let known = orders.iter().position(|(known, _)| known.key == order.key);
///             known.unwrap_or_else(|| {
///                 orders.push((order.clone(), GatewayState::Open));
///                 orders.len() - 1
///             })
///         });
///         let page = Line::parse(&format!("https://tin.example/{place}"));
///         Ok(Checkout {
///             reference: name(place)?,
///             next: NextStep::Redirect(page.map_err(|error| GatewayError::Unknown(error.into()))?),
///         })
///     }
///
///     async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
///         self.snapshot(place(about)?)
///     }
///
///     async fn cancel(&self, checkout: &GatewayRef, _: &OpKey) -> Result<Snapshot, GatewayError> {
///         let place = place(checkout)?;
///         self.with(|orders| match orders.get_mut(place) {
///             Some((_, state)) if *state == GatewayState::Open => *state = GatewayState::Cancelled,
///             _ => {}
///         });
///         self.snapshot(place)
///     }
///
///     async fn refund(&self, _: &RefundPayment) -> Result<(), GatewayError> {
///         let said = (Line::parse("closed"), Line::parse("Nothing comes out of a tin"));
///         Err(match said {
///             (Ok(code), Ok(detail)) => GatewayError::Refused(Trouble { code, detail }),
///             _ => GatewayError::Unknown("it said something odd".into()),
///         })
///     }
///
///     fn read_webhook(
///         &self,
///         _: &WebhookRequest<'_>,
///         _: Timestamp,
///     ) -> Result<WebhookNotice, WebhookRefusal> {
///         // A tin posts nothing.
///         Err(WebhookRefusal::Body)
///     }
///
///     async fn changes(
///         &self,
///         _: Timestamp,
///         _: Option<&PageToken>,
///     ) -> Result<ChangesPage, GatewayError> {
///         Ok(ChangesPage::default())
///     }
///
///     async fn checkouts(
///         &self,
///         _: Timestamp,
///         _: Option<&PageToken>,
///     ) -> Result<CheckoutsPage, GatewayError> {
///         let count = self.with(|orders| orders.len());
///         let checkouts = (0..count).rev().map(|place| self.snapshot(place));
///         Ok(CheckoutsPage {
///             checkouts: checkouts.collect::<Result<_, _>>()?,
///             next: None,
///         })
///     }
/// }
/// ```
#[async_trait]
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    /// What it is and what its pages need.
    fn profile(&self) -> &GatewayProfile;

    /// Whether this amount can be paid here.
    fn check(&self, amount: Money) -> Result<(), AmountRefusal>;

    /// Opens a checkout.
    async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError>;

    /// What the gateway knows now of a checkout, or of the checkout to which a charge, refund or
    /// dispute belongs. [`GatewayError::NotFound`] also when it belongs to none.
    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError>;

    /// Closes a checkout that waits for its payer, and says how it stands after that: it may have
    /// been paid meanwhile. One that is closed or paid already is no error.
    async fn cancel(&self, checkout: &GatewayRef, key: &OpKey) -> Result<Snapshot, GatewayError>;

    /// Asks for money to go back. Whether and when it did, [`fetch`](Self::fetch) of the checkout
    /// says.
    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError>;

    /// Reads a notice that was posted to us at `now`.
    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal>;

    /// What has happened since `since`, a page at a time in no particular order; the first page
    /// when `after` is none. A gateway that keeps no record answers an empty page. One whose record
    /// does not reach back so far names every checkout, refund and dispute made since instead.
    async fn changes(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError>;

    /// How every checkout made since `since` stands now, as [`fetch`](Self::fetch) would say it; a
    /// page at a time, newest first.
    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError>;
}

/// The gateways of each firm.
///
/// # Contract
/// * Answers come from memory: nothing is waited for.
/// * The first gateway of a firm is the one through which new payments go; the others are asked
///   about what went through them earlier.
/// * No two gateways of a firm have the same merchant.
/// * A gateway is handed out as the same `Arc` for as long as it is set up in the same way. Pages that
///   offer it are kept under that; of one that is new at every call none are.
///
/// ```
/// use std::sync::Arc;
///
/// use caseflow_core::domain::id::FirmId;
/// use caseflow_core::ports::payments::{Gateways, PaymentGateway};
///
/// /// An installation for one firm.
/// #[derive(Debug)]
/// struct OnlyFirm(FirmId, Arc<dyn PaymentGateway>);
///
/// impl Gateways for OnlyFirm {
///     fn of(&self, firm: FirmId) -> Vec<Arc<dyn PaymentGateway>> {
///         match firm == self.0 {
///             true => vec![Arc::clone(&self.1)],
///             false => vec![],
///         }
///     }
///
///     fn firms(&self) -> Vec<FirmId> {
///         vec![self.0]
///     }
/// }
/// ```
pub trait Gateways: fmt::Debug + Send + Sync {
    /// The firm's gateways; none when it takes no money online.
    fn of(&self, firm: FirmId) -> Vec<Arc<dyn PaymentGateway>>;

    /// The firms that have gateways.
    fn firms(&self) -> Vec<FirmId>;
}

/// What a gateway is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayProfile {
    /// Its name, the firm's account and whether the money is real.
    pub merchant: Merchant,
    /// The name that payers know, such as that of the company that runs it.
    pub display_name: Line<60>,
    /// What a page needs that leads to it or embeds its form.
    pub content: ContentSources,
}

/// Origins that a page's content security policy has to admit, such as `https://pay.example`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentSources {
    /// Where its form is submitted or redirected to (`form-action`).
    pub form: Vec<Line<200>>,
    /// Whence scripts come (`script-src`).
    pub script: Vec<Line<200>>,
    /// What is framed (`frame-src`).
    pub frame: Vec<Line<200>>,
    /// What scripts talk to (`connect-src`).
    pub connect: Vec<Line<200>>,
    /// Whence pictures come (`img-src`).
    pub image: Vec<Line<200>>,
}

/// Why an amount cannot be paid through a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountRefusal {
    /// It takes no money in this currency.
    #[error("{0} cannot be paid online")]
    Currency(Currency),
    /// It is too little.
    #[error("online payments start at {least}")]
    TooLittle {
        /// The least.
        least: Money,
    },
    /// It is too much.
    #[error("online payments go up to {most}")]
    TooMuch {
        /// The most.
        most: Money,
    },
    /// It has more decimals than the gateway can take.
    #[error("online payments are in steps of {step}")]
    Step {
        /// What it has to be a multiple of.
        step: Money,
    },
}

/// A checkout that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartPayment {
    /// What it is tagged with.
    pub tag: AttemptTag,
    /// The key under which it is asked for.
    pub key: OpKey,
    /// How much is to be paid.
    pub amount: Money,
    /// What else is asked for.
    pub order: Order,
}

/// A refund that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// What it is tagged with.
    pub tag: AttemptTag,
    /// Our own id of it, which [`RefundLine::request`] gives back.
    pub refund: RefundId,
    /// The key under which it is asked for.
    pub key: OpKey,
    /// The charge.
    pub txn: TxnRef,
    /// How much of it.
    pub amount: Money,
}

/// How a checkout stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The checkout.
    pub reference: GatewayRef,
    /// Whose it is. None when it was not made by us.
    pub tag: Option<AttemptTag>,
    /// Whether its money is real.
    pub mode: Mode,
    /// How far it has come.
    pub state: GatewayState,
    /// What went back of what was paid.
    pub refunds: Refunds,
    /// What payers asked their banks to take back.
    pub disputes: Vec<DisputeLine>,
}

/// How far a checkout has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayState {
    /// It waits for the payer.
    Open,
    /// The payer has paid; the money is on its way.
    Processing,
    /// Money came in.
    Paid {
        /// The charge.
        txn: TxnRef,
        /// What was collected, whatever had been asked for (R-PAY-5).
        amount: Money,
        /// When, as far as the gateway says.
        at: Option<Timestamp>,
    },
    /// No money will come.
    Failed(Trouble),
    /// It closed before the payer paid.
    Expired,
    /// It was called off.
    Cancelled,
    /// Something newer than this adapter: nothing changes, the firm is told.
    Other(Line<80>),
}

/// What went back of a payment, as the gateway tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refunds {
    /// One by one.
    Each(Vec<RefundLine>),
    /// The sum so far alone.
    Total(Money),
}

/// One refund at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The gateway's name for it.
    pub txn: TxnRef,
    /// How much.
    pub amount: Money,
    /// How far it has come.
    pub state: RefundState,
    /// Which of our requests it answers; none when it was made at the gateway itself.
    pub request: Option<RefundId>,
}

/// How far a refund has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundState {
    /// The money has not gone yet.
    Pending,
    /// The money went back.
    Succeeded,
    /// The money did not go, or came back to the firm.
    Failed,
}

/// One dispute at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeLine {
    /// The gateway's name for it.
    pub txn: TxnRef,
    /// How much is in dispute.
    pub amount: Money,
    /// Where that money is now.
    pub funds: DisputedFunds,
}

/// Where disputed money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisputedFunds {
    /// With the firm: nothing was taken, as with a mere inquiry.
    Kept,
    /// Taken from the firm.
    Withdrawn,
    /// Taken, and given back when the firm won.
    Reinstated,
}

/// Why a gateway did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// It said no, and nothing was done.
    #[error("the gateway refused: {}", .0.code)]
    Refused(Trouble),
    /// It knows nothing of this.
    #[error("the gateway knows nothing of this")]
    NotFound,
    /// Nobody knows whether it was done. Ask again under the same key.
    #[error("it is not known whether the gateway did it")]
    Unknown(#[source] Box<dyn StdError + Send + Sync>),
    /// The firm's keys or its account are not set up for this: staff have to mend it.
    #[error("the gateway is not set up: {}", .0.code)]
    Misconfigured(Trouble),
}

/// A notice as it was posted.
#[derive(Debug, Clone, Copy)]
pub struct WebhookRequest<'a> {
    /// Its headers, names in lower case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Its body, to the byte.
    pub body: &'a [u8],
}

impl<'a> WebhookRequest<'a> {
    /// The first header of this name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a [u8]> {
        let found = self.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }
}

/// What a posted notice says, and what its sender wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookNotice {
    /// The body of the answer when the notice was kept: some gateways want a certain word.
    pub reply: &'static str,
    /// What to look at; nothing when it is none of ours.
    pub notices: Vec<Notice>,
    /// What to look at on anybody's word, where the gateway signs nothing.
    pub hint: Option<GatewayRef>,
}

/// Why a posted notice is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookRefusal {
    /// It bears no signature of ours.
    #[error("the signature is missing or wrong")]
    Signature,
    /// It was signed too long ago, or ahead of time.
    #[error("the signature is too old or from the future")]
    Time,
    /// Its body says nothing that can be looked up.
    #[error("the body cannot be read")]
    Body,
}

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// What the gateway calls the notice, or a hash of it where it has no name.
    pub event: EventRef,
    /// What kind it is, in the gateway's words.
    pub kind: Line<80>,
    /// What [`PaymentGateway::fetch`] is to be asked about.
    pub about: GatewayRef,
    /// When it happened, as far as the gateway says.
    pub at: Option<Timestamp>,
}

/// Where a list of a gateway goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToken(pub String);

/// A page of what has happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangesPage {
    /// What to look at.
    pub notices: Vec<Notice>,
    /// Where it goes on; none at the end.
    pub next: Option<PageToken>,
}

/// A page of checkouts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckoutsPage {
    /// How each stands.
    pub checkouts: Vec<Snapshot>,
    /// Where it goes on; none at the end.
    pub next: Option<PageToken>,
}

/// No firm takes money online.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGateways;

impl Gateways for NoGateways {
    fn of(&self, _: FirmId) -> Vec<Arc<dyn PaymentGateway>> {
        vec![]
    }

    fn firms(&self) -> Vec<FirmId> {
        vec![]
    }
}

/// Each firm's gateways, written down by the host at start.
#[derive(Debug, Clone, Default)]
pub struct FixedGateways(pub std::collections::BTreeMap<FirmId, Vec<Arc<dyn PaymentGateway>>>);

impl Gateways for FixedGateways {
    fn of(&self, firm: FirmId) -> Vec<Arc<dyn PaymentGateway>> {
        self.0.get(&firm).cloned().unwrap_or_default()
    }

    fn firms(&self) -> Vec<FirmId> {
        self.0.keys().copied().collect()
    }
}
