//! The app's own write and the portal's, in one transaction.

use axum::http::StatusCode;
use caseflow_core::domain::access::Staff;
use caseflow_core::domain::text::Line;
use caseflow_core::firm::{self, invoices};
use caseflow_core::ports::store::{InvoiceQuery, MailQuery};
use mount_in_your_app::database::Database;
use mount_in_your_app::demo::{CONTACT, STAFF};
use mount_in_your_app::failure::Failure;
use mount_in_your_app::jobs;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_job_and_its_invoice_stay_together() {
    for world in World::on_both().await {
        let mut staff = world.signed_in(STAFF).await;
        let closed = staff.post("/jobs/2/close", "").await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER);
        assert_eq!(open(&world).await, [3]);
        assert_eq!(issued(&world).await, 2);
        let mut client = world.signed_in(CONTACT).await;
        let page = client.get("/portal/invoices").await;
        assert!(page.body.contains("BV-0002"), "{}", page.body);
        let again = staff.post("/jobs/2/close", "").await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert_eq!(issued(&world).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_app_rolls_back_neither_stays_and_no_number_is_used_up() {
    for world in World::on_both().await {
        // The app's last write of the transaction, after the portal's, breaks a rule of the app's.
        run(
            &world,
            "INSERT INTO postings (job, invoice) VALUES (2, 'billed on paper')",
        )
        .await;
        let refused = jobs::close(&world.host, "Tom Vale", 2).await;
        assert!(matches!(refused, Err(Failure::Broken(_))), "{refused:?}");
        assert_eq!(open(&world).await, [2, 3]);
        assert_eq!(issued(&world).await, 1);
        assert_eq!(mails(&world).await, 1);
        jobs::close(&world.host, "Tom Vale", 3).await.unwrap();
        assert_eq!(mails(&world).await, 2);
        let mut client = world.signed_in(CONTACT).await;
        let page = client.get("/portal/invoices").await;
        assert!(page.body.contains("BV-0002"), "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_portal_refuses_the_job_stays_open() {
    for world in World::on_both().await {
        run(&world, "UPDATE jobs SET hours = 'many' WHERE id = 2").await;
        let refused = jobs::close(&world.host, "Tom Vale", 2).await;
        assert!(matches!(refused, Err(Failure::Broken(_))), "{refused:?}");
        assert_eq!(open(&world).await, [2, 3]);
        assert_eq!(issued(&world).await, 1);
    }
}

async fn run(world: &World, statement: &'static str) {
    match &world.host.database {
        Database::Sqlite(pool) => drop(sqlx::raw_sql(statement).execute(pool).await.unwrap()),
        Database::Postgres(pool) => drop(sqlx::raw_sql(statement).execute(pool).await.unwrap()),
    }
}

/// The jobs without an invoice that are not closed, as the app's own list shows them.
async fn open(world: &World) -> Vec<i64> {
    let statement = "SELECT id FROM jobs WHERE closed_at IS NULL ORDER BY id";
    match &world.host.database {
        Database::Sqlite(pool) => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap(),
        Database::Postgres(pool) => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap(),
    }
}

/// How many invoices the portal has, drafts too.
async fn issued(world: &World) -> usize {
    let (ports, query) = (&world.host.ports, InvoiceQuery::default());
    let all = invoices::list(ports, &staff(world), &query).await;
    all.unwrap().rows.len()
}

/// How many mails are to leave.
async fn mails(world: &World) -> usize {
    let (ports, query) = (&world.host.ports, MailQuery::default());
    let all = firm::mails::list(ports, &staff(world), &query).await;
    all.unwrap().rows.len()
}

fn staff(world: &World) -> Staff {
    Staff {
        firm: world.host.firm,
        name: Line::parse("Tom Vale").unwrap(),
        key: None,
        vault: false,
    }
}
