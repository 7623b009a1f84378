//! A client's contracts: reading, signing, declining (R-SIG).

use super::{Visited, Visiting, admit_to, audit, in_person, visit};
use crate::Ports;
use crate::domain::access::{ContactSession, Section};
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Versioned};
use crate::domain::client::Contact;
use crate::domain::contract::{Contract, ContractError, Declined, Done};
use crate::domain::id::ContractId;
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::page::{Page, PageQuery, WaitingFirst};
use crate::domain::seal::Fingerprint;
use crate::domain::signature::{
    AuthMethod, Authentication, Evidence, SIGNING_TERMS, Signature, SignedBy,
};
use crate::domain::text::{Line, PersonName, Prose};
use crate::error::Error;
use crate::paper::{self, ContractCopies, KeptFile};
use crate::ports::store::{ContractFile, ContractRow};
use crate::sealing::{self, about, happened};
use crate::tell;
use crate::write::{Attempts, Next};

/// The client's contracts: those that wait for a signature, then the others. Drafts are never among
/// them.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when contracts are closed to the contact.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    page: &PageQuery<WaitingFirst>,
) -> Result<Visited<Page<ContractRow, WaitingFirst>>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_contracts(visit, page).await?;
    admit_to(ports, visit, Section::Contracts, found).await
}

/// One contract with its signature. The first look at what was sent is put on record; a look that
/// cannot be recorded is still a look, and the next one is tried again.
///
/// What stands in its terms was sent as long as it waits for a signature, and when it is signed.
/// Otherwise staff may have revised it since: only its [file](file()) is what the client got.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the client has no such contract, it is a draft, or
/// contracts are closed to the contact.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    id: ContractId,
) -> Result<Visited<ContractFile>, Error> {
    let mut found = load(ports, visiting, id).await?;
    let old = &found.page.contract;
    let Some(viewed) = old.value.clone().viewed(ports.now()) else {
        return Ok(found);
    };
    let action = AuditAction::ContractViewed;
    let Ok(entry) = audit(ports, visiting, &found.who, action, about(&viewed)) else {
        // Staff who look are not the contact, who may not have looked yet.
        return Ok(found);
    };
    let changes = Changes::default()
        .with(Change::Contract(old.update(viewed.clone())))
        .audited(entry);
    if ports.store.commit(visiting.firm, changes).await.is_ok() {
        found.page.contract = Versioned {
            version: old.version.next(),
            value: viewed,
        };
    }
    Ok(found)
}

/// One of a contract's files, the same bytes each time.
///
/// # Errors
/// As [`read`]; also [`Error::NotFound`] when there is no such file, as of a copy that is being
/// sealed.
pub async fn file(
    ports: &Ports,
    visiting: &Visiting,
    id: ContractId,
    which: ContractCopies,
) -> Result<KeptFile, Error> {
    let found = load(ports, visiting, id).await?;
    let contract = &found.page.contract.value;
    paper::kept(ports, visiting.firm, contract, which).await
}

/// What a contact says who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The SHA-256 of the file that was shown.
    pub shown: [u8; 32],
    /// The name as it was typed.
    pub typed: PersonName,
    /// The version of the [terms](SIGNING_TERMS) of electronic signature that was accepted, if any
    /// was.
    pub accepts: Option<Line<20>>,
    /// The zone that the browser says it is in.
    pub time_zone: Option<Line<64>>,
}

/// Signs a contract: the signature with all that is recorded of it, and the notice to the firm, are
/// one commit. Signing once more changes nothing and is no error (R-SIG-4). Answers the contract as
/// it stands then.
///
/// The signed copy is made at once. Should that fail, the contract is signed all the same and its
/// copy is made by [upkeep](crate::upkeep::sealing).
///
/// # Errors
/// As [`read`]; a [`Refusal`](crate::error::Refusal) when the contract says something else by now,
/// cannot be signed any more, or the terms that are in force were not accepted.
pub async fn sign(
    ports: &Ports,
    visiting: &Visiting,
    id: ContractId,
    signing: &Signing,
) -> Result<Visited<ContractFile>, Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    let signed = loop {
        let Visited { who, page } = load(ports, visiting, id).await?;
        in_person(&who)?;
        let Some(signed) = signed(ports, visiting, &who, &page.contract, signing)? else {
            return Ok(Visited { who, page });
        };
        let changes = signing_changes(ports, visiting, &who, &page.contract, &signed)?;
        if let Next::Done(_) = attempts.commit(changes).await? {
            break Visited { who, page: signed };
        }
    };
    // It is signed: what goes wrong from here on is mended by upkeep.
    drop(sealing::seal(ports, visiting.firm, id).await);
    Ok(load(ports, visiting, id).await.unwrap_or(signed))
}

/// What a contact says who will not sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declining {
    /// The SHA-256 of the file that was shown.
    pub shown: [u8; 32],
    /// Why, if the contact says so.
    pub reason: Option<Prose<1000>>,
}

