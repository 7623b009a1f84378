use caseflow_core::domain::contract::{
    Contract, ContractBody, ContractStage, ContractState, ContractTerms, Declined, SentVersion,
    SignedCopy,
};
use caseflow_core::domain::file::FileRef;
use caseflow_core::domain::rich_text::RichText;
use caseflow_core::domain::seal::{Fingerprint, SealLevel};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::ContractRow;

use super::{file, origin};
use crate::read::{Cells, Stored, Unknown, Unreadable, hash};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const CONTRACTS: Table = Table {
    name: "caseflow_contracts",
    key: &["id"],
    texts: &[
        "client_id",
        "stage",
        "shown_sha256",
        "copy",
        "copy_sha256",
        "seal_level",
        "certificate",
        "decliner_id",
        "decliner_name",
        "reason",
        "ip",
        "user_agent",
        "title",
        "body",
        "upload_sha256",
        "sign_by",
        "matter",
        "internal_note",
    ],
    numbers: &[
        "shown_size",
        "sent_version",
        "sent_at",
        "signed_at",
        "seal_due",
        "copy_size",
        "stamped_at",
        "sealed_at",
        "declined_at",
        "withdrawn_at",
        "upload_size",
        "viewed_at",
        "created_at",
    ],
    versioned: true,
};

/// What a list shows.
pub(crate) fn row_shape(alias: &str) -> Shape {
    Shape::of(
        alias,
        &["id", "client_id", "title", "stage", "sign_by", "matter"],
        &["version", "sent_at", "viewed_at", "signed_at"],
    )
}

const ON_PAPER: &str = "on_paper";
const PENDING: &str = "pending";
const SEALED: &str = "sealed";

pub(crate) fn values(contract: &Contract) -> Vec<Value> {
    let Facts {
        declined,
        withdrawn_at,
    } = Facts::of(&contract.state);
    let sent = contract.version();
    let copy = CopyFacts::of(contract.copy());
    let terms = &contract.terms;
    let (body, upload) = match &terms.body {
        ContractBody::Text(body) => (Some(body.as_str()), None),
        ContractBody::Upload(file) => (None, Some(*file)),
    };
    let mut values = vec![
        text(contract.id),
        text(contract.client),
        text(contract.stage().code()),
        file::sha256(sent.map(|it| it.shown)),
        value::maybe(copy.code.as_ref()),
        file::sha256(copy.file),
        value::maybe(copy.level.map(SealLevel::code).as_ref()),
        value::maybe(copy.certificate.as_ref()),
        value::maybe(declined.map(|it| &it.by)),
        value::maybe(declined.map(|it| &it.name)),
        value::maybe(declined.and_then(|it| it.reason.as_ref())),
    ];
    values.extend(origin::values(declined.map(|it| &it.origin)));
    values.extend([
        text(&terms.title),
        value::maybe(body.as_ref()),
        file::sha256(upload),
        value::maybe(terms.sign_by.as_ref()),
        value::maybe(terms.matter.as_ref()),
        value::maybe(terms.internal_note.as_ref()),
        file::size(sent.map(|it| it.shown)),
        Value::Int(sent.map(|it| it.number.into())),
        sent.map(|it| it.sent_at).into(),
        contract.signed_at().into(),
        copy.due.into(),
        file::size(copy.file),
        copy.level.and_then(SealLevel::stamped_at).into(),
        copy.sealed_at.into(),
        declined.map(|it| it.at).into(),
        withdrawn_at.into(),
        file::size(upload),
        contract.viewed_at.into(),
        contract.created_at.into(),
    ]);
    values
}

/// What a state knows that a contract does not answer itself.
struct Facts<'a> {
    declined: Option<&'a Declined>,
    withdrawn_at: Option<Timestamp>,
}

impl<'a> Facts<'a> {
    fn of(state: &'a ContractState) -> Self {
        let (declined, withdrawn_at) = match state {
            ContractState::Draft | ContractState::Sent(_) | ContractState::Signed { .. } => {
                (None, None)
            }
            ContractState::Declined { declined, .. } => (Some(declined), None),
            ContractState::Withdrawn { at, .. } => (None, Some(*at)),
        };
        Self {
            declined,
            withdrawn_at,
        }
    }
}

/// What is known of a signed copy.
#[derive(Default)]
struct CopyFacts {
    code: Option<&'static str>,
    due: Option<Timestamp>,
    file: Option<FileRef>,
    level: Option<SealLevel>,
    certificate: Option<Fingerprint>,
    sealed_at: Option<Timestamp>,
}

impl CopyFacts {
    fn of(copy: Option<&SignedCopy>) -> Self {
        let none = Self::default();
        match copy {
            None => none,
            Some(SignedCopy::OnPaper) => Self {
                code: Some(ON_PAPER),
                ..none
            },
            Some(SignedCopy::Pending { next_try }) => Self {
                code: Some(PENDING),
                due: Some(*next_try),
                ..none
            },
            Some(SignedCopy::Sealed {
                file,
                level,
                certificate,
                at,
            }) => Self {
                code: Some(SEALED),
                file: Some(*file),
                level: Some(*level),
                certificate: *certificate,
                sealed_at: Some(*at),
                ..none
            },
        }
    }
}

