use caseflow_core::domain::attempt::Trouble;
use caseflow_core::domain::gateway::TxnRef;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::refund::{Refund, RefundState};

use super::attempt::{trouble, trouble_values};
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const REFUNDS: Table = Table {
    name: "caseflow_refunds",
    key: &["id"],
    texts: &[
        "payment_id",
        "attempt_id",
        "invoice_id",
        "client_id",
        "merchant",
        "charge",
        "currency",
        "reason",
        "state",
        "txn",
        "trouble_code",
        "trouble_detail",
    ],
    numbers: &["amount", "next_check", "checks", "asked_at"],
    versioned: true,
};

pub(crate) fn values(refund: &Refund) -> Vec<Value> {
    let (txn, trouble) = match &refund.state {
        RefundState::Asked | RefundState::Accepted => (None, None),
        RefundState::Done(txn) => (Some(txn), None),
        RefundState::Refused(trouble) => (None, Some(trouble)),
    };
    let mut values = vec![
        text(refund.id),
        text(refund.payment),
        text(refund.attempt),
        text(refund.invoice),
        text(refund.client),
        text(&refund.merchant),
        text(&refund.charge),
        text(refund.amount.currency()),
        value::maybe(refund.reason.as_ref()),
        text(refund.state.code()),
        value::maybe(txn),
    ];
    values.extend(trouble_values(trouble));
    values.extend([
        refund.amount.minor().into(),
        refund.next_check.into(),
        refund.checks.into(),
        refund.asked_at.into(),
    ]);
    values
}

impl Stored for Refund {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, payment, attempt) = (cells.parse()?, cells.parse()?, cells.parse()?);
        let (invoice, client) = (cells.parse()?, cells.parse()?);
        let (merchant, charge) = (cells.parse()?, cells.parse()?);
        let currency = cells.parse()?;
        let reason = cells.maybe()?;
        Ok(Self {
            id,
            payment,
            attempt,
            invoice,
            client,
            merchant,
            charge,
            amount: Money::from_minor(cells.number()?, currency),
            reason,
            state: state(cells.text()?, cells.maybe()?, trouble(cells)?)?,
            next_check: cells.maybe_time()?,
            checks: cells.count()?,
            asked_at: cells.time()?,
        })
    }
}

fn state(
    code: &str,
    txn: Option<TxnRef>,
    trouble: Option<Trouble>,
) -> Result<RefundState, Unreadable> {
    match (code, txn, trouble) {
        ("asked", None, None) => Ok(RefundState::Asked),
        ("accepted", None, None) => Ok(RefundState::Accepted),
        ("done", Some(txn), None) => Ok(RefundState::Done(txn)),
        ("refused", None, Some(trouble)) => Ok(RefundState::Refused(trouble)),
        _ => Err(Unknown("the refund's state").into()),
    }
}
