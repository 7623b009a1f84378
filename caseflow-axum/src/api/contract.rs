//! What both sides are shown of a contract.

use caseflow_core::domain::contract::{Contract, ContractBody, ContractState, SignedCopy};
use caseflow_core::domain::file::FileRef;
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::signature::{Signature, SignedBy};
use caseflow_core::ports::store::{ContractFile, ContractRow};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A contract as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContractSummary)]
pub(super) struct SummaryView {
    /// Its id.
    #[schema(example = "ctr_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Its version as a record; the ETag says the same.
    #[schema(minimum = 1)]
    version: u64,
    /// Whom it is with.
    #[schema(example = "cli_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    client: String,
    /// Its title.
    title: String,
    /// Its status at this moment: draft, sent, signed, declined, withdrawn or expired.
    #[schema(example = "sent")]
    status: &'static str,
    /// The last day on which it can be signed; null when there is none.
    #[schema(format = Date)]
    sign_by: Option<String>,
    /// The matter it belongs to.
    matter: Option<String>,
    /// When it was last sent.
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// When somebody of the client first looked at it.
    #[schema(format = DateTime)]
    viewed_at: Option<String>,
    /// When it was signed.
    #[schema(format = DateTime)]
    signed_at: Option<String>,
}

impl SummaryView {
    pub(super) fn of(row: &ContractRow, today: NaiveDate) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version.0,
            client: row.client.to_string(),
            title: row.title.to_string(),
            status: row.status(today).code(),
            sign_by: row.sign_by.map(|day| day.to_string()),
            matter: row.matter.as_ref().map(ToString::to_string),
            sent_at: row.sent_at.map(|at| at.to_string()),
            viewed_at: row.viewed_at.map(|at| at.to_string()),
            signed_at: row.signed_at.map(|at| at.to_string()),
        }
    }
}

/// A file that can be downloaded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FileRef)]
pub(super) struct FileView {
    /// The SHA-256 of its bytes.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// How many bytes it has.
    size: u64,
}

impl From<FileRef> for FileView {
    fn from(file: FileRef) -> Self {
        Self {
            sha256: file.hex(),
            size: file.size,
        }
    }
}

/// A contract as it was sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SentVersion)]
pub(super) struct SentView {
    /// 1 when it was first sent; one more each time it was sent with another text.
    #[schema(minimum = 1)]
    number: u32,
    /// The file that is shown and signed.
    file: FileView,
    /// When it was sent.
    #[schema(format = DateTime)]
    sent_at: String,
}

/// How the signed copy is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schema(as = SignedCopy)]
pub(super) enum CopyView {
    /// There is none: it was signed on paper.
    OnPaper,
    /// It is being sealed.
    BeingSealed,
    /// It can be downloaded, and stays as it is.
    Sealed {
        /// The file.
        file: FileView,
        /// What kind of seal it bears: unsigned, baseline, timestamp_missed or timestamped.
        #[schema(example = "baseline")]
        level: &'static str,
        /// The SHA-256 of the certificate that it is sealed with.
        certificate: Option<String>,
        /// When it was sealed.
        #[schema(format = DateTime)]
        at: String,
    },
}

impl From<SignedCopy> for CopyView {
    fn from(copy: SignedCopy) -> Self {
        match copy {
            SignedCopy::OnPaper => Self::OnPaper,
            SignedCopy::Pending { .. } => Self::BeingSealed,
            SignedCopy::Sealed {
                file,
                level,
                certificate,
                at,
            } => Self::Sealed {
                file: file.into(),
                level: level.code(),
                certificate: certificate.map(|it| it.to_string()),
                at: at.to_string(),
            },
        }
    }
}

