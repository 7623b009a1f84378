//! Mails that have not left, in the firm's API.

use axum::http::{Method, StatusCode};
use caseflow_axum::{Settings, SignIn};
use caseflow_core::testing::MailFault;
use caseflow_core::upkeep;
use serde_json::{Value, json};

use crate::paging::all_pages;
use crate::world::World;

/// The first firm's contact is invited, and the mail tried once.
async fn invited(world: &World, fault: MailFault) -> Value {
    world.doubles.mailer.fail(Some(fault));
    let contact = &world.office.contact.id;
    let access = format!("/contacts/{contact}/access");
    let switched = world
        .staff()
        .post(&access, json!({"portal_access": "on"}))
        .await;
    switched.expect(StatusCode::OK);
    upkeep::tick(&world.ports).await.unwrap();
    let listed = world.reader().get("/mails").await;
    let listed = listed.expect(StatusCode::OK).body["data"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    listed[0].clone()
}

#[tokio::test]
async fn r_acc_3_whom_the_host_signs_in_is_mailed_no_link_to_a_password() {
    let sign_in = SignIn::Host {
        login: "/sign-in".into(),
        logout: "/sign-out".into(),
    };
    let world = World::with(Settings {
        sign_in,
        ..Settings::default()
    })
    .await;
    let access = format!("/contacts/{}/access", world.office.contact.id);
    let on = json!({"portal_access": "on"});
    let switched = world.staff().post(&access, on).await;
    switched.expect(StatusCode::OK);
    let waiting = world.reader().get("/mails").await;
    assert_eq!(waiting.expect(StatusCode::OK).body["data"], json!([]));
}

#[tokio::test]
async fn r_aud_2_a_dead_letter_is_seen_and_tried_again() {
    let world = World::new().await;
    let staff = world.staff();
    let dead = invited(&world, MailFault::Refused).await;
    let contact = &world.office.contact;
    let expected = json!({
        "id": dead["id"],
        "version": 2,
        "kind": "set_password",
        "state": "dead",
        "contact": contact.id.to_string(),
        "client": null,
        "address": contact.email.as_str(),
        "about": null,
        "tries": 1,
        "failure": "The mail server refused it: there is no such mailbox (550 5.1.1).",
        "next_try": null,
    });
    assert_eq!(dead, expected);
    let path = format!("/mails/{}", dead["id"].as_str().unwrap());
    let read = staff.get(&path).await;
    assert_eq!(read.expect(StatusCode::OK).body, dead);
    let retry = format!("{path}/retry");
    let mut stale = staff.request(Method::POST, &retry, Some(json!({})));
    stale
        .headers_mut()
        .insert("if-match", "\"9\"".parse().unwrap());
    stale
        .headers_mut()
        .insert("idempotency-key", "stale".parse().unwrap());
    staff
        .send(stale)
        .await
        .expect(StatusCode::PRECONDITION_FAILED);
    let mut fresh = staff.request(Method::POST, &retry, Some(json!({})));
    fresh
        .headers_mut()
        .insert("if-match", read.etag().parse().unwrap());
    fresh
        .headers_mut()
        .insert("idempotency-key", "fresh".parse().unwrap());
    let told = staff.send(fresh).await;
    let body = json!({"id": dead["id"], "version": 3});
    assert_eq!(told.expect(StatusCode::OK).body, body);
    let waits = staff.get("/mails?state=waiting").await;
    assert_eq!(
        waits.body["data"][0]["next_try"],
        "2026-11-24T09:00:00.000Z"
    );
    let none = staff.get("/mails?state=dead").await;
    assert_eq!(none.body, json!({"data": [], "next": null}));
    world.doubles.mailer.fail(None);
    assert_eq!(upkeep::tick(&world.ports).await.unwrap().sent, 1);
    staff.get(&path).await.expect(StatusCode::NOT_FOUND);
}

/// Of a mail that waits nothing is shown that lets somebody in.
#[tokio::test]
async fn r_aud_2_a_mail_that_waits_shows_when_it_is_tried_next_and_no_link() {
    let world = World::new().await;
    let waiting = invited(&world, MailFault::Unavailable).await;
    assert_eq!(waiting["state"], "waiting");
    assert_eq!(waiting["next_try"], "2026-11-24T09:01:00.000Z");
    assert_eq!(waiting["failure"], "The mail server could not be reached.");
    let shown = waiting.to_string();
    assert!(
        !shown.contains("http") && !shown.contains("set-password/"),
        "{shown}"
    );
}

#[tokio::test]
async fn mails_come_by_pages_and_a_wrong_query_is_refused() {
    let world = World::new().await;
    for _ in 0..3 {
        world.invoice(10_000).await;
    }
    let whole = all_pages(&world.staff(), "/mails", 100).await;
    assert!(whole.len() >= 3, "{whole:?}");
    assert!(
        whole
            .iter()
            .all(|mail| mail["about"].as_str().unwrap().starts_with("inv_"))
    );
    for limit in [1, 2] {
        let paged = all_pages(&world.staff(), "/mails?state=waiting", limit).await;
        assert_eq!(paged, whole);
    }
    for (query, flaw) in [
        ("state=sent", "/state"),
        ("kind=x", "/kind"),
        ("limit=101", "/limit"),
    ] {
        let refused = world.staff().get(&format!("/mails?{query}")).await;
        refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.flaws(), [flaw], "{query}");
    }
}

#[tokio::test]
async fn e02_another_firms_mail_is_neither_seen_nor_tried_again() {
    let world = World::new().await;
    let dead = invited(&world, MailFault::Refused).await;
    let path = format!("/mails/{}", dead["id"].as_str().unwrap());
    let (rival, retry) = (world.rival_staff(), format!("{path}/retry"));
    rival.get(&path).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(rival.get("/mails").await.body["data"], json!([]));
    rival
        .post(&retry, json!({}))
        .await
        .expect(StatusCode::NOT_FOUND);
    let refused = world.reader().post(&retry, json!({})).await;
    refused.expect(StatusCode::FORBIDDEN);
    assert_eq!(world.staff().get(&path).await.body, dead);
}
