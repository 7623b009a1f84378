//! The kit on the adapter, and on the double.

use caseflow_core::testing::sealer::Sealers;

use crate::desk::pades;

caseflow_core::sealer_conformance!(Sealers {
    ours: pades(1),
    theirs: pades(2)
});

mod kept {
    use std::sync::Arc;

    use caseflow_core::testing::KeptSeals;
    use caseflow_core::testing::sealer::Sealers;

    caseflow_core::sealer_conformance!(Sealers {
        ours: Arc::new(KeptSeals::of("one")),
        theirs: Arc::new(KeptSeals::of("another"))
    });
}
