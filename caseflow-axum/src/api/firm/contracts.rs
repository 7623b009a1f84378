//! Contracts: drafting, sending, taking back, recording signatures on paper. Nothing here signs for
//! a client.

use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseflow_core::ContractCopies;
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::contract::ContractStatus;
use caseflow_core::domain::id::{ClientId, ContractId};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::text::{Line, PersonName, Prose};
use caseflow_core::firm::contracts::{self, BodyInput, ContractInput, PaperInput};
use caseflow_core::firm::settings;
use caseflow_core::ports::store::{ContractFile, ContractQuery};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{
    Answer, Listing, Turn, Written, created, etag_with, listed, shown, written,
};
use crate::api::contract::{
    FactsView, FileView, SignatureView, SummaryView, signature_of, text_of,
};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::values::{chosen, text};
use crate::api::wire::{Flaws, Wire, body};
use crate::download;
use crate::extract::InPath;
use crate::state::App;

/// A contract with its signature.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contract)]
pub(super) struct ContractView {
    /// Its version as a record.
    #[schema(minimum = 1)]
    version: u64,
    #[serde(flatten)]
    facts: FactsView,
    /// Its text in Markdown; null when it is a PDF file.
    text: Option<String>,
    /// The PDF file that was uploaded; null when it is a text.
    upload: Option<FileView>,
    /// A note that no contact ever sees.
    internal_note: Option<String>,
    /// What was recorded of its signature.
    signature: Option<SignatureView>,
    /// When the draft was made.
    #[schema(format = DateTime)]
    created_at: String,
}

impl ContractView {
    fn of(file: &ContractFile, today: NaiveDate) -> Self {
        let contract = &file.contract.value;
        let note = contract.terms.internal_note.as_ref();
        Self {
            version: file.contract.version.0,
            facts: FactsView::of(contract, today),
            text: text_of(contract),
            upload: contract.terms.body.upload().map(Into::into),
            internal_note: note.map(ToString::to_string),
            signature: signature_of(file),
            created_at: contract.created_at.to_string(),
        }
    }

    /// The status changes overnight.
    fn etag(&self, version: Version) -> String {
        etag_with(version, self.facts.status)
    }
}

body! {
    /// What a contract says.
    ContractBody {
        /// Whom it is with; it cannot change later.
        client: ClientId,
        /// Its title.
        title: Line<200>,
        /// Its text in Markdown; absent when it is a PDF file.
        text: Option<RichText>,
        /// The PDF file that is to be signed, in base64: at most 10 MiB, not encrypted, not signed,
        /// no dynamic form. Absent when it is a text. In a change it takes the place of what the
        /// contract said; without it and without a text that stays.
        file: Option<Upload>,
        /// The last day on which it can be signed.
        sign_by: Option<NaiveDate>,
        /// The matter it belongs to.
        matter: Option<Line<120>>,
        /// A note that no contact ever sees.
        internal_note: Option<Prose<4000>>,
    }
}

impl ContractBody {
    fn parts(self) -> (ClientId, ContractInput, Option<BodyInput>) {
        let input = ContractInput {
            title: self.title,
            sign_by: self.sign_by,
            matter: self.matter,
            internal_note: self.internal_note,
        };
        let upload = self.file.map(|Upload(file)| BodyInput::Upload(file));
        (
            self.client,
            input,
            upload.or(self.text.map(BodyInput::Text)),
        )
    }
}

/// A PDF file in base64.
#[derive(Debug)]
pub(crate) struct Upload(Vec<u8>);

/// The most characters of a file in base64.
const UPLOAD_CHARACTERS: usize = contracts::MOST.div_ceil(3) * 4;

/// The most bytes of a body with a file: the file and what stands around it, a text of the most
/// characters too.
pub(super) const UPLOAD_BYTES: usize = UPLOAD_CHARACTERS + super::BODY_BYTES;

impl Wire for Upload {
    fn shape() -> Value {
        json!({
            "type": "string", "contentEncoding": "base64", "contentMediaType": "application/pdf",
            "pattern": "^[A-Za-z0-9+/]+={0,2}$", "maxLength": UPLOAD_CHARACTERS,
        })
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let text = text(given, at, flaws)?;
        chosen(STANDARD.decode(text).ok(), at, "a file in base64", flaws).map(Self)
    }

    fn absent() -> Option<Self> {
        None
    }
}

body! {
    /// A signature on paper.
    PaperBody {
        /// Who signed, as staff read it.
        name: PersonName,
        /// The day on the paper.
        signed_on: NaiveDate,
        /// Where the paper is, or what else is to be said.
        note: Option<Line<200>>,
    }
}

