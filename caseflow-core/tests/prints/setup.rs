//! A firm, a client and invoices to print.

use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::domain::invoice::{Invoice, InvoiceTerms};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::payment::{Credit, Payment};
use caseflow_core::domain::pricing::Pricing;
use caseflow_core::domain::print::{InvoiceRecords, Letterhead, Stationery};
use caseflow_core::domain::reversal::{Reversal, ReversalKind};
use caseflow_core::domain::text::LanguageTag;
use caseflow_core::testing::fixtures::{self, NOW};

pub(crate) struct Desk {
    pub(crate) firm: Firm,
    pub(crate) client: Client,
    pub(crate) contact: Contact,
    pub(crate) stationery: Stationery,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let client = fixtures::client(1);
        Self {
            firm: fixtures::firm(1),
            contact: fixtures::contact(2, client.id),
            client,
            stationery: Stationery::default(),
        }
    }

    pub(crate) fn speaking(tag: &str) -> Self {
        let mut desk = Self::new();
        desk.contact.language = Some(LanguageTag::parse(tag).unwrap());
        desk
    }

    pub(crate) fn head(&self) -> Letterhead<'_> {
        Letterhead {
            firm: &self.firm,
            logo: None,
            stationery: &self.stationery,
            client: &self.client,
            contact: Some(&self.contact),
            now: NOW,
        }
    }
}

/// An invoice with its records, as they would be read back from a store.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) invoice: Invoice,
    pub(crate) payments: Vec<Payment>,
    pub(crate) credits: Vec<Credit>,
    pub(crate) reversals: Vec<Reversal>,
}

impl File {
    pub(crate) fn issued(n: u64, desk: &Desk, pricing: Pricing) -> Self {
        let terms = InvoiceTerms {
            pricing,
            ..fixtures::terms(fixtures::usd("1.00"), "2026-11-24", "2026-12-24")
        };
        let draft = Invoice::draft(fixtures::id(n), desk.client.id, terms, NOW).unwrap();
        Self {
            invoice: draft.issue(taken("INV-", n), NOW).unwrap(),
            payments: vec![],
            credits: vec![],
            reversals: vec![],
        }
    }

    pub(crate) fn over(n: u64, desk: &Desk, amount: Money) -> Self {
        let terms = fixtures::terms(amount, "2026-11-24", "2026-12-24");
        Self::issued(n, desk, terms.pricing)
    }

    pub(crate) fn id(&self) -> InvoiceId {
        self.invoice.id
    }

    pub(crate) fn paid(mut self, n: u64, amount: Money) -> Self {
        self.payments.push(Payment {
            receipt: taken("R-", n),
            ..fixtures::payment(n, &self.invoice, amount)
        });
        self.reckoned()
    }

    pub(crate) fn paid_online(mut self, n: u64, amount: Money) -> Self {
        let contact = fixtures::id(2);
        let attempt = fixtures::paid_attempt(n, &self.invoice, contact);
        self.payments.push(Payment {
            receipt: taken("R-", n),
            ..fixtures::online_payment(n, &attempt, &self.invoice, amount)
        });
        self.reckoned()
    }

    /// Of the latest payment, which was made online.
    pub(crate) fn reversed(mut self, n: u64, kind: ReversalKind, amount: Money) -> Self {
        let payment = self.payments.last().unwrap();
        self.reversals.push(Reversal {
            number: taken("RF-", n),
            ..fixtures::reversal(n, payment, kind, amount)
        });
        self.reckoned()
    }

    pub(crate) fn credited(mut self, n: u64, amount: Money) -> Self {
        self.credits
            .push(fixtures::credit(n, &self.invoice, amount));
        self.reckoned()
    }

    pub(crate) fn records(&self) -> InvoiceRecords<'_> {
        InvoiceRecords {
            invoice: &self.invoice,
            payments: self.payments.iter().collect(),
            credits: self.credits.iter().collect(),
            reversals: self.reversals.iter().collect(),
        }
    }

    /// With the account that a store would keep.
    pub(crate) fn reckoned(mut self) -> Self {
        let invoice = self
            .invoice
            .with_records(&self.payments, &self.reversals, &self.credits);
        self.invoice = invoice.unwrap();
        self
    }
}

pub(crate) fn taken(prefix: &str, n: u64) -> Number {
    let format = NumberFormat::parse(prefix, 4).unwrap();
    Number::Taken(format.render(n))
}
