//! Signed notices. Read is who it is from and what it is about; the rest is asked for.

use caseflow_core::domain::gateway::{EventRef, GatewayRef, Merchant};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::payments::{Notice, WebhookNotice, WebhookRefusal, WebhookRequest};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::failure::line;
use crate::reply::Event;
use crate::settings::WebhookSecret;
use crate::standing::instant;
use crate::standing::mode;

/// How far the clocks may differ, in seconds; the longest that a notice may be on its way.
const TOLERANCE: u64 = 300;

/// The kinds of events to subscribe to, and that are looked for.
pub(crate) const KINDS: [&str; 12] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

/// Understood beside those, where a firm has subscribed to it: it says what a checkout's says.
const ALSO: [&str; 1] = ["payment_intent.succeeded"];

/// Reads notices for one account.
#[derive(Debug)]
pub(crate) struct Reader {
    secrets: Vec<WebhookSecret>,
    merchant: Merchant,
}

impl Reader {
    pub(crate) const fn new(secrets: Vec<WebhookSecret>, merchant: Merchant) -> Self {
        Self { secrets, merchant }
    }

    pub(crate) fn read(
        &self,
        request: &WebhookRequest<'_>,
        now: Timestamp,
    ) -> Result<WebhookNotice, WebhookRefusal> {
        let header = request.header("stripe-signature");
        let signature = Signature::parse(header.ok_or(WebhookRefusal::Signature)?)
            .ok_or(WebhookRefusal::Signature)?;
        if !self
            .secrets
            .iter()
            .any(|secret| signature.is_by(secret, request.body))
        {
            return Err(WebhookRefusal::Signature);
        }
        if signature.at.abs_diff(now.micros().div_euclid(1_000_000)) > TOLERANCE {
            return Err(WebhookRefusal::Time);
        }
        let event: Event =
            serde_json::from_slice(request.body).map_err(|_| WebhookRefusal::Body)?;
        if self.is_ours(&event) && event.data.is_none() {
            return Err(WebhookRefusal::Body);
        }
        Ok(WebhookNotice {
            reply: "",
            notices: self.notice(&event).into_iter().collect(),
            hint: None,
        })
    }

    /// What to look at; none when the event is none of ours.
    pub(crate) fn notice(&self, event: &Event) -> Option<Notice> {
        let about = event.data.as_ref().filter(|_| self.is_ours(event))?;
        Some(Notice {
            event: EventRef::parse(&event.id).ok()?,
            kind: line(&event.kind)?,
            about: GatewayRef::parse(&about.object.id).ok()?,
            at: event.created.and_then(instant),
        })
    }

    fn is_ours(&self, event: &Event) -> bool {
        let account = event.account.as_deref();
        let kind = event.kind.as_str();
        event
            .livemode
            .is_none_or(|live| mode(live) == self.merchant.mode)
            && account.is_none_or(|account| account == self.merchant.account.as_str())
            && (KINDS.contains(&kind) || ALSO.contains(&kind))
    }
}

/// A header `t=…,v1=…`. It may have several of `v1`, and schemes that nobody knows.
struct Signature<'a> {
    /// The time as it was signed, and as a number of seconds.
    signed_at: &'a str,
    at: i64,
    codes: Vec<[u8; 32]>,
}

impl<'a> Signature<'a> {
    fn parse(header: &'a [u8]) -> Option<Self> {
        let header = std::str::from_utf8(header).ok()?;
        let fields = || {
            let parts = header.split(',').filter_map(|part| part.split_once('='));
            parts.map(|(name, value)| (name.trim(), value.trim()))
        };
        let mut times = fields().filter(|(name, _)| *name == "t");
        let (_, signed_at) = times.next()?;
        if times.next().is_some() || !signed_at.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let codes = fields().filter(|(name, _)| *name == "v1");
        Some(Self {
            signed_at,
            at: signed_at.parse().ok()?,
            codes: codes.filter_map(|(_, code)| from_hex(code)).collect(),
        })
    }

    /// Whether one of the codes is made with this secret; compared in constant time.
    fn is_by(&self, secret: &WebhookSecret, body: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) else {
            return false;
        };
        mac.update(self.signed_at.as_bytes());
        mac.update(b".");
        mac.update(body);
        let matches = |code: &[u8; 32]| mac.clone().verify_slice(code).is_ok();
        self.codes.iter().any(matches)
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = match digits.as_chunks() {
        (pairs, []) => pairs.iter().map(|[high, low]| high << 4 | low).collect(),
        _ => return None,
    };
    bytes.try_into().ok()
}
