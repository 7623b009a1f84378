//! The files behind the pages: built in, or of one firm.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::firm::settings;

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
    if let Some(theme) = Theme::find(&name) {
        return Ok(immutable(CSS, theme.css.into()));
    }
    let sha256 = logo_hash(&name).ok_or(Failure::NOT_FOUND)?;
    let logo = settings::logo(&app.ports, here.firm, sha256).await?;
    Ok(immutable(logo.kind().media_type(), logo.bytes().to_vec()))
}

fn immutable(media_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, IMMUTABLE)];
    (headers, bytes).into_response()
}
