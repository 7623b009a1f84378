//! *Birch & Vale*, a small accounting app with pages, users and tables of its own, and the client
//! portal mounted in it: under `/portal`, in the same database, by the app's own sign-on.
//!
//! [`portal`] is what a reader copies; everything else is the app that was there before. The README
//! says in which order.

pub mod database;
pub mod demo;
pub mod failure;
pub mod firm;
pub mod jobs;
pub mod mail;
pub mod pages;
pub mod portal;
pub mod ports;
pub mod seals;
pub mod sign_on;
pub mod users;

use std::path::Path;

use axum::Router;
use caseflow_core::Ports;
use caseflow_core::domain::id::FirmId;

use database::Database;

/// What the app's handlers share.
#[derive(Debug, Clone)]
pub struct Host {
    /// The app's database, in which the portal's tables lie too.
    pub database: Database,
    /// What the portal needs.
    pub ports: Ports,
    /// The firm whose app this is.
    pub firm: FirmId,
}

impl Host {
    /// Opens the database, brings both halves of its tables up to date, and sets the firm up at the
    /// first start. `address` is where the app is reached; files go below `data`.
    ///
    /// # Errors
    /// When the database or a folder cannot be used.
    pub async fn open(url: &str, data: &Path, address: &str) -> anyhow::Result<Self> {
        let database = Database::open(url).await?;
        database.migrate().await?;
        let store = database.store();
        store.migrate().await?;
        let ports = ports::ports(store, data)?;
        let firm = firm::set_up(&ports, address).await?;
        Ok(Self {
            database,
            ports,
            firm,
        })
    }
}

/// The whole app.
pub fn app(host: &Host) -> Router {
    let own = pages::routes().with_state(host.clone());
    portal::with_portal(own, host)
}

/// Keeps the guides' examples compiling.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../../../docs/guides/embed.md")]
    mod embed {}
    #[doc = include_str!("../../../docs/guides/own-sign-on.md")]
    mod own_sign_on {}
    #[doc = include_str!("../../../docs/guides/theme-and-languages.md")]
    mod theme_and_languages {}
}
