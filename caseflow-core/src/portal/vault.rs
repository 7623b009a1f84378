//! A client's vault, as its contacts use it (R-VLT).
//!
//! It opens to contacts with the permission who gave their password in the last minutes
//! ([`UNLOCKED`](crate::domain::access::UNLOCKED)). Who opened what is in the vault's log, which they
//! see: a row is written before anything is shown, and nothing is shown without it. An item that is
//! not there for a contact does not exist for it; that it was asked for is in the log of the vault in
//! which it lies.

use super::brakes::Brakes;
use super::proof::Proof;
use super::{Visited, Visiting, admit, admit_to, in_person, visit, visitor};
use crate::Ports;
use crate::domain::access::{ContactSession, Guest, Section};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::id::{VaultId, VaultItemId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::password::Password;
use crate::domain::throttle::ThrottlePolicy;
use crate::domain::vault::{Content, VaultItem};
use crate::error::Error;
use crate::vault::{self, Hand, OpenedItem, VaultEntry, VaultFile};
use crate::write::{Attempts, Next};

mod log;

pub use log::{LogLine, Who, log};

/// The act of giving the password to open the vault.
pub(super) const UNLOCK: &str = "unlock_vault";

/// Opens the vault to this session for some minutes. Tries are counted like those to sign in.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the vault is closed to the contact;
/// [`Refusal::WrongPassword`](crate::error::Refusal::WrongPassword); [`Error::Throttled`];
/// [`Error::Locked`] for whom the host vouches: the host has to have them sign in again.
pub async fn unlock(ports: &Ports, visiting: &Visiting, password: &Password) -> Result<(), Error> {
    let who = visitor(ports, visiting).await?;
    if !who.may_open(Section::Vault) {
        return Err(Error::NotFound);
    }
    let session = who.session().ok_or(Error::Locked)?.id;
    let email = &who.contact().email;
    let proof = Proof {
        brakes: Brakes::on_account(UNLOCK, email, ThrottlePolicy::ACCOUNT)
            .and(Brakes::on_address(UNLOCK, &visiting.origin)),
        failed: AuditAction::VaultUnlockFailed,
        about: vec![VaultId::from(who.client().id).into()],
    };
    proof.of(ports, visiting, &who, password).await?;
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let action = AuditAction::VaultUnlocked;
        let entry = hand(visiting, &who).on_vault(ports, action, who.client().id);
        let at = ports.now();
        let changes = Changes::default()
            .with(Change::SessionProved { session, at })
            .with(Brakes::forget_account(UNLOCK, email))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// What is in the vault for the contact, newest first, without what is secret.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the vault is closed to the contact;
/// [`Error::Locked`]; [`Error::VaultUnavailable`].
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    page: &PageQuery<()>,
) -> Result<Visited<Page<VaultEntry, ()>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_vault(visit, page).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Vault, found).await?;
    looked_at_in_person(ports, visiting, &who, None).await?;
    unlocked(ports, &who)?;
    let hand = hand(visiting, &who);
    let page = vault::entries(ports, &hand, page).await?;
    let entry = hand.on_vault(ports, AuditAction::VaultListed, who.client().id);
    hand.note(ports, entry).await?;
    Ok(Visited { who, page })
}

/// One item, without what is secret.
///
/// # Errors
/// As [`list`]; also [`Error::NotFound`] when there is no such item for the contact.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    id: VaultItemId,
) -> Result<Visited<VaultEntry>, Error> {
    let Visited { who, page: item } = load(ports, visiting, id).await?;
    let hand = hand(visiting, &who);
    let row = hand.on_item(ports, AuditAction::VaultListed, item.value.client, id);
    let page = vault::entry(ports, &hand, item).await?;
    hand.note(ports, row).await?;
    Ok(Visited { who, page })
}

/// A short secret, because the contact asks to see it.
///
/// # Errors
/// As [`read`]; also [`Error::NotFound`] for a file, and [`Error::Unreadable`].
pub async fn show(
    ports: &Ports,
    visiting: &Visiting,
    id: VaultItemId,
) -> Result<Visited<OpenedItem>, Error> {
    let Visited { who, page: item } = load(ports, visiting, id).await?;
    let hand = hand(visiting, &who);
    let details = vault::details(ports, &hand, &item.value).await?;
    if let Content::File(_) = details.content {
        return Err(Error::NotFound);
    }
    let entry = hand.on_opened(ports, AuditAction::VaultItemOpened, &item.value);
    hand.note(ports, entry).await?;
    let page = OpenedItem { item, details };
    Ok(Visited { who, page })
}

/// A file, whose content may be asked for.
///
/// # Errors
/// As [`read`]; also [`Error::NotFound`] for what is no file, and [`Error::Unreadable`].
pub async fn file(ports: &Ports, visiting: &Visiting, id: VaultItemId) -> Result<VaultFile, Error> {
    let Visited { who, page: item } = load(ports, visiting, id).await?;
    VaultFile::open(ports, hand(visiting, &who), item).await
}

/// An item that is there for the contact, in a vault that is open.
async fn load(
    ports: &Ports,
    visiting: &Visiting,
    id: VaultItemId,
) -> Result<Visited<Versioned<VaultItem>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_vault_item(visit, id).await?;
    let (guest, item): (Guest, _) = found.ok_or(Error::SignedOut)?;
    let who = admit(ports, visit, Some(guest)).await?;
    looked_at_in_person(ports, visiting, &who, item.as_ref().map(|_| id)).await?;
    let Some(page) = item.filter(|_| who.may_open(Section::Vault)) else {
        note_refusal(ports, visiting, &who, id).await?;
        return Err(Error::NotFound);
    };
    unlocked(ports, &who)?;
    Ok(Visited { who, page })
}

/// That somebody asked for an item that is not there for them is in the log of the vault in which it
/// lies. Of what is nowhere nothing is written.
async fn note_refusal(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    id: VaultItemId,
) -> Result<(), Error> {
    let Some(item) = ports.store.vault_item(visiting.firm, id).await? else {
        return Ok(());
    };
    let client = item.value.client;
    let why = match client == who.client().id {
        false => "another client's",
        true if who.may_open(Section::Vault) => "not for this contact",
        true => "no permission",
    };
    let hand = hand(visiting, who);
    hand.note_refusal(ports, client, Some(id), why).await
}

/// The vault does not open in a preview (R-ACC-9). That staff tried is in its log.
async fn looked_at_in_person(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    item: Option<VaultItemId>,
) -> Result<(), Error> {
    let in_person = in_person(who);
    if in_person.is_err() {
        let (hand, client) = (hand(visiting, who), who.client().id);
        hand.note_refusal(ports, client, item, "a preview").await?;
    }
    in_person
}

fn unlocked(ports: &Ports, who: &ContactSession) -> Result<(), Error> {
    in_person(who)?;
    let open = who.may_unlock(ports.now());
    open.then_some(()).ok_or(Error::Locked)
}

fn hand(visiting: &Visiting, who: &ContactSession) -> Hand {
    Hand {
        firm: visiting.firm,
        actor: who.actor(),
        origin: visiting.origin.clone(),
    }
}
