//! What the engines do to answer: an index for every page, at any size.

use caseflow_core::domain::changes::{Change, Changes};
use caseflow_core::domain::file::{FileRef, StoredFile};
use caseflow_core::domain::id::ContactId;
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::fixtures::Office;
use caseflow_sqlx::SqlxStore;
use caseflow_sqlx::testing::{postgres, sqlite, statement_texts};
use sqlx::{Connection as _, PgConnection, Row as _, SqliteConnection};

const INVOICES: i64 = 20_000;

/// Invoices of two clients over sixteen years, each with a payment, an activity and an audit row, and
/// with all that comes of paying online; as many offers and contracts. Of a thousand one is due,
/// unsettled or waits for an answer.
async fn much(store: &SqlxStore, office: &Office) -> String {
    let file = StoredFile::new(vec![]);
    let reference = file.reference();
    let changes = Changes::default().with(Change::File(file));
    store.commit(office.firm.id, changes).await.unwrap();
    let firm = office.firm.id;
    let clients = [office.client.id, office.neighbour.id].map(|id| id.to_string());
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {INVOICES}), \
         r AS (SELECT '{firm}' AS firm, i, CAST(i AS TEXT) AS name, \
         '00000000000000000000' || CAST(100000 + i AS TEXT) AS id, \
         CASE WHEN i % 50 = 0 THEN '{}' ELSE '{}' END AS client, \
         '20' || CAST(10 + i % 16 AS TEXT) || '-01-15' AS day FROM n)",
        clients[0], clients[1]
    );
    let inserts = [
        on_account(),
        online(office.contact.id),
        paperwork(office.contact.id, reference),
    ]
    .concat();
    let inserts = inserts.iter().map(|insert| {
        let (into, select) = insert.split_once(" SELECT ").unwrap();
        format!("{rows} INSERT INTO {into} SELECT {select} FROM r;")
    });
    inserts.chain(["ANALYZE;".into()]).collect()
}

fn on_account() -> Vec<String> {
    let paid = "CASE WHEN i % 10 = 0 THEN 0 ELSE 100 END";
    vec![
        format!(
            "caseflow_invoices (firm_id, id, version, client_id, phase, number, issued_at, dated, \
             due, currency, total, received, credited, balance, pricing, totals, created_at) \
             SELECT firm, 'inv_' || id, 1, client, 'issued', name, 1, day, day, 'USD', 100, \
             {paid}, 0, 100 - {paid}, '', '', 1"
        ),
        "caseflow_payments (firm_id, id, version, invoice_id, client_id, currency, amount, \
         received_on, mode, receipt, recorded_at) SELECT firm, 'pay_' || id, 1, 'inv_' || id, \
         client, 'USD', 100, day, 'cash', name, 1"
            .into(),
        "caseflow_activities (firm_id, id, client_id, kind, section, about, at) \
         SELECT firm, 'act_' || id, client, 'invoice.issued', 1, 'inv_' || id, 1"
            .into(),
        "caseflow_audit (firm_id, seq, at, actor, action, about, facts, hash) \
         SELECT firm, i, 1, 'system', 'invoice.issued', '[]', '', ''"
            .into(),
        "caseflow_audit_about (firm_id, subject, seq) SELECT firm, 'inv_' || id, i".into(),
    ]
}

