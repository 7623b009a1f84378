//! Reads that find out who somebody is.

use async_trait::async_trait;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{IdempotencyKey, Replay, Versioned};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::mail::{Mail, MailTopic};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::ports::store::{AccessReads, LinkCard, MailCard, SignInCard, StoreError};

use crate::SqlxStore;
use crate::invoice_files::{file_parts, files};
use crate::read::{Cells, Stored, Unreadable};
use crate::records::alert::ALERTS;
use crate::records::api_key::API_KEYS;
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::firm::FIRMS;
use crate::records::session::{LINKS, THROTTLES};
use crate::statements::{Part, Select, Texts};
use crate::table::Shape;
use crate::value::{self, Value, hex, hex_text, list, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct AccessSql {
    sign_in: Select,
    throttles: Select,
    link: Select,
    key_by_token: Select,
    pub(crate) replay: Select,
    mail_card: Select,
}

impl AccessSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        Self {
            sign_in: texts.all(&sign_in()),
            throttles: texts.all(&[throttles("$2")]),
            link: texts.all(&link()),
            key_by_token: texts.one(
                API_KEYS.shape("x").text("x.firm_id"),
                "FROM caseflow_api_keys x WHERE x.token = $1",
            ),
            replay: texts.one(
                Shape::of("x", &["fingerprint", "reply_id"], &["reply_version"]),
                "FROM caseflow_idempotency x \
                 WHERE x.firm_id = $1 AND x.principal = $2 AND x.key = $3",
            ),
            mail_card: texts.all(&mail_card()),
        }
    }
}

/// Firm, contact, client, counts. `$2`: the key of the e-mail; `$3`: the keys of the counts.
fn sign_in() -> [Part; 4] {
    const CONTACT: &str = "FROM caseflow_contacts k";
    const FOUND: &str = "WHERE k.firm_id = $1 AND k.email_key = $2 AND k.standing <> 'removed'";
    [
        firm(),
        Part::new(CONTACTS.shape("k"), format!("{CONTACT} {FOUND}")),
        Part::new(
            CLIENTS.shape("c"),
            format!("{CONTACT} {ITS_CLIENT} {FOUND}"),
        ),
        throttles("$3"),
    ]
}

/// Firm, link, contact.
fn link() -> [Part; 3] {
    const FOUND: &str = "WHERE l.firm_id = $1 AND l.token = $2";
    [
        firm(),
        Part::new(LINKS.shape("l"), format!("FROM caseflow_links l {FOUND}")),
        Part::new(
            CONTACTS.shape("k"),
            format!(
                "FROM caseflow_links l JOIN caseflow_contacts k \
                 ON k.firm_id = l.firm_id AND k.id = l.contact_id {FOUND}"
            ),
        ),
    ]
}

/// Firm, contact, client, the alert `$4`, and the parts of the invoice `$3`.
fn mail_card() -> Vec<Part> {
    const CONTACT: &str = "FROM caseflow_contacts k";
    const FOUND: &str = "WHERE k.firm_id = $1 AND k.id = $2";
    let people = vec![
        firm(),
        Part::new(CONTACTS.shape("k"), format!("{CONTACT} {FOUND}")),
        Part::new(
            CLIENTS.shape("c"),
            format!("{CONTACT} {ITS_CLIENT} {FOUND}"),
        ),
        Part::new(
            ALERTS.shape("x"),
            "FROM caseflow_alerts x WHERE x.firm_id = $1 AND x.id = $4",
        ),
    ];
    let invoice = file_parts("FROM caseflow_invoices i WHERE i.firm_id = $1 AND i.id = $3");
    [people, invoice].concat()
}

fn firm() -> Part {
    Part::new(
        FIRMS.shape("f"),
        "FROM caseflow_firms f WHERE f.firm_id = $1",
    )
}

const ITS_CLIENT: &str = "JOIN caseflow_clients c ON c.firm_id = k.firm_id AND c.id = k.client_id";

