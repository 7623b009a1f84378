//! Nothing of online payments crosses firms, and in the portal nothing of them crosses clients.

use std::sync::Arc;
use std::time::Duration;

use super::snapshot::{FIRST, full, full_alert, full_payment, seen};
use super::{applied, is_conflict, is_missing, paid_online, tried, update, wrote};
use crate::domain::alert::{Alert, AlertKind};
use crate::domain::attempt::{AttemptStage, End};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::client::Contact;
use crate::domain::gateway_event::EventOutcome;
use crate::domain::id::{AttemptId, FirmId, InvoiceId, PaymentId, ReversalId};
use crate::domain::invoice::Invoice;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::page::PageQuery;
use crate::domain::payment::{Charge, Payment};
use crate::domain::reversal::ReversalKind;
use crate::ports::store::{
    AlertQuery, AttemptQuery, InvoiceFile, InvoiceKey, MoneyTask, Store, Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// Every way in which the invoice that [`full`] writes is found.
fn keys() -> [InvoiceKey; 4] {
    [
        id::<InvoiceId>(FIRST).into(),
        id::<PaymentId>(FIRST).into(),
        id::<ReversalId>(FIRST).into(),
        id::<AttemptId>(FIRST).into(),
    ]
}

/// Case 18, online, reads. Catches each read that forgets the firm.
pub async fn case_18_no_read_of_online_payments_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    applied(&*store, one.firm.id, full(&one)).await;
    for key in keys() {
        let file = store.invoice(one.firm.id, key).await.unwrap();
        assert!(file.is_some(), "{key:?}");
        for stranger in [two.firm.id, id(4_711)] {
            assert_eq!(store.invoice(stranger, key).await.unwrap(), None, "{key:?}");
            let card = store.invoice_card(stranger, key).await.unwrap();
            assert_eq!(card, None, "{key:?}");
        }
    }
    for stranger in [two.firm.id, id(4_711)] {
        sees_nothing(&*store, stranger).await;
    }
    let mail = Mail {
        topic: MailTopic::AlertNotice(id(FIRST), id(FIRST)),
        ..fixtures::mail(1, two.contact.id)
    };
    let card = store.mail_card(two.firm.id, &mail).await.unwrap().unwrap();
    assert_eq!((card.invoice, card.alert), (None, None));
}

async fn sees_nothing(store: &dyn Store, firm: FirmId) {
    let merchant = fixtures::merchant();
    for stage in [None, Some(AttemptStage::Succeeded)] {
        for invoice in [None, Some(id(FIRST))] {
            let query = AttemptQuery {
                stage,
                invoice,
                ..AttemptQuery::default()
            };
            assert_eq!(store.attempts(firm, &query).await.unwrap().rows, []);
        }
    }
    for settled in [None, Some(false), Some(true)] {
        let query = AlertQuery {
            settled,
            ..AlertQuery::default()
        };
        assert_eq!(store.alerts(firm, &query).await.unwrap().rows, []);
    }
    assert_eq!(store.alert(firm, id(FIRST)).await.unwrap(), None);
    assert_eq!(store.sweep(firm, &merchant).await.unwrap(), None);
    let events = [FIRST, FIRST + 1].map(|n| fixtures::gateway_event(n).event);
    let known = store.known_events(firm, &merchant, &events).await.unwrap();
    assert_eq!(known, []);
}

