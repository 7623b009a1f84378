//! The seventy-odd prints.

use super::{
    Desk, Discount, InvoiceTerms, Paper, Percent, PriceMode, Pricing, Print, PrintDocument,
    Stationery, fixtures, item, line, prose, tax,
};
use crate::domain::payment::PaymentState;
use crate::domain::reversal::ReversalKind::{Dispute, DisputeWon, Refund, RefundReturned};

const PNG: &[u8] = include_bytes!("../pictures/logo-alpha.png");
const GREY_PNG: &[u8] = include_bytes!("../pictures/logo-grey.png");
const PALETTE_PNG: &[u8] = include_bytes!("../pictures/logo-palette.png");
const JPEG: &[u8] = include_bytes!("../pictures/logo.jpg");

/// Text in scripts that a firm's names and notes come in.
const SCRIPTS: [(&str, &str); 12] = [
    (
        "arabic",
        "شركة النور للاستشارات المحاسبية: مراجعة الحسابات السنوية لعام 2026 (3 ساعات)",
    ),
    ("arabic-marks", "مُحَمَّدٌ وَفَاطِمَةُ، لَا إِلَى الْمَكْتَبِ"),
    (
        "hebrew",
        "משרד כהן ושות׳: ייעוץ משפטי בעניין חוזה שכירות, 12.5 שעות",
    ),
    ("hebrew-points", "בְּרֵאשִׁית בָּרָא, שָׁלוֹם"),
    (
        "greek",
        "Παπαδόπουλος & Συνεργάτες: Έλεγχος ετήσιων λογαριασμών",
    ),
    (
        "cyrillic",
        "Бухгалтерия «Рассвет»: проверка годовой отчётности, їжак, ђак",
    ),
    (
        "vietnamese",
        "Công ty Luật Nguyễn: Tư vấn hợp đồng chuyển nhượng cổ phần",
    ),
    (
        "central-european",
        "Kancelář Dvořák: Přezkum účtů; Łódź, Győr, Çeşme, Þingvellir",
    ),
    (
        "mixed",
        "Cohen כהן ושות׳ (Tel Aviv) مع مكتب النور 2026-11 and Smith & Sons",
    ),
    (
        "combining",
        "Ame\u{301}lie Nu\u{303}n\u{303}ez, a\u{323}\u{306} and Z\u{30c}i\u{307}",
    ),
    ("missing", "山田太郎 😀 ไทย 日本語の請求書"),
    (
        "signs",
        "€ £ ¥ ₹ ₪ ₩ ₱ ₺ ₴ ₫ § ¶ № ™ © ½ ⅔ — “quotes” ‹‹ ›› … • ≤ ± ×",
    ),
];

/// Seventy-odd prints of every kind, each with a name for its file.
#[must_use]
pub fn samples() -> Vec<(String, Print)> {
    let mut all = lengths();
    all.extend(currencies());
    all.extend(languages());
    all.extend(scripts());
    all.extend(looks());
    all.extend(sums());
    all.extend(states());
    all.extend(others());
    all.extend(notes());
    all.extend(super::papers::papers());
    let named = all.into_iter();
    named
        .map(|(name, print)| (name.to_owned(), print))
        .collect()
}

type Named = (String, Print);

fn named(name: &str, print: Print) -> Named {
    (name.to_owned(), print)
}

fn lengths() -> Vec<Named> {
    vec![
        named("lines-0", without_lines()),
        named("lines-1", Desk::with_lines(1).invoice()),
        named("lines-25", Desk::with_lines(25).paid(&[250]).invoice()),
        named("lines-1000", Desk::with_lines(1000).paid(&[250]).invoice()),
    ]
}

fn without_lines() -> Print {
    let mut print = Desk::with_lines(1).invoice();
    if let PrintDocument::Invoice(view) = &mut print.document {
        view.lines.clear();
    }
    print
}

