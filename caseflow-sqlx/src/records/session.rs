use caseflow_core::domain::link::{Link, LinkPurpose};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::text::{Email, Line};
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};

use super::origin;
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, hex, text};

pub(crate) const SESSIONS: Table = Table {
    name: "caseflow_sessions",
    key: &["id"],
    texts: &["contact_id", "token", "ip", "user_agent", "staff"],
    numbers: &[
        "authenticated_at",
        "proved_at",
        "seen_at",
        "idle",
        "expires_at",
    ],
    versioned: false,
};

pub(crate) const LINKS: Table = Table {
    name: "caseflow_links",
    key: &["id"],
    texts: &["contact_id", "purpose", "email", "staff", "token"],
    numbers: &["created_at", "expires_at"],
    versioned: false,
};

pub(crate) const THROTTLES: Table = Table {
    name: "caseflow_throttles",
    key: &["key"],
    texts: &[],
    numbers: &["tries", "last_at", "blocked_until"],
    versioned: false,
};

pub(crate) fn session_values(session: &Session) -> Vec<Value> {
    let [ip, user_agent] = origin::values(Some(&session.origin));
    vec![
        text(session.id),
        text(session.contact),
        hex(session.token.as_bytes()),
        ip,
        user_agent,
        value::maybe(session.preview.as_ref()),
        session.authenticated_at.into(),
        session.proved_at.into(),
        session.seen_at.into(),
        session.idle.into(),
        session.expires_at.into(),
    ]
}

pub(crate) fn link_values(link: &Link) -> Vec<Value> {
    let (email, staff) = match &link.purpose {
        LinkPurpose::SetPassword | LinkPurpose::ResetPassword => (None, None),
        LinkPurpose::ConfirmEmail(email) => (Some(email), None),
        LinkPurpose::Preview(staff) => (None, Some(staff)),
    };
    vec![
        text(link.id),
        text(link.contact),
        text(link.purpose.code()),
        value::maybe(email),
        value::maybe(staff),
        hex(link.token.as_bytes()),
        link.created_at.into(),
        link.expires_at.into(),
    ]
}

pub(crate) fn throttle_values(throttle: &Throttle) -> Vec<Value> {
    vec![
        hex(throttle.key.as_bytes()),
        throttle.tries.into(),
        throttle.last_at.into(),
        throttle.blocked_until.into(),
    ]
}

impl Stored for Session {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            contact: cells.parse()?,
            token: TokenHash::from_bytes(cells.hash()?),
            origin: Stored::read(cells)?,
            preview: cells.maybe()?,
            authenticated_at: cells.time()?,
            proved_at: cells.maybe_time()?,
            seen_at: cells.time()?,
            idle: cells.span()?,
            expires_at: cells.time()?,
        })
    }
}

impl Stored for Link {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            contact: cells.parse()?,
            purpose: purpose(cells.text()?, cells.maybe()?, cells.maybe()?)?,
            token: TokenHash::from_bytes(cells.hash()?),
            created_at: cells.time()?,
            expires_at: cells.time()?,
        })
    }
}

fn purpose(
    code: &str,
    email: Option<Email>,
    staff: Option<Line<120>>,
) -> Result<LinkPurpose, Unreadable> {
    match (code, email, staff) {
        ("set_password", None, None) => Ok(LinkPurpose::SetPassword),
        ("reset_password", None, None) => Ok(LinkPurpose::ResetPassword),
        ("confirm_email", Some(email), None) => Ok(LinkPurpose::ConfirmEmail(email)),
        ("preview", None, Some(staff)) => Ok(LinkPurpose::Preview(staff)),
        _ => Err(Unknown("the link's purpose").into()),
    }
}

impl Stored for Throttle {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            key: ThrottleKey::from_bytes(cells.hash()?),
            tries: cells.count()?,
            last_at: cells.time()?,
            blocked_until: cells.time()?,
        })
    }
}
