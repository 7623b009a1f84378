//! What the domain has no one noun for.

use super::fields;
use crate::records::{Counted, Dismissed, Edited, Kept, Mark, Numbered, Posted, Remembered};

fields! {
    Edited { document, version }
    Dismissed { contact, announcement, at }
    Counted { client, counter, value }
    Numbered { series, last }
    Mark { of, moves }
    Posted { mail, due, tries, forgiven, leased_until, setback, version }
    Kept { event, due, tries }
    Remembered { key, replay, expires_at }
}
