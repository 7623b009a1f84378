//! The one write door.

use async_trait::async_trait;
use caseflow_core::domain::activity::Activity;
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::audit::AuditEntry;
use caseflow_core::domain::changes::{
    Change, Changes, IdempotencyEntry, Replay, Write as RecordWrite,
};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::edition::Concerned;
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::id::{AnnouncementId, ContactId, FirmId};
use caseflow_core::domain::number::{Number, Series};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{Committed, StoreError, Writes};

use crate::SqlxStore;
use crate::conn::{Conn, Sql};
use crate::job::Write;
use crate::read::{Answer, corrupt};
use crate::records::audit::Head;
use crate::records::{announcement, audit as audit_record, client, firm as firm_record, mail};
use crate::statements::{Select, Statements};
use crate::value::{Value, hex, list, text};

mod access;
mod documents;
mod library;
mod mails;
mod money;
mod paperwork;
mod sql;

use sql::Record;
pub(crate) use sql::WriteSql;

#[async_trait]
impl Writes for SqlxStore {
    async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError> {
        self.write(Commit { firm, changes }).await
    }
}

/// A commit on its way.
pub(crate) struct Commit {
    pub(crate) firm: FirmId,
    pub(crate) changes: Changes,
}

#[async_trait]
impl Write for Commit {
    type Answer = Committed;

    async fn run(&self, conn: &mut dyn Conn, sql: &Statements) -> Result<Committed, StoreError> {
        let mut work = Work {
            firm: self.firm,
            conn,
            sql,
        };
        if let Some(entry) = &self.changes.idempotency
            && let Some(replayed) = work.remember(entry).await?
        {
            return Ok(replayed);
        }
        // A line of the feed repeats the number of a document that may be sent beside it.
        let is_line = |change: &&Change| matches!(change, Change::Activity(_));
        let changes = &self.changes.changes;
        let records = changes.iter().filter(|change| !is_line(change));
        for change in records.chain(changes.iter().filter(is_line)) {
            work.change(change).await?;
        }
        for mail in &self.changes.mail {
            work.execute(&sql.write.mail, mail::values(mail)).await?;
        }
        for whom in self.changes.concerned() {
            work.move_mark(whom).await?;
        }
        work.audit(&self.changes.audit).await?;
        Ok(Committed::Applied)
    }
}

/// Stands for a client where what is meant is all of the firm.
pub(crate) const WHOLE_FIRM: &str = "";

struct Work<'a> {
    firm: FirmId,
    conn: &'a mut dyn Conn,
    sql: &'a Statements,
}

type Done = Result<(), StoreError>;

