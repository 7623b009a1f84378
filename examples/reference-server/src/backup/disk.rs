//! Files on their way into a backup and out of it: copied, hashed, and on the disk.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// How many bytes are copied at a time.
const PIECE: usize = 1 << 20;

/// What a file has to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digest {
    /// How many bytes it has.
    pub(crate) bytes: u64,
    /// The SHA-256 of them, as 64 hexadecimal digits in lower case.
    pub(crate) sha256: String,
}

impl Digest {
    /// That of a file.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        pour(&mut File::open(path)?, &mut io::sink())
    }

    /// That of a file which somebody else has just written, once it is on the disk, for its owner
    /// alone to read.
    pub(crate) fn of_new(path: &Path) -> anyhow::Result<Self> {
        let named = || path.display().to_string();
        let file = File::open(path).with_context(named)?;
        file.set_permissions(Permissions::from_mode(0o600))
            .and_then(|()| file.sync_all())
            .with_context(named)?;
        Self::of(path).with_context(named)
    }
}

/// Copies a file to a place where there is none; none when it is not there.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<Option<Digest>> {
    let mut source = match File::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| from.display().to_string())?,
    };
    let named = || format!("{} to {}", from.display(), to.display());
    let copied = new_file(to).and_then(|mut file| {
        let digest = pour(&mut source, &mut file)?;
        file.sync_all()?;
        Ok(digest)
    });
    copied.map(Some).with_context(named)
}

/// Writes a file where there is none, for its owner alone to read.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<Digest> {
    let written = new_file(path).and_then(|mut file| {
        let digest = pour(&mut &*bytes, &mut file)?;
        file.sync_all()?;
        Ok(digest)
    });
    written.with_context(|| path.display().to_string())
}

/// Makes a folder that is its owner's alone, and those above it.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {} cannot be made", path.display()))
}

/// Puts the entries of a folder on the disk.
pub(crate) fn sync(folder: &Path) -> anyhow::Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(|| folder.display().to_string())
}

/// As [`sync`], and those of all folders below it.
pub(crate) fn sync_all(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        }
    }
    sync(folder)
}

/// The folder in which a file or folder lies.
pub(crate) fn parent(path: &Path) -> &Path {
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// A name beside a file or folder, for what is not complete yet.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(end);
    path.with_file_name(name)
}

/// Makes a file where there is none, for its owner alone to read.
pub(crate) fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

fn pour(from: &mut dyn io::Read, to: &mut dyn io::Write) -> io::Result<Digest> {
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
            break;
        };
        hash.update(read);
        to.write_all(read)?;
        bytes += read.len() as u64;
    }
    let sha256 = hash.finalize();
    Ok(Digest {
        bytes,
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}
