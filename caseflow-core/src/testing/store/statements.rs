//! Cards of receipts, and what statements are made of.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{applied, update, wrote};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::currency::Currency;
use crate::domain::id::{ClientId, InvoiceId, PaymentId};
use crate::domain::invoice::{Invoice, InvoiceTerms};
use crate::domain::money::Money;
use crate::domain::number::{Number, NumberFormat};
use crate::domain::payment::{Credit, Payment};
use crate::domain::period::Period;
use crate::domain::reversal::ReversalKind::{Dispute, DisputeWon, Refund, RefundReturned};
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::ports::store::{InvoiceKey, StatementFile, Store};
use crate::testing::fixtures::{self, Office, at, day, id, usd};

/// Catches a card without its records or with other people, and a portal that finds a payment of a
/// draft or of somebody else.
pub async fn case_a_receipt_comes_with_its_invoice_and_whom_it_is_for(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (n, client) in [(1, office.client.id), (2, office.neighbour.id)] {
        let entry = Entry::new(n, client, "2026-11-24", usd("10.00"));
        let entry = entry
            .paid("2026-11-24", usd("4.00"))
            .credited("2026-11-24", usd("1.00"));
        entry.write(&*store, &office).await;
    }
    let file = super::read_invoice(&*store, &office, id(1)).await;
    let client = store.client(firm, office.client.id).await.unwrap().unwrap();
    let cards = [
        store.invoice_card(firm, id::<InvoiceId>(1).into()).await,
        store
            .invoice_card(firm, file.payments[0].value.id.into())
            .await,
    ];
    for card in cards {
        let card = card.unwrap().unwrap();
        assert_eq!(card.firm, office.firm);
        assert_eq!((&card.client, &card.invoice), (&client, &file));
    }
    for unknown in [
        id::<InvoiceId>(4_711).into(),
        InvoiceKey::from(id::<PaymentId>(4_711)),
    ] {
        assert_eq!(store.invoice_card(firm, unknown).await.unwrap(), None);
    }
    let draft = fixtures::draft(3, office.client.id, usd("10.00"));
    let early = fixtures::payment(3, &draft, usd("1.00"));
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(draft)))
        .with(Change::Payment(Write::Insert(early)));
    applied(&*store, firm, changes).await;
    let theirs = super::read_invoice(&*store, &office, id(2)).await.payments[0]
        .value
        .id;
    for (payment, expected) in [
        (file.payments[0].value.id, Some(&file)),
        (theirs, None),
        (id(3), None),
        (id(4_711), None),
    ] {
        let visit = office.visit(&office.contact);
        let (guest, found) = store
            .client_invoice(visit, payment.into())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (guest.contact.id, found.as_ref()),
            (office.contact.id, expected)
        );
    }
}

/// Catches a statement that leaves something of the period out, takes a first or last day for
/// another, counts voided payments or drafts, or brings other sums forward than what was owed.
pub async fn case_a_statement_holds_what_happened_and_brings_the_rest_forward(
    store: Arc<dyn Store>,
) {
    let office = Office::open(&*store, 1).await;
    let client = office.client.id;
    let new = |n, dated, amount| Entry::new(n, client, dated, amount);
    let yen = |minor| Money::from_minor(minor, Currency::JPY);
    let entries = [
        // Touched: dated in the period, paid in it, credited in it, cancelled in it.
        new(10, "2026-03-01", usd("1.00")),
        new(11, "2026-03-31", usd("2.00")),
        new(12, "2026-01-01", usd("3.00")).paid("2026-03-01", usd("1.00")),
        new(13, "2026-01-01", usd("4.00")).credited("2026-03-31", usd("1.00")),
        new(14, "2026-01-01", usd("5.00")).cancelled("2026-03-15T12:00:00Z"),
        new(15, "2026-01-02", usd("6.00"))
            .paid("2026-03-31", usd("6.00"))
            .voided(),
        // Cancelled on the last day before and the first day after, by some clock on earth.
        new(16, "2026-01-03", usd("7.00")).cancelled("2026-02-28T00:00:00Z"),
        new(17, "2026-01-03", usd("8.00")).cancelled("2026-04-01T23:59:59.999999Z"),
        // Brought forward: 100.00 − 10.00 − 5.00, a voided payment that does not count, yen; what
        // was cancelled, paid or is of later comes to nothing, or to what was paid beforehand.
        new(20, "2026-02-28", usd("100.00"))
            .paid("2026-02-28", usd("10.00"))
            .credited("2026-02-27", usd("5.00")),
        new(21, "2025-12-31", usd("50.00"))
            .paid("2025-12-31", usd("50.00"))
            .voided(),
        new(22, "2026-02-01", yen(900)).paid("2026-04-01", yen(900)),
        new(23, "2026-02-01", usd("60.00")).cancelled("2026-02-27T23:59:59.999999Z"),
        new(24, "2026-02-01", usd("70.00")).cancelled("2026-04-02T00:00:00Z"),
        new(25, "2026-02-01", usd("80.00")).paid("2026-02-02", usd("80.00")),
        new(26, "2026-04-01", usd("90.00")).paid("2026-02-28", usd("9.00")),
        new(27, "2026-04-01", Money::from_minor(5, Currency::EUR)),
    ];
    for entry in entries {
        entry.write(&*store, &office).await;
    }
    let draft = fixtures::terms(usd("1000.00"), "2026-03-02", "2026-03-03");
    let draft = Invoice::draft(id(30), client, draft, fixtures::NOW).unwrap();
    wrote(
        &*store,
        office.firm.id,
        Change::Invoice(Write::Insert(draft)),
    )
    .await;
    let neighbour = Entry::new(31, office.neighbour.id, "2026-03-02", usd("1000.00"));
    neighbour.write(&*store, &office).await;

    let march = period("2026-03-01", "2026-03-31");
    let file = statement(&*store, &office, march).await;
    assert_eq!(numbers(&file), [12, 13, 14, 15, 16, 17, 10, 11]);
    // 85.00 + 50.00 + 70.00 − 9.00
    assert_eq!(file.brought_forward, [yen(900), usd("196.00")]);
    let with = super::read_invoice(&*store, &office, id(12)).await;
    assert_eq!(file.invoices[0], with);
    assert_eq!(file.invoices[1].credits.len(), 1);
    let never = statement(&*store, &office, period("2001-01-01", "2001-12-31")).await;
    assert_eq!(never, StatementFile::default());
}

