//! `/announcements/{id}/dismiss`.

use axum::http::StatusCode;

use crate::world::{Who, World};

#[tokio::test]
async fn r_lib_2_a_contact_puts_an_announcement_away_for_itself_alone() {
    let world = World::new().await;
    let id = world.announcement(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut colleague = world.signed_in(Who::Colleague).await;
    let address = format!("/announcements/{id}/dismiss");
    let form = format!("action=\"/portal{address}\"");
    assert!(browser.get("/dashboard").await.body.contains(&form));
    for _ in 0..2 {
        let page = browser.post(&address, &[]).await;
        assert_eq!(page.location(), "/portal/dashboard");
    }
    assert!(
        !browser
            .get("/dashboard")
            .await
            .body
            .contains("We have moved")
    );
    assert!(
        colleague
            .get("/dashboard")
            .await
            .body
            .contains("We have moved")
    );
    let looked = browser.get(&address).await;
    assert_eq!(
        looked.status,
        StatusCode::NOT_FOUND,
        "looking puts nothing away"
    );
}
