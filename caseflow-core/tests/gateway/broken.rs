//! The kit finds a gateway that is wrong in one respect.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::attempt::Checkout;
use caseflow_core::domain::gateway::{AttemptTag, EventRef, GatewayRef, OpKey};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{
    AmountRefusal, ChangesPage, CheckoutsPage, GatewayError, GatewayProfile, GatewayState, Notice,
    PageToken, PaymentGateway, RefundPayment, Snapshot, StartPayment, WebhookNotice,
    WebhookRefusal, WebhookRequest,
};
use caseflow_core::testing::fixtures::{id, line};
use caseflow_core::testing::gateway::{Posted, TestGateway};
use caseflow_core::testing::payments::{self, Moment, NoticeStyle, Sandbox};
use caseflow_core::testing::{TestClock, block_on};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    // Of gateways that sign.
    BelievesAnybody,
    BelievesForEver,
    TakesASignatureForAHint,
    // Of gateways that do not.
    MakesANoticeOfIt,
    BelievesWhatWasPosted,
    TakesTheBodyForTheName,
    TakesGarbage,
    StumblesOverGarbage,
    ClaimsStrangers,
    IsNotSureOfStrangers,
    LooksAtTheLatest,
}

/// A gateway that is right but for one fault.
#[derive(Debug, Clone)]
struct Broken {
    fault: Fault,
    style: NoticeStyle,
    right: Arc<TestGateway>,
    posted: Arc<std::sync::Mutex<Option<GatewayRef>>>,
}

impl Broken {
    fn new(fault: Fault, style: NoticeStyle) -> Self {
        let clock = Arc::new(TestClock::default());
        let right = match style {
            NoticeStyle::Signed => TestGateway::new(clock),
            NoticeStyle::Unsigned => TestGateway::unsigned(clock),
        };
        Self {
            fault,
            style,
            right,
            posted: Arc::default(),
        }
    }

    /// What it makes of the body of a gateway that signs nothing.
    fn named(&self, body: &[u8]) -> Option<GatewayRef> {
        let text = match self.fault {
            Fault::StumblesOverGarbage => str::from_utf8(body).unwrap(),
            Fault::TakesGarbage if body.is_empty() => "id=nothing",
            _ => str::from_utf8(body).ok()?,
        };
        let name = match self.fault {
            Fault::TakesTheBodyForTheName => text,
            _ => text.strip_prefix("id=")?,
        };
        match self.fault {
            Fault::LooksAtTheLatest => Some(self.right.latest()),
            _ => name.parse().ok(),
        }
    }

    fn read_unsigned(&self, body: &[u8]) -> Option<WebhookNotice> {
        let about = self.named(body)?;
        *self.posted.lock().unwrap() = Some(about.clone());
        let (notices, hint) = match self.fault {
            Fault::MakesANoticeOfIt => (vec![notice(about)], None),
            _ => (vec![], Some(about)),
        };
        Some(WebhookNotice {
            reply: "",
            notices,
            hint,
        })
    }
}

fn notice(about: GatewayRef) -> Notice {
    Notice {
        event: EventRef::parse(about.as_str()).unwrap(),
        kind: line("unsigned"),
        about,
        at: None,
    }
}

#[async_trait]
impl PaymentGateway for Broken {
    fn profile(&self) -> &GatewayProfile {
        self.right.profile()
    }

    fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
        self.right.check(amount)
    }

    async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError> {
        self.right.start(order).await
    }

    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
        let mut found = match self.right.fetch(about).await {
            Err(GatewayError::NotFound) if self.fault == Fault::IsNotSureOfStrangers => {
                return Err(GatewayError::Unknown("404".into()));
            }
            found => found?,
        };
        if self.fault == Fault::ClaimsStrangers {
            found.tag = found.tag.or(Some(AttemptTag {
                firm: id(1),
                attempt: id(2),
            }));
        }
        let posted = self.posted.lock().unwrap().as_ref() == Some(about);
        if self.fault == Fault::BelievesWhatWasPosted && posted {
            found.state = GatewayState::Processing;
        }
        Ok(found)
    }

    async fn cancel(&self, checkout: &GatewayRef, key: &OpKey) -> Result<Snapshot, GatewayError> {
        self.right.cancel(checkout, key).await
    }

    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError> {
        self.right.refund(refund).await
    }

    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        if self.style == NoticeStyle::Unsigned {
            return self.read_unsigned(request.body).ok_or(WebhookRefusal::Body);
        }
        match (self.fault, self.right.read_webhook(request, now)) {
            (Fault::BelievesAnybody, Err(WebhookRefusal::Signature))
            | (Fault::BelievesForEver, Err(WebhookRefusal::Time)) => Ok(WebhookNotice {
                reply: "",
                notices: vec![],
                hint: None,
            }),
            (Fault::TakesASignatureForAHint, Ok(mut told)) => {
                told.hint = told.notices.pop().map(|notice| notice.about);
                Ok(told)
            }
            (_, read) => read,
        }
    }

    async fn changes(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        self.right.changes(since, after).await
    }

    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        PaymentGateway::checkouts(&*self.right, since, after).await
    }
}

