//! The command line.

use std::path::PathBuf;

use caseflow_core::domain::api_key::Scope;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::id::{ApiKeyId, ClientId, FirmId};
use caseflow_core::domain::text::{Colour, Email, LanguageTag, Line};
use caseflow_core::domain::time::{Timestamp, Zone};
use clap::{Args, Parser, Subcommand};

/// CaseFlow: a client portal for law and accounting firms.
///
/// Without a command it serves: a demonstration on port 8080 of this machine unless configured
/// otherwise. Settings are environment variables (CASEFLOW_…), or the same names in a TOML file.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Everywhere {
    /// Folder for the database, mails and whatever else is a file (CASEFLOW_DATA_DIR)
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    /// TOML file with settings; variables win over it (CASEFLOW_CONFIG)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the portal and the firm's API
    Serve(Serve),
    /// Bring the database's tables up to date, and stop
    Migrate,
    /// Check audit chains, accounts, files, seals and vaults of every firm; fails when something is wrong
    Verify(Verify),
    /// Copy the database and the files into a new folder, while servers run
    Backup(Backup),
    /// Put a backup into an empty data folder, or into an empty database on a server
    Restore(Restore),
    /// Write everything that a firm holds for a client into one ZIP file
    Export(Export),
    /// Compare what the payment provider collected with the record; fails when they differ
    ComparePayments(ComparePayments),
    /// Set up and list firms
    #[command(subcommand)]
    Firm(FirmCommand),
    /// Make, list and revoke keys of the firm's API
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make, rotate and retire the keys of vaults
    #[command(subcommand)]
    Vault(VaultCommand),
}

/// How to serve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Serve {
    /// Address and port to listen on (CASEFLOW_LISTEN, 127.0.0.1:8080)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Serve real firms: no demonstration data, no public passwords (CASEFLOW_DEMO=0)
    #[arg(long)]
    pub(crate) no_demo: bool,
    /// Start the clock at this time, like 2026-03-02T09:00:00Z, and let it run on
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(crate) clock: Option<Timestamp>,
    /// Leap to the time that stands in this file, whenever it changes: the time at which it was written
    #[arg(long, value_name = "FILE", requires = "clock")]
    pub(crate) clock_file: Option<PathBuf>,
}

/// How thoroughly to check.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Verify {
    /// Read all of every file in vaults, and not only its ends
    #[arg(long)]
    pub(crate) deep: bool,
}

/// Where to, and what.
#[derive(Debug, Clone, Args)]
pub(crate) struct Backup {
    /// The folder to make
    pub(crate) folder: PathBuf,
    /// Put the vault's keys and the seal's key in: whoever has the backup can read everything then
    #[arg(long)]
    pub(crate) with_keys: bool,
}

/// From where.
#[derive(Debug, Clone, Args)]
pub(crate) struct Restore {
    /// The folder that `backup` made
    pub(crate) folder: PathBuf,
}

/// Of whom, and where to.
#[derive(Debug, Clone, Args)]
pub(crate) struct Export {
    /// The firm's id
    #[arg(long)]
    pub(crate) firm: FirmId,
    /// The client's id
    #[arg(long)]
    pub(crate) client: ClientId,
    /// The ZIP file to make
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Put what is in the client's vault in, opened: whoever has the file can read it then
    #[arg(long)]
    pub(crate) vault: bool,
}

/// How far back to compare.
#[derive(Debug, Clone, Args)]
pub(crate) struct ComparePayments {
    /// Only checkouts opened since, like 2026-03-02T00:00:00Z; without it, of the last 35 days
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(crate) since: Option<Timestamp>,
}

/// Firms of the installation.
#[derive(Debug, Subcommand)]
pub(crate) enum FirmCommand {
    /// Set up a firm; prints its id
    Create(FirmCreate),
    /// List the firms: id, address, name
    List,
}

