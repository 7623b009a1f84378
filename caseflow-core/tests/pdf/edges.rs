//! What the kit cannot ask of every renderer.

use std::collections::BTreeSet;
use std::sync::Arc;

use caseflow_core::adapters::pdf_writer::{PdfWriter, Renderer, Shaping};
use caseflow_core::domain::print::PrintDocument;
use caseflow_core::ports::pdf::{Pdf, PdfError};
use caseflow_core::testing::prints::{Desk, samples};
use caseflow_core::testing::{block_on, join_all};
use proptest::prelude::*;

use crate::poppler;

#[test]
fn every_font_is_embedded_cut_and_readable() {
    let renderer = Renderer::new().unwrap();
    for (name, print) in samples() {
        let file = renderer.render(&print).unwrap();
        let fonts = poppler::fonts(&file.bytes);
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!rows.is_empty(), "{name} has no font");
        for row in rows {
            assert!(
                row.contains("Identity-H       yes yes yes"),
                "{name}: {row}"
            );
        }
    }
}

#[test]
fn the_file_says_what_it_is() {
    let print = Desk::with_lines(1).speaking("de").invoice();
    let file = Renderer::new().unwrap().render(&print).unwrap();
    let info = poppler::info(&file.bytes);
    for wanted in [
        "Title:           Rechnung INV-0001",
        "Author:          Muster & Partner 1",
        "Tagged:          yes",
        "Pages:           1",
        "Encrypted:       no",
        "Page size:       595.28 x 841.89 pts (A4)",
    ] {
        let found = info.lines().any(|line| line.starts_with(wanted));
        assert!(
            found || wanted.starts_with("CreationDate"),
            "{wanted} is not in {info}"
        );
    }
    assert!(
        file.bytes
            .windows(10)
            .any(|it| it == b"/Lang (de)" || it == b"/Lang(de)/")
    );
}

/// Glyphs stand in the order of the eye; the structure says the text in the order of reading.
#[test]
fn text_from_the_right_is_read_out_in_its_own_order() {
    let name = "משרד כהן ושות׳";
    let print = Desk::with_lines(1).saying(name).invoice();
    let file = Renderer::new().unwrap().render(&print).unwrap();
    let units = name.encode_utf16().map(|unit| format!("{unit:04x}"));
    let spoken = format!("/actualtext<feff{}>", units.collect::<String>());
    let bytes = String::from_utf8_lossy(&file.bytes).to_lowercase();
    // Firm, client, address, matter, description and note.
    assert_eq!(bytes.matches(&spoken).count(), 6);
    let pages = poppler::pages(&file.bytes).concat();
    assert!(pages.contains("משרד"));
}

#[test]
fn shaping_changes_the_look_and_not_the_text() {
    let print = Desk::with_lines(3)
        .saying("AVAToWa. Übergröße, Ταξί")
        .invoice();
    let shaped = Renderer::new().unwrap().render(&print).unwrap();
    let simple = Renderer::with_shaping(Shaping::WhereNeeded).unwrap();
    let simple = simple.render(&print).unwrap();
    assert_ne!(shaped.bytes, simple.bytes);
    assert_eq!(poppler::pages(&shaped.bytes), poppler::pages(&simple.bytes));
}

#[test]
fn a_mark_of_direction_alone_needs_no_font() {
    let mut print = Desk::with_lines(1).invoice();
    print.addressee.name = "\u{61c}".to_owned();
    let file = Renderer::new().unwrap().render(&print).unwrap();
    assert_eq!(poppler::pages(&file.bytes).len(), 1);
}

#[test]
fn too_long_a_document_is_refused() {
    let mut print = Desk::with_lines(1).invoice();
    if let PrintDocument::Invoice(view) = &mut print.document {
        view.note = Some("line\n".repeat(200_000));
    }
    let refused = Renderer::new().unwrap().render(&print);
    assert!(matches!(refused, Err(PdfError::TooLong { most: 2_000 })));
}

