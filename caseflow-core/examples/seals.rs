//! Seals files with a key made up for it, and says what files are, for validators and eyes:
//!
//! ```text
//! cargo run -p caseflow-core --example seals --features pades,testing -- seal <folder> <file>…
//! cargo run -p caseflow-core --example seals --features pades,testing -- stamp <program> <folder> <file>…
//! cargo run -p caseflow-core --example seals --features pades,testing -- check <file>…
//! ```
//!
//! `seal` puts the sealed files and the certificate, `certificate.pem`, into the folder. `stamp` does
//! the same with time stamps of an authority: a program that is handed the name of a file with a
//! request and that of the file for its answer.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use async_trait::async_trait;
use caseflow_core::adapters::pades::{
    LocalKey, NewCertificate, Pades, PrivateKey, TimestampAuthority, Timestamps, timestamp_request,
    timestamp_token,
};
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::sealer::{SealRequest, Sealer as _};
use caseflow_core::testing::{SeededEntropy, block_on};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let what = arguments.next().unwrap_or_default();
    let timestamps = match what.to_str() {
        Some("stamp") => {
            let program = arguments.next().ok_or("name a program")?;
            Timestamps::Required(Arc::new(Program(program)))
        }
        _ => Timestamps::None,
    };
    let (key, certificate) = key()?;
    let sealer = Pades::new(1, Arc::new(key), timestamps, &[])?;
    match what.to_str() {
        Some("seal" | "stamp") => {
            let folder = arguments.next().ok_or("name a folder")?;
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("certificate.pem"), certificate)?;
            arguments.try_for_each(|file| seal(&sealer, &folder, &file))
        }
        Some("check") => arguments.try_for_each(|file| check(&sealer, &file)),
        _ => Err("say what to do: seal <folder> <file>… or check <file>…".into()),
    }
}

/// An authority that is a program.
#[derive(Debug)]
struct Program(PathBuf);

#[async_trait]
impl TimestampAuthority for Program {
    async fn token(&self, sha256: [u8; 32]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let folder = std::env::temp_dir();
        let file = |kind| folder.join(format!("seals-{}.{kind}", std::process::id()));
        let (request, answer) = (file("tsq"), file("tsr"));
        std::fs::write(&request, timestamp_request(sha256)?)?;
        let done = Command::new(&self.0).arg(&request).arg(&answer).output()?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
        }
        Ok(timestamp_token(&std::fs::read(&answer)?)?)
    }
}

/// The same key in each run.
fn key() -> Result<(LocalKey, String), Box<dyn Error>> {
    let key = PrivateKey::generate(&SeededEntropy::new(11))?;
    let certificate = NewCertificate {
        name: Line::parse("Blackwood & Partners document seal")?,
        organization: Some(Line::parse("Blackwood & Partners")?),
        from: Timestamp::parse("2024-01-01T00:00:00Z")?,
        until: Timestamp::parse("2054-01-01T00:00:00Z")?,
        serial: [11; 16],
    };
    let chain = certificate.sign(&key)?;
    let pem = chain.to_pem()?;
    Ok((LocalKey::new(key, chain)?, pem))
}

fn seal(sealer: &Pades, folder: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let name = file.file_name().ok_or("not a file")?;
    let request = SealRequest {
        pdf: std::fs::read(file)?,
        document: Line::parse("contract-0012")?,
        reason: Line::parse("Signed copy of contract C-0012 (Größe, 契約)")?,
        signed_at: Timestamp::parse("2026-11-24T09:30:00Z")?,
    };
    match block_on(sealer.seal(request)) {
        Ok(sealed) => std::fs::write(folder.join(name), sealed.bytes)?,
        Err(error) => println!("{}: {error}", file.display()),
    }
    Ok(())
}

fn check(sealer: &Pades, file: &Path) -> Result<(), Box<dyn Error>> {
    let verdict = block_on(sealer.check(std::fs::read(file)?))?;
    println!("{}: {verdict:?}", file.display());
    Ok(())
}
