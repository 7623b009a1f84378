//! Contacts of a client, and their portal access.

use axum::extract::State;
use caseflow_core::domain::access::Sections;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Access, Contact, Standing};
use caseflow_core::domain::id::{ClientId, ContactId};
use caseflow_core::domain::text::{Direction, Email, LanguageTag, Line, PersonName, Phone};
use caseflow_core::firm::clients;
use caseflow_core::firm::contacts::{self, ContactInput, Rank, Switch};
use caseflow_core::firm::preview;
use serde::Serialize;
use utoipa::ToSchema;

use axum::http::StatusCode;
use axum::response::IntoResponse as _;

use crate::api::answer::{All, Answer, Turn, Written, created, etag, shown, written};
use crate::api::request::{Checked, Desk, Edit, Keyed, Known};
use crate::api::wire::body;
use crate::api::words::codes;
use crate::config::SignIn;
use crate::extract::InPath;
use crate::state::App;

/// A person at a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(super) struct ContactView {
    /// Its id.
    #[schema(example = "con_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The client it belongs to.
    client: String,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Where mails go, and what the contact signs in with.
    email: String,
    /// Telephone.
    phone: Option<String>,
    /// Job title.
    title: Option<String>,
    /// The language of pages and mails; the firm's when absent.
    language: Option<String>,
    /// The text direction of pages: auto, ltr, rtl.
    #[schema(example = "auto")]
    direction: &'static str,
    /// Whether this is the client's primary contact.
    primary: bool,
    /// Whether the contact was removed: kept for the history, dead for everything else.
    removed: bool,
    /// Portal access: off, invited (no password set yet), on.
    #[schema(example = "on")]
    portal_access: &'static str,
    /// The sections the contact may see.
    permissions: Vec<&'static str>,
    /// The sections about which the contact gets mail.
    mail: Vec<&'static str>,
    /// When the contact was added.
    #[schema(format = DateTime)]
    created_at: String,
}

impl ContactView {
    fn of(read: &Versioned<Contact>) -> Self {
        let contact = &read.value;
        Self {
            id: contact.id.to_string(),
            version: read.version.0,
            client: contact.client.to_string(),
            first_name: contact.first_name.to_string(),
            last_name: contact.last_name.to_string(),
            email: contact.email.to_string(),
            phone: contact.phone.as_ref().map(ToString::to_string),
            title: contact.title.as_ref().map(ToString::to_string),
            language: contact.language.as_ref().map(ToString::to_string),
            direction: contact.direction.as_str(),
            primary: contact.standing == Standing::Primary,
            removed: contact.standing == Standing::Removed,
            portal_access: match contact.access {
                Access::Off => "off",
                Access::Invited => "invited",
                Access::On(_) => "on",
            },
            permissions: codes(contact.permissions),
            mail: codes(contact.mail),
            created_at: contact.created_at.to_string(),
        }
    }
}

body! {
    /// What staff say of a contact.
    ContactBody {
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
        /// Where mails go, and what the contact signs in with.
        email: Email,
        /// Telephone.
        phone: Option<Phone>,
        /// Job title.
        title: Option<Line<100>>,
        /// The language of pages and mails; the firm's when absent.
        language: Option<LanguageTag>,
        /// The text direction of pages; auto when absent.
        direction: Option<Direction>,
        /// Whether this is the client's primary contact: then another one loses the mark.
        primary: Option<bool>,
        /// The sections the contact may see; none when absent.
        permissions: Option<Sections>,
        /// The sections about which the contact gets mail; none when absent.
        mail: Option<Sections>,
    }
}

impl From<ContactBody> for ContactInput {
    fn from(body: ContactBody) -> Self {
        Self {
            first_name: body.first_name,
            last_name: body.last_name,
            email: body.email,
            phone: body.phone,
            title: body.title,
            language: body.language,
            direction: body.direction.unwrap_or_default(),
            rank: match body.primary {
                Some(true) => Rank::Primary,
                Some(false) | None => Rank::Other,
            },
            permissions: body.permissions.unwrap_or_default(),
            mail: body.mail.unwrap_or_default(),
        }
    }
}

body! {
    /// The portal-access switch.
    AccessBody {
        /// On mails the link to set a password, again each time, unless the host signs contacts in
        /// itself; off ends sessions and links and forgets the password.
        portal_access: Switch,
    }
}

