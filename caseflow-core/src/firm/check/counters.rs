//! The figures that are kept ready.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use super::page;
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::changes::Counter;
use crate::domain::id::{ClientId, FirmId};
use crate::error::Error;
use crate::ports::store::InvoiceFile;

/// What was found of the figures that are kept ready.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many are what the records add up to.
    pub sound: u64,
    /// The others.
    pub differing: Vec<Differing>,
}

/// A figure that is not what the records add up to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of {client} is kept as {kept}, and its records add up to {reckoned}", .counter.code())]
pub struct Differing {
    /// Whose figure.
    pub client: ClientId,
    /// Which.
    pub counter: Counter,
    /// What is kept.
    pub kept: i64,
    /// What the records add up to.
    pub reckoned: i64,
}

type Figures = BTreeMap<(ClientId, Counter), i64>;

/// Adds up anew what each client of the firm has paid in each year, and compares it with the figure that
/// is kept ready (R-INV-4). A figure that moves meanwhile is compared once more, and left out when it
/// moves again.
///
/// # Errors
/// When the store fails.
pub async fn counters(ports: &Ports, staff: &Staff) -> Result<Counted, Error> {
    let firm = staff.firm;
    let reckoned = reckon(ports, firm).await?;
    let mut suspects = Figures::new();
    for (figure, sum) in &reckoned {
        let kept = kept(ports, firm, *figure).await?;
        if kept != *sum {
            suspects.insert(*figure, kept);
        }
    }
    let mut counted = Counted {
        sound: (reckoned.len() - suspects.len()) as u64,
        differing: vec![],
    };
    if suspects.is_empty() {
        return Ok(counted);
    }
    let again = reckon(ports, firm).await?;
    for (figure, before) in suspects {
        let (kept, reckoned) = (kept(ports, firm, figure).await?, again.get(&figure));
        let reckoned = reckoned.copied().unwrap_or_default();
        match kept == before && kept != reckoned {
            true => counted.differing.push(Differing {
                client: figure.0,
                counter: figure.1,
                kept,
                reckoned,
            }),
            false => counted.sound += 1,
        }
    }
    Ok(counted)
}

async fn kept(ports: &Ports, firm: FirmId, figure: (ClientId, Counter)) -> Result<i64, Error> {
    let (client, counter) = figure;
    Ok(ports.store.counter(firm, client, counter).await?)
}

/// What the records add up to.
async fn reckon(ports: &Ports, firm: FirmId) -> Result<Figures, Error> {
    let mut figures = Figures::new();
    let mut after = None;
    loop {
        let found = ports.store.ledgers(firm, &page(after)).await?;
        found.rows.iter().for_each(|file| add(&mut figures, file));
        if found.next.is_none() {
            return Ok(figures);
        }
        after = found.next;
    }
}

fn add(figures: &mut Figures, file: &InvoiceFile) {
    let client = file.invoice.value.client;
    let payments = file.payments.iter().map(|payment| {
        let payment = &payment.value;
        let counts = i64::from(payment.stands());
        (payment.received_on, payment.amount, counts)
    });
    let reversals = file.reversals.iter();
    let reversals = reversals.map(|reversal| (reversal.on, reversal.taken(), -1));
    for (on, amount, sign) in payments.chain(reversals) {
        let (year, currency) = (on.year(), amount.currency());
        let counter = Counter::Received { year, currency };
        let sum = figures.entry((client, counter)).or_default();
        *sum = sum.saturating_add(sign * amount.minor());
    }
}
