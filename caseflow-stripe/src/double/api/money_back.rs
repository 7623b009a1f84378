//! Refunds and disputes.

use serde_json::Value;

use super::super::back::{Wanted, uncharged};
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::model::Charge;
use super::super::objects;
use super::super::state::State;
use super::super::table::page;
use super::{check_list, is_asked, listed};

const REFUND: &[&str] = &[
    "amount",
    "charge",
    "expand[]",
    "instructions_email",
    "metadata[*]",
    "payment_intent",
    "reason",
];
const REASONS: &[&str] = &["duplicate", "fraudulent", "requested_by_customer"];

/// Gives money back.
pub(super) fn refund(state: &mut State, form: &Form) -> Result<Value, Failure> {
    form.check(&[REFUND])?;
    let wanted = Wanted {
        amount: amount(form)?,
        reason: form.choice("reason", REASONS)?.map(str::to_owned),
        metadata: form.map("metadata")?,
        slow: state.slow_refunds > 0,
    };
    let charge = charge(state, form)?;
    let id = state.refund(&charge, wanted)?;
    state.slow_refunds = state.slow_refunds.saturating_sub(1);
    Ok(objects::refund(&state.refunds.need(&id, "id")?))
}

fn amount(form: &Form) -> Result<Option<i64>, Failure> {
    match form.integer("amount")? {
        Some(..=0) => Err(Failure::invalid(
            "parameter_invalid_integer",
            "amount",
            "This value must be greater than or equal to 1.".to_owned(),
        )),
        amount => Ok(amount),
    }
}

fn charge(state: &State, form: &Form) -> Result<Charge, Failure> {
    match (form.get("charge"), form.get("payment_intent")) {
        (Some(id), None) => state.charges.need(id, "charge"),
        (None, Some(id)) => {
            let intent = state.intents.need(id, "payment_intent")?;
            let charge = intent
                .charge
                .and_then(|id| state.charges.find(&id).cloned());
            charge.ok_or_else(|| uncharged(id))
        }
        (charge, _) => {
            let number = if charge.is_some() { "Only one" } else { "One" };
            let message = format!(
                "{number} of the following params should be provided for this request: \
                 payment_intent or charge."
            );
            Err(Failure {
                code: charge.is_none().then_some("parameter_missing"),
                ..Failure::plain(400, message)
            })
        }
    }
}

/// Refunds, newest first.
pub(super) fn refunds(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &["charge", "payment_intent"])?;
    let page = page(&state.refunds, form, |refund| {
        is_asked(form, "charge", &refund.charge) && is_asked(form, "payment_intent", &refund.intent)
    })?;
    Ok(listed("/v1/refunds", &page, objects::refund))
}

/// Disputes, newest first.
pub(super) fn disputes(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &["charge", "payment_intent"])?;
    let page = page(&state.disputes, form, |dispute| {
        is_asked(form, "charge", &dispute.charge)
            && is_asked(form, "payment_intent", &dispute.intent)
    })?;
    Ok(listed("/v1/disputes", &page, |dispute| {
        objects::dispute(state, dispute)
    }))
}