/// Declines a contract; the firm is told. Declining once more changes nothing and is no error.
/// Answers the contract as it stands then.
///
/// # Errors
/// As [`read`]; a [`Refusal`](crate::error::Refusal) when the contract says something else by now,
/// is signed, or cannot be signed any more.
pub async fn decline(
    ports: &Ports,
    visiting: &Visiting,
    id: ContractId,
    declining: &Declining,
) -> Result<Visited<ContractFile>, Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let Visited { who, page } = load(ports, visiting, id).await?;
        in_person(&who)?;
        let now = ports.now();
        let declined = Declined {
            by: who.contact().id,
            name: name(who.contact()),
            reason: declining.reason.clone(),
            origin: visiting.origin.clone(),
            at: now,
        };
        let (old, today) = (&page.contract, who.firm().today(now));
        let done = old.value.clone();
        let done = done.decline(declining.shown, declined, today)?;
        let Done::Now(contract) = done else {
            return Ok(Visited { who, page });
        };
        let changes = Changes::default()
            .with(Change::Contract(old.update(*contract.clone())))
            .with(happened(ports, ActivityKind::ContractDeclined, &contract))
            .audited(audit(
                ports,
                visiting,
                &who,
                AuditAction::ContractDeclined,
                about(&contract),
            )?)
            .mailed(notice(ports, &who, id));
        let page = ContractFile {
            contract: Versioned {
                version: old.version.next(),
                value: *contract,
            },
            signature: None,
        };
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(Visited { who, page });
        }
    }
}

async fn load(
    ports: &Ports,
    visiting: &Visiting,
    id: ContractId,
) -> Result<Visited<ContractFile>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.client_contract(visit, id).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Contracts, found).await?;
    page.map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}

/// The contract as it is once it is signed now; none when it was signed before.
fn signed(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    old: &Versioned<Contract>,
    signing: &Signing,
) -> Result<Option<ContractFile>, Error> {
    let now = ports.now();
    let done = old.value.clone();
    let done = done.sign(signing.shown, who.firm().today(now), now)?;
    let (Done::Now(contract), Some(version)) = (done, old.value.version()) else {
        return Ok(None);
    };
    let accepted = signing.accepts.as_ref();
    let terms = accepted.filter(|terms| terms.as_str() == SIGNING_TERMS);
    let terms = terms.ok_or(ContractError::TermsNotAccepted)?;
    let evidence = Evidence {
        contact: who.contact().id,
        contact_name: name(who.contact()),
        email: who.contact().email.clone(),
        typed: signing.typed.clone(),
        time_zone: signing.time_zone.clone(),
        origin: visiting.origin.clone(),
        session: who.session().map(|session| session.id),
        authenticated: authentication(who),
        terms: terms.clone(),
        sent_at: version.sent_at,
        viewed_at: old.value.viewed_at,
        consented_at: now,
    };
    Ok(Some(ContractFile {
        signature: Some(Signature {
            contract: contract.id,
            client: contract.client,
            version: version.number,
            shown: version.shown.sha256,
            at: now,
            by: SignedBy::Electronic(Box::new(evidence)),
        }),
        contract: Versioned {
            version: old.version.next(),
            value: *contract,
        },
    }))
}

fn signing_changes(
    ports: &Ports,
    visiting: &Visiting,
    who: &ContactSession,
    old: &Versioned<Contract>,
    signed: &ContractFile,
) -> Result<Changes, Error> {
    let contract = &signed.contract.value;
    let mut entry = audit(
        ports,
        visiting,
        who,
        AuditAction::ContractSigned,
        about(contract),
    )?;
    let mut changes = Changes::default().with(Change::Contract(old.update(contract.clone())));
    if let Some(signature) = &signed.signature {
        entry.facts = facts(signature);
        changes = changes.with(Change::Signature(signature.clone()));
    }
    Ok(changes
        .with(happened(ports, ActivityKind::ContractSigned, contract))
        .audited(entry)
        .mailed(notice(ports, who, contract.id)))
}

/// What the audit row says of a signature, beside who signed, when and from where.
fn facts(signature: &Signature) -> Vec<(&'static str, String)> {
    let shown = Fingerprint(signature.shown).to_string();
    let mut facts = vec![
        ("version", signature.version.to_string()),
        ("shown_sha256", shown),
        ("typed", signature.name().to_string()),
    ];
    let Some(evidence) = signature.evidence() else {
        return facts;
    };
    facts.extend([
        ("name", evidence.contact_name.to_string()),
        ("email", evidence.email.to_string()),
        ("terms", evidence.terms.to_string()),
        (
            "authenticated",
            evidence.authenticated.method.code().to_owned(),
        ),
        ("authenticated_at", evidence.authenticated.at.to_string()),
    ]);
    let session = evidence
        .session
        .map(|session| ("session", session.to_string()));
    let zone = evidence.time_zone.as_ref();
    facts.extend(session);
    facts.extend(zone.map(|zone| ("time_zone", zone.to_string())));
    facts
}

/// Who has a session has typed a password; who has none was vouched for.
fn authentication(who: &ContactSession) -> Authentication {
    Authentication {
        method: match who.session() {
            Some(_) => AuthMethod::Password,
            None => AuthMethod::Host,
        },
        at: who.authenticated_at(),
    }
}

/// To the firm: a contract was signed or declined.
fn notice(ports: &Ports, who: &ContactSession, id: ContractId) -> Mail {
    tell::mail(ports, who.contact().id, MailTopic::ContractNotice(id))
}

fn name(contact: &Contact) -> Line<201> {
    Line::parse(&contact.full_name()).unwrap_or_else(|_| Line::dash())
}
