//! A folder of this machine.

use std::fs::{self, DirBuilder, DirEntry, File};
use std::io::{self, Write as _};
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use object_store::local::LocalFileSystem;
use object_store::path::Path;

use super::OpenError;
use crate::ports::blobs::BlobName;

/// Where files of many parts are until they are whole, below the folder.
const UNFINISHED: &str = "unfinished";
/// After so long nobody is writing any more.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

pub(super) fn open(folder: &FilePath) -> Result<LocalFileSystem, OpenError> {
    let failed = |error: io::Error| OpenError::Folder(error.into());
    make(folder).map_err(failed)?;
    if is_exposed(folder).map_err(failed)? {
        return Err(OpenError::Exposed);
    }
    make(&folder.join(UNFINISHED)).map_err(failed)?;
    sweep(folder).map_err(failed)?;
    let store = LocalFileSystem::new_with_prefix(folder);
    let store = store.map_err(|error| OpenError::Folder(error.into()))?;
    Ok(store.with_fsync(true))
}

/// A place for a file that is being written: no two writers have the same.
pub(super) fn unfinished(name: BlobName) -> Path {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Path::from(format!("{UNFINISHED}/{}-{}-{number}", name.firm, name.id))
}

/// Makes what is missing, each folder in one that has it on the disk.
fn make(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().filter(|it| !it.as_os_str().is_empty());
    let parent = parent.unwrap_or(FilePath::new("."));
    make(parent)?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if !folder.is_dir() => Err(error),
        _ => sync(parent),
    }
}

/// Puts a folder's entries on the disk, where a folder can be opened for that.
fn sync(folder: &FilePath) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

#[cfg(unix)]
fn is_exposed(folder: &FilePath) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;

    Ok(fs::metadata(folder)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &FilePath) -> io::Result<bool> {
    Ok(false)
}

/// Deletes what writers have left behind that were killed. What time it is, the folder's own clock
/// says: another machine's may have another.
fn sweep(folder: &FilePath) -> io::Result<()> {
    let now = touched(&folder.join(UNFINISHED))?;
    for place in fs::read_dir(folder)? {
        let place = place?;
        if !place.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(place.path())? {
            let file = file?;
            let unfinished = place.file_name() == UNFINISHED || is_staged(&file);
            if unfinished && is_left_behind(&file, now) {
                // Gone already, if another server has just been started too.
                drop(fs::remove_file(file.path()));
            }
        }
    }
    Ok(())
}

/// Proves that the folder can be written to, and says when that was.
fn touched(folder: &FilePath) -> io::Result<SystemTime> {
    let path = folder.join(format!("started-{}", std::process::id()));
    let mut file = File::create(&path)?;
    file.write_all(b"1")?;
    let at = file.metadata()?.modified()?;
    fs::remove_file(path)?;
    Ok(at)
}

/// What is being written in one part has this sign in its name, which no id has.
fn is_staged(file: &DirEntry) -> bool {
    file.file_name().to_string_lossy().contains('#')
}

fn is_left_behind(file: &DirEntry, now: SystemTime) -> bool {
    let modified = file.metadata().and_then(|it| it.modified());
    let age = modified.map(|at| now.duration_since(at).unwrap_or_default());
    age.is_ok_and(|age| age > LEFT_BEHIND)
}
