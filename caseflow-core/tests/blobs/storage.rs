//! A storage that speaks S3, in this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, HttpResponse};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::support::Folder;

pub(crate) const BUCKET: &str = "files";
pub(crate) const KEY: &str = "the-key";
pub(crate) const SECRET: &str = "the-secret-of-the-key";

/// It ends when it is dropped, and its folder goes with it.
pub(crate) struct Storage {
    pub(crate) address: String,
    folder: Folder,
    room: Arc<Room>,
    serving: JoinHandle<()>,
}

struct Room {
    service: S3Service,
    /// Whoever asks for a file only if there is none has to ask alone: Amazon answers such requests
    /// one by one, this service does not by itself.
    turn: Mutex<()>,
    parts: AtomicUsize,
    most_parts: AtomicUsize,
}

impl Storage {
    pub(crate) async fn start() -> Self {
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let room = Arc::new(Room {
            service: builder.build(),
            turn: Mutex::new(()),
            parts: AtomicUsize::new(0),
            most_parts: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            folder,
            serving: tokio::spawn(serve(listener, Arc::clone(&room))),
            room,
        }
    }

    /// What it keeps, parts of files that are not whole with the rest, and its notes left out.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = self.folder.files();
        let inside = files
            .iter()
            .filter_map(|it| it.strip_prefix(self.folder.path()).ok());
        let names = inside.map(|path| path.display().to_string());
        names.filter(|name| !name.ends_with(".json")).collect()
    }

    /// How many parts were on their way at most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.room.most_parts.load(Ordering::SeqCst)
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, room: Arc<Room>) {
    while let Ok((connection, _)) = listener.accept().await {
        let room = Arc::clone(&room);
        let service = service_fn(move |request| answer(Arc::clone(&room), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

async fn answer(room: Arc<Room>, request: Request<Incoming>) -> Result<HttpResponse, HttpError> {
    let request = request.map(Body::from);
    if request.headers().contains_key("if-none-match") {
        let _turn = room.turn.lock().await;
        return room.service.call(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    if request.method() != Method::PUT || !query.contains("partNumber=") {
        return room.service.call(request).await;
    }
    let parts = room.parts.fetch_add(1, Ordering::SeqCst) + 1;
    room.most_parts.fetch_max(parts, Ordering::SeqCst);
    let answer = room.service.call(request).await;
    room.parts.fetch_sub(1, Ordering::SeqCst);
    answer
}
