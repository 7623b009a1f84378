//! The password once more: to change it, and to open the vault.

use super::brakes::Brakes;
use super::{Visiting, audit, in_person};
use crate::Ports;
use crate::domain::access::ContactSession;
use crate::domain::audit::AuditAction;
use crate::domain::changes::Changes;
use crate::domain::id::Subject;
use crate::domain::password::Password;
use crate::error::{Error, Refusal};
use crate::ports::passwords::Verdict;
use crate::write::{Attempts, Next};

/// What the password is asked for.
pub(super) struct Proof {
    /// What its tries are counted by.
    pub(super) brakes: Brakes,
    /// The row of a wrong one.
    pub(super) failed: AuditAction,
    /// What that row is about.
    pub(super) about: Vec<Subject>,
}

impl Proof {
    /// Checks the current password, with the brakes on: a session that somebody left open must not
    /// become a place to guess.
    ///
    /// # Errors
    /// [`Error::Preview`]; [`Refusal::WrongPassword`], which is counted and in the log by then; [`Error::Throttled`].
    pub(super) async fn of(
        self,
        ports: &Ports,
        visiting: &Visiting,
        who: &ContactSession,
        current: &Password,
    ) -> Result<(), Error> {
        in_person(who)?;
        let mut attempts = Attempts::new(ports, visiting.firm);
        let mut verdict = None;
        loop {
            let passed = self.brakes.pass(ports, visiting.firm).await?;
            let known = match verdict {
                Some(known) => known,
                None => {
                    let hash = who.contact().password();
                    ports.passwords.verify(current, hash).await?
                }
            };
            if known != Verdict::Wrong {
                return Ok(());
            }
            verdict = Some(known);
            let entry = audit(ports, visiting, who, self.failed, self.about.clone())?;
            let changes = passed.counted(Changes::default().audited(entry));
            if let Next::Done(_) = attempts.commit(changes).await? {
                return Err(Refusal::WrongPassword.into());
            }
        }
    }
}
