//! Every signed contract gets its one signed copy, whatever happens to the server between the
//! signature and the seal (C23, R-SIG-4, R-SIG-5).

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use caseflow_core::domain::time::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use ureq::Agent;

use crate::chance::Chance;
use crate::firm::{self, CONTACT, Firm, OFFICE};
use crate::server::{MORNING, Server, Site};
use crate::visitor::Software;

/// How many contracts and kills, as in `100,10`.
const SIZE: &str = "CASEFLOW_TEST_SEALS";
const SIGNERS: usize = 3;
/// Within which time after a restart each copy has to be there.
const MINUTE: Duration = Duration::from_secs(60);
/// Longer than a mail is another server's.
pub(crate) const LEASES: Duration = Duration::from_secs(600);

#[test]
fn c23_each_signed_contract_gets_its_one_copy_though_the_server_is_killed_on_sqlite() {
    seal(None);
}

#[test]
fn c23_each_signed_contract_gets_its_one_copy_though_the_server_is_killed_on_postgresql() {
    let database = crate::database::postgres();
    seal(Some(database.url().to_owned()));
}

fn size() -> (usize, usize) {
    let given = std::env::var(SIZE).unwrap_or_else(|_| "24,6".to_owned());
    let (contracts, kills) = given.split_once(',').expect("like 100,10");
    (contracts.parse().unwrap(), kills.parse().unwrap())
}

fn seal(database_url: Option<String>) {
    let (wanted, kills) = size();
    let site = Site::real(database_url);
    let firm = Firm::open(&site);
    let clock = Clock(Instant::now());
    let mut server = site.start(&clock.now());
    let mut software = firm.software(&site);
    firm.welcome(&site, &mut software, &["contracts"]);
    let send = |n| firm::send_contract(&mut software, &format!("Engagement letter {n}"));
    let contracts: Vec<String> = (0..wanted).map(send).collect();
    let crowd = Crowd::new(firm.portal.clone(), firm::token(&site, &firm.portal));

    let mut chance = Chance(23);
    scope(|threads| {
        for signer in 0..SIGNERS {
            let (crowd, mine) = (&crowd, contracts.iter().skip(signer).step_by(SIGNERS));
            threads.spawn(move || crowd.sign_all(mine));
        }
        for kill in 1..=kills {
            crowd.wait_for(kill * wanted / (kills + 1));
            sleep(Duration::from_millis(chance.below(400)));
            server.kill();
            server = site.start(&clock.now());
        }
        crowd.wait_for(wanted);
    });
    server.kill();
    let server = site.start(&clock.now());
    all_sealed(&software, &contracts, &server);
    let copies = contracts.iter().map(|id| whole(&crowd, &software, id));
    let copies: BTreeSet<[u8; 32]> = copies.collect();
    assert_eq!(copies.len(), wanted, "each copy is of one contract");
    // What a killed server had taken out of the outbox is another's after a while.
    server.leap(&clock.after(LEASES));
    every_mail_once(&site, wanted);
    server.stop();
    let verified = site.run(&["verify"]);
    assert!(verified.contains("audit chain\tsound"), "{verified}");
}

/// Each copy is there within a minute of the restart.
pub(crate) fn all_sealed(software: &Software, contracts: &[String], server: &Server<'_>) {
    let began = Instant::now();
    let mut waiting = contracts.to_vec();
    waiting.retain(|id| state(software, id) != "sealed");
    println!(
        "{} of {} had no copy at the restart",
        waiting.len(),
        contracts.len()
    );
    while !waiting.is_empty() {
        let log = || server.log();
        assert!(
            began.elapsed() < MINUTE,
            "{waiting:?} have no copy:\n{}",
            log()
        );
        sleep(Duration::from_millis(200));
        waiting.retain(|id| state(software, id) != "sealed");
    }
}

fn state(software: &Software, id: &str) -> String {
    let contract = software.get(&format!("/contracts/{id}"));
    assert_eq!(contract["status"], "signed", "{contract}");
    let state = contract["copy"]["state"].as_str();
    state.unwrap().to_owned()
}

/// The copy is the same for everybody each time, is found to be ours, names this contract, and says
/// the time at which the signature was written. Answers its hash.
fn whole(crowd: &Crowd, software: &Software, id: &str) -> [u8; 32] {
    let contract = software.get(&format!("/contracts/{id}"));
    let copy = crowd.download(id);
    assert_eq!(crowd.download(id), copy, "{id}");
    let hash: [u8; 32] = Sha256::digest(&copy).into();
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(contract["copy"]["file"]["sha256"], hex, "{id}");
    let signed_at = contract["signed_at"].as_str().unwrap();
    assert_eq!(contract["signature"]["signed_at"], signed_at, "{id}");
    let found = crowd.verify(&copy);
    assert_eq!(found["verdict"], "ours", "{found}");
    assert_eq!(found["seal"]["document"], *id, "{found}");
    let whole_second = |text: &str| Timestamp::parse(text).unwrap().micros() / 1_000_000;
    let sealed = found["seal"]["signed_at"].as_str().unwrap();
    assert_eq!(whole_second(sealed), whole_second(signed_at), "{id}");
    hash
}

