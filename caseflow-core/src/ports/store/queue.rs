use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::domain::gateway_event::GatewayEvent;
use crate::domain::id::{AttemptId, ContractId, FirmId, InvoiceId, MailId, RefundId};
use crate::domain::mail::Mail;
use crate::domain::setback::Setback;
use crate::domain::time::Timestamp;

/// The work queue: what was promised in a commit and is done after it.
///
/// # Contract
/// * A mail is leased to one worker at a time. A lease that has run out may be taken again.
/// * Leases come in the order in which they are due, then of ids; nothing is leased before its time.
/// * Work about money is leased likewise, by each kind in the order in which it is due and then of
///   names; it needs no settling: the commit that works it off says when it is due again, and what
///   was not worked off is due when its lease runs out. Leasing moves no version.
/// * A lease counts while `now` is before its `until`, and was not taken again; no other settles
///   anything. What is done is never leased again, nor what is dead, until it is [tried
///   again](crate::domain::changes::Change::RetryMail).
/// * Leasing moves no version of a mail; settling and trying again do.
#[async_trait]
pub trait Queue: fmt::Debug + Send + Sync {
    /// Takes up to `max` mails that are due at `now` and nobody else's, until `until`.
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Says what became of leased mails; answers how many of the leases still counted.
    async fn settle(&self, now: Timestamp, settlements: &[Settlement]) -> Result<u64, StoreError>;

    /// Takes up to `max` of each kind of work about money that is due at `now`, in the order in which it
    /// is due and then of names and ids by their bytes, and makes it due again at `until`: notices that
    /// came in, attempts and refunds whose `next_check` has come.
    async fn lease_money(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<MoneyWork>, StoreError>;

    /// Takes up to `max` signed contracts whose copy is [pending] and due at `now`, in the order in
    /// which they are due and then of ids, and makes them due again at `until`. That moves no version.
    ///
    /// [pending]: crate::domain::contract::SignedCopy::Pending
    async fn lease_seals(
        &self,
        now: Timestamp,
        until: Timestamp,
        max: u32,
    ) -> Result<Vec<(FirmId, ContractId)>, StoreError>;

    /// Forgets what has no more use at `now`: sessions (idle or at their end), links and idempotency
    /// entries that have expired, counts of tries last moved a day ago that block nobody, notices
    /// that were worked off or given up and came in [so long ago](GatewayEvent::KEPT). Answers how
    /// many rows went.
    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError>;
}

/// A mail that a worker may now send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The firm that writes.
    pub firm: FirmId,
    /// The mail.
    pub mail: Mail,
    /// How often it has been leased, this time included: together with the mail's id it names the
    /// lease.
    pub tries: u32,
    /// How many of these tries no longer count, for staff asked for [another
    /// go](crate::domain::changes::Change::RetryMail).
    pub forgiven: u32,
    /// When the lease runs out.
    pub until: Timestamp,
}

impl Lease {
    /// How many tries count, this time included.
    #[must_use]
    pub const fn counted(&self) -> u32 {
        self.tries.saturating_sub(self.forgiven)
    }
}

/// Work about money that one worker may now do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyWork {
    /// The firm.
    pub firm: FirmId,
    /// What is to be done.
    pub task: MoneyTask,
}

/// What is to be done about money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyTask {
    /// The gateway is to be asked what this notice is about.
    Event {
        /// The notice.
        event: GatewayEvent,
        /// How often it has been leased, this time included.
        tries: u32,
    },
    /// The gateway is to be asked about this attempt.
    Attempt(AttemptId, InvoiceId),
    /// The gateway is to be asked about this refund.
    Refund(RefundId, InvoiceId),
}

/// What became of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The firm.
    pub firm: FirmId,
    /// The mail.
    pub mail: MailId,
    /// The lease's count of tries.
    pub tries: u32,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was sent, or there was no longer a reason to send it.
    Done,
    /// It did not leave, and shall be tried again at this time.
    Retry(Timestamp, Setback),
    /// It did not leave, and will not be tried again: a dead letter.
    Dead(Setback),
}
