//! A letter as an Internet message (RFC 5322).

use std::time::{Duration, SystemTime};

use caseflow_core::domain::text::Email;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::mailer::{self, Letter, MailerError};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};

/// The message that `letter` becomes when it is sent by `from`.
pub(super) fn message(from: &Email, letter: &Letter) -> Result<Message, MailerError> {
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}@{}>", letter.id, domain(from))))
        .date(date(letter.at))
        .from(mailbox(letter.from_name.as_str(), from)?)
        .to(mailbox(&letter.to_name, &letter.to)?)
        .subject(plain(&letter.subject))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", letter.language.as_str()));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(letter.from_name.as_str(), reply_to)?);
    }
    if letter.attachments.is_empty() {
        return builder.multipart(faces(letter)).map_err(refused);
    }
    let mut parts = MultiPart::mixed()
        .boundary(boundary("files", letter))
        .multipart(faces(letter));
    for attachment in &letter.attachments {
        parts = parts.singlepart(enclosed(attachment)?);
    }
    builder.multipart(parts).map_err(refused)
}

/// The two faces, of which a reader is shown the last one that it can show (RFC 2046, 5.1.4).
fn faces(letter: &Letter) -> MultiPart {
    let face = |kind, words| SinglePart::builder().header(kind).body(body(words));
    MultiPart::alternative()
        .boundary(boundary("faces", letter))
        .singlepart(face(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(face(ContentType::TEXT_HTML, &letter.html))
}

/// What stands between parts: the same at every attempt, and in nothing that is encoded, for lines of
/// base64 begin with no dash. No words hold it, for nobody knows the id who writes some.
fn boundary(of: &str, letter: &Letter) -> String {
    format!("--{of}-{}", letter.id)
}

fn enclosed(attachment: &mailer::Attachment) -> Result<SinglePart, MailerError> {
    let kind = ContentType::parse(attachment.media_type).map_err(refused)?;
    let name = plain(&attachment.name);
    Ok(Attachment::new(name).body(attachment.bytes.clone(), kind))
}

/// The longest line a message may have (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// Plain ASCII goes as it is, so that a long link stays in one piece for whoever reads the source;
/// everything else is encoded as lettre sees fit.
fn body(text: &str) -> Body {
    let plain = text.is_ascii() && !text.contains(['\r', '\0']);
    if plain && text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let text = text.replace('\n', "\r\n").into_bytes();
        return Body::dangerous_pre_encoded(text, ContentTransferEncoding::SevenBit);
    }
    Body::new(text.to_owned())
}

/// The right-hand side of the sender's address, which makes the id unique in the world.
fn domain(from: &Email) -> &str {
    from.as_str()
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain)
}

fn mailbox(name: &str, address: &Email) -> Result<Mailbox, MailerError> {
    let address = address.as_str().parse().map_err(refused)?;
    Ok(Mailbox::new(Some(plain(name)), address))
}

