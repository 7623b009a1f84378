//! Announcements that a contact puts away.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use caseflow_core::domain::id::AnnouncementId;
use caseflow_core::portal::announcements;

use super::page::Answer;
use crate::extract::{InPath, SignedIn};
use crate::state::{App, Here};

/// Takes an announcement off the dashboard.
pub(super) async fn dismiss(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<AnnouncementId>,
) -> Answer {
    announcements::dismiss(&app.ports, &visiting, id).await?;
    Ok(Redirect::to(&here.urls.dashboard()).into_response())
}
