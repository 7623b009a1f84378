//! Keys of this API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use caseflow_core::domain::api_key::{self, ApiKey, Scope};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::ApiKeyId;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::api_keys;
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{All, Answer, Written, written};
use crate::api::request::{self, Desk, Keyed};
use crate::api::wire::{Flaws, body};
use crate::extract::InPath;
use crate::state::App;

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(super) struct ApiKeyView {
    /// Its id.
    #[schema(example = "key_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The name that the audit log shows.
    name: String,
    /// What it may do: read, write (which is both), or vault (which is all of that, and opens vaults).
    #[schema(example = "read")]
    scope: &'static str,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops to work; never when null.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl ApiKeyView {
    fn of(read: &Versioned<ApiKey>) -> Self {
        let key = &read.value;
        Self {
            id: key.id.to_string(),
            version: read.version.0,
            name: key.name.to_string(),
            scope: key.scope.code(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(super) struct NewKeyView {
    /// Its id.
    id: String,
    /// The bearer token. It is shown this once: only its hash is kept.
    #[schema(example = "cf_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    secret: String,
}

body! {
    /// What is said of a key.
    ApiKeyBody {
        /// The name that the audit log shows.
        name: Line<120>,
        /// What it may do. Only a key of the scope `vault` makes another one.
        scope: Scope,
        /// When it stops to work, in the future; never when absent.
        expires_at: Option<Timestamp>,
    }
}

/// The firm's keys, newest first, revoked ones too.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "API keys", operation_id = "list_api_keys",
    responses((status = 200, description = "The keys.", body = All<ApiKeyView>)))]
pub(super) async fn list(State(app): State<App>, desk: Desk) -> Answer {
    let keys = api_keys::list(&app.ports, &desk.staff).await?;
    let data = keys.iter().map(ApiKeyView::of).collect();
    Ok(Json(All { data }).into_response())
}

/// Makes a key. Each request makes another one: a secret that is shown once cannot be replayed.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "API keys", operation_id = "create_api_key",
    request_body = ApiKeyBody,
    responses((status = 201, description = "Made.", body = NewKeyView)))]
pub(super) async fn create(
    State(app): State<App>,
    desk: Desk,
    request::Json(body): request::Json<ApiKeyBody>,
) -> Answer {
    let (
        ApiKeyBody {
            name,
            scope,
            expires_at,
        },
        origin,
    ) = (body, desk.origin);
    if expires_at.is_some_and(|end| end <= app.ports.now()) {
        return Err(Flaws::one("/expires_at", "must be in the future"));
    }
    let made = api_keys::create(&app.ports, &desk.staff, origin, name, scope, expires_at).await?;
    let view = NewKeyView {
        id: made.0.to_string(),
        secret: api_key::reveal(&made.1),
    };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// Revokes a key at once. Revoking it again changes nothing.
#[utoipa::path(post, path = "/api/v1/api-keys/{id}/revoke", tag = "API keys",
    operation_id = "revoke_api_key", request_body = Option<EmptyBody>,
    responses((status = 200, description = "Revoked.", body = Written)))]
pub(super) async fn revoke(
    State(app): State<App>,
    InPath(id): InPath<ApiKeyId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = api_keys::revoke(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}
