//! Files' bytes on their way into storage and out of it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::Ports;
use crate::domain::document::DocumentVersion;
use crate::domain::id::{BlobId, FirmId};
use crate::error::{Error, FileRefusal};
use crate::intake::{Arrived, Intake, Upload};
use crate::ports::blobs::{BlobName, BlobWriter, Blobs, Content};
use crate::ports::store::StoreError;

/// How old bytes have to be before they are swept when no record refers to them.
pub(crate) const GRACE: Duration = Duration::from_secs(24 * 3600);
/// How long a file may take to come in: it is on record before its bytes could be swept.
const LONGEST: Duration = Duration::from_secs(12 * 3600);

/// A file whose bytes are kept and to which no record refers yet.
#[derive(Debug)]
pub(crate) struct Filed {
    name: BlobName,
    pub(crate) arrived: Arrived,
}

impl Filed {
    /// Takes a file in, under a name of its own. What does not come whole leaves nothing.
    pub(crate) async fn take(
        ports: &Ports,
        firm: FirmId,
        upload: Upload<'_>,
    ) -> Result<Self, Error> {
        let began = ports.now();
        let name = BlobName {
            firm,
            id: ports.new_id(),
        };
        let mut writer = ports.blobs.create(name).await?;
        let mut intake = Intake::new(upload);
        if let Err(error) = pour(&mut intake, &mut *writer).await {
            // What cannot be given up either is swept.
            drop(writer.abort().await);
            return Err(error);
        }
        let arrived = intake.arrived();
        if let Err(error) = writer.finish().await {
            release(ports, name).await;
            return Err(error.into());
        }
        if began.plus(LONGEST) <= ports.now() {
            release(ports, name).await;
            return Err(FileRefusal::Interrupted.into());
        }
        Ok(Self { name, arrived })
    }

    pub(crate) fn blob(&self) -> BlobId {
        self.name.id
    }

    /// After the commit that was to put the file on record: bytes to which no record refers go. When
    /// it is not known whether it was done they stay, and the sweep looks again.
    pub(crate) async fn settle<T>(&self, ports: &Ports, outcome: &Result<T, Error>) {
        if !matches!(outcome, Err(Error::Store(StoreError::OutcomeUnknown(_)))) {
            release(ports, self.name).await;
        }
    }
}

async fn pour(intake: &mut Intake<'_>, writer: &mut dyn BlobWriter) -> Result<(), Error> {
    while let Some(piece) = intake.next().await? {
        writer.write(piece).await?;
    }
    Ok(())
}

/// Deletes bytes, unless a record refers to them. What cannot be deleted now is swept.
async fn release(ports: &Ports, name: BlobName) {
    let unknown = ports.store.unknown_blobs(name.firm, &[name.id]).await;
    if unknown.is_ok_and(|unknown| unknown.contains(&name.id)) {
        drop(ports.blobs.delete(name).await);
    }
}

/// Deletes the bytes of versions that were taken off the record. What cannot be deleted now is swept.
pub(crate) async fn discard(ports: &Ports, firm: FirmId, versions: &[DocumentVersion]) {
    for version in versions {
        let id = version.blob;
        release(ports, BlobName { firm, id }).await;
    }
}

/// A document's file, whose bytes are read in parts.
#[derive(Clone)]
pub struct DocumentContent {
    /// Which version it is.
    pub version: DocumentVersion,
    firm: FirmId,
    blobs: Arc<dyn Blobs>,
}

impl DocumentContent {
    pub(crate) fn new(ports: &Ports, firm: FirmId, version: DocumentVersion) -> Self {
        Self {
            version,
            firm,
            blobs: ports.blobs.clone(),
        }
    }

    /// These of its bytes.
    ///
    /// # Errors
    /// When the file storage fails, or has lost the bytes.
    pub async fn read(&self, range: Range<u64>) -> Result<Content<'static>, Error> {
        let name = BlobName {
            firm: self.firm,
            id: self.version.blob,
        };
        Ok(self.blobs.read(name, range).await?)
    }
}

impl fmt::Debug for DocumentContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentContent")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
