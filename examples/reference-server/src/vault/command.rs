//! What the operator does with the vault's keys by subcommand.

use std::path::Path;

use anyhow::{bail, ensure};
use caseflow_core::Ports;
use caseflow_core::domain::vault::{KeyId, KeyName};
use caseflow_core::upkeep::rewrap::rewrap;

use super::file;
use crate::cli::VaultCommand;
use crate::settings::VaultKeys;

/// How many keys are wrapped anew before it is looked again how many are left.
const PIECE: u64 = 1_000;

/// Makes, rotates and retires keys, or says which are in use.
pub(crate) async fn run(
    ports: &Ports,
    keys: &VaultKeys,
    command: VaultCommand,
) -> anyhow::Result<()> {
    match command {
        VaultCommand::NewKey => {
            let path = in_file(keys)?;
            file::add_first(path)?;
            println!(
                "made {}: keep a backup apart from the database's",
                path.display()
            );
            Ok(())
        }
        VaultCommand::Rotate => {
            let version = file::add_next(in_file(keys)?)?;
            println!("key {version} is the current one");
            rewrap_all(ports).await
        }
        VaultCommand::Status => status(ports).await,
        VaultCommand::Retire { version } => {
            let path = in_file(keys)?;
            let used = in_use(ports, version).await?;
            ensure!(
                used == 0,
                "{used} items need key {version} still: reference-server vault rotate"
            );
            file::take_out(path, version)?;
            println!("key {version} is gone from {}", path.display());
            Ok(())
        }
    }
}

fn in_file(keys: &VaultKeys) -> anyhow::Result<&Path> {
    match keys {
        VaultKeys::File { path, .. } => Ok(path),
        VaultKeys::Text(_) => bail!(
            "the keys are in CASEFLOW_VAULT_KEYS: add, and take away, an entry there, and start the \
             servers again"
        ),
    }
}

/// Has every item's key wrapped by the current key. Where this is cut off, running servers go on.
async fn rewrap_all(ports: &Ports) -> anyhow::Result<()> {
    let mut done = 0;
    loop {
        let round = rewrap(ports, PIECE).await?;
        done += round.done;
        if round.done == 0 {
            println!("{done} items were wrapped anew");
            ensure!(
                round.left == 0,
                "{} items need an older key still: see vault status",
                round.left
            );
            return Ok(());
        }
    }
}

async fn status(ports: &Ports) -> anyhow::Result<()> {
    let keys = ports.store.keys_in_use().await?;
    for (key, items) in &keys {
        println!("{}\t{}\t{items} items", key.id.as_str(), key.version);
    }
    if keys.is_empty() {
        println!("there is nothing in any vault");
    }
    Ok(())
}

async fn in_use(ports: &Ports, version: u32) -> anyhow::Result<u64> {
    let key = KeyName {
        id: KeyId::local(),
        version,
    };
    let keys = ports.store.keys_in_use().await?;
    let used = keys.into_iter().find(|(name, _)| *name == key);
    Ok(used.map_or(0, |(_, items)| items))
}