/// The client's contacts in the order of ids, removed ones too.
#[utoipa::path(get, path = "/api/v1/clients/{id}/contacts", tag = "Contacts",
    operation_id = "list_contacts",
    responses((status = 200, description = "The contacts.", body = All<ContactView>)))]
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    InPath(client): InPath<ClientId>,
) -> Answer {
    let file = clients::read(&app.ports, &desk.staff, client).await?;
    let data = file.contacts.iter().map(ContactView::of).collect();
    Ok(axum::Json(All { data }).into_response())
}

/// Adds a contact, without portal access.
#[utoipa::path(post, path = "/api/v1/clients/{id}/contacts", tag = "Contacts",
    operation_id = "create_contact", request_body = ContactBody,
    responses((status = 201, description = "Added.", body = Written)))]
pub(super) async fn create(
    State(app): State<App>,
    desk: Desk,
    InPath(client): InPath<ClientId>,
    write: Keyed<ContactBody>,
) -> Answer {
    let reply = contacts::create(&app.ports, &write.call, client, write.body.into()).await?;
    let path = format!("/api/v1/contacts/{}", reply.id);
    Ok(created(&desk, &path, reply, write.replayed.into()))
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "Contacts",
    operation_id = "read_contact",
    responses((status = 200, description = "The contact.", body = ContactView)))]
pub(super) async fn read(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContactId>,
    known: Known,
) -> Answer {
    let contact = contacts::read(&app.ports, &desk.staff, id).await?;
    Ok(shown(
        &known,
        &etag(contact.version),
        &ContactView::of(&contact),
    ))
}

/// Changes a contact. Another e-mail counts at once: staff answer for it.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "Contacts",
    operation_id = "change_contact", request_body = ContactBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContactId>,
    edit: Edit,
) -> Answer {
    let old = contacts::read(&app.ports, &desk.staff, id).await?;
    let body: ContactBody = edit.over(&ContactView::of(&old))?;
    let expected = edit.write.expected.or(Some(old.version));
    let reply = contacts::update(&app.ports, &edit.write.call, id, expected, body.into()).await?;
    Ok(written(reply, Turn::First))
}

/// Removes a contact: its sessions and links die, its e-mail is free again, its history stays.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}", tag = "Contacts",
    operation_id = "remove_contact",
    responses((status = 200, description = "Removed.", body = Written)))]
pub(super) async fn remove(
    State(app): State<App>,
    InPath(id): InPath<ContactId>,
    write: Checked,
) -> Answer {
    let reply = contacts::remove(&app.ports, &write.call, id, write.expected).await?;
    Ok(written(reply, Turn::First))
}

/// Where to look at the portal as a contact.
#[derive(Serialize, ToSchema)]
#[schema(as = Preview)]
pub(super) struct PreviewView {
    /// The address, for the browser of the member of staff who asked. It works once.
    #[schema(
        example = "https://portal.example.com/preview/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    url: String,
    /// When it no longer works.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Lets staff look at the portal as the contact sees it, for 15 minutes: marked on every page, read only,
/// without the vault. Nothing counts as seen by the contact. Each request makes another address, and the
/// last one counts.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/preview", tag = "Contacts",
    operation_id = "preview_portal",
    responses((status = 201, description = "The address.", body = PreviewView)))]
pub(super) async fn preview(
    State(app): State<App>,
    desk: Desk,
    InPath(id): InPath<ContactId>,
) -> Answer {
    let made = preview::offer(&app.ports, &desk.staff, &desk.origin, id).await?;
    let view = PreviewView {
        url: made.url,
        expires_at: made.expires_at.to_string(),
    };
    Ok((StatusCode::CREATED, axum::Json(view)).into_response())
}

/// Switches portal access on or off.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/access", tag = "Contacts",
    operation_id = "switch_access", request_body = AccessBody,
    responses((status = 200, description = "Switched.", body = Written)))]
pub(super) async fn switch_access(
    State(app): State<App>,
    InPath(id): InPath<ContactId>,
    write: Keyed<AccessBody>,
) -> Answer {
    let switch = match (write.body.portal_access, &app.settings.sign_in) {
        (Switch::On, SignIn::Host { .. }) => Switch::Vouched,
        (switch, _) => switch,
    };
    let done = contacts::switch_access(&app.ports, &write.call, id, write.expected, switch);
    Ok(written(done.await?, write.replayed.into()))
}
