//! Documents as PDF files: who gets which, and what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::Error;
use caseflow_core::domain::changes::{Change, Changes, Write};
use caseflow_core::domain::firm::{Attachments, Logo};
use caseflow_core::domain::period::PeriodError;
use caseflow_core::domain::print::{
    InvoiceView, Print, PrintDocument, ReceiptView, StatementView, Stationery,
};
use caseflow_core::error::Refusal;
use caseflow_core::firm::{clients, invoices, payments, settings};
use caseflow_core::portal;
use caseflow_core::ports::pdf::{Pdf, PdfError, PdfFile};
use caseflow_core::ports::store::StatementFile;
use caseflow_core::testing::fixtures::{self, day, line, prose, usd};
use caseflow_core::testing::{KeptPrints, block_on};
use caseflow_core::upkeep;

use super::setup::Story;

#[test]
fn a36_r_inv_7_an_invoice_is_printed_as_it_stands_now() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("1000.00", "2026-12-24").await;
        for (paid, due) in [("100.00", "900.00"), ("200.00", "800.00")] {
            story.pay(id, "100.00").await;
            let document = portal::invoices::pdf(&story.ports, &story.contact(), id).await;
            let document = document.unwrap();
            assert_eq!(document.name, "invoice-INV-0001.pdf");
            assert_eq!(document.title, "Invoice INV-0001");
            let mine = story.doubles.prints.prints().pop().unwrap();
            invoices::pdf(&story.ports, &story.office.staff(), id)
                .await
                .unwrap();
            let firms = story.doubles.prints.prints().pop().unwrap();
            assert_eq!(mine, firms, "the firm prints what the client gets");
            let totals = invoice(&mine).totals.clone();
            assert_eq!((totals.paid.value, totals.due.value), (usd(paid), usd(due)));
        }
    });
}

#[test]
fn r_acc_7_a_draft_is_not_printed_for_anybody() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.draft("10.00", "2026-12-24").await;
        let mine = portal::invoices::pdf(&story.ports, &story.contact(), id).await;
        assert!(matches!(mine, Err(Error::NotFound)), "{mine:?}");
        let firms = invoices::pdf(&story.ports, &story.office.staff(), id).await;
        let refused = matches!(firms, Err(Error::Refused(Refusal::DraftNotPrinted)));
        assert!(refused, "{firms:?}");
        assert_eq!(story.doubles.prints.prints(), []);
    });
}

#[test]
fn r_inv_7_a_receipt_keeps_its_number_when_the_payment_is_voided() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-12-24").await;
        let payment = story.pay(id, "30.00").await;
        let (ports, me, staff) = (&story.ports, story.contact(), story.office.staff());
        portal::payments::receipt(ports, &me, payment)
            .await
            .unwrap();
        let bounced = Some(line("bounced"));
        payments::void(ports, &story.call(), payment, None, bounced)
            .await
            .unwrap();
        portal::payments::receipt(ports, &me, payment)
            .await
            .unwrap();
        payments::receipt(ports, &staff, payment).await.unwrap();
        let prints = story.doubles.prints.prints();
        let receipts: Vec<_> = prints.iter().map(receipt).collect();
        for receipt in &receipts {
            assert_eq!(
                (receipt.number.as_str(), receipt.amount.value),
                ("R-0001", usd("30.00"))
            );
        }
        let voided: Vec<_> = receipts.iter().map(|it| it.voided_on.is_some()).collect();
        assert_eq!(voided, [false, true, true]);
        let stranger = story.visiting(story.office.visit(&story.office.stranger).visitor);
        let theirs = portal::payments::receipt(ports, &stranger, payment).await;
        assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    });
}

#[test]
fn a_statement_brings_forward_what_its_days_do_not_tell() {
    block_on(async {
        let story = Story::begin().await;
        let old = story.issued("100.00", "2026-12-24").await;
        story.doubles.clock.set("2026-12-02T09:00:00Z");
        let new = story.issued("50.00", "2026-12-24").await;
        story.pay(new, "20.00").await;
        story.pay(old, "1.00").await;
        let (ports, me, staff) = (&story.ports, story.contact(), story.office.staff());
        let client = story.office.client.id;
        for (from, to, figures) in [
            // Both are dated 1 November, and paid on 2 December.
            (None, None, ["0.00", "150.00", "21.00", "129.00"]),
            (
                Some("2026-11-02"),
                None,
                ["150.00", "0.00", "21.00", "129.00"],
            ),
            (
                Some("2026-11-02"),
                Some("2026-12-01"),
                ["150.00", "0.00", "0.00", "150.00"],
            ),
            (
                None,
                Some("2026-11-30"),
                ["0.00", "150.00", "0.00", "150.00"],
            ),
        ] {
            let (from, to) = (from.map(day), to.map(day));
            portal::payments::statement(ports, &me, from, to)
                .await
                .unwrap();
            let mine = story.doubles.prints.prints().pop().unwrap();
            clients::statement(ports, &staff, client, from, to)
                .await
                .unwrap();
            assert_eq!(mine, story.doubles.prints.prints().pop().unwrap());
            let account = &statement(&mine).accounts[0];
            let shown = [
                &account.opening,
                &account.charged,
                &account.paid,
                &account.closing,
            ];
            assert_eq!(
                shown.map(|it| it.value),
                figures.map(usd),
                "{from:?} {to:?}"
            );
        }
    });
}

