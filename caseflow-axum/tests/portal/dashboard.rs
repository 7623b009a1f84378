//! `/dashboard`.

use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::testing::fixtures::{terms, usd};

use crate::world::{Who, World};

#[tokio::test]
async fn r_self_1_what_is_open_is_counted_and_what_is_late_is_marked() {
    let world = World::new().await;
    world.invoice(Who::Contact).await;
    let late = terms(usd("250.50"), "2026-10-01", "2026-10-31");
    let late = world.draft_of(Who::Contact, late).await;
    world.issue(Who::Contact, late).await;
    world.draft(Who::Contact).await;
    world.invoice(Who::Stranger).await;
    world.announcement(Who::Contact).await;

    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/dashboard").await;
    assert!(page.body.contains("USD 350.50"), "what is open");
    assert!(page.body.contains("USD 250.50"), "what is overdue");
    assert!(page.body.contains("INV-0001") && page.body.contains("INV-0002"));
    assert!(!page.body.contains("INV-0003"), "the neighbour's");
    assert!(page.body.contains("31 October 2026"));
    assert!(page.body.contains("We have moved") && page.body.contains("Find us at the lake."));
    assert!(page.body.contains("was issued"));
    assert!(page.body.contains("href=\"/portal/invoices\""));
}

#[tokio::test]
async fn r_acc_4_without_the_permission_nothing_of_a_section_shows() {
    let world = World::new().await;
    world.invoice(Who::Contact).await;
    world
        .permit(Who::Contact, Sections::ALL.without(Section::Invoices))
        .await;
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get("/dashboard").await;
    for trace in ["INV-", "USD", "/invoices", "/payments", "nvoice"] {
        assert!(!page.body.contains(trace), "{trace}");
    }
}

#[tokio::test]
async fn names_are_shown_as_they_are_and_never_as_markup() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let email = world.contact(Who::Contact).email.to_string();
    let fields = [
        ("first_name", "<script>alert(1)</script>"),
        ("last_name", "\"'&"),
        ("email", &email),
    ];
    browser.post("/profile", &fields).await;
    for path in ["/dashboard", "/profile", "/profile/password", "/invoices"] {
        let page = browser.get(path).await;
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(
            page.body
                .contains("&#60;script&#62;alert(1)&#60;/script&#62; &#34;&#39;&#38;")
        );
    }
}
