//! Nothing crosses firms, and in the portal nothing crosses clients.

use std::sync::Arc;

use super::counters::{count, counted};
use super::snapshot::{FIRST, RECEIVED, Seen, entry, full, logo, seen, throttle_key};
use super::{
    all_pages, applied, firm_invoices, is_conflict, is_missing, portal_invoices, tried, update,
    wrote,
};
use crate::domain::access::Visitor;
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::changes::{Change, CounterDelta, Version, Write};
use crate::domain::id::{FirmId, InvoiceId, PaymentId, Subject};
use crate::domain::invoice::Invoice;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::page::PageQuery;
use crate::domain::period::Period;
use crate::domain::throttle::Throttle;
use crate::ports::store::{
    AuditQuery, InvoiceKey, InvoiceQuery, PaymentQuery, StatementFile, Store, Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// Cases 18 and E02, reads. Catches each read that forgets the firm: everything of one firm is asked
/// for in the name of another, and in the name of one that does not exist.
pub async fn case_18_e02_no_read_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    applied(&*store, one.firm.id, full(&one)).await;
    for stranger in [two.firm.id, id(4_711)] {
        sees_no_record(&*store, &one, stranger).await;
        sees_no_person(&*store, &one, stranger).await;
        portal_sees_nothing(&*store, &one, stranger).await;
    }
    let listed = all_pages(100, async |page| store.firms(&page).await).await;
    assert_eq!(
        listed,
        [
            seen(&*store, &one).await.firm.unwrap().value,
            two.firm.clone()
        ]
    );
    assert_eq!(files(&seen(&*store, &two).await), (2, 3, 0));
}

async fn sees_no_record(store: &dyn Store, one: &Office, firm: FirmId) {
    let (client, contact) = (one.client.id, one.contact.id);
    assert_eq!(
        store.logo(firm, logo().reference().sha256).await.unwrap(),
        None
    );
    assert_eq!(store.api_keys(firm).await.unwrap(), []);
    assert_eq!(store.api_key(firm, id(FIRST)).await.unwrap(), None);
    assert_eq!(store.client(firm, client).await.unwrap(), None);
    assert_eq!(store.client_of(firm, contact).await.unwrap(), None);
    for key in [
        id::<InvoiceId>(FIRST).into(),
        InvoiceKey::from(id::<PaymentId>(FIRST)),
    ] {
        assert_eq!(store.invoice(firm, key).await.unwrap(), None);
        assert_eq!(store.invoice_card(firm, key).await.unwrap(), None);
    }
    let statement = store.statement_card(firm, client, this_year()).await;
    assert_eq!(statement.unwrap(), None);
    assert_eq!(store.announcement(firm, id(FIRST)).await.unwrap(), None);
    assert_eq!(store.counter(firm, client, RECEIVED).await.unwrap(), 0);
    for of in [None, Some(client)] {
        let query = InvoiceQuery {
            client: of,
            ..InvoiceQuery::default()
        };
        assert_eq!(firm_invoices(store, firm, NOW, 10, &query).await, []);
        let query = PaymentQuery {
            client: of,
            ..PaymentQuery::default()
        };
        assert_eq!(store.payments(firm, &query).await.unwrap().rows, []);
    }
    assert_eq!(
        store
            .ledgers(firm, &PageQuery::default())
            .await
            .unwrap()
            .rows,
        []
    );
    let announcements = store.announcements(firm, &PageQuery::default()).await;
    assert_eq!(announcements.unwrap().rows, []);
    for about in [None, Some(client.into())] {
        let query = AuditQuery {
            about,
            ..AuditQuery::default()
        };
        assert_eq!(store.audit(firm, &query).await.unwrap().rows, []);
    }
}

