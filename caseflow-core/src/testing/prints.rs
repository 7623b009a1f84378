//! Documents of every kind to lay out: seventy-odd prints, each with a name.
//!
//! They are made by [`Letterhead`] from records, as the portal's are, but for the one without lines,
//! which no record can be.

use chrono::Days;

use super::fixtures::{self, NOW, day, line, prose};
use crate::domain::client::{Client, Contact};
use crate::domain::currency::Currency;
use crate::domain::firm::{Firm, Logo};
use crate::domain::invoice::{Invoice, InvoiceTerms};
use crate::domain::money::Money;
use crate::domain::number::{Number, NumberFormat};
use crate::domain::payment::{Charge, Credit, Payment, PaymentMode};
use crate::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Pricing, Quantity, TaxRate, UnitPrice,
};
use crate::domain::print::{InvoiceRecords, Letterhead, Paper, Print, PrintDocument, Stationery};
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::domain::text::{Colour, LanguageTag, Line};

mod papers;
mod samples;

pub use samples::samples;

/// Where an invoice can be paid, as a document says it.
const ONLINE: &str = "https://portal.example.com/portal/invoices/inv_01/pay";

/// A firm's desk with one invoice on it, to be changed before it is printed.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The firm: in Zurich, invoicing in US dollars.
    pub firm: Firm,
    /// Its logo.
    pub logo: Option<Logo>,
    /// Its paper, with how to pay and small print.
    pub stationery: Stationery,
    /// The client.
    pub client: Client,
    /// Who reads it.
    pub contact: Contact,
    /// What the invoice says.
    pub terms: InvoiceTerms,
    /// Its payments, in parts of a thousand of the total.
    pub paid: Vec<i64>,
    /// Its credits, in parts of a thousand of the total.
    pub credited: Vec<i64>,
    /// What went back of its first payment, and what of that came back, in parts of a thousand of
    /// the total. With any, that payment was made online.
    pub reversed: Vec<(ReversalKind, i64)>,
    /// Whether it was called off.
    pub cancelled: bool,
}

impl Desk {
    /// An invoice of so many lines of 8 % tax.
    ///
    /// # Panics
    /// When there are more lines than an invoice may have.
    #[must_use]
    pub fn with_lines(lines: usize) -> Self {
        let client = fixtures::client(1);
        let mut desk = Self {
            firm: fixtures::firm(1),
            logo: None,
            stationery: Stationery {
                paper: Paper::A4,
                footer: Some(prose("Muster & Partner AG, registered in Zürich")),
                how_to_pay: Some(prose(
                    "IBAN CH93 0076 2011 6238 5295 7\nQuote the invoice number.",
                )),
            },
            contact: fixtures::contact(2, client.id),
            client: Client {
                address: Some(prose("Lange Gasse 12\n8001 Zürich\nSwitzerland")),
                tax_id: Some(line("CHE-987.654.321")),
                ..client
            },
            terms: fixtures::terms(fixtures::usd("1.00"), "2026-11-24", "2026-12-24"),
            paid: vec![],
            credited: vec![],
            reversed: vec![],
            cancelled: false,
        };
        desk.terms.pricing.lines = (1..=lines).map(item).collect();
        desk.terms.matter = Some(line("Annual accounts 2026"));
        desk
    }

    /// The same in this currency.
    #[must_use]
    pub fn in_currency(mut self, code: &str) -> Self {
        self.terms.pricing.currency = Currency::parse(code).unwrap();
        self
    }

    /// The same for a reader of this language.
    #[must_use]
    pub fn speaking(mut self, tag: &str) -> Self {
        self.contact.language = Some(LanguageTag::parse(tag).unwrap());
        self
    }

    /// The same with these prices.
    #[must_use]
    pub fn priced(mut self, pricing: Pricing) -> Self {
        self.terms.pricing = pricing;
        self
    }