/// R-INV-4. Catches a statement that forgets what went back or came back: in the period, on its first
/// and last day, or before it, where it is owed again and not paid once more.
pub async fn case_a_statement_counts_what_went_back_and_came_back(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let new = |n, dated, amount| Entry::new(n, office.client.id, dated, usd(amount));
    let entries = [
        // Touched: by a reversal alone, on the first day, in between and on the last.
        new(10, "2026-01-01", "10.00")
            .paid("2026-01-02", usd("10.00"))
            .reversed("2026-03-01", Refund, usd("4.00")),
        new(11, "2026-01-01", "11.00")
            .paid("2026-01-02", usd("11.00"))
            .reversed("2026-02-03", Dispute, usd("11.00"))
            .reversed("2026-03-15", DisputeWon, usd("11.00")),
        new(12, "2026-01-01", "12.00")
            .paid("2026-01-02", usd("12.00"))
            .reversed("2026-03-31", RefundReturned, usd("1.00")),
        // Brought forward: 20.00 refunded, 5.00 of them come back; 30.00 disputed; what is reversed
        // on the day after the last one is still paid.
        new(20, "2026-01-01", "100.00")
            .paid("2026-01-02", usd("100.00"))
            .reversed("2026-02-28", Refund, usd("20.00"))
            .reversed("2026-02-28", RefundReturned, usd("5.00")),
        new(21, "2026-01-01", "60.00")
            .paid("2026-01-02", usd("60.00"))
            .reversed("2026-01-03", Dispute, usd("40.00"))
            .reversed("2026-01-04", DisputeWon, usd("10.00")),
        new(22, "2026-01-01", "70.00")
            .paid("2026-01-02", usd("70.00"))
            .reversed("2026-04-01", Refund, usd("70.00")),
    ];
    for entry in entries {
        entry.write(&*store, &office).await;
    }
    let march = statement(&*store, &office, period("2026-03-01", "2026-03-31")).await;
    assert_eq!(numbers(&march), [10, 11, 12]);
    assert_eq!(march.brought_forward, [usd("45.00")]);
    let parts: Vec<_> = march.invoices.iter().map(|it| it.reversals.len()).collect();
    assert_eq!(parts, [1, 2, 1]);
    let with = super::read_invoice(&*store, &office, id(11)).await;
    assert_eq!(march.invoices[1], with);
    let april = statement(&*store, &office, period("2026-04-02", "2026-04-30")).await;
    // 4.00 − 1.00 + 45.00 + 70.00
    assert_eq!(
        (numbers(&april), april.brought_forward),
        (vec![], vec![usd("118.00")])
    );
}

/// Catches a statement that silently leaves invoices out.
pub async fn case_a_statement_is_cut_one_beyond_its_bound(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let most = StatementFile::MOST_INVOICES;
    let count = u64::try_from(most).unwrap() + 3;
    for chunk in (1..=count).collect::<Vec<_>>().chunks(200) {
        let invoices = chunk.iter().map(|n| {
            let invoice = fixtures::issued(*n, office.client.id, usd("1.00"));
            Change::Invoice(Write::Insert(invoice))
        });
        let changes = Changes {
            changes: invoices.collect(),
            ..Changes::default()
        };
        applied(&*store, office.firm.id, changes).await;
    }
    let file = statement(&*store, &office, period("2026-11-24", "2026-11-24")).await;
    let expected: Vec<u64> = (1..=u64::try_from(most).unwrap() + 1).collect();
    assert_eq!(numbers(&file), expected);
    let later = statement(&*store, &office, period("2026-11-25", "2026-11-25")).await;
    assert_eq!(later.invoices, []);
    assert_eq!(later.brought_forward, [usd("1003.00")]);
}

