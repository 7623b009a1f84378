//! The values that records are made of.

use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::id::*;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::time::Timestamp;

use super::{Codec, Damaged, cut, damaged};

/// Ids lie as their texts, which all have one length for a noun and sort as the ids do.
macro_rules! ids {
    ($($name:ident),* $(,)?) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    out.extend_from_slice(self.to_string().as_bytes());
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    let text = cut(input, $name::PREFIX.len() + ID_DIGITS)?;
                    let text = str::from_utf8(text).map_err(|_| damaged::<Self>())?;
                    text.parse().map_err(|_| damaged::<Self>())
                }
            }
        )*
    };
}

/// An underscore and the digits.
const ID_DIGITS: usize = 27;

ids!(
    FirmId,
    ClientId,
    ContactId,
    InvoiceId,
    PaymentId,
    CreditId,
    AttemptId,
    RefundId,
    ReversalId,
    AlertId,
    OfferId,
    OfferLinkId,
    ContractId,
    DocumentId,
    BlobId,
    VaultItemId,
    SessionId,
    LinkId,
    ArticleId,
    AnnouncementId,
    MailId,
    ApiKeyId,
    ActivityId,
);

/// Values that are known by their texts.
macro_rules! texts {
    ($($name:ty => $parse:expr),* $(,)?) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    super::put_text(&self.to_string(), out);
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    let parse = $parse;
                    parse(super::take_text(input)?).map_err(|_| damaged::<Self>())
                }
            }
        )*
    };
}

texts!(Subject => str::parse);

impl Codec for Timestamp {
    fn put(&self, out: &mut Vec<u8>) {
        self.micros().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        i64::take(input).map(Self::from_micros)
    }
}

impl Codec for TokenHash {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_bytes().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Codec::take(input).map(Self::from_bytes)
    }
}

impl Codec for Version {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        u64::take(input).map(Self)
    }
}

impl<T: Codec> Codec for Versioned<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.version.put(out);
        self.value.put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Ok(Self {
            version: Codec::take(input)?,
            value: Codec::take(input)?,
        })
    }
}
