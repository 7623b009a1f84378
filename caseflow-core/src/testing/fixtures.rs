//! Records ready-made. Each is valid, says what it is, and differs from the others of its kind by
//! the number it was made with.

use chrono::NaiveDate;

use super::QuickPasswords;
use crate::domain::access::{Actor, Origin, Sections, Staff, Visitor};
use crate::domain::activity::{Activity, ActivityKind};
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Idempotency, IdempotencyKey, Write};
use crate::domain::client::{Access, Client, Contact, Standing};
use crate::domain::currency::Currency;
use crate::domain::firm::{Attachments, Firm, PartPayment, PortalUrl};
use crate::domain::id::{ClientId, ContactId, FirmId, Subject, TypedId};
use crate::domain::invoice::{Invoice, InvoiceTerms};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::money::Money;
use crate::domain::number::{Number, NumberFormat};
use crate::domain::password::Password;
use crate::domain::payment::{Credit, Payment, PaymentMode, PaymentState};
use crate::domain::pricing::{LineItem, PriceMode, Pricing, Quantity, UnitPrice};
use crate::domain::print::Stationery;
use crate::domain::secret::Secret;
use crate::domain::session::{Session, SessionPolicy};
use crate::domain::text::{Colour, Direction, Email, LanguageTag, Line, PersonName, Prose};
use crate::domain::time::{Timestamp, Zone, parse_day};
use crate::ports::store::{Store, Visit};

mod files;
mod library;
mod online;
mod paperwork;

pub use files::{chosen, document, document_version, key_name, vault_item};
pub use library::{article, slug};
pub use online::{
    alert, attempt, checkout, ended_attempt, gateway_event, merchant, online_payment, open_attempt,
    paid_attempt, refund, reversal, sweep, trouble, txn,
};
pub use paperwork::{
    contract, decided_offer, declined_contract, offer, offer_link, offer_number, origin,
    paper_signature, rich, sealed_contract, sealed_copy, sent_contract, sent_offer, shown_file,
    signature, signed_contract, signed_file, uploaded_file, with_copy, withdrawn_contract,
    withdrawn_offer,
};

/// The password of every contact made here.
pub const PASSWORD: &str = "correct horse battery";

/// The time at which everything here happened: 2026-11-24T09:00:00Z.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_510_800_000_000);

/// The id number `n`; a larger `n` sorts later.
#[must_use]
pub fn id<T: TypedId>(n: u64) -> T {
    let at = Timestamp::from_micros(NOW.micros() + i64::try_from(n).unwrap() * 1_000);
    let [a, b, c, d, e, f, g, h] = n.to_be_bytes();
    T::from_parts(at, [0, 0, a, b, c, d, e, f, g, h])
}

/// The time in this RFC 3339 text.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The day in this ISO 8601 text.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    parse_day(text).unwrap()
}

/// A checked line.
#[must_use]
pub fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::parse(text).unwrap()
}

/// A checked text.
#[must_use]
pub fn prose<const MAX: usize>(text: &str) -> Prose<MAX> {
    Prose::parse(text).unwrap()
}

/// A checked address.
#[must_use]
pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// An amount of US dollars in major units, such as `10.00`.
#[must_use]
pub fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// A firm in Zurich that invoices in US dollars.
#[must_use]
pub fn firm(n: u64) -> Firm {
    Firm {
        id: id(n),
        name: line(&format!("Muster & Partner {n}")),
        address: Some(prose("Bahnhofstrasse 1\n8001 Zürich")),
        tax_id: Some(line("CHE-123.456.789")),
        email: Some(email("office@muster.example.com")),
        phone: None,
        zone: Zone::parse("Europe/Zurich").unwrap(),
        language: LanguageTag::parse("en").unwrap(),
        currency: Currency::USD,
        accent: Colour::parse("#1f5f8b").unwrap(),
        logo: None,
        sections: Sections::ALL,
        portal_url: PortalUrl::parse(&format!("https://portal{n}.example.com/portal")).unwrap(),
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::On,
        stationery: Stationery::default(),
        invoice_numbers: NumberFormat::parse("INV-", 4).unwrap(),
        receipt_numbers: NumberFormat::parse("R-", 4).unwrap(),
        refund_numbers: NumberFormat::parse("RF-", 4).unwrap(),
        proposal_numbers: NumberFormat::parse("P-", 4).unwrap(),
        estimate_numbers: NumberFormat::parse("E-", 4).unwrap(),
        part_payment: PartPayment::Off,
        sessions: SessionPolicy::default(),
        created_at: NOW,
    }
}

/// A company.
#[must_use]
pub fn client(n: u64) -> Client {
    Client {
        id: id(n),
        name: line(&format!("Client {n} Ltd")),
        address: None,
        tax_id: None,
        reference: Some(line(&format!("file {n}"))),
        created_at: NOW,
    }
}