fn online(contact: ContactId) -> Vec<String> {
    let due = "CASE WHEN i % 1000 = 0 THEN 1 END";
    let settled = "CASE WHEN i % 1000 = 0 THEN NULL ELSE";
    vec![
        format!(
            "caseflow_attempts (firm_id, id, version, invoice_id, client_id, contact_id, merchant, \
             currency, amount, balance, description, email, language, return_url, cancel_url, \
             expires_at, stage, reference, txn, ended_at, next_check, checks, started_at) \
             SELECT firm, 'att_' || id, 1, 'inv_' || id, client, '{contact}', 'a:b:test', 'USD', \
             100, 100, '', '', '', '', '', 1, 'succeeded', name, name, 1, {due}, 0, 1"
        ),
        "caseflow_reversals (firm_id, id, payment_id, invoice_id, client_id, kind, currency, \
         amount, merchant, txn, reversed_on, number, recorded_at) SELECT firm, 'rev_' || id, \
         'pay_' || id, 'inv_' || id, client, 'refund', 'USD', 1, 'a:b:test', name, day, name, 1"
            .into(),
        format!(
            "caseflow_refunds (firm_id, id, version, payment_id, attempt_id, invoice_id, \
             client_id, merchant, charge, currency, amount, state, txn, next_check, checks, \
             asked_at) SELECT firm, 'ref_' || id, 1, 'pay_' || id, 'att_' || id, 'inv_' || id, \
             client, 'a:b:test', name, 'USD', 1, 'done', name, {due}, 0, 1"
        ),
        format!(
            "caseflow_alerts (firm_id, id, version, kind, invoice_id, detail, raised_at, \
             settled_at, settled_by) SELECT firm, 'alr_' || id, 1, 'overpaid', 'inv_' || id, '', \
             1, {settled} 1 END, {settled} 'somebody' END"
        ),
        format!(
            "caseflow_gateway_events (firm_id, merchant, event_id, kind, about, received_at, due, \
             tries) SELECT firm, 'a:b:test', name, '', '', 1, {due}, 0"
        ),
    ]
}

fn paperwork(contact: ContactId, file: FileRef) -> Vec<String> {
    let file = file.hex();
    let waits = "CASE WHEN i % 1000 = 0 THEN 'sent' ELSE";
    let due = "CASE WHEN i % 1000 = 1 THEN";
    vec![
        format!(
            "caseflow_offers (firm_id, id, version, kind, client_id, stage, number, edition, \
             digest, sent_at, withdrawn_at, title, dated, open_till, currency, total, pricing, \
             totals, created_at) SELECT firm, 'off_' || id, 1, \
             CASE WHEN i % 3 = 0 THEN 'estimate' ELSE 'proposal' END, client, \
             {waits} 'withdrawn' END, name, 1, '', i, {waits_at}, '', day, day, 'USD', 100, '', \
             '', 1",
            waits_at = "CASE WHEN i % 1000 = 0 THEN NULL ELSE 1 END"
        ),
        "caseflow_offer_links (firm_id, id, version, offer_id, client_id, email, token, \
         created_at) SELECT firm, 'olk_' || id, 1, 'off_' || id, client, '', name, 1"
            .into(),
        format!(
            "caseflow_contracts (firm_id, id, version, client_id, stage, sent_version, \
             shown_sha256, shown_size, sent_at, signed_at, copy, seal_due, title, body, sign_by, \
             created_at) SELECT firm, 'ctr_' || id, 1, client, {waits} 'signed' END, 1, '{file}', 1, \
             i, CASE WHEN i % 1000 = 0 THEN NULL ELSE 1 END, \
             CASE WHEN i % 1000 = 0 THEN NULL WHEN i % 1000 = 1 THEN 'pending' ELSE 'on_paper' END, \
             {due} 1 END, '', '', day, 1"
        ),
        format!(
            "caseflow_signatures (firm_id, contract_id, client_id, contract_version, shown, at, \
             kind, name, contact_id, contact_name, email, method, authenticated_at, terms, \
             sent_at, consented_at) SELECT firm, 'ctr_' || id, client, 1, '', 1, 'electronic', \
             '', '{contact}', '', '', 'host', 1, '', 1, 1"
        ),
    ]
}

/// Firm, client, contact, session and mailed link, of which there are a handful here, and the list
/// that comes with a call.
const SMALL: &[&str] = &["f", "c", "k", "s", "l", "j", "CONSTANT"];

