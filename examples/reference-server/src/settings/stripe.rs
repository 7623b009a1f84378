//! What the operator has decided about payments through Stripe.

use caseflow_core::domain::gateway::{AccountTag, Mode as Money};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::text::Line;
use caseflow_stripe::{
    ApiBase, Form, Methods, PublishableKey, SecretKey, StripeSettings, WebhookSecret,
};

use super::{Given, Mode, Problem, secret};

/// An account at Stripe, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StripeAccount {
    pub(crate) settings: StripeSettings,
    /// The firm whose money goes there; none when nobody said.
    pub(crate) firm: Option<FirmId>,
}

/// What counts only beside the two secrets.
const BESIDES: [&str; 6] = [
    "stripe_account",
    "stripe_api",
    "stripe_domain",
    "stripe_firm",
    "stripe_methods",
    "stripe_publishable_key",
];

impl Given {
    /// The account that was given, if any was: whole, or not at all.
    pub(crate) fn stripe(&self, mode: Mode) -> Result<Option<StripeAccount>, Problem> {
        let (key, secrets) = ("stripe_secret_key", "stripe_webhook_secret");
        match (self.text(key), self.text(secrets)) {
            (Some(text), Some(signed)) => self.account(mode, text, signed).map(Some),
            (Some(_), None) => Err(self.problem(
                secrets,
                "is not set, though Stripe's secret key is: without it no payment would be heard of in \
                 time. Copy it from the webhook endpoint in Stripe's dashboard",
            )),
            (None, Some(_)) => Err(self.problem(
                key,
                "is not set, though Stripe's webhook secret is: write a restricted key, rk_test_… or \
                 rk_live_…",
            )),
            (None, None) => match BESIDES.into_iter().find(|key| self.text(key).is_some()) {
                None => Ok(None),
                Some(besides) => Err(self.problem(
                    besides,
                    "is set, but neither STRIPE_SECRET_KEY nor STRIPE_WEBHOOK_SECRET is",
                )),
            },
        }
    }

    fn account(&self, mode: Mode, key: &str, secrets: &str) -> Result<StripeAccount, Problem> {
        let account = self.text("stripe_account").unwrap_or("default");
        let account = self.read("stripe_account", AccountTag::parse(account))?;
        let key = self.secret_key(mode, key)?;
        let settings = StripeSettings::new(key, self.webhook_secrets(secrets)?, account);
        let settings = self.read("stripe_webhook_secret", settings)?;
        let settings = StripeSettings {
            form: self.form(settings.secret_key.mode())?,
            methods: self.methods()?,
            own_domain: self.own_domain()?,
            base: self.api(settings.secret_key.mode())?,
            ..settings
        };
        let firm = self.text("stripe_firm").map(str::parse);
        let firm = self.read("stripe_firm", firm.transpose())?;
        Ok(StripeAccount { settings, firm })
    }

    fn secret_key(&self, mode: Mode, text: &str) -> Result<SecretKey, Problem> {
        let name = "stripe_secret_key";
        let key = self.read(name, SecretKey::parse(text))?;
        self.read(name, secret::check_issued(text))?;
        if mode == Mode::Demo && key.mode() == Money::Live {
            let advice = "moves real money, and this is a demonstration: write a test key, or CASEFLOW_DEMO=0";
            return Err(self.problem(name, advice));
        }
        Ok(key)
    }

    /// One, or during a change both, with a comma between.
    fn webhook_secrets(&self, texts: &str) -> Result<Vec<WebhookSecret>, Problem> {
        let name = "stripe_webhook_secret";
        let parts = texts.split(',').map(str::trim);
        let read = |text: &str| {
            let secret = self.read(name, WebhookSecret::parse(text))?;
            self.read(name, secret::check_issued(text))?;
            Ok(secret)
        };
        parts.filter(|text| !text.is_empty()).map(read).collect()
    }

    fn form(&self, money: Money) -> Result<Form, Problem> {
        let name = "stripe_publishable_key";
        let Some(text) = self.text(name) else {
            return Ok(Form::HostedPage);
        };
        let key = self.read(name, PublishableKey::parse(text))?;
        if !text.starts_with(&format!("pk_{}_", money.code())) {
            let advice =
                "is of the other mode than STRIPE_SECRET_KEY: use both of test, or both of live";
            return Err(self.problem(name, advice));
        }
        Ok(Form::EmbeddedPage(key))
    }

    fn methods(&self) -> Result<Methods, Problem> {
        match self.text("stripe_methods") {
            None | Some("card") => Ok(Methods::CardOnly),
            Some("dashboard") => Ok(Methods::AsSwitchedOn),
            Some(_) => Err(self.problem(
                "stripe_methods",
                "write card, or dashboard for all that is switched on in Stripe's dashboard",
            )),
        }
    }

    fn own_domain(&self) -> Result<Option<Line<200>>, Problem> {
        let Some(text) = self.text("stripe_domain") else {
            return Ok(None);
        };
        // It is checked as the address of an API would be: an origin, and safe.
        self.read("stripe_domain", ApiBase::parse(text))?;
        let origin = text.trim_end_matches('/');
        self.read("stripe_domain", Line::parse(origin)).map(Some)
    }

