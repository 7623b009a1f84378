//! What staff should look at, and the mails about online payments.

use std::sync::Arc;
use std::time::Duration;

use super::snapshot::{FIRST, full, full_alert, full_invoice};
use super::{all_pages, applied, billed, update, wrote};
use crate::domain::alert::{Alert, AlertKind};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::id::AlertId;
use crate::domain::mail::{Mail, MailTopic};
use crate::ports::store::{AlertQuery, Store};
use crate::testing::fixtures::{self, NOW, Office, id, line};

/// Catches a store that loses a field of an alert, takes a kind for another, or needs an invoice
/// where there is none.
pub async fn case_alerts_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let invoice = billed(&*store, &office, 1).await;
    let attempt = fixtures::attempt(2, &invoice, office.contact.id);
    wrote(&*store, firm, Change::Attempt(Write::Insert(attempt))).await;
    for (n, kind) in (1..).zip(AlertKind::ALL) {
        let by = (NOW.plus(Duration::from_micros(n)), line("Petra “P” Muster"));
        let alert = Alert {
            invoice: (n % 2 == 0).then_some(invoice.id),
            attempt: (n % 3 == 0).then(|| id(2)),
            detail: line(&format!("{} ü", "d".repeat(290))),
            raised_at: NOW.minus(Duration::from_micros(n)),
            settled: (n % 4 == 0).then(|| by.clone()),
            ..fixtures::alert(n, kind)
        };
        wrote(&*store, firm, Change::Alert(Write::Insert(alert.clone()))).await;
        comes_out(&*store, &office, Version::FIRST, &alert).await;
        // There and back: nothing of what it was before stays.
        let settled = Alert {
            invoice: Some(invoice.id),
            attempt: Some(id(2)),
            settled: Some(by),
            ..alert.clone()
        };
        let change = Change::Alert(update(Version(1), settled.clone()));
        wrote(&*store, firm, change).await;
        comes_out(&*store, &office, Version(2), &settled).await;
        let change = Change::Alert(update(Version(2), alert.clone()));
        wrote(&*store, firm, change).await;
        comes_out(&*store, &office, Version(3), &alert).await;
    }
    assert_eq!(store.alert(firm, id(4_711)).await.unwrap(), None);
}

async fn comes_out(store: &dyn Store, office: &Office, version: Version, value: &Alert) {
    let alert = Versioned {
        version,
        value: value.clone(),
    };
    let found = store.alert(office.firm.id, value.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&alert));
    let listed = store.alerts(office.firm.id, &AlertQuery::default()).await;
    assert_eq!(listed.unwrap().rows.first(), Some(&alert));
}

/// Catches a list that shows settled alerts among the open ones, counts off its pages, or loses rows
/// while others come in.
pub async fn case_alerts_are_listed_by_whether_they_are_settled(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in (1..=30).map(|n| n * 7 % 31) {
        let alert = fixtures::alert(n, AlertKind::Overpaid);
        let alert = match n % 3 {
            0 => alert.settle(line("Petra Muster"), NOW),
            _ => alert,
        };
        wrote(&*store, firm, Change::Alert(Write::Insert(alert))).await;
    }
    let newest_first = |settled: Option<bool>| -> Vec<AlertId> {
        let numbers = (1..=30).rev();
        let wanted = numbers.filter(|n| settled.is_none_or(|it| it == (n % 3 == 0)));
        wanted.map(id).collect()
    };
    for settled in [None, Some(true), Some(false)] {
        for rows in [1, 7, 10, 20, 100] {
            let found = listed(&*store, &office, rows, settled).await;
            assert_eq!(found, newest_first(settled), "{settled:?} by {rows}");
        }
    }
    let mut newcomer = 1_000;
    let found = all_pages(4, async |page| {
        newcomer += 1;
        let alert = fixtures::alert(newcomer, AlertKind::Dispute);
        wrote(&*store, firm, Change::Alert(Write::Insert(alert))).await;
        let settled = Some(false);
        store.alerts(firm, &AlertQuery { settled, page }).await
    });
    let found = found.await.into_iter().map(|row| row.value.id);
    let old: Vec<AlertId> = found.filter(|it| *it < id(1_000)).collect();
    assert_eq!(old, newest_first(Some(false)));
}

async fn listed(
    store: &dyn Store,
    office: &Office,
    rows: u32,
    settled: Option<bool>,
) -> Vec<AlertId> {
    let all = all_pages(rows, async |page| {
        let query = AlertQuery { settled, page };
        store.alerts(office.firm.id, &query).await
    });
    all.await.into_iter().map(|row| row.value.id).collect()
}

/// Catches a queue that forgets what a mail about an online payment tells, and a card that lacks the
/// invoice or the alert, or holds one that the mail is not about.
pub async fn case_a_mail_about_an_online_payment_comes_with_what_it_is_about(
    store: Arc<dyn Store>,
) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    applied(&*store, firm, full(&office)).await;
    let about = full_invoice(&office).id;
    let topics = [
        (MailTopic::PaymentReversed(id(FIRST), about), true, false),
        (MailTopic::PaymentNotice(id(FIRST), about), true, false),
        (MailTopic::AlertNotice(id(FIRST), about), true, true),
        (MailTopic::AlertNotice(id(4_711), about), true, false),
        (MailTopic::AlertNotice(id(FIRST), id(4_711)), false, true),
        (MailTopic::PasswordChanged, false, false),
    ];
    let mails = (1..).zip(&topics).map(|(n, (topic, ..))| Mail {
        topic: topic.clone(),
        ..fixtures::mail(n, office.colleague.id)
    });
    let changes = Changes {
        mail: mails.collect(),
        ..Changes::default()
    };
    applied(&*store, firm, changes.clone()).await;
    let until = NOW.plus(Duration::from_secs(60));
    let leases = store.lease(NOW, until, 100).await.unwrap();
    let leased: Vec<Mail> = leases.into_iter().map(|lease| lease.mail).collect();
    let ours = leased.iter().filter(|mail| mail.id < id(FIRST));
    assert!(ours.eq(&changes.mail), "{leased:?}");
    for (mail, (_, invoice, alert)) in changes.mail.iter().zip(topics) {
        let card = store.mail_card(firm, mail).await.unwrap().unwrap();
        let found = card
            .invoice
            .map(|file| (file.invoice.value.id, file.reversals.len()));
        assert_eq!(found, invoice.then_some((about, 1)), "{mail:?}");
        let expected = alert.then(|| full_alert(&office));
        assert_eq!(card.alert, expected, "{mail:?}");
        assert_eq!(card.contact.as_ref(), Some(&office.colleague));
    }
}