/// Text for a header: a line break in it would begin another header.
fn plain(text: &str) -> String {
    let words = text.split(char::is_control).filter(|part| !part.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn date(at: Timestamp) -> SystemTime {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> MailerError {
    MailerError::Refused(None, Box::new(error))
}

#[cfg(test)]
pub(super) mod tests {
    use caseflow_core::domain::text::{LanguageTag, Line};

    use super::*;

    const LINK: &str = "https://portal.example.com/a-rather-long-prefix/set-password/\
                        IzN3w5gKs1gY2SqF6fMPcQ3WmUkdvFivtZG7G1KJIIY";

    pub(crate) fn letter() -> Letter {
        Letter {
            id: "mail_01j9zzzzzzzzzzzzzzzzzzzzzz".parse().unwrap(),
            at: Timestamp::parse("2026-03-02T09:00:00Z").unwrap(),
            from_name: Line::parse("Muster & Partner").unwrap(),
            reply_to: Some(Email::parse("office@muster.example").unwrap()),
            to: Email::parse("ana@client.example").unwrap(),
            to_name: "Ana Keller".to_owned(),
            language: LanguageTag::parse("en").unwrap(),
            subject: "Invoice INV-00001".to_owned(),
            text: format!("Dear Ana Keller,\n\n{LINK}\n"),
            html: format!("<p>Dear Ana Keller,</p>\n<p><a href=\"{LINK}\">{LINK}</a></p>\n"),
            attachments: vec![],
        }
    }

    pub(crate) fn sender() -> Email {
        Email::parse("portal@example.com").unwrap()
    }

    fn formatted(letter: &Letter) -> String {
        String::from_utf8(message(&sender(), letter).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_letter_has_its_own_id_date_and_addresses() {
        let mail = formatted(&letter());
        for line in [
            "Message-ID: <mail_01j9zzzzzzzzzzzzzzzzzzzzzz@example.com>",
            "Date: Mon, 02 Mar 2026 09:00:00 +0000",
            "From: =?utf-8?b?TXVzdGVyICYgUGFydG5lcg==?= <portal@example.com>",
            "Reply-To: =?utf-8?b?TXVzdGVyICYgUGFydG5lcg==?= <office@muster.example>",
            "To: \"Ana Keller\" <ana@client.example>",
            "Subject: Invoice INV-00001",
            "Auto-Submitted: auto-generated",
            "Content-Language: en",
            LINK,
        ] {
            assert!(mail.lines().any(|found| found == line), "{line}\n{mail}");
        }
    }

    #[test]
    fn a_letter_has_two_faces_the_better_one_last() {
        let letter = Letter {
            html: "<p>Grüße</p>\n".to_owned(),
            ..letter()
        };
        let mail = formatted(&letter);
        let (head, rest) = mail.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains("Content-Type: multipart/alternative;"),
            "{head}"
        );
        let parts: Vec<&str> = rest.split(&format!("----faces-{}", letter.id)).collect();
        assert_eq!(parts.len(), 4, "{rest}");
        assert!(
            parts[1].contains("Content-Type: text/plain; charset=utf-8"),
            "{rest}"
        );
        assert!(parts[1].contains(LINK), "{rest}");
        assert!(
            parts[2].contains("Content-Type: text/html; charset=utf-8"),
            "{rest}"
        );
        assert!(parts[2].contains("Gr=C3=BC=C3=9Fe"), "{rest}");
    }

    #[test]
    fn no_text_becomes_another_header() {
        let nasty = "x\r\nBcc: eve@evil.example\r\n\r\nDear all\u{b}\n";
        let letter = Letter {
            subject: nasty.to_owned(),
            to_name: nasty.to_owned(),
            ..letter()
        };
        let mail = formatted(&letter);
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(
            !head
                .lines()
                .any(|line| line.to_lowercase().starts_with("bcc")),
            "{head}"
        );
        assert!(!head.lines().any(|line| line.starts_with("Dear")), "{head}");
        let to = message(&sender(), &letter).unwrap();
        assert_eq!(to.envelope().to().len(), 1);
    }

    #[test]
    fn what_is_enclosed_arrives_byte_for_byte_under_its_name() {
        let bytes: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        let letter = Letter {
            attachments: vec![mailer::Attachment {
                name: "invoice-INV-00001.pdf".to_owned(),
                media_type: "application/pdf",
                bytes: bytes.clone(),
            }],
            ..letter()
        };
        let mail = formatted(&letter);
        assert_eq!(mail, formatted(&letter), "the same at every attempt");
        let (head, rest) = mail.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Type: multipart/mixed;"), "{head}");
        let boundary = format!("\r\n----files-{}", letter.id);
        let parts: Vec<&str> = rest.split(&boundary).collect();
        assert_eq!(parts.len(), 3, "{rest}");
        let (head, _) = parts[0].split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains("Content-Type: multipart/alternative;"),
            "{head}"
        );
        assert!(mail.lines().any(|line| line == LINK), "{mail}");
        let (head, file) = parts[1].split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Type: application/pdf"), "{head}");
        let disposition = "Content-Disposition: attachment; filename=\"invoice-INV-00001.pdf\"";
        assert!(head.contains(disposition), "{head}");
        let file: String = file.split_whitespace().collect();
        assert_eq!(decoded(&file), bytes);
    }

    fn decoded(base64: &str) -> Vec<u8> {
        let digit = |byte: u8| match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let quads = base64.trim_end_matches('=').as_bytes().chunks(4);
        quads
            .flat_map(|quad| {
                let bits = quad
                    .iter()
                    .fold(0_u32, |bits, byte| bits << 6 | u32::from(digit(*byte)));
                let bits = bits << (6 * (4 - quad.len()));
                bits.to_be_bytes()[1..quad.len()].to_vec()
            })
            .collect()
    }
}
