//! What a forger may try on a sealed file.

use caseflow_core::adapters::pades::{Pades, Timestamps};
use caseflow_core::ports::sealer::{Fault, SealRequest, Sealer as _, Verdict};
use caseflow_core::testing::block_on;
use caseflow_core::testing::sealer::request;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::desk::{key, local, pades};
use crate::poppler;
use crate::uploads::packed;

fn sealed() -> Vec<u8> {
    block_on(pades(1).seal(request(2, "contract-7")))
        .unwrap()
        .bytes
}

fn verdict(file: Vec<u8>) -> Verdict {
    block_on(pades(1).check(file)).unwrap()
}

/// The signature's digits, with the brackets around them.
fn gap(file: &[u8]) -> std::ops::Range<usize> {
    const WORD: &[u8] = b"/Contents<";
    let at = file.windows(WORD.len()).rposition(|it| it == WORD).unwrap();
    let start = at + WORD.len() - 1;
    let length = file.iter().skip(start).position(|byte| *byte == b'>');
    start..start + length.unwrap() + 1
}

#[test]
fn two_hundred_bytes_changed_are_two_hundred_altered_files() {
    let file = sealed();
    let gap = gap(&file);
    let mut runner = TestRunner::deterministic();
    let change = (0..file.len(), 1..=255_u8);
    let mut changed = 0;
    while changed < 200 {
        let (at, by) = change.new_tree(&mut runner).unwrap().current();
        if gap.contains(&at) {
            continue;
        }
        let mut bytes = file.clone();
        bytes[at] ^= by;
        let found = verdict(bytes.clone());
        assert!(
            matches!(found, Verdict::Altered { .. }),
            "{at} by {by}: {found:?}"
        );
        if changed % 20 == 0 {
            let said = poppler::pdfsig(&bytes);
            assert!(!said.contains("Signature is Valid"), "{at} by {by}: {said}");
        }
        changed += 1;
    }
}

#[test]
fn every_single_byte_is_covered() {
    let file = sealed();
    let gap = gap(&file);
    for at in (0..file.len()).filter(|at| !gap.contains(at)) {
        let mut bytes = file.clone();
        bytes[at] ^= 0x10;
        let found = verdict(bytes);
        assert!(
            matches!(found, Verdict::Altered { .. }),
            "byte {at}: {found:?}"
        );
    }
}

#[test]
fn the_gap_hides_nothing() {
    let file = sealed();
    let gap = gap(&file);
    let with = |at: usize, byte| {
        let mut bytes = file.clone();
        bytes[at] = byte;
        verdict(bytes)
    };
    let sound = |verdict: &Verdict| matches!(verdict, Verdict::Ours(_));
    for (at, byte) in [
        (gap.end - 2, b'1'),
        (gap.end - 3, b' '),
        (gap.end - 40, b'>'),
        (gap.start, b'('),
        (gap.end - 1, b')'),
        (gap.start + 200, b'g'),
    ] {
        assert!(!sound(&with(at, byte)), "{at}: {}", char::from(byte));
    }
    let digits = file
        .iter()
        .enumerate()
        .take(gap.end - 1)
        .skip(gap.start + 1);
    let free = digits.filter(|(at, digit)| {
        let other = if **digit == b'0' { b'1' } else { b'0' };
        sound(&with(*at, other))
    });
    let free: Vec<usize> = free.map(|(at, _)| at - gap.start).collect();
    assert_eq!(free, Vec::<usize>::new(), "each digit counts");
}

#[test]
fn a_range_that_leaves_something_out_is_not_believed() {
    let file = sealed();
    let text = String::from_utf8_lossy(&file).into_owned();
    let at = text.rfind("/ByteRange[").unwrap() + "/ByteRange".len();
    let old: String = text[at..].chars().take_while(|c| *c != '/').collect();
    let gap = gap(&file);
    let (start, end, length) = (gap.start, gap.end, file.len());
    for range in [
        format!("[0 {} {end} {}]", start - 9, length - end),
        format!("[9 {} {end} {}]", start - 9, length - end),
        format!("[0 {start} {} {}]", end + 9, length - end - 9),
        format!("[0 {start} {end} {}]", length - end - 9),
        format!("[0 {start} {end} {}]", length - end + 1),
        format!("[0 {length} {length} 0]"),
        format!("[0 0 0 {length}]"),
    ] {
        let mut bytes = file.clone();
        let padded = format!("{range:<width$}", width = old.len());
        bytes[at..at + old.len()].copy_from_slice(padded.as_bytes());
        let found = verdict(bytes);
        assert!(
            matches!(found, Verdict::Altered { .. }),
            "{range}: {found:?}"
        );
    }
}

