//! Parts of files, as HTTP asks for them (RFC 9110, section 14).

use std::ops::Range;

use axum::http::header::{IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderName};

/// What is asked for of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes; at least one.
    Part(Range<u64>),
    /// Nothing of it lies in the range.
    Beyond,
    /// The asker has it already.
    Known,
}

/// What a request asks for of a file of this length whose version `etag` names. A range of another
/// version, and several ranges at once, are answered by the whole file, as the standard allows.
pub(crate) fn wanted(headers: &HeaderMap, etag: &str, length: u64) -> Wanted {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let known = said(IF_NONE_MATCH).unwrap_or_default();
    if known.split(',').any(|tag| matches(tag.trim(), etag)) {
        return Wanted::Known;
    }
    if said(IF_RANGE).is_some_and(|tag| tag.trim() != etag) {
        return Wanted::Whole;
    }
    said(RANGE).map_or(Wanted::Whole, |range| part(range, length))
}

/// `If-None-Match` compares weakly.
fn matches(tag: &str, etag: &str) -> bool {
    tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
}

fn part(range: &str, length: u64) -> Wanted {
    let range = range.trim();
    let Some((unit, set)) = range.split_once('=') else {
        return Wanted::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    match set.trim().split_once('-') {
        Some(("", last)) => number(last).map_or(Wanted::Whole, |last| ending(last, length)),
        Some((first, "")) => {
            number(first).map_or(Wanted::Whole, |first| within(first..u64::MAX, length))
        }
        Some((first, last)) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => {
                within(first..last.saturating_add(1), length)
            }
            _ => Wanted::Whole,
        },
        None => Wanted::Whole,
    }
}

/// Digits alone: no sign, no space.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The last `count` bytes.
fn ending(count: u64, length: u64) -> Wanted {
    match count.min(length) {
        0 => Wanted::Beyond,
        count => Wanted::Part(length - count..length),
    }
}

fn within(range: Range<u64>, length: u64) -> Wanted {
    match range.start < length {
        true => Wanted::Part(range.start..range.end.min(length)),
        false => Wanted::Beyond,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(headers: &[(HeaderName, &'static str)], length: u64) -> Wanted {
        let headers = headers.iter().cloned();
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        wanted(&headers.collect(), "\"v1\"", length)
    }

    #[test]
    fn one_range_is_answered_and_what_is_none_is_the_whole_file() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-4", Wanted::Part(2..5)),
            ("bytes=2-", Wanted::Part(2..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=9-99999999999999999999999", Wanted::Part(9..10)),
            ("Bytes=1-1", Wanted::Part(1..2)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=10-12", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=4-2", Wanted::Whole),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes", Wanted::Whole),
            ("rows=1-2", Wanted::Whole),
        ] {
            assert_eq!(of(&[(RANGE, range)], 10), expected, "{range}");
        }
        assert_eq!(of(&[(RANGE, "bytes=0-")], 0), Wanted::Beyond);
        assert_eq!(of(&[], 10), Wanted::Whole);
    }

    #[test]
    fn a_range_of_another_version_is_answered_by_the_whole_file() {
        let range = (RANGE, "bytes=1-1");
        let asked = |tag| of(&[range.clone(), (IF_RANGE, tag)], 10);
        assert_eq!(asked("\"v1\""), Wanted::Part(1..2));
        assert_eq!(asked("\"v0\""), Wanted::Whole);
        assert_eq!(asked("W/\"v1\""), Wanted::Whole);
    }

    #[test]
    fn who_has_it_is_sent_nothing() {
        for tag in ["\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", "*"] {
            assert_eq!(of(&[(IF_NONE_MATCH, tag)], 10), Wanted::Known, "{tag}");
        }
        assert_eq!(of(&[(IF_NONE_MATCH, "\"v0\"")], 10), Wanted::Whole);
    }

    proptest::proptest! {
        #[test]
        fn no_range_reaches_beyond_the_file(range in "bytes=[0-9]{0,4}-[0-9]{0,4}", length in 0_u64..2_000) {
            let headers = [(RANGE, HeaderValue::from_str(&range).unwrap())];
            if let Wanted::Part(part) = wanted(&headers.into_iter().collect(), "\"v1\"", length) {
                proptest::prop_assert!(part.start < part.end && part.end <= length);
            }
        }
    }
}