/// The statement as both sides read it, which must be the same.
async fn statement(store: &dyn Store, office: &Office, period: Period) -> StatementFile {
    let visit = office.visit(&office.contact);
    let (guest, file) = store
        .client_statement(visit, period)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(guest.client, office.client);
    let card = store.statement_card(office.firm.id, office.client.id, period);
    let card = card.await.unwrap().unwrap();
    assert_eq!(
        (card.firm, card.statement),
        (office.firm.clone(), file.clone())
    );
    assert_eq!(card.client.client.value, office.client);
    assert_eq!(card.client.contacts.len(), 2);
    file
}

fn numbers(file: &StatementFile) -> Vec<u64> {
    let ids = file.invoices.iter().map(|file| file.invoice.value.id);
    ids.map(|found| (1..2_000).find(|n| found == id::<InvoiceId>(*n)).unwrap())
        .collect()
}

fn period(first: &str, last: &str) -> Period {
    Period::new(day(first), day(last)).unwrap()
}

/// An issued invoice with what happened to it.
struct Entry {
    invoice: Invoice,
    payments: Vec<Payment>,
    reversals: Vec<Reversal>,
    credits: Vec<Credit>,
    cancelled: Option<&'static str>,
}

impl Entry {
    fn new(n: u64, client: ClientId, dated: &str, amount: Money) -> Self {
        let dated: NaiveDate = day(dated);
        let terms = InvoiceTerms {
            dated,
            ..fixtures::terms(amount, "2026-01-01", "2026-12-31")
        };
        let number = Number::Next(NumberFormat::parse("INV-", 4).unwrap());
        let draft = Invoice::draft(id(n), client, terms, fixtures::NOW).unwrap();
        Self {
            invoice: draft.issue(number, fixtures::NOW).unwrap(),
            payments: vec![],
            reversals: vec![],
            credits: vec![],
            cancelled: None,
        }
    }

    fn number(&self) -> u64 {
        (1..2_000).find(|n| self.invoice.id == id(*n)).unwrap()
    }

    fn paid(mut self, on: &str, amount: Money) -> Self {
        self.payments.push(Payment {
            received_on: day(on),
            ..fixtures::payment(self.number(), &self.invoice, amount)
        });
        self
    }

    /// Of the payment that there is, which was then made online.
    fn reversed(mut self, on: &str, kind: ReversalKind, amount: Money) -> Self {
        let (n, count) = (self.number(), self.reversals.len());
        let attempt = fixtures::paid_attempt(n, &self.invoice, id(103));
        let payment = &mut self.payments[0];
        *payment = Payment {
            received_on: payment.received_on,
            ..fixtures::online_payment(n, &attempt, &self.invoice, payment.amount)
        };
        self.reversals.push(Reversal {
            on: day(on),
            ..fixtures::reversal(
                n * 10 + u64::try_from(count).unwrap(),
                payment,
                kind,
                amount,
            )
        });
        self
    }

    fn credited(mut self, on: &str, amount: Money) -> Self {
        self.credits.push(Credit {
            given_on: day(on),
            ..fixtures::credit(self.number(), &self.invoice, amount)
        });
        self
    }

    fn voided(mut self) -> Self {
        let payments = self.payments.into_iter();
        let voided = payments.map(|it| it.void(None, fixtures::NOW).unwrap());
        self.payments = voided.collect();
        self
    }

    fn cancelled(mut self, when: &'static str) -> Self {
        self.cancelled = Some(when);
        self
    }

    async fn write(self, store: &dyn Store, office: &Office) {
        let firm = office.firm.id;
        let number = self.number();
        let invoice = self
            .invoice
            .with_records(&self.payments, &self.reversals, &self.credits)
            .unwrap();
        let written = invoice.id;
        let online = self.payments.iter().any(|it| it.charge.is_some());
        let attempt = fixtures::paid_attempt(number, &invoice, id(103));
        let attempt = online.then_some(Change::Attempt(Write::Insert(attempt)));
        let records = self
            .payments
            .into_iter()
            .map(|it| Change::Payment(Write::Insert(it)));
        let records = records
            .chain(self.reversals.into_iter().map(Change::Reversal))
            .chain(self.credits.into_iter().map(Change::Credit));
        let changes = Changes {
            changes: std::iter::once(Change::Invoice(Write::Insert(invoice)))
                .chain(attempt)
                .chain(records)
                .collect(),
            ..Changes::default()
        };
        applied(store, firm, changes).await;
        if let Some(when) = self.cancelled {
            let Versioned { value, .. } = super::stored(store, office, written).await;
            let cancelled = value.cancel(at(when)).unwrap();
            wrote(
                store,
                firm,
                Change::Invoice(update(Version::FIRST, cancelled)),
            )
            .await;
        }
    }
}
