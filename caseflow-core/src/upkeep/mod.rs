//! Verbs of nobody: what a host calls from time to time, or lets run by itself.

use std::time::Duration;

use crate::Ports;
use crate::error::Error;
use blobs::Sweeper;

pub mod blobs;
mod enclosure;
pub mod notices;
pub mod outbox;
pub mod payments;
pub mod rewrap;
pub mod sealing;
mod wording;

/// How many keys of vaults a round wraps anew at most: after a rotation the rest waits for the next.
const REWRAPS: u64 = 50;

/// What one round of upkeep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Mails that were sent.
    pub sent: u32,
    /// Mails that were not sent, for while they waited there was no longer anybody to tell or anything
    /// to be told.
    pub dropped: u32,
    /// Mails that will be tried again.
    pub postponed: u32,
    /// Mails that will not be tried again.
    pub dead: u32,
    /// Notices, attempts and refunds that were looked at.
    pub money: u32,
    /// Signed copies that were sealed.
    pub sealed: u32,
    /// Signed copies that could not be sealed, and will be tried again.
    pub unsealed: u32,
    /// Keys of vaults that were wrapped anew.
    pub rewrapped: u64,
    /// Rows that had no more use and were forgotten.
    pub forgotten: u64,
    /// Files whose bytes were deleted since no record referred to them. [`tick`] sweeps none: see
    /// [`round`].
    pub swept: u32,
}

/// Does what is due now. Several servers may call it at once: work is leased.
///
/// # Errors
/// When the store fails.
pub async fn tick(ports: &Ports) -> Result<Round, Error> {
    let money = payments::work(ports).await?;
    let seals = sealing::work(ports).await?;
    let rewrapped = rewrap::rewrap(ports, REWRAPS).await?;
    let mut round = outbox::deliver(ports).await?;
    round.money = money;
    round.sealed = seals.sealed;
    round.unsealed = seals.unsealed;
    round.rewrapped = rewrapped.done;
    round.forgotten = ports.store.purge(ports.now()).await?;
    Ok(round)
}

/// Does what [`tick`] does, and the next piece of a sweep of files' bytes.
///
/// # Errors
/// When the store or the file storage fails.
pub async fn round(ports: &Ports, sweeper: &mut Sweeper) -> Result<Round, Error> {
    let round = tick(ports).await?;
    let swept = sweeper.work(ports).await?;
    Ok(Round { swept, ..round })
}

/// Calls [`round`] for ever, `pause` after each. One that fails is reported to `failed` and followed
/// by the next.
pub async fn run(ports: &Ports, pause: Duration, failed: impl Fn(Error)) {
    let mut sweeper = Sweeper::default();
    loop {
        if let Err(error) = round(ports, &mut sweeper).await {
            failed(error);
        }
        ports.clock.sleep(pause).await;
    }
}
