//! The contact's own data.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use caseflow_core::domain::access::{ContactSession, Sections};
use caseflow_core::domain::password::Password;
use caseflow_core::domain::text::{Direction, Email, LanguageTag, PersonName, Phone};
use caseflow_core::portal;
use caseflow_core::portal::profile::{self, Preferences, ProfileInput, ProfileSaved};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::own_sign_in;
use crate::api::answer::Answer;
use crate::api::request::{self, Patch};
use crate::api::values::Typed;
use crate::api::wire::body;
use crate::api::words::codes;
use crate::extract::SignedIn;
use crate::state::App;

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(super) struct MeView {
    /// The contact.
    contact: PersonView,
    /// The client that the contact belongs to.
    client: NamedView,
    /// The firm whose portal this is.
    firm: HouseView,
    /// The sections that are open to the contact.
    sections: Vec<&'static str>,
    /// When the contact last proved who they are.
    #[schema(format = DateTime)]
    authenticated_at: String,
    /// When the session ends whatever happens; null when the host signs contacts in.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// A contact as it sees itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonView {
    /// Its id.
    #[schema(example = "con_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
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
    /// The language of pages and mails; the firm's when null.
    language: Option<String>,
    /// The text direction of pages: auto, ltr, rtl.
    #[schema(example = "auto")]
    direction: &'static str,
    /// The sections about which the contact gets mail, of those that are its own to choose.
    mail: Vec<&'static str>,
    /// The sections whose mail the contact may switch on and off.
    mail_choices: Vec<&'static str>,
}

/// Something with a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Named)]
pub(super) struct NamedView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
}

/// The firm as its clients see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = House)]
pub(super) struct HouseView {
    /// Its name.
    name: String,
    /// Where clients write to.
    email: Option<String>,
    /// Where clients call.
    phone: Option<String>,
    /// The zone in which its days begin and end.
    #[schema(example = "Europe/Zurich")]
    zone: &'static str,
    /// The language of mails and pages when a contact has none.
    #[schema(example = "en")]
    language: String,
}

impl MeView {
    fn of(who: &ContactSession) -> Self {
        let (contact, client, firm) = (who.contact(), who.client(), who.firm());
        Self {
            contact: PersonView {
                id: contact.id.to_string(),
                first_name: contact.first_name.to_string(),
                last_name: contact.last_name.to_string(),
                email: contact.email.to_string(),
                phone: contact.phone.as_ref().map(ToString::to_string),
                title: contact.title.as_ref().map(ToString::to_string),
                language: contact.language.as_ref().map(ToString::to_string),
                direction: contact.direction.as_str(),
                mail: codes(contact.mail.and(who.mail_choices())),
                mail_choices: codes(who.mail_choices()),
            },
            client: NamedView {
                id: client.id.to_string(),
                name: client.name.to_string(),
            },
            firm: HouseView {
                name: firm.name.to_string(),
                email: firm.email.as_ref().map(ToString::to_string),
                phone: firm.phone.as_ref().map(ToString::to_string),
                zone: firm.zone.name(),
                language: firm.language.to_string(),
            },
            sections: codes(who.sections()),
            authenticated_at: who.authenticated_at().to_string(),
            expires_at: who.session().map(|session| session.expires_at.to_string()),
        }
    }
}

body! {
    /// What a contact may change of itself.
    ProfileBody {
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
        /// Telephone.
        phone: Option<Phone>,
        /// The e-mail; another one counts after the link sent to it was opened.
        email: Email,
    }
}

body! {
    /// How a contact likes its pages and mails.
    PreferencesBody {
        /// The language of pages and mails; the firm's when absent.
        language: Option<LanguageTag>,
        /// The text direction of pages; auto when absent.
        direction: Option<Direction>,
        /// The sections about which the contact wants mail, of its `mail_choices`; others named here
        /// change nothing.
        mail: Sections,
    }
}

/// What became of a changed profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfileSaved)]
pub(super) struct SavedView {
    /// Whether a link was sent to a new e-mail, which does not count before it is opened.
    email_to_confirm: bool,
}

body! {
    /// The password in use and the new one.
    PasswordBody {
        /// The password in use.
        current_password: Typed,
        /// The new one: 12 to 128 characters.
        password: Typed,
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/me", tag = "Profile", operation_id = "read_me",
    responses((status = 200, description = "Who is signed in.", body = MeView)))]
pub(super) async fn read(State(app): State<App>, SignedIn(visiting): SignedIn) -> Answer {
    let who = portal::visitor(&app.ports, &visiting).await?;
    Ok(Json(MeView::of(&who)).into_response())
}

/// Changes name, phone and e-mail. What is left out stays.
#[utoipa::path(patch, path = "/api/v1/profile", tag = "Profile", operation_id = "change_profile",
    request_body = ProfileBody,
    responses((status = 200, description = "Saved.", body = SavedView)))]
pub(super) async fn change(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    patch: Patch,
) -> Answer {
    let who = portal::visitor(&app.ports, &visiting).await?;
    let contact = who.contact();
    let shown = json!({
        "first_name": contact.first_name.as_str(),
        "last_name": contact.last_name.as_str(),
        "phone": contact.phone.as_ref().map(AsRef::<str>::as_ref),
        "email": contact.email.as_str(),
    });
    let body: ProfileBody = patch.over(shown)?;
    let input = ProfileInput {
        first_name: body.first_name,
        last_name: body.last_name,
        phone: body.phone,
        email: body.email,
    };
    let saved = profile::update(&app.ports, &visiting, input).await?;
    let view = SavedView {
        email_to_confirm: saved == ProfileSaved::EmailToConfirm,
    };
    Ok(Json(view).into_response())
}

/// Changes language, text direction and mail switches. What is left out stays.
#[utoipa::path(patch, path = "/api/v1/profile/preferences", tag = "Profile",
    operation_id = "change_preferences", request_body = PreferencesBody,
    responses((status = 204, description = "Saved.")))]
pub(super) async fn prefer(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    patch: Patch,
) -> Answer {
    let who = portal::visitor(&app.ports, &visiting).await?;
    let contact = who.contact();
    let shown = json!({
        "language": contact.language.as_ref().map(AsRef::<str>::as_ref),
        "direction": contact.direction.as_str(),
        "mail": codes(contact.mail.and(who.mail_choices())),
    });
    let body: PreferencesBody = patch.over(shown)?;
    let wanted = Preferences {
        language: body.language,
        direction: body.direction.unwrap_or_default(),
        mail: body.mail,
    };
    profile::set_preferences(&app.ports, &visiting, wanted).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Changes the password. All other sessions end.
#[utoipa::path(put, path = "/api/v1/profile/password", tag = "Profile",
    operation_id = "change_password", request_body = PasswordBody,
    responses((status = 204, description = "Changed.")))]
pub(super) async fn change_password(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    request::Json(body): request::Json<PasswordBody>,
) -> Answer {
    own_sign_in(&app)?;
    let current = Password::typed(&body.current_password.0);
    profile::change_password(&app.ports, &visiting, &current, &body.password.0).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
