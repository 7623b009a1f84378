//! Takes signed notices to their endpoints.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::Request;
use http_body_util::Full;

use super::Impossible;
use super::post::Parcel;
use crate::client::HttpClient;
use crate::settings::Timeouts;

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
pub struct Courier(Arc<HttpClient>);

impl Courier {
    /// A courier with its own connections.
    ///
    /// # Errors
    /// When the machine cannot make connections at all.
    pub fn new() -> Result<Self, Impossible> {
        let client = HttpClient::new(Timeouts {
            connect: PATIENCE,
            answer: PATIENCE,
        });
        client
            .map(|client| Self(Arc::new(client)))
            .map_err(|error| Impossible(error.to_string()))
    }
}

#[async_trait]
impl Deliver for Courier {
    async fn deliver(&self, parcel: &Parcel) -> Option<u16> {
        let mut request = Request::post(&parcel.url);
        for (name, value) in &parcel.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(parcel.body.clone())).ok()?;
        let answer = self.0.send(request).await.ok()?;
        Some(answer.status.as_u16())
    }
}
