//! Pages that are kept between requests, and shown again as long as they are what would be made now.
//!
//! Whether they are, one narrow read says, which also finds out whether the session counts. Nothing
//! is shown without it.

use std::fmt;
use std::sync::{Arc, Weak};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ContactId, FirmId};
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::edition::{Current, edition};
use caseflow_core::ports::payments::PaymentGateway;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::config::PageMemory;
use crate::error::Failure;
use crate::state::{App, Here};

/// In the extensions of a response: the page was not made anew, for it was at hand and is what would
/// have been made. A host may count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromMemory;

/// Shows the page that is at hand. What is made anew is kept, if its handler says how long it
/// [`Lasts`].
pub(super) async fn face(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(asked) = Asked::of(&app, &request) else {
        return next.run(request).await;
    };
    // Whatever is wrong with the visit, the page's own read finds out as well, and says so.
    let Ok(current) = edition(&app.ports, &asked.visiting).await else {
        return next.run(request).await;
    };
    let wanted = asked.wanted(&app, current);
    if let Some(page) = app.memory().find(&wanted) {
        return page;
    }
    let response = next.run(request).await;
    app.memory().keep(&app, wanted, response).await
}

/// How long a page stays as it is while nobody writes anything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lasts {
    zone: Zone,
    changes_at: Option<Timestamp>,
}

impl Lasts {
    /// As long as the firm's day, and until `changes_at`.
    pub(super) fn of(firm: &Firm, changes_at: Option<Timestamp>) -> Self {
        Self {
            zone: firm.zone,
            changes_at,
        }
    }

    /// The page that lasts so long.
    pub(super) fn on(self, mut page: Response) -> Response {
        page.extensions_mut().insert(self);
        page
    }

    fn until(self, made: Timestamp) -> Timestamp {
        let midnight = self.zone.day_lasts_until(made);
        self.changes_at.map_or(midnight, |it| it.min(midnight))
    }
}

/// The pages at hand.
pub(crate) struct Memory(Option<Cache<Key, Arc<Kept>, Bytewise>>);

impl Memory {
    pub(crate) fn new(PageMemory(bytes): PageMemory) -> Self {
        let pages = bytes.div_ceil(USUAL_BYTES);
        Self((bytes > 0).then(|| Cache::with_weighter(pages, bytes as u64, Bytewise)))
    }

    fn find(&self, wanted: &Wanted) -> Option<Response> {
        let kept = self.0.as_ref()?.get(&wanted.key)?;
        kept.is(wanted).then(|| kept.response())
    }

    async fn keep(&self, app: &App, wanted: Wanted, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let lasts = parts.extensions.remove::<Lasts>();
        let (Some(pages), Some(lasts)) = (&self.0, lasts) else {
            return Response::from_parts(parts, body);
        };
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Failure::UNRENDERED.into_response();
        };
        if same(&wanted.gateway, &gateway(app, wanted.key.firm)) {
            let kept = Kept {
                until: lasts.until(wanted.current.at),
                current: wanted.current,
                gateway: wanted.gateway,
                headers: parts.headers.clone(),
                // Without the room that was left for a longer page.
                body: Bytes::copy_from_slice(&body),
            };
            pages.insert(wanted.key, Arc::new(kept));
        }
        Response::from_parts(parts, Body::from(body))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = self.0.as_ref().map(Cache::len);
        f.debug_tuple("Memory").field(&pages).finish()
    }
}

/// A page as it is asked for.
struct Asked {
    visiting: Visiting,
    base: String,
    address: String,
}

impl Asked {
    /// None when there is no such page in any memory.
    fn of(app: &App, request: &Request) -> Option<Self> {
        if app.memory().0.is_none() || request.method() != Method::GET {
            return None;
        }
        let here = request.extensions().get::<Here>()?;
        Some(Self {
            visiting: here.visiting()?,
            base: here.urls.under(""),
            address: request.uri().path_and_query()?.to_string(),
        })
    }

    fn wanted(self, app: &App, current: Current) -> Wanted {
        let firm = self.visiting.firm;
        Wanted {
            gateway: gateway(app, firm),
            key: Key {
                firm,
                contact: current.contact,
                base: self.base,
                address: self.address,
            },
            current,
        }
    }
}

/// The page of a contact.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    firm: FirmId,
    contact: ContactId,
    /// The prefix that its links have.
    base: String,
    address: String,
}

/// What a page must be to be shown.
struct Wanted {
    key: Key,
    current: Current,
    gateway: Option<Gateway>,
}

/// What the firm takes money by: pages offer it. Held in a way that lets it go, and keeps another one
/// from standing in the same place meanwhile.
type Gateway = Weak<dyn PaymentGateway>;

fn gateway(app: &App, firm: FirmId) -> Option<Gateway> {
    let gateways = app.ports.gateways.of(firm);
    gateways.first().map(Arc::downgrade)
}

fn same(one: &Option<Gateway>, other: &Option<Gateway>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.ptr_eq(other),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// A page as it was made.
struct Kept {
    /// As the records stood before they were read.
    current: Current,
    until: Timestamp,
    gateway: Option<Gateway>,
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    fn is(&self, wanted: &Wanted) -> bool {
        self.current.edition == wanted.current.edition
            && (self.current.at..self.until).contains(&wanted.current.at)
            && same(&self.gateway, &wanted.gateway)
    }

    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        response.headers_mut().clone_from(&self.headers);
        response.extensions_mut().insert(FromMemory);
        response
    }
}

/// Counts a page by the bytes it takes.
#[derive(Debug, Clone)]
struct Bytewise;

impl Weighter<Key, Arc<Kept>> for Bytewise {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        let bytes = kept.body.len() + key.base.len() + key.address.len() + BESIDE;
        bytes as u64
    }
}

/// What a page takes beside its text, about.
const BESIDE: usize = 1024;

/// What most pages take.
const USUAL_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use caseflow_core::domain::edition::Edition;
    use caseflow_core::testing::fixtures::{self, NOW};

    #[test]
    fn memory_never_holds_more_than_its_bytes() {
        const MOST: usize = 300_000;
        let memory = Memory::new(PageMemory(MOST));
        let pages = memory.0.as_ref().unwrap();
        for n in 0..500_u64 {
            let key = Key {
                firm: fixtures::id(1),
                contact: fixtures::id(n % 7),
                base: "/portal".to_owned(),
                address: format!("/invoices?x={n}"),
            };
            let contact = key.contact;
            let kept = Kept {
                current: Current {
                    contact,
                    edition: Edition::new(fixtures::id(1), 1, 1),
                    at: NOW,
                },
                until: NOW,
                gateway: None,
                headers: HeaderMap::new(),
                body: Bytes::from(vec![b'x'; 12_000]),
            };
            pages.insert(key, Arc::new(kept));
            assert!(pages.weight() <= MOST as u64, "after {n}");
        }
        assert!(pages.len() > 10, "{memory:?}");
    }

    #[test]
    fn a_page_lasts_until_what_comes_first() {
        let firm = fixtures::firm(1);
        let midnight = fixtures::at("2026-11-24T23:00:00Z");
        let noon = fixtures::at("2026-11-24T12:00:00Z");
        for (changes_at, until) in [
            (None, midnight),
            (Some(noon), noon),
            (Some(fixtures::at("2026-12-01T00:00:00Z")), midnight),
        ] {
            assert_eq!(Lasts::of(&firm, changes_at).until(NOW), until);
        }
    }
}
