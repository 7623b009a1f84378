//! Documents as files to be kept, under names that are safe whatever they hold.

use std::ops::Range;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderName,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::document::MediaType;
use caseflow_core::domain::id::{DocumentId, VaultItemId};
use caseflow_core::domain::text::FileName;
use caseflow_core::ports::blobs::Content;
use caseflow_core::ports::pdf::PdfFile;
use caseflow_core::{Document, DocumentContent, KeptFile, TakeOut, VaultFile};

use crate::archive;
use crate::error::Failure;
use crate::range::{Wanted, wanted};
use crate::state::RequestId;
use crate::urls::encode;

/// The document as an attachment: a browser keeps it and opens it nowhere in the portal (R-DOC-3).
pub(crate) fn pdf(document: Document) -> Response {
    attachment(&document.name, &document.title, document.file.bytes)
}

/// A file that was stored, likewise: the same bytes whenever it is asked for.
pub(crate) fn kept(kept: KeptFile) -> Response {
    attachment(&kept.name, &kept.title, kept.file.into_bytes())
}

fn attachment(name: &str, title: &str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static(PdfFile::MEDIA_TYPE)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (CONTENT_DISPOSITION, disposition(name, title)),
    ];
    (headers, bytes).into_response()
}

/// The newest version of a document, or an older one, as much of it as `headers` ask for.
pub(crate) async fn document(
    id: DocumentId,
    content: &DocumentContent,
    way: Way,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let version = &content.version;
    let file = Streamed {
        name: &version.name,
        media: version.media,
        length: version.size,
        etag: &format!("\"{id}-{}\"", version.number),
        way,
    };
    let read = async |part| content.read(part).await.map_err(Failure::from);
    file.answer(headers, read).await
}

/// An archive that is made while it is sent, called after the firm and the day.
pub(crate) fn archive(take_out: TakeOut, request: RequestId) -> Response {
    let firm = take_out.firm();
    let day = firm.zone.day(take_out.began());
    let plain = format!("take-out-{day}.zip");
    let name = attached(&plain, firm.name.as_str(), &format!("-{day}.zip"));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (CONTENT_DISPOSITION, name),
    ];
    (headers, archive::body(take_out, request)).into_response()
}

/// A file of a vault, as much of it as `headers` ask for: always to be kept, never to be shown.
pub(crate) async fn vault(
    id: VaultItemId,
    file: VaultFile,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let name = file.name.clone();
    let streamed = Streamed {
        name: &name,
        media: file.media,
        length: file.length,
        etag: &format!("\"{id}-{}\"", file.version),
        way: Way::Attached,
    };
    let read = async |part| file.content(part).await.map_err(Failure::from);
    streamed.answer(headers, read).await
}

const SANDBOX: &str = "sandbox; default-src 'none'";

/// A file that comes in pieces, of which a part may be asked for.
#[derive(Debug)]
pub(crate) struct Streamed<'a> {
    pub(crate) name: &'a FileName,
    pub(crate) media: MediaType,
    pub(crate) length: u64,
    /// Names the version of the file, in quotes.
    pub(crate) etag: &'a str,
    pub(crate) way: Way,
}

/// What a browser does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It keeps it.
    Attached,
    /// It shows it, in a sandbox; a kind that has no [preview](MediaType::has_preview) it keeps.
    Shown,
}

