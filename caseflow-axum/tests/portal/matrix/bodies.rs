//! What is sent with each route.

use axum::http::Method;
use caseflow_core::domain::signature::SIGNING_TERMS;
use serde_json::{Value, json};

use super::records::Records;
use super::table::Line;

impl Line {
    /// What is sent so that the route is answered well, if not nothing: a form's fields or JSON.
    pub(super) fn body(&self, own: &Records) -> Option<Value> {
        let body = match self.route.trim_start_matches(|letter| letter != '/') {
            "/portal/login" | "/portal/api/v1/session" => {
                json!({"email": own.email, "password": own.password})
            }
            "/portal/forgot-password" | "/portal/api/v1/forgot-password" => {
                json!({"email": own.email})
            }
            "/portal/set-password/{token}" => {
                json!({"password": NEW_PASSWORD, "password_again": NEW_PASSWORD})
            }
            "/portal/profile" | "/portal/api/v1/profile" => {
                json!({"first_name": "Ana", "last_name": "Keller", "email": own.email})
            }
            "/portal/profile/preferences" | "/portal/api/v1/profile/preferences" => {
                json!({"direction": "auto"})
            }
            "/portal/profile/password" => json!({
                "current_password": own.password,
                "password": NEW_PASSWORD,
                "password_again": NEW_PASSWORD,
            }),
            "/portal/profile/take-out" => json!({"current_password": own.password}),
            "/portal/api/v1/take-out" => json!({}),
            "/portal/api/v1/profile/password" => {
                json!({"current_password": own.password, "password": NEW_PASSWORD})
            }
            path if self.decides() => match path.ends_with("/decision") {
                true => json!({"answer": "accepted"}),
                false => json!({"name": "Ida Board"}),
            },
            path if self.signs() => match path.ends_with("/sign") {
                true => json!({"typed": "Ana Keller", "terms": SIGNING_TERMS}),
                false => json!({"reason": "Too dear."}),
            },
            "/portal/vault/unlock" | "/portal/api/v1/vault/unlock" => {
                json!({"current_password": own.password})
            }
            "/portal/invoices/{id}/pay" => json!({"amount": "100.00"}),
            path => return self.firm_body(path, own),
        };
        self.writes().then_some(body)
    }

    fn firm_body(&self, path: &str, own: &Records) -> Option<Value> {
        let path = path.strip_prefix("/firm/api/v1")?;
        let body = match path {
            "/firm" | "/clients" | "/clients/{id}" => json!({"name": "Acme"}),
            "/clients/{id}/contacts" => {
                json!({"first_name": "Eva", "last_name": "Ems", "email": "eva@example.com"})
            }
            "/contacts/{id}" => json!({"first_name": "Bob"}),
            "/contacts/{id}/access" => json!({"portal_access": "off"}),
            "/invoices" => own.terms.clone(),
            "/invoices/{id}" => json!({"matter": "Lease"}),
            "/invoices/{id}/issue" | "/invoices/{id}/cancel" => json!({}),
            "/invoices/{id}/credits" => json!({"amount": "balance"}),
            "/invoices/{id}/payments" => json!({"amount": "balance", "mode": "cash"}),
            "/payments/{id}/void"
            | "/alerts/{id}/settle"
            | "/mails/{id}/retry"
            | "/api-keys/{id}/revoke" => json!({}),
            "/payments/{id}/refunds" => json!({"amount": "balance"}),
            "/articles" => json!({
                "slug": "news", "group": "Taxes", "title": "Rates", "body": "They rise.",
            }),
            "/articles/{id}" => json!({"title": "Rates"}),
            "/articles/{id}/stage" => json!({"stage": "internal"}),
            "/announcements" | "/announcements/{id}" => {
                json!({"title": "News", "body": "We have moved.", "audience": "everyone"})
            }
            "/contracts" => json!({
                "client": own.terms["client"], "title": "Engagement letter", "text": "We advise you.",
            }),
            "/contracts/{id}" => json!({"matter": "Lease"}),
            "/contracts/{id}/send" | "/contracts/{id}/withdraw" => json!({}),
            "/contracts/{id}/paper-signature" => {
                json!({"name": "Ana Keller", "signed_on": "2026-11-24"})
            }
            "/documents" => json!({"client": own.terms["client"]}),
            "/documents/{id}" => json!({"matter": "Lease"}),
            "/documents/{id}/versions" | "/documents/{id}/share" | "/documents/{id}/unshare" => {
                json!({})
            }
            "/vault/files" => json!({"client": own.terms["client"]}),
            "/vault/secrets" => json!({
                "client": own.terms["client"], "name": "Alarm", "note": "4711",
            }),
            "/vault/{id}/secret" => json!({"name": "Alarm", "note": "4711"}),
            "/vault/{id}/file" | "/vault/{id}/contacts" => json!({}),
            "/offers" => offer(own),
            "/offers/{id}" => json!({"matter": "Lease"}),
            "/offers/{id}/send" | "/offers/{id}/withdraw" | "/offers/{id}/links/{link}/revoke" => {
                json!({})
            }
            "/api-keys" => json!({"name": "ERP", "scope": "read"}),
            _ => return None,
        };
        let takes_one = self.writes() && self.method() != Method::DELETE;
        takes_one.then_some(body)
    }
}

/// The draft of an invoice as one of a proposal.
fn offer(own: &Records) -> Value {
    let mut offer = own.terms.clone();
    let terms = offer.as_object_mut().unwrap();
    let due = terms.remove("due").unwrap();
    terms.extend([
        ("kind".to_owned(), "proposal".into()),
        ("title".to_owned(), "Annual accounts".into()),
        ("open_till".to_owned(), due),
    ]);
    offer
}

const NEW_PASSWORD: &str = "quite another password";
