//! Signed copies: a signature's pages are made and sealed once (R-SIG-4, R-SIG-5), at once by who
//! signs or later by upkeep.

use crate::Ports;
use crate::collect;
use crate::domain::activity::ActivityKind;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes};
use crate::domain::contract::{Contract, ContractState, SentVersion, SignedCopy};
use crate::domain::file::{FileRef, StoredFile};
use crate::domain::id::{ContractId, FirmId, Subject};
use crate::domain::mail::MailTopic;
use crate::domain::signature::{Evidence, Signature};
use crate::error::Error;
use crate::paper::{Certifying, Paper};
use crate::ports::sealer::{SealRequest, Sealed};
use crate::ports::store::ContractCard;
use crate::tell;
use crate::write::{Attempts, Next};

/// Makes and seals the signed copy of a contract that waits for it, keeps it, and tells the signer.
/// Nothing is done when it was before, or none is to be made: of any number of workers at once, one
/// file is kept.
///
/// # Errors
/// When the renderer, the sealer or the store fails; the contract waits as before.
pub(crate) async fn seal(ports: &Ports, firm: FirmId, id: ContractId) -> Result<(), Error> {
    let mut attempts = Attempts::new(ports, firm);
    loop {
        let card = ports.store.contract_card(firm, id).await?;
        let Some(changes) = sealed(ports, card).await? else {
            return Ok(());
        };
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(());
        }
    }
}

/// What sealing this contract writes, if it waits for that.
async fn sealed(ports: &Ports, card: Option<ContractCard>) -> Result<Option<Changes>, Error> {
    let Some(card) = card else {
        return Ok(None);
    };
    let old = &card.contract.contract;
    let (Some(version), Some((signature, evidence))) = (pending(&old.value), signed(&card)) else {
        return Ok(None);
    };
    let pages = pages(ports, &card, version, signature, evidence).await?;
    let request = request(&old.value, signature, pages);
    let sealed = ports.sealer.seal(request).await?;
    let entry = audit(ports, &old.value, &sealed);
    let (file, copy) = keep(ports, sealed);
    let Some(contract) = old.value.clone().sealed(copy) else {
        return Ok(None);
    };
    Ok(Some(
        Changes::default()
            .with(Change::File(file))
            .with(Change::Contract(old.update(contract)))
            .audited(entry)
            .mailed(tell::mail(
                ports,
                evidence.contact,
                MailTopic::ContractSealed(old.value.id),
            )),
    ))
}

/// The version whose signed copy is to be made.
fn pending(contract: &Contract) -> Option<&SentVersion> {
    match &contract.state {
        ContractState::Signed {
            version,
            copy: SignedCopy::Pending { .. },
            ..
        } => Some(version),
        _ => None,
    }
}

fn signed(card: &ContractCard) -> Option<(&Signature, &Evidence)> {
    let signature = card.contract.signature.as_ref()?;
    Some((signature, signature.evidence()?))
}

async fn pages(
    ports: &Ports,
    card: &ContractCard,
    version: &SentVersion,
    signature: &Signature,
    evidence: &Evidence,
) -> Result<Vec<u8>, Error> {
    let certifying = Certifying {
        shown: signature.shown,
        at: signature.at,
        evidence,
    };
    let contract = &card.contract.contract.value;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.signed(ports, contract, version, certifying).await
}

fn request(contract: &Contract, signature: &Signature, pdf: Vec<u8>) -> SealRequest {
    let document = contract.id.to_string();
    SealRequest {
        pdf,
        reason: collect::shortened_to(&format!("Signed copy of contract {document}")),
        document: collect::shortened_to(&document),
        signed_at: signature.at,
    }
}

fn keep(ports: &Ports, sealed: Sealed) -> (StoredFile, SignedCopy) {
    let file = StoredFile::new(sealed.bytes);
    let copy = SignedCopy::Sealed {
        file: file.reference(),
        level: sealed.level,
        certificate: sealed.certificate,
        at: ports.now(),
    };
    (file, copy)
}

/// The row names the file and the certificate: who has the log knows what the copy has to be.
fn audit(ports: &Ports, contract: &Contract, sealed: &Sealed) -> AuditEntry {
    let file = FileRef {
        sha256: sealed.sha256,
        size: sealed.bytes.len() as u64,
    };
    let mut entry = collect::by_system(ports, AuditAction::ContractSealed, about(contract));
    entry.facts = vec![
        ("sha256", file.hex()),
        ("level", sealed.level.code().to_owned()),
    ];
    let certificate = sealed.certificate;
    entry
        .facts
        .extend(certificate.map(|it| ("certificate", it.to_string())));
    entry
}

/// What every audit row about a contract is about.
pub(crate) fn about(contract: &Contract) -> [Subject; 2] {
    [contract.id.into(), contract.client.into()]
}

/// A line for the client's feed.
pub(crate) fn happened(ports: &Ports, kind: ActivityKind, contract: &Contract) -> Change {
    tell::feed(ports, contract.client, kind, contract.id, None)
}
