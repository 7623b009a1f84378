//! What a host tells the adapter.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use caseflow_core::domain::gateway::{AccountTag, Mode};
use caseflow_core::domain::text::Line;
use url::Url;

/// Why settings were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Not a key that calls the API.
    #[error(
        "not a secret key: it starts with sk_test_, rk_test_, sk_live_ or rk_live_ and has letters, digits and underscores"
    )]
    SecretKey,
    /// Not a key for a page.
    #[error(
        "not a publishable key: it starts with pk_test_ or pk_live_ and has letters, digits and underscores"
    )]
    PublishableKey,
    /// Not a secret of a webhook endpoint.
    #[error(
        "not a webhook secret: it starts with whsec_ and has letters, digits and the signs of base 64"
    )]
    WebhookSecret,
    /// Nobody could be believed.
    #[error("no webhook secret: give the one of the endpoint, and during a change both")]
    NoWebhookSecret,
    /// One of the keys is for real money and the other for play money.
    #[error("the secret key and the publishable key are of different modes")]
    MixedModes,
    /// Secrets would go over the wire in the clear, or to an address that is none.
    #[error("not an address to call: https and a host, or http on this machine, and no path")]
    Base,
    /// The machine has no certificates to know the gateway by.
    #[error("no certificates that TLS could trust: install the system's")]
    Tls,
}

/// A key that calls the API. Its mode is in its name. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey {
    text: String,
    mode: Mode,
}

impl SecretKey {
    /// Reads `sk_test_…`, `rk_test_…`, `sk_live_…` or `rk_live_…`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mode = mode_of(text, &["sk_", "rk_"]).ok_or(SettingsError::SecretKey)?;
        Ok(Self {
            text: text.to_owned(),
            mode,
        })
    }

    /// Whether it moves real money.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.mode.code())
    }
}

/// A key that a page may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishableKey {
    text: String,
    mode: Mode,
}

impl PublishableKey {
    /// Reads `pk_test_…` or `pk_live_…`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mode = mode_of(text, &["pk_"]).ok_or(SettingsError::PublishableKey)?;
        Ok(Self {
            text: text.to_owned(),
            mode,
        })
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }
}

fn mode_of(key: &str, kinds: &[&str]) -> Option<Mode> {
    let rest = kinds.iter().find_map(|kind| key.strip_prefix(kind))?;
    let (mode, name) = rest.split_once('_')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (!name.is_empty() && name.len() <= 250 && name.bytes().all(plain))
        .then(|| Mode::from_code(mode))
        .flatten()
}

/// What notices of one webhook endpoint are signed with. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_+/=-".contains(&byte);
        match text.strip_prefix("whsec_") {
            Some(name) if !name.is_empty() && name.bytes().all(plain) => Ok(Self(text.to_owned())),
            _ => Err(SettingsError::WebhookSecret),
        }
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// Where the API is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase {
    origin: String,
    local: bool,
}

impl ApiBase {
    /// Stripe's own address.
    #[must_use]
    pub fn stripe() -> Self {
        Self {
            origin: "https://api.stripe.com".to_owned(),
            local: false,
        }
    }

    /// Reads `https://host` or, on this machine alone, `http://127.0.0.1:port`, without a path.
    ///
    /// # Errors
    /// When secrets would leave the machine in the clear, and when it is no such address.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let url = Url::parse(text).map_err(|_| SettingsError::Base)?;
        let local = url.host_str().is_some_and(is_loopback);
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
        if !(safe && bare && anonymous) {
            return Err(SettingsError::Base);
        }
        let origin = url.origin().ascii_serialization();
        Ok(Self { origin, local })
    }

    pub(crate) const fn is_local(&self) -> bool {
        self.local
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Where the payer fills in the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Form {
    /// On a page of Stripe's, to which ours leads: no script on our page.
    #[default]
    HostedPage,
    /// In a page of ours, by a script of Stripe's.
    EmbeddedPage(PublishableKey),
}

/// How the payer may pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Methods {
    /// By card, which settles at once.
    #[default]
    CardOnly,
    /// By what the firm has switched on at Stripe. Some of it settles days later.
    AsSwitchedOn,
}

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the answer has come in, for each try.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(20),
        }
    }
}

/// One account of a firm at Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripeSettings {
    /// The key; of its mode are the payments.
    pub secret_key: SecretKey,
    /// The secrets of the webhook's endpoint: one, and two while it is being changed.
    pub webhook_secrets: Vec<WebhookSecret>,
    /// What the account is called, such as `acct_…`. Once payments were taken it stays.
    pub account: AccountTag,
    /// Where the payer fills in the form.
    pub form: Form,
    /// How the payer may pay.
    pub methods: Methods,
    /// Where hosted pages stand when not at Stripe's own address, such as `https://pay.example`.
    pub own_domain: Option<Line<200>>,
    /// Where the API is called.
    pub base: ApiBase,
    /// How long a call may take.
    pub timeouts: Timeouts,
}

impl StripeSettings {
    /// A hosted page that takes cards, at Stripe's own address.
    ///
    /// # Errors
    /// When there is no webhook secret.
    pub fn new(
        secret_key: SecretKey,
        webhook_secrets: Vec<WebhookSecret>,
        account: AccountTag,
    ) -> Result<Self, SettingsError> {
        if webhook_secrets.is_empty() {
            return Err(SettingsError::NoWebhookSecret);
        }
        Ok(Self {
            secret_key,
            webhook_secrets,
            account,
            form: Form::default(),
            methods: Methods::default(),
            own_domain: None,
            base: ApiBase::stripe(),
            timeouts: Timeouts::default(),
        })
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if self.webhook_secrets.is_empty() {
            return Err(SettingsError::NoWebhookSecret);
        }
        match &self.form {
            Form::EmbeddedPage(key) if key.mode() != self.secret_key.mode() => {
                Err(SettingsError::MixedModes)
            }
            Form::EmbeddedPage(_) | Form::HostedPage => Ok(()),
        }
    }
}
