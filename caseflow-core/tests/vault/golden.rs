//! Objects of this format's first version, which every later one has to read (F17). They were
//! written once, and are never written again.

use std::path::Path;

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::domain::vault::{
    CHUNK, Content, Details, Envelope, ItemVersion, Part, SecretText, SignIn,
};
use caseflow_core::ports::cipher;
use caseflow_core::ports::keys::KeyProvider as _;
use caseflow_core::testing::block_on;

use crate::support::{Stored, content, file, keyring, read, version};

/// A file of two chunks, an empty one, data to sign in.
fn items() -> [(ItemVersion, Details, Option<Vec<u8>>); 3] {
    let sign_in = SignIn {
        place: Some("https://bank.example/login".parse().unwrap()),
        account: SecretText::typed("muster"),
        password: SecretText::typed("correct horse battery staple").unwrap(),
        note: SecretText::typed("First pet: Größe 契約\nCode: 1234"),
    };
    let bank = Details {
        name: "The bank".parse().unwrap(),
        description: Some("For the quarterly statements".parse().unwrap()),
        content: Content::SignIn(sign_in),
    };
    let length = CHUNK + 100;
    let long = file("statement.pdf", length as u64);
    [
        (version(1), long, Some(content(length))),
        (version(2), file("empty.txt", 0), Some(vec![])),
        (version(3), bank, None),
    ]
}

fn golden(number: usize) -> Stored {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vault/golden/v1");
    let part = |kind| std::fs::read(folder.join(format!("{number}.{kind}")));
    Stored {
        envelope: part("envelope").unwrap(),
        details: part("details").unwrap(),
        body: part("body").ok(),
    }
}

#[test]
fn f17_what_the_first_version_wrote_is_read() {
    let keys = keyring(&[(2, 2), (1, 1)]);
    for (number, (version, details, body)) in (1..).zip(items()) {
        let found = read(keys.as_ref(), &version, &golden(number)).unwrap();
        assert!(found.0 == details, "item {number}");
        assert_eq!(found.1.as_deref(), body.as_deref(), "item {number}");
    }
}

#[test]
fn f17_the_same_content_is_still_sealed_to_the_same_bytes() {
    let keys = keyring(&[(1, 1)]);
    for (number, (version, details, body)) in (1..).zip(items()) {
        let stored = golden(number);
        let envelope = Envelope::decode(&stored.envelope).unwrap();
        let key = block_on(keys.unwrap(&version, &envelope)).unwrap();
        let again = |part, content: &[u8], object: &[u8]| {
            let salt = *object.first_chunk().unwrap();
            cipher::seal(&AesGcm, &key, salt, &version.context(part), content).unwrap()
        };
        let made = again(Part::Details, &details.encode(), &stored.details);
        assert!(made == stored.details, "item {number}");
        if let (Some(content), Some(object)) = (body, &stored.body) {
            assert!(
                again(Part::Body, &content, object) == *object,
                "item {number}"
            );
        }
    }
}
