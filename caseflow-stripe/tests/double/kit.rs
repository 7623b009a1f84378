//! The adapter against the double, by the core's kit: what each knows of Stripe the other confirms.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::gateway::{AccountTag, GatewayRef};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::PaymentGateway;
use caseflow_core::testing::payments::{Moment, NoticeStyle, Posted, Sandbox};
use caseflow_core::testing::{SeededEntropy, TestClock};
use caseflow_stripe::double::{
    self, Complaint, Double, Endpoint, Failing, Fault, Pace, Settings, Settlement, Verdict, serve,
};
use caseflow_stripe::{ApiBase, EVENTS, Methods, SecretKey, Stripe, StripeSettings, WebhookSecret};
use tokio::net::TcpListener;

use crate::desk::{HOOK, KEY, SECRET};

/// The adapter sends a request three times.
const TRIES: u32 = 3;
const CARD: &str = "4242 4242 4242 4242";

struct DoubleSandbox {
    double: Arc<Double>,
    clock: Arc<TestClock>,
    gateway: Arc<Stripe>,
}

impl DoubleSandbox {
    async fn new() -> Self {
        let clock = Arc::new(TestClock::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let double = Arc::new(Double::new(Settings {
            secret_key: KEY.to_owned(),
            account: "acct_desk".to_owned(),
            base: base.clone(),
            endpoints: vec![Endpoint {
                url: HOOK.to_owned(),
                secrets: vec![SECRET.to_owned()],
                events: EVENTS.iter().map(|kind| (*kind).to_owned()).collect(),
            }],
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(2)),
        }));
        tokio::spawn(serve(double.clone(), listener));
        let settings = StripeSettings {
            methods: Methods::AsSwitchedOn,
            base: ApiBase::parse(&base).unwrap(),
            ..StripeSettings::new(
                SecretKey::parse(KEY).unwrap(),
                vec![WebhookSecret::parse(SECRET).unwrap()],
                AccountTag::parse("acct_desk").unwrap(),
            )
            .unwrap()
        };
        let gateway = Arc::new(Stripe::new(settings, clock.clone()).unwrap());
        Self {
            double,
            clock,
            gateway,
        }
    }

    /// The payment intent of a checkout.
    fn intent(&self, checkout: &GatewayRef) -> String {
        let charges = self.double.ledger().charges;
        let mut its = charges
            .iter()
            .filter(|it| it.session.as_deref() == Some(checkout.as_str()));
        its.next().unwrap().intent.clone()
    }
}

#[async_trait::async_trait]
impl Sandbox for DoubleSandbox {
    fn gateway(&self) -> Arc<dyn PaymentGateway> {
        self.gateway.clone()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn pay(&self, checkout: &GatewayRef) {
        self.double.pay(checkout.as_str(), CARD).unwrap();
    }

    async fn collect(&self, checkout: &GatewayRef, amount: Money) {
        self.double
            .collect_otherwise(amount.minor(), amount.currency().code());
        self.pay(checkout).await;
    }

    async fn pay_later(&self, checkout: &GatewayRef) {
        self.double.pay_by_debit(checkout.as_str()).unwrap();
    }

    async fn arrive(&self, checkout: &GatewayRef) {
        self.double
            .settle_debit(checkout.as_str(), Settlement::Arrived)
            .unwrap();
    }

    async fn bounce(&self, checkout: &GatewayRef) {
        self.double
            .settle_debit(checkout.as_str(), Settlement::Failed)
            .unwrap();
    }

    async fn refund_there(&self, checkout: &GatewayRef, amount: Money) {
        let intent = self.intent(checkout);
        self.double
            .refund(&intent, Some(amount.minor()), Pace::AtOnce)
            .unwrap();
    }

    async fn return_refund(&self, checkout: &GatewayRef) {
        let (intent, refunds) = (self.intent(checkout), self.double.ledger().refunds);
        let latest = refunds
            .iter()
            .rfind(|refund| refund.intent == intent)
            .unwrap();
        self.double
            .settle_refund(&latest.id, Settlement::Failed)
            .unwrap();
    }

    async fn dispute(&self, checkout: &GatewayRef, amount: Money) {
        let (intent, amount) = (self.intent(checkout), Some(amount.minor()));
        self.double
            .open_dispute(&intent, amount, Complaint::Chargeback)
            .unwrap();
    }

    async fn win(&self, checkout: &GatewayRef) {
        let (intent, disputes) = (self.intent(checkout), self.double.ledger().disputes);
        let latest = disputes
            .iter()
            .rfind(|dispute| dispute.intent == intent)
            .unwrap();
        self.double.close_dispute(&latest.id, Verdict::Won).unwrap();
    }

    async fn pay_elsewhere(&self, amount: Money) -> GatewayRef {
        let code = amount.currency().code();
        GatewayRef::parse(&self.double.pay_elsewhere(amount.minor(), code)).unwrap()
    }

    fn lose_next_answer(&self, moment: Moment) {
        self.double.fail(Failing {
            matching: "POST /v1/".to_owned(),
            calls: TRIES,
            fault: Fault::BadGateway,
            moment: match moment {
                Moment::BeforeItIsDone => double::Moment::BeforeEffect,
                Moment::AfterItIsDone => double::Moment::AfterEffect,
            },
        });
    }

    fn notice_style(&self) -> NoticeStyle {
        NoticeStyle::Signed
    }

    async fn posted(&self) -> Vec<Posted> {
        let parcels = self.double.take_due();
        parcels
            .iter()
            .for_each(|parcel| self.double.arrived(parcel));
        let posted = parcels.into_iter().map(|parcel| {
            let headers = parcel.headers.into_iter();
            Posted {
                headers: headers
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect(),
                body: parcel.body.to_vec(),
            }
        });
        posted.collect()
    }
}

caseflow_core::payments_conformance! {
    #[tokio::test]
    async { DoubleSandbox::new().await }
}