    /// The same with this text as firm, client, matter, description and note.
    #[must_use]
    pub fn saying(mut self, text: &str) -> Self {
        let short: String = text.chars().take(100).collect();
        self.firm.name = line(&short);
        self.client.name = line(&short);
        self.client.address = Some(prose(&short));
        self.terms.matter = Some(line(&short));
        self.terms.client_note = Some(prose(text));
        for item in &mut self.terms.pricing.lines {
            item.description = prose(text);
        }
        self
    }

    /// The same in the firm's other colour.
    #[must_use]
    pub fn coloured(mut self, colour: &str) -> Self {
        self.firm.accent = Colour::parse(colour).unwrap();
        self
    }

    /// The same under a logo.
    #[must_use]
    pub fn under(mut self, logo: &[u8]) -> Self {
        self.logo = Some(Logo::parse(logo.to_vec()).unwrap());
        self
    }

    /// The same with payments, in parts of a thousand of the total.
    #[must_use]
    pub fn paid(mut self, parts: &[i64]) -> Self {
        self.paid = parts.to_vec();
        self
    }

    /// The same with these reversals of its first payment, in parts of a thousand of the total.
    #[must_use]
    pub fn reversed(mut self, parts: &[(ReversalKind, i64)]) -> Self {
        self.reversed = parts.to_vec();
        self
    }

    /// What makes prints of this desk.
    #[must_use]
    pub fn head(&self) -> Letterhead<'_> {
        Letterhead {
            firm: &self.firm,
            logo: self.logo.as_ref(),
            stationery: &self.stationery,
            client: &self.client,
            contact: Some(&self.contact),
            now: NOW,
        }
    }

    /// The invoice as a store would keep it.
    #[must_use]
    pub fn file(&self) -> File {
        self.file_number(1)
    }

    /// The invoice printed.
    #[must_use]
    pub fn invoice(&self) -> Print {
        let file = self.file();
        self.head().invoice(&file.records(), Some(ONLINE)).unwrap()
    }

    /// The receipt of its first payment printed.
    #[must_use]
    pub fn receipt(&self) -> Print {
        let file = self.file();
        let payment = file.payments[0].id;
        self.head().receipt(&file.records(), payment).unwrap()
    }

    /// The note of its last reversal printed.
    #[must_use]
    pub fn note(&self) -> Print {
        let file = self.file();
        let reversal = file.reversals.last().unwrap().id;
        self.head().reversal(&file.records(), reversal).unwrap()
    }

    /// A statement over so many of its invoices, one a day, printed.
    #[must_use]
    pub fn statement(&self, invoices: u64) -> Print {
        let files: Vec<File> = (1..=invoices).map(|n| self.file_number(n)).collect();
        self.statement_of(&files)
    }

    /// A statement over all of 2026 and the nine years after it printed.
    #[must_use]
    pub fn statement_of(&self, files: &[File]) -> Print {
        let records: Vec<_> = files.iter().map(File::records).collect();
        let (from, to) = (day("2026-01-01"), day("2035-12-31"));
        self.head().statement(from, to, &records).unwrap()
    }

    fn file_number(&self, n: u64) -> File {
        let mut terms = self.terms.clone();
        terms.dated = terms.dated + Days::new(n - 1);
        terms.due = terms.due + Days::new(n - 1);
        let draft = Invoice::draft(fixtures::id(n * 100), self.client.id, terms, NOW).unwrap();
        let invoice = draft.issue(taken("INV-", n), NOW).unwrap();
        let part = |part: i64| {
            let minor = i128::from(invoice.totals.total.minor()) * i128::from(part) / 1000;
            Money::from_minor(i64::try_from(minor).unwrap(), invoice.currency())
        };
        let payments = (1..).zip(&self.paid);
        let credits = (50..).zip(&self.credited);
        let payments = payments.map(|(k, it)| payment(n, k, &invoice, part(*it)));
        let mut payments: Vec<Payment> = payments.collect();
        if !self.reversed.is_empty() {
            payments[0] = online(&payments[0]);
        }
        let reversals = (1..).zip(&self.reversed);
        let reversals =
            reversals.map(|(k, (kind, it))| reversal(n, k, &payments[0], (*kind, part(*it))));
        let file = File {
            reversals: reversals.collect(),
            credits: credits
                .map(|(k, it)| fixtures::credit(n * 100 + k, &invoice, part(*it)))
                .collect(),
            payments,
            invoice,
        };
        file.settled(self.cancelled)
    }
}

