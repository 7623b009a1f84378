//! Documents: which date counts, for whom they are there, and which kinds of file are shown.

use std::collections::BTreeSet;

use caseflow_core::domain::document::{Document, DocumentVersion, MediaType};
use caseflow_core::domain::id::ContactId;
use caseflow_core::domain::readers::{Chosen, ChosenError, Readers};
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::testing::fixtures::{self, id};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The kinds that have a preview, what their names end with and how such files begin: the magic numbers
/// of the MIME Sniffing Standard, which browsers follow.
const SHOWN: [(MediaType, &[&str], &[u8]); 5] = [
    (MediaType::Pdf, &["pdf"], b"%PDF-"),
    (MediaType::Png, &["png"], b"\x89PNG\r\n\x1a\n"),
    (MediaType::Jpeg, &["jpg", "jpeg"], b"\xff\xd8\xff"),
    (MediaType::Webp, &["webp"], b"RIFF"),
    (MediaType::Gif, &["gif"], b"GIF8"),
];

/// What names of files end with that a browser or a machine may run.
const RUNS: [&str; 26] = [
    "html", "htm", "xhtml", "xht", "shtml", "svg", "svgz", "xml", "xsl", "xslt", "mht", "mhtml",
    "js", "mjs", "wasm", "hta", "swf", "exe", "com", "bat", "cmd", "vbs", "ps1", "sh", "jar",
    "lnk",
];

/// How files begin that a browser or a machine may run.
const SCRIPTS: [&[u8]; 12] = [
    b"<script>alert(1)</script>",
    b"<!DOCTYPE html><html>",
    b"<!-- --><html>",
    b"\n\t <HTML><body onload=x>",
    b"\xef\xbb\xbf<html>",
    b"\xff\xfe<\0h\0t\0m\0l\0",
    b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">",
    b"<svg onload=alert(1)>",
    b"#!/bin/sh\n",
    b"MZ\x90\0",
    b"\x7fELF\x02",
    b"javascript:alert(1)",
];

fn contact(n: u8) -> ContactId {
    id(u64::from(n))
}

fn any_readers() -> impl Strategy<Value = Readers> {
    let chosen = prop::collection::vec(any::<u8>().prop_map(contact), 1..=20);
    prop_oneof![
        Just(Readers::All),
        chosen.prop_map(|contacts| Readers::Chosen(Chosen::new(contacts).unwrap())),
    ]
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    // Often the same.
    prop_oneof![0..4_i64, any::<i64>()].prop_map(Timestamp::from_micros)
}

fn any_document() -> impl Strategy<Value = Document> {
    let moments = (any_time(), prop::option::of(any_time()));
    (moments, any_readers()).prop_map(|((added_at, shared_at), readers)| {
        let document = fixtures::document(1, id(1));
        Document {
            readers,
            shared_at,
            newest: DocumentVersion {
                added_at,
                ..document.newest
            },
            ..document
        }
    })
}

/// A name with this ending, in any case.
fn named(ending: &str) -> impl Strategy<Value = FileName> + use<> {
    let ending = ending.to_owned();
    ("[a-zA-Zé .]{0,12}", any::<u64>()).prop_map(move |(name, upper)| {
        let letters = ending.chars().enumerate();
        let ending: String = letters
            .map(|(at, letter)| match upper >> (at % 64) & 1 {
                0 => letter,
                _ => letter.to_ascii_uppercase(),
            })
            .collect();
        FileName::of(&format!("x{name}.{ending}"))
    })
}

fn any_ending() -> impl Strategy<Value = FileName> {
    let known = SHOWN.iter().flat_map(|(_, endings, _)| *endings);
    let others = [
        "txt", "csv", "zip", "docx", "odt", "", "pdf.html", "svg.png",
    ];
    let all: Vec<&str> = known.copied().chain(RUNS).chain(others).collect();
    select(all).prop_flat_map(named)
}

