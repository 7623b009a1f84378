//! Reads that find out who somebody is.

use async_trait::async_trait;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::changes::{IdempotencyKey, Replay};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::mail::{Mail, MailTopic};
use caseflow_core::domain::session::{Throttle, ThrottleKey, TokenHash};
use caseflow_core::domain::text::Email;
use caseflow_core::ports::store::{AccessReads, LinkCard, MailCard, SignInCard, StoreError};

use crate::SqlxStore;
use crate::conn::Sql;
use crate::firm_reads::file_object;
use crate::read::{cell, corrupt, many, one, required};
use crate::records::api_key::{API_KEYS, StoredApiKey};
use crate::records::audit::StoredReplay;
use crate::records::client::{CLIENTS, CONTACTS, StoredClient, StoredContact};
use crate::records::firm::{FIRMS, FirmRow};
use crate::records::invoice::StoredInvoiceFile;
use crate::records::session::{LINKS, StoredLink, StoredThrottle, THROTTLES};
use crate::statements::{Texts, array_of, select_json};
use crate::table::object;
use crate::value::{self, Value, hex, hex_text, list, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct AccessSql {
    sign_in: Sql,
    throttles: Sql,
    link: Sql,
    key_by_token: Sql,
    pub(crate) replay: Sql,
    mail_card: Sql,
}

impl AccessSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let contact_and_client = "JOIN caseflow_clients c ON c.firm_id = k.firm_id \
                                  AND c.id = k.client_id";
        let link = [FIRMS.object("f"), LINKS.object("l"), CONTACTS.object("k")];
        let key = ["x.firm_id".to_owned(), API_KEYS.object("x")];
        let replay = object("x", &["fingerprint", "reply_id", "reply_version"]);
        let invoice = format!(
            "(SELECT {} FROM caseflow_invoices i WHERE i.firm_id = f.firm_id AND i.id = $3)",
            file_object("i")
        );
        let card = [
            FIRMS.object("f"),
            CLIENTS.object("c"),
            CONTACTS.object("k"),
            invoice,
        ];
        Self {
            sign_in: texts.sql(sign_in()),
            throttles: texts.sql(select_json(&[throttles("$1", "$2")], "")),
            link: texts.sql(select_json(
                &link,
                "FROM caseflow_links l \
                 JOIN caseflow_contacts k ON k.firm_id = l.firm_id AND k.id = l.contact_id \
                 JOIN caseflow_firms f ON f.firm_id = l.firm_id \
                 WHERE l.firm_id = $1 AND l.token = $2",
            )),
            key_by_token: texts.sql(select_json(
                &key,
                "FROM caseflow_api_keys x WHERE x.token = $1",
            )),
            replay: texts.sql(select_json(
                &[replay],
                "FROM caseflow_idempotency x \
                 WHERE x.firm_id = $1 AND x.principal = $2 AND x.key = $3",
            )),
            mail_card: texts.sql(select_json(
                &card,
                &format!(
                    "FROM caseflow_contacts k {contact_and_client} \
                     JOIN caseflow_firms f ON f.firm_id = k.firm_id \
                     WHERE k.firm_id = $1 AND k.id = $2"
                ),
            )),
        }
    }
}

/// `$2`: the key of the e-mail; `$3`: the keys of the counts.
fn sign_in() -> String {
    let present = |object: String| format!("CASE WHEN k.id IS NULL THEN NULL ELSE {object} END");
    let throttles = throttles("f.firm_id", "$3");
    let columns = [
        FIRMS.object("f"),
        present(CONTACTS.object("k")),
        present(CLIENTS.object("c")),
        throttles,
    ];
    select_json(
        &columns,
        "FROM caseflow_firms f LEFT JOIN caseflow_contacts k \
         ON k.firm_id = f.firm_id AND k.email_key = $2 AND k.standing <> 'removed' \
         LEFT JOIN caseflow_clients c ON c.firm_id = k.firm_id AND c.id = k.client_id \
         WHERE f.firm_id = $1",
    )
}

