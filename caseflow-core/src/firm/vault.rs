//! Clients' vaults, as staff fill and read them (R-VLT).
//!
//! Every verb needs the grant to open vaults ([`Staff::vault`](crate::domain::access::Staff)). That
//! somebody without it tried is in the vault's log, and so is everything that staff open: a row is
//! written before anything is shown, and nothing is shown without it.
//!
//! # Repeating a request
//! A [`Call`]'s fingerprint is stored with its key, for a day, beside the sealed item. A fingerprint
//! over a password would let whoever reads the database try passwords against it. **Whoever calls the
//! verbs that write hashes only what is not secret**: which verb, which client or item, the readers.
//! Two requests with one key and different secrets are the same request then, and the first one counts.

use super::Call;
use crate::Ports;
use crate::domain::access::Actor;
use crate::domain::audit::{AuditAction, AuditRow};
use crate::domain::changes::Versioned;
use crate::domain::id::{ClientId, VaultId, VaultItemId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::ports::store::{AuditQuery, ClientFile};
use crate::vault::{self, Hand, OpenedItem, VaultEntry, VaultFile};

mod writes;

pub use writes::{
    FileInput, SecretInput, ShortSecret, add_file, add_secret, remove, replace_file,
    replace_secret, set_readers,
};

/// What is in a client's vault, newest first, without what is secret.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::NotFound`] when the firm has no such client;
/// [`Error::VaultUnavailable`].
pub async fn list(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    page: &PageQuery<()>,
) -> Result<Page<VaultEntry, ()>, Error> {
    let known = granted_vault(ports, call, client).await?;
    known.ok_or(Error::NotFound)?;
    let items = ports
        .store
        .vault_items(call.staff.firm, client, page)
        .await?;
    let hand = hand(call);
    let page = vault::entries(ports, &hand, items).await?;
    let entry = hand.on_vault(ports, AuditAction::VaultListed, client);
    hand.note(ports, entry).await?;
    Ok(page)
}

/// One item with what it holds.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::NotFound`] when the firm has no such item;
/// [`Error::Unreadable`]; [`Error::VaultUnavailable`].
pub async fn read(ports: &Ports, call: &Call, id: VaultItemId) -> Result<OpenedItem, Error> {
    let item = granted_item(ports, call, id).await?;
    let hand = hand(call);
    let details = vault::details(ports, &hand, &item.value).await?;
    let entry = hand.on_opened(ports, AuditAction::VaultItemOpened, &item.value);
    hand.note(ports, entry).await?;
    Ok(OpenedItem { item, details })
}

/// A file, whose content may be asked for.
///
/// # Errors
/// As [`read`]; also [`Error::NotFound`] for what is no file.
pub async fn file(ports: &Ports, call: &Call, id: VaultItemId) -> Result<VaultFile, Error> {
    let item = granted_item(ports, call, id).await?;
    VaultFile::open(ports, hand(call), item).await
}

/// What happened to a client's vault, in the order of the firm's audit log.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::NotFound`] when the firm has no such client.
pub async fn log(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    page: &PageQuery<u64>,
) -> Result<Page<AuditRow, u64>, Error> {
    let known = granted_vault(ports, call, client).await?;
    known.ok_or(Error::NotFound)?;
    let query = AuditQuery {
        about: Some(VaultId::from(client).into()),
        page: page.clone(),
    };
    Ok(ports.store.audit(call.staff.firm, &query).await?)
}

/// Whether what is in a client's vault could be opened, before somebody counts on it. Nothing is let out.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::VaultUnavailable`] when the keys of the newest item do not answer.
pub(super) async fn try_keys(ports: &Ports, call: &Call, client: ClientId) -> Result<(), Error> {
    granted_vault(ports, call, client).await?;
    let (firm, page) = (call.staff.firm, PageQuery::default());
    let items = ports.store.vault_items(firm, client, &page).await?.rows;
    let Some(newest) = items.first() else {
        return Ok(());
    };
    match vault::open(ports, firm, &newest.value).await {
        Err(error @ Error::VaultUnavailable(_)) => Err(error),
        _ => Ok(()),
    }
}

/// The client whose vault it is, if there is one.
async fn granted_vault(
    ports: &Ports,
    call: &Call,
    client: ClientId,
) -> Result<Option<ClientFile>, Error> {
    let known = ports.store.client(call.staff.firm, client).await?;
    if !call.staff.vault {
        return Err(refused(ports, call, known.map(|_| (client, None))).await);
    }
    Ok(known)
}

async fn granted_item(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
) -> Result<Versioned<VaultItem>, Error> {
    let item = ports.store.vault_item(call.staff.firm, id).await?;
    if !call.staff.vault {
        let place = item.map(|item| (item.value.client, Some(id)));
        return Err(refused(ports, call, place).await);
    }
    item.ok_or(Error::NotFound)
}

/// Says no, and writes it into the log of the vault, if there is one.
async fn refused(
    ports: &Ports,
    call: &Call,
    place: Option<(ClientId, Option<VaultItemId>)>,
) -> Error {
    let Some((client, item)) = place else {
        return Error::NoVaultGrant;
    };
    let hand = hand(call);
    let noted = hand.note_refusal(ports, client, item, "no grant").await;
    noted.err().unwrap_or(Error::NoVaultGrant)
}

fn hand(call: &Call) -> Hand {
    Hand {
        firm: call.staff.firm,
        actor: Actor::Staff(call.staff.clone()),
        origin: call.origin.clone(),
    }
}
