//! Documents as files to be kept, under names that are safe whatever they hold.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use caseflow_core::ports::pdf::PdfFile;
use caseflow_core::{Document, KeptFile};

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

const SANDBOX: &str = "sandbox; default-src 'none'";

/// The most characters of a title in a file's name.
const LONGEST: usize = 100;

/// RFC 6266: the plain name for old programs, and the title in UTF-8.
fn disposition(name: &str, title: &str) -> HeaderValue {
    let mut value = format!(
        "attachment; filename=\"{}\"; filename*=UTF-8''",
        plain(name)
    );
    encode(&readable(title), &mut value);
    value.push_str(".pdf");
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
fn readable(title: &str) -> String {
    let shown = title.chars().filter(|c| !is_unseen(*c)).map(|c| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' => '-',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    });
    let shown: String = shown.take(LONGEST).collect();
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
