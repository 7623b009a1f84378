//! Webhooks: what is told to whom, when, and how often.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use caseflow_core::domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::model::Event;
use super::objects;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// How long Stripe waits after each try that failed; then every twelve hours, for three days.
const WAITS: [u64; 5] = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
const LAST_WAITS: u64 = 12 * HOUR;
const PATIENCE: Duration = Duration::from_secs(3 * 24 * HOUR);

/// Where events are told, and how the notices are signed.
#[derive(Clone)]
pub struct Endpoint {
    /// The address that notices are posted to.
    pub url: String,
    /// The secrets that they are signed with, each on its own.
    pub secrets: Vec<String>,
    /// The types of events that are told; all when empty.
    pub events: Vec<String>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// A signed notice that is ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub(super) letter: u64,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub kind: String,
    /// Where it goes.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Bytes,
}

#[derive(Debug)]
struct Target {
    endpoint: Endpoint,
    /// Secrets that were rolled, and until when they still sign.
    rolled: Vec<(String, Timestamp)>,
}

#[derive(Debug)]
struct Letter {
    id: u64,
    event: Event,
    target: usize,
    queued: Timestamp,
    due: Timestamp,
    tries: usize,
    /// It is not sent any more.
    lost: bool,
    /// It is one that was sent for the sake of a test alone.
    extra: bool,
}

/// The queue of notices.
#[derive(Debug, Default)]
pub(super) struct Post {
    targets: Vec<Target>,
    letters: Vec<Letter>,
    written: u64,
    pub(super) dropping: u32,
    pub(super) doubling: u32,
    pub(super) delay: Duration,
    pub(super) shuffle: Option<u64>,
    pub(super) stopped: bool,
}

impl Post {
    pub(super) fn add(&mut self, endpoint: Endpoint) {
        let rolled = vec![];
        self.targets.push(Target { endpoint, rolled });
    }

    /// Signs with a new secret, and for a while with those before, too.
    pub(super) fn roll(&mut self, url: &str, secret: &str, until: Timestamp) {
        for target in self
            .targets
            .iter_mut()
            .filter(|target| target.endpoint.url == url)
        {
            let old = std::mem::replace(&mut target.endpoint.secrets, vec![secret.to_owned()]);
            target
                .rolled
                .extend(old.into_iter().map(|old| (old, until)));
        }
    }

    /// Queues an event for each endpoint that wants it.
    pub(super) fn queue(&mut self, event: &Event, now: Timestamp) {
        let wants = |target: &Target| {
            let events = &target.endpoint.events;
            events.is_empty() || events.iter().any(|kind| *kind == event.kind || kind == "*")
        };
        let wanting = self
            .targets
            .iter()
            .enumerate()
            .filter(|(_, target)| wants(target));
        let wanting: Vec<usize> = wanting.map(|(place, _)| place).collect();
        for target in wanting {
            let lost = spend(&mut self.dropping);
            self.write(event, target, now, lost, false);
            if spend(&mut self.doubling) {
                self.write(event, target, now, false, true);
            }
        }
    }

    fn write(&mut self, event: &Event, target: usize, now: Timestamp, lost: bool, extra: bool) {
        self.written += 1;
        self.letters.push(Letter {
            id: self.written,
            event: event.clone(),
            target,
            queued: now,
            due: now.plus(self.delay),
            tries: 0,
            lost,
            extra,
        });
    }

    /// How many deliveries of an event have yet to succeed.
    pub(super) fn pending(&self, event: &str) -> usize {
        let waiting = |letter: &&Letter| letter.event.id == event && !letter.extra;
        self.letters.iter().filter(waiting).count()
    }

    /// When the next notice is due.
    pub(super) fn next(&self) -> Option<Timestamp> {
        let waiting = self.letters.iter().filter(|letter| !letter.lost);
        waiting.map(|letter| letter.due).min()
    }

    /// The notices that are due. Each is due again after a while, unless it is said to have arrived.
    pub(super) fn take(&mut self, now: Timestamp) -> Vec<Parcel> {
        if self.stopped {
            return vec![];
        }
        let mut parcels = vec![];
        for place in self.due(now) {
            parcels.extend(self.sign(place, now));
            if let Some(letter) = self.letters.get_mut(place) {
                letter.tried(now);
            }
        }
        parcels
    }

    fn due(&mut self, now: Timestamp) -> Vec<usize> {
        let letters = self.letters.iter().enumerate();
        let due = letters.filter(|(_, letter)| !letter.lost && letter.due <= now);
        let mut places: Vec<(Timestamp, usize)> =
            due.map(|(at, letter)| (letter.due, at)).collect();
        places.sort_unstable();
        if let Some(seed) = &mut self.shuffle {
            places.sort_by_cached_key(|_| drawn(seed));
        }
        places.into_iter().map(|(_, place)| place).collect()
    }

    fn sign(&self, place: usize, now: Timestamp) -> Option<Parcel> {
        let letter = self.letters.get(place)?;
        let target = self.targets.get(letter.target)?;
        let event = &letter.event;
        let body = format!("{:#}", objects::event(event, self.pending(&event.id)));
        Some(Parcel {
            letter: letter.id,
            event: event.id.clone(),
            kind: event.kind.clone(),
            url: target.endpoint.url.clone(),
            headers: vec![
                ("content-type", "application/json; charset=utf-8".to_owned()),
                (
                    "user-agent",
                    "Stripe/1.0 (+https://stripe.com/docs/webhooks)".to_owned(),
                ),
                ("stripe-signature", target.signature(&body, now)),
            ],
            body: Bytes::from(body),
        })
    }

    /// A notice arrived.
    pub(super) fn arrived(&mut self, letter: u64) {
        self.letters.retain(|known| known.id != letter);
    }

    /// Sends what is queued for an event once more, at once.
    pub(super) fn again(&mut self, event: &Event, now: Timestamp) {
        for target in 0..self.targets.len() {
            self.write(event, target, now, false, true);
        }
    }
}

impl Letter {
    fn tried(&mut self, now: Timestamp) {
        let wait = WAITS.get(self.tries).copied().unwrap_or(LAST_WAITS);
        self.tries += 1;
        self.due = now.plus(Duration::from_secs(wait));
        self.lost = self.due.since(self.queued) > PATIENCE;
    }
}

impl Target {
    /// One signature for each secret that counts now.
    fn signature(&self, body: &str, now: Timestamp) -> String {
        let at = now.micros().div_euclid(1_000_000);
        let rolled = self.rolled.iter().filter(|(_, until)| *until > now);
        let secrets = self
            .endpoint
            .secrets
            .iter()
            .chain(rolled.map(|(secret, _)| secret));
        let mut header = format!("t={at}");
        for secret in secrets {
            header.push_str(",v1=");
            header.push_str(&hashed(secret, &format!("{at}.{body}")));
        }
        header
    }
}

fn hashed(secret: &str, text: &str) -> String {
    // Any key is long enough for this hash.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    let hash = mac.chain_update(text).finalize().into_bytes();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether there was one left.
fn spend(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

/// The next number of a sequence that looks random (splitmix64).
fn drawn(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
