//! Every figure of a print is one of the domain's (R-MON-6).

use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, TaxRate, UnitPrice,
};
use caseflow_core::domain::print::{
    Amount, InvoiceView, Label, Print, PrintDocument, PrintLanguage, Side,
};
use caseflow_core::domain::text::{Direction, Line, Prose};
use caseflow_core::testing::fixtures::usd;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use crate::setup::{Desk, File};

proptest! {
    #[test]
    fn every_figure_is_the_domains(pricing in any_pricing(), paid in 0..=100_i64, credited in 0..=100_i64) {
        let desk = Desk::new();
        let total = pricing.totals().unwrap().total;
        prop_assume!(!total.is_negative());
        let part = |percent: i64| {
            let minor = i128::from(total.minor()) * i128::from(percent) / 200;
            Money::from_minor(i64::try_from(minor).unwrap(), total.currency())
        };
        let file = File::issued(3, &desk, pricing).paid(4, part(paid)).credited(5, part(credited));
        let print = desk.head().invoice(&file.records(), None).unwrap();
        let view = invoice(&print);
        let totals = file.invoice.terms.pricing.totals().unwrap();

        let nets = view.lines.iter().map(|line| line.net.value);
        prop_assert!(nets.eq(totals.lines.iter().map(|line| line.net)));
        prop_assert_eq!(view.totals.subtotal.value, totals.subtotal);
        let discount = view.totals.discount.as_ref().map(|it| it.amount.value);
        let expected = file.invoice.terms.pricing.discount.map(|_| totals.discount.checked_neg().unwrap());
        prop_assert_eq!(discount, expected);
        let taxes = view.totals.taxes.iter().map(|tax| (tax.base.value, tax.tax.value));
        prop_assert!(taxes.eq(totals.taxes.iter().map(|tax| (tax.base, tax.tax))));
        prop_assert_eq!(view.totals.total.value, totals.total);
        prop_assert_eq!(view.totals.paid.value, file.invoice.account.received);
        prop_assert_eq!(view.totals.credited.value, file.invoice.account.credited);
        prop_assert_eq!(view.totals.due.value, file.invoice.account.balance().unwrap());
        prop_assert_eq!(view.totals.due.value, file.invoice.amount_due());
        let records = view.records.iter().map(|record| record.amount.value);
        let settled = view.totals.paid.value.checked_add(view.totals.credited.value).unwrap();
        prop_assert_eq!(Money::sum(records, total.currency()).unwrap(), settled);
    }

    #[test]
    fn the_text_of_an_amount_reads_back_as_the_amount(
        minor in 1..1_000_000_000_000_i64,
        currency in select(Currency::all().collect::<Vec<_>>()),
        tag in select(&["en", "de", "de-CH", "fr", "es", "es-MX", "he", "ar"][..]),
    ) {
        let desk = Desk::speaking(tag);
        let money = Money::from_minor(minor, currency);
        let file = File::over(3, &desk, money);
        let print = desk.head().invoice(&file.records(), None).unwrap();
        let total = &invoice(&print).totals.total;
        prop_assert_eq!(read(total), money);
        prop_assert!(total.text.contains(&total.number));
    }
}

#[test]
fn a36_a_later_print_shows_what_was_paid_meanwhile() {
    let desk = Desk::new();
    let file = File::over(3, &desk, usd("1000.00")).paid(4, usd("100.00"));
    let first = desk.head().invoice(&file.records(), None).unwrap();
    assert_eq!(invoice(&first).totals.paid.value, usd("100.00"));
    assert_eq!(invoice(&first).totals.due.value, usd("900.00"));

    let file = file.paid(5, usd("100.00"));
    let second = desk.head().invoice(&file.records(), None).unwrap();
    assert_eq!(invoice(&second).totals.paid.value, usd("200.00"));
    assert_eq!(invoice(&second).totals.due.value, usd("800.00"));
    assert_eq!(invoice(&second).records.len(), 2);
}

#[test]
fn a_voided_payment_is_not_among_what_was_paid_but_has_its_receipt() {
    let desk = Desk::new();
    let mut file = File::over(3, &desk, usd("300.00")).paid(4, usd("100.00"));
    let payment = file.payments.remove(0);
    file.payments
        .push(payment.void(None, desk.head().now).unwrap());
    let file = file.reckoned();
    let print = desk.head().invoice(&file.records(), None).unwrap();
    assert!(invoice(&print).records.is_empty());
    assert_eq!(invoice(&print).totals.due.value, usd("300.00"));

    let id = file.payments[0].id;
    let print = desk.head().receipt(&file.records(), id).unwrap();
    let PrintDocument::Receipt(receipt) = &print.document else {
        panic!("not a receipt: {print:?}");
    };
    assert_eq!(receipt.number, "R-0004");
    assert_eq!(receipt.amount.value, usd("100.00"));
    assert_eq!(receipt.voided_on.as_ref().unwrap().iso, "2026-11-24");
    assert_eq!(print.file_name(), "receipt-R-0004.pdf");
}

