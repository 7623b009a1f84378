//! Seals files as items of the vault and opens them, for programs that are not ours:
//!
//! ```text
//! cargo run -p caseflow-core --example vault --features aes-gcm,testing -- names
//! cargo run -p caseflow-core --example vault --features aes-gcm,testing -- seal <folder> <number>…
//! cargo run -p caseflow-core --example vault --features aes-gcm,testing -- open <folder> <number>…
//! ```
//!
//! `names` says firm, client and item in hexadecimal digits, one a line. `seal` reads `<number>.plain`
//! and writes `<number>.envelope`, `<number>.details` and `<number>.body`, all of version `<number>`
//! of that item. `open` reads these and writes `<number>.opened`. Both take keys from the folder's
//! `roots`, and say `<number>: ` and why not when a file is not as it should be.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what is shared with the tests stops when it cannot go on"
)]

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/vault/support.rs"]
mod support;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::keyring::{Keyring, Roots};
use caseflow_core::domain::vault::Part;
use caseflow_core::testing::SeededEntropy;

use support::{Stored, file, read, stored, version};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    if what == "names" {
        names();
        return Ok(());
    }
    let folder = arguments.next().ok_or("name a folder")?;
    let folder = Path::new(&folder);
    let roots = Roots::parse(&std::fs::read_to_string(folder.join("roots"))?)?;
    let entropy = Arc::new(SeededEntropy::new(6));
    let keys = Keyring::new(roots, Arc::new(AesGcm), entropy.clone());
    for number in arguments {
        match what.as_str() {
            "seal" => seal(&keys, &entropy, folder, &number)?,
            "open" => open(&keys, folder, &number)?,
            _ => return Err("say what to do: names, seal or open".into()),
        }
    }
    Ok(())
}

fn names() {
    let context = version(0).context(Part::Body);
    for id in context[18..66].chunks(16) {
        let digits: Vec<String> = id.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{}", digits.concat());
    }
}

fn seal(
    keys: &Keyring,
    entropy: &SeededEntropy,
    folder: &Path,
    number: &str,
) -> Result<(), Box<dyn Error>> {
    let path = |kind| folder.join(format!("{number}.{kind}"));
    let content = std::fs::read(path("plain"))?;
    let details = file(&format!("{number}.pdf"), content.len() as u64);
    let of = version(number.parse()?);
    let stored = stored(keys, entropy, &of, &details, Some(&content));
    std::fs::write(path("envelope"), stored.envelope)?;
    std::fs::write(path("details"), stored.details)?;
    std::fs::write(path("body"), stored.body.unwrap_or_default())?;
    Ok(())
}

fn open(keys: &Keyring, folder: &Path, number: &str) -> Result<(), Box<dyn Error>> {
    let path = |kind| folder.join(format!("{number}.{kind}"));
    let stored = Stored {
        envelope: std::fs::read(path("envelope"))?,
        details: std::fs::read(path("details"))?,
        body: Some(std::fs::read(path("body"))?),
    };
    match read(keys, &version(number.parse()?), &stored) {
        Ok((_, body)) => std::fs::write(path("opened"), &body.ok_or("it is no file")?[..])?,
        Err(why) => println!("{number}: {why:?}"),
    }
    Ok(())
}