#[test]
fn a_name_as_long_as_a_page_loses_nothing() {
    let mut print = Desk::with_lines(1).invoice();
    let rows: Vec<String> = (0..200).map(|n| format!("row-{n:03}")).collect();
    print.brand.firm.address = rows.clone();
    print.addressee.address = rows.clone();
    let file = Renderer::new().unwrap().render(&print).unwrap();
    let text = poppler::pages(&file.bytes).concat();
    for row in rows {
        assert_eq!(text.matches(&row).count(), 2, "{row}");
    }
}

#[test]
fn nothing_leaves_the_margins() {
    let renderer = Renderer::new().unwrap();
    let mut seen = BTreeSet::new();
    for (name, print) in samples() {
        let file = renderer.render(&print).unwrap();
        for (page, word) in poppler::words(&file.bytes) {
            let inside = word.left >= 55.5
                && word.right <= page.width - 55.5
                && word.top >= 20.0
                && word.bottom <= page.height - 25.0;
            assert!(inside, "{name}: {word:?} on {page:?}");
            seen.insert(name.clone());
        }
    }
    assert!(seen.len() >= 50, "only {} documents have words", seen.len());
}

/// But for signs above and below letters, which poppler takes for words.
#[test]
fn nothing_overlaps() {
    let renderer = Renderer::new().unwrap();
    let plain = |name: &str| !name.ends_with("-marks") && !name.ends_with("-points");
    for (name, print) in samples().into_iter().filter(|(name, _)| plain(name)) {
        let file = renderer.render(&print).unwrap();
        let words = poppler::words(&file.bytes);
        for (index, (page, word)) in words.iter().enumerate() {
            let later = words[index + 1..].iter();
            for (_, other) in later.take_while(|(it, _)| it.number == page.number) {
                assert!(!word.covers(other), "{name}: {word:?} and {other:?}");
            }
        }
    }
}

#[test]
fn brackets_around_a_mark_of_direction_are_in_a_font_that_is_there() {
    let mut print = Desk::with_lines(1).invoice();
    print.brand.firm.name = "a(\u{61c}(".to_owned();
    print.addressee.name = "a(\u{61c}(".to_owned();
    let file = Renderer::new().unwrap().render(&print).unwrap();
    assert_eq!(poppler::pages(&file.bytes).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever a view that no record can make may hold.
    #[test]
    fn any_text_makes_a_file_that_can_be_read(text in "\\PC{0,120}|[\\x00-\\x1f]{0,8}|[\u{590}-\u{6ff} a-z0-9(),.-]{0,120}", lines in 0..4_usize) {
        let mut print = Desk::with_lines(1).paid(&[10]).invoice();
        print.brand.firm.name.clone_from(&text);
        print.addressee.name.clone_from(&text);
        print.title.clone_from(&text);
        if let PrintDocument::Invoice(view) = &mut print.document {
            let line = view.lines[0].clone();
            view.lines = vec![line; lines];
            for line in &mut view.lines {
                line.description.clone_from(&text);
                line.net.number.clone_from(&text);
                line.taxes = vec![text.clone(); 2];
            }
            view.note = Some(text.clone());
        }
        let file = Renderer::new().unwrap().render(&print).unwrap();
        prop_assert_eq!(poppler::pages(&file.bytes).len(), usize::try_from(file.pages).unwrap());
    }
}

#[test]
fn what_comes_beyond_the_queue_is_turned_away_and_the_others_are_served() {
    let pdf = Arc::new(PdfWriter::new(1).unwrap());
    let print = Desk::with_lines(100).invoice();
    let calls = (0..100).map(|_| pdf.render(print.clone()));
    let answers = block_on(join_all(calls));
    let busy = answers
        .iter()
        .filter(|it| matches!(it, Err(PdfError::Busy)));
    let (busy, served) = (busy.count(), answers.iter().filter(|it| it.is_ok()).count());
    assert!(busy > 0, "the queue has an end");
    assert!(served >= 32, "who is in the queue is served");
    assert_eq!(busy + served, answers.len());
}
