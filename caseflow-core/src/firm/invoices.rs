//! Invoices: drafting, issuing, re-pricing, calling off, crediting.

use chrono::NaiveDate;

use super::{Call, begin, call_off_first, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Write};
use crate::domain::id::{ClientId, InvoiceId};
use crate::domain::invoice::{Invoice, InvoiceTerms, Phase};
use crate::domain::mail::MailTopic;
use crate::domain::money::Money;
use crate::domain::number::Number;
use crate::domain::page::Page;
use crate::domain::payment::Credit;
use crate::domain::text::Line;
use crate::error::{Error, Refusal};
use crate::ledger::{self, Ledger, about, happened};
use crate::paper::{Document, Paper};
use crate::ports::store::{ClientFile, InvoiceFile, InvoiceQuery, InvoiceRow};

/// The firm's invoices, newest date first, with the statuses of this moment.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &InvoiceQuery,
) -> Result<Page<InvoiceRow, NaiveDate>, Error> {
    Ok(ports.store.invoices(staff.firm, ports.now(), query).await?)
}

/// One invoice with its records.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such invoice.
pub async fn read(ports: &Ports, staff: &Staff, id: InvoiceId) -> Result<InvoiceFile, Error> {
    ports
        .store
        .invoice(staff.firm, id.into())
        .await?
        .ok_or(Error::NotFound)
}

/// One invoice as a PDF file, as it stands now, in the language of the client's primary contact
/// (R-INV-7). A draft has no number and may still change: it is refused, so that none goes out.
///
/// # Errors
/// [`Error::NotFound`]; a [`Refusal`] for a draft; [`Error::Busy`] when too many documents are being
/// made.
pub async fn pdf(ports: &Ports, staff: &Staff, id: InvoiceId) -> Result<Document, Error> {
    let card = ports.store.invoice_card(staff.firm, id.into()).await?;
    let card = card.ok_or(Error::NotFound)?;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.invoice(ports, &card.invoice).await
}

/// Makes a draft.
///
/// # Errors
/// A [`Refusal`] when the client does not exist or the lines do not add up to money.
pub async fn draft(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    terms: InvoiceTerms,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let known = ports.store.client(call.staff.firm, client).await?;
    known.ok_or(Refusal::NoSuchReference("client"))?;
    let invoice = Invoice::draft(ports.new_id(), client, terms, ports.now())?;
    let reply = Reply {
        id: invoice.id.into(),
        version: Version::FIRST,
    };
    loop {
        let about = [invoice.id.into(), client.into()];
        let changes = Changes::default()
            .with(Change::Invoice(Write::Insert(invoice.clone())))
            .audited(call.audit(ports, AuditAction::InvoiceDrafted, about));
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Sends a draft to the client: it gets the series' next number, shows in the portal, and those
/// contacts who get mail about invoices are told.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it cannot be issued.
pub async fn issue(
    ports: &Ports,
    call: &Call,
    id: InvoiceId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let firm = ports
        .store
        .firm(call.staff.firm)
        .await?
        .ok_or(Error::NotFound)?
        .value;
    loop {
        let now = ports.now();
        let old = read(ports, &call.staff, id).await?.invoice;
        check_version(&old, expected)?;
        let client = client_of(ports, &call.staff, old.value.client).await?;
        let number = Number::Next(firm.invoice_numbers.clone());
        let invoice = old.value.clone().issue(number, now)?;
        let mut changes = Changes::default()
            .with(happened(
                ports,
                ActivityKind::InvoiceIssued,
                &invoice,
                invoice.totals.total,
            ))
            .audited(call.audit(ports, AuditAction::InvoiceIssued, about(&invoice)));
        changes.mail = ledger::mail(ports, &client, None, &MailTopic::InvoiceIssued(id));
        changes
            .changes
            .insert(0, Change::Invoice(old.update(invoice)));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Replaces what the invoice says.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the new terms do not fit what has
/// happened.
pub async fn reprice(
    ports: &Ports,
    call: &Call,
    id: InvoiceId,
    expected: Option<Version>,
    terms: InvoiceTerms,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let file = read(ports, &call.staff, id).await?;
        let old = &file.invoice;
        check_version(old, expected)?;
        let invoice = old.value.clone().reprice(terms.clone())?;
        let is_other = invoice.amount_due() != old.value.amount_due();
        if is_other && call_off_first(ports, call, &file).await? {
            continue;
        }
        let mut changes = match invoice.phase() {
            Phase::Issued => Changes::default().with(happened(
                ports,
                ActivityKind::InvoiceChanged,
                &invoice,
                invoice.totals.total,
            )),
            Phase::Draft | Phase::Cancelled => Changes::default(),
        }
        .audited(call.audit(ports, AuditAction::InvoiceChanged, about(&invoice)));
        changes
            .changes
            .insert(0, Change::Invoice(old.update(invoice)));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            super::call_off_outdated(ports, call, id).await;
            return Ok(reply);
        }
    }
}

/// Calls an invoice off.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is not issued or money stands
/// against it.
pub async fn cancel(
    ports: &Ports,
    call: &Call,
    id: InvoiceId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let file = read(ports, &call.staff, id).await?;
        let old = &file.invoice;
        check_version(old, expected)?;
        let invoice = old.value.clone().cancel(ports.now())?;
        if call_off_first(ports, call, &file).await? {
            continue;
        }
        let told = happened(
            ports,
            ActivityKind::InvoiceCancelled,
            &invoice,
            invoice.totals.total,
        );
        let mut changes = Changes::default().with(told).audited(call.audit(
            ports,
            AuditAction::InvoiceCancelled,
            about(&invoice),
        ));
        changes
            .changes
            .insert(0, Change::Invoice(old.update(invoice)));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            super::call_off_outdated(ports, call, id).await;
            return Ok(reply);
        }
    }
}

