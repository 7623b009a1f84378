//! Connections of browsers and programs: patient for a while, and no longer.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service as _;

/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(10);
/// How long the rest of a request and its answer may take.
const REST: Duration = Duration::from_secs(30);
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
    match tokio::time::timeout(REST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
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
