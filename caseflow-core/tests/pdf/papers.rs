//! Contracts, their certificates and offers: what a page says, and that a signed copy shows the pages
//! that were read.

use std::time::{Duration, Instant};

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::domain::print::{Print, PrintDocument};
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::testing::prints::{Desk, samples};
use proptest::prelude::*;

use crate::poppler;

fn file(print: &Print) -> Vec<u8> {
    Renderer::new().unwrap().render(print).unwrap().bytes
}

fn sample(name: &str) -> Print {
    let samples = samples();
    let found = samples.into_iter().find(|(it, _)| it == name);
    found.unwrap().1
}

/// The print without its certificate, as it was read.
fn unsigned(print: &Print) -> Print {
    let mut print = print.clone();
    if let PrintDocument::Contract(view) = &mut print.document {
        view.certificate = None;
    }
    print
}

#[test]
fn c28_d03_a_signed_file_has_the_pages_that_were_read_and_the_certificate() {
    for (name, pages, certificate) in [
        ("signed", 2, 1),
        ("signed-short", 1, 1),
        ("signed-german", 1, 1),
        ("signed-arabic", 1, 1),
        ("signed-hebrew", 1, 1),
        ("signed-busy", 1, 2),
        ("signed-wide", 1, 2),
    ] {
        let print = sample(name);
        let (signed, read) = (file(&print), file(&unsigned(&print)));
        let (signed_pages, read_pages) = (poppler::pages(&signed), poppler::pages(&read));
        assert_eq!(read_pages.len(), pages, "{name}");
        assert_eq!(signed_pages.len(), pages + certificate, "{name}");
        assert_eq!(signed_pages[..pages], read_pages, "{name}");
        let places = |bytes: &[u8]| -> Vec<String> {
            let words = poppler::words(bytes).into_iter();
            let words = words.filter(|(page, _)| page.number <= pages);
            words.map(|it| format!("{it:?}")).collect()
        };
        assert_eq!(places(&signed), places(&read), "{name}");
    }
}

#[test]
fn d01_d05_d25_the_certificate_says_what_was_recorded_and_what_was_not() {
    let print = sample("signed-short");
    let PrintDocument::Contract(view) = &print.document else {
        panic!("a contract");
    };
    let pages = poppler::pages(&file(&print));
    let page = &pages[1];
    let shown = RichText::parse("# Scope\n\nWe review the accounts.").unwrap();
    let digest: String = shown
        .digest()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    for wanted in [
        "Certificate of signature",
        "simple electronic signature with a tamper-evident seal",
        "It is not an advanced or qualified electronic signature.",
        &digest,
        "con_01jdq3k8p0e2v8r5w6x7y8z9a0",
        "Engagement letter",
        "Ann Lee",
        "Password, 12 minutes before",
        "2001:db8:85a3::8a2e:370:7334",
        "Chrome/156.0.0.0",
        "Europe/Zurich",
        "2026-01",
        "2026-11-24 09:00:00.000 2026-11-24 10:00:00 +01:00",
        "First viewed not recorded not recorded",
        "2026-11-24 10:06:40.123 2026-11-24 11:06:40 +01:00",
        "https://portal.example.com/portal/verify",
        "Page 1 of 1",
    ] {
        assert!(page.contains(wanted), "{wanted:?} is not in {page}");
    }
    let events: Vec<&str> = view.certificate.as_ref().map_or(vec![], |it| {
        it.events.iter().map(|event| event.what.as_str()).collect()
    });
    assert_eq!(
        events,
        ["Sent", "First viewed", "Signature terms accepted", "Signed"]
    );
}

#[test]
fn links_can_be_followed_and_are_read_out() {
    let bytes = file(&sample("contract"));
    let text = String::from_utf8_lossy(&bytes);
    for address in [
        "(https://muster.example.com/guide?lang=en&v=2)",
        "(mailto:office@muster.example.com)",
    ] {
        assert!(text.contains(&format!("/URI{address}")), "{address}");
        assert!(text.contains(&format!("/Contents{address}")), "{address}");
    }
    let said = poppler::structure(&bytes);
    assert_eq!(said.matches("Link ").count(), 3, "{said}");
    let scripts = file(&sample("contract-scripts"));
    let text = String::from_utf8_lossy(&scripts);
    assert!(text.contains("/URI(https://%D0%BF"), "an address is ASCII");
}

