//! Finding the checkout to which something belongs, and saying how it stands.

use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::ports::payments::{GatewayError, Refunds, Snapshot};
use futures_util::future::try_join;
use serde::de::DeserializeOwned;
use stripe_checkout::checkout_session::{ListCheckoutSession, RetrieveCheckoutSession};
use stripe_core::charge::RetrieveCharge;
use stripe_core::dispute::{ListDispute, RetrieveDispute};
use stripe_core::refund::{ListRefund, RetrieveRefund};
use stripe_rust::StripeRequest;

use crate::failure::Unanswered;
use crate::gateway::Stripe;
use crate::object::{Kind, ObjectId};
use crate::reply::{Charge, Dispute, Page, Refund, Session};
use crate::standing::{dispute_line, mode, named, reference, refund_line, state, tag};

/// What a page of a list holds at most.
pub(crate) const PAGE: i64 = 100;
/// The most pages of refunds or disputes of one payment.
const PAGES: usize = 20;

impl Stripe {
    /// The checkout that is meant.
    pub(crate) async fn session_of(&self, about: &GatewayRef) -> Result<Session, GatewayError> {
        let id = ObjectId::of(about).ok_or(GatewayError::NotFound)?;
        let payment = match id.kind {
            Kind::Session => return self.session(id.into_any_text()).await,
            Kind::Intent => Some(id.into_any_text()),
            Kind::Charge => self.payment_of_charge(id.into_any_text()).await?,
            Kind::Refund => self.payment_of_refund(id.into_any_text()).await?,
            Kind::Dispute => self.payment_of_dispute(id.into_any_text()).await?,
        };
        self.session_of_payment(&payment.ok_or(GatewayError::NotFound)?)
            .await
    }

    async fn session(&self, id: String) -> Result<Session, GatewayError> {
        let expand = vec!["payment_intent.latest_charge".to_owned()];
        let request = RetrieveCheckoutSession::new(id).expand(expand);
        self.transport.get(&request).await
    }

    async fn session_of_payment(&self, intent: &str) -> Result<Session, GatewayError> {
        let request = sessions().payment_intent(intent).limit(1);
        let found: Page<Session> = self.transport.get(&request).await?;
        found.data.into_iter().next().ok_or(GatewayError::NotFound)
    }

    async fn payment_of_charge(&self, id: String) -> Result<Option<String>, GatewayError> {
        let charge: Charge = self.transport.get(&RetrieveCharge::new(id)).await?;
        Ok(named(charge.payment_intent.as_ref()))
    }

    async fn payment_of_refund(&self, id: String) -> Result<Option<String>, GatewayError> {
        let refund: Refund = self.transport.get(&RetrieveRefund::new(id)).await?;
        let payment = named(refund.payment_intent.as_ref());
        self.payment_or_of(payment, named(refund.charge.as_ref()))
            .await
    }

    async fn payment_of_dispute(&self, id: String) -> Result<Option<String>, GatewayError> {
        let dispute: Dispute = self.transport.get(&RetrieveDispute::new(id)).await?;
        let payment = named(dispute.payment_intent.as_ref());
        self.payment_or_of(payment, named(dispute.charge.as_ref()))
            .await
    }

    async fn payment_or_of(
        &self,
        payment: Option<String>,
        charge: Option<String>,
    ) -> Result<Option<String>, GatewayError> {
        let charge = charge
            .and_then(|id| ObjectId::parse(&id))
            .and_then(|id| id.into_text(Kind::Charge));
        match (payment, charge) {
            (Some(payment), _) => Ok(Some(payment)),
            (None, Some(charge)) => self.payment_of_charge(charge).await,
            (None, None) => Ok(None),
        }
    }

    /// How a checkout stands. What went back is looked up for our own alone.
    pub(crate) async fn snapshot(&self, session: &Session) -> Result<Snapshot, GatewayError> {
        let tag = tag(session);
        let payment = session.payment_intent.as_ref().filter(|_| tag.is_some());
        let (refunds, disputes) = match payment {
            Some(payment) => self.gone_back(payment.id()).await?,
            None => (vec![], vec![]),
        };
        let lines: Result<_, Unanswered> = refunds.iter().map(refund_line).collect();
        let disputes: Result<_, Unanswered> = disputes.iter().map(dispute_line).collect();
        Ok(Snapshot {
            reference: reference(&session.id)?,
            tag,
            mode: session.livemode.map_or(self.profile.merchant.mode, mode),
            state: state(session)?,
            refunds: Refunds::Each(lines?),
            disputes: disputes?,
        })
    }

    async fn gone_back(&self, payment: &str) -> Result<(Vec<Refund>, Vec<Dispute>), GatewayError> {
        let refunds = self.all(
            |after| match after {
                None => ListRefund::new().payment_intent(payment).limit(PAGE),
                Some(after) => ListRefund::new()
                    .payment_intent(payment)
                    .limit(PAGE)
                    .starting_after(after),
            },
            |refund: &Refund| refund.id.clone(),
        );
        let disputes = self.all(
            |after| match after {
                None => ListDispute::new().payment_intent(payment).limit(PAGE),
                Some(after) => ListDispute::new()
                    .payment_intent(payment)
                    .limit(PAGE)
                    .starting_after(after),
            },
            |dispute: &Dispute| dispute.id.clone(),
        );
        try_join(refunds, disputes).await
    }

    /// Every page of a list, and an error when there is no end to it.
    async fn all<T: DeserializeOwned, R: StripeRequest>(
        &self,
        request: impl Fn(Option<String>) -> R,
        id: impl Fn(&T) -> String,
    ) -> Result<Vec<T>, GatewayError> {
        let mut all = vec![];
        let mut after = None;
        for _ in 0..PAGES {
            let page: Page<T> = self.transport.get(&request(after)).await?;
            after = page.data.last().map(&id);
            all.extend(page.data);
            if page.has_more != Some(true) || after.is_none() {
                return Ok(all);
            }
        }
        Err(Unanswered::TooLong.into())
    }
}

/// A list of checkouts with all that their standing is read from.
pub(crate) fn sessions() -> ListCheckoutSession {
    let expand = vec!["data.payment_intent.latest_charge".to_owned()];
    ListCheckoutSession::new().expand(expand)
}
