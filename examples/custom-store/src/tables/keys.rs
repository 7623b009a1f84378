//! Which keys wrap the items of a firm's vaults.

use std::collections::BTreeMap;

use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::vault::{KeyName, VaultItem};
use caseflow_core::ports::store::StoreError;

use super::{Index, Order, Snapshot, corrupt, prefix, walk};
use crate::codec::Codec as _;

impl Snapshot {
    /// The keys, and how many items each: counted in the index, no item is read.
    pub(crate) fn keys(&self, firm: FirmId) -> Result<BTreeMap<KeyName, u64>, StoreError> {
        let mut within = prefix::<Versioned<VaultItem>>(firm);
        within.push(Index::KEY);
        let mut keys = BTreeMap::new();
        for entry in walk(&self.index, &within, None, Order::SmallestFirst)? {
            let (entry, _) = entry?;
            let mut rest = entry.get(within.len()..).unwrap_or_default();
            let key = KeyName::take(&mut rest).map_err(corrupt)?;
            *keys.entry(key).or_default() += 1;
        }
        Ok(keys)
    }
}