fn currencies() -> Vec<Named> {
    let codes = [
        "JPY", "KRW", "CLP", "USD", "EUR", "INR", "KWD", "BHD", "TND",
    ];
    let one = |code| {
        let desk = Desk::with_lines(3).in_currency(code).paid(&[100, 200]);
        (format!("currency-{}", code.to_lowercase()), desk.invoice())
    };
    codes.map(one).into()
}

fn languages() -> Vec<Named> {
    let tags = ["de", "de-CH", "fr", "es", "he", "ar"];
    let one = |tag: &str| {
        let desk = Desk::with_lines(25).speaking(tag).paid(&[300]).under(PNG);
        (format!("language-{}", tag.to_lowercase()), desk.invoice())
    };
    tags.map(one).into()
}

fn scripts() -> Vec<Named> {
    let mut all: Vec<Named> = SCRIPTS
        .iter()
        .map(|(name, text)| {
            let desk = Desk::with_lines(2).saying(text);
            (format!("script-{name}"), desk.invoice())
        })
        .collect();
    let arabic = Desk::with_lines(2).saying(SCRIPTS[0].1).speaking("ar");
    let hebrew = Desk::with_lines(2).saying(SCRIPTS[2].1).speaking("he");
    all.push(named("script-arabic-from-right", arabic.invoice()));
    all.push(named("script-hebrew-from-right", hebrew.invoice()));
    all
}

fn looks() -> Vec<Named> {
    let mut letter = Desk::with_lines(40);
    letter.stationery.paper = Paper::Letter;
    let mut bare = Desk::with_lines(1);
    bare.stationery = Stationery::default();
    bare.client.address = None;
    bare.client.tax_id = None;
    bare.firm.address = None;
    bare.firm.tax_id = None;
    bare.firm.email = None;
    bare.terms = InvoiceTerms {
        matter: None,
        client_note: None,
        ..bare.terms
    };
    let long = Desk::with_lines(3).saying(&format!(
        "{} {}",
        "W".repeat(90),
        "donaudampfschiff".repeat(30)
    ));
    let mut tall = Desk::with_lines(4);
    tall.terms.pricing.lines[1].description = prose(&"one line\n".repeat(200));
    tall.terms.client_note = Some(prose(&"A note that goes on and on. ".repeat(140)));
    let mut small_print = Desk::with_lines(30);
    small_print.stationery.footer = Some(prose(&"Small print of the firm. ".repeat(39)));
    vec![
        named("paper-letter", letter.under(JPEG).invoice()),
        named("bare", bare.invoice()),
        named("long-words", long.invoice()),
        named("tall-row-and-note", tall.invoice()),
        named("small-print", small_print.invoice()),
        named("logo-grey", Desk::with_lines(1).under(GREY_PNG).invoice()),
        named(
            "logo-palette",
            Desk::with_lines(1).under(PALETTE_PNG).invoice(),
        ),
        named(
            "colour-black",
            Desk::with_lines(2).coloured("#000000").invoice(),
        ),
        named(
            "colour-yellow",
            Desk::with_lines(2).coloured("#ffe066").invoice(),
        ),
        named(
            "colour-white",
            Desk::with_lines(2).coloured("#ffffff").invoice(),
        ),
    ]
}

fn sums() -> Vec<Named> {
    let base = Desk::with_lines(3).terms.pricing;
    let inclusive = Pricing {
        mode: PriceMode::TaxInclusive,
        discount: Some(Discount::Fixed(fixtures::usd("100.00"))),
        ..base.clone()
    };
    let mut reduced = Pricing {
        discount: Some(Discount::Percent(Percent::parse("12.5").unwrap())),
        ..base.clone()
    };
    reduced.lines[0].discount = Some(Discount::Fixed(fixtures::usd("10.00")));
    reduced.lines[1].discount = Some(Discount::Percent(Percent::parse("5").unwrap()));
    let mut taxed = base.clone();
    taxed.lines = (0..8).map(item).collect();
    for (n, item) in taxed.lines.iter_mut().enumerate() {
        item.taxes = (0..8)
            .map(|k| tax(&format!("Levy {n}.{k}"), "1.25"))
            .collect();
    }
    let mut large = base;
    for item in &mut large.lines {
        item.quantity = "999999999.12345678".parse().unwrap();
        item.unit_price = "99.87654321".parse().unwrap();
    }
    vec![
        named("inclusive", Desk::with_lines(1).priced(inclusive).invoice()),
        named("discounts", Desk::with_lines(1).priced(reduced).invoice()),
        named("taxes-64", Desk::with_lines(1).priced(taxed).invoice()),
        named("large-numbers", Desk::with_lines(1).priced(large).invoice()),
    ]
}

