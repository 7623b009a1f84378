//! A double on a desk: a clock that is moved by hand, and short ways to ask.

use std::sync::Arc;

use bytes::Bytes;
use caseflow_core::testing::{SeededEntropy, TestClock};
use caseflow_stripe::double::{Double, Endpoint, Settings};
use http::{HeaderMap, Request};
use serde_json::Value;

pub(crate) const KEY: &str = "sk_test_desk";
pub(crate) const SECRET: &str = "whsec_desk";
pub(crate) const HOOK: &str = "https://firm.example/hooks";

/// What every checkout of these tests asks for.
pub(crate) const CHECKOUT: &str = "mode=payment\
     &line_items[0][price_data][currency]=usd\
     &line_items[0][price_data][unit_amount]=12500\
     &line_items[0][price_data][product_data][name]=Invoice+7\
     &line_items[0][quantity]=1\
     &client_reference_id=tag-1\
     &metadata[caseflow_attempt]=tag-1\
     &payment_intent_data[metadata][caseflow_attempt]=tag-1\
     &allowed_payment_method_types[0]=card\
     &success_url=https://firm.example/back?s={CHECKOUT_SESSION_ID}%26a=1\
     &cancel_url=https://firm.example/invoice/7";

#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) double: Arc<Double>,
    pub(crate) clock: Arc<TestClock>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status, code and parameter of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String, String) {
        let error = self.json()["error"].clone();
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("code"), text("param"))
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(TestClock::default());
        let double = Arc::new(Double::new(Settings {
            secret_key: KEY.to_owned(),
            account: "acct_desk".to_owned(),
            base: "https://pay.example".to_owned(),
            endpoints: vec![Endpoint {
                url: HOOK.to_owned(),
                secrets: vec![SECRET.to_owned()],
                events: vec![],
            }],
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
        }));
        Self { double, clock }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, key: &str, form: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if path.starts_with("/v1/") {
            request = request.header("authorization", format!("Bearer {KEY}"));
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.ask(request.body(Bytes::from(form.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn ask(&self, request: Request<Bytes>) -> Answer {
        let response = self.double.answer(request).await;
        let (head, body) = response.into_parts();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "").await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        self.send("POST", path, "", form).await
    }

    /// A checkout with these parameters more; gives its id.
    pub(crate) async fn checkout(&self, more: &str) -> String {
        let form = format!("{CHECKOUT}{more}");
        let answer = self.post("/v1/checkout/sessions", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn session(&self, id: &str) -> Value {
        self.get(&format!("/v1/checkout/sessions/{id}"))
            .await
            .json()
    }

    /// A checkout that is paid; gives its payment intent.
    pub(crate) async fn paid(&self) -> String {
        let id = self.checkout("").await;
        self.double.pay(&id, "4242424242424242").unwrap();
        self.session(&id).await["payment_intent"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The types of all events so far.
    pub(crate) fn kinds(&self) -> Vec<String> {
        self.double
            .events()
            .into_iter()
            .map(|event| event.kind)
            .collect()
    }
}
