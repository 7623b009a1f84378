//! Which parameters a checkout takes.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::desk::{CHECKOUT, Desk, KEY};

async fn refusal(form: &str) -> (u16, String, String) {
    Desk::new()
        .post("/v1/checkout/sessions", form)
        .await
        .refusal()
}

/// The refusal when a part of a good request is another.
async fn when(part: &str, instead: &str) -> (String, String) {
    assert!(CHECKOUT.contains(part), "{part}");
    let (status, code, param) = refusal(&CHECKOUT.replace(part, instead)).await;
    assert_eq!(status, 400, "{instead}");
    (code, param)
}

fn is((code, param): (String, String), wanted: (&str, &str)) {
    assert_eq!((code.as_str(), param.as_str()), wanted);
}

const UNIT: &str = "line_items[0][price_data][unit_amount]";

#[tokio::test]
async fn what_is_unknown_or_missing_is_refused() {
    let named = "line_items[0][price_data][product_data][nom]";
    is(
        when("[product_data][name]", "[product_data][nom]").await,
        ("parameter_unknown", named),
    );
    is(
        when("mode=payment", "mood=payment").await,
        ("parameter_unknown", "mood"),
    );
    is(
        when("mode=payment&", "").await,
        ("parameter_missing", "mode"),
    );
    is(
        when("mode=payment", "mode=").await,
        ("parameter_invalid_empty", "mode"),
    );
    is(when("mode=payment", "mode=setup").await, ("", "mode"));
    is(
        when("12500", "12.5").await,
        ("parameter_invalid_integer", UNIT),
    );
    is(
        when("12500", "-1").await,
        ("parameter_invalid_integer", UNIT),
    );
    is(
        when(
            "&success_url=https://firm.example/back?s={CHECKOUT_SESSION_ID}%26a=1",
            "",
        )
        .await,
        ("parameter_missing", "success_url"),
    );
    is(
        when("https://firm.example/invoice/7", "/invoice").await,
        ("url_invalid", "cancel_url"),
    );
    is(
        when("cancel_url=", "customer_email=nobody&cancel_url=").await,
        ("email_invalid", "customer_email"),
    );
    is(
        when("mode=payment", "mode=payment&locale=xx").await,
        ("", "locale"),
    );
    assert_eq!(
        refusal("mode=payment&success_url=https://a.example")
            .await
            .2,
        "line_items"
    );
}

#[tokio::test]
async fn amounts_have_bounds_and_steps() {
    is(
        when("12500", "49").await,
        ("amount_too_small", "line_items"),
    );
    is(
        when("12500", "100000000").await,
        ("amount_too_large", "line_items"),
    );
    is(
        when("12500", "99999999999999999999").await,
        ("parameter_invalid_integer", UNIT),
    );
    let currency = "line_items[0][price_data][currency]";
    is(when("currency]=usd", "currency]=zzz").await, ("", currency));
    is(
        when("currency]=usd", "currency]=kwd&x=").await,
        ("parameter_unknown", "x"),
    );
    let three = CHECKOUT.replace("currency]=usd", "currency]=KWD");
    assert_eq!(
        refusal(&three.replace("12500", "12505")).await.2,
        "line_items"
    );
    let answer = Desk::new()
        .post("/v1/checkout/sessions", &three)
        .await
        .json();
    assert_eq!(
        (&answer["currency"], &answer["amount_total"]),
        (&"kwd".into(), &12_500.into())
    );
}

#[tokio::test]
async fn a_checkout_lasts_from_half_an_hour_to_a_day() {
    // 2026-11-24T09:00:00Z
    let now = 1_795_510_800_i64;
    for (after, fits) in [(1799, false), (1800, true), (86_400, true), (86_401, false)] {
        let form = format!("{CHECKOUT}&expires_at={}", now + after);
        let answer = Desk::new().post("/v1/checkout/sessions", &form).await;
        assert_eq!(answer.status == 200, fits, "{after}: {}", answer.text);
        if !fits {
            assert_eq!(answer.refusal().2, "expires_at");
        }
    }
}

#[tokio::test]
async fn ways_of_paying_are_narrowed() {
    let desk = Desk::new();
    let narrowed = desk.post("/v1/checkout/sessions", CHECKOUT).await.json();
    assert_eq!(narrowed["payment_method_types"], json!(["card"]));
    assert_eq!(narrowed["allowed_payment_method_types"], json!(["card"]));
    let open = CHECKOUT.replace("&allowed_payment_method_types[0]=card", "");
    let all = desk.post("/v1/checkout/sessions", &open).await.json();
    assert_eq!(
        all["payment_method_types"],
        json!(["card", "us_bank_account"])
    );
    assert!(all["allowed_payment_method_types"].is_null());
    let less = format!("{open}&excluded_payment_method_types[]=us_bank_account");
    let less = desk.post("/v1/checkout/sessions", &less).await.json();
    assert_eq!(less["payment_method_types"], json!(["card"]));
    let nothing = when("types[0]=card", "types[0]=sepa_debit").await;
    is(nothing, ("", "allowed_payment_method_types"));
    let unknown = when("types[0]=card", "types[0]=cheque").await;
    is(unknown, ("", "allowed_payment_method_types"));
}

#[tokio::test]
async fn ways_of_paying_were_named_before() {
    let desk = Desk::new();
    let old = |methods: &str| {
        let form = CHECKOUT.replace("allowed_payment_method_types[0]=card", methods);
        Request::post("/v1/checkout/sessions")
            .header("authorization", format!("Bearer {KEY}"))
            .header("stripe-version", "2026-07-29.dahlia")
            .body(Bytes::from(form))
            .unwrap()
    };
    let named = desk
        .ask(old("payment_method_types[]=us_bank_account"))
        .await
        .json();
    assert_eq!(named["payment_method_types"], json!(["us_bank_account"]));
    let refused = desk
        .ask(old("payment_method_types[]=sepa_debit"))
        .await
        .refusal();
    assert_eq!(refused.2, "payment_method_types");
    let new = when(
        "&allowed_payment_method_types[0]",
        "&payment_method_types[0]",
    )
    .await;
    is(new, ("parameter_unknown", "payment_method_types[0]"));
}

#[tokio::test]
async fn embedded_checkouts_have_a_secret_instead_of_an_address() {
    let desk = Desk::new();
    let (start, _) = CHECKOUT.split_once("&success_url").unwrap();
    let form = format!("{start}&ui_mode=embedded_page&return_url=https://firm.example/back");
    let answer = desk.post("/v1/checkout/sessions", &form).await.json();
    let id = answer["id"].as_str().unwrap();
    assert!(answer["url"].is_null());
    assert_eq!(answer["ui_mode"], "embedded_page");
    assert!(
        answer["client_secret"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{id}_secret_"))
    );
    assert_eq!(
        refusal(&format!("{form}&cancel_url=https://a.example"))
            .await
            .2,
        "cancel_url"
    );
    let missing = refusal(&form.replace("return_url=https://firm.example/back", "")).await;
    assert_eq!(missing.2, "return_url");
    assert_eq!(
        refusal(&format!("{CHECKOUT}&ui_mode=custom")).await.2,
        "ui_mode"
    );
    let hosted = desk.checkout("&ui_mode=hosted").await;
    assert_eq!(desk.session(&hosted).await["ui_mode"], "hosted_page");
}
