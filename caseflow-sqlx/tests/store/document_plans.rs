//! How the engines find documents and items of vaults: by an index, before and after anybody has
//! counted them.

use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::id::{VaultId, VaultItemId};
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::fixtures::{Office, vault_item};
use caseflow_sqlx::SqlxStore;
use caseflow_sqlx::testing::{postgres, sqlite, statement_texts};
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::plans::explained;

/// 20,000 documents of two clients, and as many items of their vaults: of each a third is for one
/// contact alone, and half of the documents are shared. A row of the audit log is about each item, and
/// about its client's vault.
async fn much(store: &SqlxStore, office: &Office) -> String {
    let item = vault_item(1, office.client.id);
    let changes = Changes::default().with(Change::VaultItem(Write::Insert(item.clone())));
    store.commit(office.firm.id, changes).await.unwrap();
    let firm = office.firm.id;
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000), \
         r AS (SELECT '{firm}' AS firm, i, \
         '00000000000000000000' || CAST(100000 + i AS TEXT) AS id, \
         CASE WHEN i % 3 = 0 THEN 'chosen' ELSE 'all' END AS readers, \
         CASE WHEN i % 50 = 0 THEN '{}' ELSE '{}' END AS client FROM n)",
        office.client.id, office.neighbour.id
    );
    let inserts = [documents(office), items(office, item.id)].concat();
    let inserts = inserts.iter().map(|insert| {
        let (into, select) = insert.split_once(" SELECT ").unwrap();
        format!("INSERT INTO {into} {rows} SELECT {select};")
    });
    inserts.collect()
}

fn documents(office: &Office) -> Vec<String> {
    vec![
        "caseflow_documents (firm_id, id, version, client_id, readers, shared_at, dated, number, \
         name, media, size, sha256, blob_id, added_at, added_by, words) SELECT firm, \
         'doc_' || id, 1, client, readers, CASE WHEN i % 2 = 0 THEN i END, i, 1, '', '', 1, '', \
         '', 1, '', ' w' || CAST(i AS TEXT) FROM r"
            .to_owned(),
        "caseflow_document_versions (firm_id, document_id, number, name, media, size, sha256, \
         blob_id, added_at, added_by) SELECT firm, 'doc_' || id, 1, '', '', 1, '', \
         'blob_' || id, 1, '' FROM r"
            .into(),
        format!(
            "caseflow_document_readers (firm_id, document_id, client_id, contact_id) \
             SELECT firm, 'doc_' || id, '{}', '{}' FROM r",
            office.client.id, office.contact.id
        ),
    ]
}

/// As many copies of an item.
fn items(office: &Office, item: VaultItemId) -> Vec<String> {
    let vault = VaultId::from(office.client.id);
    vec![
        format!(
            "caseflow_vault_items (firm_id, id, version, client_id, readers, item_version, \
             envelope, key_id, key_version, details, body_blob, body_length, sealed_at, added_at) \
             SELECT r.firm, 'vit_' || r.id, 1, r.client, r.readers, 1, x.envelope, 'fixture', \
             1 + i % 2, x.details, 'blob_x' || r.id, 1, 1, 1 FROM caseflow_vault_items x \
             CROSS JOIN r WHERE x.id = '{item}'"
        ),
        format!(
            "caseflow_vault_readers (firm_id, item_id, client_id, contact_id) \
             SELECT firm, 'vit_' || id, '{}', '{}' FROM r",
            office.client.id, office.contact.id
        ),
        format!(
            "caseflow_audit (firm_id, seq, at, actor, action, about, facts, hash) \
             SELECT firm, i, 1, '', 'vault.item_opened', \
             '[\"{vault}\", \"vit_' || id || '\"]', '', '' FROM r"
        ),
        "caseflow_audit_about (firm_id, subject, seq) SELECT firm, 'vit_' || id, i FROM r".into(),
        format!("caseflow_audit_about (firm_id, subject, seq) SELECT firm, '{vault}', i FROM r"),
    ]
}

/// The tables that grow.
const BIG: [&str; 6] = [
    "caseflow_documents",
    "caseflow_document_versions",
    "caseflow_document_readers",
    "caseflow_vault_items",
    "caseflow_vault_readers",
    "caseflow_audit",
];

