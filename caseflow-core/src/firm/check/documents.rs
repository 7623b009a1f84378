//! Every version of every document.

use super::{Damage, Findings, page, read_whole};
use crate::Ports;
use crate::domain::access::Staff;
use crate::domain::document::DocumentVersion;
use crate::domain::file::FileRef;
use crate::domain::id::{DocumentId, FirmId};
use crate::error::Error;
use crate::ports::blobs::BlobName;
use crate::ports::store::FirmDocumentQuery;

/// Reads every version of every document of the firm, and compares it with its record.
///
/// # Errors
/// When the store fails.
pub async fn documents(ports: &Ports, staff: &Staff) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut query = FirmDocumentQuery {
        page: page(None),
        ..FirmDocumentQuery::default()
    };
    loop {
        let found = ports.store.documents(staff.firm, &query).await?;
        for document in found.rows {
            check(ports, staff.firm, document.value.id, &mut findings).await?;
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
    id: DocumentId,
    findings: &mut Findings,
) -> Result<(), Error> {
    for version in versions(ports, firm, id).await? {
        let name = BlobName {
            firm,
            id: version.blob,
        };
        let read = read_whole(ports, name, on_record(&version)).await;
        if matches!(read, Err(Damage::Missing)) && versions(ports, firm, id).await?.is_empty() {
            return Ok(());
        }
        findings.note(id, version.number.into(), read);
    }
    Ok(())
}

/// None when the document was removed.
async fn versions(
    ports: &Ports,
    firm: FirmId,
    id: DocumentId,
) -> Result<Vec<DocumentVersion>, Error> {
    let file = ports.store.document(firm, id).await?;
    Ok(file.map_or_else(Vec::new, |file| file.versions))
}

const fn on_record(version: &DocumentVersion) -> FileRef {
    FileRef {
        sha256: version.sha256,
        size: version.size,
    }
}
