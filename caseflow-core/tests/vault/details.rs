//! Details read back, have one encoding, and show nothing.

use caseflow_core::domain::vault::{
    BLOCK, Content, Details, DetailsError, FileFacts, SecretText, SignIn, pad, unpad,
};
use proptest::prelude::*;

fn secrets() -> impl Strategy<Value = String> {
    "\\PC{1,300}|[ \t\n-~]{1,40}"
}

prop_compose! {
    fn sign_ins()(
        place in prop::option::of("[!-~]{1,80}"),
        account in prop::option::of(secrets()),
        password in secrets(),
        note in prop::option::of(secrets()),
    ) -> Content {
        let secret = |text: String| SecretText::typed(&text).unwrap();
        Content::SignIn(SignIn {
            place: place.map(|it| it.parse().unwrap()),
            account: account.map(secret),
            password: secret(password),
            note: note.map(secret),
        })
    }
}

prop_compose! {
    fn all_details()(
        name in "[!-~é契]{1,200}",
        description in prop::option::of("[!-~é契]{1,900}"),
        content in prop_oneof![
            sign_ins(),
            secrets().prop_map(|it| Content::Note(SecretText::typed(&it).unwrap())),
            any::<u64>().prop_map(|length| Content::File(FileFacts {
                length,
                media_type: "text/plain; charset=utf-8".parse().unwrap(),
            })),
        ],
    ) -> Details {
        let description = description.map(|it| it.parse().unwrap());
        Details { name: name.parse().unwrap(), description, content }
    }
}

proptest! {
    #[test]
    fn details_read_back_as_they_were_written(details in all_details()) {
        let bytes = details.encode();
        prop_assert_eq!(bytes.len() % BLOCK, 0);
        prop_assert!(Details::decode(&bytes) == Ok(details));
    }

    #[test]
    fn details_have_one_encoding(
        details in all_details(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = unpad(&details.encode()).unwrap().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len().min(40));
            bytes[at] = byte;
        }
        pad(&mut bytes);
        if let Ok(read) = Details::decode(&bytes) {
            prop_assert_eq!(&*read.encode(), &bytes[..]);
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(Details::decode(&bytes).is_err());
        let mut padded = bytes;
        pad(&mut padded);
        prop_assert!(Details::decode(&padded).is_err());
    }
}

#[test]
fn an_encoding_is_as_documented() {
    let details = Details {
        name: "Bank".parse().unwrap(),
        description: None,
        content: Content::Note(SecretText::typed("1234").unwrap()),
    };
    let bytes = details.encode();
    assert_eq!(
        bytes[..20],
        *b"\x01\x03\x01\0\0\0\x04Bank\x07\0\0\0\x041234"
    );
    assert_eq!(bytes[20], 0x80);
    assert_eq!(bytes[21..], [0; 235]);
}

#[test]
fn fields_out_of_order_doubled_foreign_empty_or_unknown_are_refused() {
    let name = b"\x01\0\0\0\x04Bank";
    let secret = b"\x07\0\0\0\x041234";
    let foreign = b"\x04\0\0\0\x04a/bc";
    for (fields, wanted) in [
        (vec![&b"\x01\x03"[..], name, secret], None),
        (vec![b"\x01\x03", secret, name], Some(DetailsError::Damaged)),
        (
            vec![b"\x01\x03", name, name, secret],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x03", name, foreign, secret],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x03", name, b"\x02\0\0\0\0", secret],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x03", name, secret, b"\x09\0\0\0\0"],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x03", name, secret, b"\0\0\0\0\0"],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x03", name, b"\x07\xff\xff\xff\xff1234"],
            Some(DetailsError::Damaged),
        ),
        (vec![b"\x01\x03", name], Some(DetailsError::Damaged)),
        (
            vec![b"\x01\x03", name, secret, b"\x07\0"],
            Some(DetailsError::Damaged),
        ),
        (
            vec![b"\x01\x01", name, b"\x03\0\0\0\x01\x05", foreign],
            Some(DetailsError::Damaged),
        ),
        (vec![b"\x02\x03", name, secret], Some(DetailsError::Unknown)),
        (vec![b"\x01\x04", name, secret], Some(DetailsError::Unknown)),
        (vec![b"\x01\0", name, secret], Some(DetailsError::Unknown)),
        (vec![b"\x01"], Some(DetailsError::Damaged)),
    ] {
        let mut bytes = fields.concat();
        pad(&mut bytes);
        assert_eq!(Details::decode(&bytes).err(), wanted, "{fields:?}");
    }
}

#[test]
fn what_is_shown_of_details_says_nothing() {
    let details = crate::support::file("secret-name.pdf", 4711);
    let shown = format!("{details:?} {:?}", details.content);
    assert_eq!(shown, "Details(…) Content(…)");
}
