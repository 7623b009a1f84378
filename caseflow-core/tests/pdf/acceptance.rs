//! The acceptance cases of money, in the text of the PDF.

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::pricing::{
    Discount, LineItem, PriceMode, Pricing, Quantity, Totals, UnitPrice,
};
use caseflow_core::domain::text::Prose;
use caseflow_core::testing::prints::{Desk, tax};

use crate::poppler;

#[test]
fn a01_the_pdf_shows_lines_rounded_once_and_the_sum_of_what_is_printed() {
    let prices = ["0.333", "0.333", "1.333", "0.267", "0.05"];
    let lines = prices.map(|price| line("25", price, &[]));
    let shown = Shown::of("USD", priced("USD", lines));
    assert_eq!(shown.nets(5), ["8.33", "8.33", "33.33", "6.68", "1.25"]);
    assert_eq!(shown.after("Total"), "57.92");
    assert_eq!(shown.after("Amount due"), "57.92");
    assert!(!shown.text().contains("57.90"));
}

#[test]
fn a02_the_pdf_shows_an_exact_half_rounded_away_from_zero() {
    let shown = Shown::of("USD", priced("USD", [line("1", "8180.00", &["9.975"])]));
    assert_eq!(shown.after("T1 9.975 %"), "815.96");
    assert_eq!(shown.after("Total"), "8995.96");
}

#[test]
fn a04_the_pdf_shows_two_taxes_each_on_the_net() {
    let shown = Shown::of("CAD", priced("CAD", [line("1", "140.00", &["5", "9.975"])]));
    assert_eq!(shown.after("T1 5 %"), "7.00");
    assert_eq!(shown.after("T2 9.975 %"), "13.97");
    assert_eq!(shown.after("Total"), "160.97");
}

#[test]
fn a06_the_pdf_shows_a_negative_line() {
    let lines = [
        line("1", "8500.00", &["19"]),
        line("1", "-7500.00", &["19"]),
    ];
    let shown = Shown::of("EUR", priced("EUR", lines));
    assert_eq!(shown.nets(2), ["8500.00", "-7500.00"]);
    assert_eq!(shown.after("T1 19 %"), "190.00");
    assert_eq!(shown.after("Total"), "1190.00");
}

#[test]
fn a09_the_pdf_shows_a_fixed_discount_before_tax() {
    let lines = [line("1", "8000", &["5"]), line("1", "9500", &["5"])];
    let shown = Shown::of(
        "USD",
        Pricing {
            discount: Some(fixed("14191", "USD")),
            ..priced("USD", lines)
        },
    );
    assert_eq!(shown.after("Discount"), "-14191.00");
    assert_eq!(shown.after("T1 5 %"), "165.45");
    assert_eq!(shown.after("Total"), "3474.45");
}

#[test]
fn a10_the_pdf_shows_tax_after_the_discount() {
    let mut item = line("3", "45.00", &["21"]);
    item.discount = Some(fixed("60.00", "EUR"));
    let shown = Shown::of("EUR", priced("EUR", [item]));
    assert_eq!(shown.nets(1), ["75.00"]);
    assert_eq!(shown.after("T1 21 %"), "15.75");
    assert_eq!(shown.after("Total"), "90.75");
    assert!(!shown.text().contains("28.35"));
}

#[test]
fn a12_the_pdf_shows_inclusive_prices_and_the_tax_they_hold() {
    let shown = Shown::of(
        "EUR",
        Pricing {
            mode: PriceMode::TaxInclusive,
            discount: Some(fixed("10.00", "EUR")),
            ..priced("EUR", [line("1", "100.00", &["10"])])
        },
    );
    assert_eq!(shown.after("Includes T1 10 %"), "8.18");
    assert_eq!(shown.after("Total"), "90.00");
    assert!(shown.text().contains("Prices include tax."));
}

#[test]
fn a15_the_pdf_shows_tax_on_the_unrounded_net() {
    let shown = Shown::of("EUR", priced("EUR", [line("1", "82.6446", &["21"])]));
    assert_eq!(shown.nets(1), ["82.64"]);
    assert_eq!(shown.after("T1 21 %"), "17.36");
    assert_eq!(shown.after("Total"), "100.00");
    assert!(shown.text().contains("82.6446"));
}

#[test]
fn a18_the_pdf_shows_the_decimals_of_the_currency() {
    for (code, price) in [
        ("USD", "9999999.99"),
        ("BHD", "999999.999"),
        ("JPY", "999999999"),
    ] {
        let shown = Shown::of(code, priced(code, [line("1", price, &[])]));
        assert_eq!(shown.after("Total"), price);
        let read = Money::parse(&shown.after("Total"), Currency::parse(code).unwrap());
        assert_eq!(read.unwrap().minor(), 999_999_999);
    }
}

#[test]
fn a19_the_pdf_shows_yen_as_yen() {
    for yen in ["100", "80"] {
        let shown = Shown::of("JPY", priced("JPY", [line("1", yen, &[])]));
        assert_eq!(shown.after("Amount due"), yen);
    }
}

#[test]
fn a20_the_pdf_shows_every_cent() {
    for amount in ["0.29", "4.35", "19.99", "1.15", "64.10"] {
        let shown = Shown::of("USD", priced("USD", [line("1", amount, &[])]));
        assert_eq!(shown.after("Total"), amount);
    }
}

