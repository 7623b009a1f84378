//! Webhooks.

use std::sync::Mutex;
use std::time::Duration;

use caseflow_stripe::double::{Deliver, Disguise, Endpoint, Parcel};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::desk::{Desk, HOOK, SECRET};

/// An endpoint that keeps what it gets, and answers as it is told.
#[derive(Debug)]
struct Host {
    status: Option<u16>,
    got: Mutex<Vec<Parcel>>,
}

impl Host {
    fn answering(status: u16) -> Self {
        Self {
            status: Some(status),
            got: Mutex::default(),
        }
    }

    fn kinds(&self) -> Vec<String> {
        self.got
            .lock()
            .unwrap()
            .iter()
            .map(|parcel| parcel.kind.clone())
            .collect()
    }
}

#[async_trait::async_trait]
impl Deliver for Host {
    async fn deliver(&self, parcel: &Parcel) -> Option<u16> {
        self.got.lock().unwrap().push(parcel.clone());
        self.status
    }
}

fn signature(parcel: &Parcel) -> &str {
    let mut headers = parcel.headers.iter();
    &headers
        .find(|(name, _)| *name == "stripe-signature")
        .unwrap()
        .1
}

/// Whether a secret signed it; worked out anew, not by the code under test.
fn is_signed(parcel: &Parcel, secret: &str) -> bool {
    let mut parts = signature(parcel).split(',');
    let at = parts.next().unwrap().strip_prefix("t=").unwrap().to_owned();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(&parcel.body);
    let wanted: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    parts.any(|part| part.strip_prefix("v1=") == Some(&wanted))
}

#[tokio::test]
async fn events_are_signed_and_delivered_in_order() {
    let (desk, host) = (Desk::new(), Host::answering(200));
    desk.paid().await;
    assert_eq!(desk.double.deliver_due(&host).await, 4);
    assert_eq!(host.kinds(), desk.kinds());
    for parcel in host.got.lock().unwrap().iter() {
        assert_eq!(parcel.url, HOOK);
        assert!(is_signed(parcel, SECRET));
        assert!(signature(parcel).starts_with("t=1795510800,v1="));
        let body: Value = serde_json::from_slice(&parcel.body).unwrap();
        assert_eq!(body["id"], parcel.event);
        assert_eq!(body["type"], parcel.kind);
        assert_eq!(body["pending_webhooks"], 1);
        assert_eq!(body["api_version"], "2026-09-30.endive");
    }
    assert_eq!(desk.double.deliver_due(&host).await, 0);
    assert_eq!(desk.double.next_due(), None);
}

#[tokio::test]
async fn an_event_names_the_request_that_caused_it() {
    let desk = Desk::new();
    let intent = desk.paid().await;
    let form = format!("payment_intent={intent}");
    let answer = desk.send("POST", "/v1/refunds", "key-7", &form).await;
    let event = desk.get("/v1/events?type=refund.created").await.json()["data"][0].clone();
    assert_eq!(event["request"]["id"], answer.header("request-id"));
    assert_eq!(event["request"]["idempotency_key"], "key-7");
    let paid = desk.get("/v1/events?type=charge.succeeded").await.json()["data"][0].clone();
    assert!(paid["request"]["id"].is_null());
}

#[tokio::test]
async fn a_refused_notice_comes_again_signed_anew_for_three_days() {
    let (desk, deaf) = (Desk::new(), Host::answering(500));
    desk.checkout("").await;
    desk.double.pay_elsewhere(500, "usd");
    assert_eq!(desk.double.deliver_due(&deaf).await, 0);
    assert_eq!(deaf.kinds().len(), 2);
    desk.clock.advance(Duration::from_secs(299));
    desk.double.deliver_due(&deaf).await;
    assert_eq!(deaf.kinds().len(), 2);
    desk.clock.advance(Duration::from_secs(1));
    desk.double.deliver_due(&deaf).await;
    assert_eq!(deaf.kinds().len(), 4);
    let (first, again) = {
        let got = deaf.got.lock().unwrap();
        (got[0].clone(), got[2].clone())
    };
    assert_eq!(first.body, again.body);
    assert_ne!(signature(&first), signature(&again));
    for _ in 0..100 {
        desk.clock.advance(Duration::from_secs(3600));
        desk.double.deliver_due(&deaf).await;
    }
    assert_eq!(desk.double.next_due(), None);
    let tries = deaf
        .kinds()
        .iter()
        .filter(|kind| *kind == "charge.succeeded")
        .count();
    assert_eq!(tries, 10);
    assert_eq!(desk.double.pending_webhooks(&first.event), 1);
}

