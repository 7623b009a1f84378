//! The cases.

use futures_util::TryStreamExt as _;

use super::{
    MOST, PART, content, exists, holds, is_missing, is_taken, keep, name, names, of_firm, read,
    written,
};
use crate::ports::blobs::{BlobError, Blobs};
use crate::testing::fixtures::id;
use crate::testing::join_all;

/// Catches one that loses bytes where its own buffers and parts meet, or counts something else.
pub async fn case_01_what_is_written_is_read(blobs: &dyn Blobs) {
    let short = [1, 2, 255, 4_096, 16_400, 65_536, 100_003];
    let parts = [PART - 1, PART, PART + 1, 2 * PART];
    for (number, length) in (1..).zip(short.into_iter().chain(parts)) {
        let content = content(number, length);
        keep(blobs, name(number), &content, 64 << 10).await;
        holds(blobs, name(number), &content).await;
    }
}

/// Catches one to which a piece means something.
pub async fn case_02_pieces_of_any_length_make_the_same_file(blobs: &dyn Blobs) {
    let content = content(1, 20_011);
    for (number, piece) in (1..).zip([1, 7, 4_096, 20_010, 20_011]) {
        keep(blobs, name(number), &content, piece).await;
        holds(blobs, name(number), &content).await;
    }
    let mut writer = blobs.create(name(9)).await.unwrap();
    for piece in [0..0, 0..5_000, 5_000..5_000, 5_000..20_011, 20_011..20_011] {
        writer.write(content.slice(piece)).await.unwrap();
    }
    assert_eq!(writer.finish().await.unwrap(), 20_011);
    holds(blobs, name(9), &content).await;
}

/// Catches one that keeps nothing where nothing was written.
pub async fn case_03_a_file_without_bytes_is_a_file(blobs: &dyn Blobs) {
    let nothing = content(1, 0);
    keep(blobs, name(1), &nothing, 1).await;
    holds(blobs, name(1), &nothing).await;
    assert_eq!(names(blobs, 1).await, [name(1)]);
    is_taken(blobs, name(1)).await;
}

/// Catches one that answers to the end of a piece, counts an end in, or has no empty ranges.
pub async fn case_04_a_range_is_answered_exactly(blobs: &dyn Blobs) {
    let content = content(1, 50_000);
    keep(blobs, name(1), &content, 8_192).await;
    for range in [
        0..0,
        0..1,
        0..50_000,
        1..2,
        8_191..8_193,
        9_999..10_001,
        9_999..30_001,
        25_000..25_000,
        49_999..50_000,
        50_000..50_000,
    ] {
        let bytes = read(blobs, name(1), range.start as u64..range.end as u64).await;
        assert!(bytes == content[range.clone()], "{range:?}");
    }
}

/// Catches one that answers as much as there is, and one that finds out when it has begun.
pub async fn case_05_a_range_that_is_not_within_is_not_found(blobs: &dyn Blobs) {
    let large = 3 << 20;
    keep(blobs, name(1), &content(1, 50_000), 50_000).await;
    keep(blobs, name(2), &content(2, large), large).await;
    for (number, length) in [(1, 50_000), (2, large as u64)] {
        for (start, end) in [
            (0, length + 1),
            (0, 1 << 40),
            (0, u64::MAX),
            (length - 1, length + 1),
            (length, length + 1),
            (length + 1, length + 1),
            (length + 1, length + 2),
            (1 << 63, 1 << 63),
            (u64::MAX - 1, u64::MAX),
            (2, 1),
            (length, 0),
            (u64::MAX, 0),
        ] {
            is_missing(blobs, name(number), start..end).await;
        }
    }
}

/// Catches one in which a name that holds nothing is an empty file, or a fault.
pub async fn case_06_a_name_that_holds_nothing_is_not_found(blobs: &dyn Blobs) {
    keep(blobs, name(1), &content(1, 10), 10).await;
    for name in [name(2), of_firm(2, 1)] {
        is_missing(blobs, name, 0..0).await;
        is_missing(blobs, name, 0..1).await;
        is_missing(blobs, name, 0..10 << 20).await;
    }
}

/// Catches one whose parts are in another order, doubled, or of a wrong length.
pub async fn case_07_a_large_file_is_the_same_in_each_part(blobs: &dyn Blobs) {
    let length = 12 * (1 << 20) + 345;
    let content = content(1, length);
    for (number, piece) in [(1, 99_991), (2, length), (3, 3 * (1 << 20) + 1)] {
        keep(blobs, name(number), &content, piece).await;
        holds(blobs, name(number), &content).await;
    }
    for edge in [PART, 2 * PART, 8 << 20, length - 2] {
        for range in [edge - 1..edge + 1, edge..edge + 1, edge - 70_000..edge + 2] {
            let bytes = read(blobs, name(1), range.start as u64..range.end as u64).await;
            assert!(bytes == content[range.clone()], "{range:?}");
        }
    }
}

