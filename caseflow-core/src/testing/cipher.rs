//! What proves a cipher: the cases that every [`BodyCipher`] passes, whatever its engine is.
//!
//! [`cipher_conformance!`](crate::cipher_conformance) makes a test of each case. The kit plays
//! whoever holds the disk: it changes, swaps, cuts off and adds. That objects are of the published
//! format only published vectors can say; an adapter's own tests run them. Each case names, in its
//! documentation, the cipher that it is there to catch.

mod quick;

pub use quick::QuickCipher;

use crate::domain::vault::{CHUNK, DataKey, HEADER, Layout, Place, SALT, SEALED_CHUNK, TAG};
use crate::ports::cipher::{BodyCipher, CipherError, OpenBody, open, seal};

/// Makes a test of each case of the [cipher's kit](crate::testing::cipher).
///
/// It is given an expression that makes a [`BodyCipher`](crate::ports::cipher::BodyCipher).
///
/// ```text
/// caseflow_core::cipher_conformance!(MyCipher);
/// ```
#[macro_export]
macro_rules! cipher_conformance {
    ($make:expr) => {
        $crate::__cipher_cases! { ($make)
            case_01_what_is_sealed_opens_again
            case_02_an_object_is_as_long_as_its_layout_says
            case_03_a_bit_changed_is_refused
            case_04_another_key_or_context_is_refused_at_the_header
            case_05_contexts_do_not_run_into_each_other
            case_06_a_chunk_opens_in_its_place_only
            case_07_a_chunk_of_another_object_is_refused
            case_08_what_is_cut_off_is_refused
            case_09_what_is_added_doubled_or_left_out_is_refused
            case_10_chunks_open_alone_in_any_order_and_again
            case_11_after_an_error_nothing_is_released
            case_12_lengths_that_no_chunk_has_are_refused
            case_13_the_same_request_makes_the_same_bytes_and_another_salt_others
            case_14_equal_chunks_are_sealed_differently
            case_15_places_that_no_object_has_are_refused
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cipher_cases {
    (($make:expr) $($case:ident)+) => {
        $(
            #[test]
            fn $case() {
                $crate::testing::cipher::$case(&$make);
            }
        )+
    };
}

const CONTEXT: &[u8] = b"one version of one item";
/// Three chunks, the last of them of 100 bytes.
const LENGTH: usize = 2 * CHUNK + 100;

/// Catches one that loses, doubles or shifts bytes where chunks meet.
pub fn case_01_what_is_sealed_opens_again(cipher: &dyn BodyCipher) {
    for length in lengths() {
        let content = content(length);
        let object = sealed(cipher, 1, &content);
        let opened = open(cipher, &key(1), CONTEXT, &object);
        assert_eq!(opened.as_deref(), Ok(&content[..]), "{length}");
    }
}

/// Catches one that has a format of its own.
pub fn case_02_an_object_is_as_long_as_its_layout_says(cipher: &dyn BodyCipher) {
    for length in lengths() {
        let object = sealed(cipher, 1, &content(length));
        let layout = Layout::of_content(length as u64).unwrap();
        assert_eq!(object.len() as u64, layout.object(), "{length}");
        assert_eq!(object[..SALT], salt(1));
    }
}

/// Catches one that does not look at part of an object (F03).
pub fn case_03_a_bit_changed_is_refused(cipher: &dyn BodyCipher) {
    let (short, long) = (content(90), content(LENGTH));
    for (content, step) in [(short, 1), (long, 211)] {
        let object = sealed(cipher, 1, &content);
        for at in (0..object.len()).step_by(step) {
            let mut changed = object.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(refused(cipher, &changed), fault(at), "byte {at}");
        }
    }
}

/// Catches one that leaves it to the first chunk to find that out, which two keys may open.
pub fn case_04_another_key_or_context_is_refused_at_the_header(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(90));
    let header = header(&object);
    for (key, context) in [(key(2), CONTEXT), (key(1), b"another version of one item")] {
        let opened = cipher.open(&key, &header, context).err();
        assert_eq!(opened, Some(CipherError::Commitment));
    }
    assert!(cipher.open(&key(1), &header, CONTEXT).is_ok());
}

/// Catches one that cuts a context off, fills it up or leaves it out.
pub fn case_05_contexts_do_not_run_into_each_other(cipher: &dyn BodyCipher) {
    let long = [7; 1_000];
    let contexts = [&b""[..], b"\0", b"a", b"a\0", b"ab", &long, &long[..999]];
    for context in contexts {
        let object = seal(cipher, &key(1), salt(1), context, b"content").unwrap();
        for other in contexts {
            let opened = cipher.open(&key(1), &header(&object), other);
            assert_eq!(opened.is_ok(), context == other, "{context:?} {other:?}");
        }
    }
}

/// Catches one that does not bind a chunk to its index (F06).
pub fn case_06_a_chunk_opens_in_its_place_only(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(LENGTH));
    let opening = opening(cipher, &object);
    let places = [0, 1, 2, 3].map(Place::Inner);
    let places = places.into_iter().chain([0, 1, 2, 3].map(Place::Last));
    for place in places {
        for (index, chunk) in (0..).zip(chunks(&object)) {
            let own = Layout::of_content(LENGTH as u64).unwrap().place(index);
            let opened = opening.open(place, &mut chunk.to_vec());
            assert_eq!(opened.is_ok(), own == Some(place), "{index} as {place:?}");
        }
    }
}

/// Catches one whose objects under one key share more than the key (F04).
pub fn case_07_a_chunk_of_another_object_is_refused(cipher: &dyn BodyCipher) {
    let (one, other) = (content(LENGTH), content(LENGTH));
    let (one, other) = (sealed(cipher, 1, &one), sealed(cipher, 2, &other));
    let mut spliced = one.clone();
    spliced[HEADER..HEADER + SEALED_CHUNK].copy_from_slice(chunks(&other)[0]);
    assert_eq!(refused(cipher, &spliced), CipherError::Changed);
    let header = [&other[..HEADER], &one[HEADER..]].concat();
    assert_eq!(refused(cipher, &header), CipherError::Changed);
}

/// Catches one that takes the end of what it was handed for the end of the object (F06).
pub fn case_08_what_is_cut_off_is_refused(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(LENGTH));
    let edges = (0..=3).map(|n| HEADER + n * SEALED_CHUNK);
    let around = edges.flat_map(|at| at.saturating_sub(18)..at + 18);
    let ends = (0..object.len()).step_by(997).chain(around);
    for end in ends.filter(|end| *end < object.len()) {
        refused(cipher, &object[..end]);
    }
}