#[test]
fn a_signature_put_into_another_file_is_altered() {
    let (one, other) = (
        sealed(),
        block_on(pades(1).seal(request(2, "contract-8")))
            .unwrap()
            .bytes,
    );
    let (from, to) = (gap(&one), gap(&other));
    assert_eq!(from.len(), to.len());
    let mut bytes = other;
    bytes[to].copy_from_slice(&one[from]);
    let found = Verdict::Altered {
        fault: Fault::Content,
        ours: true,
    };
    assert_eq!(verdict(bytes), found);
}

#[test]
fn a_file_sealed_anew_by_somebody_else_is_not_ours() {
    let mut file = sealed();
    // As if nobody had signed: the field is no field any more.
    let at = file.windows(9).rposition(|it| it == b"/AcroForm").unwrap();
    file[at + 5] = b'f';
    let taken = SealRequest {
        pdf: file,
        ..request(1, "contract-7")
    };
    let again = block_on(pades(2).seal(taken)).unwrap().bytes;
    let found = verdict(again);
    assert!(matches!(found, Verdict::AnotherIssuers(_)), "{found:?}");
}

#[test]
fn a_certificate_of_the_same_name_is_not_ours() {
    let (_, first) = key(1);
    let (other, _) = key(2);
    let certificate = caseflow_core::adapters::pades::NewCertificate {
        name: "Seal of firm 1".parse().unwrap(),
        organization: Some("Blackwood & Partners".parse().unwrap()),
        from: crate::desk::at("2026-01-01T00:00:00Z"),
        until: crate::desk::at("2036-01-01T00:00:00Z"),
        serial: [9; 16],
    };
    let forged = certificate.sign(&other).unwrap();
    assert_ne!(forged, first);
    let forger = caseflow_core::adapters::pades::LocalKey::new(other, forged).unwrap();
    let forger = Pades::new(1, std::sync::Arc::new(forger), Timestamps::None, &[]).unwrap();
    let file = block_on(forger.seal(request(1, "contract-7")))
        .unwrap()
        .bytes;
    let found = verdict(file);
    let Verdict::AnotherIssuers(seal) = found else {
        panic!("{found:?}");
    };
    assert_eq!(seal.signer.unwrap().as_str(), "Seal of firm 1");
}

#[test]
fn seals_of_a_retired_certificate_stay_ours() {
    let old = sealed();
    let (_, retired) = key(1);
    let new = Pades::new(1, local(3), Timestamps::None, &[retired.fingerprint()]).unwrap();
    let found = block_on(new.check(old.clone())).unwrap();
    assert!(matches!(found, Verdict::Ours(_)), "{found:?}");
    let unaware = Pades::new(1, local(3), Timestamps::None, &[]).unwrap();
    let found = block_on(unaware.check(old)).unwrap();
    assert!(matches!(found, Verdict::AnotherIssuers(_)), "{found:?}");
}

#[test]
fn what_is_appended_is_altered_for_poppler_too() {
    let file = sealed();
    let update = b"7777 0 obj<<>>endobj\nxref\n0 0\ntrailer<</Size 9>>\nstartxref\n9\n%%EOF\n";
    let longer = [&file[..], update].concat();
    let found = Verdict::Altered {
        fault: Fault::Appended,
        ours: true,
    };
    assert_eq!(verdict(longer.clone()), found);
    assert!(!poppler::pdfsig(&longer).contains("Total document signed"));
}

#[test]
fn mangled_files_never_break_anything() {
    let sealer = pades(1);
    let files = [sealed(), packed(true), packed(false)];
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let change = (any::<prop::sample::Index>(), any::<u8>());
    let mangled = (
        prop::collection::vec(change, 0..6),
        cut,
        (0..3_usize, 0..3_u8),
        any::<[u8; 8]>(),
    );
    let mut runner = TestRunner::new(Config {
        cases: 1_000,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&mangled, |(changes, (from, to), (base, how), random)| {
        let file = &files[base];
        let mut bytes = file.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
        let (from, to) = (from.min(to), from.max(to));
        match how {
            0 => drop(bytes.drain(from..to)),
            1 => drop(bytes.splice(from..from, random)),
            _ => {}
        }
        let untouched = bytes == *file;
        let found = block_on(sealer.check(bytes.clone())).unwrap();
        let same_digits = matches!(found, Verdict::Ours(_)) && !untouched;
        prop_assert!(
            !same_digits || bytes.eq_ignore_ascii_case(file),
            "{found:?}"
        );
        let request = SealRequest {
            pdf: bytes,
            ..request(1, "mangled")
        };
        if let Ok(again) = block_on(sealer.seal(request)) {
            let found = block_on(sealer.check(again.bytes)).unwrap();
            prop_assert!(matches!(found, Verdict::Ours(_)), "{found:?}");
        }
        Ok(())
    });
    outcome.unwrap();
}
