//! Browsers that visit a portal, and the pages that they get.

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use caseflow_axum::FromMemory;
use tower::ServiceExt as _;

/// A browser without scripts: it keeps cookies and says that its requests are its own.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(super) app: Router,
    pub(super) bare: Option<Router>,
    /// What stands before every path.
    pub(crate) base: String,
    pub(crate) host: String,
    pub(crate) cookies: HashMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether it was not made anew.
    pub(crate) from_memory: bool,
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask(Method::POST, path, Some(encoded(fields))).await
    }

    pub(crate) async fn ask(&mut self, method: Method, path: &str, form: Option<String>) -> Page {
        let mut request = self.request(method, path, form);
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.post("/login", &[("email", email), ("password", password)])
            .await
    }

    /// The session's cookie: its name and its token.
    pub(crate) fn session(&self) -> Option<(String, String)> {
        let mut cookies = self.cookies.clone().into_iter();
        cookies.find(|(name, _)| {
            !["-device-", "-preview-"]
                .iter()
                .any(|kind| name.contains(kind))
        })
    }

    /// Follows a redirect.
    pub(crate) async fn follow(&mut self, page: &Page) -> Page {
        let target = page.location();
        let path = target.strip_prefix(&self.base).unwrap().to_owned();
        self.get(&path).await
    }

    /// A request with this browser's cookies, and nothing that says where it comes from.
    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        form: Option<String>,
    ) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(HOST, &self.host);
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        if form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let peer: SocketAddr = "198.51.100.7:40000".parse().unwrap();
        let request = request.extension(ConnectInfo(peer));
        request
            .body(form.map_or_else(Body::empty, Body::from))
            .unwrap()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Page {
        let again = copy_of(&request);
        let page = answer(&self.app, request).await;
        if let (true, Some(bare)) = (page.from_memory, &self.bare) {
            let anew = answer(bare, again).await;
            assert!(!anew.from_memory);
            assert_eq!(page.what_is_shown(), anew.what_is_shown());
        }
        self.keep_cookies(&page.headers);
        page
    }

    /// The body of an answer as it comes, for what is more than a page.
    pub(crate) async fn streamed(&self, request: Request<Body>) -> Body {
        let response = self.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

async fn answer(app: &Router, request: Request<Body>) -> Page {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    Page {
        from_memory: parts.extensions.get::<FromMemory>().is_some(),
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        bytes: body.to_vec(),
    }
}

/// The same request without its body.
fn copy_of(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    copy.headers_mut().clone_from(request.headers());
    copy.extensions_mut().clone_from(request.extensions());
    copy
}

impl Page {
    /// All but what differs between any two answers.
    fn what_is_shown(&self) -> (StatusCode, HeaderMap, &str) {
        let mut headers = self.headers.clone();
        headers.remove("x-request-id");
        (self.status, headers, &self.body)
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn heading(&self) -> &str {
        let (_, rest) = self.body.split_once("<h1>").unwrap_or(("", "no heading<"));
        rest.split("</h1>").next().unwrap()
    }

    /// Whether it is the redirect to the sign-in.
    pub(crate) fn asks_to_sign_in(&self) -> bool {
        self.status == StatusCode::SEE_OTHER && self.location().contains("/login")
    }

    /// The value of the field of that name.
    pub(crate) fn value(&self, field: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("name=\"{field}\""))?;
        let tag = rest.split('>').next()?;
        let (_, value) = tag.split_once(" value=\"")?;
        Some(value.split('"').next()?.to_owned())
    }

    /// What is said beside the field of that name.
    pub(crate) fn problem(&self, field: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("id=\"{field}-problem\">"))?;
        let (_, text) = rest.split_once("</span>")?;
        text.split("</p>").next()
    }
}

/// Fields as a form sends them.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| {
        let value: String = value
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}
