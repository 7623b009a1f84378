//! What the store holds.

use std::collections::BTreeMap;

use super::table::{Table, Undo};
use crate::domain::activity::Activity;
use crate::domain::alert::Alert;
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::article::Article;
use crate::domain::attempt::Attempt;
use crate::domain::audit::AuditRow;
use crate::domain::changes::{Counter, IdempotencyKey, Replay, Version, Versioned};
use crate::domain::client::{Client, Contact};
use crate::domain::contract::Contract;
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::edition::Edition;
use crate::domain::file::StoredFile;
use crate::domain::firm::{Firm, Logo};
use crate::domain::gateway::{EventRef, Merchant};
use crate::domain::gateway_event::{GatewayEvent, Sweep};
use crate::domain::id::{
    ActivityId, AlertId, AnnouncementId, ApiKeyId, ArticleId, AttemptId, ClientId, ContactId,
    ContractId, CreditId, DocumentId, FirmId, InvoiceId, LinkId, MailId, OfferId, OfferLinkId,
    PaymentId, RefundId, ReversalId, SessionId, VaultItemId,
};
use crate::domain::invoice::Invoice;
use crate::domain::link::Link;
use crate::domain::mail::Mail;
use crate::domain::number::{DocumentNumber, Series};
use crate::domain::offer::{Offer, OfferLink};
use crate::domain::payment::{Credit, Payment};
use crate::domain::refund::Refund;
use crate::domain::reversal::Reversal;
use crate::domain::secret::TokenHash;
use crate::domain::session::Session;
use crate::domain::setback::Setback;
use crate::domain::signature::Signature;
use crate::domain::throttle::{Throttle, ThrottleKey};
use crate::domain::time::Timestamp;
use crate::domain::vault::VaultItem;
use crate::ports::store::{ClientFile, InvoiceFile, InvoiceKey, PaymentRow, ReversalRow};

/// Everything: a set of tables a firm, and the one index that spans firms.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) firms: BTreeMap<FirmId, Records>,
    pub(super) api_tokens: Table<TokenHash, (FirmId, ApiKeyId)>,
}

/// The records of one firm.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// One row; none as long as the firm does not exist.
    pub(super) settings: Table<(), Versioned<Firm>>,
    pub(super) logos: Table<[u8; 32], Logo>,
    pub(super) clients: Table<ClientId, Versioned<Client>>,
    pub(super) contacts: Table<ContactId, Versioned<Contact>>,
    pub(super) invoices: Table<InvoiceId, Versioned<Invoice>>,
    pub(super) payments: Table<PaymentId, Versioned<Payment>>,
    pub(super) reversals: Table<ReversalId, Reversal>,
    pub(super) credits: Table<CreditId, Credit>,
    pub(super) attempts: Table<AttemptId, Versioned<Attempt>>,
    pub(super) refunds: Table<RefundId, Versioned<Refund>>,
    pub(super) alerts: Table<AlertId, Versioned<Alert>>,
    pub(super) events: Table<(Merchant, EventRef), Kept>,
    pub(super) sweeps: Table<Merchant, Versioned<Sweep>>,
    pub(super) offers: Table<OfferId, Versioned<Offer>>,
    pub(super) offer_links: Table<OfferLinkId, Versioned<OfferLink>>,
    pub(super) files: Table<[u8; 32], StoredFile>,
    pub(super) contracts: Table<ContractId, Versioned<Contract>>,
    pub(super) signatures: Table<ContractId, Signature>,
    pub(super) documents: Table<DocumentId, Versioned<Document>>,
    pub(super) document_versions: Table<(DocumentId, u32), DocumentVersion>,
    pub(super) vault_items: Table<VaultItemId, Versioned<VaultItem>>,
    pub(super) activities: Table<ActivityId, Activity>,
    pub(super) articles: Table<ArticleId, Versioned<Article>>,
    pub(super) announcements: Table<AnnouncementId, Versioned<Announcement>>,
    pub(super) dismissals: Table<(ContactId, AnnouncementId), Timestamp>,
    pub(super) sessions: Table<SessionId, Session>,
    pub(super) links: Table<LinkId, Link>,
    pub(super) throttles: Table<ThrottleKey, Throttle>,
    pub(super) api_keys: Table<ApiKeyId, Versioned<ApiKey>>,
    pub(super) counters: Table<(ClientId, Counter), i64>,
    pub(super) series: Table<Series, u64>,
    pub(super) audit: Table<u64, AuditRow>,
    pub(super) outbox: Table<MailId, Posted>,
    pub(super) replays: Table<IdempotencyKey, Remembered>,
    /// How many commits concerned the client, or all of the firm.
    pub(super) marks: Table<Option<ClientId>, u64>,
}

