//! Checking a signed copy, for anybody (R-SIG-6). The file is looked at and not kept.

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use caseflow_core::domain::firm::Firm;
use caseflow_core::portal::verify::{self, Checked};
use caseflow_core::ports::sealer::{Fault, Seal, Verdict};

use super::format::moment;
use super::page::{self, Answer};
use super::views::forms::{FileProblem, Problem, Problems};
use super::views::verify::{Finding, SealFacts, VerifyPage, Why};
use crate::error::Failure;
use crate::state::{App, Here};

/// The most bytes of a form: the file and what stands around it.
pub(super) const MOST_BYTES: usize = verify::MOST + 64 * 1024;

/// The form for a file.
pub(super) async fn form(State(app): State<App>, here: Here) -> Answer {
    page::ok(&VerifyPage {
        frame: page::front(&app, &here).await?,
        problems: Problems::default(),
        finding: None,
    })
}

/// Says what the file is.
pub(super) async fn check(State(app): State<App>, here: Here, Upload(uploaded): Upload) -> Answer {
    let problems = match uploaded {
        Err(problem) => Problem::File(problem).into(),
        Ok(file) => match verify::verify(&app.ports, here.firm, file).await {
            Ok(checked) => return page::ok(&found(&here, checked)),
            Err(error) => Problems::of_error(error)?,
        },
    };
    let view = VerifyPage {
        frame: page::front(&app, &here).await?,
        problems,
        finding: None,
    };
    page::again(&view.problems, &view)
}

/// The file of a form.
#[derive(Debug)]
pub(super) struct Upload(Result<Vec<u8>, FileProblem>);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = Multipart::from_request(request, state).await;
        let mut form = form.map_err(|_| UNREADABLE.into_response())?;
        match file_of(&mut form).await {
            Ok(Some(file)) if !file.is_empty() => Ok(Self(Ok(file))),
            Ok(_) => Ok(Self(Err(FileProblem::Missing))),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Ok(Self(Err(FileProblem::TooLarge)))
            }
            Err(_) => Err(UNREADABLE.into_response()),
        }
    }
}

async fn file_of(form: &mut Multipart) -> Result<Option<Vec<u8>>, MultipartError> {
    while let Some(field) = form.next_field().await? {
        if field.name() == Some("file") {
            return field.bytes().await.map(|bytes| Some(bytes.into()));
        }
    }
    Ok(None)
}

const UNREADABLE: Failure = Failure::Http {
    status: StatusCode::BAD_REQUEST,
    detail: "the form cannot be read",
};

fn found(here: &Here, checked: Checked) -> VerifyPage {
    let Checked { firm, verdict } = checked;
    let finding = match verdict {
        Verdict::Ours(seal) => Finding::Ours(facts(&firm, seal)),
        Verdict::AnotherIssuers(seal) => Finding::AnotherIssuers(facts(&firm, seal)),
        Verdict::Altered { fault, ours } => Finding::Altered {
            why: why(fault),
            ours,
        },
        Verdict::NoSignature => Finding::NoSignature,
        Verdict::NotAPdf => Finding::NotAPdf,
    };
    VerifyPage {
        frame: page::outside(here, &firm),
        problems: Problems::default(),
        finding: Some(finding),
    }
}

fn why(fault: Fault) -> Why {
    match fault {
        Fault::Appended | Fault::Coverage => Why::Appended,
        Fault::Content => Why::Content,
        Fault::Unsupported => Why::Unsupported,
        _ => Why::Signature,
    }
}

fn facts(firm: &Firm, seal: Seal) -> SealFacts {
    let stamped = seal.timestamp.map(|stamp| {
        let at = moment(firm.zone, stamp.at);
        match stamp.authority {
            Some(authority) => format!("{at}, by {authority}"),
            None => at,
        }
    });
    SealFacts {
        signer: seal.signer.map(|it| it.to_string()),
        document: seal.document.map(|it| it.to_string()),
        reason: seal.reason.map(|it| it.to_string()),
        signed_at: seal.signed_at.map(|at| moment(firm.zone, at)),
        stamped,
        certificate: seal.certificate.map(|it| it.to_string()),
    }
}
