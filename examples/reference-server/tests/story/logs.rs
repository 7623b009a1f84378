//! What the log holds: what an answer was, under the id that the answer bears, and nothing of anybody.

use std::time::Duration;

use serde_json::{Value, json};

use crate::firm::{self, CONTACT, Firm, PASSWORD};
use crate::server::{MORNING, Server, Site};
use crate::visitor::Browser;

/// The log's lines as objects, once one of them is there.
fn lines(server: &Server<'_>, is_there: impl Fn(&Value) -> bool) -> Vec<Value> {
    for _ in 0..100 {
        let log = server.log();
        let parsed = log.lines().map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<Value> = parsed.collect();
        if lines.iter().any(&is_there) {
            return lines;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no such line within 5 s:\n{}", server.log());
}

fn json_site(level: &str) -> Site {
    let mut site = Site::real(None);
    site.set("CASEFLOW_LOG", level);
    site.set("CASEFLOW_LOG_FORMAT", "json");
    site
}

#[test]
fn what_fails_is_logged_under_the_id_of_its_answer() {
    let site = json_site("info");
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    let client = software.post("/clients", &json!({"name": "Keller Guss AG"}));
    let note = json!({"client": client["id"], "name": "A note", "note": "no key to seal it"});
    let (status, id) = software.answered("/vault/secrets", &note);
    assert_eq!(status, 503);
    assert!(id.starts_with("req_"), "{id}");
    let of_it = |line: &Value| line["request"] == *id && line["message"] == "answered";
    let lines = lines(&server, of_it);
    let answered: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .collect();
    let [answered] = answered[..] else {
        panic!("the rest is for `debug`: {answered:?}");
    };
    assert_eq!(answered["level"], "INFO");
    assert_eq!(answered["method"], "POST");
    assert_eq!(answered["route"], "/firm/api/v1/vault/secrets");
    assert_eq!(answered["status"], 503);
    assert!(answered["micros"].is_u64(), "{answered}");
    let why = lines
        .iter()
        .find(|line| line["level"] == "WARN" && line["request"] == *id);
    assert_eq!(why.unwrap()["message"], "the vault has no keys");
    server.stop();
}

/// A contact goes wrong, signs in, and looks at pages, the library last.
fn look_around(site: &Site, portal: &str, contract: &str) {
    let mut browser = Browser::new(&site.base);
    let wrong = [("email", CONTACT), ("password", "wrong-lantern-harbour")];
    browser.post(&format!("{portal}/login"), &wrong);
    browser.sign_in(portal, CONTACT, PASSWORD);
    browser.post(&format!("{portal}/forgot-password"), &[("email", CONTACT)]);
    for page in [
        "dashboard",
        "invoices",
        "documents?q=quartz",
        "vault",
        "profile",
        &format!("contracts/{contract}"),
        "library",
    ] {
        browser.get(&format!("{portal}/{page}"));
    }
}

#[test]
fn of_people_and_secrets_nothing_is_in_the_log() {
    let site = json_site("debug");
    site.run(&["vault", "new-key"]);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.vault_software(&site);
    let sections = ["invoices", "contracts", "documents", "vault"];
    firm.welcome(&site, &mut software, &sections);
    firm::issue(&mut software, &firm::lease());
    let contract = firm::signed_contract(&site, &firm, &mut software);
    let client = software.get("/clients")["data"][0]["id"].clone();
    let details = json!({"client": client, "share": true, "mail": true, "matter": "Quartz estate"});
    software.hand_in("/documents", &details, ("Walnut-trombone.txt", b"zephyr"));
    let note = json!({"client": client, "name": "Marmalade", "note": "copper-avalanche-8816"});
    software.post("/vault/secrets", &note);

    look_around(&site, &firm.portal, &contract);
    let link = site.link(CONTACT);
    let secret = link.rsplit('/').next().unwrap();
    let token = firm::token(&site, &firm.portal);

    let seen = lines(&server, |line| {
        line["route"]
            .as_str()
            .is_some_and(|it| it.ends_with("/library"))
    });
    assert!(seen.len() > 30, "{}", seen.len());
    let log = server.log().to_lowercase();
    for word in [
        CONTACT,
        PASSWORD,
        secret,
        &token,
        software.secret(),
        "ana",
        "keller",
        "muster",
        "client.example",
        "wrong-lantern",
        "quartz",
        "walnut",
        "zephyr",
        "marmalade",
        "copper-avalanche",
        "1162.50",
        "127.0.0.1",
    ] {
        let place = log.find(&word.to_lowercase());
        let around = place.map(|at| &log[at.saturating_sub(200)..(at + 100).min(log.len())]);
        assert_eq!(around, None, "{word}");
    }
    server.stop();
}
