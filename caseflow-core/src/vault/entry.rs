//! Items of a vault as lists show them: what they are called, without what they keep secret.

use std::fmt;

use futures_util::future::join_all;

use super::Hand;
use crate::Ports;
use crate::domain::changes::Versioned;
use crate::domain::page::Page;
use crate::domain::text::{Line, Prose};
use crate::domain::vault::{Content, Details, FileFacts, VaultItem};
use crate::error::Error;
use crate::vault;

/// An item of a vault, and what of it may be shown without asking for it.
#[derive(Debug, PartialEq, Eq)]
pub struct VaultEntry {
    /// The item as it is stored.
    pub item: Versioned<VaultItem>,
    /// What it says of itself; none when it cannot be opened, which is in the vault's log then.
    pub shown: Option<Overview>,
}

/// An item of a vault that was opened.
#[derive(Debug, PartialEq, Eq)]
pub struct OpenedItem {
    /// The item as it is stored.
    pub item: Versioned<VaultItem>,
    /// All that it holds besides a file's content.
    pub details: Details,
}

/// What an item says of itself besides its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Overview {
    /// What it is called.
    pub name: Line<200>,
    /// What was written about it.
    pub description: Option<Prose<4000>>,
    /// What kind of item it is.
    pub kind: OverviewKind,
}

/// What kind of item it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverviewKind {
    /// A file.
    File(FileFacts),
    /// Data to sign in, and where.
    SignIn(Option<Line<2000>>),
    /// Another short secret.
    Note,
}

impl Overview {
    /// What of these details may be shown without asking for it.
    #[must_use]
    pub fn of(details: &Details) -> Self {
        Self {
            name: details.name.clone(),
            description: details.description.clone(),
            kind: match &details.content {
                Content::File(facts) => OverviewKind::File(facts.clone()),
                Content::SignIn(sign_in) => OverviewKind::SignIn(sign_in.place.clone()),
                Content::Note(_) => OverviewKind::Note,
            },
        }
    }
}

/// Says nothing of what is sealed.
impl fmt::Debug for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Overview(…)")
    }
}

/// Opens the details of a page of items, all at once: their keys may have to be asked for over a
/// network.
///
/// # Errors
/// [`Error::VaultUnavailable`]. An item that cannot be opened is shown as that, and is in the log.
pub(crate) async fn entries<K>(
    ports: &Ports,
    hand: &Hand,
    page: Page<Versioned<VaultItem>, K>,
) -> Result<Page<VaultEntry, K>, Error> {
    let Page { rows, next } = page;
    let opened = join_all(rows.into_iter().map(|item| entry(ports, hand, item))).await;
    let rows = opened.into_iter().collect::<Result<_, _>>()?;
    Ok(Page { rows, next })
}

/// Opens the details of one item, as [`entries`].
///
/// # Errors
/// As [`entries`].
pub(crate) async fn entry(
    ports: &Ports,
    hand: &Hand,
    item: Versioned<VaultItem>,
) -> Result<VaultEntry, Error> {
    let shown = match vault::details(ports, hand, &item.value).await {
        Ok(details) => Some(Overview::of(&details)),
        Err(Error::Unreadable(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(VaultEntry { item, shown })
}
