//! `verify`: whether everything on record is as it was written, and there.

use anyhow::ensure;
use caseflow_core::Ports;
use caseflow_core::domain::access::Staff;
use caseflow_core::firm::audit;
use caseflow_core::firm::check::{self, Damage, Depth, Findings};
use caseflow_core::ports::keys::KeyError;
use caseflow_core::ports::sealer::SealError;

use crate::cli::Verify;
use crate::firms;
use crate::operator::operator;

/// How much was found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What is wrong.
    wrong: usize,
    /// What cannot be told without keys that are not there.
    unknown: usize,
}

impl From<Verify> for Depth {
    fn from(wanted: Verify) -> Self {
        match wanted.deep {
            true => Self::Whole,
            false => Self::Ends,
        }
    }
}

/// Checks every firm, and prints a line for each thing that was checked: the firm, what, and what was
/// found.
pub(crate) async fn verify(ports: &Ports, depth: Depth) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for firm in firms::all(ports).await? {
        let staff = operator(firm.id)?;
        found.records(ports, &staff).await?;
        let documents = check::documents(ports, &staff).await?;
        found.note(&staff, "documents", "files", &documents);
        let contracts = check::contracts(ports, &staff).await?;
        found.note(&staff, "contracts", "files", &contracts);
        let vaults = check::vaults(ports, &staff, depth).await?;
        found.note(&staff, "vaults", "items", &vaults);
    }
    Ok(found)
}

impl Found {
    /// Fails when something is wrong, or cannot be told.
    pub(crate) fn is_sound(&self) -> anyhow::Result<()> {
        self.is_sound_as_far_as_known()?;
        let unknown = self.unknown;
        ensure!(
            unknown == 0,
            "{unknown} could not be checked without their keys"
        );
        Ok(())
    }

    /// Fails when something is wrong.
    pub(crate) fn is_sound_as_far_as_known(&self) -> anyhow::Result<()> {
        ensure!(self.wrong == 0, "{} faults were found", self.wrong);
        Ok(())
    }

    async fn records(&mut self, ports: &Ports, staff: &Staff) -> anyhow::Result<()> {
        match audit::check_chain(ports, staff).await? {
            Ok(check) => say(
                staff,
                "audit chain",
                &format!("sound, {} rows", check.seq()),
            ),
            Err(broken) => {
                self.wrong += 1;
                say(staff, "audit chain", &broken.to_string());
            }
        }
        let differing = audit::check_accounts(ports, staff).await?;
        self.wrong += differing.len();
        for invoice in &differing {
            say(
                staff,
                "accounts",
                &format!("{invoice} differs from its records"),
            );
        }
        if differing.is_empty() {
            say(staff, "accounts", "equal to their records");
        }
        let counted = check::counters(ports, staff).await?;
        self.wrong += counted.differing.len();
        for differing in &counted.differing {
            say(staff, "counters", &differing.to_string());
        }
        if counted.differing.is_empty() {
            say(
                staff,
                "counters",
                &format!("sound, {} figures", counted.sound),
            );
        }
        Ok(())
    }

    fn note(&mut self, staff: &Staff, what: &str, units: &str, findings: &Findings) {
        let mut unknown = 0;
        for fault in &findings.faults {
            match needs_key(&fault.damage) {
                true => unknown += 1,
                false => say(staff, what, &fault.to_string()),
            }
        }
        self.unknown += unknown;
        self.wrong += findings.faults.len() - unknown;
        if unknown > 0 {
            let said = format!("{unknown} {units} not checked: their key is not there");
            say(staff, what, &said);
        }
        if findings.faults.is_empty() {
            say(staff, what, &format!("sound, {} {units}", findings.sound));
        }
    }
}

/// Whether nobody knows, for the key is not there.
const fn needs_key(damage: &Damage) -> bool {
    matches!(
        damage,
        Damage::NotChecked(SealError::Key(_)) | Damage::Key(KeyError::Unavailable)
    )
}

fn say(staff: &Staff, what: &str, found: &str) {
    println!("{}\t{what}\t{found}", staff.firm);
}
