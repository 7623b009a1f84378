//! The one write door: a commit is one transaction of the engine, which is dropped when anything in
//! it is refused.

use async_trait::async_trait;
use caseflow_core::domain::audit::{AuditEntry, AuditRow, ChainHash};
use caseflow_core::domain::changes::{
    Change, Changes, CounterDelta, IdempotencyEntry, Replay, Version, Versioned, Write,
};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::edition::Concerned;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ClientId, ContactId, FirmId};
use caseflow_core::domain::number::{Number, Series};
use caseflow_core::ports::store::{Committed, Constraint, StoreError, Writes};

use crate::KeyValueStore;
use crate::records::{Counted, Mark, Numbered, Remembered};
use crate::tables::{Order, Record, Writing};

mod access;
mod accounts;
mod mails;
mod papers;
mod told;

#[async_trait]
impl Writes for KeyValueStore {
    async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError> {
        self.write(move |rows| Work { firm, rows }.all(changes))
            .await
    }
}

/// A commit under way.
struct Work<'a, 'txn> {
    firm: FirmId,
    rows: &'a mut Writing<'txn>,
}

type Done = Result<(), StoreError>;

const TWICE: StoreError = StoreError::AlreadyExists(Constraint::Identity);

impl Work<'_, '_> {
    fn all(&mut self, changes: Changes) -> Result<Committed, StoreError> {
        let concerned = changes.concerned();
        if let Some(entry) = changes.idempotency {
            if let Some(known) = self.get::<Remembered>(&entry.request.key)? {
                return repeated(&entry, &known.replay);
            }
            self.remember(entry)?;
        }
        for change in changes.changes {
            self.change(change)?;
        }
        // A firm's first change makes it; before that nothing can be written to it.
        self.exists::<Versioned<Firm>>(&())?;
        for entry in &changes.audit {
            self.audit(entry)?;
        }
        for mail in changes.mail {
            self.post(mail)?;
        }
        for whom in concerned {
            self.move_mark(whom)?;
        }
        Ok(Committed::Applied)
    }

    fn change(&mut self, change: Change) -> Done {
        match change {
            Change::Firm(write) => self.settings(write),
            Change::Logo(logo) => self.keep(&logo),
            Change::Client(write) => self.put(write),
            Change::Contact(write) => self.contact(write),
            Change::Invoice(write) => self.invoice(write),
            Change::Payment(write) => self.payment(write),
            Change::Reversal(reversal) => self.reversal(reversal),
            Change::Credit(credit) => self.credit(&credit),
            Change::Attempt(write) => self.attempt(write),
            Change::Refund(write) => self.refund(write),
            Change::Alert(write) => self.alert(write),
            Change::GatewayEvent(event) => self.event(event),
            Change::GatewayEventSeen {
                merchant,
                event,
                outcome,
                ..
            } => self.event_seen(&(event, merchant), outcome),
            Change::Sweep(write) => self.put(write),
            Change::Offer(write) => self.offer(write),
            Change::OfferLink(write) => self.offer_link(write),
            Change::File(file) => self.keep(&file),
            Change::Contract(write) => self.contract(write),
            Change::Signature(signature) => self.signature(&signature),
            Change::Document(write) => self.document(write),
            Change::DocumentVersion { document, version } => {
                self.document_version(document, version)
            }
            Change::RemoveDocument { id, read, .. } => self.remove_document(id, read),
            Change::VaultItem(write) => self.vault_item(write),
            Change::RemoveVaultItem { id, read, .. } => self.remove_vault_item(id, read),
            Change::Activity(activity) => self.activity(&activity),
            Change::Article(write) => self.article(write),
            Change::Announcement(write) => self.announcement(write),
            Change::Dismissal {
                contact,
                announcement,
                at,
            } => self.dismissal(contact, announcement, at),
            Change::Session(session) => self.session(&session),
            Change::SessionSeen { session, at } => self.seen(session, at),
            Change::SessionProved { session, at } => self.proved(session, at),
            Change::EndSessions(which) => self.end_sessions(which),
            Change::Link(link) => self.link(&link),
            Change::UseLink(id) => self.use_link(id),
            Change::EndLinks { contact, purpose } => self.end_links(contact, purpose.as_ref()),
            Change::Throttle { read, now } => self.throttle(read, &now),
            Change::ForgetThrottle(key) => self.forget_throttle(key),
            Change::ApiKey(write) => self.api_key(write),
            Change::RetryMail { mail, read, at } => self.retry_mail(mail, read, at),
            Change::Count(delta) => self.count(&delta),
        }
    }

    fn remember(&mut self, entry: IdempotencyEntry) -> Done {
        let replay = Replay {
            fingerprint: entry.request.fingerprint,
            reply: entry.reply,
        };
        self.rows.put(
            self.firm,
            &Remembered {
                key: entry.request.key,
                replay,
                expires_at: entry.expires_at,
            },
        )
    }