#[async_trait]
impl Sandbox for Broken {
    fn gateway(&self) -> Arc<dyn PaymentGateway> {
        Arc::new(self.clone())
    }

    fn now(&self) -> Timestamp {
        self.right.now()
    }

    fn advance(&self, span: Duration) {
        self.right.advance(span);
    }

    async fn pay(&self, checkout: &GatewayRef) {
        Sandbox::pay(&self.right, checkout).await;
    }

    async fn collect(&self, checkout: &GatewayRef, amount: Money) {
        Sandbox::collect(&self.right, checkout, amount).await;
    }

    async fn pay_later(&self, checkout: &GatewayRef) {
        Sandbox::pay_later(&self.right, checkout).await;
    }

    async fn arrive(&self, checkout: &GatewayRef) {
        Sandbox::arrive(&self.right, checkout).await;
    }

    async fn bounce(&self, checkout: &GatewayRef) {
        Sandbox::bounce(&self.right, checkout).await;
    }

    async fn refund_there(&self, checkout: &GatewayRef, amount: Money) {
        Sandbox::refund_there(&self.right, checkout, amount).await;
    }

    async fn return_refund(&self, checkout: &GatewayRef) {
        Sandbox::return_refund(&self.right, checkout).await;
    }

    async fn dispute(&self, checkout: &GatewayRef, amount: Money) {
        Sandbox::dispute(&self.right, checkout, amount).await;
    }

    async fn win(&self, checkout: &GatewayRef) {
        Sandbox::win(&self.right, checkout).await;
    }

    async fn pay_elsewhere(&self, amount: Money) -> GatewayRef {
        Sandbox::pay_elsewhere(&self.right, amount).await
    }

    fn lose_next_answer(&self, moment: Moment) {
        self.right.lose_next_answer(moment);
    }

    fn notice_style(&self) -> NoticeStyle {
        self.style
    }

    async fn posted(&self) -> Vec<Posted> {
        Sandbox::posted(&self.right).await
    }
}

macro_rules! found {
    ($style:ident $fault:ident: $($case:ident)+) => {
        $(
            let passes = |fault| {
                let broken = Broken::new(fault, NoticeStyle::$style);
                catch_unwind(AssertUnwindSafe(|| block_on(payments::$case(&broken)))).is_ok()
            };
            assert!(passes(Fault::None), "{}", stringify!($case));
            assert!(!passes(Fault::$fault), "{}", stringify!($fault $case));
        )+
    };
}

#[test]
fn each_fault_is_found_by_its_case_and_by_nothing_else_than_the_fault() {
    found!(Signed BelievesAnybody: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Signed BelievesForEver: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Signed TakesASignatureForAHint: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Unsigned MakesANoticeOfIt: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Unsigned BelievesWhatWasPosted: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Unsigned TakesTheBodyForTheName: case_14_a_forged_notice_is_refused_or_says_nothing
        case_15_notices_lead_to_the_checkout);
    found!(Unsigned TakesGarbage: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Unsigned StumblesOverGarbage: case_14_a_forged_notice_is_refused_or_says_nothing);
    found!(Unsigned ClaimsStrangers: case_14_a_forged_notice_is_refused_or_says_nothing
        case_18_what_was_paid_elsewhere_is_not_ours);
    found!(Unsigned IsNotSureOfStrangers: case_14_a_forged_notice_is_refused_or_says_nothing
        case_19_nothing_is_known_of_what_never_was);
    found!(Unsigned LooksAtTheLatest: case_14_a_forged_notice_is_refused_or_says_nothing
        case_15_notices_lead_to_the_checkout);
}
