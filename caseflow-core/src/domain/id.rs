//! Typed record ids: a UUIDv7 (RFC 9562) written as a prefix and 26 characters of Crockford
//! base32, such as `inv_01jd4q9m3v8x2t5w7y9z1b3d5f`. The same text stands in an address, in the
//! API and in a database column; an id with another noun's prefix does not parse.

use std::fmt;
use std::str::FromStr;

use super::time::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ENCODED_LEN: usize = 26;

/// Why a text is not the id that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id: expected `{prefix}_` and 26 characters of Crockford base32")]
pub struct IdError {
    prefix: &'static str,
}

/// What all typed ids share, so that ports and adapters can handle them alike.
pub trait TypedId: Copy + Eq + Ord + fmt::Display + FromStr<Err = IdError> {
    /// The letters before the underscore, unique to the noun.
    const PREFIX: &'static str;

    /// An id with this creation time (to the millisecond) and these random bits.
    ///
    /// Of `random` 74 bits are used; the rest is overwritten by UUIDv7's version and variant.
    fn from_parts(at: Timestamp, random: [u8; 10]) -> Self;

    /// The 128 bits of the UUID.
    fn as_u128(self) -> u128;
}

macro_rules! typed_ids {
    ($( $(#[$doc:meta])* $name:ident = $prefix:literal, $variant:ident; )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(u128);

            impl TypedId for $name {
                const PREFIX: &'static str = $prefix;

                fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
                    Self(uuid_v7(at, random))
                }

                fn as_u128(self) -> u128 {
                    self.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write_id(f, $prefix, self.0)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl FromStr for $name {
                type Err = IdError;

                fn from_str(text: &str) -> Result<Self, IdError> {
                    parse_id($prefix, text).map(Self)
                }
            }

            impl From<$name> for Subject {
                fn from(id: $name) -> Self {
                    Self::$variant(id)
                }
            }
        )*

        /// The record that an audit row, an activity or a mail is about: any typed id.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            $( #[doc = concat!("A record whose id starts with `", $prefix, "_`.")] $variant($name), )*
        }

        impl fmt::Display for Subject {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $( Self::$variant(id) => id.fmt(f), )* }
            }
        }

        impl FromStr for Subject {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                match text.split_once('_').map(|(prefix, _)| prefix) {
                    $( Some($prefix) => text.parse().map(Self::$variant), )*
                    _ => Err(IdError { prefix: "…" }),
                }
            }
        }
    };
}

typed_ids! {
    /// A firm.
    FirmId = "firm", Firm;
    /// A client of a firm.
    ClientId = "cli", Client;
    /// A contact of a client.
    ContactId = "con", Contact;
    /// An invoice.
    InvoiceId = "inv", Invoice;
    /// A payment.
    PaymentId = "pay", Payment;
    /// A credit given on an invoice.
    CreditId = "crd", Credit;
    /// An attempt at paying an invoice online.
    AttemptId = "att", Attempt;
    /// A refund that staff asked for.
    RefundId = "ref", Refund;
    /// Money of a payment that went back, or came back to the firm.
    ReversalId = "rev", Reversal;
    /// Something about money that staff should look at.
    AlertId = "alr", Alert;
    /// A proposal or an estimate.
    OfferId = "off", Offer;
    /// A mailed link to an offer. Public: the secret in the link is another value.
    OfferLinkId = "olk", OfferLink;
    /// A contract.
    ContractId = "ctr", Contract;
    /// A shared document.
    DocumentId = "doc", Document;
    /// A file's bytes as they lie in storage.
    BlobId = "blob", Blob;
    /// A client's vault: the number of its [`ClientId`].
    VaultId = "vlt", Vault;
    /// An item of a vault.
    VaultItemId = "vit", VaultItem;
    /// A signed-in session. Public: the secret that opens it is another value.
    SessionId = "ses", Session;
    /// A single-use link. Public: the secret in the link is another value.
    LinkId = "lnk", Link;
    /// An article of the Firm Library.
    ArticleId = "atc", Article;
    /// An announcement.
    AnnouncementId = "ann", Announcement;
    /// A mail in the outbox.
    MailId = "mail", Mail;
    /// A key of the firm's API.
    ApiKeyId = "key", ApiKey;
    /// A row of the activity feed.
    ActivityId = "act", Activity;
}

