use std::collections::BTreeMap;

use caseflow_core::domain::attempt::{
    Attempt, AttemptStage, AttemptState, Checkout, End, NextStep, Order, Trouble,
};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::{GatewayRef, TxnRef};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const ATTEMPTS: Table = Table {
    name: "caseflow_attempts",
    key: &["id"],
    texts: &[
        "invoice_id",
        "client_id",
        "contact_id",
        "merchant",
        "currency",
        "description",
        "email",
        "language",
        "return_url",
        "cancel_url",
        "stage",
        "reference",
        "next_step",
        "txn",
        "collected_currency",
        "trouble_code",
        "trouble_detail",
    ],
    numbers: &[
        "amount",
        "balance",
        "expires_at",
        "collected",
        "ended_at",
        "next_check",
        "checks",
        "started_at",
    ],
    versioned: true,
};

pub(crate) fn values(attempt: &Attempt) -> Result<Vec<Value>, Unreadable> {
    let Facts {
        next,
        collected,
        ended_at,
    } = Facts::of(&attempt.state);
    let next = next.map(StoredNextStep::write);
    let next = next.as_ref().map(serde_json::to_string).transpose()?;
    let collected_currency = collected.map(Money::currency);
    let order = &attempt.order;
    let mut values = vec![
        text(attempt.id),
        text(attempt.invoice),
        text(attempt.client),
        text(attempt.contact),
        text(&attempt.merchant),
        text(attempt.amount.currency()),
        text(&order.description),
        text(&order.email),
        text(&order.language),
        text(&order.return_url),
        text(&order.cancel_url),
        text(attempt.stage().code()),
        value::maybe(attempt.reference()),
        Value::Text(next),
        value::maybe(attempt.txn()),
        value::maybe(collected_currency.as_ref()),
    ];
    values.extend(trouble_values(attempt.trouble.as_ref()));
    values.extend([
        attempt.amount.minor().into(),
        attempt.balance.minor().into(),
        order.expires_at.into(),
        collected.map(Money::minor).into(),
        ended_at.into(),
        attempt.next_check.into(),
        attempt.checks.into(),
        attempt.started_at.into(),
    ]);
    Ok(values)
}

/// What a state knows that an attempt does not answer itself.
#[derive(Default)]
struct Facts<'a> {
    next: Option<&'a NextStep>,
    collected: Option<Money>,
    ended_at: Option<Timestamp>,
}

impl<'a> Facts<'a> {
    fn of(state: &'a AttemptState) -> Self {
        let none = Self::default();
        match state {
            AttemptState::Creating | AttemptState::Processing(_) => none,
            AttemptState::Open(checkout) => Self {
                next: Some(&checkout.next),
                ..none
            },
            AttemptState::Held { collected, at, .. } => Self {
                collected: Some(*collected),
                ended_at: Some(*at),
                ..none
            },
            AttemptState::Succeeded { at, .. } | AttemptState::Ended { at, .. } => Self {
                ended_at: Some(*at),
                ..none
            },
        }
    }
}

impl Stored for Attempt {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, invoice, client) = (cells.parse()?, cells.parse()?, cells.parse()?);
        let (contact, merchant) = (cells.parse()?, cells.parse()?);
        let currency = cells.parse()?;
        let amount = Money::from_minor(cells.number()?, currency);
        let balance = Money::from_minor(cells.number()?, currency);
        Ok(Self {
            id,
            invoice,
            client,
            contact,
            merchant,
            amount,
            balance,
            order: order(cells)?,
            state: state(cells)?,
            trouble: trouble(cells)?,
            next_check: cells.maybe_time()?,
            checks: cells.count()?,
            started_at: cells.time()?,
        })
    }
}

fn order(cells: &mut Cells<'_>) -> Result<Order, Unreadable> {
    Ok(Order {
        description: cells.parse()?,
        email: cells.parse()?,
        language: cells.parse()?,
        return_url: cells.parse()?,
        cancel_url: cells.parse()?,
        expires_at: cells.time()?,
    })
}

fn state(cells: &mut Cells<'_>) -> Result<AttemptState, Unreadable> {
    const LOST: Unknown = Unknown("a fact of the attempt's stage");
    let stage = AttemptStage::from_code(cells.text()?).ok_or(Unknown("the attempt's stage"))?;
    let reference: Option<GatewayRef> = cells.maybe()?;
    let next = cells.maybe_text()?;
    let txn: Option<TxnRef> = cells.maybe()?;
    let currency: Option<Currency> = cells.maybe()?;
    let collected = cells.maybe_number()?.zip(currency);
    let at = cells.maybe_time()?;
    let ended = |end| -> Result<AttemptState, Unreadable> {
        Ok(AttemptState::Ended {
            end,
            reference: reference.clone(),
            at: at.ok_or(LOST)?,
        })
    };
    Ok(match stage {
        AttemptStage::Creating => AttemptState::Creating,
        AttemptStage::Open => AttemptState::Open(Checkout {
            reference: reference.ok_or(LOST)?,
            next: serde_json::from_str::<StoredNextStep>(next.ok_or(LOST)?)?.read()?,
        }),
        AttemptStage::Processing => AttemptState::Processing(reference.ok_or(LOST)?),
        AttemptStage::Succeeded => AttemptState::Succeeded {
            reference: reference.ok_or(LOST)?,
            txn: txn.ok_or(LOST)?,
            at: at.ok_or(LOST)?,
        },
        AttemptStage::Held => {
            let (minor, currency) = collected.ok_or(LOST)?;
            AttemptState::Held {
                reference: reference.ok_or(LOST)?,
                txn: txn.ok_or(LOST)?,
                collected: Money::from_minor(minor, currency),
                at: at.ok_or(LOST)?,
            }
        }
        AttemptStage::Failed => ended(End::Failed)?,
        AttemptStage::Expired => ended(End::Expired)?,
        AttemptStage::Cancelled => ended(End::Cancelled)?,
    })
}

/// Two texts.
pub(super) fn trouble_values(trouble: Option<&Trouble>) -> [Value; 2] {
    [
        value::maybe(trouble.map(|it| &it.code)),
        value::maybe(trouble.map(|it| &it.detail)),
    ]
}

/// Reads what [`trouble_values`] wrote.
pub(super) fn trouble(cells: &mut Cells<'_>) -> Result<Option<Trouble>, Unreadable> {
    let (code, detail) = (cells.maybe()?, cells.maybe()?);
    let trouble = code.zip(detail);
    Ok(trouble.map(|(code, detail)| Trouble { code, detail }))
}

/// Only ever read with its attempt: a JSON text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredNextStep {
    Redirect(String),
    Embedded {
        script: String,
        settings: BTreeMap<String, String>,
    },
}

impl StoredNextStep {
    fn write(next: &NextStep) -> Self {
        match next {
            NextStep::Redirect(url) => Self::Redirect(url.to_string()),
            NextStep::Embedded { script, settings } => Self::Embedded {
                script: script.to_string(),
                settings: settings.clone(),
            },
        }
    }

    fn read(self) -> Result<NextStep, Unreadable> {
        Ok(match self {
            Self::Redirect(url) => NextStep::Redirect(url.parse()?),
            Self::Embedded { script, settings } => NextStep::Embedded {
                script: script.parse()?,
                settings,
            },
        })
    }
}
