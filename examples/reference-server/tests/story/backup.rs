//! Backups that are refused, damaged or not finished, and places that are not empty.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::database;
use crate::firm::Firm;
use crate::server::{MORNING, Site};

/// A site with a document, and a backup of it.
fn backed_up(database_url: Option<String>, more: &[&str]) -> (Site, PathBuf) {
    let site = Site::real(database_url);
    site.run(&["vault", "new-key"]);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.software(&site);
    let client = software.post("/clients", &json!({"name": "Keller Guss AG"}));
    let details = json!({"client": client["id"]});
    software.hand_in("/documents", &details, ("Letter.txt", b"as it was"));
    let backup = site.data.join("backup");
    let said = site.run(&[&["backup", &text(&backup)], more].concat());
    assert_eq!(said.contains("vault.keys"), more.is_empty(), "{said}");
    server.stop();
    (site, backup)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn manifest(backup: &Path) -> Value {
    let text = fs::read(backup.join("manifest.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Whether nothing was left by a restore that failed.
fn is_untouched(site: &Site) -> bool {
    let names = fs::read_dir(&site.data).unwrap().flatten();
    names.map(|it| it.file_name()).all(|name| name == "mine")
}

#[test]
fn what_is_damaged_not_finished_or_changed_is_refused_and_leaves_nothing() {
    let (_site, backup) = backed_up(None, &[]);
    let content = manifest(&backup)["content"].clone();
    let paths: Vec<_> = content.as_array().unwrap().iter().collect();
    assert_eq!(paths.len(), 2, "{content}");
    let other = Site::real(None);
    for entry in paths {
        let path = backup.join(entry["path"].as_str().unwrap());
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let said = other.refuses(&["restore", &text(&backup)]);
        let name = entry["path"].as_str().unwrap();
        assert!(said.contains("damaged") && said.contains(name), "{said}");
        assert!(is_untouched(&other));
        fs::remove_file(&path).unwrap();
        let said = other.refuses(&["restore", &text(&backup)]);
        assert!(said.contains(name) && is_untouched(&other), "{said}");
        fs::write(&path, whole).unwrap();
    }
    fs::rename(backup.join("manifest.json"), backup.join("away")).unwrap();
    let said = other.refuses(&["restore", &text(&backup)]);
    assert!(
        said.contains("not finished") && is_untouched(&other),
        "{said}"
    );
    fs::rename(backup.join("away"), backup.join("manifest.json")).unwrap();
    let said = other.run(&["restore", &text(&backup)]);
    assert!(said.contains("documents\tsound, 1 files"), "{said}");
    assert!(
        said.contains("vault.keys") && said.contains("seal"),
        "{said}"
    );
    assert!(
        !other.data.join("seal").exists(),
        "a key is put back, not made"
    );
}

#[test]
fn a_place_that_is_not_empty_stays_as_it_is() {
    let (site, backup) = backed_up(None, &[]);
    let said = site.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("there is a database already"), "{said}");
    let said = site.refuses(&["backup", &text(&backup)]);
    assert!(said.contains("name a new folder"), "{said}");
    let other = Site::real(None);
    let mine = other.data.join("files/firm_x/mine");
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(&mine, b"mine").unwrap();
    let said = other.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("there are files already"), "{said}");
    assert_eq!(fs::read(mine).unwrap(), b"mine");
    assert!(!other.data.join("caseflow.db").exists());
}

#[test]
fn keys_are_in_a_backup_when_they_are_asked_for_and_take_the_place_of_no_other() {
    let (site, backup) = backed_up(None, &["--with-keys"]);
    let keys = ["vault.keys", "seal/key.pem", "seal/certificate.pem"];
    let other = Site::real(None);
    let said = other.run(&["restore", &text(&backup)]);
    assert!(!said.contains("To be put back"), "{said}");
    for key in keys {
        let [here, there] = [&site, &other].map(|site| fs::read(site.data.join(key)).unwrap());
        assert_eq!(here, there, "{key}");
    }
    let third = Site::real(None);
    fs::write(third.data.join("vault.keys"), b"1:another").unwrap();
    let said = third.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("is another key"), "{said}");
    assert!(!third.data.join("caseflow.db").exists());
}

#[test]
fn a_backup_of_a_server_needs_its_tools_and_goes_into_an_empty_database_alone() {
    let [here, there] = [database::postgres(), database::postgres()];
    let (site, backup) = backed_up(Some(here.url().to_owned()), &[]);
    let mut bare = Site::real(Some(here.url().to_owned()));
    bare.set("PATH", "/nonexistent");
    let never = bare.data.join("never");
    let said = bare.refuses(&["backup", &text(&never)]);
    assert!(
        said.contains("postgresql-client") && !never.exists(),
        "{said}"
    );

    let taken = Site::real(Some(here.url().to_owned()));
    let said = taken.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("is not empty"), "{said}");
    let file = Site::real(None);
    let said = file.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("of a PostgreSQL database"), "{said}");

    // An archive that cannot be loaded as a whole.
    let mut other = Site::real(Some(there.url().to_owned()));
    other.set("PATH", "/nonexistent");
    let said = other.refuses(&["restore", &text(&backup)]);
    assert!(said.contains("pg_restore is not in the PATH"), "{said}");
    assert!(is_untouched(&other));
    let other = Site::real(Some(there.url().to_owned()));
    let said = other.run(&["restore", &text(&backup)]);
    assert!(said.contains("documents\tsound, 1 files"), "{said}");
    drop(site);
}
