//! A firm with clients, and what its staff and contacts do most.

use std::sync::Arc;

use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::domain::access::{Origin, Visitor};
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::client::{Contact, Standing};
use caseflow_core::domain::id::{AnnouncementId, InvoiceId, PaymentId, Subject};
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::password::Password;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::Email;
use caseflow_core::error::Error;
use caseflow_core::firm::contacts::{ContactInput, Rank};
use caseflow_core::firm::settings::FirmInput;
use caseflow_core::firm::{Call, invoices, payments};
use caseflow_core::portal::sign_in::{Credentials, SignedIn, sign_in};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::store::{InvoiceFile, InvoiceQuery, Store};
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::testing::{Doubles, PlainAddresses};
use caseflow_core::{Ports, upkeep};

pub(crate) struct Story {
    pub(crate) doubles: Doubles,
    pub(crate) ports: Ports,
    pub(crate) office: Office,
}

impl Story {
    pub(crate) async fn begin() -> Self {
        let doubles = Doubles::new();
        let ports = doubles.ports(Arc::new(MemoryStore::new()));
        let office = Office::open(&*ports.store, 1).await;
        Self {
            doubles,
            ports,
            office,
        }
    }

    /// The same story, on a store that somebody meddles with.
    pub(crate) fn through(&self, store: Arc<dyn Store>) -> Ports {
        Ports {
            store,
            ..self.ports.clone()
        }
    }

    pub(crate) fn call(&self) -> Call {
        Call {
            staff: self.office.staff(),
            origin: Origin::default(),
            idempotency: None,
        }
    }

    /// A call under a key.
    pub(crate) fn keyed(&self, key: &str) -> Call {
        Call {
            idempotency: Some(fixtures::request(self.office.firm.id, key, 1)),
            ..self.call()
        }
    }

    pub(crate) fn visiting(&self, visitor: Visitor) -> Visiting {
        Visiting {
            firm: self.office.firm.id,
            visitor,
            origin: Origin::default(),
        }
    }

    /// The contact, vouched for by the host.
    pub(crate) fn contact(&self) -> Visiting {
        self.visiting(self.office.visit(&self.office.contact).visitor)
    }

    pub(crate) fn with_token(&self, token: &Secret) -> Visiting {
        self.visiting(Visitor::Session(token.hash()))
    }

    pub(crate) async fn draft(&self, amount: &str, due: &str) -> InvoiceId {
        let terms = fixtures::terms(fixtures::usd(amount), "2026-11-01", due);
        let (call, client) = (self.call(), self.office.client.id);
        let drafted = invoices::draft(&self.ports, &call, client, terms).await;
        invoice_id(drafted.unwrap())
    }

    pub(crate) async fn issued(&self, amount: &str, due: &str) -> InvoiceId {
        let id = self.draft(amount, due).await;
        let issued = invoices::issue(&self.ports, &self.call(), id, None).await;
        assert_eq!(invoice_id(issued.unwrap()), id);
        id
    }

    pub(crate) async fn pay(&self, invoice: InvoiceId, amount: &str) -> PaymentId {
        let paid = self.try_pay(invoice, Some(fixtures::usd(amount))).await;
        payment_id(paid.unwrap())
    }

    pub(crate) async fn try_pay(
        &self,
        invoice: InvoiceId,
        amount: Option<Money>,
    ) -> Result<Reply, Error> {
        payments::record(&self.ports, &self.call(), invoice, None, payment(amount)).await
    }

    /// The invoice as the firm sees it.
    pub(crate) async fn file(&self, id: InvoiceId) -> InvoiceFile {
        let staff = self.office.staff();
        invoices::read(&self.ports, &staff, id).await.unwrap()
    }

    /// Its status and what is due, found alike in all four places that show them.
    pub(crate) async fn shown(&self, id: InvoiceId) -> (InvoiceStatus, Money) {
        let today = self.office.firm.today(self.ports.now());
        let file = self.file(id).await.invoice.value;
        let shown = (file.status(today), file.amount_due());
        let read = portal::invoices::read(&self.ports, &self.contact(), id).await;
        let read = read.unwrap().page.invoice.value;
        assert_eq!((read.status(today), read.amount_due()), shown);
        for status in InvoiceStatus::ALL {
            let query = InvoiceQuery {
                status: Some(status),
                ..InvoiceQuery::default()
            };
            let staff = self.office.staff();
            let firm = invoices::list(&self.ports, &staff, &query).await.unwrap();
            let mine = portal::invoices::list(&self.ports, &self.contact(), &query).await;
            let mine = mine.unwrap().page;
            for rows in [firm.rows, mine.rows] {
                let row = rows.iter().find(|row| row.id == id);
                let badge = row.map(|row| (row.status(today), row.amount_due()));
                assert_eq!(badge, (status == shown.0).then_some(shown));
            }
        }
        shown
    }

    pub(crate) async fn sign_in(&self, contact: &Contact) -> Result<SignedIn, Error> {
        self.sign_in_with(&contact.email, fixtures::PASSWORD).await
    }

