//! A payment gateway in memory, with a payer and a bank that a test plays.
//!
//! ```
//! use std::sync::Arc;
//! use caseflow_core::testing::{TestClock, gateway::TestGateway};
//!
//! let gateway = TestGateway::new(Arc::new(TestClock::default()));
//! assert!(gateway.checkouts().is_empty());
//! ```

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::TestClock;
use super::payments::NoticeStyle;
use crate::domain::attempt::{Checkout, NextStep, Trouble};
use crate::domain::gateway::{GatewayRef, Merchant, OpKey};
use crate::domain::money::Money;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock as _;
use crate::ports::payments::{
    AmountRefusal, ChangesPage, CheckoutsPage, ContentSources, GatewayError, GatewayProfile,
    Notice, PageToken, PaymentGateway, RefundPayment, Snapshot, StartPayment, WebhookNotice,
    WebhookRefusal, WebhookRequest,
};

mod bank;
mod sandbox;

use bank::Bank;
pub use bank::{Charge, Posted};

/// A gateway that takes every currency, from 1 minor unit to 99,999,999.
///
/// It keeps keys for a day, as gateways do, and refuses another request under a known one. What the
/// payer and the bank do, a test does by its own methods; they panic when it cannot be done.
#[derive(Debug)]
pub struct TestGateway {
    profile: GatewayProfile,
    secret: String,
    clock: Arc<TestClock>,
    bank: Mutex<Bank>,
    faults: Mutex<VecDeque<Fault>>,
    fetches: AtomicUsize,
    is_silent: AtomicBool,
    style: NoticeStyle,
    embeds: bool,
}

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and nobody answers.
    Before,
    /// It is done, and the answer is lost.
    After,
    /// The gateway says no.
    Refused(&'static str),
}

/// The least and the most that is taken.
const LIMITS: (i64, i64) = (1, 99_999_999);
/// How many rows a page of a list has.
const ROWS: usize = 7;

impl TestGateway {
    /// The gateway of the test account `example:acct_1:test`.
    #[must_use]
    pub fn new(clock: Arc<TestClock>) -> Arc<Self> {
        Self::of("example:acct_1:test", clock)
    }

