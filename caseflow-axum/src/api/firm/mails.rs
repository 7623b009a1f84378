//! Mails that have not left.

use axum::extract::State;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::MailId;
use caseflow_core::domain::mail::Recipient;
use caseflow_core::domain::page::{Cursor, PageQuery, PageSize};
use caseflow_core::firm::mails;
use caseflow_core::ports::store::{MailQuery, MailRow, MailStage};
use serde::Serialize;
use utoipa::ToSchema;

use super::invoices::EmptyBody;
use crate::api::answer::{Answer, Listing, Written, digest_of, etag_with, listed, shown, written};
use crate::api::request::{Asked, Desk, Keyed, Known};
use crate::api::wire::body;
use crate::extract::InPath;
use crate::state::App;

/// A mail that has not left. What it says is made when it is sent, and so are the links in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mail)]
pub(super) struct MailView {
    /// Its id.
    #[schema(example = "mail_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// What it tells, such as invoice_issued.
    #[schema(example = "invoice_issued")]
    kind: &'static str,
    /// waiting: it is tried again at next_try. dead: it is not, unless somebody asks for it.
    #[schema(example = "dead")]
    state: &'static str,
    /// The contact it is for, or whom it is about when it goes to the firm.
    contact: Option<String>,
    /// The client it is for, when it is for none of its contacts.
    client: Option<String>,
    /// Where it goes as things stand.
    #[schema(example = "ana@client.example")]
    address: Option<String>,
    /// The invoice, offer or contract it is about.
    #[schema(example = "inv_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    about: Option<String>,
    /// How often it was tried.
    tries: u32,
    /// Why it did not leave, in a sentence; null before it was tried.
    #[schema(example = "The mail server refused it: there is no such mailbox (550 5.1.1).")]
    failure: Option<String>,
    /// When it is tried next; null when it is dead.
    #[schema(format = DateTime)]
    next_try: Option<String>,
}

impl MailView {
    fn of(read: &Versioned<MailRow>) -> Self {
        let MailRow { mail, .. } = &read.value;
        let (contact, client) = match mail.to {
            Recipient::Contact(contact) => (Some(contact.to_string()), None),
            Recipient::Client(client) => (None, Some(client.to_string())),
        };
        Self {
            id: mail.id.to_string(),
            version: read.version.0,
            kind: mail.topic.kind().code(),
            state: read.value.stage().code(),
            contact,
            client,
            address: read.value.address.as_ref().map(ToString::to_string),
            about: mail.topic.about().map(|about| about.to_string()),
            tries: read.value.tries,
            failure: read.value.setback.map(|setback| setback.to_string()),
            next_try: read.value.next_try.map(|at| at.to_string()),
        }
    }
}

body! {
    /// Which mails.
    MailsQuery {
        /// Only those that wait, or only those that are dead.
        state: Option<MailStage>,
        /// So many rows, 1 to 100.
        limit: PageSize,
        /// Only rows beyond this place: what an earlier page called `next`.
        after: Option<Cursor<()>>,
    }
}

impl From<MailsQuery> for MailQuery {
    fn from(query: MailsQuery) -> Self {
        Self {
            stage: query.state,
            page: PageQuery {
                after: query.after,
                size: query.limit,
            },
        }
    }
}

/// Mails that wait to be sent or could not be, newest first. What was sent is not kept.
#[utoipa::path(get, path = "/api/v1/mails", tag = "Mail",
    operation_id = "list_mails", params(MailsQuery),
    responses((status = 200, description = "A page of mails.", body = Listing<MailView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Asked(query): Asked<MailsQuery>,
) -> Answer {
    let page = mails::list(&app.ports, &desk.staff, &query.into()).await?;
    Ok(listed(&page, MailView::of))
}

/// One mail.
#[utoipa::path(get, path = "/api/v1/mails/{id}", tag = "Mail",
    operation_id = "read_mail",
    responses((status = 200, description = "The mail.", body = MailView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<MailId>,
    known: Known,
) -> Answer {
    let read = mails::read(&app.ports, &desk.staff, id).await?;
    // The address is another record's, and a try that is under way moves no version.
    let view = MailView::of(&read);
    let others = (&view.address, view.tries);
    let tag = etag_with(read.version, &digest_of(&others));
    Ok(shown(&known, &tag, &view))
}

/// Has a dead mail tried again from now on, as if it were new. One that waits is left alone.
#[utoipa::path(post, path = "/api/v1/mails/{id}/retry", tag = "Mail",
    operation_id = "retry_mail", request_body = Option<EmptyBody>,
    responses((status = 200, description = "It is tried again.", body = Written)))]
pub(super) async fn retry(
    State(app): State<App>,
    InPath(id): InPath<MailId>,
    write: Keyed<EmptyBody>,
) -> Answer {
    let reply = mails::retry(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, write.replayed.into()))
}
