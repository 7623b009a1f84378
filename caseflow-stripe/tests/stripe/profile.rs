//! What settings are taken, what they say of themselves, and what a page is told.

use std::sync::Arc;

use caseflow_core::domain::gateway::Mode;
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::PaymentGateway;
use caseflow_stripe::{
    ApiBase, Form, PublishableKey, SecretKey, SettingsError, Stripe, StripeSettings, WebhookSecret,
};

use crate::support::{Still, settings};

fn made(settings: StripeSettings) -> Result<Stripe, SettingsError> {
    Stripe::new(settings, Arc::new(Still::default()))
}

fn texts(lines: &[Line<200>]) -> Vec<&str> {
    lines.iter().map(Line::as_str).collect()
}

#[test]
fn the_mode_is_the_keys() {
    for (key, mode) in [
        ("sk_test_1", Mode::Test),
        ("rk_test_1", Mode::Test),
        ("sk_live_1", Mode::Live),
        ("rk_live_1", Mode::Live),
    ] {
        assert_eq!(SecretKey::parse(key).unwrap().mode(), mode);
    }
    for wrong in [
        "",
        "sk_test_",
        "pk_test_1",
        "sk_1",
        "sk_prod_1",
        " sk_test_1",
        "sk_test_1\n",
        "sk_test_a b",
    ] {
        assert_eq!(
            SecretKey::parse(wrong),
            Err(SettingsError::SecretKey),
            "{wrong:?}"
        );
    }
    for wrong in ["", "whsec_", "secret", "whsec_a b", "whsec_a\n"] {
        assert_eq!(
            WebhookSecret::parse(wrong),
            Err(SettingsError::WebhookSecret),
            "{wrong:?}"
        );
    }
    assert_eq!(
        PublishableKey::parse("sk_test_1"),
        Err(SettingsError::PublishableKey)
    );
}

#[test]
fn secrets_go_only_over_tls_or_stay_on_this_machine() {
    for good in [
        "https://api.stripe.com",
        "https://api.stripe.com/",
        "https://10.0.0.1:8443",
        "http://127.0.0.1:12111",
        "http://[::1]:1",
        "http://localhost:1",
    ] {
        assert!(ApiBase::parse(good).is_ok(), "{good}");
    }
    for wrong in [
        "",
        "api.stripe.com",
        "http://api.stripe.com",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "https://user:secret@api.stripe.com",
        "https://api.stripe.com/v1",
        "https://api.stripe.com?x",
        "https://api.stripe.com#x",
        "http://localhost.evil.example",
    ] {
        assert_eq!(ApiBase::parse(wrong), Err(SettingsError::Base), "{wrong}");
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let mut unsigned = settings();
    unsigned.webhook_secrets.clear();
    assert_eq!(made(unsigned).err(), Some(SettingsError::NoWebhookSecret));
    let mut mixed = settings();
    mixed.form = Form::EmbeddedPage(PublishableKey::parse("pk_live_1").unwrap());
    assert_eq!(made(mixed).err(), Some(SettingsError::MixedModes));
}

#[test]
fn nothing_shows_a_secret() {
    let shown = format!("{:?} {:?}", settings(), made(settings()).unwrap());
    for secret in ["51Secret", "whsec_", "first", "second"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn a_page_that_leads_to_a_hosted_one_admits_no_script() {
    let mut settings = settings();
    settings.own_domain = Some(Line::parse("https://pay.firm.example").unwrap());
    let stripe = made(settings).unwrap();
    let content = &stripe.profile().content;
    assert_eq!(
        texts(&content.form),
        ["https://checkout.stripe.com", "https://pay.firm.example"]
    );
    assert!(content.script.is_empty() && content.frame.is_empty());
    assert!(content.connect.is_empty() && content.image.is_empty());
    assert_eq!(
        stripe.profile().merchant.to_string(),
        "stripe:acct_1Firm:test"
    );
    assert_eq!(stripe.profile().display_name.as_str(), "Stripe");
}

#[test]
fn a_page_that_embeds_the_form_admits_what_the_form_needs() {
    let mut settings = settings();
    settings.form = Form::EmbeddedPage(PublishableKey::parse("pk_test_1").unwrap());
    let stripe = made(settings).unwrap();
    let content = &stripe.profile().content;
    let both = ["https://checkout.stripe.com", "https://js.stripe.com"];
    assert_eq!(texts(&content.script), both);
    assert_eq!(texts(&content.frame), both);
    assert_eq!(texts(&content.connect), both);
    assert_eq!(texts(&content.image), ["https://*.stripe.com"]);
}

#[test]
fn a_double_on_this_machine_may_show_its_page() {
    let mut settings = settings();
    settings.base = ApiBase::parse("http://127.0.0.1:12111/").unwrap();
    let stripe = made(settings).unwrap();
    let form = &stripe.profile().content.form;
    assert_eq!(
        texts(form),
        ["https://checkout.stripe.com", "http://127.0.0.1:12111"]
    );
}
