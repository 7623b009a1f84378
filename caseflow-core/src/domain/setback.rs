//! Why a mail did not leave when it was last tried.
//!
//! What a mail server said in its own words is not kept: it may quote the mail, and with it a link
//! that lets somebody in. Its code says enough, and cannot.

use std::fmt;
use std::str::FromStr;

/// Why a mail did not leave. As text it is a sentence for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setback {
    /// Nobody will ever take it.
    Refused(Option<MailReply>),
    /// The mail server would not take it at that time.
    Deferred(MailReply),
    /// The mail server did not answer, or stopped to.
    Unreachable,
    /// The connection to the mail server could not be made secret, so nothing was sent over it.
    Insecure,
    /// The document that goes along with it could not be made.
    NoDocument,
}

impl Setback {
    /// The text used in storage, such as `refused 550 5.1.1`.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Refused(None) => "refused".to_owned(),
            Self::Refused(Some(reply)) => format!("refused {reply}"),
            Self::Deferred(reply) => format!("deferred {reply}"),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Insecure => "insecure".to_owned(),
            Self::NoDocument => "no_document".to_owned(),
        }
    }

    /// Reads what [`code`](Self::code) wrote.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (word, reply) = match code.split_once(' ') {
            Some((word, reply)) => (word, Some(reply.parse().ok()?)),
            None => (code, None),
        };
        Some(match (word, reply) {
            ("refused", reply) => Self::Refused(reply),
            ("deferred", Some(reply)) => Self::Deferred(reply),
            ("unreachable", None) => Self::Unreachable,
            ("insecure", None) => Self::Insecure,
            ("no_document", None) => Self::NoDocument,
            _ => return None,
        })
    }
}

impl fmt::Display for Setback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(None) => f.write_str("No message can be made of it for this address."),
            Self::Refused(Some(reply)) => {
                write!(f, "The mail server refused it{} ({reply}).", reply.reason())
            }
            Self::Deferred(reply) => {
                let reason = reply.reason();
                write!(
                    f,
                    "The mail server did not take it this time{reason} ({reply})."
                )
            }
            Self::Unreachable => f.write_str("The mail server could not be reached."),
            Self::Insecure => f.write_str(
                "The connection to the mail server could not be made secret, so nothing was sent.",
            ),
            Self::NoDocument => f.write_str("The document that goes with it could not be made."),
        }
    }
}

/// A mail server's refusal: the reply code (RFC 5321, 4.2.1), and what the first word of its text says
/// more exactly (RFC 3463), such as `550 5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailReply {
    code: u16,
    status: Option<[u16; 3]>,
}

impl MailReply {
    /// Reads a refusal's code and the text that stood behind it; of the text only a status is kept.
    #[must_use]
    pub fn parse(code: &str, text: &str) -> Option<Self> {
        let digits = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
        let code = code.parse().ok().filter(|_| digits)?;
        let status = text.split_whitespace().next().and_then(status);
        (400..600).contains(&code).then_some(Self { code, status })
    }

    /// What the code means, if it means one thing: begins with a colon.
    fn reason(self) -> &'static str {
        let [_, subject, detail] = self.status.unwrap_or_default();
        match (subject, detail, self.code) {
            (1, 1, _) => ": there is no such mailbox",
            (1, 2, _) => ": there is no such domain",
            (1, ..) => ": it does not accept the address",
            (2, 1, _) => ": the mailbox is closed",
            (2, 2, _) | (_, _, 452 | 552) => ": the mailbox is full",
            (2, 3, _) | (3, 4, _) => ": the mail is too large",
            (7, ..) => ": its rules forbid it",
            (_, _, 530 | 535) => ": it does not accept our sign-in",
            (_, _, 550) => ": it does not accept the address or the mail",
            (_, _, 551 | 553) => ": it does not accept the address",
            (_, _, 421) => ": it is closing",
            (_, _, 450 | 451) => ": it asks for another try later",
            _ => "",
        }
    }
}

/// Three numbers with dots between them, the first of which is 4 or 5.
fn status(word: &str) -> Option<[u16; 3]> {
    let mut parts = word.split('.');
    let mut next = || {
        let part = parts.next().filter(|part| part.len() <= 3)?;
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| digits)
    };
    let status = [next()?, next()?, next()?];
    let [class, ..] = status;
    (parts.next().is_none() && matches!(class, 4 | 5)).then_some(status)
}

impl fmt::Display for MailReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            None => write!(f, "{}", self.code),
            Some([class, subject, detail]) => {
                write!(f, "{} {class}.{subject}.{detail}", self.code)
            }
        }
    }
}

/// A text that is no refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mail server's refusal")]
pub struct NoMailReply;

impl FromStr for MailReply {
    type Err = NoMailReply;

    fn from_str(text: &str) -> Result<Self, NoMailReply> {
        let (code, rest) = text.split_once(' ').unwrap_or((text, ""));
        Self::parse(code, rest).ok_or(NoMailReply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: &str, text: &str) -> MailReply {
        MailReply::parse(code, text).unwrap()
    }

    #[test]
    fn a_setback_reads_back_as_it_was_written() {
        for (setback, code) in [
            (Setback::Refused(None), "refused"),
            (
                Setback::Refused(Some(reply("550", "5.1.1 x"))),
                "refused 550 5.1.1",
            ),
            (Setback::Deferred(reply("451", "later")), "deferred 451"),
            (Setback::Unreachable, "unreachable"),
            (Setback::Insecure, "insecure"),
            (Setback::NoDocument, "no_document"),
        ] {
            assert_eq!(setback.code(), code);
            assert_eq!(Setback::from_code(code), Some(setback));
        }
        for wrong in [
            "",
            "refused ",
            "refused 250",
            "deferred",
            "insecure 550",
            "other",
        ] {
            assert_eq!(Setback::from_code(wrong), None, "{wrong}");
        }
    }

    /// A server that quotes the mail puts no link into our records.
    #[test]
    fn of_a_servers_words_nothing_is_kept() {
        let secret = "IzN3w5gKs1gY2SqF6fMPcQ3WmUkdvFivtZG7G1KJIIY";
        for text in [
            format!("https://portal.example/set-password/{secret} is blocked"),
            format!("5.7.1 blocked: {secret}"),
            format!("5.7.1{secret}"),
            secret.to_owned(),
        ] {
            let setback = Setback::Refused(MailReply::parse("554", &text));
            let kept = format!("{setback:?} {setback} {}", setback.code());
            assert!(!kept.contains(&secret[..4]), "{kept}");
        }
    }

    #[test]
    fn staff_are_told_what_a_code_means() {
        let told = |code, text| Setback::Refused(MailReply::parse(code, text)).to_string();
        assert_eq!(
            told("550", "5.1.1 no such user"),
            "The mail server refused it: there is no such mailbox (550 5.1.1)."
        );
        assert_eq!(told("599", "?"), "The mail server refused it (599).");
        assert_eq!(
            Setback::Deferred(reply("451", "4.7.1 greylisted")).to_string(),
            "The mail server did not take it this time: its rules forbid it (451 4.7.1)."
        );
    }

    #[test]
    fn only_a_refusal_is_a_reply() {
        for wrong in ["250", "39", "5500", "+55", "x"] {
            assert_eq!(MailReply::parse(wrong, ""), None, "{wrong}");
        }
        for (text, kept) in [
            ("5.1.1.1 x", "550"),
            ("2.1.1 x", "550"),
            ("5.1 x", "550"),
            ("5.10.999", "550 5.10.999"),
        ] {
            assert_eq!(reply("550", text).to_string(), kept);
        }
    }
}
