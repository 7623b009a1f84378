//! Wrapping the vaults' keys anew after a rotation (R-VLT-4).
//!
//! Only the envelope of an item changes, by a write that somebody else's write makes void: what is
//! sealed is not touched, and can be opened at every moment. Where this stops it goes on the next time,
//! for the records themselves say which of them are behind.

use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::id::{FirmId, VaultItemId};
use crate::domain::vault::{KeyName, VaultItem};
use crate::error::Error;
use crate::ports::keys::KeyError;
use crate::ports::store::{Committed, StoreError};
use crate::write;

/// How many items are read at a time.
const PAGE: u32 = 50;

/// What was done, and what is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewrapped {
    /// Keys that were wrapped anew.
    pub done: u64,
    /// Items whose envelope still names a key that is not the current one: as many more are to be done,
    /// or cannot be done now. While this is not zero the older keys are still needed.
    pub left: u64,
}

/// Wraps up to `budget` keys by the current wrapping key, of all firms. Where all are, that costs one
/// look at the store and one at a key.
///
/// A key service that does not answer, and an envelope that it refuses, leave items as they are: they
/// count as left.
///
/// # Errors
/// When the store fails.
pub async fn rewrap(ports: &Ports, budget: u64) -> Result<Rewrapped, Error> {
    let mut sum = Rewrapped::default();
    for (key, items) in ports.store.keys_in_use().await? {
        let done = match standing(ports, &key).await? {
            Standing::Current => continue,
            Standing::Behind => under(ports, &key, budget - sum.done).await?,
            Standing::OutOfReach => 0,
        };
        sum.done += done;
        sum.left += items.saturating_sub(done);
    }
    Ok(sum)
}

/// How a wrapping key stands that envelopes name.
enum Standing {
    /// It is the one that new keys are wrapped by.
    Current,
    /// There is a newer one.
    Behind,
    /// Nobody says, or it is not held here.
    OutOfReach,
}

/// Found out by the first item of a key.
async fn standing(ports: &Ports, key: &KeyName) -> Result<Standing, Error> {
    let first = ports.store.items_under(key, None, 1).await?;
    let Some((firm, item)) = first.first() else {
        return Ok(Standing::Current);
    };
    let (version, envelope) = (item.value.binding(*firm), &item.value.sealed.envelope);
    Ok(match ports.keys.rewrap(&version, envelope).await {
        Ok(None) => Standing::Current,
        // An envelope that is refused says nothing about those behind it.
        Ok(Some(_)) | Err(KeyError::Rejected) => Standing::Behind,
        Err(_) => Standing::OutOfReach,
    })
}

/// Wraps up to `budget` keys that are wrapped by this one.
async fn under(ports: &Ports, key: &KeyName, budget: u64) -> Result<u64, Error> {
    let (mut done, mut after) = (0, None);
    while done < budget {
        let most = u32::try_from(budget - done).unwrap_or(PAGE).min(PAGE);
        let page = ports.store.items_under(key, after, most).await?;
        let Some((firm, last)) = page.last() else {
            break;
        };
        after = Some((*firm, last.value.id));
        for (firm, item) in page {
            match one(ports, firm, item).await? {
                Step::Done => done += 1,
                Step::PassedOver => {}
                Step::NoAnswer => return Ok(done),
            }
        }
    }
    Ok(done)
}

/// What became of one item.
enum Step {
    /// Its key is wrapped anew.
    Done,
    /// Somebody else was faster, or the envelope is refused.
    PassedOver,
    /// The keys do not answer.
    NoAnswer,
}

async fn one(ports: &Ports, firm: FirmId, old: Versioned<VaultItem>) -> Result<Step, Error> {
    let (version, before) = (old.value.binding(firm), &old.value.sealed.envelope);
    let envelope = match ports.keys.rewrap(&version, before).await {
        Ok(Some(envelope)) => envelope,
        Ok(None) | Err(KeyError::Rejected) => return Ok(Step::PassedOver),
        Err(_) => return Ok(Step::NoAnswer),
    };
    let entry = entry(ports, old.value.id, [before.key(), envelope.key()]);
    let item = old.value.clone().rewrapped(envelope);
    let changes = Changes::default()
        .with(Change::VaultItem(old.update(item)))
        .audited(entry);
    match ports.store.commit(firm, changes).await {
        Ok(Committed::Applied | Committed::Replayed(_)) => Ok(Step::Done),
        Err(StoreError::Conflict) => Ok(Step::PassedOver),
        Err(error) => Err(error.into()),
    }
}

/// About the item alone: in the log that clients see nothing has happened.
fn entry(ports: &Ports, item: VaultItemId, [from, to]: [&KeyName; 2]) -> AuditEntry {
    let action = AuditAction::VaultItemRewrapped;
    let origin = Origin::default();
    let mut entry = write::audit(ports.now(), Actor::System, &origin, action, [item.into()]);
    let name = |key: &KeyName| format!("{}:{}", key.id.as_str(), key.version);
    entry.facts = vec![("from", name(from)), ("to", name(to))];
    entry
}
