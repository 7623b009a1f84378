//! A server on this machine that answers as it is told and remembers what it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The fields of the body or the query, decoded.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let text = if self.method == "GET" {
            &self.query
        } else {
            &self.body
        };
        let url = url::Url::parse(&format!("http://x/?{text}")).unwrap();
        url.query_pairs()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }

    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let fields = self.fields();
        let found = fields.into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }
}

/// What it answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Reply {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Nothing, until the caller gives up.
    Silence,
    /// Half of an answer.
    HangUp,
}

impl Answer {
    pub(crate) fn ok(body: impl ToString) -> Self {
        Self::status(200, body)
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "it reads better where it is called"
    )]
    pub(crate) fn status(status: u16, body: impl ToString) -> Self {
        Self::Reply {
            status,
            headers: vec![],
            body: body.to_string(),
        }
    }

    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Reply {
                status,
                mut headers,
                body,
            } => {
                headers.push((name, value.to_owned()));
                Self::Reply {
                    status,
                    headers,
                    body,
                }
            }
            other => other,
        }
    }
}

type Answers = dyn Fn(&Seen, usize) -> Answer + Send + Sync;

/// The server; it ends with the runtime of its test.
pub(crate) struct Server {
    pub(crate) base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers by request and by how many there were before it.
    pub(crate) async fn start(
        answers: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(vec![]));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let (answers, log): (Arc<Answers>, _) = (Arc::new(answers), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&log)));
            }
        });
        Self {
            base,
            seen,
            connections,
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answers: Arc<Answers>, log: Arc<Mutex<Vec<Seen>>>) {
    while let Some(request) = read(&mut stream).await {
        let before = {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            log.len() - 1
        };
        match answers(&request, before) {
            Answer::Reply {
                status,
                headers,
                body,
            } => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                let answer = format!("{head}\r\n{body}");
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            Answer::Silence => tokio::time::sleep(Duration::from_secs(60)).await,
            Answer::HangUp => {
                let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":";
                let _ = stream.write_all(half).await;
                return;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = vec![];
    let end = loop {
        let mut part = [0; 4096];
        let count = stream
            .read(&mut part)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let method = first.next()?.to_owned();
    let target = first.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut seen = Seen {
        method,
        path: path.into(),
        query: query.into(),
        headers,
        body: String::new(),
    };
    let length: usize = seen
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut part = [0; 4096];
        let count = stream
            .read(&mut part)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        body.extend_from_slice(&part[..count]);
    }
    seen.body = String::from_utf8(body).unwrap();
    Some(seen)
}
