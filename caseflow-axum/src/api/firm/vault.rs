//! Clients' vaults. Only keys of the scope `vault` get in; every item that is opened, and every try of
//! another key, is in the log that the client sees.

use axum::extract::State;
use axum::http::HeaderMap;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::{ClientId, VaultItemId};
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::domain::vault::{SecretText, SignIn, VaultItem};
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};
use caseflow_core::{Overview, VaultEntry};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::AuditRowView;
use crate::api::answer::{Answer, Listing, Turn, Written, created, etag, listed, shown, written};
use crate::api::readers::ReadersView;
use crate::api::request::{Asked, Checked, Desk, Handed, Keyed, Known};
use crate::api::vault::{OverviewView, SecretView};
use crate::api::wire::{Flaws, body};
use crate::download;
use crate::error::Failure;
use crate::extract::InPath;
use crate::state::App;

/// An item as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VaultItemSummary)]
pub(super) struct RowView {
    /// Its id.
    #[schema(example = "vit_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version as a record: another number than that of what it holds.
    #[schema(minimum = 1)]
    version: u64,
    /// Whose vault it lies in.
    client: String,
    /// For which contacts it is there.
    contacts: ReadersView,
    /// The version of what it holds.
    #[schema(minimum = 1)]
    sealed_version: u64,
    /// When that was put into the vault.
    #[schema(format = DateTime)]
    sealed_at: String,
    /// When the item was.
    #[schema(format = DateTime)]
    added_at: String,
    /// What it says of itself; null when it cannot be opened, which the log says.
    item: Option<OverviewView>,
}

/// An item with what it holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VaultItem)]
pub(super) struct ItemView {
    #[serde(flatten)]
    row: RowView,
    /// Its secret; null for a file.
    secret: Option<SecretView>,
}

impl RowView {
    fn of(item: &Versioned<VaultItem>, shown: Option<&Overview>) -> Self {
        let (version, item) = (item.version, &item.value);
        Self {
            id: item.id.to_string(),
            version: version.0,
            client: item.client.to_string(),
            contacts: (&item.readers).into(),
            sealed_version: item.sealed.version,
            sealed_at: item.sealed.at.to_string(),
            added_at: item.added_at.to_string(),
            item: shown.map(Into::into),
        }
    }

    fn of_entry(entry: &VaultEntry) -> Self {
        Self::of(&entry.item, entry.shown.as_ref())
    }
}

