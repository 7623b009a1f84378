//! A payment's receipt and a refund's note as they are printed.

use super::{Amount, Day, InvoiceRecords, Letterhead, PrintError, Refund, text};
use crate::domain::id::PaymentId;
use crate::domain::payment::{Payment, PaymentState};

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
            number: receipt_number(payment)?,
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

/// The note of one refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    /// The note's number.
    pub number: String,
    /// The day on which the money went back.
    pub returned: Day,
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

impl RefundView {
    pub(super) fn of(
        head: &Letterhead<'_>,
        records: &InvoiceRecords<'_>,
        refund: &Refund,
    ) -> Result<Self, PrintError> {
        let invoice = records.checked(head)?.to_string();
        if !records.refunds.contains(&refund) {
            return Err(PrintError::OtherInvoice);
        }
        let format = head.format();
        Ok(Self {
            number: refund.number.to_string(),
            returned: format.day(refund.on),
            amount: format.amount(refund.amount),
            reason: text(refund.reason.as_ref()),
            receipt: receipt_number(find(records, refund.payment)?)?,
            invoice,
            total: format.amount(records.invoice.totals.total),
            due: format.amount(records.invoice.amount_due()),
        })
    }
}

fn find<'a>(records: &'a InvoiceRecords<'_>, id: PaymentId) -> Result<&'a Payment, PrintError> {
    let mut payments = records.payments.iter().copied();
    payments
        .find(|payment| payment.id == id)
        .ok_or(PrintError::OtherInvoice)
}

fn receipt_number(payment: &Payment) -> Result<String, PrintError> {
    let number = payment.receipt.taken().ok_or(PrintError::NoNumber)?;
    Ok(number.to_string())
}