/// A client has one vault, which has the client's number.
impl From<ClientId> for VaultId {
    fn from(client: ClientId) -> Self {
        Self(client.0)
    }
}

impl BlobId {
    /// When it was made, to the millisecond.
    #[must_use]
    pub fn made_at(self) -> Timestamp {
        let millis = i64::try_from(self.0 >> 80).unwrap_or(0);
        Timestamp::from_micros(millis * 1_000)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn uuid_v7(at: Timestamp, random: [u8; 10]) -> u128 {
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .as_u128()
}

fn write_id(f: &mut fmt::Formatter<'_>, prefix: &str, mut bits: u128) -> fmt::Result {
    let mut text = [b'0'; ENCODED_LEN];
    for slot in text.iter_mut().rev() {
        let [low, ..] = bits.to_le_bytes();
        if let Some(digit) = ALPHABET.get(usize::from(low & 31)) {
            *slot = *digit;
        }
        bits >>= 5;
    }
    f.write_str(prefix)?;
    f.write_str("_")?;
    f.write_str(str::from_utf8(&text).unwrap_or_default())
}

fn parse_id(prefix: &'static str, text: &str) -> Result<u128, IdError> {
    let wrong = IdError { prefix };
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(wrong)?;
    // 26 digits hold 130 bits: a first digit above 7 would not fit.
    if digits.len() != ENCODED_LEN || digits.as_bytes().first().is_some_and(|first| *first > b'7') {
        return Err(wrong);
    }
    digits.bytes().try_fold(0_u128, |bits, byte| {
        let digit = digit(byte).ok_or(wrong)?;
        Ok((bits << 5) | u128::from(digit))
    })
}

/// The place of a digit in [`ALPHABET`].
fn digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'h' => byte - b'a' + 10,
        b'j' | b'k' => byte - b'j' + 18,
        b'm' | b'n' => byte - b'm' + 20,
        b'p'..=b't' => byte - b'p' + 22,
        b'v'..=b'z' => byte - b'v' + 27,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> InvoiceId {
        InvoiceId::from_parts(Timestamp::from_micros(1_764_000_000_123_456), [0xA5; 10])
    }

    #[test]
    fn a_digit_is_known_by_its_place_and_no_other_byte_is_one() {
        for byte in 0..=u8::MAX {
            let place = ALPHABET.iter().position(|known| *known == byte);
            assert_eq!(digit(byte).map(usize::from), place, "{byte}");
        }
    }

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let text = sample().to_string();
        assert_eq!(text.parse(), Ok(sample()));
        assert_eq!(text.len(), 4 + ENCODED_LEN);
        assert_eq!(text.parse::<Subject>(), Ok(Subject::Invoice(sample())));
    }

    #[test]
    fn a_blob_knows_when_it_was_made() {
        let at = Timestamp::from_micros(1_764_000_000_123_456);
        let made = BlobId::from_parts(at, [0xA5; 10]).made_at();
        assert_eq!(made, Timestamp::from_micros(1_764_000_000_123_000));
    }

    #[test]
    fn another_nouns_id_does_not_parse() {
        let text = sample().to_string();
        assert!(text.parse::<PaymentId>().is_err());
        assert!(text.to_uppercase().parse::<InvoiceId>().is_err());
        assert!(
            "inv_8zzzzzzzzzzzzzzzzzzzzzzzzz"
                .parse::<InvoiceId>()
                .is_err()
        );
        assert!(
            "inv_7zzzzzzzzzzzzzzzzzzzzzzzzz"
                .parse::<InvoiceId>()
                .is_ok()
        );
        assert!("inv_".parse::<InvoiceId>().is_err());
    }

    #[test]
    fn ids_sort_by_creation_time_as_values_and_as_text() {
        let later = InvoiceId::from_parts(Timestamp::from_micros(1_764_000_000_124_456), [0; 10]);
        assert!(sample() < later);
        assert!(sample().to_string() < later.to_string());
    }
}