fn states() -> Vec<Named> {
    let mut cancelled = Desk::with_lines(2);
    cancelled.cancelled = true;
    let mut overdue = Desk::with_lines(2).paid(&[200]);
    overdue.terms.dated = fixtures::day("2026-09-01");
    overdue.terms.due = fixtures::day("2026-09-30");
    let mut returned = Desk::with_lines(2).paid(&[500, 300]);
    returned.credited = vec![100];
    returned.reversed = vec![(Refund, 250)];
    vec![
        named("paid", Desk::with_lines(2).paid(&[1000]).invoice()),
        named("overdue", overdue.invoice()),
        named("cancelled", cancelled.invoice()),
        named("refunded", returned.invoice()),
        named("reversals", reversals("en").invoice()),
        named("reversals-german", reversals("de").invoice()),
        named("reversals-arabic", reversals("ar").invoice()),
    ]
}

/// An invoice whose payment went back and came back in every way there is.
fn reversals(tag: &str) -> Desk {
    let parts = [
        (Refund, 250),
        (RefundReturned, 250),
        (Dispute, 400),
        (DisputeWon, 150),
    ];
    Desk::with_lines(2)
        .paid(&[500, 300])
        .reversed(&parts)
        .speaking(tag)
}

/// The notes of all kinds, and in all languages.
fn notes() -> Vec<Named> {
    let kinds = [
        ("refund-returned-note", 2, ["en", "he"].as_slice()),
        ("chargeback-note", 3, &["en", "fr", "ar"]),
        ("chargeback-reversed-note", 4, &["en", "de", "es"]),
    ];
    let one = |(name, count, tags): (&str, usize, &[&str])| {
        let note = |tag: &&str| {
            let mut desk = reversals(tag);
            desk.reversed.truncate(count);
            (format!("{name}-{tag}"), desk.note())
        };
        tags.iter().map(note).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(one).collect()
}

fn others() -> Vec<Named> {
    let mut returned = Desk::with_lines(2).paid(&[500, 300]);
    returned.credited = vec![100];
    returned.reversed = vec![(Refund, 250)];
    let hebrew = returned.clone().speaking("he").saying(SCRIPTS[2].1);
    let arabic = returned.clone().speaking("ar").saying(SCRIPTS[0].1);
    let mut currencies = vec![returned.file()];
    currencies.push(returned.clone().in_currency("KWD").file_number(7));
    currencies.push(returned.clone().in_currency("JPY").file_number(8));
    vec![
        named("receipt", returned.clone().under(PNG).receipt()),
        named("receipt-hebrew", hebrew.receipt()),
        named("receipt-voided", voided()),
        named("refund-note", returned.note()),
        named("refund-note-arabic", arabic.note()),
        named("statement-empty", returned.statement(0)),
        named("statement-10", returned.clone().under(PNG).statement(10)),
        named("statement-300", returned.statement(300)),
        named("statement-currencies", returned.statement_of(&currencies)),
        named("statement-arabic", arabic.statement(10)),
        named("statement-german", returned.speaking("de").statement(10)),
        named("statement-reversals", reversals("en").statement(3)),
        named("statement-reversals-hebrew", reversals("he").statement(3)),
    ]
}

fn voided() -> Print {
    let desk = Desk::with_lines(2).paid(&[500]);
    let mut file = desk.file();
    file.payments[0].state = PaymentState::Voided {
        at: fixtures::NOW,
        reason: Some(line("bounced")),
    };
    let file = file.settled(false);
    let payment = file.payments[0].id;
    desk.head().receipt(&file.records(), payment).unwrap()
}
