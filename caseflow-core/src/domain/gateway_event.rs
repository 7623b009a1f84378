//! Notices of gateways: kept when they come in, worked off afterwards (R-PAY-8), and how far a
//! gateway's own record has been read.

use std::time::Duration;

use super::gateway::{EventRef, GatewayRef, Merchant};
use super::text::Line;
use super::time::Timestamp;

/// A notice as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayEvent {
    /// Whose account it is about.
    pub merchant: Merchant,
    /// What the gateway calls it: once a merchant.
    pub event: EventRef,
    /// What kind it is, in the gateway's words.
    pub kind: Line<80>,
    /// What the gateway is to be asked about.
    pub about: GatewayRef,
    /// When it came in. That of a [hint](EventRef::hint) that is looked at when its minute is over: then.
    pub received_at: Timestamp,
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOutcome {
    /// What it is about is on record, or none of ours.
    Done,
    /// It is to be looked at again at this time.
    Again(Timestamp),
    /// It was looked at too often: staff have been told.
    Dead,
}

impl GatewayEvent {
    /// After how many tries a notice is given up: with the pauses of
    /// [`pause`](super::attempt::pause), after about three days.
    pub const TRIES: u32 = 8;
    /// How long a notice that was worked off is kept, so that it is known when it comes again. No
    /// gateway repeats itself for that long.
    pub const KEPT: Duration = Duration::from_secs(60 * 24 * 3600);
}

/// How far the record of a merchant's gateway has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// Whose record.
    pub merchant: Merchant,
    /// Everything before this has been read.
    pub read_until: Timestamp,
    /// When it is to be read next.
    pub due: Timestamp,
    /// When all checkouts were last compared with what is on record.
    pub compared_at: Timestamp,
}

impl Sweep {
    /// How often the record is read.
    pub const PAUSE: Duration = Duration::from_secs(60);
    /// How far back it is read again each time, for what came late.
    pub const OVERLAP: Duration = Duration::from_secs(3600);
    /// How often all checkouts are compared.
    pub const COMPARE_PAUSE: Duration = Duration::from_secs(24 * 3600);
    /// How far back they are compared.
    pub const COMPARE_SPAN: Duration = Duration::from_secs(35 * 24 * 3600);
}
