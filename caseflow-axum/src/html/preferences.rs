//! How the contact likes its pages and mails.

use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::access::{ContactSession, Section, Sections};
use caseflow_core::domain::text::{Direction, LanguageTag};
use caseflow_core::portal::profile::{Preferences, set_preferences};
use caseflow_core::portal::sessions;
use serde::Deserialize;

use super::page::{self, Answer};
use super::profile::{Fields, PREFERENCES, saved_redirect};
use super::views::forms::{Problem, Problems};
use super::views::profile::{Choice, Profile, Switch};
use crate::extract::{Form, SignedIn};
use crate::state::{App, Here};

/// What the form posts: a switch that is off is not posted at all.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    language: String,
    direction: String,
    mail_invoices: Option<String>,
    mail_proposals: Option<String>,
    mail_contracts: Option<String>,
    mail_estimates: Option<String>,
}

/// The languages to choose from, by the names that their readers give them: those of documents.
const LANGUAGES: [(&str, &str); 6] = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("he", "עברית"),
    ("ar", "العربية"),
];

/// Changes language, text direction and mail switches.
pub(super) async fn save(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Form(chosen): Form<Chosen>,
) -> Answer {
    match chosen.read() {
        Ok(preferences) => {
            set_preferences(&app.ports, &visiting, preferences).await?;
            Ok(saved_redirect(&here, PREFERENCES).into_response())
        }
        Err(problems) => {
            let visited = sessions::list(&app.ports, &visiting).await?;
            let fields = Fields::on_file(&visited.who);
            let page = Profile {
                problems,
                ..fields.page(&app, &here, &visited)
            };
            page::again(&page.problems, &page)
        }
    }
}

impl Chosen {
    fn read(&self) -> Result<Preferences, Problems> {
        let language = match self.language.as_str() {
            "" => Ok(None),
            tag => LanguageTag::parse(tag)
                .map(Some)
                .map_err(|_| Problem::LanguageUnknown),
        };
        let direction = Direction::parse(&self.direction).map_err(|_| Problem::DirectionUnknown);
        match (language, direction) {
            (Ok(language), Ok(direction)) => Ok(Preferences {
                language,
                direction,
                mail: self.mail(),
            }),
            (language, direction) => {
                let problems = [language.err(), direction.err()];
                Err(Problems(problems.into_iter().flatten().collect()))
            }
        }
    }

    fn mail(&self) -> Sections {
        let switches = [
            (Section::Invoices, &self.mail_invoices),
            (Section::Proposals, &self.mail_proposals),
            (Section::Contracts, &self.mail_contracts),
            (Section::Estimates, &self.mail_estimates),
        ];
        let on = switches.into_iter().filter(|(_, posted)| posted.is_some());
        on.map(|(section, _)| section).collect()
    }
}

/// The firm's own language, then the others; one that staff have set stays a choice.
pub(super) fn languages(who: &ContactSession) -> Vec<Choice> {
    let own = who.contact().language.as_ref().map(ToString::to_string);
    let chosen = own.clone().unwrap_or_default();
    let firm = who.firm().language.to_string();
    let firm = LANGUAGES.iter().find(|(tag, _)| *tag == firm);
    let firm = firm.map_or("The firm's language".to_owned(), |(_, name)| {
        format!("The firm's language ({name})")
    });
    let known = LANGUAGES.map(|(tag, name)| (tag.to_owned(), name.to_owned()));
    let unknown = own.filter(|own| known.iter().all(|(tag, _)| tag != own));
    let unknown = unknown.into_iter().map(|tag| (tag.clone(), tag));
    std::iter::once((String::new(), firm))
        .chain(known)
        .chain(unknown)
        .map(|(value, name)| Choice {
            is_chosen: value == chosen,
            value,
            name,
        })
        .collect()
}

/// The ways in which a page can run.
pub(super) fn directions(who: &ContactSession) -> Vec<Choice> {
    let names = [
        (Direction::Auto, "As the language runs"),
        (Direction::Ltr, "Left to right"),
        (Direction::Rtl, "Right to left"),
    ];
    let choice = |(direction, name): (Direction, &str)| Choice {
        value: direction.as_str().to_owned(),
        name: name.to_owned(),
        is_chosen: direction == who.contact().direction,
    };
    names.map(choice).into()
}

/// The mail switches that are the contact's own.
pub(super) fn switches(who: &ContactSession) -> Vec<Switch> {
    let choices = who.mail_choices().iter();
    choices
        .map(|section| Switch {
            section,
            is_on: who.contact().mail.contains(section),
        })
        .collect()
}
