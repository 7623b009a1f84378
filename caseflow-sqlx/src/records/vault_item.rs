use caseflow_core::domain::id::BlobId;
use caseflow_core::domain::vault::{Envelope, KeyId, KeyName, Sealed, SealedBody, VaultItem};

use super::readers::{self, VAULT_READERS};
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

/// Bytes stand where texts would.
pub(crate) const VAULT_ITEMS: Table = Table {
    name: "caseflow_vault_items",
    key: &["id"],
    texts: &[
        "client_id",
        "readers",
        "envelope",
        "key_id",
        "details",
        "body_blob",
    ],
    numbers: &[
        "item_version",
        "key_version",
        "body_length",
        "sealed_at",
        "added_at",
    ],
    versioned: true,
};

/// An item and who may read it. Its bytes are read as texts, for it may come in one answer with other
/// records; its key is read from its envelope.
pub(crate) fn item_shape(alias: &str) -> Shape {
    let numbers = [
        "version",
        "item_version",
        "body_length",
        "sealed_at",
        "added_at",
    ];
    let bytes = |column: &str| format!("{{hex}}{alias}.{column}{{end hex}}");
    let item = Shape::of(
        alias,
        &["id", "client_id", "readers", "body_blob"],
        &numbers,
    );
    let item = item.text(bytes("envelope")).text(bytes("details"));
    VAULT_READERS.beside(item, alias)
}

/// Which keys envelopes name, of rows that are grouped by them.
pub(crate) fn key_shape(alias: &str) -> Shape {
    Shape::of(alias, &["key_id"], &["key_version"]).number("COUNT(*)")
}

pub(crate) fn values(item: &VaultItem) -> Vec<Value> {
    let sealed = &item.sealed;
    let key = sealed.envelope.key();
    vec![
        text(item.id),
        text(item.client),
        readers::code(&item.readers),
        Value::Bytes(sealed.envelope.encode()),
        text(key.id.as_str()),
        Value::Bytes(sealed.details.clone()),
        value::maybe(sealed.body.map(|body| body.blob).as_ref()),
        sealed.version.into(),
        key.version.into(),
        match sealed.body {
            Some(body) => body.length.into(),
            None => Value::Int(None),
        },
        sealed.at.into(),
        item.added_at.into(),
    ]
}

/// Of [`item_shape`].
impl Stored for VaultItem {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let readers = cells.text()?;
        let version = cells.count()?;
        let sealed = Sealed {
            version,
            body: body(cells)?,
            envelope: Envelope::decode(&cells.unhexed()?)?,
            details: cells.unhexed()?,
            at: cells.time()?,
        };
        Ok(Self {
            id,
            client,
            readers: readers::read(readers, cells)?,
            sealed,
            added_at: cells.time()?,
        })
    }
}

fn body(cells: &mut Cells<'_>) -> Result<Option<SealedBody>, Unreadable> {
    let blob: Option<BlobId> = cells.maybe()?;
    match (blob, cells.maybe_number()?) {
        (None, None) => Ok(None),
        (Some(blob), Some(length)) => Ok(Some(SealedBody {
            blob,
            length: length.try_into()?,
        })),
        _ => Err(Unknown("the item's body").into()),
    }
}

/// A key, and how many envelopes name it.
pub(crate) struct KeyInUse {
    pub(crate) key: KeyName,
    pub(crate) items: u64,
}

/// Of [`key_shape`].
impl Stored for KeyInUse {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            key: KeyName {
                id: KeyId::parse(cells.text()?)?,
                version: cells.count()?,
            },
            items: cells.count()?,
        })
    }
}
