//! Sealing what was signed and could not be sealed at once (R-SIG-5).
//!
//! Several servers may do it at once: work is leased. What fails is due again when its lease runs
//! out, so that a copy is there within a minute of what it waited for.

use std::time::Duration;

use crate::Ports;
use crate::domain::id::{ContractId, FirmId};
use crate::error::Error;
use crate::sealing;

/// How long a worker has for what it took, and what failed waits.
const LEASE: Duration = Duration::from_secs(30);
/// How many copies a worker takes at a time.
const BATCH: u32 = 10;
/// How often a copy is tried while the renderer or the sealer has too much to do.
const TRIES: u32 = 3;
/// How long the first of these waits takes; each further one takes twice as long.
const PAUSE: Duration = Duration::from_millis(250);

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sealings {
    /// Copies that are there now.
    pub sealed: u32,
    /// Copies that will be tried again.
    pub unsealed: u32,
}

/// Seals what is due, until nothing is.
///
/// # Errors
/// When the store fails; a copy that cannot be sealed is postponed instead.
pub async fn work(ports: &Ports) -> Result<Sealings, Error> {
    let mut done = Sealings::default();
    loop {
        let now = ports.now();
        let store = &ports.store;
        let leased = store.lease_seals(now, now.plus(LEASE), BATCH).await?;
        if leased.is_empty() {
            return Ok(done);
        }
        for (firm, id) in leased {
            match seal(ports, firm, id).await {
                Ok(()) => done.sealed += 1,
                Err(error @ Error::Store(_)) => return Err(error),
                Err(_) => done.unsealed += 1,
            }
        }
    }
}

/// Seals one copy, a few times over while there is too much to do.
async fn seal(ports: &Ports, firm: FirmId, id: ContractId) -> Result<(), Error> {
    for wait in 0..TRIES - 1 {
        match sealing::seal(ports, firm, id).await {
            Err(Error::Busy) => ports.clock.sleep(PAUSE * 2_u32.pow(wait)).await,
            outcome => return outcome,
        }
    }
    sealing::seal(ports, firm, id).await
}
