//! What proves a file storage: the cases that every [`Blobs`] passes, whatever it lies on.
//!
//! [`blobs_conformance!`](crate::blobs_conformance) makes a test of each case, on a storage of its own;
//! [`KeptBlobs`] is one that a test can look into. Cases run many futures on one task: they need no
//! runtime, but a storage that does brings its own. That what was finished outlives a power cut, no
//! test can say. Each case names, in its documentation, the storage that it is there to catch.

mod cases;
mod kept;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

pub use cases::*;
pub use kept::KeptBlobs;

use super::fixtures::id;
use crate::domain::id::FirmId;
use crate::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs};

/// What a factory may hand to [`blobs_conformance!`](crate::blobs_conformance): a storage, or one with
/// whatever has to live as long as the test, such as a folder that is removed at its end.
pub trait UnderTest {
    /// The storage.
    fn blobs(&self) -> Arc<dyn Blobs>;
}

impl<B: Blobs + 'static> UnderTest for Arc<B> {
    fn blobs(&self) -> Arc<dyn Blobs> {
        Arc::<B>::clone(self)
    }
}

impl UnderTest for Arc<dyn Blobs> {
    fn blobs(&self) -> Arc<dyn Blobs> {
        Self::clone(self)
    }
}

impl<B: UnderTest, G> UnderTest for (B, G) {
    fn blobs(&self) -> Arc<dyn Blobs> {
        self.0.blobs()
    }
}

