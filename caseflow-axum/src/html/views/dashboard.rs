//! The first page after signing in.

use askama::Template;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::activity::ActivityKind;

use super::frame::{Bar, Frame, Place};
use crate::html::format::{Amount, Day};

/// What waits for the contact, the figures, and what happened lately.
#[derive(Debug, Template)]
#[template(path = "dashboard.html")]
pub(crate) struct Dashboard {
    pub(crate) frame: Frame,
    pub(crate) bar: Bar,
    pub(crate) first_name: String,
    pub(crate) waiting: Vec<Waiting>,
    /// Absent for a contact who may not see invoices.
    pub(crate) figures: Option<Figures>,
    pub(crate) announcements: Vec<Announcement>,
    /// Newest first.
    pub(crate) activity: Vec<Activity>,
}

/// One thing that the contact is asked to do.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) task: Task,
    /// Address of the page where it is done.
    pub(crate) link: String,
    /// Where to post the wish to pay it online, when that can be done.
    pub(crate) pay: Option<String>,
    /// Number or title: `INV-2026-0017`.
    pub(crate) title: String,
    pub(crate) matter: Option<String>,
    pub(crate) amount: Option<Amount>,
    pub(crate) by: Option<Day>,
    pub(crate) overdue: bool,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    PayInvoice,
    DecideProposal,
    DecideEstimate,
    SignContract,
}

impl Task {
    pub(crate) fn icon(&self) -> &'static str {
        let section = match self {
            Self::PayInvoice => Section::Invoices,
            Self::DecideProposal => Section::Proposals,
            Self::DecideEstimate => Section::Estimates,
            Self::SignContract => Section::Contracts,
        };
        Place::Section(section).icon()
    }
}

/// Sums over the client's invoices; each list has one amount a currency and may be empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    pub(crate) open: Vec<Amount>,
    pub(crate) open_count: u32,
    pub(crate) overdue: Vec<Amount>,
    pub(crate) overdue_count: u32,
    pub(crate) paid: Vec<Amount>,
    /// The year of `paid`.
    pub(crate) year: i32,
}

/// A word from the firm; dismissing posts to its own address.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Plain text; line breaks are kept.
    pub(crate) text: String,
    pub(crate) day: Day,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    pub(crate) kind: ActivityKind,
    /// Number or title of what it happened to.
    pub(crate) subject: String,
    pub(crate) link: String,
    pub(crate) amount: Option<Amount>,
    pub(crate) day: Day,
}
