//! How a bucket is spoken to: a pool of connections, and TLS by `rustls` with `ring`.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::Method;
use hyper::body::Incoming;
use hyper::header::{HeaderValue, IF_NONE_MATCH};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody,
    HttpResponse, HttpResponseBody, HttpService,
};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::OpenError;

const CONNECT: Duration = Duration::from_secs(5);
/// From the first byte of a request, which may be a part of a file, to the first of the answer.
const ANSWER: Duration = Duration::from_secs(60);
/// Between two pieces of an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// Shorter than any server's own, so that hardly any request meets a connection just closed.
const IDLE: Duration = Duration::from_secs(10);

/// Follows no redirect and asks no proxy.
#[derive(Debug, Clone)]
pub(super) struct Connector(Pool);

type Pool = Client<HttpsConnector<Tcp>, HttpRequestBody>;

impl Connector {
    pub(super) fn new(encrypted: bool) -> Result<Self, OpenError> {
        let mut tcp = Tcp::new();
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let tls = HttpsConnectorBuilder::new().with_tls_config(trust()?);
        let connector = match encrypted {
            true => tls.https_only(),
            false => tls.https_or_http(),
        };
        let pool = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector.enable_http1().wrap_connector(tcp));
        Ok(Self(pool))
    }
}

/// The provider is named here, so that nothing hangs on what else the program links.
fn trust() -> Result<ClientConfig, OpenError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(OpenError::Tls);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| OpenError::Tls)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if ends_an_upload(&request) {
            let none = HeaderValue::from_static("*");
            request.headers_mut().insert(IF_NONE_MATCH, none);
        }
        let answer = timeout(ANSWER, self.0.request(request)).await;
        let answer = answer.map_err(late)?.map_err(|error| {
            let kind = if error.is_connect() {
                HttpErrorKind::Connect
            } else {
                kind_of(&error)
            };
            HttpError::new(kind, error)
        })?;
        Ok(answer.map(body))
    }
}

/// Whether it makes one file of many parts. The engine has no way to say that there must be no such
/// file yet; the header, which needs no signature, has.
fn ends_an_upload(request: &HttpRequest) -> bool {
    let query = request.uri().query().unwrap_or_default();
    request.method() == Method::POST && query.starts_with("uploadId=")
}

fn body(body: Incoming) -> HttpResponseBody {
    let frames = stream::try_unfold(body, |mut body| async move {
        let frame = timeout(SILENCE, body.frame()).await.map_err(late)?;
        let frame = frame.transpose();
        let frame = frame.map_err(|error| HttpError::new(kind_of(&error), error))?;
        Ok(frame.map(|frame| (frame, body)))
    });
    HttpResponseBody::new(StreamBody::new(frames))
}

fn late(error: tokio::time::error::Elapsed) -> HttpError {
    HttpError::new(HttpErrorKind::Timeout, error)
}

/// What the engine needs to know to decide whether a request may be sent again.
fn kind_of(error: &(dyn StdError + 'static)) -> HttpErrorKind {
    let mut next = Some(error);
    while let Some(cause) = next {
        match cause.downcast_ref::<hyper::Error>() {
            Some(error) if error.is_closed() || error.is_incomplete_message() => {
                return HttpErrorKind::Request;
            }
            Some(error) if error.is_parse() => return HttpErrorKind::Decode,
            Some(_) => return HttpErrorKind::Interrupted,
            None => next = cause.source(),
        }
    }
    HttpErrorKind::Unknown
}