async fn sees_no_person(store: &dyn Store, one: &Office, firm: FirmId) {
    let token = fixtures::secret(FIRST).hash();
    let key = throttle_key();
    if let Some(card) = store
        .sign_in(firm, &one.contact.email, &[key])
        .await
        .unwrap()
    {
        assert_eq!((card.firm.id, card.person), (firm, None));
        assert_eq!(card.throttles[0].tries, 0, "tries are counted for one firm");
    }
    let counts = store.throttles(firm, &[key]).await.unwrap();
    assert_eq!(
        counts,
        [Throttle::new(key)],
        "tries are counted for one firm"
    );
    let counts = store.throttles(firm, &[key]).await.unwrap();
    assert_eq!((counts.len(), counts[0].tries), (1, 0));
    assert_eq!(store.link(firm, token).await.unwrap(), None);
    let replay = store.replay(firm, &entry(one, 1).request.key).await;
    assert_eq!(replay.unwrap(), None);
    let mail = fixtures::mail(FIRST, one.contact.id);
    assert_eq!(store.mail_card(firm, &mail).await.unwrap(), None);
}

async fn portal_sees_nothing(store: &dyn Store, one: &Office, firm: FirmId) {
    let session = Visitor::Session(fixtures::secret(FIRST).hash());
    let vouched = one.visit(&one.contact).visitor;
    for visitor in [session, vouched] {
        let visit = Visit {
            firm,
            visitor,
            now: NOW,
        };
        assert_eq!(store.guest(visit).await.unwrap(), None);
        assert_eq!(store.edition(visit).await.unwrap(), None);
        assert_eq!(store.dashboard(visit).await.unwrap(), None);
        let invoices = store.client_invoices(visit, &InvoiceQuery::default()).await;
        assert_eq!(invoices.unwrap(), None);
        assert_eq!(
            store
                .client_invoice(visit, id::<InvoiceId>(FIRST).into())
                .await
                .unwrap(),
            None
        );
        let payments = store.client_payments(visit, &PageQuery::default()).await;
        assert_eq!(payments.unwrap(), None);
        let receipt = store
            .client_invoice(visit, id::<PaymentId>(FIRST).into())
            .await;
        assert_eq!(receipt.unwrap(), None);
        let statement = store.client_statement(visit, this_year()).await;
        assert_eq!(statement.unwrap(), None);
    }
}

fn this_year() -> Period {
    Period::new(fixtures::day("2026-01-01"), fixtures::day("2026-12-31")).unwrap()
}

/// Case 18, writes. Catches each reference that is not looked up in the firm that writes.
pub async fn case_18_no_write_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    applied(&*store, one.firm.id, full(&one)).await;
    let before = seen(&*store, &one).await;
    let firm = two.firm.id;
    for own in [
        Change::Announcement(Write::Insert(fixtures::announcement(2))),
        Change::Invoice(Write::Insert(own_invoice(&two))),
    ] {
        wrote(&*store, firm, own).await;
    }
    for change in references(&one, &two) {
        is_missing(&tried(&*store, firm, change).await);
    }
    let mailed = crate::domain::changes::Changes::default().mailed(Mail {
        topic: MailTopic::SetPassword,
        ..fixtures::mail(1, one.contact.id)
    });
    is_missing(&store.commit(firm, mailed).await);
    let theirs = Change::Client(update(Version::FIRST, one.client.clone()));
    is_conflict(&tried(&*store, firm, theirs).await);
    is_conflict(&tried(&*store, firm, Change::UseLink(id(FIRST))).await);
    for change in harmless(&one) {
        wrote(&*store, firm, change).await;
    }
    is_missing(&tried(&*store, id(4_711), count(&one, 1)).await);
    let nobodys = crate::domain::changes::Changes::default().audited(fixtures::audit(firm));
    is_missing(&store.commit(id(4_711), nobodys).await);
    let client = Change::Client(Write::Insert(fixtures::client(1)));
    is_missing(&tried(&*store, id(4_711), client).await);
    is_missing(
        &tried(
            &*store,
            firm,
            Change::Firm(Write::Insert(fixtures::firm(3))),
        )
        .await,
    );
    assert_eq!(seen(&*store, &one).await, before);
    assert_eq!(files(&seen(&*store, &two).await), (2, 3, 1));
}

fn own_invoice(two: &Office) -> Invoice {
    fixtures::issued(2, two.client.id, usd("1.00"))
}

