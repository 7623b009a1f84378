//! Putting something into a vault, replacing it, and taking it out.

use super::{granted_item, granted_vault, hand};
use crate::Ports;
use crate::domain::activity::ActivityKind;
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::id::{ClientId, FirmId, VaultItemId};
use crate::domain::readers::Readers;
use crate::domain::text::{Line, Prose};
use crate::domain::vault::{
    Content, Details, ItemVersion, Sealed, SealedBody, SecretText, SignIn, VaultItem,
};
use crate::error::{Error, Refusal};
use crate::filing;
use crate::firm::{Call, Writing, begin, check_readers, check_version};
use crate::intake::Upload;
use crate::tell;
use crate::vault::Sealing;

const NO_CLIENT: Refusal = Refusal::NoSuchReference("client");

/// A file for a vault.
#[derive(Debug)]
pub struct FileInput<'a> {
    /// What staff say about it.
    pub description: Option<Prose<4000>>,
    /// Its name and its bytes.
    pub upload: Upload<'a>,
}

/// A short secret for a vault.
#[derive(Debug, PartialEq, Eq)]
pub struct SecretInput {
    /// What it is called.
    pub name: Line<200>,
    /// What staff say about it.
    pub description: Option<Prose<4000>>,
    /// The secret.
    pub secret: ShortSecret,
}

/// A secret that is no file.
#[derive(Debug, PartialEq, Eq)]
pub enum ShortSecret {
    /// Data to sign in somewhere.
    SignIn(SignIn),
    /// Something else.
    Note(SecretText),
}

/// Seals a file into a client's vault while it comes: it is not in memory whole, and nowhere in the
/// clear.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::VaultUnavailable`], and then nothing was stored; a [`Refusal`]
/// when the client or a reader does not exist, or the file is too large or did not come whole.
pub async fn add_file(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    readers: Readers,
    input: FileInput<'_>,
) -> Result<Reply, Error> {
    add(ports, call, client, readers, Filling::File(input)).await
}

/// Seals a short secret into a client's vault.
///
/// # Errors
/// As [`add_file`].
pub async fn add_secret(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    readers: Readers,
    input: SecretInput,
) -> Result<Reply, Error> {
    add(ports, call, client, readers, Filling::Secret(input)).await
}

/// Puts a file in the place of what an item holds: a new version, sealed by a key of its own. The
/// version before it is gone with its key.
///
/// # Errors
/// As [`add_file`]; also [`Error::NotFound`] and [`Error::Stale`], the latter too when somebody else
/// replaced it meanwhile.
pub async fn replace_file(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
    expected: Option<Version>,
    input: FileInput<'_>,
) -> Result<Reply, Error> {
    replace(ports, call, id, expected, Filling::File(input)).await
}

/// Puts a short secret in the place of what an item holds.
///
/// # Errors
/// As [`replace_file`].
pub async fn replace_secret(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
    expected: Option<Version>,
    input: SecretInput,
) -> Result<Reply, Error> {
    replace(ports, call, id, expected, Filling::Secret(input)).await
}

/// Says for which contacts an item is there.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::NotFound`]; [`Error::Stale`]; a [`Refusal`] when a reader does not
/// exist.
pub async fn set_readers(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
    expected: Option<Version>,
    readers: Readers,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    let first = granted_item(ports, call, id).await?;
    let client = granted_vault(ports, call, first.value.client).await?;
    check_readers(&client.ok_or(NO_CLIENT)?, &readers)?;
    loop {
        let old = granted_item(ports, call, id).await?;
        check_version(&old, expected)?;
        let action = AuditAction::VaultItemChanged;
        let mut entry = hand(call).on_item(ports, action, old.value.client, id);
        entry.facts = vec![("readers", names(&readers))];
        let item = VaultItem {
            readers: readers.clone(),
            ..old.value.clone()
        };
        let changes = Changes::default()
            .with(Change::VaultItem(old.update(item)))
            .audited(entry);
        let reply = next(&old);
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Takes an item out: the record goes and with it the only copy of its key, then the sealed bytes,
/// which nobody can open any more.
///
/// # Errors
/// [`Error::NoVaultGrant`]; [`Error::NotFound`]; [`Error::Stale`].
pub async fn remove(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = granted_item(ports, call, id).await?;
        check_version(&old, expected)?;
        let client = old.value.client;
        let removed = Change::RemoveVaultItem {
            id,
            client,
            read: old.version,
        };
        let action = AuditAction::VaultItemRemoved;
        let entry = hand(call).on_opened(ports, action, &old.value);
        let changes = Changes::default().with(removed).audited(entry);
        if let Some(reply) = writing.commit(changes, next(&old)).await? {
            release(ports, call.staff.firm, old.value.sealed.body).await;
            return Ok(reply);
        }
    }
}

/// What an item is filled with.
enum Filling<'a> {
    File(FileInput<'a>),
    Secret(SecretInput),
}

impl Filling<'_> {
    async fn sealed(
        self,
        ports: &Ports,
        number: u64,
        version: ItemVersion,
    ) -> Result<Sealed, Error> {
        let sealing = Sealing::begin(ports, number, version).await?;
        let (details, body) = match self {
            Self::Secret(input) => (input.details(), None),
            Self::File(input) => {
                let file = sealing.file(input.upload).await?;
                let details = Details {
                    name: Line::parse(file.name.as_str()).unwrap_or_else(|_| Line::dash()),
                    description: input.description,
                    content: Content::File(file.facts),
                };
                (details, Some(file.body))
            }
        };
        sealing.seal(&details, body, ports.now())
    }
}

