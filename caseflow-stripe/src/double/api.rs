//! The part of Stripe's API that the double has.

mod events;
mod expand;
mod methods;
mod money_back;
mod payments;
mod sessions;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::Value;

use super::call::Call;
use super::failure::Failure;
use super::form::Form;
use super::objects;
use super::state::{Account, State};
use super::table::{LIST, Page};

/// The parameters of requests for one object.
const ONE: &[&str] = &["expand[]"];

/// Does what is asked for.
pub(super) fn answer(state: &mut State, call: &Call) -> Result<Value, Failure> {
    let path = call.path.strip_prefix("/v1/").unwrap_or_default();
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let mut object = match call.method {
        Method::GET => read(state, &parts, call)?,
        Method::POST => write(state, &parts, call)?,
        _ => return Err(unrecognized(call)),
    };
    expand::expand(state, &mut object, &call.form)?;
    Ok(object)
}

fn write(state: &mut State, parts: &[&str], call: &Call) -> Result<Value, Failure> {
    match parts {
        ["checkout", "sessions"] => sessions::create(state, call),
        ["checkout", "sessions", id, "expire"] => sessions::expire(state, id, &call.form),
        ["refunds"] => money_back::refund(state, &call.form),
        _ => Err(unrecognized(call)),
    }
}

fn read(state: &State, parts: &[&str], call: &Call) -> Result<Value, Failure> {
    let form = &call.form;
    match parts {
        ["checkout", "sessions"] => sessions::list(state, form),
        ["checkout", "sessions", id, "line_items"] => sessions::line_items(state, id, form),
        ["payment_intents"] => payments::intents(state, form),
        ["charges"] => payments::charges(state, form),
        ["refunds"] => money_back::refunds(state, form),
        ["disputes"] => money_back::disputes(state, form),
        ["events"] => events::list(state, form),
        ["account"] => one(form, objects::account(&state.account, state.now())),
        ["accounts", id] if *id == state.account.id => {
            one(form, objects::account(&state.account, state.now()))
        }
        ["checkout", rest @ ..] => one_of(state, rest, call),
        _ => one_of(state, parts, call),
    }
}

fn one_of(state: &State, parts: &[&str], call: &Call) -> Result<Value, Failure> {
    let object = match parts {
        ["sessions", id] => objects::session(state, &state.sessions.need(id, "session")?),
        ["payment_intents", id] => objects::intent(state, &state.intents.need(id, "intent")?),
        ["charges", id] => objects::charge(state, &state.charges.need(id, "charge")?),
        ["refunds", id] => objects::refund(&state.refunds.need(id, "refund")?),
        ["disputes", id] => objects::dispute(state, &state.disputes.need(id, "dispute")?),
        ["balance_transactions", id] => objects::transaction(&state.transactions.need(id, "id")?),
        ["events", id] => events::event(state, id)?,
        _ => return Err(unrecognized(call)),
    };
    one(&call.form, object)
}

fn one(form: &Form, object: Value) -> Result<Value, Failure> {
    form.check(&[ONE])?;
    Ok(object)
}

/// The page of a list, whose parameters are checked.
fn listed<T>(url: &str, page: &Page<T>, shape: impl Fn(&T) -> Value) -> Value {
    let data: Vec<Value> = page.rows.iter().map(shape).collect();
    objects::list(url, &data, page.has_more)
}

/// Refuses what a list does not take.
fn check_list(form: &Form, filters: &[&str]) -> Result<(), Failure> {
    form.check(&[LIST, filters])
}

/// Whether a filter is absent or names this.
fn is_asked(form: &Form, name: &str, value: &str) -> bool {
    form.get(name).is_none_or(|wanted| wanted == value)
}

fn unrecognized(call: &Call) -> Failure {
    let message = format!(
        "Unrecognized request URL ({}: {}). Please see https://stripe.com/docs or we can help at \
         https://support.stripe.com/.",
        call.method, call.path
    );
    Failure::plain(404, message)
}

/// Whether the caller may call at all.
pub(super) fn authorize(account: &Account, call: &Call) -> Result<(), Failure> {
    let Some(key) = call.authorization.as_deref().and_then(presented) else {
        return Err(Failure::plain(401, NO_KEY.to_owned()));
    };
    if key != account.key {
        let end: String = key.chars().rev().take(4).collect();
        let end: String = end.chars().rev().collect();
        return Err(Failure::plain(
            401,
            format!("Invalid API Key provided: ****{end}"),
        ));
    }
    match call.account.as_deref() {
        Some(other) if other != account.id => Err(foreign(other)),
        _ => Ok(()),
    }
}

const NO_KEY: &str = "You did not provide an API key. You need to provide your API key in the \
     Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";

fn foreign(account: &str) -> Failure {
    let message = format!(
        "The provided key does not have access to account '{account}' (or that account does not \
         exist). Application access may have been revoked."
    );
    Failure {
        code: Some("account_invalid"),
        ..Failure::plain(403, message)
    }
}

/// The key of a bearer, or the name of basic authorization.
fn presented(header: &str) -> Option<String> {
    let (scheme, rest) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    plain.split(':').next().map(str::to_owned)
}
