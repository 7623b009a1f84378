//! What an answer that is no success means.

use std::time::Duration;

use caseflow_core::domain::attempt::Trouble;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::GatewayError;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

/// Why it is not known whether a request was done. No key or secret is in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// There was no connection, or none to the end of the answer.
    #[error("no answer came: {0}")]
    Connection(&'static str),
    /// The answer was longer than any that was expected.
    #[error("the answer is too long")]
    TooLong,
    /// It came from something between, or the gateway itself stumbled.
    #[error("answered with status {status}{}", .detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default())]
    Status { status: u16, detail: Option<String> },
    /// Well answered, in words that cannot be read.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

impl From<Unanswered> for GatewayError {
    fn from(why: Unanswered) -> Self {
        Self::Unknown(Box::new(why))
    }
}

/// An answer that is no success.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    error: Option<ApiError>,
    request_id: Option<String>,
    again: Again,
}

/// Whether the same request may be sent again, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It would be answered the same.
    No,
    /// After a pause of ours.
    Soon,
    /// After as long as was asked for.
    After(Duration),
}

#[derive(Debug, Deserialize)]
struct Envelope {
    error: ApiError,
}

#[derive(Debug, Default, Deserialize)]
struct ApiError {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    decline_code: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    param: Option<String>,
}

impl Refusal {
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let envelope = serde_json::from_slice::<Envelope>(body).ok();
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            status,
            error: envelope.map(|envelope| envelope.error),
            request_id: header("request-id").map(str::to_owned),
            again: again(status, header("stripe-should-retry"), header("retry-after")),
        }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) const fn again(&self) -> Again {
        self.again
    }

    pub(crate) fn into_error(self) -> GatewayError {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                self.told(GatewayError::Misconfigured)
            }
            // Something between, which does not know what became of the request.
            _ if self.error.is_none() => self.unknown(),
            // It was done under this key before, with other words: what, only a look can tell.
            _ if self.is_kind("idempotency_error") => self.unknown(),
            _ if self.is_missing() => GatewayError::NotFound,
            status if is_transient(status) || !status.is_client_error() => self.unknown(),
            _ => self.told(GatewayError::Refused),
        }
    }

    fn is_kind(&self, kind: &str) -> bool {
        let known = self.error.as_ref().and_then(|error| error.kind.as_deref());
        known == Some(kind)
    }

    fn is_missing(&self) -> bool {
        let code = self.error.as_ref().and_then(|error| error.code.as_deref());
        self.status == StatusCode::NOT_FOUND
            || (self.status == StatusCode::BAD_REQUEST && code == Some("resource_missing"))
    }

    fn unknown(&self) -> GatewayError {
        let detail = self.error.as_ref().map(|_| self.detail());
        Unanswered::Status {
            status: self.status.as_u16(),
            detail,
        }
        .into()
    }

    fn told(&self, as_error: fn(Trouble) -> GatewayError) -> GatewayError {
        self.trouble().map_or_else(|| self.unknown(), as_error)
    }

    fn trouble(&self) -> Option<Trouble> {
        let status = format!("http_{}", self.status.as_u16());
        let error = self.error.as_ref();
        let code = error.and_then(|error| {
            let codes = [&error.decline_code, &error.code, &error.kind];
            let mut told = codes.into_iter().filter_map(Option::as_deref);
            told.find(|code| !code.is_empty())
        });
        trouble(code.unwrap_or(&status), &self.detail())
    }

    fn detail(&self) -> String {
        let error = self.error.as_ref();
        let mut detail = error
            .and_then(|error| error.message.clone())
            .unwrap_or_else(|| self.status.to_string());
        if let Some(param) = error.and_then(|error| error.param.as_deref()) {
            detail.push_str(&format!(" ({param})"));
        }
        if let Some(request) = &self.request_id {
            detail.push_str(&format!(" [{request}]"));
        }
        detail
    }
}

fn is_transient(status: StatusCode) -> bool {
    status.is_server_error()
        || [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::CONFLICT,
            StatusCode::FAILED_DEPENDENCY,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&status)
}

fn again(status: StatusCode, should: Option<&str>, after: Option<&str>) -> Again {
    if should == Some("false") || !is_transient(status) {
        return Again::No;
    }
    match after.and_then(|seconds| seconds.trim().parse().ok()) {
        Some(seconds) => Again::After(Duration::from_secs(seconds)),
        None => Again::Soon,
    }
}

/// Words of the gateway's, cut to what the core keeps.
pub(crate) fn trouble(code: &str, detail: &str) -> Option<Trouble> {
    let code = line(code)?;
    let detail = line(detail).or_else(|| line(code.as_str()))?;
    Some(Trouble { code, detail })
}

/// As much of a text as fits, without what a line cannot hold; none when nothing is left.
pub(crate) fn line<const MAX: usize>(text: &str) -> Option<Line<MAX>> {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| matches!(c, ' '..='~'))
            .take(MAX)
            .collect()
    };
    let cut: String = text.trim().chars().take(MAX).collect();
    Line::parse(&cut)
        .or_else(|_| Line::parse(&plain(text)))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_and_cleaned_to_a_line() {
        let text = |text| line::<5>(text).map(|line| line.to_string());
        assert_eq!(text("abcdefgh").as_deref(), Some("abcde"));
        assert_eq!(text("a\u{202e}b").as_deref(), Some("ab"));
        assert_eq!(text("äö").as_deref(), Some("äö"));
        assert_eq!(text("\n\u{0}"), None);
    }
}
