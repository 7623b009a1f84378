//! Takes signed notices to their endpoints.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;

use super::Impossible;
use super::post::Parcel;

/// How long an endpoint may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes a signed notice to its endpoint.
#[async_trait]
pub trait Deliver: Send + Sync {
    /// Posts the notice and gives the status of the answer; none when nobody answered.
    async fn deliver(&self, parcel: &Parcel) -> Option<u16>;
}

/// Delivers over HTTP.
#[derive(Debug, Clone)]
pub struct Courier(reqwest::Client);

impl Courier {
    /// A courier with its own connections.
    ///
    /// # Errors
    /// When the machine cannot make connections at all.
    pub fn new() -> Result<Self, Impossible> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        client.map(Self).map_err(impossible)
    }
}

/// The provider is named here, so that nothing hangs on what else the program links.
fn tls() -> Result<ClientConfig, Impossible> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier);
    Ok(config.map_err(impossible)?.with_no_client_auth())
}

fn impossible(error: impl std::error::Error) -> Impossible {
    Impossible(error.to_string())
}

#[async_trait]
impl Deliver for Courier {
    async fn deliver(&self, parcel: &Parcel) -> Option<u16> {
        let mut request = self.0.post(&parcel.url).body(parcel.body.clone());
        for (name, value) in &parcel.headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.ok()?;
        Some(response.status().as_u16())
    }
}
