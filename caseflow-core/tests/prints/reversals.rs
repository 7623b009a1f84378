//! Money that went back and came back: its sign on every document, and on which side of a period.

use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::print::{
    EntryKind, InvoiceView, Label, PrintDocument, PrintError, PrintLanguage, RecordKind,
    ReversalView, StatementAccount,
};
use caseflow_core::domain::reversal::ReversalKind::{
    self, Dispute, DisputeWon, Refund, RefundReturned,
};
use caseflow_core::testing::fixtures::{self, day, usd};

use crate::setup::{Desk, File};
use crate::statements::{adds_up, statement};

/// Of 100.00 paid online 30.00 went back and came back again, and 50.00 was disputed, of which 20.00
/// was won: 70.00 stays.
fn moved(desk: &Desk) -> File {
    let mut file = File::over(3, desk, usd("100.00")).paid_online(4, usd("100.00"));
    for (n, kind, amount, on) in [
        (5, Refund, "30.00", "2026-11-30"),
        (6, RefundReturned, "30.00", "2026-12-01"),
        (7, Dispute, "50.00", "2026-12-31"),
        (8, DisputeWon, "20.00", "2027-01-01"),
    ] {
        file = file.reversed(n, kind, usd(amount));
        file.reversals.last_mut().unwrap().on = day(on);
    }
    file
}

#[test]
fn an_invoice_shows_each_movement_with_its_sign() {
    let desk = Desk::new();
    let view = invoice(&desk, &moved(&desk));
    let rows: Vec<_> = view
        .records
        .iter()
        .map(|row| (row.kind, row.what.as_str(), row.amount.value.minor()))
        .collect();
    let expected = [
        (RecordKind::Payment, "Payment", 10_000),
        (RecordKind::Reversal(Refund), "Refund", -3_000),
        (
            RecordKind::Reversal(RefundReturned),
            "Refund returned",
            3_000,
        ),
        (RecordKind::Reversal(Dispute), "Chargeback", -5_000),
        (
            RecordKind::Reversal(DisputeWon),
            "Chargeback reversed",
            2_000,
        ),
    ];
    assert_eq!(rows, expected);
    assert_eq!(view.totals.paid.value, usd("70.00"));
    assert_eq!(view.totals.due.value, usd("30.00"));
}

#[test]
fn what_left_the_firm_is_charged_and_what_came_back_is_paid() {
    let desk = Desk::new();
    let account = account(&desk, "2026-11-01", "2027-01-31");
    let rows: Vec<_> = account
        .entries
        .iter()
        .map(|row| {
            let charge = row.charge.as_ref().map(|it| it.value.minor());
            let payment = row.payment.as_ref().map(|it| it.value.minor());
            (row.what.as_str(), charge, payment)
        })
        .collect();
    let expected = [
        ("Invoice INV-0003", Some(10_000), None),
        ("Payment R-0004", None, Some(10_000)),
        ("Refund RF-0005", Some(3_000), None),
        ("Refund returned RF-0006", None, Some(3_000)),
        ("Chargeback RF-0007", Some(5_000), None),
        ("Chargeback reversed RF-0008", None, Some(2_000)),
    ];
    assert_eq!(rows, expected);
    assert!(adds_up(&account));
    assert_eq!(account.closing.value, usd("30.00"));
}

/// A refund on a month's last day and its return on the next one's first: each month holds its own.
#[test]
fn a_reversal_counts_on_its_own_day_and_not_on_its_payments() {
    let desk = Desk::new();
    for (first, last, opening, kinds, closing) in [
        ("2026-11-25", "2026-11-29", "0.00", vec![], "0.00"),
        ("2026-11-25", "2026-11-30", "0.00", vec![Refund], "30.00"),
        (
            "2026-11-30",
            "2026-12-01",
            "0.00",
            vec![Refund, RefundReturned],
            "0.00",
        ),
        (
            "2026-12-01",
            "2026-12-30",
            "30.00",
            vec![RefundReturned],
            "0.00",
        ),
        (
            "2026-12-01",
            "2026-12-31",
            "30.00",
            vec![RefundReturned, Dispute],
            "50.00",
        ),
        (
            "2027-01-01",
            "2027-01-31",
            "50.00",
            vec![DisputeWon],
            "30.00",
        ),
        ("2027-01-02", "2027-01-31", "30.00", vec![], "30.00"),
    ] {
        let file = moved(&desk);
        let view = statement(&desk, day(first), day(last), &[file]);
        let Some(account) = view.accounts.first() else {
            assert_eq!((opening, kinds, closing), ("0.00", vec![], "0.00"));
            continue;
        };
        let found: Vec<_> = account.entries.iter().map(|entry| entry.kind).collect();
        let expected: Vec<_> = kinds.into_iter().map(EntryKind::Reversal).collect();
        assert_eq!(found, expected, "{first} to {last}");
        assert_eq!(account.opening.value, usd(opening), "{first} to {last}");
        assert_eq!(account.closing.value, usd(closing), "{first} to {last}");
        assert!(adds_up(account));
    }
}

