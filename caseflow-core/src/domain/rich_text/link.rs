//! Where a link may lead.

use std::fmt;
use std::sync::Arc;

use crate::domain::text::{Email, Line};

/// An address that a link in a text may lead to: `http`, `https` with a host and nobody's name in
/// front of it, or `mailto` with one e-mail address.
///
/// It holds no space, no control or hidden character, no quotation mark, angle bracket or
/// backslash, so it is safe in an attribute, once `&` is escaped as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkAddress(Arc<str>);

/// The longest address that browsers and readers of files take.
const MAX: usize = 2_000;

impl LinkAddress {
    /// Takes what Markdown found as the aim of a link; nothing if it is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sound = !text.is_empty() && text.len() <= MAX && text.chars().all(may_stand);
        let (scheme, rest) = text.split_once(':').filter(|_| sound)?;
        let allowed = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => is_web(rest),
            "mailto" => is_mail(rest),
            _ => false,
        };
        // Whatever else a line may not hold.
        let line = Line::<MAX>::parse(text).ok().filter(|_| allowed)?;
        Some(Self(line.as_str().into()))
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same in ASCII (RFC 3987, 3.1): what is not is written as percent signs and digits.
    #[must_use]
    pub fn ascii(&self) -> String {
        let mut ascii = String::with_capacity(self.0.len());
        for character in self.0.chars() {
            if character.is_ascii() {
                ascii.push(character);
                continue;
            }
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                ascii.push_str(&format!("%{byte:02X}"));
            }
        }
        ascii
    }
}

impl fmt::Display for LinkAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn may_stand(character: char) -> bool {
    let hostile = matches!(
        character,
        '"' | '\'' | '<' | '>' | '\\' | '`' | '{' | '}' | '|' | '^'
    );
    !(hostile || character.is_whitespace() || character.is_control())
}

/// `//host…`, without `name@` before the host, behind which another host can hide.
fn is_web(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && !host.contains('@')
}

fn is_mail(rest: &str) -> bool {
    let (address, _) = rest.split_once('?').unwrap_or((rest, ""));
    Email::parse(address).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_and_to_mail() {
        for text in [
            "https://example.com",
            "HTTP://Example.com:8080/a?b=c&d=e#f",
            "https://müller.example/straße(1)",
            "https://[2001:db8::1]/",
            "mailto:ann@example.com?subject=Fees",
        ] {
            let address = LinkAddress::parse(text);
            assert_eq!(address.as_ref().map(LinkAddress::as_str), Some(text));
        }
        let address = LinkAddress::parse("https://example.com/ü–").unwrap();
        assert_eq!(address.ascii(), "https://example.com/%C3%BC%E2%80%93");
    }

    #[test]
    fn links_lead_nowhere_else() {
        let long = format!("https://example.com/{}", "a".repeat(MAX));
        for text in [
            "",
            "example.com",
            "/invoices",
            "//example.com",
            "#clause",
            "javascript:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            "java\tscript:alert(1)",
            " https://example.com",
            "https://exa mple.com",
            "https:example.com",
            "https:///example.com",
            "https://",
            "https://bank.example@evil.example/",
            "https://example.com/\u{202e}",
            "https://example.com/\n",
            "https://example.com\\@evil.example",
            "https://example.com/\"onclick=",
            "data:text/html,hi",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://example.com",
            "tel:+491234",
            "mailto:",
            "mailto:?attach=x",
            "mailto:ann",
            &long,
        ] {
            assert_eq!(LinkAddress::parse(text), None, "{text:?}");
        }
    }
}
