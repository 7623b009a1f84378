//! The Firm Library, sessions and preferences in both APIs.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

fn article(slug: &str, stage: &str) -> Value {
    json!({
        "slug": slug,
        "group": "Taxes",
        "title": format!("About {slug}"),
        "summary": "In short.",
        "body": "# Rates\n\nThey *rise*.",
        "stage": stage,
    })
}

fn slugs(answer: &Value) -> Vec<&str> {
    let rows = answer["data"].as_array().unwrap().iter();
    rows.map(|row| row["slug"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn r_lib_1_staff_write_publish_change_and_take_back() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    let mut unsaid = article("vat-2026", "draft");
    unsaid.as_object_mut().unwrap().remove("stage");
    let id = staff.made("/articles", unsaid).await;
    let path = format!("/articles/{id}");
    let read = staff.get(&path).await;
    read.expect(StatusCode::OK);
    assert_eq!(read.text("/stage"), "draft");
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(read.body["published_at"], Value::Null);
    let mine = "/library/vat-2026";
    contact.get(mine).await.expect(StatusCode::NOT_FOUND);
    let stage = format!("{path}/stage");
    staff
        .post(&stage, json!({"stage": "published"}))
        .await
        .expect(StatusCode::OK);
    let shown = contact.get(mine).await;
    shown.expect(StatusCode::OK);
    assert_eq!(shown.text("/body"), "# Rates\n\nThey *rise*.");
    assert_eq!(shown.text("/published_at"), "2026-11-24T09:00:00.000Z");
    let mut patch = staff.request(Method::PATCH, &path, Some(json!({"summary": null})));
    patch
        .headers_mut()
        .insert("if-match", "\"2\"".parse().unwrap());
    staff.send(patch).await.expect(StatusCode::OK);
    assert_eq!(contact.get(mine).await.body["summary"], Value::Null);
    assert_eq!(contact.get(mine).await.text("/title"), "About vat-2026");
    staff
        .post(&stage, json!({"stage": "internal"}))
        .await
        .expect(StatusCode::OK);
    contact.get(mine).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn e13_each_side_lists_what_is_for_it() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    for stage in ["draft", "internal", "published"] {
        staff.made("/articles", article(stage, stage)).await;
        let query = format!("/articles?stage={stage}");
        assert_eq!(slugs(&staff.get(&query).await.body), [stage]);
    }
    for path in ["/library", "/library?q=rates", "/library?group=Taxes"] {
        let list = contact.get(path).await;
        list.expect(StatusCode::OK);
        assert_eq!(slugs(&list.body), ["published"], "{path}");
        assert_eq!(list.body["groups"], json!(["Taxes"]));
    }
    let all = staff.get("/articles?q=rates").await.body;
    assert_eq!(slugs(&all), ["published", "internal", "draft"]);
    let none = contact.get("/library?q=nothing").await.body;
    assert_eq!(
        (slugs(&none).len(), &none["groups"]),
        (0, &json!(["Taxes"]))
    );
}

#[tokio::test]
async fn r_lib_1_a_slug_is_one_articles_and_never_changes() {
    let world = World::new().await;
    let staff = world.staff();
    let id = staff.made("/articles", article("vat", "draft")).await;
    let rows = world.rows().await;
    let second = staff.post("/articles", article("vat", "published")).await;
    second.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(second.flaws(), ["/slug"]);
    for slug in ["", "VAT", "a b", "-a", "a--b", "é", "a/b", &"a".repeat(81)] {
        let wrong = staff.post("/articles", article(slug, "draft")).await;
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.flaws(), ["/slug"], "{slug}");
    }
    let path = format!("/articles/{id}");
    let mut patch = staff.request(Method::PATCH, &path, Some(json!({"slug": "tva"})));
    patch.headers_mut().insert("if-match", "*".parse().unwrap());
    let moved = staff.send(patch).await;
    moved.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(moved.flaws(), ["/slug"]);
    assert_eq!(world.rows().await, rows, "nothing was written");
}

#[tokio::test]
async fn the_library_is_turned_page_by_page() {
    let world = World::new().await;
    let (staff, contact) = (world.staff(), world.contact().await);
    for n in 10..15 {
        let mut one = article(&format!("note-{n}"), "published");
        one["title"] = format!("税 ~ {n}").into();
        staff.made("/articles", one).await;
    }
    let mut seen = Vec::new();
    let mut path = "/library?limit=2".to_owned();
    for rows in [2, 2, 1] {
        let page = contact.get(&path).await;
        page.expect(StatusCode::OK);
        let found = slugs(&page.body);
        assert_eq!(found.len(), rows);
        seen.extend(found.into_iter().map(str::to_owned));
        let next = page.body["next"].as_str();
        assert_eq!(next.is_some(), rows == 2);
        path = format!("/library?limit=2&after={}", next.unwrap_or_default());
    }
    assert_eq!(
        seen,
        ["note-10", "note-11", "note-12", "note-13", "note-14"]
    );
    for wrong in [
        "/library?after=!",
        "/library?q=a+b+c+d+e+f+g+h+i",
        "/library?group=",
    ] {
        contact
            .get(wrong)
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn r_self_2_a_contact_lists_and_ends_its_sessions() {
    let world = World::new().await;
    let (here, there) = (world.contact().await, world.contact().await);
    let third = world.contact().await;
    let list = here.get("/sessions").await;
    list.expect(StatusCode::OK);
    let rows = list.body["data"].as_array().unwrap();
    let current: Vec<bool> = rows
        .iter()
        .map(|it| it["current"].as_bool().unwrap())
        .collect();
    assert_eq!(current, [true, false, false]);
    let of_there = there.get("/sessions").await.text("/data/0/id").to_owned();
    let end = async |caller: &crate::world::Caller, path: &str| {
        caller
            .send(caller.request(Method::DELETE, path, None))
            .await
    };
    let path = format!("/sessions/{of_there}");
    end(&here, &path).await.expect(StatusCode::NO_CONTENT);
    there.get("/me").await.expect(StatusCode::UNAUTHORIZED);
    end(&here, &path).await.expect(StatusCode::NOT_FOUND);
    third.get("/me").await.expect(StatusCode::OK);
    end(&here, "/sessions").await.expect(StatusCode::NO_CONTENT);
    third.get("/me").await.expect(StatusCode::UNAUTHORIZED);
    here.get("/me").await.expect(StatusCode::OK);
    assert_eq!(
        here.get("/sessions").await.body["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn r_self_2_preferences_are_patched() {
    let world = World::new().await;
    let contact = world.contact().await;
    let patch = async |body: Value| {
        let request = contact.request(Method::PATCH, "/profile/preferences", Some(body));
        contact.send(request).await
    };
    let own = async || contact.get("/me").await.body["contact"].clone();
    let before = own().await;
    let all = json!(["invoices", "proposals", "contracts", "estimates"]);
    assert_eq!((&before["mail"], &before["mail_choices"]), (&all, &all));
    let some = json!({"language": "ar", "mail": ["estimates"]});
    patch(some).await.expect(StatusCode::NO_CONTENT);
    let now = own().await;
    assert_eq!(
        (&now["language"], &now["direction"]),
        (&json!("ar"), &json!("auto"))
    );
    assert_eq!(now["mail"], json!(["estimates"]));
    patch(json!({"language": null}))
        .await
        .expect(StatusCode::NO_CONTENT);
    let now = own().await;
    assert_eq!(
        (&now["language"], &now["mail"]),
        (&Value::Null, &json!(["estimates"]))
    );
    for (wrong, at) in [
        (json!({"direction": "up"}), "/direction"),
        (json!({"mail": ["none"]}), "/mail/0"),
        (json!({"title": "Director"}), "/title"),
    ] {
        let answer = patch(wrong).await;
        answer.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.flaws(), [at]);
    }
}
