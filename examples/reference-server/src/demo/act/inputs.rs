//! From the plan's text to what the verbs take.

use std::collections::HashMap;

use anyhow::Context as _;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::announcement::Audience;
use caseflow_core::domain::article::{ArticleContent, ArticleStage, Slug};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, Firm, PartPayment, PortalUrl};
use caseflow_core::domain::id::ClientId;
use caseflow_core::domain::invoice::InvoiceTerms;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::offer::OfferTerms;
use caseflow_core::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, TaxRate, UnitPrice,
};
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{
    Colour, Direction, Email, LanguageTag, Line, PersonName, Phone, Prose,
};
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::firm::announcements::AnnouncementInput;
use caseflow_core::firm::clients::ClientInput;
use caseflow_core::firm::contacts::{ContactInput, Rank};
use caseflow_core::firm::contracts::{BodyInput, ContractInput};
use caseflow_core::firm::library::ArticleInput;
use caseflow_core::firm::settings::FirmInput;
use chrono::{Days, NaiveDate};

use super::super::plan::{
    AnnouncementPlan, ArticlePlan, ClientPlan, ContactPlan, ContractPlan, FirmPlan, InvoicePlan,
    LinePlan, OfferPlan,
};

/// The PDF file that the demonstration uploads, made by a program that is not ours.
const UPLOAD: &[u8] = include_bytes!("../lease.pdf");

pub(super) fn firm(plan: &FirmPlan, url: &PortalUrl) -> anyhow::Result<FirmInput> {
    let currency = Currency::parse(&plan.currency)?;
    let least = plan.part_payment_from.as_deref();
    let least = least.map(|text| Money::parse(text, currency)).transpose()?;
    Ok(FirmInput {
        name: Line::parse(&plan.name)?,
        address: Some(Prose::parse(&plan.address)?),
        tax_id: Some(Line::parse(&plan.tax_id)?),
        email: Some(Email::parse(&plan.email)?),
        phone: Some(Phone::parse(&plan.phone)?),
        zone: Zone::parse(&plan.zone)?,
        language: LanguageTag::parse(&plan.language)?,
        currency,
        accent: Colour::parse(&plan.accent)?,
        sections: Sections::ALL,
        portal_url: url.clone(),
        disclaimer: Some(Prose::parse(&plan.disclaimer)?),
        muted: vec![],
        attachments: Attachments::default(),
        stationery: Stationery {
            how_to_pay: plan.how_to_pay.as_deref().map(Prose::parse).transpose()?,
            ..Stationery::default()
        },
        invoice_numbers: NumberFormat::parse(&plan.invoice_prefix, 4)?,
        receipt_numbers: NumberFormat::parse(&plan.receipt_prefix, 4)?,
        refund_numbers: NumberFormat::parse(&plan.refund_prefix, 4)?,
        proposal_numbers: NumberFormat::parse(&plan.proposal_prefix, 4)?,
        estimate_numbers: NumberFormat::parse(&plan.estimate_prefix, 4)?,
        part_payment: least.map_or(PartPayment::Off, PartPayment::From),
        sessions: SessionPolicy::default(),
    })
}

/// The settings a firm has, at another address.
pub(in super::super) fn settings_of(firm: Firm, portal_url: PortalUrl) -> FirmInput {
    FirmInput {
        name: firm.name,
        address: firm.address,
        tax_id: firm.tax_id,
        email: firm.email,
        phone: firm.phone,
        zone: firm.zone,
        language: firm.language,
        currency: firm.currency,
        accent: firm.accent,
        sections: firm.sections,
        portal_url,
        disclaimer: firm.disclaimer,
        muted: firm.muted,
        attachments: firm.attachments,
        stationery: firm.stationery,
        invoice_numbers: firm.invoice_numbers,
        receipt_numbers: firm.receipt_numbers,
        refund_numbers: firm.refund_numbers,
        proposal_numbers: firm.proposal_numbers,
        estimate_numbers: firm.estimate_numbers,
        part_payment: firm.part_payment,
        sessions: firm.sessions,
    }
}

pub(super) fn client(plan: &ClientPlan) -> anyhow::Result<ClientInput> {
    Ok(ClientInput {
        name: Line::parse(&plan.name)?,
        address: plan.address.as_deref().map(Prose::parse).transpose()?,
        tax_id: plan.tax_id.as_deref().map(Line::parse).transpose()?,
        reference: plan.reference.as_deref().map(Line::parse).transpose()?,
    })
}

pub(super) fn contact(plan: &ContactPlan) -> anyhow::Result<ContactInput> {
    let hidden = plan.may_not.iter().map(|code| Section::from_code(code));
    let hidden: Option<Vec<Section>> = hidden.collect();
    let hidden = hidden.context("no such section")?;
    let may = hidden.into_iter().fold(Sections::ALL, Sections::without);
    let direction = plan
        .direction
        .as_deref()
        .map(Direction::parse)
        .transpose()?;
    Ok(ContactInput {
        first_name: PersonName::parse(&plan.first_name)?,
        last_name: PersonName::parse(&plan.last_name)?,
        email: Email::parse(&plan.email)?,
        phone: plan.phone.as_deref().map(Phone::parse).transpose()?,
        title: plan.title.as_deref().map(Line::parse).transpose()?,
        language: plan
            .language
            .as_deref()
            .map(LanguageTag::parse)
            .transpose()?,
        direction: direction.unwrap_or_default(),
        rank: if plan.primary {
            Rank::Primary
        } else {
            Rank::Other
        },
        permissions: may,
        mail: may,
    })
}

