//! Takes signed notices to their endpoints.

use std::time::Duration;

use async_trait::async_trait;

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
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        client
            .map(Self)
            .map_err(|error| Impossible(error.to_string()))
    }
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
