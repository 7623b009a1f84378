//! An authority for time, asked over HTTP (RFC 3161, section 3.4).

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, Uri};
use caseflow_core::adapters::pades::{TimestampAuthority, timestamp_request, timestamp_token};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// How long an answer may take: somebody who signs waits for it.
const PATIENCE: Duration = Duration::from_secs(8);
/// The longest answer that is read: a time stamp with its certificates has some thousand bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Follows no redirect and asks no proxy.
#[derive(Debug)]
pub(super) struct HttpAuthority {
    pool: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
}

impl HttpAuthority {
    pub(super) fn new(url: Uri) -> anyhow::Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(PATIENCE / 2));
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls()?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let pool = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { pool, url })
    }

    async fn ask(&self, question: Vec<u8>) -> anyhow::Result<Bytes> {
        let request = Request::post(&self.url)
            .header(CONTENT_TYPE, "application/timestamp-query")
            .body(Full::from(question))?;
        let (head, body) = self.pool.request(request).await?.into_parts();
        ensure!(head.status.is_success(), "it answered {}", head.status);
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!(error))?;
        Ok(body.to_bytes())
    }
}

#[async_trait]
impl TimestampAuthority for HttpAuthority {
    async fn token(&self, sha256: [u8; 32]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
        let asked = self.ask(timestamp_request(sha256)?);
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        let answer = answer.context("it did not answer in time").flatten();
        Ok(timestamp_token(&answer?)?)
    }
}

fn tls() -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one request; what was asked, and what became of the token.
    async fn asked(answer: &[u8]) -> (Vec<u8>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/tsr", listener.local_addr().unwrap());
        let authority = HttpAuthority::new(url.parse().unwrap()).unwrap();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let mut got = 0;
            let question = timestamp_request([7; 32]).unwrap();
            while !request[..got].ends_with(&question) {
                got += stream.read(&mut request[got..]).await.unwrap();
            }
            stream.write_all(answer).await.unwrap();
            request.truncate(got);
            request
        };
        let (request, token) = tokio::join!(serve, authority.token([7; 32]));
        (request, token.unwrap_err().to_string())
    }

    #[tokio::test]
    async fn the_authority_is_asked_as_rfc_3161_says_and_its_refusal_is_heard() {
        let refusal = b"\x30\x05\x30\x03\x02\x01\x02";
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\n";
        let head = format!("{head}content-length: {}\r\n\r\n", refusal.len());
        let (request, said) = asked(&[head.as_bytes(), refusal].concat()).await;
        let text = String::from_utf8_lossy(&request).to_lowercase();
        assert!(text.starts_with("post /tsr http/1.1"), "{text}");
        assert!(
            text.contains("content-type: application/timestamp-query"),
            "{text}"
        );
        assert!(said.contains("refused, with status 2"), "{said}");
    }

    #[tokio::test]
    async fn an_answer_that_is_none_is_named() {
        let busy = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
        let (_, said) = asked(busy).await;
        assert!(said.contains("503"), "{said}");
        let page = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
        let (_, said) = asked(page).await;
        assert!(said.contains("cannot be read"), "{said}");
    }
}