/// Catches one that counts what it sees instead of what was sealed (F06).
pub fn case_09_what_is_added_doubled_or_left_out_is_refused(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(LENGTH));
    let (header, parts) = (&object[..HEADER], chunks(&object));
    let [first, second, last] = parts[..] else {
        panic!("{} chunks", parts.len());
    };
    for wrong in [
        &[second, first, last][..],
        &[first, last],
        &[second, last],
        &[last],
        &[first, first, second, last],
        &[first, second, last, last],
        &[first, second, second, last],
        &[first, second, last, b"\0"],
        &[first, second, last, &[0; SEALED_CHUNK]],
    ] {
        refused(cipher, &[header, &wrong.concat()].concat());
    }
}

/// Catches one that has to read from the start.
pub fn case_10_chunks_open_alone_in_any_order_and_again(cipher: &dyn BodyCipher) {
    let content = content(LENGTH);
    let object = sealed(cipher, 1, &content);
    let opening = opening(cipher, &object);
    let places = [Place::Last(2), Place::Inner(0), Place::Inner(1)];
    for place in places.iter().chain(&places) {
        let index = usize::try_from(place.index()).unwrap();
        let mut chunk = chunks(&object)[index].to_vec();
        opening.open(*place, &mut chunk).unwrap();
        let start = index * CHUNK;
        assert_eq!(chunk, content[start..(start + CHUNK).min(LENGTH)]);
    }
}

/// Catches one that decrypts first and checks afterwards.
pub fn case_11_after_an_error_nothing_is_released(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(LENGTH));
    let opening = opening(cipher, &object);
    for at in [0, 1_000, CHUNK, SEALED_CHUNK - 1] {
        let mut chunk = chunks(&object)[0].to_vec();
        chunk[at] ^= 0x80;
        let opened = opening.open(Place::Inner(0), &mut chunk);
        assert_eq!(opened, Err(CipherError::Changed));
        assert_eq!(chunk, b"", "byte {at}");
    }
    let mut chunk = chunks(&object)[2].to_vec();
    assert!(opening.open(Place::Inner(2), &mut chunk).is_err());
    assert_eq!(chunk, b"");
}

