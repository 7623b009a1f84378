//! The first page after signing in.

use axum::extract::State;
use caseflow_core::domain::access::{ContactSession, Section};
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::id::Subject;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::offer::OfferKind;
use caseflow_core::domain::text::Line;
use caseflow_core::portal::pay::{self, Offer};
use caseflow_core::portal::{Visited, dashboard};
use caseflow_core::ports::store::{ActivityRow, ContractRow, DashboardPage, InvoiceRow, OfferRow};
use chrono::{Datelike as _, NaiveDate};

use super::format::{money, text};
use super::page::{self, Answer};
use super::pay::leading;
use super::remember::Lasts;
use super::views::dashboard::{self as views, Dashboard, Figures, Task, Waiting};
use super::views::frame::Place;
use crate::extract::SignedIn;
use crate::state::{App, Here};
use crate::urls::Urls;

/// What waits for the contact, what is open, what has happened.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
) -> Answer {
    let visited = dashboard::dashboard(&app.ports, &visiting).await?;
    let today = visited.who.firm().today(app.ports.now());
    let to_pay = visited.page.to_pay.iter();
    let offers: Vec<Option<Offer>> = to_pay
        .map(|row| pay::offer(&app.ports, visited.who.firm(), row.amount_due()))
        .collect();
    let lasts = Lasts::of(visited.who.firm(), visited.page.changes_at);
    let view = present(&here, visited, &offers, today);
    let gateway = offers.into_iter().flatten().next().map(|it| it.gateway);
    Ok(lasts.on(leading(page::ok(&view)?, gateway)?))
}

fn present(
    here: &Here,
    visited: Visited<DashboardPage>,
    offers: &[Option<Offer>],
    today: NaiveDate,
) -> Dashboard {
    let Visited { who, page } = visited;
    let (frame, bar) = page::inside(here, &who);
    let urls = &here.urls;
    let to_sign = page.to_sign.iter().map(|row| to_sign(urls, row));
    let to_decide = page.to_decide.iter().map(|row| to_decide(urls, row));
    let to_pay = page.to_pay.iter().zip(offers);
    let to_pay = to_pay.map(|(row, offer)| waiting(urls, row, offer.as_ref(), today));
    let told = |announcement: &Announcement| told(&who, announcement);
    let happened = |row: &ActivityRow| happened(&here.urls, &who, row);
    Dashboard {
        frame,
        bar: bar.at(Place::Dashboard),
        first_name: who.contact().first_name.to_string(),
        waiting: to_sign.chain(to_decide).chain(to_pay).collect(),
        figures: who
            .may_open(Section::Invoices)
            .then(|| figures(&page, today)),
        announcements: page.announcements.iter().map(told).collect(),
        activity: page.activity.iter().map(happened).collect(),
    }
}

fn waiting(urls: &Urls, row: &InvoiceRow, offer: Option<&Offer>, today: NaiveDate) -> Waiting {
    let id = row.id.to_string();
    Waiting {
        task: Task::PayInvoice,
        link: urls.invoice(&id),
        pay: offer.map(|_| urls.pay(&id)),
        title: text(row.number.as_ref()),
        matter: row.matter.as_ref().map(Line::to_string),
        amount: Some(money(row.amount_due())),
        by: Some(row.due.into()),
        overdue: row.status(today) == InvoiceStatus::Overdue,
    }
}

fn to_decide(urls: &Urls, row: &OfferRow) -> Waiting {
    Waiting {
        task: match row.kind {
            OfferKind::Proposal => Task::DecideProposal,
            OfferKind::Estimate => Task::DecideEstimate,
        },
        link: urls.offer(row.kind, &row.id.to_string()),
        pay: None,
        title: row.title.to_string(),
        matter: row.matter.as_ref().map(Line::to_string),
        amount: Some(money(row.total)),
        by: Some(row.open_till.into()),
        overdue: false,
    }
}

fn to_sign(urls: &Urls, row: &ContractRow) -> Waiting {
    Waiting {
        task: Task::SignContract,
        link: urls.contract(&row.id.to_string()),
        pay: None,
        title: row.title.to_string(),
        matter: row.matter.as_ref().map(Line::to_string),
        amount: None,
        by: row.sign_by.map(Into::into),
        overdue: false,
    }
}

fn figures(page: &DashboardPage, today: NaiveDate) -> Figures {
    let overdue = page.open.iter().filter(|sum| sum.overdue_count > 0);
    let all = |amounts: &[Money]| amounts.iter().copied().map(money).collect();
    Figures {
        open: page.open.iter().map(|sum| money(sum.due)).collect(),
        open_count: page.open.iter().map(|sum| sum.count).sum(),
        overdue: overdue.map(|sum| money(sum.overdue)).collect(),
        overdue_count: page.open.iter().map(|sum| sum.overdue_count).sum(),
        paid: all(&page.received_this_year),
        year: today.year(),
    }
}

fn told(who: &ContactSession, announcement: &Announcement) -> views::Announcement {
    views::Announcement {
        id: announcement.id.to_string(),
        title: announcement.title.to_string(),
        text: announcement.body.to_string(),
        day: who.firm().zone.day(announcement.from).into(),
    }
}

fn happened(urls: &Urls, who: &ContactSession, row: &ActivityRow) -> views::Activity {
    let kind = row.activity.kind;
    let link = match row.activity.about {
        Subject::Invoice(id) => urls.invoice(&id.to_string()),
        Subject::Contract(id) => urls.contract(&id.to_string()),
        Subject::Offer(id) if kind.section() == Section::Estimates => {
            urls.offer(OfferKind::Estimate, &id.to_string())
        }
        Subject::Offer(id) => urls.offer(OfferKind::Proposal, &id.to_string()),
        Subject::Document(id) => urls.document(&id.to_string()),
        Subject::VaultItem(_) => urls.vault(),
        _ => urls.payments(),
    };
    let title = row.title.as_ref().filter(|_| row.number.is_none());
    views::Activity {
        kind,
        subject: title.map_or_else(|| text(row.number.as_ref()), Line::to_string),
        link,
        amount: row.activity.amount.map(money),
        day: who.firm().zone.day(row.activity.at).into(),
    }
}
