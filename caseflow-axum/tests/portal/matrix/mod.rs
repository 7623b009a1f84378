//! The access matrix: every route of every router, tried as everybody.
//!
//! | a route is … | … signed out, or with another side's token | … permission off | … another client's, another firm's, a draft, another contact's |
//! | --- | --- | --- | --- |
//! | open | answered | answered | answered |
//! | the contact's own | asks to sign in | answered | - |
//! | in a section | asks to sign in | 404 | - |
//! | a record | asks to sign in | 404, if it is in a section | 404, for every verb |
//! | for all of the firm's | asks to sign in | 404, for every verb | 404, for every verb, unless it is a client of the firm |
//!
//! | a route of the firm's API is … | … no key, or another side's token | … another firm's key | … a key that may only read |
//! | --- | --- | --- | --- |
//! | the firm's | 401 | answered, for that firm | 403, if it writes |
//! | a record | 401 | 404 | 403, if it writes |
//! | of a vault | 401 | 404 | 403 |
//!
//! The routes come from the routers: [`ROUTES`] is made with the pages' router, a document with each
//! API's. [`TABLE`] says what each is; a route without a line fails, and so does a line without a
//! route. Whoever may see a page has looked at it before the caller comes, so that it is at hand.

mod bodies;
mod online;
mod records;
mod scene;
mod table;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use caseflow_axum::ROUTES;
use caseflow_core::domain::access::Section;
use tokio::task::JoinSet;

use crate::world::Page;
use records::Owner;
use scene::{Documents, Scene};
use table::{Kind, Line, TABLE};

/// As whom a route is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// Whoever it is made for.
    Rightful,
    SignedOut,
    /// A session of the one side, a key of the other, each at the other.
    Crossed,
    /// A contact's session at another firm's portal.
    Abroad,
    NoPermission,
    /// A contact, or a firm's key, that asks for what is not its own.
    Reaching(Owner),
    ReadOnlyKey,
}

const CALLERS: [Caller; 10] = [
    Caller::Rightful,
    Caller::SignedOut,
    Caller::Crossed,
    Caller::Abroad,
    Caller::NoPermission,
    Caller::Reaching(Owner::Neighbour),
    Caller::Reaching(Owner::Rival),
    Caller::Reaching(Owner::Draft),
    Caller::Reaching(Owner::Colleague),
    Caller::ReadOnlyKey,
];

/// What a cell of the matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Well,
    AsksToSignIn,
    NotThere,
    Forbidden,
}

/// The sections of which a record may be for some contacts of a client alone.
const CHOSEN: [Option<Section>; 2] = [Some(Section::Documents), Some(Section::Vault)];

/// The cell; none where the two do not meet.
fn cell(line: &Line, caller: Caller) -> Option<Answer> {
    use Kind::{Firm, FirmRecord, Open, Own, Record, Told};
    let answer = match (line.kind, caller) {
        (_, Caller::Rightful) | (Open, Caller::SignedOut | Caller::NoPermission) => Answer::Well,
        (Open, _) => return None,

        (_, Caller::SignedOut | Caller::Crossed) => Answer::AsksToSignIn,
        (Own | Kind::Section(_) | Record(_) | Told(_), Caller::Abroad) => Answer::AsksToSignIn,
        (Own | Record(None), Caller::NoPermission) => Answer::Well,
        (Kind::Section(_) | Record(Some(_)) | Told(_), Caller::NoPermission) => Answer::NotThere,
        // Nobody pays or signs a draft.
        (Record(_), Caller::Reaching(Owner::Draft)) if line.is_never_a_drafts() => return None,
        // Nor is a session one.
        (Record(_), Caller::Reaching(Owner::Draft)) if line.is_about_sessions() => return None,
        (Record(section), Caller::Reaching(Owner::Colleague)) if !CHOSEN.contains(&section) => {
            return None;
        }
        (Told(_), Caller::Reaching(Owner::Colleague)) => return None,
        // What a firm tells all its clients, it tells each.
        (Told(_), Caller::Reaching(Owner::Neighbour)) => return None,
        (Record(_) | Told(_), Caller::Reaching(_)) => Answer::NotThere,
        (Own | Kind::Section(_), Caller::Reaching(_)) => return None,
        (Own | Kind::Section(_) | Record(_) | Told(_), Caller::ReadOnlyKey) => return None,

        (Firm, Caller::Reaching(Owner::Rival)) => Answer::Well,
        (FirmRecord, Caller::Reaching(Owner::Rival)) => Answer::NotThere,
        (Firm | FirmRecord, Caller::ReadOnlyKey) if line.writes() || line.is_of_vault() => {
            Answer::Forbidden
        }
        (Firm | FirmRecord, Caller::ReadOnlyKey) => Answer::Well,
        (Firm | FirmRecord, _) => return None,
    };
    Some(answer)
}

#[tokio::test]
async fn the_table_has_exactly_the_routes_of_the_routers() {
    let routes = routes(&Scene::new().await.documents().await);
    let table: BTreeSet<String> = TABLE.iter().map(|line| line.route.to_owned()).collect();
    let untried: Vec<_> = routes.difference(&table).collect();
    assert!(untried.is_empty(), "say in the table what {untried:?} are");
    let gone: Vec<_> = table.difference(&routes).collect();
    assert!(gone.is_empty(), "no router has {gone:?}");
    assert_eq!(TABLE.len(), table.len(), "a line stands twice");
}

