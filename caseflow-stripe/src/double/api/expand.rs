//! `expand[]`: objects in the place of their ids.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::objects;
use super::super::state::State;

/// Stripe follows four steps.
const DEEPEST: usize = 4;

/// Expands what the request names.
pub(super) fn expand(state: &State, object: &mut Value, form: &Form) -> Result<(), Failure> {
    for path in form.list("expand") {
        let steps: Vec<&str> = path.split('.').collect();
        if steps.len() > DEEPEST {
            let message = format!("You cannot expand more than {DEEPEST} levels of a property.");
            return Err(Failure::refused("expand", message));
        }
        follow(state, object, &steps, path)?;
    }
    Ok(())
}

fn follow(state: &State, object: &mut Value, steps: &[&str], path: &str) -> Result<(), Failure> {
    let Some((step, rest)) = steps.split_first() else {
        return Ok(());
    };
    include(state, object, step);
    match object.get_mut(*step) {
        Some(Value::Null) => Ok(()),
        Some(Value::Array(members)) if *step == "data" => members
            .iter_mut()
            .try_for_each(|member| follow(state, member, rest, path)),
        Some(inner @ Value::Object(_)) => follow(state, inner, rest, path),
        Some(inner) => {
            *inner = named(state, inner).ok_or_else(|| impossible(path))?;
            follow(state, inner, rest, path)
        }
        None => Err(impossible(path)),
    }
}

/// Adds a list that an object has only when it is asked for.
fn include(state: &State, object: &mut Value, step: &str) {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = match (text("object"), step) {
        ("checkout.session", "line_items") => line_items(state, text("id")),
        ("charge", "refunds") => refunds(state, text("id")),
        _ => return,
    };
    objects::put(object, step, list);
}

fn line_items(state: &State, id: &str) -> Value {
    let session = state.sessions.find(id);
    let lines = session.map(|session| objects::line_items(state, session));
    let url = format!("/v1/checkout/sessions/{id}/line_items");
    objects::list(&url, &lines.unwrap_or_default(), false)
}

fn refunds(state: &State, charge: &str) -> Value {
    let newest = state.refunds.iter().rev();
    let its = newest.filter(|refund| refund.charge == charge);
    let shown: Vec<Value> = its.map(objects::refund).collect();
    objects::list(&format!("/v1/charges/{charge}/refunds"), &shown, false)
}

fn named(state: &State, id: &Value) -> Option<Value> {
    let id = id.as_str()?;
    match id.split('_').next()? {
        "cs" => state
            .sessions
            .find(id)
            .map(|found| objects::session(state, found)),
        "pi" => state
            .intents
            .find(id)
            .map(|found| objects::intent(state, found)),
        "ch" => state
            .charges
            .find(id)
            .map(|found| objects::charge(state, found)),
        "re" => state.refunds.find(id).map(objects::refund),
        "du" => state
            .disputes
            .find(id)
            .map(|found| objects::dispute(state, found)),
        "txn" => state.transactions.find(id).map(objects::transaction),
        _ => None,
    }
}

fn impossible(path: &str) -> Failure {
    Failure::refused(
        "expand",
        format!("This property cannot be expanded ({path})."),
    )
}
