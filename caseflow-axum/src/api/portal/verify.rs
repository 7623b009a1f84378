//! Checking a signed copy, for anybody. The file is looked at and not kept.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse as _;
use caseflow_core::portal::verify;
use caseflow_core::ports::sealer::{Fault, Seal, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Answer;
use crate::api::request::PdfFile;
use crate::state::{App, Here};

/// What a file was found to be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
#[schema(as = Verdict)]
pub(super) enum VerdictView {
    /// Sealed by this portal, and every byte is as it was then.
    Ours {
        /// What the seal says.
        seal: SealView,
    },
    /// It bears a signature, and is not what was signed, or cannot be shown to be.
    Altered {
        /// What was found: appended, content, signature, coverage, weak, unsupported or unreadable.
        #[schema(example = "content")]
        fault: &'static str,
        /// Whether a seal of this portal is in it that holds for itself. False says nothing.
        ours: bool,
    },
    /// Signed by somebody else, and every byte is as it was then. Nobody has looked who that is.
    AnotherIssuers {
        /// What the signature says.
        seal: SealView,
    },
    /// A PDF file that nobody signed.
    NoSignature,
    /// Something else.
    NotAPdf,
}

/// What a signature that holds says of itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Seal)]
pub(super) struct SealView {
    /// The name in the certificate.
    signer: Option<String>,
    /// The SHA-256 of the certificate.
    certificate: Option<String>,
    /// When it was signed, by the signer's word.
    #[schema(format = DateTime)]
    signed_at: Option<String>,
    /// Which document it is: the id of a contract.
    document: Option<String>,
    /// What it was signed for.
    reason: Option<String>,
    /// When an authority for time has stamped it.
    #[schema(format = DateTime)]
    stamped_at: Option<String>,
    /// That authority's name in its certificate.
    stamped_by: Option<String>,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Ours(seal) => Self::Ours { seal: seal.into() },
            Verdict::Altered { fault, ours } => Self::Altered {
                fault: code(fault),
                ours,
            },
            Verdict::AnotherIssuers(seal) => Self::AnotherIssuers { seal: seal.into() },
            Verdict::NoSignature => Self::NoSignature,
            Verdict::NotAPdf => Self::NotAPdf,
        }
    }
}

fn code(fault: Fault) -> &'static str {
    match fault {
        Fault::Appended => "appended",
        Fault::Content => "content",
        Fault::Signature => "signature",
        Fault::Coverage => "coverage",
        Fault::Weak => "weak",
        Fault::Unsupported => "unsupported",
        _ => "unreadable",
    }
}

impl From<Seal> for SealView {
    fn from(seal: Seal) -> Self {
        let (stamped_at, authority) = match seal.timestamp {
            Some(stamp) => (Some(stamp.at.to_string()), stamp.authority),
            None => (None, None),
        };
        Self {
            signer: seal.signer.map(|it| it.to_string()),
            certificate: seal.certificate.map(|it| it.to_string()),
            signed_at: seal.signed_at.map(|it| it.to_string()),
            document: seal.document.map(|it| it.to_string()),
            reason: seal.reason.map(|it| it.to_string()),
            stamped_at,
            stamped_by: authority.map(|it| it.to_string()),
        }
    }
}

/// Says of a file of at most 20 MiB whether it is a signed copy of this portal, unaltered. Nobody has
/// to be signed in.
#[utoipa::path(post, path = "/api/v1/verify", tag = "Contracts", operation_id = "verify_file",
    security(()),
    request_body(content = Vec<u8>, content_type = "application/pdf", description = "The file."),
    responses((status = 200, description = "What it is.", body = VerdictView)))]
pub(super) async fn check(State(app): State<App>, here: Here, PdfFile(file): PdfFile) -> Answer {
    let checked = verify::verify(&app.ports, here.firm, file).await?;
    Ok(Json(VerdictView::from(checked.verdict)).into_response())
}