    pub(crate) async fn sign_in_with(
        &self,
        email: &Email,
        password: &str,
    ) -> Result<SignedIn, Error> {
        let credentials = Credentials {
            email: email.clone(),
            password: Password::typed(password),
            device: None,
        };
        let firm = self.office.firm.id;
        sign_in(&self.ports, firm, &credentials, &Origin::default()).await
    }

    /// Whether a session opens the portal.
    pub(crate) async fn is_in(&self, token: &Secret) -> bool {
        portal::visitor(&self.ports, &self.with_token(token))
            .await
            .is_ok()
    }

    /// Sends what waits, and answers the secret in the last letter.
    pub(crate) async fn mailed_secret(&self) -> Secret {
        upkeep::tick(&self.ports).await.unwrap();
        let letters = self.doubles.mailer.take();
        PlainAddresses::secret_in(&letters.last().unwrap().text).unwrap()
    }

    /// Whether everything about this invoice is as if it did not exist.
    pub(crate) async fn is_closed(&self, contact: &Contact, id: InvoiceId) -> bool {
        let visiting = self.visiting(self.office.visit(contact).visitor);
        let ports = &self.ports;
        let query = InvoiceQuery::default();
        let list = portal::invoices::list(ports, &visiting, &query).await;
        let read = portal::invoices::read(ports, &visiting, id).await;
        let paid = portal::payments::list(ports, &visiting, &PageQuery::default()).await;
        let page = portal::dashboard::dashboard(ports, &visiting)
            .await
            .unwrap()
            .page;
        let pdf = portal::invoices::pdf(ports, &visiting, id).await;
        let statement = portal::payments::statement(ports, &visiting, None, None).await;
        let outcomes = [list.map(drop), read.map(drop), paid.map(drop)];
        let papers = [pdf.map(drop), statement.map(drop)];
        let closed = outcomes
            .iter()
            .chain(&papers)
            .all(|outcome| matches!(outcome, Err(Error::NotFound)));
        assert_eq!(page.open.is_empty(), closed);
        assert_eq!(page.to_pay.is_empty(), closed);
        assert_eq!(page.activity.is_empty(), closed);
        closed
    }

    /// The announcements on the contact's dashboard.
    pub(crate) async fn announcements(&self) -> Vec<AnnouncementId> {
        let page = portal::dashboard::dashboard(&self.ports, &self.contact()).await;
        let shown = page.unwrap().page.announcements;
        shown.into_iter().map(|it| it.id).collect()
    }

    /// What staff would say to leave the firm as it is.
    pub(crate) fn firm_input(&self) -> FirmInput {
        let firm = self.office.firm.clone();
        FirmInput {
            name: firm.name,
            address: firm.address,
            tax_id: firm.tax_id,
            email: firm.email,
            phone: firm.phone,
            zone: firm.zone,
            language: firm.language,
            currency: firm.currency,
            accent: firm.accent,
            sections: firm.sections,
            portal_url: firm.portal_url,
            disclaimer: firm.disclaimer,
            muted: firm.muted,
            attachments: firm.attachments,
            stationery: firm.stationery,
            invoice_numbers: firm.invoice_numbers,
            receipt_numbers: firm.receipt_numbers,
            refund_numbers: firm.refund_numbers,
            proposal_numbers: firm.proposal_numbers,
            estimate_numbers: firm.estimate_numbers,
            part_payment: firm.part_payment,
            sessions: firm.sessions,
        }
    }

    pub(crate) async fn audit_rows(&self) -> u64 {
        let staff = self.office.staff();
        let check = caseflow_core::firm::audit::check_chain(&self.ports, &staff).await;
        check.unwrap().unwrap().seq()
    }
}

pub(crate) fn payment(amount: Option<Money>) -> payments::PaymentInput {
    payments::PaymentInput {
        amount,
        received_on: None,
        mode: PaymentMode::BankTransfer,
        reference: None,
        note: None,
    }
}

/// What staff would say to leave a contact as it is.
pub(crate) fn input_of(contact: &Contact) -> ContactInput {
    let Contact { standing, .. } = contact;
    let contact = contact.clone();
    ContactInput {
        first_name: contact.first_name,
        last_name: contact.last_name,
        email: contact.email,
        phone: contact.phone,
        title: contact.title,
        language: contact.language,
        direction: contact.direction,
        rank: if *standing == Standing::Primary {
            Rank::Primary
        } else {
            Rank::Other
        },
        permissions: contact.permissions,
        mail: contact.mail,
    }
}

pub(crate) fn invoice_id(reply: Reply) -> InvoiceId {
    match reply.id {
        Subject::Invoice(id) => id,
        other => panic!("{other} is no invoice"),
    }
}

pub(crate) fn payment_id(reply: Reply) -> PaymentId {
    match reply.id {
        Subject::Payment(id) => id,
        other => panic!("{other} is no payment"),
    }
}
