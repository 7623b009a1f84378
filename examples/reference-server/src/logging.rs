//! Structured logs on standard error. They hold no personal data: no addresses of people, no paths
//! (a path may hold a link's secret) but the pattern that matched, no bodies.

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::settings::Given;

/// Starts logging as `CASEFLOW_LOG` (a filter such as `info` or `caseflow_sqlx=debug,warn`) and
/// `CASEFLOW_LOG_FORMAT` (`text` or `json`) say.
pub(crate) fn start(given: &Given) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(given.text("log").unwrap_or("info"))
        .context("CASEFLOW_LOG: write a filter such as info, or caseflow_sqlx=debug,warn")?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match given.text("log_format") {
        None | Some("text") => lines.with_ansi(false).init(),
        Some("json") => lines.json().flatten_event(true).init(),
        Some(_) => anyhow::bail!("CASEFLOW_LOG_FORMAT: write text or json"),
    }
    for name in given.strangers() {
        tracing::warn!(
            name,
            "this variable is no setting of the server: is it misspelt?"
        );
    }
    Ok(())
}
