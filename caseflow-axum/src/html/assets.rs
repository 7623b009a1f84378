//! The files behind the pages: built in, or of one firm.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::firm::settings;
use caseflow_core::portal;

use super::page::Answer;
use crate::assets::{CSS, find, logo_hash};
use crate::error::Failure;
use crate::extract::InPath;
use crate::headers::IMMUTABLE;
use crate::state::{App, Here};
use crate::theme::Theme;

/// A style sheet, script, icon or logo, by a name that changes with its content.
pub(super) async fn file(
    State(app): State<App>,
    here: Here,
    InPath(name): InPath<String>,
) -> Answer {
    if let Some((media_type, bytes)) = find(&name) {
        return Ok(immutable(media_type, bytes.into()));
    }
    if let Some(sha256) = logo_hash(&name) {
        let logo = settings::logo(&app.ports, here.firm, sha256).await?;
        return Ok(immutable(logo.kind().media_type(), logo.bytes().to_vec()));
    }
    let firm = portal::house(&app.ports, here.firm).await?;
    let theme = Theme::new(firm.accent.rgb());
    if theme.name == name {
        return Ok(immutable(CSS, theme.css.into()));
    }
    Err(Failure::NOT_FOUND)
}

fn immutable(media_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, IMMUTABLE)];
    (headers, bytes).into_response()
}
