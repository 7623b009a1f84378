//! Checking a file that somebody has: whether it is a signed copy of ours, unaltered (R-SIG-6).

use crate::Ports;
use crate::domain::firm::Firm;
use crate::domain::id::FirmId;
use crate::error::{Error, FileRefusal};
use crate::ports::sealer::Verdict;

/// The most bytes of a file that is checked: twice the most of one that is signed, for what the
/// certificate and the seal add to it.
pub const MOST: usize = 20 * 1024 * 1024;

/// A file, and what it was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The firm on whose page it was checked.
    pub firm: Firm,
    /// What the file is.
    pub verdict: Verdict,
}

/// Says what a file is. Nobody has to be signed in, and nothing of the file is kept.
///
/// # Errors
/// [`Error::NotFound`] when there is no such firm; a [`Refusal`](crate::error::Refusal) when the
/// file is too large; [`Error::Busy`] when too many files are being checked.
pub async fn verify(ports: &Ports, firm: FirmId, file: Vec<u8>) -> Result<Checked, Error> {
    if file.len() > MOST {
        return Err(FileRefusal::TooLarge { most: MOST as u64 }.into());
    }
    let firm = super::house(ports, firm).await?;
    let verdict = ports.sealer.check(file).await?;
    Ok(Checked { firm, verdict })
}
