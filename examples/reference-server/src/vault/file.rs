//! The file of keys: a line each, `1:` and 32 bytes in base64, the highest number the current one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseflow_core::adapters::keyring::Roots;
use caseflow_core::adapters::system::SystemEntropy;
use caseflow_core::ports::entropy::Entropy as _;
use zeroize::Zeroizing;

/// Bits of a file's mode by which its group can do anything with it, and by which everybody can.
const GROUP: u32 = 0o070;
const ALL: u32 = 0o007;

/// The keys in a file that nobody but its owner may read.
pub(super) fn read(path: &Path) -> anyhow::Result<Roots> {
    let text = text(path)?;
    Roots::parse(&text).with_context(|| path.display().to_string())
}

/// Makes the file with one key, unless it is there.
pub(super) fn make_if_absent(path: &Path) -> anyhow::Result<()> {
    match add_first(path) {
        Ok(()) => {
            tracing::info!(
                file = %path.display(),
                "made a key for vaults: keep a backup apart from the database's, without it nothing in \
                 a vault can be read"
            );
            Ok(())
        }
        Err(_) if path.exists() => read(path).map(drop),
        Err(error) => Err(error),
    }
}

/// Makes the file with one key.
pub(super) fn add_first(path: &Path) -> anyhow::Result<()> {
    ensure!(
        !path.exists(),
        "{} is there already: reference-server vault rotate adds a key to it",
        path.display()
    );
    write(path, &entry(1))?;
    read(path).map(drop)
}

/// Adds a key with the next number, which is the current one from then on. Answers its number.
pub(super) fn add_next(path: &Path) -> anyhow::Result<u32> {
    let text = text(path)?;
    let keys = Roots::parse(&text).with_context(|| path.display().to_string())?;
    let next = keys.newest().checked_add(1);
    let next = next.context("the numbers of keys have run out")?;
    let mut longer = Zeroizing::new(String::with_capacity(text.len() + 128));
    longer.push_str(text.trim_end());
    longer.push('\n');
    longer.push_str(&entry(next));
    write(path, &longer)?;
    Ok(next)
}

/// Takes a key out, which must not be the current one.
pub(super) fn take_out(path: &Path, version: u32) -> anyhow::Result<()> {
    let text = text(path)?;
    let keys = Roots::parse(&text).with_context(|| path.display().to_string())?;
    ensure!(
        keys.newest() != version,
        "key {version} is the current one: reference-server vault rotate adds another first"
    );
    let mark = format!("{version}:");
    let mut shorter = Zeroizing::new(String::with_capacity(text.len()));
    let mut found = false;
    for entry in text.split(|c: char| c.is_whitespace() || c == ',') {
        match entry {
            "" => {}
            entry if entry.starts_with(&mark) => found = true,
            entry => {
                shorter.push_str(entry);
                shorter.push('\n');
            }
        }
    }
    if !found {
        bail!("there is no key {version} in {}", path.display());
    }
    write(path, &shorter)
}

fn text(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let named = || format!("the vault's keys: {}", path.display());
    let about = fs::metadata(path).with_context(named)?;
    ensure!(
        !is_exposed(about.mode(), about.gid()),
        "{}: others on this machine may read it: chmod 600 it",
        named()
    );
    let text = fs::read_to_string(path).with_context(named)?;
    Ok(Zeroizing::new(text))
}

/// Whether others than its owner can read it. What the group of the superuser may do counts for
/// nothing: a service manager hands over credentials like that, to be read by the service through a list
/// of access rights.
const fn is_exposed(mode: u32, group: u32) -> bool {
    mode & ALL != 0 || (mode & GROUP != 0 && group != 0)
}

/// A line with a new key.
fn entry(version: u32) -> Zeroizing<String> {
    let mut key = Zeroizing::new([0; 32]);
    SystemEntropy.fill(&mut *key);
    let mut line = Zeroizing::new(format!("{version}:"));
    line.reserve(64);
    STANDARD.encode_string(*key, &mut line);
    line.push('\n');
    line
}

/// Puts a file in its place whole or not at all: a key that is lost is every item of every vault.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let named = || format!("the vault's keys cannot be written: {}", path.display());
    let hidden = beside(path);
    let written = put(&hidden, text).and_then(|()| fs::rename(&hidden, path));
    if written.is_err() {
        drop(fs::remove_file(&hidden));
    }
    written.with_context(named)?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = File::open(folder.unwrap_or(Path::new("."))).with_context(named)?;
    folder.sync_all().with_context(named)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut random = [0; 8];
    SystemEntropy.fill(&mut random);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}", u64::from_be_bytes(random)));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = format!("caseflow-vault-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn keys(&self) -> PathBuf {
            self.0.join("vault.keys")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn keys_are_added_with_the_next_number_and_older_ones_stay_until_they_are_taken_out() {
        let folder = Folder::new("numbers");
        let path = folder.keys();
        add_first(&path).unwrap();
        let first = fs::read_to_string(&path).unwrap();
        assert!(add_first(&path).is_err());
        assert_eq!(add_next(&path).unwrap(), 2);
        let both = fs::read_to_string(&path).unwrap();
        assert!(both.starts_with(first.trim_end()), "the first key stays");
        assert!(take_out(&path, 2).is_err(), "the current key stays");
        assert!(take_out(&path, 7).is_err());
        take_out(&path, 1).unwrap();
        assert_eq!(read(&path).unwrap().newest(), 2);
        assert!(
            !fs::read_to_string(&path)
                .unwrap()
                .contains(first.trim_end())
        );
        let mode = fs::metadata(&path).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
        let files = fs::read_dir(&folder.0).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside the file");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = Folder::new("mode");
        let path = folder.keys();
        add_first(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let said = read(&path).unwrap_err().to_string();
        assert!(said.contains("chmod 600"), "{said}");
        for (mode, group, exposed) in [
            (0o600, 1000, false),
            (0o640, 1000, true),
            (0o620, 1000, true),
            (0o440, 0, false),
            (0o604, 0, true),
        ] {
            assert_eq!(is_exposed(mode, group), exposed, "{mode:o} {group}");
        }
    }
}