#[test]
fn a_statement_of_impossible_days_is_refused_to_whom_it_is_open() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, staff) = (&story.ports, story.office.staff());
        let client = story.office.client.id;
        for (from, to, expected, field) in [
            ("2026-11-03", "2026-11-02", PeriodError::Backwards, "from"),
            ("2026-11-03", "2026-11-25", PeriodError::Future, "to"),
        ] {
            let (from, to) = (Some(day(from)), Some(day(to)));
            let me = story.contact();
            let mine = portal::payments::statement(ports, &me, from, to).await;
            let firms = clients::statement(ports, &staff, client, from, to).await;
            for outcome in [mine, firms] {
                let Err(Error::Refused(refusal)) = outcome else {
                    panic!("{outcome:?}");
                };
                assert_eq!(refusal, Refusal::Period(expected));
                assert_eq!(refusal.field(), Some(field));
            }
        }
        let nobody = story.with_token(&fixtures::secret(9));
        let backwards = (Some(day("2026-11-03")), Some(day("2026-11-02")));
        let signed_out = portal::payments::statement(ports, &nobody, backwards.0, backwards.1);
        let signed_out = signed_out.await;
        assert!(
            matches!(signed_out, Err(Error::SignedOut)),
            "{signed_out:?}"
        );
    });
}

#[test]
fn a_statement_of_too_much_is_refused_and_never_cut() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let most = u64::try_from(StatementFile::MOST_INVOICES).unwrap();
        let write = async |numbers: std::ops::RangeInclusive<u64>| {
            let invoices = numbers.map(|n| {
                let invoice = fixtures::issued(n, office.client.id, usd("1.00"));
                Change::Invoice(Write::Insert(invoice))
            });
            let changes = Changes {
                changes: invoices.collect(),
                ..Changes::default()
            };
            story
                .ports
                .store
                .commit(office.firm.id, changes)
                .await
                .unwrap();
        };
        write(1..=most).await;
        let (ports, me) = (&story.ports, story.contact());
        portal::payments::statement(ports, &me, None, None)
            .await
            .unwrap();
        let print = story.doubles.prints.prints().pop().unwrap();
        assert_eq!(statement(&print).accounts[0].entries.len(), 1_000);
        write(most + 1..=most + 1).await;
        let refused = portal::payments::statement(ports, &me, None, None).await;
        let long = matches!(refused, Err(Error::Refused(Refusal::StatementTooLong)));
        assert!(long, "{refused:?}");
    });
}

#[test]
fn a_logo_that_cannot_be_shown_is_left_out() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("10.00", "2026-12-24").await;
        let logo = Logo::parse(b"\x89PNG\r\n\x1a\n and no more".to_vec()).unwrap();
        settings::set_logo(&story.ports, &story.call(), None, Some(logo.clone()))
            .await
            .unwrap();
        let pdf = Arc::new(Picky::default());
        let ports = caseflow_core::Ports {
            pdf: pdf.clone(),
            ..story.ports.clone()
        };
        portal::invoices::pdf(&ports, &story.contact(), id)
            .await
            .unwrap();
        assert_eq!(pdf.0.prints()[0].brand.logo, None);
        portal::invoices::pdf(&story.ports, &story.contact(), id)
            .await
            .unwrap();
        let print = story.doubles.prints.prints().pop().unwrap();
        assert_eq!(print.brand.logo, Some(logo));
    });
}

#[test]
fn the_firms_stationery_is_on_every_document() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("10.00", "2026-12-24").await;
        let mut input = story.firm_input();
        input.stationery = Stationery {
            footer: Some(prose("Registered in Zug")),
            how_to_pay: Some(prose("IBAN CH93")),
            ..Stationery::default()
        };
        settings::update(&story.ports, &story.call(), None, input)
            .await
            .unwrap();
        portal::invoices::pdf(&story.ports, &story.contact(), id)
            .await
            .unwrap();
        let print = story.doubles.prints.prints().pop().unwrap();
        assert_eq!(print.brand.footer, Some(prose("Registered in Zug")));
        let how = invoice(&print).how_to_pay.clone().unwrap();
        assert_eq!(
            (how.words.as_deref(), how.online),
            (Some("IBAN CH93"), None)
        );
    });
}

