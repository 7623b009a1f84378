//! Contracts: drafting, sending, taking back, recording what was signed on paper (R-SIG).
//!
//! No verb here signs for a client, or hands out a way to (D18): what staff record of a signature
//! on paper is marked as that, and gets no seal.

use chrono::NaiveDate;

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::{Section, Staff};
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::contract::{Contract, ContractBody, ContractError, ContractTerms};
use crate::domain::file::{FileRef, StoredFile};
use crate::domain::id::{ClientId, ContractId};
use crate::domain::mail::MailTopic;
use crate::domain::page::Page;
use crate::domain::rich_text::RichText;
use crate::domain::signature::{PaperSignature, Signature, SignedBy};
use crate::domain::text::{Line, PersonName, Prose};
use crate::error::{Error, FileRefusal, Refusal};
use crate::paper::{self, ContractCopies, KeptFile, Paper};
use crate::ports::store::{ClientFile, ContractCard, ContractFile, ContractQuery, ContractRow};
use crate::sealing::{about, happened};
use crate::tell;

/// The most bytes of a file that can be sent to be signed.
pub const MOST: usize = 10 * 1024 * 1024;

/// The firm's contracts, with the statuses of this moment.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ports: &Ports,
    staff: &Staff,
    query: &ContractQuery,
) -> Result<Page<ContractRow, ()>, Error> {
    Ok(ports
        .store
        .contracts(staff.firm, ports.now(), query)
        .await?)
}

/// One contract with what was recorded of its signature.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such contract.
pub async fn read(ports: &Ports, staff: &Staff, id: ContractId) -> Result<ContractFile, Error> {
    card(ports, staff, id).await.map(|card| card.contract)
}

/// One of a contract's files, the same bytes each time. The original of what was never sent is how
/// it would be sent now.
///
/// # Errors
/// [`Error::NotFound`] when there is no such file, as of a copy that is being sealed; for a draft as
/// [`send`].
pub async fn file(
    ports: &Ports,
    staff: &Staff,
    id: ContractId,
    which: ContractCopies,
) -> Result<KeptFile, Error> {
    let card = card(ports, staff, id).await?;
    let contract = &card.contract.contract.value;
    if contract.version().is_some() || which == ContractCopies::Signed {
        return paper::kept(ports, staff.firm, contract, which).await;
    }
    let file = match &contract.terms.body {
        ContractBody::Upload(file) => paper::stored(ports, staff.firm, *file).await?,
        ContractBody::Text(text) => print(ports, &card, text, 1).await?,
    };
    Ok(KeptFile {
        name: format!("contract-{id}-draft.pdf"),
        title: contract.terms.title.to_string(),
        file,
    })
}

/// What staff say of a contract, besides what it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractInput {
    /// Its title.
    pub title: Line<200>,
    /// The last day on which it can be signed, in full, in the firm's zone.
    pub sign_by: Option<NaiveDate>,
    /// The matter it belongs to.
    pub matter: Option<Line<120>>,
    /// A note that no contact ever sees.
    pub internal_note: Option<Prose<4000>>,
}

/// What a contract says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyInput {
    /// This text.
    Text(RichText),
    /// This PDF file of at most [`MOST`] bytes.
    Upload(Vec<u8>),
}

