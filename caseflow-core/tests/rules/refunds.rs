//! Money that comes in and goes back: a balance is what the records say (R-INV-4), and nobody gets
//! back more than was paid.

use caseflow_core::domain::attempt::Trouble;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::TxnRef;
use caseflow_core::domain::id::TypedId;
use caseflow_core::domain::invoice::{Account, InvoiceError, InvoiceStatus, Phase, status};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::{Number, NumberFormat};
use caseflow_core::domain::payment::{Charge, Credit, Payment, PaymentMode, PaymentState};
use caseflow_core::domain::refund::{Refund, RefundError, RefundState, accept, refundable};
use caseflow_core::domain::reversal::{self, Reversal, ReversalKind};
use caseflow_core::domain::time::{Timestamp, parse_day};
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::usd;

const NOW: Timestamp = Timestamp::from_micros(1_764_000_000_000_000);

fn id<T: TypedId>(n: u64) -> T {
    let [a, b, c, d, e, f, g, h] = n.to_be_bytes();
    T::from_parts(NOW, [0, 0, a, b, c, d, e, f, g, h])
}

fn txn(n: u64) -> TxnRef {
    TxnRef::parse(&format!("re_{n}")).unwrap()
}

fn number() -> Number {
    Number::Next(NumberFormat::parse("N-", 4).unwrap())
}

fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

/// The payment number `n`, made online.
fn paid(n: u64, amount: Money) -> Payment {
    Payment {
        id: id(n),
        invoice: id(1),
        client: id(1),
        amount,
        received_on: parse_day("2026-11-24").unwrap(),
        mode: PaymentMode::Online,
        charge: Some(Charge {
            attempt: id(n),
            merchant: "example:acct_1:test".parse().unwrap(),
            txn: TxnRef::parse(&format!("ch_{n}")).unwrap(),
        }),
        reference: None,
        note: None,
        receipt: number(),
        state: PaymentState::Recorded,
        recorded_at: NOW,
    }
}

fn by_hand(n: u64, amount: Money) -> Payment {
    Payment {
        mode: PaymentMode::Cash,
        charge: None,
        ..paid(n, amount)
    }
}

fn moved(n: u64, payment: &Payment, kind: ReversalKind, amount: Money) -> Reversal {
    Reversal {
        id: id(n),
        payment: payment.id,
        invoice: id(1),
        client: id(1),
        kind,
        amount,
        merchant: "example:acct_1:test".parse().unwrap(),
        txn: txn(n),
        on: parse_day("2026-11-25").unwrap(),
        number: number(),
        reason: None,
        recorded_at: NOW,
    }
}

fn asked(n: u64, payment: &Payment, amount: Money, state: RefundState) -> Refund {
    Refund {
        id: id(n),
        payment: payment.id,
        attempt: id(1),
        invoice: id(1),
        client: id(1),
        merchant: "example:acct_1:test".parse().unwrap(),
        charge: TxnRef::parse("ch_1").unwrap(),
        amount,
        reason: None,
        state,
        next_check: None,
        checks: 0,
        asked_at: NOW,
    }
}

fn credit(n: u64, amount: Money) -> Credit {
    Credit {
        id: id(n),
        invoice: id(1),
        client: id(1),
        amount,
        given_on: parse_day("2026-11-24").unwrap(),
        reason: None,
        recorded_at: NOW,
    }
}

fn any_kind() -> impl Strategy<Value = ReversalKind> {
    select(&ReversalKind::ALL[..])
}

