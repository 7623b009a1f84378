//! The samples of the profile.

use caseflow_core::domain::access::Section;
use caseflow_core::domain::time::{Timestamp, Zone};

use super::super::forms::{NameField, Problem, Problems};
use super::super::frame::Place;
use super::super::profile::{
    ChangePassword, Choice, OwnSignIn, Profile, ProfileNotice, SessionRow, Switch,
};
use super::super::take_out::{TakeOutPage, Taking};
use super::{Samples, html};
use crate::html::format::Minute;

impl Samples {
    pub(super) fn profiles(&self) -> Vec<(&'static str, String)> {
        let mut preview = self.bar().at(Place::Profile);
        preview.preview = Some(self.text("Miriam Hale"));
        let vouched = Profile {
            bar: preview,
            own_sign_in: None,
            switches: vec![],
            ..self.profile(Problems::default())
        };
        let saved = Profile {
            notice: Some(ProfileNotice::EmailToConfirm),
            ..self.profile(Problems::default())
        };
        let alone = Profile {
            own_sign_in: Some(OwnSignIn {
                password: self.frame().urls.password(),
                sessions: self.sessions().into_iter().take(1).collect(),
            }),
            notice: Some(ProfileNotice::OthersEnded),
            ..self.profile(Problems::default())
        };
        let wrong = vec![
            Problem::NameMissing(NameField::First),
            Problem::EmailMalformed,
            Problem::PhoneMalformed,
            Problem::LanguageUnknown,
            Problem::DirectionUnknown,
        ];
        let guessed = vec![Problem::WrongPassword, Problem::PasswordsDiffer];
        vec![
            ("profile", html(&self.profile(Problems::default()))),
            ("profile-preview", html(&vouched)),
            ("profile-saved", html(&saved)),
            ("profile-alone", html(&alone)),
            ("profile-error", html(&self.profile(Problems(wrong)))),
            ("take-out", html(&self.take_out(Taking::AtOnce, vec![]))),
            (
                "take-out-password",
                html(&self.take_out(self.asking(), vec![])),
            ),
            (
                "take-out-error",
                html(&self.take_out(self.asking(), vec![Problem::WrongPassword])),
            ),
            (
                "take-out-host",
                html(&self.take_out(
                    Taking::AfterSignIn {
                        login: self.frame().urls.login(),
                    },
                    vec![],
                )),
            ),
            ("change-password", html(&self.change(Problems::default()))),
            (
                "change-password-error",
                html(&self.change(Problems(guessed))),
            ),
        ]
    }

    fn profile(&self, problems: Problems) -> Profile {
        Profile {
            frame: self.frame(),
            bar: self.bar().at(Place::Profile),
            problems,
            notice: None,
            first_name: self.text("Ana"),
            last_name: self.text("Ruiz"),
            phone: self.text("+1 202 555 0143"),
            email: self.text("ana.ruiz@northbay.example"),
            title: Some(self.text("General Counsel")),
            languages: self.languages(),
            directions: self.directions(),
            switches: switches(),
            own_sign_in: Some(OwnSignIn {
                password: self.frame().urls.password(),
                sessions: self.sessions(),
            }),
        }
    }

    fn asking(&self) -> Taking {
        Taking::WithPassword {
            email: self.text("ana.ruiz@northbay.example"),
        }
    }

    fn take_out(&self, taking: Taking, problems: Vec<Problem>) -> TakeOutPage {
        TakeOutPage {
            frame: self.frame(),
            bar: self.bar().at(Place::Profile),
            problems: Problems(problems),
            sections: Section::ALL.to_vec(),
            taking,
        }
    }

    fn change(&self, problems: Problems) -> ChangePassword {
        ChangePassword {
            frame: self.frame(),
            bar: self.bar().at(Place::Profile),
            problems,
            email: self.text("ana.ruiz@northbay.example"),
            least: 12,
        }
    }

    fn languages(&self) -> Vec<Choice> {
        let names = [
            ("", "The firm's language (English)"),
            ("de", "Deutsch"),
            ("ar", "العربية"),
            ("pt-BR", "pt-BR"),
        ];
        let choice = |(value, name): (&str, &str)| Choice {
            value: value.to_owned(),
            name: self.text(name),
            is_chosen: value == "de",
        };
        names.map(choice).into()
    }

    fn directions(&self) -> Vec<Choice> {
        let choice = |(value, name): (&str, &str)| Choice {
            value: value.to_owned(),
            name: self.text(name),
            is_chosen: value == "auto",
        };
        let names = [
            ("auto", "As the language runs"),
            ("ltr", "Left to right"),
            ("rtl", "Right to left"),
        ];
        names.map(choice).into()
    }

    fn sessions(&self) -> Vec<SessionRow> {
        let row = |device, address, began, used, end: Option<&str>| SessionRow {
            device: self.text(device),
            address: Some(self.text(address)),
            began: minute(began),
            used: minute(used),
            end: end.map(|id| self.frame().urls.end_session(id)),
        };
        let (today, noon) = ("2026-11-24T08:05:00Z", "2026-11-24T11:40:00Z");
        vec![
            row("Firefox on Windows", "192.0.2.17", today, noon, None),
            row(
                "Safari on iPhone",
                "2001:db8:85a3:8d3:1319:8a2e:370:7348",
                "2026-11-24T06:12:00Z",
                "2026-11-24T11:31:00Z",
                Some("ses_2"),
            ),
            row("Chrome on Mac", "198.51.100.4", today, today, Some("ses_3")),
        ]
    }
}

fn switches() -> Vec<Switch> {
    let sections = [Section::Invoices, Section::Proposals, Section::Contracts];
    sections
        .map(|section| Switch {
            section,
            is_on: section != Section::Proposals,
        })
        .into()
}

fn minute(at: &str) -> Minute {
    let zone = Zone::parse("Europe/Zurich").unwrap();
    Minute::new(zone, Timestamp::parse(at).unwrap())
}
