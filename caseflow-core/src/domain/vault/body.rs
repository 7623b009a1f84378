//! The arithmetic of a sealed object: how long it is, and where its chunks lie.
//!
//! An object is a header of 56 bytes (salt and commitment) and then chunks: each holds 16,384 bytes
//! of content and a tag of 16, but the last, which holds fewer and may hold none. So each length of
//! content makes one length of object, and an object that ends after a whole chunk is cut off.

use std::ops::Range;

/// The length of the salt, with which an object begins.
pub const SALT: usize = 24;
/// The length of the header: the salt and a commitment to the key of 32 bytes.
pub const HEADER: usize = 56;
/// How much content a chunk holds, but the last.
pub const CHUNK: usize = 16_384;
/// How much longer a sealed chunk is than its content.
pub const TAG: usize = 16;
/// The length of a sealed chunk, but the last.
pub const SEALED_CHUNK: usize = CHUNK + TAG;

const CHUNK_U64: u64 = CHUNK as u64;
const SEALED_U64: u64 = SEALED_CHUNK as u64;
const HEADER_U64: u64 = HEADER as u64;
const TAG_U64: u64 = TAG as u64;

/// Why no object has this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LengthError {
    /// It ends within the header, within a tag or after a whole chunk.
    #[error("the object is cut off")]
    CutOff,
    /// It has more than 2^38 chunks.
    #[error("the content is too long: at most {} bytes are sealed", Layout::MOST)]
    TooLong,
}

/// Where a chunk stands in its object. Only the last one is shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// One of those before the last, counted from 0.
    Inner(u64),
    /// The last one.
    Last(u64),
}

impl Place {
    /// How many chunks are before it.
    #[must_use]
    pub const fn index(self) -> u64 {
        match self {
            Self::Inner(index) | Self::Last(index) => index,
        }
    }

    /// Whether a sealed chunk in this place may have this length.
    #[must_use]
    pub const fn fits(self, sealed: usize) -> bool {
        match self {
            Self::Inner(_) => sealed == SEALED_CHUNK,
            Self::Last(_) => TAG <= sealed && sealed < SEALED_CHUNK,
        }
    }
}

/// The lengths of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layout {
    content: u64,
}

/// What to read and open for a range of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The chunks to open.
    pub chunks: Range<u64>,
    /// The bytes of the object that are these chunks.
    pub object: Range<u64>,
    /// How many bytes of their content come before the range.
    pub skip: usize,
}

impl Layout {
    /// The most chunks of an object.
    pub const CHUNKS: u64 = 1 << 38;
    /// The longest content: 2^38 chunks, the last of them short by a byte.
    pub const MOST: u64 = Self::CHUNKS * CHUNK_U64 - 1;

    /// The layout of so much content.
    ///
    /// # Errors
    /// When it is longer than [`MOST`](Self::MOST).
    pub const fn of_content(length: u64) -> Result<Self, LengthError> {
        if length > Self::MOST {
            return Err(LengthError::TooLong);
        }
        Ok(Self { content: length })
    }

    /// The layout of an object of this length.
    ///
    /// # Errors
    /// When no content makes an object of this length.
    pub const fn of_object(length: u64) -> Result<Self, LengthError> {
        let Some(body) = length.checked_sub(HEADER_U64) else {
            return Err(LengthError::CutOff);
        };
        let (whole, rest) = (body / SEALED_U64, body % SEALED_U64);
        if rest < TAG_U64 {
            return Err(LengthError::CutOff);
        }
        if whole >= Self::CHUNKS {
            return Err(LengthError::TooLong);
        }
        Self::of_content(whole * CHUNK_U64 + rest - TAG_U64)
    }

    /// The length of the content.
    #[must_use]
    pub const fn content(&self) -> u64 {
        self.content
    }

    /// The length of the object.
    #[must_use]
    pub const fn object(&self) -> u64 {
        HEADER_U64 + self.content + self.chunks() * TAG_U64
    }

    /// How many chunks it has: at least one.
    #[must_use]
    pub const fn chunks(&self) -> u64 {
        self.content / CHUNK_U64 + 1
    }

    /// The place of a chunk; none beyond the last.
    #[must_use]
    pub const fn place(&self, index: u64) -> Option<Place> {
        let last = self.chunks() - 1;
        if index < last {
            Some(Place::Inner(index))
        } else if index == last {
            Some(Place::Last(index))
        } else {
            None
        }
    }

    /// What to read and open for this range of the content; none when the range is empty or does
    /// not lie within it.
    #[must_use]
    pub fn span(&self, range: &Range<u64>) -> Option<Span> {
        if range.is_empty() || range.end > self.content {
            return None;
        }
        let chunks = range.start / CHUNK_U64..(range.end - 1) / CHUNK_U64 + 1;
        let start = |index: u64| HEADER_U64 + index * SEALED_U64;
        Some(Span {
            object: start(chunks.start)..start(chunks.end).min(self.object()),
            chunks,
            skip: usize::try_from(range.start % CHUNK_U64).unwrap_or(0),
        })
    }
}
