//! What the store holds.

use std::collections::BTreeMap;

use super::table::{Table, Undo};
use crate::domain::activity::Activity;
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::audit::AuditRow;
use crate::domain::changes::{Counter, IdempotencyKey, Replay, Versioned};
use crate::domain::client::{Client, Contact};
use crate::domain::firm::{Firm, Logo};
use crate::domain::id::{
    ActivityId, AnnouncementId, ApiKeyId, ClientId, ContactId, CreditId, FirmId, InvoiceId, LinkId,
    MailId, PaymentId, SessionId,
};
use crate::domain::invoice::Invoice;
use crate::domain::link::Link;
use crate::domain::mail::Mail;
use crate::domain::number::Series;
use crate::domain::payment::{Credit, Payment};
use crate::domain::secret::TokenHash;
use crate::domain::session::Session;
use crate::domain::throttle::{Throttle, ThrottleKey};
use crate::domain::time::Timestamp;
use crate::ports::store::{ClientFile, InvoiceFile, InvoiceRow, PaymentRow};

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
    pub(super) credits: Table<CreditId, Credit>,
    pub(super) activities: Table<ActivityId, Activity>,
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
}

/// A mail in the outbox.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    pub(super) mail: Mail,
    /// When it may be leased next; none once it is a dead letter.
    pub(super) due: Option<Timestamp>,
    pub(super) tries: u32,
    pub(super) leased_until: Option<Timestamp>,
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

    pub(super) fn tables(&mut self) -> [&mut dyn Undo; 19] {
        [
            &mut self.settings,
            &mut self.logos,
            &mut self.clients,
            &mut self.contacts,
            &mut self.invoices,
            &mut self.payments,
            &mut self.credits,
            &mut self.activities,
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
        ]
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

    pub(super) fn invoice_file(&self, id: InvoiceId) -> Option<InvoiceFile> {
        let invoice = self.invoices.get(&id)?.clone();
        let payments = self.payments.values();
        let credits = self.credits.values();
        Some(InvoiceFile {
            invoice,
            payments: payments
                .filter(|payment| payment.value.invoice == id)
                .cloned()
                .collect(),
            credits: credits
                .filter(|credit| credit.invoice == id)
                .cloned()
                .collect(),
        })
    }

    pub(super) fn payment_row(&self, payment: &Versioned<Payment>) -> PaymentRow {
        let invoice = self.invoices.get(&payment.value.invoice);
        PaymentRow {
            payment: payment.clone(),
            invoice_number: invoice.and_then(|invoice| invoice.value.number().cloned()),
        }
    }
}

pub(super) fn invoice_row(invoice: &Versioned<Invoice>) -> InvoiceRow {
    let Versioned { version, value } = invoice;
    InvoiceRow {
        id: value.id,
        version: *version,
        client: value.client,
        number: value.number().cloned(),
        phase: value.phase(),
        dated: value.terms.dated,
        due: value.terms.due,
        total: value.account.total,
        received: value.account.received,
        credited: value.account.credited,
        matter: value.terms.matter.clone(),
    }
}
