//! The log of a vault as contacts see it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{Visited, Visiting, unlocked};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::audit::AuditRow;
use crate::domain::client::Contact;
use crate::domain::id::{ContactId, FirmId, Subject, VaultItemId};
use crate::domain::page::{Page, PageQuery};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::portal::{admit_to, visit};
use crate::ports::store::VaultLog;
use crate::vault;

/// Something that happened to a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub who: Who,
    /// What was done, as the [audit log](crate::domain::audit::AuditAction::code) calls it.
    pub action: String,
    /// The item it was done to, when it was one that is there for the contact still.
    pub item: Option<VaultItemId>,
    /// What that is called, when it can be opened now.
    pub name: Option<Line<200>>,
    /// The network address of a contact of this client; of others nothing is shown but who.
    pub ip: Option<String>,
}

/// Who did something to a vault, as far as a contact may know it (R-ACC-7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A contact of the client, removed ones too: the full name.
    Contact(String),
    /// Somebody at the firm: the name alone.
    Staff(String),
    /// Anybody else: another client's contact, whom this client must not learn of.
    Somebody,
}

/// What happened to the vault, newest first. Items are named while their keys are there; the log
/// itself needs none.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the vault is closed to the contact;
/// [`Error::Locked`].
pub async fn log(
    ports: &Ports,
    visiting: &Visiting,
    page: &PageQuery<u64>,
) -> Result<Visited<Page<LogLine, u64>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_vault_log(visit, page).await?;
    let Visited { who, page: log } = admit_to(ports, visit, Section::Vault, found).await?;
    unlocked(ports, &who)?;
    let names = names(ports, visiting.firm, &log.items).await;
    let VaultLog { rows, contacts, .. } = log;
    let Page { rows, next } = rows;
    let rows = rows.into_iter().map(|row| line(row, &contacts, &names));
    let page = Page {
        rows: rows.collect(),
        next,
    };
    Ok(Visited { who, page })
}

/// The items that are there for the contact, with their names as far as they can be opened.
type Names = BTreeMap<VaultItemId, Option<Line<200>>>;

async fn names(ports: &Ports, firm: FirmId, items: &[VaultItem]) -> Names {
    let opened = items.iter().map(async |item| {
        let opened = vault::open(ports, firm, item).await;
        (item.id, opened.ok().map(|it| it.details.name.clone()))
    });
    join_all(opened).await.into_iter().collect()
}

fn line(row: AuditRow, contacts: &[Contact], names: &Names) -> LogLine {
    let item = row.about.iter().find_map(|about| match about {
        Subject::VaultItem(id) => names.get_key_value(id),
        _ => None,
    });
    let who = who(&row.actor, contacts);
    LogLine {
        at: row.at,
        action: row.action,
        item: item.map(|(id, _)| *id),
        name: item.and_then(|(_, name)| name.clone()),
        ip: row.ip.filter(|_| matches!(who, Who::Contact(_))),
        who,
    }
}

/// Reads the actor of an audit row.
fn who(actor: &str, contacts: &[Contact]) -> Who {
    if let Some(id) = actor.strip_prefix("contact ") {
        let id: Option<ContactId> = id.parse().ok();
        let contact = contacts.iter().find(|contact| Some(contact.id) == id);
        return contact.map_or(Who::Somebody, |it| Who::Contact(it.full_name()));
    }
    match actor.strip_prefix("staff ") {
        Some(staff) => Who::Staff(without_key(staff).to_owned()),
        None => Who::Somebody,
    }
}

/// The name of staff who came with a key is followed by that key's id in brackets.
fn without_key(staff: &str) -> &str {
    match staff.rsplit_once(" (key_") {
        Some((name, _)) => name,
        None => staff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_are_a_name_and_strangers_are_somebody() {
        let stranger = "contact con_01jd0000000000000000000000";
        for (actor, expected) in [
            ("staff Petra Muster", Who::Staff("Petra Muster".to_owned())),
            (
                "staff Import (key_01jd0000000000000000000000)",
                Who::Staff("Import".to_owned()),
            ),
            (stranger, Who::Somebody),
            ("anonymous", Who::Somebody),
        ] {
            assert_eq!(who(actor, &[]), expected, "{actor}");
        }
    }
}
