//! The client's contracts: the list, one of them, signing and declining it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse as _, Redirect, Response};
use caseflow_core::ContractCopies;
use caseflow_core::domain::access::{ContactSession, Section};
use caseflow_core::domain::contract::{
    Contract, ContractBody, ContractState, ContractStatus, SentVersion, SignedCopy,
};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::ContractId;
use caseflow_core::domain::page::WaitingFirst;
use caseflow_core::domain::seal::Fingerprint;
use caseflow_core::domain::signature::{SIGNING_TERMS, Signature, SignedBy};
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::portal::contracts::{self, Declining, Signing};
use caseflow_core::portal::{Visited, Visiting};
use caseflow_core::ports::store::{self, ContractFile};
use chrono::NaiveDate;
use serde::Deserialize;

use super::format::moment;
use super::page::{self, Answer, Turning};
use super::remember::Lasts;
use super::rich_text::{RichHtml, Under};
use super::views::contracts::{
    ContractList, ContractPage, ContractRow, DeclinePage, Signed, SigningForm, SigningTerms, Stand,
};
use super::views::forms::{ContractProblem, Problem, Problems};
use super::views::frame::Place;
use crate::download;
use crate::error::Failure;
use crate::extract::{Form, InPath, Query, SignedIn};
use crate::state::{App, Here};

const HERE: Place = Place::Section(Section::Contracts);

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: Option<String>,
}

/// What waits for a signature, then the others, each newest first.
pub(super) async fn list(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    Query(asked): Query<Asked>,
) -> Answer {
    let turning = Turning::<WaitingFirst>::parse(asked.after.as_deref());
    let turning = turning.ok_or(Failure::NOT_FOUND)?;
    let Visited { who, page } = contracts::list(&app.ports, &visiting, &turning.query()).await?;
    let today = who.firm().today(app.ports.now());
    let (frame, bar) = page::inside(&here, &who);
    let rows = page.rows.iter().map(|row| in_list(who.firm(), row, today));
    let (waiting, history) = rows.partition(|row| row.status == ContractStatus::Sent);
    let view = ContractList {
        pager: turning.pager(&here.urls.contracts(), page.next.as_ref()),
        frame,
        bar: bar.at(HERE),
        waiting,
        history,
    };
    Ok(Lasts::of(who.firm(), None).on(page::ok(&view)?))
}

/// One contract as it stands. That it was looked at is put on record.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let visited = contracts::read(&app.ports, &visiting, id).await?;
    let view = Fields::default().page(&app, &here, &visited, Problems::default());
    let mut response = page::ok(&view)?;
    if let Stand::Sealing(_, true) = view.stand {
        refresh(&mut response);
    }
    Ok(response)
}

/// What is read and signed, as a PDF file.
pub(super) async fn original(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Original;
    let file = contracts::file(&app.ports, &visiting, id, which).await?;
    Ok(download::kept(file))
}

/// The sealed copy, as a PDF file.
pub(super) async fn signed(
    State(app): State<App>,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let which = ContractCopies::Signed;
    let file = contracts::file(&app.ports, &visiting, id, which).await?;
    Ok(download::kept(file))
}

/// What the form that signs posts, and the one that declines. Whatever else is posted has no effect.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    shown: String,
    typed: String,
    terms: Option<String>,
    time_zone: String,
    reason: String,
}

/// Signs the contract that was shown.
pub(super) async fn sign(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
    form: Result<Form<Fields>, Response>,
) -> Answer {
    let fields = match form {
        Ok(Form(fields)) => fields,
        Err(unread) => return unreadable(&app, &visiting, id, unread).await,
    };
    let problems = match fields.signing() {
        Err(problems) => problems,
        Ok(signing) => match contracts::sign(&app.ports, &visiting, id, &signing).await {
            Ok(_) => return Ok(back_to(&here, id)),
            Err(error) => Problems::of_error(error)?,
        },
    };
    let visited = contracts::read(&app.ports, &visiting, id).await?;
    page::again(
        &problems,
        &fields.page(&app, &here, &visited, problems.clone()),
    )
}

/// Asks once more whether the contract is to be declined.
pub(super) async fn ask(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
) -> Answer {
    let visited = contracts::read(&app.ports, &visiting, id).await?;
    match open(&app, &visited) {
        Some(version) => {
            let shown = Fingerprint(version.shown.sha256).to_string();
            let fields = Fields {
                shown,
                ..Fields::default()
            };
            page::ok(&fields.question(&here, &visited, Problems::default()))
        }
        None => Ok(back_to(&here, id)),
    }
}