/// The counts of a firm under these keys, as far as there are any.
fn throttles(firm: &str, keys: &str) -> String {
    let rows = format!(
        "SELECT * FROM caseflow_throttles x WHERE x.firm_id = {firm} \
         AND x.key IN (SELECT j.value FROM {{each}}{keys}{{end}})"
    );
    array_of(&THROTTLES.object("t"), "t", "t.key", &rows)
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
        let Some(row) = self.read_one(&self.sql().access.sign_in, values).await? else {
            return Ok(None);
        };
        let contact = one::<StoredContact>(&*row, 1)?;
        let client = one::<StoredClient>(&*row, 2)?;
        let known = many::<StoredThrottle>(&*row, 3)?;
        Ok(Some(SignInCard {
            firm: required::<FirmRow>(&*row, 0)?.value,
            person: contact.zip(client.map(|client| client.value)),
            throttles: in_order(keys, &known),
        }))
    }

    async fn throttles(
        &self,
        firm: FirmId,
        keys: &[ThrottleKey],
    ) -> Result<Vec<Throttle>, StoreError> {
        let values = vec![text(firm), key_list(keys)];
        let known = self.list::<StoredThrottle>(&self.sql().access.throttles, values);
        Ok(in_order(keys, &known.await?))
    }

    async fn link(&self, firm: FirmId, token: TokenHash) -> Result<Option<LinkCard>, StoreError> {
        let values = vec![text(firm), hex(token.as_bytes())];
        let Some(row) = self.read_one(&self.sql().access.link, values).await? else {
            return Ok(None);
        };
        Ok(Some(LinkCard {
            firm: required::<FirmRow>(&*row, 0)?.value,
            link: required::<StoredLink>(&*row, 1)?,
            contact: required::<StoredContact>(&*row, 2)?,
        }))
    }

    async fn key_by_token(&self, token: TokenHash) -> Result<Option<(FirmId, ApiKey)>, StoreError> {
        let values = vec![hex(token.as_bytes())];
        let row = self.read_one(&self.sql().access.key_by_token, values);
        let Some(row) = row.await? else {
            return Ok(None);
        };
        let firm = cell(&*row, 0)?.unwrap_or_default();
        let key = required::<StoredApiKey>(&*row, 1)?;
        Ok(Some((firm.parse().map_err(corrupt)?, key.value)))
    }

    async fn replay(
        &self,
        firm: FirmId,
        key: &IdempotencyKey,
    ) -> Result<Option<Replay>, StoreError> {
        let values = vec![text(firm), text(key.principal), text(&key.key)];
        match self.read_one(&self.sql().access.replay, values).await? {
            Some(row) => one::<StoredReplay>(&*row, 0),
            None => Ok(None),
        }
    }

    async fn mail_card(&self, firm: FirmId, mail: &Mail) -> Result<Option<MailCard>, StoreError> {
        let invoice = match &mail.topic {
            MailTopic::InvoiceIssued(invoice) | MailTopic::PaymentReceived(_, invoice) => {
                Some(invoice)
            }
            MailTopic::SetPassword
            | MailTopic::ResetPassword
            | MailTopic::PasswordChanged
            | MailTopic::ConfirmEmail(_)
            | MailTopic::EmailChanged(_) => None,
        };
        let values = vec![text(firm), text(mail.contact), value::maybe(invoice)];
        let row = self.read_one(&self.sql().access.mail_card, values);
        let Some(row) = row.await? else {
            return Ok(None);
        };
        Ok(Some(MailCard {
            firm: required::<FirmRow>(&*row, 0)?.value,
            client: required::<StoredClient>(&*row, 1)?.value,
            contact: required::<StoredContact>(&*row, 2)?.value,
            invoice: one::<StoredInvoiceFile>(&*row, 3)?,
        }))
    }
}