#[test]
fn mails_about_money_carry_the_document_as_it_stands_when_they_leave() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("100.00", "2026-12-24").await;
        story.pay(id, "30.00").await;
        upkeep::tick(&story.ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        let names: Vec<_> = letters
            .iter()
            .map(|letter| {
                let [file] = letter.attachments.as_slice() else {
                    panic!("{letter:?}");
                };
                assert_eq!(file.media_type, "application/pdf");
                assert!(file.bytes.starts_with(b"%PDF-"));
                file.name.as_str()
            })
            .collect();
        let (invoice_file, receipt_file) = ("invoice-INV-0001.pdf", "receipt-R-0001.pdf");
        assert_eq!(
            names,
            [invoice_file, invoice_file, receipt_file, receipt_file]
        );
        let prints = story.doubles.prints.prints();
        assert_eq!(invoice(&prints[0]).totals.due.value, usd("70.00"));
    });
}

#[test]
fn a_firm_may_send_its_mails_without_documents() {
    block_on(async {
        let story = Story::begin().await;
        let mut input = story.firm_input();
        input.attachments = Attachments::Off;
        settings::update(&story.ports, &story.call(), None, input)
            .await
            .unwrap();
        let id = story.issued("100.00", "2026-12-24").await;
        story.pay(id, "30.00").await;
        upkeep::tick(&story.ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        assert_eq!(letters.len(), 4);
        assert!(letters.iter().all(|letter| letter.attachments.is_empty()));
        assert_eq!(story.doubles.prints.prints(), []);
    });
}

#[test]
fn r_aud_2_a_renderer_that_fails_delays_a_mail_but_never_loses_it() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("100.00", "2026-12-24").await;
        let broken = Arc::new(Broken::default());
        let ports = caseflow_core::Ports {
            pdf: broken.clone(),
            ..story.ports.clone()
        };
        let mut minutes = 0;
        let mut round = upkeep::tick(&ports).await.unwrap();
        assert_eq!((round.sent, round.postponed), (0, 2));
        while round.sent == 0 {
            story.doubles.clock.advance(Duration::from_secs(60));
            minutes += 1;
            round = upkeep::tick(&ports).await.unwrap();
        }
        assert_eq!((minutes, broken.0.load(Ordering::SeqCst)), (15, 10));
        let letters = story.doubles.mailer.take();
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| letter.attachments.is_empty()));
        assert!(
            letters
                .iter()
                .all(|letter| letter.text.contains("100.00 USD"))
        );
    });
}

#[test]
fn r_aud_2_a_busy_renderer_is_asked_again_a_minute_later() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("100.00", "2026-12-24").await;
        let ports = caseflow_core::Ports {
            pdf: Arc::new(Broken::default()),
            ..story.ports.clone()
        };
        assert_eq!(upkeep::tick(&ports).await.unwrap().postponed, 2);
        assert_eq!(
            upkeep::tick(&story.ports).await.unwrap().sent,
            0,
            "not before a minute"
        );
        story.doubles.clock.advance(Duration::from_secs(60));
        assert_eq!(upkeep::tick(&story.ports).await.unwrap().sent, 2);
        let letters = story.doubles.mailer.take();
        assert!(letters.iter().all(|letter| letter.attachments.len() == 1));
    });
}

/// A renderer that cannot show a logo.
#[derive(Debug, Default)]
struct Picky(KeptPrints);

#[async_trait]
impl Pdf for Picky {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        match print.brand.logo {
            Some(_) => Err(PdfError::Logo("no picture".into())),
            None => self.0.render(print).await,
        }
    }

    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        self.0.append(file, more).await
    }
}

/// A renderer that is busy at first, then fails for good; it counts how often it was asked.
#[derive(Debug, Default)]
struct Broken(AtomicU32);

#[async_trait]
impl Pdf for Broken {
    async fn render(&self, _print: Print) -> Result<PdfFile, PdfError> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0..4 => Err(PdfError::Busy),
            _ => Err(PdfError::Backend("broken".into())),
        }
    }

    async fn append(&self, _file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        self.render(more).await
    }
}

fn invoice(print: &Print) -> &InvoiceView {
    match &print.document {
        PrintDocument::Invoice(view) => view,
        other => panic!("not an invoice: {other:?}"),
    }
}

fn receipt(print: &Print) -> &ReceiptView {
    match &print.document {
        PrintDocument::Receipt(view) => view,
        other => panic!("not a receipt: {other:?}"),
    }
}

fn statement(print: &Print) -> &StatementView {
    match &print.document {
        PrintDocument::Statement(view) => view,
        other => panic!("not a statement: {other:?}"),
    }
}
