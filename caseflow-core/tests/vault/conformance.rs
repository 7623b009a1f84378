//! The kits on the adapters and on the double.

mod aes_gcm {
    use caseflow_core::adapters::aes_gcm::AesGcm;

    caseflow_core::cipher_conformance!(AesGcm);
}

#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs {
    use caseflow_core::adapters::aws_lc_rs::AwsLc;

    caseflow_core::cipher_conformance!(AwsLc);
}

mod keyring {
    use caseflow_core::testing::keys::Custody;

    use crate::support::keyring;

    caseflow_core::keys_conformance!(Custody {
        first: keyring(&[(1, 1)]),
        rotated: keyring(&[(1, 1), (2, 2)]),
        retired: keyring(&[(2, 2)]),
        theirs: keyring(&[(1, 9)]),
    });
}

mod service {
    use std::sync::Arc;

    use caseflow_core::testing::FakeKeyService;
    use caseflow_core::testing::keys::Custody;

    caseflow_core::keys_conformance!(custody());

    fn custody() -> Custody {
        let service = FakeKeyService::of("projects/firm/keys/vault");
        service.delay(3);
        let rotated = service.rotated();
        Custody {
            retired: Arc::new(rotated.retired()),
            rotated: Arc::new(rotated),
            first: Arc::new(service),
            theirs: Arc::new(FakeKeyService::of("projects/other/keys/vault")),
        }
    }
}

/// What tests of other things seal with.
mod quick {
    use caseflow_core::testing::QuickCipher;

    caseflow_core::cipher_conformance!(QuickCipher);
}
