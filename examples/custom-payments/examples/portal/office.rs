//! A firm with one client, one contact and one invoice, set up by the verbs that staff have.

use anyhow::{Context as _, bail};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Sections, Staff};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, PartPayment, PortalUrl};
use caseflow_core::domain::id::{ClientId, FirmId, Subject};
use caseflow_core::domain::invoice::InvoiceTerms;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::pricing::{LineItem, PriceMode, Pricing, Quantity, UnitPrice};
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{Colour, Direction, Email, LanguageTag, Line, PersonName, Prose};
use caseflow_core::domain::time::Zone;
use caseflow_core::firm::clients::ClientInput;
use caseflow_core::firm::contacts::{ContactInput, Rank, Switch};
use caseflow_core::firm::settings::FirmInput;
use caseflow_core::firm::{Call, clients, contacts, invoices, settings};
use caseflow_core::portal::links;
use caseflow_core::testing::KeptMail;
use caseflow_core::upkeep::outbox;
use chrono::Days;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "lantern-harbour-42";

pub(crate) async fn open(ports: &Ports, mail: &KeptMail, url: PortalUrl) -> anyhow::Result<FirmId> {
    let firm = settings::create(ports, firm(url)?).await?;
    let call = Call {
        staff: Staff {
            firm,
            name: Line::parse("Example")?,
            key: None,
            vault: false,
        },
        origin: Origin::default(),
        idempotency: None,
    };
    let client = ClientInput {
        name: Line::parse("Lovelace Ltd")?,
        address: None,
        tax_id: None,
        reference: None,
    };
    let made = clients::create(ports, &call, client).await?;
    let Subject::Client(client) = made.id else {
        bail!("no client was made");
    };
    welcome(ports, mail, &call, client).await?;
    bill(ports, &call, client).await?;
    Ok(firm)
}

/// Access on, link mailed, password set: as everybody does it.
async fn welcome(
    ports: &Ports,
    mail: &KeptMail,
    call: &Call,
    client: ClientId,
) -> anyhow::Result<()> {
    let made = contacts::create(ports, call, client, contact()?).await?;
    let Subject::Contact(contact) = made.id else {
        bail!("no contact was made");
    };
    contacts::switch_access(ports, call, contact, None, Switch::On).await?;
    outbox::deliver(ports).await?;
    let letters = mail.take();
    let mut words = letters.iter().flat_map(|it| it.text.split_whitespace());
    let link = words.find(|word| word.contains("/set-password/"));
    let secret = link.and_then(|link| Secret::parse(link.rsplit('/').next()?));
    let secret = secret.context("no link was mailed")?;
    let firm = call.staff.firm;
    links::set_password(ports, firm, &secret, PASSWORD, &Origin::default()).await?;
    Ok(())
}

async fn bill(ports: &Ports, call: &Call, client: ClientId) -> anyhow::Result<()> {
    let today = settings::read(ports, &call.staff).await?.value;
    let today = today.today(ports.now());
    let terms = InvoiceTerms {
        dated: today,
        due: today + Days::new(30),
        pricing: Pricing {
            currency: Currency::CHF,
            mode: PriceMode::TaxExclusive,
            lines: vec![LineItem {
                description: Prose::parse("Annual accounts")?,
                quantity: Quantity::parse("5")?,
                unit_price: UnitPrice::parse("232.50")?,
                discount: None,
                taxes: vec![],
            }],
            discount: None,
        },
        matter: None,
        client_note: None,
        internal_note: None,
    };
    let made = invoices::draft(ports, call, client, terms).await?;
    let Subject::Invoice(invoice) = made.id else {
        bail!("no invoice was made");
    };
    invoices::issue(ports, call, invoice, None).await?;
    Ok(())
}

fn firm(portal_url: PortalUrl) -> anyhow::Result<FirmInput> {
    Ok(FirmInput {
        name: Line::parse("Muster & Partner")?,
        address: None,
        tax_id: None,
        email: Some(Email::parse("office@muster.example")?),
        phone: None,
        zone: Zone::parse("Europe/Zurich")?,
        language: LanguageTag::parse("en")?,
        currency: Currency::CHF,
        accent: Colour::parse("#1f5f8b")?,
        sections: Sections::ALL,
        portal_url,
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::default(),
        stationery: Stationery::default(),
        invoice_numbers: NumberFormat::parse("INV-", 4)?,
        receipt_numbers: NumberFormat::parse("R-", 4)?,
        refund_numbers: NumberFormat::parse("RF-", 4)?,
        proposal_numbers: NumberFormat::parse("P-", 4)?,
        estimate_numbers: NumberFormat::parse("E-", 4)?,
        part_payment: PartPayment::Off,
        sessions: SessionPolicy::default(),
    })
}

fn contact() -> anyhow::Result<ContactInput> {
    Ok(ContactInput {
        first_name: PersonName::parse("Ada")?,
        last_name: PersonName::parse("Lovelace")?,
        email: Email::parse(EMAIL)?,
        phone: None,
        title: None,
        language: None,
        direction: Direction::default(),
        rank: Rank::Primary,
        permissions: Sections::ALL,
        mail: Sections::ALL,
    })
}
