//! Events.

use serde_json::Value;

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::model::Event;
use super::super::objects;
use super::super::state::State;
use super::super::table::{Row, page};
use super::{check_list, listed};

/// The most types that a list can be asked for.
const MOST_TYPES: usize = 20;

/// An event.
pub(super) fn event(state: &State, id: &str) -> Result<Value, Failure> {
    let event = state.events.need(id, "id")?;
    if state.is_forgotten(&event) {
        return Err(Failure::no_such(Event::NOUN, id, "id"));
    }
    Ok(shape(state, &event))
}

/// Events of the last thirty days, newest first.
pub(super) fn list(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &["delivery_success", "type", "types[]"])?;
    let kinds = kinds(form)?;
    let delivered = form.boolean("delivery_success")?;
    let page = page(&state.events, form, |event| {
        let known = kinds.is_empty() || kinds.iter().any(|kind| is_kind(&event.kind, kind));
        let told = state.post.pending(&event.id) == 0;
        known && delivered.is_none_or(|wanted| wanted == told) && !state.is_forgotten(event)
    })?;
    Ok(listed("/v1/events", &page, |event| shape(state, event)))
}

fn shape(state: &State, event: &Event) -> Value {
    objects::event(event, state.post.pending(&event.id))
}

fn kinds(form: &Form) -> Result<Vec<&str>, Failure> {
    let mut kinds = form.list("types");
    match form.get("type") {
        Some(_) if !kinds.is_empty() => {
            let message = "You may pass either `type` or `types`, but not both.".to_owned();
            return Err(Failure::refused("type", message));
        }
        Some(kind) => kinds.push(kind),
        None => {}
    }
    if kinds.len() > MOST_TYPES {
        let message = format!("You may pass up to {MOST_TYPES} types.");
        return Err(Failure::refused("types", message));
    }
    Ok(kinds)
}

/// Whether an event is of a kind, in which `*` stands for any end.
fn is_kind(kind: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == wanted,
    }
}
