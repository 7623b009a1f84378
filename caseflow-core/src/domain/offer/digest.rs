//! What an offer's exact terms are known by.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::Offer;
use crate::domain::pricing::{Discount, LineItem, PriceMode, Pricing};

/// SHA-256 over everything that the client is shown, in a form of its own: each part with its length
/// before it, so that two different offers never come to the same text. Written as 64 hexadecimal
/// digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Why a text is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: write 64 hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// The digest of an offer's terms. What staff alone see is not in it.
    #[must_use]
    pub fn of(offer: &Offer) -> Self {
        let terms = &offer.terms;
        let mut parts = Parts(Sha256::new());
        parts.add("caseflow offer 1");
        parts.add(offer.kind.code());
        parts.add(&offer.id.to_string());
        parts.add(terms.title.as_str());
        parts.add(terms.body.as_ref().map_or("", |body| body.as_str()));
        parts.add(&terms.dated.to_string());
        parts.add(&terms.open_till.to_string());
        parts.add(terms.matter.as_ref().map_or("", |matter| matter.as_str()));
        parts.pricing(&terms.pricing);
        parts.add(&offer.totals.total.to_string());
        Self(parts.0.finalize().into())
    }

    /// A digest that was stored before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(DigestError);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(2 * at..2 * at + 2).ok_or(DigestError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| DigestError)?;
        }
        Ok(Self(bytes))
    }
}

struct Parts(Sha256);

impl Parts {
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
    }

    fn pricing(&mut self, pricing: &Pricing) {
        self.add(pricing.currency.code());
        self.add(match pricing.mode {
            PriceMode::TaxExclusive => "exclusive",
            PriceMode::TaxInclusive => "inclusive",
        });
        self.discount(pricing.discount.as_ref());
        self.add(&pricing.lines.len().to_string());
        for line in &pricing.lines {
            self.line(line);
        }
    }

    fn line(&mut self, line: &LineItem) {
        self.add(line.description.as_str());
        self.add(&line.quantity.to_string());
        self.add(&line.unit_price.to_string());
        self.discount(line.discount.as_ref());
        self.add(&line.taxes.len().to_string());
        for tax in &line.taxes {
            self.add(tax.name.as_str());
            self.add(&tax.percent.to_string());
        }
    }

    fn discount(&mut self, discount: Option<&Discount>) {
        self.add(&discount.map(ToString::to_string).unwrap_or_default());
    }
}
