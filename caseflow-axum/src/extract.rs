//! What handlers take out of a request. What cannot be taken out is a [`Failure`].

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::Error;
use caseflow_core::domain::secret::Secret;
use caseflow_core::portal::Visiting;
use serde::de::DeserializeOwned;

use crate::error::Failure;
use crate::state::{Here, RequestId};

/// A visit by somebody who says they are signed in.
#[derive(Debug)]
pub(crate) struct SignedIn(pub(crate) Visiting);

/// The last parameter of the path. One that is not a `T` is an address where there is nothing.
#[derive(Debug)]
pub(crate) struct InPath<T>(pub(crate) T);

/// The last two parameters of the path, likewise.
#[derive(Debug)]
pub(crate) struct BothInPath<A, B>(pub(crate) A, pub(crate) B);

/// The secret at the end of a mailed link's address. A text that is no secret stands for one that
/// nobody was ever given, so that trying it counts like trying any other.
#[derive(Debug)]
pub(crate) struct Mailed(pub(crate) Secret);

impl FromStr for Mailed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let secret = Secret::parse(text).unwrap_or(Secret::from_bytes([0; 32]));
        Ok(Self(secret))
    }
}

/// The query of the address. Parameters that `T` does not have are ignored.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// A submitted form. Fields that `T` does not have are ignored.
#[derive(Debug)]
pub(crate) struct Form<T>(pub(crate) T);

impl<S: Sync> FromRequestParts<S> for Here {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        let here = request.extensions.get::<Self>().cloned();
        here.ok_or_else(|| Failure::NOT_FOUND.into_response())
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        let id = request.extensions.get::<Self>().cloned();
        id.ok_or_else(|| Failure::NOT_FOUND.into_response())
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let here = Here::from_request_parts(request, state).await?;
        let visiting = here.visiting();
        visiting
            .map(Self)
            .ok_or_else(|| Failure::from(Error::SignedOut).into_response())
    }
}

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for InPath<T> {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(request, state).await;
        let last = params.ok().and_then(|params| {
            let (_, value) = params.iter().last()?;
            value.parse().ok()
        });
        last.map(Self)
            .ok_or_else(|| Failure::NOT_FOUND.into_response())
    }
}

impl<S: Send + Sync, A: FromStr, B: FromStr> FromRequestParts<S> for BothInPath<A, B> {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, state: &S) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(request, state).await;
        let both = params.ok().and_then(|params| {
            let values: Vec<&str> = params.iter().map(|(_, value)| value).collect();
            let [.., first, last] = values.as_slice() else {
                return None;
            };
            Some(Self(first.parse().ok()?, last.parse().ok()?))
        });
        both.ok_or_else(|| Failure::NOT_FOUND.into_response())
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Response> {
        let query = axum::extract::Query::try_from_uri(&request.uri);
        query
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| Failure::from(rejection).into_response())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = axum::Form::from_request(request, state).await;
        form.map(|axum::Form(form)| Self(form))
            .map_err(|rejection| Failure::from(rejection).into_response())
    }
}