/// The counts of a firm under these keys, as far as there are any.
fn throttles(keys: &str) -> Part {
    let rows = format!(
        "FROM caseflow_throttles t WHERE t.firm_id = $1 \
         AND t.key IN (SELECT j.value FROM {{each}}{keys}{{end}})"
    );
    Part::new(THROTTLES.shape("t"), rows)
}

/// The keys as a value, for `{each}`.
fn key_list(keys: &[ThrottleKey]) -> Value {
    list(keys.iter().map(|key| hex_text(key.as_bytes())))
}

/// A count for each key, in their order.
fn in_order(keys: &[ThrottleKey], known: &[Throttle]) -> Vec<Throttle> {
    let throttle = |key: &ThrottleKey| {
        let known = known.iter().find(|throttle| throttle.key == *key);
        known.copied().unwrap_or(Throttle::new(*key))
    };
    keys.iter().map(throttle).collect()
}

#[async_trait]
impl AccessReads for SqlxStore {
    async fn sign_in(
        &self,
        firm: FirmId,
        email: &Email,
        keys: &[ThrottleKey],
    ) -> Result<Option<SignInCard>, StoreError> {
        let values = vec![text(firm), text(email.key()), key_list(keys)];
        let answer = self.read(&self.sql().access.sign_in, values).await?;
        let Some(firm) = answer.one::<Versioned<Firm>>(0)? else {
            return Ok(None);
        };
        let client = answer.one::<Versioned<Client>>(2)?;
        let person = answer.one(1)?.zip(client.map(|client| client.value));
        Ok(Some(SignInCard {
            firm: firm.value,
            person,
            throttles: in_order(keys, &answer.many(3)?),
        }))
    }

    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError> {
        let values = vec![text(firm), key_list(keys)];
        let known = self.list(&self.sql().access.throttles, values).await?;
        Ok(in_order(keys, &known))
    }

    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        let values = vec![text(firm), hex(token.as_bytes())];
        let answer = self.read(&self.sql().access.link, values).await?;
        let firm = answer.one::<Versioned<Firm>>(0)?;
        let Some((firm, link)) = firm.zip(answer.one(1)?) else {
            return Ok(None);
        };
        Ok(Some(LinkCard {
            firm: firm.value,
            link,
            contact: answer.required(2)?,
        }))
    }

    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError> {
        let values = vec![hex(token.as_bytes())];
        let found = self.find::<KeyOfFirm>(&self.sql().access.key_by_token, values);
        Ok(found.await?.map(|found| (found.firm, found.key)))
    }

    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError> {
        let values = vec![text(firm), text(key.principal), text(&key.key)];
        self.find(&self.sql().access.replay, values).await
    }

    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        let alert = match &mail.topic {
            MailTopic::AlertNotice(alert, _) => Some(alert),
            _ => None,
        };
        let values = vec![
            text(firm),
            text(mail.contact),
            value::maybe(mail.topic.invoice().as_ref()),
            value::maybe(alert),
        ];
        let answer = self.read(&self.sql().access.mail_card, values).await?;
        let firm = answer.one::<Versioned<Firm>>(0)?;
        let contact = answer.one::<Versioned<Contact>>(1)?;
        let Some((firm, contact)) = firm.zip(contact) else {
            return Ok(None);
        };
        Ok(Some(MailCard {
            firm: firm.value,
            client: answer.required::<Versioned<Client>>(2)?.value,
            contact: contact.value,
            invoice: files(&answer, 4)?.pop(),
            alert: answer.one::<Versioned<Alert>>(3)?.map(|alert| alert.value),
        }))
    }
}

/// A key, and after its texts the firm's id.
struct KeyOfFirm {
    key: ApiKey,
    firm: FirmId,
}

impl Stored for KeyOfFirm {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            key: Versioned::read(cells)?.value,
            firm: cells.parse()?,
        })
    }
}
