//! How a checkout stands, as Stripe's objects say it.

use caseflow_core::domain::attempt::Trouble;
use caseflow_core::domain::gateway::{AttemptTag, GatewayRef, Mode, TxnRef};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{
    DisputeLine, DisputedFunds, GatewayState, RefundLine, RefundState,
};

use crate::amount::from_stripe;
use crate::failure::{Unanswered, line, trouble};
use crate::reply::{Dispute, Expandable, Intent, Metadata, Movement, Refund, Session};
use crate::request::label;

pub(crate) fn reference(id: &str) -> Result<GatewayRef, Unanswered> {
    GatewayRef::parse(id).map_err(|error| Unanswered::Unreadable(error.to_string()))
}

fn txn(id: &str) -> Result<TxnRef, Unanswered> {
    TxnRef::parse(id).map_err(|error| Unanswered::Unreadable(error.to_string()))
}

/// Whose the checkout is: as it says itself, or as its payment does.
pub(crate) fn tag(session: &Session) -> Option<AttemptTag> {
    let own = session.metadata.as_ref().and_then(read_tag);
    own.or_else(|| intent(session)?.metadata.as_ref().and_then(read_tag))
}

fn read_tag(metadata: &Metadata) -> Option<AttemptTag> {
    Some(AttemptTag {
        firm: metadata.get(label::FIRM)?.parse().ok()?,
        attempt: metadata.get(label::ATTEMPT)?.parse().ok()?,
    })
}

fn intent(session: &Session) -> Option<&Intent> {
    session.payment_intent.as_ref()?.whole()
}

pub(crate) const fn mode(live: bool) -> Mode {
    if live { Mode::Live } else { Mode::Test }
}

/// How far it has come. Money that is there counts, whatever else is said.
pub(crate) fn state(session: &Session) -> Result<GatewayState, Unanswered> {
    let intent = intent(session);
    let intent_status = intent.and_then(|intent| intent.status.as_deref());
    let received = intent
        .and_then(|intent| intent.amount_received)
        .unwrap_or(0);
    let payment_status = session.payment_status.as_deref();
    if payment_status == Some("paid") || (intent_status == Some("succeeded") && received > 0) {
        return paid(session);
    }
    let status = session.status.as_deref();
    Ok(match (status, payment_status, intent_status) {
        (Some("open"), _, Some("processing")) => GatewayState::Processing,
        (Some("open"), ..) => GatewayState::Open,
        (Some("expired"), ..) => GatewayState::Expired,
        (Some("complete"), Some("unpaid"), Some("requires_payment_method")) => {
            GatewayState::Failed(failure(intent)?)
        }
        (Some("complete"), Some("unpaid"), Some("canceled")) => GatewayState::Cancelled,
        (Some("complete"), Some("unpaid"), _) => GatewayState::Processing,
        _ => other(&format!(
            "{}, {}",
            status.unwrap_or("no status"),
            payment_status.unwrap_or("no payment status")
        ))?,
    })
}

fn paid(session: &Session) -> Result<GatewayState, Unanswered> {
    let Some(payment) = &session.payment_intent else {
        return other("paid without a payment");
    };
    let Some(amount) = collected(session) else {
        return other("paid, but the amount cannot be read");
    };
    Ok(GatewayState::Paid {
        txn: txn(payment.id())?,
        amount,
        at: payment.whole().and_then(paid_at),
    })
}

/// What the payment brought; where only its name is known, what the checkout was for.
fn collected(session: &Session) -> Option<Money> {
    let brought = intent(session).and_then(|intent| {
        let amount = intent.amount_received.filter(|amount| *amount > 0)?;
        Some((amount, intent.currency.as_deref()?))
    });
    let (amount, currency) = match brought {
        Some(brought) => brought,
        None => (session.amount_total?, session.currency.as_deref()?),
    };
    from_stripe(amount, currency)
}

fn paid_at(intent: &Intent) -> Option<Timestamp> {
    instant(intent.latest_charge.as_ref()?.whole()?.created?)
}

/// Stripe counts seconds since 1970.
pub(crate) fn instant(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_micros(seconds.checked_mul(1_000_000)?))
}

