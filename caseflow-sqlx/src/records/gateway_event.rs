use caseflow_core::domain::gateway::EventRef;
use caseflow_core::domain::gateway_event::{GatewayEvent, Sweep};

use crate::read::{Cells, Stored, Unreadable};
use crate::table::Table;
use crate::value::{Value, text};

pub(crate) const GATEWAY_EVENTS: Table = Table {
    name: "caseflow_gateway_events",
    key: &["merchant", "event_id"],
    texts: &["kind", "about"],
    numbers: &["received_at", "due", "tries", "seen_at"],
    versioned: false,
};

pub(crate) const SWEEPS: Table = Table {
    name: "caseflow_sweeps",
    key: &["merchant"],
    texts: &[],
    numbers: &["read_until", "due", "compared_at"],
    versioned: true,
};

/// A notice that nobody has looked at.
pub(crate) fn values(event: &GatewayEvent) -> Vec<Value> {
    vec![
        text(&event.merchant),
        text(&event.event),
        text(&event.kind),
        text(&event.about),
        event.received_at.into(),
        event.received_at.into(),
        0_i64.into(),
        Value::Int(None),
    ]
}

pub(crate) fn sweep_values(sweep: &Sweep) -> Vec<Value> {
    vec![
        text(&sweep.merchant),
        sweep.read_until.into(),
        sweep.due.into(),
        sweep.compared_at.into(),
    ]
}

/// A notice, and how often it has been looked at.
pub(crate) struct Kept {
    pub(crate) event: GatewayEvent,
    pub(crate) tries: u32,
}

impl Stored for Kept {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let event = GatewayEvent {
            merchant: cells.parse()?,
            event: cells.parse()?,
            kind: cells.parse()?,
            about: cells.parse()?,
            received_at: cells.time()?,
        };
        let _due = cells.maybe_number()?;
        let tries = cells.count()?;
        let _seen_at = cells.maybe_number()?;
        Ok(Self { event, tries })
    }
}

impl Stored for Sweep {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            merchant: cells.parse()?,
            read_until: cells.time()?,
            due: cells.time()?,
            compared_at: cells.time()?,
        })
    }
}

/// The name of a notice that is known.
pub(crate) struct Known(pub(crate) EventRef);

impl Stored for Known {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        cells.parse().map(Self)
    }
}
