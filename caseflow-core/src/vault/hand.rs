//! Who reaches into a vault, for the vault's log: the audit rows about it.

use crate::Ports;
use crate::domain::access::{Actor, Origin};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::Changes;
use crate::domain::id::{ClientId, FirmId, Subject, VaultId, VaultItemId};
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::write::{self, Attempts, Next};

/// Who acts on a firm's vaults, and from where. Its rows hold ids and no names (R-VLT-3).
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pub(crate) firm: FirmId,
    pub(crate) actor: Actor,
    pub(crate) origin: Origin,
}

impl Hand {
    /// A row about a whole vault.
    pub(crate) fn on_vault(
        &self,
        ports: &Ports,
        action: AuditAction,
        client: ClientId,
    ) -> AuditEntry {
        let about = [VaultId::from(client).into()];
        write::audit(ports.now(), self.actor.clone(), &self.origin, action, about)
    }

    /// A row about an item, in the log of the vault that it lies in.
    pub(crate) fn on_item(
        &self,
        ports: &Ports,
        action: AuditAction,
        client: ClientId,
        item: VaultItemId,
    ) -> AuditEntry {
        let mut entry = self.on_vault(ports, action, client);
        entry.about.push(item.into());
        entry
    }

    /// A row about an item as it was opened: with the version.
    pub(crate) fn on_opened(
        &self,
        ports: &Ports,
        action: AuditAction,
        item: &VaultItem,
    ) -> AuditEntry {
        let mut entry = self.on_item(ports, action, item.client, item.id);
        entry.facts = vec![("version", item.sealed.version.to_string())];
        entry
    }

    /// Writes a row by itself. What it tells of must not happen when this fails.
    pub(crate) async fn note(&self, ports: &Ports, entry: AuditEntry) -> Result<(), Error> {
        let mut attempts = Attempts::new(ports, self.firm);
        loop {
            let changes = Changes::default().audited(entry.clone());
            if let Next::Done(_) = attempts.commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// Writes that an item was refused, and why.
    pub(crate) async fn note_refusal(
        &self,
        ports: &Ports,
        client: ClientId,
        item: Option<VaultItemId>,
        why: &'static str,
    ) -> Result<(), Error> {
        let action = AuditAction::VaultItemRefused;
        let mut entry = self.on_vault(ports, action, client);
        entry.about.extend(item.map(Subject::from));
        entry.facts = vec![("refused", why.to_owned())];
        self.note(ports, entry).await
    }

    /// Writes what is wrong with an item when that is why it was not opened. The item stays shut if
    /// this fails too, so a failure changes nothing.
    pub(crate) async fn note_fault(&self, ports: &Ports, item: &VaultItem, error: &Error) {
        if let Error::Unreadable(unopened) = error {
            let action = AuditAction::VaultItemUnreadable;
            let mut entry = self.on_opened(ports, action, item);
            let fault = unopened.fault.code().to_owned();
            entry.facts.push(("fault", fault));
            drop(self.note(ports, entry).await);
        }
    }
}