/// That the client will not sign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContractDeclined)]
pub(super) struct DeclinedView {
    /// The contact.
    by: String,
    /// The name it had.
    name: String,
    /// Why, if it said so.
    reason: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// What both sides know of a contract.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContractFacts)]
pub(super) struct FactsView {
    /// Its id.
    #[schema(example = "ctr_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    id: String,
    /// Whom it is with.
    #[schema(example = "cli_01jd4q9m3v8x2t5w7y9z1b3d5f")]
    client: String,
    /// Its title.
    title: String,
    /// Its status at this moment: draft, sent, signed, declined, withdrawn or expired.
    #[schema(example = "sent")]
    pub(super) status: &'static str,
    /// The last day on which it can be signed; null when there is none.
    #[schema(format = Date)]
    sign_by: Option<String>,
    /// The matter it belongs to.
    matter: Option<String>,
    /// How it was last sent.
    sent: Option<SentView>,
    /// When somebody of the client first looked at that version.
    #[schema(format = DateTime)]
    viewed_at: Option<String>,
    /// When it was signed.
    #[schema(format = DateTime)]
    signed_at: Option<String>,
    /// The signed copy, once it is signed.
    copy: Option<CopyView>,
    /// That the client will not sign.
    declined: Option<DeclinedView>,
}

impl FactsView {
    pub(super) fn of(contract: &Contract, today: NaiveDate) -> Self {
        let terms = &contract.terms;
        let sent = contract.version().map(|version| SentView {
            number: version.number,
            file: version.shown.into(),
            sent_at: version.sent_at.to_string(),
        });
        let declined = match &contract.state {
            ContractState::Declined { declined, .. } => Some(DeclinedView {
                by: declined.by.to_string(),
                name: declined.name.to_string(),
                reason: declined.reason.as_ref().map(ToString::to_string),
                at: declined.at.to_string(),
            }),
            _ => None,
        };
        Self {
            id: contract.id.to_string(),
            client: contract.client.to_string(),
            title: terms.title.to_string(),
            status: contract.status(today).code(),
            sign_by: terms.sign_by.map(|day| day.to_string()),
            matter: terms.matter.as_ref().map(ToString::to_string),
            sent,
            viewed_at: contract.viewed_at.map(|at| at.to_string()),
            signed_at: contract.signed_at().map(|at| at.to_string()),
            copy: contract.copy().copied().map(Into::into),
            declined,
        }
    }
}

/// What was recorded of a signature. What was not recorded is null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = ContractSignature)]
pub(super) enum SignatureView {
    /// A contact signed in the portal.
    Electronic(Box<EvidenceView>),
    /// Staff recorded that it was signed on paper.
    Paper {
        /// Who signed, as staff read it.
        name: String,
        /// The day on the paper.
        #[schema(format = Date)]
        signed_on: String,
        /// Who recorded it.
        recorded_by: String,
        /// When it was recorded.
        #[schema(format = DateTime)]
        at: String,
        /// Where the paper is, or what else is to be said.
        note: Option<String>,
    },
}

/// What was recorded of a signature in the portal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignatureEvidence)]
pub(super) struct EvidenceView {
    /// Which version of the contract was signed.
    contract_version: u32,
    /// The SHA-256 of the file that was shown.
    shown_sha256: String,
    /// The name as it was typed.
    typed: String,
    /// The contact who signed.
    contact: String,
    /// The name it had on the books of the firm.
    contact_name: String,
    /// The e-mail address it had.
    email: String,
    /// How it had proved who it is: password or host.
    authenticated_by: &'static str,
    /// When it had done so.
    #[schema(format = DateTime)]
    authenticated_at: String,
    /// The portal's session.
    session: Option<String>,
    /// The address that the request came from.
    ip: Option<String>,
    /// What the browser said it was.
    user_agent: Option<String>,
    /// The zone that the browser said it was in.
    time_zone: Option<String>,
    /// The version of the terms of electronic signature that were accepted.
    terms: String,
    /// When the version was sent.
    #[schema(format = DateTime)]
    sent_at: String,
    /// When somebody of the client first looked at it.
    #[schema(format = DateTime)]
    viewed_at: Option<String>,
    /// When the terms were accepted.
    #[schema(format = DateTime)]
    consented_at: String,
    /// When it was signed.
    #[schema(format = DateTime)]
    signed_at: String,
}

impl From<&Signature> for SignatureView {
    fn from(signature: &Signature) -> Self {
        let evidence = match &signature.by {
            SignedBy::Electronic(evidence) => evidence,
            SignedBy::Paper(paper) => {
                return Self::Paper {
                    name: paper.name.to_string(),
                    signed_on: paper.signed_on.to_string(),
                    recorded_by: paper.recorded_by.to_string(),
                    at: signature.at.to_string(),
                    note: paper.note.as_ref().map(ToString::to_string),
                };
            }
        };
        let origin = &evidence.origin;
        Self::Electronic(Box::new(EvidenceView {
            contract_version: signature.version,
            shown_sha256: Fingerprint(signature.shown).to_string(),
            typed: evidence.typed.to_string(),
            contact: evidence.contact.to_string(),
            contact_name: evidence.contact_name.to_string(),
            email: evidence.email.to_string(),
            authenticated_by: evidence.authenticated.method.code(),
            authenticated_at: evidence.authenticated.at.to_string(),
            session: evidence.session.map(|session| session.to_string()),
            ip: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.as_ref().map(ToString::to_string),
            time_zone: evidence.time_zone.as_ref().map(ToString::to_string),
            terms: evidence.terms.to_string(),
            sent_at: evidence.sent_at.to_string(),
            viewed_at: evidence.viewed_at.map(|at| at.to_string()),
            consented_at: evidence.consented_at.to_string(),
            signed_at: signature.at.to_string(),
        }))
    }
}

/// The signature of a contract, if it is signed.
pub(super) fn signature_of(file: &ContractFile) -> Option<SignatureView> {
    file.signature.as_ref().map(Into::into)
}

/// Its text in Markdown; none when it is a PDF file.
pub(super) fn text_of(contract: &Contract) -> Option<String> {
    match &contract.terms.body {
        ContractBody::Text(text) => Some(text.as_str().to_owned()),
        ContractBody::Upload(_) => None,
    }
}