proptest! {
    /// R-INV-4, against sums made in another way: what came in and stands, less what left, plus what
    /// came back. In any order.
    #[test]
    fn a_balance_is_what_the_records_say(
        total in 0..1_000_000_000_i64,
        payments in proptest::collection::vec((1..1_000_000_000_i64, 0..3_u8), 0..8),
        reversals in proptest::collection::vec((any_kind(), 1..1_000_000_000_i64), 0..8),
        credits in proptest::collection::vec(1..1_000_000_000_i64, 0..4),
    ) {
        let records: Vec<Payment> = (1..).zip(&payments).map(|(n, (minor, how))| match how {
            0 => paid(n, dollars(*minor)),
            1 => by_hand(n, dollars(*minor)),
            _ => by_hand(n, dollars(*minor)).void(None, NOW).unwrap(),
        }).collect();
        let first = paid(1, dollars(1));
        let moves: Vec<Reversal> = (1..).zip(&reversals)
            .map(|(n, (kind, minor))| moved(n, &first, *kind, dollars(*minor))).collect();
        let given: Vec<Credit> = (1..).zip(&credits).map(|(n, it)| credit(n, dollars(*it))).collect();
        let account = Account::reckon(dollars(total), &records, &moves, &given).unwrap();

        let standing: i64 = payments.iter().filter(|(_, how)| *how < 2).map(|(minor, _)| minor).sum();
        let sum = |kind| -> i64 {
            reversals.iter().filter(|(it, _)| *it == kind).map(|(_, minor)| minor).sum()
        };
        let left = sum(ReversalKind::Refund) + sum(ReversalKind::Dispute);
        let back = sum(ReversalKind::RefundReturned) + sum(ReversalKind::DisputeWon);
        let credited: i64 = credits.iter().sum();
        prop_assert_eq!(account.received, dollars(standing - left + back));
        prop_assert_eq!(account.credited, dollars(credited));
        let balance = total - standing + left - back - credited;
        prop_assert_eq!(account.balance(), Ok(dollars(balance)));

        let mut turned = (records, moves, given);
        turned.0.reverse();
        turned.1.reverse();
        turned.2.reverse();
        let again = Account::reckon(dollars(total), &turned.0, &turned.1, &turned.2);
        prop_assert_eq!(again, Ok(account));
    }

    /// What goes back and comes back again leaves no trace in the balance.
    #[test]
    fn a_reversal_that_is_undone_changes_nothing(
        total in 1..1_000_000_i64,
        parts in proptest::collection::vec((1..1_000_000_i64, any::<bool>()), 0..6),
    ) {
        let payment = paid(1, dollars(total));
        let payments = std::slice::from_ref(&payment);
        let before = Account::reckon(dollars(total), payments, &[], &[]).unwrap();
        let moves: Vec<Reversal> = (1..).zip(parts).flat_map(|(n, (minor, disputed))| {
            let (out, back) = match disputed {
                true => (ReversalKind::Dispute, ReversalKind::DisputeWon),
                false => (ReversalKind::Refund, ReversalKind::RefundReturned),
            };
            [out, back].map(|kind| moved(n, &payment, kind, dollars(minor)))
        }).collect();
        let after = Account::reckon(dollars(total), payments, &moves, &[]);
        prop_assert_eq!(after, Ok(before));
        prop_assert_eq!(refundable(&payment, &moves, []), Ok(payment.amount));
    }

    #[test]
    fn nothing_is_accepted_but_what_is_above_zero_and_left(
        left in -1_000..1_000_i64,
        amount in proptest::option::of(-1_000..1_000_i64),
        online in any::<bool>(),
    ) {
        let payment = if online { paid(1, dollars(1_000)) } else { by_hand(1, dollars(1_000)) };
        match accept(&payment, dollars(left), amount.map(dollars)) {
            Ok(accepted) => {
                prop_assert!(online && accepted.is_positive() && accepted.minor() <= left);
                prop_assert_eq!(accepted.minor(), amount.unwrap_or(left));
            }
            Err(RefundError::NotOnline) => prop_assert!(!online),
            Err(RefundError::NothingLeft) => prop_assert!(left <= 0),
            Err(RefundError::NotPositive) => prop_assert!(amount.is_some_and(|it| it <= 0)),
            Err(RefundError::TooMuch { left: said }) => {
                prop_assert_eq!(said, dollars(left));
                prop_assert!(amount.is_some_and(|it| it > left));
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

/// What may happen to a payment after it was received.
#[derive(Debug, Clone)]
enum Step {
    /// Staff ask for this much, in thousandths of the payment; all that is left when there is none.
    Ask(Option<i64>),
    /// The gateway does the oldest refund that it was asked for.
    Done,
    /// It refuses it.
    Refused,
    /// The latest refund that it did comes back.
    Returned,
    /// Another payment of the invoice is refunded.
    Elsewhere(i64),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => proptest::option::of(-100..1_200_i64).prop_map(Step::Ask),
        3 => Just(Step::Done),
        1 => Just(Step::Refused),
        1 => Just(Step::Returned),
        1 => (1..1_000_i64).prop_map(Step::Elsewhere),
    ]
}

/// The oldest refund of the payment that is under way.
fn waiting<'a>(refunds: &'a mut [Refund], payment: &Payment) -> Option<&'a mut Refund> {
    let mut own = refunds.iter_mut().filter(|it| it.payment == payment.id);
    own.find(|it| it.state.is_under_way())
}

/// A payment with all that was asked for and went back.
struct Desk {
    payment: Payment,
    other: Payment,
    refunds: Vec<Refund>,
    reversals: Vec<Reversal>,
}

impl Desk {
    fn left(&self) -> Money {
        refundable(&self.payment, &self.reversals, &self.refunds).unwrap()
    }

    fn name(&self) -> u64 {
        u64::try_from(self.refunds.len() + self.reversals.len()).unwrap() + 10
    }

    fn step(&mut self, step: &Step) {
        let n = self.name();
        let total = self.payment.amount.minor();
        match step {
            Step::Ask(share) => {
                let amount = share.map(|share| dollars(total * share / 1_000));
                if let Ok(amount) = accept(&self.payment, self.left(), amount) {
                    let refund = asked(n, &self.payment, amount, RefundState::Asked);
                    self.refunds.push(refund);
                }
            }
            Step::Done => {
                if let Some(refund) = waiting(&mut self.refunds, &self.payment) {
                    refund.state = RefundState::Done(txn(n));
                    let amount = refund.amount;
                    let reversal = moved(n, &self.payment, ReversalKind::Refund, amount);
                    assert!(refund.is_told_by(&reversal));
                    self.reversals.push(reversal);
                }
            }
            Step::Refused => {
                if let Some(refund) = waiting(&mut self.refunds, &self.payment) {
                    let trouble = Trouble {
                        code: "no".parse().unwrap(),
                        detail: "No.".parse().unwrap(),
                    };
                    refund.state = RefundState::Refused(trouble);
                }
            }
            Step::Returned => {
                let kinds = [ReversalKind::Refund, ReversalKind::RefundReturned];
                let of = |kind| self.reversals.iter().filter(move |it| it.kind == kind);
                let [gone, back] = kinds.map(|kind| of(kind).count());
                let last = of(ReversalKind::Refund).next_back().map(|it| it.amount);
                if let Some(amount) = last.filter(|_| gone > back) {
                    let kind = ReversalKind::RefundReturned;
                    self.reversals.push(moved(n, &self.payment, kind, amount));
                }
            }
            Step::Elsewhere(share) => {
                let amount = dollars((total * share / 1_000).max(1));
                let kind = ReversalKind::Refund;
                self.reversals.push(moved(n, &self.other, kind, amount));
                let refund = asked(n + 1, &self.other, amount, RefundState::Accepted);
                self.refunds.push(refund);
            }
        }
    }
}

proptest! {
    /// Whatever staff ask for and the gateway answers, in any order: what went back, what is under
    /// way and what is left are the payment, and no part of it is negative.
    #[test]
    fn nobody_gets_back_more_than_was_paid(
        total in 1..1_000_000_i64,
        steps in proptest::collection::vec(any_step(), 0..24),
    ) {
        let mut desk = Desk {
            payment: paid(1, dollars(total)),
            other: paid(2, dollars(total)),
            refunds: vec![],
            reversals: vec![],
        };
        for step in steps {
            desk.step(&step);
            let own = desk.reversals.iter().filter(|it| it.payment == desk.payment.id);
            let gone = reversal::taken(own, desk.payment.amount).unwrap().minor();
            let waiting = desk.refunds.iter().filter(|it| it.payment == desk.payment.id);
            let waiting = waiting.filter(|it| it.state.is_under_way());
            let waiting: i64 = waiting.map(|it| it.amount.minor()).sum();
            let left = desk.left().minor();
            prop_assert!(left >= 0 && gone + waiting <= total, "{:?}", step);
            prop_assert_eq!(left + gone + waiting, total);
        }
    }
}

#[test]
fn a_dispute_leaves_less_to_refund_and_at_last_nothing() {
    let payment = paid(1, usd("100.00"));
    let mut reversals = vec![
        moved(1, &payment, ReversalKind::Refund, usd("30.00")),
        moved(2, &payment, ReversalKind::Dispute, usd("60.00")),
    ];
    assert_eq!(refundable(&payment, &reversals, []), Ok(usd("10.00")));
    // A bank takes back what was refunded already.
    reversals.push(moved(3, &payment, ReversalKind::Dispute, usd("40.00")));
    let left = refundable(&payment, &reversals, []).unwrap();
    assert_eq!(left, usd("-30.00"));
    assert_eq!(accept(&payment, left, None), Err(RefundError::NothingLeft));
    reversals.push(moved(4, &payment, ReversalKind::DisputeWon, usd("100.00")));
    assert_eq!(refundable(&payment, &reversals, []), Ok(usd("70.00")));
}

#[test]
fn a_refund_that_is_done_counts_by_its_reversal_alone() {
    let payment = paid(1, usd("100.00"));
    let done = asked(1, &payment, usd("30.00"), RefundState::Done(txn(7)));
    let told = moved(7, &payment, ReversalKind::Refund, usd("30.00"));
    assert!(done.is_told_by(&told));
    let left = refundable(&payment, [&told], [&done]);
    assert_eq!(left, Ok(usd("70.00")));
    let other = moved(8, &payment, ReversalKind::Refund, usd("30.00"));
    assert!(!done.is_told_by(&other));
    let returned = Reversal {
        kind: ReversalKind::RefundReturned,
        ..told
    };
    assert!(!done.is_told_by(&returned));
}

#[test]
fn a_record_of_another_currency_or_a_sum_that_does_not_fit_is_an_error() {
    let payment = paid(1, usd("100.00"));
    let yen = moved(
        1,
        &payment,
        ReversalKind::Refund,
        Money::from_minor(1, Currency::JPY),
    );
    let payments = std::slice::from_ref(&payment);
    assert!(Account::reckon(usd("1.00"), payments, std::slice::from_ref(&yen), &[]).is_err());
    assert!(refundable(&payment, [&yen], []).is_err());
    let most = Money::from_minor(i64::MAX, Currency::USD);
    let [one, two] = [1, 2].map(|n| moved(n, &payment, ReversalKind::Dispute, most));
    assert!(Account::reckon(usd("1.00"), payments, &[one, two], &[]).is_err());
}

/// R-INV-1 and R-INV-8: what was refunded whole is as if it had never been paid.
#[test]
fn an_invoice_that_was_refunded_is_unpaid_again() {
    let payment = paid(1, usd("100.00"));
    let today = parse_day("2026-11-25").unwrap();
    let after = |amount: &str, due: &str| {
        let refund = moved(1, &payment, ReversalKind::Refund, usd(amount));
        let account = Account::reckon(
            usd("100.00"),
            std::slice::from_ref(&payment),
            &[refund],
            &[],
        );
        let account = account.unwrap();
        let balance = account.balance().unwrap().minor();
        let due = parse_day(due).unwrap();
        status(Phase::Issued, balance, account.received.minor(), due, today)
    };
    assert_eq!(after("100.00", "2026-12-24"), InvoiceStatus::Unpaid);
    assert_eq!(after("99.99", "2026-12-24"), InvoiceStatus::PartiallyPaid);
    assert_eq!(after("0.01", "2026-11-24"), InvoiceStatus::Overdue);
    assert_eq!(after("100.00", "2026-11-24"), InvoiceStatus::Overdue);
}

#[test]
fn what_was_paid_online_is_refunded_and_never_voided() {
    let voided = paid(1, usd("1.00")).void(None, NOW);
    assert_eq!(voided, Err(InvoiceError::PaidOnline));
    assert!(by_hand(1, usd("1.00")).void(None, NOW).is_ok());
}
