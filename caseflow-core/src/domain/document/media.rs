//! Kinds of files.

use super::super::text::FileName;

/// What kind of file it is, as far as its name and its first bytes agree.
///
/// The kind decides what a browser is told and whether a preview is offered. A file whose name says
/// one thing and whose bytes say another is [`Other`](Self::Other): nobody opens it by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    /// A PDF document.
    Pdf,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A WebP image.
    Webp,
    /// A GIF image.
    Gif,
    /// Plain text in UTF-8.
    Text,
    /// Values separated by commas, in UTF-8.
    Csv,
    /// A ZIP archive.
    Zip,
    /// A Word document.
    Docx,
    /// An Excel workbook.
    Xlsx,
    /// A PowerPoint presentation.
    Pptx,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Anything else.
    Other,
}

/// A kind, its name at IANA, the endings that say it, and how such a file begins.
type Kind = (MediaType, &'static str, &'static [&'static str], Begins);

/// How files of a kind begin.
#[derive(Clone, Copy)]
enum Begins {
    With(&'static [u8]),
    /// `RIFF`, four bytes of length, `WEBP`.
    Riff,
    /// Text in UTF-8 without control characters.
    Text,
    Anyhow,
}

const ZIP: Begins = Begins::With(b"PK\x03\x04");

const KINDS: [Kind; 14] = [
    (
        MediaType::Pdf,
        "application/pdf",
        &["pdf"],
        Begins::With(b"%PDF-"),
    ),
    (
        MediaType::Png,
        "image/png",
        &["png"],
        Begins::With(b"\x89PNG\r\n\x1a\n"),
    ),
    (
        MediaType::Jpeg,
        "image/jpeg",
        &["jpg", "jpeg"],
        Begins::With(b"\xff\xd8\xff"),
    ),
    (MediaType::Webp, "image/webp", &["webp"], Begins::Riff),
    (MediaType::Gif, "image/gif", &["gif"], Begins::With(b"GIF8")),
    (
        MediaType::Text,
        "text/plain; charset=utf-8",
        &["txt"],
        Begins::Text,
    ),
    (
        MediaType::Csv,
        "text/csv; charset=utf-8",
        &["csv"],
        Begins::Text,
    ),
    (MediaType::Zip, "application/zip", &["zip"], ZIP),
    (
        MediaType::Docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
        ZIP,
    ),
    (
        MediaType::Xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
        ZIP,
    ),
    (
        MediaType::Pptx,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
        ZIP,
    ),
    (
        MediaType::Odt,
        "application/vnd.oasis.opendocument.text",
        &["odt"],
        ZIP,
    ),
    (
        MediaType::Ods,
        "application/vnd.oasis.opendocument.spreadsheet",
        &["ods"],
        ZIP,
    ),
    (
        MediaType::Other,
        "application/octet-stream",
        &[],
        Begins::Anyhow,
    ),
];

impl MediaType {
    /// How many bytes of a file's beginning are looked at.
    pub const HEAD: usize = 512;

    /// The kind of a file with this name that begins with these bytes.
    #[must_use]
    pub fn of(name: &FileName, head: &[u8]) -> Self {
        let Some(ending) = name.ending() else {
            return Self::Other;
        };
        let said = KINDS
            .iter()
            .find(|(_, _, endings, _)| endings.contains(&ending.as_str()));
        match said {
            Some((kind, _, _, begins)) if begins.fit(head) => *kind,
            _ => Self::Other,
        }
    }

    /// The media type as HTTP says it (IANA's registry).
    #[must_use]
    pub fn code(self) -> &'static str {
        let kind = KINDS.iter().find(|(kind, ..)| *kind == self);
        kind.map_or("application/octet-stream", |(_, code, ..)| code)
    }

    /// Finds a kind by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let kind = KINDS.iter().find(|(_, known, ..)| *known == code);
        kind.map(|(kind, ..)| *kind)
    }

    /// Whether browsers show it themselves, so that a preview is offered (R-DOC-2).
    #[must_use]
    pub const fn has_preview(self) -> bool {
        matches!(
            self,
            Self::Pdf | Self::Png | Self::Jpeg | Self::Webp | Self::Gif
        )
    }
}

impl Begins {
    fn fit(self, head: &[u8]) -> bool {
        match self {
            Self::With(start) => head.starts_with(start),
            Self::Riff => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
            Self::Text => is_text(head.get(..MediaType::HEAD).unwrap_or(head)),
            Self::Anyhow => true,
        }
    }
}

/// Whether the bytes are the beginning of a text: a letter may be cut at the end.
fn is_text(head: &[u8]) -> bool {
    let text = match str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_some() => return false,
        Err(error) => head
            .get(..error.valid_up_to())
            .and_then(|valid| str::from_utf8(valid).ok())
            .unwrap_or_default(),
    };
    let breaks = |sign: char| matches!(sign, '\n' | '\r' | '\t');
    text.chars().all(|sign| breaks(sign) || !sign.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, head: &[u8]) -> MediaType {
        MediaType::of(&FileName::of(name), head)
    }

    #[test]
    fn a_kind_is_what_name_and_bytes_both_say() {
        for (name, head, kind) in [
            ("a.pdf", b"%PDF-1.7".as_slice(), MediaType::Pdf),
            ("A.PDF", b"%PDF-1.7", MediaType::Pdf),
            ("a.pdf", b"<script>", MediaType::Other),
            ("a.png", b"\x89PNG\r\n\x1a\n....", MediaType::Png),
            ("a.png", b"GIF89a", MediaType::Other),
            ("a.jpeg", b"\xff\xd8\xff\xe0", MediaType::Jpeg),
            ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", MediaType::Webp),
            ("a.webp", b"RIFF\x10\0\0\0WAVEfmt ", MediaType::Other),
            ("a.docx", b"PK\x03\x04", MediaType::Docx),
            ("a.txt", "grün".as_bytes(), MediaType::Text),
            ("a.txt", b"\xc3", MediaType::Text),
            ("a.txt", b"\xff\xfe\0a", MediaType::Other),
            ("a.txt", b"a\0b", MediaType::Other),
            ("a.html", b"<html>", MediaType::Other),
            ("a.svg", b"<svg>", MediaType::Other),
            ("pdf", b"%PDF-1.7", MediaType::Other),
        ] {
            assert_eq!(of(name, head), kind, "{name}");
        }
    }

    #[test]
    fn each_kind_is_found_by_its_code() {
        for (kind, code, ..) in KINDS {
            assert_eq!(kind.code(), code);
            assert_eq!(MediaType::from_code(code), Some(kind));
        }
    }

    #[test]
    fn nothing_that_runs_has_a_preview() {
        let shown: Vec<_> = KINDS
            .iter()
            .filter(|(kind, ..)| kind.has_preview())
            .collect();
        assert!(
            shown
                .iter()
                .all(|(_, code, ..)| *code == "application/pdf" || code.starts_with("image/"))
        );
        assert!(shown.iter().all(|(_, code, ..)| !code.contains("svg")));
    }
}
