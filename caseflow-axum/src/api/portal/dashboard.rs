//! The dashboard.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::Ports;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::firm::Firm;
use caseflow_core::portal::dashboard;
use caseflow_core::ports::store::{ActivityRow, DashboardPage, OpenBalance};
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::RowView;
use crate::api::answer::Answer;
use crate::api::money::MoneyView;
use crate::api::offer::SummaryView;
use crate::extract::SignedIn;
use crate::state::App;

/// What waits for the contact, what is open, what has happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dashboard)]
pub(super) struct DashboardView {
    /// What is open, a currency each.
    open: Vec<OpenView>,
    /// The first ten open invoices by due date.
    to_pay: Vec<RowView>,
    /// The first ten proposals and estimates that wait for an answer, by their last day.
    to_decide: Vec<SummaryView>,
    /// What was received in this calendar year, a currency each.
    received_this_year: Vec<MoneyView>,
    /// Announcements that show now and were not dismissed.
    announcements: Vec<NoticeView>,
    /// The latest ten lines of the feed, newest first.
    activity: Vec<ActivityView>,
}

/// Open invoices of one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenBalance)]
pub(super) struct OpenView {
    /// How many are open.
    count: u32,
    /// What is due on them.
    due: MoneyView,
    /// How many of them are overdue.
    overdue_count: u32,
    /// What is due on those.
    overdue: MoneyView,
}

/// An announcement as a contact sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub(super) struct NoticeView {
    /// Its id.
    #[schema(example = "ann_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// The headline.
    title: String,
    /// The text.
    body: String,
    /// Since when it shows.
    #[schema(format = DateTime)]
    from: String,
}

/// A line of the feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activity)]
pub(super) struct ActivityView {
    /// What happened.
    #[schema(example = "invoice.issued")]
    kind: &'static str,
    /// The record it happened to.
    about: String,
    /// The number of the document concerned.
    number: Option<String>,
    /// The amount in question.
    amount: Option<MoneyView>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl DashboardView {
    fn of(ports: &Ports, firm: &Firm, page: &DashboardPage) -> Self {
        let (to_pay, to_decide) = (page.to_pay.iter(), page.to_decide.iter());
        let today = firm.today(ports.now());
        Self {
            open: page.open.iter().map(Into::into).collect(),
            to_pay: to_pay.map(|row| RowView::of(ports, firm, row)).collect(),
            to_decide: to_decide.map(|row| SummaryView::of(row, today)).collect(),
            received_this_year: page
                .received_this_year
                .iter()
                .copied()
                .map(Into::into)
                .collect(),
            announcements: page.announcements.iter().map(Into::into).collect(),
            activity: page.activity.iter().map(Into::into).collect(),
        }
    }
}

impl From<&OpenBalance> for OpenView {
    fn from(open: &OpenBalance) -> Self {
        Self {
            count: open.count,
            due: open.due.into(),
            overdue_count: open.overdue_count,
            overdue: open.overdue.into(),
        }
    }
}

impl From<&Announcement> for NoticeView {
    fn from(announcement: &Announcement) -> Self {
        Self {
            id: announcement.id.to_string(),
            title: announcement.title.to_string(),
            body: announcement.body.to_string(),
            from: announcement.from.to_string(),
        }
    }
}

impl From<&ActivityRow> for ActivityView {
    fn from(row: &ActivityRow) -> Self {
        let activity = &row.activity;
        Self {
            kind: activity.kind.code(),
            about: activity.about.to_string(),
            number: row.number.as_ref().map(ToString::to_string),
            amount: activity.amount.map(Into::into),
            at: activity.at.to_string(),
        }
    }
}

/// What waits for the contact, what is open, what has happened.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "Dashboard", operation_id = "read_dashboard",
    responses((status = 200, description = "The dashboard.", body = DashboardView)))]
pub(super) async fn read(State(app): State<App>, SignedIn(visiting): SignedIn) -> Answer {
    let visited = dashboard::dashboard(&app.ports, &visiting).await?;
    let firm = visited.who.firm();
    Ok(Json(DashboardView::of(&app.ports, firm, &visited.page)).into_response())
}
