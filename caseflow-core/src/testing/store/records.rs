//! What is kept of a record: every field, to the last character and the last minor unit.

use std::sync::Arc;

use super::snapshot::logo;
use super::{all_pages, applied, firm_invoices, first_page, read_invoice, stored, update, wrote};
use crate::domain::access::{Section, Sections};
use crate::domain::changes::{Change, Changes, Counter, CounterDelta, Version, Write};
use crate::domain::client::{Access, Client, Contact, Standing};
use crate::domain::currency::Currency;
use crate::domain::firm::{Attachments, Firm, Logo, PartPayment};
use crate::domain::id::PaymentId;
use crate::domain::invoice::{Invoice, InvoiceTerms};
use crate::domain::mail::MailKind;
use crate::domain::money::Money;
use crate::domain::number::NumberFormat;
use crate::domain::pricing::{LineItem, Pricing, Quantity, UnitPrice};
use crate::domain::print::{Paper, Stationery};
use crate::domain::text::{Direction, LanguageTag, Line, Phone};
use crate::ports::store::{InvoiceQuery, PaymentQuery, Store};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// Case 23. Catches a store that shortens, folds, escapes or loses text.
pub async fn case_23_text_comes_out_as_it_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for (n, text) in (1..).zip(&texts()) {
        let client = Client {
            name: one_line(text),
            address: Some(fixtures::prose(&text.chars().take(500).collect::<String>())),
            ..fixtures::client(n)
        };
        let mut invoice = fixtures::draft(n, client.id, usd("1.00"));
        invoice.terms.client_note = Some(fixtures::prose(text));
        invoice.terms.internal_note = Some(fixtures::prose(text));
        let changes = Changes::default()
            .with(Change::Client(Write::Insert(client.clone())))
            .with(Change::Invoice(Write::Insert(invoice.clone())));
        applied(&*store, office.firm.id, changes).await;
        let file = store.client(office.firm.id, client.id).await.unwrap();
        assert_eq!(file.unwrap().client.value, client);
        assert_eq!(stored(&*store, &office, id(n)).await.value, invoice);
    }
}

/// Texts that a store may trip over, of up to 4,000 characters.
pub(super) fn texts() -> Vec<String> {
    let longest = "🦊".repeat(4_000);
    let texts = [
        "O'Neill; DROP TABLE clients; -- \"%_\\'",
        "null",
        "שלום עולם مرحبا",
        "e\u{301} is not é, ß is not ss, İ ı",
        "{\"json\": [1, 2]}",
        "🦊👩\u{200d}👩\u{200d}👧",
        "line one\n\tline two\n\n  end",
        &longest,
    ];
    texts.map(str::to_owned).into()
}

/// As much of the text as stands on one line.
pub(super) fn one_line<const MAX: usize>(text: &str) -> Line<MAX> {
    let visible = text.chars().filter(|c| !c.is_control());
    Line::parse(&visible.take(MAX).collect::<String>()).unwrap()
}

/// Case 40. Catches an amount that went through a floating-point number on its way, in a column, a
/// JSON text or a sum.
pub async fn case_40_minor_units_are_exact(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    // 2^53 + 1 yen, the first whole number that a 64-bit float cannot hold.
    let (beyond, yen) = (9_007_199_254_740_993, Currency::JPY);
    let money = Money::from_minor(beyond, yen);
    let terms = InvoiceTerms {
        pricing: Pricing {
            lines: vec![priced("9007", "1000000000000"), priced("1", "199254740993")],
            ..fixtures::terms(Money::zero(yen), "2026-11-24", "2026-12-24").pricing
        },
        ..fixtures::terms(Money::zero(yen), "2026-11-24", "2026-12-24")
    };
    let invoice = fixtures::issued(1, office.client.id, usd("1.00"));
    let draft = Invoice::draft(id(1), office.client.id, terms, NOW).unwrap();
    let invoice = Invoice {
        state: invoice.state,
        ..draft
    };
    assert_eq!(invoice.totals.total, money);
    let unpaid = Invoice {
        id: id(2),
        ..invoice.clone()
    };
    let payment = fixtures::payment(1, &invoice, Money::from_minor(beyond - 1, yen));
    let payments = std::slice::from_ref(&payment);
    let paid = invoice.with_records(payments, &[], &[]).unwrap();
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(paid.clone())))
        .with(Change::Invoice(Write::Insert(unpaid)))
        .with(Change::Payment(Write::Insert(payment.clone())))
        .with(Change::Count(CounterDelta {
            client: office.client.id,
            counter: Counter::Received {
                year: 2026,
                currency: yen,
            },
            delta: beyond,
        }));
    applied(&*store, office.firm.id, changes).await;
    let file = read_invoice(&*store, &office, id(1)).await;
    assert_eq!(file.invoice.value.totals, paid.totals);
    assert_eq!(file.invoice.value.account, paid.account);
    assert_eq!(file.payments_only()[0].amount, payment.amount);
    let rows = firm_invoices(&*store, office.firm.id, NOW, 5, &InvoiceQuery::default()).await;
    assert_eq!(
        (rows[1].total, rows[1].amount_due()),
        (money, Money::from_minor(1, yen))
    );
    let visit = office.visit(&office.contact);
    let dashboard = store.dashboard(visit).await.unwrap().unwrap().1;
    assert_eq!(dashboard.open[0].due, Money::from_minor(beyond + 1, yen));
    assert_eq!(dashboard.received_this_year, [money]);
}

