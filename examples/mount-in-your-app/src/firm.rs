//! Whose portal it is, and how it looks.

use anyhow::Context as _;
use caseflow_core::Ports;
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, PartPayment, PortalUrl};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{Colour, Email, LanguageTag, Line, Prose};
use caseflow_core::domain::time::Zone;
use caseflow_core::firm::settings::{self, FirmInput};

/// The firm's name, on the app's pages and the portal's.
pub const NAME: &str = "Birch & Vale Accounting";
/// Its colour, in both too.
pub const ACCENT: &str = "#0f766e";

/// The firm in the database, set up when there is none.
///
/// # Errors
/// When the store fails, or `address` is not one that a browser takes.
pub async fn set_up(ports: &Ports, address: &str) -> anyhow::Result<FirmId> {
    let known = ports.store.firms(&PageQuery::default()).await?;
    match known.rows.first() {
        Some(firm) => Ok(firm.id),
        None => Ok(settings::create(ports, input(address)?).await?),
    }
}

fn input(address: &str) -> anyhow::Result<FirmInput> {
    let portal_url = PortalUrl::parse(&format!("{address}/portal"));
    Ok(FirmInput {
        name: Line::parse(NAME)?,
        address: Some(Prose::parse("4 Orchard Lane\nBristol BS1 4QA")?),
        tax_id: None,
        email: Some(Email::parse("office@birchvale.example")?),
        phone: None,
        zone: Zone::parse("Europe/London")?,
        language: LanguageTag::parse("en-GB")?,
        currency: Currency::parse("GBP")?,
        accent: Colour::parse(ACCENT)?,
        sections: Sections::ALL.without(Section::Vault),
        portal_url: portal_url.context("the app's address")?,
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::On,
        stationery: Stationery::default(),
        invoice_numbers: NumberFormat::parse("BV-", 4)?,
        receipt_numbers: NumberFormat::parse("RCT-", 4)?,
        refund_numbers: NumberFormat::parse("REF-", 4)?,
        proposal_numbers: NumberFormat::parse("PRO-", 4)?,
        estimate_numbers: NumberFormat::parse("EST-", 4)?,
        part_payment: PartPayment::Off,
        sessions: SessionPolicy::default(),
    })
}
