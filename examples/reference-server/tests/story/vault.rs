//! Vaults on disk: nothing of them in the clear anywhere (F01), keys that rotate while the server is
//! killed (F08), a server without keys (F09), a restore from copies (F19).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::database;
use crate::firm::{CONTACT, Firm, PASSWORD};
use crate::server::{MORNING, Site};
use crate::visitor::{Browser, Software};

/// What stands in the file, and in no other place in the clear.
const MARKER: &str = "quartz-lantern-7319-harbour";
/// What the file is called, what is said of it, and a password: as little of them is to be seen.
const NAME: &str = "walnut-trombone-2648.txt";
const REMARK: &str = "zephyr-marmalade-5520";
const SECRET: &str = "copper-avalanche-8816";
/// How many items are rotated and how often the server is killed meanwhile, as in `1000,4`.
const SIZE: &str = "CASEFLOW_TEST_VAULT";

#[test]
fn f01_nothing_of_a_vault_is_in_the_clear_anywhere_on_sqlite() {
    let site = vault_site(None);
    let seen = nothing_in_the_clear(&site, &mut || vec![]);
    assert!(seen.contains("caseflow.db"), "{seen:?}");
}

#[test]
fn f01_nothing_of_a_vault_is_in_the_clear_anywhere_on_postgresql() {
    let database = database::postgres();
    let site = vault_site(Some(database.url().to_owned()));
    let url = database.url().to_owned();
    nothing_in_the_clear(&site, &mut || database::dump(&url));
}

#[test]
fn f08_every_item_can_be_read_while_keys_rotate_and_the_server_is_killed_on_sqlite() {
    rotate(None);
}

#[test]
fn f08_every_item_can_be_read_while_keys_rotate_and_the_server_is_killed_on_postgresql() {
    let database = database::postgres();
    rotate(Some(database.url().to_owned()));
}

#[test]
fn f09_without_keys_the_vault_says_so_and_everything_else_works() {
    let site = Site::real(None);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    firm.welcome(&site, &mut software, &["invoices", "vault"]);
    let file = (NAME, MARKER.as_bytes());
    let answer = software.try_hand_in("/vault/files", &for_client(&software), file);
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.body.contains("vault-unavailable"), "{}", answer.body);
    let answer = software.try_post("/vault/secrets", &note(&software, SECRET));
    assert_eq!(answer.status, 503, "{}", answer.body);

    let mut browser = Browser::new(&site.base);
    browser.sign_in(&firm.portal, CONTACT, PASSWORD);
    for page in ["dashboard", "invoices", "library", "profile"] {
        let answer = browser.get(&format!("{}/{page}", firm.portal));
        assert_eq!(answer.status, 200, "{page}");
    }
    assert_eq!(files_of(&site).len(), 0, "nothing is stored");
    drop(server);
    assert_eq!(
        found(&site.data, &[MARKER, NAME, SECRET]),
        Vec::<String>::new()
    );

    site.run(&["vault", "new-key"]);
    let server = site.start(MORNING);
    software.hand_in("/vault/files", &for_client(&software), file);
    assert_eq!(
        software.get(&vault_of(&software))["data"][0]["item"]["name"],
        NAME
    );
    drop(server);
}

/// A site for real firms whose vaults have a key, and whose temporary files lie in its own folder.
fn vault_site(database_url: Option<String>) -> Site {
    let mut site = Site::real(database_url);
    site.set("CASEFLOW_LOG", "debug");
    let temporary = site.data.join("tmp");
    fs::create_dir_all(&temporary).unwrap();
    site.set("TMPDIR", &temporary.display().to_string());
    site.run(&["vault", "new-key"]);
    site
}