/// Paid and refunded on one day: the payment comes first, or its balance would make no sense.
#[test]
fn on_one_day_the_payment_comes_before_what_went_back_of_it() {
    let desk = Desk::new();
    let mut file = File::over(3, &desk, usd("10.00")).paid_online(4, usd("10.00"));
    file = file
        .reversed(5, RefundReturned, usd("10.00"))
        .reversed(6, Refund, usd("10.00"));
    for reversal in &mut file.reversals {
        reversal.on = day("2026-11-24");
    }
    let view = statement(&desk, day("2026-11-24"), day("2026-11-24"), &[file]);
    let entries = view.accounts[0].entries.iter();
    let balances: Vec<_> = entries.map(|entry| entry.balance.value.minor()).collect();
    assert_eq!(balances, [1_000, 0, 1_000, 0]);
}

#[test]
fn each_kind_has_a_note_of_its_own() {
    let desk = Desk::new();
    let file = moved(&desk);
    let titles = [
        ("Refund note RF-0005", "refund-RF-0005.pdf"),
        (
            "Returned refund note RF-0006",
            "refund-returned-RF-0006.pdf",
        ),
        ("Chargeback note RF-0007", "chargeback-RF-0007.pdf"),
        (
            "Reversed chargeback note RF-0008",
            "chargeback-reversed-RF-0008.pdf",
        ),
    ];
    for (reversal, (title, name)) in file.reversals.iter().zip(titles) {
        let print = desk.head().reversal(&file.records(), reversal.id).unwrap();
        assert_eq!(
            (print.title.as_str(), print.file_name()),
            (title, name.into())
        );
        let PrintDocument::Reversal(note) = print.document else {
            panic!("not a note: {title}");
        };
        assert_eq!(note.kind, reversal.kind);
        assert_eq!(note.amount.value, reversal.amount, "above zero on its note");
        assert_eq!(note.on.value, reversal.on);
        assert_eq!(papers(&note), ["R-0004", "INV-0003"]);
        assert_eq!(note.total.value, usd("100.00"));
        assert_eq!(note.due.value, usd("30.00"));
    }
}

#[test]
fn the_four_kinds_have_four_words_and_titles_in_every_language() {
    for language in PrintLanguage::ALL {
        let words = ReversalKind::ALL.map(|kind| language.reversal(kind));
        let titles = ReversalKind::ALL.map(|kind| language.note(kind));
        for all in [words, titles] {
            for (n, word) in all.iter().enumerate() {
                assert!(!all[..n].contains(word), "{language:?}: {word} twice");
            }
        }
        assert_eq!(titles[0], language.word(Label::RefundNote));
    }
}

#[test]
fn a_reversal_that_does_not_belong_there_is_refused() {
    let desk = Desk::new();
    let file = moved(&desk);
    let unknown = desk.head().reversal(&file.records(), fixtures::id(4_711));
    assert_eq!(unknown, Err(PrintError::OtherInvoice));

    let mut records = file.records();
    records.reversals.pop();
    let lost = desk.head().invoice(&records, None);
    assert_eq!(lost, Err(PrintError::RecordsDiffer));

    let mut other = file.clone();
    other.reversals[0].invoice = fixtures::id(4_711);
    let refused = desk.head().invoice(&other.records(), None);
    assert_eq!(refused, Err(PrintError::OtherInvoice));

    let mut other = file.clone();
    other.reversals[0].payment = fixtures::id(4_711);
    let refused = desk.head().invoice(&other.records(), None);
    assert_eq!(refused, Err(PrintError::OtherInvoice));

    let mut other = file;
    other.reversals[0].number = Number::Next(NumberFormat::parse("RF-", 4).unwrap());
    let id = other.reversals[0].id;
    let refused = desk.head().reversal(&other.records(), id);
    assert_eq!(refused, Err(PrintError::NoNumber));
}

#[test]
fn the_address_at_which_it_can_be_paid_is_printed_as_long_as_something_is_due() {
    let desk = Desk::new();
    let address = "https://portal.example.com/invoices/3";
    let shown = |file: &File| {
        let print = desk.head().invoice(&file.records(), Some(address)).unwrap();
        let PrintDocument::Invoice(view) = print.document else {
            panic!("not an invoice");
        };
        view.how_to_pay.and_then(|it| it.online)
    };
    assert_eq!(shown(&moved(&desk)).as_deref(), Some(address));
    let paid = File::over(3, &desk, usd("10.00")).paid_online(4, usd("10.00"));
    assert_eq!(shown(&paid), None);
}

fn papers(note: &ReversalView) -> [&str; 2] {
    [&note.receipt, &note.invoice]
}

fn invoice(desk: &Desk, file: &File) -> InvoiceView {
    let print = desk.head().invoice(&file.records(), None).unwrap();
    let PrintDocument::Invoice(view) = print.document else {
        panic!("not an invoice: {print:?}");
    };
    let rows = view.records.iter().map(|row| row.amount.value);
    let sum = Money::sum(rows, file.invoice.currency()).unwrap();
    assert_eq!(
        sum, view.totals.paid.value,
        "the rows add up to what was paid"
    );
    *view
}

fn account(desk: &Desk, first: &str, last: &str) -> StatementAccount {
    let mut view = statement(desk, day(first), day(last), &[moved(desk)]);
    assert_eq!(view.accounts.len(), 1);
    view.accounts.remove(0)
}
