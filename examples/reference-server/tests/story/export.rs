//! Everything that the firm holds for a client, taken out by subcommand.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::firm::{Firm, flat, issue};
use crate::server::{MORNING, Server, Site};
use crate::visitor::Software;

/// A client with an invoice, a document and a secret in its vault; its id.
fn client(software: &mut Software) -> String {
    let client = software.post("/clients", &json!({"name": "Keller Guss AG"}));
    let client = client["id"].as_str().unwrap().to_owned();
    issue(software, &flat("100.00"));
    let details = json!({"client": client, "share": true});
    software.hand_in("/documents", &details, ("Letter.txt", b"as it was"));
    let note = json!({"client": client, "name": "PIN", "note": "4711"});
    software.post("/vault/secrets", &note);
    client
}

/// A firm with such a client, and its server.
fn begin(site: &Site) -> (Firm, Server<'_>, Software, String) {
    site.run(&["vault", "new-key"]);
    let firm = Firm::open(site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(site);
    let client = client(&mut software);
    (firm, server, software, client)
}

fn export<'a>(firm: &'a Firm, client: &'a str, output: &'a Path) -> Vec<&'a str> {
    let of = ["export", "--firm", &firm.id, "--client", client];
    [&of[..], &["--output", output.to_str().unwrap()]].concat()
}

/// What the archive holds, path and bytes, in the order in which it stands there.
fn unpacked(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let read = (0..archive.len()).map(|n| {
        let mut file = archive.by_index(n).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), vec![]);
        file.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    read.collect()
}

/// Holds the manifest to the files before it.
fn check(client: &str, files: &[(String, Vec<u8>)]) {
    let (last, files) = files.split_last().unwrap();
    assert_eq!(last.0, "manifest.json");
    let manifest: Value = serde_json::from_slice(&last.1).unwrap();
    assert_eq!(manifest["client"]["id"], client);
    let entries = files.iter().map(|(path, bytes)| {
        let digest = Sha256::digest(bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        (json!(path), json!(hex))
    });
    let listed = manifest["files"].as_array().unwrap().iter();
    let listed = listed.map(|it| (it["path"].clone(), it["sha256"].clone()));
    assert_eq!(
        listed.collect::<Vec<_>>(),
        entries.collect::<Vec<_>>(),
        "each with its digest"
    );
}

#[test]
fn a_clients_data_is_one_file_and_the_log_names_the_operator() {
    let site = Site::real(None);
    let (firm, server, software, client) = begin(&site);
    let output = site.data.join("without.zip");
    let said = site.run(&export(&firm, &client, &output));
    assert!(
        said.contains("not in it: vault/\tThe vault was not asked for."),
        "{said}"
    );
    let mode = fs::metadata(&output).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let files = unpacked(&output);
    check(&client, &files);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "profile.json",
        "invoices/INV-00001.pdf",
        "payments.csv",
        "documents/General/Letter.txt",
        "manifest.json",
    ];
    assert_eq!(paths, expected);

    let output = site.data.join("with.zip");
    let said = site.run(&[&export(&firm, &client, &output)[..], &["--vault"]].concat());
    assert!(!said.contains("not in it"), "{said}");
    let files = unpacked(&output);
    check(&client, &files);
    let secret = files.iter().find(|(path, _)| path == "vault/PIN.json");
    assert!(String::from_utf8_lossy(&secret.unwrap().1).contains("4711"));
    let log = software.get(&format!("/audit?about={client}"));
    let rows = log["data"].as_array().unwrap().iter();
    let taken = rows.filter(|row| row["action"] == "profile.taken_out");
    let actors: Vec<&Value> = taken.map(|row| &row["actor"]).collect();
    assert_eq!(actors, ["staff Operator (command line)"; 2]);
    server.stop();
}

#[test]
fn what_is_there_stays_and_what_breaks_off_or_cannot_begin_leaves_nothing() {
    let site = Site::real(None);
    let (firm, server, _, client) = begin(&site);
    server.stop();
    let output = site.data.join("client.zip");
    fs::write(&output, b"mine").unwrap();
    let said = site.refuses(&export(&firm, &client, &output));
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read(&output).unwrap(), b"mine");
    fs::remove_file(&output).unwrap();

    let is_left = || {
        let names = fs::read_dir(&site.data).unwrap().flatten();
        let mut names = names.map(|it| it.file_name().into_string().unwrap());
        names.any(|name| name.starts_with("client.zip"))
    };
    let nobody = format!("cli_{}", &firm.id["firm_".len()..]);
    let said = site.refuses(&export(&firm, &nobody, &output));
    assert!(said.contains("no such client") && !is_left(), "{said}");
    for file in files_below(&site.data.join("files")) {
        fs::write(file, b"as it is!").unwrap();
    }
    let said = site.refuses(&export(&firm, &client, &output));
    assert!(
        said.contains("not the one that was stored") && !is_left(),
        "{said}"
    );
    fs::rename(site.data.join("vault.keys"), site.data.join("away")).unwrap();
    let said = site.refuses(&[&export(&firm, &client, &output)[..], &["--vault"]].concat());
    assert!(said.contains("keys back") && !is_left(), "{said}");
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let files = entries.flat_map(|path| match path.is_dir() {
        true => files_below(&path),
        false => vec![path],
    });
    files.collect()
}