    /// The gateway of this merchant.
    ///
    /// # Panics
    /// When the text is no merchant.
    #[must_use]
    pub fn of(merchant: &str, clock: Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self::build(merchant, clock, false))
    }

    /// A gateway whose form is embedded in a page of ours.
    #[must_use]
    pub fn embedded(clock: Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self::build("example:acct_1:test", clock, true))
    }

    /// A gateway that signs nothing: what it posts is `id=` and a reference.
    #[must_use]
    pub fn unsigned(clock: Arc<TestClock>) -> Arc<Self> {
        Self::unsigned_of("example:acct_1:test", clock)
    }

    /// The same of this merchant.
    ///
    /// # Panics
    /// When the text is no merchant.
    #[must_use]
    pub fn unsigned_of(merchant: &str, clock: Arc<TestClock>) -> Arc<Self> {
        Arc::new(Self {
            style: NoticeStyle::Unsigned,
            ..Self::build(merchant, clock, false)
        })
    }

    fn build(merchant: &str, clock: Arc<TestClock>, embeds: bool) -> Self {
        let merchant: Merchant = merchant.parse().unwrap();
        let origin = || vec![Line::parse("https://pay.example").unwrap()];
        let content = ContentSources {
            form: origin(),
            script: if embeds { origin() } else { vec![] },
            frame: if embeds { origin() } else { vec![] },
            ..ContentSources::default()
        };
        Self {
            secret: format!("secret of {merchant}"),
            profile: GatewayProfile {
                merchant,
                display_name: Line::parse("Example Pay").unwrap(),
                content,
            },
            clock,
            bank: Mutex::default(),
            faults: Mutex::default(),
            fetches: AtomicUsize::default(),
            is_silent: AtomicBool::default(),
            style: NoticeStyle::Signed,
            embeds,
        }
    }

    /// The next calls that ask for something to be done go wrong like this, one each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut queue = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        queue.extend(faults);
    }

    /// How every checkout stands, oldest first.
    #[must_use]
    pub fn checkouts(&self) -> Vec<Snapshot> {
        self.bank().snapshots()
    }

    /// Every charge, oldest first.
    #[must_use]
    pub fn charges(&self) -> Vec<Charge> {
        self.bank().charges()
    }

    /// The checkout that was opened last.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn latest(&self) -> GatewayRef {
        let snapshots = self.bank().snapshots();
        snapshots.last().unwrap().reference.clone()
    }

    /// What of a checkout would be charged now. Nothing when it is not open.
    #[must_use]
    pub fn asked(&self, checkout: &GatewayRef) -> Option<Money> {
        self.bank().asked(checkout)
    }

    /// The payer pays what is asked for; whether the checkout was open.
    pub fn pay(&self, checkout: &GatewayRef) -> bool {
        let now = self.clock.now();
        let mut bank = self.bank();
        match bank.asked(checkout) {
            Some(amount) => bank.collect(checkout, amount, now),
            None => false,
        }
    }

    /// The gateway collects another amount than was asked for; whether the checkout was open.
    pub fn collect(&self, checkout: &GatewayRef, amount: Money) -> bool {
        self.bank().collect(checkout, amount, self.clock.now())
    }

    /// The payer pays by a method that takes days.
    pub fn pay_later(&self, checkout: &GatewayRef) -> bool {
        self.bank().pay_later(checkout, self.clock.now())
    }

    /// The money that was on its way arrives.
    pub fn arrive(&self, checkout: &GatewayRef) -> bool {
        self.bank().arrive(checkout, self.clock.now())
    }

    /// The money that was on its way does not arrive.
    pub fn bounce(&self, checkout: &GatewayRef, code: &str) -> bool {
        let trouble = trouble(code);
        self.bank().fail(checkout, trouble, self.clock.now())
    }

    /// The firm gives money back at the gateway itself.
    pub fn refund_there(&self, checkout: &GatewayRef, amount: Money) -> bool {
        self.bank().refund_there(checkout, amount, self.clock.now())
    }

    /// The latest refund of a checkout does not arrive.
    pub fn return_refund(&self, checkout: &GatewayRef) -> bool {
        self.bank().return_refund(checkout, self.clock.now())
    }

    /// The payer has their bank take money back.
    pub fn dispute(&self, checkout: &GatewayRef, amount: Money) -> bool {
        self.bank().dispute(checkout, amount, self.clock.now())
    }

    /// The firm wins the dispute.
    pub fn win(&self, checkout: &GatewayRef) -> bool {
        self.bank().win(checkout, self.clock.now())
    }

    /// Somebody pays at the gateway without us: a checkout that carries no tag of ours.
    pub fn pay_elsewhere(&self, amount: Money) -> GatewayRef {
        self.bank().pay_elsewhere(amount, self.clock.now())
    }

    /// From now on the gateway says this of a checkout, a word that is not understood.
    pub fn say(&self, checkout: &GatewayRef, word: &str) {
        self.bank().say(checkout, word);
    }

    /// The notices that the gateway has posted since this was asked last.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        let unposted = self.bank().take_unposted().into_iter();
        let posted = unposted.map(|(at, notice)| match self.style {
            NoticeStyle::Signed => bank::posted(&self.secret, at, &notice),
            NoticeStyle::Unsigned => Posted {
                headers: vec![],
                body: format!("id={}", notice.about).into_bytes(),
            },
        });
        posted.collect()
    }

    /// How often it was asked what it knows of something.
    #[must_use]
    pub fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }

    /// From now on it does not say what it knows of anything.
    pub fn go_silent(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }

    fn bank(&self) -> MutexGuard<'_, Bank> {
        let mut bank = self.bank.lock().unwrap_or_else(PoisonError::into_inner);
        bank.close_overdue(self.clock.now());
        bank
    }

    /// Does something, unless this call goes wrong.
    fn doing<T>(
        &self,
        work: impl FnOnce(&mut Bank) -> Result<T, GatewayError>,
    ) -> Result<T, GatewayError> {
        let fault = self
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let lost = || GatewayError::Unknown("the line is dead".into());
        match fault {
            None => work(&mut self.bank()),
            Some(Fault::Before) => Err(lost()),
            Some(Fault::After) => work(&mut self.bank()).and_then(|_| Err(lost())),
            Some(Fault::Refused(code)) => Err(GatewayError::Refused(trouble(code))),
        }
    }

    fn next_step(&self, checkout: &GatewayRef) -> NextStep {
        if self.embeds {
            return NextStep::Embedded {
                script: Line::parse("https://pay.example/embed.js").unwrap(),
                settings: [("checkout".to_owned(), checkout.to_string())].into(),
            };
        }
        let address = format!("https://pay.example/checkout/{checkout}");
        NextStep::Redirect(Line::parse(&address).unwrap())
    }
}

