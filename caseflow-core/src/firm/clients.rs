//! Clients.

use chrono::NaiveDate;

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Write};
use crate::domain::client::Client;
use crate::domain::id::ClientId;
use crate::domain::page::{Page, PageQuery};
use crate::domain::period::Period;
use crate::domain::text::{Line, Prose};
use crate::error::Error;
use crate::paper::{Document, Paper};
use crate::ports::store::{ClientFile, ClientRow};

/// What staff say of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientInput {
    /// The name on its invoices.
    pub name: Line<200>,
    /// Postal address as printed.
    pub address: Option<Prose<500>>,
    /// VAT or company number as printed.
    pub tax_id: Option<Line<40>>,
    /// The firm's own reference; never shown to contacts.
    pub reference: Option<Line<60>>,
}

/// The firm's clients, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    page: &PageQuery<()>,
) -> Result<Page<ClientRow, ()>, Error> {
    Ok(ports.store.clients(staff.firm, page).await?)
}

/// One client with its contacts.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such client.
pub async fn read(ports: &Ports, staff: &Staff, id: ClientId) -> Result<ClientFile, Error> {
    ports
        .store
        .client(staff.firm, id)
        .await?
        .ok_or(Error::NotFound)
}

/// A client's statement of account as a PDF file, in the language of its primary contact: what was
/// invoiced, paid and credited from one day to another, both included, with the balance before and
/// after. The last day is today when it is not said, the first one the first of January of the last
/// one's year.
///
/// # Errors
/// [`Error::NotFound`]; a [`Refusal`](crate::error::Refusal) when the days are the wrong way round
/// or still to come, or when something happened to more than
/// [`MOST_INVOICES`](crate::ports::store::StatementFile::MOST_INVOICES) invoices;
/// [`Error::Busy`] when too many documents are being made.
pub async fn statement(
    ports: &Ports,
    staff: &Staff,
    id: ClientId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Document, Error> {
    let firm = super::settings::read(ports, staff).await?.value;
    let period = Period::until_today(from, to, firm.today(ports.now()))?;
    let card = ports.store.statement_card(staff.firm, id, period).await?;
    let card = card.ok_or(Error::NotFound)?;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.statement(ports, period, &card.statement).await
}

/// Adds a client.
///
/// # Errors
/// When the store fails.
pub async fn create(ports: &Ports, call: &Call, input: ClientInput) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let ClientInput {
        name,
        address,
        tax_id,
        reference,
    } = input;
    let id = ports.new_id();
    let client = Client {
        id,
        name,
        address,
        tax_id,
        reference,
        created_at: ports.now(),
    };
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let changes = Changes::default()
            .with(Change::Client(Write::Insert(client.clone())))
            .audited(call.audit(ports, AuditAction::ClientCreated, [id.into()]));
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Changes a client.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Stale`] when it is no longer at the `expected` version.
pub async fn update(
    ports: &Ports,
    call: &Call,
    id: ClientId,
    expected: Option<Version>,
    input: ClientInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff, id).await?.client;
        check_version(&old, expected)?;
        let ClientInput {
            name,
            address,
            tax_id,
            reference,
        } = input.clone();
        let client = Client {
            name,
            address,
            tax_id,
            reference,
            ..old.value.clone()
        };
        let changes = Changes::default()
            .with(Change::Client(old.update(client)))
            .audited(call.audit(ports, AuditAction::ClientChanged, [id.into()]));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}
