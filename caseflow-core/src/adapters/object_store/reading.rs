//! Reading a range.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use object_store::path::Path;
use object_store::{Error, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt as _};
use tokio::task::spawn_blocking;

use super::backend;
use crate::ports::blobs::{BlobError, Content};

/// How long a piece is that comes from a folder, and what is fetched at once.
const PIECE: u64 = 1 << 20;

pub(super) async fn read(
    store: &dyn ObjectStore,
    path: &Path,
    range: Range<u64>,
) -> Result<Content<'static>, BlobError> {
    let length = range.end.checked_sub(range.start);
    let content = match length.ok_or(BlobError::NotFound)? {
        0 => nothing(store, path, range.start).await,
        1..=PIECE => piece(store, path, range.clone()).await,
        _ => pieces(store, path, range.clone()).await,
    };
    match content {
        Ok(content) => content.ok_or(BlobError::NotFound),
        Err(error) => Err(fault(store, path, range.end, error).await),
    }
}

/// A range that is not within the file, or what was found in it.
type Found = Result<Option<Content<'static>>, Error>;

/// An empty range, which no request can ask for.
async fn nothing(store: &dyn ObjectStore, path: &Path, at: u64) -> Found {
    let file = store.head(path).await?;
    Ok((at <= file.size).then(|| Box::pin(stream::empty()) as Content<'_>))
}

/// One piece, with one request and in one step.
async fn piece(store: &dyn ObjectStore, path: &Path, range: Range<u64>) -> Found {
    let length = range.end - range.start;
    let bytes = store.get_range(path, range).await?;
    let whole = bytes.len() as u64 == length;
    Ok(whole.then(|| Box::pin(stream::iter([Ok(bytes)])) as Content<'_>))
}

/// One request, whose answer is handed on as it comes.
async fn pieces(store: &dyn ObjectStore, path: &Path, range: Range<u64>) -> Found {
    let options = GetOptions::new().with_range(Some(range.clone()));
    let found = store.get_opts(path, options).await?;
    if found.range != range {
        return Ok(None);
    }
    Ok(Some(match found.payload {
        GetResultPayload::File(file, _) => Box::pin(from_file(file, range)),
        GetResultPayload::Stream(pieces) => Box::pin(pieces.map_err(backend)),
    }))
}

/// What a request that failed means: some storages refuse a range that is not within the file
/// as they refuse any other wrong request.
async fn fault(store: &dyn ObjectStore, path: &Path, end: u64, error: Error) -> BlobError {
    if matches!(error, Error::NotFound { .. }) {
        return BlobError::NotFound;
    }
    match store.head(path).await {
        Ok(file) if file.size < end => BlobError::NotFound,
        _ => backend(error),
    }
}

fn from_file(file: File, range: Range<u64>) -> impl Stream<Item = Result<Bytes, BlobError>> {
    let at = range.start;
    stream::try_unfold((file, at), move |(mut file, at)| async move {
        if at == range.end {
            return Ok(None);
        }
        let length = PIECE.min(range.end - at);
        let read = move || read_at(&mut file, at, length).map(|bytes| (bytes, (file, at + length)));
        let read = spawn_blocking(read).await.map_err(backend)?;
        read.map(Some).map_err(backend)
    })
}

fn read_at(file: &mut File, at: u64, length: u64) -> io::Result<Bytes> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    let read = file.take(length).read_to_end(&mut bytes)?;
    match read as u64 == length {
        true => Ok(bytes.into()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
