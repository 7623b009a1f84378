//! `export`: everything that the firm holds for a client, in one ZIP file.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use caseflow_axum::Archive;
use caseflow_core::domain::access::Origin;
use caseflow_core::firm::{self, Call};
use caseflow_core::{Error, Ports, TakeOut};

use crate::backup::disk;
use crate::cli::Export;
use crate::operator::operator;
use crate::shutdown::Stop;

/// Writes the file, and says what is not in it.
pub(crate) async fn export(ports: &Ports, wanted: Export) -> anyhow::Result<()> {
    let path = wanted.output.as_path();
    let stop = Stop::on_signals()?;
    let mut part = Part::begin(path)?;
    let mut archive = Archive::of(taken(ports, &wanted).await?);
    let bytes = tokio::select! {
        written = part.fill(&mut archive) => written?,
        () = stop.asked() => bail!("stopped: {} was not made", path.display()),
    };
    part.keep(path)?;
    println!("{}: {bytes} bytes", path.display());
    for left in archive.take_out().left_out() {
        println!("not in it: {}\t{}", left.place, left.why.words());
    }
    Ok(())
}

async fn taken(ports: &Ports, wanted: &Export) -> anyhow::Result<TakeOut> {
    let call = Call {
        staff: operator(wanted.firm)?,
        origin: Origin::default(),
        idempotency: None,
    };
    let begun = firm::take_out::begin(ports, &call, wanted.client, wanted.vault).await;
    begun.map_err(|error| {
        let what_to_do = match error {
            Error::NotFound => {
                "the firm has no such client, or there is no such firm: see firm list"
            }
            Error::VaultUnavailable(_) => "put the vault's keys back, or leave out --vault",
            _ => "nothing was exported",
        };
        anyhow::Error::from(error).context(what_to_do)
    })
}

/// A file that is not complete yet, beside the place where it will be. When it is dropped before it is
/// kept, it is gone.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn begin(to: &Path) -> anyhow::Result<Self> {
        is_free(to)?;
        let path = disk::beside(to, ".part");
        let file = disk::new_file(&path);
        let file = file.with_context(|| {
            let path = path.display();
            format!("{path} cannot be made; one that another export left behind may be removed")
        })?;
        Ok(Self { path, file })
    }

    /// Writes the whole archive; how many bytes it has.
    async fn fill(&mut self, archive: &mut Archive) -> anyhow::Result<u64> {
        let mut length = 0;
        while let Some(bytes) = archive.next().await? {
            let written = self.file.write_all(&bytes);
            written.with_context(|| self.path.display().to_string())?;
            length += bytes.len() as u64;
            // So that a signal is heard though nothing is waited for.
            tokio::task::yield_now().await;
        }
        Ok(length)
    }

    /// Puts it in its place.
    fn keep(self, to: &Path) -> anyhow::Result<()> {
        is_free(to)?;
        let kept = self.file.sync_all();
        let kept = kept.and_then(|()| fs::rename(&self.path, to));
        kept.with_context(|| to.display().to_string())?;
        disk::sync(disk::parent(to))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it is kept, nothing is there any more.
        drop(fs::remove_file(&self.path));
    }
}

fn is_free(path: &Path) -> anyhow::Result<()> {
    ensure!(
        path.symlink_metadata().is_err(),
        "{} is there already: name a new file",
        path.display()
    );
    Ok(())
}
