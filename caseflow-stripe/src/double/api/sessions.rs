//! Checkout sessions.

use serde_json::Value;

use super::super::call::Call;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::model::{Asked, Line, Session, Stage, Ui};
use super::super::money;
use super::super::objects;
use super::super::state::State;
use super::super::table::page;
use super::{ONE, check_list, is_asked, listed, methods};

const URL: &str = "/v1/checkout/sessions";

/// What the double understands.
const KNOWN: &[&str] = &[
    "adaptive_pricing[enabled]",
    "cancel_url",
    "client_reference_id",
    "currency",
    "customer_email",
    "expand[]",
    "expires_at",
    "line_items[][price_data][currency]",
    "line_items[][price_data][product_data][description]",
    "line_items[][price_data][product_data][metadata][*]",
    "line_items[][price_data][product_data][name]",
    "line_items[][price_data][unit_amount]",
    "line_items[][quantity]",
    "locale",
    "metadata[*]",
    "mode",
    "payment_intent_data[description]",
    "payment_intent_data[metadata][*]",
    "payment_intent_data[receipt_email]",
    "redirect_on_completion",
    "return_url",
    "submit_type",
    "success_url",
    "ui_mode",
];

/// What changes nothing that the double does.
const IGNORED: &[&str] = &[
    "allow_promotion_codes",
    "automatic_tax[enabled]",
    "billing_address_collection",
    "customer_creation",
    "payment_intent_data[statement_descriptor]",
    "payment_intent_data[statement_descriptor_suffix]",
    "payment_method_options[card][request_three_d_secure]",
    "phone_number_collection[enabled]",
];

