//! A whole item in the hands of whoever holds the disk (F03, F04, F06).

use caseflow_core::adapters::keyring::Keyring;
use caseflow_core::domain::vault::{CHUNK, Content, HEADER, SEALED_CHUNK};
use caseflow_core::ports::keys::KeyError;
use caseflow_core::testing::SeededEntropy;

use crate::support::{Stored, Unread, content, file, keyring, read, stored, version, version_of};

const LENGTH: usize = 3 * CHUNK + 500;

fn item(keys: &Keyring, version: u64, length: usize) -> Stored {
    let entropy = SeededEntropy::new(version + 1);
    let details = file("statement.pdf", length as u64);
    let body = content(length);
    stored(
        keys,
        &entropy,
        &self::version(version),
        &details,
        Some(&body),
    )
}

#[test]
fn an_item_reads_as_it_was_stored() {
    let keys = keyring(&[(1, 1)]);
    for length in [0, 1, CHUNK - 1, CHUNK, LENGTH] {
        let stored = item(&keys, 1, length);
        let (details, body) = read(keys.as_ref(), &version(1), &stored).unwrap();
        assert!(details == file("statement.pdf", length as u64));
        assert_eq!(body.as_deref(), Some(&content(length)[..]));
    }
}

#[test]
fn f03_a_byte_changed_anywhere_is_found() {
    let keys = keyring(&[(1, 1)]);
    let whole = item(&keys, 1, 700);
    let lengths = [
        &whole.envelope,
        &whole.details,
        whole.body.as_ref().unwrap(),
    ]
    .map(Vec::len);
    assert_eq!(lengths, [125, 256 + 72, 700 + 72]);
    for (part, length) in lengths.into_iter().enumerate() {
        for at in 0..length {
            for flip in [1, 0x80] {
                let mut changed = whole.clone();
                let body = changed.body.as_mut().unwrap();
                let parts = [&mut changed.envelope, &mut changed.details, body];
                parts[part][at] ^= flip;
                let found = read(keys.as_ref(), &version(1), &changed).err();
                assert!(found.is_some(), "part {part}, byte {at}");
            }
        }
    }
}

#[test]
fn f04_nothing_can_be_swapped() {
    let keys = keyring(&[(1, 1)]);
    let (one, other) = (item(&keys, 1, 700), item(&keys, 2, 700));
    let read = |stored: &Stored| read(keys.as_ref(), &version(1), stored).err();
    let rejected = Some(Unread::Key(KeyError::Rejected));
    assert_eq!(read(&other), rejected);
    let swapped = [
        Stored {
            envelope: other.envelope.clone(),
            ..one.clone()
        },
        Stored {
            details: other.details.clone(),
            ..one.clone()
        },
        Stored {
            body: other.body.clone(),
            ..one.clone()
        },
        Stored {
            body: Some(one.details.clone()),
            ..one.clone()
        },
        Stored {
            details: one.body.clone().unwrap(),
            ..one.clone()
        },
    ];
    for stored in &swapped {
        assert!(read(stored).is_some());
    }
}

#[test]
fn f04_an_item_of_another_firm_client_item_or_version_does_not_open() {
    let keys = keyring(&[(1, 1)]);
    let whole = item(&keys, 1, 700);
    for other in [
        version_of(1, 0, 0, 1),
        version_of(0, 1, 0, 1),
        version_of(0, 0, 1, 1),
        version_of(0, 0, 0, 0),
        version_of(0, 0, 0, 2),
    ] {
        let found = read(keys.as_ref(), &other, &whole).err();
        assert_eq!(found, Some(Unread::Key(KeyError::Rejected)), "{other:?}");
    }
}

#[test]
fn f06_a_body_cut_off_is_found_by_its_length_before_a_byte_is_opened() {
    let keys = keyring(&[(1, 1)]);
    let whole = item(&keys, 1, LENGTH);
    let body = whole.body.clone().unwrap();
    let edges = (0..=3).map(|n| HEADER + n * SEALED_CHUNK);
    let ends = edges.flat_map(|at| [at, at + 15, at + 16, at + 17]);
    for end in ends.chain((0..body.len()).step_by(501)) {
        let cut = Stored {
            body: Some(body[..end].to_vec()),
            ..whole.clone()
        };
        let found = read(keys.as_ref(), &version(1), &cut).err();
        assert!(
            matches!(found, Some(Unread::Length(_) | Unread::LengthDiffers)),
            "{end}: {found:?}"
        );
    }
}

#[test]
fn f06_chunks_in_another_order_doubled_or_left_out_are_found() {
    let keys = keyring(&[(1, 1)]);
    let whole = item(&keys, 1, LENGTH);
    let body = whole.body.clone().unwrap();
    let chunks: Vec<&[u8]> = body[HEADER..].chunks(SEALED_CHUNK).collect();
    for order in [
        &[1, 0, 2, 3][..],
        &[0, 2, 1, 3],
        &[0, 0, 2, 3],
        &[0, 1, 3],
        &[0, 1, 2, 3, 3],
        &[0, 1, 2, 2, 3],
    ] {
        let chunks: Vec<&[u8]> = order.iter().map(|at| chunks[*at]).collect();
        let mixed = [&body[..HEADER], &chunks.concat()].concat();
        let mixed = Stored {
            body: Some(mixed),
            ..whole.clone()
        };
        assert!(
            read(keys.as_ref(), &version(1), &mixed).is_err(),
            "{order:?}"
        );
    }
}

#[test]
fn a_short_secret_has_no_body_and_one_length_for_most_passwords() {
    use caseflow_core::domain::vault::{Details, SecretText, SignIn};
    let keys = keyring(&[(1, 1)]);
    let lengths = ["x", "correct horse battery staple", &"y".repeat(120)].map(|password| {
        let details = Details {
            name: "The bank".parse().unwrap(),
            description: None,
            content: Content::SignIn(SignIn {
                place: Some("https://bank.example/login".parse().unwrap()),
                account: SecretText::typed("muster"),
                password: SecretText::typed(password).unwrap(),
                note: None,
            }),
        };
        let entropy = SeededEntropy::new(1);
        let stored = stored(keys.as_ref(), &entropy, &version(1), &details, None);
        let (read, body) = read(keys.as_ref(), &version(1), &stored).unwrap();
        assert!(read == details && body.is_none());
        stored.details.len()
    });
    assert_eq!(lengths, [256 + 72; 3]);
}