/// Makes a test of each case of the [kit for file storage](crate::testing::blobs).
///
/// It is given an expression that makes an empty storage: an `Arc` of it, or a pair of that and a
/// value to be kept until the test is over. Alone, it makes plain tests that need no runtime; as an
/// `async` block after attributes, each test is an `async fn` under these attributes.
///
/// ```
/// # #[cfg(test)] // a kit makes tests
/// mod conformance {
///     use std::sync::Arc;
///     use caseflow_core::adapters::memory::MemoryBlobs;
///
///     caseflow_core::blobs_conformance!(Arc::new(MemoryBlobs::new()));
/// }
/// ```
///
/// ```text
/// caseflow_core::blobs_conformance! {
///     #[tokio::test(flavor = "multi_thread")]
///     async { my_blobs_in_a_folder() }
/// }
/// ```
#[macro_export]
macro_rules! blobs_conformance {
    ($(#[$attribute:meta])+ async $make:block) => {
        $crate::__blobs_cases! { [$(#[$attribute])+] ($make) }
    };
    ($make:expr) => {
        $crate::__blobs_cases! { [] ($make) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __blobs_cases {
    ($how:tt $make:tt) => {
        $crate::__blobs_cases! { @each $how $make
            case_01_what_is_written_is_read
            case_02_pieces_of_any_length_make_the_same_file
            case_03_a_file_without_bytes_is_a_file
            case_04_a_range_is_answered_exactly
            case_05_a_range_that_is_not_within_is_not_found
            case_06_a_name_that_holds_nothing_is_not_found
            case_07_a_large_file_is_the_same_in_each_part
            case_08_reads_come_in_pieces
            case_09_nothing_is_seen_before_the_end
            case_10_what_is_given_up_leaves_nothing
            case_11_what_is_dropped_leaves_nothing
            case_12_a_name_is_created_once
            case_13_a_name_is_finished_once
            case_14_of_many_that_finish_one_name_at_once_one_does
            case_15_what_is_deleted_is_gone
            case_16_a_list_is_in_the_order_of_ids
            case_17_firms_do_not_meet
            case_18_a_read_goes_on_while_others_write
            case_19_many_write_at_once
        }
    };
    (@each $how:tt $make:tt $($case:ident)+) => {
        $($crate::__blobs_cases! { @one $how $make $case })+
    };
    (@one [] ($make:expr) $case:ident) => {
        #[test]
        fn $case() {
            let kept = $make;
            let blobs = $crate::testing::blobs::UnderTest::blobs(&kept);
            $crate::testing::block_on($crate::testing::blobs::$case(&*blobs));
        }
    };
    (@one [$(#[$attribute:meta])+] ($make:expr) $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            let kept = $make;
            let blobs = $crate::testing::blobs::UnderTest::blobs(&kept);
            $crate::testing::blobs::$case(&*blobs).await;
        }
    };
}

/// What a part is at least where files are sent in parts: S3 takes none shorter, but for the last.
const PART: usize = 5 << 20;
/// How long a piece of a read may be.
const MOST: usize = 4 << 20;

/// A name of the first firm.
fn name(number: u64) -> BlobName {
    of_firm(1, number)
}

fn of_firm(firm: u64, number: u64) -> BlobName {
    let (firm, id) = (id::<FirmId>(firm), id(number));
    BlobName { firm, id }
}

/// How long a block is, a prime: no piece or part of a storage begins where one does.
const BLOCK: usize = 4_099;

/// Bytes that are others for each seed (xorshift64*), in blocks that end with their number.
fn content(seed: u64, length: usize) -> Bytes {
    let mut state = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut block = Vec::with_capacity(BLOCK + 8);
    while block.len() < BLOCK {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        block.extend(state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    let mut bytes = Vec::with_capacity(length + BLOCK);
    for number in 0..=(length / BLOCK) as u64 {
        bytes.extend_from_slice(&block[8..BLOCK]);
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.truncate(length);
    bytes.into()
}

/// A writer that was handed all of this, in pieces of one length, and is not finished.
async fn written(
    blobs: &dyn Blobs,
    name: BlobName,
    content: &Bytes,
    piece: usize,
) -> Box<dyn BlobWriter> {
    let mut writer = blobs.create(name).await.unwrap();
    for start in (0..content.len()).step_by(piece) {
        let end = content.len().min(start + piece);
        writer.write(content.slice(start..end)).await.unwrap();
    }
    writer
}

async fn keep(blobs: &dyn Blobs, name: BlobName, content: &Bytes, piece: usize) {
    let writer = written(blobs, name, content, piece).await;
    assert_eq!(writer.finish().await.unwrap(), content.len() as u64);
}

async fn read(blobs: &dyn Blobs, name: BlobName, range: Range<u64>) -> Vec<u8> {
    let content = blobs.read(name, range).await.unwrap();
    let bytes = content.try_fold(vec![], |mut bytes, piece| async move {
        bytes.extend_from_slice(&piece);
        Ok(bytes)
    });
    bytes.await.unwrap()
}

async fn holds(blobs: &dyn Blobs, name: BlobName, content: &Bytes) {
    let bytes = read(blobs, name, 0..content.len() as u64).await;
    assert!(bytes == *content, "{} bytes are others", content.len());
    is_missing(blobs, name, 0..content.len() as u64 + 1).await;
}

async fn is_missing(blobs: &dyn Blobs, name: BlobName, range: Range<u64>) {
    let error = blobs.read(name, range.clone()).await.err();
    let missing = matches!(error, Some(BlobError::NotFound));
    assert!(missing, "{range:?}: {error:?}");
}

async fn names(blobs: &dyn Blobs, firm: u64) -> Vec<BlobName> {
    let firm = id(firm);
    let ids = blobs.list(firm, None, 1_000).await.unwrap();
    ids.into_iter().map(|id| BlobName { firm, id }).collect()
}

fn exists<T>(outcome: Result<T, BlobError>) {
    let error = outcome.err();
    assert!(matches!(error, Some(BlobError::Exists)), "{error:?}");
}

/// A second writing ends at its beginning or at its end.
async fn is_taken(blobs: &dyn Blobs, name: BlobName) {
    match blobs.create(name).await {
        Ok(mut writer) => {
            writer.write(content(99, 10)).await.unwrap();
            exists(writer.finish().await);
        }
        refused => exists(refused),
    }
}

#[cfg(test)]
mod tests {
    /// Every case is in the list.
    #[test]
    fn no_case_is_forgotten() {
        let list = include_str!("blobs.rs");
        let cases = include_str!("blobs/cases.rs").split("pub async fn ");
        let names: Vec<_> = cases
            .skip(1)
            .filter_map(|it| it.split('(').next())
            .collect();
        let listed = |name: &&&str| list.contains(&format!("            {name}\n"));
        assert_eq!(names.iter().filter(listed).count(), names.len());
        assert_eq!(names.len(), 19);
    }
}
