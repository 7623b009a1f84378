//! The firm itself.

use super::{Call, begin, check_version};
use crate::Ports;
use crate::domain::access::{Actor, Origin, Sections, Staff};
use crate::domain::audit::AuditAction;
use crate::domain::changes::{Change, Changes, Reply, Version, Versioned, Write};
use crate::domain::currency::Currency;
use crate::domain::firm::{Attachments, Firm, Logo, PartPayment, PortalUrl};
use crate::domain::id::FirmId;
use crate::domain::mail::MailKind;
use crate::domain::number::NumberFormat;
use crate::domain::print::Stationery;
use crate::domain::session::SessionPolicy;
use crate::domain::text::{Colour, Email, LanguageTag, Line, Phone, Prose};
use crate::domain::time::Zone;
use crate::error::{Error, Refusal};
use crate::write::{self, Attempts, Next};

/// What can be said of a firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmInput {
    /// The name on every page, mail and document.
    pub name: Line<120>,
    /// Postal address as printed.
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
    /// The brand colour.
    pub accent: Colour,
    /// The sections that are open.
    pub sections: Sections,
    /// Where the portal is mounted.
    pub portal_url: PortalUrl,
    /// Small print under every mail.
    pub disclaimer: Option<Prose<1000>>,
    /// Kinds of mail to switch off; those that guard an account are sent all the same.
    pub muted: Vec<MailKind>,
    /// Whether mails about money carry the document that they are about.
    pub attachments: Attachments,
    /// The firm's choices for its printed documents.
    pub stationery: Stationery,
    /// How invoices are numbered from now on.
    pub invoice_numbers: NumberFormat,
    /// How receipts are numbered from now on.
    pub receipt_numbers: NumberFormat,
    /// How the notes of refunds and of other reversals are numbered from now on.
    pub refund_numbers: NumberFormat,
    /// How proposals are numbered.
    pub proposal_numbers: NumberFormat,
    /// How estimates are numbered.
    pub estimate_numbers: NumberFormat,
    /// Whether clients may pay a part of an invoice online.
    pub part_payment: PartPayment,
    /// How long a contact stays signed in, from the next sign-in on.
    pub sessions: SessionPolicy,
}

/// Sets up a firm. For the program that runs the installation.
///
/// # Errors
/// A [`Refusal`] when the least part of a payment is not above zero; when the store fails.
pub async fn create(ports: &Ports, input: FirmInput) -> Result<FirmId, Error> {
    check_part(&input)?;
    let id: FirmId = ports.new_id();
    let created_at = ports.now();
    let mut attempts = Attempts::new(ports, id);
    loop {
        let firm = filled(id, created_at, None, input.clone());
        let origin = Origin::default();
        let entry = write::audit(
            created_at,
            Actor::System,
            &origin,
            AuditAction::FirmCreated,
            [id.into()],
        );
        let changes = Changes::default()
            .with(Change::Firm(Write::Insert(firm)))
            .audited(entry);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(id);
        }
    }
}

/// The firm's settings.
///
/// # Errors
/// [`Error::NotFound`] when there is no such firm.
pub async fn read(ports: &Ports, staff: &Staff) -> Result<Versioned<Firm>, Error> {
    ports.store.firm(staff.firm).await?.ok_or(Error::NotFound)
}

/// Changes the firm's settings.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], or a [`Refusal`] when the least part of a payment is not
/// above zero.
pub async fn update(
    ports: &Ports,
    call: &Call,
    expected: Option<Version>,
    input: FirmInput,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    check_part(&input)?;
    loop {
        let old = read(ports, &call.staff).await?;
        check_version(&old, expected)?;
        let firm = filled(
            old.value.id,
            old.value.created_at,
            old.value.logo,
            input.clone(),
        );
        let changes = Changes::default()
            .with(Change::Firm(old.update(firm)))
            .audited(call.audit(ports, AuditAction::FirmChanged, [call.staff.firm.into()]));
        let reply = Reply {
            id: call.staff.firm.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// Sets or takes away the firm's logo.
///
/// # Errors
/// [`Error::NotFound`] or [`Error::Stale`].
pub async fn set_logo(
    ports: &Ports,
    call: &Call,
    expected: Option<Version>,
    logo: Option<Logo>,
) -> Result<Reply, Error> {
    let mut writing = begin!(ports, call);
    loop {
        let old = read(ports, &call.staff).await?;
        check_version(&old, expected)?;
        let firm = Firm {
            logo: logo.as_ref().map(Logo::reference),
            ..old.value.clone()
        };
        let mut changes = Changes::default().audited(call.audit(
            ports,
            AuditAction::FirmChanged,
            [call.staff.firm.into()],
        ));
        changes.changes.extend(logo.clone().map(Change::Logo));
        changes = changes.with(Change::Firm(old.update(firm)));
        let reply = Reply {
            id: call.staff.firm.into(),
            version: old.version.next(),
        };
        if let Some(reply) = writing.commit(changes, reply).await? {
            return Ok(reply);
        }
    }
}

/// The logo with this hash, which a firm's page shows.
///
/// # Errors
/// [`Error::NotFound`] when the firm never had such a logo.
pub async fn logo(ports: &Ports, firm: FirmId, sha256: [u8; 32]) -> Result<Logo, Error> {
    ports.store.logo(firm, sha256).await?.ok_or(Error::NotFound)
}

fn check_part(input: &FirmInput) -> Result<(), Refusal> {
    match input.part_payment {
        PartPayment::From(least) if !least.is_positive() => Err(Refusal::PartMinimum),
        PartPayment::From(_) | PartPayment::Off => Ok(()),
    }
}

fn filled(
    id: FirmId,
    created_at: crate::domain::time::Timestamp,
    logo: Option<crate::domain::firm::LogoRef>,
    input: FirmInput,
) -> Firm {
    Firm {
        id,
        name: input.name,
        address: input.address,
        tax_id: input.tax_id,
        email: input.email,
        phone: input.phone,
        zone: input.zone,
        language: input.language,
        currency: input.currency,
        accent: input.accent,
        logo,
        sections: input.sections,
        portal_url: input.portal_url,
        disclaimer: input.disclaimer,
        muted: input
            .muted
            .into_iter()
            .filter(|kind| kind.may_be_muted())
            .collect(),
        attachments: input.attachments,
        stationery: input.stationery,
        invoice_numbers: input.invoice_numbers,
        receipt_numbers: input.receipt_numbers,
        refund_numbers: input.refund_numbers,
        proposal_numbers: input.proposal_numbers,
        estimate_numbers: input.estimate_numbers,
        part_payment: input.part_payment,
        sessions: input.sessions,
        created_at,
    }
}
