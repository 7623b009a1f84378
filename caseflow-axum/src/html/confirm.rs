//! The link that makes a new e-mail address count.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use caseflow_core::Error;
use caseflow_core::domain::link::LinkPurpose;
use caseflow_core::domain::secret::Secret;
use caseflow_core::error::Refusal;
use caseflow_core::portal::links::{self, LinkPage};

use super::page::{self, Answer};
use super::profile;
use super::sign_in::EMAIL_CONFIRMED;
use super::views::access::{ConfirmEmail, ConfirmEmailDead};
use crate::config::SignIn;
use crate::extract::{InPath, Mailed};
use crate::state::{App, Here};
use crate::urls::with_query;

/// Asks whether the address is right. Looking at the page uses nothing up.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Answer {
    let purposes = links::is_confirmation;
    match links::look(&app.ports, here.firm, &secret, purposes, &here.origin).await {
        Ok(link) => page::ok(&confirmation(&here, &secret, &link)),
        Err(Error::Refused(Refusal::DeadLink)) => dead(&app, &here).await,
        Err(error) => Err(error.into()),
    }
}

/// Makes the address count. That another contact has it by now is not told to anybody.
pub(super) async fn submit(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Answer {
    match links::confirm_email(&app.ports, here.firm, &secret, &here.origin).await {
        Ok(()) => Ok(Redirect::to(&onward(&app, &here)).into_response()),
        Err(Error::Refused(Refusal::DeadLink | Refusal::EmailTaken)) => dead(&app, &here).await,
        Err(error) => Err(error.into()),
    }
}

fn onward(app: &App, here: &Here) -> String {
    match (&app.settings.sign_in, here.visitor) {
        (SignIn::Passwords, None) => with_query(&here.urls.login(), "done", EMAIL_CONFIRMED),
        _ => with_query(&here.urls.profile(), "saved", profile::CONFIRMED),
    }
}

fn confirmation(here: &Here, secret: &Secret, link: &LinkPage) -> ConfirmEmail {
    let email = match &link.purpose {
        LinkPurpose::ConfirmEmail(email) => email,
        LinkPurpose::SetPassword | LinkPurpose::ResetPassword | LinkPurpose::Preview(_) => {
            &link.email
        }
    };
    ConfirmEmail {
        frame: page::outside(here, &link.firm),
        token: secret.reveal(),
        email: email.to_string(),
    }
}

async fn dead(app: &App, here: &Here) -> Answer {
    let frame = page::front(app, here).await?;
    page::show(StatusCode::NOT_FOUND, &ConfirmEmailDead { frame })
}
