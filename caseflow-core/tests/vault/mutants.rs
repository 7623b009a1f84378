//! Envelopes and objects changed at random: no panic, and nothing but what was sealed comes out.

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::domain::vault::{CHUNK, Envelope, HEADER, Part, Place, SEALED_CHUNK};
use caseflow_core::ports::cipher::{self, BodyCipher as _};
use caseflow_core::ports::keys::KeyProvider as _;
use caseflow_core::testing::block_on;

use crate::support::{content, keyring, version};

/// Numbers that are the same in each run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap() % most
    }

    /// Changes, cuts off, adds, doubles or moves something.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len() + 1);
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
                2 => bytes.extend_from_within(at..),
                3 => bytes.rotate_left(at),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
    }
}

#[test]
fn an_envelope_changed_at_random_gives_no_key() {
    let keys = keyring(&[(1, 1), (2, 2)]);
    let (_, envelope) = block_on(keys.generate(&version(1))).unwrap();
    let bytes = envelope.encode();
    let (mut dice, mut parsed) = (Dice(1), 0);
    for _ in 0..20_000 {
        let mut mutant = bytes.clone();
        dice.mutate(&mut mutant);
        let Ok(read) = Envelope::decode(&mutant) else {
            continue;
        };
        assert_eq!(read.encode(), mutant);
        parsed += 1;
        let unwrapped = block_on(keys.unwrap(&version(1), &read));
        assert_eq!(unwrapped.is_ok(), mutant == bytes);
    }
    assert!(parsed > 500, "only {parsed} mutants were envelopes");
}

#[test]
fn a_body_changed_at_random_is_never_opened_and_releases_only_a_true_beginning() {
    let keys = keyring(&[(1, 1)]);
    let (key, _) = block_on(keys.generate(&version(1))).unwrap();
    let context = version(1).context(Part::Body);
    let content = content(2 * CHUNK + 77);
    let object = cipher::seal(&AesGcm, &key, [7; 24], &context, &content).unwrap();
    let (mut dice, mut released) = (Dice(2), 0);
    for _ in 0..600 {
        let mut mutant = object.clone();
        dice.mutate(&mut mutant);
        let whole = cipher::open(&AesGcm, &key, &context, &mutant);
        assert_eq!(whole.is_ok(), mutant == object);
        let Some((header, body)) = mutant.split_first_chunk::<HEADER>() else {
            continue;
        };
        let Ok(opening) = AesGcm.open(&key, header, &context) else {
            continue;
        };
        let mut out = vec![];
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
            out.extend(chunk);
        }
        assert!(content.starts_with(&out));
        released += out.len();
    }
    assert!(released > 0, "nothing was released to be looked at");
}
