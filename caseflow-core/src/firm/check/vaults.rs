//! Every item of every vault.

use super::{Damage, Findings, check_end, page};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::id::{ClientId, FirmId};
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::ports::blobs::BlobName;
use crate::vault::{self, Depth};

/// Opens every item of the firm's vaults, as whoever reads it would. Nothing is shown or written down.
///
/// # Errors
/// [`Error::NoVaultGrant`]; when the store or the cipher fails.
pub async fn vaults(ports: &Ports, staff: &Staff, depth: Depth) -> Result<Findings, Error> {
    if !staff.vault {
        return Err(Error::NoVaultGrant);
    }
    let mut findings = Findings::default();
    let mut after = None;
    loop {
        let found = ports.store.clients(staff.firm, &page(after)).await?;
        for row in found.rows {
            let client = row.client.value.id;
            vault_of(ports, staff.firm, client, depth, &mut findings).await?;
        }
        if found.next.is_none() {
            return Ok(findings);
        }
        after = found.next;
    }
}

async fn vault_of(
    ports: &Ports,
    firm: FirmId,
    client: ClientId,
    depth: Depth,
    findings: &mut Findings,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let found = ports.store.vault_items(firm, client, &page(after)).await?;
        for row in found.rows {
            let item = row.value;
            let opened = open(ports, firm, &item, depth).await?;
            if opened.is_ok() || is_current(ports, firm, &item).await? {
                findings.note(item.id, item.sealed.version, opened);
            }
        }
        if found.next.is_none() {
            return Ok(());
        }
        after = found.next;
    }
}

async fn open(
    ports: &Ports,
    firm: FirmId,
    item: &VaultItem,
    depth: Depth,
) -> Result<Result<(), Damage>, Error> {
    Ok(match vault::check(ports, firm, item, depth).await {
        Ok(()) => nothing_behind(ports, firm, item).await,
        Err(Error::Unreadable(unopened)) => Err(Damage::Vault(unopened.fault)),
        Err(Error::VaultUnavailable(error)) => Err(Damage::Key(error)),
        Err(Error::Blobs(error)) => Err(Damage::NotRead(error)),
        Err(error) => return Err(error),
    })
}

async fn nothing_behind(ports: &Ports, firm: FirmId, item: &VaultItem) -> Result<(), Damage> {
    let Some(body) = item.sealed.body else {
        return Ok(());
    };
    let id = body.blob;
    check_end(ports, BlobName { firm, id }, body.length).await
}

/// Whether the item is still there, in the version that was looked at.
async fn is_current(ports: &Ports, firm: FirmId, item: &VaultItem) -> Result<bool, Error> {
    let now = ports.store.vault_item(firm, item.id).await?;
    Ok(now.is_some_and(|now| now.value.sealed.version == item.sealed.version))
}
