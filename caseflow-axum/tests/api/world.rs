//! Two firms in memory, each with a key of its API, and callers that speak JSON.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use caseflow_axum::{FirmsByHost, OpenApi, Portal, PortalAddresses, Settings, firm_router, router};
use caseflow_core::Ports;
use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::domain::api_key::{self, ApiKey, Scope};
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::id::FirmId;
use caseflow_core::ports::pdf::Pdf;
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{self, Office};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Everything a test looks at.
pub(crate) struct World {
    pub(crate) doubles: Doubles,
    pub(crate) ports: Ports,
    pub(crate) office: Office,
    pub(crate) rival: Office,
    portal: Router,
    firm: Router,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let doubles = Doubles::new();
        let pdf = doubles.prints.clone();
        Self::of(doubles, pdf, settings).await
    }

    /// A world with a renderer whose files can be read.
    pub(crate) async fn printing() -> Self {
        let pdf = Arc::new(PdfWriter::new(1).unwrap());
        Self::of(Doubles::new(), pdf, Settings::default()).await
    }

    async fn of(doubles: Doubles, pdf: Arc<dyn Pdf>, settings: Settings) -> Self {
        let store = Arc::new(MemoryStore::new());
        let office = Office::open(&*store, 1).await;
        let rival = Office::open(&*store, 2).await;
        let ports = Ports {
            addresses: Arc::new(PortalAddresses),
            pdf,
            ..doubles.ports(store)
        };
        let world = Self {
            portal: portal(&ports, [&office, &rival], &settings),
            firm: Router::new().nest("/firm", firm_router(ports.clone(), settings)),
            doubles,
            ports,
            office,
            rival,
        };
        world.give_key(world.office.firm.id, 1, Scope::Write).await;
        world.give_key(world.rival.firm.id, 2, Scope::Write).await;
        world.give_key(world.office.firm.id, 3, Scope::Read).await;
        world
    }

    /// A world whose routers serve their OpenAPI documents.
    pub(crate) async fn described() -> Self {
        let settings = Settings {
            openapi: OpenApi::Served,
            ..Settings::default()
        };
        Self::with(settings).await
    }

    async fn give_key(&self, firm: FirmId, n: u64, scope: Scope) {
        let key = ApiKey {
            scope,
            ..fixtures::api_key(n)
        };
        let changes = Changes::default().with(Change::ApiKey(Write::Insert(key)));
        self.ports.store.commit(firm, changes).await.unwrap();
    }

    /// The first firm's software.
    pub(crate) fn staff(&self) -> Caller {
        self.software(1)
    }

    /// The other firm's software.
    pub(crate) fn rival_staff(&self) -> Caller {
        self.software(2)
    }

    /// The first firm's software, with a key that may only read.
    pub(crate) fn reader(&self) -> Caller {
        self.software(3)
    }

    fn software(&self, n: u64) -> Caller {
        let token = api_key::reveal(&fixtures::secret(n));
        self.anybody_at_the_firm_api().with_token(token)
    }

    pub(crate) fn anybody_at_the_firm_api(&self) -> Caller {
        Caller {
            app: self.firm.clone(),
            base: "/firm/api/v1",
            token: None,
        }
    }

    pub(crate) fn anybody_at_the_portal(&self) -> Caller {
        Caller {
            app: self.portal.clone(),
            base: "/api/v1",
            token: None,
        }
    }

    /// The client's API, with a session of the first firm's contact.
    pub(crate) async fn contact(&self) -> Caller {
        self.signed_in(&self.office.contact).await
    }

    /// The client's API, with a session of this contact of the first firm.
    pub(crate) async fn signed_in(&self, contact: &Contact) -> Caller {
        let caller = self.anybody_at_the_portal();
        let credentials = json!({
            "email": contact.email.as_str(), "password": fixtures::PASSWORD,
        });
        let answer = caller.post("/session", credentials).await;
        answer.expect(StatusCode::CREATED);
        caller.with_token(answer.text("/token"))
    }

    /// An issued invoice of so many cents for the first firm's client.
    pub(crate) async fn invoice(&self, cents: i64) -> String {
        let id = self.staff().made("/invoices", self.terms(cents)).await;
        let issue = format!("/invoices/{id}/issue");
        let issued = self.staff().post(&issue, json!({})).await;
        issued.expect(StatusCode::OK);
        id
    }

    /// An invoice of one line of so many cents.
    pub(crate) fn terms(&self, cents: i64) -> Value {
        let price = format!("{}.{:02}", cents / 100, cents % 100);
        json!({
            "client": self.office.client.id.to_string(),
            "dated": "2026-11-24",
            "due": "2026-12-24",
            "currency": "USD",
            "prices": "tax_exclusive",
            "lines": [{"description": "Advice", "quantity": "1", "unit_price": price}],
        })
    }

    /// A proposal or an estimate of this kind of so many cents, sent to the first firm's client.
    pub(crate) async fn offer(&self, kind: &str, cents: i64) -> String {
        let id = self
            .staff()
            .made("/offers", self.offered(kind, cents))
            .await;
        let sent = self
            .staff()
            .post(&format!("/offers/{id}/send"), json!({}))
            .await;
        sent.expect(StatusCode::OK);
        id
    }

    /// What a proposal or an estimate of one line says.
    pub(crate) fn offered(&self, kind: &str, cents: i64) -> Value {
        let mut terms = self.terms(cents);
        let members = terms.as_object_mut().unwrap();
        let due = members.remove("due").unwrap();
        members.extend([
            ("kind".to_owned(), kind.into()),
            ("title".to_owned(), "Annual accounts".into()),
            ("open_till".to_owned(), due),
        ]);
        if kind == "proposal" {
            terms["email"] = "board@example.com".into();
        }
        terms
    }

    /// The document of the firm's API, as it is served.
    pub(crate) async fn document(&self) -> Value {
        self.staff().at_root("/api/openapi.json").await.body
    }

    /// The document of the client's API, as it is served.
    pub(crate) async fn portal_document(&self) -> Value {
        self.anybody_at_the_portal()
            .at_root("/api/openapi.json")
            .await
            .body
    }

    /// How many rows the first firm's audit log has: every write adds one.
    pub(crate) async fn rows(&self) -> u64 {
        let answer = self.reader().get("/audit/check").await;
        answer.body["chain"]["rows"].as_u64().unwrap()
    }
}

