//! The dashboard (R-SELF-1).

use super::{Visited, Visiting, admit, visit};
use crate::Ports;
use crate::domain::access::{ContactSession, Section};
use crate::error::Error;
use crate::ports::store::DashboardPage;

/// What waits for the contact, what is open, what has happened: one read.
///
/// # Errors
/// [`Error::SignedOut`] when nobody is signed in.
pub async fn dashboard(
    ports: &Ports,
    visiting: &Visiting,
) -> Result<Visited<DashboardPage>, Error> {
    let visit = visit(ports, visiting);
    let (guest, page) = ports
        .store
        .dashboard(visit)
        .await?
        .ok_or(Error::SignedOut)?;
    let who = admit(ports, visit, Some(guest)).await?;
    let page = only_open_sections(&who, page);
    Ok(Visited { who, page })
}

/// Takes out what belongs to sections that are closed to the contact (R-ACC-4).
fn only_open_sections(who: &ContactSession, page: DashboardPage) -> DashboardPage {
    let activity = page
        .activity
        .into_iter()
        .filter(|row| who.may_open(row.activity.kind.section()))
        .collect();
    if who.may_open(Section::Invoices) {
        return DashboardPage { activity, ..page };
    }
    DashboardPage {
        activity,
        announcements: page.announcements,
        changes_at: page.changes_at,
        ..DashboardPage::default()
    }
}