fn failure(intent: Option<&Intent>) -> Result<Trouble, Unanswered> {
    let error = intent.and_then(|intent| intent.last_payment_error.as_ref());
    let code = error.and_then(|error| error.decline_code.as_deref().or(error.code.as_deref()));
    let message = error.and_then(|error| error.message.as_deref());
    trouble(
        code.unwrap_or("payment_failed"),
        message.unwrap_or("the payment failed"),
    )
    .ok_or_else(|| Unanswered::Unreadable("a payment's error".to_owned()))
}

fn other(what: &str) -> Result<GatewayState, Unanswered> {
    line(what)
        .map(GatewayState::Other)
        .ok_or_else(|| Unanswered::Unreadable("a status".to_owned()))
}

pub(crate) fn refund_line(refund: &Refund) -> Result<RefundLine, Unanswered> {
    let label = refund
        .metadata
        .as_ref()
        .and_then(|labels| labels.get(label::REFUND));
    Ok(RefundLine {
        txn: txn(&refund.id)?,
        amount: amount(&refund.id, refund.amount, refund.currency.as_deref())?,
        state: match refund.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        },
        request: label.and_then(|id| id.parse().ok()),
    })
}

pub(crate) fn dispute_line(dispute: &Dispute) -> Result<DisputeLine, Unanswered> {
    let moved = dispute.balance_transactions.as_deref();
    Ok(DisputeLine {
        txn: txn(&dispute.id)?,
        amount: amount(&dispute.id, dispute.amount, dispute.currency.as_deref())?,
        funds: funds(moved, dispute.status.as_deref()),
    })
}

fn amount(id: &str, sent: Option<i64>, currency: Option<&str>) -> Result<Money, Unanswered> {
    let known = sent.zip(currency);
    known
        .and_then(|(sent, currency)| from_stripe(sent, currency))
        .ok_or_else(|| Unanswered::Unreadable(format!("the amount of {id}")))
}

/// By what moved; a server that tells no movements is believed by its status.
fn funds(moved: Option<&[Movement]>, status: Option<&str>) -> DisputedFunds {
    let moved_back = moved.map(|moved| {
        let taken = moved.iter().any(|movement| movement.amount < 0);
        let sum: i128 = moved
            .iter()
            .map(|movement| i128::from(movement.amount))
            .sum();
        taken.then_some(sum >= 0)
    });
    match (moved_back, status) {
        (Some(Some(true)), _) | (None, Some("won")) => DisputedFunds::Reinstated,
        (Some(Some(false)), _)
        | (_, Some("lost"))
        | (None, Some("needs_response" | "under_review")) => DisputedFunds::Withdrawn,
        _ => DisputedFunds::Kept,
    }
}

/// The name of the payment to which a refund, dispute or charge belongs.
pub(crate) fn named(id: Option<&Expandable<crate::reply::Named>>) -> Option<String> {
    id.map(|id| id.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disputed_money_is_where_the_movements_left_it() {
        let moved = |amounts: &[i64]| -> Vec<Movement> {
            amounts.iter().map(|&amount| Movement { amount }).collect()
        };
        for (amounts, status, expected) in [
            (vec![], "warning_needs_response", DisputedFunds::Kept),
            (vec![], "needs_response", DisputedFunds::Kept),
            (vec![], "lost", DisputedFunds::Withdrawn),
            (vec![-100], "needs_response", DisputedFunds::Withdrawn),
            (vec![-100], "won", DisputedFunds::Withdrawn),
            (vec![-100, 100], "won", DisputedFunds::Reinstated),
            (vec![-100, 100], "under_review", DisputedFunds::Reinstated),
            (vec![-100, 100, -100], "lost", DisputedFunds::Withdrawn),
        ] {
            let found = funds(Some(&moved(&amounts)), Some(status));
            assert_eq!(found, expected, "{amounts:?} {status}");
        }
    }

    #[test]
    fn without_movements_the_status_says_where_disputed_money_is() {
        for (status, expected) in [
            (Some("warning_closed"), DisputedFunds::Kept),
            (Some("needs_response"), DisputedFunds::Withdrawn),
            (Some("under_review"), DisputedFunds::Withdrawn),
            (Some("lost"), DisputedFunds::Withdrawn),
            (Some("won"), DisputedFunds::Reinstated),
            (Some("something_new"), DisputedFunds::Kept),
            (None, DisputedFunds::Kept),
        ] {
            assert_eq!(funds(None, status), expected, "{status:?}");
        }
    }
}
