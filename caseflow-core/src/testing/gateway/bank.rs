//! What the gateway in memory knows.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Read;
use crate::domain::attempt::Trouble;
use crate::domain::gateway::{AttemptTag, EventRef, GatewayRef, Mode, OpKey, TxnRef};
use crate::domain::id::RefundId;
use crate::domain::money::Money;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::payments::{
    DisputeLine, DisputedFunds, GatewayError, GatewayState, Notice, RefundLine, RefundPayment,
    RefundState, Refunds, Snapshot, StartPayment,
};

/// How long a key is known.
const KEY_LIFE: Duration = Duration::from_secs(24 * 3600);

/// Checkouts, and what was posted about them.
#[derive(Debug, Default)]
pub(super) struct Bank {
    checkouts: Vec<Account>,
    starts: BTreeMap<OpKey, (StartPayment, GatewayRef, Timestamp)>,
    refunds: BTreeMap<OpKey, (RefundPayment, Timestamp)>,
    record: Vec<(Timestamp, Notice)>,
    unposted: Vec<(Timestamp, Notice)>,
    made: u64,
}

/// One checkout and the money on it.
#[derive(Debug)]
struct Account {
    reference: GatewayRef,
    tag: Option<AttemptTag>,
    asked: Money,
    opened_at: Timestamp,
    expires_at: Timestamp,
    state: GatewayState,
    refunds: Vec<RefundLine>,
    disputes: Vec<DisputeLine>,
}

/// Money that the gateway collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// By which checkout.
    pub checkout: GatewayRef,
    /// Whose it is.
    pub tag: Option<AttemptTag>,
    /// The gateway's name for it.
    pub txn: TxnRef,
    /// How much.
    pub amount: Money,
}