#[test]
fn a36_a_later_pdf_shows_what_was_paid_meanwhile() {
    let desk = |parts: &[i64]| {
        let pricing = priced("USD", [line("1", "1000.00", &[])]);
        Desk::with_lines(1).priced(pricing).paid(parts)
    };
    let first = Shown::on(&desk(&[100]));
    assert_eq!(first.after("Paid"), "-100.00");
    assert_eq!(first.after("Amount due"), "900.00");
    let second = Shown::on(&desk(&[100, 100]));
    assert_eq!(second.after("Paid"), "-200.00");
    assert_eq!(second.after("Amount due"), "800.00");
}

#[test]
fn a37_the_receipts_sum_is_what_the_invoice_says_was_paid() {
    let desk = Desk::with_lines(5).paid(&[333, 667]);
    let file = desk.file();
    let received: i64 = file
        .payments
        .iter()
        .map(|payment| {
            let print = desk.head().receipt(&file.records(), payment.id).unwrap();
            let shown = Shown::print(&print);
            let amount = shown.after("Amount received");
            Money::parse(&amount, Currency::USD).unwrap().minor()
        })
        .sum();
    let invoice = Shown::on(&desk);
    let paid = Money::parse(invoice.after("Paid").trim_start_matches('-'), Currency::USD);
    assert_eq!(paid.unwrap().minor(), received);
    assert_eq!(file.invoice.account.received.minor(), received);
}

/// The rows of a PDF as poppler sees them, in plain numbers.
struct Shown(Vec<String>);

impl Shown {
    /// An invoice with these prices; what the PDF says of its sums is what the domain says.
    fn of(code: &str, pricing: Pricing) -> Self {
        let totals = pricing.totals().unwrap();
        let shown = Self::on(&Desk::with_lines(1).in_currency(code).priced(pricing));
        shown.agrees_with(&totals);
        shown
    }

    fn on(desk: &Desk) -> Self {
        Self::print(&desk.invoice())
    }

    fn print(print: &caseflow_core::domain::print::Print) -> Self {
        let file = Renderer::new().unwrap().render(print).unwrap();
        Self(
            poppler::rows(&file.bytes)
                .iter()
                .map(|row| numbers_plain(row))
                .collect(),
        )
    }

    /// A37: the PDF's text equals what list, detail and API take from the same totals.
    fn agrees_with(&self, totals: &Totals) {
        let nets: Vec<String> = totals.lines.iter().map(|line| line.net.amount()).collect();
        assert_eq!(self.nets(nets.len()), nets);
        assert_eq!(self.after("Subtotal"), totals.subtotal.amount());
        assert_eq!(self.after("Total"), totals.total.amount());
        let taxes = self
            .0
            .iter()
            .filter(|row| row.contains('%') && !row.contains("Advice"));
        // The line's own row of taxes has no amount.
        let taxes: Vec<String> = taxes
            .filter(|row| !row.starts_with("Discount"))
            .map(|row| last(row))
            .filter(|amount| !amount.is_empty())
            .collect();
        let expected: Vec<String> = totals.taxes.iter().map(|tax| tax.tax.amount()).collect();
        assert_eq!(taxes, expected);
    }

    /// The last number of the row that begins with these words.
    fn after(&self, words: &str) -> String {
        let mut rows = self.0.iter().filter(|row| {
            row.strip_prefix(words)
                .is_some_and(|rest| rest.starts_with("  ") || rest.starts_with(" -"))
        });
        let row = rows
            .next()
            .unwrap_or_else(|| panic!("no {words:?} in {}", self.text()));
        assert_eq!(rows.next(), None, "{words:?} is there twice");
        last(row)
    }

    /// The amounts of the lines.
    fn nets(&self, count: usize) -> Vec<String> {
        let rows = self.0.iter().filter(|row| row.starts_with("Advice"));
        let nets: Vec<String> = rows.map(|row| last(row)).collect();
        assert_eq!(nets.len(), count, "{}", self.text());
        nets
    }

    fn text(&self) -> String {
        self.0.join("\n")
    }
}

fn last(row: &str) -> String {
    let word = row.split_whitespace().last().unwrap_or_default();
    word.trim_matches(|c: char| !c.is_ascii_digit() && c != '-')
        .to_owned()
}

/// A row without groups of digits, signs of currencies or space at its start.
fn numbers_plain(row: &str) -> String {
    row.trim()
        .replace(['\u{a0}'], " ")
        .replace(',', "")
        .replace('\u{2212}', "-")
        .replace('€', "")
}

fn priced<const N: usize>(code: &str, lines: [LineItem; N]) -> Pricing {
    Pricing {
        currency: Currency::parse(code).unwrap(),
        mode: PriceMode::TaxExclusive,
        lines: lines.into(),
        discount: None,
    }
}

fn line(quantity: &str, price: &str, rates: &[&str]) -> LineItem {
    let rates = rates.iter().zip(1..);
    LineItem {
        description: Prose::parse("Advice").unwrap(),
        quantity: Quantity::parse(quantity).unwrap(),
        unit_price: UnitPrice::parse(price).unwrap(),
        discount: None,
        taxes: rates.map(|(rate, n)| tax(&format!("T{n}"), rate)).collect(),
    }
}

fn fixed(amount: &str, code: &str) -> Discount {
    let currency = Currency::parse(code).unwrap();
    Discount::Fixed(Money::parse(amount, currency).unwrap())
}