proptest! {
    #[test]
    fn chosen_contacts_are_a_set_of_one_to_a_hundred(
        numbers in prop::collection::vec(0..130_u8, 0..260), other: u8,
    ) {
        let distinct: BTreeSet<u8> = numbers.iter().copied().collect();
        let chosen = Chosen::new(numbers.iter().copied().map(contact).collect());
        if !(1..=Chosen::MOST).contains(&distinct.len()) {
            prop_assert_eq!(chosen, Err(ChosenError));
            return Ok(());
        }
        let chosen = chosen.unwrap();
        let expected: Vec<ContactId> = distinct.iter().copied().map(contact).collect();
        prop_assert_eq!(chosen.as_slice(), &expected);
        let backwards = Chosen::new(numbers.iter().rev().copied().map(contact).collect());
        prop_assert_eq!(backwards, Ok(chosen.clone()));
        let readers = Readers::Chosen(chosen);
        prop_assert_eq!(readers.chosen(), expected);
        prop_assert_eq!(readers.include(contact(other)), distinct.contains(&other));
        prop_assert!(Readers::All.include(contact(other)) && Readers::All.chosen().is_empty());
    }

    #[test]
    fn a_document_is_there_for_its_readers_while_it_is_shared(
        document in any_document(), n: u8, now in any_time(),
    ) {
        let reads = document.readers.include(contact(n));
        prop_assert_eq!(document.is_for(contact(n)), reads && document.shared_at.is_some());
        prop_assert!(!document.clone().unshared().is_for(contact(n)));
        prop_assert_eq!(document.shared(now).is_for(contact(n)), reads);
    }

    #[test]
    fn a_document_is_dated_by_what_happened_last(document in any_document(), now in any_time()) {
        let added = document.newest.added_at;
        let moments = [Some(added), document.shared_at].into_iter().flatten();
        prop_assert_eq!(Some(document.dated()), moments.max());
        prop_assert_eq!(document.clone().unshared().dated(), added);
        prop_assert!(document.clone().shared(now).dated() >= document.dated());
        let further = DocumentVersion {
            added_at: document.dated().max(now),
            ..document.newest.clone()
        };
        prop_assert!(document.clone().with(further).dated() >= document.dated());
    }

    #[test]
    fn sharing_and_hiding_change_nothing_else(
        document in any_document(), first in any_time(), then in any_time(),
    ) {
        let shared = document.clone().shared(first);
        prop_assert_eq!(shared.shared_at, document.shared_at.or(Some(first)));
        prop_assert_eq!(&shared.clone().shared(then), &shared);
        let hidden = shared.unshared();
        prop_assert_eq!(hidden.shared_at, None);
        prop_assert_eq!(&hidden.clone().unshared(), &hidden);
        prop_assert_eq!(hidden.clone().shared(then).shared_at, Some(then));
        let as_before = Document { shared_at: document.shared_at, ..hidden };
        prop_assert_eq!(as_before, document);
    }

    #[test]
    fn what_has_a_preview_is_what_its_name_and_its_first_bytes_say(
        name in any_ending(), start in select(SHOWN.map(|(_, _, start)| start).to_vec()),
        cut: Index, rest: Vec<u8>,
    ) {
        // Now and then a byte of the beginning is missing.
        let start = &start[..start.len() - usize::from(cut.index(4) == 0)];
        let head = [start, &rest].concat();
        let kind = MediaType::of(&name, &head);
        let shown = SHOWN.iter().find(|(shown, ..)| *shown == kind);
        prop_assert_eq!(kind.has_preview(), shown.is_some());
        if let Some((_, endings, magic)) = shown {
            prop_assert!(endings.contains(&name.ending().unwrap().as_str()), "{name:?}");
            prop_assert!(head.starts_with(magic), "{head:?}");
            prop_assert!(kind != MediaType::Webp || head[8..12] == *b"WEBP");
        }
        prop_assert_eq!(MediaType::from_code(kind.code()), Some(kind));
    }

    #[test]
    fn nothing_whose_name_says_that_it_runs_is_shown(
        name in select(RUNS.to_vec()).prop_flat_map(named),
        start in select(SHOWN.map(|(_, _, start)| start).to_vec()),
        rest in "[ -~]{0,40}",
    ) {
        for head in [start, rest.as_bytes(), &[start, rest.as_bytes()].concat()] {
            prop_assert_eq!(MediaType::of(&name, head), MediaType::Other, "{:?}", name);
        }
    }

    #[test]
    fn nothing_that_begins_like_a_script_is_shown(
        name in any_ending(), start in select(SCRIPTS.to_vec()), rest: Vec<u8>,
    ) {
        let kind = MediaType::of(&name, &[start, &rest].concat());
        prop_assert!(!kind.has_preview(), "{name:?} is {kind:?}");
        let plain = [MediaType::Text, MediaType::Csv, MediaType::Other];
        prop_assert!(plain.contains(&kind), "{name:?} is {kind:?}");
    }

    #[test]
    fn whatever_a_file_is_no_code_lets_a_browser_run_it(name: String, head: Vec<u8>) {
        let code = MediaType::of(&FileName::of(&name), &head).code();
        for runs in ["html", "svg", "script", "text/xml", "application/xml", "xhtml"] {
            prop_assert!(!code.contains(runs), "{code}");
        }
    }
}

#[test]
fn each_shown_kind_is_known_by_each_of_its_endings() {
    for (kind, endings, start) in SHOWN {
        let head = [start, b"\0\0\0\0WEBPVP8 "].concat();
        for ending in endings {
            let name = FileName::of(&format!("scan.{ending}"));
            assert_eq!(MediaType::of(&name, &head), kind, "{ending}");
            assert_eq!(MediaType::of(&name, b""), MediaType::Other);
        }
    }
}

#[test]
fn a_document_has_no_more_versions_than_it_may() {
    let mut document = fixtures::document(1, id(1));
    assert_eq!(document.next_number(), Ok(2));
    document.newest.number = Document::MOST_VERSIONS - 1;
    assert_eq!(document.next_number(), Ok(Document::MOST_VERSIONS));
    document.newest.number = Document::MOST_VERSIONS;
    assert!(document.next_number().is_err());
}
