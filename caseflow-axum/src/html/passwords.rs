//! Asking for a link to set a password, and using it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;
use caseflow_core::Error;
use caseflow_core::domain::link::LinkPurpose;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::Email;
use caseflow_core::error::Refusal;
use caseflow_core::portal::links::{self, LinkPage};
use caseflow_core::portal::sign_in;
use serde::Deserialize;

use super::format;
use super::page::{self, Answer};
use super::sign_in::{PASSWORD_SET, leaving};
use super::views::access::{
    ForgotPassword, ForgotPasswordSent, SetPassword, SetPasswordDead, SetPasswordFor,
};
use super::views::forms::{Problem, Problems};
use crate::extract::{Form, InPath, Mailed};
use crate::state::{App, Here};
use crate::urls::with_query;

/// What the page for a forgotten password posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Forgotten {
    email: String,
}

/// What the page behind a mailed link posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewPassword {
    password: String,
    password_again: String,
}

/// The form that asks for a link.
pub(super) async fn forgot(State(app): State<App>, here: Here) -> Answer {
    let fields = Forgotten::default();
    page::ok(&fields.page(&app, &here, Problems::default()).await?)
}

/// Mails a link if there is such an account; the answer is the same either way. It is a page and
/// not a redirect, so that the address typed stands in no URL.
pub(super) async fn send_link(
    State(app): State<App>,
    here: Here,
    Form(fields): Form<Forgotten>,
) -> Answer {
    let email = match Problem::check_email(&fields.email) {
        Ok(email) => email,
        Err(problem) => return fields.again(&app, &here, problem.into()).await,
    };
    match sign_in::forgot_password(&app.ports, here.firm, &email, &here.origin).await {
        Ok(()) => page::ok(&sent(&app, &here, &email).await?),
        Err(error) => fields.again(&app, &here, Problems::of_error(error)?).await,
    }
}

/// The page behind a link. Looking at it uses nothing up.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
) -> Answer {
    show_link(&app, &here, &secret, Problems::default()).await
}

/// Sets the password; the contact then signs in with it.
pub(super) async fn set(
    State(app): State<App>,
    here: Here,
    InPath(Mailed(secret)): InPath<Mailed>,
    Form(fields): Form<NewPassword>,
) -> Answer {
    if fields.password != fields.password_again {
        return show_link(&app, &here, &secret, Problem::PasswordsDiffer.into()).await;
    }
    let typed = &fields.password;
    match links::set_password(&app.ports, here.firm, &secret, typed, &here.origin).await {
        Ok(()) => {
            let login = with_query(&here.urls.login(), "done", PASSWORD_SET);
            Ok(leaving(&app, &here, Redirect::to(&login)))
        }
        Err(Error::Refused(Refusal::DeadLink)) => dead(&app, &here).await,
        Err(error) => show_link(&app, &here, &secret, Problems::of_error(error)?).await,
    }
}

impl Forgotten {
    async fn again(&self, app: &App, here: &Here, problems: Problems) -> Answer {
        let page = self.page(app, here, problems).await?;
        page::again(&page.problems, &page)
    }

    async fn page(
        &self,
        app: &App,
        here: &Here,
        problems: Problems,
    ) -> Result<ForgotPassword, Error> {
        Ok(ForgotPassword {
            frame: page::front(app, here).await?,
            problems,
            email: self.email.clone(),
        })
    }
}

async fn sent(app: &App, here: &Here, email: &Email) -> Result<ForgotPasswordSent, Error> {
    let validity = LinkPurpose::ResetPassword.validity();
    Ok(ForgotPasswordSent {
        frame: page::front(app, here).await?,
        email: email.to_string(),
        valid_for: format::wait(validity),
    })
}

/// The form of a link that works, the dead end of one that does not.
async fn show_link(app: &App, here: &Here, secret: &Secret, problems: Problems) -> Answer {
    let purposes = LinkPurpose::sets_password;
    match links::look(&app.ports, here.firm, secret, purposes, &here.origin).await {
        Ok(link) if problems.any() => {
            let page = set_page(here, secret, &link, problems);
            page::again(&page.problems, &page)
        }
        Ok(link) => page::ok(&set_page(here, secret, &link, problems)),
        Err(Error::Refused(Refusal::DeadLink)) => dead(app, here).await,
        Err(error) => Err(error.into()),
    }
}

async fn dead(app: &App, here: &Here) -> Answer {
    let frame = page::front(app, here).await?;
    page::show(StatusCode::NOT_FOUND, &SetPasswordDead { frame })
}

fn set_page(here: &Here, secret: &Secret, link: &LinkPage, problems: Problems) -> SetPassword {
    let purpose = match link.purpose {
        LinkPurpose::SetPassword => SetPasswordFor::Invitation,
        LinkPurpose::ResetPassword | LinkPurpose::ConfirmEmail(_) | LinkPurpose::Preview(_) => {
            SetPasswordFor::Reset
        }
    };
    SetPassword {
        frame: page::outside(here, &link.firm),
        problems,
        purpose,
        token: secret.reveal(),
        email: link.email.to_string(),
        least: Password::LEAST,
    }
}
