//! `backup`: database and files of a running installation, in a new folder.
//!
//! Files are copied before the database and, those that came meanwhile, after it: what the copy of the
//! database names is there, though it be deleted while the backup is made, unless it came in that time
//! too. The manifest comes last.

use std::fs;
use std::path::Path;

use anyhow::ensure;
use caseflow_core::adapters::system::SystemClock;
use caseflow_core::ports::clock::Clock as _;

pub(crate) mod database;
pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod keys;
pub(crate) mod manifest;

use crate::cli::Backup;
use crate::settings::{FileStorage, Given, Problems, Storage};
use files::Copied;
use keys::Keys;
use manifest::{Engine, Files, Manifest};

/// Where everything of an installation lies.
pub(crate) struct Places {
    pub(crate) storage: Storage,
    pub(crate) files: FileStorage,
    pub(crate) keys: Keys,
}

impl Places {
    /// As the settings say.
    pub(crate) fn of(given: &Given) -> anyhow::Result<Self> {
        let (storage, mode) = (given.storage(), given.mode()?);
        let files = given.file_storage(&storage.data).map_err(Problems::one)?;
        let vault = given.vault_keys(mode, &storage.data);
        let seal = given.seals(mode, &storage.data).map_err(Problems::one)?;
        let keys = Keys::of(vault.map_err(Problems::one)?, seal.key);
        Ok(Self {
            storage,
            files,
            keys,
        })
    }
}

/// Makes a backup, and says what is in it and what is not.
pub(crate) async fn backup(given: &Given, wanted: Backup) -> anyhow::Result<()> {
    let places = Places::of(given)?;
    let folder = wanted.folder.as_path();
    ensure!(
        !folder.exists(),
        "{} is there already: name a new folder",
        folder.display()
    );
    disk::make_folder(folder)?;
    let made = fill(&places, folder, wanted.with_keys).await;
    if made.is_err() {
        // What is left of it has no manifest, and is no backup.
        drop(fs::remove_dir_all(folder));
    }
    say(&places, folder, &made?);
    Ok(())
}

async fn fill(places: &Places, folder: &Path, with_keys: bool) -> anyhow::Result<Manifest> {
    let storage = &places.storage;
    let (made_at, engine) = (SystemClock.now().to_string(), Engine::of(storage));
    let mut copied = Copied::default();
    let here = own_folder(&places.files);
    if let Some(files) = here {
        copied.copy_new(files, folder)?;
    }
    let database = database::save(storage, folder).await?;
    if let Some(files) = here {
        copied.copy_new(files, folder)?;
    }
    let where_files_are = here.map_or(Files::Bucket, |_| Files::Here);
    let mut manifest = Manifest::new(made_at, engine, where_files_are, with_keys);
    manifest.content.push(database);
    manifest.content.extend(copied.entries());
    if with_keys {
        manifest.content.extend(places.keys.save(folder)?);
    }
    disk::sync_all(folder)?;
    disk::sync(disk::parent(folder))?;
    manifest.write(folder)?;
    Ok(manifest)
}

fn own_folder(files: &FileStorage) -> Option<&Path> {
    match files {
        FileStorage::Folder(folder) => Some(folder),
        FileStorage::Bucket(_) => None,
    }
}

fn say(places: &Places, folder: &Path, manifest: &Manifest) {
    let all = manifest.content.iter();
    let bytes: u64 = all.map(|entry| entry.digest.bytes).sum();
    println!(
        "{}: {} files, {bytes} bytes, of {}",
        folder.display(),
        manifest.content.len(),
        manifest.made_at
    );
    if let FileStorage::Bucket(bucket) = &places.files {
        println!(
            "The bytes of documents and vaults are not in it: they lie in the bucket {}, which needs a \
             backup of its own",
            bucket.name
        );
    }
    if manifest.keys {
        println!("The keys are in it: whoever has it can read everything");
    } else {
        println!(
            "The keys are not in it. Without them vaults stay closed: keep a backup of them elsewhere\n{}",
            places.keys.whereabouts()
        );
    }
}
