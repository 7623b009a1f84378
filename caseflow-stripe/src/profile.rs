//! What the adapter is, and what a page needs that leads to Stripe or embeds its form.

use caseflow_core::domain::gateway::{GatewayName, Merchant};
use caseflow_core::domain::text::Line;
use caseflow_core::ports::payments::{ContentSources, GatewayProfile};

use crate::settings::{Form, SettingsError, StripeSettings};

/// The script that shows an embedded page, of the release that goes with the version of the API.
pub(crate) const SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";

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
    let mut pages = origins(&[CHECKOUT])?;
    pages.extend(settings.own_domain.clone());
    if settings.base.is_local() {
        pages.extend(origins(&[settings.base.origin()])?);
    }
    match settings.form {
        Form::HostedPage => Ok(ContentSources {
            form: pages,
            ..ContentSources::default()
        }),
        Form::EmbeddedPage(_) => Ok(ContentSources {
            form: pages,
            script: origins(&[CHECKOUT, SCRIPTS])?,
            frame: origins(&[CHECKOUT, SCRIPTS])?,
            connect: origins(&[CHECKOUT, SCRIPTS])?,
            image: origins(&[ANY])?,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_of_the_release_of_the_api() {
        let version = stripe_shared::version::VERSION.to_string();
        let release = version.rsplit('.').next().unwrap();
        assert_eq!(SCRIPT, format!("https://js.stripe.com/{release}/stripe.js"));
    }
}
