//! CaseFlow as a program: the portal of contacts and the firm's API on SQLite or PostgreSQL.

mod backup;
mod cli;
mod clock;
mod connections;
mod demo;
mod export;
mod files;
mod firms;
mod logging;
mod mail;
mod metrics;
mod operator;
mod payments;
mod ports;
mod restore;
mod routes;
mod seals;
mod serve;
mod settings;
mod shutdown;
mod status;
mod vault;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command, Serve};
use settings::{Given, Problems};

/// A page is many small allocations, made and freed on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("reference-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let (command, everywhere) = cli.task()?;
    let named = || std::env::var_os("CASEFLOW_CONFIG").map(Into::into);
    let file = everywhere.config.or_else(named);
    let mut given = Given::collect(std::env::vars(), file.as_deref())?;
    if let Some(data) = everywhere.data {
        given.set("data_dir", "--data", data);
    }
    logging::start(&given)?;
    match command {
        Command::Serve(flags) => serve::serve(with_flags(given, &flags), flags).await,
        Command::Migrate => {
            ports::open(&given.storage()).await?.close().await;
            println!("the tables are up to date");
            Ok(())
        }
        Command::Verify(wanted) => {
            let ports = ports::without_new_keys(&given).await?;
            verify::verify(&ports, wanted.into()).await?.is_sound()
        }
        Command::Backup(wanted) => backup::backup(&given, wanted).await,
        Command::Restore(wanted) => restore::restore(&given, &wanted.folder).await,
        Command::Export(wanted) => {
            export::export(&ports::without_new_keys(&given).await?, wanted).await
        }
        Command::ComparePayments(wanted) => {
            let ports = ports::for_operator(&given).await?;
            payments::compare(ports, &given, wanted.since).await
        }
        Command::Firm(command) => {
            let ports = ports::for_operator(&given).await?;
            operator::on_firms(&ports, command, given.public_url()).await
        }
        Command::Key(command) => {
            operator::on_keys(&ports::for_operator(&given).await?, command).await
        }
        Command::Vault(command) => {
            let keys = given.vault_keys(given.mode()?, &given.storage().data);
            let keys = keys.map_err(Problems::one)?;
            vault::run(&ports::without_new_keys(&given).await?, &keys, command).await
        }
    }
}

fn with_flags(mut given: Given, flags: &Serve) -> Given {
    if let Some(listen) = &flags.listen {
        given.set("listen", "--listen", listen);
    }
    if flags.no_demo {
        given.set("demo", "--no-demo", "0");
    }
    given
}