/// Catches one that makes objects which have no layout.
pub fn case_12_lengths_that_no_chunk_has_are_refused(cipher: &dyn BodyCipher) {
    let sealing = || cipher.seal(&key(1), salt(1), CONTEXT).unwrap();
    for length in [0, 1, CHUNK - 1, CHUNK + 1] {
        let sealed = sealing().inner(&mut vec![7; length]);
        assert_eq!(sealed, Err(CipherError::Length), "{length}");
    }
    for length in [CHUNK, CHUNK + 1] {
        let sealed = sealing().last(&mut vec![7; length]);
        assert_eq!(sealed, Err(CipherError::Length), "{length}");
    }
    let opening = opening(cipher, &sealed(cipher, 1, &content(90)));
    for length in [0, 1, TAG - 1, SEALED_CHUNK, SEALED_CHUNK + 1] {
        let opened = opening.open(Place::Last(0), &mut vec![7; length]);
        assert_eq!(opened, Err(CipherError::Length), "{length}");
    }
}

/// Catches one that draws a salt of its own, or none.
pub fn case_13_the_same_request_makes_the_same_bytes_and_another_salt_others(
    cipher: &dyn BodyCipher,
) {
    let content = content(LENGTH);
    let object = sealed(cipher, 1, &content);
    assert!(object == sealed(cipher, 1, &content));
    let other = sealed(cipher, 2, &content);
    let blocks = |object: &[u8]| object[SALT..].as_chunks::<16>().0.to_vec();
    let pairs = blocks(&object).into_iter().zip(blocks(&other));
    assert_eq!(pairs.filter(|(one, other)| one == other).count(), 0);
}

/// Catches one that uses a nonce twice.
pub fn case_14_equal_chunks_are_sealed_differently(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &[0; LENGTH]);
    let mut blocks = object[HEADER..].as_chunks::<16>().0.to_vec();
    let count = blocks.len();
    blocks.sort_unstable();
    blocks.dedup();
    assert_eq!(blocks.len(), count, "two blocks of zeros are sealed alike");
}

/// Catches one that counts in fewer bits, or panics at the last.
pub fn case_15_places_that_no_object_has_are_refused(cipher: &dyn BodyCipher) {
    let object = sealed(cipher, 1, &content(LENGTH));
    let opening = opening(cipher, &object);
    for index in [Layout::CHUNKS, 1 << 32, 1 << 40, 1 << 63, u64::MAX] {
        let inner = opening.open(Place::Inner(index), &mut chunks(&object)[0].to_vec());
        let last = opening.open(Place::Last(index), &mut chunks(&object)[2].to_vec());
        assert!(inner.is_err() && last.is_err(), "{index}");
    }
}

/// Lengths around the edges of chunks.
fn lengths() -> impl Iterator<Item = usize> {
    let edges = [0, 256, CHUNK, 2 * CHUNK, LENGTH];
    edges
        .into_iter()
        .flat_map(|it| it.saturating_sub(1)..=it + 1)
}

fn content(length: usize) -> Vec<u8> {
    let bytes = (0..length).map(|at| u8::try_from((at * 31 + at / 251) % 256));
    bytes.map(Result::unwrap).collect()
}

fn key(number: u8) -> DataKey {
    DataKey::made(|bytes| bytes.fill(number))
}

fn salt(number: u8) -> [u8; SALT] {
    [number; SALT]
}

fn sealed(cipher: &dyn BodyCipher, number: u8, content: &[u8]) -> Vec<u8> {
    seal(cipher, &key(1), salt(number), CONTEXT, content).unwrap()
}

fn opening(cipher: &dyn BodyCipher, object: &[u8]) -> Box<dyn OpenBody> {
    cipher.open(&key(1), &header(object), CONTEXT).unwrap()
}

fn refused(cipher: &dyn BodyCipher, object: &[u8]) -> CipherError {
    let opened = open(cipher, &key(1), CONTEXT, object);
    opened
        .err()
        .unwrap_or_else(|| panic!("{} bytes were opened", object.len()))
}

/// What a byte changed at this place is found to be.
fn fault(at: usize) -> CipherError {
    if at < HEADER {
        CipherError::Commitment
    } else {
        CipherError::Changed
    }
}

fn header(object: &[u8]) -> [u8; HEADER] {
    *object.first_chunk().unwrap()
}

fn chunks(object: &[u8]) -> Vec<&[u8]> {
    object[HEADER..].chunks(SEALED_CHUNK).collect()
}