/// Catches one whose memory grows with the file.
pub async fn case_08_reads_come_in_pieces(blobs: &dyn Blobs) {
    let length = 12 << 20;
    keep(blobs, name(1), &content(1, length), 1 << 20).await;
    let mut content = blobs.read(name(1), 0..length as u64).await.unwrap();
    let mut read = 0;
    while let Some(piece) = content.try_next().await.unwrap() {
        assert!(piece.len() <= MOST, "a piece of {} bytes", piece.len());
        read += piece.len();
    }
    assert_eq!(read, length);
}

/// Catches one that writes in the place in which it reads.
pub async fn case_09_nothing_is_seen_before_the_end(blobs: &dyn Blobs) {
    for (number, length) in [(1, 0), (2, 10_000), (3, 2 * PART + 10)] {
        let content = content(number, length);
        let writer = written(blobs, name(number), &content, 1 << 20).await;
        is_missing(blobs, name(number), 0..0).await;
        is_missing(blobs, name(number), 0..length as u64).await;
        assert!(!names(blobs, 1).await.contains(&name(number)));
        writer.finish().await.unwrap();
        assert!(names(blobs, 1).await.contains(&name(number)));
        holds(blobs, name(number), &content).await;
    }
}

/// Catches one that keeps a part, or the name.
pub async fn case_10_what_is_given_up_leaves_nothing(blobs: &dyn Blobs) {
    for (number, length) in [(1, 0), (2, 10_000), (3, 2 * PART + 10)] {
        let given_up = content(number, length);
        let writer = written(blobs, name(number), &given_up, 1 << 20).await;
        writer.abort().await.unwrap();
        is_missing(blobs, name(number), 0..0).await;
        assert_eq!(names(blobs, 1).await, []);
        let content = content(10 + number, 5_000);
        keep(blobs, name(number), &content, 5_000).await;
        holds(blobs, name(number), &content).await;
        blobs.delete(name(number)).await.unwrap();
    }
}

/// Catches one that finishes what was broken off.
pub async fn case_11_what_is_dropped_leaves_nothing(blobs: &dyn Blobs) {
    for (number, length) in [(1, 0), (2, 10_000), (3, 2 * PART + 10)] {
        let dropped = content(number, length);
        drop(written(blobs, name(number), &dropped, 1 << 20).await);
        is_missing(blobs, name(number), 0..0).await;
        assert_eq!(names(blobs, 1).await, []);
        let content = content(10 + number, length);
        keep(blobs, name(number), &content, 1 << 20).await;
        holds(blobs, name(number), &content).await;
        blobs.delete(name(number)).await.unwrap();
    }
}

/// Catches one that writes over what is there.
pub async fn case_12_a_name_is_created_once(blobs: &dyn Blobs) {
    for (number, length) in [(1, 0), (2, 10_000), (3, 2 * PART + 10)] {
        let content = content(number, length);
        keep(blobs, name(number), &content, 1 << 20).await;
        is_taken(blobs, name(number)).await;
        holds(blobs, name(number), &content).await;
    }
}

/// Catches one that looks at the beginning only.
pub async fn case_13_a_name_is_finished_once(blobs: &dyn Blobs) {
    let lengths = [0, 10_000, 2 * PART + 10];
    let pairs = lengths.map(|one| lengths.map(|other| (one, other)));
    for (number, (one, other)) in (1..).zip(pairs.into_iter().flatten()) {
        let (one, other) = (content(1, one), content(2, other));
        let first = written(blobs, name(number), &one, 1 << 20).await;
        let second = written(blobs, name(number), &other, 1 << 20).await;
        assert_eq!(first.finish().await.unwrap(), one.len() as u64);
        exists(second.finish().await);
        holds(blobs, name(number), &one).await;
        blobs.delete(name(number)).await.unwrap();
        assert_eq!(names(blobs, 1).await, []);
    }
}

