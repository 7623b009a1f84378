//! The statement of account: a form for its days, and the file.

use axum::extract::State;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::period::Period;
use caseflow_core::domain::time::parse_day;
use caseflow_core::portal::payments::{self, usual_period};
use caseflow_core::portal::{Visited, Visiting};
use chrono::NaiveDate;
use serde::Deserialize;

use super::page::{self, Answer};
use super::views::forms::{DayField, Problem, Problems};
use super::views::frame::Place;
use super::views::payments::StatementForm;
use crate::download;
use crate::extract::{Query, SignedIn};
use crate::state::{App, Here};

/// From which day to which; one that is left empty is the usual one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: Option<String>,
    to: Option<String>,
}

/// The form when nothing is asked, the file when it can be made, or else what is wrong.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    if asked.from.is_none() && asked.to.is_none() {
        let usual = usual_period(&app.ports, &visiting).await?;
        return page::ok(&asked.form(&here, &usual, Problems::default()));
    }
    let problems = match asked.days() {
        Err(problems) => problems,
        Ok((from, to)) => match payments::statement(&app.ports, &visiting, from, to).await {
            Ok(document) => return Ok(download::pdf(document)),
            Err(error) => Problems::of_error(error)?,
        },
    };
    asked.again(&app, &here, &visiting, problems).await
}

impl Asked {
    fn days(&self) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Problems> {
        let from = day(DayField::First, self.from.as_deref());
        let to = day(DayField::Last, self.to.as_deref());
        match (from, to) {
            (Ok(from), Ok(to)) => Ok((from, to)),
            (from, to) => Err(Problems(from.err().into_iter().chain(to.err()).collect())),
        }
    }

    async fn again(
        &self,
        app: &App,
        here: &Here,
        visiting: &Visiting,
        problems: Problems,
    ) -> Answer {
        let usual = usual_period(&app.ports, visiting).await?;
        page::again(&problems, &self.form(here, &usual, problems.clone()))
    }

    fn form(&self, here: &Here, usual: &Visited<Period>, problems: Problems) -> StatementForm {
        let (frame, bar) = page::inside(here, &usual.who);
        let typed = |text: &Option<String>, usual: NaiveDate| {
            text.clone().unwrap_or_else(|| usual.to_string())
        };
        StatementForm {
            frame,
            bar: bar.at(Place::Section(Section::Invoices)),
            problems,
            from: typed(&self.from, usual.page.first()),
            to: typed(&self.to, usual.page.last()),
        }
    }
}

fn day(field: DayField, typed: Option<&str>) -> Result<Option<NaiveDate>, Problem> {
    match typed.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => parse_day(text)
            .map(Some)
            .map_err(|_| Problem::DayMalformed(field)),
    }
}
