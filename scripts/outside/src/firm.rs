//! The firm whose portal it is.

use std::error::Error;

use caseflow_core::Ports;
use caseflow_core::domain::access::Sections;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, PartPayment, PortalUrl};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{Colour, LanguageTag, Line};
use caseflow_core::domain::time::Zone;
use caseflow_core::firm::settings::{self, FirmInput};

pub async fn set_up(ports: &Ports, portal_url: &str) -> Result<FirmId, Box<dyn Error>> {
    let firm = FirmInput {
        name: Line::parse("Blackwood & Partners")?,
        address: None,
        tax_id: None,
        email: None,
        phone: None,
        zone: Zone::parse("Europe/Zurich")?,
        language: LanguageTag::parse("en")?,
        currency: Currency::USD,
        accent: Colour::parse("#1f5f8b")?,
        sections: Sections::ALL,
        portal_url: PortalUrl::parse(portal_url)?,
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::default(),
        stationery: Stationery::default(),
        invoice_numbers: NumberFormat::parse("INV-", 4)?,
        receipt_numbers: NumberFormat::parse("R-", 4)?,
        refund_numbers: NumberFormat::parse("RF-", 4)?,
        proposal_numbers: NumberFormat::parse("P-", 4)?,
        estimate_numbers: NumberFormat::parse("E-", 4)?,
        part_payment: PartPayment::default(),
        sessions: SessionPolicy::default(),
    };
    Ok(settings::create(ports, firm).await?)
}
