//! Changes that have to do with signing in.

use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{Sessions, Write};
use caseflow_core::domain::id::{ContactId, LinkId, SessionId};
use caseflow_core::domain::link::{Link, LinkPurpose};
use caseflow_core::domain::session::Session;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::StoreError;

use super::{Done, Work};
use crate::records::{api_key, session};
use crate::value::{hex, text};

impl Work<'_> {
    pub(super) async fn api_key(&mut self, write: &Write<ApiKey>) -> Done {
        let values = api_key::values(write.value());
        self.record(&self.sql.write.api_key, write, values).await
    }

    pub(super) async fn session(&mut self, session: &Session) -> Done {
        let values = session::session_values(session);
        self.add(&self.sql.write.session, values).await
    }

    pub(super) async fn session_seen(&mut self, id: SessionId, at: Timestamp) -> Done {
        let values = vec![text(id), at.into()];
        self.add(&self.sql.write.seen, values).await
    }

    pub(super) async fn session_proved(&mut self, id: SessionId, at: Timestamp) -> Done {
        let values = vec![text(id), at.into()];
        self.add(&self.sql.write.proved, values).await
    }

    pub(super) async fn end_sessions(&mut self, which: Sessions) -> Done {
        let sql = &self.sql.write;
        match which {
            Sessions::One(id) => self.add(&sql.end_session, vec![text(id)]).await,
            Sessions::AllOf(contact) => {
                let values = vec![text(contact), text("")];
                self.add(&sql.end_other_sessions, values).await
            }
            Sessions::AllBut(contact, kept) => {
                let values = vec![text(contact), text(kept)];
                self.add(&sql.end_other_sessions, values).await
            }
        }
    }

    /// Inserted before the earlier ones go, so that a secret that is in use is refused.
    pub(super) async fn link(&mut self, link: &Link) -> Done {
        let sql = &self.sql.write;
        self.add(&sql.link, session::link_values(link)).await?;
        let values = vec![text(link.contact), text(link.purpose.code()), text(link.id)];
        self.add(&sql.end_other_links, values).await
    }

    pub(super) async fn use_link(&mut self, id: LinkId) -> Done {
        let used = self.execute(&self.sql.write.use_link, vec![text(id)]);
        match used.await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }

    pub(super) async fn end_links(
        &mut self,
        contact: ContactId,
        purpose: Option<&LinkPurpose>,
    ) -> Done {
        let sql = &self.sql.write;
        match purpose {
            None => self.add(&sql.end_links, vec![text(contact)]).await,
            Some(purpose) => {
                let values = vec![text(contact), text(purpose.code()), text("")];
                self.add(&sql.end_other_links, values).await
            }
        }
    }

    pub(super) async fn throttle(&mut self, read: u32, now: &Throttle) -> Done {
        let mut values = session::throttle_values(now);
        values.push(read.into());
        match self.execute(&self.sql.write.throttle, values).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }

    pub(super) async fn forget_throttle(&mut self, key: ThrottleKey) -> Done {
        let values = vec![hex(key.as_bytes())];
        self.add(&self.sql.write.forget_throttle, values).await
    }
}
