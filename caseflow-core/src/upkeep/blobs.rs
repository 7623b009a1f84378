//! Sweeping files' bytes to which no record refers: what an upload left that was never put on record,
//! and what could not be deleted when its record was removed.

use std::time::Duration;

use crate::Ports;
use crate::domain::id::{BlobId, FirmId};
use crate::domain::page::{Cursor, PageQuery, PageSize};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::filing::GRACE;
use crate::ports::blobs::BlobName;

/// How many names are looked at in one piece of work.
const BATCH: usize = 500;
/// How long after a sweep of all firms the next one begins.
const PAUSE: Duration = Duration::from_secs(3600);

/// Sweeps the files of all firms, a piece at a time, and once more an hour after each sweep. A host
/// keeps one for as long as it runs and calls [`work`](Self::work) from time to time.
///
/// Where it stands is forgotten when the host stops: it starts from the beginning then. Each of several
/// servers may have its own: deleting twice is no error. Bytes that are younger than a day are
/// left alone, so that no sweep takes what a record is about to refer to.
#[derive(Debug, Clone, Default)]
pub struct Sweeper {
    next: Next,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Next {
    /// The first firm.
    #[default]
    Start,
    /// The firms after this one.
    After(FirmId),
    /// This firm's names after this one.
    Within(FirmId, BlobId),
    /// Nothing before this moment.
    Rest(Timestamp),
}

impl Sweeper {
    /// Does the next piece of work, if it is time. Answers how many files' bytes were deleted.
    ///
    /// # Errors
    /// When the store or the file storage fails; the same piece is tried again then.
    pub async fn work(&mut self, ports: &Ports) -> Result<u32, Error> {
        let (firm, after) = match self.next {
            Next::Rest(until) if ports.now() < until => return Ok(0),
            Next::Rest(_) | Next::Start => (firm_after(ports, None).await?, None),
            Next::After(firm) => (firm_after(ports, Some(firm)).await?, None),
            Next::Within(firm, blob) => (Some(firm), Some(blob)),
        };
        let Some(firm) = firm else {
            self.next = Next::Rest(ports.now().plus(PAUSE));
            return Ok(0);
        };
        let (swept, last) = sweep(ports, firm, after).await?;
        self.next = last.map_or(Next::After(firm), |last| Next::Within(firm, last));
        Ok(swept)
    }
}

async fn firm_after(ports: &Ports, firm: Option<FirmId>) -> Result<Option<FirmId>, Error> {
    let page = PageQuery {
        after: firm.map(|firm| Cursor {
            key: (),
            id: firm.to_string(),
        }),
        size: PageSize::new(1).unwrap_or_default(),
    };
    let page = ports.store.firms(&page).await?;
    Ok(page.rows.first().map(|firm| firm.id))
}

/// Sweeps a piece of a firm's names. Answers how many went, and the last name when there may be more
/// to sweep after it.
async fn sweep(
    ports: &Ports,
    firm: FirmId,
    after: Option<BlobId>,
) -> Result<(u32, Option<BlobId>), Error> {
    let names = ports.blobs.list(firm, after, BATCH).await?;
    let grown = ports.now().minus(GRACE);
    // Names are in the order in which they were made.
    let old: Vec<BlobId> = names
        .iter()
        .copied()
        .filter(|id| id.made_at() < grown)
        .collect();
    let more = old.len() == BATCH;
    let unknown = match old.is_empty() {
        true => vec![],
        false => ports.store.unknown_blobs(firm, &old).await?,
    };
    let mut swept = 0;
    for id in unknown {
        ports.blobs.delete(BlobName { firm, id }).await?;
        swept += 1;
    }
    Ok((swept, old.last().copied().filter(|_| more)))
}
