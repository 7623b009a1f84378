//! What an answer means that is no success, and how often it is asked again.

use std::time::Duration;

use caseflow_core::ports::payments::{GatewayError, PaymentGateway};
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::support::{about, money, paid_session, refund, start, stripe_at};

fn error(kind: &str, code: &str, message: &str) -> Value {
    json!({"error": {"type": kind, "code": code, "message": message, "param": "amount", "doc_url": "https://x"}})
}

async fn start_answered(answer: Answer) -> (Result<(), GatewayError>, usize, Vec<Duration>) {
    let server = Server::start(move |_, _| answer.clone()).await;
    let (stripe, clock) = stripe_at(&server.base);
    let result = stripe.start(&start(money(10_000, "USD"))).await;
    let keys: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    let bodies: Vec<_> = server.seen().iter().map(|seen| seen.body.clone()).collect();
    assert!(
        keys.iter()
            .all(|key| key.starts_with("cf-att_") && key == &keys[0]),
        "{keys:?}"
    );
    assert!(bodies.iter().all(|body| body == &bodies[0]));
    (result.map(|_| ()), keys.len(), clock.pauses())
}

const HALF: Duration = Duration::from_millis(500);
const ONE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn what_may_have_been_done_is_asked_again_under_the_same_key_and_then_unknown() {
    let html = "<html><h1>502 Bad Gateway</h1></html>";
    for answer in [
        Answer::status(500, error("api_error", "", "An error occurred")),
        Answer::status(502, html),
        Answer::status(503, ""),
        Answer::status(504, html),
        Answer::status(
            409,
            error("idempotency_error", "idempotency_key_in_use", "in use"),
        ),
        Answer::status(
            409,
            error("invalid_request_error", "lock_timeout", "locked"),
        ),
        Answer::status(
            429,
            error("invalid_request_error", "rate_limit", "Too many requests"),
        ),
        Answer::Silence,
        Answer::HangUp,
    ] {
        let (result, sent, pauses) = start_answered(answer.clone()).await;
        assert!(
            matches!(result, Err(GatewayError::Unknown(_))),
            "{answer:?}: {result:?}"
        );
        assert_eq!((sent, pauses), (3, vec![HALF, ONE]), "{answer:?}");
    }
}

