//! The password once more, so that an archive may be taken.

use crate::Ports;
use crate::domain::access::Section;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes};
use crate::domain::password::Password;
use crate::domain::throttle::ThrottlePolicy;
use crate::error::Error;
use crate::portal::brakes::Brakes;
use crate::portal::proof::Proof;
use crate::portal::vault::{self, UNLOCK};
use crate::portal::{Visiting, audit, visitor};
use crate::write::{Attempts, Next};

/// Lets this session take archives for some minutes. To whom the vault is open, it opens too; tries
/// are counted together with those to open it.
///
/// # Errors
/// [`Error::SignedOut`]; [`Refusal::WrongPassword`](crate::error::Refusal::WrongPassword);
/// [`Error::Throttled`]; [`Error::Locked`] for whom the host vouches: the host has to have them sign in
/// again.
pub async fn prove(ports: &Ports, visiting: &Visiting, password: &Password) -> Result<(), Error> {
    let who = visitor(ports, visiting).await?;
    if who.may_open(Section::Vault) {
        return vault::unlock(ports, visiting, password).await;
    }
    let session = who.session().ok_or(Error::Locked)?.id;
    let contact = who.contact();
    let proof = Proof {
        brakes: Brakes::on_account(UNLOCK, &contact.email, ThrottlePolicy::ACCOUNT)
            .and(Brakes::on_address(UNLOCK, &visiting.origin)),
        failed: AuditAction::TakeOutProofFailed,
        about: vec![contact.id.into()],
    };
    proof.of(ports, visiting, &who, password).await?;
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let about = [contact.id.into()];
        let entry = audit(ports, visiting, &who, AuditAction::TakeOutProved, about)?;
        let at = ports.now();
        let changes = Changes::default()
            .with(Change::SessionProved { session, at })
            .with(Brakes::forget_account(UNLOCK, &contact.email))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}
