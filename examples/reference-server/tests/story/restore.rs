//! A backup that is made while people work, and what comes of it in an empty place by the guide's own
//! commands. `scripts/restore-drill` does it with more of everything.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::database;
use crate::firm::{self, Firm};
use crate::server::{MORNING, Site};
use crate::visitor::Software;

const GUIDE: &str = include_str!("../../../../docs/guides/operate.md");
/// Where the guide's commands put a backup, and the keys.
const BACKUP: &str = "/var/backups/caseflow/2026-11-27";
const KEYS: &str = "/media/keys/caseflow";
/// For how many seconds people work before the backup is made.
const SECONDS: &str = "CASEFLOW_TEST_RESTORE";
/// How many writes each of the six makes in a second, as far as the machine can.
const PACE: u32 = 9;
const CHUNK: usize = 16 * 1024;

#[test]
fn what_was_acknowledged_before_a_backup_is_equal_after_a_restore_on_sqlite() {
    drill(None, None);
}

#[test]
fn what_was_acknowledged_before_a_backup_is_equal_after_a_restore_on_postgresql() {
    let [here, there] = [database::postgres(), database::postgres()];
    drill(Some(here.url().to_owned()), Some(there.url().to_owned()));
}

fn drill(here: Option<String>, there: Option<String>) {
    let seconds = std::env::var(SECONDS).unwrap_or_else(|_| "2".to_owned());
    let seconds = seconds.parse().expect("a number of seconds");
    let site = Site::real(here);
    site.run(&["vault", "new-key"]);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    let sections = ["invoices", "contracts", "documents", "vault"];
    firm.welcome(&site, &mut software, &sections);
    let contract = firm::signed_contract(&site, &firm, &mut software);
    let people = People::new(&software, &contract);

    let (before, wrote) = scope(|threads| {
        for work in [People::pay, People::share, People::keep].repeat(2) {
            let (people, mine) = (&people, firm.vault_software(&site));
            threads.spawn(move || people.go_on(mine, work));
        }
        sleep(Duration::from_secs(seconds));
        people.backing_up.store(true, Ordering::SeqCst);
        let (before, began) = (people.acknowledged(), Instant::now());
        let writes = people.writes.load(Ordering::SeqCst);
        in_guide(&site, "Back up");
        let took = began.elapsed();
        let wrote = people.writes.load(Ordering::SeqCst) - writes;
        sleep(Duration::from_millis(300));
        people.gone_home.store(true, Ordering::SeqCst);
        (before, (wrote, took))
    });
    let expected = all(&site, &software, &before);
    server.stop();

    let other = Site::real(there);
    fs::rename(of(&site, BACKUP), of(&other, BACKUP)).unwrap();
    fs::rename(of(&site, KEYS), of(&other, KEYS)).unwrap();
    let said = in_guide(&other, "Restore");
    for what in [
        "audit chain\tsound",
        "accounts\tequal",
        "counters\tsound",
        "vaults\tsound",
    ] {
        assert!(said.contains(what), "{said}");
    }
    let server = other.start(MORNING);
    let software = software.at(&other.base);
    let found = all(&other, &software, &before);
    for (path, content) in &expected {
        assert_eq!(found.get(path), Some(content), "{path}");
    }
    assert_eq!(found.len(), expected.len());
    server.stop();
    let (wrote, took) = wrote;
    println!(
        "{} records equal; {wrote} writes in {took:?} while the backup was made, {} in all",
        expected.len(),
        people.writes.load(Ordering::SeqCst)
    );
}

/// People who write, and note where what they wrote is to be read.
struct People {
    client: Value,
    done: Mutex<Vec<String>>,
    /// Documents that are removed while the backup is made.
    doomed: Mutex<Vec<String>>,
    writes: AtomicUsize,
    backing_up: AtomicBool,
    gone_home: AtomicBool,
}

impl People {
    fn new(software: &Software, contract: &str) -> Self {
        let files = ["", "/pdf", "/signed"];
        let done = files.map(|file| format!("/contracts/{contract}{file}"));
        Self {
            client: software.get("/clients")["data"][0]["id"].clone(),
            done: Mutex::new(done.to_vec()),
            doomed: Mutex::default(),
            writes: AtomicUsize::new(0),
            backing_up: AtomicBool::new(false),
            gone_home: AtomicBool::new(false),
        }
    }

