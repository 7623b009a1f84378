//! Proposals and estimates in both APIs.

use axum::http::StatusCode;
use caseflow_core::upkeep;
use serde_json::{Value, json};

use crate::world::World;

/// A decision on what this contact reads at `path`.
async fn decide(world: &World, path: &str, answer: &str) -> crate::world::Answer {
    let contact = world.contact().await;
    let shown = contact.get(path).await.text("/digest");
    let body = json!({"shown": shown, "answer": answer, "reason": "Because."});
    contact.post(&format!("{path}/decision"), body).await
}

#[tokio::test]
async fn r_dec_1_a_draft_is_sent_read_and_answered() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let mut terms = world.offered("proposal", 12_345);
    terms["body"] = "# Scope\n\nAll of it.".into();
    terms["internal_note"] = "SECRET".into();
    let id = staff.made("/offers", terms).await;
    let path = format!("/proposals/{id}");
    contact.get(&path).await.expect(StatusCode::NOT_FOUND);
    let draft = staff.get(&format!("/offers/{id}")).await;
    assert_eq!(
        (draft.text("/status"), &draft.body["number"]),
        ("draft".into(), &Value::Null)
    );
    let sent = staff.post(&format!("/offers/{id}/send"), json!({})).await;
    sent.expect(StatusCode::OK);

    let read = contact.get(&path).await;
    read.expect(StatusCode::OK);
    assert_eq!(read.cents("total"), 12_345);
    assert_eq!(read.text("/body"), "# Scope\n\nAll of it.");
    for (member, value) in [
        ("number", "P-0001"),
        ("status", "sent"),
        ("kind", "proposal"),
    ] {
        assert_eq!(read.body[member], value);
    }
    for hidden in ["internal_note", "email", "viewed_at", "decided_from"] {
        assert_eq!(read.body.get(hidden), None, "{hidden}");
    }
    let seen = staff.get(&format!("/offers/{id}")).await;
    assert!(seen.body["viewed_at"].is_string());
    assert_eq!(seen.text("/internal_note"), "SECRET");

    let done = decide(&world, &path, "declined").await;
    done.expect(StatusCode::OK);
    assert_eq!(done.text("/status"), "declined");
    let decision = staff.get(&format!("/offers/{id}")).await.body["decision"].clone();
    assert_eq!(decision["reason"], "Because.");
    assert_eq!(decision["by"], world.office.contact.full_name());
    assert_eq!(decision["road"], "portal");
}

#[tokio::test]
async fn c01_c02_accepting_twice_is_one_decision_and_no_invoice() {
    let world = World::new().await;
    let id = world.offer("estimate", 10_000).await;
    let path = format!("/estimates/{id}");
    upkeep::tick(&world.ports).await.unwrap();
    assert_eq!(world.doubles.mailer.take().len(), 2, "the two contacts");
    let first = decide(&world, &path, "accepted").await;
    let rows = world.rows().await;
    let again = decide(&world, &path, "accepted").await;
    again.expect(StatusCode::OK);
    assert_eq!(again.body, first.body);
    assert_eq!(
        first.body["decision"]["reason"],
        Value::Null,
        "a yes has none"
    );
    // Only the sign-in of the second one.
    assert_eq!(world.rows().await, rows + 1);
    upkeep::tick(&world.ports).await.unwrap();
    assert_eq!(world.doubles.mailer.take().len(), 1);
    assert_eq!(world.staff().get("/invoices").await.body["data"], json!([]));
    let other = decide(&world, &path, "declined").await;
    other.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.text("/detail"), "it was accepted already");
}

#[tokio::test]
async fn c13_a_decision_names_what_was_read() {
    let world = World::new().await;
    let id = world.offer("proposal", 10_000).await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let path = format!("/proposals/{id}");
    let shown = contact.get(&path).await.text("/digest");
    let offer = format!("/offers/{id}");
    let changed = staff
        .patch(&offer, "*", json!({"title": "Other accounts"}))
        .await;
    changed.expect(StatusCode::OK);
    let body = json!({"shown": shown, "answer": "accepted"});
    let stale = contact.post(&format!("{path}/decision"), body).await;
    stale.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(stale.flaws(), ["/shown"]);
    let now = contact.get(&path).await;
    assert_eq!(
        (now.text("/title"), &now.body["edition"]),
        ("Other accounts".into(), &json!(2))
    );
    decide(&world, &path, "accepted")
        .await
        .expect(StatusCode::OK);
    let late = staff.patch(&offer, "*", json!({"title": "Mine"})).await;
    late.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(late.text("/detail"), "it is accepted: it cannot be changed");
}

