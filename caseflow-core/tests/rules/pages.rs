//! Places in lists: what is written into an address is read back, and nothing else is.

use caseflow_core::domain::page::{Cursor, SortKey as _, WaitingFirst};
use caseflow_core::domain::time::Timestamp;
use proptest::prelude::*;

fn any_place() -> impl Strategy<Value = WaitingFirst> {
    (any::<bool>(), any::<i64>()).prop_map(|(waits, micros)| WaitingFirst {
        waits,
        sent_at: Timestamp::from_micros(micros),
    })
}

proptest! {
    #[test]
    fn a_place_among_what_waits_is_read_back(place in any_place(), id in "[a-z]{3}_[0-9a-z]{26}") {
        prop_assert_eq!(WaitingFirst::read(&place.write()), Some(place));
        let cursor = Cursor { key: place, id };
        prop_assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }

    /// Largest first is what waits first, then what was sent last, then the largest id: R-DEC-6.
    #[test]
    fn r_dec_6_what_waits_is_before_all_else(one in any_place(), other in any_place()) {
        if one.waits != other.waits {
            prop_assert_eq!(one > other, one.waits);
        } else if one.sent_at != other.sent_at {
            prop_assert_eq!(one > other, one.sent_at > other.sent_at);
        } else {
            let at = |id: &str| Cursor { key: one, id: id.to_owned() };
            prop_assert!(at("off_2") > at("off_1"));
        }
    }

    #[test]
    fn what_is_no_place_is_not_read(text in "[0-9a-z.~-]{0,12}") {
        if let Some(place) = WaitingFirst::read(&text) {
            let micros = place.sent_at.micros();
            let (waits, number) = text.split_once('.').unwrap();
            prop_assert_eq!(waits, if place.waits { "1" } else { "0" });
            prop_assert_eq!(number.parse::<i64>(), Ok(micros));
        }
    }
}

#[test]
fn a_broken_place_is_none() {
    for text in [
        "",
        ".",
        "1",
        "1.",
        "2.5",
        "true.5",
        "1.5.5",
        "1.five",
        "1.9223372036854775808",
    ] {
        assert_eq!(WaitingFirst::read(text), None, "{text}");
    }
}
