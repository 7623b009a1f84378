//! Envelopes read back, and nothing else is one.

use caseflow_core::domain::vault::{Envelope, EnvelopeError, KeyId, KeyName, WrapKind};
use proptest::prelude::*;

prop_compose! {
    fn envelopes()(
        id in "[ -~é契]{1,60}",
        version: u32,
        wrapped in prop_oneof![
            prop::collection::vec(any::<u8>(), 104).prop_map(|it| (WrapKind::Local, it)),
            prop::collection::vec(any::<u8>(), 1..=1_024).prop_map(|it| (WrapKind::Service, it)),
        ],
    ) -> Envelope {
        let id = KeyId::parse(&id).unwrap();
        Envelope::new(wrapped.0, KeyName { id, version }, wrapped.1).unwrap()
    }
}

proptest! {
    #[test]
    fn an_envelope_reads_back_as_it_was_written(envelope in envelopes()) {
        let bytes = envelope.encode();
        let id = envelope.key().id.as_str().len();
        prop_assert_eq!(bytes.len(), 16 + id + envelope.wrapped().len());
        prop_assert_eq!(Envelope::decode(&bytes), Ok(envelope));
    }

    #[test]
    fn an_envelope_has_one_encoding(envelope in envelopes(), changes in changes()) {
        let bytes = changed(envelope.encode(), &changes);
        if let Ok(read) = Envelope::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn what_is_cut_off_or_longer_is_refused(envelope in envelopes(), end: prop::sample::Index) {
        let bytes = envelope.encode();
        let cut = &bytes[..end.index(bytes.len())];
        prop_assert!(Envelope::decode(cut).is_err());
        let longer = [&bytes[..], b"\0"].concat();
        prop_assert_eq!(Envelope::decode(&longer), Err(EnvelopeError::Length));
    }
}

/// Bytes put at places, mostly in the fixed part.
fn changes() -> impl Strategy<Value = Vec<(usize, u8)>> {
    let places = prop_oneof![0..20_usize, 0..400_usize];
    prop::collection::vec((places, any::<u8>()), 1..5)
}

fn changed(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    for (at, byte) in changes {
        if let Some(slot) = bytes.get_mut(*at) {
            *slot = *byte;
        }
    }
    bytes
}

#[test]
fn each_field_of_a_wrong_value_is_named() {
    let key = KeyName {
        id: KeyId::local(),
        version: 7,
    };
    let bytes = Envelope::new(WrapKind::Local, key, vec![5; 104])
        .unwrap()
        .encode();
    assert_eq!(bytes[..21], *b"CFV1\x01\x01\0\0\0\0\0\x07\0\x05\0\x68local");
    for (at, byte, error) in [
        (0, b'X', EnvelopeError::NotAnEnvelope),
        (3, b'2', EnvelopeError::NotAnEnvelope),
        (4, 0, EnvelopeError::Unknown),
        (4, 2, EnvelopeError::Unknown),
        (5, 0, EnvelopeError::Unknown),
        (5, 3, EnvelopeError::Unknown),
        (6, 1, EnvelopeError::Unknown),
        (7, 1, EnvelopeError::Unknown),
        (12, 1, EnvelopeError::Length),
        (13, 4, EnvelopeError::Length),
        (15, 0x69, EnvelopeError::Length),
        (16, 0x80, EnvelopeError::KeyId),
        (17, b'\n', EnvelopeError::KeyId),
    ] {
        let wrong = changed(bytes.clone(), &[(at, byte)]);
        assert_eq!(Envelope::decode(&wrong), Err(error), "byte {at}");
    }
    let of_104 = changed(bytes.clone(), &[(13, 4), (15, 0x69)]);
    assert_eq!(
        Envelope::decode(&of_104),
        Err(EnvelopeError::Length),
        "a local key has 104 bytes"
    );
    let no_id = [&bytes[..13], b"\0", &bytes[14..16], &bytes[21..]].concat();
    assert_eq!(Envelope::decode(&no_id), Err(EnvelopeError::KeyId));
}

#[test]
fn an_id_has_a_length_and_an_envelope_shows_no_key() {
    assert_eq!(KeyId::parse(""), Err(EnvelopeError::KeyId));
    assert_eq!(KeyId::parse(&"x".repeat(256)), Err(EnvelopeError::KeyId));
    let id = KeyId::parse(&"x".repeat(255)).unwrap();
    let key = KeyName {
        id,
        version: u32::MAX,
    };
    for length in [0, 1_025] {
        let refused = Envelope::new(WrapKind::Service, key.clone(), vec![7; length]);
        assert_eq!(refused, Err(EnvelopeError::Length));
    }
    let envelope = Envelope::new(WrapKind::Service, key, vec![222; 40]).unwrap();
    assert!(!format!("{envelope:?}").contains("222"));
    assert_eq!(Envelope::decode(&envelope.encode()), Ok(envelope));
}
