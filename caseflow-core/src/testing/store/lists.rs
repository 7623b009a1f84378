//! Lists: order, pages, filters, and what is kept of a text or a number.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::{
    all_pages, applied, firm_invoices, first_page, portal_invoices, stored, update, wrote,
};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::firm::Firm;
use crate::domain::id::{InvoiceId, TypedId as _};
use crate::domain::invoice::{Account, Invoice, InvoiceStatus};
use crate::domain::page::PageSize;
use crate::domain::time::{Timestamp, Zone};
use crate::ports::store::{HistoryRow, InvoiceQuery, Store};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// Case 21. Catches an order in which rows with the same date come as they like.
pub async fn case_21_rows_of_one_date_are_in_the_order_of_ids(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    // Written in an order that is neither up nor down.
    for n in (1..=30).map(|n| n * 7 % 31) {
        let invoice = fixtures::issued(n, office.client.id, usd("1.00"));
        let payment = fixtures::payment(n, &invoice, usd("1.00"));
        let changes = Changes::default()
            .with(Change::Invoice(Write::Insert(invoice)))
            .with(Change::Payment(Write::Insert(payment)));
        applied(&*store, office.firm.id, changes).await;
    }
    let newest_first: Vec<InvoiceId> = (1..=30).rev().map(id).collect();
    let (visit, all) = (office.visit(&office.contact), InvoiceQuery::default());
    for rows in [1, 7, 30, 100] {
        let firm = firm_invoices(&*store, office.firm.id, NOW, rows, &all).await;
        let portal = portal_invoices(&*store, visit, rows, &all).await;
        assert_eq!(firm, portal);
        assert_eq!(
            firm.iter().map(|row| row.id).collect::<Vec<_>>(),
            newest_first
        );
        let payments = all_pages(rows, async |page| {
            let found = store.client_payments(visit, &page).await;
            found.map(|found| found.unwrap().1)
        });
        let payments: Vec<u128> = payments.await.iter().map(payment).collect();
        let expected: Vec<u128> = newest_first.iter().map(|id| id.as_u128()).collect();
        assert_eq!(payments, expected);
    }
}

/// The payment that a line of the history is about.
fn payment(row: &HistoryRow) -> u128 {
    match row {
        HistoryRow::Payment(row) => row.payment.value.id.as_u128(),
        HistoryRow::Reversal(row) => panic!("nothing went back: {row:?}"),
    }
}

/// Case 22. Catches pages that are counted off: rows that come in meanwhile then push others from one
/// page to the next.
pub async fn case_22_pages_have_no_gaps_while_rows_come_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let dated = |n: u64, day: u64| {
        let mut invoice = fixtures::issued(n, office.client.id, usd("1.00"));
        invoice.terms.dated = fixtures::day("2026-11-01") + Days::new(day);
        Change::Invoice(Write::Insert(invoice))
    };
    for n in 100..120 {
        wrote(&*store, office.firm.id, dated(n, n % 4)).await;
    }
    let mut newcomer = 0;
    let rows = all_pages(3, async |page| {
        let query = InvoiceQuery {
            page,
            ..InvoiceQuery::default()
        };
        let page = store.invoices(office.firm.id, NOW, &query).await;
        for (day, n) in [(0, 0), (2, 500), (9, 1_000)] {
            wrote(&*store, office.firm.id, dated(newcomer + n + 1, day)).await;
        }
        newcomer += 1;
        page
    })
    .await;
    let places: Vec<(NaiveDate, InvoiceId)> = rows.iter().map(|row| (row.dated, row.id)).collect();
    assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
    for n in 100..120 {
        let times = rows.iter().filter(|row| row.id == id(n)).count();
        assert_eq!(times, 1, "invoice {n}");
    }
}