    /// Elsewhere than at Stripe is a double, which gets no key that moves money.
    fn api(&self, money: Money) -> Result<ApiBase, Problem> {
        let name = "stripe_api";
        match self.text(name) {
            None => Ok(ApiBase::stripe()),
            Some(_) if money == Money::Live => {
                Err(self.problem(name, "is for tests: a live key is sent to Stripe alone"))
            }
            Some(text) => self.read(name, ApiBase::parse(text)),
        }
    }

    fn read<T, E: ToString>(&self, name: &str, read: Result<T, E>) -> Result<T, Problem> {
        read.map_err(|error| self.problem(name, &error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("STRIPE_SECRET_KEY", "rk_test_51NxGqTeq8ZrW0aYb");
    const SECRET: (&str, &str) = ("STRIPE_WEBHOOK_SECRET", "whsec_9fKq2LmZ7wXc4RtV1bNd");
    const LIVE: (&str, &str) = ("STRIPE_SECRET_KEY", "sk_live_51NxGqTeq8ZrW0aYb");

    fn read(mode: Mode, pairs: &[(&str, &str)]) -> Result<Option<StripeAccount>, String> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let given = Given::collect(pairs, None).unwrap();
        let read = given.stripe(mode);
        read.map_err(|Problem { what, advice }| format!("{what}: {advice}"))
    }

    #[test]
    fn it_is_whole_or_not_there() {
        assert_eq!(read(Mode::Real, &[]), Ok(None));
        let account = read(Mode::Real, &[KEY, SECRET]).unwrap().unwrap();
        assert_eq!(account.settings.account.as_str(), "default");
        assert_eq!(account.settings.form, Form::HostedPage);
        assert_eq!(account.firm, None);
        for (given, missing) in [
            (KEY, "STRIPE_WEBHOOK_SECRET"),
            (SECRET, "STRIPE_SECRET_KEY"),
            (
                ("CASEFLOW_STRIPE_ACCOUNT", "acct_1"),
                "CASEFLOW_STRIPE_ACCOUNT",
            ),
        ] {
            let said = read(Mode::Real, &[given]).unwrap_err();
            assert!(said.starts_with(missing), "{said}");
            assert!(!said.contains(given.1), "{said}");
        }
    }

    #[test]
    fn two_secrets_count_during_a_change() {
        let both = "whsec_9fKq2LmZ7wXc4RtV1bNd, whsec_Aa3Bb4Cc5Dd6Ee7Ff8Gg,";
        let both = [KEY, ("STRIPE_WEBHOOK_SECRET", both)];
        let account = read(Mode::Real, &both).unwrap().unwrap();
        assert_eq!(account.settings.webhook_secrets.len(), 2);
    }

    #[test]
    fn what_is_weak_mixed_or_would_leak_is_refused_without_being_repeated() {
        for (other, word) in [
            (("STRIPE_SECRET_KEY", "sk_test_123"), "issued"),
            (
                ("STRIPE_SECRET_KEY", "sk_test_aaaaaaaaaaaaaaaaaaaaaaaa"),
                "issued",
            ),
            (
                ("STRIPE_SECRET_KEY", "pk_test_51NxGqTeq8ZrW0aYb"),
                "sk_test_",
            ),
            (("STRIPE_WEBHOOK_SECRET", "whsec_secret"), "issued"),
            (("STRIPE_WEBHOOK_SECRET", ","), "webhook secret"),
            (
                ("STRIPE_PUBLISHABLE_KEY", "pk_live_51NxGqTeq8ZrW0aYb"),
                "other mode",
            ),
            (("CASEFLOW_STRIPE_METHODS", "cash"), "card"),
            (("CASEFLOW_STRIPE_API", "http://stripe.example"), "https"),
            (("CASEFLOW_STRIPE_DOMAIN", "pay.example"), "https"),
            (("CASEFLOW_STRIPE_FIRM", "muster"), ""),
        ] {
            let mut pairs = vec![KEY, SECRET];
            pairs.retain(|(name, _)| *name != other.0);
            pairs.push(other);
            let said = read(Mode::Real, &pairs).unwrap_err();
            assert!(said.starts_with(other.0) && said.contains(word), "{said}");
            assert!(other.1.len() < 8 || !said.contains(other.1), "{said}");
        }
    }

    #[test]
    fn real_money_stays_at_stripe_and_out_of_demonstrations() {
        assert!(read(Mode::Real, &[LIVE, SECRET]).is_ok());
        assert!(read(Mode::Demo, &[KEY, SECRET]).is_ok());
        let said = read(Mode::Demo, &[LIVE, SECRET]).unwrap_err();
        assert!(said.contains("demonstration"), "{said}");
        let elsewhere = ("CASEFLOW_STRIPE_API", "http://127.0.0.1:12111");
        let said = read(Mode::Real, &[LIVE, SECRET, elsewhere]).unwrap_err();
        assert!(said.contains("Stripe alone"), "{said}");
        assert!(read(Mode::Real, &[KEY, SECRET, elsewhere]).is_ok());
    }
}
