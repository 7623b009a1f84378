//! Announcements that a contact puts away.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use caseflow_core::domain::id::AnnouncementId;
use caseflow_core::portal::announcements;

use crate::api::answer::Answer;
use crate::extract::{InPath, SignedIn};
use crate::state::App;

/// Takes an announcement off the dashboard, for good. Once more is no error.
#[utoipa::path(post, path = "/api/v1/announcements/{id}/dismiss", tag = "Dashboard",
    operation_id = "dismiss_announcement",
    responses((status = 204, description = "Dismissed.")))]
pub(super) async fn dismiss(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<AnnouncementId>,
) -> Answer {
    announcements::dismiss(&app.ports, &visiting, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
