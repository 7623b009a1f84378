//! The contact's own details and password.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use caseflow_core::domain::access::ContactSession;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::text::Phone;
use caseflow_core::portal::profile::{self, ProfileInput, ProfileSaved};
use caseflow_core::portal::sessions::{self, OwnSessions};
use caseflow_core::portal::{self, Visited, Visiting};
use serde::Deserialize;

use super::format::text;
use super::page::{self, Answer};
use super::preferences::{directions, languages, switches};
use super::sessions::rows;
use super::views::forms::{NameField, Problem, Problems};
use super::views::frame::Place;
use super::views::profile::{ChangePassword, OwnSignIn, Profile, ProfileNotice};
use crate::config::SignIn;
use crate::extract::{Form, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::with_query;

/// What the profile page posts. Whatever else is posted has no effect.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    first_name: String,
    last_name: String,
    phone: String,
    email: String,
}

/// What the page for another password posts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current_password: String,
    password: String,
    password_again: String,
}

/// What an address of the profile page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    saved: String,
}

/// What was saved, as the query says it.
const DETAILS: &str = "details";
const PENDING: &str = "pending";
const PASSWORD: &str = "password";
pub(super) const PREFERENCES: &str = "preferences";
pub(super) const SESSION: &str = "session";
pub(super) const OTHERS: &str = "others";
pub(super) const CONFIRMED: &str = "email";

/// The details as they are on file.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let visited = sessions::list(&app.ports, &visiting).await?;
    let notice = match asked.saved.as_str() {
        DETAILS => Some(ProfileNotice::Saved),
        PENDING => Some(ProfileNotice::EmailToConfirm),
        PASSWORD => Some(ProfileNotice::PasswordChanged),
        PREFERENCES => Some(ProfileNotice::PreferencesSaved),
        SESSION => Some(ProfileNotice::SessionEnded),
        OTHERS => Some(ProfileNotice::OthersEnded),
        CONFIRMED => Some(ProfileNotice::EmailConfirmed),
        _ => None,
    };
    let view = Fields::on_file(&visited.who).page(&app, &here, &visited);
    page::ok(&Profile { notice, ..view })
}

/// Changes name, phone and e-mail.
pub(super) async fn save(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Form(fields): Form<Fields>,
) -> Answer {
    let input = match fields.input() {
        Ok(input) => input,
        Err(problems) => return fields.again(&app, &here, &visiting, problems).await,
    };
    match profile::update(&app.ports, &visiting, input).await {
        Ok(ProfileSaved::Done) => Ok(saved_redirect(&here, DETAILS).into_response()),
        Ok(ProfileSaved::EmailToConfirm) => Ok(saved_redirect(&here, PENDING).into_response()),
        Err(error) => {
            let problems = Problems::of_error(error)?;
            fields.again(&app, &here, &visiting, problems).await
        }
    }
}

/// The form for another password.
pub(super) async fn password_form(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
) -> Answer {
    let who = portal::visitor(&app.ports, &visiting).await?;
    page::ok(&password_page(&here, &who, Problems::default()))
}

/// Changes the password; all other sessions end.
pub(super) async fn change_password(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Form(fields): Form<Passwords>,
) -> Answer {
    let problems = fields.problems();
    if problems.any() {
        return password_again(&app, &here, &visiting, problems).await;
    }
    let current = Password::typed(&fields.current_password);
    match profile::change_password(&app.ports, &visiting, &current, &fields.password).await {
        Ok(()) => Ok(saved_redirect(&here, PASSWORD).into_response()),
        Err(error) => password_again(&app, &here, &visiting, Problems::of_error(error)?).await,
    }
}

impl Fields {
    pub(super) fn on_file(who: &ContactSession) -> Self {
        let contact = who.contact();
        Self {
            first_name: contact.first_name.to_string(),
            last_name: contact.last_name.to_string(),
            phone: text(contact.phone.as_ref()),
            email: contact.email.to_string(),
        }
    }

    fn input(&self) -> Result<ProfileInput, Problems> {
        let first_name = Problem::check_name(NameField::First, &self.first_name);
        let last_name = Problem::check_name(NameField::Last, &self.last_name);
        let phone = match self.phone.trim() {
            "" => Ok(None),
            typed => Phone::parse(typed)
                .map(Some)
                .map_err(|_| Problem::PhoneMalformed),
        };
        let email = Problem::check_email(&self.email);
        match (first_name, last_name, phone, email) {
            (Ok(first_name), Ok(last_name), Ok(phone), Ok(email)) => Ok(ProfileInput {
                first_name,
                last_name,
                phone,
                email,
            }),
            (first, last, phone, email) => {
                let problems = [first.err(), last.err(), phone.err(), email.err()];
                Err(Problems(problems.into_iter().flatten().collect()))
            }
        }
    }

    async fn again(
        self,
        app: &App,
        here: &Here,
        visiting: &Visiting,
        problems: Problems,
    ) -> Answer {
        let visited = sessions::list(&app.ports, visiting).await?;
        let page = Profile {
            problems,
            ..self.page(app, here, &visited)
        };
        page::again(&page.problems, &page)
    }

    pub(super) fn page(self, app: &App, here: &Here, visited: &Visited<OwnSessions>) -> Profile {
        let Visited { who, page: own } = visited;
        let (frame, bar) = page::inside(here, who);
        let own_sign_in = match app.settings.sign_in {
            SignIn::Passwords => Some(OwnSignIn {
                password: here.urls.password(),
                sessions: rows(&here.urls, who.firm().zone, own),
            }),
            SignIn::Host { .. } => None,
        };
        Profile {
            languages: languages(who),
            directions: directions(who),
            switches: switches(who),
            own_sign_in,
            frame,
            bar: bar.at(Place::Profile),
            problems: Problems::default(),
            notice: None,
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            email: self.email,
            title: who.contact().title.as_ref().map(ToString::to_string),
        }
    }
}

impl Passwords {
    fn problems(&self) -> Problems {
        let current = self.current_password.is_empty();
        let differ = self.password != self.password_again;
        let found = [
            current.then_some(Problem::CurrentPasswordMissing),
            differ.then_some(Problem::PasswordsDiffer),
        ];
        Problems(found.into_iter().flatten().collect())
    }
}

pub(super) fn saved_redirect(here: &Here, what: &str) -> Redirect {
    Redirect::to(&with_query(&here.urls.profile(), "saved", what))
}

async fn password_again(app: &App, here: &Here, visiting: &Visiting, problems: Problems) -> Answer {
    let who = portal::visitor(&app.ports, visiting).await?;
    let page = password_page(here, &who, problems);
    page::again(&page.problems, &page)
}

fn password_page(here: &Here, who: &ContactSession, problems: Problems) -> ChangePassword {
    let (frame, bar) = page::inside(here, who);
    ChangePassword {
        frame,
        bar: bar.at(Place::Profile),
        problems,
        email: who.contact().email.to_string(),
        least: Password::LEAST,
    }
}
