//! Records that nobody can read, so that a test knows who looks at them.

use caseflow_core::domain::id::FirmId;
use caseflow_core::ports::store::StoreError;

use super::{Record, Writing, insert, row_key};

impl Writing<'_> {
    /// Leaves nothing of a record but its key and what it is found by.
    pub(crate) fn spoil<R: Record>(
        &mut self,
        firm: FirmId,
        key: &R::Key,
    ) -> Result<(), StoreError> {
        self.written = true;
        insert(&mut self.rows, &row_key::<R>(firm, key), &[])
    }
}
