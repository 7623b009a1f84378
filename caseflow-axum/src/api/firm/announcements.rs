//! Announcements.

use axum::extract::State;
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::{AnnouncementId, ClientId};
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::announcements::{self, AnnouncementInput};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::clients::ByIdQuery;
use crate::api::answer::{Answer, Listing, Turn, Written, created, etag, listed, shown, written};
use crate::api::request::{Asked, Desk, Edit, Keyed, Known};
use crate::api::wire::{Distinct, Flaws, Wire, body};
use crate::extract::InPath;
use crate::state::App;

/// A text that the firm shows its clients for some time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Announcement)]
pub(super) struct AnnouncementView {
    /// Its id.
    #[schema(example = "ann_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The headline.
    title: String,
    /// The text.
    body: String,
    /// When it begins to show.
    #[schema(format = DateTime)]
    from: String,
    /// When it stops to show; never when null.
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Who sees it: the word `everyone`, or the ids of clients.
    audience: AudienceView,
    /// When it was written.
    #[schema(format = DateTime)]
    created_at: String,
}

/// Who sees an announcement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Audience)]
pub(super) enum AudienceView {
    /// The word `everyone`.
    Everyone(&'static str),
    /// These clients.
    Clients(Vec<String>),
}

const EVERYONE: &str = "everyone";

impl AnnouncementView {
    fn of(read: &Versioned<Announcement>) -> Self {
        let announcement = &read.value;
        Self {
            id: announcement.id.to_string(),
            version: read.version.0,
            title: announcement.title.to_string(),
            body: announcement.body.to_string(),
            from: announcement.from.to_string(),
            until: announcement.until.map(|until| until.to_string()),
            audience: match &announcement.audience {
                Audience::Everyone => AudienceView::Everyone(EVERYONE),
                Audience::Clients(clients) => {
                    AudienceView::Clients(clients.iter().map(ToString::to_string).collect())
                }
            },
            created_at: announcement.created_at.to_string(),
        }
    }
}

impl Wire for Audience {
    fn shape() -> Value {
        let mut clients = Distinct::<ClientId>::shape();
        if let Some(clients) = clients.as_object_mut() {
            clients.insert("minItems".to_owned(), json!(1));
            clients.insert("maxItems".to_owned(), json!(1000));
        }
        json!({"oneOf": [{"type": "string", "enum": [EVERYONE]}, clients]})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        if given == EVERYONE {
            return Some(Self::Everyone);
        }
        let Distinct(clients) = Distinct::read(given, at, flaws)?;
        Some(Self::Clients(clients))
    }

    fn absent() -> Option<Self> {
        None
    }
}

body! {
    /// What staff say of an announcement.
    AnnouncementBody {
        /// The headline.
        title: Line<120>,
        /// The text.
        body: Prose<2000>,
        /// When it begins to show; at once when absent.
        from: Option<Timestamp>,
        /// When it stops to show; never when absent. A time in the past withdraws it.
        until: Option<Timestamp>,
        /// Who sees it: the word `everyone`, or the ids of 1 to 1,000 clients.
        audience: Audience,
    }
}

impl From<AnnouncementBody> for AnnouncementInput {
    fn from(body: AnnouncementBody) -> Self {
        Self {
            title: body.title,
            body: body.body,
            from: body.from,
            until: body.until,
            audience: body.audience,
        }
    }
}

/// The firm's announcements, newest first, past and future ones too.
#[utoipa::path(get, path = "/api/v1/announcements", tag = "Announcements",
    operation_id = "list_announcements", params(ByIdQuery),
    responses((
        status = 200, description = "A page of announcements.", body = Listing<AnnouncementView>,
    )))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<ByIdQuery>,
) -> Answer {
    let page = announcements::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, AnnouncementView::of))
}

/// Makes an announcement.
#[utoipa::path(post, path = "/api/v1/announcements", tag = "Announcements",
    operation_id = "create_announcement", request_body = AnnouncementBody,
    responses((status = 201, description = "Made.", body = Written)))]
pub(super) async fn create(
    State(app): State<App>,
    desk: Desk,
    write: Keyed<AnnouncementBody>,
) -> Answer {
    let reply = announcements::create(&app.ports, &write.call, write.body.into()).await?;
    let path = format!("/api/v1/announcements/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One announcement.
#[utoipa::path(get, path = "/api/v1/announcements/{id}", tag = "Announcements",
    operation_id = "read_announcement",
    responses((status = 200, description = "The announcement.", body = AnnouncementView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<AnnouncementId>,
    known: Known,
) -> Answer {
    let read = announcements::read(&app.ports, &desk.staff, id).await?;
    Ok(shown(
        &known,
        &etag(read.version),
        &AnnouncementView::of(&read),
    ))
}

/// Changes an announcement.
#[utoipa::path(patch, path = "/api/v1/announcements/{id}", tag = "Announcements",
    operation_id = "change_announcement", request_body = AnnouncementBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<AnnouncementId>,
    edit: Edit,
) -> Answer {
    let old = announcements::read(&app.ports, &desk.staff, id).await?;
    let body: AnnouncementBody = edit.over(&AnnouncementView::of(&old))?;
    let expected = edit.write.expected.or(Some(old.version));
    let call = &edit.write.call;
    let reply = announcements::update(&app.ports, call, id, expected, body.into()).await?;
    Ok(written(reply, Turn::First))
}