/// For each contract a notice to the firm, and to the signer one mail that the copy is there.
fn every_mail_once(site: &Site, wanted: usize) {
    let kinds = [(OFFICE, "was signed"), (CONTACT, "signed copy")];
    let mut counted = [0; 2];
    let began = Instant::now();
    while began.elapsed() < MINUTE {
        let mails = site.newest_first();
        counted = kinds.map(|(to, words)| {
            let to = format!("<{to}>");
            let those = mails.iter().filter(|mail| mail.contains(&to));
            those.filter(|mail| subject(mail).contains(words)).count()
        });
        if counted == [wanted; 2] {
            return;
        }
        sleep(Duration::from_millis(500));
    }
    panic!("{counted:?} notices to the firm and the signer of {wanted}");
}

fn subject(mail: &str) -> String {
    let line = mail.lines().find(|line| line.starts_with("Subject: "));
    line.unwrap_or_default().to_lowercase()
}

/// The server's clock goes on while it is down.
struct Clock(Instant);

impl Clock {
    fn now(&self) -> String {
        self.after(Duration::ZERO)
    }

    fn after(&self, span: Duration) -> String {
        let morning = Timestamp::parse(MORNING).unwrap();
        morning.plus(self.0.elapsed() + span).to_string()
    }
}

/// People who sign, and try again when the server is gone.
pub(crate) struct Crowd {
    portal: String,
    token: String,
    signed: AtomicUsize,
}

impl Crowd {
    pub(crate) fn new(portal: String, token: String) -> Self {
        Self {
            portal,
            token,
            signed: AtomicUsize::default(),
        }
    }

    fn sign_all<'a>(&self, contracts: impl Iterator<Item = &'a String>) {
        for id in contracts {
            self.sign(id);
        }
    }

    pub(crate) fn sign(&self, id: &str) {
        let agent = agent();
        let address = self.address(&format!("/contracts/{id}"));
        let shown = self.patiently(|| self.asked(agent.get(&address)).call());
        let signing = json!({
            "shown": shown["sent"]["file"]["sha256"], "typed": "Ana Keller",
            "terms": caseflow_core::domain::signature::SIGNING_TERMS,
            "time_zone": "Europe/Zurich",
        });
        let address = format!("{address}/sign");
        let signed = self.patiently(|| self.asked(agent.post(&address)).send_json(&signing));
        assert_eq!(signed["status"], "signed", "{signed}");
        self.signed.fetch_add(1, Ordering::SeqCst);
    }

    /// Waits until one more contract is signed.
    pub(crate) fn wait_for_one_more(&self) {
        self.wait_for(self.signed.load(Ordering::SeqCst) + 1);
    }

    /// Asks until there is an answer, for a minute at most.
    pub(crate) fn patiently(
        &self,
        ask: impl Fn() -> Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Value {
        let mut said = String::new();
        for _ in 0..600 {
            match ask() {
                Ok(mut answer) if answer.status().is_success() => {
                    match answer.body_mut().read_json() {
                        Ok(value) => return value,
                        Err(error) => said = error.to_string(),
                    }
                }
                Ok(mut answer) => said = answer.body_mut().read_to_string().unwrap_or_default(),
                Err(error) => said = error.to_string(),
            }
            sleep(Duration::from_millis(100));
        }
        panic!("{}: no answer: {said}", self.portal);
    }

    fn download(&self, id: &str) -> Vec<u8> {
        let address = self.address(&format!("/contracts/{id}/signed"));
        let mut answer = self.asked(agent().get(&address)).call().unwrap();
        assert_eq!(answer.status(), 200, "{id}");
        let mut bytes = vec![];
        let mut body = answer.body_mut().as_reader();
        body.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn verify(&self, file: &[u8]) -> Value {
        let request = agent().post(self.address("/verify"));
        let request = request.header("content-type", "application/pdf");
        let mut answer = request.send(file).unwrap();
        answer.body_mut().read_json().unwrap()
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.portal)
    }

    fn asked<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        request.header("authorization", format!("Bearer {}", self.token))
    }

    fn wait_for(&self, signed: usize) {
        let began = Instant::now();
        while self.signed.load(Ordering::SeqCst) < signed {
            assert!(began.elapsed() < Duration::from_secs(600), "nobody signs");
            sleep(Duration::from_millis(20));
        }
    }
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}
