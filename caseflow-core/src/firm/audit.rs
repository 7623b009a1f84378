//! Reading the audit log, and checking it and the accounts.

use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::{AuditRow, ChainBroken, ChainCheck};
use crate::domain::id::InvoiceId;
use crate::domain::page::{Page, PageQuery, PageSize};
use crate::error::Error;
use crate::ports::store::AuditQuery;

/// The firm's audit log, from the first row on.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &AuditQuery,
) -> Result<Page<AuditRow, u64>, Error> {
    Ok(ports.store.audit(staff.firm, query).await?)
}

/// Walks the whole chain. Answers where it ends, or names the first bad row.
///
/// # Errors
/// When the store fails; a broken chain is an answer, not an error.
pub async fn check_chain(
    ports: &Ports,
    staff: &Staff,
) -> Result<Result<ChainCheck, ChainBroken>, Error> {
    let mut check = ChainCheck::default();
    let mut query = AuditQuery {
        page: whole_pages(),
        ..AuditQuery::default()
    };
    loop {
        let page = ports.store.audit(staff.firm, &query).await?;
        match page.rows.iter().try_fold(check, ChainCheck::next) {
            Ok(further) => check = further,
            Err(broken) => return Ok(Err(broken)),
        }
        if page.next.is_none() {
            return Ok(Ok(check));
        }
        query.page.after = page.next;
    }
}

/// Adds every invoice's records up and compares them with the account kept beside it. Answers the
/// invoices that differ (R-INV-4): none, or somebody wrote past the store.
///
/// # Errors
/// When the store fails.
pub async fn check_accounts(ports: &Ports, staff: &Staff) -> Result<Vec<InvoiceId>, Error> {
    let mut wrong = Vec::new();
    let mut page = whole_pages();
    loop {
        let ledgers = ports.store.ledgers(staff.firm, &page).await?;
        for file in ledgers.rows {
            let stored = file.invoice.value.account;
            let reckoned = file.invoice.value.clone().with_records(
                &file.payments_only(),
                &file.reversals,
                &file.credits,
            );
            if reckoned.is_ok_and(|invoice| invoice.account == stored) {
                continue;
            }
            wrong.push(file.invoice.value.id);
        }
        if ledgers.next.is_none() {
            return Ok(wrong);
        }
        page.after = ledgers.next;
    }
}

fn whole_pages<K>() -> PageQuery<K> {
    PageQuery {
        after: None,
        size: PageSize::MAX,
    }
}