/// A notice as it is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its headers, names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Bank {
    pub(super) fn snapshots(&self) -> Vec<Snapshot> {
        self.checkouts.iter().map(Account::snapshot).collect()
    }

    pub(super) fn opened_since(&self, since: Timestamp) -> Vec<Snapshot> {
        let opened = self.checkouts.iter().filter(|it| since <= it.opened_at);
        opened.map(Account::snapshot).collect()
    }

    pub(super) fn charges(&self) -> Vec<Charge> {
        let checkouts = self.checkouts.iter();
        checkouts
            .filter_map(|it| match &it.state {
                GatewayState::Paid { txn, amount, .. } => Some(Charge {
                    checkout: it.reference.clone(),
                    tag: it.tag,
                    txn: txn.clone(),
                    amount: *amount,
                }),
                _ => None,
            })
            .collect()
    }

    /// The checkout to which a reference of any kind leads.
    pub(super) fn snapshot(&self, about: &GatewayRef) -> Option<Snapshot> {
        let about = about.as_str();
        let is_of = |it: &&Account| {
            let charge =
                matches!(&it.state, GatewayState::Paid { txn, .. } if txn.as_str() == about);
            let refund = it.refunds.iter().any(|line| line.txn.as_str() == about);
            let dispute = it.disputes.iter().any(|line| line.txn.as_str() == about);
            it.reference.as_str() == about || charge || refund || dispute
        };
        self.checkouts.iter().find(is_of).map(Account::snapshot)
    }

    pub(super) fn asked(&self, checkout: &GatewayRef) -> Option<Money> {
        let account = self.checkouts.iter().find(|it| it.reference == *checkout)?;
        (account.state == GatewayState::Open).then_some(account.asked)
    }

    pub(super) fn start(
        &mut self,
        order: &StartPayment,
        now: Timestamp,
    ) -> Result<GatewayRef, GatewayError> {
        if let Some((known, reference, at)) = self.starts.get(&order.key)
            && now < at.plus(KEY_LIFE)
        {
            return match known == order {
                true => Ok(reference.clone()),
                false => Err(GatewayError::Refused(super::trouble("idempotency_error"))),
            };
        }
        let reference = self.add(Some(order.tag), order.amount, now, order.order.expires_at);
        let entry = (order.clone(), reference.clone(), now);
        self.starts.insert(order.key.clone(), entry);
        Ok(reference)
    }

    pub(super) fn collect(&mut self, checkout: &GatewayRef, amount: Money, now: Timestamp) -> bool {
        self.paid(
            checkout,
            &GatewayState::Open,
            amount,
            now,
            "checkout.completed",
        )
    }

    pub(super) fn pay_later(&mut self, checkout: &GatewayRef, now: Timestamp) -> bool {
        let to = GatewayState::Processing;
        self.moved(checkout, &GatewayState::Open, to, now, "checkout.completed")
    }

    pub(super) fn arrive(&mut self, checkout: &GatewayRef, now: Timestamp) -> bool {
        let found = self.checkouts.iter().find(|it| it.reference == *checkout);
        let Some(amount) = found.map(|it| it.asked) else {
            return false;
        };
        self.paid(
            checkout,
            &GatewayState::Processing,
            amount,
            now,
            "checkout.arrived",
        )
    }

    pub(super) fn fail(&mut self, checkout: &GatewayRef, trouble: Trouble, now: Timestamp) -> bool {
        let to = GatewayState::Failed(trouble);
        self.moved(
            checkout,
            &GatewayState::Processing,
            to,
            now,
            "checkout.failed",
        )
    }

    pub(super) fn cancel(&mut self, checkout: &GatewayRef, now: Timestamp) {
        let to = GatewayState::Cancelled;
        self.moved(checkout, &GatewayState::Open, to, now, "checkout.cancelled");
    }

    pub(super) fn close_overdue(&mut self, now: Timestamp) {
        let overdue = self.checkouts.iter().filter(|it| it.expires_at <= now);
        let names: Vec<GatewayRef> = overdue.map(|it| it.reference.clone()).collect();
        for name in names {
            let to = GatewayState::Expired;
            self.moved(&name, &GatewayState::Open, to, now, "checkout.expired");
        }
    }

    pub(super) fn say(&mut self, checkout: &GatewayRef, word: &str) {
        if let Some(account) = self.account(checkout) {
            account.state = GatewayState::Other(Line::parse(word).unwrap());
        }
    }

    pub(super) fn pay_elsewhere(&mut self, amount: Money, now: Timestamp) -> GatewayRef {
        let reference = self.add(None, amount, now, now.plus(KEY_LIFE));
        self.collect(&reference, amount, now);
        reference
    }

    pub(super) fn refund(
        &mut self,
        wanted: &RefundPayment,
        now: Timestamp,
    ) -> Result<(), GatewayError> {
        if let Some((known, at)) = self.refunds.get(&wanted.key)
            && now < at.plus(KEY_LIFE)
        {
            return match known == wanted {
                true => Ok(()),
                false => Err(GatewayError::Refused(super::trouble("idempotency_error"))),
            };
        }
        let charge = GatewayRef::parse(wanted.txn.as_str()).unwrap();
        let found = self.snapshot(&charge).ok_or(GatewayError::NotFound)?;
        if !self.give_back(&found.reference, wanted.amount, Some(wanted.refund), now) {
            return Err(GatewayError::Refused(super::trouble("amount_too_large")));
        }
        self.refunds
            .insert(wanted.key.clone(), (wanted.clone(), now));
        Ok(())
    }

    pub(super) fn refund_there(
        &mut self,
        checkout: &GatewayRef,
        amount: Money,
        now: Timestamp,
    ) -> bool {
        self.give_back(checkout, amount, None, now)
    }

    pub(super) fn return_refund(&mut self, checkout: &GatewayRef, now: Timestamp) -> bool {
        let account = self.account(checkout);
        let Some(line) = account.and_then(|it| it.refunds.last_mut()) else {
            return false;
        };
        line.state = RefundState::Failed;
        let about = line.txn.to_string();
        self.note("refund.failed", &about, now);
        true
    }

    pub(super) fn dispute(&mut self, checkout: &GatewayRef, amount: Money, now: Timestamp) -> bool {
        let txn = self.name("dp");
        let Some(account) = self.account(checkout).filter(|it| it.collected().is_some()) else {
            return false;
        };
        account.disputes.push(DisputeLine {
            txn: TxnRef::parse(&txn).unwrap(),
            amount,
            funds: DisputedFunds::Withdrawn,
        });
        self.note("dispute.withdrawn", &txn, now);
        true
    }

    pub(super) fn win(&mut self, checkout: &GatewayRef, now: Timestamp) -> bool {
        let account = self.account(checkout);
        let Some(line) = account.and_then(|it| it.disputes.last_mut()) else {
            return false;
        };
        line.funds = DisputedFunds::Reinstated;
        let about = line.txn.to_string();
        self.note("dispute.reinstated", &about, now);
        true
    }

    pub(super) fn notices(&self, since: Timestamp) -> Vec<Notice> {
        let since = self.record.iter().filter(|(at, _)| since <= *at);
        since.map(|(_, notice)| notice.clone()).collect()
    }

    pub(super) fn take_unposted(&mut self) -> Vec<(Timestamp, Notice)> {
        std::mem::take(&mut self.unposted)
    }

    fn give_back(
        &mut self,
        checkout: &GatewayRef,
        amount: Money,
        request: Option<RefundId>,
        now: Timestamp,
    ) -> bool {
        let txn = self.name("re");
        let Some(account) = self.account(checkout) else {
            return false;
        };
        let Some(collected) = account.collected() else {
            return false;
        };
        let went = account.refunds.iter();
        let went = went.filter(|line| line.state != RefundState::Failed);
        let went: i64 = went.map(|line| line.amount.minor()).sum();
        if amount.minor() < 1 || collected.minor() < went + amount.minor() {
            return false;
        }
        account.refunds.push(RefundLine {
            txn: TxnRef::parse(&txn).unwrap(),
            amount,
            state: RefundState::Succeeded,
            request,
        });
        self.note("refund.created", &txn, now);
        true
    }

    fn add(
        &mut self,
        tag: Option<AttemptTag>,
        asked: Money,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> GatewayRef {
        let reference = GatewayRef::parse(&self.name("co")).unwrap();
        self.checkouts.push(Account {
            reference: reference.clone(),
            tag,
            asked,
            opened_at: now,
            expires_at,
            state: GatewayState::Open,
            refunds: vec![],
            disputes: vec![],
        });
        reference
    }

    fn paid(
        &mut self,
        checkout: &GatewayRef,
        from: &GatewayState,
        amount: Money,
        now: Timestamp,
        kind: &str,
    ) -> bool {
        let to = GatewayState::Paid {
            txn: TxnRef::parse(&self.name("ch")).unwrap(),
            amount,
            at: Some(now),
        };
        self.moved(checkout, from, to, now, kind)
    }

    fn moved(
        &mut self,
        checkout: &GatewayRef,
        from: &GatewayState,
        to: GatewayState,
        now: Timestamp,
        kind: &str,
    ) -> bool {
        let account = self.account(checkout);
        let Some(account) = account.filter(|it| it.state == *from) else {
            return false;
        };
        account.state = to;
        self.note(kind, checkout.as_str(), now);
        true
    }

    fn note(&mut self, kind: &str, about: &str, now: Timestamp) {
        let notice = Notice {
            event: EventRef::parse(&self.name("ev")).unwrap(),
            kind: Line::parse(kind).unwrap(),
            about: GatewayRef::parse(about).unwrap(),
            at: Some(now),
        };
        self.record.push((now, notice.clone()));
        self.unposted.push((now, notice));
    }

    fn account(&mut self, checkout: &GatewayRef) -> Option<&mut Account> {
        let mut checkouts = self.checkouts.iter_mut();
        checkouts.find(|it| it.reference == *checkout)
    }

    fn name(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_{:04}", self.made)
    }
}