/// Catches a store that loses one of a record's fields, or one value of an enumeration.
pub async fn case_people_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let full = Contact {
        phone: Some(Phone::parse("+41 44 123 45 67").unwrap()),
        title: Some(fixtures::line("CFO")),
        language: Some(LanguageTag::parse("de-CH").unwrap()),
        direction: Direction::Rtl,
        access: Access::Invited,
        permissions: [Section::Invoices, Section::Vault].into_iter().collect(),
        mail: Sections::NONE.with(Section::Proposals),
        ..fixtures::contact(1, office.client.id)
    };
    let bare = Contact {
        direction: Direction::Ltr,
        access: Access::Off,
        permissions: Sections::NONE,
        standing: Standing::Removed,
        ..fixtures::contact(2, office.client.id)
    };
    let client = Client {
        address: Some(fixtures::prose("One\nTwo")),
        tax_id: Some(fixtures::line("CHE-1")),
        reference: None,
        ..fixtures::client(1)
    };
    for change in [
        Change::Contact(Write::Insert(full.clone())),
        Change::Contact(Write::Insert(bare.clone())),
        Change::Client(Write::Insert(client.clone())),
    ] {
        wrote(&*store, firm, change).await;
    }
    let file = store.client(firm, office.client.id).await.unwrap().unwrap();
    for contact in [full, bare] {
        let stored = file.contacts.iter().find(|it| it.value.id == contact.id);
        assert_eq!(stored.unwrap().value, contact);
    }
    let file = store.client(firm, client.id).await.unwrap().unwrap();
    assert_eq!((file.client.value, file.contacts.len()), (client, 0));
}

/// Catches a store that forgets one of a firm's settings.
pub async fn case_a_firm_comes_out_as_it_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Firm {
        address: None,
        tax_id: None,
        email: None,
        phone: Some(Phone::parse("+41 44 000 00 00").unwrap()),
        language: LanguageTag::parse("de-CH").unwrap(),
        sections: Sections::ALL.without(Section::Vault),
        disclaimer: Some(fixtures::prose("small\nprint")),
        muted: vec![
            MailKind::InvoiceIssued,
            MailKind::PaymentReversed,
            MailKind::ContractSealed,
        ],
        attachments: Attachments::Off,
        stationery: Stationery {
            paper: Paper::Letter,
            footer: Some(fixtures::prose("Foot of\nevery page")),
            how_to_pay: Some(fixtures::prose("IBAN CH93 0076 2011 6238 5295 7")),
        },
        invoice_numbers: NumberFormat::parse("2026-", 6).unwrap(),
        receipt_numbers: NumberFormat::parse("Q/", 1).unwrap(),
        refund_numbers: NumberFormat::parse("Rück ", 12).unwrap(),
        proposal_numbers: NumberFormat::parse("Offerte ", 3).unwrap(),
        estimate_numbers: NumberFormat::parse("", 9).unwrap(),
        part_payment: PartPayment::From(Money::from_minor(1_500, Currency::KWD)),
        ..office.firm.clone()
    };
    for (version, firm) in [(2, other), (3, office.firm.clone())] {
        let change = Change::Firm(update(Version(version - 1), firm.clone()));
        wrote(&*store, firm.id, change).await;
        let read = store.firm(firm.id).await.unwrap().unwrap();
        assert_eq!((read.version, read.value), (Version(version), firm));
    }
}

