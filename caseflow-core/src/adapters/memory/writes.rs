//! The one write door.

use async_trait::async_trait;

use super::MemoryStore;
use super::state::{Records, Remembered};
use super::table::{Table, Undo as _};
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::api_key::ApiKey;
use crate::domain::audit::{AuditEntry, ChainHash};
use crate::domain::changes::{
    Change, Changes, CounterDelta, IdempotencyEntry, Replay, Sessions, Version, Versioned, Write,
};
use crate::domain::client::{Contact, Standing};
use crate::domain::edition::Concerned;
use crate::domain::firm::Firm;
use crate::domain::id::{
    AnnouncementId, ApiKeyId, AttemptId, ClientId, ContactId, FirmId, InvoiceId, PaymentId,
    SessionId,
};
use crate::domain::invoice::{Invoice, InvoiceState};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::number::{Number, Series};
use crate::domain::payment::Credit;
use crate::domain::secret::TokenHash;
use crate::domain::session::Session;
use crate::domain::throttle::Throttle;
use crate::domain::time::Timestamp;
use crate::ports::store::{Committed, Constraint, StoreError, Writes};

#[async_trait]
impl Writes for MemoryStore {
    async fn commit(&self, firm: FirmId, changes: Changes) -> Result<Committed, StoreError> {
        let mut state = self.lock()?;
        let state = &mut *state;
        let mut work = Work {
            firm,
            records: state.firms.entry(firm).or_default(),
            api_tokens: &mut state.api_tokens,
        };
        let done = work.all(changes);
        for table in work.records.tables() {
            match done {
                Ok(_) => table.keep(),
                Err(_) => table.roll_back(),
            }
        }
        match done {
            Ok(_) => state.api_tokens.keep(),
            Err(_) => state.api_tokens.roll_back(),
        }
        done
    }
}

/// A commit under way.
pub(super) struct Work<'a> {
    firm: FirmId,
    pub(super) records: &'a mut Records,
    api_tokens: &'a mut Table<TokenHash, (FirmId, ApiKeyId)>,
}

pub(super) type Done = Result<(), StoreError>;

const TWICE: StoreError = StoreError::AlreadyExists(Constraint::Identity);

