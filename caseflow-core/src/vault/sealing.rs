//! Sealing one version of an item, by a key that was made for it.

use std::mem;

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::Ports;
use crate::domain::text::{FileName, Line};
use crate::domain::time::Timestamp;
use crate::domain::vault::{
    CHUNK, DataKey, Details, Envelope, FileFacts, ItemVersion, Part, SALT, SEALED_CHUNK, Sealed,
    SealedBody,
};
use crate::error::Error;
use crate::filing::{Kept, Writing};
use crate::intake::{Intake, Upload};
use crate::ports::blobs::BlobWriter;
use crate::ports::cipher::{self, SealBody};

/// How many bytes of an object are handed to the file storage at a time.
const PIECE: usize = 16 * SEALED_CHUNK;

/// A version that is being sealed. Its key is wiped when this goes.
pub(crate) struct Sealing<'a> {
    ports: &'a Ports,
    number: u64,
    version: ItemVersion,
    key: DataKey,
    envelope: Envelope,
}

/// A file that was sealed: where it lies, what it is called and what is known of it.
pub(crate) struct SealedFile {
    pub(crate) body: SealedBody,
    pub(crate) name: FileName,
    pub(crate) facts: FileFacts,
}

impl<'a> Sealing<'a> {
    /// Has a key made for this version.
    ///
    /// # Errors
    /// [`Error::VaultUnavailable`]; nothing was stored.
    pub(crate) async fn begin(
        ports: &'a Ports,
        number: u64,
        version: ItemVersion,
    ) -> Result<Self, Error> {
        let made = ports.keys.generate(&version).await;
        let (key, envelope) = made.map_err(Error::VaultUnavailable)?;
        Ok(Self {
            ports,
            number,
            version,
            key,
            envelope,
        })
    }

    /// Seals a file into the file storage while it comes. What is held of it in the clear is one chunk
    /// and what comes next.
    pub(crate) async fn file(&self, upload: Upload<'_>) -> Result<SealedFile, Error> {
        let context = self.version.context(Part::Body);
        let sealing = self.ports.cipher.seal(&self.key, self.salt(), &context);
        let sealing = sealing.map_err(Error::Cipher)?;
        let mut writing = Writing::begin(self.ports, self.version.firm()).await?;
        let mut intake = Intake::new(upload);
        let written = pour(writing.writer(), sealing, &mut intake).await;
        let Kept { blob, length } = writing.end(written).await?;
        let arrived = intake.arrived();
        let media_type = Line::parse(arrived.media.code()).unwrap_or_else(|_| Line::dash());
        Ok(SealedFile {
            body: SealedBody { blob, length },
            name: arrived.name,
            facts: FileFacts {
                length: arrived.size,
                media_type,
            },
        })
    }

    /// Seals the details, and answers what is stored of this version.
    pub(crate) fn seal(
        self,
        details: &Details,
        body: Option<SealedBody>,
        at: Timestamp,
    ) -> Result<Sealed, Error> {
        let context = self.version.context(Part::Details);
        let (cipher, plain) = (&*self.ports.cipher, details.encode());
        let details = cipher::seal(cipher, &self.key, self.salt(), &context, &plain);
        Ok(Sealed {
            version: self.number,
            envelope: self.envelope,
            details: details.map_err(Error::Cipher)?,
            body,
            at,
        })
    }

    fn salt(&self) -> [u8; SALT] {
        let mut salt = [0; SALT];
        self.ports.entropy.fill(&mut salt);
        salt
    }
}

/// Seals what comes, chunk by chunk where it lies, and hands it on in pieces.
async fn pour(
    writer: &mut dyn BlobWriter,
    mut sealing: Box<dyn SealBody>,
    intake: &mut Intake<'_>,
) -> Result<(), Error> {
    let mut sealed = sealing.header().to_vec();
    let mut chunk = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK));
    while let Some(piece) = intake.next().await? {
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let room = CHUNK - chunk.len();
            let (taken, left) = rest.split_at(rest.len().min(room));
            chunk.extend_from_slice(taken);
            rest = left;
            if chunk.len() == CHUNK {
                sealing.inner(&mut chunk).map_err(Error::Cipher)?;
                sealed.extend_from_slice(&chunk);
                chunk.clear();
            }
            if sealed.len() >= PIECE {
                writer.write(Bytes::from(mem::take(&mut sealed))).await?;
            }
        }
    }
    sealing.last(&mut chunk).map_err(Error::Cipher)?;
    sealed.extend_from_slice(&chunk);
    writer.write(Bytes::from(sealed)).await?;
    Ok(())
}
