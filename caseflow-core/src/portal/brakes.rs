//! The brakes on what somebody could do again and again: guess, or have mails sent.

use crate::Ports;
use crate::domain::access::Origin;
use crate::domain::changes::{Change, Changes};
use crate::domain::id::FirmId;
use crate::domain::text::Email;
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::error::Error;

/// What is counted for one act, and how much of it is free.
#[derive(Debug)]
pub(super) struct Brakes(Vec<(ThrottleKey, ThrottlePolicy)>);

impl Brakes {
    /// Counts `act` on one account.
    pub(super) fn on_account(act: &str, email: &Email, policy: ThrottlePolicy) -> Self {
        Self(vec![(ThrottleKey::account(act, email), policy)])
    }

    /// Counts `act` from one network address, if it is known.
    pub(super) fn on_address(act: &str, origin: &Origin) -> Self {
        let key = origin.ip.map(|ip| ThrottleKey::address(act, ip));
        Self(
            key.map(|key| (key, ThrottlePolicy::ADDRESS))
                .into_iter()
                .collect(),
        )
    }

    /// Both.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The fact that forgets what was counted on the account.
    pub(super) fn forget_account(act: &str, email: &Email) -> Change {
        Change::ForgetThrottle(ThrottleKey::account(act, email))
    }

    /// Lets one more try through; the answer counts it when it is committed.
    ///
    /// # Errors
    /// [`Error::Throttled`] when the try has to wait.
    pub(super) async fn pass(&self, ports: &Ports, firm: FirmId) -> Result<Passed, Error> {
        let keys: Vec<ThrottleKey> = self.0.iter().map(|(key, _)| *key).collect();
        let counts = ports.store.throttles(firm, &keys).await?;
        let now = ports.now();
        if let Some(wait) = counts.iter().filter_map(|count| count.wait(now)).max() {
            return Err(Error::Throttled(wait));
        }
        let count = |(count, (_, policy)): (&Throttle, &(_, ThrottlePolicy))| Change::Throttle {
            read: count.tries,
            now: count.count(*policy, now),
        };
        Ok(Passed(counts.iter().zip(&self.0).map(count).collect()))
    }
}

/// A try that was let through and is not counted yet.
#[derive(Debug)]
pub(super) struct Passed(Vec<Change>);

impl Passed {
    /// Counts the try with these changes.
    pub(super) fn counted(self, changes: Changes) -> Changes {
        self.0.into_iter().fold(changes, Changes::with)
    }
}