/// Declines the contract that was shown.
pub(super) async fn decline(
    State(app): State<App>,
    here: Here,
    SignedIn(visiting): SignedIn,
    InPath(id): InPath<ContractId>,
    form: Result<Form<Fields>, Response>,
) -> Answer {
    let fields = match form {
        Ok(Form(fields)) => fields,
        Err(unread) => return unreadable(&app, &visiting, id, unread).await,
    };
    let problems = match fields.declining() {
        Err(problem) => Problem::from(problem).into(),
        Ok(declining) => match contracts::decline(&app.ports, &visiting, id, &declining).await {
            Ok(_) => return Ok(back_to(&here, id)),
            Err(error) => Problems::of_error(error)?,
        },
    };
    fields.ask_again(&app, &here, &visiting, id, problems).await
}

/// What is not there is not there for a broken form either.
async fn unreadable(app: &App, visiting: &Visiting, id: ContractId, unread: Response) -> Answer {
    contracts::read(&app.ports, visiting, id).await?;
    Ok(unread)
}

/// The terms of electronic signature that are in force.
pub(super) async fn terms(State(app): State<App>, here: Here) -> Answer {
    page::ok(&SigningTerms {
        frame: page::beside(&app, &here).await?,
        version: SIGNING_TERMS,
    })
}

impl Fields {
    fn signing(&self) -> Result<Signing, Problems> {
        let typed = ContractProblem::check_name(&self.typed);
        let accepts = self.terms.as_deref();
        let accepts = accepts.and_then(|terms| Line::parse(terms).ok());
        let missing = accepts.is_none().then_some(ContractProblem::TermsMissing);
        match (typed, accepts) {
            (Ok(typed), Some(accepts)) => Ok(Signing {
                shown: hash(&self.shown).unwrap_or_default(),
                typed,
                accepts: Some(accepts),
                time_zone: Line::parse(&self.time_zone).ok(),
            }),
            (typed, _) => {
                let found = typed.err().into_iter().chain(missing);
                Err(Problems(found.map(Problem::from).collect()))
            }
        }
    }

    fn declining(&self) -> Result<Declining, ContractProblem> {
        Ok(Declining {
            shown: hash(&self.shown).unwrap_or_default(),
            reason: ContractProblem::check_reason(&self.reason)?,
        })
    }

    fn page(
        &self,
        app: &App,
        here: &Here,
        visited: &Visited<ContractFile>,
        problems: Problems,
    ) -> ContractPage {
        let Visited { who, page: file } = visited;
        let contract = &file.contract.value;
        let firm = who.firm();
        let now = app.ports.now();
        let (frame, bar) = page::inside(here, who);
        let version = contract.version();
        let day = |at| firm.zone.day(at).into();
        ContractPage {
            frame,
            bar: bar.at(HERE),
            problems,
            id: contract.id.to_string(),
            title: contract.terms.title.to_string(),
            status: contract.status(firm.today(now)),
            matter: contract.terms.matter.as_ref().map(ToString::to_string),
            sent: version.map(|version| day(version.sent_at)),
            sign_by: contract.terms.sign_by.map(Into::into),
            version: version.map_or(0, |version| version.number),
            body: body(contract),
            stand: self.stand(app, who, file),
        }
    }

    fn stand(&self, app: &App, who: &ContactSession, file: &ContractFile) -> Stand {
        let (firm, contract) = (who.firm(), &file.contract.value);
        let now = app.ports.now();
        match (&contract.state, &file.signature) {
            (ContractState::Sent(_), _)
                if contract.status(firm.today(now)) == ContractStatus::Expired =>
            {
                Stand::Expired
            }
            (ContractState::Sent(version), _) => Stand::Open(self.form(who, version)),
            (ContractState::Signed { copy, .. }, Some(signature)) => {
                is_signed(firm, *copy, signature, now)
            }
            (ContractState::Declined { declined, .. }, _) => Stand::Declined {
                by: declined.name.to_string(),
                at: moment(firm.zone, declined.at),
                reason: declined.reason.as_ref().map(ToString::to_string),
            },
            (ContractState::Withdrawn { .. } | ContractState::Draft, _)
            | (ContractState::Signed { .. }, None) => Stand::Withdrawn,
        }
    }

