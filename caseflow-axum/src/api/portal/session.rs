//! Signing in and out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use caseflow_core::domain::device::KnownDevice;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::text::{Email, Line};
use caseflow_core::portal::sign_in::{self, Credentials};
use serde::Serialize;
use utoipa::ToSchema;

use super::own_sign_in;
use crate::api::answer::Answer;
use crate::api::request;
use crate::api::values::Typed;
use crate::api::wire::body;
use crate::extract::SignedIn;
use crate::state::{App, Here};

/// A session that has just begun.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView {
    /// The bearer token, which is not kept anywhere else.
    #[schema(example = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    token: String,
    /// When the session ends whatever happens.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The pause between two requests after which it ends.
    idle_seconds: u64,
    /// The mark of this device, to be sent with the next sign-in. It signs nobody in.
    device: String,
}

body! {
    /// E-mail and password.
    CredentialsBody {
        /// The e-mail.
        email: Email,
        /// The password.
        password: Typed,
        /// What an earlier sign-in on this device answered as `device`: then other people's wrong
        /// guesses do not hold this one up.
        device: Option<Line<120>>,
    }
}

body! {
    /// Whose password was forgotten.
    ForgotBody {
        /// The e-mail.
        email: Email,
    }
}

/// Signs in. Tries are counted for the account, whether it exists or not, and for the address.
#[utoipa::path(post, path = "/api/v1/session", tag = "Session", operation_id = "sign_in",
    request_body = CredentialsBody, security(()),
    responses((status = 201, description = "Signed in.", body = SessionView)))]
pub(super) async fn sign_in(
    State(app): State<App>,
    here: Here,
    request::Json(body): request::Json<CredentialsBody>,
) -> Answer {
    own_sign_in(&app)?;
    let credentials = Credentials {
        email: body.email,
        password: Password::typed(&body.password.0),
        device: body
            .device
            .and_then(|mark| KnownDevice::parse(mark.as_str())),
    };
    let begun = sign_in::sign_in(&app.ports, here.firm, &credentials, &here.origin).await?;
    let view = SessionView {
        token: begun.token.reveal(),
        expires_at: begun.session.expires_at.to_string(),
        idle_seconds: begun.session.idle.as_secs(),
        device: begun.device.reveal(),
    };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// Signs out: the session ends at once.
#[utoipa::path(delete, path = "/api/v1/session", tag = "Session", operation_id = "sign_out",
    responses((status = 204, description = "Signed out.")))]
pub(super) async fn sign_out(State(app): State<App>, SignedIn(visiting): SignedIn) -> Answer {
    own_sign_in(&app)?;
    sign_in::sign_out(&app.ports, &visiting).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Mails a link to set another password. The answer is the same whether the account exists or not.
#[utoipa::path(post, path = "/api/v1/forgot-password", tag = "Session",
    operation_id = "forgot_password", request_body = ForgotBody, security(()),
    responses((status = 202, description = "If the account exists, a link is on its way.")))]
pub(super) async fn forgot_password(
    State(app): State<App>,
    here: Here,
    request::Json(body): request::Json<ForgotBody>,
) -> Answer {
    own_sign_in(&app)?;
    sign_in::forgot_password(&app.ports, here.firm, &body.email, &here.origin).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
