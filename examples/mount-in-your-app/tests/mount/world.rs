//! An app on a database of its own, and somebody who looks at it.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use caseflow_sqlx::testing::{TestDatabase, postgres_url, sqlite_file};
use mount_in_your_app::{Host, app, demo};
use tower::ServiceExt as _;

/// The app with its demonstration.
pub(crate) struct World {
    pub(crate) host: Host,
    app: Router,
    _places: Vec<TestDatabase>,
}

impl World {
    /// One app on a SQLite file, one on PostgreSQL.
    pub(crate) async fn on_both() -> [Self; 2] {
        let (server, place) = (postgres_url().await, sqlite_file());
        let (url, data) = (server.url().to_owned(), folder(&place));
        let on_server = Self::open(&url, &data, vec![server, place]);
        [Self::on_file().await, on_server.await]
    }

    /// An app on a SQLite file.
    pub(crate) async fn on_file() -> Self {
        let file = sqlite_file();
        let (url, data) = (file.url().to_owned(), folder(&file));
        Self::open(&url, &data, vec![file]).await
    }

    async fn open(url: &str, data: &Path, places: Vec<TestDatabase>) -> Self {
        let host = Host::open(url, data, "https://app.example").await.unwrap();
        demo::fill(&host).await.unwrap();
        Self {
            app: app(&host),
            host,
            _places: places,
        }
    }

    /// Somebody with a browser.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            app: self.app.clone(),
            cookie: String::new(),
        }
    }

    /// Somebody who has signed in to the app.
    pub(crate) async fn signed_in(&self, email: &str) -> Visitor {
        let mut visitor = self.visitor();
        let typed = format!("email={email}&password={}", demo::PASSWORD);
        let page = visitor.post("/sign-in", &typed.replace(' ', "+")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        visitor
    }
}

fn folder(file: &TestDatabase) -> PathBuf {
    let path = Path::new(file.url().trim_start_matches("sqlite:"));
    path.parent().unwrap().to_owned()
}

/// A browser that keeps the app's cookie.
pub(crate) struct Visitor {
    app: Router,
    cookie: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, "").await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Page {
        self.send(Method::POST, path, form).await
    }

    async fn send(&mut self, method: Method, path: &str, form: &str) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "app.example")
            .header(COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let header = |name| {
            let value = response.headers().get(name);
            value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
        };
        let (location, set) = (header(LOCATION), header(SET_COOKIE));
        if let Some(cookie) = set.split(';').next().filter(|it| it.starts_with("app-")) {
            cookie.clone_into(&mut self.cookie);
        }
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Page {
            status,
            location,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}
