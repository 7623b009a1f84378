//! The client's contracts: reading, signing, declining. Drafts are never among them.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::ContractCopies;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::contract::ContractState;
use caseflow_core::domain::id::ContractId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize, WaitingFirst};
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::signature::SIGNING_TERMS;
use caseflow_core::domain::text::{Line, PersonName, Prose};
use caseflow_core::portal::Visited;
use caseflow_core::portal::contracts::{self, Declining, Signing};
use caseflow_core::ports::store::ContractFile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, etag_with, listed, shown};
use crate::api::contract::{FactsView, SignatureView, SummaryView, signature_of, text_of};
use crate::api::request::{self, Asked, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// A contract as its client sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contract)]
pub(super) struct ContractView {
    #[serde(flatten)]
    facts: FactsView,
    /// Its text in Markdown, as long as that is what was sent; null when it is a PDF file.
    text: Option<String>,
    /// The version of the terms of electronic signature that whoever signs has to accept.
    #[schema(example = "2026-11")]
    terms: &'static str,
    /// What was recorded of its signature.
    signature: Option<SignatureView>,
}

impl ContractView {
    fn of(app: &App, visited: &Visited<ContractFile>) -> Self {
        let today = visited.who.firm().today(app.ports.now());
        let contract = &visited.page.contract.value;
        let is_as_sent = matches!(
            contract.state,
            ContractState::Sent(_) | ContractState::Signed { .. }
        );
        Self {
            facts: FactsView::of(contract, today),
            text: text_of(contract).filter(|_| is_as_sent),
            terms: SIGNING_TERMS,
            signature: signature_of(&visited.page),
        }
    }

    /// The status changes overnight.
    fn etag(&self, version: Version) -> String {
        etag_with(version, self.facts.status)
    }
}

body! {
    /// Which contracts.
    MyContractsQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<WaitingFirst>>,
    }
}

body! {
    /// A signature.
    SignBody {
        /// The SHA-256 of the file that was shown: the contract's `sent.file.sha256`.
        shown: Fingerprint,
        /// The full name of the signer, as they typed it.
        typed: PersonName,
        /// The version of the terms of electronic signature that the signer has read and accepted.
        terms: Line<20>,
        /// The zone that the signer's device is in, an IANA name.
        time_zone: Option<Line<64>>,
    }
}

body! {
    /// A refusal to sign.
    DeclineBody {
        /// The SHA-256 of the file that was shown: the contract's `sent.file.sha256`.
        shown: Fingerprint,
        /// Why; the firm reads it.
        reason: Option<Prose<1000>>,
    }
}

/// The client's contracts: those that wait for a signature, then the others, each newest first.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "Contracts", operation_id = "list_contracts",
    params(MyContractsQuery),
    responses((status = 200, description = "A page of contracts.", body = Listing<SummaryView>)))]
pub(super) async fn list(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyContractsQuery>,
) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let visited = contracts::list(&app.ports, &visiting, &query).await?;
    let today = visited.who.firm().today(app.ports.now());
    Ok(listed(&visited.page, |row| SummaryView::of(row, today)))
}

/// One contract. That the contact has looked at it is recorded.
#[utoipa::path(get, path = "/api/v1/contracts/{id}", tag = "Contracts",
    operation_id = "read_contract",
    responses((status = 200, description = "The contract.", body = ContractView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
    known: Known,
) -> Answer {
    let visited = contracts::read(&app.ports, &visiting, id).await?;
    let view = ContractView::of(&app, &visited);
    let etag = view.etag(visited.page.contract.version);
    Ok(shown(&known, &etag, &view))
}

/// What is read and signed, as a PDF file: the same bytes each time.
#[utoipa::path(get, path = "/api/v1/contracts/{id}/pdf", tag = "Contracts",
    operation_id = "download_contract",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn original(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Original;
    let file = contracts::file(&app.ports, &visiting, id, which).await?;
    Ok(download::kept(file))
}

/// The sealed copy with the certificate of the signature, as a PDF file: the same bytes each time.
/// It is not there until the contract's `copy` is sealed.
#[utoipa::path(get, path = "/api/v1/contracts/{id}/signed", tag = "Contracts",
    operation_id = "download_signed_copy",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn signed(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Signed;
    let file = contracts::file(&app.ports, &visiting, id, which).await?;
    Ok(download::kept(file))
}

/// Signs the contract. What is recorded of it stands in the answer. Signing once more changes
/// nothing and is answered alike.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/sign", tag = "Contracts",
    operation_id = "sign_contract", request_body = SignBody,
    responses((status = 200, description = "Signed.", body = ContractView)))]
pub(super) async fn sign(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
    request::Json(body): request::Json<SignBody>,
) -> Answer {
    let signing = Signing {
        shown: body.shown.0,
        typed: body.typed,
        accepts: Some(body.terms),
        time_zone: body.time_zone,
    };
    let visited = contracts::sign(&app.ports, &visiting, id, &signing).await?;
    Ok(Json(ContractView::of(&app, &visited)).into_response())
}

/// Declines to sign the contract. Declining once more changes nothing and is answered alike.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/decline", tag = "Contracts",
    operation_id = "decline_contract", request_body = DeclineBody,
    responses((status = 200, description = "Declined.", body = ContractView)))]
pub(super) async fn decline(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
    request::Json(body): request::Json<DeclineBody>,
) -> Answer {
    let declining = Declining {
        shown: body.shown.0,
        reason: body.reason,
    };
    let visited = contracts::decline(&app.ports, &visiting, id, &declining).await?;
    Ok(Json(ContractView::of(&app, &visited)).into_response())
}