body! {
    /// Which contracts.
    ContractsQuery {
        /// Only those with this status, as it is at this moment.
        status: Option<ContractStatus>,
        /// Only those of this client.
        client: Option<ClientId>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<ContractsQuery> for ContractQuery {
    fn from(query: ContractsQuery) -> Self {
        Self {
            status: query.status,
            client: query.client,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// The firm's contracts, newest first.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "Contracts", operation_id = "list_contracts",
    params(ContractsQuery),
    responses((status = 200, description = "A page of contracts.", body = Listing<SummaryView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<ContractsQuery>,
) -> Answer {
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let page = contracts::list(&app.ports, &desk.staff, &query.into()).await?;
    let today = firm.today(app.ports.now());
    Ok(listed(&page, |row| SummaryView::of(row, today)))
}

/// Makes a draft, of a text or of a PDF file.
#[utoipa::path(post, path = "/api/v1/contracts", tag = "Contracts", operation_id = "draft_contract",
    request_body = ContractBody,
    responses((status = 201, description = "Drafted.", body = Written)))]
pub(super) async fn draft(
    State(app): State<App>,
    desk: Desk,
    write: Keyed<ContractBody>,
) -> Answer {
    if write.body.text.is_some() && write.body.file.is_some() {
        return Err(Flaws::one(
            "/file",
            "a contract is a text or a file: remove one",
        ));
    }
    let (client, input, body) = write.body.parts();
    let body = body.ok_or_else(|| Flaws::one("/text", "is missing: send a text or a file"))?;
    let reply = contracts::draft(&app.ports, &write.call, client, input, body).await?;
    let path = format!("/api/v1/contracts/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One contract with what was recorded of its signature.
#[utoipa::path(get, path = "/api/v1/contracts/{id}", tag = "Contracts",
    operation_id = "read_contract",
    responses((status = 200, description = "The contract.", body = ContractView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContractId>,
    known: Known,
) -> Answer {
    let (file, view) = load(&app, &desk, id).await?;
    let etag = view.etag(file.contract.version);
    Ok(shown(&known, &etag, &view))
}

/// Changes what a contract says that is not signed. What was sent is taken back with that, until it
/// is sent again.
#[utoipa::path(patch, path = "/api/v1/contracts/{id}", tag = "Contracts",
    operation_id = "change_contract", request_body = ContractBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContractId>,
    edit: Edit,
) -> Answer {
    let (old, view) = load(&app, &desk, id).await?;
    let old = old.contract;
    let body: ContractBody = edit.over(&view)?;
    let (client, input, body) = body.parts();
    if client != old.value.client {
        return Err(Flaws::one(
            "/client",
            "the client of a contract cannot change",
        ));
    }
    if body.is_none() && old.value.terms.body.upload().is_none() {
        return Err(Flaws::one("/text", "is missing: send a text or a file"));
    }
    let expected: Option<Version> = edit.write.expected.or(Some(old.version));
    let call = &edit.write.call;
    let reply = contracts::revise(&app.ports, call, id, expected, input, body).await?;
    Ok(written(reply, Turn::First))
}

/// Sends the contract to be signed, or sends it once more. Contacts who get mail about contracts are
/// told.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/send", tag = "Contracts",
    operation_id = "send_contract", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Sent.", body = Written)))]
pub(super) async fn send(
    State(app): State<App>,
    InPath(id): InPath<ContractId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = contracts::send(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Takes back what waits for a signature.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/withdraw", tag = "Contracts",
    operation_id = "withdraw_contract", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Withdrawn.", body = Written)))]
pub(super) async fn withdraw(
    State(app): State<App>,
    InPath(id): InPath<ContractId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = contracts::withdraw(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Records that what was sent was signed on paper. It is marked as that wherever it is shown, and no
/// copy is sealed.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/paper-signature", tag = "Contracts",
    operation_id = "record_paper_signature", request_body = PaperBody,
    responses((status = 200, description = "Recorded.", body = Written)))]
pub(super) async fn sign_on_paper(
    State(app): State<App>,
    InPath(id): InPath<ContractId>,
    write: Keyed<PaperBody>,
) -> Answer {
    let input = PaperInput {
        name: write.body.name,
        signed_on: write.body.signed_on,
        note: write.body.note,
    };
    let expected = write.expected;
    let reply = contracts::sign_on_paper(&app.ports, &write.call, id, expected, input).await?;
    Ok(written(reply, write.replayed.into()))
}

/// What is read and signed, as a PDF file: the same bytes each time once it was sent; before that as
/// it would be sent now.
#[utoipa::path(get, path = "/api/v1/contracts/{id}/pdf", tag = "Contracts",
    operation_id = "download_contract",
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn original(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Original;
    let file = contracts::file(&app.ports, &desk.staff, id, which).await?;
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
    desk: Desk,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Signed;
    let file = contracts::file(&app.ports, &desk.staff, id, which).await?;
    Ok(download::kept(file))
}

async fn load(
    app: &App,
    desk: &Desk,
    id: ContractId,
) -> Result<(ContractFile, ContractView), caseflow_core::Error> {
    let file = contracts::read(&app.ports, &desk.staff, id).await?;
    let firm = settings::read(&app.ports, &desk.staff).await?.value;
    let view = ContractView::of(&file, firm.today(app.ports.now()));
    Ok((file, view))
}
