//! Stores that break one promise each, to see that the model notices.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use caseflow_core::domain::attempt::{AttemptState, End};
use caseflow_core::domain::changes::{Change, Changes, Version, Versioned, Write};
use caseflow_core::domain::gateway::TxnRef;
use caseflow_core::domain::id::{AttemptId, FirmId};
use caseflow_core::ports::store::{Committed, Constraint, FirmReads as _, InvoiceFile, StoreError};

use super::pace;
use super::store::Paced;

/// How commits are done, and what is shown of an invoice.
#[async_trait]
pub(crate) trait Flaw: Send + Sync {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        changes: Changes,
    ) -> Result<Committed, StoreError>;

    fn show(&self, _: &mut InvoiceFile) {}
}

/// None: the store keeps its promises.
pub(crate) struct Sound;

#[async_trait]
impl Flaw for Sound {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        changes: Changes,
    ) -> Result<Committed, StoreError> {
        store.write(firm, changes).await
    }
}

/// A charge may be on record twice, and versions count for nothing.
pub(crate) struct NoUniqueKey;

#[async_trait]
impl Flaw for NoUniqueKey {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        changes: Changes,
    ) -> Result<Committed, StoreError> {
        forced(store, firm, changes).await
    }
}

/// Whether a charge is on record is looked up in one transaction, and written in another, without
/// a key or a version that would notice.
pub(crate) struct CheckThenInsert;

#[async_trait]
impl Flaw for CheckThenInsert {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        changes: Changes,
    ) -> Result<Committed, StoreError> {
        if charges_known(store, firm, &changes).await? {
            return Err(StoreError::Conflict);
        }
        store.pace.point().await;
        forced(store, firm, changes).await
    }
}

/// Mail is put into the outbox after the fact that it tells of.
pub(crate) struct LateOutbox;

#[async_trait]
impl Flaw for LateOutbox {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        mut changes: Changes,
    ) -> Result<Committed, StoreError> {
        let mail = std::mem::take(&mut changes.mail);
        let committed = store.write(firm, changes).await?;
        if committed == Committed::Applied && !mail.is_empty() {
            pace::pause().await;
            let later = Changes {
                mail,
                ..Changes::default()
            };
            store.write(firm, later).await?;
        }
        Ok(committed)
    }
}

/// Two attempts at an invoice may be live, and versions count for nothing.
#[derive(Default)]
pub(crate) struct NoLock {
    /// What attempts really are that the store below would not take: it holds them as ended.
    hidden: Mutex<BTreeMap<AttemptId, AttemptState>>,
}

#[async_trait]
impl Flaw for NoLock {
    async fn commit(
        &self,
        store: &Paced,
        firm: FirmId,
        mut changes: Changes,
    ) -> Result<Committed, StoreError> {
        for change in &mut changes.changes {
            let Change::Attempt(Write::Insert(attempt) | Write::Update { now: attempt, .. }) =
                change
            else {
                continue;
            };
            let file = store.inner.invoice(firm, attempt.invoice.into()).await?;
            let mut others = file.into_iter().flat_map(|file| file.attempts);
            let is_second = attempt.stage().is_live()
                && others.any(|it| it.value.id != attempt.id && it.value.stage().is_live());
            let mut hidden = self.hidden.lock().unwrap();
            hidden.remove(&attempt.id);
            if is_second {
                let ended = AttemptState::Ended {
                    end: End::Cancelled,
                    reference: None,
                    at: attempt.started_at,
                };
                let really = std::mem::replace(&mut attempt.state, ended);
                hidden.insert(attempt.id, really);
            }
        }
        forced(store, firm, changes).await
    }

    fn show(&self, file: &mut InvoiceFile) {
        let hidden = self.hidden.lock().unwrap();
        for attempt in &mut file.attempts {
            if let Some(really) = hidden.get(&attempt.value.id) {
                attempt.value.state = really.clone();
            }
        }
    }
}

/// Writes over whatever others have written since, a second record of a charge as well.
async fn forced(
    store: &Paced,
    firm: FirmId,
    mut changes: Changes,
) -> Result<Committed, StoreError> {
    for round in 0..8 {
        match store.write(firm, changes.clone()).await {
            Err(StoreError::Conflict) => {
                for change in &mut changes.changes {
                    refresh(store, firm, change).await?;
                }
            }
            Err(StoreError::AlreadyExists(Constraint::Charge)) => rename(&mut changes, round),
            other => return other,
        }
    }
    Err(StoreError::Conflict)
}

/// Makes a write one of whatever version is stored now.
async fn refresh(store: &Paced, firm: FirmId, change: &mut Change) -> Result<(), StoreError> {
    let of = match change {
        Change::Invoice(write) => write.value().id,
        Change::Payment(write) => write.value().invoice,
        Change::Attempt(write) => write.value().invoice,
        Change::Refund(write) => write.value().invoice,
        _ => return Ok(()),
    };
    let Some(file) = store.inner.invoice(firm, of.into()).await? else {
        return Ok(());
    };
    match change {
        Change::Invoice(write) => renew(write, &[file.invoice], |it| it.id),
        Change::Payment(write) => renew(write, &file.payments, |it| it.id),
        Change::Attempt(write) => renew(write, &file.attempts, |it| it.id),
        Change::Refund(write) => renew(write, &file.refunds, |it| it.id),
        _ => {}
    }
    Ok(())
}

fn renew<T, K: PartialEq>(write: &mut Write<T>, stored: &[Versioned<T>], id: impl Fn(&T) -> K) {
    let own = id(write.value());
    let version = stored.iter().find(|it| id(&it.value) == own);
    let version = version.map_or(Version::FIRST, |it| it.version);
    if let Write::Update { read, .. } = write {
        *read = version;
    }
}

/// The store below does not take a second record of a charge: it gets another name there.
fn rename(changes: &mut Changes, round: u32) {
    for change in &mut changes.changes {
        if let Change::Payment(Write::Insert(payment)) = change
            && let Some(charge) = &mut payment.charge
        {
            charge.txn = TxnRef::parse(&format!("{}.{round}", charge.txn)).unwrap();
        }
    }
}

async fn charges_known(store: &Paced, firm: FirmId, changes: &Changes) -> Result<bool, StoreError> {
    for change in &changes.changes {
        let Change::Payment(Write::Insert(payment)) = change else {
            continue;
        };
        let file = store.inner.invoice(firm, payment.invoice.into()).await?;
        let mut known = file.into_iter().flat_map(|file| file.payments);
        if payment.charge.is_some() && known.any(|it| it.value.charge == payment.charge) {
            return Ok(true);
        }
    }
    Ok(false)
}
