//! A payment's receipt and the note of a refund or another reversal as they are printed.

use super::{Amount, Day, InvoiceRecords, Letterhead, PrintError, text};
use crate::domain::id::{PaymentId, ReversalId};
use crate::domain::number::Number;
use crate::domain::payment::{Payment, PaymentState};
use crate::domain::reversal::ReversalKind;

/// The receipt of one payment. It keeps its number for ever (R-INV-7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptView {
    /// The receipt's number.
    pub number: String,
    /// The day on which the money came in.
    pub received: Day,
    /// How much.
    pub amount: Amount,
    /// How it was paid, in words.
    pub mode: String,
    /// A cheque number, a bank reference and the like.
    pub reference: Option<String>,
    /// The day on which the payment was voided, in the firm's zone.
    pub voided_on: Option<Day>,
    /// The number of the invoice it pays.
    pub invoice: String,
    /// What that invoice comes to.
    pub total: Amount,
    /// What is still to be paid on it now.
    pub due: Amount,
}

impl ReceiptView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        records: &InvoiceRecords<'_>,
        payment: PaymentId,
    ) -> Result<Self, PrintError> {
        let invoice = records.checked(head)?.to_string();
        let payment = find(records, payment)?;
        let format = head.format();
        let voided_on = match &payment.state {
            PaymentState::Voided { at, .. } => Some(format.day(head.firm.zone.day(*at))),
            PaymentState::Recorded => None,
        };
        Ok(Self {
            number: printed(&payment.receipt)?,
            received: format.day(payment.received_on),
            amount: format.amount(payment.amount),
            mode: head.language().mode(payment.mode).to_owned(),
            reference: text(payment.reference.as_ref()),
            voided_on,
            invoice,
            total: format.amount(records.invoice.totals.total),
            due: format.amount(records.invoice.amount_due()),
        })
    }
}

/// The note of one refund, or of another reversal. It keeps its number for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalView {
    /// What moved the money.
    pub kind: ReversalKind,
    /// The note's number.
    pub number: String,
    /// The day on which the money went back, or came back to the firm.
    pub on: Day,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub reason: Option<String>,
    /// The number of the payment's receipt.
    pub receipt: String,
    /// The number of the invoice.
    pub invoice: String,
    /// What that invoice comes to.
    pub total: Amount,
    /// What is still to be paid on it now.
    pub due: Amount,
}

impl ReversalView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        records: &InvoiceRecords<'_>,
        reversal: ReversalId,
    ) -> Result<Self, PrintError> {
        let invoice = records.checked(head)?.to_string();
        let mut reversals = records.reversals.iter();
        let reversal = reversals
            .find(|it| it.id == reversal)
            .ok_or(PrintError::OtherInvoice)?;
        let format = head.format();
        Ok(Self {
            kind: reversal.kind,
            number: printed(&reversal.number)?,
            on: format.day(reversal.on),
            amount: format.amount(reversal.amount),
            reason: text(reversal.reason.as_ref()),
            receipt: printed(&find(records, reversal.payment)?.receipt)?,
            invoice,
            total: format.amount(records.invoice.totals.total),
            due: format.amount(records.invoice.amount_due()),
        })
    }

    /// What the name of its file begins with.
    pub(super) const fn file_kind(&self) -> &'static str {
        match self.kind {
            ReversalKind::Refund => "refund",
            ReversalKind::RefundReturned => "refund-returned",
            ReversalKind::Dispute => "chargeback",
            ReversalKind::DisputeWon => "chargeback-reversed",
        }
    }
}

fn find<'a>(records: &'a InvoiceRecords<'_>, id: PaymentId) -> Result<&'a Payment, PrintError> {
    let mut payments = records.payments.iter().copied();
    payments
        .find(|payment| payment.id == id)
        .ok_or(PrintError::OtherInvoice)
}

fn printed(number: &Number) -> Result<String, PrintError> {
    let number = number.taken().ok_or(PrintError::NoNumber)?;
    Ok(number.to_string())
}
