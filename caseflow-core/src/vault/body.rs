//! Opening the body of a file: the chunks that are asked for and no other, each found right before any
//! of it is let out.

use std::ops::Range;

use bytes::Bytes;
use futures_util::StreamExt as _;
use zeroize::Zeroizing;

use super::{Depth, Trouble};
use crate::Ports;
use crate::domain::id::FirmId;
use crate::domain::vault::{
    CHUNK, DataKey, Fault, HEADER, Layout, Part, Place, SEALED_CHUNK, Span, TAG, VaultItem,
};
use crate::ports::blobs::{BlobName, Content};
use crate::ports::cipher::OpenBody;

/// Finds out whether a body is what was sealed.
pub(super) async fn check(
    ports: &Ports,
    firm: FirmId,
    item: &VaultItem,
    key: &DataKey,
    length: u64,
    depth: Depth,
) -> Result<(), Trouble> {
    let body = Body::open(ports, firm, item, key, length).await?;
    let whole = 0..length;
    if depth == Depth::Whole
        && let Some(mut reading) = body.read(ports, &whole).await?
    {
        while reading.next().await?.is_some() {}
    }
    Ok(())
}

/// A body whose header, length and last chunk were found right.
pub(super) struct Body {
    name: BlobName,
    layout: Layout,
    opening: Box<dyn OpenBody>,
}

impl Body {
    /// Looks at a body whose content has this length, as the details say.
    pub(super) async fn open(
        ports: &Ports,
        firm: FirmId,
        item: &VaultItem,
        key: &DataKey,
        length: u64,
    ) -> Result<Self, Trouble> {
        let layout = Layout::of_content(length).map_err(|_| Fault::Length)?;
        let kept = item.sealed.body.ok_or(Fault::Missing)?;
        if kept.length != layout.object() {
            return Err(Fault::Length.into());
        }
        let name = BlobName {
            firm,
            id: kept.blob,
        };
        let mut header = [0; HEADER];
        let mut start = Pieces::read(ports, name, 0..HEADER as u64).await?;
        header.copy_from_slice(&start.take(HEADER).await?);
        let context = item.binding(firm).context(Part::Body);
        let body = Self {
            name,
            layout,
            opening: ports.cipher.open(key, &header, &context)?,
        };
        body.check_end(ports).await?;
        Ok(body)
    }

    /// Reads this range of the content; nothing when it is empty.
    pub(super) async fn read(
        self,
        ports: &Ports,
        range: &Range<u64>,
    ) -> Result<Option<Reading>, Trouble> {
        let Some(span) = self.layout.span(range) else {
            return Ok(None);
        };
        let Span { object, skip, .. } = span;
        Ok(Some(Reading {
            pieces: Pieces::read(ports, self.name, object).await?,
            body: self,
            chunks: span.chunks,
            skip,
            left: range.end - range.start,
        }))
    }

    /// A body that was cut off anywhere has another last chunk, or none.
    async fn check_end(&self, ports: &Ports) -> Result<(), Trouble> {
        let last = self.layout.chunks() - 1;
        let end = self.layout.object();
        let place = Place::Last(last);
        let length = self.sealed_length(place);
        let mut pieces = Pieces::read(ports, self.name, end - length as u64..end).await?;
        let mut chunk = pieces.take(length).await?;
        Ok(self.opening.open(place, &mut chunk)?)
    }

    /// How many bytes of the object the chunk in this place is.
    fn sealed_length(&self, place: Place) -> usize {
        let rest = usize::try_from(self.layout.content() % CHUNK as u64).unwrap_or(0);
        match place {
            Place::Inner(_) => SEALED_CHUNK,
            Place::Last(_) => rest + TAG,
        }
    }
}

/// A range that is being read.
pub(super) struct Reading {
    body: Body,
    pieces: Pieces,
    chunks: Range<u64>,
    /// How many bytes of the next chunk come before the range.
    skip: usize,
    /// How many bytes of the range are left.
    left: u64,
}

impl Reading {
    /// The next bytes of the range, from one chunk; none at its end. They are wiped when the last who
    /// has them lets them go.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        let Some(index) = self.chunks.next() else {
            return Ok(None);
        };
        let place = self.body.layout.place(index).ok_or(Fault::Length)?;
        let mut chunk = self.pieces.take(self.body.sealed_length(place)).await?;
        self.body.opening.open(place, &mut chunk)?;
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let end = chunk.len().min(self.skip.saturating_add(left));
        let plain = Bytes::from_owner(chunk).slice(self.skip..end);
        self.skip = 0;
        self.left -= plain.len() as u64;
        Ok(Some(plain))
    }

    /// All of the range.
    pub(super) async fn whole(mut self) -> Result<Vec<Bytes>, Trouble> {
        let mut pieces = vec![];
        while let Some(piece) = self.next().await? {
            pieces.push(piece);
        }
        Ok(pieces)
    }
}

/// Bytes of an object as they come.
struct Pieces {
    source: Content<'static>,
    rest: Bytes,
}

impl Pieces {
    async fn read(ports: &Ports, name: BlobName, range: Range<u64>) -> Result<Self, Trouble> {
        Ok(Self {
            source: ports.blobs.read(name, range).await?,
            rest: Bytes::new(),
        })
    }

    /// The next bytes, so many of them, in a buffer that is wiped and not moved.
    async fn take(&mut self, length: usize) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let mut taken = Zeroizing::new(Vec::with_capacity(length));
        while taken.len() < length {
            if self.rest.is_empty() {
                let piece = self.source.next().await.ok_or(Fault::Missing)?;
                self.rest = piece?;
                continue;
            }
            let more = self.rest.len().min(length - taken.len());
            taken.extend_from_slice(&self.rest.split_to(more));
        }
        Ok(taken)
    }
}