body! {
    /// Which items.
    VaultQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

body! {
    /// Which rows of the log.
    VaultLogQuery {
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<u64>>,
    }
}

body! {
    /// What is said of a file for a vault.
    NewVaultFileBody {
        /// Whose vault it goes into.
        client: ClientId,
        /// For which contacts of the client it is there; everyone when absent.
        contacts: Readers,
        /// What staff say about it. It is sealed.
        description: Option<Prose<4000>>,
    }
}

body! {
    /// What is said of a file that takes another's place.
    VaultFileBody {
        /// What staff say about it. It is sealed.
        description: Option<Prose<4000>>,
    }
}

body! {
    /// Data to sign in somewhere.
    VaultSignInBody {
        /// Where, such as an address.
        place: Option<Line<2000>>,
        /// The name to sign in with.
        account: Option<SecretText>,
        /// The password.
        password: SecretText,
        /// What else is needed: answers, recovery codes.
        note: Option<SecretText>,
    }
}

body! {
    /// A short secret for a vault. All of it but the client and the contacts is sealed.
    NewVaultSecretBody {
        /// Whose vault it goes into.
        client: ClientId,
        /// For which contacts of the client it is there; everyone when absent.
        contacts: Readers,
        /// What it is called.
        name: Line<200>,
        /// What staff say about it.
        description: Option<Prose<4000>>,
        /// Data to sign in somewhere; or else a note.
        sign_in: Option<VaultSignInBody>,
        /// Another short secret.
        note: Option<SecretText>,
    }
}

body! {
    /// A short secret that takes another's place. All of it is sealed.
    VaultSecretBody {
        /// What it is called.
        name: Line<200>,
        /// What staff say about it.
        description: Option<Prose<4000>>,
        /// Data to sign in somewhere; or else a note.
        sign_in: Option<VaultSignInBody>,
        /// Another short secret.
        note: Option<SecretText>,
    }
}

body! {
    /// For whom an item is there.
    VaultContactsBody {
        /// The contacts; everyone when absent.
        contacts: Readers,
    }
}

impl From<VaultSignInBody> for SignIn {
    fn from(body: VaultSignInBody) -> Self {
        Self {
            place: body.place,
            account: body.account,
            password: body.password,
            note: body.note,
        }
    }
}

impl VaultSecretBody {
    fn input(self) -> Result<SecretInput, Failure> {
        let secret = match (self.sign_in, self.note) {
            (Some(sign_in), None) => ShortSecret::SignIn(sign_in.into()),
            (None, Some(note)) => ShortSecret::Note(note),
            _ => return Err(Flaws::one("", "send one of `sign_in` and `note`")),
        };
        Ok(SecretInput {
            name: self.name,
            description: self.description,
            secret,
        })
    }
}

/// What is in a client's vault, newest first. That it was listed is in the log.
#[utoipa::path(get, path = "/api/v1/clients/{id}/vault", tag = "Vault",
    operation_id = "list_vault", params(VaultQuery),
    responses((status = 200, description = "A page of items.", body = Listing<RowView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    InPath(client): InPath<ClientId>,
    Asked(query): Asked<VaultQuery>,
) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let page = vault::list(&app.ports, &desk.call(None), client, &query).await?;
    Ok(listed(&page, RowView::of_entry))
}

/// What happened to a client's vault, the oldest first.
#[utoipa::path(get, path = "/api/v1/clients/{id}/vault/log", tag = "Vault",
    operation_id = "list_vault_log", params(VaultLogQuery),
    responses((status = 200, description = "A page of the log.", body = Listing<AuditRowView>)))]
pub(super) async fn log(
    State(app): State<App>,
    desk: Desk,
    InPath(client): InPath<ClientId>,
    Asked(query): Asked<VaultLogQuery>,
) -> Answer {
    let query = PageQuery {
        after: query.after,
        size: query.limit,
    };
    let page = vault::log(&app.ports, &desk.call(None), client, &query).await?;
    Ok(listed(&page, AuditRowView::of))
}