impl SecretInput {
    fn details(self) -> Details {
        Details {
            name: self.name,
            description: self.description,
            content: match self.secret {
                ShortSecret::SignIn(sign_in) => Content::SignIn(sign_in),
                ShortSecret::Note(note) => Content::Note(note),
            },
        }
    }
}

async fn add(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    readers: Readers,
    filling: Filling<'_>,
) -> Result<Reply, Error> {
    let writing = begin!(ports, call);
    let known = granted_vault(ports, call, client).await?;
    check_readers(&known.ok_or(NO_CLIENT)?, &readers)?;
    let (id, firm) = (ports.new_id(), call.staff.firm);
    let version = ItemVersion::new(firm, client, id, 1);
    let sealed = filling.sealed(ports, 1, version).await?;
    let item = VaultItem {
        id,
        client,
        readers,
        added_at: sealed.at,
        sealed,
    };
    let body = item.sealed.body;
    let outcome = commit_new(writing, item).await;
    settle(ports, firm, body, &outcome).await;
    outcome
}

async fn commit_new(mut writing: Writing<'_>, item: VaultItem) -> Result<Reply, Error> {
    let (ports, call) = (writing.ports, writing.call);
    let reply = Reply {
        id: item.id.into(),
        version: Version::FIRST,
    };
    loop {
        let entry = hand(call).on_opened(ports, AuditAction::VaultItemAdded, &item);
        let kind = ActivityKind::VaultItemAdded;
        let changes = Changes::default()
            .with(Change::VaultItem(Write::Insert(item.clone())))
            .with(tell::feed(ports, item.client, kind, item.id, None))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

async fn replace(
    ports: &Ports,
    call: &Call,
    id: VaultItemId,
    expected: Option<Version>,
    filling: Filling<'_>,
) -> Result<Reply, Error> {
    let writing = begin!(ports, call);
    let old = granted_item(ports, call, id).await?;
    check_version(&old, expected)?;
    let firm = call.staff.firm;
    let number = old.value.sealed.version + 1;
    let version = ItemVersion::new(firm, old.value.client, id, number);
    let sealed = filling.sealed(ports, number, version).await?;
    let (before, body) = (old.value.sealed.body, sealed.body);
    let outcome = commit_version(writing, old, expected, &sealed).await;
    settle(ports, firm, body, &outcome).await;
    if outcome.is_ok() {
        release(ports, firm, before).await;
    }
    outcome
}

async fn commit_version(
    mut writing: Writing<'_>,
    mut old: Versioned<VaultItem>,
    expected: Option<Version>,
    sealed: &Sealed,
) -> Result<Reply, Error> {
    let (ports, call, id) = (writing.ports, writing.call, old.value.id);
    loop {
        let item = VaultItem {
            sealed: sealed.clone(),
            ..old.value.clone()
        };
        let entry = hand(call).on_opened(ports, AuditAction::VaultItemChanged, &item);
        let kind = ActivityKind::VaultItemChanged;
        let changes = Changes::default()
            .with(Change::VaultItem(old.update(item)))
            .with(tell::feed(ports, old.value.client, kind, id, None))
            .audited(entry);
        if let Some(reply) = writing.commit(changes, next(&old)).await? {
            return Ok(reply);
        }
        // When readers or the envelope changed meanwhile, what was sealed is good all the same.
        let now = granted_item(ports, call, id).await?;
        old = same_version(now, &old, expected)?;
    }
}

/// The item as it is now, if what it holds is what it held.
fn same_version(
    now: Versioned<VaultItem>,
    old: &Versioned<VaultItem>,
    expected: Option<Version>,
) -> Result<Versioned<VaultItem>, Error> {
    check_version(&now, expected)?;
    let same = now.value.sealed.version == old.value.sealed.version;
    same.then_some(now).ok_or(Error::Stale)
}

/// As [`filing::settle`], for what has a body.
async fn settle<T>(
    ports: &Ports,
    firm: FirmId,
    body: Option<SealedBody>,
    outcome: &Result<T, Error>,
) {
    if let Some(SealedBody { blob, .. }) = body {
        filing::settle(ports, firm, blob, outcome).await;
    }
}

/// As [`filing::release`], for what has a body.
async fn release(ports: &Ports, firm: FirmId, body: Option<SealedBody>) {
    if let Some(SealedBody { blob, .. }) = body {
        filing::release(ports, firm, blob).await;
    }
}

/// Who may read, for the log: ids.
fn names(readers: &Readers) -> String {
    match readers {
        Readers::All => "all".to_owned(),
        Readers::Chosen(chosen) => {
            let ids = chosen.as_slice().iter().map(ToString::to_string);
            ids.collect::<Vec<_>>().join(" ")
        }
    }
}

fn next(old: &Versioned<VaultItem>) -> Reply {
    Reply {
        id: old.value.id.into(),
        version: old.version.next(),
    }
}