/// A contact, not the primary one, who may see everything, gets every mail and signs in as
/// `contactN@example.com` with [`PASSWORD`].
#[must_use]
pub fn contact(n: u64, client: ClientId) -> Contact {
    let hash = QuickPasswords::hash_of(&Password::typed(PASSWORD));
    Contact {
        id: id(n),
        client,
        first_name: PersonName::parse("Ana").unwrap(),
        last_name: PersonName::parse(&format!("Keller {n}")).unwrap(),
        email: email(&format!("contact{n}@example.com")),
        phone: None,
        title: None,
        language: None,
        direction: Direction::Auto,
        standing: Standing::Other,
        access: Access::On(hash),
        permissions: Sections::ALL,
        mail: Sections::ALL,
        created_at: NOW,
    }
}

/// Terms of one line over `amount`, without taxes.
#[must_use]
pub fn terms(amount: Money, dated: &str, due: &str) -> InvoiceTerms {
    let line = LineItem {
        description: prose("Advice"),
        quantity: Quantity::parse("1").unwrap(),
        unit_price: UnitPrice::parse(&amount.to_decimal().to_string()).unwrap(),
        discount: None,
        taxes: vec![],
    };
    InvoiceTerms {
        dated: day(dated),
        due: day(due),
        pricing: Pricing {
            currency: amount.currency(),
            mode: PriceMode::TaxExclusive,
            lines: vec![line],
            discount: None,
        },
        matter: None,
        client_note: None,
        internal_note: None,
    }
}

/// A draft over `amount`, dated 2026-11-24, due on 2026-12-24.
#[must_use]
pub fn draft(n: u64, client: ClientId, amount: Money) -> Invoice {
    let terms = terms(amount, "2026-11-24", "2026-12-24");
    Invoice::draft(id(n), client, terms, NOW).unwrap()
}

/// That draft, issued under the next number.
#[must_use]
pub fn issued(n: u64, client: ClientId, amount: Money) -> Invoice {
    let number = Number::Next(NumberFormat::parse("INV-", 4).unwrap());
    draft(n, client, amount).issue(number, NOW).unwrap()
}

/// A payment by bank transfer on 2026-11-24 that stands, with the next receipt's number. The
/// invoice's own account is the caller's business.
#[must_use]
pub fn payment(n: u64, invoice: &Invoice, amount: Money) -> Payment {
    Payment {
        id: id(n),
        invoice: invoice.id,
        client: invoice.client,
        amount,
        received_on: day("2026-11-24"),
        mode: PaymentMode::BankTransfer,
        charge: None,
        reference: Some(line("transfer")),
        note: Some(prose("seen on the account")),
        receipt: Number::Next(NumberFormat::parse("R-", 4).unwrap()),
        state: PaymentState::Recorded,
        recorded_at: NOW,
    }
}

/// A credit given on 2026-11-24.
#[must_use]
pub fn credit(n: u64, invoice: &Invoice, amount: Money) -> Credit {
    Credit {
        id: id(n),
        invoice: invoice.id,
        client: invoice.client,
        amount,
        given_on: day("2026-11-24"),
        reason: Some(line("goodwill")),
        recorded_at: NOW,
    }
}

/// A line of the feed that says that the invoice was issued.
#[must_use]
pub fn activity(n: u64, invoice: &Invoice) -> Activity {
    Activity {
        id: id(n),
        client: invoice.client,
        kind: ActivityKind::InvoiceIssued,
        about: invoice.id.into(),
        amount: Some(invoice.totals.total),
        at: NOW,
    }
}

/// An announcement to everyone, without end.
#[must_use]
pub fn announcement(n: u64) -> Announcement {
    Announcement {
        id: id(n),
        title: line(&format!("News {n}")),
        body: prose("We have moved."),
        from: NOW,
        until: None,
        audience: Audience::Everyone,
        created_at: NOW,
    }
}

/// The secret number `n`.
#[must_use]
pub fn secret(n: u64) -> Secret {
    let mut bytes = [7; 32];
    let (_, end) = bytes.split_at_mut(24);
    end.copy_from_slice(&n.to_be_bytes());
    Secret::from_bytes(bytes)
}

/// A session that began at [`NOW`], opened by [`secret`]`(n)`.
#[must_use]
pub fn session(n: u64, contact: ContactId) -> Session {
    let policy = SessionPolicy::default();
    Session {
        id: id(n),
        contact,
        token: secret(n).hash(),
        authenticated_at: NOW,
        proved_at: None,
        preview: None,
        seen_at: NOW,
        idle: policy.idle,
        expires_at: NOW.plus(policy.absolute),
        origin: Origin::default(),
    }
}

