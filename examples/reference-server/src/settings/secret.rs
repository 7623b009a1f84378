//! Which secrets are too weak to start with.

use sha2::{Digest as _, Sha256};

/// Passwords that stand in examples, templates and everybody's first guess.
const PLACEHOLDERS: [&str; 16] = [
    "",
    "123456",
    "12345678",
    "admin",
    "caseflow",
    "change-me",
    "changeit",
    "changeme",
    "default",
    "example",
    "letmein",
    "pass",
    "password",
    "postgres",
    "secret",
    "test",
];

/// The bearer token for the metrics; kept as its hash.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MetricsToken([u8; 32]);

impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MetricsToken(…)")
    }
}

impl MetricsToken {
    /// Accepts at least 32 characters, at least 10 of them different.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let advice = "write the output of: openssl rand -base64 32";
        if text.len() < 32 {
            return Err(format!(
                "is too short, at least 32 characters are needed: {advice}"
            ));
        }
        if different(text) < 10 {
            return Err(format!("is not random: {advice}"));
        }
        Ok(Self(Sha256::digest(text).into()))
    }

    /// Whether a request's token is this one. Hashes are compared, so that the time the comparison
    /// takes says nothing of the token.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.0 == <[u8; 32]>::from(Sha256::digest(text))
    }
}

/// Refuses a key or secret that its issuer did not draw: too short to be one, or a word with a
/// prefix.
pub(super) fn check_issued(text: &str) -> Result<(), String> {
    let mut ends = ["whsec_", "_test_", "_live_"].into_iter();
    let name = ends.find_map(|end| text.split_once(end));
    let name = name.map_or("", |(_, name)| name);
    if name.len() < 16 || different(name) < 8 {
        return Err("is none that Stripe has issued: copy it from Stripe's dashboard".to_owned());
    }
    Ok(())
}

/// Refuses an SMTP server reached without TLS, and a password that everybody guesses.
pub(super) fn check_smtp(url: &str) -> Result<(), String> {
    let host = host_of(url).ok_or("write smtps://user:password@mail.example.com")?;
    let plain = !url.starts_with("smtps://") && !url.contains("tls=required");
    if plain && !matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
        return Err(
            "would send mail readable: write smtps://… or smtp://…?tls=required".to_owned(),
        );
    }
    check_password_in(url)
}

/// Refuses a URL whose password is a placeholder; a URL without password passes.
pub(super) fn check_password_in(url: &str) -> Result<(), String> {
    let Some((user, _)) = authority(url).and_then(|authority| authority.rsplit_once('@')) else {
        return Ok(());
    };
    let Some((_, password)) = user.split_once(':') else {
        return Ok(());
    };
    if PLACEHOLDERS.contains(&password.to_ascii_lowercase().as_str()) || different(password) < 4 {
        return Err("holds a password that everybody guesses: choose a random one".to_owned());
    }
    Ok(())
}

fn host_of(url: &str) -> Option<&str> {
    if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
        return None;
    }
    let authority = authority(url)?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    (!name.is_empty()).then_some(name)
}

fn authority(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next()
}

fn different(text: &str) -> usize {
    text.chars()
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}