/// Catches a store that keeps a logo twice, changes its bytes, or forgets the old one.
pub async fn case_logos_are_kept_by_their_hash(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let every_byte: Vec<u8> = [0xff, 0xd8, 0xff].into_iter().chain(0..=255).collect();
    let jpeg = Logo::parse(every_byte).unwrap();
    for logo in [logo(), jpeg.clone(), logo()] {
        wrote(&*store, firm, Change::Logo(logo)).await;
    }
    for logo in [logo(), jpeg] {
        let found = store.logo(firm, logo.reference().sha256).await.unwrap();
        assert_eq!(found, Some(logo));
    }
    assert_eq!(store.logo(firm, [7; 32]).await.unwrap(), None);
}

/// Catches a client's file that is out of order, or loses who was removed.
pub async fn case_files_hold_all_parts_in_the_order_of_ids(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let removed = Contact {
        standing: Standing::Removed,
        ..fixtures::contact(50, office.client.id)
    };
    wrote(&*store, firm, Change::Contact(Write::Insert(removed))).await;
    let list = store.clients(firm, &first_page(10)).await.unwrap().rows;
    let active: Vec<_> = list.iter().map(|row| row.contacts).collect();
    assert_eq!(active, [1, 2], "removed contacts are not counted");
    let file = store
        .client_of(firm, office.colleague.id)
        .await
        .unwrap()
        .unwrap();
    let ids: Vec<_> = file
        .contacts
        .iter()
        .map(|contact| contact.value.id)
        .collect();
    assert_eq!(ids, [id(50), office.contact.id, office.colleague.id]);
    assert_eq!(
        store.client(firm, office.client.id).await.unwrap(),
        Some(file)
    );
}

/// Catches an invoice's file that holds another's parts, or loses one.
pub async fn case_ledgers_hold_all_parts_in_the_order_of_ids(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in [2, 1] {
        let invoice = fixtures::issued(n, office.client.id, usd("9.00"));
        wrote(
            &*store,
            firm,
            Change::Invoice(Write::Insert(invoice.clone())),
        )
        .await;
        for part in [n * 10 + 2, n * 10 + 1] {
            let payment = fixtures::payment(part, &invoice, usd("1.00"));
            let credit = fixtures::credit(part, &invoice, usd("1.00"));
            wrote(&*store, firm, Change::Payment(Write::Insert(payment))).await;
            wrote(&*store, firm, Change::Credit(credit)).await;
        }
    }
    let ledgers = all_pages(1, async |page| store.ledgers(firm, &page).await).await;
    let parts: Vec<_> = ledgers
        .iter()
        .map(|file| {
            let payments: Vec<_> = file.payments.iter().map(|it| it.value.id).collect();
            let credits: Vec<_> = file.credits.iter().map(|it| it.id).collect();
            (file.invoice.value.id, payments, credits)
        })
        .collect();
    let expected = |n: u64| {
        let (one, two) = (n * 10 + 1, n * 10 + 2);
        (id(n), vec![id(one), id(two)], vec![id(one), id(two)])
    };
    assert_eq!(parts, [expected(1), expected(2)]);
    assert_eq!(
        store
            .invoice(firm, id::<PaymentId>(22).into())
            .await
            .unwrap()
            .as_ref(),
        ledgers.last()
    );
    let query = PaymentQuery::default();
    let payments = store.payments(firm, &query).await.unwrap().rows;
    let of_22 = payments.iter().find(|row| row.payment.value.id == id(22));
    assert_eq!(
        of_22.unwrap().invoice_number.as_ref().unwrap().as_str(),
        "INV-0001"
    );
}

fn priced(quantity: &str, price: &str) -> LineItem {
    LineItem {
        description: fixtures::prose("Advice"),
        quantity: Quantity::parse(quantity).unwrap(),
        unit_price: UnitPrice::parse(price).unwrap(),
        discount: None,
        taxes: vec![],
    }
}
