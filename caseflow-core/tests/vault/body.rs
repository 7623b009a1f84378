//! The arithmetic of objects against a model that cuts content up and counts.

use caseflow_core::domain::vault::{
    CHUNK, HEADER, Layout, LengthError, Place, SEALED_CHUNK, Span, TAG,
};
use proptest::prelude::*;

/// The lengths of the sealed chunks of so much content.
fn model(content: u64) -> Vec<u64> {
    let mut chunks = vec![];
    let mut left = content;
    while left >= CHUNK as u64 {
        chunks.push(SEALED_CHUNK as u64);
        left -= CHUNK as u64;
    }
    chunks.push(left + TAG as u64);
    chunks
}

proptest! {
    #[test]
    fn a_layout_is_what_the_model_counts(content in lengths()) {
        let chunks = model(content);
        let layout = Layout::of_content(content).unwrap();
        prop_assert_eq!(layout.object(), HEADER as u64 + chunks.iter().sum::<u64>());
        prop_assert_eq!(layout.chunks(), chunks.len() as u64);
        prop_assert_eq!(Layout::of_object(layout.object()), Ok(layout));
        for index in 0..=layout.chunks() {
            let (at, last) = (usize::try_from(index).unwrap(), layout.chunks() - 1);
            let place = if index == last { Place::Last(index) } else { Place::Inner(index) };
            let wanted = chunks.get(at).map(|_| place);
            prop_assert_eq!(layout.place(index), wanted);
            if let Some(length) = chunks.get(at) {
                prop_assert!(place.fits(usize::try_from(*length).unwrap()));
            }
        }
    }

    #[test]
    fn a_length_is_an_objects_when_some_content_makes_it(object in 0..200_000_u64) {
        let makes = |content| Layout::of_content(content).unwrap().object() == object;
        let about = object.saturating_sub(400)..=object;
        let made = about.into_iter().find(|content| makes(*content));
        prop_assert_eq!(Layout::of_object(object).ok().map(|it| it.content()), made);
    }

    #[test]
    fn a_range_is_found_where_the_model_finds_its_bytes(
        content in lengths(),
        ends in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        prop_assume!(content > 0);
        let at = |end: prop::sample::Index| end.index(usize::try_from(content).unwrap()) as u64;
        let (one, other) = (at(ends.0), at(ends.1));
        let range = one.min(other)..one.max(other) + 1;
        let span = Layout::of_content(content).unwrap().span(&range);
        prop_assert_eq!(span, Some(naive(content, range.start, range.end)));
    }
}

/// Walks over all chunks and keeps those that hold a byte of the range.
fn naive(content: u64, start: u64, end: u64) -> Span {
    let (mut clear, mut sealed) = (0, HEADER as u64);
    let mut span: Option<Span> = None;
    for (index, length) in (0..).zip(model(content)) {
        let next = clear + length - TAG as u64;
        if clear < end && start < next {
            let span = span.get_or_insert_with(|| Span {
                chunks: index..index,
                object: sealed..sealed,
                skip: usize::try_from(start - clear).unwrap(),
            });
            span.chunks.end = index + 1;
            span.object.end = sealed + length;
        }
        (clear, sealed) = (next, sealed + length);
    }
    span.unwrap()
}

/// Up to 40 chunks; half of them next to the edge of one.
fn lengths() -> impl Strategy<Value = u64> {
    let chunk = CHUNK as u64;
    let near = (0..40_u64, 0..4_u64).prop_map(move |(n, off)| (n * chunk + off).saturating_sub(2));
    prop_oneof![near, 0..40 * chunk]
}

#[test]
fn a_range_that_is_empty_or_goes_beyond_the_end_has_no_span() {
    let layout = Layout::of_content(100).unwrap();
    for (start, end) in [
        (0, 0),
        (50, 50),
        (50, 40),
        (0, 101),
        (100, 101),
        (100, 100),
        (0, u64::MAX),
    ] {
        assert_eq!(layout.span(&(start..end)), None, "{start}..{end}");
    }
    assert!(layout.span(&(99..100)).is_some());
    let empty = Layout::of_content(0).unwrap();
    assert_eq!(empty.span(&(0..1)), None);
}

#[test]
fn the_longest_object_is_counted_right_and_none_is_longer() {
    let most = Layout::of_content(Layout::MOST).unwrap();
    assert_eq!(most.chunks(), 1 << 38);
    assert_eq!(
        most.object(),
        HEADER as u64 + (SEALED_CHUNK as u64) * (1 << 38) - 1
    );
    assert_eq!(Layout::of_object(most.object()), Ok(most));
    assert_eq!(
        Layout::of_content(Layout::MOST + 1),
        Err(LengthError::TooLong)
    );
    assert_eq!(
        Layout::of_object(most.object() + 17),
        Err(LengthError::TooLong)
    );
    assert_eq!(Layout::of_object(u64::MAX), Err(LengthError::TooLong));
    let end = most.span(&(Layout::MOST - 1..Layout::MOST)).unwrap();
    assert_eq!(end.object.end, most.object());
}
