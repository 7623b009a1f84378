//! The way to the API: one pooled client, and the same request again under the same key.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use caseflow_core::domain::gateway::OpKey;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::GatewayError;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use http_body_util::Full;
use serde::de::DeserializeOwned;
use stripe_rust::{RequestBuilder, StripeMethod, StripeRequest};
use stripe_shared::version::VERSION;

use crate::client::{Answer, HttpClient};
use crate::failure::{Again, Refusal, Unanswered};
use crate::settings::{SettingsError, StripeSettings};

/// How often a request is sent again.
const RETRIES: u32 = 2;
/// The pause before the first time; doubled for the second.
const PAUSE: Duration = Duration::from_millis(500);
/// A gateway that asks for more than this is asked again by the caller, later.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const AGENT: &str = concat!("caseflow-stripe/", env!("CARGO_PKG_VERSION"));

/// Sends requests that the family of Stripe crates builds, and reads the answers.
#[derive(Debug)]
pub(crate) struct Transport {
    client: HttpClient,
    origin: String,
    /// Marked as not to be shown.
    authorization: HeaderValue,
    clock: Arc<dyn Clock>,
}

impl Transport {
    pub(crate) fn new(
        settings: &StripeSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        let bearer = format!("Bearer {}", settings.secret_key.reveal());
        let mut authorization =
            HeaderValue::try_from(bearer).map_err(|_| SettingsError::SecretKey)?;
        authorization.set_sensitive(true);
        Ok(Self {
            client: HttpClient::new(settings.timeouts)?,
            origin: settings.base.origin().to_owned(),
            authorization,
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

    async fn send(&self, call: &Call) -> Result<Bytes, GatewayError> {
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

    async fn send_once(&self, call: &Call) -> Result<Bytes, Failure> {
        let request = self.request(call);
        let request = request.map_err(|_| Unanswered::Connection("it cannot be sent"))?;
        judge(self.client.send(request).await?)
    }

    fn request(&self, call: &Call) -> http::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(format!("{}/v1{}", self.origin, call.path))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(USER_AGENT, AGENT)
            .header("stripe-version", VERSION.as_str());
        if let Some(key) = &call.key {
            request = request.header("idempotency-key", key);
        }
        if call.form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        request.body(Full::from(call.form.clone().unwrap_or_default()))
    }
}

fn judge(answer: Answer) -> Result<Bytes, Failure> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    let refusal = Refusal::read(answer.status, &answer.headers, &answer.body);
    Err(Failure::Refused(Box::new(refusal)))
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

impl From<Unanswered> for Failure {
    fn from(why: Unanswered) -> Self {
        Self::Unanswered(why)
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