/// Catches one that looks first and writes then.
pub async fn case_14_of_many_that_finish_one_name_at_once_one_does(blobs: &dyn Blobs) {
    for (number, length, rivals) in [(1, 10_000, 12), (2, PART + 10, 4)] {
        let contents: Vec<_> = (0..rivals).map(|it| content(it, length)).collect();
        let writers = contents
            .iter()
            .map(|it| written(blobs, name(number), it, 1 << 20));
        let writers = join_all(writers).await;
        let outcomes = join_all(writers.into_iter().map(|it| it.finish())).await;
        let mut winners = vec![];
        for (content, outcome) in contents.iter().zip(outcomes) {
            match outcome {
                Ok(_) => winners.push(content),
                Err(error) => assert!(matches!(error, BlobError::Exists), "{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1);
        holds(blobs, name(number), winners[0]).await;
    }
}

/// Catches one to which a second deletion is a fault, or that deletes too much.
pub async fn case_15_what_is_deleted_is_gone(blobs: &dyn Blobs) {
    blobs.delete(name(1)).await.unwrap();
    let (small, large) = (content(1, 10_000), content(2, 2 * PART + 10));
    for (number, content) in [(1, &small), (2, &small), (3, &large), (4, &large)] {
        keep(blobs, name(number), content, 1 << 20).await;
    }
    for number in [1, 3] {
        for _ in 0..2 {
            blobs.delete(name(number)).await.unwrap();
            is_missing(blobs, name(number), 0..0).await;
            is_missing(blobs, name(number), 0..10_000).await;
        }
    }
    assert_eq!(names(blobs, 1).await, [name(2), name(4)]);
    holds(blobs, name(2), &small).await;
    holds(blobs, name(4), &large).await;
}

/// Catches one that lists as they lie, counts from the wrong end, or shows one twice.
pub async fn case_16_a_list_is_in_the_order_of_ids(blobs: &dyn Blobs) {
    assert_eq!(names(blobs, 1).await, []);
    let content = content(1, 3);
    for number in (1..=40).map(|it| it * 37 % 41) {
        keep(blobs, name(2 * number), &content, 3).await;
    }
    let all: Vec<_> = (1..=40).map(|it| id(2 * it)).collect();
    for max in [0, 1, 7, 39, 40, 41, 1_000] {
        let listed = blobs.list(id(1), None, max).await.unwrap();
        assert_eq!(listed, all[..max.min(40)], "up to {max}");
        for after in [1, 2, 41, 42, 79, 80, 81] {
            let listed = blobs.list(id(1), Some(id(after)), max).await.unwrap();
            let (seen, rest) = all.split_at(usize::try_from(after / 2).unwrap());
            assert_eq!(
                listed,
                rest[..max.min(rest.len())],
                "{seen:?} after {after}"
            );
        }
    }
}

/// Catches one that looks at a part of the name.
pub async fn case_17_firms_do_not_meet(blobs: &dyn Blobs) {
    let (ours, theirs) = (content(1, 5_000), content(2, 6_000));
    keep(blobs, of_firm(1, 7), &ours, 5_000).await;
    keep(blobs, of_firm(2, 7), &theirs, 6_000).await;
    keep(blobs, of_firm(2, 8), &theirs, 6_000).await;
    holds(blobs, of_firm(1, 7), &ours).await;
    holds(blobs, of_firm(2, 7), &theirs).await;
    assert_eq!(names(blobs, 1).await, [of_firm(1, 7)]);
    assert_eq!(names(blobs, 2).await, [of_firm(2, 7), of_firm(2, 8)]);
    assert_eq!(names(blobs, 3).await, []);
    is_missing(blobs, of_firm(1, 8), 0..1).await;
    blobs.delete(of_firm(1, 8)).await.unwrap();
    blobs.delete(of_firm(1, 7)).await.unwrap();
    holds(blobs, of_firm(2, 7), &theirs).await;
    holds(blobs, of_firm(2, 8), &theirs).await;
}

/// Catches one that locks, and one whose reads share a place in the file.
pub async fn case_18_a_read_goes_on_while_others_write(blobs: &dyn Blobs) {
    let (one, other) = (content(1, 7 << 20), content(2, PART + 10));
    keep(blobs, name(1), &one, 1 << 20).await;
    let half = one.len() as u64 / 2;
    let mut reads = vec![
        (0, blobs.read(name(1), 0..half).await.unwrap()),
        (half, blobs.read(name(1), half..2 * half).await.unwrap()),
        (0, blobs.read(name(1), 0..half).await.unwrap()),
    ];
    let mut writer = blobs.create(name(2)).await.unwrap();
    for start in (0..other.len()).step_by(600_000) {
        let end = other.len().min(start + 600_000);
        writer.write(other.slice(start..end)).await.unwrap();
        for (at, content) in &mut reads {
            if let Some(piece) = content.try_next().await.unwrap() {
                let from = usize::try_from(*at).unwrap();
                assert!(piece == one[from..from + piece.len()], "from {from}");
                *at += piece.len() as u64;
            }
        }
    }
    writer.finish().await.unwrap();
    drop(reads);
    holds(blobs, name(1), &one).await;
    holds(blobs, name(2), &other).await;
}

/// Catches one whose writers share something.
pub async fn case_19_many_write_at_once(blobs: &dyn Blobs) {
    let length = |number: u64| match number % 6 {
        0 => PART + 10,
        rest => usize::try_from(rest).unwrap() * 1_000,
    };
    let contents: Vec<_> = (1..=24).map(|it| (it, content(it, length(it)))).collect();
    let writes = contents.iter();
    join_all(writes.map(|(number, it)| keep(blobs, name(*number), it, 777_777))).await;
    let reads = contents.iter();
    join_all(reads.map(|(number, it)| holds(blobs, name(*number), it))).await;
    let all: Vec<_> = (1..=24).map(name).collect();
    assert_eq!(names(blobs, 1).await, all);
}
