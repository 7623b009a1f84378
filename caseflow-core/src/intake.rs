//! Files as they come in: measured and looked at while they pass.

use std::fmt;

use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::domain::document::MediaType;
use crate::domain::text::FileName;
use crate::error::{Error, FileRefusal};
use crate::ports::blobs::Content;

/// A file that is being handed in.
pub struct Upload<'a> {
    /// What it is called.
    pub name: FileName,
    /// Its bytes.
    pub content: Content<'a>,
    /// The most bytes that are taken.
    pub most: u64,
}

impl Upload<'static> {
    /// A file that is in memory already.
    #[must_use]
    pub fn whole(name: FileName, bytes: impl Into<Bytes>, most: u64) -> Self {
        let piece = futures_util::stream::iter([Ok(bytes.into())]);
        Self {
            name,
            content: Box::pin(piece),
            most,
        }
    }
}

impl fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

/// A file of which some has come.
pub(crate) struct Intake<'a> {
    upload: Upload<'a>,
    size: u64,
    head: Vec<u8>,
}

/// What is known of a file that has come whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) name: FileName,
    pub(crate) media: MediaType,
    pub(crate) size: u64,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(upload: Upload<'a>) -> Self {
        Self {
            upload,
            size: 0,
            head: Vec::with_capacity(MediaType::HEAD),
        }
    }

    /// The next piece; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(piece) = self.upload.content.next().await.transpose()? else {
            return Ok(None);
        };
        self.size = self.size.saturating_add(piece.len() as u64);
        if self.size > self.upload.most {
            let most = self.upload.most;
            return Err(FileRefusal::TooLarge { most }.into());
        }
        let room = MediaType::HEAD.saturating_sub(self.head.len());
        let start = piece.get(..room).unwrap_or(&piece);
        self.head.extend_from_slice(start);
        Ok(Some(piece))
    }

    /// What came, when nothing more does.
    pub(crate) fn arrived(self) -> Arrived {
        Arrived {
            media: MediaType::of(&self.upload.name, &self.head),
            name: self.upload.name,
            size: self.size,
        }
    }
}