/// Case 24. Catches filters that overwrite each other or are applied after the page was cut.
pub async fn case_24_status_and_client_filters_combine(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 1..=40 {
        let client = [office.client.id, office.neighbour.id][usize::from(n % 3 == 0)];
        let invoice = if n % 5 == 0 {
            fixtures::draft(n, client, usd("1.00"))
        } else {
            fixtures::issued(n, client, usd("1.00"))
        };
        wrote(
            &*store,
            office.firm.id,
            Change::Invoice(Write::Insert(invoice)),
        )
        .await;
    }
    for (client, status, expected) in [
        (None, None, 40),
        (None, Some(InvoiceStatus::Draft), 8),
        (Some(office.neighbour.id), None, 13),
        (Some(office.neighbour.id), Some(InvoiceStatus::Draft), 2),
        (Some(office.client.id), Some(InvoiceStatus::Unpaid), 21),
        (Some(office.client.id), Some(InvoiceStatus::Paid), 0),
        (Some(id(4_711)), None, 0),
    ] {
        for rows in [1, 4, 100] {
            let query = InvoiceQuery {
                client,
                status,
                ..InvoiceQuery::default()
            };
            let found = firm_invoices(&*store, office.firm.id, NOW, rows, &query).await;
            assert_eq!(found.len(), expected, "{query:?}");
            assert!(
                found
                    .iter()
                    .all(|row| client.is_none_or(|client| row.client == client))
            );
        }
    }
}

/// Case 25. Catches a list that says that there is more when there is not, or the other way round.
pub async fn case_25_a_page_says_whether_there_is_another(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    assert_eq!(
        store
            .announcements(firm, &first_page(1))
            .await
            .unwrap()
            .next,
        None
    );
    for n in 1..=100 {
        let announcement = Change::Announcement(Write::Insert(fixtures::announcement(n)));
        wrote(&*store, firm, announcement).await;
    }
    let page = store.announcements(firm, &first_page(100)).await.unwrap();
    assert_eq!((page.rows.len(), page.next), (PageSize::MAX.rows(), None));
    assert_eq!(
        (page.rows[0].value.id, page.rows[99].value.id),
        (id(100), id(1))
    );
    let page = store.announcements(firm, &first_page(99)).await.unwrap();
    assert_eq!(page.rows.len(), 99);
    assert_eq!(page.next.unwrap().id, page.rows[98].value.id.to_string());
    let clients = all_pages(1, async |page| store.clients(firm, &page).await).await;
    let ids: Vec<_> = clients.iter().map(|row| row.client.value.id).collect();
    assert_eq!(ids, [office.neighbour.id, office.client.id]);
    assert_eq!(
        clients.iter().map(|row| row.contacts).collect::<Vec<_>>(),
        [1, 2]
    );
}

/// Case A26 (R-INV-1). Catches every difference between what a filter finds and what the badge of a
/// row says: on invoices of all kinds, at several times of day, whatever the size of the pages.
pub async fn a26_badge_and_filter_agree(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 1..=120 {
        let invoice = one_of_many(n, &office);
        wrote(
            &*store,
            office.firm.id,
            Change::Invoice(Write::Insert(invoice)),
        )
        .await;
    }
    for now in [
        "2026-11-23T22:59:59.999999Z",
        "2026-11-23T23:00:00Z",
        "2026-11-24T12:00:00Z",
        "2026-11-26T00:00:00Z",
    ] {
        badges_are_filters(&*store, &office, &office.firm, fixtures::at(now)).await;
    }
}