#[tokio::test]
async fn nobody_listening_is_unknown() {
    let (stripe, clock) = stripe_at("http://127.0.0.1:1");
    let result = stripe.start(&start(money(10_000, "USD"))).await;
    assert!(matches!(result, Err(GatewayError::Unknown(_))));
    assert_eq!(clock.pauses(), [HALF, ONE]);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_unknown_although_it_is_good() {
    for body in [
        "",
        "OK",
        "<html></html>",
        "{}",
        "[]",
        r#"{"id": 7}"#,
        r#"{"id": "cs_1"}"#,
        r#"{"id": "cs 1", "url": "https://x"}"#,
    ] {
        let (result, sent, _) = start_answered(Answer::ok(body)).await;
        assert!(
            matches!(result, Err(GatewayError::Unknown(_))),
            "{body}: {result:?}"
        );
        assert_eq!(sent, 1, "{body}");
    }
    let server = Server::start(|_, _| Answer::ok("thanks")).await;
    let (stripe, _) = stripe_at(&server.base);
    let result = stripe.refund(&refund(money(100, "USD"))).await;
    assert!(matches!(result, Err(GatewayError::Unknown(_))));
}

#[tokio::test]
async fn an_answer_from_something_between_is_unknown() {
    for status in [301, 302, 400, 404, 418] {
        let (result, sent, _) = start_answered(
            Answer::status(status, "<html>proxy</html>").with("location", "/elsewhere"),
        )
        .await;
        assert!(
            matches!(result, Err(GatewayError::Unknown(_))),
            "{status}: {result:?}"
        );
        assert_eq!(sent, 1, "{status}");
    }
}

#[tokio::test]
async fn another_request_under_the_same_key_is_unknown_for_the_first_may_have_been_done() {
    let (result, sent, _) = start_answered(Answer::status(
        400,
        error("idempotency_error", "", "Keys for idempotent requests"),
    ))
    .await;
    assert!(matches!(result, Err(GatewayError::Unknown(_))));
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_plain_no_is_refused_with_its_words() {
    let answer = Answer::status(
        400,
        error(
            "invalid_request_error",
            "amount_too_small",
            "Amount must be at least $0.50 usd",
        ),
    );
    let (result, sent, _) = start_answered(answer.with("request-id", "req_1")).await;
    let Err(GatewayError::Refused(trouble)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(trouble.code.as_str(), "amount_too_small");
    assert_eq!(
        trouble.detail.as_str(),
        "Amount must be at least $0.50 usd (amount) [req_1]"
    );
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_declined_card_is_refused_with_the_banks_code() {
    let body = json!({"error": {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds", "message": "No\nmoney"}});
    let (result, ..) = start_answered(Answer::status(402, body)).await;
    let Err(GatewayError::Refused(trouble)) = result else {
        panic!("{result:?}")
    };
    assert_eq!(
        (trouble.code.as_str(), trouble.detail.as_str()),
        ("insufficient_funds", "Nomoney")
    );
}

#[tokio::test]
async fn a_wrong_key_is_for_staff_to_mend_and_is_not_told() {
    for (status, body) in [
        (
            401,
            error(
                "invalid_request_error",
                "",
                "Invalid API Key provided: sk_test_****cret",
            ),
        ),
        (403, json!("no")),
    ] {
        let (result, sent, _) = start_answered(Answer::status(status, body)).await;
        assert!(
            matches!(result, Err(GatewayError::Misconfigured(_))),
            "{result:?}"
        );
        assert!(!format!("{result:?}").contains("51Secret"));
        assert_eq!(sent, 1);
    }
}

#[tokio::test]
async fn what_it_knows_nothing_of_is_not_found() {
    let missing = error("invalid_request_error", "resource_missing", "No such thing");
    for status in [400, 404] {
        let body = missing.clone();
        let server = Server::start(move |_, _| Answer::status(status, &body)).await;
        let (stripe, _) = stripe_at(&server.base);
        assert!(matches!(
            stripe.fetch(&about("cs_test_9")).await,
            Err(GatewayError::NotFound)
        ));
        assert!(matches!(
            stripe.fetch(&about("re_9")).await,
            Err(GatewayError::NotFound)
        ));
        assert!(matches!(
            stripe.refund(&refund(money(1, "USD"))).await,
            Err(GatewayError::NotFound)
        ));
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn a_second_try_that_succeeds_is_a_success() {
    let server = Server::start(|_, before| match before {
        0 => Answer::status(500, "oops"),
        1 => Answer::HangUp,
        _ => Answer::ok(
            json!({"id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1"}),
        ),
    })
    .await;
    let (stripe, _) = stripe_at(&server.base);
    let checkout = stripe.start(&start(money(10_000, "USD"))).await.unwrap();
    assert_eq!(checkout.reference.as_str(), "cs_test_1");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn asking_is_repeated_too_and_has_no_key() {
    let server = Server::start(|seen, before| match (before, seen.path.as_str()) {
        (0, _) => Answer::status(503, ""),
        (_, "/v1/checkout/sessions/cs_test_1") => Answer::ok(paid_session()),
        _ => Answer::ok(json!({"data": []})),
    })
    .await;
    let (stripe, clock) = stripe_at(&server.base);
    stripe.fetch(&about("cs_test_1")).await.unwrap();
    assert_eq!(clock.pauses(), [HALF]);
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("idempotency-key").is_none())
    );
}

#[tokio::test]
async fn the_gateways_own_wishes_about_the_next_try_are_kept() {
    let busy = Answer::status(429, error("invalid_request_error", "rate_limit", ""));
    for (answer, expected) in [
        (
            busy.clone().with("retry-after", "3"),
            vec![Duration::from_secs(3); 2],
        ),
        (busy.clone().with("retry-after", "600"), vec![]),
        (
            busy.clone()
                .with("retry-after", "Fri, 27 Nov 2026 12:00:00 GMT"),
            vec![HALF, ONE],
        ),
        (busy.clone().with("stripe-should-retry", "false"), vec![]),
        (busy.with("stripe-should-retry", "true"), vec![HALF, ONE]),
    ] {
        let (result, sent, pauses) = start_answered(answer).await;
        assert!(matches!(result, Err(GatewayError::Unknown(_))));
        assert_eq!((sent, pauses), (expected.len() + 1, expected));
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_it() {
    let long = "x".repeat(9 * 1024 * 1024);
    let server = Server::start(move |_, _| Answer::ok(&long)).await;
    let (stripe, _) = stripe_at(&server.base);
    assert!(matches!(
        stripe.fetch(&about("cs_test_1")).await,
        Err(GatewayError::Unknown(_))
    ));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn one_connection_serves_call_after_call() {
    let server = Server::start(|_, _| Answer::ok(paid_session())).await;
    let (stripe, _) = stripe_at(&server.base);
    for _ in 0..4 {
        stripe.refund(&refund(money(100, "USD"))).await.unwrap();
    }
    assert_eq!((server.seen().len(), server.connections()), (4, 1));
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_learns_no_secret() {
    let server = Server::start(|_, _| Answer::ok(paid_session())).await;
    let (stripe, _) = stripe_at(&server.base.replace("http:", "https:"));
    let result = stripe.fetch(&about("cs_test_1")).await;
    assert!(matches!(result, Err(GatewayError::Unknown(_))));
    assert!(server.connections() > 0);
    assert_eq!(server.seen().len(), 0);
}
