//! One try: a world with records of everybody, a caller, and an address.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use caseflow_axum::{OpenApi, Settings, firm_router, mount, router};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::api_key::Scope;
use caseflow_core::domain::contract::Contract;
use caseflow_core::testing::gateway::TestGateway;
use caseflow_core::testing::sealer::paper;
use serde_json::Value;

use super::Caller;
use super::online::{ONLINE, Tills};
use super::records::{OWNERS, Owner, Records, SOON, give_key, key, recorded};
use super::table::{Kind, Line, TABLE};
use crate::world::{BASE, Browser, Page, Who, World, encoded, forgetful};

/// Keys of the first firm, of the rival, and of the first firm for reading alone.
const KEYS: [(Who, u64, Scope); 3] = [
    (Who::Contact, 1, Scope::Vault),
    (Who::Rival, 2, Scope::Vault),
    (Who::Contact, 3, Scope::Read),
];

/// The documents of the APIs, by where their routers are mounted.
pub(super) type Documents = Vec<(&'static str, Value)>;

/// One caller in one world.
pub(super) struct Scene {
    world: World,
    records: HashMap<Owner, Records>,
    /// That of the first firm.
    gateway: Arc<TestGateway>,
    browser: Browser,
    token: Option<String>,
    line: &'static Line,
    caller: Caller,
    address: String,
}

impl Scene {
    /// A world that nobody has come to yet.
    pub(super) async fn new() -> Self {
        let settings = Settings {
            openapi: OpenApi::Served,
            ..Settings::default()
        };
        let world = World::with(settings.clone()).await;
        let pages = router(world.portal(settings.clone()));
        let bare = router(world.portal(forgetful(settings.clone())));
        let firm = firm_router(world.ports.clone(), settings);
        let app: Router = mount(BASE, pages).nest("/firm", firm);
        let world = world.behind(app).compared_with(mount(BASE, bare));
        let tills = Tills::open(&world);
        let mut records = HashMap::new();
        for owner in OWNERS {
            records.insert(owner, recorded(&world, &tills, owner).await);
        }
        for (who, n, scope) in KEYS {
            give_key(&world, who, n, scope).await;
        }
        Self {
            browser: rootless(world.browser(Who::Contact)),
            world,
            records,
            gateway: tills.office,
            token: None,
            line: &TABLE[0],
            caller: Caller::SignedOut,
            address: String::new(),
        }
    }

    /// This caller, about to ask for this route.
    pub(super) async fn of(line: &'static Line, caller: Caller) -> Self {
        let mut scene = Self::new().await;
        (scene.line, scene.caller) = (line, caller);
        scene.address = scene.address().await;
        scene.look_first().await;
        match line.is_firms() {
            true => scene.token = scene.key(caller).await,
            false => scene.sign_in(caller).await,
        }
        scene
    }

    /// What the caller is answered, with what this verb wants to be sent there.
    pub(super) async fn ask(&self, method: Method) -> Page {
        self.send(self.browser.clone(), self.token.as_deref(), method)
            .await
    }

    /// What whoever the record belongs to is answered, once it is shown to them.
    pub(super) async fn as_owner(&self) -> Page {
        let method = self.line.method();
        if self.line.is_firms() {
            return self.send(self.browser.clone(), Some(&key(1)), method).await;
        }
        let who = self.owner();
        self.world.permit(who, Sections::ALL).await;
        self.world.open_sections(who, Sections::ALL).await;
        if self.caller == Caller::Reaching(Owner::Draft) {
            let draft = &self.records[&Owner::Draft].ids["invoices"];
            self.world.issue(who, draft.parse().unwrap()).await;
            let draft = &self.records[&Owner::Draft].ids["contracts"];
            self.world.send_contract(who, draft.parse().unwrap()).await;
            for kind in ["proposals", "estimates"] {
                let draft = &self.records[&Owner::Draft].ids[kind];
                self.world.send_offer(who, draft.parse().unwrap()).await;
            }
            let draft = &self.records[&Owner::Draft].ids["articles"];
            self.world.publish(who, draft.parse().unwrap()).await;
            let draft = &self.records[&Owner::Draft].ids["documents"];
            self.world.share(who, draft.parse().unwrap()).await;
            self.world.doubles.clock.advance(SOON);
        }
        let owner = rootless(self.world.signed_in(who).await);
        self.send(owner, None, method).await
    }

    /// Whoever may see a page looks first, so that it is at hand when the caller comes.
    async fn look_first(&self) {
        let is_private_page = self.line.is_page() && self.line.kind != Kind::Open;
        if is_private_page && self.line.method() == Method::GET {
            let owner = rootless(self.world.signed_in(self.owner()).await);
            for _ in 0..2 {
                self.send(owner.clone(), None, Method::GET).await;
            }
        }
    }

    fn owner(&self) -> Who {
        match self.caller {
            Caller::Reaching(Owner::Neighbour) => Who::Stranger,
            Caller::Reaching(Owner::Rival) => Who::Rival,
            Caller::Reaching(Owner::Colleague) => Who::Colleague,
            _ => Who::Contact,
        }
    }

    /// Whether an answer names nothing that is not for the caller.
    pub(super) fn tells_nothing_of_others(&self, page: &Page) -> bool {
        let others: &[Owner] = match (self.line.is_firms(), self.caller) {
            (true, Caller::Reaching(_)) => &[
                Owner::Client,
                Owner::Neighbour,
                Owner::Draft,
                Owner::Colleague,
            ],
            (true, _) => &[Owner::Rival],
            (false, _) => &[
                Owner::Neighbour,
                Owner::Rival,
                Owner::Draft,
                Owner::Colleague,
            ],
        };
        let ids = others
            .iter()
            .flat_map(|owner| self.records[owner].ids.values());
        ids.into_iter().all(|id| !page.body.contains(id))
    }

    /// The documents of the two APIs, as they are served.
    pub(super) async fn documents(&self) -> Documents {
        let mut documents = vec![];
        for mount in [BASE, "/firm"] {
            let mut browser = rootless(self.world.browser(Who::Contact));
            let path = format!("{mount}/api/openapi.json");
            let mut request = browser.request(Method::GET, &path, None);
            bear(request.headers_mut(), &key(1), mount);
            let served = browser.send(request).await;
            documents.push((mount, serde_json::from_str(&served.body).unwrap()));
        }
        documents
    }

    /// How many rows the audit logs of the first firm and of the rival have: every write adds one.
    pub(super) async fn audit_rows(&self) -> [usize; 2] {
        let mut rows = [0, 0];
        for (count, who) in rows.iter_mut().zip([Who::Contact, Who::Rival]) {
            let all = self.world.audit_of(who).await;
            // That a vault refuses is written down, and counted by the vault's own tests.
            let written = all.iter().filter(|row| *row != "vault.item_refused");
            *count = written.count();
        }
        rows
    }

    async fn send(&self, mut browser: Browser, token: Option<&str>, method: Method) -> Page {
        let mut here = TABLE.iter().filter(|line| line.path() == self.line.path());
        let line = here.find(|line| line.method() == method);
        let body = line.and_then(|line| line.body(self.sender()));
        let body = match body {
            Some(body) if line.is_some_and(Line::decides) => Some(self.reading(body).await),
            Some(body) if line.is_some_and(Line::signs) => Some(self.shown(body).await),
            body => body,
        };
        let mut request = browser.request(method.clone(), &self.address, None);
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        if let Some(token) = token {
            bear(headers, token, "/firm");
        }
        if self.address.contains("/webhooks/") && method == Method::POST {
            let posted = self.gateway.posted().remove(0);
            for (name, value) in posted.headers {
                let name: HeaderName = name.parse().unwrap();
                headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
            }
            *request.body_mut() = Body::from(posted.body);
            return browser.send(request).await;
        }
        if self.line.is_firms() && method != Method::GET {
            headers.insert("if-match", "*".parse().unwrap());
            headers.insert("idempotency-key", "once".parse().unwrap());
        }
        let (kind, bytes) = match body {
            _ if self.address.ends_with("/logo") => ("image/png", PNG.to_vec()),
            _ if self.address.ends_with("/v1/verify") => ("application/pdf", paper(1, "Deed")),
            _ if self.address.ends_with("/verify") && method == Method::POST => upload("Deed"),
            Some(details) if line.is_some_and(Line::hands_in) => handed_in(&details),
            Some(fields) if self.line.is_page() => (FORM, form(&fields)),
            Some(body) => ("application/json", body.to_string().into_bytes()),
            None => ("", vec![]),
        };
        if !bytes.is_empty() {
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            *request.body_mut() = Body::from(bytes);
        }
        browser.send(request).await
    }

    /// A decision on what is at the address now.
    async fn reading(&self, mut body: Value) -> Value {
        let mut segments = self.address.split('/');
        let named = segments.find(|segment| segment.starts_with("off_"));
        let proposal = &self.records[&Owner::Client].ids["proposals"];
        let id = named.unwrap_or(proposal).parse().unwrap();
        for who in [Who::Contact, Who::Rival] {
            let firm = self.world.office_of(who).firm.id;
            let card = self.world.ports.store.offer_card(firm, id).await.unwrap();
            if let Some(card) = card {
                body["shown"] = card.offer.offer.value.digest().to_string().into();
            }
        }
        body
    }

    /// A signature of what is at the address now.
    async fn shown(&self, mut body: Value) -> Value {
        let mut segments = self.address.split('/');
        let named = segments.find(|segment| segment.starts_with("ctr_"));
        let id = named.unwrap().parse().unwrap();
        for who in [Who::Contact, Who::Rival] {
            let firm = self.world.office_of(who).firm.id;
            let card = self.world.ports.store.contract_card(firm, id).await;
            let contract = card.unwrap().map(|card| card.contract.contract.value);
            if let Some(version) = contract.as_ref().and_then(Contract::version) {
                body["shown"] = version.shown.hex().into();
            }
        }
        if body.get("shown").is_none() {
            body["shown"] = "0".repeat(64).into();
        }
        body
    }

    /// Whose names and terms the caller sends.
    fn sender(&self) -> &Records {
        match (self.line.kind, self.caller) {
            (Kind::Firm, Caller::Reaching(owner)) => &self.records[&owner],
            _ => &self.records[&Owner::Client],
        }
    }

    async fn sign_in(&mut self, caller: Caller) {
        match caller {
            Caller::SignedOut => {}
            Caller::Crossed => self.token = Some(key(1)),
            Caller::Abroad => {
                let session = self.world.signed_in(Who::Contact).await;
                let rival = self.world.signed_in(Who::Rival).await;
                self.browser = rootless(self.world.browser(Who::Rival));
                // Not even under the name that the other firm's cookie has.
                let (_, token) = session.session().unwrap();
                let (rivals, _) = rival.session().unwrap();
                self.browser.cookies = session.cookies.clone();
                self.browser.cookies.insert(rivals, token);
            }
            _ if self.line.kind == Kind::Open => {}
            _ => self.browser = rootless(self.world.signed_in(Who::Contact).await),
        }
        if let (Caller::NoPermission, Some(section)) = (caller, self.line.section()) {
            let others = Sections::ALL.without(section);
            match section {
                Section::Library => self.world.open_sections(Who::Contact, others).await,
                _ => self.world.permit(Who::Contact, others).await,
            }
        }
    }

    async fn key(&self, caller: Caller) -> Option<String> {
        match caller {
            Caller::SignedOut => None,
            Caller::Crossed => {
                let session = self.world.signed_in(Who::Contact).await;
                session.session().map(|(_, token)| token)
            }
            Caller::Reaching(_) => Some(key(2)),
            Caller::ReadOnlyKey => Some(key(3)),
            Caller::Rightful | Caller::Abroad | Caller::NoPermission => Some(key(1)),
        }
    }

    /// An address of the route that names what the caller asks for.
    async fn address(&self) -> String {
        let path = self.line.path();
        if path.contains("{token}") {
            return self.mailed(path).await;
        }
        if path.contains("{name}") {
            return self.asset().await;
        }
        if path.contains("{gateway}") {
            return path.replace("{gateway}", "example");
        }
        let owner = match (self.line.is_firms(), self.caller) {
            (false, Caller::Reaching(owner)) => owner,
            (true, _) if path.ends_with("/issue") => Owner::Draft,
            _ => Owner::Client,
        };
        let segments = path.split('/').collect::<Vec<_>>();
        let is_hole = |segment: &&str| ["{id}", "{slug}"].contains(segment);
        let Some(hole) = segments.iter().position(is_hole) else {
            return path.to_owned();
        };
        let collection = match segments.last() {
            Some(&"refunds") => ONLINE,
            Some(&"signed") => "signed",
            Some(&"show") => "secrets",
            _ => segments[hole - 1],
        };
        let id = self.records[&owner].ids.get(collection);
        let id = id.unwrap_or_else(|| panic!("make a record of {owner:?} for {path}"));
        let link = self.records[&owner].ids.get("links");
        path.replace(segments[hole], id)
            .replace("{link}", link.map_or("", String::as_str))
            .replace("{number}", "1")
    }

    /// The address of a link that was mailed just now.
    async fn mailed(&self, path: &str) -> String {
        if path.contains("/l/") {
            let proposal = &self.records[&Owner::Client].ids["proposals"];
            let proposal = proposal.parse().unwrap();
            let link = self.world.linked_path(Who::Contact, proposal).await;
            return path.replace("/l/{token}", &link);
        }
        if path.contains("/preview/") {
            return format!("{BASE}{}", self.world.preview_path().await);
        }
        self.world.letters().await;
        let email = self.world.contact(Who::Contact).email.as_str();
        if path.contains("confirm-email") {
            let mut browser = self.world.signed_in(Who::Contact).await;
            let new = [
                ("first_name", "Ana"),
                ("last_name", "Keller"),
                ("email", "new@example.com"),
            ];
            browser.post("/profile", &new).await;
        } else {
            let mut browser = self.world.browser(Who::Contact);
            browser.post("/forgot-password", &[("email", email)]).await;
        }
        format!("{BASE}{}", self.world.mailed_path().await)
    }

    /// The address of a style sheet that a page asks for.
    async fn asset(&self) -> String {
        let page = self.world.browser(Who::Contact).get("/login").await;
        let (_, rest) = page.body.split_once("href=\"/portal/assets/").unwrap();
        let name = rest.split('"').next().unwrap();
        format!("{BASE}/assets/{name}")
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";
const FORM: &str = "application/x-www-form-urlencoded";

fn form(fields: &Value) -> Vec<u8> {
    let fields = fields.as_object().unwrap().iter();
    let fields: Vec<(&str, &str)> = fields
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    encoded(&fields).into_bytes()
}

/// A browser that is told whole paths.
fn rootless(mut browser: Browser) -> Browser {
    browser.base.clear();
    browser
}

fn bear(headers: &mut HeaderMap, token: &str, mount: &str) {
    if mount == "/firm" {
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    }
}

/// A page of paper as a form sends a file: its media type and its bytes.
fn upload(words: &str) -> (&'static str, Vec<u8>) {
    let head =
        "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let form = [head.as_bytes(), &paper(1, words), b"\r\n--edge--\r\n"].concat();
    ("multipart/form-data; boundary=edge", form)
}

/// Details and a file, as the firm's API takes them: media type and bytes.
fn handed_in(details: &Value) -> (&'static str, Vec<u8>) {
    let details =
        format!("--edge\r\ncontent-disposition: form-data; name=\"details\"\r\n\r\n{details}\r\n");
    let (kind, file) = upload("Minutes");
    (kind, [details.into_bytes(), file].concat())
}
