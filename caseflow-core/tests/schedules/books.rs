//! What has to be true of the books, of the mail and of the gateway when everything has settled.

use std::collections::BTreeMap;

use caseflow_core::domain::alert::{Alert, AlertKind};
use caseflow_core::domain::changes::Counter;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::TxnRef;
use caseflow_core::domain::id::{AttemptId, PaymentId};
use caseflow_core::domain::invoice::Phase;
use caseflow_core::domain::mail::{MailTopic, Recipient};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::payment::Payment;
use caseflow_core::domain::refund::RefundState;
use caseflow_core::domain::reversal::{Reversal, ReversalKind};
use caseflow_core::firm::audit;
use caseflow_core::ports::payments::{
    self as port, DisputedFunds, GatewayState, Refunds, Snapshot,
};
use caseflow_core::ports::store::{AlertQuery, FirmReads as _, InvoiceFile, Queue as _};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::NOW;
use caseflow_core::upkeep::payments::{Comparison, compare};
use chrono::Datelike as _;

use super::world::World;

type Wrongs = Vec<String>;

/// Minutes after the last change, no checkout is open for another amount than is due (R-PAY-4).
pub(crate) fn within_minutes(world: &World) -> Wrongs {
    let (open, files) = (world.wire.bank.checkouts(), world.files());
    let open = open.iter().filter(|it| it.state == GatewayState::Open);
    open.filter_map(|checkout| {
        let attempt = checkout.tag?.attempt;
        let all = files
            .iter()
            .flat_map(|file| file.attempts.iter().map(move |it| (file, it)));
        let (file, found) = all.into_iter().find(|(_, it)| it.value.id == attempt)?;
        let due = file.invoice.value.amount_due();
        found.value.is_outdated(due).then(|| {
            let amount = found.value.balance;
            format!(
                "{} is open for {amount} while {due} is due",
                checkout.reference
            )
        })
    })
    .collect()
}

/// Everything that is wrong.
pub(crate) fn wrongs(world: &World) -> Wrongs {
    let files = world.files();
    let checkouts = world.wire.bank.checkouts();
    let ours: Vec<&Snapshot> = checkouts.iter().filter(|it| it.tag.is_some()).collect();
    let alerts = alerts(world);
    [
        charges(world, &ours),
        one_checkout_an_attempt(&ours),
        nothing_under_way(world, &files),
        accounts(world, &files),
        receipts(&files),
        reversals(&files, &ours),
        refunds(&files, &ours),
        by_hand(&files),
        mail(world, &files, &alerts),
        told(&files, &ours, &alerts),
    ]
    .concat()
}

/// How many rows the audit log has: every change of the books adds one.
pub(crate) fn rows(world: &World) -> u64 {
    let check = block_on(audit::check_chain(&world.ports, &world.office.staff()));
    check.unwrap().unwrap().seq()
}

/// Every charge is on record once, with its amount (R-PAY-5, R-PAY-6).
fn charges(world: &World, ours: &[&Snapshot]) -> Wrongs {
    let firm = world.office.firm.id;
    let compared = block_on(compare(&world.ports, firm, &*world.wire.bank, NOW)).unwrap();
    let paid = ours.iter();
    let paid = paid.filter(|it| matches!(it.state, GatewayState::Paid { .. }));
    let wanted = Comparison {
        matched: paid.count() as u64,
        ..Comparison::default()
    };
    match compared == wanted {
        true => vec![],
        false => vec![format!("{compared:?}, wanted {wanted:?}")],
    }
}

fn one_checkout_an_attempt(ours: &[&Snapshot]) -> Wrongs {
    let mut count: BTreeMap<AttemptId, u32> = BTreeMap::new();
    for checkout in ours.iter().filter_map(|it| it.tag) {
        *count.entry(checkout.attempt).or_default() += 1;
    }
    let twice = count.into_iter().filter(|(_, n)| *n > 1);
    twice
        .map(|(id, n)| format!("{id} has {n} checkouts"))
        .collect()
}

