//! What went wrong, as HTTP says it: the one map from kinds of errors to statuses.
//!
//! A handler answers a [`Failure`]; it travels in the response's extensions to the face of the
//! router it happened in, which words it as a page or as an RFC 9457 problem.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use caseflow_core::domain::invoice::InvoiceError;
use caseflow_core::domain::offer::OfferError;
use caseflow_core::domain::refund::RefundError;
use caseflow_core::error::Refusal;
use caseflow_core::{Error, ErrorKind};
use serde::Serialize;

use crate::api;
use crate::state::RequestId;

/// Why a request has no better answer.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The core says so.
    Core(Arc<Error>),
    /// The request never reached the core.
    Http {
        status: StatusCode,
        detail: &'static str,
    },
    /// Parts of the body are not what they should be.
    Invalid(Vec<Flaw>),
}

/// What is wrong with one part of a request's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Flaw {
    /// A JSON pointer (RFC 6901) to the part, such as `/email`.
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

impl Failure {
    /// No such address, or nothing there for whoever asks.
    pub(crate) const NOT_FOUND: Self = Self::Http {
        status: StatusCode::NOT_FOUND,
        detail: "there is nothing at this address",
    };
    /// The address exists, the verb does not.
    pub(crate) const WRONG_VERB: Self = Self::Http {
        status: StatusCode::METHOD_NOT_ALLOWED,
        detail: "this address does not take this method",
    };
    /// Another site may have sent the request.
    pub(crate) const FOREIGN_FORM: Self = Self::Http {
        status: StatusCode::FORBIDDEN,
        detail: "the request did not come from the portal itself",
    };

    /// A template failed.
    pub(crate) const UNRENDERED: Self = Self::Http {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        detail: "the page could not be made",
    };

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Core(error) => status_of(error.kind()),
            Self::Http { status, .. } => *status,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// How long to wait before the next try, when that is known.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Core(error) => match **error {
                Error::Throttled(wait) => Some(wait),
                Error::Busy => Some(Duration::from_secs(1)),
                Error::VaultUnavailable(_) => Some(Duration::from_secs(60)),
                _ => None,
            },
            Self::Http { .. } | Self::Invalid(_) => None,
        }
    }

    /// Leaves a trace of what only the operator can mend.
    pub(crate) fn report(&self, request: &RequestId) {
        let Self::Core(error) = self else { return };
        let (kind, error): (_, &dyn std::error::Error) = (error.kind(), &**error);
        match kind {
            ErrorKind::Internal => {
                tracing::error!(request = request.as_str(), error, "the request failed");
            }
            ErrorKind::Gateway => {
                tracing::warn!(
                    request = request.as_str(),
                    error,
                    "the payment provider failed"
                );
            }
            ErrorKind::Unavailable => {
                tracing::warn!(request = request.as_str(), error, "the vault has no keys");
            }
            _ => {}
        }
    }
}

/// The JSON face: words the failures of a router as problems (RFC 9457).
pub(crate) async fn problem_face(id: RequestId, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    failure.report(&id);
    let body = serde_json::to_vec(&failure.problem(&id)).unwrap_or_default();
    *response.body_mut() = body.into();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    response
}

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// RFC 9457; `instance` is the request's id.
#[derive(Debug, Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    instance: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Flaw>,
}

impl Failure {
    fn problem<'a>(&self, id: &'a RequestId) -> Problem<'a> {
        let (status, title) = (self.status(), self.title());
        Problem {
            r#type: format!("urn:caseflow:problem:{}", title.replace(' ', "-")),
            title,
            status: status.as_u16(),
            detail: self.detail(),
            instance: id.as_str(),
            errors: self.flaws(),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Core(error) => title_of(error.kind()),
            Self::Http { status, .. } => match *status {
                StatusCode::NOT_FOUND => title_of(ErrorKind::NotFound),
                StatusCode::METHOD_NOT_ALLOWED => "wrong method",
                StatusCode::FORBIDDEN => "foreign request",
                StatusCode::PAYLOAD_TOO_LARGE => "too large",
                StatusCode::UNSUPPORTED_MEDIA_TYPE => "wrong media type",
                StatusCode::PRECONDITION_REQUIRED => "version required",
                _ => "malformed",
            },
            Self::Invalid(_) => title_of(ErrorKind::Refused),
        }
    }

    /// What only the operator can mend stays in the operator's log.
    fn detail(&self) -> String {
        match self {
            Self::Core(error) => error.to_string(),
            Self::Http { detail, .. } => (*detail).to_owned(),
            Self::Invalid(_) => "the request has parts that cannot be accepted".to_owned(),
        }
    }

    fn flaws(&self) -> Vec<Flaw> {
        match self {
            Self::Core(error) => flaw(error).into_iter().collect(),
            Self::Http { .. } => vec![],
            Self::Invalid(flaws) => flaws.clone(),
        }
    }
}

fn flaw(error: &Error) -> Option<Flaw> {
    let Error::Refused(refusal) = error else {
        return None;
    };
    let pointer = match refusal {
        Refusal::Invoice(InvoiceError::Pricing(error))
        | Refusal::Offer(OfferError::Pricing(error)) => api::place_in_body(error),
        Refusal::Refund(RefundError::Money(_)) => "/amount".to_owned(),
        _ => format!("/{}", refusal.field()?),
    };
    Some(Flaw {
        pointer,
        detail: refusal.to_string(),
    })
}

const fn title_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "not found",
        ErrorKind::SignedOut => "signed out",
        ErrorKind::ReadOnly => "read only",
        ErrorKind::NoVaultGrant => "no vault grant",
        ErrorKind::Preview => "preview",
        ErrorKind::Locked => "vault locked",
        ErrorKind::Unavailable => "vault unavailable",
        ErrorKind::Refused => "refused",
        ErrorKind::Stale => "stale",
        ErrorKind::KeyReused => "key reused",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Busy => "busy",
        ErrorKind::Gateway => "payment provider failed",
        ErrorKind::Internal => "internal",
    }
}

/// Says in whole seconds when the next try may be made.
pub(crate) fn ask_to_wait(headers: &mut HeaderMap, wait: Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    headers.insert(RETRY_AFTER, seconds.max(1).into());
}

/// The status of each kind of error.
pub(crate) const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::SignedOut => StatusCode::UNAUTHORIZED,
        ErrorKind::ReadOnly | ErrorKind::NoVaultGrant | ErrorKind::Preview | ErrorKind::Locked => {
            StatusCode::FORBIDDEN
        }
        ErrorKind::Refused | ErrorKind::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Busy | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Gateway => StatusCode::BAD_GATEWAY,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(Arc::new(error))
    }
}

impl From<FormRejection> for Failure {
    fn from(rejection: FormRejection) -> Self {
        Self::Http {
            status: rejection.status(),
            detail: "the form cannot be read",
        }
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self::Http {
            status: rejection.status(),
            detail: "the query of the address cannot be read",
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(wait) = self.wait() {
            ask_to_wait(response.headers_mut(), wait);
        }
        response.extensions_mut().insert(self);
        response
    }
}