impl Stored for Contract {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let state = state(cells)?;
        let title = cells.parse()?;
        Ok(Self {
            id,
            client,
            terms: ContractTerms {
                title,
                body: body(cells)?,
                sign_by: cells.maybe_day()?,
                matter: cells.maybe()?,
                internal_note: cells.maybe()?,
            },
            state,
            viewed_at: cells.maybe_time()?,
            created_at: cells.time()?,
        })
    }
}

fn body(cells: &mut Cells<'_>) -> Result<ContractBody, Unreadable> {
    let written: Option<RichText> = cells.maybe()?;
    match (written, file::reference(cells)?) {
        (Some(body), None) => Ok(ContractBody::Text(body)),
        (None, Some(upload)) => Ok(ContractBody::Upload(upload)),
        _ => Err(Unknown("the contract's text").into()),
    }
}

fn stage(cells: &mut Cells<'_>) -> Result<ContractStage, Unreadable> {
    Ok(ContractStage::from_code(cells.text()?).ok_or(Unknown("the contract's stage"))?)
}

fn state(cells: &mut Cells<'_>) -> Result<ContractState, Unreadable> {
    let stage = stage(cells)?;
    let version = version(cells)?;
    let signed_at = cells.maybe_time()?;
    let signed = signed_at.zip(copy(cells)?);
    let declined = declined(cells)?;
    let withdrawn_at = cells.maybe_time()?;
    let unknown = || Unknown("the contract's state").into();
    let Some(version) = version else {
        return match stage {
            ContractStage::Draft => Ok(ContractState::Draft),
            _ => Err(unknown()),
        };
    };
    match (stage, signed, declined, withdrawn_at) {
        (ContractStage::Sent, None, None, None) => Ok(ContractState::Sent(version)),
        (ContractStage::Signed, Some((at, copy)), None, None) => {
            Ok(ContractState::Signed { version, at, copy })
        }
        (ContractStage::Declined, None, Some(declined), None) => {
            Ok(ContractState::Declined { version, declined })
        }
        (ContractStage::Withdrawn, None, None, Some(at)) => {
            Ok(ContractState::Withdrawn { version, at })
        }
        _ => Err(unknown()),
    }
}

fn version(cells: &mut Cells<'_>) -> Result<Option<SentVersion>, Unreadable> {
    let shown = file::reference(cells)?;
    let sent = cells.maybe_number()?.zip(cells.maybe_time()?);
    let Some((shown, (number, sent_at))) = shown.zip(sent) else {
        return Ok(None);
    };
    Ok(Some(SentVersion {
        number: number.try_into()?,
        shown,
        sent_at,
    }))
}

fn copy(cells: &mut Cells<'_>) -> Result<Option<SignedCopy>, Unreadable> {
    let code = cells.maybe_text()?;
    let due = cells.maybe_time()?;
    let file = file::reference(cells)?;
    let (level, stamped_at) = (cells.maybe_text()?, cells.maybe_time()?);
    let level = level.and_then(|code| SealLevel::from_code(code, stamped_at));
    let certificate = cells.maybe_text()?.map(hash).transpose()?;
    let sealed = file.zip(level).zip(cells.maybe_time()?);
    match (code, due, sealed) {
        (None, None, None) => Ok(None),
        (Some(ON_PAPER), None, None) => Ok(Some(SignedCopy::OnPaper)),
        (Some(PENDING), Some(next_try), None) => Ok(Some(SignedCopy::Pending { next_try })),
        (Some(SEALED), None, Some(((file, level), at))) => Ok(Some(SignedCopy::Sealed {
            file,
            level,
            certificate: certificate.map(Fingerprint),
            at,
        })),
        _ => Err(Unknown("the signed copy").into()),
    }
}

fn declined(cells: &mut Cells<'_>) -> Result<Option<Declined>, Unreadable> {
    let who = cells.maybe()?.zip(cells.maybe()?);
    let reason = cells.maybe()?;
    let origin = Stored::read(cells)?;
    let declined = who.zip(cells.maybe_time()?);
    Ok(declined.map(|((by, name), at)| Declined {
        by,
        name,
        reason,
        origin,
        at,
    }))
}

impl Stored for ContractRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            version: cells.version()?,
            client: cells.parse()?,
            title: cells.parse()?,
            stage: stage(cells)?,
            sign_by: cells.maybe_day()?,
            matter: cells.maybe()?,
            sent_at: cells.maybe_time()?,
            viewed_at: cells.maybe_time()?,
            signed_at: cells.maybe_time()?,
        })
    }
}