fn nothing_under_way(world: &World, files: &[InvoiceFile]) -> Wrongs {
    let mut wrongs = vec![];
    for file in files {
        for attempt in file.attempts.iter().map(|it| &it.value) {
            if attempt.stage().is_live() || attempt.next_check.is_some() {
                wrongs.push(format!("{} is still {:?}", attempt.id, attempt.stage()));
            }
        }
        for refund in file.refunds.iter().map(|it| &it.value) {
            if refund.state.is_under_way() || refund.next_check.is_some() {
                wrongs.push(format!("{} is still {:?}", refund.id, refund.state));
            }
        }
    }
    let far = world
        .now()
        .plus(std::time::Duration::from_secs(30 * 86_400));
    let work = block_on(world.store.inner.lease_money(far, far, 100)).unwrap();
    wrongs.extend(work.into_iter().map(|work| format!("not done: {work:?}")));
    wrongs
}

/// Accounts and counters are what their records add up to, and the chain holds (R-INV-4, R-AUD-1).
fn accounts(world: &World, files: &[InvoiceFile]) -> Wrongs {
    let (ports, staff) = (&world.ports, world.office.staff());
    let mut wrongs = vec![];
    let off = block_on(audit::check_accounts(ports, &staff)).unwrap();
    wrongs.extend(off.iter().map(|id| format!("{id}: the account is wrong")));
    if let Err(broken) = block_on(audit::check_chain(ports, &staff)).unwrap() {
        wrongs.push(format!("{broken:?}"));
    }
    for year in [2026, 2027] {
        let counter = Counter::Received {
            year,
            currency: Currency::USD,
        };
        let (firm, client) = (world.office.firm.id, world.office.client.id);
        let kept = block_on(world.store.inner.counter(firm, client, counter)).unwrap();
        let reckoned = received_in(files, year);
        if kept != reckoned {
            wrongs.push(format!("{year}: {kept} counted, {reckoned} on record"));
        }
    }
    wrongs
}

fn received_in(files: &[InvoiceFile], year: i32) -> i64 {
    let payments = payments(files).filter(|it| it.stands() && it.received_on.year() == year);
    let reversals = all_reversals(files).filter(|it| it.on.year() == year);
    let came: i64 = payments.map(|it| it.amount.minor()).sum();
    let went: i64 = reversals.map(|it| it.taken().minor()).sum();
    came - went
}

/// Receipts have numbers without gaps or repeats, and so have notes of refunds (R-INV-7).
fn receipts(files: &[InvoiceFile]) -> Wrongs {
    let receipts = payments(files).filter_map(|it| it.receipt.taken());
    let notes = all_reversals(files).filter_map(|it| it.number.taken());
    let mut wrongs = vec![];
    for (series, prefix, numbers) in [
        (
            "receipts",
            "R-",
            receipts.map(ToString::to_string).collect(),
        ),
        (
            "notes",
            "RF-",
            notes.map(ToString::to_string).collect::<Vec<_>>(),
        ),
    ] {
        let mut numbers: Vec<String> = numbers;
        numbers.sort();
        let wanted = (1..=numbers.len()).map(|n| format!("{prefix}{n:04}"));
        if !wanted.eq(numbers.iter().cloned()) {
            wrongs.push(format!("{series} are {numbers:?}"));
        }
    }
    wrongs
}

