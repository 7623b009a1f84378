//! The client's vault. None of its pages is kept between requests.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect};
use caseflow_core::domain::access::{Section, UNLOCKED};
use caseflow_core::domain::audit::AuditAction;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::VaultItemId;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::vault::{Content, Details, SecretText};
use caseflow_core::portal::vault::{self, LogLine, Who};
use caseflow_core::portal::{self, Visited, Visiting};
use caseflow_core::{Error, Overview, OverviewKind, VaultEntry};
use serde::Deserialize;

use super::format::{Minute, Size};
use super::page::{self, Answer, Turning};
use super::views::forms::{Problem, Problems};
use super::views::frame::Place;
use super::views::vault::{
    Deed, ItemKind, LogRow, Shown, VaultItemPage, VaultList, VaultLogPage, VaultRow, VaultUnlock,
    Whom,
};
use crate::config::SignIn;
use crate::download;
use crate::error::Failure;
use crate::extract::{Form, InPath, Query, SignedIn};
use crate::state::{App, Here};
use crate::urls::with_query;

const HERE: Place = Place::Section(Section::Vault);

/// After how many seconds a page hides a secret again, where scripts run.
const SHOWN: u32 = 60;

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: Option<String>,
}

/// What the form that opens the vault posts, and where to go then.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    current_password: String,
    next: String,
}

/// What is in the vault for the contact, newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::<()>::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let Visited { who, page } = vault::list(&app.ports, &visiting, &turning.query()).await?;
    let (frame, bar) = page::inside(&here, &who);
    let rows = page.rows.iter().map(|entry| row(who.firm(), entry));
    page::ok(&VaultList {
        frame,
        bar: bar.at(HERE),
        rows: rows.collect(),
        pager: turning.pager(&here.urls.vault(), page.next.as_ref()),
    })
}

/// The form for the password. Where the host signs contacts in, it asks for theirs.
pub(super) async fn form(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(fields): Query<Fields>,
) -> Answer {
    if let SignIn::Host { login, .. } = &app.settings.sign_in {
        let login = with_query(login, "next", &fields.destination(&here));
        return Ok(Redirect::to(&login).into_response());
    }
    let page = fields.page(&app, &here, &visiting, Problems::default());
    page::ok(&page.await?)
}

/// Opens the vault.
pub(super) async fn unlock(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Form(fields): Form<Fields>,
) -> Answer {
    let problems = match fields.current_password.as_str() {
        "" => Problem::CurrentPasswordMissing.into(),
        typed => match vault::unlock(&app.ports, &visiting, &Password::typed(typed)).await {
            Ok(()) => return Ok(Redirect::to(&fields.destination(&here)).into_response()),
            Err(error) => Problems::of_error(error)?,
        },
    };
    let page = fields.page(&app, &here, &visiting, problems).await?;
    page::again(&page.problems, &page)
}

/// One item, its secret hidden.
pub(super) async fn item(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
) -> Answer {
    let visited = vault::read(&app.ports, &visiting, id).await?;
    page::ok(&item_page(&here, &visited, None))
}

