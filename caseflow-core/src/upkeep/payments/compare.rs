//! Comparing what a gateway collected with what is on record.

use super::merchant;
use crate::Ports;
use crate::collect;
use crate::domain::gateway::{AttemptTag, TxnRef};
use crate::domain::id::FirmId;
use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::payments::{GatewayState, PaymentGateway, Snapshot};
use crate::ports::store::InvoiceFile;

/// How a gateway's payments compare with the record. All but the first should be zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Collected, and on record once, with the same amount.
    pub matched: u64,
    /// On record with another amount than was collected.
    pub mismatched: u64,
    /// Collected, and not on record.
    pub missing: u64,
    /// Collected once, and on record more than once.
    pub duplicate: u64,
    /// On record as paid online, while the gateway says that nothing was collected.
    pub conflicting: u64,
}

/// Compares every checkout that was opened since `since`, and changes nothing.
///
/// # Errors
/// When the gateway or the store fails.
pub async fn compare(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    since: Timestamp,
) -> Result<Comparison, Error> {
    let mut sum = Comparison::default();
    let mut after = None;
    loop {
        let page = gateway.checkouts(since, after.as_ref()).await?;
        for snapshot in &page.checkouts {
            let Some(tag) = ours(firm, gateway, snapshot) else {
                continue;
            };
            let file = ports.store.invoice(firm, tag.attempt.into()).await?;
            count(&mut sum, gateway, snapshot, tag, file.as_ref());
        }
        after = page.next;
        if after.is_none() {
            return Ok(sum);
        }
    }
}

/// Puts on record whatever a gateway knows of the checkouts opened since `since` and we do not.
pub(super) async fn mend(
    ports: &Ports,
    firm: FirmId,
    gateway: &dyn PaymentGateway,
    since: Timestamp,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let page = gateway.checkouts(since, after.as_ref()).await?;
        for snapshot in &page.checkouts {
            collect::apply(ports, firm, gateway, snapshot).await?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

fn ours(firm: FirmId, gateway: &dyn PaymentGateway, snapshot: &Snapshot) -> Option<AttemptTag> {
    let same_mode = snapshot.mode == merchant(gateway).mode;
    snapshot.tag.filter(|tag| tag.firm == firm && same_mode)
}

fn count(
    sum: &mut Comparison,
    gateway: &dyn PaymentGateway,
    snapshot: &Snapshot,
    tag: AttemptTag,
    file: Option<&InvoiceFile>,
) {
    let merchant = merchant(gateway);
    let payments = file.into_iter().flat_map(|file| &file.payments);
    let recorded: Vec<(&TxnRef, Money)> = payments
        .filter_map(|payment| {
            let charge = payment.value.charge.as_ref()?;
            let is_of = charge.attempt == tag.attempt && charge.merchant == *merchant;
            is_of.then_some((&charge.txn, payment.value.amount))
        })
        .collect();
    match (&snapshot.state, recorded.as_slice()) {
        (GatewayState::Paid { txn, amount, .. }, [one]) => match *one == (txn, *amount) {
            true => sum.matched += 1,
            false => sum.mismatched += 1,
        },
        (GatewayState::Paid { .. }, []) => sum.missing += 1,
        (GatewayState::Paid { .. }, _) => sum.duplicate += 1,
        (_, []) => {}
        (_, _) => sum.conflicting += 1,
    }
}
