use caseflow_core::domain::access::Sections;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, Firm, LogoRef, LogoType, PartPayment, PortalUrl};
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::print::{Paper, Stationery};
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::time::Zone;

use crate::read::{Cells, Stored, Unknown, Unreadable, hash};
use crate::table::Table;
use crate::value::{self, Value, hex_text, list, text};

pub(crate) const FIRMS: Table = Table {
    name: "caseflow_firms",
    key: &[],
    texts: &[
        "name",
        "address",
        "tax_id",
        "email",
        "phone",
        "zone",
        "language",
        "currency",
        "accent",
        "logo_sha256",
        "logo_kind",
        "portal_url",
        "disclaimer",
        "muted",
        "attachments",
        "paper",
        "document_footer",
        "how_to_pay",
        "invoice_prefix",
        "receipt_prefix",
        "refund_prefix",
        "proposal_prefix",
        "estimate_prefix",
        "part_payment_currency",
    ],
    numbers: &[
        "sections",
        "invoice_width",
        "receipt_width",
        "refund_width",
        "proposal_width",
        "estimate_width",
        "part_payment_least",
        "session_idle",
        "session_absolute",
        "created_at",
    ],
    versioned: true,
};

pub(crate) fn values(firm: &Firm) -> Vec<Value> {
    let logo = firm.logo.map(|logo| hex_text(&logo.sha256));
    let logo_kind = firm.logo.map(|logo| logo.kind.media_type());
    let least = match firm.part_payment {
        PartPayment::Off => None,
        PartPayment::From(least) => Some(least),
    };
    let least_currency = least.map(Money::currency);
    vec![
        text(&firm.name),
        value::maybe(firm.address.as_ref()),
        value::maybe(firm.tax_id.as_ref()),
        value::maybe(firm.email.as_ref()),
        value::maybe(firm.phone.as_ref()),
        text(firm.zone),
        text(&firm.language),
        text(firm.currency),
        text(&firm.accent),
        Value::Text(logo),
        value::maybe(logo_kind.as_ref()),
        text(firm.portal_url.as_str()),
        value::maybe(firm.disclaimer.as_ref()),
        list(firm.muted.iter().map(|kind| kind.code())),
        text(firm.attachments.code()),
        text(firm.stationery.paper.code()),
        value::maybe(firm.stationery.footer.as_ref()),
        value::maybe(firm.stationery.how_to_pay.as_ref()),
        text(firm.invoice_numbers.prefix()),
        text(firm.receipt_numbers.prefix()),
        text(firm.refund_numbers.prefix()),
        text(firm.proposal_numbers.prefix()),
        text(firm.estimate_numbers.prefix()),
        value::maybe(least_currency.as_ref()),
        firm.sections.bits().into(),
        firm.invoice_numbers.width().into(),
        firm.receipt_numbers.width().into(),
        firm.refund_numbers.width().into(),
        firm.proposal_numbers.width().into(),
        firm.estimate_numbers.width().into(),
        least.map(Money::minor).into(),
        firm.sessions.idle.into(),
        firm.sessions.absolute.into(),
        firm.created_at.into(),
    ]
}

impl Stored for Firm {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let id = cells.parse()?;
        let name = cells.parse()?;
        let address = cells.maybe()?;
        let tax_id = cells.maybe()?;
        let email = cells.maybe()?;
        let phone = cells.maybe()?;
        let zone = Zone::parse(cells.text()?)?;
        let language = cells.parse()?;
        let currency = cells.parse()?;
        let accent = cells.parse()?;
        let logo = logo(cells.maybe_text()?, cells.maybe_text()?)?;
        let portal_url = PortalUrl::parse(cells.text()?)?;
        let disclaimer = cells.maybe()?;
        let muted = muted(cells.text()?)?;
        let attachments = Attachments::from_code(cells.text()?);
        let stationery = stationery(cells)?;
        let sections = Sections::from_bits(cells.count()?);
        Ok(Self {
            id,
            name,
            address,
            tax_id,
            email,
            phone,
            zone,
            language,
            currency,
            accent,
            logo,
            sections,
            portal_url,
            disclaimer,
            muted,
            attachments: attachments.ok_or(Unknown("the choice of attachments"))?,
            stationery,
            invoice_numbers: NumberFormat::parse(cells.text()?, cells.count()?)?,
            receipt_numbers: NumberFormat::parse(cells.text()?, cells.count()?)?,
            refund_numbers: NumberFormat::parse(cells.text()?, cells.count()?)?,
            proposal_numbers: NumberFormat::parse(cells.text()?, cells.count()?)?,
            estimate_numbers: NumberFormat::parse(cells.text()?, cells.count()?)?,
            part_payment: part_payment(cells.maybe()?, cells.maybe_number()?),
            sessions: SessionPolicy {
                idle: cells.span()?,
                absolute: cells.span()?,
            },
            created_at: cells.time()?,
        })
    }
}

fn logo(sha256: Option<&str>, kind: Option<&str>) -> Result<Option<LogoRef>, Unreadable> {
    let Some((sha256, kind)) = sha256.zip(kind) else {
        return Ok(None);
    };
    let known = [LogoType::Png, LogoType::Jpeg];
    let kind = known.into_iter().find(|it| it.media_type() == kind);
    Ok(Some(LogoRef {
        sha256: hash(sha256)?,
        kind: kind.ok_or(Unknown("the logo's type"))?,
    }))
}

fn part_payment(currency: Option<Currency>, least: Option<i64>) -> PartPayment {
    match least.zip(currency) {
        None => PartPayment::Off,
        Some((least, currency)) => PartPayment::From(Money::from_minor(least, currency)),
    }
}

fn stationery(cells: &mut Cells<'_>) -> Result<Stationery, Unreadable> {
    let paper = Paper::from_code(cells.text()?);
    Ok(Stationery {
        paper: paper.ok_or(Unknown("the size of paper"))?,
        footer: cells.maybe()?,
        how_to_pay: cells.maybe()?,
    })
}

fn muted(stored: &str) -> Result<Vec<MailKind>, Unreadable> {
    let codes: Vec<String> = serde_json::from_str(stored)?;
    let kinds = codes.iter().map(|code| MailKind::from_code(code));
    let kinds: Option<Vec<MailKind>> = kinds.collect();
    Ok(kinds.ok_or(Unknown("a kind of mail"))?)
}
