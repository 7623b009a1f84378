//! Changes to the outbox.

use caseflow_core::domain::changes::Version;
use caseflow_core::domain::id::MailId;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use super::{Done, Work};
use crate::value::text;

impl Work<'_> {
    pub(super) async fn retry_mail(&mut self, id: MailId, read: Version, at: Timestamp) -> Done {
        let values = vec![text(id), read.0.into(), at.into()];
        match self.execute(&self.sql.write.retry_mail, values).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }
}
