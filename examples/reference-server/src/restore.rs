//! `restore`: a backup, put into an empty place: all of it, or nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use caseflow_core::firm::check::Depth;

use crate::backup::manifest::{Engine, Entry, Files, Manifest};
use crate::backup::{Places, database, disk, files, keys};
use crate::ports;
use crate::settings::{FileStorage, Given, Storage};
use crate::verify::verify;

/// Puts a backup in place, checks what is there then, and says what is still to be put back.
pub(crate) async fn restore(given: &Given, backup: &Path) -> anyhow::Result<()> {
    let manifest = Manifest::read(backup)?;
    let places = Places::of(given)?;
    let target = Target::of(&manifest, &places).await?;
    manifest.check(backup)?;
    ports::private_folder(&places.storage.data)?;
    let put = target.put(&manifest, backup);
    if put.is_err() {
        target.remove();
    }
    put.context("nothing was restored")?;
    println!("restored the backup of {}", manifest.made_at);
    let found = verify(&ports::without_new_keys(given).await?, Depth::Ends).await?;
    let missing = places.keys.missing();
    match missing.is_empty() {
        true => found.is_sound()?,
        false => found.is_sound_as_far_as_known()?,
    }
    for key in &missing {
        println!("To be put back before the first start: {key}");
    }
    println!("Then: reference-server verify --deep");
    Ok(())
}

/// What goes where. There is nothing in these places yet.
struct Target<'a> {
    storage: &'a Storage,
    /// The database's file; none on a server.
    database: Option<PathBuf>,
    /// The folder for files; none when they lie in a bucket.
    files: Option<&'a Path>,
    keys: Vec<(Entry, PathBuf)>,
}

impl<'a> Target<'a> {
    /// Refuses a place where there is something, or that is for another kind of backup.
    async fn of(manifest: &Manifest, places: &'a Places) -> anyhow::Result<Self> {
        let storage = &places.storage;
        let (theirs, ours) = (manifest.database, Engine::of(storage));
        ensure!(
            theirs == ours,
            "the backup is of a {} database, and CASEFLOW_DATABASE_URL names one of {}",
            theirs.name(),
            ours.name()
        );
        let files = match (manifest.files, &places.files) {
            (Files::Here, FileStorage::Folder(folder)) => Some(folder.as_path()),
            (Files::Bucket, FileStorage::Bucket(_)) => None,
            (Files::Here, FileStorage::Bucket(_)) => anyhow::bail!(
                "the backup has the files in it, and CASEFLOW_S3_BUCKET is set: unset it"
            ),
            (Files::Bucket, FileStorage::Folder(_)) => anyhow::bail!(
                "the backup's files lie in a bucket: set CASEFLOW_S3_BUCKET, and what goes with it"
            ),
        };
        database::refuse_unless_empty(storage).await?;
        files.map_or(Ok(()), files::refuse_unless_empty)?;
        Ok(Self {
            storage,
            database: storage.file(),
            files,
            keys: places.keys.places(manifest)?,
        })
    }

    /// Makes everything complete beside its place, then puts it there, the database last.
    fn put(&self, manifest: &Manifest, backup: &Path) -> anyhow::Result<()> {
        self.remove_drafts();
        if let Some(folder) = self.files {
            files::put(manifest, backup, &draft(folder))?;
        }
        let path = manifest.database.path();
        let entry = manifest.content.iter().find(|entry| entry.path == path);
        let entry = entry.with_context(|| format!("the backup has no {path}"))?;
        if let Some(file) = &self.database {
            files::put_one(entry, backup, &draft(file))?;
        }
        for (entry, place) in &self.keys {
            keys::put(entry, backup, place)?;
        }
        if let Some(folder) = self.files {
            remove(folder)?;
            move_into(folder)?;
        }
        match &self.database {
            Some(file) => move_into(file),
            None => database::load(self.storage, &backup.join(path)),
        }
    }

    /// Takes back whatever was put.
    fn remove(&self) {
        self.remove_drafts();
        let keys = self.keys.iter().map(|(_, place)| place.as_path());
        for place in self
            .files
            .into_iter()
            .chain(self.database.as_deref())
            .chain(keys)
        {
            drop(remove(place));
        }
    }

    fn remove_drafts(&self) {
        for place in self.files.into_iter().chain(self.database.as_deref()) {
            drop(remove(&draft(place)));
        }
    }
}

fn draft(place: &Path) -> PathBuf {
    disk::beside(place, ".restoring")
}

fn move_into(place: &Path) -> anyhow::Result<()> {
    let moved = fs::rename(draft(place), place);
    moved.with_context(|| place.display().to_string())?;
    disk::sync(disk::parent(place))
}

/// Removes a file, or a folder with all that is in it, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
