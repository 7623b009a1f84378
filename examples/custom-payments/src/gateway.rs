//! The adapter: the core's questions in the provider's words, and its answers in the core's.

use std::sync::Arc;

use async_trait::async_trait;
use caseflow_core::domain::attempt::{Checkout, NextStep, Trouble};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::gateway::{AttemptTag, GatewayRef, Merchant, Mode, OpKey, TxnRef};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{
    AmountRefusal, ChangesPage, CheckoutsPage, ContentSources, DisputeLine, DisputedFunds,
    GatewayError, GatewayProfile, GatewayState, PageToken, PaymentGateway, RefundLine,
    RefundPayment, RefundState, Refunds, Snapshot, StartPayment, WebhookNotice, WebhookRefusal,
    WebhookRequest,
};

use crate::provider::{Failure, Girolink, Link, LinkRequest, Recall, Return};

/// What the provider takes, and how much of it, in hundredths.
const CURRENCIES: [&str; 3] = ["CHF", "EUR", "USD"];
const LIMITS: (i64, i64) = (10, 1_000_000_000);
/// The most characters that an id has.
const LONGEST: usize = 40;

/// A firm's account at Girolink.
#[derive(Debug)]
pub struct GirolinkGateway {
    provider: Arc<Girolink>,
    profile: GatewayProfile,
}

impl GirolinkGateway {
    /// The gateway of this account; none when its number or its pages' address has signs that no
    /// account's tag or page's policy may have. In your program: of settings that say which account it
    /// is and whether its money is real.
    #[must_use]
    pub fn new(provider: Arc<Girolink>) -> Option<Self> {
        let profile = GatewayProfile {
            merchant: Merchant {
                gateway: "girolink".parse().ok()?,
                account: provider.account().parse().ok()?,
                mode: Mode::Test,
            },
            display_name: Line::parse("Girolink").ok()?,
            content: ContentSources {
                form: vec![Line::parse(origin(provider.pages())?).ok()?],
                ..ContentSources::default()
            },
        };
        Some(Self { provider, profile })
    }

    fn snapshot(&self, link: &Link) -> Result<Snapshot, GatewayError> {
        let read = || {
            let currency = Currency::parse(&link.request.currency).ok()?;
            Some(Snapshot {
                reference: GatewayRef::parse(&link.id).ok()?,
                tag: tag(&link.request.reference),
                mode: self.profile.merchant.mode,
                state: state(link, currency)?,
                refunds: Refunds::Each(all(&link.returns, |it| refund(it, currency))?),
                disputes: all(&link.recalls, |it| dispute(it, currency))?,
            })
        };
        // Words that cannot be read say nothing of what was done.
        read().ok_or_else(|| GatewayError::Unknown("the link cannot be read".into()))
    }
}

#[async_trait]
impl PaymentGateway for GirolinkGateway {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    fn check(&self, amount: Money) -> Result<(), AmountRefusal> {
        let currency = amount.currency();
        let (least, most) = LIMITS;
        let of = |minor| Money::from_minor(minor, currency);
        match amount.minor() {
            _ if !CURRENCIES.contains(&currency.code()) => Err(AmountRefusal::Currency(currency)),
            minor if minor < least => Err(AmountRefusal::TooLittle { least: of(least) }),
            minor if minor > most => Err(AmountRefusal::TooMuch { most: of(most) }),
            _ => Ok(()),
        }
    }

    async fn start(&self, order: &StartPayment) -> Result<Checkout, GatewayError> {
        let request = LinkRequest {
            reference: format!("{} {}", order.tag.firm, order.tag.attempt),
            amount: order.amount.amount(),
            currency: order.amount.currency().code().to_owned(),
            text: order.order.description.to_string(),
            back: order.order.return_url.to_string(),
            until: order.order.expires_at,
        };
        let link = self.provider.open(order.key.as_str(), &request);
        let link = link.map_err(failed)?;
        let (reference, url) = (GatewayRef::parse(&link.id), Line::parse(&link.url));
        match (reference, url) {
            (Ok(reference), Ok(url)) => Ok(Checkout {
                reference,
                next: NextStep::Redirect(url),
            }),
            _ => Err(GatewayError::Unknown("the link cannot be read".into())),
        }
    }

    async fn fetch(&self, about: &GatewayRef) -> Result<Snapshot, GatewayError> {
        let link = self.provider.find(about.as_str()).map_err(failed)?;
        self.snapshot(&link)
    }

    async fn cancel(&self, checkout: &GatewayRef, _: &OpKey) -> Result<Snapshot, GatewayError> {
        let link = self.provider.close(checkout.as_str()).map_err(failed)?;
        self.snapshot(&link)
    }

    async fn refund(&self, refund: &RefundPayment) -> Result<(), GatewayError> {
        let (key, txn) = (refund.key.as_str(), refund.txn.as_str());
        let (amount, note) = (refund.amount.amount(), refund.refund.to_string());
        let sent = self.provider.send_back(key, txn, &amount, &note);
        sent.map_err(failed)
    }

