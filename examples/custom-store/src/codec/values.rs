//! The values that records are made of.

use std::net::IpAddr;
use std::str::FromStr as _;
use std::time::Duration;

use caseflow_core::domain::access::{Origin, Sections};
use caseflow_core::domain::activity::ActivityKind;
use caseflow_core::domain::alert::AlertKind;
use caseflow_core::domain::api_key::Scope;
use caseflow_core::domain::article::Slug;
use caseflow_core::domain::audit::ChainHash;
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::client::Standing;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::document::MediaType;
use caseflow_core::domain::firm::{Attachments, PortalUrl};
use caseflow_core::domain::gateway::{AccountTag, EventRef, GatewayName, GatewayRef, Mode, TxnRef};
use caseflow_core::domain::id::{
    ActivityId, AlertId, AnnouncementId, ApiKeyId, ArticleId, AttemptId, BlobId, ClientId,
    ContactId, ContractId, CreditId, DocumentId, FirmId, InvoiceId, LinkId, MailId, OfferId,
    OfferLinkId, PaymentId, RefundId, ReversalId, SessionId, Subject, TypedId as _, VaultItemId,
};
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{DocumentNumber, NumberFormat};
use caseflow_core::domain::offer::{Digest, OfferKind};
use caseflow_core::domain::password::PasswordHash;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::pricing::{Percent, Quantity, UnitPrice};
use caseflow_core::domain::print::Paper;
use caseflow_core::domain::readers::Chosen;
use caseflow_core::domain::reversal::ReversalKind;
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::setback::Setback;
use caseflow_core::domain::signature::AuthMethod;
use caseflow_core::domain::text::{
    Colour, Direction, Email, FileName, LanguageTag, Line, PersonName, Phone, Prose,
};
use caseflow_core::domain::throttle::ThrottleKey;
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::domain::vault::{Envelope, KeyId};
use chrono::{Datelike as _, NaiveDate};

use super::{Codec, Damaged, cut, damaged, fields, put_bytes, put_text, take_bytes, take_text};

/// An underscore and the digits of an id.
const ID_DIGITS: usize = 27;

/// Ids lie as their texts, which for one noun all have one length, and sort as the ids do.
macro_rules! ids {
    ($($name:ident),* $(,)?) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    out.extend_from_slice(self.to_string().as_bytes());
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    let text = str::from_utf8(cut(input, Self::PREFIX.len() + ID_DIGITS)?);
                    let id = text.ok().and_then(|text| text.parse().ok());
                    id.ok_or_else(damaged::<Self>)
                }
            }
        )*
    };
}

ids!(
    ActivityId,
    AlertId,
    AnnouncementId,
    ApiKeyId,
    ArticleId,
    AttemptId,
    BlobId,
    ClientId,
    ContactId,
    ContractId,
    CreditId,
    DocumentId,
    FirmId,
    InvoiceId,
    LinkId,
    MailId,
    OfferId,
    OfferLinkId,
    PaymentId,
    RefundId,
    ReversalId,
    SessionId,
    VaultItemId,
);

/// Values that lie as texts: how they are read, and what is written.
macro_rules! texts {
    ($parse:ident, $value:ident => $text:expr; $($name:ty),* $(,)?) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    let $value = self;
                    put_text($text, out);
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    let read = <$name>::$parse(take_text(input)?);
                    read.into_iter().next().ok_or_else(damaged::<Self>)
                }
            }
        )*
    };
}

texts!(
    parse, value => value.as_str();
    AccountTag, Colour, Direction, Email, EventRef, FileName, GatewayName, GatewayRef, KeyId,
    LanguageTag, PersonName, Phone, PortalUrl, RichText, Slug, TxnRef,
);
texts!(parse, value => value.name(); Zone);
texts!(parse, value => value.code(); Currency);
texts!(parse, value => &value.to_string(); Percent, Quantity, UnitPrice);
texts!(from_str, value => &value.to_string(); IpAddr, Subject);
texts!(
    from_code, value => value.code();
    ActivityKind, AlertKind, Attachments, AuthMethod, MailKind, MediaType, Mode, OfferKind,
    Paper, PaymentMode, ReversalKind, Scope, Standing,
);
texts!(from_code, value => &value.code(); Setback);

impl<const MAX: usize> Codec for Line<MAX> {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self.as_str(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Self::parse(take_text(input)?).map_err(|_| damaged::<Self>())
    }
}

impl<const MAX: usize> Codec for Prose<MAX> {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self.as_str(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Self::parse(take_text(input)?).map_err(|_| damaged::<Self>())
    }
}

impl Codec for DocumentNumber {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self.as_str(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        String::take(input).map(Self::from_storage)
    }
}

impl Codec for PasswordHash {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self.as_phc(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        String::take(input).map(Self::from_phc)
    }
}

impl Codec for NumberFormat {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self.prefix(), out);
        self.width().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        let (prefix, width) = (take_text(input)?, u8::take(input)?);
        Self::parse(prefix, width).map_err(|_| damaged::<Self>())
    }
}

/// Hashes and keys of 32 bytes.
macro_rules! hashes {
    ($($name:ident),*) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    self.as_bytes().put(out);
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    Codec::take(input).map(Self::from_bytes)
                }
            }
        )*
    };
}

hashes!(Digest, ThrottleKey, TokenHash);

/// Values that are nothing but another.
macro_rules! wrapped {
    ($($name:ident),*) => {
        $(
            impl Codec for $name {
                fn put(&self, out: &mut Vec<u8>) {
                    self.0.put(out);
                }

                fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
                    Codec::take(input).map(Self)
                }
            }
        )*
    };
}

wrapped!(ChainHash, Fingerprint, Version);

impl Codec for Timestamp {
    fn put(&self, out: &mut Vec<u8>) {
        self.micros().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        i64::take(input).map(Self::from_micros)
    }
}

impl Codec for NaiveDate {
    fn put(&self, out: &mut Vec<u8>) {
        self.num_days_from_ce().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        let days = i32::take(input)?;
        Self::from_num_days_from_ce_opt(days).ok_or_else(damaged::<Self>)
    }
}

impl Codec for Duration {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_secs().put(out);
        self.subsec_nanos().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        let (seconds, nanos) = (u64::take(input)?, u32::take(input)?);
        match nanos < 1_000_000_000 {
            true => Ok(Self::new(seconds, nanos)),
            false => Err(damaged::<Self>()),
        }
    }
}

impl Codec for Money {
    fn put(&self, out: &mut Vec<u8>) {
        self.minor().put(out);
        self.currency().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Ok(Self::from_minor(i64::take(input)?, Codec::take(input)?))
    }
}

impl Codec for Sections {
    fn put(&self, out: &mut Vec<u8>) {
        self.bits().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        u8::take(input).map(Self::from_bits)
    }
}

impl Codec for Chosen {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().to_vec().put(out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Self::new(Vec::take(input)?).map_err(|_| damaged::<Self>())
    }
}

impl Codec for Envelope {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(&self.encode(), out);
    }

    fn take(input: &mut &[u8]) -> Result<Self, Damaged> {
        Self::decode(take_bytes(input)?).map_err(|_| damaged::<Self>())
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

fields! {
    Origin { ip, user_agent }
}