/// What staff say of a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditInput {
    /// How much; the balance when absent.
    pub amount: Option<Money>,
    /// The day; today in the firm's zone when absent.
    pub given_on: Option<NaiveDate>,
    /// Why; shown to the client.
    pub reason: Option<Line<200>>,
}

/// Gives a credit on an issued invoice. The reply names the credit.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the amount is not between zero and
/// the balance.
pub async fn credit(
    ports: &Ports,
    call: &Call,
    id: InvoiceId,
    expected: Option<Version>,
    input: CreditInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let firm = ports
        .store
        .firm(call.staff.firm)
        .await?
        .ok_or(Error::NotFound)?
        .value;
    let credit_id = ports.new_id();
    let reply = Reply {
        id: crate::domain::id::Subject::Credit(credit_id),
        version: Version::FIRST,
    };
    loop {
        let now = ports.now();
        let file = read(ports, &call.staff, id).await?;
        check_version(&file.invoice, expected)?;
        let amount = file.invoice.value.accept_amount(input.amount)?;
        let credit = Credit {
            id: credit_id,
            invoice: id,
            client: file.invoice.value.client,
            amount,
            given_on: input.given_on.unwrap_or_else(|| firm.today(now)),
            reason: input.reason.clone(),
            recorded_at: now,
        };
        let mut ledger = Ledger::of(ports, &file);
        ledger.credit(credit);
        let changes = ledger.changes()?.audited(call.audit(
            ports,
            AuditAction::CreditGiven,
            about(&file.invoice.value),
        ));
        if let Some(reply) = writing.commit(changes, reply).await? {
            super::call_off_outdated(ports, call, id).await;
            return Ok(reply);
        }
    }
}

/// The client that an invoice belongs to: it exists as long as the invoice does.
pub(super) async fn client_of(
    ports: &Ports,
    staff: &Staff,
    id: ClientId,
) -> Result<ClientFile, Error> {
    ports
        .store
        .client(staff.firm, id)
        .await?
        .ok_or(Error::NotFound)
}
