//! The provider's pages, at which the payer decides what becomes of a link, and its postman.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header::CONTENT_TYPE};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use custom_payments::Girolink;
use custom_payments::provider::Link;
use tower::ServiceExt as _;

#[derive(Clone)]
struct Desk {
    provider: Arc<Girolink>,
    /// Where notices are posted to.
    portal: Router,
}

pub(crate) fn routes(provider: Arc<Girolink>, portal: Router) -> Router {
    Router::new()
        .route("/girolink/{link}", get(page))
        .route("/girolink/{link}/{deed}", post(act))
        .with_state(Desk { provider, portal })
}

async fn page(
    State(desk): State<Desk>,
    Path(id): Path<String>,
) -> Result<Html<String>, StatusCode> {
    let link = desk.provider.find(&id).map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(Html(shown(&link)))
}

/// Nothing that others wrote is shown, so nothing has to be escaped.
fn shown(link: &Link) -> String {
    let deeds: &[_] = match link.status.as_str() {
        "waiting" => &[("pay", "Pay now"), ("announce", "Pay by a slow bank")],
        "announced" => &[("arrive", "The money arrives"), ("bounce", "It does not")],
        "received" => &[("send-back", "Send it all back")],
        _ => &[],
    };
    let (id, status) = (&link.id, &link.status);
    let (amount, currency) = (&link.request.amount, &link.request.currency);
    let buttons = deeds.iter().map(|(deed, label)| {
        format!(
            "<form method=post action=\"/girolink/{id}/{deed}\"><button>{label}</button></form>"
        )
    });
    let buttons: String = buttons.collect();
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Girolink</title>\
         <h1>{currency} {amount}</h1><p>Link {id} is {status}.</p>{buttons}\
         <p><a href=\"/portal/invoices\">Back to the portal</a></p>"
    )
}

/// Does it, has everybody told, and sends a payer back to where they came from.
async fn act(
    State(desk): State<Desk>,
    Path((id, deed)): Path<(String, String)>,
) -> Result<Redirect, StatusCode> {
    let link = desk.provider.find(&id).map_err(|_| StatusCode::NOT_FOUND)?;
    let done = match deed.as_str() {
        "pay" => desk.provider.receive(&id, None),
        "announce" => desk.provider.announce(&id),
        "arrive" => desk.provider.arrive(&id),
        "bounce" => desk.provider.bounce(&id),
        "send-back" => send_back(&desk.provider, &link),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    desk.tell().await;
    let pays = done && ["pay", "announce"].contains(&deed.as_str());
    Ok(match pays {
        true => Redirect::to(&link.request.back),
        false => Redirect::to(&link.url),
    })
}

fn send_back(provider: &Girolink, link: &Link) -> bool {
    let amount = &link.request.amount;
    provider.send_back_here(&link.id, amount).is_ok()
}

impl Desk {
    /// Posts what is to be told. In the real world it goes over the network, and again when it was
    /// not taken.
    async fn tell(&self) {
        for body in self.provider.post() {
            let request = Request::post("/webhooks/girolink")
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body));
            let Ok(request) = request else { continue };
            let Ok(answer) = self.portal.clone().oneshot(request).await;
            println!("posted a notice: {}", answer.status());
        }
    }
}
