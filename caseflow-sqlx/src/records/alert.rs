use caseflow_core::domain::alert::{Alert, AlertKind};

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const ALERTS: Table = Table {
    name: "caseflow_alerts",
    key: &["id"],
    texts: &["kind", "invoice_id", "attempt_id", "detail", "settled_by"],
    numbers: &["raised_at", "settled_at"],
    versioned: true,
};

pub(crate) fn values(alert: &Alert) -> Vec<Value> {
    let (settled_at, settled_by) = alert.settled.as_ref().map(|(at, by)| (*at, by)).unzip();
    vec![
        text(alert.id),
        text(alert.kind.code()),
        value::maybe(alert.invoice.as_ref()),
        value::maybe(alert.attempt.as_ref()),
        text(&alert.detail),
        value::maybe(settled_by),
        alert.raised_at.into(),
        settled_at.into(),
    ]
}

impl Stored for Alert {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let id = cells.parse()?;
        let kind = AlertKind::from_code(cells.text()?).ok_or(Unknown("the kind of alert"))?;
        let (invoice, attempt) = (cells.maybe()?, cells.maybe()?);
        let detail = cells.parse()?;
        let settled_by = cells.maybe()?;
        Ok(Self {
            id,
            kind,
            invoice,
            attempt,
            detail,
            raised_at: cells.time()?,
            settled: cells.maybe_time()?.zip(settled_by),
        })
    }
}
