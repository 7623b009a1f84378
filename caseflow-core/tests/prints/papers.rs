//! Offers, contracts and certificates as they are printed.

use caseflow_core::domain::offer::{Answer, Offer, OfferKind, OfferStatus, OfferTerms};
use caseflow_core::domain::print::{
    CertificateView, Certified, ContractCopy, Label, OfferView, Print, PrintDocument, PrintError,
    PrintLanguage, SignatureFacts,
};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::text::PersonName;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::ports::pdf::Pdf as _;
use caseflow_core::testing::fixtures::{self, NOW, line, prose};
use caseflow_core::testing::prints::Desk;
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{KeptPrints, block_on};

fn view(print: &Print) -> &OfferView {
    match &print.document {
        PrintDocument::Offer(view) => view,
        _ => panic!("an offer"),
    }
}

fn draft(desk: &Desk) -> Offer {
    let terms = OfferTerms {
        title: line("Accounts"),
        body: None,
        pricing: desk.terms.pricing.clone(),
        dated: desk.terms.dated,
        open_till: desk.terms.due,
        matter: None,
        internal_note: Some(prose("Not for the client.")),
        email: None,
    };
    let client = desk.client.id;
    Offer::draft(fixtures::id(9), OfferKind::Proposal, client, terms, NOW).unwrap()
}

#[test]
fn an_offer_is_printed_with_its_lines_and_sums() {
    let desk = Desk::with_lines(3);
    let print = desk.offer(OfferKind::Proposal, Some("# Scope"), None);
    let PrintDocument::Invoice(invoice) = desk.invoice().document else {
        panic!("an invoice");
    };
    let view = view(&print);
    assert_eq!(
        (&print.title, view.status),
        (&"Proposal OFF-0001".to_owned(), OfferStatus::Sent)
    );
    assert_eq!(print.file_name(), "proposal-OFF-0001.pdf");
    assert_eq!(view.lines, invoice.lines, "as an invoice's are");
    assert_eq!(view.totals.total, invoice.totals.total);
    assert!(view.totals.paid.value.is_zero());
    assert!(
        !format!("{print:?}").contains("Not for the client."),
        "R-ACC-7"
    );
}

#[test]
fn a_declined_estimate_is_called_rejected() {
    let status = |kind| {
        let print = Desk::with_lines(1).offer(kind, None, Some(Answer::Declined));
        let view = view(&print);
        let answer = view.answer.clone().unwrap();
        assert_eq!(answer.text, view.status_text);
        assert_eq!(answer.by, "Ann Lee (ann@example.com)");
        view.status_text.clone()
    };
    assert_eq!(status(OfferKind::Proposal), "Declined");
    assert_eq!(status(OfferKind::Estimate), "Rejected");
}

#[test]
fn a_draft_and_another_clients_offer_are_refused() {
    let desk = Desk::with_lines(1);
    let draft = draft(&desk);
    assert_eq!(desk.head().offer(&draft), Err(PrintError::Draft));
    let mut other = Desk::with_lines(1);
    other.client.id = fixtures::id(77);
    assert_eq!(other.head().offer(&draft), Err(PrintError::OtherClient));
}

fn facts<'a>(typed: &'a PersonName, others: &'a [(&'a str, Timestamp)]) -> SignatureFacts<'a> {
    SignatureFacts {
        shown: [0xab; 32],
        typed,
        contact: "Ana Keller",
        contact_id: "con_1",
        email: "ana@example.com",
        authenticated: None,
        session: None,
        terms: None,
        ip: None,
        user_agent: None,
        time_zone: None,
        sent_at: None,
        viewed_at: None,
        consented_at: None,
        signed_at: fixtures::at("2026-11-24T09:00:00.123Z"),
        others,
        verify_at: None,
    }
}

#[test]
fn a_certificate_alone_is_the_one_that_a_signed_text_has() {
    let typed = PersonName::parse("Ana Keller").unwrap();
    let facts = facts(&typed, &[]);
    let of = Certified {
        reference: "con_9",
        title: "Engagement",
        version: 3,
    };
    let print = Desk::with_lines(1).head().certificate(&of, &facts);
    assert_eq!(print.title, "Engagement");
    assert_eq!(print.file_name(), "certificate-con_9.pdf");
    let alone = PrintDocument::Certificate(Box::new(certificate(&facts)));
    assert_eq!(print.document, alone);
}

