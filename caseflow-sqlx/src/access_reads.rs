//! Reads that find out who somebody is.

use async_trait::async_trait;
use caseflow_core::domain::alert::Alert;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{IdempotencyKey, Replay, Versioned};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::document::Document;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::mail::{Mail, MailTopic, Recipient};
use caseflow_core::domain::offer::Offer;
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::text::Email;
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::ports::store::{
    AccessReads, LinkCard, MailCard, OfferLinkCard, SignInCard, StoreError,
};

use crate::SqlxStore;
use crate::contract_reads::{contract_file, contract_parts};
use crate::firm_reads::firm_part;
use crate::invoice_files::{file_parts, files};
use crate::read::{Answer, Cells, Stored, Unreadable};
use crate::records::alert::ALERTS;
use crate::records::api_key::API_KEYS;
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::document::document_shape;
use crate::records::offer::OFFERS;
use crate::records::session::{LINKS, THROTTLES};
use crate::statements::{Part, Select, Texts};
use crate::table::{Shape, Table};
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
        firm_part(),
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
        firm_part(),
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

/// Firm, the contact `$2`, the client `$3` or the contact's, the alert `$5`, the offer `$6`, the
/// document `$8`, the two parts of the contract `$7`, and those of the invoice `$4`.
fn mail_card() -> Vec<Part> {
    const CONTACT: &str = "FROM caseflow_contacts k WHERE k.firm_id = $1 AND k.id = $2";
    let client = format!(
        "FROM caseflow_clients c WHERE c.firm_id = $1 \
         AND c.id = COALESCE($3, (SELECT k.client_id {CONTACT}))"
    );
    let record = |table: &Table, place: usize| {
        let name = table.name;
        let from = format!("FROM {name} x WHERE x.firm_id = $1 AND x.id = ${place}");
        Part::new(table.shape("x"), from)
    };
    let mut parts = vec![
        firm_part(),
        Part::new(CONTACTS.shape("k"), CONTACT),
        Part::new(CLIENTS.shape("c"), client),
        record(&ALERTS, 5),
        record(&OFFERS, 6),
        Part::new(
            document_shape("x"),
            "FROM caseflow_documents x WHERE x.firm_id = $1 AND x.id = $8",
        ),
    ];
    parts.extend(contract_parts(
        "FROM caseflow_contracts x WHERE x.firm_id = $1 AND x.id = $7",
    ));
    parts.extend(file_parts(
        "FROM caseflow_invoices i WHERE i.firm_id = $1 AND i.id = $4",
    ));
    parts
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

    async fn offer_link(
        &self,
        firm: FirmId,
        token: TokenHash,
    ) -> Result<Option<OfferLinkCard>, StoreError> {
        self.offer_link_of(firm, token).await
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
        let (contact, client) = match mail.to {
            Recipient::Contact(contact) => (Some(contact), None),
            Recipient::Client(client) => (None, Some(client)),
        };
        let values = vec![
            text(firm),
            value::maybe(contact.as_ref()),
            value::maybe(client.as_ref()),
            value::maybe(mail.topic.invoice().as_ref()),
            value::maybe(alert),
            value::maybe(mail.topic.offer().as_ref()),
            value::maybe(mail.topic.contract().as_ref()),
            value::maybe(mail.topic.document().as_ref()),
        ];
        let answer = self.read(&self.sql().access.mail_card, values).await?;
        let firm = answer.one::<Versioned<Firm>>(0)?;
        let client = answer.one::<Versioned<Client>>(2)?;
        let Some((firm, client)) = firm.zip(client) else {
            return Ok(None);
        };
        Ok(Some(MailCard {
            firm: firm.value,
            client: client.value,
            contact: value_of::<Contact>(&answer, 1)?,
            invoice: files(&answer, 8)?.pop(),
            alert: value_of::<Alert>(&answer, 3)?,
            offer: value_of::<Offer>(&answer, 4)?,
            contract: contract_file(&answer, 6)?,
            document: value_of::<Document>(&answer, 5)?,
        }))
    }
}

/// The part's only record without its version, if there is one.
fn value_of<T: Stored>(answer: &Answer, part: usize) -> Result<Option<T>, StoreError> {
    let found: Option<Versioned<T>> = answer.one(part)?;
    Ok(found.map(|found| found.value))
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
