//! The kit finds a storage that is wrong in one respect.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use caseflow_core::domain::id::{BlobId, FirmId};
use caseflow_core::ports::blobs::{BlobError, BlobName, BlobWriter, Blobs, Content};
use caseflow_core::testing::fixtures::id;
use caseflow_core::testing::{blobs, block_on};
use futures_util::stream;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    CountsWrongly,
    KeepsNoEmptyFile,
    ReadsOneMore,
    CutsRangesOff,
    FindsOutLate,
    LosesAByteOfALargeFile,
    ReadsInOnePiece,
    ShowsWhatIsNotFinished,
    WritesOver,
    LooksAtTheBeginningOnly,
    DeletesOnce,
    ListsBackwards,
    ForgetsTheFirm,
}

#[derive(Debug, Clone)]
struct Broken(Fault, Arc<Mutex<BTreeMap<BlobName, Vec<u8>>>>);

impl Broken {
    fn new(fault: Fault) -> Self {
        Self(fault, Arc::default())
    }

    fn files<T>(&self, look: impl FnOnce(&mut BTreeMap<BlobName, Vec<u8>>) -> T) -> T {
        look(&mut self.1.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn name(&self, name: BlobName) -> BlobName {
        match self.0 {
            Fault::ForgetsTheFirm => BlobName {
                firm: id(1),
                ..name
            },
            _ => name,
        }
    }
}

#[async_trait]
impl Blobs for Broken {
    async fn create(&self, name: BlobName) -> Result<Box<dyn BlobWriter>, BlobError> {
        let name = self.name(name);
        let taken = self.files(|files| files.contains_key(&name));
        if taken && self.0 != Fault::WritesOver {
            return Err(BlobError::Exists);
        }
        let (broken, bytes) = (self.clone(), vec![]);
        Ok(Box::new(Writing {
            broken,
            name,
            bytes,
        }))
    }

    async fn read(&self, name: BlobName, range: Range<u64>) -> Result<Content<'static>, BlobError> {
        let name = self.name(name);
        let bytes = self.files(|files| files.get(&name).cloned());
        let bytes = bytes.ok_or(BlobError::NotFound)?;
        let [start, mut end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
        match self.0 {
            Fault::ReadsOneMore if end < bytes.len() => end += 1,
            Fault::CutsRangesOff if start < bytes.len() => end = end.min(bytes.len()),
            Fault::FindsOutLate if end > bytes.len() => {
                return Ok(Box::pin(stream::iter([Err(BlobError::NotFound)])));
            }
            _ => {}
        }
        let bytes = bytes.get(start..end).ok_or(BlobError::NotFound)?;
        let piece = match self.0 {
            Fault::ReadsInOnePiece => usize::MAX,
            _ => 1 << 20,
        };
        let pieces: Vec<_> = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
        Ok(Box::pin(stream::iter(pieces.into_iter().map(Ok))))
    }

    async fn delete(&self, name: BlobName) -> Result<(), BlobError> {
        let name = self.name(name);
        let gone = self.files(|files| files.remove(&name));
        match (self.0, gone) {
            (Fault::DeletesOnce, None) => Err(BlobError::NotFound),
            _ => Ok(()),
        }
    }

    async fn list(
        &self,
        firm: FirmId,
        after: Option<BlobId>,
        max: usize,
    ) -> Result<Vec<BlobId>, BlobError> {
        let firm = self.name(BlobName { firm, id: id(1) }).firm;
        let names: Vec<_> = self.files(|files| files.keys().copied().collect());
        let ids = names.iter().filter(|it| it.firm == firm).map(|it| it.id);
        let mut ids: Vec<_> = ids.filter(|id| after < Some(*id)).collect();
        if self.0 == Fault::ListsBackwards {
            ids.reverse();
        }
        ids.truncate(max);
        Ok(ids)
    }
}

struct Writing {
    broken: Broken,
    name: BlobName,
    bytes: Vec<u8>,
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, piece: Bytes) -> Result<(), BlobError> {
        self.bytes.extend_from_slice(&piece);
        if self.broken.0 == Fault::ShowsWhatIsNotFinished {
            let bytes = self.bytes.clone();
            self.broken.files(|files| files.insert(self.name, bytes));
        }
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<u64, BlobError> {
        let Self {
            broken,
            name,
            mut bytes,
        } = *self;
        if broken.0 == Fault::LosesAByteOfALargeFile && bytes.len() > 11 << 20 {
            bytes.remove(5 << 20);
        }
        let length = match broken.0 {
            Fault::CountsWrongly => bytes.len().next_multiple_of(2) as u64,
            _ => bytes.len() as u64,
        };
        let over = matches!(
            broken.0,
            Fault::WritesOver | Fault::LooksAtTheBeginningOnly | Fault::ShowsWhatIsNotFinished
        );
        broken.files(|files| match files.contains_key(&name) {
            true if !over => Err(BlobError::Exists),
            _ if broken.0 == Fault::KeepsNoEmptyFile && bytes.is_empty() => Ok(0),
            _ => {
                files.insert(name, bytes);
                Ok(length)
            }
        })
    }

    async fn abort(self: Box<Self>) -> Result<(), BlobError> {
        Ok(())
    }
}

macro_rules! found {
    ($fault:ident: $($case:ident)+) => {
        $(
            let found = catch_unwind(AssertUnwindSafe(|| {
                block_on(blobs::$case(&Broken::new(Fault::None)));
                catch_unwind(AssertUnwindSafe(|| {
                    block_on(blobs::$case(&Broken::new(Fault::$fault)));
                }))
                .is_err()
            }));
            assert_eq!(found.ok(), Some(true), "{}", stringify!($fault $case));
        )+
    };
}

#[test]
fn each_fault_is_found_by_its_case_and_by_nothing_else_than_the_fault() {
    found!(CountsWrongly: case_01_what_is_written_is_read case_02_pieces_of_any_length_make_the_same_file);
    found!(KeepsNoEmptyFile: case_03_a_file_without_bytes_is_a_file);
    found!(ReadsOneMore: case_04_a_range_is_answered_exactly);
    found!(CutsRangesOff: case_05_a_range_that_is_not_within_is_not_found);
    found!(FindsOutLate: case_05_a_range_that_is_not_within_is_not_found);
    found!(LosesAByteOfALargeFile: case_07_a_large_file_is_the_same_in_each_part);
    found!(ReadsInOnePiece: case_08_reads_come_in_pieces);
    found!(ShowsWhatIsNotFinished: case_09_nothing_is_seen_before_the_end
        case_10_what_is_given_up_leaves_nothing case_11_what_is_dropped_leaves_nothing);
    found!(WritesOver: case_12_a_name_is_created_once case_13_a_name_is_finished_once
        case_14_of_many_that_finish_one_name_at_once_one_does);
    found!(LooksAtTheBeginningOnly: case_13_a_name_is_finished_once
        case_14_of_many_that_finish_one_name_at_once_one_does);
    found!(DeletesOnce: case_15_what_is_deleted_is_gone);
    found!(ListsBackwards: case_16_a_list_is_in_the_order_of_ids);
    found!(ForgetsTheFirm: case_17_firms_do_not_meet);
}
