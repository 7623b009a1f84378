//! What is not printed.

use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::print::PrintError;
use caseflow_core::testing::fixtures::{self, NOW, usd};

use crate::setup::{Desk, File};

#[test]
fn a_draft_is_refused() {
    let desk = Desk::new();
    let mut file = File::over(3, &desk, usd("10.00"));
    let terms = file.invoice.terms.clone();
    file.invoice = Invoice::draft(file.id(), desk.client.id, terms, NOW).unwrap();
    let refused = desk.head().invoice(&file.records(), None);
    assert_eq!(refused, Err(PrintError::Draft));
}

#[test]
fn records_that_do_not_add_up_are_refused() {
    let desk = Desk::new();
    let file = File::over(3, &desk, usd("10.00")).paid(4, usd("2.00"));
    let mut records = file.records();
    records.payments.clear();
    let refused = desk.head().invoice(&records, None);
    assert_eq!(refused, Err(PrintError::RecordsDiffer));

    let mut file = file.credited(5, usd("1.00"));
    file.credits.clear();
    let refused = desk.head().invoice(&file.records(), None);
    assert_eq!(refused, Err(PrintError::RecordsDiffer));
}

#[test]
fn records_of_another_invoice_or_client_are_refused() {
    let desk = Desk::new();
    let other = File::over(6, &desk, usd("10.00")).paid(7, usd("2.00"));
    let mut file = File::over(3, &desk, usd("10.00")).paid(4, usd("2.00"));
    let refused = desk.head().receipt(&file.records(), other.payments[0].id);
    assert_eq!(refused, Err(PrintError::OtherInvoice));
    file.payments = other.payments;
    let refused = desk.head().invoice(&file.records(), None);
    assert_eq!(refused, Err(PrintError::OtherInvoice));

    let mut stranger = Desk::new();
    stranger.client = fixtures::client(9);
    let file = File::over(3, &desk, usd("10.00"));
    let refused = stranger.head().invoice(&file.records(), None);
    assert_eq!(refused, Err(PrintError::OtherClient));
}

#[test]
fn a_number_that_is_not_taken_yet_is_refused() {
    let desk = Desk::new();
    let mut file = File::over(3, &desk, usd("10.00")).paid(4, usd("2.00"));
    file.payments[0].receipt = Number::Next(NumberFormat::parse("R-", 4).unwrap());
    let refused = desk.head().receipt(&file.records(), file.payments[0].id);
    assert_eq!(refused, Err(PrintError::NoNumber));
}
