//! The one read of a page that is remembered: whose it is, and how the records stand.

use caseflow_core::domain::access::Visitor;
use caseflow_core::domain::edition::Edition;
use caseflow_core::domain::session::Lifetime;
use caseflow_core::ports::store::{EditionCard, StoreError, Visit};

use crate::SqlxStore;
use crate::read::{Cells, Stored, Unreadable};
use crate::statements::{Select, Texts};
use crate::table::Shape;
use crate::value::{hex_text, text};
use crate::writes::WHOLE_FIRM;

/// How many sessions one statement looks up.
pub(crate) const AT_ONCE: usize = 16;

/// The statements. They take a few look-ups in indexes and no join: a session knows the client.
#[derive(Debug)]
pub(crate) struct EditionSql {
    by_session: Select,
    /// As `by_session`, of the sessions with [`AT_ONCE`] tokens.
    pub(crate) by_tokens: Select,
    vouched: Select,
}

impl EditionSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let session = Shape::of("s", &["id"], &["seen_at", "idle", "expires_at"]);
        let by_session = || shape("s.contact_id", "s").and(session.clone());
        let tokens: Vec<String> = (2..).take(AT_ONCE).map(|n| format!("${n}")).collect();
        let tokens = tokens.join(", ");
        Self {
            by_session: texts.one(
                by_session(),
                "FROM caseflow_sessions s WHERE s.firm_id = $1 AND s.token = $2",
            ),
            by_tokens: texts.one(
                Shape::default().text("s.token").and(by_session()),
                &format!("FROM caseflow_sessions s WHERE s.firm_id = $1 AND s.token IN ({tokens})"),
            ),
            vouched: texts.one(
                shape("k.id", "k"),
                "FROM caseflow_contacts k WHERE k.firm_id = $1 AND k.id = $2",
            ),
        }
    }
}

/// The contact, the client of `alias`, and the marks of the client and of the firm. Where there is no
/// mark, nothing has moved it yet.
fn shape(contact: &str, alias: &str) -> Shape {
    let mark = |of: &str| {
        format!(
            "COALESCE((SELECT m.mark FROM caseflow_marks m WHERE m.firm_id = {alias}.firm_id \
             AND m.client_id = {of}), 0)"
        )
    };
    let client = format!("{alias}.client_id");
    let firm = format!("'{WHOLE_FIRM}'");
    Shape::default()
        .text(contact)
        .text(&client)
        .number(mark(&client))
        .number(mark(&firm))
}

impl SqlxStore {
    pub(crate) async fn edition_of(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError> {
        let sql = &self.sql().portal.edition;
        let of = |visitor| vec![text(visit.firm), visitor];
        match visit.visitor {
            Visitor::Session(token) | Visitor::Preview(token) => {
                let token = hex_text(token.as_bytes());
                if let Some(gathered) = &self.gathered
                    && let Some(found) = gathered.find(visit.firm, &token).await
                {
                    return Ok(found);
                }
                let found = self.find(&sql.by_session, of(text(token)));
                let found: Option<BySession> = found.await?;
                Ok(found.map(|found| found.0))
            }
            Visitor::Vouched { contact, .. } => self.find(&sql.vouched, of(text(contact))).await,
        }
    }
}

/// Of whom the host vouches for.
impl Stored for EditionCard {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            contact: cells.parse()?,
            session: None,
            edition: Edition::new(cells.parse()?, cells.count()?, cells.count()?),
        })
    }
}

/// The same, and after it the session.
struct BySession(EditionCard);

/// The same, and before it by which token it was found.
pub(crate) struct ByToken {
    pub(crate) token: String,
    pub(crate) card: EditionCard,
}

impl Stored for ByToken {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            token: cells.text()?.to_owned(),
            card: BySession::read(cells)?.0,
        })
    }
}

impl Stored for BySession {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let card = EditionCard::read(cells)?;
        let lifetime = Lifetime {
            seen_at: cells.time()?,
            idle: cells.span()?,
            expires_at: cells.time()?,
        };
        Ok(Self(EditionCard {
            session: Some((cells.parse()?, lifetime)),
            ..card
        }))
    }
}
