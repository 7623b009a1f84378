//! Which ways of paying a checkout offers.
//!
//! Until the API version 2026-09-30 a request could name them (`payment_method_types`). Since then it
//! only narrows what the dashboard offers (`allowed_payment_method_types`,
//! `excluded_payment_method_types`).

use super::super::failure::Failure;
use super::super::form::Form;
use super::super::model::Methods;
use super::super::pay;

/// The parameters of this version.
pub(super) const NARROWED: &[&str] = &[
    "allowed_payment_method_types[]",
    "excluded_payment_method_types[]",
];
/// The parameter of those before.
pub(super) const NAMED: &[&str] = &["payment_method_types[]"];

const SINCE: &str = "2026-09-30";

const TYPES: &str = "acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit \
     bacs_debit bancontact billie bizum blik boleto card cashapp crypto customer_balance eps fpx \
     giropay grabpay ideal kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco \
     naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay \
     revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi \
     us_bank_account wechat_pay zip";

/// The parameters that a request of this version may use.
pub(super) fn parameters(version: Option<&str>) -> &'static [&'static str] {
    match version {
        Some(version) if version < SINCE => NAMED,
        _ => NARROWED,
    }
}

/// The ways of paying that are asked for, in a checkout of this currency.
pub(super) fn asked(form: &Form, currency: &str) -> Result<Methods, Failure> {
    let named = types(form, "payment_method_types")?;
    let allowed = types(form, "allowed_payment_method_types")?;
    let excluded = types(form, "excluded_payment_method_types")?;
    if !named.is_empty() {
        named.iter().try_for_each(|method| fits(method, currency))?;
        return Ok(Methods {
            offered: named,
            allowed: None,
            by_dashboard: false,
        });
    }
    let mut offered = pay::dashboard(currency);
    offered.retain(|method| allowed.is_empty() || allowed.contains(method));
    offered.retain(|method| !excluded.contains(method));
    if offered.is_empty() {
        let message = format!(
            "No payment method types enabled for this Checkout Session. Please ensure that you \
             have activated payment methods compatible with {currency} in your dashboard."
        );
        return Err(Failure::refused("allowed_payment_method_types", message));
    }
    let allowed = (!allowed.is_empty()).then_some(allowed);
    Ok(Methods {
        offered,
        allowed,
        by_dashboard: true,
    })
}

fn types(form: &Form, name: &str) -> Result<Vec<String>, Failure> {
    let given = form.list(name);
    let unknown = |method: &&str| !TYPES.split_whitespace().any(|known| known == *method);
    if let Some(method) = given.iter().copied().find(unknown) {
        let known = TYPES.split_whitespace().collect::<Vec<_>>().join(", ");
        let message = format!("Invalid {name}: must be one of {known}. You passed {method}.");
        return Err(Failure::refused(name, message));
    }
    Ok(given.into_iter().map(str::to_owned).collect())
}

fn fits(method: &str, currency: &str) -> Result<(), Failure> {
    if method == "card" || pay::dashboard(currency).iter().any(|known| known == method) {
        return Ok(());
    }
    let message = format!(
        "The payment method type provided: {method} is invalid. It must be one that is enabled in \
         the dashboard and allows payments in {currency}."
    );
    Err(Failure::refused("payment_method_types", message))
}