/// Cases 20 and E01, online. Catches each portal read that finds an invoice by a record of another
/// client or of a draft, or shows what another client paid and got back.
pub async fn case_20_no_portal_read_of_online_payments_crosses_clients(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    applied(&*store, office.firm.id, full(&office)).await;
    for key in keys() {
        let theirs = found(&*store, office.visit(&office.stranger), key).await;
        assert_eq!(theirs, None, "{key:?}");
        for contact in [&office.contact, &office.colleague] {
            let own = found(&*store, office.visit(contact), key).await.unwrap();
            let parts = (own.attempts.len(), own.reversals.len(), own.refunds.len());
            assert_eq!(parts, (1, 1, 1), "{key:?}");
        }
    }
    let rows = async |contact: &Contact| {
        let page = PageQuery::default();
        let found = store.client_payments(office.visit(contact), &page).await;
        found.unwrap().unwrap().1.rows.len()
    };
    assert_eq!(rows(&office.stranger).await, 0);
    assert_eq!(rows(&office.contact).await, 2);
    let draft = fixtures::draft(1, office.client.id, usd("10.00"));
    let attempt = fixtures::paid_attempt(1, &draft, office.contact.id);
    let payment = fixtures::online_payment(1, &attempt, &draft, usd("10.00"));
    let reversal = fixtures::reversal(1, &payment, ReversalKind::Refund, usd("1.00"));
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(draft)))
        .with(Change::Attempt(Write::Insert(attempt)))
        .with(Change::Payment(Write::Insert(payment)))
        .with(Change::Reversal(reversal));
    applied(&*store, office.firm.id, changes).await;
    for key in [
        id::<InvoiceId>(1).into(),
        id::<PaymentId>(1).into(),
        id::<ReversalId>(1).into(),
        InvoiceKey::from(id::<AttemptId>(1)),
        id::<ReversalId>(4_711).into(),
        id::<AttemptId>(4_711).into(),
    ] {
        let hidden = found(&*store, office.visit(&office.contact), key).await;
        assert_eq!(hidden, None, "{key:?}");
    }
}

async fn found(store: &dyn Store, visit: Visit, key: InvoiceKey) -> Option<InvoiceFile> {
    store.client_invoice(visit, key).await.unwrap().unwrap().1
}

/// Case 18, online, writes. Catches each reference of an attempt, a payment, a reversal, a refund or
/// an alert that is not looked up in the firm that writes, and each change that finds another
/// firm's record.
pub async fn case_18_no_write_of_online_payments_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    applied(&*store, one.firm.id, full(&one)).await;
    let (invoice, payment) = paid_online(&*store, &two, 2).await;
    let firm = two.firm.id;
    let (before, own) = (seen(&*store, &one).await, seen(&*store, &two).await);
    for change in references(&one, &two, &invoice, &payment) {
        is_missing(&tried(&*store, firm, change).await);
    }
    for change in theirs(&two, &invoice, &payment) {
        is_conflict(&tried(&*store, firm, change).await);
    }
    assert_eq!(seen(&*store, &two).await, own);
    // Worked off in another firm's name, it is still there.
    wrote(
        &*store,
        firm,
        Change::GatewayEventSeen {
            merchant: fixtures::merchant(),
            event: fixtures::gateway_event(FIRST).event,
            outcome: EventOutcome::Done,
            at: NOW,
        },
    )
    .await;
    assert_eq!(seen(&*store, &one).await, before);
    let work = store
        .lease_money(NOW, NOW.plus(Duration::from_secs(9)), 9)
        .await
        .unwrap();
    let notices = work
        .iter()
        .filter(|work| matches!(work.task, MoneyTask::Event { .. }));
    let firms: Vec<FirmId> = notices.map(|work| work.firm).collect();
    assert_eq!(firms, [one.firm.id]);
}

/// A change for each reference that a record has, made by `two` to a record of `one`.
fn references(one: &Office, two: &Office, invoice: &Invoice, payment: &Payment) -> Vec<Change> {
    let charge = Charge {
        txn: fixtures::txn("ch_new"),
        attempt: id(FIRST),
        merchant: fixtures::merchant(),
    };
    let charged = Payment {
        id: id(1),
        charge: Some(charge),
        ..payment.clone()
    };
    let mut all = vec![Change::Payment(Write::Insert(charged))];
    all.extend(of_attempts(one, two, invoice));
    all.extend(of_reversals(one, payment));
    all.extend(of_refunds(one, payment));
    let mut alert = fixtures::alert(1, AlertKind::Overpaid);
    alert.invoice = Some(id(FIRST));
    all.push(Change::Alert(Write::Insert(alert.clone())));
    alert.invoice = None;
    alert.attempt = Some(id(FIRST));
    all.push(Change::Alert(Write::Insert(alert)));
    all
}

