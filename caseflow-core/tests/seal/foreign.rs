//! Files that others sealed: pyHanko, with keys of several kinds. `scripts/check-seals --foreign`
//! makes them anew.

use caseflow_core::ports::sealer::{Fault, SealError, SealRequest, Sealer as _, Verdict};
use caseflow_core::testing::block_on;
use caseflow_core::testing::sealer::request;

use crate::desk::pades;

const SOUND: [(&str, &[u8]); 5] = [
    ("rsa", include_bytes!("data/rsa.pdf")),
    ("rsa-sha512", include_bytes!("data/rsa-sha512.pdf")),
    ("pss", include_bytes!("data/pss.pdf")),
    ("p384", include_bytes!("data/p384.pdf")),
    ("ed25519", include_bytes!("data/ed25519.pdf")),
];

fn verdict(file: &[u8]) -> Verdict {
    block_on(pades(1).check(file.to_vec())).unwrap()
}

#[test]
fn seals_by_keys_of_other_kinds_are_another_issuers() {
    for (kind, file) in SOUND {
        let found = verdict(file);
        let Verdict::AnotherIssuers(seal) = found else {
            panic!("{kind}: {found:?}");
        };
        let name = format!("Another issuer ({kind})");
        assert_eq!(seal.signer.unwrap().as_str(), name);
        assert_eq!(seal.reason.unwrap().as_str(), "I approve");
        assert!(seal.signed_at.is_some() && seal.document.is_none() && seal.timestamp.is_none());
    }
}

#[test]
fn one_byte_changed_in_them_is_altered() {
    for (kind, file) in SOUND {
        let mut changed = file.to_vec();
        changed[100] ^= 1;
        let found = Verdict::Altered {
            fault: Fault::Content,
            ours: false,
        };
        assert_eq!(verdict(&changed), found, "{kind}");
    }
}

#[test]
fn what_anybody_can_forge_or_nobody_here_can_check_is_not_believed() {
    for (file, fault) in [
        (&include_bytes!("data/sha1.pdf")[..], Fault::Weak),
        (include_bytes!("data/pss-long-salt.pdf"), Fault::Unsupported),
    ] {
        let ours = false;
        assert_eq!(verdict(file), Verdict::Altered { fault, ours });
    }
}

#[test]
fn what_others_signed_is_not_sealed_again() {
    for (kind, file) in SOUND {
        let request = SealRequest {
            pdf: file.to_vec(),
            ..request(1, "upload-2")
        };
        let refused = block_on(pades(1).seal(request));
        assert!(
            matches!(refused, Err(SealError::AlreadySigned)),
            "{kind}: {refused:?}"
        );
    }
}
