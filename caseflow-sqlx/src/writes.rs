//! The one write door.

use async_trait::async_trait;
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::audit::AuditEntry;
use caseflow_core::domain::changes::{
    Change, Changes, CounterDelta, IdempotencyEntry, Replay, Sessions, Write as RecordWrite,
};
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::invoice::{Invoice, InvoiceState};
use caseflow_core::domain::link::Link;
use caseflow_core::domain::number::{Number, Series};
use caseflow_core::domain::payment::Payment;
use caseflow_core::ports::store::{Committed, StoreError, Writes};

use crate::SqlxStore;
use crate::conn::{Conn, Sql};
use crate::job::Write;
use crate::read::{Answer, corrupt};
use crate::records::audit::Head;
use crate::records::{
    announcement, api_key, audit as audit_record, client, firm as firm_record,
    invoice as invoice_record, mail, payment as payment_record, session,
};
use crate::statements::{Select, Statements};
use crate::value::{Value, hex, list, text};

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
        // A line of the feed repeats the number of an invoice that may be issued beside it.
        let is_line = |change: &&Change| matches!(change, Change::Activity(_));
        let changes = &self.changes.changes;
        let records = changes.iter().filter(|change| !is_line(change));
        for change in records.chain(changes.iter().filter(is_line)) {
            work.change(change).await?;
        }
        for mail in &self.changes.mail {
            work.execute(&sql.write.mail, mail::values(mail)).await?;
        }
        work.audit(&self.changes.audit).await?;
        Ok(Committed::Applied)
    }
}

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
        let sql = &self.sql.write;
        match change {
            Change::Firm(write) => self.firm(write).await,
            Change::Logo(logo) => self.logo(logo).await,
            Change::Client(write) => {
                let values = client::client_values(write.value());
                self.record(&sql.client, write, values).await
            }
            Change::Contact(write) => {
                let values = client::contact_values(write.value());
                self.record(&sql.contact, write, values).await
            }
            Change::Invoice(write) => self.invoice(write).await,
            Change::Payment(write) => self.payment(write).await,
            Change::Credit(credit) => {
                let values = payment_record::credit_values(credit);
                self.add(&sql.credit, values).await
            }
            Change::Activity(activity) => {
                let values = announcement::activity_values(activity);
                self.add(&sql.activity, values).await
            }
            Change::Announcement(write) => self.announcement(write).await,
            Change::Dismissal {
                contact,
                announcement,
                at,
            } => {
                let values = vec![text(contact), text(announcement), (*at).into()];
                self.add(&sql.dismissal, values).await
            }
            Change::ApiKey(write) => {
                let values = api_key::values(write.value());
                self.record(&sql.api_key, write, values).await
            }
            Change::Count(delta) => self.count(delta).await,
            Change::Session(_)
            | Change::SessionSeen { .. }
            | Change::EndSessions(_)
            | Change::Link(_)
            | Change::UseLink(_)
            | Change::EndLinks { .. }
            | Change::Throttle { .. }
            | Change::ForgetThrottle(_) => self.access(change).await,
        }
    }

    /// Changes that have to do with signing in.
    async fn access(&mut self, change: &Change) -> Done {
        let sql = &self.sql.write;
        match change {
            Change::Session(session) => {
                self.add(&sql.session, session::session_values(session))
                    .await
            }
            Change::SessionSeen { session, at } => {
                self.add(&sql.seen, vec![text(session), (*at).into()]).await
            }
            Change::EndSessions(which) => self.end_sessions(*which).await,
            Change::Link(link) => self.link(link).await,
            Change::UseLink(id) => match self.execute(&sql.use_link, vec![text(id)]).await? {
                0 => Err(StoreError::Conflict),
                _ => Ok(()),
            },
            Change::EndLinks { contact, purpose } => match purpose {
                None => self.add(&sql.end_links, vec![text(contact)]).await,
                Some(purpose) => {
                    let values = vec![text(contact), text(purpose.code()), text("")];
                    self.add(&sql.end_other_links, values).await
                }
            },
            Change::Throttle { read, now } => {
                let mut values = session::throttle_values(now);
                values.push((*read).into());
                match self.execute(&sql.throttle, values).await? {
                    0 => Err(StoreError::Conflict),
                    _ => Ok(()),
                }
            }
            Change::ForgetThrottle(key) => {
                self.add(&sql.forget_throttle, vec![hex(key.as_bytes())])
                    .await
            }
            Change::Firm(_)
            | Change::Logo(_)
            | Change::Client(_)
            | Change::Contact(_)
            | Change::Invoice(_)
            | Change::Payment(_)
            | Change::Credit(_)
            | Change::Activity(_)
            | Change::Announcement(_)
            | Change::Dismissal { .. }
            | Change::ApiKey(_)
            | Change::Count(_) => Ok(()),
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

    async fn invoice(&mut self, write: &RecordWrite<Invoice>) -> Done {
        let number = match &write.value().state {
            InvoiceState::Draft => None,
            InvoiceState::Issued(issue) | InvoiceState::Cancelled { issue, .. } => {
                Some(self.number(Series::Invoice, &issue.number).await?)
            }
        };
        let values = invoice_record::values(write.value(), number.as_deref());
        let values = values.map_err(StoreError::Backend)?;
        self.record(&self.sql.write.invoice, write, values).await
    }

    async fn payment(&mut self, write: &RecordWrite<Payment>) -> Done {
        let payment = write.value();
        let receipt = self.number(Series::Receipt, &payment.receipt).await?;
        let values = payment_record::payment_values(payment, &receipt);
        self.record(&self.sql.write.payment, write, values).await
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

    async fn count(&mut self, delta: &CounterDelta) -> Done {
        let code = text(delta.counter.code());
        let values = vec![text(delta.client), code, delta.delta.into()];
        self.add(&self.sql.write.count, values).await
    }

    async fn end_sessions(&mut self, which: Sessions) -> Done {
        let sql = &self.sql.write;
        match which {
            Sessions::One(id) => self.add(&sql.end_session, vec![text(id)]).await,
            Sessions::AllOf(contact) => {
                let values = vec![text(contact), text("")];
                self.add(&sql.end_other_sessions, values).await
            }
            Sessions::AllBut(contact, kept) => {
                let values = vec![text(contact), text(kept)];
                self.add(&sql.end_other_sessions, values).await
            }
        }
    }

    /// Inserted before the earlier ones go, so that a secret that is in use is refused.
    async fn link(&mut self, link: &Link) -> Done {
        let sql = &self.sql.write;
        self.add(&sql.link, session::link_values(link)).await?;
        let values = vec![text(link.contact), text(link.purpose.code()), text(link.id)];
        self.add(&sql.end_other_links, values).await
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
