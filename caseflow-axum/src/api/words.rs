//! Values that are one of a few words.

use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::api_key::Scope;
use caseflow_core::domain::article::ArticleStage;
use caseflow_core::domain::attempt::AttemptStage;
use caseflow_core::domain::contract::ContractStatus;
use caseflow_core::domain::firm::Attachments;
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::offer::{Answer, OfferKind, OfferStatus};
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::pricing::PriceMode;
use caseflow_core::domain::print::Paper;
use caseflow_core::domain::text::Direction;
use caseflow_core::firm::contacts::Switch;
use serde_json::{Value, json};

use super::values::{chosen, text};
use super::wire::{Distinct, Flaws, Wire};

/// One of a few words.
macro_rules! words {
    ($( $type:ty { $( $word:expr => $value:expr, )* } )*) => { $(
        impl Wire for $type {
            fn shape() -> Value {
                json!({"type": "string", "enum": [$( $word ),*]})
            }

            fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
                let word = text(given, at, flaws)?;
                let known: &[(&str, Self)] = &[$( ($word, $value) ),*];
                let found = known.iter().find(|(name, _)| *name == word);
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                chosen(found.map(|(_, value)| *value), at, &names.join(", "), flaws)
            }

            fn absent() -> Option<Self> {
                None
            }
        }
    )* };
}

/// What people say for tax-exclusive and tax-inclusive prices.
pub(crate) const fn price_mode(mode: PriceMode) -> &'static str {
    match mode {
        PriceMode::TaxExclusive => "tax_exclusive",
        PriceMode::TaxInclusive => "tax_inclusive",
    }
}

/// What people say for yes and no to a proposal or an estimate.
pub(crate) const fn answer_code(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepted",
        Answer::Declined => "declined",
    }
}

words! {
    PriceMode {
        price_mode(Self::TaxExclusive) => Self::TaxExclusive,
        price_mode(Self::TaxInclusive) => Self::TaxInclusive,
    }
    Direction { "auto" => Self::Auto, "ltr" => Self::Ltr, "rtl" => Self::Rtl, }
    Scope { Self::Read.code() => Self::Read, Self::Write.code() => Self::Write, Self::Vault.code() => Self::Vault, }
    Attachments { Self::On.code() => Self::On, Self::Off.code() => Self::Off, }
    Paper { Self::A4.code() => Self::A4, Self::Letter.code() => Self::Letter, }
    Switch { "on" => Self::On, "off" => Self::Off, }
    InvoiceStatus {
        Self::Draft.code() => Self::Draft,
        Self::Cancelled.code() => Self::Cancelled,
        Self::Paid.code() => Self::Paid,
        Self::Overdue.code() => Self::Overdue,
        Self::PartiallyPaid.code() => Self::PartiallyPaid,
        Self::Unpaid.code() => Self::Unpaid,
    }
    ContractStatus {
        Self::Draft.code() => Self::Draft,
        Self::Sent.code() => Self::Sent,
        Self::Signed.code() => Self::Signed,
        Self::Declined.code() => Self::Declined,
        Self::Withdrawn.code() => Self::Withdrawn,
        Self::Expired.code() => Self::Expired,
    }
    AttemptStage {
        Self::Creating.code() => Self::Creating,
        Self::Open.code() => Self::Open,
        Self::Processing.code() => Self::Processing,
        Self::Succeeded.code() => Self::Succeeded,
        Self::Held.code() => Self::Held,
        Self::Failed.code() => Self::Failed,
        Self::Expired.code() => Self::Expired,
        Self::Cancelled.code() => Self::Cancelled,
    }
    ArticleStage {
        Self::Draft.code() => Self::Draft,
        Self::Internal.code() => Self::Internal,
        Self::Published.code() => Self::Published,
    }
    Section {
        Self::Invoices.code() => Self::Invoices,
        Self::Proposals.code() => Self::Proposals,
        Self::Contracts.code() => Self::Contracts,
        Self::Estimates.code() => Self::Estimates,
        Self::Documents.code() => Self::Documents,
        Self::Vault.code() => Self::Vault,
        Self::Library.code() => Self::Library,
    }
    MailKind {
        Self::InvoiceIssued.code() => Self::InvoiceIssued,
        Self::PaymentReceived.code() => Self::PaymentReceived,
        Self::PaymentReversed.code() => Self::PaymentReversed,
        Self::PaymentNotice.code() => Self::PaymentNotice,
        Self::OfferSent.code() => Self::OfferSent,
        Self::OfferLinked.code() => Self::OfferLinked,
        Self::OfferNotice.code() => Self::OfferNotice,
        Self::ContractSent.code() => Self::ContractSent,
        Self::ContractSealed.code() => Self::ContractSealed,
        Self::ContractNotice.code() => Self::ContractNotice,
    }
    OfferKind {
        Self::Proposal.code() => Self::Proposal,
        Self::Estimate.code() => Self::Estimate,
    }
    OfferStatus {
        Self::Draft.code() => Self::Draft,
        Self::Sent.code() => Self::Sent,
        Self::Accepted.code() => Self::Accepted,
        Self::Declined.code() => Self::Declined,
        Self::Withdrawn.code() => Self::Withdrawn,
        Self::Expired.code() => Self::Expired,
    }
    Answer {
        answer_code(Self::Accepted) => Self::Accepted,
        answer_code(Self::Declined) => Self::Declined,
    }
}

/// A way in which staff write a payment down.
impl Wire for PaymentMode {
    fn shape() -> Value {
        json!({"type": "string", "enum": Self::BY_HAND.map(Self::code)})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let word = text(given, at, flaws)?;
        if word == Self::Online.code() {
            flaws.note(
                at,
                "the payment provider alone records what is paid online: name another way",
            );
            return None;
        }
        let found = Self::BY_HAND.into_iter().find(|mode| mode.code() == word);
        chosen(found, at, &Self::BY_HAND.map(Self::code).join(", "), flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// Yes or no in a query, where everything is text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whether(pub(crate) bool);

impl Wire for Whether {
    fn shape() -> Value {
        bool::shape()
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let found = text(given, at, flaws)?.parse().ok().map(Self);
        chosen(found, at, "true or false", flaws)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl Wire for Sections {
    fn shape() -> Value {
        Distinct::<Section>::shape()
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let Distinct(sections) = Distinct::<Section>::read(given, at, flaws)?;
        Some(sections.into_iter().collect())
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// The codes of a set, in the order of the side bar.
pub(crate) fn codes(sections: Sections) -> Vec<&'static str> {
    sections.iter().map(Section::code).collect()
}