impl Streamed<'_> {
    /// Answers what `headers` ask for: the whole file, a part of it, or that the asker has it. `read` is
    /// called with the bytes that are sent, unless none are. Nothing runs in the portal's origin, whatever the file holds (R-DOC-3).
    pub(crate) async fn answer<F>(
        &self,
        headers: &HeaderMap,
        read: impl FnOnce(Range<u64>) -> F,
    ) -> Result<Response, Failure>
    where
        F: Future<Output = Result<Content<'static>, Failure>>,
    {
        let wanted = wanted(headers, self.etag, self.length);
        let (status, part) = match wanted {
            Wanted::Whole => (StatusCode::OK, 0..self.length),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
            Wanted::Beyond => return Ok(self.beyond()),
            Wanted::Known => return Ok(self.bare(StatusCode::NOT_MODIFIED)),
        };
        let mut response = self.bare(status);
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, (part.end - part.start).into());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media.code()));
        let disposition = self.disposition();
        headers.insert(CONTENT_DISPOSITION, disposition);
        if status == StatusCode::PARTIAL_CONTENT {
            let said = format!("bytes {}-{}/{}", part.start, part.end - 1, self.length);
            set(headers, CONTENT_RANGE, &said);
        }
        *response.body_mut() = Body::from_stream(read(part).await?);
        Ok(response)
    }

    fn bare(&self, status: StatusCode) -> Response {
        let mut response = status.into_response();
        let headers = response.headers_mut();
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        set(headers, ETAG, self.etag);
        set(headers, CONTENT_SECURITY_POLICY, SANDBOX);
        response
    }

    fn beyond(&self) -> Response {
        let mut response = self.bare(StatusCode::RANGE_NOT_SATISFIABLE);
        let said = format!("bytes */{}", self.length);
        set(response.headers_mut(), CONTENT_RANGE, &said);
        response
    }

    /// RFC 6266: the plain name for old programs, and the name in UTF-8.
    fn disposition(&self) -> HeaderValue {
        let shown = self.way == Way::Shown && self.media.has_preview();
        let way = if shown { "inline" } else { "attachment" };
        let name = plain(self.name.as_str());
        let mut value = format!("{way}; filename=\"{name}\"; filename*=UTF-8''");
        encode(&readable(self.name.as_str(), FileName::MAX), &mut value);
        let fallback = HeaderValue::from_static("attachment");
        HeaderValue::from_str(&value).unwrap_or(fallback)
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The most characters of a title in a file's name.
const LONGEST: usize = 100;

fn disposition(name: &str, title: &str) -> HeaderValue {
    attached(name, title, ".pdf")
}

/// RFC 6266: the plain name for old programs, and the title with its ending in UTF-8.
fn attached(name: &str, title: &str, ending: &str) -> HeaderValue {
    let mut value = format!(
        "attachment; filename=\"{}\"; filename*=UTF-8''",
        plain(name)
    );
    encode(&readable(title, LONGEST), &mut value);
    value.push_str(ending);
    let fallback = HeaderValue::from_static("attachment");
    HeaderValue::from_str(&value).unwrap_or(fallback)
}

/// What needs no quotes in any header and has no meaning in any file system.
fn plain(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name
        .chars()
        .map(|c| if safe(c) { c } else { '-' })
        .collect();
    name.trim_start_matches(['.', '-']).to_owned()
}

/// The title without parts of a path, without what cannot be seen, and never hidden.
fn readable(title: &str, longest: usize) -> String {
    let shown = title.chars().filter(|c| !is_unseen(*c)).map(|c| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' => '-',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    });
    let shown: String = shown.take(longest).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let name = words.join(" ");
    match name.trim_matches(['.', ' ', '-']) {
        "" => "document".to_owned(),
        name => name.to_owned(),
    }
}

/// Marks of direction and joiners, which let a name end otherwise than it seems to.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e22_a_name_is_safe_whatever_it_holds() {
        for (title, expected) in [
            ("Invoice INV-0001", "Invoice%20INV-0001"),
            ("../../etc/passwd", "etc-passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\x", "C--x"),
            ("a\"; filename=\"evil.exe", "a-%3B%20filename%3D-evil.exe"),
            ("a\r\nSet-Cookie: b=c", "a%20Set-Cookie-%20b%3Dc"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("Rechnung RE/2026/7", "Rechnung%20RE-2026-7"),
            ("%2e%2e%2fx", "2e-2e-2fx"),
            (
                "חשבונית 7",
                "%D7%97%D7%A9%D7%91%D7%95%D7%A0%D7%99%D7%AA%207",
            ),
            ("\u{200b}", "document"),
            ("...", "document"),
            ("", "document"),
        ] {
            let value = disposition("invoice-1.pdf", title);
            let value = value.to_str().unwrap();
            assert_eq!(
                value,
                format!("attachment; filename=\"invoice-1.pdf\"; filename*=UTF-8''{expected}.pdf"),
                "{title:?}"
            );
        }
        let long = disposition("x.pdf", &"é".repeat(5_000));
        assert!(long.len() < 1_000, "{}", long.len());
    }

    #[test]
    fn e22_the_plain_name_is_plain() {
        for (name, expected) in [
            ("invoice-INV-0001.pdf", "invoice-INV-0001.pdf"),
            ("../a b\".pdf", "a-b-.pdf"),
            ("\r\n.pdf", "pdf"),
            ("é.pdf", "pdf"),
        ] {
            assert_eq!(plain(name), expected, "{name:?}");
        }
    }
}
