//! A folder of this machine.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use caseflow_core::adapters::object_store::{ObjectBlobs, OpenError};
use caseflow_core::ports::blobs::{BlobName, Blobs as _};
use caseflow_core::testing::fixtures::id;

use crate::support::Folder;

caseflow_core::blobs_conformance! {
    #[tokio::test(flavor = "multi_thread")]
    async {
        let folder = Folder::new();
        (Arc::new(ObjectBlobs::in_folder(folder.path()).unwrap()), folder)
    }
}

const PART: usize = 5 << 20;

fn name(number: u64) -> BlobName {
    BlobName {
        firm: id(1),
        id: id(number),
    }
}

async fn keep(blobs: &ObjectBlobs, number: u64, length: usize) {
    let mut writer = blobs.create(name(number)).await.unwrap();
    writer.write(vec![7; length].into()).await.unwrap();
    writer.finish().await.unwrap();
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_file_lies_under_two_ids_and_nobody_else_may_look() {
    let folder = Folder::new();
    let blobs = ObjectBlobs::in_folder(&folder.path().join("of/files")).unwrap();
    keep(&blobs, 1, 10).await;
    keep(&blobs, 2, PART + 1).await;
    let (firm, place) = (name(1).firm, folder.path().join("of/files"));
    let mut files = folder.files();
    files.sort();
    let wanted = [1, 2].map(|it| place.join(format!("{firm}/{}", name(it).id)));
    assert_eq!(files, wanted);
    for made in [folder.path(), &folder.path().join("of"), &place] {
        assert_eq!(mode(made), 0o700, "{}", made.display());
    }
}

#[test]
fn a_folder_that_others_may_look_into_is_refused() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path()).unwrap();
    for mode in [0o755, 0o750, 0o701] {
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.path(), rights).unwrap();
        let refused = ObjectBlobs::in_folder(folder.path()).err();
        assert!(matches!(refused, Some(OpenError::Exposed)), "{refused:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
    let rights = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder.path(), rights).unwrap();
    ObjectBlobs::in_folder(folder.path()).unwrap();
}

#[test]
fn what_is_no_folder_is_refused() {
    let folder = Folder::new();
    std::fs::write(folder.path(), "a file").unwrap();
    for path in [folder.path(), &folder.path().join("below")] {
        let refused = ObjectBlobs::in_folder(path).err();
        assert!(matches!(refused, Some(OpenError::Folder(_))), "{refused:?}");
    }
    std::fs::remove_file(folder.path()).unwrap();
}

#[tokio::test]
async fn what_was_kept_is_there_after_the_folder_is_opened_again() {
    let folder = Folder::new();
    keep(&ObjectBlobs::in_folder(folder.path()).unwrap(), 1, 10).await;
    let again = ObjectBlobs::in_folder(folder.path()).unwrap();
    assert_eq!(again.list(id(1), None, 10).await.unwrap(), [name(1).id]);
}

#[tokio::test]
async fn a_writer_leaves_no_file_when_it_is_dropped_given_up_or_too_late() {
    let folder = Folder::new();
    let blobs = ObjectBlobs::in_folder(folder.path()).unwrap();
    let written = async |length: usize| {
        let mut writer = blobs.create(name(1)).await.unwrap();
        writer.write(vec![7; length].into()).await.unwrap();
        writer
    };
    for length in [10, 2 * PART + 1] {
        written(length).await.abort().await.unwrap();
        drop(written(length).await);
        settled(&folder, 0).await;
        let (first, late) = (written(length).await, written(length).await);
        first.finish().await.unwrap();
        late.finish().await.unwrap_err();
        settled(&folder, 1).await;
        blobs.delete(name(1)).await.unwrap();
    }
}

/// Waits until so many files are there: a writer that was dropped clears away in the background.
async fn settled(folder: &Folder, count: usize) {
    for _ in 0..500 {
        if folder.files().len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(folder.files().len(), count, "{:?}", folder.files());
}

#[tokio::test]
async fn what_a_killed_process_left_a_day_ago_goes_and_nothing_else() {
    let folder = Folder::new();
    let blobs = ObjectBlobs::in_folder(folder.path()).unwrap();
    keep(&blobs, 1, 10).await;
    let firm = folder.path().join(name(1).firm.to_string());
    let kept = firm.join(name(1).id.to_string());
    let left = [
        firm.join(format!("{}#1", name(2).id)),
        folder.path().join("unfinished/x-1"),
    ];
    for (hours, gone) in [(23, false), (25, true)] {
        for path in left.iter().chain([&kept]) {
            age(path, hours);
        }
        ObjectBlobs::in_folder(folder.path()).unwrap();
        assert_eq!(left.each_ref().map(|it| it.exists()), [!gone; 2]);
        assert!(kept.exists());
    }
    assert_eq!(folder.files(), [kept]);
}

/// Makes a file so many hours old by the disk's own clock, and the file itself where it is missing.
fn age(path: &Path, hours: u64) {
    let file = File::options().append(true).create(true).open(path);
    let mut file = file.unwrap();
    file.write_all(b"1").unwrap();
    let now = file.metadata().unwrap().modified().unwrap();
    file.set_modified(now - Duration::from_hours(hours))
        .unwrap();
}
