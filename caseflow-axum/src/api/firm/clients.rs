//! Clients.

use axum::extract::State;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::Client;
use caseflow_core::domain::id::ClientId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::firm::clients::{self, ClientInput};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Answer, Listing, Turn, Written, created, etag, listed, shown, written};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::wire::body;
use crate::download;
use crate::extract::InPath;
use crate::state::App;

/// A client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
pub(super) struct ClientView {
    /// Its id.
    #[schema(example = "cli_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The name on its invoices.
    name: String,
    /// Postal address as printed.
    address: Option<String>,
    /// VAT or company number as printed.
    tax_id: Option<String>,
    /// The firm's own reference; never shown to contacts.
    reference: Option<String>,
    /// When the client was added.
    #[schema(format = DateTime)]
    created_at: String,
}

impl ClientView {
    fn of(read: &Versioned<Client>) -> Self {
        let client = &read.value;
        Self {
            id: client.id.to_string(),
            version: read.version.0,
            name: client.name.to_string(),
            address: client.address.as_ref().map(ToString::to_string),
            tax_id: client.tax_id.as_ref().map(ToString::to_string),
            reference: client.reference.as_ref().map(ToString::to_string),
            created_at: client.created_at.to_string(),
        }
    }
}

body! {
    /// What staff say of a client.
    ClientBody {
        /// The name on its invoices.
        name: Line<200>,
        /// Postal address as printed.
        address: Option<Prose<500>>,
        /// VAT or company number as printed.
        tax_id: Option<Line<40>>,
        /// The firm's own reference; never shown to contacts.
        reference: Option<Line<60>>,
    }
}

impl From<ClientBody> for ClientInput {
    fn from(body: ClientBody) -> Self {
        Self {
            name: body.name,
            address: body.address,
            tax_id: body.tax_id,
            reference: body.reference,
        }
    }
}

body! {
    /// Which page of a list in the order of ids.
    ByIdQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<ByIdQuery> for PageQuery<()> {
    fn from(query: ByIdQuery) -> Self {
        Self {
            after: query.after,
            size: query.limit,
        }
    }
}

/// The firm's clients, newest first.
#[utoipa::path(get, path = "/api/v1/clients", tag = "Clients", operation_id = "list_clients",
    params(ByIdQuery),
    responses((status = 200, description = "A page of clients.", body = Listing<ClientView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<ByIdQuery>,
) -> Answer {
    let page = clients::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, |row| ClientView::of(&row.client)))
}

/// Adds a client.
#[utoipa::path(post, path = "/api/v1/clients", tag = "Clients", operation_id = "create_client",
    request_body = ClientBody,
    responses((status = 201, description = "Added.", body = Written)))]
pub(super) async fn create(State(app): State<App>, desk: Desk, write: Keyed<ClientBody>) -> Answer {
    let reply = clients::create(&app.ports, &write.call, write.body.into()).await?;
    let path = format!("/api/v1/clients/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One client.
#[utoipa::path(get, path = "/api/v1/clients/{id}", tag = "Clients", operation_id = "read_client",
    responses((status = 200, description = "The client.", body = ClientView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ClientId>,
    known: Known,
) -> Answer {
    let client = clients::read(&app.ports, &desk.staff, id).await?.client;
    Ok(shown(
        &known,
        &etag(client.version),
        &ClientView::of(&client),
    ))
}

/// Changes a client.
#[utoipa::path(patch, path = "/api/v1/clients/{id}", tag = "Clients",
    operation_id = "change_client", request_body = ClientBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ClientId>,
    edit: Edit,
) -> Answer {
    let old = clients::read(&app.ports, &desk.staff, id).await?.client;
    let body: ClientBody = edit.over(&ClientView::of(&old))?;
    let expected = edit.write.expected.or(Some(old.version));
    let reply = clients::update(&app.ports, &edit.write.call, id, expected, body.into()).await?;
    Ok(written(reply, Turn::First))
}

body! {
    /// Which days a statement tells of.
    StatementQuery {
        /// The first day; the first of January of the last one's year when absent.
        from: Option<NaiveDate>,
        /// The last day; today in the firm's zone when absent.
        to: Option<NaiveDate>,
    }
}

/// What a client was invoiced, paid and was credited from one day to another, with the balance
/// before and after, as a PDF file in the language of its primary contact. It tells of at most 1,000
/// invoices.
#[utoipa::path(get, path = "/api/v1/clients/{id}/statement", tag = "Clients",
    operation_id = "print_statement", params(StatementQuery),
    responses((status = 200, description = "The file.", content_type = "application/pdf",
        body = Vec<u8>)))]
pub(super) async fn statement(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ClientId>,
    Asked(days): Asked<StatementQuery>,
) -> Answer {
    let document = clients::statement(&app.ports, &desk.staff, id, days.from, days.to).await?;
    Ok(download::pdf(document))
}
