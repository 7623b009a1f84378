//! Stopping when asked to: no new connections, the requests under way are answered, the round of
//! upkeep under way is finished.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long requests under way get after the server was asked to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(8);

/// Tells whoever holds it when the server was asked to stop.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Listens to SIGTERM and to ctrl-c from now on.
    pub(crate) fn on_signals() -> std::io::Result<Self> {
        let (ask, asked) = watch::channel(false);
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping");
            // Nobody listening any more is no failure.
            let _ = ask.send(true);
            ask.closed().await;
        });
        Ok(Self(asked))
    }

    /// Returns when the server was asked to stop.
    pub(crate) async fn asked(mut self) {
        // An error means that the sender is gone, which it is only after asking.
        drop(self.0.wait_for(|asked| *asked).await);
    }

    /// Returns when the grace after being asked is over.
    pub(crate) async fn grace_over(self) {
        self.asked().await;
        tokio::time::sleep(GRACE).await;
    }
}
