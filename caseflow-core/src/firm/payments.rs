//! Payments recorded by hand, and voided (R-INV-6).

use chrono::NaiveDate;

use super::invoices::client_of;
use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Reply, Version, Versioned, Write};
use crate::domain::id::{InvoiceId, PaymentId};
use crate::domain::mail::MailTopic;
use crate::domain::money::Money;
use crate::domain::number::Number;
use crate::domain::page::Page;
use crate::domain::payment::{Payment, PaymentMode, PaymentState};
use crate::domain::text::{Line, Prose};
use crate::error::Error;
use crate::ledger::{self, Ledger, about_with};
use crate::paper::{Document, Paper};
use crate::ports::store::{InvoiceFile, PaymentQuery, PaymentRow};

/// What staff say of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentInput {
    /// How much; the balance when absent.
    pub amount: Option<Money>,
    /// The day of receipt; today in the firm's zone when absent.
    pub received_on: Option<NaiveDate>,
    /// How it was paid.
    pub mode: PaymentMode,
    /// A cheque number, a bank reference and the like; shown to the client.
    pub reference: Option<Line<100>>,
    /// A note for staff.
    pub note: Option<Prose<1000>>,
}

/// The firm's payments, newest day first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &PaymentQuery,
) -> Result<Page<PaymentRow, NaiveDate>, Error> {
    Ok(ports.store.payments(staff.firm, query).await?)
}

/// One payment.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such payment.
pub async fn read(ports: &Ports, staff: &Staff, id: PaymentId) -> Result<PaymentRow, Error> {
    let (file, payment) = load(ports, staff, id).await?;
    Ok(PaymentRow {
        payment,
        invoice_number: file.invoice.value.number().cloned(),
    })
}

/// The receipt of one payment as a PDF file, in the language of the client's primary contact; of a
/// voided one too, which says so.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`] when too many documents are being made.
pub async fn receipt(ports: &Ports, staff: &Staff, id: PaymentId) -> Result<Document, Error> {
    let card = ports.store.invoice_card(staff.firm, id.into()).await?;
    let card = card.ok_or(Error::NotFound)?;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.receipt(ports, &card.invoice, id).await
}

/// Records a payment that came in some other way. The reply names the payment.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`] (of the invoice), or a
/// [`Refusal`](crate::error::Refusal) when the amount is not between zero and the balance.
pub async fn record(
    ports: &Ports,
    call: &Call,
    invoice: InvoiceId,
    expected: Option<Version>,
    input: PaymentInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let firm = ports
        .store
        .firm(call.staff.firm)
        .await?
        .ok_or(Error::NotFound)?
        .value;
    let id: PaymentId = ports.new_id();
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let now = ports.now();
        let file = super::invoices::read(ports, &call.staff, invoice).await?;
        check_version(&file.invoice, expected)?;
        let client = client_of(ports, &call.staff, file.invoice.value.client).await?;
        let payment = Payment {
            id,
            invoice,
            client: file.invoice.value.client,
            amount: file.invoice.value.accept_amount(input.amount)?,
            received_on: input.received_on.unwrap_or_else(|| firm.today(now)),
            mode: input.mode,
            charge: None,
            reference: input.reference.clone(),
            note: input.note.clone(),
            receipt: Number::Next(firm.receipt_numbers.clone()),
            state: PaymentState::Recorded,
            recorded_at: now,
        };
        let mut ledger = Ledger::of(ports, &file);
        ledger.payment(Write::Insert(payment));
        let about = about_with(&file.invoice.value, &[id.into()]);
        let entry = call.audit(ports, AuditAction::PaymentRecorded, about);
        let mut changes = ledger.changes()?.audited(entry);
        let topic = MailTopic::PaymentReceived(id, invoice);
        changes.mail = ledger::mail(ports, &client, None, &topic);
        if let Some(reply) = writing.commit(changes, reply).await? {
            super::call_off_outdated(ports, call, invoice).await;
            return Ok(reply);
        }
    }
}

/// Voids a payment: its amount is due again, its receipt and its place in the history stay.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`](crate::error::Refusal) when it was voided
/// before.
pub async fn void(
    ports: &Ports,
    call: &Call,
    id: PaymentId,
    expected: Option<Version>,
    reason: Option<Line<200>>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let (file, old) = load(ports, &call.staff, id).await?;
        check_version(&old, expected)?;
        let payment = old.value.clone().void(reason.clone(), ports.now())?;
        let mut ledger = Ledger::of(ports, &file);
        ledger.payment(old.update(payment));
        let about = about_with(&file.invoice.value, &[id.into()]);
        let entry = call.audit(ports, AuditAction::PaymentVoided, about);
        let changes = ledger.changes()?.audited(entry);
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            super::call_off_outdated(ports, call, file.invoice.value.id).await;
            return Ok(reply);
        }
    }
}

pub(super) async fn load(
    ports: &Ports,
    staff: &Staff,
    id: PaymentId,
) -> Result<(InvoiceFile, Versioned<Payment>), Error> {
    let file = ports
        .store
        .invoice(staff.firm, id.into())
        .await?
        .ok_or(Error::NotFound)?;
    let payment = file
        .payments
        .iter()
        .find(|payment| payment.value.id == id)
        .cloned();
    payment
        .map(|payment| (file, payment))
        .ok_or(Error::NotFound)
}
