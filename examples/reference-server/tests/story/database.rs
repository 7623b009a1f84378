//! A real PostgreSQL database, empty and of this test's own.

use caseflow_sqlx::testing::{self, TestDatabase};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, query_as};

/// A new database on the server that `CASEFLOW_TEST_POSTGRES_URL` names, or on a private one; it
/// goes when the answer is dropped.
pub(crate) fn postgres() -> TestDatabase {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(testing::postgres_url())
}

/// All that its tables hold, as text; bytes as hexadecimal digits.
pub(crate) fn dump(url: &str) -> Vec<u8> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let tables = "SELECT tablename::text FROM pg_tables WHERE tablename LIKE 'caseflow%'";
        let tables: Vec<(String,)> = query_as(tables).fetch_all(&mut connection).await.unwrap();
        assert!(tables.len() > 20, "{tables:?}");
        let mut dump = String::new();
        for (table,) in tables {
            let rows = AssertSqlSafe(format!("SELECT it::text FROM {table} it"));
            let rows: Vec<(String,)> = query_as(rows).fetch_all(&mut connection).await.unwrap();
            dump.extend(rows.into_iter().map(|(row,)| row));
        }
        dump.into_bytes()
    })
}
