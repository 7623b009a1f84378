//! A real PostgreSQL database, empty and of this test's own.

use caseflow_sqlx::testing::{self, TestDatabase};

/// A new database on the server that `CASEFLOW_TEST_POSTGRES_URL` names, or on a private one; it
/// goes when the answer is dropped.
pub(crate) fn postgres() -> TestDatabase {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(testing::postgres_url())
}
