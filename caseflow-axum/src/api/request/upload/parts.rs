//! The parts of a `multipart/form-data` body (RFC 7578).

use std::error::Error as StdError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use caseflow_core::domain::text::FileName;
use caseflow_core::ports::blobs::{BlobError, Content};
use futures_util::stream::{Stream, StreamExt as _, poll_fn, try_unfold};
use multer::{Field, Multipart};
use serde_json::Value;

use crate::error::Failure;

/// The most bytes of the part `details`.
const DETAILS_BYTES: usize = 64 * 1024;
/// The most bytes of what stands around the parts: boundaries and headers.
const AROUND: u64 = 16 * 1024;

const DETAILS: &str = "details";
const FILE: &str = "file";

const UNSUPPORTED: Failure = Failure::Http {
    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
    detail: "send the body as multipart/form-data with the parts `details` and `file`",
};
const TOO_LARGE: Failure = Failure::Http {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    detail: "the part `details` is too large",
};
const BROKEN: Failure =
    malformed("the body cannot be read as multipart/form-data, or it broke off");
const NO_DETAILS: Failure = malformed("send the part `details`, in JSON, before the part `file`");
const NOT_JSON: Failure = malformed("the part `details` is not JSON");
const NO_FILE: Failure =
    malformed("send the part `file`, with a file name, after the part `details`");
const MORE: Failure = malformed("send one file: nothing may follow the part `file`");

const fn malformed(detail: &'static str) -> Failure {
    Failure::Http {
        status: StatusCode::BAD_REQUEST,
        detail,
    }
}

/// The part `file`.
pub(super) struct FilePart {
    pub(super) name: FileName,
    /// Its bytes, which end in an error when the request is not what it should be.
    pub(super) content: Content<'static>,
    pub(super) flaw: LateFlaw,
}

/// A flaw that shows itself while the file's bytes pass.
#[derive(Debug, Clone, Default)]
pub(super) struct LateFlaw(Arc<OnceLock<Failure>>);

impl LateFlaw {
    pub(super) fn told(&self) -> Option<Failure> {
        self.0.get().cloned()
    }

    /// The error in which the file's bytes end.
    fn note(&self, flaw: Failure, cause: &'static str) -> BlobError {
        self.0.get_or_init(|| flaw);
        BlobError::Interrupted(cause.into())
    }
}

/// Reads a body up to where the file's bytes begin: what the details say, and the file.
pub(super) async fn opened<S, E>(headers: &HeaderMap, body: S) -> Result<(Value, FilePart), Failure>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    E: StdError + Send + Sync + 'static,
{
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or(UNSUPPORTED)?;
    let allowance = Allowance::default();
    let body = paced(body, allowance.clone());
    let mut parts = Parts {
        parts: Multipart::new(body, boundary),
        allowance,
    };
    let details = parts.next().await.map_err(|_| BROKEN)?;
    let details = details.filter(|part| part.name() == Some(DETAILS));
    let details = read_details(details.ok_or(NO_DETAILS)?).await?;
    let file = parts.next().await.map_err(|_| BROKEN)?;
    let file = file.filter(|part| part.name() == Some(FILE));
    let file = file.ok_or(NO_FILE)?;
    let name = FileName::of(file.file_name().ok_or(NO_FILE)?);
    let flaw = LateFlaw::default();
    let content = content(parts, file, flaw.clone());
    Ok((
        details,
        FilePart {
            name,
            content,
            flaw,
        },
    ))
}

/// The parts of a body, one after the other.
struct Parts {
    parts: Multipart<'static>,
    allowance: Allowance,
}

impl Parts {
    /// The next part; the one before it has passed. Whoever reads a part counts its bytes.
    async fn next(&mut self) -> Result<Option<Field<'static>>, multer::Error> {
        self.allowance.renew(AROUND);
        let next = self.parts.next_field().await;
        self.allowance.renew(u64::MAX);
        next
    }
}

async fn read_details(mut part: Field<'static>) -> Result<Value, Failure> {
    let mut read = vec![];
    while let Some(piece) = part.chunk().await.map_err(|_| BROKEN)? {
        if read.len() + piece.len() > DETAILS_BYTES {
            return Err(TOO_LARGE);
        }
        read.extend_from_slice(&piece);
    }
    serde_json::from_slice(&read).map_err(|_| NOT_JSON)
}

