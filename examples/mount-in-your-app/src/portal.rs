//! The portal in the app: what a reader copies.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use caseflow_axum::{FixedFirm, Portal, Settings, SignIn, mount, router};
use caseflow_core::Ports;
use caseflow_core::upkeep::{self, blobs::Sweeper};
use tokio::sync::watch;

use crate::Host;
use crate::sign_on::identify;

/// How long after a round of upkeep the next one begins.
const PAUSE: Duration = Duration::from_secs(1);

/// The app with the portal under `/portal`.
pub fn with_portal(app: Router, host: &Host) -> Router {
    // The wiring begins.
    let portal = Portal {
        ports: host.ports.clone(),
        firms: Arc::new(FixedFirm(host.firm)),
        settings: Settings {
            sign_in: SignIn::Host {
                login: "/sign-in".into(),
                logout: "/sign-out".into(),
            },
            ..Settings::default()
        },
    };
    let portal = router(portal).layer(from_fn_with_state(host.clone(), identify));
    app.merge(mount("/portal", portal))
    // The wiring ends.
}

/// Sends mail, asks after payments and does what else is due, until asked to stop. A round that has
/// begun is finished.
pub async fn keep_up(ports: Ports, mut stop: watch::Receiver<bool>) {
    let mut sweeper = Sweeper::default();
    while !*stop.borrow_and_update() {
        if let Err(error) = upkeep::round(&ports, &mut sweeper).await {
            tracing::error!(error = &error as &dyn std::error::Error, "upkeep failed");
        }
        tokio::select! {
            () = ports.clock.sleep(PAUSE) => {}
            _ = stop.changed() => {}
        }
    }
}