fn portal(ports: &Ports, offices: [&Office; 2], settings: &Settings) -> Router {
    let hosts = ["portal1.example.com", "portal2.example.com"];
    let firms = hosts.map(str::to_owned).into_iter();
    let firms = firms.zip(offices.map(|office| office.firm.id));
    router(Portal {
        ports: ports.clone(),
        firms: Arc::new(FirmsByHost(firms.collect())),
        settings: settings.clone(),
    })
}

/// A program that calls one of the APIs.
#[derive(Clone)]
pub(crate) struct Caller {
    app: Router,
    base: &'static str,
    token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// What is no JSON.
    pub(crate) file: Vec<u8>,
}

/// A different key for each request that does not say otherwise.
static KEYS: AtomicU64 = AtomicU64::new(0);

impl Caller {
    pub(crate) fn with_token(self, token: String) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, None)).await
    }

    /// Asks for an address beside the API's own.
    pub(crate) async fn at_root(&self, path: &str) -> Answer {
        let base = self.base.trim_end_matches("/api/v1");
        let mut request = self.request(Method::GET, "", None);
        *request.uri_mut() = format!("{base}{path}").parse().unwrap();
        self.send(request).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        let key = KEYS.fetch_add(1, Ordering::SeqCst);
        self.post_as(&format!("request-{key}"), path, body).await
    }

    pub(crate) async fn post_as(&self, key: &str, path: &str, body: Value) -> Answer {
        let mut request = self.request(Method::POST, path, Some(body));
        let headers = request.headers_mut();
        headers.insert("idempotency-key", key.parse().unwrap());
        self.send(request).await
    }

    /// A write with `If-Match`.
    pub(crate) async fn write(
        &self,
        method: Method,
        path: &str,
        etag: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(method, path, body);
        let headers = request.headers_mut();
        headers.insert("if-match", etag.parse().unwrap());
        self.send(request).await
    }

    pub(crate) async fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        self.write(Method::PATCH, path, etag, Some(body)).await
    }

    /// Makes a record and answers its id.
    pub(crate) async fn made(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, body).await;
        answer.expect(StatusCode::CREATED);
        answer.text("/id")
    }

    pub(crate) fn request(&self, method: Method, path: &str, body: Option<Value>) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(HOST, "portal1.example.com");
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        request.body(body).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 22).await.unwrap();
        let kind = parts.headers.get(CONTENT_TYPE);
        let is_json = kind.is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
        let (body, file) = match is_json && !bytes.is_empty() {
            true => (serde_json::from_slice(&bytes).unwrap(), vec![]),
            false => (Value::Null, bytes.to_vec()),
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            file,
        }
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// The text at this JSON pointer.
    #[track_caller]
    pub(crate) fn text(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found
            .unwrap_or_else(|| panic!("no {pointer} in {:#}", self.body))
            .to_owned()
    }

    /// The minor units of the amount at this member.
    #[track_caller]
    pub(crate) fn cents(&self, member: &str) -> i64 {
        assert_eq!(self.body[member]["currency"], "USD", "{:#}", self.body);
        self.body[member]["amount_minor"].as_i64().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn etag(&self) -> &str {
        self.header("etag")
    }

    /// Where the flaws are, in the order told.
    pub(crate) fn flaws(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        let errors = errors.into_iter().flatten();
        errors
            .filter_map(|error| error["pointer"].as_str())
            .collect()
    }
}