#[tokio::test]
async fn what_cannot_change_and_what_an_estimate_has_not_is_said() {
    let world = World::new().await;
    let staff = world.staff();
    let id = world.offer("estimate", 10_000).await;
    for (change, place) in [
        (json!({"kind": "proposal"}), "/kind"),
        (
            json!({"client": world.office.neighbour.id.to_string()}),
            "/client",
        ),
        (json!({"email": "board@example.com"}), "/email"),
        (json!({"open_till": "2026-11-23"}), "/open_till"),
        (json!({"lines": []}), "/lines"),
        (json!({"number": "E-0009"}), "/number"),
    ] {
        let answer = staff.patch(&format!("/offers/{id}"), "*", change).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), [place]);
    }
    let mut terms = world.offered("estimate", 100);
    terms["email"] = "board@example.com".into();
    let answer = staff.post("/offers", terms).await;
    assert_eq!(answer.flaws(), ["/email"]);
}

#[tokio::test]
async fn r_dec_5_links_are_listed_without_their_secret_and_taken_back_once() {
    let world = World::new().await;
    let staff = world.staff();
    let id = world.offer("proposal", 10_000).await;
    upkeep::tick(&world.ports).await.unwrap();
    let links = format!("/offers/{id}/links");
    let listed = staff.get(&links).await;
    let link = listed.text("/data/0/id");
    assert_eq!(listed.text("/data/0/email"), "board@example.com");
    let revoke = format!("{links}/{link}/revoke");
    let first = staff.post(&revoke, json!({})).await;
    first.expect(StatusCode::OK);
    assert_eq!(
        (first.text("/id"), &first.body["version"]),
        (link, &json!(2))
    );
    let again = staff.post(&revoke, json!({})).await;
    assert_eq!(again.body, first.body);
    assert!(staff.get(&links).await.body["data"][0]["revoked_at"].is_string());
    let other = world.offer("proposal", 100).await;
    let elsewhere = revoke.replace(&id, &other);
    staff
        .post(&elsewhere, json!({}))
        .await
        .expect(StatusCode::NOT_FOUND);
    let rival = world.rival_staff();
    rival
        .post(&revoke, json!({}))
        .await
        .expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_repeated_send_is_answered_again_and_mails_once() {
    let world = World::new().await;
    let staff = world.staff();
    let id = staff.made("/offers", world.offered("proposal", 100)).await;
    let path = format!("/offers/{id}/send");
    let first = staff.post_as("send", &path, json!({})).await;
    let again = staff.post_as("send", &path, json!({})).await;
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    upkeep::tick(&world.ports).await.unwrap();
    assert_eq!(
        world.doubles.mailer.take().len(),
        3,
        "two contacts and the board"
    );
    let withdrawn = staff
        .post(&format!("/offers/{id}/withdraw"), json!({}))
        .await;
    withdrawn.expect(StatusCode::OK);
    let refused = staff
        .post(&format!("/offers/{id}/withdraw"), json!({}))
        .await;
    assert_eq!(
        refused.text("/detail"),
        "it is withdrawn: it cannot be withdrawn"
    );
}

#[tokio::test]
async fn c05_what_expired_is_filtered_and_shown_as_that() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let id = world.offer("estimate", 100).await;
    let ids = async |status: &str| {
        let page = staff.get(&format!("/offers?status={status}")).await;
        page.body["data"].as_array().unwrap().len()
    };
    let (before, path) = (
        contact.get(&format!("/estimates/{id}")).await,
        format!("/estimates/{id}"),
    );
    let waiting = contact.get("/dashboard").await;
    assert_eq!(waiting.text("/to_decide/0/id"), id);
    assert_eq!((ids("sent").await, ids("expired").await), (1, 0));
    world.doubles.clock.set("2026-12-24T23:00:00Z");
    let contact = world.contact().await;
    assert_eq!((ids("sent").await, ids("expired").await), (0, 1));
    let after = contact.get(&path).await;
    assert_eq!(after.text("/status"), "expired");
    assert_ne!(after.etag(), before.etag());
    assert_eq!(contact.get("/dashboard").await.body["to_decide"], json!([]));
    let late = decide(&world, &path, "accepted").await;
    late.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn c07_a_draft_is_printed_for_nobody() {
    let world = World::new().await;
    let id = world
        .staff()
        .made("/offers", world.offered("proposal", 100))
        .await;
    let refused = world.staff().get(&format!("/offers/{id}/pdf")).await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.text("/detail"),
        "a draft is not printed: issue or send it first"
    );
    let contact = world.contact().await;
    let hidden = contact.get(&format!("/proposals/{id}/pdf")).await;
    hidden.expect(StatusCode::NOT_FOUND);
}
