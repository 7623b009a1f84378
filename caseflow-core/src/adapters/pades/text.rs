//! Text out of other people's files: decoded leniently, shown safely.

use der::Tag;
use der::asn1::AnyRef;

use crate::domain::text::Line;
use crate::domain::time::Timestamp;

/// As much of a text as a line holds, with `?` for what could hide or reorder text.
pub(super) fn cleaned<const MAX: usize>(text: &str) -> Option<Line<MAX>> {
    if let Ok(line) = Line::parse(text) {
        return Some(line);
    }
    let safe = |c: char| {
        let alone = c == ' ' || Line::<1>::parse(c.encode_utf8(&mut [0; 4])).is_ok();
        if alone { c } else { '?' }
    };
    let shortened: String = text.trim().chars().take(MAX).map(safe).collect();
    Line::parse(&shortened).ok()
}

/// Any of the ways in which a certificate may write text.
pub(super) fn directory_string(value: AnyRef<'_>) -> String {
    match value.header().tag() {
        Tag::BmpString => utf16(value.value()),
        Tag::TeletexString => latin(value.value()),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    }
}

/// A text string of a PDF file.
pub(super) fn pdf_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => latin(bytes),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter();
    let units: Vec<u16> = units.map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// A text as a string of a PDF file.
pub(super) fn to_pdf_string(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    [0xfe, 0xff].into_iter().chain(units).collect()
}

/// A date of a PDF file, `D:20261124093000+01'00'`, or of ASN.1, `20261124093000.5Z`. Without a zone
/// it is taken for UTC.
pub(super) fn date(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (moment, zone) = text.split_at_checked(digits)?;
    if digits < 4 || digits % 2 == 1 {
        return None;
    }
    const LATEST: &str = "00000101000000";
    let moment = format!("{moment}{}", LATEST.get(digits..)?);
    let part = |range| moment.get(range);
    let (fraction, zone) = fraction(zone);
    let rfc3339 = format!(
        "{}-{}-{}T{}:{}:{}{fraction}{}",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(8..10)?,
        part(10..12)?,
        part(12..14)?,
        offset(zone)?
    );
    Timestamp::parse(&rfc3339).ok()
}

fn fraction(text: &str) -> (&str, &str) {
    let Some(digits) = text.strip_prefix('.') else {
        return ("", text);
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&length) {
        text.split_at_checked(length + 1).unwrap_or(("", text))
    } else {
        ("", text)
    }
}

/// `+01'00'`, `+01'00`, `+01`, `Z00'00'`, `Z` or nothing, as RFC 3339 says it.
fn offset(zone: &str) -> Option<String> {
    let sign = match zone.chars().next() {
        None | Some('Z') => return Some("Z".to_owned()),
        Some(sign @ ('+' | '-')) => sign,
        Some(_) => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours = digits.get(..2)?;
    let minutes = digits.get(2..4).unwrap_or("00");
    Some(format!("{sign}{hours}:{minutes}"))
}

/// The date of a PDF file, to the second.
pub(super) fn to_pdf_date(at: Timestamp) -> String {
    at.to_utc().format("D:%Y%m%d%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        let utc = |text: &str| date(text.as_bytes()).map(|at| at.to_string());
        for (text, wanted) in [
            ("D:20261124093000Z", "2026-11-24T09:30:00.000Z"),
            ("D:20261124103000+01'00'", "2026-11-24T09:30:00.000Z"),
            ("D:20261124103000+01'00", "2026-11-24T09:30:00.000Z"),
            ("D:20261124043000-05'00'", "2026-11-24T09:30:00.000Z"),
            ("D:20261124093000Z00'00'", "2026-11-24T09:30:00.000Z"),
            ("D:20261124", "2026-11-24T00:00:00.000Z"),
            ("D:2026", "2026-01-01T00:00:00.000Z"),
            ("20261124093000.25Z", "2026-11-24T09:30:00.250Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "D:",
            "D:202",
            "D:20261324",
            "yesterday",
            "D:2026112409300é",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
        let at = Timestamp::parse("2026-11-24T09:30:00.999Z").unwrap();
        assert_eq!(to_pdf_date(at), "D:20261124093000Z");
    }

    #[test]
    fn other_peoples_text_cannot_hide_or_reorder() {
        let line = |text: &str| cleaned::<12>(text).map(|it| it.as_str().to_owned());
        assert_eq!(line(" Müller "), Some("Müller".into()));
        assert_eq!(line("a\u{202e}b\nc"), Some("a?b?c".into()));
        assert_eq!(
            line("a name of far too many letters"),
            Some("a name of fa".into())
        );
        assert_eq!(line(" "), None);
    }

    #[test]
    fn strings_of_a_pdf_keep_their_text() {
        for text in ["plain", "Grüße an 李 🙂"] {
            assert_eq!(pdf_string(&to_pdf_string(text)), text);
        }
    }
}
