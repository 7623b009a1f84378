//! The hosted pages: a form that takes cards of the demonstration alone, and works without scripts.

mod assets;
mod html;
mod shown;

use http::Method;

use super::call::Call;
use super::model::{Session, Stage, Ui};
use super::pay;
use super::reply::Reply;
use super::state::State;
use shown::Shown;

/// Answers for everything that is no call of the API.
pub(super) fn answer(state: &mut State, call: &Call) -> Reply {
    let parts: Vec<&str> = call.path.trim_matches('/').split('/').collect();
    match (&call.method, parts.as_slice()) {
        (&Method::GET, ["embed.js"]) => assets::embed(&state.account.base),
        (&Method::GET, ["c", "demo.css"]) => assets::style(),
        (&Method::GET, ["c", "done.js"]) => assets::done(),
        (_, ["c", "pay", token]) => with(state, token, |state, shown| pay_page(state, call, shown)),
        (_, ["c", "pay", token, "bank"]) => {
            with(state, token, |state, shown| bank_page(state, call, shown))
        }
        _ => missing(state),
    }
}

/// Finds the checkout that a page is about. Its id opens its own page, and its client secret the
/// one in a frame.
fn with(state: &mut State, token: &str, page: impl FnOnce(&mut State, &Shown) -> Reply) -> Reply {
    let id = token.split("_secret_").next().unwrap_or_default();
    let opens = |session: &&Session| match session.asked.ui {
        Ui::Hosted => session.id == token,
        Ui::Embedded => session.secret.as_deref() == Some(token),
    };
    let Some(session) = state.sessions.find(id).filter(opens) else {
        return missing(state);
    };
    let shown = Shown::new(session, token, &state.account.base);
    page(state, &shown)
}

fn pay_page(state: &mut State, call: &Call, shown: &Shown) -> Reply {
    match shown.session.stage {
        Stage::Expired => return shown.expired(),
        Stage::Complete => return shown.finished(),
        Stage::Open => {}
    }
    match call.method {
        Method::POST => paid(state, call, shown),
        _ => shown.form(None),
    }
}

fn paid(state: &mut State, call: &Call, shown: &Shown) -> Reply {
    let id = &shown.session.id;
    let debit = pay::debit(&shown.session).filter(|_| call.form.get("way") == Some("debit"));
    if let Some(scheme) = debit {
        let outcome = state.pay_by_debit(id, &scheme);
        return shown.after(outcome);
    }
    let digits = call.form.get("card").unwrap_or_default().chars();
    let number: String = digits.filter(|c| !matches!(c, ' ' | '-')).collect();
    let Some(card) = pay::card(&number) else {
        return shown.form(Some(UNKNOWN_CARD));
    };
    if let Some(problem) = unusable(call, state.now()) {
        return shown.form(Some(problem));
    }
    let outcome = state.pay_by_card(id, &number, card);
    shown.after(outcome)
}

const UNKNOWN_CARD: &str = "Only the cards of the demonstration work here, such as 4242 4242 4242 \
     4242. Never enter a real card.";

/// What is wrong with the date or the code that were given.
fn unusable(call: &Call, now: i64) -> Option<&'static str> {
    let code = call.form.get("code").unwrap_or_default();
    if !matches!(code.len(), 3 | 4) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("The security code has three or four digits; any will do.");
    }
    let expiry = call.form.get("expiry").unwrap_or_default();
    let ends = expiry.split_once('/').and_then(|(month, year)| {
        let (month, year) = (month.trim().parse::<i64>(), year.trim().parse::<i64>());
        Some((
            month.ok().filter(|m| (1..=12).contains(m))?,
            year.ok()? % 100,
        ))
    });
    match ends {
        None => Some("The expiry date is written as month and year, such as 12/34."),
        Some((month, year)) if is_past(month, year, now) => Some("Your card has expired."),
        Some(_) => None,
    }
}

fn is_past(month: i64, year: i64, now: i64) -> bool {
    use chrono::Datelike;
    let today = chrono::DateTime::from_timestamp(now, 0).unwrap_or_default();
    (2000 + year, month) < (i64::from(today.year()), i64::from(today.month()))
}

fn bank_page(state: &mut State, call: &Call, shown: &Shown) -> Reply {
    let intent = shown.session.intent.as_deref();
    let intent = intent.and_then(|id| state.intents.find(id));
    if intent.is_none_or(|intent| intent.status != "requires_action") {
        return Reply::see_other(&shown.address());
    }
    match (&call.method, call.form.get("answer")) {
        (&Method::POST, Some("complete")) => {
            let outcome = state.answer_bank(&shown.session.id, true);
            shown.after(outcome)
        }
        (&Method::POST, _) => {
            let outcome = state.answer_bank(&shown.session.id, false);
            shown.after(outcome)
        }
        _ => shown.bank(),
    }
}

fn missing(state: &State) -> Reply {
    let body = "<h1>Nothing here</h1>\n<p>This page does not exist.</p>";
    let page = html::document(&state.account.base, "Nothing here", body);
    html::secured(Reply::html(404, page), "'none'", "'none'")
}
