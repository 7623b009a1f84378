//! R-INV-4 and R-INV-1 as a property: whatever staff do in whatever order, the account kept beside
//! an invoice is the sum of its records, and its status follows from them and the day alone.

use std::time::Duration;

use caseflow_core::domain::changes::Counter;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{InvoiceId, PaymentId};
use caseflow_core::domain::invoice::InvoiceStatus;
use caseflow_core::domain::money::Money;
use caseflow_core::error::Error;
use caseflow_core::firm::invoices::{self, CreditInput};
use caseflow_core::firm::{audit, payments};
use caseflow_core::testing::{block_on, fixtures};
use chrono::{Datelike as _, Days, NaiveDate};
use proptest::prelude::*;

use super::setup::{Story, invoice_id, payment_id};

#[derive(Debug, Clone)]
enum Act {
    Draft { cents: i64, due_in: u64 },
    Issue(usize),
    Reprice(usize, i64),
    Cancel(usize),
    Pay(usize, Option<i64>),
    Void(usize),
    Credit(usize, Option<i64>),
    Wait { hours: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    let which = 0..4_usize;
    // Few amounts, so that sums meet totals and totals meet what is settled.
    let cents = || prop::sample::select(vec![0_i64, 1, 50, 99, 100, 101, 300]);
    let amount = || prop::option::of(prop::sample::select(vec![-1_i64, 0, 1, 50, 99, 100, 300]));
    prop_oneof![
        2 => (cents(), 0..4_u64).prop_map(|(cents, due_in)| Act::Draft { cents, due_in }),
        3 => which.clone().prop_map(Act::Issue),
        1 => (which.clone(), cents()).prop_map(|(i, cents)| Act::Reprice(i, cents)),
        1 => which.clone().prop_map(Act::Cancel),
        4 => (which.clone(), amount()).prop_map(|(i, cents)| Act::Pay(i, cents)),
        2 => which.clone().prop_map(Act::Void),
        1 => (which, amount()).prop_map(|(i, cents)| Act::Credit(i, cents)),
        1 => (1..40_u64).prop_map(|hours| Act::Wait { hours }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn r_inv_4_the_account_is_the_sum_of_the_records(
        acts in prop::collection::vec(act(), 1..40)
    ) {
        block_on(async {
            let story = Story::begin().await;
            let mut model = Model::default();
            for act in &acts {
                let (rows, expected) = (story.audit_rows().await, model.play(act));
                let done = play(&story, &mut model, act).await;
                prop_assert_eq!(done.is_ok(), expected, "{:?}: {:?}", act, done);
                let written = story.audit_rows().await - rows;
                let waits = matches!(act, Act::Wait { .. });
                prop_assert_eq!(written, u64::from(expected && !waits), "{:?}", act);
                agrees(&story, &model).await?;
            }
            Ok(())
        })?;
    }
}

/// What ought to be, by the plainest means.
#[derive(Debug, Default)]
struct Model {
    invoices: Vec<Invoice>,
    payments: Vec<Payment>,
    hours: u64,
}

#[derive(Debug)]
struct Invoice {
    id: Option<InvoiceId>,
    phase: char,
    total: i64,
    credited: i64,
    due: NaiveDate,
}

#[derive(Debug)]
struct Payment {
    id: Option<PaymentId>,
    invoice: usize,
    cents: i64,
    stands: bool,
    year: i32,
}

impl Model {
    /// 2026-12-30 12:00 in Zurich, and on: the year changes on the way.
    fn today(&self) -> NaiveDate {
        let noon = fixtures::day("2026-12-30").and_hms_opt(12, 0, 0).unwrap();
        (noon + Duration::from_secs(3_600 * self.hours)).date()
    }

    fn received(&self, invoice: usize) -> i64 {
        let payments = self.payments.iter();
        let standing = payments.filter(|it| it.invoice == invoice && it.stands);
        standing.map(|it| it.cents).sum()
    }

    fn balance(&self, invoice: usize) -> i64 {
        let it = &self.invoices[invoice];
        it.total - it.credited - self.received(invoice)
    }

    fn status(&self, invoice: usize) -> InvoiceStatus {
        let it = &self.invoices[invoice];
        match it.phase {
            'd' => InvoiceStatus::Draft,
            'c' => InvoiceStatus::Cancelled,
            _ if self.balance(invoice) <= 0 => InvoiceStatus::Paid,
            _ if self.today() > it.due => InvoiceStatus::Overdue,
            _ if self.received(invoice) > 0 => InvoiceStatus::PartiallyPaid,
            _ => InvoiceStatus::Unpaid,
        }
    }

    /// The amount that is taken when this one is named, if any is.
    fn taken(&self, invoice: usize, cents: Option<i64>) -> Option<i64> {
        let (it, balance) = (self.invoices.get(invoice)?, self.balance(invoice));
        let cents = cents.unwrap_or(balance);
        (it.phase == 'i' && balance > 0 && (1..=balance).contains(&cents)).then_some(cents)
    }

    /// Whether it may be done; if so, it is.
    fn play(&mut self, act: &Act) -> bool {
        match *act {
            Act::Draft { cents, due_in } => {
                let due = self.today() + Days::new(due_in);
                self.invoices.push(Invoice {
                    id: None,
                    phase: 'd',
                    total: cents,
                    credited: 0,
                    due,
                });
                true
            }
            Act::Issue(i) => self.turn(i, 'd', 'i'),
            Act::Cancel(i) => self.received(i) == 0 && self.turn(i, 'i', 'c'),
            Act::Reprice(i, cents) => {
                let received = self.received(i);
                match self.invoices.get_mut(i) {
                    Some(it) if it.phase == 'd' => it.total = cents,
                    Some(it) if it.phase == 'i' && cents >= received + it.credited => {
                        it.total = cents;
                    }
                    _ => return false,
                }
                true
            }
            Act::Pay(invoice, cents) => {
                let Some(cents) = self.taken(invoice, cents) else {
                    return false;
                };
                let year = self.today().year();
                self.payments.push(Payment {
                    id: None,
                    invoice,
                    cents,
                    stands: true,
                    year,
                });
                true
            }
            Act::Void(i) => match self.payments.get_mut(i) {
                Some(it) => std::mem::take(&mut it.stands),
                None => false,
            },
            Act::Credit(i, cents) => {
                let taken = self.taken(i, cents);
                if let Some(cents) = taken {
                    self.invoices[i].credited += cents;
                }
                taken.is_some()
            }
            Act::Wait { hours } => {
                self.hours += hours;
                true
            }
        }
    }

    fn turn(&mut self, invoice: usize, from: char, to: char) -> bool {
        let found = self.invoices.get_mut(invoice).filter(|it| it.phase == from);
        found.map(|it| it.phase = to).is_some()
    }
}

/// Does it through the verbs, and notes the ids of what was made.
async fn play(story: &Story, model: &mut Model, act: &Act) -> Result<(), Error> {
    let now = fixtures::at("2026-12-30T11:00:00Z").plus(Duration::from_secs(3_600 * model.hours));
    story.doubles.clock.set(&now.to_string());
    let (ports, call) = (&story.ports, &story.call());
    let nobody = fixtures::id(4_711);
    let invoice = |i: usize| model.invoices.get(i).and_then(|it| it.id).unwrap_or(nobody);
    match *act {
        Act::Draft { cents, .. } => {
            let due = model.invoices.last().unwrap().due;
            let mut terms = fixtures::terms(dollars(cents), "2026-12-01", "2026-12-01");
            terms.due = due;
            let reply = invoices::draft(ports, call, story.office.client.id, terms).await?;
            model.invoices.last_mut().unwrap().id = Some(invoice_id(reply));
        }
        Act::Issue(i) => drop(invoices::issue(ports, call, invoice(i), None).await?),
        Act::Cancel(i) => drop(invoices::cancel(ports, call, invoice(i), None).await?),
        Act::Reprice(i, cents) => {
            let mut terms = fixtures::terms(dollars(cents), "2026-12-01", "2026-12-01");
            terms.due = model.invoices.get(i).map_or(terms.due, |it| it.due);
            invoices::reprice(ports, call, invoice(i), None, terms).await?;
        }
        Act::Pay(i, cents) => {
            let reply = story.try_pay(invoice(i), cents.map(dollars)).await?;
            model.payments.last_mut().unwrap().id = Some(payment_id(reply));
        }
        Act::Void(i) => {
            let payment = model.payments.get(i).and_then(|it| it.id);
            let payment = payment.unwrap_or(fixtures::id(4_711));
            payments::void(ports, call, payment, None, None).await?;
        }
        Act::Credit(i, cents) => {
            let input = CreditInput {
                amount: cents.map(dollars),
                given_on: None,
                reason: None,
            };
            invoices::credit(ports, call, invoice(i), None, input).await?;
        }
        Act::Wait { .. } => {}
    }
    Ok(())
}

async fn agrees(story: &Story, model: &Model) -> Result<(), TestCaseError> {
    let staff = story.office.staff();
    let wrong = audit::check_accounts(&story.ports, &staff).await.unwrap();
    prop_assert_eq!(wrong, []);
    for (i, expected) in model.invoices.iter().enumerate() {
        let file = story.file(expected.id.unwrap()).await;
        let invoice = file.invoice.value;
        prop_assert_eq!(invoice.status(model.today()), model.status(i));
        prop_assert_eq!(invoice.account.total, dollars(expected.total));
        prop_assert_eq!(invoice.account.received, dollars(model.received(i)));
        prop_assert_eq!(invoice.account.credited, dollars(expected.credited));
        let kept = model.payments.iter().filter(|payment| payment.invoice == i);
        prop_assert_eq!(file.payments.len(), kept.count());
    }
    for year in [2026, 2027] {
        let payments = model
            .payments
            .iter()
            .filter(|it| it.year == year && it.stands);
        let counter = Counter::Received {
            year,
            currency: Currency::USD,
        };
        let (firm, client) = (story.office.firm.id, story.office.client.id);
        let counted = story.ports.store.counter(firm, client, counter).await;
        prop_assert_eq!(counted.unwrap(), payments.map(|it| it.cents).sum::<i64>());
    }
    Ok(())
}

fn dollars(cents: i64) -> Money {
    Money::from_minor(cents, Currency::USD)
}