/// The tables that grow.
const BIG: [&str; 13] = [
    "_invoices",
    "_payments",
    "_reversals",
    "_attempts",
    "_refunds",
    "_alerts",
    "_gateway_events",
    "_activities",
    "_audit",
    "_offers",
    "_offer_links",
    "_contracts",
    "_signatures",
];

/// Filters of a table that an index was made for.
const OWN_INDEX: [(&str, &str, &str); 12] = [
    ("_alerts", "x.settled_at IS NULL", "_open"),
    ("_attempts", "x.stage = ?4", "_stage"),
    ("_attempts", "x.invoice_id = ?4", "_invoice"),
    ("_attempts", "x.next_check <= ?1", "_due"),
    ("_refunds", "x.next_check <= ?1", "_due"),
    ("_gateway_events", "x.due <= ?1", "_due"),
    ("_offers", "x.kind = ?4 AND x.stage =", "_stage"),
    ("_offers", "x.open_till >= ?3", "_waiting"),
    ("_offers", "AND NOT (x.stage = 'sent'", "_shown"),
    ("_contracts", "x.id < ?2 AND x.stage =", "_stage"),
    ("_contracts", "'~') >= ?3", "_waiting"),
    ("_contracts", "x.seal_due <= ?1", "_seals"),
];

fn is_meant(page: &str, table: &str, filter: &str) -> bool {
    page.contains(&format!("FROM caseflow{table} x WHERE")) && page.contains(filter)
}

/// Indexes of what one client has open, or has been sent and not answered: little enough to be sorted.
const LITTLE: [&str; 3] = [
    "caseflow_invoices_to_pay",
    "caseflow_offers_waiting",
    "caseflow_contracts_waiting",
];

/// The statements that read the tables that grow.
fn pages(store: &SqlxStore) -> Vec<&'static str> {
    let big = BIG.map(|table| format!("caseflow{table} "));
    let texts = statement_texts(store).into_iter();
    let pages = texts.filter(|it| {
        (it.starts_with("SELECT") || it.starts_with("WITH w"))
            && big.iter().any(|big| it.contains(big.as_str()))
    });
    let pages: Vec<_> = pages.collect();
    assert!(pages.len() > 50, "{}", pages.len());
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_reads_a_whole_table_of_the_file() {
    let (store, database) = sqlite().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&store, &office).await);
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    let pages = pages(&store);
    for (table, filter, _) in OWN_INDEX {
        let mut pages = pages.iter();
        assert!(pages.any(|page| is_meant(page, table, filter)), "{filter}");
    }
    for page in pages {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {page}"));
        let rows = sqlx::query(explain).fetch_all(&mut conn).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let made_first = |table: &str| {
            let names = [
                format!("CO-ROUTINE {table}"),
                format!("MATERIALIZE {table}"),
            ];
            plan.iter().any(|line| names.contains(line))
        };
        if page.contains("JOIN caseflow_invoices x ON x.firm_id = f.firm_id")
            && page.contains("x.balance > 0")
        {
            let open = ["_open", "_to_pay", "_client"].map(|it| format!("caseflow_invoices{it}"));
            let by = |line: &String| open.iter().any(|index| line.contains(index));
            assert!(plan.iter().any(by), "{plan:#?} of {page}");
        }
        for (table, filter, index) in OWN_INDEX {
            let index = format!("caseflow{table}{index} ");
            let used = plan.iter().any(|line| line.contains(&index));
            assert!(
                used || !is_meant(page, table, filter),
                "{plan:#?} of {page}"
            );
        }
        for line in &plan {
            let scanned = line
                .strip_prefix("SCAN ")
                .and_then(|it| it.split(' ').next());
            let small = |table: &str| SMALL.contains(&table) || made_first(table);
            assert!(scanned.is_none_or(small), "{line} in {plan:#?} of {page}");
        }
        let count = |of: &dyn Fn(&str) -> bool| plan.iter().filter(|line| of(line)).count();
        let sorts = count(&|line| line.contains("TEMP B-TREE FOR ORDER BY"));
        let little = count(&|line| LITTLE.iter().any(|index| line.contains(index)));
        assert!(sorts <= little, "{plan:#?} of {page}");
    }
}

