//! The kit on the store in memory.

use std::sync::Arc;

use custom_store::KeyValueStore;

caseflow_core::store_conformance! {
    #[tokio::test]
    async { Arc::new(KeyValueStore::in_memory().unwrap()) }
}
