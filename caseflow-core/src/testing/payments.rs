//! What proves a payment gateway's adapter: the cases that every
//! [`PaymentGateway`] passes, whatever is behind it.
//!
//! [`payments_conformance!`](crate::payments_conformance) makes a test of each case. The kit plays
//! the payer and the bank through a [`Sandbox`]: the gateway's own test mode, or a double of it.
//! Each case names, in its documentation, the adapter that it is there to catch.
//!
//! Gateways that sign their notices and such as do not pass the same cases; the sandbox says
//! [which kind](NoticeStyle) it is.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::fixtures::{self, id};
pub use super::gateway::Posted;
use crate::domain::attempt::{Checkout, NextStep, Order};
use crate::domain::currency::Currency;
use crate::domain::gateway::{AttemptTag, GatewayRef, OpKey, TxnRef};
use crate::domain::id::{AttemptId, FirmId, RefundId};
use crate::domain::money::Money;
use crate::domain::text::{LanguageTag, Line};
use crate::domain::time::Timestamp;
use crate::ports::payments::{
    DisputedFunds, GatewayError, GatewayState, PageToken, PaymentGateway, RefundLine,
    RefundPayment, RefundState, Refunds, Snapshot, StartPayment,
};
pub use notices::{
    case_14_a_forged_notice_is_refused_or_says_nothing, case_15_notices_lead_to_the_checkout,
    case_16_the_record_names_all_that_happened,
};

mod notices;

/// A gateway to play with: what the payer, the bank and the network do.
///
/// Everything panics when it cannot be done. Time is the sandbox's own and moves when it is told.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// The adapter on trial.
    fn gateway(&self) -> Arc<dyn PaymentGateway>;
    /// The sandbox's time.
    fn now(&self) -> Timestamp;
    /// Time passes.
    fn advance(&self, span: Duration);
    /// The payer pays what is asked for.
    async fn pay(&self, checkout: &GatewayRef);
    /// The gateway collects another amount than was asked for.
    async fn collect(&self, checkout: &GatewayRef, amount: Money);
    /// The payer pays by a method that takes days.
    async fn pay_later(&self, checkout: &GatewayRef);
    /// The money that was on its way arrives.
    async fn arrive(&self, checkout: &GatewayRef);
    /// The money that was on its way does not arrive.
    async fn bounce(&self, checkout: &GatewayRef);
    /// The firm gives money back at the gateway itself.
    async fn refund_there(&self, checkout: &GatewayRef, amount: Money);
    /// The latest refund of a checkout does not arrive.
    async fn return_refund(&self, checkout: &GatewayRef);
    /// The payer has their bank take money back.
    async fn dispute(&self, checkout: &GatewayRef, amount: Money);
    /// The firm wins the latest dispute.
    async fn win(&self, checkout: &GatewayRef);
    /// Somebody pays at the gateway without us; what a notice about it names.
    async fn pay_elsewhere(&self, amount: Money) -> GatewayRef;
    /// The next call that asks for something to be done gets no answer. An adapter that asks again
    /// by itself, under the same key, gets none for any of its tries.
    fn lose_next_answer(&self, moment: Moment);
    /// Whether the gateway signs what it posts.
    fn notice_style(&self) -> NoticeStyle;
    /// The notices that were posted since this was asked last.
    async fn posted(&self) -> Vec<Posted>;
}

/// How a gateway's notices are told from anybody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeStyle {
    /// By a signature: they yield [notices](crate::ports::payments::WebhookNotice::notices).
    Signed,
    /// Not at all. Their bodies carry a reference as it is and nothing that counts: they yield a
    /// [hint](crate::ports::payments::WebhookNotice::hint).
    Unsigned,
}

/// When an answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing was done.
    BeforeItIsDone,
    /// It was done.
    AfterItIsDone,
}

