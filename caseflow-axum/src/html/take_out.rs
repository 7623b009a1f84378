//! The archive of everything that the contact may see: a page that says what is in it, and the file.

use axum::extract::State;
use caseflow_core::Error;
use caseflow_core::domain::access::ContactSession;
use caseflow_core::domain::password::Password;
use caseflow_core::portal::{self, Visiting, take_out};
use serde::Deserialize;

use super::page::{self, Answer};
use super::views::forms::{Problem, Problems};
use super::views::frame::Place;
use super::views::take_out::{TakeOutPage, Taking};
use crate::config::SignIn;
use crate::download;
use crate::extract::{Form, SignedIn};
use crate::state::{App, Here, RequestId};
use crate::urls::with_query;

/// What the page posts: the password, when it was given too long ago.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    current_password: String,
}

/// What will be in the archive.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
) -> Answer {
    let who = portal::visitor(&app.ports, &visiting).await?;
    page::ok(&present(&app, &here, &who, Problems::default()))
}

/// The archive, or what has to be put right before.
pub(super) async fn take(
    State(app): State<App>,
    here: Here,
    id: RequestId,
    SignedIn(visiting): SignedIn,
    Form(fields): Form<Fields>,
) -> Answer {
    let problems = match fields.prove(&app, &visiting).await {
        Ok(()) => match take_out::begin(&app.ports, &visiting).await {
            Ok(take_out) => return Ok(download::archive(take_out, id)),
            Err(Error::Locked) => locked(&app),
            Err(error) => return Err(error.into()),
        },
        Err(Error::Locked) => locked(&app),
        Err(error) => Problems::of_error(error)?,
    };
    let who = portal::visitor(&app.ports, &visiting).await?;
    page::again(&problems, &present(&app, &here, &who, problems.clone()))
}

impl Fields {
    async fn prove(&self, app: &App, visiting: &Visiting) -> Result<(), Error> {
        if self.current_password.is_empty() {
            return Ok(());
        }
        let password = Password::typed(&self.current_password);
        take_out::prove(&app.ports, visiting, &password).await
    }
}

/// What is wrong when the password was given too long ago. Where the host signs contacts in, the page
/// itself says what to do.
fn locked(app: &App) -> Problems {
    match app.settings.sign_in {
        SignIn::Passwords => Problem::CurrentPasswordMissing.into(),
        SignIn::Host { .. } => Problems::default(),
    }
}

fn present(app: &App, here: &Here, who: &ContactSession, problems: Problems) -> TakeOutPage {
    let (frame, bar) = page::inside(here, who);
    let taking = match &app.settings.sign_in {
        _ if who.may_unlock(app.ports.now()) => Taking::AtOnce,
        SignIn::Passwords => Taking::WithPassword {
            email: who.contact().email.to_string(),
        },
        SignIn::Host { login, .. } => Taking::AfterSignIn {
            login: with_query(login, "next", &here.urls.take_out()),
        },
    };
    TakeOutPage {
        frame,
        bar: bar.at(Place::Profile),
        problems,
        sections: who.sections().iter().collect(),
        taking,
    }
}
