//! What a test does with the double's webhooks.

use std::time::Duration;

use super::deliver::Deliver;
use super::model::Event;
use super::post::{Endpoint, Parcel};
use super::{Double, Impossible};

/// How often [`Double::keep_delivering`] looks.
const PACE: Duration = Duration::from_millis(500);

/// How an event is made to look as if it were not this account's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disguise {
    /// As one of another account.
    Account(String),
    /// As one of the other mode: of real money in a test account, and the other way round.
    OtherMode,
}

/// Webhooks: delivery, and the ways in which it goes wrong.
impl Double {
    /// Tells events to one more endpoint.
    pub fn add_endpoint(&self, endpoint: Endpoint) {
        self.lock().post.add(endpoint);
    }

    /// Gives the endpoint at this address a new secret. Those before sign as well, for so long.
    pub fn roll_secret(&self, url: &str, secret: &str, keep_old: Duration) {
        let mut state = self.lock();
        let until = state.clock.now().plus(keep_old);
        state.post.roll(url, secret, until);
    }

    /// Delivers what is due. A notice that is not answered with 2xx comes again as Stripe does it:
    /// after 5 and 30 minutes, 2, 5 and 10 hours, then every 12 hours, until three days are over.
    /// Gives how many arrived.
    pub async fn deliver_due(&self, deliver: &dyn Deliver) -> usize {
        let mut arrived = 0;
        for parcel in self.take_due() {
            let status = deliver.deliver(&parcel).await;
            if matches!(status, Some(200..=299)) {
                self.arrived(&parcel);
                arrived += 1;
            }
        }
        arrived
    }

    /// Delivers what is due, waits a moment by the clock, and again, for ever.
    pub async fn keep_delivering(&self, deliver: &dyn Deliver) {
        let clock = self.lock().clock.clone();
        loop {
            self.deliver_due(deliver).await;
            clock.sleep(PACE).await;
            // A clock that stands still does not wait; others have to get their turn all the same.
            tokio::task::yield_now().await;
        }
    }

    /// The notices that are due, signed. Each comes again later, unless it is said to have
    /// [arrived](Self::arrived).
    #[must_use]
    pub fn take_due(&self) -> Vec<Parcel> {
        let mut state = self.lock();
        let now = state.clock.now();
        state.post.take(now)
    }

    /// The endpoint took this notice.
    pub fn arrived(&self, parcel: &Parcel) {
        self.lock().post.arrived(parcel.letter);
    }

    /// When the next notice is due; none when none waits.
    #[must_use]
    pub fn next_due(&self) -> Option<caseflow_core::domain::time::Timestamp> {
        self.lock().post.next()
    }

    /// How many endpoints have yet to take this event.
    #[must_use]
    pub fn pending_webhooks(&self, event: &str) -> usize {
        self.lock().post.pending(event)
    }

    /// The next so many notices are lost for good. They stay pending, as those of an endpoint that
    /// never answers do.
    pub fn drop_notices(&self, next: u32) {
        self.lock().post.dropping = next;
    }

    /// The next so many notices are sent twice.
    pub fn double_notices(&self, next: u32) {
        self.lock().post.doubling = next;
    }

    /// Notices of what happens from now on wait for so long.
    pub fn delay_notices(&self, delay: Duration) {
        self.lock().post.delay = delay;
    }

    /// Notices that are due together are sent in an order drawn from this seed; in that of the
    /// events when none.
    pub fn shuffle_notices(&self, seed: Option<u64>) {
        self.lock().post.shuffle = seed;
    }

    /// Sends nothing until [`resume_notices`](Self::resume_notices).
    pub fn stop_notices(&self) {
        self.lock().post.stopped = true;
    }

    /// Sends again.
    pub fn resume_notices(&self) {
        self.lock().post.stopped = false;
    }

    /// Sends an event once more to every endpoint, as the dashboard's *Resend* does.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn resend(&self, event: &str) -> Result<(), Impossible> {
        let event = self.event(event)?;
        let mut state = self.lock();
        let now = state.clock.now();
        state.post.again(&event, now);
        Ok(())
    }

    /// Sends an event once more under a new id and in disguise: as one that an endpoint may get, and
    /// must not act on. It is in no list. Gives its id.
    ///
    /// # Errors
    /// When there is no such event.
    pub fn send_disguised(&self, event: &str, disguise: Disguise) -> Result<String, Impossible> {
        let mut event = self.event(event)?;
        let mut state = self.lock();
        event.id = state.id("evt_1", 23);
        match disguise {
            Disguise::Account(account) => event.account = Some(account),
            Disguise::OtherMode => event.livemode = !event.livemode,
        }
        let now = state.clock.now();
        state.post.again(&event, now);
        Ok(event.id)
    }

    fn event(&self, id: &str) -> Result<Event, Impossible> {
        let found = self.lock().events.find(id).cloned();
        found.ok_or_else(|| Impossible(format!("no such event: {id}")))
    }
}
