//! Errors as Stripe words them.

use serde_json::{Value, json};

use super::objects::put;

/// How far a request had come when it was refused, which decides whether its key keeps the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its parameters were no good: the key stays free.
    Validation,
    /// It had begun: the key keeps the refusal.
    Execution,
}

/// A request that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) code: Option<&'static str>,
    pub(super) param: Option<String>,
    pub(super) message: String,
    pub(super) stage: Stage,
}

impl Failure {
    /// A refusal without code or parameter.
    pub(super) fn plain(status: u16, message: String) -> Self {
        Self {
            status,
            kind: "invalid_request_error",
            code: None,
            param: None,
            message,
            stage: Stage::Validation,
        }
    }

    /// A parameter that is no good, for a reason that has a code.
    pub(super) fn invalid(code: &'static str, param: &str, message: String) -> Self {
        Self {
            code: Some(code),
            ..Self::refused(param, message)
        }
    }

    /// A parameter that is no good.
    pub(super) fn refused(param: &str, message: String) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..Self::plain(400, message)
        }
    }

    /// A parameter that has to be there.
    pub(super) fn missing(param: &str) -> Self {
        Self::invalid(
            "parameter_missing",
            param,
            format!("Missing required param: {param}."),
        )
    }

    /// An object that is not there.
    pub(super) fn no_such(noun: &str, id: &str, param: &str) -> Self {
        Self {
            status: 404,
            ..Self::invalid("resource_missing", param, format!("No such {noun}: '{id}'"))
        }
    }

    /// A request that was good, but cannot be done as things stand.
    pub(super) fn state(code: Option<&'static str>, message: String) -> Self {
        Self {
            code,
            stage: Stage::Execution,
            ..Self::plain(400, message)
        }
    }

    /// The same, about a parameter.
    pub(super) fn about(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    /// Stripe's own words for it.
    pub(super) fn body(&self, request: &str) -> Value {
        let mut error = json!({
            "message": self.message,
            "request_log_url": format!("https://dashboard.stripe.com/test/logs/{request}"),
            "type": self.kind,
        });
        if let Some(code) = self.code {
            let page = code.replace('_', "-");
            put(&mut error, "code", json!(code));
            let page = format!("https://stripe.com/docs/error-codes/{page}");
            put(&mut error, "doc_url", json!(page));
        }
        if let Some(param) = &self.param {
            put(&mut error, "param", json!(param));
        }
        json!({ "error": error })
    }
}