impl Work<'_> {
    fn all(&mut self, changes: Changes) -> Result<Committed, StoreError> {
        let concerned = changes.concerned();
        if let Some(entry) = changes.idempotency {
            if let Some(known) = self.records.replays.get(&entry.request.key) {
                return repeated(&entry, &known.replay);
            }
            self.remember(entry);
        }
        for change in changes.changes {
            self.change(change)?;
        }
        // A firm's first change makes it; before that nothing can be written to it.
        found(self.records.firm().is_some())?;
        for entry in changes.audit {
            self.audit(&entry);
        }
        for mail in changes.mail {
            self.post(mail)?;
        }
        for whom in concerned {
            self.move_mark(whom);
        }
        Ok(Committed::Applied)
    }

    fn move_mark(&mut self, of: Concerned) {
        let of = match of {
            Concerned::Firm => None,
            Concerned::Client(client) => Some(client),
            Concerned::ClientOf(contact) => match self.records.contacts.get(&contact) {
                Some(contact) => Some(contact.value.client),
                None => return,
            },
        };
        self.records.move_mark(of);
    }

    fn remember(&mut self, entry: IdempotencyEntry) {
        let replay = Replay {
            fingerprint: entry.request.fingerprint,
            reply: entry.reply,
        };
        let remembered = Remembered {
            replay,
            expires_at: entry.expires_at,
        };
        self.records.replays.put(entry.request.key, remembered);
    }

    #[expect(clippy::too_many_lines, reason = "a line for each kind of fact")]
    fn change(&mut self, change: Change) -> Done {
        let records = &mut *self.records;
        match change {
            Change::Firm(write) => self.settings(write)?,
            Change::Logo(logo) => records.logos.put(logo.reference().sha256, logo),
            Change::Client(write) => put(&mut records.clients, write.value().id, write)?,
            Change::Contact(write) => self.contact(write)?,
            Change::Invoice(write) => self.invoice(write)?,
            Change::Payment(write) => self.payment(write)?,
            Change::Reversal(reversal) => self.reversal(reversal)?,
            Change::Credit(credit) => self.credit(credit)?,
            Change::Attempt(write) => self.attempt(write)?,
            Change::Refund(write) => self.refund(write)?,
            Change::Alert(write) => self.alert(write)?,
            Change::GatewayEvent(event) => self.event(event),
            Change::GatewayEventSeen {
                merchant,
                event,
                outcome,
                ..
            } => self.event_seen((merchant, event), outcome),
            Change::Sweep(write) => {
                put(&mut records.sweeps, write.value().merchant.clone(), write)?;
            }
            Change::Offer(write) => self.offer(write)?,
            Change::OfferLink(write) => self.offer_link(write)?,
            Change::File(file) => self.file(file),
            Change::Contract(write) => self.contract(write)?,
            Change::Signature(signature) => self.signature(signature)?,
            Change::Document(write) => self.document(write)?,
            Change::DocumentVersion { document, version } => {
                self.document_version(document, version)?;
            }
            Change::RemoveDocument { id, read, .. } => self.remove_document(id, read)?,
            Change::VaultItem(write) => self.vault_item(write)?,
            Change::RemoveVaultItem { id, read, .. } => self.remove_vault_item(id, read)?,
            Change::Activity(activity) => {
                found(records.clients.contains(&activity.client))?;
                add(&mut records.activities, activity.id, activity)?;
            }
            Change::Article(write) => self.article(write)?,
            Change::Announcement(write) => self.announcement(write)?,
            Change::Dismissal {
                contact,
                announcement,
                at,
            } => self.dismissal(contact, announcement, at)?,
            Change::Session(session) => self.session(session)?,
            Change::SessionSeen { session, at } => self.seen(session, at),
            Change::SessionProved { session, at } => self.proved(session, at),
            Change::EndSessions(which) => {
                records
                    .sessions
                    .remove_where(|_, session| ends(which, session));
            }
            Change::Link(link) => self.link(link)?,
            Change::UseLink(id) if records.links.remove(&id) => {}
            Change::UseLink(_) => return Err(StoreError::Conflict),
            Change::EndLinks { contact, purpose } => self.end_links(contact, purpose),
            Change::Throttle { read, now } => self.throttle(read, now)?,
            Change::ForgetThrottle(key) => {
                records.throttles.remove(&key);
            }
            Change::ApiKey(write) => self.api_key(write)?,
            Change::RetryMail { mail, read, at } => self.retry_mail(mail, read, at)?,
            Change::Count(delta) => self.count(&delta)?,
        }
        Ok(())
    }

    fn settings(&mut self, write: Write<Firm>) -> Done {
        found(write.value().id == self.firm)?;
        put(&mut self.records.settings, (), write)
    }

    fn contact(&mut self, write: Write<Contact>) -> Done {
        let contact = write.value();
        self.client_exists(contact.client)?;
        for other in self.records.contacts.values().map(|other| &other.value) {
            if let Some(broken) = clash(contact, other) {
                return Err(StoreError::AlreadyExists(broken));
            }
        }
        put(&mut self.records.contacts, write.value().id, write)
    }

    fn invoice(&mut self, mut write: Write<Invoice>) -> Done {
        self.client_exists(write.value().client)?;
        let (Write::Insert(invoice) | Write::Update { now: invoice, .. }) = &mut write;
        match &mut invoice.state {
            InvoiceState::Draft => {}
            InvoiceState::Issued(issue) | InvoiceState::Cancelled { issue, .. } => {
                self.take(Series::Invoice, &mut issue.number);
            }
        }
        put(&mut self.records.invoices, write.value().id, write)
    }

    fn credit(&mut self, credit: Credit) -> Done {
        self.client_exists(credit.client)?;
        self.invoice_exists(credit.invoice)?;
        add(&mut self.records.credits, credit.id, credit)
    }

    fn announcement(&mut self, write: Write<Announcement>) -> Done {
        if let Audience::Clients(clients) = &write.value().audience {
            for client in clients {
                self.client_exists(*client)?;
            }
        }
        put(&mut self.records.announcements, write.value().id, write)
    }

    fn dismissal(
        &mut self,
        contact: ContactId,
        announcement: AnnouncementId,
        at: Timestamp,
    ) -> Done {
        self.contact_exists(contact)?;
        found(self.records.announcements.contains(&announcement))?;
        let key = (contact, announcement);
        if !self.records.dismissals.contains(&key) {
            self.records.dismissals.put(key, at);
        }
        Ok(())
    }

    fn session(&mut self, session: Session) -> Done {
        self.contact_exists(session.contact)?;
        let sessions = &mut self.records.sessions;
        if sessions.values().any(|other| other.token == session.token) {
            return Err(TWICE);
        }
        add(sessions, session.id, session)
    }

    fn seen(&mut self, id: SessionId, at: Timestamp) {
        if let Some(session) = self.records.sessions.get(&id)
            && session.seen_at < at
        {
            let seen = Session {
                seen_at: at,
                ..session.clone()
            };
            self.records.sessions.put(id, seen);
        }
    }

    fn proved(&mut self, id: SessionId, at: Timestamp) {
        if let Some(session) = self.records.sessions.get(&id) {
            let proved = Session {
                proved_at: session.proved_at.max(Some(at)),
                seen_at: session.seen_at.max(at),
                ..session.clone()
            };
            self.records.sessions.put(id, proved);
        }
    }

    fn link(&mut self, link: Link) -> Done {
        self.contact_exists(link.contact)?;
        let links = &mut self.records.links;
        if links.contains(&link.id) || links.values().any(|other| other.token == link.token) {
            return Err(TWICE);
        }
        links.remove_where(|_, other| {
            other.contact == link.contact && other.purpose.code() == link.purpose.code()
        });
        add(links, link.id, link)
    }

    fn end_links(&mut self, contact: ContactId, purpose: Option<LinkPurpose>) {
        let code = purpose.map(|purpose| purpose.code());
        self.records.links.remove_where(|_, link| {
            link.contact == contact && code.is_none_or(|code| code == link.purpose.code())
        });
    }

    fn throttle(&mut self, read: u32, now: Throttle) -> Done {
        let stored = self.records.throttles.get(&now.key);
        if stored.is_some_and(|stored| stored.tries != read) {
            return Err(StoreError::Conflict);
        }
        self.records.throttles.put(now.key, now);
        Ok(())
    }

    fn api_key(&mut self, write: Write<ApiKey>) -> Done {
        let owner = (self.firm, write.value().id);
        let token = write.value().token;
        if self.api_tokens.get(&token).is_some_and(|it| *it != owner) {
            return Err(TWICE);
        }
        put(&mut self.records.api_keys, owner.1, write)?;
        self.api_tokens.put(token, owner);
        Ok(())
    }

    fn count(&mut self, delta: &CounterDelta) -> Done {
        self.client_exists(delta.client)?;
        let key = (delta.client, delta.counter);
        let before = self.records.counters.get(&key).copied().unwrap_or(0);
        let after = before.checked_add(delta.delta);
        let after = after.ok_or_else(|| StoreError::Backend("the counter overflows".into()))?;
        self.records.counters.put(key, after);
        Ok(())
    }

    fn audit(&mut self, entry: &AuditEntry) {
        let last = self.records.audit.values().next_back();
        let (seq, hash) = last.map_or((0, ChainHash::START), |row| (row.seq, row.hash));
        self.records.audit.put(seq + 1, entry.chain(seq + 1, hash));
    }

    /// Takes the next number of a series, when that is what is wanted.
    pub(super) fn take(&mut self, series: Series, number: &mut Number) {
        if let Number::Next(format) = number {
            let n = self.records.series.get(&series).copied().unwrap_or(0) + 1;
            self.records.series.put(series, n);
            *number = Number::Taken(format.render(n));
        }
    }

    pub(super) fn client_exists(&self, id: ClientId) -> Done {
        found(self.records.clients.contains(&id))
    }

    pub(super) fn contact_exists(&self, id: ContactId) -> Done {
        found(self.records.contacts.contains(&id))
    }

    pub(super) fn invoice_exists(&self, id: InvoiceId) -> Done {
        found(self.records.invoices.contains(&id))
    }

    pub(super) fn payment_exists(&self, id: PaymentId) -> Done {
        found(self.records.payments.contains(&id))
    }

    pub(super) fn attempt_exists(&self, id: AttemptId) -> Done {
        found(self.records.attempts.contains(&id))
    }
}