/// SQLite has no statistics before somebody asks for them, and then begins a join where it likes.
#[tokio::test(flavor = "multi_thread")]
async fn without_statistics_nothing_goes_through_all_of_a_firms_records() {
    let (store, database) = sqlite().await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    for page in pages(&store) {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {page}"));
        let rows = sqlx::query(explain).fetch_all(&mut conn).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        for line in &plan {
            let by_firm_alone = line.ends_with("(firm_id=?)");
            // Records `r` and `y` are those of an invoice.
            let records = line.starts_with("SEARCH r ") || line.starts_with("SEARCH y ");
            assert!(!(records && by_firm_alone), "{line} in {plan:#?} of {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_a_few_look_ups() {
    let (store, database) = sqlite().await;
    let mut conn = SqliteConnection::connect(database.url()).await.unwrap();
    let texts = statement_texts(&store).into_iter();
    let editions =
        texts.filter(|it| it.starts_with("SELECT") && it.contains("FROM caseflow_marks"));
    let mut found = 0;
    for edition in editions {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {edition}"));
        let rows = sqlx::query(explain).fetch_all(&mut conn).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let look_ups = plan.iter().filter(|line| line.starts_with("SEARCH"));
        assert_eq!(look_ups.count(), 3, "{plan:#?} of {edition}");
        assert!(!plan.iter().any(|line| line.contains("SCAN")), "{plan:#?}");
        found += 1;
    }
    assert_eq!(found, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_reads_a_whole_table_of_the_database() {
    let (store, database) = postgres().await;
    let office = Office::open(&*store, 1).await;
    let mut conn = PgConnection::connect(database.url()).await.unwrap();
    let much = sqlx::AssertSqlSafe(much(&store, &office).await);
    sqlx::raw_sql(much).execute(&mut conn).await.unwrap();
    for (n, page) in pages(&store).into_iter().enumerate() {
        // A statement adds up all that one client ever did: here, half of everything there is.
        if page.contains("CAST($3 AS JSON)") || page.contains("SUM(b.effect)") {
            continue;
        }
        let explain = explained(&mut conn, &format!("page_{n}"), page, &office).await;
        let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
            .fetch_all(&mut conn)
            .await;
        let plan: Vec<String> = rows.unwrap().iter().map(|row| row.get(0)).collect();
        for line in &plan {
            let scans = BIG.map(|table| line.contains(&format!("Seq Scan on caseflow{table}")));
            assert!(!scans.contains(&true), "{line} in {plan:#?} of {page}");
        }
    }
}

/// Prepares the page, and asks for its plan for values of the kinds that it takes.
pub(crate) async fn explained(
    conn: &mut PgConnection,
    name: &str,
    page: &str,
    office: &Office,
) -> String {
    let prepare = sqlx::AssertSqlSafe(format!("PREPARE {name} AS {page}"));
    sqlx::raw_sql(prepare).execute(&mut *conn).await.unwrap();
    let kinds = "SELECT CAST(array_to_string(parameter_types, ' ') AS TEXT) \
                 FROM pg_prepared_statements WHERE name = $1";
    let kinds: String = sqlx::query_scalar(kinds)
        .bind(name)
        .fetch_one(conn)
        .await
        .unwrap();
    let values = kinds
        .split(' ')
        .enumerate()
        .map(|(n, kind)| match (n, kind) {
            (0, "text") => format!("'{}'", office.firm.id),
            (1, "text") => format!("'{}'", office.contact.id),
            (_, "text") => "'~'".to_owned(),
            _ => "'26'".to_owned(),
        });
    let values: Vec<String> = values.collect();
    format!("EXPLAIN EXECUTE {name}({})", values.join(", "))
}