fn of_attempts(one: &Office, two: &Office, invoice: &Invoice) -> Vec<Change> {
    let own = fixtures::ended_attempt(1, invoice, two.contact.id, End::Failed);
    let mut all = vec![own.clone(), own.clone(), own];
    all[0].client = one.client.id;
    all[1].invoice = id(FIRST);
    all[2].contact = one.contact.id;
    let inserts = all.into_iter().map(|it| Change::Attempt(Write::Insert(it)));
    inserts.collect()
}

fn of_reversals(one: &Office, payment: &Payment) -> Vec<Change> {
    let own = fixtures::reversal(1, payment, ReversalKind::Refund, usd("1.00"));
    let mut all = vec![own.clone(), own.clone(), own];
    all[0].client = one.client.id;
    all[1].invoice = id(FIRST);
    all[2].payment = id(FIRST);
    all.into_iter().map(Change::Reversal).collect()
}

fn of_refunds(one: &Office, payment: &Payment) -> Vec<Change> {
    let own = fixtures::refund(1, payment, usd("1.00"));
    let mut all = vec![own.clone(), own.clone(), own.clone(), own];
    all[0].client = one.client.id;
    all[1].invoice = id(FIRST);
    all[2].payment = id(FIRST);
    all[3].attempt = id(FIRST);
    let inserts = all.into_iter().map(|it| Change::Refund(Write::Insert(it)));
    inserts.collect()
}

/// An update of each record of the other firm, with references that `two` has.
fn theirs(two: &Office, invoice: &Invoice, payment: &Payment) -> [Change; 4] {
    let read = Version::FIRST;
    let attempt = fixtures::paid_attempt(FIRST, invoice, two.contact.id);
    let alert = Alert {
        invoice: Some(invoice.id),
        attempt: None,
        ..full_alert(two)
    };
    [
        Change::Attempt(update(read, attempt)),
        Change::Refund(update(read, fixtures::refund(FIRST, payment, usd("1.00")))),
        Change::Alert(update(read, alert)),
        Change::Sweep(update(read, fixtures::sweep())),
    ]
}

/// Case 19, online. Catches a store whose keys lack the firm: two firms hold the same ids, charges,
/// checkouts, notices and merchants.
pub async fn case_19_two_firms_have_online_payments_of_the_same_names(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    for office in [&one, &two] {
        let mut changes = full(office);
        // An API key's secret is one of the whole store.
        changes
            .changes
            .retain(|change| !matches!(change, Change::ApiKey(_)));
        applied(&*store, office.firm.id, changes).await;
    }
    let settled = full_alert(&two).settle(fixtures::line("Petra Muster"), NOW);
    let change = Change::Alert(update(Version::FIRST, settled));
    wrote(&*store, two.firm.id, change).await;
    for (office, settled) in [(&one, false), (&two, true)] {
        let alert = store
            .alert(office.firm.id, id(FIRST))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(alert.value.is_settled(), settled);
        let seen = seen(&*store, office).await;
        assert_eq!(
            (seen.attempts.len(), seen.history.len(), seen.events.len()),
            (1, 2, 2)
        );
        let file = &seen.ledgers[0];
        assert_eq!(file.payments[0].value.charge, full_payment(office).charge);
        assert_eq!(
            file.reversals[0].number.taken().unwrap().as_str(),
            "RF-0001"
        );
    }
    let until = NOW.plus(Duration::from_secs(9));
    let work = store.lease_money(NOW, until, 9).await.unwrap();
    let firms: Vec<FirmId> = work.iter().map(|work| work.firm).collect();
    let mine = firms.iter().filter(|firm| **firm == one.firm.id).count();
    assert_eq!((firms.len(), mine), (4, 2));
}