const LOCALES: &[&str] = &[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
    "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt",
    "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

const HALF_AN_HOUR: i64 = 1800;
const DAY: i64 = 86_400;

/// Opens a checkout.
pub(super) fn create(state: &mut State, call: &Call) -> Result<Value, Failure> {
    let form = &call.form;
    form.check(&[KNOWN, IGNORED, methods::parameters(call.version.as_deref())])?;
    let asked = asked(state, form)?;
    let total = asked
        .lines
        .iter()
        .map(|line| line.unit.saturating_mul(line.quantity));
    let total = total.fold(0_i64, i64::saturating_add);
    money::check(total, &asked.currency, "line_items")?;
    let mode = if state.account.live {
        "cs_live_a1"
    } else {
        "cs_test_a1"
    };
    let id = state.id(mode, 56);
    let embedded = asked.ui == Ui::Embedded;
    let session = Session {
        secret: embedded.then(|| state.id(&format!("{id}_secret_"), 40)),
        id,
        created: state.now(),
        total,
        currency: asked.currency.clone(),
        asked,
        stage: Stage::Open,
        paid: false,
        intent: None,
    };
    state.sessions.push(session.clone());
    Ok(objects::session(state, &session))
}

fn asked(state: &State, form: &Form) -> Result<Asked, Failure> {
    form.required("mode")?;
    form.choice("mode", &["payment"])?;
    let ui = ui(form)?;
    let redirect = form.choice(
        "redirect_on_completion",
        &["always", "if_required", "never"],
    )?;
    let redirect = redirect.unwrap_or("always").to_owned();
    urls(form, ui, &redirect)?;
    let currency = currency(form)?;
    Ok(Asked {
        ui,
        lines: lines(state, form, &currency)?,
        methods: methods::asked(form, &currency)?,
        currency,
        success_url: form.text("success_url"),
        cancel_url: form.text("cancel_url"),
        return_url: form.text("return_url"),
        redirect,
        reference: short(form, "client_reference_id", 200)?,
        email: email(form, "customer_email")?,
        locale: form.choice("locale", LOCALES)?.map(str::to_owned),
        submit_type: form.choice("submit_type", SUBMITS)?.map(str::to_owned),
        adaptive_pricing: form.boolean("adaptive_pricing[enabled]")?.unwrap_or(true),
        metadata: form.map("metadata")?,
        intent_metadata: form.map("payment_intent_data[metadata]")?,
        description: short(form, "payment_intent_data[description]", 1000)?,
        receipt_email: email(form, "payment_intent_data[receipt_email]")?,
        expires_at: expiry(form, state.now())?,
    })
}

const SUBMITS: &[&str] = &["auto", "book", "donate", "pay", "subscribe"];

fn ui(form: &Form) -> Result<Ui, Failure> {
    let words = ["hosted_page", "embedded_page", "hosted", "embedded"];
    match form.choice("ui_mode", &words)? {
        Some("embedded_page" | "embedded") => Ok(Ui::Embedded),
        _ => Ok(Ui::Hosted),
    }
}

fn urls(form: &Form, ui: Ui, redirect: &str) -> Result<(), Failure> {
    let (needed, barred): (_, &[&str]) = match ui {
        Ui::Hosted => (
            Some("success_url"),
            &["return_url", "redirect_on_completion"],
        ),
        Ui::Embedded if redirect == "never" => (None, &["success_url", "cancel_url", "return_url"]),
        Ui::Embedded => (Some("return_url"), &["success_url", "cancel_url"]),
    };
    if let Some(name) = barred.iter().find(|name| form.has(name)) {
        let message = format!("`{name}` cannot be used with this `ui_mode`.");
        return Err(Failure::refused(name, message));
    }
    if let Some(name) = needed {
        form.required(name)?;
    }
    let names = ["success_url", "cancel_url", "return_url"];
    names.iter().try_for_each(|name| url(form, name))
}

fn url(form: &Form, name: &str) -> Result<(), Failure> {
    let Some(value) = form.get(name) else {
        return Ok(());
    };
    let rest = value
        .strip_prefix("https://")
        .or(value.strip_prefix("http://"));
    let fits = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    if fits && value.len() <= 5000 {
        return Ok(());
    }
    Err(Failure::invalid(
        "url_invalid",
        name,
        "Not a valid URL".to_owned(),
    ))
}

/// The currency that all lines have.
fn currency(form: &Form) -> Result<String, Failure> {
    let name = "line_items[0][price_data][currency]";
    if !form.has("line_items[0]") {
        return Err(Failure::missing("line_items"));
    }
    let currency = money::currency(form.required(name)?, name)?;
    if form
        .get("currency")
        .is_some_and(|other| !other.eq_ignore_ascii_case(&currency))
    {
        let message = "The currency of the line items must match `currency`.".to_owned();
        return Err(Failure::refused("currency", message));
    }
    Ok(currency)
}

fn lines(state: &State, form: &Form, currency: &str) -> Result<Vec<Line>, Failure> {
    let places = (0..100).take_while(|place| form.has(&format!("line_items[{place}]")));
    places
        .map(|place| line(state, form, currency, place))
        .collect()
}

fn line(state: &State, form: &Form, currency: &str, place: usize) -> Result<Line, Failure> {
    let at = |rest: &str| format!("line_items[{place}]{rest}");
    let own = at("[price_data][currency]");
    if money::currency(form.required(&own)?, &own)? != currency {
        let message = "All line items must have the same currency.".to_owned();
        return Err(Failure::refused(&own, message));
    }
    Ok(Line {
        id: state.id("li_1", 23),
        price: state.id("price_1", 23),
        product: state.id("prod_", 14),
        name: form
            .required(&at("[price_data][product_data][name]"))?
            .to_owned(),
        unit: counted(form, &at("[price_data][unit_amount]"))?,
        quantity: counted(form, &at("[quantity]"))?,
    })
}

/// A number that has to be there and is not negative.
fn counted(form: &Form, name: &str) -> Result<i64, Failure> {
    form.required(name)?;
    match form.integer(name)? {
        Some(number @ 0..) => Ok(number),
        _ => Err(Failure::invalid(
            "parameter_invalid_integer",
            name,
            "This value must be greater than or equal to 0.".to_owned(),
        )),
    }
}

fn short(form: &Form, name: &str, most: usize) -> Result<Option<String>, Failure> {
    let value = form.text(name);
    if value
        .as_ref()
        .is_some_and(|text| text.chars().count() > most)
    {
        let message = format!("Invalid string: it must be at most {most} characters.");
        return Err(Failure::invalid("parameter_invalid_string", name, message));
    }
    Ok(value)
}

fn email(form: &Form, name: &str) -> Result<Option<String>, Failure> {
    let value = short(form, name, 800)?;
    let fits = |text: &String| text.contains('@') && !text.contains(char::is_whitespace);
    match value {
        Some(text) if !fits(&text) => Err(Failure::invalid(
            "email_invalid",
            name,
            format!("Invalid email address: {text}"),
        )),
        fine => Ok(fine),
    }
}

fn expiry(form: &Form, now: i64) -> Result<i64, Failure> {
    let Some(at) = form.integer("expires_at")? else {
        return Ok(now + DAY);
    };
    let wrong = match at - now {
        ..HALF_AN_HOUR => "at least 30 minutes",
        HALF_AN_HOUR..=DAY => return Ok(at),
        _ => "less than 24 hours",
    };
    let message =
        format!("The `expires_at` timestamp must be {wrong} from Checkout Session creation.");
    Err(Failure::refused("expires_at", message))
}

/// Closes a checkout.
pub(super) fn expire(state: &mut State, id: &str, form: &Form) -> Result<Value, Failure> {
    form.check(&[ONE])?;
    let session = state.sessions.need(id, "session")?;
    let standing = match session.stage {
        Stage::Open => {
            state.expire(id);
            return Ok(objects::session(
                state,
                &state.sessions.need(id, "session")?,
            ));
        }
        Stage::Complete => "complete",
        Stage::Expired => "expired",
    };
    let message = format!(
        "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session \
         has a status of `{standing}`."
    );
    Err(Failure::state(None, message))
}

/// Checkouts, newest first.
pub(super) fn list(state: &State, form: &Form) -> Result<Value, Failure> {
    check_list(form, &["payment_intent", "status"])?;
    form.choice("status", &["open", "complete", "expired"])?;
    let page = page(&state.sessions, form, |session| {
        let status = match session.stage {
            Stage::Open => "open",
            Stage::Complete => "complete",
            Stage::Expired => "expired",
        };
        let intent = session.intent.as_deref().unwrap_or_default();
        is_asked(form, "payment_intent", intent) && is_asked(form, "status", status)
    })?;
    Ok(listed(URL, &page, |session| {
        objects::session(state, session)
    }))
}

/// The lines of a checkout.
pub(super) fn line_items(state: &State, id: &str, form: &Form) -> Result<Value, Failure> {
    check_list(form, &[])?;
    let session = state.sessions.need(id, "session")?;
    let lines = objects::line_items(state, &session);
    Ok(objects::list(
        &format!("{URL}/{id}/line_items"),
        &lines,
        false,
    ))
}
