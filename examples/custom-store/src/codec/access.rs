//! Who somebody is, what they did, and what they were answered.

use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Counter, IdempotencyKey, Replay, Reply};
use caseflow_core::domain::link::{Link, LinkPurpose};
use caseflow_core::domain::number::Series;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::throttle::Throttle;

use super::{fields, variants};

fields! {
    Session {
        id, contact, token, authenticated_at, proved_at, seen_at, idle, expires_at, origin,
        preview,
    }
    Link { id, contact, purpose, token, created_at, expires_at }
    Throttle { key, tries, last_at, blocked_until }
    ApiKey { id, name, token, scope, created_at, expires_at, revoked_at }
    AuditRow { seq, at, actor, ip, user_agent, action, about, facts, hash }
    IdempotencyKey { principal, key }
    Replay { fingerprint, reply }
    Reply { id, version }
}

variants! {
    LinkPurpose { 1 => SetPassword, 2 => ResetPassword, 3 => ConfirmEmail(email), 4 => Preview(staff) }
    Counter { 1 => Received { year, currency } }
    Series { 1 => Invoice, 2 => Receipt, 3 => Refund, 4 => Proposal, 5 => Estimate }
}
