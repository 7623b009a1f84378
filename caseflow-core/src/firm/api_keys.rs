//! Keys of the firm's API.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::{Origin, Staff};
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::id::ApiKeyId;
use crate::domain::secret::Secret;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::write::{Attempts, Next};

/// Makes a key. The secret is shown this once: only its hash is kept.
///
/// # Errors
/// [`Error::NoVaultGrant`] for a key that opens vaults, when the asker may not open them.
pub async fn create(
    ports: &Ports,
    staff: &Staff,
    origin: Origin,
    name: Line<120>,
    scope: Scope,
    expires_at: Option<Timestamp>,
) -> Result<(ApiKeyId, Secret), Error> {
    if scope == Scope::Vault && !staff.vault {
        return Err(Error::NoVaultGrant);
    }
    let secret = ports.new_secret();
    let key = ApiKey {
        id: ports.new_id(),
        name,
        token: secret.hash(),
        scope,
        created_at: ports.now(),
        expires_at,
        revoked_at: None,
    };
    let call = Call {
        staff: staff.clone(),
        origin,
        idempotency: None,
    };
    let mut attempts = Attempts::new(ports, staff.firm);
    loop {
        let changes = Changes::default()
            .with(Change::ApiKey(Write::Insert(key.clone())))
            .audited(call.audit(ports, AuditAction::ApiKeyCreated, [key.id.into()]));
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok((key.id, secret));
        }
    }
}

/// The firm's keys, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(ports: &Ports, staff: &Staff) -> Result<Vec<Versioned<ApiKey>>, Error> {
    Ok(ports.store.api_keys(staff.firm).await?)
}

/// Revokes a key at once. Revoking it again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn revoke(
    ports: &Ports,
    call: &Call,
    id: ApiKeyId,
    expected: Option<Version>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = ports
            .store
            .api_key(call.staff.firm, id)
            .await?
            .ok_or(Error::NotFound)?;
        check_version(&old, expected)?;
        if old.value.revoked_at.is_some() {
            return Ok(Reply {
                id: id.into(),
                version: old.version,
            });
        }
        let revoked = ApiKey {
            revoked_at: Some(ports.now()),
            ..old.value.clone()
        };
        let changes = Changes::default()
            .with(Change::ApiKey(old.update(revoked)))
            .audited(call.audit(ports, AuditAction::ApiKeyRevoked, [id.into()]));
        let reply = Reply {
            id: id.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Who comes with this key, if it works and may do what is wanted.
///
/// # Errors
/// [`Error::SignedOut`] when the key is unknown, expired or revoked; [`Error::ReadOnly`] when it may
/// only read and `wanted` is to write.
pub async fn identify(ports: &Ports, secret: &Secret, wanted: Scope) -> Result<Staff, Error> {
    let found = ports.store.key_by_token(secret.hash()).await?;
    let (firm, key) = found.ok_or(Error::SignedOut)?;
    if !key.is_live(ports.now()) {
        return Err(Error::SignedOut);
    }
    if key.scope < wanted {
        return Err(Error::ReadOnly);
    }
    Ok(key.staff(firm))
}
