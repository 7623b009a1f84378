//! The bytes of documents and of vaults, as they lie in the server's folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, ensure};
use caseflow_core::domain::id::{BlobId, FirmId};

use super::disk::{self, Digest};
use super::manifest::{Entry, Manifest};

/// Where they stand in a backup.
pub(crate) const FOLDER: &str = "files";

/// The files that were copied so far, by their paths in the backup.
#[derive(Debug, Default)]
pub(crate) struct Copied(BTreeMap<String, Digest>);

impl Copied {
    /// Copies every file that is whole and was not copied before. A file is written once and never
    /// changed; one that is deleted meanwhile is left out.
    pub(crate) fn copy_new(&mut self, files: &Path, backup: &Path) -> anyhow::Result<()> {
        for firm in names::<FirmId>(files)? {
            for blob in names::<BlobId>(&files.join(&firm))? {
                let path = format!("{FOLDER}/{firm}/{blob}");
                if self.0.contains_key(&path) {
                    continue;
                }
                disk::make_folder(&backup.join(FOLDER).join(&firm))?;
                let from = files.join(&firm).join(&blob);
                if let Some(digest) = disk::copy(&from, &backup.join(&path))? {
                    self.0.insert(path, digest);
                }
            }
        }
        Ok(())
    }

    /// What the manifest says of them.
    pub(crate) fn entries(self) -> impl Iterator<Item = Entry> {
        let all = self.0.into_iter();
        all.map(|(path, digest)| Entry { path, digest })
    }
}

/// The names in a folder that are ids: whatever else is there is not whole yet, or not ours.
fn names<I: std::str::FromStr>(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        entries => entries.with_context(|| folder.display().to_string())?,
    };
    let mut names = vec![];
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.parse::<I>().is_ok() {
            names.push(name);
        }
    }
    Ok(names)
}

/// Whether there are files already where those of a backup are to go.
pub(crate) fn refuse_unless_empty(files: &Path) -> anyhow::Result<()> {
    ensure!(
        !holds_files(files)?,
        "there are files already in {}. Restore into an empty folder, or move it away first",
        files.display()
    );
    Ok(())
}

fn holds_files(folder: &Path) -> anyhow::Result<bool> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries.with_context(|| folder.display().to_string())?,
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || holds_files(&entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies the files of a backup into a new folder; each has to be what the manifest says.
pub(crate) fn put(manifest: &Manifest, backup: &Path, folder: &Path) -> anyhow::Result<()> {
    disk::make_folder(folder)?;
    for (path, entry) in manifest.below(FOLDER) {
        let to = folder.join(path);
        disk::make_folder(disk::parent(&to))?;
        put_one(entry, backup, &to)?;
    }
    disk::sync_all(folder)
}

/// Copies one file of a backup.
pub(crate) fn put_one(entry: &Entry, backup: &Path, to: &Path) -> anyhow::Result<()> {
    let copied = disk::copy(&backup.join(&entry.path), to)?;
    ensure!(
        copied.as_ref() == Some(&entry.digest),
        "{} was changed while it was being restored",
        entry.path
    );
    Ok(())
}
