use caseflow_core::domain::signature::{
    AuthMethod, Authentication, Evidence, PaperSignature, Signature, SignedBy,
};
use caseflow_core::domain::text::PersonName;

use super::origin;
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, hex, text};

pub(crate) const SIGNATURES: Table = Table {
    name: "caseflow_signatures",
    key: &["contract_id"],
    texts: &[
        "client_id",
        "shown",
        "kind",
        "name",
        "signed_on",
        "recorded_by",
        "note",
        "contact_id",
        "contact_name",
        "email",
        "time_zone",
        "ip",
        "user_agent",
        "session_id",
        "method",
        "terms",
    ],
    numbers: &[
        "contract_version",
        "at",
        "authenticated_at",
        "sent_at",
        "viewed_at",
        "consented_at",
    ],
    versioned: false,
};

const ELECTRONIC: &str = "electronic";
const PAPER: &str = "paper";

pub(crate) fn values(signature: &Signature) -> Vec<Value> {
    let (evidence, paper) = match &signature.by {
        SignedBy::Electronic(evidence) => (Some(&**evidence), None),
        SignedBy::Paper(paper) => (None, Some(paper)),
    };
    let authenticated = evidence.map(|it| it.authenticated);
    let mut values = vec![
        text(signature.contract),
        text(signature.client),
        hex(&signature.shown),
        text(match signature.by {
            SignedBy::Electronic(_) => ELECTRONIC,
            SignedBy::Paper(_) => PAPER,
        }),
        text(signature.name()),
        value::maybe(paper.map(|it| &it.signed_on)),
        value::maybe(paper.map(|it| &it.recorded_by)),
        value::maybe(paper.and_then(|it| it.note.as_ref())),
        value::maybe(evidence.map(|it| &it.contact)),
        value::maybe(evidence.map(|it| &it.contact_name)),
        value::maybe(evidence.map(|it| &it.email)),
        value::maybe(evidence.and_then(|it| it.time_zone.as_ref())),
    ];
    values.extend(origin::values(evidence.map(|it| &it.origin)));
    values.extend([
        value::maybe(evidence.and_then(|it| it.session.as_ref())),
        value::maybe(authenticated.map(|it| it.method.code()).as_ref()),
        value::maybe(evidence.map(|it| &it.terms)),
        signature.version.into(),
        signature.at.into(),
        authenticated.map(|it| it.at).into(),
        evidence.map(|it| it.sent_at).into(),
        evidence.and_then(|it| it.viewed_at).into(),
        evidence.map(|it| it.consented_at).into(),
    ]);
    values
}

impl Stored for Signature {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            contract: cells.parse()?,
            client: cells.parse()?,
            shown: cells.hash()?,
            version: cells.count()?,
            at: cells.time()?,
            by: signed_by(cells)?,
        })
    }
}

fn signed_by(cells: &mut Cells<'_>) -> Result<SignedBy, Unreadable> {
    let kind = cells.text()?;
    let name = cells.parse()?;
    let recorded = cells.maybe_day()?.zip(cells.maybe()?);
    let note = cells.maybe()?;
    match (kind, recorded) {
        (ELECTRONIC, None) => Ok(SignedBy::Electronic(Box::new(evidence(cells, name)?))),
        (PAPER, Some((signed_on, recorded_by))) => Ok(SignedBy::Paper(PaperSignature {
            name,
            signed_on,
            recorded_by,
            note,
        })),
        _ => Err(Unknown("how it was signed").into()),
    }
}

fn evidence(cells: &mut Cells<'_>, typed: PersonName) -> Result<Evidence, Unreadable> {
    let (contact, contact_name) = (cells.parse()?, cells.parse()?);
    let (email, time_zone) = (cells.parse()?, cells.maybe()?);
    let (origin, session) = (Stored::read(cells)?, cells.maybe()?);
    let method = AuthMethod::from_code(cells.text()?);
    Ok(Evidence {
        contact,
        contact_name,
        email,
        typed,
        time_zone,
        origin,
        session,
        authenticated: Authentication {
            method: method.ok_or(Unknown("how the signer had signed in"))?,
            at: cells.time()?,
        },
        terms: cells.parse()?,
        sent_at: cells.time()?,
        viewed_at: cells.maybe_time()?,
        consented_at: cells.time()?,
    })
}