/// What a statement says, and how a file is asked then.
const OWN_INDEX: [(&str, &str); 12] = [
    (
        "x.firm_id = ?1 AND x.client_id = ?2 AND x.shared_at IS NOT NULL",
        "caseflow_documents_client (firm_id=? AND client_id=? AND (dated,id)<(?,?))",
    ),
    (
        "x.firm_id = ?1 AND x.client_id = ?5 AND x.shared_at",
        "caseflow_documents_client (firm_id=? AND client_id=? AND (dated,id)<(?,?))",
    ),
    (
        "x.firm_id = ?1  AND x.shared_at IS NOT NULL",
        "caseflow_documents_shared (firm_id=? AND (dated,id)<(?,?))",
    ),
    (
        "x.firm_id = ?1  AND x.shared_at IS NULL",
        "caseflow_documents_private (firm_id=? AND (dated,id)<(?,?))",
    ),
    (
        "y.blob_id = j.value",
        "caseflow_document_versions_blob (firm_id=? AND blob_id=?)",
    ),
    (
        "x.body_blob = j.value",
        "caseflow_vault_items_body (firm_id=? AND body_blob=?)",
    ),
    (
        "x.client_id = ?2 AND x.id < ?4",
        "caseflow_vault_items_client (firm_id=? AND client_id=? AND id<?)",
    ),
    (
        "x.id < ?2 AND x.client_id = ?4",
        "caseflow_vault_items_client (firm_id=? AND client_id=? AND id<?)",
    ),
    (
        "x.key_version = ?2",
        "caseflow_vault_items_key (key_id=? AND key_version=? AND (firm_id,id)>(?,?))",
    ),
    (
        "GROUP BY x.key_id",
        "SCAN x USING COVERING INDEX caseflow_vault_items_key",
    ),
    ("b.subject = ?5", "(firm_id=? AND subject=? AND seq<?)"),
    ("x.id = f.id", " AND id=?)"),
];

/// The statements that read documents or vaults.
fn pages(store: &SqlxStore) -> Vec<&'static str> {
    let texts = statement_texts(store).into_iter();
    let pages = texts.filter(|it| {
        let reads = |table: &&str| it.contains(&format!("FROM {table} "));
        it.starts_with("SELECT") && BIG.iter().any(reads)
    });
    let pages: Vec<_> = pages.collect();
    assert!(pages.len() > 20, "{}", pages.len());
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_of_documents_or_items_reads_a_whole_table_of_the_file() {
    let (store, database) = sqlite().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&store, &office).await);
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    for (says, _) in &OWN_INDEX {
        let mut pages = pages(&store).into_iter();
        assert!(pages.any(|page| page.contains(says)), "{says}");
    }
    for count in ["", "ANALYZE"] {
        sqlx::raw_sql(count).execute(&mut conn).await.unwrap();
        for page in pages(&store) {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {page}"));
            let rows = sqlx::query(explain).fetch_all(&mut conn).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            reads_by_indexes(page, &plan);
        }
    }
}

fn reads_by_indexes(page: &str, plan: &[String]) {
    for (says, index) in OWN_INDEX {
        let used = plan.iter().any(|line| line.contains(index));
        assert!(used || !page.contains(says), "{plan:#?} of {page}");
    }
    for line in plan {
        let scanned = line
            .strip_prefix("SCAN ")
            .and_then(|it| it.split(' ').next());
        // The list that comes with a call, and what was found before.
        let small = |table: &str| {
            let names = [
                format!("CO-ROUTINE {table}"),
                format!("MATERIALIZE {table}"),
            ];
            ["j", "CONSTANT"].contains(&table) || plan.iter().any(|line| names.contains(line))
        };
        let by_keys = line.ends_with("COVERING INDEX caseflow_vault_items_key");
        let stays_small = by_keys || scanned.is_none_or(small);
        assert!(stays_small, "{line} in {plan:#?} of {page}");
        let sorts = line.contains("TEMP B-TREE FOR ORDER BY");
        // Little of a client's invoices is sorted for the dashboard.
        let dashboard = page.contains("caseflow_invoices");
        assert!(dashboard || !sorts, "{plan:#?} of {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_of_documents_or_items_reads_a_whole_table_of_the_database() {
    let (store, database) = postgres().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = PgConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&store, &office).await);
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    for (round, count) in ["", "VACUUM ANALYZE"].into_iter().enumerate() {
        sqlx::raw_sql(count).execute(&mut conn).await.unwrap();
        for (n, page) in pages(&store).into_iter().enumerate() {
            let name = format!("page_{round}_{n}");
            let explain = explained(&mut conn, &name, page, &office).await;
            let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
                .fetch_all(&mut conn)
                .await;
            let plan: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
            if page.contains("GROUP BY x.key_id") {
                // All are counted: before the table is vacuumed, its index knows too little of them.
                let key_index = "Index Only Scan using caseflow_vault_items_key";
                let by_keys = plan.iter().any(|line| line.contains(key_index));
                assert!(by_keys || round == 0, "{plan:#?}");
                continue;
            }
            let scan = plan.iter().find(|line| {
                let scans = |table: &&str| line.contains(&format!("Seq Scan on {table} "));
                BIG.iter().any(scans)
            });
            assert_eq!(scan, None, "in {plan:#?} of {page}");
        }
    }
}
