//! What is sealed beside an item's body, or instead of one.
//!
//! The encoding is one byte for the encoding's version, one for the kind of item, then fields: a
//! byte that names the field, four bytes of length (big-endian), the value. Fields stand in the
//! order of their names, a field that says nothing is left out, and all is [padded](pad).

use std::fmt;

use super::super::text::{Line, Prose};
use super::padding::{pad, padded, unpad};
use super::wiped::{Plain, SecretText};

/// The only version of the encoding.
const VERSION: u8 = 1;

/// Everything about an item that is not its body. None of it is in the clear anywhere.
#[derive(PartialEq, Eq)]
pub struct Details {
    /// What it is called; a file's name.
    pub name: Line<200>,
    /// What staff or the contact wrote about it.
    pub description: Option<Prose<4000>>,
    /// What kind of item it is.
    pub content: Content,
}

/// What kind of item it is, with what belongs to it.
#[derive(PartialEq, Eq)]
pub enum Content {
    /// A file, whose body is an object of its own.
    File(FileFacts),
    /// Data to sign in somewhere.
    SignIn(SignIn),
    /// Another short secret.
    Note(SecretText),
}

/// What is known of a file's body.
#[derive(Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// How long the content is. It has to be the length that the object's
    /// [`Layout`](super::Layout) says: one that was cut off is found before a byte is sent.
    pub length: u64,
    /// Its media type, such as `application/pdf`.
    pub media_type: Line<127>,
}

/// Data to sign in somewhere.
#[derive(PartialEq, Eq)]
pub struct SignIn {
    /// Where, such as `https://bank.example/login`.
    pub place: Option<Line<2000>>,
    /// The name to sign in with.
    pub account: Option<SecretText>,
    /// The password.
    pub password: SecretText,
    /// What else is needed: answers, recovery codes.
    pub note: Option<SecretText>,
}

/// Why opened bytes are not details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DetailsError {
    /// A version or a kind of item that is not known here.
    #[error("the details are of a kind that this version does not know: use a newer one")]
    Unknown,
    /// Not what [`Details::encode`] writes.
    #[error("the details are damaged")]
    Damaged,
}

const FILE: u8 = 1;
const SIGN_IN: u8 = 2;
const NOTE: u8 = 3;

const NAME: u8 = 1;
const DESCRIPTION: u8 = 2;
const LENGTH: u8 = 3;
const MEDIA_TYPE: u8 = 4;
const PLACE: u8 = 5;
const ACCOUNT: u8 = 6;
const SECRET: u8 = 7;
const REMARK: u8 = 8;
/// How many names of fields there are.
const FIELDS: usize = 8;

/// A field's name, and its value when it says something.
type Field<'a> = (u8, Option<&'a [u8]>);

impl Details {
    /// The bytes to seal. Those of an item without a body are a multiple of
    /// [`BLOCK`](super::BLOCK) long, so that their length says little of a password's.
    #[must_use]
    pub fn encode(&self) -> Plain {
        let length = match &self.content {
            Content::File(file) => file.length.to_be_bytes(),
            Content::SignIn(_) | Content::Note(_) => [0; 8],
        };
        let (kind, fields) = self.fields(&length);
        let said = || {
            fields
                .iter()
                .filter_map(|(name, value)| Some((name, (*value)?)))
        };
        let size = 2 + said().map(|(_, value)| 5 + value.len()).sum::<usize>();
        // All the room at once: a vector that grows leaves what it held behind.
        let mut bytes = Vec::with_capacity(padded(size));
        bytes.extend([VERSION, kind]);
        for (name, value) in said() {
            bytes.push(*name);
            bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(value);
        }
        pad(&mut bytes);
        bytes.into()
    }

    fn fields<'a>(&'a self, length: &'a [u8; 8]) -> (u8, [Field<'a>; FIELDS]) {
        let secret = |it: &'a SecretText| it.reveal().as_bytes();
        let mut fields = [
            (NAME, Some(self.name.as_str().as_bytes())),
            (
                DESCRIPTION,
                self.description.as_ref().map(|it| it.as_str().as_bytes()),
            ),
            (LENGTH, None),
            (MEDIA_TYPE, None),
            (PLACE, None),
            (ACCOUNT, None),
            (SECRET, None),
            (REMARK, None),
        ];
        let [_, _, size, media_type, place, account, hidden, remark] = &mut fields;
        let kind = match &self.content {
            Content::File(file) => {
                size.1 = Some(length);
                media_type.1 = Some(file.media_type.as_str().as_bytes());
                FILE
            }
            Content::SignIn(sign_in) => {
                place.1 = sign_in.place.as_ref().map(|it| it.as_str().as_bytes());
                account.1 = sign_in.account.as_ref().map(secret);
                hidden.1 = Some(secret(&sign_in.password));
                remark.1 = sign_in.note.as_ref().map(secret);
                SIGN_IN
            }
            Content::Note(note) => {
                hidden.1 = Some(secret(note));
                NOTE
            }
        };
        (kind, fields)
    }

    /// Reads what [`encode`](Self::encode) wrote, and nothing else.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DetailsError> {
        let content = unpad(bytes).map_err(|_| DetailsError::Damaged)?;
        let ([version, kind], fields) = content
            .split_first_chunk::<2>()
            .ok_or(DetailsError::Damaged)?;
        if *version != VERSION || !(FILE..=NOTE).contains(kind) {
            return Err(DetailsError::Unknown);
        }
        let fields = Fields::read(fields).ok_or(DetailsError::Damaged)?;
        let details = fields.details(*kind).ok_or(DetailsError::Damaged)?;
        // A field that is doubled, out of order, empty or of another kind of item is not written.
        let canonical = *details.encode() == *bytes;
        canonical.then_some(details).ok_or(DetailsError::Damaged)
    }
}

/// The values of fields, by name.
struct Fields<'a>([Option<&'a str>; FIELDS], Option<u64>);

impl<'a> Fields<'a> {
    fn read(mut bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Self([None; FIELDS], None);
        while let Some(([name, length @ ..], rest)) = bytes.split_first_chunk::<5>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (value, rest) = rest.split_at_checked(length)?;
            if *name == LENGTH {
                fields.1 = Some(u64::from_be_bytes(value.try_into().ok()?));
            } else {
                let slot = fields.0.get_mut(usize::from(*name).checked_sub(1)?)?;
                *slot = Some(str::from_utf8(value).ok()?);
            }
            bytes = rest;
        }
        bytes.is_empty().then_some(fields)
    }

    fn details(&self, kind: u8) -> Option<Details> {
        let [
            name,
            description,
            _,
            media_type,
            place,
            account,
            hidden,
            note,
        ] = self.0;
        let secret = |text: Option<&str>| text.and_then(SecretText::typed);
        let content = match kind {
            FILE => Content::File(FileFacts {
                length: self.1?,
                media_type: Line::parse(media_type?).ok()?,
            }),
            SIGN_IN => Content::SignIn(SignIn {
                place: place.and_then(|it| Line::parse(it).ok()),
                account: secret(account),
                password: secret(hidden)?,
                note: secret(note),
            }),
            _ => Content::Note(secret(hidden)?),
        };
        Some(Details {
            name: Line::parse(name?).ok()?,
            description: description.and_then(|it| Prose::parse(it).ok()),
            content,
        })
    }
}

macro_rules! sealed_words {
    ($($name:ident)+) => {
        $(
            /// Says nothing of what is sealed.
            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!(stringify!($name), "(…)"))
                }
            }
        )+
    };
}

sealed_words! { Details Content FileFacts SignIn }