/// Case A26 once more. Catches a store that keeps a status, or the day on which one changes: the
/// firm moves to another zone and every list knows it.
pub async fn a26_another_zone_counts_at_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let mut invoice = fixtures::issued(1, office.client.id, usd("1.00"));
    invoice.terms.due = fixtures::day("2026-11-24");
    wrote(
        &*store,
        office.firm.id,
        Change::Invoice(Write::Insert(invoice)),
    )
    .await;
    let now = fixtures::at("2026-11-24T23:30:00Z");
    for (version, zone, status) in [
        (1, "Europe/Zurich", InvoiceStatus::Overdue),
        (2, "America/New_York", InvoiceStatus::Unpaid),
        (3, "UTC", InvoiceStatus::Unpaid),
        (4, "Pacific/Kiritimati", InvoiceStatus::Overdue),
    ] {
        let firm = Firm {
            zone: Zone::parse(zone).unwrap(),
            ..office.firm.clone()
        };
        wrote(
            &*store,
            firm.id,
            Change::Firm(update(Version(version), firm.clone())),
        )
        .await;
        badges_are_filters(&*store, &office, &firm, now).await;
        let query = InvoiceQuery {
            status: Some(status),
            ..InvoiceQuery::default()
        };
        assert_eq!(
            firm_invoices(&*store, firm.id, now, 1, &query).await.len(),
            1,
            "{zone}"
        );
        let visit = office.visit_at(&office.contact, now);
        let (guest, dashboard) = store.dashboard(visit).await.unwrap().unwrap();
        assert_eq!(guest.firm.zone, firm.zone);
        let overdue = u32::from(status == InvoiceStatus::Overdue);
        assert_eq!(dashboard.open[0].overdue_count, overdue, "{zone}");
    }
}

async fn badges_are_filters(store: &dyn Store, office: &Office, firm: &Firm, now: Timestamp) {
    let today = firm.today(now);
    let visit = office.visit_at(&office.contact, now);
    let all = firm_invoices(store, firm.id, now, 100, &InvoiceQuery::default()).await;
    let mine = portal_invoices(store, visit, 100, &InvoiceQuery::default()).await;
    let known = all.iter().filter(|row| row.client == office.client.id);
    let known: Vec<_> = known
        .filter(|row| row.status(today) != InvoiceStatus::Draft)
        .cloned()
        .collect();
    assert_eq!(mine, known);
    for row in &all {
        let invoice = stored(store, office, row.id).await.value;
        assert_eq!(row.status(today), invoice.status(today));
        assert_eq!(row.amount_due(), invoice.amount_due());
    }
    for status in InvoiceStatus::ALL {
        let query = InvoiceQuery {
            status: Some(status),
            ..InvoiceQuery::default()
        };
        let badges = |rows: &[crate::ports::store::InvoiceRow]| {
            let rows = rows.iter().filter(|row| row.status(today) == status);
            rows.cloned().collect::<Vec<_>>()
        };
        for rows in [7, 100] {
            let found = firm_invoices(store, firm.id, now, rows, &query).await;
            assert_eq!(found, badges(&all), "{status:?} at {now}");
            let found = portal_invoices(store, visit, rows, &query).await;
            assert_eq!(found, badges(&mine), "{status:?} at {now}");
        }
    }
}

/// An invoice that differs from its neighbours in state, due day and what was received and credited,
/// each in its own rhythm.
fn one_of_many(n: u64, office: &Office) -> Invoice {
    let client = [office.client.id, office.neighbour.id][usize::from(n.is_multiple_of(7))];
    let total = if n.is_multiple_of(11) {
        "0.00"
    } else {
        "10.00"
    };
    let mut invoice = match n % 6 {
        0 => fixtures::draft(n, client, usd(total)),
        1 => fixtures::issued(n, client, usd(total)).cancel(NOW).unwrap(),
        _ => fixtures::issued(n, client, usd(total)),
    };
    invoice.terms.dated = fixtures::day("2026-11-01") + Days::new(n % 5);
    invoice.terms.due = fixtures::day("2026-11-21") + Days::new(n % 7);
    if n % 6 > 1 {
        let received =
            ["0.00", "0.01", "9.99", "10.00", "10.01"][usize::try_from(n / 6 % 5).unwrap()];
        let credited = ["0.00", "0.01", "10.00"][usize::try_from(n / 30 % 3).unwrap()];
        invoice.account = Account {
            received: usd(received),
            credited: usd(credited),
            ..invoice.account
        };
    }
    invoice
}