/// A link made at [`NOW`], opened by [`secret`]`(n)`.
#[must_use]
pub fn link(n: u64, contact: ContactId, purpose: LinkPurpose) -> Link {
    Link {
        id: id(n),
        contact,
        expires_at: NOW.plus(purpose.validity()),
        purpose,
        token: secret(n).hash(),
        created_at: NOW,
    }
}

/// A key that may read and write for ever, opened by [`secret`]`(n)`.
#[must_use]
pub fn api_key(n: u64) -> ApiKey {
    ApiKey {
        id: id(n),
        name: line(&format!("key {n}")),
        token: secret(n).hash(),
        scope: Scope::Write,
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
    }
}

/// A mail that says that the password was changed, due at [`NOW`].
#[must_use]
pub fn mail(n: u64, contact: ContactId) -> Mail {
    Mail {
        id: id(n),
        to: Recipient::Contact(contact),
        topic: MailTopic::PasswordChanged,
        not_before: NOW,
    }
}

/// An audit row of the portal itself.
#[must_use]
pub fn audit(about: impl Into<Subject>) -> AuditEntry {
    AuditEntry {
        at: NOW,
        actor: Actor::System,
        origin: Origin::default(),
        action: AuditAction::FirmChanged,
        about: vec![about.into()],
        facts: vec![],
    }
}

/// A request under this key; `asked` stands for what is asked.
#[must_use]
pub fn request(principal: impl Into<Subject>, key: &str, asked: u8) -> Idempotency {
    Idempotency {
        key: IdempotencyKey {
            principal: principal.into(),
            key: line(key),
        },
        fingerprint: [asked; 32],
    }
}

/// A member of the firm's staff.
#[must_use]
pub fn staff(firm: FirmId) -> Staff {
    Staff {
        firm,
        name: line("Petra Muster"),
        key: None,
        vault: true,
    }
}

/// A firm with two clients, as it stands in a store.
#[derive(Debug, Clone)]
pub struct Office {
    /// The firm.
    pub firm: Firm,
    /// A client with two contacts.
    pub client: Client,
    /// Its primary contact.
    pub contact: Contact,
    /// Its other contact.
    pub colleague: Contact,
    /// Another client of the firm.
    pub neighbour: Client,
    /// The other client's only contact.
    pub stranger: Contact,
}

impl Office {
    /// Writes the firm number `n`. Its records have the numbers `100 n + 1` and on, so that those of
    /// two firms differ.
    ///
    /// # Panics
    /// When the store does not take it.
    pub async fn open(store: &dyn Store, n: u64) -> Self {
        let office = Self::draw(n, n * 100);
        office.write(store).await;
        office
    }

    /// Writes a firm whose records have the same ids as those of the firm number `of`.
    ///
    /// # Panics
    /// When the store does not take it.
    pub async fn open_twin(store: &dyn Store, n: u64, of: u64) -> Self {
        let office = Self::draw(n, of * 100);
        office.write(store).await;
        office
    }

    fn draw(n: u64, base: u64) -> Self {
        let client = self::client(base + 1);
        let neighbour = self::client(base + 2);
        Self {
            firm: firm(n),
            contact: Contact {
                standing: Standing::Primary,
                ..contact(base + 3, client.id)
            },
            colleague: contact(base + 4, client.id),
            stranger: contact(base + 5, neighbour.id),
            client,
            neighbour,
        }
    }

    async fn write(&self, store: &dyn Store) {
        let changes = Changes::default()
            .with(Change::Firm(Write::Insert(self.firm.clone())))
            .with(Change::Client(Write::Insert(self.client.clone())))
            .with(Change::Client(Write::Insert(self.neighbour.clone())))
            .with(Change::Contact(Write::Insert(self.contact.clone())))
            .with(Change::Contact(Write::Insert(self.colleague.clone())))
            .with(Change::Contact(Write::Insert(self.stranger.clone())));
        store.commit(self.firm.id, changes).await.unwrap();
    }

    /// A visit of this contact at [`NOW`], vouched for by the host.
    #[must_use]
    pub fn visit(&self, contact: &Contact) -> Visit {
        self.visit_at(contact, NOW)
    }

    /// A visit of this contact, vouched for by the host.
    #[must_use]
    pub fn visit_at(&self, contact: &Contact, now: Timestamp) -> Visit {
        Visit {
            firm: self.firm.id,
            visitor: Visitor::Vouched {
                contact: contact.id,
                authenticated_at: now,
            },
            now,
        }
    }

    /// A member of the firm's staff.
    #[must_use]
    pub fn staff(&self) -> Staff {
        staff(self.firm.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_happened_at_nine() {
        assert_eq!(NOW, at("2026-11-24T09:00:00Z"));
    }
}
