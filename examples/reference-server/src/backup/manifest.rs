//! What a backup holds, file by file. It is written last: a backup without it was not finished.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Component, Path};

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::disk::{self, Digest};

/// Where it stands in the backup.
const FILE: &str = "manifest.json";
const FORMAT: &str = "caseflow-backup";
/// Grows when a program that knows an older one would put something wrong in place.
const VERSION: u32 = 1;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: String,
    version: u32,
    /// The version of the program that made it.
    program: String,
    /// When it was begun, in UTC.
    pub(crate) made_at: String,
    /// Which engine's copy the database is.
    pub(crate) database: Engine,
    /// Where the bytes of documents and of vaults are.
    pub(crate) files: Files,
    /// Whether the keys are in it.
    pub(crate) keys: bool,
    /// Every file but this one, by its path.
    pub(crate) content: Vec<Entry>,
}

/// The engine of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Engine {
    /// A file, as it is.
    Sqlite,
    /// An archive of `pg_dump`.
    Postgresql,
}

/// Where the bytes of documents and of vaults are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Files {
    /// In the backup.
    Here,
    /// In a bucket, which has a backup of its own.
    Bucket,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its path in the backup, with `/` between.
    pub(crate) path: String,
    #[serde(flatten)]
    pub(crate) digest: Digest,
}

impl Manifest {
    /// The manifest of a backup that was begun at this time, with nothing in it yet.
    pub(crate) fn new(made_at: String, database: Engine, files: Files, keys: bool) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            database,
            files,
            keys,
            content: vec![],
        }
    }

    /// Writes it into the folder of the backup, which is finished with that.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let draft = folder.join("manifest.json.part");
        let mut file = File::create_new(&draft)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(draft, folder.join(FILE))?;
        disk::sync(folder)
    }

    /// Reads that of a backup. Every path in it stays within the backup's folder.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(_) if folder.is_dir() && !path.exists() => bail!(
                "{} has no {FILE}: it is no backup, or one that was not finished. Take another one",
                folder.display()
            ),
            read => read.with_context(|| path.display().to_string())?,
        };
        let named = || format!("{} is no manifest of a backup", path.display());
        let manifest: Self = serde_json::from_str(&text).with_context(named)?;
        ensure!(manifest.format == FORMAT, "{}", named());
        ensure!(
            manifest.version == VERSION,
            "the backup was made by a newer program ({}): restore it with that one",
            manifest.program
        );
        for Entry { path, .. } in &manifest.content {
            let parts = Path::new(path).components();
            let within = parts
                .into_iter()
                .all(|it| matches!(it, Component::Normal(_)));
            ensure!(within && !path.is_empty(), "{}: {path}", named());
        }
        Ok(manifest)
    }

    /// Compares every file of the backup with what is written here; names all that differ.
    pub(crate) fn check(&self, folder: &Path) -> anyhow::Result<()> {
        let mut wrong = vec![];
        for Entry { path, digest } in &self.content {
            match Digest::of(&folder.join(path)) {
                Ok(found) if found == *digest => {}
                Ok(_) => wrong.push(format!("\n  {path}: is not the file that was put there")),
                Err(error) => wrong.push(format!("\n  {path}: {error}")),
            }
        }
        ensure!(
            wrong.is_empty(),
            "the backup is damaged, and nothing was restored:{}",
            wrong.concat()
        );
        Ok(())
    }

    /// The files below this folder of the backup, by their paths in it.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let entries = self.content.iter();
        entries.filter_map(move |entry| {
            let rest = entry.path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((rest, entry))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(path: &str) -> Manifest {
        let digest = Digest {
            bytes: 3,
            sha256: "ab".to_owned(),
        };
        let mut manifest = Manifest::new(
            "2026-03-02T09:00:00Z".to_owned(),
            Engine::Sqlite,
            Files::Here,
            false,
        );
        let path = path.to_owned();
        manifest.content.push(Entry { path, digest });
        manifest
    }

    #[test]
    fn a_manifest_reads_back_and_one_that_leads_out_of_the_backup_is_refused() {
        let name = format!("caseflow-manifest-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let unfinished = Manifest::read(&folder).unwrap_err().to_string();
        assert!(unfinished.contains("not finished"), "{unfinished}");
        let manifest = with("files/firm_1/blob_1");
        manifest.write(&folder).unwrap();
        assert_eq!(Manifest::read(&folder).unwrap(), manifest);
        let files: Vec<_> = manifest.below("files").map(|(path, _)| path).collect();
        assert_eq!(files, ["firm_1/blob_1"]);
        for path in ["../a", "/etc/passwd", "files/../../a", ""] {
            with(path).write(&folder).unwrap();
            assert!(Manifest::read(&folder).is_err(), "{path}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
