//! What contacts are shown.

use std::sync::Arc;
use std::time::Duration;

use super::{applied, portal_invoices, stored, update, wrote};
use crate::domain::access::{Section, Sections, Visitor};
use crate::domain::activity::{Activity, ActivityKind};
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::changes::{Change, Changes, Counter, CounterDelta, Version, Write};
use crate::domain::client::{Access, Contact, Standing};
use crate::domain::currency::Currency;
use crate::domain::firm::Firm;
use crate::domain::id::{AnnouncementId, InvoiceId, Subject};
use crate::domain::invoice::{Account, InvoiceStatus};
use crate::domain::money::Money;
use crate::domain::number::{Number, NumberFormat};
use crate::ports::store::{DashboardPage, InvoiceQuery, OpenBalance, Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// R-ACC-7 and R-INV-2. Catches each portal read that shows a draft.
pub async fn case_drafts_are_invisible_in_the_portal(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let draft = fixtures::draft(1, office.client.id, usd("10.00"));
    wrote(
        &*store,
        office.firm.id,
        Change::Invoice(Write::Insert(draft)),
    )
    .await;
    let visit = office.visit(&office.contact);
    for status in [None].into_iter().chain(InvoiceStatus::ALL.map(Some)) {
        let query = InvoiceQuery {
            status,
            ..InvoiceQuery::default()
        };
        assert_eq!(portal_invoices(&*store, visit, 5, &query).await, []);
    }
    let (_, file) = store
        .client_invoice(visit, id::<InvoiceId>(1).into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(file, None);
    assert_eq!(dashboard(&*store, visit).await, DashboardPage::default());
    let old = stored(&*store, &office, id(1)).await;
    let number = Number::Next(NumberFormat::parse("INV-", 4).unwrap());
    let issued = old.value.clone().issue(number, NOW).unwrap();
    wrote(&*store, office.firm.id, Change::Invoice(old.update(issued))).await;
    let (_, file) = store
        .client_invoice(visit, id::<InvoiceId>(1).into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        file.unwrap().invoice.value.number().unwrap().as_str(),
        "INV-0001"
    );
}

/// Catches a dashboard whose figures are other than those of the invoices: cancelled, paid and
/// overpaid ones counted, currencies mixed, the due day taken for overdue.
pub async fn case_the_dashboard_adds_up_what_is_open(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let euros = |minor| Money::from_minor(minor, Currency::EUR);
    for (n, total, received, due, cancelled) in [
        (1, usd("10.00"), usd("0.00"), "2026-11-23", false),
        (2, usd("10.00"), usd("4.00"), "2026-11-24", false),
        (3, usd("10.00"), usd("10.00"), "2026-11-01", false),
        (4, usd("10.00"), usd("12.00"), "2026-11-01", false),
        (5, usd("10.00"), usd("0.00"), "2026-11-01", true),
        (6, euros(700), euros(100), "2026-11-20", false),
        (7, usd("0.00"), usd("0.00"), "2026-11-01", false),
    ] {
        let mut invoice = fixtures::issued(n, office.client.id, total);
        if cancelled {
            invoice = invoice.cancel(NOW).unwrap();
        }
        invoice.terms.due = fixtures::day(due);
        invoice.account = Account {
            received,
            ..invoice.account
        };
        wrote(
            &*store,
            office.firm.id,
            Change::Invoice(Write::Insert(invoice)),
        )
        .await;
    }
    let page = dashboard(&*store, office.visit(&office.contact)).await;
    let expected = [
        OpenBalance {
            count: 1,
            due: euros(600),
            overdue_count: 1,
            overdue: euros(600),
        },
        OpenBalance {
            count: 2,
            due: usd("16.00"),
            overdue_count: 1,
            overdue: usd("10.00"),
        },
    ];
    assert_eq!(page.open, expected);
    let to_pay: Vec<_> = page.to_pay.iter().map(|row| row.id).collect();
    assert_eq!(to_pay, [id(6), id(1), id(2)]);
}

/// Catches a dashboard that shows too much, or the first rows found and not the next ones due or the
/// latest.
pub async fn case_the_dashboard_shows_ten_of_each(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in (1..=13).map(|n| n * 5 % 14) {
        let mut invoice = fixtures::issued(n, office.client.id, usd("1.00"));
        invoice.terms.due = fixtures::day(if n > 3 { "2026-12-01" } else { "2026-12-02" });
        let changes = Changes::default()
            .with(Change::Activity(fixtures::activity(n, &invoice)))
            .with(Change::Announcement(Write::Insert(fixtures::announcement(
                n,
            ))))
            .with(Change::Invoice(Write::Insert(invoice)));
        applied(&*store, office.firm.id, changes).await;
    }
    let page = dashboard(&*store, office.visit(&office.contact)).await;
    let to_pay: Vec<_> = page.to_pay.iter().map(|row| row.id).collect();
    assert_eq!(to_pay, (4..=13).map(id).collect::<Vec<_>>());
    assert_eq!((page.open[0].count, page.open[0].due), (13, usd("13.00")));
    let latest = (4..=13).rev();
    let announced: Vec<_> = page.announcements.iter().map(|it| it.id).collect();
    assert_eq!(announced, latest.clone().map(id).collect::<Vec<_>>());
    let happened: Vec<_> = page.activity.iter().map(|row| row.activity.id).collect();
    assert_eq!(happened, latest.map(id).collect::<Vec<_>>());
    for row in &page.activity {
        let Subject::Invoice(id) = row.activity.about else {
            panic!("{:?} is about no invoice", row.activity)
        };
        let invoice = stored(&*store, &office, id).await.value;
        assert_eq!(row.number.as_ref(), invoice.number());
    }
}

/// Catches a year that begins at another hour than the firm's own, and amounts of zero that show.
pub async fn case_the_year_is_the_firms_year(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let moved = |year, currency, delta| {
        Change::Count(CounterDelta {
            client: office.client.id,
            counter: Counter::Received { year, currency },
            delta,
        })
    };
    let changes = Changes::default()
        .with(moved(2026, Currency::USD, 100))
        .with(moved(2026, Currency::EUR, 200))
        .with(moved(2026, Currency::GBP, 5))
        .with(moved(2026, Currency::GBP, -5))
        .with(moved(2027, Currency::USD, 300));
    applied(&*store, office.firm.id, changes).await;
    let last_year = vec![
        Money::from_minor(200, Currency::EUR),
        Money::from_minor(100, Currency::USD),
    ];
    let this_year = vec![Money::from_minor(300, Currency::USD)];
    // Zurich's new year is an hour before that of UTC.
    for (now, expected) in [
        ("2026-12-31T22:59:59Z", last_year),
        ("2026-12-31T23:00:00Z", this_year),
        ("2028-01-01T00:00:00Z", vec![]),
    ] {
        let visit = office.visit_at(&office.contact, fixtures::at(now));
        assert_eq!(dashboard(&*store, visit).await.received_this_year, expected);
    }
}

/// R-LIB-2. Catches an announcement that shows outside its window, to whom it is not meant for, or
/// again to whom has put it away.
pub async fn case_announcements_show_to_whom_and_when_they_are_meant(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (start, end) = (NOW, NOW.plus(Duration::from_secs(60)));
    let both = Announcement {
        until: Some(end),
        audience: Audience::Clients(vec![office.neighbour.id, office.client.id]),
        ..fixtures::announcement(1)
    };
    let neighbours = Announcement {
        audience: Audience::Clients(vec![office.neighbour.id]),
        ..fixtures::announcement(2)
    };
    let changes = Changes::default()
        .with(Change::Announcement(Write::Insert(both.clone())))
        .with(Change::Announcement(Write::Insert(neighbours.clone())));
    applied(&*store, office.firm.id, changes).await;
    let moment = Duration::from_micros(1);
    for (contact, now, expected) in [
        (&office.contact, start, vec![id(1)]),
        (&office.contact, start.minus(moment), vec![]),
        (&office.contact, end.minus(moment), vec![id(1)]),
        (&office.contact, end, vec![]),
        (&office.stranger, start, vec![id(2), id(1)]),
    ] {
        assert_eq!(
            shown(&*store, office.visit_at(contact, now)).await,
            expected
        );
    }
    let put_away = Change::Dismissal {
        contact: office.contact.id,
        announcement: id(1),
        at: NOW,
    };
    wrote(&*store, office.firm.id, put_away.clone()).await;
    wrote(&*store, office.firm.id, put_away).await;
    assert_eq!(shown(&*store, office.visit(&office.contact)).await, []);
    assert_eq!(
        shown(&*store, office.visit(&office.colleague)).await,
        [id(1)]
    );
    let everyone = Announcement {
        audience: Audience::Everyone,
        ..neighbours
    };
    let change = Change::Announcement(update(Version::FIRST, everyone.clone()));
    wrote(&*store, office.firm.id, change).await;
    assert_eq!(
        shown(&*store, office.visit(&office.colleague)).await,
        [id(2), id(1)]
    );
    let read = store
        .announcement(office.firm.id, id(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((read.version, read.value), (Version(2), everyone));
}

/// R-ACC-4. Catches a feed that is cut to its length before closed sections are taken out, one that
/// shows them, and one that loses a kind of line.
pub async fn case_the_feed_knows_closed_sections(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let invoice = fixtures::issued(1, office.client.id, usd("1.00"));
    let change = Change::Invoice(Write::Insert(invoice.clone()));
    wrote(&*store, firm, change).await;
    for (n, kind) in (1..).zip(ActivityKind::ALL) {
        let activity = Activity {
            kind,
            amount: (n % 2 == 0).then(|| usd("3.00")),
            ..fixtures::activity(n, &invoice)
        };
        wrote(&*store, firm, Change::Activity(activity)).await;
    }
    let told = [
        Sections::ALL,
        Sections::ALL.without(Section::Contracts),
        Sections::NONE.with(Section::Estimates),
        Sections::NONE.with(Section::Proposals),
        Sections::NONE.with(Section::Invoices),
        Sections::NONE.with(Section::Documents),
        Sections::NONE.with(Section::Vault),
        Sections::NONE,
    ];
    for (read, permissions) in (1..).zip(told) {
        let contact = Contact {
            permissions,
            ..office.contact.clone()
        };
        let change = Change::Contact(update(Version(read), contact));
        wrote(&*store, firm, change).await;
        feed_is_open(&*store, office.visit(&office.contact), permissions).await;
    }
    for (read, sections) in (1..).zip(told) {
        let firm = Firm {
            sections,
            ..office.firm.clone()
        };
        wrote(&*store, firm.id, Change::Firm(update(Version(read), firm))).await;
        feed_is_open(&*store, office.visit(&office.colleague), sections).await;
    }
}

/// The feed holds the latest ten lines of these sections.
async fn feed_is_open(store: &dyn Store, visit: Visit, sections: Sections) {
    let page = dashboard(store, visit).await;
    let kinds: Vec<_> = page.activity.iter().map(|it| it.activity.kind).collect();
    let newest_first = ActivityKind::ALL.into_iter().rev();
    let open = newest_first.filter(|kind| sections.contains(kind.section()));
    assert_eq!(kinds, open.take(10).collect::<Vec<_>>(), "{sections:?}");
}

/// Catches a store that lets strangers in, or that decides by itself who may visit: an ended session,
/// access switched off or a removed contact is the caller's to see.
pub async fn case_a_guest_is_known_as_it_is(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let session = fixtures::session(1, office.contact.id);
    wrote(&*store, office.firm.id, Change::Session(session.clone())).await;
    let by = |visitor| Visit {
        visitor,
        ..office.visit_at(&office.contact, fixtures::at("2031-01-01T00:00:00Z"))
    };
    let token = by(Visitor::Session(session.token));
    let gone = Contact {
        standing: Standing::Removed,
        access: Access::Off,
        ..office.contact.clone()
    };
    wrote(
        &*store,
        office.firm.id,
        Change::Contact(update(Version(1), gone.clone())),
    )
    .await;
    let guest = store.guest(token).await.unwrap().unwrap();
    assert_eq!(
        (guest.firm, guest.client),
        (office.firm.clone(), office.client.clone())
    );
    assert_eq!((guest.contact, guest.session), (gone, Some(session)));
    let vouched = office.visit(&office.contact);
    assert_eq!(store.guest(vouched).await.unwrap().unwrap().session, None);
    let unknown = [
        Visitor::Session(fixtures::secret(2).hash()),
        Visitor::Vouched {
            contact: id(4_711),
            authenticated_at: NOW,
        },
    ];
    for visit in unknown.map(by) {
        assert_eq!(store.guest(visit).await.unwrap(), None);
        assert_eq!(store.dashboard(visit).await.unwrap(), None);
        assert_eq!(
            store
                .client_invoice(visit, id::<InvoiceId>(1).into())
                .await
                .unwrap(),
            None
        );
    }
}

async fn dashboard(store: &dyn Store, visit: Visit) -> DashboardPage {
    store.dashboard(visit).await.unwrap().unwrap().1
}

async fn shown(store: &dyn Store, visit: Visit) -> Vec<AnnouncementId> {
    let page = dashboard(store, visit).await;
    page.announcements.iter().map(|it| it.id).collect()
}
