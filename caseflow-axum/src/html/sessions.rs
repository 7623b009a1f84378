//! Where the contact is signed in, and signing out there.

use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::domain::id::SessionId;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::time::Zone;
use caseflow_core::portal::sessions::{self, OwnSessions};

use super::device;
use super::format::Minute;
use super::page::Answer;
use super::profile::{OTHERS, SESSION, saved_redirect};
use super::views::profile::SessionRow;
use crate::extract::{InPath, SignedIn};
use crate::state::{App, Here};
use crate::urls::Urls;

/// Signs the contact out in one place.
pub(super) async fn end(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<SessionId>,
) -> Answer {
    sessions::end(&app.ports, &visiting, id).await?;
    Ok(saved_redirect(&here, SESSION).into_response())
}

/// Signs the contact out everywhere else.
pub(super) async fn end_others(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
) -> Answer {
    sessions::end_others(&app.ports, &visiting).await?;
    Ok(saved_redirect(&here, OTHERS).into_response())
}

/// The rows of the list, the current session first.
pub(super) fn rows(urls: &Urls, zone: Zone, own: &OwnSessions) -> Vec<SessionRow> {
    let current = own.current.iter().map(|it| row(zone, it, None));
    let others = own.others.iter().map(|it| {
        let end = urls.end_session(&it.id.to_string());
        row(zone, it, Some(end))
    });
    current.chain(others).collect()
}

fn row(zone: Zone, session: &Session, end: Option<String>) -> SessionRow {
    let agent = session.origin.user_agent.as_ref();
    SessionRow {
        device: device::named(agent.map(AsRef::as_ref)),
        address: session.origin.ip.map(|ip| ip.to_string()),
        began: Minute::new(zone, session.authenticated_at),
        used: Minute::new(zone, session.seen_at),
        end,
    }
}
