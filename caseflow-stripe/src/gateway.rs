//! The adapter.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use caseflow_core::domain::attempt::{Checkout, NextStep};
use caseflow_core::domain::gateway::{GatewayRef, OpKey};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::text::{Line, TextError};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::payments::{
    AmountRefusal, ChangesPage, CheckoutsPage, GatewayError, GatewayProfile, GatewayState,
    PageToken, PaymentGateway, RefundPayment, Snapshot, StartPayment, WebhookNotice,
    WebhookRefusal, WebhookRequest,
};
use stripe_checkout::checkout_session::ExpireCheckoutSession;

use crate::amount;
use crate::failure::{Unanswered, trouble};
use crate::object::{Kind, ObjectId};
use crate::profile::{ENTRY, profile, script};
use crate::reply::{Named, Session};
use crate::request;
use crate::settings::{Form, Methods, PublishableKey, SettingsError, StripeSettings};
use crate::standing::reference;
use crate::transport::Transport;
use crate::webhook::Reader;

/// One account of a firm at Stripe, as a gateway.
#[derive(Debug)]
pub struct Stripe {
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) profile: GatewayProfile,
    form: Form,
    script: Line<500>,
    methods: Methods,
    pub(crate) reader: Reader,
}

impl Stripe {
    /// Makes the adapter; nothing is sent. The clock tells how far back the record of events
    /// reaches, and times the pauses before a request is sent again.
    ///
    /// # Errors
    /// When the settings contradict each other, or the machine has no certificates to trust.
    pub fn new(settings: StripeSettings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        settings.check()?;
        let profile = profile(&settings)?;
        let script = script(&settings)?;
        Ok(Self {
            transport: Transport::new(&settings, Arc::clone(&clock))?,
            clock,
            reader: Reader::new(settings.webhook_secrets, profile.merchant.clone()),
            profile,
            script,
            form: settings.form,
            methods: settings.methods,
        })
    }

    fn next_step(&self, session: &Session) -> Result<NextStep, Unanswered> {
        let missing = |what: &str| Unanswered::Unreadable(format!("a checkout without {what}"));
        match &self.form {
            Form::HostedPage => {
                let url = session.url.as_deref().ok_or_else(|| missing("a page"))?;
                let url = Line::parse(url).map_err(|error| unreadable(&error))?;
                Ok(NextStep::Redirect(url))
            }
            Form::EmbeddedPage(key) => {
                let secret = session.client_secret.as_deref();
                Ok(self.embedded(key, secret.ok_or_else(|| missing("a secret"))?))
            }
        }
    }

    fn embedded(&self, key: &PublishableKey, secret: &str) -> NextStep {
        let (entry, method) = ENTRY;
        let told = [
            ("client_secret", secret),
            ("publishable_key", key.as_str()),
            ("entry", entry),
            ("method", method),
        ];
        let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
        NextStep::Embedded {
            script: self.script.clone(),
            settings: BTreeMap::from(told),
        }
    }
}

fn unreadable(error: &TextError) -> Unanswered {
    Unanswered::Unreadable(error.to_string())
}

/// Nothing was sent: the amount cannot be said in Stripe's units.
fn unsayable(why: &str) -> GatewayError {
    match trouble("amount_invalid", why) {
        Some(trouble) => GatewayError::Refused(trouble),
        None => GatewayError::NotFound,
    }
}

#[async_trait]
impl PaymentGateway for Stripe {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
        amount::check(amount).map(|_| ())
    }

    async fn start(&self, start: &StartPayment) -> Result<Checkout, GatewayError> {
        let sent = amount::check(start.amount).map_err(|why| unsayable(&why.to_string()))?;
        let request = request::checkout(start, sent, &self.form, self.methods);
        let session: Session = self.transport.post(&request, &start.key).await?;
        Ok(Checkout {
            reference: reference(&session.id)?,
            next: self.next_step(&session)?,
        })
    }

    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
        let session = self.session_of(about).await?;
        self.snapshot(&session).await
    }

    async fn cancel(&self, checkout: &GatewayRef, key: &OpKey) -> Result<Snapshot, GatewayError> {
        let id = ObjectId::of(checkout).and_then(|id| id.into_text(Kind::Session));
        let request = ExpireCheckoutSession::new(id.ok_or(GatewayError::NotFound)?);
        let refusal = match self.transport.post::<Named>(&request, key).await {
            Ok(_) => return self.fetch(checkout).await,
            Err(GatewayError::Refused(trouble)) => GatewayError::Refused(trouble),
            Err(error) => return Err(error),
        };
        let snapshot = self.fetch(checkout).await?;
        match snapshot.state {
            GatewayState::Open => Err(refusal),
            _ => Ok(snapshot),
        }
    }

    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError> {
        let sent = amount::to_stripe(refund.amount).filter(|sent| *sent > 0);
        let sent = sent.ok_or_else(|| unsayable("the amount cannot be refunded exactly"))?;
        let request = request::refund(refund, sent).ok_or(GatewayError::NotFound)?;
        let _made: Named = self.transport.post(&request, &refund.key).await?;
        Ok(())
    }

    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        self.reader.read(request, now)
    }

    async fn changes(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        self.changes_page(since, after).await
    }

    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        self.checkouts_page(since, after).await
    }
}
