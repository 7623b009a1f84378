//! The page for a request that could not be answered.

use askama::Template;

use super::frame::Frame;

/// One page for every refusal, with what to do next.
#[derive(Debug, Template)]
#[template(path = "fault.html")]
pub(crate) struct FaultPage {
    pub(crate) frame: Frame,
    pub(crate) fault: Fault,
    /// What the firm needs to find the request in its records.
    pub(crate) reference: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 403: the form did not come from the portal itself.
    ForeignForm,
    /// 403: staff look at the portal, and only the contact can do this.
    Preview,
    /// 400, 405, 413, 415: not a request that the portal's own pages make.
    Misunderstood,
    /// 404: no such address, or nothing there for this contact.
    NotFound,
    /// 429, with the time to wait as `format::wait` says it.
    TooManyRequests(String),
    /// 422: a document of more pages than are printed.
    TooLong,
    /// 500
    Internal,
    /// 503
    Unavailable,
    /// 503: the keys of the vault are not there.
    VaultUnavailable,
    /// 500: something in the vault is damaged or was changed.
    VaultUnreadable,
}