/// A new firm. Everything else is set by the firm's API.
#[derive(Debug, Args)]
pub(crate) struct FirmCreate {
    /// The name on every page, mail and document
    #[arg(long, value_parser = Line::<120>::parse)]
    pub(crate) name: Line<120>,
    /// Time zone in which the firm's days begin and end, like Europe/Zurich
    #[arg(long, value_parser = Zone::parse)]
    pub(crate) zone: Zone,
    /// Currency that an invoice starts with, like CHF
    #[arg(long, value_parser = Currency::parse)]
    pub(crate) currency: Currency,
    /// Where its portal is, like `https://portal.example.com/muster` (CASEFLOW_PUBLIC_URL)
    #[arg(long, value_parser = PortalUrl::parse)]
    pub(crate) url: Option<PortalUrl>,
    /// Language of mails and pages when a contact has none
    #[arg(long, default_value = "en", value_parser = LanguageTag::parse)]
    pub(crate) language: LanguageTag,
    /// Where clients write to
    #[arg(long, value_parser = Email::parse)]
    pub(crate) email: Option<Email>,
    /// Brand colour
    #[arg(long, default_value = "#1d4fb8", value_parser = Colour::parse)]
    pub(crate) accent: Colour,
    /// What stands before the digits of an invoice's number
    #[arg(long, default_value = "INV-")]
    pub(crate) invoice_prefix: String,
}

/// Keys of the firm's API.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key; prints its secret this once
    Create(KeyCreate),
    /// List a firm's keys: id, scope, state, name
    List {
        /// The firm's id
        #[arg(long)]
        firm: FirmId,
    },
    /// Revoke a key at once
    Revoke {
        /// The firm's id
        #[arg(long)]
        firm: FirmId,
        /// The key's id
        #[arg(long)]
        key: ApiKeyId,
    },
}

/// Keys of vaults.
#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Make the file of keys with its first key
    NewKey,
    /// Add a key, and have everything in every vault under it; servers go on meanwhile
    Rotate,
    /// Say how many items each key has
    Status,
    /// Take a key that nothing needs any more out of the file
    Retire {
        /// The key's number
        version: u32,
    },
}

/// A new key.
#[derive(Debug, Args)]
pub(crate) struct KeyCreate {
    /// The firm's id
    #[arg(long)]
    pub(crate) firm: FirmId,
    /// The name that the audit log shows
    #[arg(long, value_parser = Line::<120>::parse)]
    pub(crate) name: Line<120>,
    /// What it may do: read, write (which includes reading), or vault (which opens vaults besides)
    #[arg(long, value_parser = scope)]
    pub(crate) scope: Scope,
    /// When it stops working, like 2027-01-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(crate) expires: Option<Timestamp>,
}

impl Cli {
    /// What to do. Flags of `serve` may stand alone, but not before a command, where they would do
    /// nothing.
    pub(crate) fn task(self) -> anyhow::Result<(Command, Everywhere)> {
        let command = match self.command {
            None => Command::Serve(self.serve),
            Some(command) if self.serve == Serve::default() => command,
            Some(_) => anyhow::bail!("write the flags of serve after it: reference-server serve …"),
        };
        Ok((command, self.everywhere))
    }
}

fn scope(text: &str) -> Result<Scope, &'static str> {
    Scope::from_code(text).ok_or("write read, write or vault")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
        let cli = Cli::parse_from(["x", "--clock", "2026-03-02T09:00:00Z", "--data", "/tmp/x"]);
        assert!(cli.command.is_none() && cli.serve.clock.is_some());
        assert!(Cli::try_parse_from(["x", "--clock-file", "/tmp/clock"]).is_err());
        for line in [
            ["x", "migrate", "--data", "d"],
            ["x", "--data", "d", "migrate"],
        ] {
            let (_, everywhere) = Cli::parse_from(line).task().unwrap();
            assert_eq!(everywhere.data.as_deref(), Some("d"));
        }
        assert!(
            Cli::parse_from(["x", "--no-demo", "migrate"])
                .task()
                .is_err()
        );
    }
}
