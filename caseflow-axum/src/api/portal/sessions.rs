//! Where the contact is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use caseflow_core::domain::id::SessionId;
use caseflow_core::domain::session::Session;
use caseflow_core::portal::sessions;
use serde::Serialize;
use utoipa::ToSchema;

use super::own_sign_in;
use crate::api::answer::{All, Answer};
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// A session of the contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnSession)]
pub(super) struct OwnSessionView {
    /// Its id.
    #[schema(example = "ses_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Whether the request came by it.
    current: bool,
    /// When the contact signed in.
    #[schema(format = DateTime)]
    authenticated_at: String,
    /// When it was last used, to a minute.
    #[schema(format = DateTime)]
    seen_at: String,
    /// When it ends whatever happens.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The network address from which the contact signed in.
    ip: Option<String>,
    /// What the browser or program said it was.
    user_agent: Option<String>,
}

impl OwnSessionView {
    fn of(session: &Session, current: Option<&Session>) -> Self {
        let origin = &session.origin;
        Self {
            id: session.id.to_string(),
            current: current.is_some_and(|current| current.id == session.id),
            authenticated_at: session.authenticated_at.to_string(),
            seen_at: session.seen_at.to_string(),
            expires_at: session.expires_at.to_string(),
            ip: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.as_ref().map(ToString::to_string),
        }
    }
}

/// The contact's sessions that are alive: the current one, then the others, the last used first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "Session", operation_id = "list_sessions",
    responses((status = 200, description = "The sessions.", body = All<OwnSessionView>)))]
pub(super) async fn list(State(app): State<App>, SignedIn(visiting): SignedIn) -> Answer {
    own_sign_in(&app)?;
    let own = sessions::list(&app.ports, &visiting).await?.page;
    let current = own.current.as_ref();
    let all = current.into_iter().chain(&own.others);
    let data = all.map(|it| OwnSessionView::of(it, current)).collect();
    Ok(Json(All { data }).into_response())
}

/// Ends one of the contact's sessions; the current one signs out.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "Session",
    operation_id = "end_session",
    responses((status = 204, description = "Ended.")))]
pub(super) async fn end(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<SessionId>,
) -> Answer {
    own_sign_in(&app)?;
    sessions::end(&app.ports, &visiting, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends all of the contact's sessions but the current one.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "Session",
    operation_id = "end_other_sessions",
    responses((status = 204, description = "Ended.")))]
pub(super) async fn end_others(State(app): State<App>, SignedIn(visiting): SignedIn) -> Answer {
    own_sign_in(&app)?;
    sessions::end_others(&app.ports, &visiting).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