#[test]
fn the_double_puts_a_print_behind_a_file_or_says_why_not() {
    let prints = KeptPrints::default();
    let print = Desk::with_lines(1).certificate("Engagement", [1; 32], "Ana Keller", 0);
    let file = paper(2, "handed in");
    let joined = block_on(prints.append(file.clone(), print.clone())).unwrap();
    assert!(joined.bytes.starts_with(&file) && joined.bytes.len() > file.len());
    assert_eq!((joined.pages, prints.prints()), (3, vec![print.clone()]));
    let encrypted = [&file, &b"/Encrypt"[..]].concat();
    for (file, wanted) in [
        (b"GIF89a".to_vec(), FileRefusal::NotAPdf),
        (b"%PDF-1.7".to_vec(), FileRefusal::Unreadable),
        (encrypted, FileRefusal::Encrypted),
    ] {
        let refused = block_on(prints.append(file, print.clone())).unwrap_err();
        let refused = Error::from(refused);
        let found = matches!(&refused, Error::Refused(Refusal::File(it)) if *it == wanted);
        assert!(found, "{refused:?}");
    }
    assert_eq!(prints.prints().len(), 1, "what is refused is not kept");
}

fn certificate(facts: &SignatureFacts<'_>) -> CertificateView {
    let body = RichText::parse("x").unwrap();
    let copy = ContractCopy {
        reference: "con_9",
        title: "Engagement",
        version: 3,
        body: &body,
        sign_by: None,
    };
    let desk = Desk::with_lines(1);
    let PrintDocument::Contract(view) = desk.head().signed(&copy, facts).document else {
        panic!("a contract");
    };
    view.certificate.unwrap()
}

#[test]
fn d05_what_was_not_recorded_is_said_not_to_be_and_has_no_other_time() {
    let typed = PersonName::parse("Ana").unwrap();
    let view = certificate(&facts(&typed, &[]));
    let missing = PrintLanguage::English.word(Label::NotRecorded);
    let times: Vec<(&str, &str, &str)> = view
        .events
        .iter()
        .map(|event| (&*event.what, &*event.utc, &*event.local))
        .collect();
    assert_eq!(
        times,
        [
            ("Sent", missing, missing),
            ("First viewed", missing, missing),
            ("Signature terms accepted", missing, missing),
            (
                "Signed",
                "2026-11-24 09:00:00.123",
                "2026-11-24 10:00:00 +01:00"
            ),
        ]
    );
    let unknown = view.signer.iter().filter(|(_, value)| value == missing);
    assert_eq!(unknown.count(), 6);
    assert_eq!(view.document.last().unwrap().1, "ab".repeat(32));
}

#[test]
fn events_stand_in_the_order_of_time() {
    let typed = PersonName::parse("Ana").unwrap();
    let others = [
        ("Reminded", fixtures::at("2026-11-23T08:00:00Z")),
        ("Moved", fixtures::at("2026-11-20T08:00:00Z")),
        ("Sealed", fixtures::at("2026-11-24T09:00:01Z")),
    ];
    let facts = SignatureFacts {
        sent_at: Some(fixtures::at("2026-11-22T08:00:00Z")),
        consented_at: Some(fixtures::at("2026-11-24T08:59:59Z")),
        ..facts(&typed, &others)
    };
    let view = certificate(&facts);
    let events: Vec<&str> = view.events.iter().map(|event| &*event.what).collect();
    assert_eq!(
        events,
        [
            "Moved",
            "Sent",
            "First viewed",
            "Reminded",
            "Signature terms accepted",
            "Signed",
            "Sealed"
        ]
    );
}

#[test]
fn a_contract_names_both_parties_and_is_the_same_without_its_certificate() {
    let desk = Desk::with_lines(1);
    let unsigned = desk.contract("Engagement", "# Scope");
    let mut signed = desk.signed("Engagement", "# Scope", "Ana", 0);
    let PrintDocument::Contract(view) = &mut signed.document else {
        panic!("a contract");
    };
    let names: Vec<&str> = view.parties.iter().map(|party| &*party.name).collect();
    assert_eq!(names, ["Muster & Partner 1", "Client 1 Ltd"]);
    view.certificate = None;
    assert_eq!(signed, unsigned);
}