    fn settings(&mut self, write: Write<Firm>) -> Done {
        found(write.value().id == self.firm)?;
        self.put(write)
    }

    fn count(&mut self, delta: &CounterDelta) -> Done {
        self.client_exists(delta.client)?;
        let (client, counter) = (delta.client, delta.counter);
        let before = self.get::<Counted>(&(client, counter))?;
        let after = before.map_or(0, |it| it.value).checked_add(delta.delta);
        let value = after.ok_or_else(|| StoreError::Backend("the counter overflows".into()))?;
        self.rows.put(
            self.firm,
            &Counted {
                client,
                counter,
                value,
            },
        )
    }

    fn audit(&mut self, entry: &AuditEntry) -> Done {
        let rows = self
            .rows
            .walk::<AuditRow>(self.firm, None, Order::LargestFirst);
        let last = rows?.next().transpose()?;
        let (seq, hash) = last.map_or((0, ChainHash::START), |row| (row.seq, row.hash));
        self.rows.put(self.firm, &entry.chain(seq + 1, hash))
    }

    fn move_mark(&mut self, whom: Concerned) -> Done {
        let of = match whom {
            Concerned::Firm => None,
            Concerned::Client(client) => Some(client),
            Concerned::ClientOf(contact) => match self.get::<Versioned<Contact>>(&contact)? {
                Some(contact) => Some(contact.value.client),
                None => return Ok(()),
            },
        };
        let moves = self.get::<Mark>(&of)?.map_or(0, |mark| mark.moves) + 1;
        self.rows.put(self.firm, &Mark { of, moves })
    }

    /// Takes the next number of a series, when that is what is wanted.
    fn take(&mut self, series: Series, number: &mut Number) -> Done {
        if let Number::Next(format) = number {
            let last = self.get::<Numbered>(&series)?.map_or(0, |it| it.last) + 1;
            self.rows.put(self.firm, &Numbered { series, last })?;
            *number = Number::Taken(format.render(last));
        }
        Ok(())
    }

    /// Writes a record that has versions.
    fn put<T>(&mut self, write: Write<T>) -> Done
    where
        Versioned<T>: Record,
    {
        let version = write.version_after();
        let (read, value) = match write {
            Write::Insert(value) => (None, value),
            Write::Update { read, now } => (Some(read), now),
        };
        let row = Versioned { version, value };
        let stored = self.get::<Versioned<T>>(&row.key())?;
        match (read, stored.map(|row| row.version)) {
            (None, Some(_)) => Err(TWICE),
            (Some(read), stored) if stored != Some(read) => Err(StoreError::Conflict),
            _ => self.rows.put(self.firm, &row),
        }
    }

    /// Removes a record that has versions.
    fn take_out<T>(&mut self, key: &<Versioned<T> as Record>::Key, read: Version) -> Done
    where
        Versioned<T>: Record,
    {
        let stored = self.rows.remove::<Versioned<T>>(self.firm, key)?;
        match stored.is_some_and(|row| row.version == read) {
            true => Ok(()),
            false => Err(StoreError::Conflict),
        }
    }

    /// Writes a record that never changes.
    fn add<R: Record>(&mut self, record: &R) -> Done {
        match self.has::<R>(&record.key())? {
            true => Err(TWICE),
            false => self.rows.put(self.firm, record),
        }
    }

    /// Writes what is found by all that it is, so that once more changes nothing.
    fn keep<R: Record>(&mut self, record: &R) -> Done {
        match self.has::<R>(&record.key())? {
            true => Ok(()),
            false => self.rows.put(self.firm, record),
        }
    }

    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<R>, StoreError> {
        self.rows.get(self.firm, key)
    }

    fn has<R: Record>(&self, key: &R::Key) -> Result<bool, StoreError> {
        self.rows.has::<R>(self.firm, key)
    }

    /// What a record refers to is in the firm.
    fn exists<R: Record>(&self, key: &R::Key) -> Done {
        found(self.has::<R>(key)?)
    }

    fn client_exists(&self, id: ClientId) -> Done {
        self.exists::<Versioned<Client>>(&id)
    }

    fn contact_exists(&self, id: ContactId) -> Done {
        self.exists::<Versioned<Contact>>(&id)
    }
}

fn found(exists: bool) -> Done {
    exists.then_some(()).ok_or(StoreError::MissingReference)
}

fn repeated(entry: &IdempotencyEntry, known: &Replay) -> Result<Committed, StoreError> {
    match known.fingerprint == entry.request.fingerprint {
        true => Ok(Committed::Replayed(known.reply)),
        false => Err(StoreError::KeyReused),
    }
}
