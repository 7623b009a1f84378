//! CaseFlow storage on SQLite and PostgreSQL through sqlx.
//!
//! One [`SqlxStore`] keeps the whole [store port](caseflow_core::ports::store) of the core, in
//! tables named `caseflow_*` that live beside a host's own.
//!
//! ```
//! use std::sync::Arc;
//!
//! use caseflow_core::ports::store::Store;
//! use caseflow_sqlx::SqlxStore;
//!
//! # async fn example(folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
//! let file = folder.join("caseflow.db");
//! let store = Arc::new(SqlxStore::connect(&format!("sqlite:{}", file.display())).await?);
//! store.migrate().await?;
//! let port: Arc<dyn Store> = store.clone(); // for `Ports::store`
//! # assert!(port.firm(caseflow_core::testing::fixtures::id(1)).await?.is_none());
//! store.close().await; // when the program ends
//! # Ok(())
//! # }
//! # let folder = std::env::temp_dir().join(format!("caseflow-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(example(&folder)).unwrap();
//! # std::fs::remove_dir_all(&folder).unwrap();
//! ```
//!
//! It is made of an address ([`SqlxStore::connect`]), of the host's pool
//! ([`SqlxStore::from_sqlite_pool`], [`SqlxStore::from_postgres_pool`]), or of a transaction that the
//! host has open, so that verbs of the core and the host's own writes stay or go together
//! ([`SqlxStore::within`]). Its tables are made by [`SqlxStore::migrate`], or by the host from
//! [`SqlxStore::schema_sql`].
//!
//! # Features
//!
//! | Feature | What it adds | What comes along |
//! | --- | --- | --- |
//! | `sqlite` (default) | SQLite | its C source and `rusqlite`; wants a C compiler |
//! | `postgres` (default) | PostgreSQL | sqlx's driver, in Rust alone |
//! | `testing` | `testing`: databases for tests, fresh files and a private server | tokio's threads |
//!
//! A host that wants one engine leaves the default features out and names it. TLS to PostgreSQL is the
//! host's choice: it switches on one of sqlx's `tls-…` features. No other feature of sqlx is used, so
//! that the host's own queries keep their types.
//!
//! # Engines
//!
//! *SQLite*: a file in WAL mode with `synchronous=FULL`, one writer that shares a commit among all
//! that wait, and as many readers as processors. Other programs may read the file meanwhile. A file
//! that the store opens itself is used through rusqlite: a read runs on the thread that asks for it,
//! the writer on one of its own. On a host's pool, sqlx's driver hands each statement to a thread.
//!
//! *PostgreSQL*: READ COMMITTED, records changed under their version, plain SQL without advisory
//! locks, triggers or sequences. Directly, through a pooler in session mode, or through PgBouncer
//! from 1.21 on with `max_prepared_statements`. Through any other pooler in transaction mode
//! [`Pooling::Transaction`] is needed: with prepared statements such a pooler may answer with
//! another connection's rows.
//!
//! # Further
//!
//! [`SqlxStore`] says how to share a database with it; [`Options`] what can be set. The contract that it
//! keeps is that of the [port](caseflow_core::ports::store).

#![cfg_attr(docsrs, feature(doc_cfg))]

mod access_reads;
mod client_statements;
mod conn;
mod contract_reads;
mod dashboard;
mod document_reads;
mod editions;
mod firm_reads;
mod gathered;
mod invoice_files;
mod job;
mod library_reads;
mod migrate;
mod offer_reads;
mod operation;
mod payment_history;
mod portal_reads;
mod queue;
mod read;
mod records;
mod statements;
mod store;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
mod value;
mod vault_reads;
mod waiting_lists;
mod writes;

pub use conn::{
    ConnectError, Durability, HostConnection, HostTransaction, Options, Pooling, StillAtWork,
};
pub use migrate::MigrateError;
pub use operation::{Backlog, CopyError};
pub use store::SqlxStore;