/// What went back and came back at the gateway is what is on record (R-PAY-9).
fn reversals(files: &[InvoiceFile], ours: &[&Snapshot]) -> Wrongs {
    let mut wanted: Vec<(PaymentId, ReversalKind, TxnRef, Money)> = vec![];
    let mut optional = vec![];
    for checkout in ours {
        let Some(payment) = payment_of(files, checkout) else {
            continue;
        };
        for line in lines(checkout) {
            let row = |kind| (payment.id, kind, line.txn.clone(), line.amount);
            match line.state {
                port::RefundState::Succeeded => wanted.push(row(ReversalKind::Refund)),
                // Both are on record, or neither when nobody looked in between.
                port::RefundState::Failed => {
                    let both = [row(ReversalKind::Refund), row(ReversalKind::RefundReturned)];
                    optional.push(both);
                }
                port::RefundState::Pending => {}
            }
        }
        for line in &checkout.disputes {
            let row = |kind| (payment.id, kind, line.txn.clone(), line.amount);
            if line.funds != DisputedFunds::Kept {
                wanted.push(row(ReversalKind::Dispute));
            }
            if line.funds == DisputedFunds::Reinstated {
                wanted.push(row(ReversalKind::DisputeWon));
            }
        }
    }
    let row = |it: &Reversal| (it.payment, it.kind, it.txn.clone(), it.amount);
    let mut found: Vec<_> = all_reversals(files).map(row).collect();
    for both in optional {
        if both.iter().all(|row| found.contains(row)) {
            wanted.extend(both);
        }
    }
    wanted.sort_by(|a, b| (&a.2, a.1).cmp(&(&b.2, b.1)));
    found.sort_by(|a, b| (&a.2, a.1).cmp(&(&b.2, b.1)));
    match wanted == found {
        true => vec![],
        false => vec![format!("reversals {found:?}, wanted {wanted:?}")],
    }
}

/// What staff asked for went back once or not at all, and they are told which.
fn refunds(files: &[InvoiceFile], ours: &[&Snapshot]) -> Wrongs {
    let mut wrongs = vec![];
    let all = files.iter().flat_map(|file| &file.refunds);
    for refund in all.map(|it| &it.value) {
        let made = ours.iter().flat_map(|it| lines(it));
        let made: Vec<_> = made.filter(|it| it.request == Some(refund.id)).collect();
        let is_right = match (&refund.state, made.as_slice()) {
            (RefundState::Refused(_), []) => true,
            (RefundState::Refused(_), [line]) => line.state == port::RefundState::Failed,
            (RefundState::Done(txn), [line]) => {
                let is_it = (txn, refund.amount) == (&line.txn, line.amount);
                is_it && line.state == port::RefundState::Succeeded
            }
            _ => false,
        };
        if !is_right {
            wrongs.push(format!("{} is {:?}: {made:?}", refund.id, refund.state));
        }
    }
    wrongs
}

/// What staff wrote down under one key is there once.
fn by_hand(files: &[InvoiceFile]) -> Wrongs {
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for key in payments(files).filter_map(|it| it.reference.as_ref()) {
        *count.entry(key.to_string()).or_default() += 1;
    }
    let twice = count.into_iter().filter(|(_, n)| *n > 1);
    twice.map(|(key, n)| format!("{key}: {n} times")).collect()
}

/// Exactly the mails that the records call for were written, and all of them were sent (R-PAY-10,
/// R-AUD-2).
fn mail(world: &World, files: &[InvoiceFile], alerts: &[Alert]) -> Wrongs {
    let mut wanted = vec![];
    let mut to_all = |topic: &MailTopic| {
        for contact in world.contacts() {
            wanted.push((Recipient::Contact(contact.id), topic.clone()));
        }
    };
    for payment in payments(files) {
        to_all(&MailTopic::PaymentReceived(payment.id, payment.invoice));
    }
    for reversal in all_reversals(files) {
        to_all(&MailTopic::PaymentReversed(reversal.id, reversal.invoice));
    }
    let attempts = files.iter().flat_map(|file| &file.attempts);
    let payers: BTreeMap<_, _> = attempts.map(|it| (it.value.id, it.value.contact)).collect();
    let payer = |attempt: &AttemptId| Recipient::Contact(payers[attempt]);
    for payment in payments(files) {
        if let Some(charge) = &payment.charge {
            let notice = MailTopic::PaymentNotice(payment.id, payment.invoice);
            wanted.push((payer(&charge.attempt), notice));
        }
    }
    for alert in alerts {
        if let (Some(invoice), Some(attempt)) = (alert.invoice, alert.attempt) {
            wanted.push((payer(&attempt), MailTopic::AlertNotice(alert.id, invoice)));
        }
    }
    let written = world.store.witness.mails();
    let mut found: Vec<_> = written.iter().map(|it| (it.to, it.topic.clone())).collect();
    let mut wrongs = vec![];
    for mail in &wanted {
        match found.iter().position(|it| it == mail) {
            Some(n) => drop(found.swap_remove(n)),
            None => wrongs.push(format!("no mail {mail:?}")),
        }
    }
    wrongs.extend(
        found
            .iter()
            .map(|mail| format!("a mail too many: {mail:?}")),
    );
    let mut sent: Vec<_> = world.mail.take().into_iter().map(|it| it.id).collect();
    sent.sort();
    sent.dedup();
    if sent.len() != written.len() {
        wrongs.push(format!("{} mails, {} sent", written.len(), sent.len()));
    }
    wrongs
}

