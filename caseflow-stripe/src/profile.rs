//! What the adapter is, and what a page needs that leads to Stripe or embeds its form.

use caseflow_core::domain::gateway::{GatewayName, Merchant};
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::{ContentSources, GatewayProfile};

use crate::settings::{Form, SettingsError, StripeSettings};

/// The script that shows an embedded page, of the release that goes with the version of the API.
const SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";
/// What that script puts on the window, and what of it makes a form of a checkout's secret.
pub(crate) const ENTRY: (&str, &str) = ("Stripe", "createEmbeddedCheckoutPage");

const CHECKOUT: &str = "https://checkout.stripe.com";
const SCRIPTS: &str = "https://js.stripe.com";
const ANY: &str = "https://*.stripe.com";

pub(crate) fn profile(settings: &StripeSettings) -> Result<GatewayProfile, SettingsError> {
    let name = |_| SettingsError::Base;
    Ok(GatewayProfile {
        merchant: Merchant {
            gateway: GatewayName::parse("stripe").map_err(name)?,
            account: settings.account.clone(),
            mode: settings.secret_key.mode(),
        },
        display_name: Line::parse("Stripe").map_err(|_| SettingsError::Base)?,
        content: content(settings)?,
    })
}

fn content(settings: &StripeSettings) -> Result<ContentSources, SettingsError> {
    let origins = |texts: &[&str]| -> Result<Vec<Line<200>>, SettingsError> {
        let lines = texts.iter().map(|text| Line::parse(text));
        lines
            .collect::<Result<_, _>>()
            .map_err(|_| SettingsError::Base)
    };
    let local = match settings.base.is_local() {
        true => origins(&[settings.base.origin()])?,
        false => vec![],
    };
    let and_local = |texts: &[&str]| Ok([origins(texts)?, local.clone()].concat());
    let mut pages = origins(&[CHECKOUT])?;
    pages.extend(settings.own_domain.clone());
    pages.extend(local.clone());
    match settings.form {
        Form::HostedPage => Ok(ContentSources {
            form: pages,
            ..ContentSources::default()
        }),
        Form::EmbeddedPage(_) => Ok(ContentSources {
            form: pages,
            script: and_local(&[CHECKOUT, SCRIPTS])?,
            frame: and_local(&[CHECKOUT, SCRIPTS])?,
            connect: and_local(&[CHECKOUT, SCRIPTS])?,
            image: origins(&[ANY])?,
        }),
    }
}

/// The script that shows an embedded page: a double on this machine has its own.
pub(crate) fn script(settings: &StripeSettings) -> Result<Line<500>, SettingsError> {
    let address = match settings.base.is_local() {
        true => format!("{}/embed.js", settings.base.origin()),
        false => SCRIPT.to_owned(),
    };
    Line::parse(&address).map_err(|_| SettingsError::Base)
}

#[cfg(test)]
mod tests {
    use caseflow_core::domain::gateway::AccountTag;

    use super::*;
    use crate::settings::{SecretKey, WebhookSecret};

    #[test]
    fn the_script_is_of_the_release_of_the_api() {
        let version = stripe_shared::version::VERSION.to_string();
        let release = version.rsplit('.').next().unwrap();
        let wanted = format!("https://js.stripe.com/{release}/stripe.js");
        let settings = StripeSettings::new(
            SecretKey::parse("sk_test_1").unwrap(),
            vec![WebhookSecret::parse("whsec_1").unwrap()],
            AccountTag::parse("acct_1").unwrap(),
        );
        assert_eq!(script(&settings.unwrap()).unwrap().as_str(), wanted);
    }
}
