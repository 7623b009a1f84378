//! The client's vault. It opens for some minutes after the contact gave the password; what a contact
//! opens is in its log.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use caseflow_core::VaultEntry;
use caseflow_core::domain::id::VaultItemId;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::password::Password;
use caseflow_core::portal::vault::{self, LogLine, Who};
use serde::Serialize;
use utoipa::ToSchema;

use super::own_sign_in;
use crate::api::answer::{Answer, Listing, etag, listed, shown};
use crate::api::request::{self, Asked, Known};
use crate::api::values::Typed;
use crate::api::vault::{OverviewView, SecretView};
use crate::api::wire::body;
use crate::download;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// An item of the vault, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VaultItem)]
pub(super) struct ItemView {
    /// Its id.
    #[schema(example = "vit_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// When what it holds was put into the vault.
    #[schema(format = DateTime)]
    added_at: String,
    /// What it says of itself; null when it cannot be opened, which the log says.
    item: Option<OverviewView>,
}

impl ItemView {
    fn of(entry: &VaultEntry) -> Self {
        let item = &entry.item.value;
        Self {
            id: item.id.to_string(),
            added_at: item.sealed.at.to_string(),
            item: entry.shown.as_ref().map(Into::into),
        }
    }
}

/// Something that happened to the vault.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VaultLogLine)]
pub(super) struct LogView {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who: a contact of the client, somebody at the firm, or somebody else.
    #[schema(example = "contact")]
    by: &'static str,
    /// The name of a contact or of somebody at the firm.
    name: Option<String>,
    /// What was done.
    #[schema(example = "vault.item_opened")]
    action: String,
    /// The item it was done to, when that is there for the contact still.
    item: Option<String>,
    /// What the item is called, when it can be opened now.
    item_name: Option<String>,
    /// The network address of one of the client's own contacts.
    ip: Option<String>,
}

impl LogView {
    fn of(line: &LogLine) -> Self {
        let (by, name) = match &line.who {
            Who::Contact(name) => ("contact", Some(name.clone())),
            Who::Staff(name) => ("staff", Some(name.clone())),
            Who::Somebody => ("somebody", None),
        };
        Self {
            at: line.at.to_string(),
            by,
            name,
            action: line.action.clone(),
            item: line.item.map(|item| item.to_string()),
            item_name: line.name.as_ref().map(ToString::to_string),
            ip: line.ip.clone(),
        }
    }
}

body! {
    /// Which items.
    MyVaultQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

body! {
    /// Which lines of the log.
    MyVaultLogQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<u64>>,
    }
}

body! {
    /// The password once more.
    UnlockBody {
        /// The password in use.
        current_password: Typed,
    }
}

/// What is in the vault for the contact, newest first.
#[utoipa::path(get, path = "/api/v1/vault", tag = "Vault", operation_id = "list_vault",
    params(MyVaultQuery),
    responses((status = 200, description = "A page of items.", body = Listing<ItemView>)))]
pub(super) async fn list(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyVaultQuery>,
) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let visited = vault::list(&app.ports, &visiting, &query).await?;
    Ok(listed(&visited.page, ItemView::of))
}

/// Opens the vault to this session for five minutes. Where the host signs contacts in, it opens after
/// they have signed in there again.
#[utoipa::path(post, path = "/api/v1/vault/unlock", tag = "Vault", operation_id = "unlock_vault",
    request_body = UnlockBody,
    responses((status = 204, description = "Open.")))]
pub(super) async fn unlock(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    request::Json(body): request::Json<UnlockBody>,
) -> Answer {
    own_sign_in(&app)?;
    let password = Password::typed(&body.current_password.0);
    vault::unlock(&app.ports, &visiting, &password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Who did what with the vault, newest first.
#[utoipa::path(get, path = "/api/v1/vault/log", tag = "Vault", operation_id = "list_vault_log",
    params(MyVaultLogQuery),
    responses((status = 200, description = "A page of the log.", body = Listing<LogView>)))]
pub(super) async fn log(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    Asked(query): Asked<MyVaultLogQuery>,
) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let visited = vault::log(&app.ports, &visiting, &query).await?;
    Ok(listed(&visited.page, LogView::of))
}

/// One item, without its secret.
#[utoipa::path(get, path = "/api/v1/vault/{id}", tag = "Vault", operation_id = "read_vault_item",
    responses((status = 200, description = "The item.", body = ItemView)))]
pub(super) async fn read(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
    known: Known,
) -> Answer {
    let entry = vault::read(&app.ports, &visiting, id).await?.page;
    let tag = etag(entry.item.version);
    Ok(shown(&known, &tag, &ItemView::of(&entry)))
}

/// A short secret. That it was shown is in the log.
#[utoipa::path(post, path = "/api/v1/vault/{id}/show", tag = "Vault",
    operation_id = "show_vault_secret",
    responses((status = 200, description = "The secret.", body = SecretView)))]
pub(super) async fn show(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
) -> Answer {
    let visited = vault::show(&app.ports, &visiting, id).await?;
    Ok(Json(SecretView::of(&visited.page.details)).into_response())
}

/// The item's file, or a part of it. That it was downloaded is in the log.
#[utoipa::path(get, path = "/api/v1/vault/{id}/content", tag = "Vault",
    operation_id = "download_vault_file",
    responses((status = 200, description = "The file.", content_type = "application/octet-stream",
        body = Vec<u8>)))]
pub(super) async fn content(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
    headers: HeaderMap,
) -> Answer {
    let file = vault::file(&app.ports, &visiting, id).await?;
    download::vault(id, file, &headers).await
}
