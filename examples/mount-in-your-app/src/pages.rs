//! The app's own pages.

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use crate::failure::Failure;
use crate::firm::NAME;
use crate::jobs::{self, Job};
use crate::users::{self, User};
use crate::{Host, sign_on};

type Answer = Result<Response, Failure>;

/// The app's own addresses.
pub fn routes() -> Router<Host> {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .route("/sign-out", get(sign_out).post(sign_out))
        .route("/jobs", get(job_list))
        .route("/jobs/{id}/close", post(close_job))
        .route(
            "/app.css",
            get(async || ([(CONTENT_TYPE, "text/css")], CSS)),
        )
        .fallback(async || Failure::NotFound)
}

const CSS: &str = include_str!("../templates/app.css");

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    user: Option<User>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    user: Option<User>,
    next: String,
    email: String,
    is_wrong: bool,
}

#[derive(Template)]
#[template(path = "jobs.html")]
struct Jobs {
    user: Option<User>,
    jobs: Vec<Job>,
}

#[derive(Template)]
#[template(path = "sign_out.html")]
struct SignOut {
    user: Option<User>,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct Fault {
    user: Option<User>,
    heading: &'static str,
}

async fn home(State(host): State<Host>, headers: HeaderMap) -> Answer {
    let user = sign_on::user(&host, &headers).await?;
    page(StatusCode::OK, &Home { user })
}

/// Where a visitor wants to go after signing in.
#[derive(Debug, Deserialize)]
struct Onward {
    #[serde(default)]
    next: String,
}

/// Asks for the password, of somebody who is signed in too: the portal sends them here to open what
/// wants a fresh one. Staff, whom the portal does not know, would be sent in circles.
async fn sign_in_form(
    State(host): State<Host>,
    headers: HeaderMap,
    Query(Onward { next }): Query<Onward>,
) -> Answer {
    let user = sign_on::user(&host, &headers).await?;
    let is_stranger = user.as_ref().is_some_and(|user| user.contact.is_none());
    if is_stranger && next.starts_with("/portal") {
        return Err(Failure::NotFound);
    }
    let form = SignIn {
        user,
        next,
        email: String::new(),
        is_wrong: false,
    };
    page(StatusCode::OK, &form)
}

#[derive(Debug, Deserialize)]
struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(State(host): State<Host>, Form(typed): Form<Credentials>) -> Answer {
    let email = typed.email.trim().to_lowercase();
    if users::check(&host, &email, &typed.password).await? {
        let cookie = sign_on::begin(&host, &email).await?;
        let onward = Redirect::to(own_address(&typed.next));
        return Ok(([(SET_COOKIE, cookie)], onward).into_response());
    }
    let again = SignIn {
        user: None,
        next: typed.next,
        email,
        is_wrong: true,
    };
    page(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// Leads nowhere but into the app itself.
fn own_address(next: &str) -> &str {
    let is_own = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_own { next } else { "/" }
}

/// The app's own button posts; the portal's leads here. What comes from another site is asked first.
async fn sign_out(State(host): State<Host>, headers: HeaderMap) -> Answer {
    let from = headers.get("sec-fetch-site");
    if from.is_none_or(|from| from != "same-origin") {
        let user = sign_on::user(&host, &headers).await?;
        return page(StatusCode::OK, &SignOut { user });
    }
    let cookie = sign_on::end(&host, &headers).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn job_list(State(host): State<Host>, headers: HeaderMap) -> Answer {
    let user = staff(&host, &headers).await?;
    let jobs = jobs::all(&host).await?;
    let user = Some(user);
    page(StatusCode::OK, &Jobs { user, jobs })
}

async fn close_job(State(host): State<Host>, headers: HeaderMap, Path(id): Path<i64>) -> Answer {
    let user = staff(&host, &headers).await?;
    jobs::close(&host, &user.name, id).await?;
    Ok(Redirect::to("/jobs").into_response())
}

async fn staff(host: &Host, headers: &HeaderMap) -> Result<User, Failure> {
    let user = sign_on::user(host, headers).await?;
    user.filter(|user| user.is_staff).ok_or(Failure::NotFound)
}

fn page(status: StatusCode, template: &impl Template) -> Answer {
    Ok((status, Html(template.render()?)).into_response())
}

/// A page that says what went wrong.
pub(crate) fn fault(status: StatusCode, heading: &'static str) -> Response {
    let fault = Fault {
        user: None,
        heading,
    };
    page(status, &fault).unwrap_or_else(|_| status.into_response())
}
