//! The portal as staff look at it in place of a contact.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect};
use caseflow_core::Error;
use caseflow_core::error::Refusal;
use caseflow_core::portal::preview;

use super::page::{self, Answer};
use super::views::access::{Preview, PreviewDead, PreviewEnded};
use crate::extract::{InPath, Mailed};
use crate::state::{App, Here};

/// Asks whether to begin. Looking at the page uses nothing up.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Answer {
    match preview::look(&app.ports, here.firm, &secret, &here.origin).await {
        Ok(link) => page::ok(&Preview {
            frame: page::outside(&here, &link.firm),
            token: secret.reveal(),
            contact: link.email.to_string(),
        }),
        Err(Error::Refused(Refusal::DeadLink)) => dead(&app, &here).await,
        Err(error) => Err(error.into()),
    }
}

/// Begins, beside a session that the browser may have.
pub(super) async fn begin(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Answer {
    match preview::begin(&app.ports, here.firm, &secret, &here.origin).await {
        Ok(begun) => {
            let cookie = app.settings.cookies.preview(here.firm, &begun.token);
            let onward = Redirect::to(&here.urls.dashboard());
            Ok((cookie.map(|cookie| [(SET_COOKIE, cookie)]), onward).into_response())
        }
        Err(Error::Refused(Refusal::DeadLink)) => dead(&app, &here).await,
        Err(error) => Err(error.into()),
    }
}

/// The page after a preview.
pub(super) async fn ended(State(app): State<App>, here: Here) -> Answer {
    let frame = page::front(&app, &here).await?;
    page::ok(&PreviewEnded { frame })
}

async fn dead(app: &App, here: &Here) -> Answer {
    let frame = page::front(app, here).await?;
    page::show(StatusCode::NOT_FOUND, &PreviewDead { frame })
}