    /// Writes at an even pace until it is time to go home.
    fn go_on(&self, mut software: Software, work: fn(&Self, &mut Software, usize) -> usize) {
        let (began, mut wrote) = (Instant::now(), 0);
        for n in 0.. {
            if self.gone_home.load(Ordering::SeqCst) {
                return;
            }
            let more = work(self, &mut software, n);
            self.writes.fetch_add(more, Ordering::SeqCst);
            wrote += u32::try_from(more).unwrap();
            let due = Duration::from_secs(1) * wrote / PACE;
            sleep(due.saturating_sub(began.elapsed()));
        }
    }

    /// An invoice, and money for it.
    fn pay(&self, software: &mut Software, n: usize) -> usize {
        let amount = format!("{}.{:02}", 10 + n, n % 100);
        let invoice = firm::issue(software, &firm::flat(&amount));
        let payment = json!({"amount": "balance", "mode": "bank_transfer"});
        let payment = software.post(&format!("/invoices/{invoice}/payments"), &payment);
        self.note([
            format!("/invoices/{invoice}"),
            format!("/payments/{}", id(&payment)),
        ]);
        3
    }

    /// A document. Some of those that are there when the backup begins are removed meanwhile.
    fn share(&self, software: &mut Software, n: usize) -> usize {
        let details = json!({"client": self.client, "share": true});
        let bytes = bytes(n * 977 % 40_000);
        let document = software.hand_in("/documents", &details, ("Letter.txt", &bytes));
        let document = format!("/documents/{}", id(&document));
        if self.backing_up.load(Ordering::SeqCst) {
            let doomed = self.doomed.lock().unwrap().pop();
            if let Some(doomed) = doomed {
                software.delete(&doomed);
                return 2;
            }
        } else if n % 5 == 4 {
            self.doomed.lock().unwrap().push(document);
            return 1;
        }
        let content = format!("{document}/versions/1/content");
        self.note([document, content]);
        1
    }

    /// A file, or a password, in the vault.
    fn keep(&self, software: &mut Software, n: usize) -> usize {
        if n.is_multiple_of(3) {
            let details = json!({"client": self.client});
            let bytes = bytes(n * 1_009 % (3 * CHUNK));
            let item = software.hand_in("/vault/files", &details, ("Deed.txt", &bytes));
            self.note([format!("/vault/{}/content", id(&item))]);
        } else {
            let note = json!({"client": self.client, "name": "PIN", "note": format!("{n} {n}")});
            let item = software.post("/vault/secrets", &note);
            self.note([format!("/vault/{}", id(&item))]);
        }
        1
    }

    fn note<const N: usize>(&self, paths: [String; N]) {
        self.done.lock().unwrap().extend(paths);
    }

    fn acknowledged(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

/// What the server answers to each of these; a record as its members, a file as its bytes.
fn all(site: &Site, software: &Software, paths: &[String]) -> BTreeMap<String, Vec<u8>> {
    let own = |bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) => text.replace(&site.base, "https://portal").into_bytes(),
        Err(file) => file.into_bytes(),
    };
    let read = paths
        .iter()
        .map(|path| (path.clone(), own(software.bytes(path))));
    read.collect()
}

fn bytes(length: usize) -> Vec<u8> {
    let words = b"quartz lantern harbour ".iter().copied();
    words.cycle().take(length + 1).collect()
}

fn id(reply: &Value) -> &str {
    reply["id"].as_str().unwrap()
}

/// What stands for a place of the guide's in a test.
fn of(site: &Site, place: &str) -> std::path::PathBuf {
    let name = Path::new(place).file_name().unwrap();
    let mut beside = site.data.clone().into_os_string();
    beside.push("-");
    beside.push(name);
    beside.into()
}

/// Runs the commands in the code block below a heading of the guide, as they stand there but for its
/// places. Answers what they printed.
fn in_guide(site: &Site, heading: &str) -> String {
    let section = GUIDE.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let commands = section.split("```sh\n").nth(1).unwrap();
    let mut commands = commands.split("```").next().unwrap().to_owned();
    for place in [BACKUP, KEYS] {
        assert!(commands.contains(place), "{heading}: {commands}");
        commands = commands.replace(place, of(site, place).to_str().unwrap());
    }
    let program = site.program(&[]);
    let folder = Path::new(program.get_program()).parent().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-euc", &commands]);
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let path = std::env::var("PATH").unwrap();
    shell.env("PATH", format!("{}:{path}", folder.display()));
    let done = shell.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{commands}\n{said}");
    String::from_utf8(done.stdout).unwrap()
}
