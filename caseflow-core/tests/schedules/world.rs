//! One firm, its clients and its gateway, for one schedule.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::changes::{Change, Changes, Version, Write};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::{Attachments, Firm, PartPayment};
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::Call;
use caseflow_core::portal::Visiting;
use caseflow_core::ports::clock::Clock;
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::ports::payments::PaymentGateway;
use caseflow_core::ports::store::{InvoiceFile, Writes as _};
use caseflow_core::testing::fixtures::{self, Office, usd};
use caseflow_core::testing::{ChosenGateways, Doubles, KeptMail, block_on};
use caseflow_core::{Ports, upkeep};

use super::dice::Dice;
use super::flaws::{Flaw, Sound};
use super::pace::Pace;
use super::store::Paced;
use super::wire::{Quirk, Wire};

/// Everything that the actors of a schedule share.
pub(crate) struct World {
    pub(crate) pace: Arc<Pace>,
    pub(crate) store: Arc<Paced>,
    pub(crate) wire: Arc<Wire>,
    pub(crate) mail: Arc<KeptMail>,
    pub(crate) ports: Ports,
    pub(crate) office: Office,
    pub(crate) invoices: Vec<InvoiceId>,
}

/// How a world differs from the usual one.
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) is_traced: bool,
    pub(crate) flaw: Box<dyn Flaw>,
    pub(crate) quirk: Quirk,
    pub(crate) invoices: u64,
    pub(crate) part_payment: PartPayment,
}

impl Setup {
    /// A sound world with one invoice.
    pub(crate) fn sound(seed: u64) -> Self {
        Self {
            seed,
            is_traced: false,
            flaw: Box::new(Sound),
            quirk: Quirk::None,
            invoices: 1,
            part_payment: PartPayment::Off,
        }
    }
}

impl World {
    pub(crate) fn new(setup: Setup) -> Self {
        let pace = Pace::new(setup.seed, setup.is_traced);
        let store = Paced::new(pace.clone(), setup.flaw);
        let wire = Wire::new(pace.clone(), setup.quirk);
        let mail = Arc::new(KeptMail::default());
        let gateways = Arc::new(ChosenGateways::default());
        let ports = Ports {
            gateways: gateways.clone(),
            mailer: Arc::new(PacedMail(mail.clone(), pace.clone())),
            clock: Arc::new(PacedClock(pace.clone())),
            entropy: Arc::new(Dice::new(setup.seed ^ 0x5eed)),
            ..Doubles::new().ports(store.clone())
        };
        let office = block_on(Office::open(&*ports.store, 1));
        let gateway: Arc<dyn PaymentGateway> = wire.clone();
        gateways.set(office.firm.id, vec![gateway]);
        let mut world = Self {
            pace,
            store,
            wire,
            mail,
            ports,
            office,
            invoices: vec![],
        };
        world.furnish(setup.invoices, setup.part_payment);
        world
    }

    fn furnish(&mut self, invoices: u64, part_payment: PartPayment) {
        let firm = Firm {
            attachments: Attachments::Off,
            part_payment,
            ..self.office.firm.clone()
        };
        let mut changes = Changes::default().with(Change::Firm(Write::Update {
            read: Version::FIRST,
            now: firm,
        }));
        for n in 0..invoices {
            let invoice = fixtures::issued(1_000 + n, self.office.client.id, usd("100.00"));
            self.invoices.push(invoice.id);
            let write = Write::Insert(invoice);
            changes.changes.push(Change::Invoice(write));
        }
        block_on(self.store.commit(self.office.firm.id, changes)).unwrap();
        // The gateway's record is read from here on.
        block_on(upkeep::payments::work(&self.ports)).unwrap();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.now()
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.pace.clock.advance(span);
    }

    /// A staff call under this key.
    pub(crate) fn call(&self, key: &str) -> Call {
        Call {
            staff: self.office.staff(),
            origin: Origin::default(),
            idempotency: Some(fixtures::request(self.office.firm.id, key, 1)),
        }
    }

    pub(crate) fn visiting(&self, contact: &Contact) -> Visiting {
        Visiting {
            firm: self.office.firm.id,
            visitor: self.office.visit_at(contact, self.now()).visitor,
            origin: Origin::default(),
        }
    }

    /// The client's contacts, who both get mail about invoices.
    pub(crate) fn contacts(&self) -> [&Contact; 2] {
        [&self.office.contact, &self.office.colleague]
    }

    /// An invoice as it stands, at once.
    pub(crate) fn file(&self, invoice: InvoiceId) -> InvoiceFile {
        let file = block_on(self.store.shown(self.office.firm.id, invoice.into()));
        file.unwrap().unwrap()
    }

    pub(crate) fn files(&self) -> Vec<InvoiceFile> {
        self.invoices.iter().map(|id| self.file(*id)).collect()
    }

    /// An amount of the order of what invoices are over.
    pub(crate) fn some_amount(&self) -> Money {
        let amounts = ["1.00", "20.00", "40.00", "60.00", "99.99", "100.00"];
        usd(self.pace.dice.pick(&amounts).unwrap())
    }
}

/// Mail, before and after which others may go first.
#[derive(Debug)]
struct PacedMail(Arc<KeptMail>, Arc<Pace>);

#[async_trait]
impl Mailer for PacedMail {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        self.1.point().await;
        let sent = self.0.send(letter).await;
        self.1.point().await;
        sent
    }
}

/// The schedule's clock; whoever sleeps lets others go first.
#[derive(Debug)]
struct PacedClock(Arc<Pace>);

#[async_trait]
impl Clock for PacedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    async fn sleep(&self, _: Duration) {
        self.0.point().await;
    }
}
