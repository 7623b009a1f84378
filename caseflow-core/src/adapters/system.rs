//! The machine's own clock and randomness, behind the ports (feature `system`).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;

use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;

/// The machine's clock. Waits on tokio's timer, so it must be used inside a tokio runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the adapter that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        // A clock set before 1970 is read as the epoch: better than no answer.
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// The operating system's cryptographically secure randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without.
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "this is the adapter that asks the system, and the port forbids returning without"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no randomness: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_a_time_after_this_was_written() {
        assert!(SystemClock.now() > Timestamp::parse("2026-11-24T00:00:00Z").unwrap());
    }

    #[test]
    fn randomness_differs_each_time() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        SystemEntropy.fill(&mut first);
        SystemEntropy.fill(&mut second);
        assert_ne!(first, second);
        assert_ne!(first, [0; 32]);
    }
}