/// Puts a file and a password into a vault, has them read and removed, and looks everywhere each time.
/// Answers which files were looked at.
fn nothing_in_the_clear(site: &Site, dump: &mut dyn FnMut() -> Vec<u8>) -> BTreeSet<String> {
    let firm = Firm::open(site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(site);
    firm.welcome(site, &mut software, &["vault"]);
    let mut details = for_client(&software);
    details["description"] = json!(REMARK);
    let content = format!("{MARKER}\n").repeat(2_000);
    let file = software.hand_in("/vault/files", &details, (NAME, content.as_bytes()));
    let secret = software.post("/vault/secrets", &note(&software, SECRET));
    let mut look = |when: &str| {
        let words = [MARKER, NAME, REMARK, SECRET];
        assert_eq!(found(&site.data, &words), Vec::<String>::new(), "{when}");
        let dump = dump();
        for word in words {
            assert!(
                !holds(&dump, word.as_bytes()),
                "{word} in the database, {when}"
            );
        }
    };
    look("after it was put in");

    let mut browser = Browser::new(&site.base);
    browser.sign_in(&firm.portal, CONTACT, PASSWORD);
    let listed = browser.get(&format!("{}/vault", firm.portal));
    assert!(listed.text().contains(NAME), "{}", listed.text());
    let file = file["id"].as_str().unwrap();
    let read = browser.get(&format!("{}/vault/{file}/download", firm.portal));
    assert_eq!(read.body, content);
    let secret = secret["id"].as_str().unwrap();
    let shown = browser.post(&format!("{}/vault/{secret}/show", firm.portal), &[]);
    assert!(shown.text().contains(SECRET), "{}", shown.text());
    look("after it was read");
    let backup = site.data.join("backup");
    copy(&site.data, &backup, &["backup"]);
    look("in a copy of the folder");

    let seen = names(&site.data);
    for item in [file, secret] {
        software.delete(&format!("/vault/{item}"));
    }
    look("after it was removed");
    assert_eq!(files_of(site).len(), 0, "the sealed body is gone");
    server.stop();
    look("after the server stopped");
    seen
}

fn rotate(database_url: Option<String>) {
    let given = std::env::var(SIZE).unwrap_or_else(|_| "120,3".to_owned());
    let (items, kills) = given.split_once(',').expect("like 1000,4");
    let (items, kills): (usize, u64) = (items.parse().unwrap(), kills.parse().unwrap());
    let site = vault_site(database_url);
    let firm = Firm::open(&site);
    let mut server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    firm.welcome(&site, &mut software, &["vault"]);
    let details = for_client(&software);
    software.hand_in("/vault/files", &details, (NAME, MARKER.as_bytes()));
    for n in 1..items {
        software.post("/vault/secrets", &note(&software, &format!("{SECRET} {n}")));
    }
    let before = all(&software);
    assert_eq!(before.len(), items);
    assert_eq!(
        site.run(&["vault", "status"]),
        format!("local\t1\t{items} items")
    );

    let mut chance = Chance(8);
    let mut rotation = site.program(&["vault", "rotate"]);
    let mut rotation = rotation
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for_key(&site, 2);
    for _ in 0..kills {
        sleep(Duration::from_millis(chance.below(250)));
        server.kill();
        let _ = rotation.kill();
        rotation.wait().unwrap();
        server = site.start(MORNING);
        assert_eq!(all(&software), before, "after a kill");
    }
    let under_two = format!("local\t2\t{items} items");
    for _ in 0..300 {
        if site.run(&["vault", "status"]) == under_two {
            break;
        }
        assert_eq!(all(&software), before, "meanwhile");
        sleep(Duration::from_millis(200));
    }
    assert_eq!(site.run(&["vault", "status"]), under_two);
    site.run(&["vault", "retire", "1"]);
    server.kill();
    server = site.start(MORNING);
    assert_eq!(all(&software), before, "without the old key");
    let chain = site.run(&["verify"]);
    assert!(chain.contains("sound"), "{chain}");
    server.stop();
}

/// Waits until there is a key of this number.
fn wait_for_key(site: &Site, number: u32) {
    let begins = format!("{number}:");
    for _ in 0..400 {
        let keys = fs::read_to_string(site.data.join("vault.keys")).unwrap();
        if keys.lines().any(|line| line.starts_with(&begins)) {
            return;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("no key {number} within 2 s");
}

#[test]
fn f19_copies_of_database_files_and_keys_are_read_elsewhere_and_without_the_keys_nothing_is() {
    let site = vault_site(None);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    firm.welcome(&site, &mut software, &["vault"]);
    let details = for_client(&software);
    software.hand_in("/vault/files", &details, (NAME, MARKER.as_bytes()));
    software.post("/vault/secrets", &note(&software, SECRET));
    let before = all(&software);
    server.stop();

    let other = Site::real(None);
    copy(&site.data, &other.data, &["tmp", "vault.keys"]);
    let server = other.start(MORNING);
    let software = firm.vault_software(&other);
    let closed = software.try_get(&vault_of(&software));
    assert_eq!(closed.status, 503, "{}", closed.body);
    fs::copy(site.data.join("vault.keys"), other.data.join("vault.keys")).unwrap();
    assert_eq!(all(&software), before, "restored, without a restart");
    let file = before.iter().find(|item| item.contains(NAME)).unwrap();
    let id = file.split('"').nth(1).unwrap();
    let read = software.try_get(&format!("/vault/{id}/content"));
    assert_eq!(read.body, MARKER);
    drop(server);
}

fn client(software: &Software) -> Value {
    software.get("/clients")["data"][0]["id"].clone()
}

fn for_client(software: &Software) -> Value {
    json!({"client": client(software)})
}

fn note(software: &Software, text: &str) -> Value {
    json!({"client": client(software), "name": "A note", "note": text})
}

fn vault_of(software: &Software) -> String {
    let client = client(software);
    format!("/clients/{}/vault?limit=100", client.as_str().unwrap())
}

/// Everything that the vault says of its items.
fn all(software: &Software) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    let first = vault_of(software);
    let mut path = first.clone();
    loop {
        let page = software.get(&path);
        for row in page["data"].as_array().unwrap() {
            assert_ne!(row["item"], Value::Null, "{row}");
            items.insert(format!("{} {}", row["id"], row["item"]));
        }
        match page["next"].as_str() {
            Some(next) => path = format!("{first}&after={next}"),
            None => return items,
        }
    }
}

fn files_of(site: &Site) -> Vec<PathBuf> {
    every_file(&site.data.join("files"))
}

fn names(folder: &Path) -> BTreeSet<String> {
    let files = every_file(folder);
    let names = files.iter().filter_map(|path| path.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The files below a folder in which one of these words stands, or whose name has it.
fn found(folder: &Path, words: &[&str]) -> Vec<String> {
    let mut found = vec![];
    for path in every_file(folder) {
        let bytes = fs::read(&path).unwrap_or_default();
        let name = path.to_string_lossy().into_owned();
        for word in words {
            if holds(&bytes, word.as_bytes()) || name.contains(word) {
                found.push(format!("{word} in {name}"));
            }
        }
    }
    found
}

fn every_file(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(every_file(&path)),
            false => files.push(path),
        }
    }
    files
}

/// As text, and as a database prints bytes.
fn holds(bytes: &[u8], word: &[u8]) -> bool {
    let hex: String = word.iter().map(|byte| format!("{byte:02x}")).collect();
    let stands = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    stands(word) || stands(hex.as_bytes())
}

/// Copies a folder with the rights of its files and folders, as a backup does.
fn copy(from: &Path, to: &Path, but: &[&str]) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if but.iter().any(|it| name == *it) {
            continue;
        }
        match path.is_dir() {
            true => copy(&path, &to.join(name), &[]),
            false => drop(fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}
