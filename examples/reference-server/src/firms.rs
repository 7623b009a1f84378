//! Which firm a request is for: the one whose portal address it was sent to.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use caseflow_axum::FirmResolver;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::{Error, Ports};
use tower::Service as _;

use crate::settings::Mode;

/// Paths at the root that are the server's own.
pub(crate) const RESERVED: [&str; 4] = ["firm", "healthz", "metrics", "readyz"];

/// The firms of the installation and where their portals are.
#[derive(Debug, Clone)]
pub(crate) struct Firms {
    mode: Mode,
    known: Arc<RwLock<Vec<Address>>>,
}

/// Where a firm's portal is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    firm: FirmId,
    /// Host, and port unless it is the scheme's own.
    host: String,
    /// Empty, or like `/muster`.
    path: String,
}

/// The firm that a request was found to be for.
#[derive(Debug, Clone, Copy)]
struct Found(FirmId);

impl Firms {
    /// No firms yet; a demonstration answers under any host name.
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode,
            known: Arc::default(),
        }
    }

    /// Reads the firms anew: a firm that was set up meanwhile is served from now on.
    pub(crate) async fn refresh(&self, ports: &Ports) -> Result<(), Error> {
        let firms = all(ports).await?;
        let addresses = firms.iter().map(Address::of).collect();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = addresses;
        Ok(())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.is_empty()
    }

    /// The firm whose portal is at this host and path, and the length of the portal's own path. The
    /// longest one wins, so that a firm may sit at `/` beside one at `/tax`.
    fn find(&self, host: &str, path: &str) -> Option<(FirmId, usize)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let here = known.iter().filter(|address| {
            (self.mode == Mode::Demo || address.host == host) && address.holds(path)
        });
        here.max_by_key(|address| address.path.len())
            .map(|address| (address.firm, address.path.len()))
    }
}

/// Every firm, oldest first.
pub(crate) async fn all(ports: &Ports) -> Result<Vec<Firm>, Error> {
    let mut firms = Vec::new();
    let mut query = PageQuery {
        after: None,
        size: PageSize::MAX,
    };
    loop {
        let page = ports.store.firms(&query).await?;
        firms.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(firms);
        }
    }
}

impl Address {
    fn of(firm: &Firm) -> Self {
        let url = &firm.portal_url;
        let origin = url.origin();
        let (scheme, host) = origin.split_once("://").unwrap_or(("https", origin));
        let default_port = if scheme == "http" { ":80" } else { ":443" };
        let path = url.as_str().strip_prefix(origin).unwrap_or_default();
        Self {
            firm: firm.id,
            host: host
                .strip_suffix(default_port)
                .unwrap_or(host)
                .to_ascii_lowercase(),
            path: path.to_owned(),
        }
    }

    fn holds(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[async_trait]
impl FirmResolver for Firms {
    async fn firm(&self, request: &mut Parts) -> Result<FirmId, Error> {
        let found = request.extensions.get::<Found>();
        found.map(|found| found.0).ok_or(Error::NotFound)
    }
}

/// Takes the firm's path off a request and hands it to the portal, as `Router::nest` would if the
/// firms were known when the program was written.
pub(crate) async fn to_portal(firms: Firms, mut portal: Router, mut request: Request) -> Response {
    let host = host(&request);
    let Some((firm, mount)) = firms.find(&host, request.uri().path()) else {
        return (
            StatusCode::NOT_FOUND,
            "There is no portal at this address.\n",
        )
            .into_response();
    };
    let Some(inner) = without_mount(request.uri(), mount) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = inner;
    request.extensions_mut().insert(Found(firm));
    let answer: Result<Response, Infallible> = portal.call(request).await;
    match answer {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn host(request: &Request) -> String {
    let named = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let authority = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str);
    named.or(authority).unwrap_or_default().to_ascii_lowercase()
}

fn without_mount(uri: &Uri, mount: usize) -> Option<Uri> {
    let whole = uri.path_and_query()?.as_str();
    let rest = whole.get(mount..)?;
    if rest.starts_with('/') {
        rest.parse().ok()
    } else {
        format!("/{rest}").parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use caseflow_core::domain::id::TypedId as _;
    use caseflow_core::domain::time::Timestamp;

    use super::*;

    fn firm(byte: u8) -> FirmId {
        FirmId::from_parts(Timestamp::from_micros(0), [byte; 10])
    }

    fn firms(mode: Mode) -> Firms {
        let at = |byte, host: &str, path: &str| Address {
            firm: firm(byte),
            host: host.to_owned(),
            path: path.to_owned(),
        };
        let firms = Firms::new(mode);
        *firms.known.write().unwrap() = vec![
            at(1, "a.example", ""),
            at(2, "a.example", "/tax"),
            at(3, "b.example", "/tax"),
        ];
        firms
    }

    #[test]
    fn the_host_and_the_longest_path_decide() {
        let firms = firms(Mode::Real);
        assert_eq!(firms.find("a.example", "/login"), Some((firm(1), 0)));
        assert_eq!(firms.find("a.example", "/tax"), Some((firm(2), 4)));
        assert_eq!(firms.find("a.example", "/tax/login"), Some((firm(2), 4)));
        assert_eq!(firms.find("a.example", "/taxes"), Some((firm(1), 0)));
        assert_eq!(firms.find("b.example", "/tax/"), Some((firm(3), 4)));
        assert_eq!(firms.find("b.example", "/login"), None);
        assert_eq!(firms.find("evil.example", "/login"), None);
    }

    #[test]
    fn the_rest_of_the_address_stays_as_it_was() {
        let inner = |text: &str| {
            without_mount(&text.parse().unwrap(), 4)
                .unwrap()
                .to_string()
        };
        assert_eq!(inner("/tax/invoices?status=paid"), "/invoices?status=paid");
        assert_eq!(inner("/tax"), "/");
        assert_eq!(inner("/tax?x=1"), "/?x=1");
        assert_eq!(inner("/tax/"), "/");
    }
}