/// Staff are told of what they should look at, and of nothing that should not be.
fn told(files: &[InvoiceFile], ours: &[&Snapshot], alerts: &[Alert]) -> Wrongs {
    let mut wrongs = vec![];
    for alert in alerts {
        if matches!(
            alert.kind,
            AlertKind::UnknownAttempt | AlertKind::NoticeStuck
        ) {
            wrongs.push(format!("{:?}: {}", alert.kind, alert.detail));
        }
    }
    for file in files {
        let invoice = &file.invoice.value;
        let is_told = |kind| {
            let mut own = alerts.iter().filter(|it| it.invoice == Some(invoice.id));
            own.any(|it| it.kind == kind)
        };
        let over = invoice.account.balance().unwrap().is_negative();
        if invoice.phase() == Phase::Issued && over && !is_told(AlertKind::Overpaid) {
            wrongs.push(format!("{} is overpaid, and nobody is told", invoice.id));
        }
        let received = invoice.account.received.is_positive();
        let is_off = invoice.phase() == Phase::Cancelled;
        if is_off && received && !is_told(AlertKind::PaidAfterCancel) {
            wrongs.push(format!(
                "{} is called off and paid: nobody is told",
                invoice.id
            ));
        }
    }
    let disputes = ours.iter().flat_map(|it| &it.disputes);
    let disputes = disputes
        .filter(|it| it.funds != DisputedFunds::Kept)
        .count();
    let told = alerts.iter().filter(|it| it.kind == AlertKind::Dispute);
    if told.count() != disputes {
        wrongs.push(format!("{disputes} disputes, and another number of alerts"));
    }
    wrongs
}

pub(crate) fn alerts(world: &World) -> Vec<Alert> {
    let query = AlertQuery {
        settled: None,
        page: PageQuery {
            after: None,
            size: PageSize::MAX,
        },
    };
    let found = block_on(world.store.inner.alerts(world.office.firm.id, &query));
    found.unwrap().rows.into_iter().map(|it| it.value).collect()
}

fn payments(files: &[InvoiceFile]) -> impl Iterator<Item = &Payment> {
    files
        .iter()
        .flat_map(|file| &file.payments)
        .map(|it| &it.value)
}

fn all_reversals(files: &[InvoiceFile]) -> impl Iterator<Item = &Reversal> {
    files.iter().flat_map(|file| &file.reversals)
}

fn payment_of<'a>(files: &'a [InvoiceFile], checkout: &Snapshot) -> Option<&'a Payment> {
    let attempt = checkout.tag?.attempt;
    payments(files).find(|it| it.charge.as_ref().is_some_and(|it| it.attempt == attempt))
}

fn lines(checkout: &Snapshot) -> &[port::RefundLine] {
    match &checkout.refunds {
        Refunds::Each(lines) => lines,
        Refunds::Total(_) => &[],
    }
}
