//! `verify` names each kind of damage, and nothing that is sound.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::firm::{self, Firm};
use crate::server::{MORNING, Site};

/// Several chunks of a sealed file.
const LENGTH: usize = 50_000;

/// A site with one thing of each kind that is checked, while no server runs.
struct Place {
    site: Site,
    /// The database, sound.
    copy: PathBuf,
    document: PathBuf,
    vault: PathBuf,
}

impl Place {
    fn make() -> Self {
        let site = Site::real(None);
        site.run(&["vault", "new-key"]);
        let firm = Firm::open(&site);
        let server = site.start(MORNING);
        let mut software = firm.vault_software(&site);
        let sections = ["invoices", "contracts", "documents", "vault"];
        firm.welcome(&site, &mut software, &sections);
        let invoice = firm::issue(&mut software, &firm::flat("100.00"));
        let payment = json!({"amount": "balance", "mode": "card"});
        software.post(&format!("/invoices/{invoice}/payments"), &payment);
        let details = json!({"client": software.get("/clients")["data"][0]["id"]});
        let file = ("Deed.txt", &[b'x'; LENGTH][..]);
        software.hand_in("/documents", &details, file);
        software.hand_in("/vault/files", &details, file);
        firm::signed_contract(&site, &firm, &mut software);
        server.stop();
        let mut files = files(&site.data.join("files"));
        files.sort();
        let [document, vault] = files.try_into().unwrap();
        let copy = site.data.join("copy.db");
        fs::copy(site.data.join("caseflow.db"), &copy).unwrap();
        Self {
            site,
            copy,
            document,
            vault,
        }
    }

    fn finds(&self, arguments: &[&str], wanted: &str) {
        let (sound, said) = self.site.try_run(arguments);
        let lines = said.lines().filter(|line| line.contains(wanted)).count();
        assert!(!sound && lines == 1, "{wanted}: {said}");
        let others = said.lines().filter(|line| !line.contains(wanted));
        for line in others {
            assert!(
                line.contains("sound") || line.contains("equal"),
                "{wanted}: {line}"
            );
        }
    }

    fn with_file(&self, file: &Path, bytes: Option<Vec<u8>>, arguments: &[&str], wanted: &str) {
        let sound = fs::read(file).unwrap();
        match bytes {
            Some(bytes) => fs::write(file, bytes).unwrap(),
            None => fs::remove_file(file).unwrap(),
        }
        self.finds(arguments, wanted);
        fs::write(file, sound).unwrap();
    }

    fn with_rows(&self, change: &str, wanted: &str) {
        let database = self.site.data.join("caseflow.db");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let url = format!("sqlite:{}", database.display());
            let mut open = SqliteConnection::connect(&url).await.unwrap();
            let done = sqlx::raw_sql(AssertSqlSafe(change))
                .execute(&mut open)
                .await;
            assert!(done.unwrap().rows_affected() > 0, "{change}");
            open.close().await.unwrap();
        });
        self.finds(&["verify"], wanted);
        fs::copy(&self.copy, database).unwrap();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

fn changed(file: &Path, at: usize) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 1;
    Some(bytes)
}

#[test]
fn each_kind_of_damage_is_named_and_fails() {
    let place = Place::make();
    let (site, document, vault) = (&place.site, &place.document, &place.vault);
    for arguments in [&["verify"][..], &["verify", "--deep"]] {
        let said = site.run(arguments);
        for line in [
            "accounts\tequal",
            "counters\tsound, 1 figures",
            "documents\tsound, 1 files",
            "contracts\tsound, 2 files",
            "vaults\tsound, 1 items",
        ] {
            assert!(said.contains(line), "{said}");
        }
    }
    let verify: &[&str] = &["verify"];
    let others = "version 1: its bytes are not those that were handed in";
    place.with_file(document, changed(document, 7), verify, others);
    place.with_file(document, None, verify, "version 1: its bytes are missing");
    let cut = fs::read(document).unwrap()[..LENGTH - 1].to_vec();
    place.with_file(document, Some(cut), verify, "not as many as were handed in");
    let end = fs::read(vault).unwrap().len() - 1;
    let chunk = "a chunk is not what was sealed in its place";
    place.with_file(vault, changed(vault, end), verify, chunk);
    place.with_file(vault, changed(vault, 20_000), &["verify", "--deep"], chunk);
    place.with_file(
        vault,
        None,
        verify,
        "the object of the body is not in the file storage",
    );

    place.with_rows(
        "UPDATE caseflow_vault_items SET details = zeroblob(length(details))",
        "was sealed for another item or version, or its header was changed",
    );
    place.with_rows(
        "UPDATE caseflow_contracts SET copy_sha256 = shown_sha256, copy_size = shown_size",
        "its signed copy bears no seal",
    );
    place.with_rows(
        "UPDATE caseflow_files SET bytes = CAST(bytes || x'0a' AS BLOB) WHERE sha256 = \
         (SELECT copy_sha256 FROM caseflow_contracts)",
        "version 1: its bytes are not as many as were handed in",
    );
    place.with_rows(
        "UPDATE caseflow_invoices SET received = received + 1",
        "differs from",
    );
    place.with_rows(
        "UPDATE caseflow_counters SET value = value + 1",
        "its records add up to 10000",
    );
    place.with_rows(
        "UPDATE caseflow_audit SET action = 'x' WHERE seq = 3",
        "audit chain",
    );
}

#[test]
fn without_keys_it_is_said_what_could_not_be_checked_and_no_key_is_made() {
    let place = Place::make();
    let data = &place.site.data;
    for (key, wanted) in [
        (
            "vault.keys",
            "vaults\t1 items not checked: their key is not there",
        ),
        (
            "seal",
            "contracts\t1 files not checked: their key is not there",
        ),
    ] {
        let away = data.join("away");
        fs::rename(data.join(key), &away).unwrap();
        place.finds(&["verify"], wanted);
        assert!(!data.join(key).exists(), "{key}");
        fs::rename(away, data.join(key)).unwrap();
    }
    place.site.run(&["verify"]);
}
