//! What goes wrong in the app's own pages.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::pages;

/// Why a page was not shown, or something not done.
#[derive(Debug)]
pub enum Failure {
    /// There is no such page for this visitor.
    NotFound,
    /// Something that only the operator can mend.
    Broken(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => pages::fault(StatusCode::NOT_FOUND, "Page not found"),
            Self::Broken(error) => {
                tracing::error!("{error:#}");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                pages::fault(status, "Something went wrong")
            }
        }
    }
}
