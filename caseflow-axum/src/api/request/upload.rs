//! A file that is handed in, with what is said of it: `multipart/form-data` with the part `details`
//! and after it the part `file`.
//!
//! The file passes in pieces as they come and is kept nowhere on its way.

mod parts;

use std::fmt;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::changes::{Idempotency, Reply, Version};
use caseflow_core::firm::Call;
use caseflow_core::{Error, Upload};

use self::parts::{FilePart, opened};
use super::{Desk, body, key_of, seen};
use crate::api::wire::{Wire, read_whole};
use crate::error::Failure;
use crate::state::App;

/// A POST that hands in a file, which the caller may repeat under its `Idempotency-Key`.
///
/// The key stands for the method, the path and the details. The file's bytes are not part of that: a
/// request that was answered before is answered again without reading them.
pub(crate) struct Handed<T> {
    pub(crate) call: Call,
    /// What the part `details` says.
    pub(crate) details: T,
    /// The version that the caller has seen, if it says so.
    pub(crate) expected: Option<Version>,
    /// Whether the same request was answered before.
    pub(crate) replayed: bool,
    pub(crate) file: HandedFile,
}

/// The file, of which nothing was read yet.
pub(crate) struct HandedFile {
    part: FilePart,
    most: u64,
}

impl<T: Wire + Send> FromRequest<App> for Handed<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let read = Self::read(request, app).await;
        read.map_err(Failure::into_response)
    }
}

impl<T: Wire + Send> Handed<T> {
    async fn read(request: Request, app: &App) -> Result<Self, Failure> {
        let (request, body) = request.into_parts();
        let desk = request.extensions.get::<Desk>().ok_or(Failure::NOT_FOUND)?;
        let key = key_of(&request.headers, desk)?;
        let expected = seen(&request.headers)?;
        let (given, part) = opened(&request.headers, body.into_data_stream()).await?;
        let fingerprint = body::fingerprint(&request, &given);
        let details = read_whole(&given)?;
        let earlier = app.ports.store.replay(desk.staff.firm, &key).await;
        let earlier = earlier.map_err(Error::from)?;
        let most = app.settings.largest_upload.0;
        Ok(Self {
            replayed: earlier.is_some_and(|earlier| earlier.fingerprint == fingerprint),
            call: desk.call(Some(Idempotency { key, fingerprint })),
            details,
            expected: expected.flatten(),
            file: HandedFile { part, most },
        })
    }
}

impl HandedFile {
    /// Gives the file to a verb. A flaw of the request that shows itself only behind the file's bytes
    /// is told rather than what the verb made of it.
    pub(crate) async fn give<F>(
        self,
        verb: impl FnOnce(Upload<'static>) -> F,
    ) -> Result<Reply, Failure>
    where
        F: Future<Output = Result<Reply, Error>>,
    {
        let flaw = self.part.flaw;
        let upload = Upload {
            name: self.part.name,
            content: self.part.content,
            most: self.most,
        };
        let done = verb(upload).await;
        done.map_err(|error| flaw.told().unwrap_or_else(|| error.into()))
    }
}

impl<T: fmt::Debug> fmt::Debug for Handed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handed")
            .field("call", &self.call)
            .field("details", &self.details)
            .field("expected", &self.expected)
            .field("replayed", &self.replayed)
            .field("file", &self.file)
            .finish()
    }
}

impl fmt::Debug for HandedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandedFile")
            .field("name", &self.part.name)
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}
