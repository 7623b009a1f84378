//! Files' bytes on their way into storage and out of it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::Ports;
use crate::domain::document::DocumentVersion;
use crate::domain::id::{BlobId, FirmId};
use crate::domain::time::Timestamp;
use crate::error::{Error, FileRefusal};
use crate::intake::{Arrived, Intake, Upload};
use crate::ports::blobs::{BlobName, BlobWriter, Blobs, Content};
use crate::ports::store::StoreError;

/// How old bytes have to be before they are swept when no record refers to them.
pub(crate) const GRACE: Duration = Duration::from_secs(24 * 3600);
/// How long a file may take to come in: it is on record before its bytes could be swept.
const LONGEST: Duration = Duration::from_secs(12 * 3600);

/// Bytes that are being written, under a name of their own.
pub(crate) struct Writing<'a> {
    ports: &'a Ports,
    name: BlobName,
    began: Timestamp,
    writer: Box<dyn BlobWriter>,
}

/// Bytes that are kept and to which no record refers yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) blob: BlobId,
    pub(crate) length: u64,
}

impl<'a> Writing<'a> {
    pub(crate) async fn begin(ports: &'a Ports, firm: FirmId) -> Result<Self, Error> {
        let began = ports.now();
        let name = BlobName {
            firm,
            id: ports.new_id(),
        };
        Ok(Self {
            ports,
            name,
            began,
            writer: ports.blobs.create(name).await?,
        })
    }

    pub(crate) fn writer(&mut self) -> &mut dyn BlobWriter {
        &mut *self.writer
    }

    /// Keeps what was written. What did not come whole, or took too long, leaves nothing.
    pub(crate) async fn end(self, written: Result<(), Error>) -> Result<Kept, Error> {
        let (ports, BlobName { firm, id }) = (self.ports, self.name);
        if let Err(error) = written {
            // What cannot be given up either is swept.
            drop(self.writer.abort().await);
            return Err(error);
        }
        let kept = match self.writer.finish().await {
            Ok(_) if self.began.plus(LONGEST) <= ports.now() => {
                Err(FileRefusal::Interrupted.into())
            }
            Ok(length) => Ok(Kept { blob: id, length }),
            Err(error) => Err(error.into()),
        };
        if kept.is_err() {
            release(ports, firm, id).await;
        }
        kept
    }
}

/// After the commit that was to put bytes on record: those to which no record refers go. When it is
/// not known whether it was done they stay, and the sweep looks again.
pub(crate) async fn settle<T>(
    ports: &Ports,
    firm: FirmId,
    blob: BlobId,
    outcome: &Result<T, Error>,
) {
    if !matches!(outcome, Err(Error::Store(StoreError::OutcomeUnknown(_)))) {
        release(ports, firm, blob).await;
    }
}

/// Deletes bytes, unless a record refers to them. What cannot be deleted now is swept.
pub(crate) async fn release(ports: &Ports, firm: FirmId, blob: BlobId) {
    let unknown = ports.store.unknown_blobs(firm, &[blob]).await;
    if unknown.is_ok_and(|unknown| unknown.contains(&blob)) {
        drop(ports.blobs.delete(BlobName { firm, id: blob }).await);
    }
}

/// A document's file whose bytes are kept and to which no record refers yet.
#[derive(Debug)]
pub(crate) struct Filed {
    pub(crate) blob: BlobId,
    pub(crate) arrived: Arrived,
    pub(crate) sha256: [u8; 32],
}

impl Filed {
    /// Takes a file in. What does not come whole leaves nothing.
    pub(crate) async fn take(
        ports: &Ports,
        firm: FirmId,
        upload: Upload<'_>,
    ) -> Result<Self, Error> {
        let mut writing = Writing::begin(ports, firm).await?;
        let (mut intake, mut hash) = (Intake::new(upload), Sha256::new());
        let written = pour(&mut intake, &mut hash, writing.writer()).await;
        let kept = writing.end(written).await?;
        Ok(Self {
            blob: kept.blob,
            arrived: intake.arrived(),
            sha256: hash.finalize().into(),
        })
    }
}

async fn pour(
    intake: &mut Intake<'_>,
    hash: &mut Sha256,
    writer: &mut dyn BlobWriter,
) -> Result<(), Error> {
    while let Some(piece) = intake.next().await? {
        hash.update(&piece);
        writer.write(piece).await?;
    }
    Ok(())
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
