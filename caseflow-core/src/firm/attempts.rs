//! Attempts of clients at paying online.

use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::attempt::Attempt;
use crate::domain::changes::Versioned;
use crate::domain::gateway::Merchant;
use crate::domain::id::AttemptId;
use crate::domain::page::Page;
use crate::error::Error;
use crate::ports::store::AttemptQuery;

/// The firm's attempts, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &AttemptQuery,
) -> Result<Page<Versioned<Attempt>, ()>, Error> {
    Ok(ports.store.attempts(staff.firm, query).await?)
}

/// One attempt.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such attempt.
pub async fn read(
    ports: &Ports,
    staff: &Staff,
    id: AttemptId,
) -> Result<Versioned<Attempt>, Error> {
    let file = ports.store.invoice(staff.firm, id.into()).await?;
    let mut attempts = file.into_iter().flat_map(|file| file.attempts);
    attempts
        .find(|attempt| attempt.value.id == id)
        .ok_or(Error::NotFound)
}

/// The accounts into which the firm takes money online, the one for new payments first; none when it
/// takes none. Whether their money is real, their [`mode`](Merchant::mode) says.
#[must_use]
pub fn merchants(ports: &Ports, staff: &Staff) -> Vec<Merchant> {
    let gateways = ports.gateways.of(staff.firm);
    let merchants = gateways.iter().map(|gateway| &gateway.profile().merchant);
    merchants.cloned().collect()
}
