//! What the operator does by subcommand: firms and keys.

use anyhow::{Context as _, bail};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Sections, Staff};
use caseflow_core::domain::api_key;
use caseflow_core::domain::firm::{Attachments, PartPayment, PortalUrl};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::Line;
use caseflow_core::firm::settings::FirmInput;
use caseflow_core::firm::{self, Call};

use crate::cli::{FirmCommand, FirmCreate, KeyCommand, KeyCreate};
use crate::firms;

/// Sets up or lists firms.
pub(crate) async fn on_firms(
    ports: &Ports,
    command: FirmCommand,
    public_url: Option<PortalUrl>,
) -> anyhow::Result<()> {
    match command {
        FirmCommand::Create(firm) => create(ports, firm, public_url).await,
        FirmCommand::List => {
            for firm in firms::all(ports).await? {
                println!("{}\t{}\t{}", firm.id, firm.portal_url.as_str(), firm.name);
            }
            Ok(())
        }
    }
}

/// Makes, lists or revokes keys.
pub(crate) async fn on_keys(ports: &Ports, command: KeyCommand) -> anyhow::Result<()> {
    match command {
        KeyCommand::Create(key) => make_key(ports, key).await,
        KeyCommand::List { firm } => list_keys(ports, firm).await,
        KeyCommand::Revoke { firm, key } => {
            let call = Call {
                staff: operator(firm)?,
                origin: Origin::default(),
                idempotency: None,
            };
            let revoked = firm::api_keys::revoke(ports, &call, key, None).await;
            revoked.context("no such key: see key list")?;
            println!("revoked {key}");
            Ok(())
        }
    }
}

async fn create(ports: &Ports, firm: FirmCreate, base: Option<PortalUrl>) -> anyhow::Result<()> {
    let portal_url = firm.url.clone().or(base);
    let portal_url = portal_url.context("give --url, or set CASEFLOW_PUBLIC_URL")?;
    check_address(ports, &portal_url).await?;
    let id = firm::settings::create(ports, input(firm, portal_url)?).await?;
    println!("{id}");
    Ok(())
}

/// Two firms cannot have one address, and none can have one of the server's own.
async fn check_address(ports: &Ports, url: &PortalUrl) -> anyhow::Result<()> {
    let path = url.as_str().strip_prefix(url.origin()).unwrap_or_default();
    let first = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if firms::RESERVED.contains(&first) {
        bail!("/{first} is the server's own: choose another path");
    }
    let firms = firms::all(ports).await?;
    match firms.iter().find(|firm| firm.portal_url == *url) {
        Some(firm) => bail!("{} has this address: give another --url", firm.name),
        None => Ok(()),
    }
}

fn input(firm: FirmCreate, portal_url: PortalUrl) -> anyhow::Result<FirmInput> {
    let numbers = NumberFormat::parse(&firm.invoice_prefix, 5).context("--invoice-prefix")?;
    Ok(FirmInput {
        name: firm.name,
        address: None,
        tax_id: None,
        email: firm.email,
        phone: None,
        zone: firm.zone,
        language: firm.language,
        currency: firm.currency,
        accent: firm.accent,
        sections: Sections::ALL,
        portal_url,
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::default(),
        stationery: Stationery::default(),
        invoice_numbers: numbers,
        receipt_numbers: NumberFormat::parse("RCT-", 5)?,
        refund_numbers: NumberFormat::parse("REF-", 5)?,
        proposal_numbers: NumberFormat::parse("PRO-", 5)?,
        estimate_numbers: NumberFormat::parse("EST-", 5)?,
        part_payment: PartPayment::default(),
        sessions: SessionPolicy::default(),
    })
}

async fn make_key(ports: &Ports, key: KeyCreate) -> anyhow::Result<()> {
    let staff = operator(key.firm)?;
    let known = firm::settings::read(ports, &staff).await;
    known.context("no such firm: see firm list")?;
    let KeyCreate {
        name,
        scope,
        expires,
        ..
    } = key;
    let made = firm::api_keys::create(ports, &staff, Origin::default(), name, scope, expires);
    let (id, secret) = made.await?;
    eprintln!("{id}: keep the secret now, it is shown this once");
    println!("{}", api_key::reveal(&secret));
    Ok(())
}

async fn list_keys(ports: &Ports, firm: FirmId) -> anyhow::Result<()> {
    for key in firm::api_keys::list(ports, &operator(firm)?).await? {
        let key = key.value;
        let state = if key.is_live(ports.now()) {
            "live"
        } else {
            "dead"
        };
        println!("{}\t{}\t{state}\t{}", key.id, key.scope.code(), key.name);
    }
    Ok(())
}

/// Who the audit log names for what is done by subcommand. Whoever may run one holds the vaults' keys
/// too.
pub(crate) fn operator(firm: FirmId) -> anyhow::Result<Staff> {
    Ok(Staff {
        firm,
        name: Line::parse("Operator (command line)")?,
        key: None,
        vault: true,
    })
}
