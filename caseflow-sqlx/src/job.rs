//! Writes on their way to a transaction and back.

use async_trait::async_trait;
use caseflow_core::ports::store::StoreError;
use tokio::sync::oneshot;

use crate::conn::{Conn, Job};
use crate::statements::Statements;

/// What is written in one transaction.
#[async_trait]
pub(crate) trait Write: Send + Sync + 'static {
    type Answer: Send + 'static;

    /// An error takes everything back.
    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<Self::Answer, StoreError>;
}

/// A write with somebody who waits for its answer.
pub(crate) struct Waited<W: Write> {
    write: W,
    outcome: Option<Result<W::Answer, StoreError>>,
    reply: oneshot::Sender<Result<W::Answer, StoreError>>,
}

impl<W: Write> Waited<W> {
    pub(crate) fn new(write: W) -> (Self, oneshot::Receiver<Result<W::Answer, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        let job = Self {
            write,
            outcome: None,
            reply,
        };
        (job, answer)
    }
}

#[async_trait]
impl<W: Write> Job for Waited<W> {
    async fn run(&mut self, conn: &mut dyn Conn, sql: &Statements) -> bool {
        let outcome = self.write.run(conn, sql).await;
        let stays = outcome.is_ok();
        self.outcome = Some(outcome);
        stays
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let answer = match (self.outcome, lost) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Some(lost)) => Err(lost),
            (Some(done), None) => done,
            (None, None) => Err(StoreError::Backend("the write was never tried".into())),
        };
        // A caller that no longer waits needs no answer.
        drop(self.reply.send(answer));
    }
}
