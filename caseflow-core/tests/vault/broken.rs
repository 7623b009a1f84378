//! The kit finds a cipher that is wrong in one respect.

use std::panic::catch_unwind;

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::domain::vault::{DataKey, HEADER, Place, SALT};
use caseflow_core::ports::cipher::{BodyCipher, CipherError, OpenBody, SealBody};
use caseflow_core::testing::cipher;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    IgnoresContext,
    IgnoresSalt,
    IgnoresHeader,
    IgnoresPlace,
    LeavesBuffer,
    CountsIn32Bits,
}

#[derive(Debug, Clone, Copy)]
struct Broken(Fault);

impl Broken {
    fn context(self, context: &[u8]) -> &[u8] {
        if self.0 == Fault::IgnoresContext {
            b""
        } else {
            context
        }
    }
}

impl BodyCipher for Broken {
    fn seal(
        &self,
        key: &DataKey,
        salt: [u8; SALT],
        context: &[u8],
    ) -> Result<Box<dyn SealBody>, CipherError> {
        let salt = if self.0 == Fault::IgnoresSalt {
            [1; SALT]
        } else {
            salt
        };
        AesGcm.seal(key, salt, self.context(context))
    }

    fn open(
        &self,
        key: &DataKey,
        header: &[u8; HEADER],
        context: &[u8],
    ) -> Result<Box<dyn OpenBody>, CipherError> {
        let mut header = *header;
        if self.0 == Fault::IgnoresHeader {
            let salt = *header.first_chunk().unwrap();
            header = AesGcm.seal(key, salt, context)?.header();
        }
        let opening = AesGcm.open(key, &header, self.context(context))?;
        Ok(Box::new(BrokenBody(self.0, opening)))
    }
}

struct BrokenBody(Fault, Box<dyn OpenBody>);

impl OpenBody for BrokenBody {
    fn open(&self, place: Place, chunk: &mut Vec<u8>) -> Result<(), CipherError> {
        let before = chunk.clone();
        let narrow = |index| index & u64::from(u32::MAX);
        let place = match (self.0, place) {
            (Fault::CountsIn32Bits, Place::Inner(index)) => Place::Inner(narrow(index)),
            (Fault::CountsIn32Bits, Place::Last(index)) => Place::Last(narrow(index)),
            _ => place,
        };
        let mut opened = self.1.open(place, chunk);
        if self.0 == Fault::IgnoresPlace {
            for other in (0..3).flat_map(|index| [Place::Inner(index), Place::Last(index)]) {
                if opened.is_err() {
                    chunk.clone_from(&before);
                    opened = self.1.open(other, chunk);
                }
            }
        }
        if self.0 == Fault::LeavesBuffer && opened.is_err() {
            *chunk = before;
        }
        opened
    }
}

type Case = fn(&dyn BodyCipher);

#[test]
fn each_fault_is_found_by_its_case() {
    let cases: [(&str, Fault, Case); 6] = [
        (
            "04",
            Fault::IgnoresContext,
            cipher::case_04_another_key_or_context_is_refused_at_the_header,
        ),
        (
            "13",
            Fault::IgnoresSalt,
            cipher::case_13_the_same_request_makes_the_same_bytes_and_another_salt_others,
        ),
        (
            "03",
            Fault::IgnoresHeader,
            cipher::case_03_a_bit_changed_is_refused,
        ),
        (
            "06",
            Fault::IgnoresPlace,
            cipher::case_06_a_chunk_opens_in_its_place_only,
        ),
        (
            "11",
            Fault::LeavesBuffer,
            cipher::case_11_after_an_error_nothing_is_released,
        ),
        (
            "15",
            Fault::CountsIn32Bits,
            cipher::case_15_places_that_no_object_has_are_refused,
        ),
    ];
    for (name, fault, case) in cases {
        let passes = |fault| catch_unwind(|| case(&Broken(fault))).is_ok();
        assert!(
            passes(Fault::None),
            "case {name} refuses a cipher that is right"
        );
        assert!(!passes(fault), "case {name} takes a cipher that {fault:?}");
    }
}
