//! Where the demonstration's invoices are paid: a double of Stripe in this process, whose form is
//! at an address of this server. It takes no money, and forgets everything with the process.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use caseflow_core::Ports;
use caseflow_core::domain::firm::{Firm, PortalUrl};
use caseflow_core::domain::gateway::AccountTag;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::{FixedGateways, PaymentGateway};
use caseflow_stripe::double::{self, Courier, Double, Endpoint};
use caseflow_stripe::{ApiBase, SecretKey, Stripe, StripeSettings, WebhookSecret};
use tokio::net::TcpListener;

use crate::payments;

/// Below which its form is.
const PATH: &str = "/demo-stripe";
const ACCOUNT: &str = "acct_demo";
/// The largest form that is read.
const FORM: usize = 64 * 1024;

/// The double, as far as browsers meet it.
#[derive(Debug, Clone)]
pub(crate) struct Till(Arc<Double>);

impl Till {
    /// Opens it for these firms. Its API listens on an address of this machine that nobody else is
    /// told; notices go to the portals themselves.
    pub(crate) async fn open(
        ports: &Ports,
        firms: &[Firm],
        public_url: &PortalUrl,
        listens: SocketAddr,
    ) -> anyhow::Result<(Self, FixedGateways)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.context("no port for the double of Stripe")?;
        let api = format!("http://{}", listener.local_addr()?);
        let (key, secret) = (
            format!("sk_test_{}", drawn(ports)),
            format!("whsec_{}", drawn(ports)),
        );
        let double = Arc::new(Double::new(double::Settings {
            secret_key: key.clone(),
            account: ACCOUNT.to_owned(),
            base: format!("{}{PATH}", public_url.as_str()),
            endpoints: firms
                .iter()
                .map(|firm| endpoint(firm, listens, &secret))
                .collect(),
            clock: Arc::clone(&ports.clock),
            entropy: Arc::clone(&ports.entropy),
        }));
        run(&double, listener)?;
        let gateway = gateway(ports, &key, &secret, &api, public_url)?;
        let firms = firms.iter().map(|firm| firm.id).collect();
        Ok((Self(double), payments::shared(firms, &gateway)))
    }

    /// The addresses of its form.
    pub(crate) fn routes(self) -> Router {
        let form = move |request: Request| async move { self.answer(request).await };
        Router::new().route(&format!("{PATH}/{{*rest}}"), any(form))
    }

    async fn answer(&self, request: Request) -> Response {
        let (mut head, body) = request.into_parts();
        let Some(uri) = inner(&head.uri) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        head.uri = uri;
        let Ok(body) = to_bytes(body, FORM).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let answer = self.0.answer(Request::from_parts(head, body)).await;
        answer.map(Body::from)
    }
}

/// The double's own address of a page; none for its API.
fn inner(uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query()?.as_str().strip_prefix(PATH)?;
    let is_page = path.starts_with("/c/") || path == "/embed.js";
    is_page.then(|| path.parse().ok()).flatten()
}

/// Serves the API and delivers notices for as long as the process runs.
fn run(double: &Arc<Double>, listener: TcpListener) -> anyhow::Result<()> {
    tokio::spawn(double::serve(Arc::clone(double), listener));
    let (courier, double) = (Courier::new()?, Arc::clone(double));
    tokio::spawn(async move { double.keep_delivering(&courier).await });
    Ok(())
}

fn gateway(
    ports: &Ports,
    key: &str,
    secret: &str,
    api: &str,
    public_url: &PortalUrl,
) -> anyhow::Result<Arc<dyn PaymentGateway>> {
    let key = SecretKey::parse(key)?;
    let secrets = vec![WebhookSecret::parse(secret)?];
    let settings = StripeSettings::new(key, secrets, AccountTag::parse(ACCOUNT)?)?;
    let settings = StripeSettings {
        base: ApiBase::parse(api)?,
        own_domain: Some(Line::parse(public_url.origin())?),
        ..settings
    };
    Ok(Arc::new(Stripe::new(settings, Arc::clone(&ports.clock))?))
}

/// The portal's own address for notices, by the way that needs no name and no proxy.
fn endpoint(firm: &Firm, listens: SocketAddr, secret: &str) -> Endpoint {
    let url = &firm.portal_url;
    let path = url.as_str().strip_prefix(url.origin()).unwrap_or_default();
    let host = match listens.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, listens.port()))
        }
        IpAddr::V6(ip) if ip.is_unspecified() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, listens.port()))
        }
        _ => listens,
    };
    Endpoint {
        url: format!("http://{host}{path}/webhooks/stripe"),
        secrets: vec![secret.to_owned()],
        events: vec![],
    }
}

/// 128 random bits.
fn drawn(ports: &Ports) -> String {
    let mut random = [0; 16];
    ports.entropy.fill(&mut random);
    random.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_form_is_reached_and_the_api_is_not() {
        let inner = |path: &str| super::inner(&path.parse().unwrap()).map(|uri| uri.to_string());
        assert_eq!(inner("/demo-stripe/c/pay/cs_1").unwrap(), "/c/pay/cs_1");
        assert_eq!(inner("/demo-stripe/embed.js").unwrap(), "/embed.js");
        for other in ["/demo-stripe/v1/refunds", "/demo-stripe/", "/c/pay/cs_1"] {
            assert_eq!(inner(other), None, "{other}");
        }
    }
}
