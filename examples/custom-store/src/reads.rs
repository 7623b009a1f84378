//! Reads. Each is one call, on the store as it is at one moment.
//!
//! [`Records`] is where the scope is said: whoever has it reads records of one firm and of no other.
//! What contacts read goes through [`KeyValueStore::visit`] as well, which says the client.

use caseflow_core::domain::access::{Guest, Visitor};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ClientId, FirmId, TypedId};
use caseflow_core::domain::money::MoneyError;
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::session::Session;
use caseflow_core::ports::store::{StoreError, Visit};

use crate::KeyValueStore;
use crate::codec::Codec;
use crate::tables::{Index, Order, Record, Snapshot};
use page::by_id;

mod access;
mod dashboard;
mod documents;
mod firm;
mod invoices;
mod library;
mod lists;
mod mails;
mod page;
mod paperwork;
mod portal;
mod statement;
#[cfg(test)]
mod tests;
mod vault;

/// The records of one firm at one moment.
pub(crate) struct Records<'a> {
    rows: &'a Snapshot,
    /// The firm's settings, and with them whose records these are.
    firm: Versioned<Firm>,
}

impl KeyValueStore {
    /// The record of the firm with this key.
    async fn record<R: Record<Key: Send> + Send + 'static>(
        &self,
        firm: FirmId,
        key: R::Key,
    ) -> Result<Option<R>, StoreError> {
        self.read(move |rows| rows.get(firm, &key)).await
    }

    /// What `read` finds in the firm's records; nothing when there is no such firm.
    async fn in_firm<T: Default + Send + 'static>(
        &self,
        firm: FirmId,
        read: impl FnOnce(&Records<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read(move |rows| match Records::of_firm(rows, firm)? {
            Some(records) => read(&records),
            None => Ok(T::default()),
        })
        .await
    }

    /// The page that `read` finds in the firm's records; an empty one when there is no such firm.
    async fn list_in_firm<T: Send + 'static, K: Send + 'static>(
        &self,
        firm: FirmId,
        read: impl FnOnce(&Records<'_>) -> Result<Page<T, K>, StoreError> + Send + 'static,
    ) -> Result<Page<T, K>, StoreError> {
        let page = self
            .in_firm(firm, |records| read(records).map(Some))
            .await?;
        Ok(page.unwrap_or(Page {
            rows: vec![],
            next: None,
        }))
    }

    /// Who the visitor is, and what `read` finds for them; `None` when they are nobody.
    async fn visit<T: Send + 'static>(
        &self,
        visit: Visit,
        read: impl FnOnce(&Records<'_>, &Guest) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Option<(Guest, T)>, StoreError> {
        self.in_firm(visit.firm, move |records| {
            let Some(guest) = records.guest(visit.visitor)? else {
                return Ok(None);
            };
            let found = read(records, &guest)?;
            Ok(Some((guest, found)))
        })
        .await
    }
}

impl<'a> Records<'a> {
    fn of_firm(rows: &'a Snapshot, id: FirmId) -> Result<Option<Self>, StoreError> {
        let firm = rows.get::<Versioned<Firm>>(id, &())?;
        Ok(firm.map(|firm| Self { rows, firm }))
    }

    fn id(&self) -> FirmId {
        self.firm.value.id
    }

    /// The record with this key.
    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<R>, StoreError> {
        self.rows.get(self.id(), key)
    }

    /// All records, in the order of their keys.
    fn all<R: Record>(&self) -> Result<Vec<R>, StoreError> {
        self.rows.all(self.id())
    }

    /// The records that are found by `index`, in the order of their keys.
    fn of<R: Record>(&self, index: &Index) -> Result<Vec<R>, StoreError> {
        self.rows.of(self.id(), index)
    }

    /// The one record that is found by `index`.
    fn one<R: Record>(&self, index: &Index) -> Result<Option<R>, StoreError> {
        Ok(self.of(index)?.into_iter().next())
    }

    /// The records of this client, or of all when none is named.
    fn of_or_all<R: Record>(&self, client: Option<ClientId>) -> Result<Vec<R>, StoreError> {
        match client {
            Some(client) => self.of(&Index::Client(client)),
            None => self.all(),
        }
    }

    /// The records whose keys start with `start`.
    fn under<R: Record>(&self, start: &impl Codec) -> Result<Vec<R>, StoreError> {
        self.rows.under(self.id(), start)
    }

    /// The page of wanted records in the order of ids. Reads no more of them than it takes to fill it.
    fn page<R: Record<Key: TypedId>>(
        &self,
        order: Order,
        query: &PageQuery<()>,
        wanted: impl Fn(&R) -> bool,
    ) -> Result<Page<R, ()>, StoreError> {
        let after = start(query);
        let rows = self.rows.walk::<R>(self.id(), after.as_ref(), order)?;
        fill(rows, query, wanted)
    }

    /// As [`page`](Self::page), of those that are found by `index`.
    fn page_of<R: Record<Key: TypedId>>(
        &self,
        index: &Index,
        order: Order,
        query: &PageQuery<()>,
        wanted: impl Fn(&R) -> bool,
    ) -> Result<Page<R, ()>, StoreError> {
        let after = start(query);
        let rows = self
            .rows
            .walk_of::<R>(self.id(), index, after.as_ref(), order)?;
        fill(rows, query, wanted)
    }

    /// Who the visitor is.
    fn guest(&self, visitor: Visitor) -> Result<Option<Guest>, StoreError> {
        let (contact, session) = match visitor {
            Visitor::Vouched { contact, .. } => (contact, None),
            Visitor::Session(token) | Visitor::Preview(token) => {
                match self.one::<Session>(&Index::Token(token))? {
                    Some(session) => (session.contact, Some(session)),
                    None => return Ok(None),
                }
            }
        };
        let Some(contact) = self.get::<Versioned<Contact>>(&contact)? else {
            return Ok(None);
        };
        let client = self.get::<Versioned<Client>>(&contact.value.client)?;
        Ok(client.map(|client| Guest {
            firm: self.firm.value.clone(),
            client: client.value,
            contact: contact.value,
            session,
        }))
    }
}

/// The id behind which a page in the order of ids begins; a cursor that holds no such id begins anew.
fn start<K: TypedId>(query: &PageQuery<()>) -> Option<K> {
    query.after.as_ref()?.id.parse().ok()
}

/// The page of the wanted rows, which come in order.
fn fill<R: Record<Key: TypedId>>(
    rows: impl Iterator<Item = Result<R, StoreError>>,
    query: &PageQuery<()>,
    wanted: impl Fn(&R) -> bool,
) -> Result<Page<R, ()>, StoreError> {
    let wanted = rows.filter(|row| row.as_ref().map_or(true, &wanted));
    let rows = wanted.take(query.size.rows() + 1);
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(Page::cut(rows, query.size, |row: &R| by_id(row.key())))
}

/// The page with other rows.
fn map<T, U, K>(page: Page<T, K>, row: impl FnMut(T) -> U) -> Page<U, K> {
    Page {
        rows: page.rows.into_iter().map(row).collect(),
        next: page.next,
    }
}

/// As [`map`], with rows that may fail.
fn try_map<T, U, K>(
    page: Page<T, K>,
    row: impl FnMut(T) -> Result<U, StoreError>,
) -> Result<Page<U, K>, StoreError> {
    Ok(Page {
        rows: page.rows.into_iter().map(row).collect::<Result<_, _>>()?,
        next: page.next,
    })
}

/// A sum that is no amount any more.
fn too_much(sum: MoneyError) -> StoreError {
    StoreError::Backend(sum.into())
}
