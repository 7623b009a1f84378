//! Refunds of online payments (R-PAY-9).

use super::{Call, begin, check_version};
use crate::Ports;
use crate::collect;
use crate::domain::access::Staff;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::id::{PaymentId, RefundId, ReversalId};
use crate::domain::money::Money;
use crate::domain::payment::Payment;
use crate::domain::refund::{self, Refund, RefundError, RefundState};
use crate::domain::text::Line;
use crate::error::Error;
use crate::ledger::about_with;
use crate::paper::{Document, Paper};
use crate::ports::store::InvoiceFile;

/// What staff say of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundInput {
    /// How much; everything that is left of the payment when absent.
    pub amount: Option<Money>,
    /// Why; shown to the client.
    pub reason: Option<Line<200>>,
}

/// Asks for a part of an online payment, or all of it, to go back to the payer. The reply names the
/// refund; how far it has come, [`list`] says. When the gateway does not answer, it is asked again
/// by itself, under the same key.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`] (of the payment), or a [`Refusal`](crate::error::Refusal)
/// when the payment was not made online or the amount is not between zero and what is left.
pub async fn ask(
    ports: &Ports,
    call: &Call,
    payment: PaymentId,
    expected: Option<Version>,
    input: RefundInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let id: RefundId = ports.new_id();
    let reply = Reply {
        id: id.into(),
        version: Version::FIRST,
    };
    loop {
        let (file, paid) = super::payments::load(ports, &call.staff, payment).await?;
        check_version(&paid, expected)?;
        let refund = wanted(ports, call, &file, &paid.value, id, &input)?;
        // The invoice is written as it is: of two refunds at once, the second is decided anew.
        let invoice = file.invoice.update(file.invoice.value.clone());
        let about = about_with(&file.invoice.value, &[payment.into(), id.into()]);
        let changes = Changes::default()
            .with(Change::Invoice(invoice))
            .with(Change::Refund(Write::Insert(refund.clone())))
            .audited(call.audit(ports, AuditAction::RefundAsked, about));
        if let Some(first) = writing.commit(changes, reply).await? {
            if first == reply {
                // What the gateway does not answer now is asked again by itself.
                let asked = collect::refunds::ask(ports, call.staff.firm, &refund).await;
                drop(asked);
            }
            return Ok(first);
        }
    }
}

/// The refunds that were asked for of a payment, oldest first.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such payment.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    payment: PaymentId,
) -> Result<Vec<Versioned<Refund>>, Error> {
    let (file, _) = super::payments::load(ports, staff, payment).await?;
    let refunds = file.refunds.into_iter();
    Ok(refunds.filter(|it| it.value.payment == payment).collect())
}

/// The note of one reversal as a PDF file, in the language of the client's primary contact.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Busy`] when too many documents are being made.
pub async fn note(ports: &Ports, staff: &Staff, id: ReversalId) -> Result<Document, Error> {
    let card = ports.store.invoice_card(staff.firm, id.into()).await?;
    let card = card.ok_or(Error::NotFound)?;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.reversal_note(ports, &card.invoice, id).await
}

fn wanted(
    ports: &Ports,
    call: &Call,
    file: &InvoiceFile,
    payment: &Payment,
    id: RefundId,
    input: &RefundInput,
) -> Result<Refund, Error> {
    let refunds = file.refunds.iter().map(|refund| &refund.value);
    let left = refund::refundable(payment, &file.reversals, refunds).map_err(RefundError::from)?;
    let amount = refund::accept(payment, left, input.amount)?;
    let charge = payment.charge.clone().ok_or(RefundError::NotOnline)?;
    collect::gateway_of(ports, call.staff.firm, &charge.merchant).ok_or(RefundError::NoGateway)?;
    let now = ports.now();
    let refund = Refund {
        id,
        payment: payment.id,
        attempt: charge.attempt,
        invoice: payment.invoice,
        client: payment.client,
        merchant: charge.merchant,
        charge: charge.txn,
        amount,
        reason: input.reason.clone(),
        state: RefundState::Asked,
        next_check: None,
        checks: 0,
        asked_at: now,
    };
    Ok(refund.due_again(0, now))
}
