//! The core's one loop: load, decide, commit; on a conflict again from the top.

use std::time::Duration;

use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Changes, Idempotency, IdempotencyEntry, Reply};
use crate::domain::id::{FirmId, Subject};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::store::{Committed, Constraint, StoreError};

/// How often a decision is taken anew before the asker is told to come back.
const ATTEMPTS: u32 = 8;
/// The first wait after a conflict; each further one may be twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(4);
/// How long an idempotency key is remembered.
const KEY_LIFE: Duration = Duration::from_secs(24 * 3600);

/// The attempts at one verb.
#[derive(Debug)]
pub(crate) struct Attempts<'a> {
    ports: &'a Ports,
    firm: FirmId,
    made: u32,
}

/// What the loop does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// It is done.
    Done(Committed),
    /// Somebody else was faster: load and decide again.
    Again,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(ports: &'a Ports, firm: FirmId) -> Self {
        Self {
            ports,
            firm,
            made: 0,
        }
    }

    /// Commits; waits a little when the decision has to be taken anew.
    ///
    /// After an unknown outcome only a write with a key is tried again: the key tells whether the
    /// first one was done.
    pub(crate) async fn commit(&mut self, changes: Changes) -> Result<Next, Error> {
        let keyed = changes.idempotency.is_some();
        self.made += 1;
        match self.ports.store.commit(self.firm, changes).await {
            Ok(committed) => Ok(Next::Done(committed)),
            Err(error) if self.made < ATTEMPTS && is_worth_another(&error, keyed) => {
                self.ports.clock.sleep(self.jitter()).await;
                Ok(Next::Again)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A random wait below a bound that doubles with every attempt.
    fn jitter(&self) -> Duration {
        let mut byte = [0];
        self.ports.entropy.fill(&mut byte);
        let [share] = byte;
        FIRST_WAIT * 2_u32.pow(self.made) * u32::from(share) / 255
    }
}

fn is_worth_another(error: &StoreError, keyed: bool) -> bool {
    match error {
        // Somebody else's record was not there when the decision was taken; the next one reckons with
        // it.
        StoreError::Conflict
        | StoreError::AlreadyExists(
            Constraint::PrimaryContact
            | Constraint::LiveAttempt
            | Constraint::Checkout
            | Constraint::Charge
            | Constraint::Reversal
            | Constraint::Signature,
        ) => true,
        StoreError::OutcomeUnknown(_) => keyed,
        _ => false,
    }
}

/// What was answered when this request came first, if it did.
pub(crate) async fn replayed(
    ports: &Ports,
    firm: FirmId,
    request: Option<&Idempotency>,
) -> Result<Option<Reply>, Error> {
    let Some(request) = request else {
        return Ok(None);
    };
    match ports.store.replay(firm, &request.key).await? {
        Some(replay) if replay.fingerprint == request.fingerprint => Ok(Some(replay.reply)),
        Some(_) => Err(Error::KeyReused),
        None => Ok(None),
    }
}

/// The entry that makes a request safe to repeat.
pub(crate) fn entry(
    request: Option<&Idempotency>,
    reply: Reply,
    now: Timestamp,
) -> Option<IdempotencyEntry> {
    request.map(|request| IdempotencyEntry {
        request: request.clone(),
        reply,
        expires_at: now.plus(KEY_LIFE),
    })
}

/// An audit row without further facts.
pub(crate) fn audit(
    at: Timestamp,
    actor: Actor,
    origin: &Origin,
    action: AuditAction,
    about: impl Into<Vec<Subject>>,
) -> AuditEntry {
    AuditEntry {
        at,
        actor,
        origin: origin.clone(),
        action,
        about: about.into(),
        facts: vec![],
    }
}