/// A change for each reference that a record has, made by `two` to a record of `one`.
fn references(one: &Office, two: &Office) -> Vec<Change> {
    let own = own_invoice(two);
    let their_invoice = Invoice {
        id: id(FIRST),
        ..own.clone()
    };
    let their_client = Invoice {
        client: one.client.id,
        ..own
    };
    let dismissal = |contact, announcement| Change::Dismissal {
        contact,
        announcement,
        at: NOW,
    };
    vec![
        Change::Contact(Write::Insert(fixtures::contact(1, one.client.id))),
        Change::Invoice(Write::Insert(fixtures::draft(
            1,
            one.client.id,
            usd("1.00"),
        ))),
        Change::Payment(Write::Insert(fixtures::payment(
            1,
            &their_invoice,
            usd("1.00"),
        ))),
        Change::Payment(Write::Insert(fixtures::payment(
            1,
            &their_client,
            usd("1.00"),
        ))),
        Change::Credit(fixtures::credit(1, &their_invoice, usd("1.00"))),
        Change::Credit(fixtures::credit(1, &their_client, usd("1.00"))),
        Change::Activity(fixtures::activity(1, &their_client)),
        Change::Announcement(Write::Insert(Announcement {
            audience: Audience::Clients(vec![two.client.id, one.client.id]),
            ..fixtures::announcement(1)
        })),
        dismissal(one.contact.id, id(2)),
        dismissal(two.contact.id, id(FIRST)),
        Change::Session(fixtures::session(1, one.contact.id)),
        Change::Link(fixtures::link(1, one.contact.id, LinkPurpose::SetPassword)),
        Change::Count(CounterDelta {
            client: one.client.id,
            counter: RECEIVED,
            delta: 1,
        }),
    ]
}

/// Changes that are no error when there is nothing to change, and must not find another firm's.
fn harmless(one: &Office) -> [Change; 4] {
    let contact = one.contact.id;
    [
        Change::SessionSeen {
            session: id(FIRST),
            at: NOW.plus(std::time::Duration::from_secs(60)),
        },
        Change::EndSessions(crate::domain::changes::Sessions::AllOf(contact)),
        Change::EndLinks {
            contact,
            purpose: None,
        },
        Change::ForgetThrottle(throttle_key()),
    ]
}

/// Case 19. Catches a store whose keys lack the firm: two firms hold records with the same ids.
pub async fn case_19_one_id_in_two_firms_is_two_records(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    for (office, total) in [(&one, "100.00"), (&two, "200.00")] {
        let invoice = fixtures::issued(1, office.client.id, usd(total));
        let payment = fixtures::payment(1, &invoice, usd(total));
        let paid = invoice.with_records(std::slice::from_ref(&payment), &[], &[]);
        let changes = crate::domain::changes::Changes::default()
            .with(Change::Invoice(Write::Insert(paid.unwrap())))
            .with(Change::Payment(Write::Insert(payment)))
            .with(count(office, 1))
            .mailed(fixtures::mail(1, office.contact.id));
        applied(&*store, office.firm.id, changes).await;
    }
    wrote(&*store, two.firm.id, count(&two, 1)).await;
    assert_eq!(
        (counted(&*store, &one).await, counted(&*store, &two).await),
        (1, 2)
    );
    for (office, total) in [(&one, "100.00"), (&two, "200.00")] {
        let file = super::read_invoice(&*store, office, id(1)).await;
        assert_eq!(file.invoice.value.number().unwrap().as_str(), "INV-0001");
        assert_eq!(file.invoice.value.amount_due(), usd("0.00"));
        assert_eq!(file.payments_only()[0].amount, usd(total));
        let (visit, all) = (office.visit(&office.contact), InvoiceQuery::default());
        assert_eq!(portal_invoices(&*store, visit, 5, &all).await.len(), 1);
        assert_eq!(files(&seen(&*store, office).await), (2, 3, 1));
    }
    let leases = store
        .lease(NOW, NOW.plus(std::time::Duration::from_secs(9)), 9)
        .await;
    assert_eq!(leases.unwrap().len(), 2);
}

