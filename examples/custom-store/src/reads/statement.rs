//! What statements are made of.

use caseflow_core::domain::id::ClientId;
use caseflow_core::domain::period::Period;
use caseflow_core::ports::store::{StatementFile, StoreError};

use super::{Records, too_much};

impl Records<'_> {
    /// What the client's statement of these days is made of.
    pub(super) fn statement(
        &self,
        client: ClientId,
        period: Period,
    ) -> Result<StatementFile, StoreError> {
        StatementFile::of(self.ledgers_of(client)?, period).map_err(too_much)
    }
}