impl Work<'_> {
    /// Answers what was answered before, if the key is known. A simultaneous first one is waited for.
    async fn remember(
        &mut self,
        entry: &IdempotencyEntry,
    ) -> Result<Option<Committed>, StoreError> {
        let key = &entry.request.key;
        let values = vec![
            text(key.principal),
            text(&key.key),
            hex(&entry.request.fingerprint),
            text(entry.reply.id),
            entry.reply.version.0.into(),
            entry.expires_at.into(),
        ];
        if self.execute(&self.sql.write.remember, values).await? == 1 {
            return Ok(None);
        }
        let values = vec![text(self.firm), text(key.principal), text(&key.key)];
        let known = self.read(&self.sql.access.replay, values).await?;
        // Gone meanwhile: purged. The core loads and tries again.
        let known: Replay = known.one(0)?.ok_or(StoreError::Conflict)?;
        if known.fingerprint == entry.request.fingerprint {
            Ok(Some(Committed::Replayed(known.reply)))
        } else {
            Err(StoreError::KeyReused)
        }
    }

    async fn change(&mut self, change: &Change) -> Done {
        match change {
            Change::Firm(write) => self.firm(write).await,
            Change::Logo(logo) => self.logo(logo).await,
            Change::Client(write) => self.client(write).await,
            Change::Contact(write) => self.contact(write).await,
            Change::Invoice(write) => self.invoice(write).await,
            Change::Payment(write) => self.payment(write).await,
            Change::Credit(credit) => self.credit(credit).await,
            Change::Reversal(reversal) => self.reversal(reversal).await,
            Change::Attempt(write) => self.attempt(write).await,
            Change::Refund(write) => self.refund(write).await,
            Change::Alert(write) => self.alert(write).await,
            Change::GatewayEvent(event) => self.event(event).await,
            Change::GatewayEventSeen {
                merchant,
                event,
                outcome,
                at,
            } => self.event_seen(merchant, event, *outcome, *at).await,
            Change::Sweep(write) => self.sweep(write).await,
            Change::Offer(write) => self.offer(write).await,
            Change::OfferLink(write) => self.offer_link(write).await,
            Change::File(file) => self.file(file).await,
            Change::Contract(write) => self.contract(write).await,
            Change::Signature(signature) => self.signature(signature).await,
            Change::Document(write) => self.document(write).await,
            Change::DocumentVersion { document, version } => {
                self.document_version(*document, version).await
            }
            Change::RemoveDocument { id, read, .. } => self.remove_document(*id, *read).await,
            Change::VaultItem(write) => self.vault_item(write).await,
            Change::RemoveVaultItem { id, read, .. } => self.remove_vault_item(*id, *read).await,
            Change::Activity(activity) => self.activity(activity).await,
            Change::Announcement(write) => self.announcement(write).await,
            Change::Dismissal {
                contact,
                announcement,
                at,
            } => self.dismissal(*contact, *announcement, *at).await,
            Change::Article(write) => self.article(write).await,
            Change::ApiKey(write) => self.api_key(write).await,
            Change::RetryMail { mail, read, at } => self.retry_mail(*mail, *read, *at).await,
            Change::Count(delta) => self.count(delta).await,
            Change::Session(session) => self.session(session).await,
            Change::SessionSeen { session, at } => self.session_seen(*session, *at).await,
            Change::SessionProved { session, at } => self.session_proved(*session, *at).await,
            Change::EndSessions(which) => self.end_sessions(*which).await,
            Change::Link(link) => self.link(link).await,
            Change::UseLink(id) => self.use_link(*id).await,
            Change::EndLinks { contact, purpose } => {
                self.end_links(*contact, purpose.as_ref()).await
            }
            Change::Throttle { read, now } => self.throttle(*read, now).await,
            Change::ForgetThrottle(key) => self.forget_throttle(*key).await,
        }
    }

    /// A firm is written by itself alone; a new one begins its audit chain.
    async fn firm(&mut self, write: &RecordWrite<Firm>) -> Done {
        if write.value().id != self.firm {
            return Err(StoreError::MissingReference);
        }
        let values = firm_record::values(write.value());
        self.record(&self.sql.write.firm, write, values).await?;
        match write {
            RecordWrite::Insert(_) => self.add(&self.sql.write.chain, vec![]).await,
            RecordWrite::Update { .. } => Ok(()),
        }
    }

    async fn logo(&mut self, logo: &Logo) -> Done {
        let sha256 = hex(&logo.reference().sha256);
        let values = vec![sha256, Value::Bytes(logo.bytes().to_vec())];
        self.add(&self.sql.write.logo, values).await
    }

    async fn client(&mut self, write: &RecordWrite<Client>) -> Done {
        let values = client::client_values(write.value());
        self.record(&self.sql.write.client, write, values).await
    }

    async fn contact(&mut self, write: &RecordWrite<Contact>) -> Done {
        let values = client::contact_values(write.value());
        self.record(&self.sql.write.contact, write, values).await
    }

    async fn activity(&mut self, activity: &Activity) -> Done {
        let values = announcement::activity_values(activity);
        self.add(&self.sql.write.activity, values).await
    }

    async fn dismissal(
        &mut self,
        contact: ContactId,
        announcement: AnnouncementId,
        at: Timestamp,
    ) -> Done {
        let values = vec![text(contact), text(announcement), at.into()];
        self.add(&self.sql.write.dismissal, values).await
    }

    async fn announcement(&mut self, write: &RecordWrite<Announcement>) -> Done {
        let announcement = write.value();
        let sql = &self.sql.write;
        let values = announcement::values(announcement);
        self.record(&sql.announcement, write, values).await?;
        let id = text(announcement.id);
        if matches!(write, RecordWrite::Update { .. }) {
            self.add(&sql.forget_audience, vec![id.clone()]).await?;
        }
        match &announcement.audience {
            Audience::Everyone => Ok(()),
            Audience::Clients(clients) => self.add(&sql.audience, vec![id, list(clients)]).await,
        }
    }

    /// In the order of clients, so that commits which concern the same ones wait for each other in
    /// one direction.
    async fn move_mark(&mut self, of: Concerned) -> Done {
        let sql = &self.sql.write;
        match of {
            Concerned::Firm => self.add(&sql.mark, vec![text(WHOLE_FIRM)]).await,
            Concerned::Client(client) => self.add(&sql.mark, vec![text(client)]).await,
            Concerned::ClientOf(contact) => self.add(&sql.mark_of, vec![text(contact)]).await,
        }
    }

    /// The printed number: the next of the series, when that is what is wanted.
    async fn number(&mut self, series: Series, number: &Number) -> Result<String, StoreError> {
        let format = match number {
            Number::Taken(number) => return Ok(number.to_string()),
            Number::Next(format) => format,
        };
        let values = vec![text(self.firm), text(series.code())];
        let rows = self.conn.rows(&self.sql.write.next_number, values).await?;
        let taken = rows.number(0, 0).map_err(corrupt)?;
        let taken = u64::try_from(taken.unwrap_or_default()).map_err(corrupt)?;
        Ok(format.render(taken).to_string())
    }

    /// Adds to the firm's chain. Comes last, for the chain's head is what all commits of a firm
    /// wait for.
    async fn audit(&mut self, entries: &[AuditEntry]) -> Done {
        let sql = &self.sql.write;
        let head = match entries {
            // Nothing is written to a firm that does not exist.
            [] => &sql.chain_exists,
            _ => &sql.chain_head,
        };
        let head = self.read(head, vec![text(self.firm)]).await?;
        let head = head.one(0)?.ok_or(StoreError::MissingReference)?;
        let Head { mut seq, mut hash } = head;
        for entry in entries {
            let row = entry.chain(seq + 1, hash);
            (seq, hash) = (row.seq, row.hash);
            self.add(&sql.audit, audit_record::values(&row)).await?;
            if !row.about.is_empty() {
                let values = vec![seq.into(), list(&row.about)];
                self.add(&sql.audit_about, values).await?;
            }
        }
        match entries {
            [] => Ok(()),
            _ => {
                self.add(&sql.chain_moved, vec![seq.into(), hex(&hash.0)])
                    .await
            }
        }
    }

    /// Writes a record that has versions.
    async fn record<T: Sync>(
        &mut self,
        sql: &Record,
        write: &RecordWrite<T>,
        mut values: Vec<Value>,
    ) -> Done {
        match write {
            RecordWrite::Insert(_) => self.add(&sql.insert, values).await,
            RecordWrite::Update { read, .. } => {
                values.push(read.0.into());
                match self.execute(&sql.update, values).await? {
                    0 => Err(StoreError::Conflict),
                    _ => Ok(()),
                }
            }
        }
    }

    async fn read(&mut self, select: &Select, values: Vec<Value>) -> Result<Answer, StoreError> {
        let rows = self.conn.rows(&select.sql, values).await?;
        Ok(Answer::new(rows, select.texts))
    }

    async fn add(&mut self, sql: &Sql, values: Vec<Value>) -> Done {
        self.execute(sql, values).await.map(drop)
    }

    /// Runs a statement whose first value is the firm.
    async fn execute(&mut self, sql: &Sql, values: Vec<Value>) -> Result<u64, StoreError> {
        let mut all = Vec::with_capacity(values.len() + 1);
        all.push(text(self.firm));
        all.extend(values);
        self.conn.execute(sql, all).await
    }
}
