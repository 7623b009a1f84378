//! Ranges of files, against the content as it was handed in.

use caseflow_core::domain::vault::CHUNK;
use caseflow_core::error::Error;
use caseflow_core::testing::block_on;
use proptest::prelude::*;

use super::desk::{Desk, Got};
use super::support::content;

/// Lengths at both sides of what matters: nothing, a chunk, a mebibyte.
const LENGTHS: [usize; 8] = [
    0,
    1,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    3 * CHUNK,
    64 * CHUNK,
    64 * CHUNK + 1,
];

#[test]
fn every_length_comes_back_whole() {
    block_on(async {
        let desk = Desk::open().await;
        for length in LENGTHS {
            let plain = content(length);
            let id = desk.file(&plain).await;
            assert!(desk.whole(id, length).await == plain, "{length}");
            let got = desk.get(id, 0..length as u64 + 1).await;
            assert!(matches!(got, Got::Nothing(Error::NotFound)));
        }
    });
}

#[test]
fn any_range_is_what_the_plain_content_has_there() {
    let desk = block_on(Desk::open());
    let lengths = [CHUNK + 100, 66 * CHUNK + 5];
    let files = lengths.map(|length| (content(length), block_on(desk.file(&content(length)))));
    let ranges = (0..2_usize, any::<prop::sample::Index>(), 0..40_000_usize);
    let config = ProptestConfig::with_cases(60);
    proptest!(config, |((which, start, length) in ranges)| {
        let (plain, id) = &files[which];
        let start = start.index(plain.len());
        let end = (start + length).min(plain.len());
        let got = block_on(desk.get(*id, start as u64..end as u64));
        prop_assert!(matches!(got, Got::All(bytes) if bytes == plain[start..end]));
    });
}
