//! The database's copy, and a database made of it.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use caseflow_sqlx::SqlxStore;

use super::disk::{self, Digest};
use super::manifest::{Engine, Entry};
use crate::settings::{ServerAddress, Storage};

/// A file, in a backup.
const FILE: &str = "database.db";
/// An archive of a server's, in a backup.
const ARCHIVE: &str = "database.dump";

impl Engine {
    /// Which one it is that records lie in.
    pub(crate) fn of(storage: &Storage) -> Self {
        match storage.file() {
            Some(_) => Self::Sqlite,
            None => Self::Postgresql,
        }
    }

    /// Where the copy stands in a backup.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Sqlite => FILE,
            Self::Postgresql => ARCHIVE,
        }
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgresql => "PostgreSQL",
        }
    }
}

/// Copies the database as it is at one moment; servers go on meanwhile.
pub(crate) async fn save(storage: &Storage, folder: &Path) -> anyhow::Result<Entry> {
    let engine = Engine::of(storage);
    let to = folder.join(engine.path());
    match storage.file() {
        Some(file) => {
            ensure!(file.exists(), "there is no database at {}", file.display());
            let store = SqlxStore::connect(&storage.database_url).await;
            let store = store.context("CASEFLOW_DATABASE_URL")?;
            let copied = store.copy_to(&to).await;
            store.close().await;
            copied?;
        }
        None => run("pg_dump", &storage.server(), |dump| {
            dump.arg("--format=custom").arg("--table=caseflow_*");
            dump.arg("--file").arg(&to);
        })?,
    }
    Ok(Entry {
        path: engine.path().to_owned(),
        digest: Digest::of_new(&to)?,
    })
}

/// Whether there are records already where a backup is to go.
pub(crate) async fn refuse_unless_empty(storage: &Storage) -> anyhow::Result<()> {
    let Some(file) = storage.file() else {
        let store = SqlxStore::connect(&storage.database_url).await;
        let store = store.context("CASEFLOW_DATABASE_URL")?;
        let taken = store.has_tables().await;
        store.close().await;
        ensure!(
            !taken.context("CASEFLOW_DATABASE_URL")?,
            "the database that CASEFLOW_DATABASE_URL names is not empty: make a new one (createdb) and \
             name that"
        );
        return Ok(());
    };
    for end in ["", "-wal", "-shm"] {
        let file = disk::beside(&file, end);
        ensure!(
            !file.exists(),
            "there is a database already: {}. Restore into an empty folder, or move it away first",
            file.display()
        );
    }
    Ok(())
}

/// Makes the server's database of an archive: all of it, or nothing.
pub(crate) fn load(storage: &Storage, archive: &Path) -> anyhow::Result<()> {
    run("pg_restore", &storage.server(), |restore| {
        restore.args(["--single-transaction", "--exit-on-error"]);
        restore.arg(archive);
    })
}

/// Runs one of PostgreSQL's own programs on a database.
fn run(
    name: &str,
    server: &ServerAddress,
    arguments: impl FnOnce(&mut Command),
) -> anyhow::Result<()> {
    let mut program = Command::new(name);
    program.args(["--no-password", "--no-owner", "--no-privileges", "--dbname"]);
    program.arg(&server.url).stdin(Stdio::null());
    if let Some(password) = &server.password {
        program.env("PGPASSWORD", password);
    }
    arguments(&mut program);
    let done = match program.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "{name} is not in the PATH: install PostgreSQL's client programs in the server's version or \
             a newer one (postgresql-client on Debian and Alpine, postgresql on Fedora)"
        ),
        done => done.context(name.to_owned())?,
    };
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{name} failed: {}", said.trim());
    Ok(())
}