/// The bytes of the file, after which the body has to end.
fn content(parts: Parts, file: Field<'static>, flaw: LateFlaw) -> Content<'static> {
    let start = (parts, Some(file));
    Box::pin(try_unfold(start, move |(mut parts, file)| {
        let flaw = flaw.clone();
        async move {
            let Some(mut file) = file else {
                return Ok(None);
            };
            if let Some(piece) = file.chunk().await.map_err(interrupted)? {
                return Ok(Some((piece, (parts, Some(file)))));
            }
            drop(file);
            match parts.next().await.map_err(interrupted)? {
                Some(_) => Err(flaw.note(MORE, "a part follows the file")),
                None => Ok(None),
            }
        }
    }))
}

fn interrupted(error: multer::Error) -> BlobError {
    BlobError::Interrupted(error.into())
}

/// How many more bytes may be taken out of a body before its next part has to begin.
#[derive(Debug, Clone, Default)]
struct Allowance(Arc<AtomicU64>);

impl Allowance {
    fn renew(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// Whether there was something left, before these were taken.
    fn take(&self, bytes: usize) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.renew(left.saturating_sub(bytes as u64));
        left > 0
    }
}

/// A body piece by piece, with a pause after each: whoever reads it for as long as more is ready then
/// has one piece in memory, not all that the network brings.
fn paced<S, E>(
    mut body: S,
    allowance: Allowance,
) -> impl Stream<Item = Result<Bytes, Box<dyn StdError + Send + Sync>>> + Send + 'static
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
    E: StdError + Send + Sync + 'static,
{
    let mut pause = false;
    poll_fn(move |context| {
        if std::mem::take(&mut pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = std::task::ready!(body.poll_next_unpin(context));
        pause = piece.is_some();
        Poll::Ready(piece.map(|piece| match piece {
            Ok(piece) if allowance.take(piece.len()) => Ok(piece),
            Ok(_) => Err("the parts' headers are too long".into()),
            Err(error) => Err(error.into()),
        }))
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::http::HeaderValue;
    use futures_util::TryStreamExt as _;
    use futures_util::stream;
    use serde_json::json;

    use super::*;

    /// The parts as a body; of each what its header says besides, and its content.
    fn body(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = vec![];
        for (said, content) in parts {
            let head = format!("--edge\r\nContent-Disposition: form-data; {said}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        body
    }

    /// Reads a body that comes in pieces of this length.
    async fn read(body: &[u8], piece: usize) -> Result<(Value, FilePart), Failure> {
        let headers = HeaderMap::from_iter([(
            CONTENT_TYPE,
            HeaderValue::from_static("multipart/form-data; boundary=edge"),
        )]);
        let pieces: Vec<_> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
        let pieces = pieces.into_iter().map(Ok::<_, Infallible>);
        opened(&headers, stream::iter(pieces)).await
    }

    async fn refusal(body: &[u8]) -> Failure {
        match read(body, 7).await {
            Err(failure) => failure,
            Ok(_) => panic!("the body was taken"),
        }
    }

    fn detail(failure: &Failure) -> (u16, &'static str) {
        match failure {
            Failure::Http { status, detail } => (status.as_u16(), detail),
            other => panic!("{other:?}"),
        }
    }

    const GIVEN: (&str, &[u8]) = ("name=\"details\"", b"{\"a\":1}");
    const HANDED: (&str, &[u8]) = (
        "name=\"file\"; filename=\"a b.pdf\"",
        b"%PDF-\r\n--edg\r\n\0",
    );

    #[tokio::test]
    async fn details_and_file_are_read_however_the_body_is_cut() {
        let body = body(&[GIVEN, HANDED]);
        for piece in 1..=body.len() {
            let (given, file) = read(&body, piece).await.unwrap();
            assert_eq!(given, json!({"a": 1}), "{piece}");
            assert_eq!(file.name.as_str(), "a b.pdf");
            let pieces: Vec<Bytes> = file.content.try_collect().await.unwrap();
            assert_eq!(pieces.concat(), HANDED.1, "{piece}");
        }
    }

    #[tokio::test]
    async fn a_file_may_be_empty() {
        let body = body(&[GIVEN, (HANDED.0, b"")]);
        let (_, file) = read(&body, 9).await.unwrap();
        let pieces: Vec<Bytes> = file.content.try_collect().await.unwrap();
        assert_eq!(pieces.concat(), b"");
    }

    #[tokio::test]
    async fn each_flaw_is_named() {
        let long = vec![b' '; DETAILS_BYTES + 1];
        for (parts, expected) in [
            (vec![HANDED], &NO_DETAILS),
            (vec![HANDED, GIVEN], &NO_DETAILS),
            (vec![], &NO_DETAILS),
            (vec![GIVEN], &NO_FILE),
            (vec![GIVEN, GIVEN], &NO_FILE),
            (vec![GIVEN, ("name=\"file\"", b"no name")], &NO_FILE),
            (vec![(GIVEN.0, b"{"), HANDED], &NOT_JSON),
            (vec![(GIVEN.0, &long), HANDED], &TOO_LARGE),
        ] {
            let failure = refusal(&body(&parts)).await;
            assert_eq!(detail(&failure), detail(expected));
        }
        assert_eq!(detail(&refusal(b"--edge").await), detail(&BROKEN));
        assert_eq!(detail(&refusal(b"no parts").await), detail(&BROKEN));
    }

    #[tokio::test]
    async fn another_kind_of_body_is_refused() {
        for kind in [
            "application/json",
            "multipart/form-data",
            "multipart/mixed; boundary=edge",
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
            let nothing = stream::iter([Ok::<_, Infallible>(Bytes::new())]);
            let Err(failure) = opened(&headers, nothing).await else {
                panic!("{kind} was taken");
            };
            assert_eq!(detail(&failure), detail(&UNSUPPORTED), "{kind}");
        }
    }

    #[tokio::test]
    async fn a_second_file_is_told_once_the_first_has_passed() {
        let body = body(&[GIVEN, HANDED, HANDED]);
        let (_, file) = read(&body, 7).await.unwrap();
        let read: Result<Vec<Bytes>, _> = file.content.try_collect().await;
        assert!(matches!(read, Err(BlobError::Interrupted(_))));
        assert_eq!(detail(&file.flaw.told().unwrap()), detail(&MORE));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_never_ends_well() {
        let body = body(&[GIVEN, HANDED]);
        // Without the last line break a body is whole.
        for length in 0..body.len() - 2 {
            let part = body.get(..length).unwrap();
            let Ok((_, file)) = read(part, 5).await else {
                continue;
            };
            let read: Result<Vec<Bytes>, _> = file.content.try_collect().await;
            assert!(matches!(read, Err(BlobError::Interrupted(_))), "{length}");
            assert!(file.flaw.told().is_none());
        }
    }

    #[tokio::test]
    async fn headers_without_end_are_not_kept() {
        let mut endless = b"--edge\r\nX: ".to_vec();
        endless.resize(64 * 1024, b'x');
        let failure = refusal(&endless).await;
        assert_eq!(detail(&failure), detail(&BROKEN));
        let mut behind = body(&[GIVEN, HANDED]);
        behind.truncate(behind.len() - 4);
        behind.extend_from_slice(b"\r\nX: ");
        behind.resize(behind.len() + 64 * 1024, b'x');
        let (_, file) = read(&behind, 100).await.unwrap();
        let read: Result<Vec<Bytes>, _> = file.content.try_collect().await;
        let Err(BlobError::Interrupted(cause)) = read else {
            panic!("{read:?}");
        };
        let cause = cause.source().unwrap().to_string();
        assert_eq!(cause, "the parts' headers are too long");
    }

    #[tokio::test]
    async fn a_piece_is_handed_on_before_the_next_is_taken() {
        let whole = body(&[GIVEN, (HANDED.0, &[b'x'; 1_000_000])]);
        let taken = Arc::new(AtomicU64::new(0));
        let counted = taken.clone();
        let pieces: Vec<_> = whole.chunks(1_000).map(Bytes::copy_from_slice).collect();
        let pieces = pieces.into_iter().map(move |piece| {
            counted.fetch_add(piece.len() as u64, Ordering::Relaxed);
            Ok::<_, Infallible>(piece)
        });
        let kind = HeaderValue::from_static("multipart/form-data; boundary=edge");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
        let (_, mut file) = opened(&headers, stream::iter(pieces)).await.unwrap();
        let mut read = 0;
        while let Some(piece) = file.content.next().await {
            read += piece.unwrap().len() as u64;
            let ahead = taken.load(Ordering::Relaxed) - read;
            assert!(ahead < 4_000, "{ahead} bytes are held");
        }
        assert_eq!(read, 1_000_000);
    }
}
