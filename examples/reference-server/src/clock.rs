//! A clock that starts elsewhere and runs on, for demonstrations and tests.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::clock::Clock;

/// How often the clock file is read.
const LOOK: Duration = Duration::from_millis(100);

/// Another clock, so many microseconds ahead or behind. It waits as the other one does.
#[derive(Debug)]
pub(crate) struct ShiftedClock<C> {
    host: C,
    ahead: AtomicI64,
}

impl<C: Clock> ShiftedClock<C> {
    /// A clock that shows `start` now.
    pub(crate) fn starting(host: C, start: Timestamp) -> Self {
        let ahead = start.micros().saturating_sub(host.now().micros());
        Self {
            host,
            ahead: AtomicI64::new(ahead),
        }
    }

    /// Leaps to a later time; an earlier one is refused, because records must not come to lie in
    /// the future.
    pub(crate) fn leap(&self, to: Timestamp) -> Result<(), Backwards> {
        if to < self.now() {
            return Err(Backwards);
        }
        let ahead = to.micros().saturating_sub(self.host.now().micros());
        self.ahead.store(ahead, Ordering::SeqCst);
        Ok(())
    }
}

#[async_trait]
impl<C: Clock> Clock for ShiftedClock<C> {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::SeqCst);
        Timestamp::from_micros(self.host.now().micros().saturating_add(ahead))
    }

    async fn sleep(&self, span: Duration) {
        self.host.sleep(span).await;
    }
}

/// The time that was asked for is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock only leaps forward")]
pub(crate) struct Backwards;

/// Leaps whenever the file names another time than before, for as long as the server runs. The time was
/// right when the file was written: servers that follow the same file show the same.
pub(crate) async fn follow<C: Clock>(clock: Arc<ShiftedClock<C>>, file: PathBuf) {
    let mut last = String::new();
    loop {
        let (text, written) = read(&file).await.unwrap_or_default();
        if text != last {
            let age = clock.host.now().since(Timestamp::from_micros(written));
            leap(&clock, &text, age);
            last = text;
        }
        clock.host.sleep(LOOK).await;
    }
}

/// What the file says, and when it was written, in microseconds of the host's clock.
async fn read(file: &Path) -> io::Result<(String, i64)> {
    let text = tokio::fs::read_to_string(file).await?;
    let written = tokio::fs::metadata(file).await?.modified()?;
    let written = written.duration_since(UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(written.as_micros()).unwrap_or_default();
    Ok((text.trim().to_owned(), micros))
}

fn leap<C: Clock>(clock: &ShiftedClock<C>, text: &str, age: Duration) {
    if text.is_empty() {
        return;
    }
    match Timestamp::parse(text) {
        Ok(to) => match clock.leap(to.plus(age)) {
            Ok(()) => tracing::info!(to = %text, "the clock was set"),
            Err(error) => tracing::warn!(%error, "the clock file was not followed"),
        },
        Err(error) => tracing::warn!(%error, "the clock file was not followed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Stopped(AtomicI64);

    #[async_trait]
    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(self.0.load(Ordering::SeqCst))
        }
        async fn sleep(&self, _span: Duration) {}
    }

    #[test]
    fn it_starts_where_it_is_told_runs_on_and_leaps_forward_only() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let host = Stopped(AtomicI64::new(1_000_000));
        let clock = ShiftedClock::starting(host, at("2026-03-02T09:00:00Z"));
        clock.host.0.fetch_add(5_000_000, Ordering::SeqCst);
        assert_eq!(clock.now(), at("2026-03-02T09:00:05Z"));
        clock.leap(at("2026-04-01T00:00:00Z")).unwrap();
        assert_eq!(clock.now(), at("2026-04-01T00:00:00Z"));
        assert_eq!(clock.leap(at("2026-03-31T00:00:00Z")), Err(Backwards));
        assert_eq!(clock.now(), at("2026-04-01T00:00:00Z"));
    }
}