#[test]
fn a_heading_does_not_end_a_page() {
    for lines in 20..60 {
        let body = format!(
            "{}\n\n# One\n\n## Two\n\nText below.",
            "x\n\n".repeat(lines)
        );
        let pages = poppler::pages(&file(&Desk::with_lines(1).contract("T", &body)));
        let at = |wanted: &str| pages.iter().position(|page| page.contains(wanted));
        assert_eq!(at("One"), at("Text below."), "{lines}");
    }
}

/// A word of 200,000 letters once took all of a machine's memory, and a list of 66,000 items minutes.
#[test]
fn the_longest_texts_are_laid_out_in_a_moment() {
    let renderer = Renderer::new().unwrap();
    let long = |unit: &str| unit.repeat(199_000 / unit.chars().count());
    for source in [
        long("a"),
        long("- a\n"),
        long("مرحبا *بكم* "),
        long("`a` [b](https://a.example) "),
        format!("|a|b|\n|-|-|\n{}", long("|x|**y**|\n")),
    ] {
        let print = Desk::with_lines(1).contract("T", &source);
        let start = Instant::now();
        let file = renderer.render(&print).unwrap();
        let (taken, source) = (start.elapsed(), source.get(..20));
        assert!(file.pages > 5, "{source:?}");
        assert!(taken < Duration::from_secs(30), "{source:?}: {taken:?}");
    }
}

#[test]
fn accepting_an_estimate_is_said_to_create_no_invoice() {
    let text = |name| poppler::pages(&file(&sample(name))).concat();
    assert!(text("estimate").contains("Accepting does not create an invoice."));
    let rejected = text("estimate-rejected");
    for wanted in ["Rejected", "Ann Lee", "The rest can wait.", "USD 1,541.22"] {
        assert!(rejected.contains(wanted), "{wanted}");
    }
    assert!(!rejected.contains("Amount due"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever an author writes makes a file that can be read, with all of its words.
    #[test]
    fn any_text_makes_pages(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..120), from_right: bool) {
        let desk = Desk::with_lines(1).speaking(if from_right { "he" } else { "en" });
        let source = pieces.concat() + "x";
        let print = desk.contract("Contract", &source);
        let file = Renderer::new().unwrap().render(&print).unwrap();
        let pages = poppler::pages(&file.bytes);
        prop_assert_eq!(pages.len(), usize::try_from(file.pages).unwrap());
        let text = pages.concat();
        let words = RichText::parse(&source).unwrap().plain();
        for word in ["word", "longer", "cell"] {
            prop_assert!(text.matches(word).count() >= words.matches(word).count(), "{}: {}", word, text);
        }
        for (page, word) in poppler::words(&file.bytes) {
            prop_assert!(word.left >= 55.0 && word.right <= page.width - 55.0, "{:?} on {:?}", word, page);
            prop_assert!(word.bottom <= page.height - 25.0, "{:?} on {:?}", word, page);
        }
    }
}

const PIECES: &[&str] = &[
    "word ",
    "longer words here ",
    "\n",
    "\n\n",
    "\n# ",
    "\n## ",
    "\n- ",
    "\n  - ",
    "\n    - ",
    "\n1. ",
    "\n> ",
    "> ",
    "**",
    "*",
    "`",
    "[",
    "](https://example.com/a) ",
    "\n\n|cell|cell|\n|-|-:|\n|cell|word|\n\n",
    "\n```\ncode  word\n```\n",
    "\n\n---\n\n",
    "שלום ",
    "مرحبا ",
    "中 ",
    "  \n",
    "<b>",
    "![cell](x) ",
    "\n\n    code\n\n",
];
