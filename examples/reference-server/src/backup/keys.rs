//! The keys that open vaults and seal signed copies, and where they are when they are not in a backup.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::disk::{self, Digest};
use super::files;
use super::manifest::{Entry, Manifest};
use crate::seals::{CERTIFICATE, KEY};
use crate::settings::{SealKey, VaultKeys};

/// Where they stand in a backup.
const FOLDER: &str = "keys";
const VAULT: &str = "vault.keys";

/// Where the server has its keys.
pub(crate) struct Keys {
    vault: VaultKeys,
    /// The private key and its certificate.
    seal: [PathBuf; 2],
}

/// A key's file in a backup, and in the server's place.
type Place = (String, PathBuf);

impl Keys {
    pub(crate) fn of(vault: VaultKeys, seal: SealKey) -> Self {
        let seal = match seal {
            SealKey::Given {
                key, certificate, ..
            } => [key, certificate],
            SealKey::Made { folder, .. } => [folder.join(KEY), folder.join(CERTIFICATE)],
        };
        Self { vault, seal }
    }

    /// Copies those that there are.
    pub(crate) fn save(&self, backup: &Path) -> anyhow::Result<Vec<Entry>> {
        disk::make_folder(&backup.join(FOLDER).join("seal"))?;
        let mut saved = vec![];
        let mut note = |path: String, digest: Option<Digest>| {
            saved.extend(digest.map(|digest| Entry { path, digest }));
        };
        for (path, from) in self.files() {
            let digest = disk::copy(&from, &backup.join(&path))?;
            note(path, digest);
        }
        if let VaultKeys::Text(text) = &self.vault {
            let path = format!("{FOLDER}/{VAULT}");
            let digest = disk::write(&backup.join(&path), text.as_bytes())?;
            note(path, Some(digest));
        }
        Ok(saved)
    }

    /// Where those of a backup go: into places in which there is none.
    pub(crate) fn places(&self, manifest: &Manifest) -> anyhow::Result<Vec<(Entry, PathBuf)>> {
        let mut places = vec![];
        for (name, entry) in manifest.below(FOLDER) {
            let path = &entry.path;
            let found = self.files().into_iter().find(|(known, _)| known == path);
            let Some((_, place)) = found else {
                bail!(
                    "the backup has {FOLDER}/{name}, and CASEFLOW_VAULT_KEYS holds keys already: unset it"
                );
            };
            if !place.exists() {
                places.push((entry.clone(), place));
                continue;
            }
            let there = Digest::of(&place).with_context(|| place.display().to_string())?;
            ensure!(
                there == entry.digest,
                "{} is another key than the backup's: move it away first",
                place.display()
            );
        }
        Ok(places)
    }

    /// Which keys are not there, and where they belong.
    pub(crate) fn missing(&self) -> Vec<String> {
        let mut missing = vec![];
        if let VaultKeys::File { path, .. } = &self.vault
            && !path.exists()
        {
            missing.push(format!("the vault's keys, in {}", path.display()));
        }
        let [key, certificate] = &self.seal;
        if !(key.exists() && certificate.exists()) {
            missing.push(format!(
                "the seal's key, in {} and {}",
                key.display(),
                certificate.display()
            ));
        }
        missing
    }

    /// Where they are, for a backup that has not got them.
    pub(crate) fn whereabouts(&self) -> String {
        let vault = match &self.vault {
            VaultKeys::File { path, .. } => path.display().to_string(),
            VaultKeys::Text(_) => "CASEFLOW_VAULT_KEYS".to_owned(),
        };
        let [key, certificate] = &self.seal;
        format!(
            "  {vault}\n  {}\n  {}",
            key.display(),
            certificate.display()
        )
    }

    fn files(&self) -> Vec<Place> {
        let [key, certificate] = &self.seal;
        let mut files = vec![
            (format!("{FOLDER}/seal/{KEY}"), key.clone()),
            (format!("{FOLDER}/seal/{CERTIFICATE}"), certificate.clone()),
        ];
        if let VaultKeys::File { path, .. } = &self.vault {
            files.push((format!("{FOLDER}/{VAULT}"), path.clone()));
        }
        files
    }
}

/// Puts a key into its place.
pub(crate) fn put(entry: &Entry, backup: &Path, place: &Path) -> anyhow::Result<()> {
    disk::make_folder(disk::parent(place))?;
    files::put_one(entry, backup, place)
}