/// Seals a file into a client's vault. The details come before the file.
#[utoipa::path(post, path = "/api/v1/vault/files", tag = "Vault", operation_id = "add_vault_file",
    request_body(content = NewVaultFileBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept.", body = Written)))]
pub(super) async fn add_file(
    State(app): State<App>,
    desk: Desk,
    write: Handed<NewVaultFileBody>,
) -> Answer {
    let (call, details) = (&write.call, write.details);
    let given = write.file.give(|upload| {
        let description = details.description;
        let input = FileInput {
            description,
            upload,
        };
        vault::add_file(&app.ports, call, details.client, details.contacts, input)
    });
    let reply = given.await?;
    let path = format!("/api/v1/vault/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// Seals a short secret into a client's vault.
#[utoipa::path(post, path = "/api/v1/vault/secrets", tag = "Vault",
    operation_id = "add_vault_secret", request_body = NewVaultSecretBody,
    responses((status = 201, description = "Kept.", body = Written)))]
pub(super) async fn add_secret(
    State(app): State<App>,
    desk: Desk,
    write: Keyed<NewVaultSecretBody>,
) -> Answer {
    let body = write.body;
    let (client, contacts) = (body.client, body.contacts);
    let secret = VaultSecretBody {
        name: body.name,
        description: body.description,
        sign_in: body.sign_in,
        note: body.note,
    };
    let input = secret.input()?;
    let reply = vault::add_secret(&app.ports, &write.call, client, contacts, input).await?;
    let path = format!("/api/v1/vault/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One item with what it holds. That it was opened is in the log.
#[utoipa::path(get, path = "/api/v1/vault/{id}", tag = "Vault", operation_id = "read_vault_item",
    responses((status = 200, description = "The item.", body = ItemView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<VaultItemId>,
    known: Known,
) -> Answer {
    let opened = vault::read(&app.ports, &desk.call(None), id).await?;
    let view = ItemView {
        row: RowView::of(&opened.item, Some(&Overview::of(&opened.details))),
        secret: SecretView::of(&opened.details),
    };
    Ok(shown(&known, &etag(opened.item.version), &view))
}

/// The item's file, or a part of it. That it was downloaded is in the log.
#[utoipa::path(get, path = "/api/v1/vault/{id}/content", tag = "Vault",
    operation_id = "download_vault_file",
    responses((status = 200, description = "The file.", content_type = "application/octet-stream",
        body = Vec<u8>)))]
pub(super) async fn content(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<VaultItemId>,
    headers: HeaderMap,
) -> Answer {
    let file = vault::file(&app.ports, &desk.call(None), id).await?;
    download::vault(id, file, &headers).await
}

/// Puts a file in the place of what an item holds. What it held is gone with its key.
#[utoipa::path(post, path = "/api/v1/vault/{id}/file", tag = "Vault",
    operation_id = "replace_vault_file",
    request_body(content = VaultFileBody, content_type = "multipart/form-data"),
    responses((status = 200, description = "Replaced.", body = Written)))]
pub(super) async fn replace_file(
    State(app): State<App>,
    InPath(id): InPath<VaultItemId>,
    write: Handed<VaultFileBody>,
) -> Answer {
    let (call, expected) = (&write.call, write.expected);
    let description = write.details.description;
    let given = write.file.give(|upload| {
        let input = FileInput {
            description,
            upload,
        };
        vault::replace_file(&app.ports, call, id, expected, input)
    });
    let reply = given.await?;
    Ok(written(reply, write.replayed.into()))
}

/// Puts a short secret in the place of what an item holds. What it held is gone with its key.
#[utoipa::path(post, path = "/api/v1/vault/{id}/secret", tag = "Vault",
    operation_id = "replace_vault_secret", request_body = VaultSecretBody,
    responses((status = 200, description = "Replaced.", body = Written)))]
pub(super) async fn replace_secret(
    State(app): State<App>,
    InPath(id): InPath<VaultItemId>,
    write: Keyed<VaultSecretBody>,
) -> Answer {
    let (call, expected) = (&write.call, write.expected);
    let input = write.body.input()?;
    let reply = vault::replace_secret(&app.ports, call, id, expected, input).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Says for which contacts an item is there.
#[utoipa::path(post, path = "/api/v1/vault/{id}/contacts", tag = "Vault",
    operation_id = "set_vault_contacts", request_body = VaultContactsBody,
    responses((status = 200, description = "Set.", body = Written)))]
pub(super) async fn set_contacts(
    State(app): State<App>,
    InPath(id): InPath<VaultItemId>,
    write: Keyed<VaultContactsBody>,
) -> Answer {
    let (call, expected) = (&write.call, write.expected);
    let reply = vault::set_readers(&app.ports, call, id, expected, write.body.contacts).await?;
    Ok(written(reply, write.replayed.into()))
}

/// Takes an item out, for good: its key is destroyed first, then its bytes.
#[utoipa::path(delete, path = "/api/v1/vault/{id}", tag = "Vault",
    operation_id = "remove_vault_item",
    responses((status = 200, description = "Removed.", body = Written)))]
pub(super) async fn remove(
    State(app): State<App>,
    InPath(id): InPath<VaultItemId>,
    write: Checked,
) -> Answer {
    let reply = vault::remove(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, Turn::First))
}