/// A mail in the outbox.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    pub(super) mail: Mail,
    /// When it may be leased next; none once it is a dead letter.
    pub(super) due: Option<Timestamp>,
    pub(super) tries: u32,
    /// How many tries no longer count.
    pub(super) forgiven: u32,
    pub(super) leased_until: Option<Timestamp>,
    pub(super) setback: Option<Setback>,
    pub(super) version: Version,
}

/// A notice that came in.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) event: GatewayEvent,
    /// When it is to be looked at; none once it is worked off or given up.
    pub(super) due: Option<Timestamp>,
    pub(super) tries: u32,
}

/// What was answered to a request.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    pub(super) replay: Replay,
    pub(super) expires_at: Timestamp,
}

impl Records {
    pub(super) fn firm(&self) -> Option<&Versioned<Firm>> {
        self.settings.get(&())
    }

    pub(super) fn tables(&mut self) -> [&mut dyn Undo; 35] {
        [
            &mut self.settings,
            &mut self.logos,
            &mut self.clients,
            &mut self.contacts,
            &mut self.invoices,
            &mut self.payments,
            &mut self.reversals,
            &mut self.credits,
            &mut self.attempts,
            &mut self.refunds,
            &mut self.alerts,
            &mut self.events,
            &mut self.sweeps,
            &mut self.offers,
            &mut self.offer_links,
            &mut self.files,
            &mut self.contracts,
            &mut self.signatures,
            &mut self.documents,
            &mut self.document_versions,
            &mut self.vault_items,
            &mut self.activities,
            &mut self.articles,
            &mut self.announcements,
            &mut self.dismissals,
            &mut self.sessions,
            &mut self.links,
            &mut self.throttles,
            &mut self.api_keys,
            &mut self.counters,
            &mut self.series,
            &mut self.audit,
            &mut self.outbox,
            &mut self.replays,
            &mut self.marks,
        ]
    }

    /// How what the pages of a client's contacts are made of stands.
    pub(super) fn edition(&self, client: ClientId) -> Edition {
        Edition::new(client, self.mark(Some(client)), self.mark(None))
    }

    /// A commit concerned the client, or all of the firm.
    pub(super) fn move_mark(&mut self, of: Option<ClientId>) {
        self.marks.put(of, self.mark(of) + 1);
    }

    fn mark(&self, of: Option<ClientId>) -> u64 {
        self.marks.get(&of).copied().unwrap_or(0)
    }

    pub(super) fn client_file(&self, id: ClientId) -> Option<ClientFile> {
        let client = self.clients.get(&id)?.clone();
        let contacts = self.contacts.values();
        let contacts = contacts
            .filter(|contact| contact.value.client == id)
            .cloned()
            .collect();
        Some(ClientFile { client, contacts })
    }

    /// The invoice that is found by this key.
    pub(super) fn invoice_of(&self, key: InvoiceKey) -> Option<InvoiceId> {
        match key {
            InvoiceKey::Invoice(id) => Some(id),
            InvoiceKey::Payment(id) => self.payments.get(&id).map(|it| it.value.invoice),
            InvoiceKey::Reversal(id) => self.reversals.get(&id).map(|it| it.invoice),
            InvoiceKey::Attempt(id) => self.attempts.get(&id).map(|it| it.value.invoice),
        }
    }

    pub(super) fn invoice_file(&self, id: InvoiceId) -> Option<InvoiceFile> {
        Some(InvoiceFile {
            invoice: self.invoices.get(&id)?.clone(),
            payments: of(&self.payments, |it| it.value.invoice == id),
            reversals: of(&self.reversals, |it| it.invoice == id),
            credits: of(&self.credits, |it| it.invoice == id),
            attempts: of(&self.attempts, |it| it.value.invoice == id),
            refunds: of(&self.refunds, |it| it.value.invoice == id),
        })
    }

    pub(super) fn payment_row(&self, payment: &Versioned<Payment>) -> PaymentRow {
        PaymentRow {
            payment: payment.clone(),
            invoice_number: self.number_of(payment.value.invoice),
        }
    }

    pub(super) fn reversal_row(&self, reversal: &Reversal) -> ReversalRow {
        ReversalRow {
            reversal: reversal.clone(),
            invoice_number: self.number_of(reversal.invoice),
        }
    }

    fn number_of(&self, invoice: InvoiceId) -> Option<DocumentNumber> {
        let invoice = self.invoices.get(&invoice);
        invoice.and_then(|invoice| invoice.value.number().cloned())
    }
}

/// The rows of a table that are asked for, in the order of their keys.
fn of<K: Ord + Clone, V: Clone>(table: &Table<K, V>, wanted: impl Fn(&V) -> bool) -> Vec<V> {
    table.values().filter(|row| wanted(row)).cloned().collect()
}
