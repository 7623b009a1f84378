//! The firm itself.

use axum::extract::State;
use axum::http::StatusCode;
use caseflow_core::domain::access::Sections;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, Firm, Logo, LogoError, PartPayment, PortalUrl};
use caseflow_core::domain::mail::MailKind;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::print::{Paper, Stationery};
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{Colour, Email, LanguageTag, Line, Phone, Prose};
use caseflow_core::domain::time::Zone;
use caseflow_core::firm::settings::{self, FirmInput};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::answer::{Answer, Turn, Written, etag, shown, written};
use crate::api::money::{MoneyView, Positive};
use crate::api::request::{Checked, Desk, Edit, Known, Picture};
use crate::api::values::Whole;
use crate::api::wire::{Distinct, Flaws, Members, Wire, body};
use crate::api::words::codes;
use crate::error::Failure;
use crate::state::App;

/// A firm and its settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Firm)]
pub(super) struct FirmView {
    /// Its id.
    #[schema(example = "firm_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version.
    #[schema(minimum = 1)]
    version: u64,
    /// The name on every page, mail and document.
    name: String,
    /// Postal address as printed.
    address: Option<String>,
    /// VAT, sales-tax or company number as printed.
    tax_id: Option<String>,
    /// Where clients write to.
    email: Option<String>,
    /// Where clients call.
    phone: Option<String>,
    /// The zone in which the firm's days begin and end.
    #[schema(example = "Europe/Zurich")]
    zone: &'static str,
    /// The language of mails and pages when a contact has none.
    #[schema(example = "en")]
    language: String,
    /// The currency that a new invoice starts with.
    #[schema(example = "USD")]
    currency: &'static str,
    /// The brand colour.
    #[schema(example = "#1f5f8b")]
    accent: String,
    /// The logo, if there is one.
    logo: Option<LogoView>,
    /// The sections that are open.
    sections: Vec<&'static str>,
    /// Where the portal is mounted.
    #[schema(example = "https://example.com/portal")]
    portal_url: String,
    /// Small print under every mail.
    disclaimer: Option<String>,
    /// Kinds of mail that are switched off.
    muted: Vec<&'static str>,
    /// Whether mails about money carry the invoice or the receipt as a PDF file: on or off.
    #[schema(example = "on")]
    attachments: &'static str,
    /// The size of the paper that documents are laid out for: a4 or letter.
    #[schema(example = "a4")]
    paper: &'static str,
    /// Small print at the foot of every page of a document.
    document_footer: Option<String>,
    /// How to pay an invoice, printed on it while something is due: the bank account, what to quote.
    how_to_pay: Option<String>,
    /// How invoices are numbered from now on.
    invoice_numbers: NumbersView,
    /// How receipts are numbered from now on.
    receipt_numbers: NumbersView,
    /// How the notes of refunds and disputes are numbered from now on.
    refund_numbers: NumbersView,
    /// How proposals are numbered from now on.
    proposal_numbers: NumbersView,
    /// How estimates are numbered from now on.
    estimate_numbers: NumbersView,
    /// Whether clients may pay a part of an invoice online; null when they pay all that is due.
    part_payment: Option<PartPaymentView>,
    /// How long a contact stays signed in.
    sessions: SessionsView,
    /// When the firm was set up.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A stored picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Logo)]
pub(super) struct LogoView {
    /// SHA-256 of its bytes, in hexadecimal digits.
    sha256: String,
    /// image/png or image/jpeg.
    #[schema(example = "image/png")]
    media_type: &'static str,
}

/// How the numbers of a series are written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NumberFormat)]
pub(super) struct NumbersView {
    /// What stands before the digits.
    #[schema(example = "INV-")]
    prefix: String,
    /// The least number of digits.
    #[schema(minimum = 1, maximum = 12)]
    width: u8,
}

/// That clients may pay a part of an invoice online.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartPayment)]
pub(super) struct PartPaymentView {
    /// The least that may be paid, on invoices in its currency; less when less is due.
    minimum: MoneyView,
}

/// How long a contact stays signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionPolicy)]
pub(super) struct SessionsView {
    /// The longest pause between two requests.
    idle_seconds: u64,
    /// The longest time after signing in.
    absolute_seconds: u64,
}

impl FirmView {
    fn of(read: &Versioned<Firm>) -> Self {
        let firm = &read.value;
        Self {
            id: firm.id.to_string(),
            version: read.version.0,
            name: firm.name.to_string(),
            address: firm.address.as_ref().map(ToString::to_string),
            tax_id: firm.tax_id.as_ref().map(ToString::to_string),
            email: firm.email.as_ref().map(ToString::to_string),
            phone: firm.phone.as_ref().map(ToString::to_string),
            zone: firm.zone.name(),
            language: firm.language.to_string(),
            currency: firm.currency.code(),
            accent: firm.accent.to_string(),
            logo: firm.logo.map(|logo| LogoView {
                sha256: super::audit::hex(&logo.sha256),
                media_type: logo.kind.media_type(),
            }),
            sections: codes(firm.sections),
            portal_url: firm.portal_url.as_str().to_owned(),
            disclaimer: firm.disclaimer.as_ref().map(ToString::to_string),
            muted: firm.muted.iter().map(|kind| kind.code()).collect(),
            attachments: firm.attachments.code(),
            paper: firm.stationery.paper.code(),
            document_footer: firm.stationery.footer.as_ref().map(ToString::to_string),
            how_to_pay: firm.stationery.how_to_pay.as_ref().map(ToString::to_string),
            invoice_numbers: (&firm.invoice_numbers).into(),
            receipt_numbers: (&firm.receipt_numbers).into(),
            refund_numbers: (&firm.refund_numbers).into(),
            proposal_numbers: (&firm.proposal_numbers).into(),
            estimate_numbers: (&firm.estimate_numbers).into(),
            part_payment: match firm.part_payment {
                PartPayment::Off => None,
                PartPayment::From(least) => Some(PartPaymentView {
                    minimum: least.into(),
                }),
            },
            sessions: SessionsView {
                idle_seconds: firm.sessions.idle.as_secs(),
                absolute_seconds: firm.sessions.absolute.as_secs(),
            },
            created_at: firm.created_at.to_string(),
        }
    }
}

impl From<&NumberFormat> for NumbersView {
    fn from(format: &NumberFormat) -> Self {
        Self {
            prefix: format.prefix().to_owned(),
            width: format.width(),
        }
    }
}

body! {
    /// How long a contact stays signed in, from the next sign-in on.
    SessionsBody {
        /// The longest pause between two requests: 1 minute to 1 day.
        idle_seconds: Whole<60, 86_400>,
        /// The longest time after signing in: 5 minutes to 30 days.
        absolute_seconds: Whole<300, 2_592_000>,
    }
}

body! {
    /// That clients may pay a part of an invoice online.
    PartPaymentBody {
        /// The least that may be paid, on invoices in its currency; less when less is due.
        minimum: Positive,
    }
}

body! {
    /// What can be said of a firm.
    FirmBody {
        /// The name on every page, mail and document.
        name: Line<120>,
        /// Postal address as printed.
        address: Option<Prose<500>>,
        /// VAT, sales-tax or company number as printed.
        tax_id: Option<Line<40>>,
        /// Where clients write to.
        email: Option<Email>,
        /// Where clients call.
        phone: Option<Phone>,
        /// The IANA time zone in which the firm's days begin and end.
        zone: Zone,
        /// The language of mails and pages when a contact has none.
        language: LanguageTag,
        /// The currency that a new invoice starts with.
        currency: Currency,
        /// The brand colour.
        accent: Colour,
        /// The sections that are open.
        sections: Sections,
        /// Where the portal is mounted, for links in mails.
        portal_url: PortalUrl,
        /// Small print under every mail.
        disclaimer: Option<Prose<1000>>,
        /// Kinds of mail to switch off; those that guard an account are always sent.
        muted: Distinct<MailKind>,
        /// Whether mails about money carry the invoice or the receipt as a PDF file.
        attachments: Attachments,
        /// The size of the paper that documents are laid out for.
        paper: Paper,
        /// Small print at the foot of every page of a document.
        document_footer: Option<Prose<1000>>,
        /// How to pay an invoice, printed on it while something is due.
        how_to_pay: Option<Prose<1000>>,
        /// How invoices are numbered from now on.
        invoice_numbers: NumberFormat,
        /// How receipts are numbered from now on.
        receipt_numbers: NumberFormat,
        /// How the notes of refunds and disputes are numbered from now on.
        refund_numbers: NumberFormat,
        /// How proposals are numbered from now on.
        proposal_numbers: NumberFormat,
        /// How estimates are numbered from now on.
        estimate_numbers: NumberFormat,
        /// Whether clients may pay a part of an invoice online; they pay all that is due when null.
        part_payment: Option<PartPaymentBody>,
        /// How long a contact stays signed in, from the next sign-in on.
        sessions: SessionsBody,
    }
}

impl From<FirmBody> for FirmInput {
    fn from(body: FirmBody) -> Self {
        let Distinct(muted) = body.muted;
        Self {
            name: body.name,
            address: body.address,
            tax_id: body.tax_id,
            email: body.email,
            phone: body.phone,
            zone: body.zone,
            language: body.language,
            currency: body.currency,
            accent: body.accent,
            sections: body.sections,
            portal_url: body.portal_url,
            disclaimer: body.disclaimer,
            muted,
            attachments: body.attachments,
            stationery: Stationery {
                paper: body.paper,
                footer: body.document_footer,
                how_to_pay: body.how_to_pay,
            },
            invoice_numbers: body.invoice_numbers,
            receipt_numbers: body.receipt_numbers,
            refund_numbers: body.refund_numbers,
            proposal_numbers: body.proposal_numbers,
            estimate_numbers: body.estimate_numbers,
            part_payment: match body.part_payment {
                Some(part) => PartPayment::From(part.minimum.0),
                None => PartPayment::Off,
            },
            sessions: SessionPolicy {
                idle: body.sessions.idle_seconds.seconds(),
                absolute: body.sessions.absolute_seconds.seconds(),
            },
        }
    }
}

/// What may stand before the digits; unlike other text it may be empty and end in a space.
#[derive(Debug)]
struct Prefix(String);

impl Wire for Prefix {
    fn shape() -> Value {
        json!({"type": "string", "maxLength": 20})
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let text = given.as_str().filter(|text| text.chars().count() <= 20);
        if text.is_none() {
            flaws.note(at, "must be a string of at most 20 characters");
        }
        text.map(|text| Self(text.to_owned()))
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl Wire for NumberFormat {
    fn shape() -> Value {
        json!({
            "type": "object", "additionalProperties": false, "required": ["prefix", "width"],
            "properties": {"prefix": Prefix::shape(), "width": Whole::<1, 12>::shape()},
        })
    }

    fn read(given: &Value, at: &str, flaws: &mut Flaws) -> Option<Self> {
        let members = Members::open(given, at, flaws)?;
        let prefix: Option<Prefix> = members.take("prefix", flaws);
        let width: Option<Whole<1, 12>> = members.take("width", flaws);
        members.refuse_others(&["prefix", "width"], flaws);
        let (Prefix(prefix), Whole(width)) = (prefix?, width?);
        let format = Self::parse(&prefix, u8::try_from(width).unwrap_or(u8::MAX));
        format.map_err(|error| flaws.note(at, error)).ok()
    }

    fn absent() -> Option<Self> {
        None
    }
}

/// The firm's settings.
#[utoipa::path(get, path = "/api/v1/firm", tag = "Firm", operation_id = "read_firm",
    responses((status = 200, description = "The firm.", body = FirmView)))]
pub(super) async fn read(State(app): State<App>, desk: Desk, known: Known) -> Answer {
    let firm = settings::read(&app.ports, &desk.staff).await?;
    Ok(shown(&known, &etag(firm.version), &FirmView::of(&firm)))
}

/// Changes the firm's settings.
#[utoipa::path(patch, path = "/api/v1/firm", tag = "Firm", operation_id = "change_firm",
    request_body = FirmBody,
    responses((status = 200, description = "Changed.", body = Written)))]
