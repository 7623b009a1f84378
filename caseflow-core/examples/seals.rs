//! Seals files with a key made up for it, and says what files are, for validators and eyes:
//!
//! ```text
//! cargo run -p caseflow-core --example seals --features pades,testing -- seal <folder> <file>…
//! cargo run -p caseflow-core --example seals --features pades,testing -- check <file>…
//! ```
//!
//! `seal` puts the sealed files and the certificate, `certificate.pem`, into the folder.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use caseflow_core::adapters::pades::{LocalKey, NewCertificate, Pades, PrivateKey, Timestamps};
use caseflow_core::domain::text::Line;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::sealer::{SealRequest, Sealer as _};
use caseflow_core::testing::{SeededEntropy, block_on};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (key, certificate) = key()?;
    let sealer = Pades::new(1, Arc::new(key), Timestamps::None, &[])?;
    match arguments.next().as_deref().and_then(Path::to_str) {
        Some("seal") => {
            let folder = arguments.next().ok_or("name a folder")?;
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join("certificate.pem"), certificate)?;
            arguments.try_for_each(|file| seal(&sealer, &folder, &file))
        }
        Some("check") => arguments.try_for_each(|file| check(&sealer, &file)),
        _ => Err("say what to do: seal <folder> <file>… or check <file>…".into()),
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