/// Cases 20 and E01. Catches each portal read, and each list with a client filter, that shows a
/// record of another client of the same firm.
pub async fn case_20_e01_no_portal_read_crosses_clients(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    applied(&*store, firm, full(&office)).await;
    let only_client = Announcement {
        audience: Audience::Clients(vec![office.client.id]),
        ..fixtures::announcement(FIRST + 2)
    };
    wrote(
        &*store,
        firm,
        Change::Announcement(Write::Insert(only_client)),
    )
    .await;
    let visit = office.visit(&office.stranger);
    let (guest, dashboard) = store.dashboard(visit).await.unwrap().unwrap();
    assert_eq!(
        (guest.contact.id, guest.client),
        (office.stranger.id, office.neighbour.clone())
    );
    assert_eq!((dashboard.open.len(), dashboard.to_pay.len()), (0, 0));
    assert_eq!(
        (dashboard.received_this_year.len(), dashboard.activity.len()),
        (0, 0)
    );
    let shown = dashboard.announcements.iter().map(|it| it.id);
    // Those for everyone; what a contact of another client dismissed stays.
    assert_eq!(shown.collect::<Vec<_>>(), [id(FIRST + 1), id(FIRST)]);
    let asked = InvoiceQuery {
        client: Some(office.client.id),
        ..InvoiceQuery::default()
    };
    assert_eq!(portal_invoices(&*store, visit, 5, &asked).await, []);
    let (_, file) = store
        .client_invoice(visit, id::<InvoiceId>(FIRST).into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(file, None);
    let payments = store.client_payments(visit, &PageQuery::default()).await;
    assert_eq!(payments.unwrap().unwrap().1.rows, []);
    let receipt = store
        .client_invoice(visit, id::<PaymentId>(FIRST).into())
        .await;
    assert_eq!(receipt.unwrap().unwrap().1, None);
    let statement = store.client_statement(visit, this_year()).await;
    assert_eq!(statement.unwrap().unwrap().1, StatementFile::default());
    let statement = store.statement_card(firm, office.neighbour.id, this_year());
    let statement = statement.await.unwrap().unwrap().statement;
    assert_eq!(statement, StatementFile::default());
    colleague_sees_all(&*store, &office).await;
}

/// The other contact of the same client.
async fn colleague_sees_all(store: &dyn Store, office: &Office) {
    let firm = office.firm.id;
    let neighbours = InvoiceQuery {
        client: Some(office.neighbour.id),
        ..InvoiceQuery::default()
    };
    assert_eq!(firm_invoices(store, firm, NOW, 5, &neighbours).await, []);
    let query = PaymentQuery {
        client: Some(office.neighbour.id),
        ..PaymentQuery::default()
    };
    assert_eq!(store.payments(firm, &query).await.unwrap().rows, []);
    let visit = office.visit(&office.colleague);
    assert_eq!(portal_invoices(store, visit, 5, &neighbours).await.len(), 1);
    let (_, file) = store
        .client_invoice(visit, id::<InvoiceId>(FIRST).into())
        .await
        .unwrap()
        .unwrap();
    assert!(file.is_some_and(|file| file.payments.len() == 1 && file.credits.len() == 1));
    let receipt = store
        .client_invoice(visit, id::<PaymentId>(FIRST).into())
        .await;
    assert!(receipt.unwrap().unwrap().1.is_some());
    let statement = store.client_statement(visit, this_year()).await;
    assert_eq!(statement.unwrap().unwrap().1.invoices.len(), 1);
}

/// Clients, contacts and invoices.
fn files(seen: &Seen) -> (usize, usize, usize) {
    let contacts = seen.clients.iter().map(|file| file.contacts.len());
    (seen.clients.len(), contacts.sum(), seen.ledgers.len())
}

/// Catches a store that finds a record by the bits of its id alone.
pub async fn case_ids_of_different_kinds_do_not_meet(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let client = fixtures::client(7);
    wrote(
        &*store,
        office.firm.id,
        Change::Client(Write::Insert(client)),
    )
    .await;
    let invoice = fixtures::draft(7, office.client.id, usd("1.00"));
    wrote(
        &*store,
        office.firm.id,
        Change::Invoice(Write::Insert(invoice)),
    )
    .await;
    let entry = fixtures::audit(Subject::Invoice(id(7)));
    let changes = crate::domain::changes::Changes::default().audited(entry);
    applied(&*store, office.firm.id, changes).await;
    for (about, rows) in [(Subject::Invoice(id(7)), 1), (Subject::Client(id(7)), 0)] {
        let query = AuditQuery {
            about: Some(about),
            ..AuditQuery::default()
        };
        let page = store.audit(office.firm.id, &query).await.unwrap();
        assert_eq!(page.rows.len(), rows, "{about}");
    }
}
