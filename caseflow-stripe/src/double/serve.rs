//! Serves the double over HTTP.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Double;

/// The largest request.
const LARGEST: usize = 1 << 20;

/// Answers on this listener until it breaks, or until the future is dropped.
///
/// # Errors
/// When the listener takes no connections any more.
pub async fn serve(double: Arc<Double>, listener: TcpListener) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        connections.spawn(connection(double.clone(), stream));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(double: Arc<Double>, stream: TcpStream) {
    let service = service_fn(|request| answer(&double, request));
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A caller that hangs up is no concern of the double's.
    let _ = served.await;
}

async fn answer(
    double: &Double,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    let request = Request::from_parts(head, body.to_bytes());
    Ok(double.answer(request).await.map(Full::new))
}
