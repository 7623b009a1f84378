//! The requests that write, as Stripe's own types.

use std::collections::HashMap;

use caseflow_core::domain::gateway::AttemptTag;
use caseflow_core::domain::text::LanguageTag;
use caseflow_core::ports::payments::{RefundPayment, StartPayment};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing,
    CreateCheckoutSessionAllowedPaymentMethodTypes as Method, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData, ProductData,
};
use stripe_core::refund::CreateRefund;
use stripe_shared::{CheckoutSessionLocale, CheckoutSessionMode, CheckoutSessionUiMode};
use stripe_types::Currency;

use crate::object::{Kind, ObjectId};
use crate::settings::{Form, Methods};

/// Names of what we attach to the objects at Stripe.
pub(crate) mod label {
    pub(crate) const FIRM: &str = "caseflow_firm";
    pub(crate) const ATTEMPT: &str = "caseflow_attempt";
    pub(crate) const REFUND: &str = "caseflow_refund";
}

/// A checkout of one sum. The same order makes the same request.
pub(crate) fn checkout(
    start: &StartPayment,
    sent: i64,
    form: &Form,
    methods: Methods,
) -> CreateCheckoutSession {
    let order = &start.order;
    let request = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items(vec![line_item(start, sent)])
        .client_reference_id(start.tag.attempt.to_string())
        .metadata(labels(start.tag))
        .payment_intent_data(intent_data(start))
        .adaptive_pricing(in_this_currency())
        .expires_at(order.expires_at.micros() / 1_000_000)
        .customer_email(order.email.as_str())
        .locale(locale(&order.language));
    let request = match methods {
        Methods::CardOnly => request.allowed_payment_method_types(vec![Method::Card]),
        Methods::AsSwitchedOn => request,
    };
    let return_url = order.return_url.as_str();
    match form {
        Form::HostedPage => request
            .ui_mode(CheckoutSessionUiMode::HostedPage)
            .success_url(return_url)
            .cancel_url(order.cancel_url.as_str()),
        Form::EmbeddedPage(_) => request
            .ui_mode(CheckoutSessionUiMode::EmbeddedPage)
            .return_url(return_url),
    }
}

fn line_item(start: &StartPayment, sent: i64) -> CreateCheckoutSessionLineItems {
    let code = start.amount.currency().code().to_lowercase();
    // What the family's list lacks is sent as it stands; our own table has looked already.
    let currency = code.parse().unwrap_or(Currency::Unknown(code));
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency);
    price.unit_amount = Some(sent);
    price.product_data = Some(ProductData::new(start.order.description.as_str()));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(1);
    item
}

/// Stripe does not copy the labels of a session to its payment.
fn intent_data(start: &StartPayment) -> CreateCheckoutSessionPaymentIntentData {
    let mut data = CreateCheckoutSessionPaymentIntentData::new();
    data.description = Some(start.order.description.to_string());
    data.metadata = Some(labels(start.tag));
    data
}

/// Else the account's own setting might show the payer another currency.
fn in_this_currency() -> CreateCheckoutSessionAdaptivePricing {
    let mut pricing = CreateCheckoutSessionAdaptivePricing::new();
    pricing.enabled = Some(false);
    pricing
}

fn labels(tag: AttemptTag) -> HashMap<String, String> {
    HashMap::from([
        (label::FIRM.to_owned(), tag.firm.to_string()),
        (label::ATTEMPT.to_owned(), tag.attempt.to_string()),
    ])
}

/// None when the charge is none of Stripe's.
pub(crate) fn refund(refund: &RefundPayment, sent: i64) -> Option<CreateRefund> {
    let mut metadata = labels(refund.tag);
    metadata.insert(label::REFUND.to_owned(), refund.refund.to_string());
    let request = CreateRefund::new().amount(sent).metadata(metadata);
    let charged = ObjectId::of_txn(&refund.txn)?;
    match charged.kind {
        Kind::Intent => Some(request.payment_intent(charged.into_any_text())),
        Kind::Charge => Some(request.charge(charged.into_any_text())),
        Kind::Session | Kind::Refund | Kind::Dispute => None,
    }
}

/// The nearest language of Stripe's pages; the browser's own when there is none.
fn locale(language: &LanguageTag) -> CheckoutSessionLocale {
    let tag = language.as_str();
    let near = match tag {
        "zh-Hant" | "zh-Hant-TW" => "zh-TW",
        "zh-Hant-HK" => "zh-HK",
        "es-ES" => "es",
        "no" | "nn" => "nb",
        "tl" => "fil",
        _ if tag.starts_with("es-") => "es-419",
        _ => tag,
    };
    let known = |tag: &str| {
        tag.parse()
            .ok()
            .filter(|locale| !matches!(locale, CheckoutSessionLocale::Unknown(_)))
    };
    let alone = near.split('-').next().unwrap_or(near);
    known(near)
        .or_else(|| known(alone))
        .unwrap_or(CheckoutSessionLocale::Auto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_finds_the_nearest_page() {
        for (tag, page) in [
            ("en", "en"),
            ("en-GB", "en-GB"),
            ("en-US", "en"),
            ("de-CH", "de"),
            ("pt-BR", "pt-BR"),
            ("es-MX", "es-419"),
            ("es-ES", "es"),
            ("zh-Hant-TW", "zh-TW"),
            ("zh-Hans", "zh"),
            ("nn", "nb"),
            ("sw", "auto"),
            ("ar", "auto"),
        ] {
            let language = LanguageTag::parse(tag).unwrap();
            assert_eq!(locale(&language).to_string(), page, "{tag}");
        }
    }
}
