//! The files of every contract, and the seals of signed copies.

use std::time::Duration;

use super::{Damage, Findings, compare, page};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::contract::{Contract, ContractState, SignedCopy};
use crate::domain::file::{FileRef, StoredFile};
use crate::domain::id::{ContractId, FirmId};
use crate::error::Error;
use crate::ports::sealer::{Seal, SealError, Verdict};
use crate::ports::store::ContractQuery;

/// How long to wait while the sealer has too much to do.
const PAUSE: Duration = Duration::from_millis(250);

/// Reads what every contract of the firm showed and its signed copy, compares them with their record,
/// and checks the copy's seal.
///
/// # Errors
/// When the store fails.
pub async fn contracts(ports: &Ports, staff: &Staff) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut query = ContractQuery {
        page: page(None),
        ..ContractQuery::default()
    };
    loop {
        let store = &ports.store;
        let found = store.contracts(staff.firm, ports.now(), &query).await?;
        for row in found.rows {
            if let Some(card) = store.contract_card(staff.firm, row.id).await? {
                let contract = &card.contract.contract.value;
                check(ports, staff.firm, contract, &mut findings).await?;
            }
        }
        if found.next.is_none() {
            return Ok(findings);
        }
        query.page.after = found.next;
    }
}

async fn check(
    ports: &Ports,
    firm: FirmId,
    contract: &Contract,
    findings: &mut Findings,
) -> Result<(), Error> {
    let Some(version) = contract.version() else {
        return Ok(());
    };
    let number = version.number.into();
    let shown = stored(ports, firm, version.shown).await?;
    findings.note(contract.id, number, shown.map(drop));
    if let Some(copy) = sealed_copy(contract) {
        let checked = match stored(ports, firm, copy).await? {
            Ok(file) => check_seal(ports, contract.id, file.into_bytes()).await,
            Err(damage) => Err(damage),
        };
        findings.note(contract.id, number, checked);
    }
    Ok(())
}

const fn sealed_copy(contract: &Contract) -> Option<FileRef> {
    match contract.state {
        ContractState::Signed {
            copy: SignedCopy::Sealed { file, .. },
            ..
        } => Some(file),
        _ => None,
    }
}

async fn stored(
    ports: &Ports,
    firm: FirmId,
    expected: FileRef,
) -> Result<Result<StoredFile, Damage>, Error> {
    let Some(file) = ports.store.file(firm, expected.sha256).await? else {
        return Ok(Err(Damage::Missing));
    };
    Ok(compare(file.reference(), expected).map(|()| file))
}

async fn check_seal(ports: &Ports, id: ContractId, file: Vec<u8>) -> Result<(), Damage> {
    loop {
        return match ports.sealer.check(file.clone()).await {
            Ok(Verdict::Ours(seal)) if names(&seal, id) => Ok(()),
            Ok(verdict) => Err(Damage::Seal(Box::new(verdict))),
            Err(SealError::Busy) => {
                ports.clock.sleep(PAUSE).await;
                continue;
            }
            Err(error) => Err(Damage::NotChecked(error)),
        };
    }
}

fn names(seal: &Seal, id: ContractId) -> bool {
    let document = seal.document.as_ref();
    document.is_some_and(|document| document.as_str() == id.to_string())
}
