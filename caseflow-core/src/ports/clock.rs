//! The clock port.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::time::Timestamp;

/// Tells the time, and waits.
///
/// # Contract
/// * `now` never goes back by more than the host's clock does; whole microseconds.
/// * `sleep` returns after about `span`. A clock that stands still for a test returns at once.
///
/// # The smallest one
/// ```
/// use std::time::Duration;
/// use caseflow_core::domain::time::Timestamp;
/// use caseflow_core::ports::clock::Clock;
///
/// #[derive(Debug)]
/// struct Stopped(Timestamp);
///
/// #[async_trait::async_trait]
/// impl Clock for Stopped {
///     fn now(&self) -> Timestamp {
///         self.0
///     }
///     async fn sleep(&self, _span: Duration) {}
/// }
///
/// let noon = Timestamp::parse("2026-11-24T12:00:00Z")?;
/// assert_eq!(Stopped(noon).now(), noon);
/// # Ok::<(), caseflow_core::domain::time::TimeError>(())
/// ```
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits about `span`.
    async fn sleep(&self, span: Duration);
}