/// Makes a draft. A file is tried out: what could not be signed whole is refused now.
///
/// # Errors
/// A [`Refusal`] when the client does not exist, or the file cannot be signed.
pub async fn draft(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    input: ContractInput,
    body: BodyInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let firm = call.staff.firm;
    let known = ports.store.client(firm, client).await?;
    let known = known.ok_or(Refusal::NoSuchReference("client"))?;
    let (body, file) = taken(ports, call, &known, &input, body).await?;
    let terms = terms(input, body);
    let contract = Contract::draft(ports.new_id(), client, terms, ports.now());
    let reply = Reply {
        id: contract.id.into(),
        version: Version::FIRST,
    };
    loop {
        let changes = storing(file.clone())
            .with(Change::Contract(Write::Insert(contract.clone())))
            .audited(call.audit(ports, AuditAction::ContractDrafted, about(&contract)));
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Replaces what a contract says that is not signed; without a body that stays. What was sent is
/// taken back with that, until it is [sent](send) again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is signed or the file cannot be.
pub async fn revise(
    ports: &Ports,
    call: &Call,
    id: ContractId,
    expected: Option<Version>,
    input: ContractInput,
    body: Option<BodyInput>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let card = card(ports, &call.staff, id).await?;
    let (body, file) = match body {
        Some(body) => {
            let (body, file) = taken(ports, call, &card.client, &input, body).await?;
            (Some(body), file)
        }
        None => (None, None),
    };
    loop {
        let old = read(ports, &call.staff, id).await?.contract;
        check_version(&old, expected)?;
        let body = body.clone().unwrap_or_else(|| old.value.terms.body.clone());
        let terms = terms(input.clone(), body);
        let (today, now) = (card.firm.today(ports.now()), ports.now());
        let contract = old.value.clone().revise(terms, today, now)?;
        let entry = call.audit(ports, AuditAction::ContractChanged, about(&contract));
        let changes = storing(file.clone())
            .with(Change::Contract(old.update(contract)))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply(&old)).await? {
            return Ok(reply);
        }
    }
}

/// Sends a contract to be signed, or sends it once more: contacts who get mail about contracts are
/// told. What they will read is laid out now, in the language of the client's primary contact, and
/// kept: these bytes are what is signed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is signed, was to be signed
/// before today, or is too long to be printed; [`Error::Busy`] when too many documents are being
/// made.
pub async fn send(
    ports: &Ports,
    call: &Call,
    id: ContractId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let card = card(ports, &call.staff, id).await?;
        let old = &card.contract.contract;
        check_version(old, expected)?;
        let (shown, file) = shown(ports, &card).await?;
        let now = ports.now();
        let contract = old.value.clone().send(shown, card.firm.today(now), now)?;
        let mut entry = call.audit(ports, AuditAction::ContractSent, about(&contract));
        entry.facts = sent_facts(&contract);
        let told = happened(ports, ActivityKind::ContractSent, &contract);
        let mut changes = storing(file)
            .with(Change::Contract(old.update(contract)))
            .with(told)
            .audited(entry);
        let topic = MailTopic::ContractSent(id);
        changes.mail = tell::readers(ports, &card.firm, &card.client, Section::Contracts, &topic);
        if let Some(reply) = writing.commit(changes, reply(old)).await? {
            return Ok(reply);
        }
    }
}

/// Takes back what waits for a signature.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is not sent.
pub async fn withdraw(
    ports: &Ports,
    call: &Call,
    id: ContractId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let card = card(ports, &call.staff, id).await?;
        let old = &card.contract.contract;
        check_version(old, expected)?;
        let now = ports.now();
        let contract = old.value.clone().withdraw(card.firm.today(now), now)?;
        let entry = call.audit(ports, AuditAction::ContractWithdrawn, about(&contract));
        let told = happened(ports, ActivityKind::ContractWithdrawn, &contract);
        let changes = Changes::default()
            .with(Change::Contract(old.update(contract)))
            .with(told)
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply(old)).await? {
            return Ok(reply);
        }
    }
}

/// What staff say of a signature on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperInput {
    /// Who signed, as staff read it.
    pub name: PersonName,
    /// The day on the paper.
    pub signed_on: NaiveDate,
    /// Where the paper is, or what else is to be said.
    pub note: Option<Line<200>>,
}

/// Takes down that what was sent was signed on paper, also after its last day. It is marked as that
/// wherever it is shown, and no copy is sealed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when it is not sent or the day is still
/// to come.
pub async fn sign_on_paper(
    ports: &Ports,
    call: &Call,
    id: ContractId,
    expected: Option<Version>,
    input: PaperInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let card = card(ports, &call.staff, id).await?;
        let old = &card.contract.contract;
        check_version(old, expected)?;
        let now = ports.now();
        let today = card.firm.today(now);
        if input.signed_on > today {
            return Err(ContractError::SignedLater.into());
        }
        let contract = old.value.clone().sign_on_paper(today, now)?;
        let changes = paper_changes(ports, call, old, contract, &input);
        if let Some(reply) = writing.commit(changes, reply(old)).await? {
            return Ok(reply);
        }
    }
}