#[test]
fn words_numbers_and_days_are_in_the_contacts_language() {
    let desk = Desk::speaking("de-AT");
    let file = File::over(3, &desk, usd("1234.50"));
    let print = desk.head().invoice(&file.records(), None).unwrap();
    assert_eq!(print.language, PrintLanguage::German);
    assert_eq!(print.tag.as_str(), "de-AT");
    assert_eq!(print.title, "Rechnung INV-0003");
    assert_eq!(print.page(2, 3), "Seite 2 von 3");
    assert_eq!(invoice(&print).due.text, "24. Dezember 2026");
    assert_eq!(invoice(&print).totals.total.text, "1\u{a0}234,50\u{a0}USD");
    assert_eq!(print.file_name(), "invoice-INV-0003.pdf");
}

#[test]
fn a_reader_without_words_of_its_own_gets_english_and_the_firms_language_counts_without_a_contact()
{
    let desk = Desk::speaking("ja");
    let file = File::over(3, &desk, usd("1.00"));
    let print = desk.head().invoice(&file.records(), None).unwrap();
    assert_eq!(print.tag.as_str(), "en");
    assert_eq!(print.word(Label::Invoice), "Invoice");

    let mut desk = Desk::speaking("ja");
    desk.firm.language = "fr-CH".parse().unwrap();
    let mut head = desk.head();
    head.contact = None;
    let print = head.invoice(&file.records(), None).unwrap();
    assert_eq!(print.tag.as_str(), "fr-CH");
}

#[test]
fn the_side_is_the_languages_unless_the_contact_chose_one() {
    let mut desk = Desk::speaking("he");
    let file = File::over(3, &desk, usd("1.00"));
    let side = |desk: &Desk| desk.head().invoice(&file.records(), None).unwrap().side;
    assert_eq!(side(&desk), Side::Right);
    desk.contact.direction = Direction::Ltr;
    assert_eq!(side(&desk), Side::Left);
    desk.contact.language = None;
    desk.contact.direction = Direction::Rtl;
    assert_eq!(side(&desk), Side::Right);
}

#[test]
fn how_to_pay_is_said_only_while_something_is_due() {
    let mut desk = Desk::new();
    desk.stationery.how_to_pay = Some(Prose::parse("IBAN CH93 0076 2011 6238 5295 7").unwrap());
    let online = Some("https://portal.example.com/invoices/1/pay");
    let open = File::over(3, &desk, usd("10.00"));
    let print = desk.head().invoice(&open.records(), online).unwrap();
    let words = invoice(&print).how_to_pay.as_ref().unwrap();
    assert_eq!(words.online.as_deref(), online);
    assert!(words.words.as_ref().unwrap().starts_with("IBAN"));

    let paid = open.paid(4, usd("10.00"));
    let print = desk.head().invoice(&paid.records(), online).unwrap();
    assert_eq!(invoice(&print).how_to_pay, None);
}

fn invoice(print: &Print) -> &InvoiceView {
    match &print.document {
        PrintDocument::Invoice(view) => view,
        other => panic!("not an invoice: {other:?}"),
    }
}

/// What a person reads: the digits, at the currency's decimals.
fn read(amount: &Amount) -> Money {
    let digits: String = amount.number.chars().filter(char::is_ascii_digit).collect();
    let minor: i64 = digits.parse().unwrap();
    let sign = if amount.number.starts_with('\u{2212}') {
        -1
    } else {
        1
    };
    Money::from_minor(minor * sign, amount.value.currency())
}

fn any_pricing() -> impl Strategy<Value = Pricing> {
    let currency = select(vec![Currency::USD, Currency::JPY, Currency::KWD]);
    let mode = select(vec![PriceMode::TaxExclusive, PriceMode::TaxInclusive]);
    let discount = proptest::option::of(0..=100_i64);
    let lines = proptest::collection::vec(any_line(), 1..12);
    (currency, mode, discount, lines).prop_map(|(currency, mode, discount, lines)| Pricing {
        currency,
        mode,
        lines,
        discount: discount.map(|it| Discount::Percent(percent(it))),
    })
}

fn any_line() -> impl Strategy<Value = LineItem> {
    let discount = proptest::option::of(0..=100_i64);
    let taxes = proptest::sample::subsequence(vec![("VAT", 8), ("GST", 5), ("Levy", 1)], 0..=3);
    (1..100_000_i64, 0..10_000_000_i64, discount, taxes).prop_map(
        |(quantity, price, discount, taxes)| LineItem {
            description: Prose::parse("Advice").unwrap(),
            quantity: Quantity::from_decimal(Decimal::new(quantity, 2)).unwrap(),
            unit_price: UnitPrice::from_decimal(Decimal::new(price, 4)).unwrap(),
            discount: discount.map(|it| Discount::Percent(percent(it))),
            taxes: taxes.into_iter().map(tax).collect(),
        },
    )
}

fn tax((name, rate): (&str, i64)) -> TaxRate {
    TaxRate {
        name: Line::parse(name).unwrap(),
        percent: percent(rate),
    }
}

fn percent(whole: i64) -> Percent {
    Percent::from_decimal(Decimal::from(whole)).unwrap()
}
