//! Who holds the keys of vaults: a file or a variable of the operator's.

mod command;
mod file;
mod held;

use std::sync::Arc;

use anyhow::Context as _;
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::keyring::{Keyring, Roots};
use caseflow_core::adapters::no_keys::NoKeys;
use caseflow_core::adapters::system::SystemEntropy;
use caseflow_core::ports::cipher::BodyCipher;
use caseflow_core::ports::keys::KeyProvider;

use crate::settings::{Absent, VaultKeys};
use held::HeldKeys;

pub(crate) use command::run;

/// How what lies in vaults is sealed and opened.
pub(crate) fn cipher() -> Arc<dyn BodyCipher> {
    Arc::new(AesGcm)
}

/// The keys that the operator decided on. Where there are none and none have to be, the vault is not
/// available, and everything else is.
pub(crate) fn keys(settings: &VaultKeys) -> anyhow::Result<Arc<dyn KeyProvider>> {
    match settings {
        VaultKeys::Text(text) => {
            let roots = Roots::parse(text).context("CASEFLOW_VAULT_KEYS")?;
            Ok(Arc::new(keyring(roots)))
        }
        VaultKeys::File { path, absent } => {
            match absent {
                Absent::Made => file::make_if_absent(path)?,
                Absent::Refused => drop(file::read(path)?),
                Absent::Closed if path.exists() => drop(file::read(path)?),
                Absent::Closed => tracing::warn!(
                    file = %path.display(),
                    "there are no keys for vaults, which stay closed until reference-server vault new-key \
                     has made one"
                ),
            }
            Ok(Arc::new(HeldKeys::new(path.clone())))
        }
    }
}

/// The keys that are there; none are made.
pub(crate) fn keys_if_there(settings: &VaultKeys) -> anyhow::Result<Arc<dyn KeyProvider>> {
    match settings {
        VaultKeys::File { path, .. } if !path.exists() => Ok(Arc::new(NoKeys)),
        settings => keys(settings),
    }
}

fn keyring(roots: Roots) -> Keyring {
    Keyring::new(roots, cipher(), Arc::new(SystemEntropy))
}
