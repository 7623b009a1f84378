//! Archives that are made while they are sent: ZIP files.
//!
//! What is packed and not sent yet is at most some pieces: the next one is asked for when those before
//! have left. Nothing touches a disk. When something fails in the middle the archive breaks off without
//! the directory that one ends with, and no program takes it for a whole one.

use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::{Error, FileHead, Piece, TakeOut};
use chrono::{Datelike as _, Timelike as _};
use futures_util::stream::try_unfold;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::state::RequestId;

/// How many bytes are packed at a time.
const STEP: usize = 64 * 1024;
/// How many packed bytes are sent at once, but for the last.
const FULL: usize = 64 * 1024;
/// From this length on a file's lengths are written in 64 bits: what is packed already gets a little
/// longer by packing.
const LARGE: u64 = 0xfff0_0000;
/// Most files are packed already: more effort makes them no smaller.
const EFFORT: i64 = 1;

/// A ZIP file of what is taken out, made while it is asked for. The times in it are what clocks in the
/// firm's zone show.
///
/// ```
/// # use caseflow_core::adapters::memory::MemoryStore;
/// # use caseflow_core::domain::access::Origin;
/// # use caseflow_core::firm::{self, Call};
/// # use caseflow_core::testing::{Doubles, block_on, fixtures::Office};
/// use caseflow_axum::Archive;
///
/// # block_on(async {
/// # let ports = Doubles::new().ports(std::sync::Arc::new(MemoryStore::new()));
/// # let office = Office::open(&*ports.store, 1).await;
/// # let call = Call { staff: office.staff(), origin: Origin::default(), idempotency: None };
/// let take_out = firm::take_out::begin(&ports, &call, office.client.id, false).await?;
/// let (mut archive, mut file) = (Archive::of(take_out), Vec::new());
/// while let Some(bytes) = archive.next().await? {
///     file.extend(bytes); // or write them where they belong
/// }
/// assert!(file.starts_with(b"PK"));
/// for left in archive.take_out().left_out() {
///     println!("{}: {}", left.place, left.why.words());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct Archive {
    take_out: TakeOut,
    zone: Zone,
    /// None once the archive is complete.
    zip: Option<ZipWriter<StreamWriter<Packed>>>,
    packed: Packed,
    /// What has come of the open file and is not packed yet.
    rest: Bytes,
}

/// Why an archive broke off. Nothing of it is of use.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ArchiveError(#[from] Broken);

/// The archive as the body of an answer.
pub(crate) fn body(take_out: TakeOut, request: RequestId) -> Body {
    let sending = (Archive::of(take_out), request);
    Body::from_stream(try_unfold(sending, async |(mut archive, request)| {
        let next = archive.next().await;
        if let Err(error) = &next {
            let (request, error): (_, &dyn std::error::Error) = (request.as_str(), error);
            tracing::error!(request, error, "an archive broke off");
        }
        Ok::<_, ArchiveError>(next?.map(|bytes| (bytes, (archive, request))))
    }))
}

/// Why an archive breaks off.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("what comes next in the archive cannot be had")]
    Source(#[from] Error),
    #[error("the archive cannot be written")]
    Zip(#[from] ZipError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Zip(error.into())
    }
}

impl Archive {
    /// The archive of what is taken out, from its beginning.
    #[must_use]
    pub fn of(take_out: TakeOut) -> Self {
        let packed = Packed::default();
        Self {
            zone: take_out.firm().zone,
            take_out,
            zip: Some(ZipWriter::new_stream(packed.clone())),
            packed,
            rest: Bytes::new(),
        }
    }

    /// What is taken out: it says what was left out so far.
    #[must_use]
    pub fn take_out(&self) -> &TakeOut {
        &self.take_out
    }