#[tokio::test]
async fn a_rolled_secret_signs_for_a_while() {
    let desk = Desk::new();
    desk.double
        .roll_secret(HOOK, "whsec_new", Duration::from_secs(3600));
    desk.double.pay_elsewhere(500, "usd");
    let both = desk.double.take_due().remove(0);
    assert!(is_signed(&both, SECRET) && is_signed(&both, "whsec_new"));
    assert_eq!(signature(&both).matches("v1=").count(), 2);
    desk.clock.advance(Duration::from_secs(3600));
    let later = desk.double.take_due().remove(0);
    assert!(!is_signed(&later, SECRET) && is_signed(&later, "whsec_new"));
}

#[tokio::test]
async fn notices_are_lost_doubled_late_and_out_of_order() {
    let (desk, host) = (Desk::new(), Host::answering(204));
    desk.double.drop_notices(1);
    desk.double.pay_elsewhere(500, "usd");
    desk.double.deliver_due(&host).await;
    assert_eq!(host.kinds(), ["payment_intent.succeeded"]);
    assert_eq!(desk.double.pending_webhooks(&desk.double.events()[0].id), 1);

    desk.double.double_notices(1);
    desk.double.pay_elsewhere(500, "usd");
    desk.double.deliver_due(&host).await;
    assert_eq!(host.kinds()[1..3], ["charge.succeeded", "charge.succeeded"]);

    desk.double.delay_notices(Duration::from_secs(60));
    desk.double.pay_elsewhere(500, "usd");
    assert_eq!(desk.double.deliver_due(&host).await, 0);
    desk.clock.advance(Duration::from_secs(60));
    desk.double.stop_notices();
    assert_eq!(desk.double.deliver_due(&host).await, 0);
    desk.double.resume_notices();
    assert_eq!(desk.double.deliver_due(&host).await, 2);
}

#[tokio::test]
async fn an_order_is_drawn_from_a_seed() {
    let order = async |seed| {
        let (desk, host) = (Desk::new(), Host::answering(200));
        desk.double.shuffle_notices(seed);
        desk.paid().await;
        desk.double.deliver_due(&host).await;
        host.kinds()
    };
    assert_eq!(order(Some(3)).await, order(Some(3)).await);
    let mut orders = vec![order(None).await];
    for seed in 0..8 {
        orders.push(order(Some(seed)).await);
    }
    orders.sort();
    orders.dedup();
    assert!(orders.len() > 3);
}

#[tokio::test]
async fn events_come_again_and_in_disguise() {
    let desk = Desk::new();
    desk.paid().await;
    let known = desk.double.events().pop().unwrap().id;
    for parcel in desk.double.take_due() {
        desk.double.arrived(&parcel);
    }
    desk.double.resend(&known).unwrap();
    let again = desk.double.take_due().remove(0);
    assert_eq!(again.event, known);
    desk.double.arrived(&again);
    let foreign = Disguise::Account("acct_other".to_owned());
    desk.double.send_disguised(&known, foreign).unwrap();
    desk.double
        .send_disguised(&known, Disguise::OtherMode)
        .unwrap();
    let parcels = desk.double.take_due();
    let bodies: Vec<Value> = parcels
        .iter()
        .map(|parcel| serde_json::from_slice(&parcel.body).unwrap())
        .collect();
    assert_eq!(
        (&bodies[0]["account"], &bodies[0]["livemode"]),
        (&"acct_other".into(), &false.into())
    );
    assert_eq!(bodies[1]["livemode"], true);
    assert_eq!(
        desk.get(&format!("/v1/events/{}", parcels[0].event))
            .await
            .status,
        404
    );
    assert!(desk.double.resend("evt_no").is_err());
}

#[tokio::test]
async fn an_endpoint_gets_the_events_that_it_wants() {
    let desk = Desk::new();
    desk.double.add_endpoint(Endpoint {
        url: "https://other.example/hooks".to_owned(),
        secrets: vec!["whsec_other".to_owned()],
        events: vec!["charge.succeeded".to_owned()],
    });
    desk.double.pay_elsewhere(500, "usd");
    let parcels = desk.double.take_due();
    let sent: Vec<(&str, &str)> = parcels
        .iter()
        .map(|parcel| (parcel.url.as_str(), parcel.kind.as_str()))
        .collect();
    let wanted = [
        (HOOK, "charge.succeeded"),
        ("https://other.example/hooks", "charge.succeeded"),
        (HOOK, "payment_intent.succeeded"),
    ];
    assert_eq!(sent, wanted);
    assert!(is_signed(&parcels[1], "whsec_other") && !is_signed(&parcels[1], SECRET));
    assert_eq!(desk.double.pending_webhooks(&parcels[0].event), 2);
    desk.double.arrived(&parcels[0]);
    assert_eq!(desk.double.pending_webhooks(&parcels[0].event), 1);
}