pub(super) fn terms(
    plan: &InvoicePlan,
    dated: NaiveDate,
    own: Currency,
) -> anyhow::Result<InvoiceTerms> {
    let currency = currency(plan, own)?;
    Ok(InvoiceTerms {
        dated,
        due: later(dated, plan.days_to_pay)?,
        pricing: Pricing {
            mode: if plan.inclusive {
                PriceMode::TaxInclusive
            } else {
                PriceMode::TaxExclusive
            },
            ..pricing(currency, &plan.lines, plan.discount.as_deref())?
        },
        matter: plan.matter.as_deref().map(Line::parse).transpose()?,
        client_note: plan.note.as_deref().map(Prose::parse).transpose()?,
        internal_note: plan
            .internal_note
            .as_deref()
            .map(Prose::parse)
            .transpose()?,
    })
}

pub(super) fn currency(plan: &InvoicePlan, own: Currency) -> anyhow::Result<Currency> {
    Ok(match &plan.currency {
        Some(code) => Currency::parse(code)?,
        None => own,
    })
}

pub(super) fn offer(
    plan: &OfferPlan,
    dated: NaiveDate,
    own: Currency,
) -> anyhow::Result<OfferTerms> {
    let currency = match &plan.currency {
        Some(code) => Currency::parse(code)?,
        None => own,
    };
    Ok(OfferTerms {
        title: Line::parse(&plan.title)?,
        body: plan.body.as_deref().map(RichText::parse).transpose()?,
        pricing: pricing(currency, &plan.lines, plan.discount.as_deref())?,
        dated,
        open_till: later(dated, plan.days_open)?,
        matter: plan.matter.as_deref().map(Line::parse).transpose()?,
        internal_note: plan
            .internal_note
            .as_deref()
            .map(Prose::parse)
            .transpose()?,
        email: plan.email.as_deref().map(Email::parse).transpose()?,
    })
}

/// The same offer with this discount, open for so many days after its date.
pub(super) fn revised(terms: OfferTerms, off: &str, days_open: u64) -> anyhow::Result<OfferTerms> {
    let off = discount(Some(off), terms.pricing.currency)?;
    Ok(OfferTerms {
        open_till: later(terms.dated, days_open)?,
        pricing: Pricing {
            discount: off,
            ..terms.pricing
        },
        ..terms
    })
}

/// What a contract says, and how.
pub(super) fn contract(
    plan: &ContractPlan,
    today: NaiveDate,
) -> anyhow::Result<(ContractInput, BodyInput)> {
    let days = plan.days_to_sign;
    let input = ContractInput {
        title: Line::parse(&plan.title)?,
        sign_by: days.map(|days| later(today, days)).transpose()?,
        matter: plan.matter.as_deref().map(Line::parse).transpose()?,
        internal_note: plan
            .internal_note
            .as_deref()
            .map(Prose::parse)
            .transpose()?,
    };
    let body = match &plan.body {
        Some(text) => BodyInput::Text(RichText::parse(text)?),
        None => BodyInput::Upload(UPLOAD.to_vec()),
    };
    Ok((input, body))
}

pub(super) fn article(plan: &ArticlePlan) -> anyhow::Result<ArticleInput> {
    Ok(ArticleInput {
        slug: Slug::parse(&plan.slug)?,
        content: ArticleContent {
            group: Line::parse(&plan.group)?,
            title: Line::parse(&plan.title)?,
            summary: Some(Prose::parse(&plan.summary)?),
            body: RichText::parse(&plan.body)?,
        },
        stage: ArticleStage::from_code(&plan.stage).context("no such stage")?,
    })
}

pub(super) fn announcement(
    plan: &AnnouncementPlan,
    from: Timestamp,
    until: Option<Timestamp>,
    clients: &HashMap<String, ClientId>,
) -> anyhow::Result<AnnouncementInput> {
    let audience = match &plan.only_for {
        None => Audience::Everyone,
        Some(names) => {
            let chosen: Option<_> = names
                .iter()
                .map(|name| clients.get(name).copied())
                .collect();
            Audience::Clients(chosen.context("an announcement for an unknown client")?)
        }
    };
    Ok(AnnouncementInput {
        title: Line::parse(&plan.title)?,
        body: Prose::parse(&plan.body)?,
        from: Some(from),
        until,
        audience,
    })
}

fn later(day: NaiveDate, days: u64) -> anyhow::Result<NaiveDate> {
    let later = day.checked_add_days(Days::new(days));
    later.context("a day beyond all calendars")
}

fn pricing(currency: Currency, lines: &[LinePlan], off: Option<&str>) -> anyhow::Result<Pricing> {
    let lines = lines.iter().map(|line| item(line, currency));
    Ok(Pricing {
        currency,
        mode: PriceMode::TaxExclusive,
        lines: lines.collect::<anyhow::Result<_>>()?,
        discount: discount(off, currency)?,
    })
}

fn item(plan: &LinePlan, currency: Currency) -> anyhow::Result<LineItem> {
    let taxes = plan.taxes.iter().map(|tax| {
        let (name, percent) = tax.rsplit_once(' ').context("write a tax as VAT 8.1")?;
        Ok(TaxRate {
            name: Line::parse(name)?,
            percent: Percent::parse(percent)?,
        })
    });
    Ok(LineItem {
        description: Prose::parse(&plan.text)?,
        quantity: Quantity::parse(&plan.quantity)?,
        unit_price: UnitPrice::parse(&plan.price)?,
        discount: discount(plan.discount.as_deref(), currency)?,
        taxes: taxes.collect::<anyhow::Result<_>>()?,
    })
}

fn discount(text: Option<&str>, currency: Currency) -> anyhow::Result<Option<Discount>> {
    let Some(text) = text else {
        return Ok(None);
    };
    Ok(Some(match text.strip_suffix(" %") {
        Some(percent) => Discount::Percent(Percent::parse(percent)?),
        None => Discount::Fixed(Money::parse(text, currency)?),
    }))
}
