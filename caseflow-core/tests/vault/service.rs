//! What the fake key service is for: a service that is slow, away or unwilling.

use caseflow_core::ports::keys::{KeyError, KeyProvider as _};
use caseflow_core::testing::{FakeKeyService, KeyFault, block_on};

use crate::support::version;

#[test]
fn an_outage_is_told_apart_from_a_wrong_envelope_and_ends() {
    let service = FakeKeyService::of("kms");
    service.delay(5);
    block_on(async {
        let (key, envelope) = service.generate(&version(1)).await.unwrap();
        for (fault, error) in [
            (KeyFault::Outage, KeyError::Unavailable),
            (KeyFault::Denied, KeyError::Denied),
        ] {
            service.fail(Some(fault));
            let of = version(1);
            assert_eq!(service.generate(&of).await.err(), Some(error));
            assert_eq!(service.unwrap(&of, &envelope).await.err(), Some(error));
            assert_eq!(service.rewrap(&of, &envelope).await.err(), Some(error));
        }
        service.fail(None);
        let again = service.unwrap(&version(1), &envelope).await.unwrap();
        assert!(again.expose() == key.expose());
    });
    assert_eq!(service.calls(), 8);
}
