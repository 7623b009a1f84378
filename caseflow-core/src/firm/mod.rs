//! Verbs of staff, and of the firm's own software.
//!
//! Every write takes a [`Call`]: who asks, from where, and the key under which the request may be
//! repeated. It answers a [`Reply`]: the record's id and its new version.

use crate::Ports;
use crate::collect;
use crate::domain::access::{Actor, Origin, Staff};
use crate::domain::attempt::AttemptState;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Changes, Idempotency, Reply, Version, Versioned};
use crate::domain::id::{ContactId, InvoiceId, Subject};
use crate::domain::readers::Readers;
use crate::error::{Error, Refusal};
use crate::ports::store::{ClientFile, Committed, InvoiceFile};
use crate::write::{self, Attempts, Next};

pub mod alerts;
pub mod announcements;
pub mod api_keys;
pub mod attempts;
pub mod audit;
pub mod check;
pub mod clients;
pub mod contacts;
pub mod contracts;
pub mod documents;
pub mod invoices;
pub mod library;
pub mod mails;
pub mod offers;
pub mod payments;
pub mod preview;
pub mod refunds;
pub mod settings;
pub mod take_out;
pub mod vault;

/// Who asks for a write and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The member of staff, or the firm's software.
    pub staff: Staff,
    /// Where the request came from.
    pub origin: Origin,
    /// The key under which the request may be repeated.
    pub idempotency: Option<Idempotency>,
}

impl Call {
    fn audit(
        &self,
        ports: &Ports,
        action: AuditAction,
        about: impl Into<Vec<Subject>>,
    ) -> AuditEntry {
        write::audit(
            ports.now(),
            Actor::Staff(self.staff.clone()),
            &self.origin,
            action,
            about,
        )
    }
}

/// One staff write under way: the attempts at it and what it will answer.
struct Writing<'a> {
    ports: &'a Ports,
    call: &'a Call,
    attempts: Attempts<'a>,
}

impl<'a> Writing<'a> {
    /// Starts a write, or answers what was answered when the same request came before.
    async fn start(ports: &'a Ports, call: &'a Call) -> Result<Started<'a>, Error> {
        let firm = call.staff.firm;
        if let Some(reply) = write::replayed(ports, firm, call.idempotency.as_ref()).await? {
            return Ok(Started::Replayed(reply));
        }
        Ok(Started::Fresh(Self {
            ports,
            call,
            attempts: Attempts::new(ports, firm),
        }))
    }

    /// Commits under the call's key; `None` when the decision has to be taken anew. Before that the
    /// key is looked up again: the write may have been done, only its answer lost, and deciding once
    /// more would refuse what was already granted.
    async fn commit(&mut self, changes: Changes, reply: Reply) -> Result<Option<Reply>, Error> {
        let now = self.ports.now();
        let entry = write::entry(self.call.idempotency.as_ref(), reply, now);
        let changes = Changes {
            idempotency: entry,
            ..changes
        };
        Ok(match self.attempts.commit(changes).await? {
            Next::Done(Committed::Applied) => Some(reply),
            Next::Done(Committed::Replayed(first)) => Some(first),
            Next::Again => {
                let firm = self.call.staff.firm;
                write::replayed(self.ports, firm, self.call.idempotency.as_ref()).await?
            }
        })
    }
}

enum Started<'a> {
    Fresh(Writing<'a>),
    Replayed(Reply),
}

/// Begins a staff write in a verb; returns from the verb when the request is a repetition.
macro_rules! begin {
    ($ports:expr, $call:expr) => {
        match crate::firm::Writing::start($ports, $call).await? {
            crate::firm::Started::Fresh(writing) => writing,
            crate::firm::Started::Replayed(reply) => return Ok(reply),
        }
    };
}
use begin;

/// Refuses when the asker has seen another version than the stored one (HTTP's `If-Match`).
fn check_version<T>(read: &Versioned<T>, expected: Option<Version>) -> Result<(), Error> {
    match expected {
        Some(version) if version != read.version => Err(Error::Stale),
        _ => Ok(()),
    }
}

/// Those who were chosen are contacts of the client.
fn check_readers(client: &ClientFile, readers: &Readers) -> Result<(), Error> {
    let contacts = &client.contacts;
    let known = |id: &ContactId| contacts.iter().any(|contact| contact.value.id == *id);
    match readers.chosen().iter().all(known) {
        true => Ok(()),
        false => Err(Refusal::NoSuchReference("contacts").into()),
    }
}

/// Closes the checkout that is open for another amount than is due now. What the gateway does not
/// answer is done by upkeep within minutes: the invoice itself is changed already.
async fn call_off_outdated(ports: &Ports, call: &Call, invoice: InvoiceId) {
    let called_off = collect::call_off_outdated(ports, call.staff.firm, invoice).await;
    drop(called_off);
}

/// Before an invoice changes so that what is due is another amount: no checkout for the old one may
/// be open. Money that came in meanwhile is put on record, and the change is decided with it.
async fn call_off_first(ports: &Ports, call: &Call, file: &InvoiceFile) -> Result<bool, Error> {
    let Some(live) = file.live_attempt() else {
        return Ok(false);
    };
    if let AttemptState::Processing(_) = live.value.state {
        return Err(Refusal::PaymentUnderWay.into());
    }
    let firm = call.staff.firm;
    collect::call_off(ports, firm, &live.value).await?;
    let after = collect::load(ports, firm, live.value.id).await?;
    match after.map(|(_, attempt)| attempt.value.stage().is_live()) {
        // The gateway keeps it open, or says what is not understood.
        Some(true) => Err(Refusal::PaymentUnderWay.into()),
        _ => Ok(true),
    }
}
