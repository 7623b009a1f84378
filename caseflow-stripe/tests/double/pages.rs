//! The hosted form.

use crate::desk::{Answer, CHECKOUT, Desk};

const GOOD: &str = "card=4242+4242+4242+4242&expiry=12%2F34&code=123";

async fn page(desk: &Desk, id: &str) -> Answer {
    desk.get(&format!("/c/pay/{id}")).await
}

async fn pay(desk: &Desk, id: &str, form: &str) -> Answer {
    desk.post(&format!("/c/pay/{id}"), form).await
}

#[tokio::test]
async fn the_form_is_a_demonstration_without_scripts() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let page = page(&desk, &id).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for part in [
        "takes no money",
        "Invoice 7",
        "Pay 125.00 USD",
        "<label for=\"card\">",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert!(
        page.text
            .contains("href=\"https://firm.example/invoice/7\"")
    );
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(
        policy.contains("form-action 'self' https://firm.example;"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(
        desk.get("/c/demo.css").await.header("content-type"),
        "text/css; charset=utf-8"
    );
}

#[tokio::test]
async fn paying_leads_back_once() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let back = format!("https://firm.example/back?s={id}&a=1");
    for _ in 0..2 {
        let paid = pay(&desk, &id, GOOD).await;
        assert_eq!((paid.status, paid.header("location")), (303, back.as_str()));
    }
    assert_eq!(desk.double.ledger().charges.len(), 1);
    assert_eq!(page(&desk, &id).await.header("location"), back);
}

#[tokio::test]
async fn a_problem_is_told_and_can_be_mended() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    for (form, problem) in [
        (
            GOOD.replace("4242+4242+4242+4242", "4000000000000002"),
            "Your card was declined.",
        ),
        (
            GOOD.replace("4242+4242+4242+4242", "4000000000009995"),
            "insufficient funds",
        ),
        (
            GOOD.replace("4242+4242+4242+4242", "5555555555554444"),
            "Never enter a real card",
        ),
        (GOOD.replace("12%2F34", "12%2F25"), "Your card has expired."),
        (GOOD.replace("12%2F34", "13%2F34"), "such as 12/34"),
        (GOOD.replace("123", "12"), "security code"),
    ] {
        let answer = pay(&desk, &id, &form).await;
        assert_eq!(answer.status, 402);
        assert!(answer.text.contains("role=\"alert\""), "{form}");
        assert!(answer.text.contains(problem), "{form}: {}", answer.text);
    }
    assert_eq!(pay(&desk, &id, GOOD).await.status, 303);
}

#[tokio::test]
async fn the_bank_asks_on_a_page_of_its_own() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    let bank = format!("/c/pay/{id}/bank");
    let form = GOOD.replace("4242+4242+4242+4242", "4000+0025+0000+3155");
    assert_eq!(
        desk.get(&bank).await.header("location"),
        format!("https://pay.example/c/pay/{id}")
    );
    let asked = pay(&desk, &id, &form).await;
    assert_eq!(
        asked.header("location"),
        format!("https://pay.example{bank}")
    );
    assert!(desk.get(&bank).await.text.contains("value=\"complete\""));
    assert_eq!(desk.post(&bank, "answer=fail").await.status, 402);
    pay(&desk, &id, &form).await;
    let done = desk.post(&bank, "answer=complete").await;
    assert!(
        done.header("location")
            .starts_with("https://firm.example/back")
    );
    let again = desk.post(&bank, "answer=complete").await;
    assert_eq!(
        again.header("location"),
        format!("https://pay.example/c/pay/{id}")
    );
    assert_eq!(desk.double.ledger().charges.len(), 1);
}

#[tokio::test]
async fn a_debit_is_offered_where_it_can_be() {
    let desk = Desk::new();
    let card_only = desk.checkout("").await;
    assert!(
        !page(&desk, &card_only)
            .await
            .text
            .contains("value=\"debit\"")
    );
    let refused = pay(&desk, &card_only, "way=debit").await;
    assert_eq!(refused.status, 402);
    let any = CHECKOUT.replace("&allowed_payment_method_types[0]=card", "");
    let answer = desk.post("/v1/checkout/sessions", &any).await.json();
    let id = answer["id"].as_str().unwrap();
    assert!(page(&desk, id).await.text.contains("value=\"debit\""));
    assert_eq!(pay(&desk, id, "way=debit").await.status, 303);
    assert_eq!(desk.session(id).await["payment_status"], "unpaid");
    assert_eq!(desk.session(id).await["status"], "complete");
}

#[tokio::test]
async fn an_expired_checkout_says_so() {
    let desk = Desk::new();
    let id = desk.checkout("").await;
    desk.post(&format!("/v1/checkout/sessions/{id}/expire"), "")
        .await;
    for answer in [page(&desk, &id).await, pay(&desk, &id, GOOD).await] {
        assert_eq!(answer.status, 410);
        assert!(answer.text.contains("expired"));
    }
    assert_eq!(page(&desk, "cs_test_no").await.status, 404);
    assert!(desk.double.ledger().charges.is_empty());
}

#[tokio::test]
async fn whatever_is_shown_is_escaped() {
    let desk = Desk::new();
    let bad = "%3Cscript%3Ealert(1)%3C/script%3E%22%27";
    let form = CHECKOUT
        .replace("Invoice+7", bad)
        .replace("invoice/7", "i%22%3E%3Cscript%3E");
    let answer = desk.post("/v1/checkout/sessions", &form).await.json();
    let page = page(&desk, answer["id"].as_str().unwrap()).await;
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert!(page.text.contains("&lt;script&gt;"));
}

#[tokio::test]
async fn an_embedded_form_tells_the_page_around_it() {
    let desk = Desk::new();
    let (start, _) = CHECKOUT.split_once("&success_url").unwrap();
    let form = format!("{start}&ui_mode=embedded_page&return_url=https://firm.example/back");
    let answer = desk.post("/v1/checkout/sessions", &form).await.json();
    let secret = answer["client_secret"].as_str().unwrap();
    let shown = page(&desk, secret).await;
    let policy = shown.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors https://firm.example;"),
        "{policy}"
    );
    let done = pay(&desk, secret, GOOD).await;
    assert_eq!(done.status, 200);
    assert!(
        done.text.contains("href=\"https://firm.example/back\""),
        "{}",
        done.text
    );
    assert!(done.text.contains("/c/done.js"));
    assert_eq!(
        page(&desk, answer["id"].as_str().unwrap()).await.status,
        404
    );
    let script = desk.get("/embed.js").await.text;
    assert!(
        script.contains("createEmbeddedCheckoutPage") && script.contains("https://pay.example")
    );
}