    fn read_webhook(
        &self,
        request: &WebhookRequest<'_>,
        _: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        Ok(WebhookNotice {
            reply: "",
            // Nothing is signed, so anybody may have posted it.
            notices: vec![],
            hint: Some(named(request.body).ok_or(WebhookRefusal::Body)?),
        })
    }

    /// The provider keeps no record of what has happened.
    async fn changes(
        &self,
        _: Timestamp,
        _: Option<&PageToken>,
    ) -> Result<ChangesPage, GatewayError> {
        Ok(ChangesPage::default())
    }

    async fn checkouts(
        &self,
        since: Timestamp,
        after: Option<&PageToken>,
    ) -> Result<CheckoutsPage, GatewayError> {
        let (links, next) = self.provider.links(since, skipped(after));
        let checkouts = links.iter().map(|link| self.snapshot(link));
        Ok(CheckoutsPage {
            checkouts: checkouts.collect::<Result<_, _>>()?,
            next: next.map(token),
        })
    }
}

/// What a form with the one field `id` names, when it looks like an id of the provider's: what else
/// strangers post is not worth a question.
fn named(body: &[u8]) -> Option<GatewayRef> {
    let id = std::str::from_utf8(body).ok()?.strip_prefix("id=")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_id = id.len() <= LONGEST && id.bytes().all(is_plain);
    is_id.then(|| GatewayRef::parse(id).ok()).flatten()
}

/// The scheme and host of an address.
fn origin(address: &str) -> Option<&str> {
    let host = address.find("://")? + 3;
    let path = address.get(host..)?.find('/');
    address.get(..path.map_or(address.len(), |path| host + path))
}

/// The one place where it is decided what a failure means: refused only when nothing was done.
fn failed(failure: Failure) -> GatewayError {
    let refused = |code: &str| {
        let (code, detail) = (
            Line::parse(code).ok()?,
            Line::parse("Girolink refused").ok()?,
        );
        Some(GatewayError::Refused(Trouble { code, detail }))
    };
    match failure {
        Failure::NotFound => GatewayError::NotFound,
        Failure::Refused(code) => {
            refused(code).unwrap_or_else(|| GatewayError::Unknown(failure.into()))
        }
        Failure::NoAnswer => GatewayError::Unknown(failure.into()),
    }
}

fn tag(reference: &str) -> Option<AttemptTag> {
    let (firm, attempt) = reference.split_once(' ')?;
    Some(AttemptTag {
        firm: firm.parse().ok()?,
        attempt: attempt.parse().ok()?,
    })
}

fn state(link: &Link, currency: Currency) -> Option<GatewayState> {
    Some(match (link.status.as_str(), &link.transfer) {
        ("waiting", _) => GatewayState::Open,
        ("announced", _) => GatewayState::Processing,
        ("received", Some(transfer)) => GatewayState::Paid {
            txn: TxnRef::parse(&transfer.id).ok()?,
            amount: Money::parse(&transfer.amount, currency).ok()?,
            at: Some(transfer.at),
        },
        ("returned", _) => GatewayState::Failed(Trouble {
            code: Line::parse("transfer_returned").ok()?,
            detail: Line::parse("The payer's bank did not pay").ok()?,
        }),
        ("lapsed", _) => GatewayState::Expired,
        ("closed", _) => GatewayState::Cancelled,
        // A status of next year: nothing changes, and the firm is told.
        (newer, _) => GatewayState::Other(Line::parse(newer).ok()?),
    })
}

fn refund(sent: &Return, currency: Currency) -> Option<RefundLine> {
    Some(RefundLine {
        txn: TxnRef::parse(&sent.id).ok()?,
        amount: Money::parse(&sent.amount, currency).ok()?,
        state: match sent.status {
            "sent" => RefundState::Succeeded,
            "bounced" => RefundState::Failed,
            _ => RefundState::Pending,
        },
        request: sent.note.as_deref().and_then(|note| note.parse().ok()),
    })
}

fn dispute(recall: &Recall, currency: Currency) -> Option<DisputeLine> {
    Some(DisputeLine {
        txn: TxnRef::parse(&recall.id).ok()?,
        amount: Money::parse(&recall.amount, currency).ok()?,
        funds: match recall.won {
            true => DisputedFunds::Reinstated,
            false => DisputedFunds::Withdrawn,
        },
    })
}

fn all<T, U>(rows: &[T], read: impl Fn(&T) -> Option<U>) -> Option<Vec<U>> {
    rows.iter().map(read).collect()
}

fn skipped(after: Option<&PageToken>) -> usize {
    after.map_or(0, |token| token.0.parse().unwrap_or_default())
}

fn token(skip: usize) -> PageToken {
    PageToken(skip.to_string())
}