fn repeated(entry: &IdempotencyEntry, known: &Replay) -> Result<Committed, StoreError> {
    if known.fingerprint == entry.request.fingerprint {
        Ok(Committed::Replayed(known.reply))
    } else {
        Err(StoreError::KeyReused)
    }
}

/// Which constraint keeps the two contacts from existing side by side.
fn clash(contact: &Contact, other: &Contact) -> Option<Constraint> {
    if other.id == contact.id || !other.is_active() || !contact.is_active() {
        return None;
    }
    if other.email.key() == contact.email.key() {
        return Some(Constraint::ContactEmail);
    }
    let both_primary = contact.standing == Standing::Primary && other.standing == Standing::Primary;
    (both_primary && other.client == contact.client).then_some(Constraint::PrimaryContact)
}

fn ends(which: Sessions, session: &Session) -> bool {
    match which {
        Sessions::One(id) => session.id == id,
        Sessions::AllOf(contact) => session.contact == contact,
        Sessions::AllBut(contact, kept) => session.contact == contact && session.id != kept,
    }
}

pub(super) fn found(exists: bool) -> Done {
    exists.then_some(()).ok_or(StoreError::MissingReference)
}

/// Writes a record that has versions.
pub(super) fn put<K: Ord + Clone, V>(
    table: &mut Table<K, Versioned<V>>,
    key: K,
    write: Write<V>,
) -> Done {
    let stored = table.get(&key).map(|row| row.version);
    let version = write.version_after();
    let value = match write {
        Write::Insert(_) if stored.is_some() => return Err(TWICE),
        Write::Update { read, .. } if stored != Some(read) => return Err(StoreError::Conflict),
        Write::Insert(value) | Write::Update { now: value, .. } => value,
    };
    table.put(key, Versioned { version, value });
    Ok(())
}

/// Removes a record that has versions.
pub(super) fn take_out<K: Ord + Clone, V>(
    table: &mut Table<K, Versioned<V>>,
    key: &K,
    read: Version,
) -> Done {
    if table.get(key).is_none_or(|row| row.version != read) {
        return Err(StoreError::Conflict);
    }
    table.remove(key);
    Ok(())
}

/// Writes a record that never changes.
pub(super) fn add<K: Ord + Clone, V>(table: &mut Table<K, V>, key: K, value: V) -> Done {
    if table.contains(&key) {
        return Err(TWICE);
    }
    table.put(key, value);
    Ok(())
}
