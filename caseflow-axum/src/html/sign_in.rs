//! Signing in and out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use caseflow_core::domain::device::KnownDevice;
use caseflow_core::domain::password::Password;
use caseflow_core::portal;
use caseflow_core::portal::sign_in::{self, Credentials};
use caseflow_core::{Error, Ports};
use serde::Deserialize;

use super::page::{self, Answer};
use super::views::access::{SignIn as SignInPage, SignInNotice, SignedOut};
use super::views::forms::{Problem, Problems};
use crate::config::SignIn;
use crate::extract::{Form, Query};
use crate::state::{App, Here};

/// What the sign-in page posts, and what it shows again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    email: String,
    password: String,
    /// Where to go afterwards, if that is inside the portal.
    next: String,
}

/// What an address of the sign-in page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    next: String,
    done: String,
}

/// What brought somebody here, as the query says it.
pub(super) const PASSWORD_SET: &str = "password";
pub(super) const EMAIL_CONFIRMED: &str = "email";

/// The form; whoever is signed in already goes on.
pub(super) async fn form(State(app): State<App>, here: Here, Query(asked): Query<Asked>) -> Answer {
    if is_signed_in(&app.ports, &here).await? {
        return Ok(Redirect::to(&destination(&here, &asked.next)).into_response());
    }
    let fields = Fields {
        next: asked.next,
        ..Fields::default()
    };
    let notice = match asked.done.as_str() {
        PASSWORD_SET => Some(SignInNotice::PasswordSet),
        EMAIL_CONFIRMED => Some(SignInNotice::EmailConfirmed),
        _ => here.visitor.map(|_| SignInNotice::SessionEnded),
    };
    page::ok(
        &fields
            .page(&app, &here, Problems::default(), notice)
            .await?,
    )
}

/// Signs in under a new secret; a session that the browser had before ends.
pub(super) async fn submit(
    State(app): State<App>,
    here: Here,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Answer {
    let device = app.settings.cookies.device(here.firm, &headers);
    let credentials = match fields.credentials(device) {
        Ok(credentials) => credentials,
        Err(problems) => return fields.again(&app, &here, problems).await,
    };
    match sign_in::sign_in(&app.ports, here.firm, &credentials, &here.origin).await {
        Ok(signed_in) => {
            end_session(&app.ports, &here).await?;
            let cookies = &app.settings.cookies;
            let session = cookies.set(here.firm, &signed_in.token);
            let device = cookies.mark(here.firm, &signed_in.device);
            let preview = cookies.end_preview(here.firm);
            let set = session.into_iter().chain(device).chain(preview);
            let onward = Redirect::to(&destination(&here, &fields.next));
            let set = AppendHeaders(set.map(|cookie| (SET_COOKIE, cookie)));
            Ok((set, onward).into_response())
        }
        Err(error) => fields.again(&app, &here, Problems::of_error(error)?).await,
    }
}

/// Ends the session, or the preview alone when there is one, or sends who the host signed in to where the host signs out.
pub(super) async fn sign_out(State(app): State<App>, here: Here) -> Answer {
    if here.visitor.is_some_and(|visitor| visitor.is_staff()) {
        end_session(&app.ports, &here).await?;
        let cookie = app.settings.cookies.end_preview(here.firm);
        let onward = Redirect::to(&here.urls.preview_ended());
        return Ok((cookie.map(|cookie| [(SET_COOKIE, cookie)]), onward).into_response());
    }
    if let SignIn::Host { logout, .. } = &app.settings.sign_in {
        return Ok(Redirect::to(logout).into_response());
    }
    end_session(&app.ports, &here).await?;
    let onward = Redirect::to(&here.urls.logout());
    Ok(leaving(&app, &here, onward))
}

/// The page after signing out. Looking at it signs nobody out.
pub(super) async fn signed_out(State(app): State<App>, here: Here) -> Answer {
    if is_signed_in(&app.ports, &here).await? {
        return Ok(Redirect::to(&here.urls.dashboard()).into_response());
    }
    let frame = page::front(&app, &here).await?;
    page::ok(&SignedOut { frame })
}

/// A redirect that takes the session's cookie away.
pub(super) fn leaving(app: &App, here: &Here, onward: Redirect) -> Response {
    let cookie = app.settings.cookies.clear(here.firm);
    (cookie.map(|cookie| [(SET_COOKIE, cookie)]), onward).into_response()
}

impl Fields {
    fn credentials(&self, device: Option<KnownDevice>) -> Result<Credentials, Problems> {
        let email = Problem::check_email(&self.email);
        let missing = self.password.is_empty().then_some(Problem::PasswordMissing);
        match (email, missing) {
            (Ok(email), None) => Ok(Credentials {
                email,
                password: Password::typed(&self.password),
                device,
            }),
            (email, missing) => Err(Problems(email.err().into_iter().chain(missing).collect())),
        }
    }

    async fn again(&self, app: &App, here: &Here, problems: Problems) -> Answer {
        let page = self.page(app, here, problems, None).await?;
        page::again(&page.problems, &page)
    }

    async fn page(
        &self,
        app: &App,
        here: &Here,
        problems: Problems,
        notice: Option<SignInNotice>,
    ) -> Result<SignInPage, Error> {
        Ok(SignInPage {
            frame: page::front(app, here).await?,
            problems,
            email: self.email.clone(),
            next: Some(self.next.clone()).filter(|next| here.urls.holds(next)),
            notice,
        })
    }
}

fn destination(here: &Here, next: &str) -> String {
    if here.urls.holds(next) {
        next.to_owned()
    } else {
        here.urls.dashboard()
    }
}

async fn is_signed_in(ports: &Ports, here: &Here) -> Result<bool, Error> {
    let Some(visiting) = here.visiting() else {
        return Ok(false);
    };
    match portal::visitor(ports, &visiting).await {
        Ok(_) => Ok(true),
        Err(Error::SignedOut) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends the session that came with the request. That there is none any more is fine.
async fn end_session(ports: &Ports, here: &Here) -> Result<(), Error> {
    let Some(visiting) = here.visiting() else {
        return Ok(());
    };
    match sign_in::sign_out(ports, &visiting).await {
        Err(Error::SignedOut) => Ok(()),
        ended => ended,
    }
}
