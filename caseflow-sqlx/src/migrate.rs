//! Making and changing the tables: a runner of our own, in one transaction, with a table of its own
//! beside whatever migrations a host has.

use async_trait::async_trait;
use caseflow_core::ports::store::{Constraint, StoreError};
use sha2::{Digest as _, Sha256};

use crate::SqlxStore;
use crate::conn::{Conn, Dialect, Sql};
use crate::job::Write;
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::statements::Statements;
use crate::value::{Value, hex_text, text};

/// The steps in their order. A step that was released is never edited.
const STEPS: &[(i64, &str)] = &[(1, include_str!("../migrations/0001_start.sql"))];

/// How often a start that met another one tries again. The other one is waited for each time, so
/// that once is usual.
const TRIES: u32 = 20;

/// Why the tables could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// A step that was applied is not the one that this program has.
    #[error("migration {0} was applied in another form")]
    Changed(i64),
    /// The database was made by a newer program.
    #[error("migration {0} is not known to this program: use a newer one")]
    Newer(i64),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SqlxStore {
    /// Brings the tables up to date; does nothing when they are. Any number of programs may do so at
    /// once.
    ///
    /// # Errors
    /// When what was applied before is not what this program knows, or the database refuses.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        let migration = |_| Migration {
            dialect: self.engine.dialect(),
        };
        for migration in (1..TRIES).map(migration) {
            match self.write(migration).await {
                Err(met) if met_another(&met) => {}
                done => return done?,
            }
        }
        self.write(migration(TRIES)).await?
    }

    /// The statements that make all tables, for a host that keeps them among its own migrations
    /// instead of calling [`migrate`](Self::migrate).
    #[must_use]
    pub fn schema_sql(&self) -> String {
        let steps = STEPS
            .iter()
            .map(|(_, step)| self.engine.dialect().render(step));
        steps.collect::<Vec<_>>().join("\n")
    }
}

/// Whether another start was making the same tables meanwhile.
fn met_another(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Conflict | StoreError::AlreadyExists(Constraint::Identity)
    )
}

struct Migration {
    dialect: Dialect,
}

#[async_trait]
impl Write for Migration {
    type Answer = Result<(), MigrateError>;

    async fn run(&self, conn: &mut dyn Conn, _: &Statements) -> Result<Self::Answer, StoreError> {
        conn.script(self.dialect.render(TABLE)).await?;
        // Row 0 is a lock: whoever writes or holds it, the others wait for.
        let sql = |text| Sql::new(self.dialect, text);
        conn.execute(&sql(LOCK), vec![]).await?;
        conn.rows(&sql(HOLD), vec![]).await?;
        let applied = Answer::new(conn.rows(&sql(APPLIED), vec![]).await?, 1);
        let applied: Vec<Step> = applied.many(0)?;
        if let Err(refusal) = check(&applied) {
            return Ok(Err(refusal));
        }
        for (version, step) in STEPS.iter().skip(applied.len()) {
            conn.script(self.dialect.render(step)).await?;
            let values: Vec<Value> = vec![(*version).into(), text(checksum(step))];
            conn.execute(&sql(NOTE), values).await?;
        }
        Ok(Ok(()))
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS caseflow_migrations (version {int} NOT NULL PRIMARY KEY, \
                     checksum {text} NOT NULL, applied_at {text} NOT NULL){strict}";
const LOCK: &str = "INSERT INTO caseflow_migrations (version, checksum, applied_at) \
                    VALUES (0, '', '') ON CONFLICT (version) DO NOTHING";
const HOLD: &str = "SELECT CAST(checksum AS TEXT) FROM caseflow_migrations WHERE version = 0{lock}";
const APPLIED: &str = "SELECT {number}0{end number}, m.checksum, m.version FROM caseflow_migrations m WHERE m.version > 0 ORDER BY m.version";
const NOTE: &str = "INSERT INTO caseflow_migrations (version, checksum, applied_at) \
                    VALUES ($1, $2, CAST(CURRENT_TIMESTAMP AS TEXT))";

fn check(applied: &[Step]) -> Result<(), MigrateError> {
    let steps = STEPS.iter().map(Some).chain(std::iter::repeat(None));
    for (Step { version, sum }, step) in applied.iter().zip(steps) {
        match step {
            None => return Err(MigrateError::Newer(*version)),
            Some((known, text)) if known != version || checksum(text) != *sum => {
                return Err(MigrateError::Changed(*version));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn checksum(step: &str) -> String {
    hex_text(&Sha256::digest(step.as_bytes()))
}

/// A step that was applied.
struct Step {
    sum: String,
    version: i64,
}

impl Stored for Step {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            sum: cells.text()?.to_owned(),
            version: cells.number()?,
        })
    }
}