pub(super) async fn change(State(app): State<App>, desk: Desk, edit: Edit) -> Answer {
    let old = settings::read(&app.ports, &desk.staff).await?;
    let body: FirmBody = edit.over(&FirmView::of(&old))?;
    let expected = edit.write.expected.or(Some(old.version));
    let reply = settings::update(&app.ports, &edit.write.call, expected, body.into()).await?;
    Ok(written(reply, Turn::First))
}

/// Sets the firm's logo: at most 256 KiB of PNG or JPEG.
#[utoipa::path(put, path = "/api/v1/firm/logo", tag = "Firm", operation_id = "set_logo",
    request_body(content(
        (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"),
    ), description = "The picture."),
    responses((status = 200, description = "Set.", body = Written)))]
pub(super) async fn set_logo(
    State(app): State<App>,
    write: Checked,
    Picture(bytes): Picture,
) -> Answer {
    let logo = Logo::parse(bytes.to_vec()).map_err(unacceptable)?;
    let reply = settings::set_logo(&app.ports, &write.call, write.expected, Some(logo)).await?;
    Ok(written(reply, Turn::First))
}

/// Takes the firm's logo away.
#[utoipa::path(delete, path = "/api/v1/firm/logo", tag = "Firm", operation_id = "remove_logo",
    responses((status = 200, description = "Taken away.", body = Written)))]
pub(super) async fn remove_logo(State(app): State<App>, write: Checked) -> Answer {
    let reply = settings::set_logo(&app.ports, &write.call, write.expected, None).await?;
    Ok(written(reply, Turn::First))
}

fn unacceptable(error: LogoError) -> Failure {
    match error {
        LogoError::TooLarge => Failure::Http {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            detail: "the logo is too large: at most 256 KiB",
        },
        other => Flaws::one("", other),
    }
}