    fn form(&self, who: &ContactSession, version: &SentVersion) -> SigningForm {
        SigningForm {
            shown: version.shown.hex(),
            typed: self.typed.clone(),
            accepted: self.terms.as_deref() == Some(SIGNING_TERMS),
            terms: SIGNING_TERMS,
            expected: who.contact().full_name(),
        }
    }

    /// With what stood in the form, unless the contract has changed or ended: then it is shown.
    async fn ask_again(
        &self,
        app: &App,
        here: &Here,
        visiting: &Visiting,
        id: ContractId,
        problems: Problems,
    ) -> Answer {
        let visited = contracts::read(&app.ports, visiting, id).await?;
        let same = open(app, &visited).is_some_and(|it| Some(it.shown.sha256) == hash(&self.shown));
        if same {
            let view = self.question(here, &visited, problems);
            return page::again(&view.problems, &view);
        }
        let view = Self::default().page(app, here, &visited, problems);
        page::show(StatusCode::UNPROCESSABLE_ENTITY, &view)
    }

    fn question(
        &self,
        here: &Here,
        visited: &Visited<ContractFile>,
        problems: Problems,
    ) -> DeclinePage {
        let (frame, bar) = page::inside(here, &visited.who);
        let contract = &visited.page.contract.value;
        DeclinePage {
            frame,
            bar: bar.at(HERE),
            problems,
            id: contract.id.to_string(),
            title: contract.terms.title.to_string(),
            shown: self.shown.clone(),
            reason: self.reason.clone(),
        }
    }
}

fn in_list(firm: &Firm, row: &store::ContractRow, today: NaiveDate) -> ContractRow {
    let day = |at| firm.zone.day(at).into();
    ContractRow {
        id: row.id.to_string(),
        title: row.title.to_string(),
        matter: row.matter.as_ref().map(ToString::to_string),
        status: row.status(today),
        sent: row.sent_at.map(day),
        sign_by: row.sign_by.map(Into::into),
        signed: row.signed_at.map(day),
    }
}

/// The version that can be signed now.
fn open(app: &App, visited: &Visited<ContractFile>) -> Option<SentVersion> {
    let contract = &visited.page.contract.value;
    let today = visited.who.firm().today(app.ports.now());
    let version = contract.version().copied();
    version.filter(|_| contract.status(today) == ContractStatus::Sent)
}

/// A text as it was sent. What was taken back or declined may have been revised since.
fn body(contract: &Contract) -> Option<RichHtml> {
    match (&contract.state, &contract.terms.body) {
        (ContractState::Sent(_) | ContractState::Signed { .. }, ContractBody::Text(text)) => {
            Some(RichHtml::new(text, Under::H1))
        }
        _ => None,
    }
}

fn is_signed(firm: &Firm, copy: SignedCopy, signature: &Signature, now: Timestamp) -> Stand {
    let evidence = match &signature.by {
        SignedBy::Electronic(evidence) => evidence,
        SignedBy::Paper(paper) => {
            return Stand::OnPaper {
                name: paper.name.to_string(),
                on: paper.signed_on.into(),
            };
        }
    };
    let signed = Signed {
        name: evidence.typed.to_string(),
        email: evidence.email.to_string(),
        at: moment(firm.zone, signature.at),
        utc: signature.at.to_string(),
        shown: Fingerprint(signature.shown).to_string(),
        terms: evidence.terms.to_string(),
    };
    match copy {
        SignedCopy::Sealed { file, .. } => Stand::Sealed(signed, file.hex()),
        SignedCopy::Pending { .. } | SignedCopy::OnPaper => {
            Stand::Sealing(signed, now < signature.at.plus(LOOKS))
        }
    }
}

/// How long after a signature the page looks by itself whether the copy is there.
const LOOKS: std::time::Duration = std::time::Duration::from_secs(5 * 60);

/// After how many seconds it looks again.
const PAUSE: u32 = 5;

/// As a header: a page that reloads itself by its own markup is one that readers cannot stop.
fn refresh(response: &mut Response) {
    response.headers_mut().insert(REFRESH, PAUSE.into());
}

fn back_to(here: &Here, id: ContractId) -> Response {
    Redirect::to(&here.urls.contract(&id.to_string())).into_response()
}

/// What is no hash stands for one that was never shown.
fn hash(text: &str) -> Option<[u8; 32]> {
    Fingerprint::parse(text).map(|hash| hash.0)
}