    /// The next bytes; none when the archive is complete.
    ///
    /// # Errors
    /// When what comes next cannot be had or packed. What was answered before is no archive then.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ArchiveError> {
        Ok(self.pack().await?)
    }

    async fn pack(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        while self.packed.length() < FULL {
            let Some(zip) = &mut self.zip else { break };
            if !self.rest.is_empty() {
                let step = self.rest.len().min(STEP);
                zip.write_all(&self.rest.split_to(step))?;
                continue;
            }
            match self.take_out.next().await? {
                Some(Piece::File(head)) => begin(zip, &head, self.zone)?,
                Some(Piece::Bytes(bytes)) => self.rest = bytes,
                None => self.finish()?,
            }
        }
        let bytes = self.packed.take();
        Ok((!bytes.is_empty()).then_some(bytes))
    }

    fn finish(&mut self) -> Result<(), ZipError> {
        if let Some(zip) = self.zip.take() {
            zip.finish()?;
        }
        Ok(())
    }
}

fn begin(
    zip: &mut ZipWriter<StreamWriter<Packed>>,
    head: &FileHead,
    zone: Zone,
) -> Result<(), ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(EFFORT))
        .unix_permissions(0o644)
        .large_file(head.size.is_some_and(|size| size >= LARGE))
        .last_modified_time(clock(zone, head.modified_at));
    zip.start_file(head.path.as_str(), options)
}

/// What a clock in the zone showed; archives know of the years from 1980 to 2107 alone.
fn clock(zone: Zone, at: Timestamp) -> DateTime {
    let at = zone.clock(at);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let time = DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
    );
    time.unwrap_or_default()
}

/// Packed bytes that wait to be sent; clones are the same ones.
#[derive(Clone, Default)]
struct Packed(Arc<Mutex<Vec<u8>>>);

impl Packed {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn length(&self) -> usize {
        self.bytes().len()
    }

    fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.bytes())
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("take_out", &self.take_out)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Packed").field(&self.length()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use caseflow_core::domain::text::ArchivePaths;
    use zip::ZipArchive;

    use super::*;

    /// An archive of `abc` once for each of these lengths that are said before.
    fn packed(sizes: &[Option<u64>], at: &str) -> Vec<u8> {
        let packed = Packed::default();
        let mut zip = ZipWriter::new_stream(packed.clone());
        let mut paths = ArchivePaths::default();
        for size in sizes {
            let head = FileHead {
                path: paths.take(&[], "a.txt"),
                media_type: "text/plain".to_owned(),
                modified_at: Timestamp::parse(at).unwrap(),
                size: *size,
            };
            let zone = Zone::parse("Europe/Zurich").unwrap();
            begin(&mut zip, &head, zone).unwrap();
            zip.write_all(b"abc").unwrap();
        }
        zip.finish().unwrap();
        packed.take()
    }

    #[test]
    fn a_file_that_may_be_long_has_lengths_of_64_bits_and_reads_back() {
        let archive = packed(&[Some(3), None, Some(LARGE)], "2026-11-24T09:00:00Z");
        let headers = archive
            .windows(6)
            .filter(|it| it.starts_with(b"PK\x03\x04"));
        let needed: Vec<u8> = headers.map(|header| header[4]).collect();
        assert_eq!(needed, [20, 20, 45], "the version of the format");
        let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
        assert_eq!(archive.len(), 3);
        for n in 0..3 {
            let mut file = archive.by_index(n).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            assert_eq!(text, "abc");
            let at = file.last_modified().unwrap();
            assert_eq!(
                (at.year(), at.day(), at.hour()),
                (2026, 24, 10),
                "in Zurich"
            );
        }
    }

    #[test]
    fn a_time_that_archives_do_not_know_is_their_first() {
        for at in ["1979-12-31T12:00:00Z", "2200-01-01T00:00:00Z"] {
            let archive = packed(&[None], at);
            let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
            let file = archive.by_index(0).unwrap();
            assert_eq!(file.last_modified().unwrap().year(), 1980, "{at}");
        }
    }
}