/// Every route of every router, as the table names them.
fn routes(documents: &Documents) -> BTreeSet<String> {
    let pages = ROUTES.iter();
    let mut all: BTreeSet<String> = pages
        .map(|route| format!("{} /portal{}", route.method, route.path))
        .collect();
    for (mount, document) in documents {
        all.insert(format!("GET {mount}/api/openapi.json"));
        for (path, operations) in document["paths"].as_object().unwrap() {
            let verbs = operations.as_object().unwrap().keys();
            all.extend(verbs.map(|verb| format!("{} {mount}{path}", verb.to_uppercase())));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn e01_e02_e21_everybody_gets_the_answer_of_the_matrix() {
    let documents = Arc::new(Scene::new().await.documents().await);
    let mut lines: JoinSet<usize> = TABLE
        .iter()
        .map(|line| try_line(line, Arc::clone(&documents)))
        .collect();
    let mut cells = 0;
    while let Some(tried) = lines.join_next().await {
        cells += tried.unwrap();
    }
    assert!(cells > 3 * TABLE.len(), "only {cells} cells were tried");
}

/// Tries a line as everybody, and says how many cells that were.
async fn try_line(line: &'static Line, documents: Arc<Documents>) -> usize {
    let mut cells = 0;
    for caller in CALLERS {
        if let Some(expected) = cell(line, caller) {
            let status = try_cell(line, caller, expected).await;
            assert!(
                is_documented(&documents, line, status),
                "{} as {caller:?}: the document does not have {status}",
                line.route
            );
            cells += 1;
        }
    }
    cells
}

async fn try_cell(line: &'static Line, caller: Caller, expected: Answer) -> StatusCode {
    let case = format!("{} as {caller:?}", line.route);
    let scene = Scene::of(line, caller).await;
    let rows = scene.audit_rows().await;
    let page = scene.ask(line.method()).await;
    let status = page.status.as_u16();
    match expected {
        Answer::Well => {
            assert_eq!(status, line.well, "{case}: {}", page.body);
            assert!(
                scene.tells_nothing_of_others(&page),
                "{case}: {}",
                page.body
            );
            the_same_from_memory(line, &scene, &page, &case).await;
        }
        Answer::AsksToSignIn if line.is_page() => assert!(page.asks_to_sign_in(), "{case}"),
        Answer::AsksToSignIn => assert_eq!(status, 401, "{case}"),
        Answer::NotThere => assert_eq!(status, 404, "{case}: {}", page.body),
        Answer::Forbidden => assert_eq!(status, 403, "{case}: {}", page.body),
    }
    let now = scene.audit_rows().await;
    if expected != Answer::Well {
        assert_eq!(now, rows, "{case}: was written down");
    } else if caller == Caller::Reaching(Owner::Rival) {
        assert_eq!(now[0], rows[0], "{case}: wrote to another firm");
    }
    if expected == Answer::NotThere {
        every_other_verb(line, &scene, &case).await;
        assert_eq!(scene.audit_rows().await, rows, "{case}: was written to");
        let owner = scene.as_owner().await;
        assert_eq!(owner.status.as_u16(), line.well, "{case}: it is there");
    }
    page.status
}

/// A page that is kept is there the second time, and the same.
async fn the_same_from_memory(line: &Line, scene: &Scene, page: &Page, case: &str) {
    if KEPT.contains(&line.route) {
        let again = scene.ask(Method::GET).await;
        assert!(again.from_memory, "{case}: is made anew");
        assert_eq!((again.status, &again.body), (page.status, &page.body));
    }
}

/// The pages that are kept between requests.
const KEPT: [&str; 13] = [
    "GET /portal/dashboard",
    "GET /portal/invoices",
    "GET /portal/invoices/{id}",
    "GET /portal/payments",
    "GET /portal/proposals",
    "GET /portal/proposals/{id}",
    "GET /portal/estimates",
    "GET /portal/estimates/{id}",
    "GET /portal/contracts",
    "GET /portal/documents",
    "GET /portal/documents/{id}",
    "GET /portal/library",
    "GET /portal/library/{slug}",
];

/// Whether the API's document, if the route is in one, has this answer.
fn is_documented(documents: &Documents, line: &Line, status: StatusCode) -> bool {
    documents.iter().all(|(mount, document)| {
        let path = line.path().strip_prefix(mount).unwrap_or_default();
        let verb = line.method().as_str().to_lowercase();
        let operations = document["paths"].get(path);
        let answers = operations.map(|operations| &operations[&verb]["responses"]);
        answers.is_none_or(|answers| answers.get(status.as_str()).is_some())
    })
}

/// What is not there is not there for any verb. An address of an API that does not take a verb at
/// all says so to everybody alike.
async fn every_other_verb(line: &Line, scene: &Scene, case: &str) {
    for verb in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let method: Method = verb.parse().unwrap();
        let taken = line.is_page() || line.takes(&method);
        let page: Page = scene.ask(method).await;
        let expected = match taken {
            true => StatusCode::NOT_FOUND,
            false => StatusCode::METHOD_NOT_ALLOWED,
        };
        assert_eq!(page.status, expected, "{case}: {verb}");
        let verbs = page.header("allow");
        assert_eq!(taken, verbs.is_empty(), "{case}: {verb} allows {verbs:?}");
    }
}