#[async_trait]
impl PaymentGateway for TestGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
        let (least, most) = LIMITS;
        let of = |minor| Money::from_minor(minor, amount.currency());
        match amount.minor() {
            minor if minor < least => Err(AmountRefusal::TooLittle { least: of(least) }),
            minor if minor > most => Err(AmountRefusal::TooMuch { most: of(most) }),
            _ => Ok(()),
        }
    }

    async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError> {
        let now = self.clock.now();
        let reference = self.doing(|bank| bank.start(order, now))?;
        Ok(Checkout {
            next: self.next_step(&reference),
            reference,
        })
    }

    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
        self.fetches.fetch_add(1, Ordering::Relaxed);
        if self.is_silent.load(Ordering::Relaxed) {
            return Err(GatewayError::Unknown("the line is dead".into()));
        }
        let mode = self.profile.merchant.mode;
        let found = self.bank().snapshot(about);
        found
            .map(|snapshot| Snapshot { mode, ..snapshot })
            .ok_or(GatewayError::NotFound)
    }

    async fn cancel(&self, checkout: &GatewayRef, _: &OpKey) -> Result<Snapshot, GatewayError> {
        let now = self.clock.now();
        self.doing(|bank| {
            bank.cancel(checkout, now);
            Ok(())
        })?;
        self.fetch(checkout).await
    }

    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError> {
        let now = self.clock.now();
        self.doing(|bank| bank.refund(refund, now))
    }

    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        if self.style == NoticeStyle::Unsigned {
            return read_unsigned(request.body);
        }
        let wanted = bank::signature(&self.secret, request.body);
        if request.header("test-signature") != Some(wanted.as_bytes()) {
            return Err(WebhookRefusal::Signature);
        }
        let posted = bank::read(request.body).ok_or(WebhookRefusal::Body)?;
        if posted.signed_at.plus(TOLERANCE) < now || now.plus(TOLERANCE) < posted.signed_at {
            return Err(WebhookRefusal::Time);
        }
        Ok(WebhookNotice {
            reply: "[accepted]",
            notices: vec![posted.notice],
            hint: None,
        })
    }

    async fn changes(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        if self.style == NoticeStyle::Unsigned {
            return Ok(ChangesPage::default());
        }
        let (notices, next) = paged(self.bank().notices(since), after);
        Ok(ChangesPage { notices, next })
    }

    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        let mode = self.profile.merchant.mode;
        let snapshots = self.bank().opened_since(since);
        let snapshots = snapshots.into_iter().rev();
        let all = snapshots.map(|snapshot| Snapshot { mode, ..snapshot });
        let (checkouts, next) = paged(all.collect(), after);
        Ok(CheckoutsPage { checkouts, next })
    }
}

/// How old or how early a signature may be (R-PAY-8).
const TOLERANCE: Duration = Duration::from_secs(300);

fn read_unsigned(body: &[u8]) -> Result<WebhookNotice, WebhookRefusal> {
    let text = str::from_utf8(body).ok();
    let name = text.and_then(|text| text.strip_prefix("id="));
    let hint = name.and_then(|name| GatewayRef::parse(name).ok());
    Ok(WebhookNotice {
        reply: "",
        notices: vec![],
        hint: Some(hint.ok_or(WebhookRefusal::Body)?),
    })
}

fn trouble(code: &str) -> Trouble {
    Trouble {
        code: Line::parse(code).unwrap(),
        detail: Line::parse(&format!("the bank says {code}")).unwrap(),
    }
}

/// A page of rows; the token is how many came before.
fn paged<T>(rows: Vec<T>, after: Option<&PageToken>) -> (Vec<T>, Option<PageToken>) {
    let before: usize = after.map_or(0, |token| token.0.parse().unwrap());
    let rest = rows.len().saturating_sub(before + ROWS);
    let page = rows.into_iter().skip(before).take(ROWS).collect();
    let next = (rest > 0).then(|| PageToken((before + ROWS).to_string()));
    (page, next)
}

/// What a notice of this gateway says.
struct Read {
    signed_at: Timestamp,
    notice: Notice,
}
