use std::time::Duration;

use caseflow_core::domain::access::Sections;
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::firm::{Firm, LogoRef, LogoType, PortalUrl};
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::time::{Timestamp, Zone};
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, hash, maybe};
use crate::table::Table;
use crate::value::{self, Value, hex_text, list, text};

pub(crate) const FIRMS: Table = Table {
    name: "caseflow_firms",
    key: &[],
    columns: &[
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
        "sections",
        "portal_url",
        "disclaimer",
        "muted",
        "invoice_prefix",
        "invoice_width",
        "receipt_prefix",
        "receipt_width",
        "session_idle",
        "session_absolute",
        "created_at",
    ],
    versioned: true,
};

pub(crate) fn values(firm: &Firm) -> Vec<Value> {
    let logo = firm.logo.map(|logo| hex_text(&logo.sha256));
    let logo_kind = firm.logo.map(|logo| logo.kind.media_type());
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
        firm.sections.bits().into(),
        text(firm.portal_url.as_str()),
        value::maybe(firm.disclaimer.as_ref()),
        list(firm.muted.iter().map(|kind| kind.code())),
        text(firm.invoice_numbers.prefix()),
        firm.invoice_numbers.width().into(),
        text(firm.receipt_numbers.prefix()),
        firm.receipt_numbers.width().into(),
        firm.sessions.idle.into(),
        firm.sessions.absolute.into(),
        firm.created_at.into(),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct FirmRow {
    firm_id: String,
    version: u64,
    name: String,
    address: Option<String>,
    tax_id: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    zone: String,
    language: String,
    currency: String,
    accent: String,
    logo_sha256: Option<String>,
    logo_kind: Option<String>,
    sections: u8,
    portal_url: String,
    disclaimer: Option<String>,
    muted: String,
    invoice_prefix: String,
    invoice_width: u8,
    receipt_prefix: String,
    receipt_width: u8,
    session_idle: u64,
    session_absolute: u64,
    created_at: i64,
}

impl Stored for FirmRow {
    type Record = Versioned<Firm>;

    fn read(self) -> Result<Versioned<Firm>, Unreadable> {
        let value = Firm {
            id: self.firm_id.parse()?,
            name: self.name.parse()?,
            address: maybe(self.address)?,
            tax_id: maybe(self.tax_id)?,
            email: maybe(self.email)?,
            phone: maybe(self.phone)?,
            zone: Zone::parse(&self.zone)?,
            language: self.language.parse()?,
            currency: self.currency.parse()?,
            accent: self.accent.parse()?,
            logo: logo(self.logo_sha256.zip(self.logo_kind))?,
            sections: Sections::from_bits(self.sections),
            portal_url: PortalUrl::parse(&self.portal_url)?,
            disclaimer: maybe(self.disclaimer)?,
            muted: muted(&self.muted)?,
            invoice_numbers: NumberFormat::parse(&self.invoice_prefix, self.invoice_width)?,
            receipt_numbers: NumberFormat::parse(&self.receipt_prefix, self.receipt_width)?,
            sessions: SessionPolicy {
                idle: Duration::from_micros(self.session_idle),
                absolute: Duration::from_micros(self.session_absolute),
            },
            created_at: Timestamp::from_micros(self.created_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

fn logo(stored: Option<(String, String)>) -> Result<Option<LogoRef>, Unreadable> {
    let Some((sha256, kind)) = stored else {
        return Ok(None);
    };
    let known = [LogoType::Png, LogoType::Jpeg];
    let kind = known.into_iter().find(|it| it.media_type() == kind);
    Ok(Some(LogoRef {
        sha256: hash(&sha256)?,
        kind: kind.ok_or(Unknown("the logo's type"))?,
    }))
}

fn muted(stored: &str) -> Result<Vec<MailKind>, Unreadable> {
    let codes: Vec<String> = serde_json::from_str(stored)?;
    let kinds = codes.iter().map(|code| MailKind::from_code(code));
    let kinds: Option<Vec<MailKind>> = kinds.collect();
    Ok(kinds.ok_or(Unknown("a kind of mail"))?)
}
