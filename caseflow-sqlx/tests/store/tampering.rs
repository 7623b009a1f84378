//! What somebody changed past the store is found.

use std::sync::Arc;

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::audit::ChainBroken;
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::firm::{Call, audit, clients};
use caseflow_core::ports::store::Writes as _;
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{
    Office, issued, line, online_payment, paid_attempt, shown_file, signature, signed_contract, usd,
};
use caseflow_core::{Ports, firm};
use caseflow_sqlx::SqlxStore;
use caseflow_sqlx::testing::{TestDatabase, postgres, sqlite};

/// Whoever runs a statement past the store.
enum Tampering {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Tampering {
    async fn with(database: &TestDatabase) -> Self {
        if database.url().starts_with("sqlite:") {
            Self::Sqlite(sqlx::SqlitePool::connect(database.url()).await.unwrap())
        } else {
            Self::Postgres(sqlx::PgPool::connect(database.url()).await.unwrap())
        }
    }

    async fn run(&self, sql: &'static str) {
        self.attempt(sql).await.unwrap();
    }

    async fn attempt(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
        }
    }
}

struct Scene {
    ports: Ports,
    office: Office,
    invoice: InvoiceId,
    tampering: Tampering,
    _database: TestDatabase,
}

/// A firm with ten audited changes.
async fn scene((store, database): (Arc<SqlxStore>, TestDatabase)) -> Scene {
    let office = Office::open(store.as_ref(), 1).await;
    let invoice = issued(1, office.client.id, usd("100.00"));
    let changes = Changes::default().with(Change::Invoice(Write::Insert(invoice.clone())));
    store.commit(office.firm.id, changes).await.unwrap();
    let ports = Doubles::new().ports(store);
    let staff = office.staff();
    let call = Call {
        staff,
        origin: Origin::default(),
        idempotency: None,
    };
    for n in 1..=10 {
        let input = clients::ClientInput {
            name: line(&format!("Client {n}")),
            address: None,
            tax_id: None,
            reference: None,
        };
        clients::create(&ports, &call, input).await.unwrap();
    }
    let tampering = Tampering::with(&database).await;
    Scene {
        ports,
        office,
        invoice: invoice.id,
        tampering,
        _database: database,
    }
}

async fn an_edited_audit_row_is_named(scene: Scene) {
    let staff = scene.office.staff();
    let sound = audit::check_chain(&scene.ports, &staff)
        .await
        .unwrap()
        .unwrap();
    assert!(sound.seq() >= 10);
    let edit = "UPDATE caseflow_audit SET actor = 'staff Somebody Else' WHERE seq = 4";
    scene.tampering.run(edit).await;
    let broken = audit::check_chain(&scene.ports, &staff).await.unwrap();
    assert_eq!(broken.unwrap_err(), ChainBroken { seq: 4 });
}

async fn a_removed_audit_row_is_named(scene: Scene) {
    for sql in [
        "DELETE FROM caseflow_audit_about WHERE seq = 6",
        "DELETE FROM caseflow_audit WHERE seq = 6",
    ] {
        scene.tampering.run(sql).await;
    }
    let broken = audit::check_chain(&scene.ports, &scene.office.staff())
        .await
        .unwrap();
    assert_eq!(broken.unwrap_err(), ChainBroken { seq: 6 });
}

async fn an_account_that_does_not_add_up_is_named(scene: Scene) {
    let staff = scene.office.staff();
    let before = firm::audit::check_accounts(&scene.ports, &staff)
        .await
        .unwrap();
    assert_eq!(before, []);
    let edit = "UPDATE caseflow_invoices SET received = received + 1, balance = balance - 1";
    scene.tampering.run(edit).await;
    let after = firm::audit::check_accounts(&scene.ports, &staff)
        .await
        .unwrap();
    assert_eq!(after, [scene.invoice]);
}

/// The same row under another id: what refuses it is the charge alone.
async fn a_second_row_of_a_charge_is_refused(scene: Scene) {
    let invoice = issued(2, scene.office.client.id, usd("100.00"));
    let attempt = paid_attempt(1, &invoice, scene.office.contact.id);
    let payment = online_payment(1, &attempt, &invoice, usd("100.00"));
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(invoice)))
        .with(Change::Attempt(Write::Insert(attempt)))
        .with(Change::Payment(Write::Insert(payment)));
    let firm = scene.office.firm.id;
    scene.ports.store.commit(firm, changes).await.unwrap();
    let again = "INSERT INTO caseflow_payments SELECT firm_id, id || 'x', version, invoice_id, \
                 client_id, currency, amount, received_on, mode, reference, note, receipt, \
                 voided_at, void_reason, attempt_id, merchant, txn, recorded_at \
                 FROM caseflow_payments";
    let refused = scene.tampering.attempt(again).await.unwrap_err();
    let refused = refused.as_database_error().unwrap();
    assert!(refused.is_unique_violation(), "{refused}");
    let other = "INSERT INTO caseflow_payments SELECT firm_id, id || 'x', version, invoice_id, \
                 client_id, currency, amount, received_on, mode, reference, note, receipt, \
                 voided_at, void_reason, attempt_id, merchant, txn || 'x', recorded_at \
                 FROM caseflow_payments";
    scene.tampering.run(other).await;
}

/// Another signature, on paper and later: what refuses it is that the contract has one.
/// Nor can what is signed be taken away from under the signature.
async fn what_is_signed_stays(scene: Scene) {
    let contract = signed_contract(1, scene.office.client.id);
    let signature = signature(&contract, &scene.office.contact);
    let changes = Changes::default()
        .with(Change::File(shown_file()))
        .with(Change::Contract(Write::Insert(contract)))
        .with(Change::Signature(signature));
    let firm = scene.office.firm.id;
    scene.ports.store.commit(firm, changes).await.unwrap();
    let again = "INSERT INTO caseflow_signatures (firm_id, contract_id, client_id, \
                 contract_version, shown, at, kind, name, signed_on, recorded_by) \
                 SELECT firm_id, contract_id, client_id, 2, shown, at + 1, 'paper', \
                 'Somebody Else', '2026-11-20', 'Somebody' FROM caseflow_signatures";
    let refused = scene.tampering.attempt(again).await.unwrap_err();
    let refused = refused.as_database_error().unwrap();
    assert!(refused.is_unique_violation(), "{refused}");
    for removed in [
        "DELETE FROM caseflow_contracts",
        "DELETE FROM caseflow_files",
    ] {
        let refused = scene.tampering.attempt(removed).await.unwrap_err();
        let refused = refused.as_database_error().unwrap();
        assert!(refused.is_foreign_key_violation(), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c16_what_is_signed_stays_so_in_the_database() {
    what_is_signed_stays(scene(sqlite().await).await).await;
    what_is_signed_stays(scene(postgres().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b04_a_second_row_of_a_charge_is_refused_by_the_database() {
    a_second_row_of_a_charge_is_refused(scene(sqlite().await).await).await;
    a_second_row_of_a_charge_is_refused(scene(postgres().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d08_an_edited_audit_row_is_named_in_a_file() {
    an_edited_audit_row_is_named(scene(sqlite().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d08_an_edited_audit_row_is_named_in_a_database() {
    an_edited_audit_row_is_named(scene(postgres().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d08_a_removed_audit_row_is_named() {
    a_removed_audit_row_is_named(scene(sqlite().await).await).await;
    a_removed_audit_row_is_named(scene(postgres().await).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_changed_past_the_store_is_named() {
    an_account_that_does_not_add_up_is_named(scene(sqlite().await).await).await;
    an_account_that_does_not_add_up_is_named(scene(postgres().await).await).await;
}
