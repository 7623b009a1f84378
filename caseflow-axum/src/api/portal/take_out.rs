//! The archive of everything that the contact may see.

use axum::extract::State;
use caseflow_core::domain::password::Password;
use caseflow_core::portal::take_out;

use crate::api::answer::Answer;
use crate::api::request;
use crate::api::values::Typed;
use crate::api::wire::body;
use crate::download;
use crate::extract::SignedIn;
use crate::state::{App, RequestId};

body! {
    /// The password, when it was given more than five minutes ago.
    TakeOutBody {
        /// The password in use.
        current_password: Option<Typed>,
    }
}

/// Everything that the contact may see, in one archive.
///
/// It is a ZIP file that is made while it is sent. Its last file, `manifest.json`, has the SHA-256 digest
/// of every other and says what was left out and why. An answer that breaks off is no archive. It needs
/// the password of the last five minutes: what the session began with, or `current_password`.
#[utoipa::path(post, path = "/api/v1/take-out", tag = "Profile", operation_id = "take_out",
    request_body = Option<TakeOutBody>,
    responses((status = 200, description = "The archive.", content_type = "application/zip",
        body = Vec<u8>)))]
pub(super) async fn take(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    id: RequestId,
    request::Json(body): request::Json<TakeOutBody>,
) -> Answer {
    if let Some(typed) = body.current_password {
        let password = Password::typed(&typed.0);
        take_out::prove(&app.ports, &visiting, &password).await?;
    }
    let take_out = take_out::begin(&app.ports, &visiting).await?;
    Ok(download::archive(take_out, id))
}