/// An invoice with its records, as they would be read back from a store.
#[derive(Debug, Clone)]
pub struct File {
    /// The invoice.
    pub invoice: Invoice,
    /// Its payments.
    pub payments: Vec<Payment>,
    /// Its credits.
    pub credits: Vec<Credit>,
    /// What went back and came back.
    pub reversals: Vec<Reversal>,
}

impl File {
    /// What a letterhead is handed.
    #[must_use]
    pub fn records(&self) -> InvoiceRecords<'_> {
        InvoiceRecords {
            invoice: &self.invoice,
            payments: self.payments.iter().collect(),
            credits: self.credits.iter().collect(),
            reversals: self.reversals.iter().collect(),
        }
    }

    /// With the account that a store would keep.
    fn settled(mut self, cancelled: bool) -> Self {
        let invoice = self
            .invoice
            .with_records(&self.payments, &self.reversals, &self.credits);
        self.invoice = invoice.unwrap();
        if cancelled {
            self.invoice = self.invoice.cancel(NOW).unwrap();
        }
        self
    }
}

/// A line number `n`: hours at a rate, with 8 % tax.
#[must_use]
pub fn item(n: usize) -> LineItem {
    const WORK: [&str; 5] = [
        "Advice on the transfer of shares",
        "Review of the annual accounts and of the notes to them, with a meeting at the client's office",
        "Tax return 2025",
        "Correspondence with the authorities\nThree letters and two telephone calls, 12 to 18 November",
        "Disbursements: court fees",
    ];
    let quarter_hours = i64::try_from(n * 7 % 39 + 1).unwrap();
    let rate = i64::try_from(n * 1373 % 40_000 + 9_500).unwrap();
    LineItem {
        description: prose(WORK[n % WORK.len()]),
        quantity: Quantity::from_decimal(rust_decimal::Decimal::new(quarter_hours * 25, 2))
            .unwrap(),
        unit_price: UnitPrice::from_decimal(rust_decimal::Decimal::new(rate, 2)).unwrap(),
        discount: None,
        taxes: vec![tax("VAT", "8.1")],
    }
}

/// A tax.
#[must_use]
pub fn tax(name: &str, percent: &str) -> TaxRate {
    TaxRate {
        name: Line::parse(name).unwrap(),
        percent: Percent::parse(percent).unwrap(),
    }
}

fn payment(n: u64, k: u64, invoice: &Invoice, amount: Money) -> Payment {
    let number = n * 10 + k;
    let modes = PaymentMode::BY_HAND;
    let at = usize::try_from(number).unwrap() % modes.len();
    Payment {
        receipt: taken("R-", number),
        received_on: invoice.terms.dated + Days::new(k),
        mode: modes[at],
        reference: Some(line(&format!("transfer {number}"))),
        ..fixtures::payment(n * 100 + k, invoice, amount)
    }
}

/// The payment as one made through the portal.
fn online(payment: &Payment) -> Payment {
    Payment {
        mode: PaymentMode::Online,
        charge: Some(Charge {
            attempt: fixtures::id(1),
            merchant: fixtures::merchant(),
            txn: fixtures::txn("ch_1"),
        }),
        ..payment.clone()
    }
}

/// Three days after the payment, and a day later each.
fn reversal(n: u64, k: u64, payment: &Payment, (kind, amount): (ReversalKind, Money)) -> Reversal {
    let refund = kind == ReversalKind::Refund;
    Reversal {
        on: payment.received_on + Days::new(k + 2),
        number: taken("RF-", (n - 1) * 10 + k),
        reason: refund.then(|| line("Paid twice")),
        ..fixtures::reversal(n * 100 + k, payment, kind, amount)
    }
}

fn taken(prefix: &str, n: u64) -> Number {
    let format = NumberFormat::parse(prefix, 4).unwrap();
    Number::Taken(format.render(n))
}