fn paper_changes(
    ports: &Ports,
    call: &Call,
    old: &Versioned<Contract>,
    contract: Contract,
    input: &PaperInput,
) -> Changes {
    let mut entry = call.audit(ports, AuditAction::ContractSigned, about(&contract));
    entry.facts = vec![
        ("on_paper", input.signed_on.to_string()),
        ("name", input.name.to_string()),
    ];
    let told = happened(ports, ActivityKind::ContractSigned, &contract);
    let signature = contract.version().map(|version| Signature {
        contract: contract.id,
        client: contract.client,
        version: version.number,
        shown: version.shown.sha256,
        at: contract.signed_at().unwrap_or_else(|| ports.now()),
        by: SignedBy::Paper(PaperSignature {
            name: input.name.clone(),
            signed_on: input.signed_on,
            recorded_by: call.staff.name.clone(),
            note: input.note.clone(),
        }),
    });
    let mut changes = Changes::default().with(Change::Contract(old.update(contract)));
    changes.changes.extend(signature.map(Change::Signature));
    changes.with(told).audited(entry)
}

async fn card(ports: &Ports, staff: &Staff, id: ContractId) -> Result<ContractCard, Error> {
    let card = ports.store.contract_card(staff.firm, id).await?;
    card.ok_or(Error::NotFound)
}

fn reply(old: &Versioned<Contract>) -> Reply {
    Reply {
        id: old.value.id.into(),
        version: old.version.next(),
    }
}

fn terms(input: ContractInput, body: ContractBody) -> ContractTerms {
    ContractTerms {
        title: input.title,
        body,
        sign_by: input.sign_by,
        matter: input.matter,
        internal_note: input.internal_note,
    }
}

/// What a contract will say, and the file that is to be stored for it.
async fn taken(
    ports: &Ports,
    call: &Call,
    client: &ClientFile,
    input: &ContractInput,
    body: BodyInput,
) -> Result<(ContractBody, Option<StoredFile>), Error> {
    let bytes = match body {
        BodyInput::Text(text) => return Ok((ContractBody::Text(text), None)),
        BodyInput::Upload(bytes) => bytes,
    };
    if bytes.len() > MOST {
        return Err(FileRefusal::TooLarge { most: MOST as u64 }.into());
    }
    let firm = ports.store.firm(call.staff.firm).await?;
    let firm = firm.ok_or(Error::NotFound)?.value;
    let file = StoredFile::new(bytes);
    let paper = Paper::for_client(&firm, client);
    let tried = paper.try_out(ports, input.title.as_str(), file.clone());
    tried.await?;
    Ok((ContractBody::Upload(file.reference()), Some(file)))
}

fn storing(file: Option<StoredFile>) -> Changes {
    let mut changes = Changes::default();
    changes.changes.extend(file.map(Change::File));
    changes
}

/// The file that the client will read, and its bytes when they are not stored yet. A text that is
/// printed as it was before is the same version still.
async fn shown(ports: &Ports, card: &ContractCard) -> Result<(FileRef, Option<StoredFile>), Error> {
    let contract = &card.contract.contract.value;
    let text = match &contract.terms.body {
        ContractBody::Upload(file) => return Ok((*file, None)),
        ContractBody::Text(text) => text,
    };
    if let Some(before) = contract.version() {
        let again = print(ports, card, text, before.number).await?;
        if again.reference() == before.shown {
            return Ok((before.shown, None));
        }
    }
    let file = print(ports, card, text, contract.next_version()).await?;
    Ok((file.reference(), Some(file)))
}

async fn print(
    ports: &Ports,
    card: &ContractCard,
    text: &RichText,
    number: u32,
) -> Result<StoredFile, Error> {
    let contract = &card.contract.contract.value;
    let paper = Paper::for_client(&card.firm, &card.client);
    paper.contract(ports, contract, text, number).await
}

fn sent_facts(contract: &Contract) -> Vec<(&'static str, String)> {
    let version = contract.version().into_iter();
    let facts = version.flat_map(|version| {
        [
            ("version", version.number.to_string()),
            ("sha256", version.shown.hex()),
        ]
    });
    facts.collect()
}
