//! The kit on what keeps files in memory.

mod reference {
    use std::sync::Arc;

    use caseflow_core::adapters::memory::MemoryBlobs;

    caseflow_core::blobs_conformance!(Arc::new(MemoryBlobs::new()));
}

mod double {
    use std::sync::Arc;

    use caseflow_core::testing::KeptBlobs;

    caseflow_core::blobs_conformance!(Arc::new(KeptBlobs::default()));
}
