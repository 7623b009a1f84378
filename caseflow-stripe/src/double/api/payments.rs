//! Payment intents and charges.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::objects;
use super::super::state::State;
use super::super::table::page;
use super::{check_list, is_asked, listed};

/// Intents, newest first.
pub(super) fn intents(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &[])?;
    let page = page(&state.intents, form, |_| true)?;
    Ok(listed("/v1/payment_intents", &page, |intent| {
        objects::intent(state, intent)
    }))
}

/// Charges, newest first.
pub(super) fn charges(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &["payment_intent"])?;
    let wanted = |intent: &str| is_asked(form, "payment_intent", intent);
    let page = page(&state.charges, form, |charge| wanted(&charge.intent))?;
    Ok(listed("/v1/charges", &page, |charge| {
        objects::charge(state, charge)
    }))
}
