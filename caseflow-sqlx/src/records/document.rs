use caseflow_core::domain::document::{Document, DocumentVersion, MediaType};
use caseflow_core::domain::id::DocumentId;

use super::readers::{self, DOCUMENT_READERS};
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, hex, text};

pub(crate) const DOCUMENTS: Table = Table {
    name: "caseflow_documents",
    key: &["id"],
    texts: &[
        "client_id",
        "matter",
        "readers",
        "words",
        "name",
        "media",
        "sha256",
        "blob_id",
        "added_by",
    ],
    numbers: &["shared_at", "dated", "number", "size", "added_at"],
    versioned: true,
};

pub(crate) const DOCUMENT_VERSIONS: Table = Table {
    name: "caseflow_document_versions",
    key: &["document_id"],
    texts: &["name", "media", "sha256", "blob_id", "added_by"],
    numbers: &["number", "size", "added_at"],
    versioned: false,
};

/// A document and who may read it, without what only statements need.
pub(crate) fn document_shape(alias: &str) -> Shape {
    let own = Shape::of(
        alias,
        &["id", "client_id", "matter", "readers"],
        &["version", "shared_at"],
    );
    DOCUMENT_READERS.beside(own.and(version_shape(alias)), alias)
}

/// A version without its document.
pub(crate) fn version_shape(alias: &str) -> Shape {
    Shape::of(alias, DOCUMENT_VERSIONS.texts, DOCUMENT_VERSIONS.numbers)
}

pub(crate) fn values(document: &Document) -> Vec<Value> {
    let [name, media, sha256, blob, added_by] = version_texts(&document.newest);
    let [number, size, added_at] = version_numbers(&document.newest);
    vec![
        text(document.id),
        text(document.client),
        value::maybe(document.matter.as_ref()),
        readers::code(&document.readers),
        text(words(document)),
        name,
        media,
        sha256,
        blob,
        added_by,
        document.shared_at.into(),
        document.dated().into(),
        number,
        size,
        added_at,
    ]
}

/// The words by which it is found, each after a space.
fn words(document: &Document) -> String {
    let words = document.words().into_iter();
    words.map(|word| format!(" {word}")).collect()
}

pub(crate) fn version_values(document: DocumentId, version: &DocumentVersion) -> Vec<Value> {
    let (texts, numbers) = (version_texts(version), version_numbers(version));
    let values = [text(document)].into_iter();
    values.chain(texts).chain(numbers).collect()
}

fn version_texts(version: &DocumentVersion) -> [Value; 5] {
    [
        text(&version.name),
        text(version.media.code()),
        hex(&version.sha256),
        text(version.blob),
        text(&version.added_by),
    ]
}

fn version_numbers(version: &DocumentVersion) -> [Value; 3] {
    [
        version.number.into(),
        version.size.into(),
        version.added_at.into(),
    ]
}

/// Of [`document_shape`].
impl Stored for Document {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client, matter) = (cells.parse()?, cells.parse()?, cells.maybe()?);
        let (readers, shared_at) = (cells.text()?, cells.maybe_time()?);
        let newest = DocumentVersion::read(cells)?;
        Ok(Self {
            id,
            client,
            matter,
            readers: readers::read(readers, cells)?,
            shared_at,
            newest,
        })
    }
}

/// Of [`version_shape`].
impl Stored for DocumentVersion {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let name = cells.text()?.parse()?;
        let media = MediaType::from_code(cells.text()?).ok_or(Unknown("the kind of file"))?;
        Ok(Self {
            name,
            media,
            sha256: cells.hash()?,
            blob: cells.parse()?,
            added_by: cells.parse()?,
            number: cells.count()?,
            size: cells.count()?,
            added_at: cells.time()?,
        })
    }
}
