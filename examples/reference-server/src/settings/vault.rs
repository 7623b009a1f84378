//! What the operator has decided about the vault's keys.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Given, Mode, Problem};

/// The file, in the data folder, of the keys that a server uses when nobody says otherwise.
const FILE: &str = "vault.keys";

/// Where the keys that wrap the vault's keys are.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum VaultKeys {
    /// In a file, which is read again when it changes.
    File {
        /// The file.
        path: PathBuf,
        /// What is done when it is not there.
        absent: Absent,
    },
    /// In a variable, such as a service's secret.
    Text(String),
}

/// What is done at the start when there is no file of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is made, with one key: for a demonstration.
    Made,
    /// The vault is not available until there is one.
    Closed,
    /// The server does not start: the operator named the file.
    Refused,
}

impl fmt::Debug for VaultKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, absent } => {
                let mut shown = f.debug_struct("File");
                shown.field("path", path).field("absent", absent).finish()
            }
            Self::Text(_) => f.write_str("Text(…)"),
        }
    }
}

impl Given {
    /// Where the vault's keys are; without a word, in a file in the data folder.
    pub(crate) fn vault_keys(&self, mode: Mode, data: &Path) -> Result<VaultKeys, Problem> {
        match (self.text("vault_key_file"), self.text("vault_keys")) {
            (Some(_), Some(_)) => Err(self.problem(
                "vault_keys",
                "and CASEFLOW_VAULT_KEY_FILE are both set: remove one",
            )),
            (Some(path), None) => Ok(VaultKeys::File {
                path: path.into(),
                absent: Absent::Refused,
            }),
            (None, Some(text)) => Ok(VaultKeys::Text(text.to_owned())),
            (None, None) => Ok(VaultKeys::File {
                path: data.join(FILE),
                absent: match mode {
                    Mode::Demo => Absent::Made,
                    Mode::Real => Absent::Closed,
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mode: Mode, pairs: &[(&str, &str)]) -> Result<VaultKeys, String> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let given = Given::collect(pairs, None).unwrap();
        let read = given.vault_keys(mode, Path::new("data"));
        read.map_err(|Problem { what, advice }| format!("{what}: {advice}"))
    }

    #[test]
    fn without_a_word_keys_are_in_the_data_folder_and_only_a_demonstration_makes_them() {
        for (mode, absent) in [(Mode::Demo, Absent::Made), (Mode::Real, Absent::Closed)] {
            let path = PathBuf::from("data/vault.keys");
            assert_eq!(read(mode, &[]), Ok(VaultKeys::File { path, absent }));
        }
    }

    #[test]
    fn keys_are_in_one_place_and_are_not_shown() {
        let file = ("CASEFLOW_VAULT_KEY_FILE", "/etc/caseflow/vault.keys");
        let text = ("CASEFLOW_VAULT_KEYS", "1:c2VjcmV0");
        let path = PathBuf::from(file.1);
        let absent = Absent::Refused;
        let named = read(Mode::Real, &[file]);
        assert_eq!(named, Ok(VaultKeys::File { path, absent }));
        let said = read(Mode::Real, &[text]).unwrap();
        assert_eq!(format!("{said:?}"), "Text(…)");
        let both = read(Mode::Real, &[file, text]).unwrap_err();
        assert!(both.starts_with("CASEFLOW_VAULT_KEYS"), "{both}");
    }
}
