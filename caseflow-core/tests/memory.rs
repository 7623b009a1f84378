//! The kit on the store in memory.

use std::sync::Arc;

use caseflow_core::adapters::memory::MemoryStore;

caseflow_core::store_conformance!(Arc::new(MemoryStore::new()));