impl Account {
    fn snapshot(&self) -> Snapshot {
        Snapshot {
            reference: self.reference.clone(),
            tag: self.tag,
            mode: Mode::Test,
            state: self.state.clone(),
            refunds: Refunds::Each(self.refunds.clone()),
            disputes: self.disputes.clone(),
        }
    }

    fn collected(&self) -> Option<Money> {
        match self.state {
            GatewayState::Paid { amount, .. } => Some(amount),
            _ => None,
        }
    }
}

/// A notice as it is posted under a signature.
pub(super) fn posted(secret: &str, at: Timestamp, notice: &Notice) -> Posted {
    let body = format!(
        "{} {} {} {}",
        at.micros(),
        notice.event,
        notice.about,
        notice.kind
    );
    let body = body.into_bytes();
    let signature = signature(secret, &body).into_bytes();
    Posted {
        headers: vec![("test-signature".to_owned(), signature)],
        body,
    }
}

/// Reads a body that [`posted`] wrote.
pub(super) fn read(body: &[u8]) -> Option<Read> {
    let text = str::from_utf8(body).ok()?;
    let mut words = text.splitn(4, ' ');
    let at = Timestamp::from_micros(words.next()?.parse().ok()?);
    let event = words.next()?.parse().ok()?;
    let about = words.next()?.parse().ok()?;
    Some(Read {
        signed_at: at,
        notice: Notice {
            event,
            kind: Line::parse(words.next()?).ok()?,
            about,
            at: Some(at),
        },
    })
}

/// What only somebody who knows the secret can write under a body.
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let hash = Sha256::new()
        .chain_update(secret)
        .chain_update(body)
        .finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