/// Makes a test of each case of the [gateway's kit](crate::testing::payments).
///
/// It is given an expression that makes a [`Sandbox`](crate::testing::payments::Sandbox). Alone, it
/// makes plain tests that need no runtime; as an `async` block after attributes, each test is an
/// `async fn` under these attributes.
///
/// ```text
/// caseflow_core::payments_conformance!(MySandbox::new());
///
/// caseflow_core::payments_conformance! {
///     #[tokio::test]
///     async { MySandbox::at("http://localhost:3000").await }
/// }
/// ```
#[macro_export]
macro_rules! payments_conformance {
    ($(#[$attribute:meta])+ async $make:block) => {
        $crate::__payments_cases! { [$(#[$attribute])+] ($make) }
    };
    ($make:expr) => {
        $crate::__payments_cases! { [] ($make) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __payments_cases {
    ($how:tt $make:tt) => {
        $crate::__payments_cases! { @each $how $make
            case_01_a_checkout_is_open_and_carries_its_tag
            case_02_one_key_opens_one_checkout
            case_03_an_answer_that_is_lost_is_unknown_and_asked_for_again
            case_04_a_payment_is_what_was_collected
            case_05_amounts_of_every_decimals_are_exact
            case_06_what_cannot_be_taken_is_refused_beforehand
            case_07_a_checkout_is_called_off_unless_it_was_paid
            case_08_a_checkout_closes_by_itself
            case_09_money_may_be_on_its_way
            case_10_refunds_are_done_once_and_say_whose_they_are
            case_11_more_than_was_paid_is_not_refunded
            case_12_a_refund_may_come_back
            case_13_disputed_money_goes_and_comes_back
            case_14_a_forged_notice_is_refused_or_says_nothing
            case_15_notices_lead_to_the_checkout
            case_16_the_record_names_all_that_happened
            case_17_checkouts_are_listed_as_they_stand
            case_18_what_was_paid_elsewhere_is_not_ours
            case_19_nothing_is_known_of_what_never_was
        }
    };
    (@each $how:tt $make:tt $($case:ident)+) => {
        $($crate::__payments_cases! { @one $how $make $case })+
    };
    (@one [] ($make:expr) $case:ident) => {
        #[test]
        fn $case() {
            $crate::testing::block_on($crate::testing::payments::$case(&$make));
        }
    };
    (@one [$(#[$attribute:meta])+] ($make:expr) $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            $crate::testing::payments::$case(&$make).await;
        }
    };
}

/// Catches an adapter that forgets to attach whose a payment is, or leads nowhere.
pub async fn case_01_a_checkout_is_open_and_carries_its_tag(sandbox: &dyn Sandbox) {
    let order = order(sandbox, 1, usd("100.00"));
    let checkout = started(sandbox, &order).await;
    match &checkout.next {
        NextStep::Redirect(address) => assert!(address.as_str().starts_with("http")),
        NextStep::Embedded { script, settings } => {
            assert!(script.as_str().starts_with("http") && !settings.is_empty());
        }
    }
    let snapshot = fetched(sandbox, &checkout.reference).await;
    assert_eq!(snapshot.reference, checkout.reference);
    assert_eq!(snapshot.tag, Some(order.tag));
    assert_eq!(snapshot.mode, sandbox.gateway().profile().merchant.mode);
    assert_eq!(snapshot.state, GatewayState::Open);
    assert_eq!(went_back(&snapshot), 0);
    assert_eq!(snapshot.disputes, []);
}

/// Catches an adapter that makes keys of its own: a double click would then charge twice.
pub async fn case_02_one_key_opens_one_checkout(sandbox: &dyn Sandbox) {
    let order_1 = order(sandbox, 1, usd("100.00"));
    let first = started(sandbox, &order_1).await;
    let again = started(sandbox, &order_1).await;
    assert_eq!(first, again);
    let other = started(sandbox, &order(sandbox, 2, usd("100.00"))).await;
    assert_ne!(first.reference, other.reference);
    assert_eq!(all_checkouts(sandbox).await.len(), 2);
}

/// Catches an adapter that calls a payment failed, or done, when it does not know; and one that
/// opens another checkout when it is asked again.
pub async fn case_03_an_answer_that_is_lost_is_unknown_and_asked_for_again(sandbox: &dyn Sandbox) {
    let moments = [Moment::BeforeItIsDone, Moment::AfterItIsDone];
    for (n, moment) in (1..).zip(moments) {
        let order = order(sandbox, n, usd("10.00"));
        sandbox.lose_next_answer(moment);
        let lost = sandbox.gateway().start(&order).await;
        assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
        let checkout = started(sandbox, &order).await;
        let mine = all_checkouts(sandbox).await.into_iter();
        let mine: Vec<Snapshot> = mine.filter(|it| it.tag == Some(order.tag)).collect();
        assert_eq!(mine.len(), 1, "{moment:?}");
        assert_eq!(mine[0].reference, checkout.reference);
    }
}

/// Catches an adapter that tells what was asked for instead of what was collected.
pub async fn case_04_a_payment_is_what_was_collected(sandbox: &dyn Sandbox) {
    let asked = usd("100.00");
    let paid = started(sandbox, &order(sandbox, 1, asked)).await.reference;
    sandbox.pay(&paid).await;
    let (txn, amount) = charge(&fetched(sandbox, &paid).await);
    assert_eq!(amount, asked);
    let by_charge = fetched(sandbox, &GatewayRef::parse(txn.as_str()).unwrap()).await;
    assert_eq!(by_charge.reference, paid);

    let other = started(sandbox, &order(sandbox, 2, asked)).await.reference;
    sandbox.collect(&other, usd("99.00")).await;
    let (other_txn, amount) = charge(&fetched(sandbox, &other).await);
    assert_eq!(amount, usd("99.00"));
    assert_ne!(txn, other_txn);
}

/// Catches ×100 and ÷100: yen have no decimals, and some currencies three.
pub async fn case_05_amounts_of_every_decimals_are_exact(sandbox: &dyn Sandbox) {
    let amounts = [
        Money::from_minor(100, Currency::JPY),
        Money::from_minor(80, Currency::JPY),
        usd("0.79"),
        usd("64.10"),
        Money::parse("12.340", "KWD".parse().unwrap()).unwrap(),
    ];
    let gateway = sandbox.gateway();
    let mut tried = 0;
    for (n, amount) in (1..).zip(amounts) {
        if gateway.check(amount).is_err() {
            continue;
        }
        tried += 1;
        let checkout = started(sandbox, &order(sandbox, n, amount)).await.reference;
        sandbox.pay(&checkout).await;
        assert_eq!(charge(&fetched(sandbox, &checkout).await).1, amount);
    }
    assert!(tried >= 2, "hardly any currency is taken");
}

/// Catches an adapter that lets a payer run into a refusal, or rounds.
pub async fn case_06_what_cannot_be_taken_is_refused_beforehand(sandbox: &dyn Sandbox) {
    let gateway = sandbox.gateway();
    assert!(gateway.check(usd("100.00")).is_ok());
    for minor in [0, -1, i64::MIN, i64::MAX] {
        let amount = Money::from_minor(minor, Currency::USD);
        assert!(gateway.check(amount).is_err(), "{minor}");
    }
}

/// Catches an adapter that reports a checkout as called off that was paid a moment before.
pub async fn case_07_a_checkout_is_called_off_unless_it_was_paid(sandbox: &dyn Sandbox) {
    let gateway = sandbox.gateway();
    let open = order(sandbox, 1, usd("20.00"));
    let checkout = started(sandbox, &open).await.reference;
    for _ in 0..2 {
        let key = OpKey::cancel(open.tag.attempt);
        let snapshot = gateway.cancel(&checkout, &key).await.unwrap();
        let closed = [GatewayState::Cancelled, GatewayState::Expired];
        assert!(closed.contains(&snapshot.state), "{:?}", snapshot.state);
    }
    let paid = order(sandbox, 2, usd("20.00"));
    let checkout = started(sandbox, &paid).await.reference;
    sandbox.pay(&checkout).await;
    let key = OpKey::cancel(paid.tag.attempt);
    let snapshot = gateway.cancel(&checkout, &key).await.unwrap();
    assert_eq!(charge(&snapshot).1, usd("20.00"));
}

/// Catches an adapter that keeps a checkout open for ever.
pub async fn case_08_a_checkout_closes_by_itself(sandbox: &dyn Sandbox) {
    let checkout = started(sandbox, &order(sandbox, 1, usd("20.00"))).await;
    sandbox.advance(Duration::from_secs(61 * 60));
    let snapshot = fetched(sandbox, &checkout.reference).await;
    assert_eq!(snapshot.state, GatewayState::Expired);
}

/// Catches an adapter that takes a bank debit for paid, or for failed, before the bank has said so.
pub async fn case_09_money_may_be_on_its_way(sandbox: &dyn Sandbox) {
    let arriving = started(sandbox, &order(sandbox, 1, usd("249.95"))).await;
    let bouncing = started(sandbox, &order(sandbox, 2, usd("249.95"))).await;
    for checkout in [&arriving.reference, &bouncing.reference] {
        sandbox.pay_later(checkout).await;
        let snapshot = fetched(sandbox, checkout).await;
        assert_eq!(snapshot.state, GatewayState::Processing);
    }
    sandbox.arrive(&arriving.reference).await;
    sandbox.bounce(&bouncing.reference).await;
    let arrived = fetched(sandbox, &arriving.reference).await;
    assert_eq!(charge(&arrived).1, usd("249.95"));
    let bounced = fetched(sandbox, &bouncing.reference).await;
    assert!(matches!(bounced.state, GatewayState::Failed(_)));
}

/// Catches an adapter that refunds twice, or does not say which of our refunds it was.
pub async fn case_10_refunds_are_done_once_and_say_whose_they_are(sandbox: &dyn Sandbox) {
    let order = order(sandbox, 1, usd("100.00"));
    let checkout = paid(sandbox, &order).await;
    let (txn, _) = charge(&fetched(sandbox, &checkout).await);
    let part = refund(&order, 1, &txn, usd("30.00"));
    let gateway = sandbox.gateway();
    sandbox.lose_next_answer(Moment::AfterItIsDone);
    let lost = gateway.refund(&part).await;
    assert!(matches!(lost, Err(GatewayError::Unknown(_))), "{lost:?}");
    gateway.refund(&part).await.unwrap();
    let lines = refunds(&fetched(sandbox, &checkout).await);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].amount, usd("30.00"));
    assert_eq!(lines[0].request, Some(part.refund));
    assert_eq!(lines[0].state, RefundState::Succeeded);

    sandbox.refund_there(&checkout, usd("20.00")).await;
    let lines = refunds(&fetched(sandbox, &checkout).await);
    let mut requests: Vec<_> = lines.iter().map(|line| line.request).collect();
    requests.sort_unstable();
    assert_eq!(requests, [None, Some(part.refund)]);
    for line in &lines {
        let about = GatewayRef::parse(line.txn.as_str()).unwrap();
        assert_eq!(fetched(sandbox, &about).await.reference, checkout);
    }
}

/// Catches an adapter that hides a refusal.
pub async fn case_11_more_than_was_paid_is_not_refunded(sandbox: &dyn Sandbox) {
    let order = order(sandbox, 1, usd("100.00"));
    let checkout = paid(sandbox, &order).await;
    let (txn, _) = charge(&fetched(sandbox, &checkout).await);
    let gateway = sandbox.gateway();
    let too_much = gateway
        .refund(&refund(&order, 1, &txn, usd("100.01")))
        .await;
    assert!(
        matches!(too_much, Err(GatewayError::Refused(_))),
        "{too_much:?}"
    );
    let all = refund(&order, 2, &txn, usd("100.00"));
    gateway.refund(&all).await.unwrap();
    let more = gateway.refund(&refund(&order, 3, &txn, usd("0.50"))).await;
    assert!(matches!(more, Err(GatewayError::Refused(_))), "{more:?}");
    assert_eq!(went_back(&fetched(sandbox, &checkout).await), 10_000);
}

/// Catches an adapter that tells of a refund only once.
pub async fn case_12_a_refund_may_come_back(sandbox: &dyn Sandbox) {
    let order = order(sandbox, 1, usd("100.00"));
    let checkout = paid(sandbox, &order).await;
    sandbox.refund_there(&checkout, usd("40.00")).await;
    assert_eq!(went_back(&fetched(sandbox, &checkout).await), 4_000);
    sandbox.return_refund(&checkout).await;
    let lines = refunds(&fetched(sandbox, &checkout).await);
    assert_eq!(lines[0].state, RefundState::Failed);
}

/// Catches an adapter that forgets who has disputed money now.
pub async fn case_13_disputed_money_goes_and_comes_back(sandbox: &dyn Sandbox) {
    let order = order(sandbox, 1, usd("100.00"));
    let checkout = paid(sandbox, &order).await;
    sandbox.dispute(&checkout, usd("100.00")).await;
    let lines = fetched(sandbox, &checkout).await.disputes;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].amount, usd("100.00"));
    assert_eq!(lines[0].funds, DisputedFunds::Withdrawn);
    sandbox.win(&checkout).await;
    let after = fetched(sandbox, &checkout).await.disputes;
    assert_eq!(after[0].funds, DisputedFunds::Reinstated);
    assert_eq!(after[0].txn, lines[0].txn);
}

/// Catches an adapter whose list of checkouts has gaps, or tells another story than `fetch`.
pub async fn case_17_checkouts_are_listed_as_they_stand(sandbox: &dyn Sandbox) {
    let mut wanted = vec![];
    for n in 1..=9 {
        let order = order(sandbox, n, usd("5.00"));
        let reference = started(sandbox, &order).await.reference;
        if n % 2 == 0 {
            sandbox.pay(&reference).await;
        }
        wanted.push(fetched(sandbox, &reference).await);
    }
    let mut listed = all_checkouts(sandbox).await;
    let by_name = |a: &Snapshot, b: &Snapshot| a.reference.cmp(&b.reference);
    wanted.sort_by(by_name);
    listed.sort_by(by_name);
    assert_eq!(listed, wanted);
}

/// Catches an adapter that claims other people's payments.
pub async fn case_18_what_was_paid_elsewhere_is_not_ours(sandbox: &dyn Sandbox) {
    let about = sandbox.pay_elsewhere(usd("70.00")).await;
    match sandbox.gateway().fetch(&about).await {
        Err(GatewayError::NotFound) => {}
        Ok(snapshot) => assert_eq!(snapshot.tag, None),
        Err(error) => panic!("{error:?}"),
    }
}

/// Catches an adapter that is not sure whether something exists: each name that a stranger makes up
/// would be asked for again and again.
pub async fn case_19_nothing_is_known_of_what_never_was(sandbox: &dyn Sandbox) {
    let checkout = started(sandbox, &order(sandbox, 1, usd("5.00"))).await;
    let found = sandbox.gateway().fetch(&made_up(&checkout.reference)).await;
    assert!(matches!(found, Err(GatewayError::NotFound)), "{found:?}");
}

fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

/// An order under its own key, for a checkout that is open for an hour.
fn order(sandbox: &dyn Sandbox, n: u64, amount: Money) -> StartPayment {
    let attempt: AttemptId = id(n);
    let address = |text: &str| Line::parse(text).unwrap();
    StartPayment {
        tag: AttemptTag {
            firm: id::<FirmId>(1),
            attempt,
        },
        key: OpKey::start(attempt),
        amount,
        order: Order {
            description: Line::parse("Invoice INV-0001").unwrap(),
            email: fixtures::contact(1, id(1)).email,
            language: LanguageTag::parse("en").unwrap(),
            return_url: address("https://portal.example/payments/attempts/1"),
            cancel_url: address("https://portal.example/invoices/1"),
            expires_at: sandbox.now().plus(Duration::from_secs(60 * 60)),
        },
    }
}

/// A name like this one that the gateway never gave to anything.
fn made_up(like: &GatewayRef) -> GatewayRef {
    let name = like.as_str();
    let other = format!("{}{}", &name[..name.len() - 4], "zzzz");
    GatewayRef::parse(&other).unwrap()
}

fn refund(order: &StartPayment, n: u64, txn: &TxnRef, amount: Money) -> RefundPayment {
    let refund: RefundId = id(n);
    RefundPayment {
        tag: order.tag,
        refund,
        key: OpKey::refund(refund),
        txn: txn.clone(),
        amount,
    }
}

async fn started(sandbox: &dyn Sandbox, order: &StartPayment) -> Checkout {
    sandbox.gateway().start(order).await.unwrap()
}

async fn paid(sandbox: &dyn Sandbox, order: &StartPayment) -> GatewayRef {
    let reference = started(sandbox, order).await.reference;
    sandbox.pay(&reference).await;
    reference
}

async fn fetched(sandbox: &dyn Sandbox, about: &GatewayRef) -> Snapshot {
    sandbox.gateway().fetch(about).await.unwrap()
}

fn charge(snapshot: &Snapshot) -> (TxnRef, Money) {
    match &snapshot.state {
        GatewayState::Paid { txn, amount, .. } => (txn.clone(), *amount),
        other => panic!("not paid: {other:?}"),
    }
}

fn refunds(snapshot: &Snapshot) -> Vec<RefundLine> {
    match &snapshot.refunds {
        Refunds::Each(lines) => lines.clone(),
        Refunds::Total(total) => panic!("only the sum is told: {total}"),
    }
}

/// In minor units.
fn went_back(snapshot: &Snapshot) -> i64 {
    match &snapshot.refunds {
        Refunds::Each(lines) => {
            let went = lines.iter().filter(|it| it.state != RefundState::Failed);
            went.map(|line| line.amount.minor()).sum()
        }
        Refunds::Total(total) => total.minor(),
    }
}

async fn all_checkouts(sandbox: &dyn Sandbox) -> Vec<Snapshot> {
    let since = sandbox.now().minus(Duration::from_secs(3600));
    let (mut all, mut after): (Vec<Snapshot>, Option<PageToken>) = (vec![], None);
    loop {
        let gateway = sandbox.gateway();
        let page = gateway.checkouts(since, after.as_ref()).await.unwrap();
        all.extend(page.checkouts);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}
