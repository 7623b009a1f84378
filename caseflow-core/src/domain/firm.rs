//! A firm: whose portal it is, how it looks, in which zone its days begin.

use super::access::Sections;
use super::currency::Currency;
use super::id::FirmId;
use super::money::Money;
use super::number::NumberFormat;
use super::print::Stationery;
use super::session::SessionPolicy;
use super::text::{Colour, Email, LanguageTag, Line, Phone, Prose};
use super::time::{Timestamp, Zone};

/// A firm and its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// Its id.
    pub id: FirmId,
    /// The name on every page, mail and document.
    pub name: Line<120>,
    /// Postal address as printed, a line a row.
    pub address: Option<Prose<500>>,
    /// VAT, sales-tax or company number as printed.
    pub tax_id: Option<Line<40>>,
    /// Where clients write to.
    pub email: Option<Email>,
    /// Where clients call.
    pub phone: Option<Phone>,
    /// The zone in which the firm's days begin and end.
    pub zone: Zone,
    /// The language of mails and pages when a contact has none.
    pub language: LanguageTag,
    /// The currency that a new invoice starts with.
    pub currency: Currency,
    /// The brand colour. Shown darker or lighter where it would not be legible.
    pub accent: Colour,
    /// The hash by which the logo's bytes are found, when there is a logo.
    pub logo: Option<LogoRef>,
    /// The sections that are open; one that is not here is gone for every contact (R-ACC-10).
    pub sections: Sections,
    /// Where the portal is mounted, for links in mails: `https://example.com/portal`, no final
    /// slash.
    pub portal_url: PortalUrl,
    /// Small print under every mail.
    pub disclaimer: Option<Prose<1000>>,
    /// Kinds of mail that the firm has switched off.
    pub muted: Vec<super::mail::MailKind>,
    /// Whether mails about money carry the document that they are about.
    pub attachments: Attachments,
    /// The firm's choices for its printed documents.
    pub stationery: Stationery,
    /// How invoices are numbered.
    pub invoice_numbers: NumberFormat,
    /// How receipts are numbered.
    pub receipt_numbers: NumberFormat,
    /// How the notes of refunds and of other [reversals](super::reversal::Reversal) are numbered.
    pub refund_numbers: NumberFormat,
    /// How proposals are numbered.
    pub proposal_numbers: NumberFormat,
    /// How estimates are numbered.
    pub estimate_numbers: NumberFormat,
    /// Whether clients may pay a part of an invoice online (R-PAY-3).
    pub part_payment: PartPayment,
    /// How long a contact stays signed in.
    pub sessions: SessionPolicy,
    /// When the firm was set up.
    pub created_at: Timestamp,
}

impl Firm {
    /// The firm's calendar day at `now`.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> chrono::NaiveDate {
        self.zone.day(now)
    }
}

/// Whether mails about money carry the document that they are about: the invoice, the receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Attachments {
    /// They do.
    #[default]
    On,
    /// They only lead to the portal.
    Off,
}

impl Attachments {
    /// The lower-case name used in storage and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
        }
    }

    /// Finds a choice by its [`code`](Self::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::On, Self::Off]
            .into_iter()
            .find(|it| it.code() == code)
    }
}

/// Whether clients may pay a part of an invoice online.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PartPayment {
    /// They pay the balance, whole.
    #[default]
    Off,
    /// They may pay a part, on invoices in this currency, from this amount on. A balance below it
    /// is still paid whole.
    From(Money),
}

impl PartPayment {
    /// The least that may be paid of `balance` when less than all of it may.
    #[must_use]
    pub fn least(self, balance: Money) -> Option<Money> {
        match self {
            Self::From(least)
                if least.currency() == balance.currency() && least.minor() < balance.minor() =>
            {
                Some(least)
            }
            Self::Off | Self::From(_) => None,
        }
    }
}

/// A picture's media type: the two that every browser and PDF reader shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoType {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
}

impl LogoType {
    /// The IANA media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// The name of a stored logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogoRef {
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// What the bytes are.
    pub kind: LogoType,
}

/// A firm's logo: at most 256 KiB of PNG or JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    kind: LogoType,
    bytes: Vec<u8>,
}

/// Why bytes are not a logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoError {
    /// More than [`Logo::MAX_BYTES`].
    #[error("the logo is too large: at most 256 KiB")]
    TooLarge,
    /// The first bytes are neither PNG's nor JPEG's signature.
    #[error("the logo is neither PNG nor JPEG")]
    UnknownType,
}

impl Logo {
    /// The most bytes a logo may have.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Accepts PNG or JPEG by its first bytes, whatever the sender called it.
    ///
    /// # Errors
    /// When the bytes are too many or of another type.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(LogoError::TooLarge);
        }
        let kind = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => LogoType::Png,
            [0xff, 0xd8, 0xff, ..] => LogoType::Jpeg,
            _ => return Err(LogoError::UnknownType),
        };
        Ok(Self { kind, bytes })
    }

    /// What the bytes are.
    #[must_use]
    pub fn kind(&self) -> LogoType {
        self.kind
    }

    /// The bytes, as they were given.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name under which the bytes are stored.
    #[must_use]
    pub fn reference(&self) -> LogoRef {
        use sha2::Digest as _;
        LogoRef {
            sha256: sha2::Sha256::digest(&self.bytes).into(),
            kind: self.kind,
        }
    }
}

/// The absolute address under which a firm's portal is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalUrl(String);

/// Why a text is not a portal's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a portal address: write it as https://example.com/portal, without query or fragment")]
pub struct PortalUrlError;

impl PortalUrl {
    /// Accepts an `https` or `http` address without user, query or fragment; a final slash is cut.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, PortalUrlError> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(PortalUrlError)?;
        let host = rest.split('/').next().unwrap_or_default();
        let plain = |c: char| {
            c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '\\' | '"' | '<' | '>')
        };
        if host.is_empty() || text.len() > 300 || !rest.chars().all(plain) {
            return Err(PortalUrlError);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address, without a final slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme and host, as a browser's `Origin` header says it.
    #[must_use]
    pub fn origin(&self) -> &str {
        let host_at = self.0.find("://").map_or(0, |at| at + 3);
        let end = self
            .0
            .get(host_at..)
            .and_then(|rest| rest.find('/'))
            .map(|at| at + host_at);
        end.and_then(|end| self.0.get(..end)).unwrap_or(&self.0)
    }
}
