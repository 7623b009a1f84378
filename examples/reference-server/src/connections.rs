//! Connections of browsers and programs: patient for a while, and no longer.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};
use tower::Service as _;

/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(10);
/// How patient the server is with what comes after a request's head.
const PATIENCE: Patience = Patience {
    rest: Duration::from_secs(30),
    slowest: 16 * 1024,
};
/// The pause when no connection can be taken, such as when too many files are open.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`, then lets the requests under way end.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => answer(stream, peer, router.clone(), &open),
                Err(error) => stay(&error).await,
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    open.shutdown().await;
}

/// Gives up on a request whose body does not come or whose answer does not.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    PATIENCE.wait(request, |request| next.run(request)).await
}

/// How long the rest of a request and its answer may take.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// So long in any case.
    rest: Duration,
    /// And a second more for each so many bytes of its body that have come: a large file has the time
    /// that it needs, and who sends a byte now and then has not.
    slowest: u64,
}

impl Patience {
    async fn wait<F>(self, request: Request, answer: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response>,
    {
        let (began, came) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let request = request.map(|body| counted(body, Arc::clone(&came)));
        let mut answer = pin!(answer(request));
        let mut end = began + self.for_bytes(0);
        loop {
            if let Ok(response) = timeout_at(end, &mut answer).await {
                return response;
            }
            let moved = began + self.for_bytes(came.load(Ordering::Relaxed));
            if moved <= end {
                return StatusCode::REQUEST_TIMEOUT.into_response();
            }
            end = moved;
        }
    }

    fn for_bytes(self, came: u64) -> Duration {
        self.rest + Duration::from_secs(came) / u32::try_from(self.slowest).unwrap_or(u32::MAX)
    }
}

/// The body, whose bytes are counted as they come.
fn counted(body: Body, came: Arc<AtomicU64>) -> Body {
    Body::new(body.map_frame(move |frame| {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        came.fetch_add(bytes as u64, Ordering::Relaxed);
        frame
    }))
}

fn answer(stream: TcpStream, peer: SocketAddr, router: Router, open: &GracefulShutdown) {
    // An answer is written at once, so that waiting for more of it would only delay it.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| ask(router.clone(), peer, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "a connection broke off"
            );
        }
    });
}

async fn ask(
    mut router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.call(request).await
}

/// A visitor who left before being let in is no trouble; anything else is, and may pass.
async fn stay(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "no connection can be taken"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the whole body, and answers how long it was.
    async fn length(request: Request) -> Response {
        let body = request.into_body().collect().await.unwrap();
        body.to_bytes().len().to_string().into_response()
    }

    /// A request whose body comes in so many pieces of 100 bytes, one each 20 ms.
    async fn sent(pieces: usize, patience: Patience) -> StatusCode {
        let (mut near, far) = tokio::io::duplex(64 * 1024);
        let client = tokio::spawn(async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let head = format!(
                "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                pieces * 100
            );
            near.write_all(head.as_bytes()).await.unwrap();
            for _ in 0..pieces {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if near.write_all(&[b'x'; 100]).await.is_err() {
                    break;
                }
            }
            let mut answer = String::new();
            near.read_to_string(&mut answer).await.unwrap_or_default();
            answer
        });
        let service = service_fn(async |request: Request<Incoming>| {
            let request = request.map(Body::new);
            Ok::<_, Infallible>(patience.wait(request, length).await)
        });
        let served = http1::Builder::new().serve_connection(TokioIo::new(far), service);
        drop(served.await);
        let answer = client.await.unwrap();
        let status = answer.split(' ').nth(1).unwrap();
        status.parse().unwrap()
    }

    #[tokio::test]
    async fn a_body_that_keeps_coming_has_the_time_it_needs_and_one_that_trickles_has_not() {
        let patience = |slowest| Patience {
            rest: Duration::from_millis(200),
            slowest,
        };
        // 3,000 bytes in 600 ms.
        assert_eq!(sent(30, patience(1_000)).await, StatusCode::OK);
        assert_eq!(
            sent(30, patience(1_000_000)).await,
            StatusCode::REQUEST_TIMEOUT
        );
        assert_eq!(sent(1, patience(1_000_000)).await, StatusCode::OK);
    }
}
