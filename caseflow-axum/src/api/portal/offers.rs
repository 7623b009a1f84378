//! The client's proposals and estimates. Drafts are never among them.

use axum::Json as Shown;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::OfferId;
use caseflow_core::domain::offer::{Answer as Decided, Digest, Offer, OfferKind};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize, WaitingFirst};
use caseflow_core::domain::text::Prose;
use caseflow_core::portal::offers::{self, Deciding};
use caseflow_core::portal::{Visited, Visiting};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, etag_with, listed, shown};
use crate::api::offer::{FactsView, SummaryView};
use crate::api::request::{Asked, Json, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// A proposal or an estimate as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(super) struct OfferView {
    #[serde(flatten)]
    facts: FactsView,
}

impl OfferView {
    fn of(app: &App, visited: &Visited<Versioned<Offer>>) -> Self {
        let today = visited.who.firm().today(app.ports.now());
        Self {
            facts: FactsView::of(&visited.page.value, today),
        }
    }
}

body! {
    /// Which proposals or estimates.
    MyOffersQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<WaitingFirst>>,
    }
}

body! {
    /// What the contact decides.
    DecisionBody {
        /// The `digest` of what was read: another one is refused, so that nobody decides on what they
        /// have not seen.
        shown: Digest,
        /// The answer. No to an estimate is `declined` too.
        answer: Decided,
        /// Why not. With `accepted` it is dropped.
        reason: Option<Prose<1000>>,
    }
}

impl From<DecisionBody> for Deciding {
    fn from(body: DecisionBody) -> Self {
        Self {
            shown: body.shown,
            answer: body.answer,
            reason: body.reason,
        }
    }
}

/// The client's proposals: what waits for an answer, then the others, each newest first.
#[utoipa::path(get, path = "/api/v1/proposals", tag = "Proposals and estimates",
    operation_id = "list_proposals", params(MyOffersQuery),
    responses((status = 200, description = "A page of proposals.", body = Listing<SummaryView>)))]
pub(super) async fn proposals(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyOffersQuery>,
) -> Answer {
    list(&app, &visiting, OfferKind::Proposal, query).await
}

/// The client's estimates, in the same order.
#[utoipa::path(get, path = "/api/v1/estimates", tag = "Proposals and estimates",
    operation_id = "list_estimates", params(MyOffersQuery),
    responses((status = 200, description = "A page of estimates.", body = Listing<SummaryView>)))]
pub(super) async fn estimates(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyOffersQuery>,
) -> Answer {
    list(&app, &visiting, OfferKind::Estimate, query).await
}

/// One proposal. The first look at it is put on record.
#[utoipa::path(get, path = "/api/v1/proposals/{id}", tag = "Proposals and estimates",
    operation_id = "read_proposal",
    responses((status = 200, description = "The proposal.", body = OfferView)))]
pub(super) async fn proposal(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    known: Known,
) -> Answer {
    read(&app, &visiting, OfferKind::Proposal, id, &known).await
}

/// One estimate. The first look at it is put on record.
#[utoipa::path(get, path = "/api/v1/estimates/{id}", tag = "Proposals and estimates",
    operation_id = "read_estimate",
    responses((status = 200, description = "The estimate.", body = OfferView)))]
pub(super) async fn estimate(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    known: Known,
) -> Answer {
    read(&app, &visiting, OfferKind::Estimate, id, &known).await
}

/// One proposal as a PDF file, as it stands now.
#[utoipa::path(get, path = "/api/v1/proposals/{id}/pdf", tag = "Proposals and estimates",
    operation_id = "print_proposal",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn proposal_pdf(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
) -> Answer {
    pdf(&app, &visiting, OfferKind::Proposal, id).await
}

/// One estimate as a PDF file, as it stands now.
#[utoipa::path(get, path = "/api/v1/estimates/{id}/pdf", tag = "Proposals and estimates",
    operation_id = "print_estimate",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn estimate_pdf(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
) -> Answer {
    pdf(&app, &visiting, OfferKind::Estimate, id).await
}

/// Accepts or declines a proposal, once, as long as it is open. The same decision again changes
/// nothing. No invoice comes of it.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/decision", tag = "Proposals and estimates",
    operation_id = "decide_proposal", request_body = DecisionBody,
    responses((status = 200, description = "Decided.", body = OfferView)))]
pub(super) async fn decide_proposal(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    Json(body): Json<DecisionBody>,
) -> Answer {
    decide(&app, &visiting, OfferKind::Proposal, id, &body.into()).await
}

/// Accepts or rejects an estimate, once, as long as it is open. The same decision again changes
/// nothing. No invoice comes of it.
#[utoipa::path(post, path = "/api/v1/estimates/{id}/decision", tag = "Proposals and estimates",
    operation_id = "decide_estimate", request_body = DecisionBody,
    responses((status = 200, description = "Decided.", body = OfferView)))]
pub(super) async fn decide_estimate(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<OfferId>,
    Json(body): Json<DecisionBody>,
) -> Answer {
    decide(&app, &visiting, OfferKind::Estimate, id, &body.into()).await
}

async fn list(app: &App, visiting: &Visiting, kind: OfferKind, query: MyOffersQuery) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let visited = offers::list(&app.ports, visiting, kind, &query).await?;
    let today = visited.who.firm().today(app.ports.now());
    Ok(listed(&visited.page, |row| SummaryView::of(row, today)))
}

async fn read(
    app: &App,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
    known: &Known,
) -> Answer {
    let visited = offers::read(&app.ports, visiting, kind, id).await?;
    let view = OfferView::of(app, &visited);
    let etag = etag_with(visited.page.version, view.facts.status);
    Ok(shown(known, &etag, &view))
}

async fn pdf(app: &App, visiting: &Visiting, kind: OfferKind, id: OfferId) -> Answer {
    let document = offers::pdf(&app.ports, visiting, kind, id).await?;
    Ok(download::pdf(document))
}

async fn decide(
    app: &App,
    visiting: &Visiting,
    kind: OfferKind,
    id: OfferId,
    deciding: &Deciding,
) -> Answer {
    let outcome = offers::decide(&app.ports, visiting, kind, id, deciding).await?;
    let view = OfferView::of(app, &outcome.stands()?);
    Ok(Shown(view).into_response())
}
