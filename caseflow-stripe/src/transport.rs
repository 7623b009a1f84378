//! The way to the API: one pooled client, and the same request again under the same key.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::gateway::OpKey;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::GatewayError;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::de::DeserializeOwned;
use stripe_rust::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_shared::version::VERSION;

use crate::failure::{Again, Refusal, Unanswered};
use crate::settings::{SecretKey, SettingsError, StripeSettings, Timeouts};

/// How often a request is sent again.
const RETRIES: u32 = 2;
/// The pause before the first time; doubled for the second.
const PAUSE: Duration = Duration::from_millis(500);
/// A gateway that asks for more than this is asked again by the caller, later.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Shorter than any server's own, so that no request meets a connection just closed.
const IDLE: Duration = Duration::from_secs(10);
/// The longest answer that is read: a page of a list is some hundred kilobytes.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Sends requests that the family of Stripe crates builds, and reads the answers.
#[derive(Debug)]
pub(crate) struct Transport {
    client: Client,
    origin: String,
    key: SecretKey,
    clock: Arc<dyn Clock>,
}

impl Transport {
    pub(crate) fn new(
        settings: &StripeSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            client: client(settings.timeouts)?,
            origin: settings.base.origin().to_owned(),
            key: settings.secret_key.clone(),
            clock,
        })
    }

    /// Asks for what is there.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        request: &impl StripeRequest,
    ) -> Result<T, GatewayError> {
        read(&self.send(&Call::new(request.build(), None)).await?)
    }

    /// Asks for something to be done, once however often it is asked under this key.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        request: &impl StripeRequest,
        key: &OpKey,
    ) -> Result<T, GatewayError> {
        read(&self.send(&Call::new(request.build(), Some(key))).await?)
    }

    async fn send(&self, call: &Call) -> Result<Vec<u8>, GatewayError> {
        let mut sent = 0;
        loop {
            let failure = match self.send_once(call).await {
                Ok(body) => return Ok(body),
                Err(failure) => failure,
            };
            let Some(pause) = failure.pause(sent) else {
                return Err(failure.into());
            };
            tracing::debug!(path = call.path, sent, %failure, "asking again");
            self.clock.sleep(pause).await;
            sent += 1;
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Vec<u8>, Failure> {
        let url = format!("{}/v1{}", self.origin, call.path);
        let mut request = self
            .client
            .request(call.method.clone(), url)
            .bearer_auth(self.key.reveal())
            .header("stripe-version", VERSION.as_str());
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(form) = &call.form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        let response = request
            .send()
            .await
            .map_err(|error| Failure::from(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body(response).await?;
        judge(status, &headers, body)
    }
}

fn judge(status: StatusCode, headers: &HeaderMap, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if status.is_success() {
        return Ok(body);
    }
    Err(Failure::Refused(Box::new(Refusal::read(
        status, headers, &body,
    ))))
}

async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = vec![];
    while let Some(part) = response
        .chunk()
        .await
        .map_err(|error| Failure::from(&error))?
    {
        if body.len() + part.len() > LONGEST_ANSWER {
            return Err(Failure::Unanswered(Unanswered::TooLong));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// An answer whose words cannot be read says nothing of what was done.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, GatewayError> {
    serde_json::from_slice(body).map_err(|error| Unanswered::Unreadable(error.to_string()).into())
}

/// A request as it goes over the wire, the same each time.
struct Call {
    method: Method,
    path: String,
    form: Option<String>,
    key: Option<String>,
}

impl Call {
    fn new(request: RequestBuilder, key: Option<&OpKey>) -> Self {
        let query = request.query.filter(|query| !query.is_empty());
        Self {
            method: match request.method {
                StripeMethod::Get => Method::GET,
                StripeMethod::Post => Method::POST,
                StripeMethod::Delete => Method::DELETE,
            },
            path: match query {
                Some(query) => format!("{}?{query}", request.path),
                None => request.path,
            },
            form: request.body.map(|form| in_order(&form)),
            key: key.map(|key| key.as_str().to_owned()),
        }
    }
}

/// The family keeps metadata in a map without order; a request repeated after a restart has to be
/// the same to the letter.
fn in_order(form: &str) -> String {
    let mut fields: Vec<&str> = form.split('&').collect();
    fields.sort_unstable();
    fields.join("&")
}

/// Shown, it says what happened to the call and nothing that the payer or the gateway wrote.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Unanswered(Unanswered),
    #[error("answered with status {}", .0.status())]
    Refused(Box<Refusal>),
}

impl From<&reqwest::Error> for Failure {
    fn from(error: &reqwest::Error) -> Self {
        Self::Unanswered(Unanswered::connection(error))
    }
}

impl From<Failure> for GatewayError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unanswered(why) => why.into(),
            Failure::Refused(refusal) => refusal.into_error(),
        }
    }
}

impl Failure {
    /// How long to wait until the same request is sent again that was sent again `sent` times; none
    /// when it is not.
    fn pause(&self, sent: u32) -> Option<Duration> {
        if sent >= RETRIES {
            return None;
        }
        match self {
            Self::Unanswered(Unanswered::TooLong) => None,
            Self::Unanswered(_) => Some(PAUSE * 2_u32.pow(sent)),
            Self::Refused(refusal) => match refusal.again() {
                Again::No => None,
                Again::Soon => Some(PAUSE * 2_u32.pow(sent)),
                Again::After(span) => (span <= LONGEST_PAUSE).then_some(span),
            },
        }
    }
}

fn client(timeouts: Timeouts) -> Result<Client, SettingsError> {
    Client::builder()
        .tls_backend_preconfigured(tls()?)
        .user_agent(concat!("caseflow-stripe/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.answer)
        .pool_idle_timeout(IDLE)
        .build()
        .map_err(|_| SettingsError::Tls)
}

/// The provider is named here, so that nothing hangs on what else the program links.
fn tls() -> Result<ClientConfig, SettingsError> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|_| SettingsError::Tls)?;
    Ok(config.with_no_client_auth())
}
