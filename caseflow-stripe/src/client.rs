//! One HTTP client, with a pool of its own and TLS of its own.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use crate::failure::Unanswered;
use crate::settings::{SettingsError, Timeouts};

/// Shorter than any server's own, so that hardly any request meets a connection just closed.
const IDLE: Duration = Duration::from_secs(10);
/// The longest answer that is read: a page of a list is some hundred kilobytes.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Follows no redirect and asks no proxy.
#[derive(Debug)]
pub(crate) struct HttpClient {
    pool: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    patience: Duration,
}

impl HttpClient {
    pub(crate) fn new(timeouts: Timeouts) -> Result<Self, SettingsError> {
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(timeouts.connect));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls()?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let pool = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let patience = timeouts.answer;
        Ok(Self { pool, patience })
    }

    /// Sends once, and reads the answer to its end.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Unanswered> {
        tokio::time::timeout(self.patience, self.exchange(request))
            .await
            .unwrap_or(Err(Unanswered::Connection("not in time")))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Unanswered> {
        let response = self.pool.request(request).await.map_err(|error| {
            Unanswered::Connection(if error.is_connect() {
                "no connection"
            } else {
                "the connection broke"
            })
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: body.map_err(|error| cut_off(error.as_ref()))?.to_bytes(),
        })
    }
}

fn cut_off(error: &(dyn StdError + Send + Sync + 'static)) -> Unanswered {
    if error.is::<LengthLimitError>() {
        Unanswered::TooLong
    } else {
        Unanswered::Connection("the answer broke off")
    }
}

/// What the machine trusts, read once: a process may serve a thousand firms, each with an adapter.
fn tls() -> Result<ClientConfig, SettingsError> {
    static READ: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(config) = READ.get() {
        return Ok(config.clone());
    }
    let config = read_trust()?;
    Ok(READ.get_or_init(|| config).clone())
}

/// The provider is named here, so that nothing hangs on what else the program links, and nothing of
/// the program on this.
fn read_trust() -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(SettingsError::Tls);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| SettingsError::Tls)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
