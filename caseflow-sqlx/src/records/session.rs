use std::time::Duration;

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::session::{
    Link, LinkPurpose, Session, Throttle, ThrottleKey, TokenHash,
};
use caseflow_core::domain::time::Timestamp;
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, hash, maybe};
use crate::table::Table;
use crate::value::{self, Value, hex, text};

pub(crate) const SESSIONS: Table = Table {
    name: "caseflow_sessions",
    key: &["id"],
    columns: &[
        "contact_id",
        "token",
        "authenticated_at",
        "seen_at",
        "idle",
        "expires_at",
        "ip",
        "user_agent",
    ],
    versioned: false,
};

pub(crate) const LINKS: Table = Table {
    name: "caseflow_links",
    key: &["id"],
    columns: &[
        "contact_id",
        "purpose",
        "email",
        "token",
        "created_at",
        "expires_at",
    ],
    versioned: false,
};

pub(crate) const THROTTLES: Table = Table {
    name: "caseflow_throttles",
    key: &["key"],
    columns: &["tries", "last_at", "blocked_until"],
    versioned: false,
};

pub(crate) fn session_values(session: &Session) -> Vec<Value> {
    vec![
        text(session.id),
        text(session.contact),
        hex(session.token.as_bytes()),
        session.authenticated_at.into(),
        session.seen_at.into(),
        session.idle.into(),
        session.expires_at.into(),
        value::maybe(session.origin.ip.as_ref()),
        value::maybe(session.origin.user_agent.as_ref()),
    ]
}

pub(crate) fn link_values(link: &Link) -> Vec<Value> {
    let email = match &link.purpose {
        LinkPurpose::SetPassword | LinkPurpose::ResetPassword => None,
        LinkPurpose::ConfirmEmail(email) => Some(email),
    };
    vec![
        text(link.id),
        text(link.contact),
        text(link.purpose.code()),
        value::maybe(email),
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

#[derive(Debug, Deserialize)]
pub(crate) struct StoredSession {
    id: String,
    contact_id: String,
    token: String,
    authenticated_at: i64,
    seen_at: i64,
    idle: u64,
    expires_at: i64,
    ip: Option<String>,
    user_agent: Option<String>,
}

impl Stored for StoredSession {
    type Record = Session;

    fn read(self) -> Result<Session, Unreadable> {
        Ok(Session {
            id: self.id.parse()?,
            contact: self.contact_id.parse()?,
            token: TokenHash::from_bytes(hash(&self.token)?),
            authenticated_at: Timestamp::from_micros(self.authenticated_at),
            seen_at: Timestamp::from_micros(self.seen_at),
            idle: Duration::from_micros(self.idle),
            expires_at: Timestamp::from_micros(self.expires_at),
            origin: Origin {
                ip: maybe(self.ip)?,
                user_agent: maybe(self.user_agent)?,
            },
        })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredLink {
    id: String,
    contact_id: String,
    purpose: String,
    email: Option<String>,
    token: String,
    created_at: i64,
    expires_at: i64,
}

impl Stored for StoredLink {
    type Record = Link;

    fn read(self) -> Result<Link, Unreadable> {
        let purpose = match (self.purpose.as_str(), self.email) {
            ("set_password", None) => LinkPurpose::SetPassword,
            ("reset_password", None) => LinkPurpose::ResetPassword,
            ("confirm_email", Some(email)) => LinkPurpose::ConfirmEmail(email.parse()?),
            _ => return Err(Unknown("the link's purpose").into()),
        };
        Ok(Link {
            id: self.id.parse()?,
            contact: self.contact_id.parse()?,
            purpose,
            token: TokenHash::from_bytes(hash(&self.token)?),
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredThrottle {
    key: String,
    tries: u32,
    last_at: i64,
    blocked_until: i64,
}

impl Stored for StoredThrottle {
    type Record = Throttle;

    fn read(self) -> Result<Throttle, Unreadable> {
        Ok(Throttle {
            key: ThrottleKey::from_bytes(hash(&self.key)?),
            tries: self.tries,
            last_at: Timestamp::from_micros(self.last_at),
            blocked_until: Timestamp::from_micros(self.blocked_until),
        })
    }
}
