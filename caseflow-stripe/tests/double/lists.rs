//! Lists and their pages.

use std::time::Duration;

use serde_json::Value;

use crate::desk::Desk;

fn ids(list: &Value) -> Vec<String> {
    let data = list["data"].as_array().unwrap().iter();
    data.map(|object| object["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A desk with five checkouts, a minute apart, and their ids, newest first.
async fn five() -> (Desk, Vec<String>) {
    let (desk, mut made) = (Desk::new(), vec![]);
    for _ in 0..5 {
        made.insert(0, desk.checkout("").await);
        desk.clock.advance(Duration::from_secs(60));
    }
    (desk, made)
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let (desk, made) = five().await;
    let path = "/v1/checkout/sessions?limit=2";
    let first = desk.get(path).await.json();
    assert_eq!(first["object"], "list");
    assert_eq!(first["url"], "/v1/checkout/sessions");
    assert_eq!(
        (ids(&first).as_slice(), &first["has_more"]),
        (&made[..2], &true.into())
    );
    let next = desk
        .get(&format!("{path}&starting_after={}", made[1]))
        .await
        .json();
    assert_eq!(
        (ids(&next).as_slice(), &next["has_more"]),
        (&made[2..4], &true.into())
    );
    let last = desk
        .get(&format!("{path}&starting_after={}", made[3]))
        .await
        .json();
    assert_eq!(
        (ids(&last).as_slice(), &last["has_more"]),
        (&made[4..], &false.into())
    );
    let back = desk
        .get(&format!("{path}&ending_before={}", made[3]))
        .await
        .json();
    assert_eq!(
        (ids(&back).as_slice(), &back["has_more"]),
        (&made[1..3], &true.into())
    );
}

#[tokio::test]
async fn a_list_is_cut_by_time() {
    let (desk, made) = five().await;
    // 2026-11-24T09:02:00Z, when the third was made
    let third = 1_795_510_920;
    for (filter, wanted) in [
        ("created[gte]", &made[..3]),
        ("created[gt]", &made[..2]),
        ("created[lte]", &made[2..]),
        ("created[lt]", &made[3..]),
        ("created", &made[2..3]),
    ] {
        let list = desk
            .get(&format!("/v1/checkout/sessions?{filter}={third}"))
            .await
            .json();
        assert_eq!(ids(&list), wanted, "{filter}");
    }
}

#[tokio::test]
async fn a_list_refuses_what_it_does_not_take() {
    let desk = Desk::new();
    for (query, param) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("colour=red", "colour"),
        ("starting_after=cs_no", "starting_after"),
        ("starting_after=a&ending_before=b", "starting_after"),
    ] {
        let answer = desk.get(&format!("/v1/checkout/sessions?{query}")).await;
        assert_eq!(
            (answer.status, answer.refusal().2.as_str()),
            (400, param),
            "{query}"
        );
    }
}

#[tokio::test]
async fn checkouts_are_found_by_their_intent() {
    let (desk, made) = five().await;
    desk.double.pay(&made[1], "4242424242424242").unwrap();
    let intent = desk.session(&made[1]).await["payment_intent"]
        .as_str()
        .unwrap()
        .to_owned();
    let path =
        format!("/v1/checkout/sessions?payment_intent={intent}&expand[]=data.payment_intent");
    let found = desk.get(&path).await.json();
    assert_eq!(ids(&found), &made[1..2]);
    assert_eq!(found["data"][0]["payment_intent"]["id"], intent);
    let open = desk.get("/v1/checkout/sessions?status=open").await.json();
    assert_eq!(ids(&open).len(), 4);
    assert_eq!(
        ids(&desk.get("/v1/payment_intents").await.json()),
        [intent.as_str()]
    );
    let charges = desk
        .get(&format!("/v1/charges?payment_intent={intent}"))
        .await
        .json();
    assert_eq!(ids(&charges).len(), 1);
}

#[tokio::test]
async fn events_are_chosen_by_type_and_delivery() {
    let desk = Desk::new();
    desk.paid().await;
    let count =
        async |query: &str| ids(&desk.get(&format!("/v1/events?{query}")).await.json()).len();
    assert_eq!(count("").await, 4);
    assert_eq!(count("type=charge.succeeded").await, 1);
    assert_eq!(count("type=payment_intent.*").await, 2);
    assert_eq!(
        count("types[]=charge.succeeded&types[]=checkout.session.completed").await,
        2
    );
    assert_eq!(
        count("types[0]=charge.succeeded&types[1]=refund.created").await,
        1
    );
    assert_eq!(count("delivery_success=false").await, 4);
    for parcel in desk.double.take_due().iter().take(3) {
        desk.double.arrived(parcel);
    }
    assert_eq!(count("delivery_success=false").await, 1);
    assert_eq!(count("delivery_success=true").await, 3);
    let both = desk.get("/v1/events?type=a&types[]=b").await;
    assert_eq!(both.status, 400);
}

#[tokio::test]
async fn events_are_kept_for_thirty_days() {
    let desk = Desk::new();
    desk.paid().await;
    let id = desk.double.events()[0].id.clone();
    let path = format!("/v1/events/{id}");
    desk.clock.advance(Duration::from_secs(30 * 86_400));
    assert_eq!(desk.get(&path).await.json()["object"], "event");
    desk.clock.advance(Duration::from_secs(1));
    assert_eq!(desk.get(&path).await.status, 404);
    assert_eq!(ids(&desk.get("/v1/events").await.json()).len(), 0);
}