/// One item with its secret, because the contact asks to see it.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
) -> Answer {
    let visited = match vault::show(&app.ports, &visiting, id).await {
        Ok(visited) => visited,
        // What was posted cannot be taken up again: the page that posts it can.
        Err(Error::Locked) => {
            let item = here.urls.vault_item(&id.to_string());
            let unlock = with_query(&here.urls.vault_unlock(), "next", &item);
            return Ok(Redirect::to(&unlock).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let Visited { who, page: opened } = visited;
    let secret = shown(&opened.details);
    let page = VaultEntry {
        shown: Some(Overview::of(&opened.details)),
        item: opened.item,
    };
    page::ok(&item_page(&here, &Visited { who, page }, secret))
}

/// A file, or a part of it. A browser keeps it and opens it nowhere in the portal.
pub(super) async fn file(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<VaultItemId>,
    headers: HeaderMap,
) -> Answer {
    let file = vault::file(&app.ports, &visiting, id).await?;
    download::vault(id, file, &headers).await
}

/// Who did what with the vault, newest first.
pub(super) async fn log(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::<u64>::parse(asked.after.as_deref()).ok_or(Failure::NOT_FOUND)?;
    let Visited { who, page } = vault::log(&app.ports, &visiting, &turning.query()).await?;
    let (frame, bar) = page::inside(&here, &who);
    let rows = page.rows.into_iter().map(|line| in_log(who.firm(), line));
    page::ok(&VaultLogPage {
        frame,
        bar: bar.at(HERE),
        rows: rows.collect(),
        pager: turning.pager(&here.urls.vault_log(), page.next.as_ref()),
    })
}

impl Fields {
    /// Where the contact wanted to go, if that is in this portal.
    fn destination(&self, here: &Here) -> String {
        match here.urls.holds(&self.next) {
            true => self.next.clone(),
            false => here.urls.vault(),
        }
    }

    async fn page(
        &self,
        app: &App,
        here: &Here,
        visiting: &Visiting,
        problems: Problems,
    ) -> Result<VaultUnlock, Failure> {
        let who = portal::visitor(&app.ports, visiting).await?;
        if !who.may_open(Section::Vault) {
            return Err(Failure::NOT_FOUND);
        }
        let (frame, bar) = page::inside(here, &who);
        Ok(VaultUnlock {
            frame,
            bar: bar.at(HERE),
            problems,
            email: who.contact().email.to_string(),
            minutes: UNLOCKED.as_secs() / 60,
            next: Some(self.next.clone()).filter(|next| here.urls.holds(next)),
        })
    }
}

fn row(firm: &Firm, entry: &VaultEntry) -> VaultRow {
    let item = &entry.item.value;
    let shown = entry.shown.as_ref();
    let description = shown.and_then(|it| it.description.as_ref());
    VaultRow {
        id: item.id.to_string(),
        kind: shown.map_or(ItemKind::Unreadable, |it| match &it.kind {
            OverviewKind::File(facts) => ItemKind::File(Size(facts.length)),
            OverviewKind::SignIn(_) => ItemKind::SignIn,
            OverviewKind::Note => ItemKind::Note,
        }),
        name: shown.map(|it| it.name.to_string()),
        description: description.map(ToString::to_string),
        added: firm.zone.day(item.sealed.at).into(),
    }
}

fn item_page(here: &Here, visited: &Visited<VaultEntry>, shown: Option<Shown>) -> VaultItemPage {
    let Visited { who, page: entry } = visited;
    let (frame, bar) = page::inside(here, who);
    let kind = entry.shown.as_ref().map(|it| &it.kind);
    VaultItemPage {
        frame,
        bar: bar.at(HERE),
        item: row(who.firm(), entry),
        place: match kind {
            Some(OverviewKind::SignIn(place)) => place.as_ref().map(ToString::to_string),
            _ => None,
        },
        shown,
    }
}

fn shown(details: &Details) -> Option<Shown> {
    let text = |secret: &SecretText| secret.reveal().to_owned();
    match &details.content {
        Content::File(_) => None,
        Content::Note(note) => Some(Shown {
            account: None,
            secret: text(note),
            note: None,
            seconds: SHOWN,
        }),
        Content::SignIn(sign_in) => Some(Shown {
            account: sign_in.account.as_ref().map(text),
            secret: text(&sign_in.password),
            note: sign_in.note.as_ref().map(text),
            seconds: SHOWN,
        }),
    }
}

fn in_log(firm: &Firm, line: LogLine) -> LogRow {
    LogRow {
        at: Minute::new(firm.zone, line.at),
        who: match line.who {
            Who::Contact(name) => Whom::Contact(name),
            Who::Staff(name) => Whom::Staff(name),
            Who::Somebody => Whom::Somebody,
        },
        deed: deed(&line.action),
        item: line.name.map(|name| name.to_string()),
        address: line.ip,
    }
}

fn deed(action: &str) -> Deed {
    let known = [
        (AuditAction::VaultUnlocked, Deed::Unlocked),
        (AuditAction::VaultUnlockFailed, Deed::UnlockFailed),
        (AuditAction::VaultListed, Deed::Listed),
        (AuditAction::VaultItemAdded, Deed::Added),
        (AuditAction::VaultItemChanged, Deed::Changed),
        (AuditAction::VaultItemOpened, Deed::Opened),
        (AuditAction::VaultItemDownloaded, Deed::Downloaded),
        (AuditAction::VaultItemRefused, Deed::Refused),
        (AuditAction::VaultItemUnreadable, Deed::Unreadable),
        (AuditAction::VaultItemRemoved, Deed::Removed),
    ];
    let found = known.iter().find(|(known, _)| known.code() == action);
    found.map_or(Deed::Other, |(_, deed)| *deed)
}
