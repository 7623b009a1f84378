//! A short secret of the vault as a file.

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::domain::vault::{Content, Details};

/// The most that JSON makes of a byte of text: nothing that holds a secret may have to grow.
const WIDEST: usize = 6;
/// More than what stands around a member's text.
const FRAME: usize = 32;

/// The secret as a JSON object, wiped when it was sent.
pub(super) fn written(details: &Details) -> Bytes {
    let members = members(details);
    let room = members.iter().map(|(_, text)| FRAME + text.len() * WIDEST);
    let mut json = Zeroizing::new(Vec::with_capacity(FRAME + room.sum::<usize>()));
    for (n, (name, text)) in members.into_iter().enumerate() {
        let before = if n == 0 { "{\n  \"" } else { ",\n  \"" };
        for part in [before, name, "\": "] {
            json.extend_from_slice(part.as_bytes());
        }
        // Writing to a vector cannot fail.
        let _ = serde_json::to_writer(&mut *json, text);
    }
    json.extend_from_slice(b"\n}\n");
    Bytes::from_owner(json)
}

/// The members that say something. A file is none of its own: it has a name at least.
fn members(details: &Details) -> Vec<(&'static str, &str)> {
    let description = details.description.as_ref().map(|it| it.as_str());
    let head = [
        Some(("name", details.name.as_str())),
        description.map(|it| ("description", it)),
    ];
    let secrets = match &details.content {
        Content::File(_) => vec![],
        Content::Note(note) => vec![Some(("secret", note.reveal()))],
        Content::SignIn(it) => vec![
            it.place.as_ref().map(|place| ("place", place.as_str())),
            it.account.as_ref().map(|it| ("account", it.reveal())),
            Some(("password", it.password.reveal())),
            it.note.as_ref().map(|it| ("note", it.reveal())),
        ],
    };
    head.into_iter().chain(secrets).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Line;
    use crate::domain::vault::{SecretText, SignIn};

    #[test]
    fn a_secret_is_written_as_it_was_typed_and_never_moved() {
        let password = "\u{1}\"\\ü\n".repeat(500);
        let details = Details {
            name: Line::parse("The bank").unwrap(),
            description: None,
            content: Content::SignIn(SignIn {
                place: None,
                account: SecretText::typed("muster"),
                password: SecretText::typed(&password).unwrap(),
                note: None,
            }),
        };
        let json = written(&details);
        let read: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let expected = serde_json::json!({
            "name": "The bank", "account": "muster", "password": password,
        });
        assert_eq!(read, expected);
        let texts = ["The bank", "muster", &password].map(str::len);
        let room = FRAME + texts.map(|it| FRAME + it * WIDEST).iter().sum::<usize>();
        assert!(json.len() <= room, "{} > {room}", json.len());
    }
}
