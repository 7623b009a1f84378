//! Two servers on one PostgreSQL: what is due is done once, whoever does it, and what one of them had
//! taken when it was killed is done by the other.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use caseflow_core::domain::id::{BlobId, TypedId as _};
use caseflow_core::domain::time::Timestamp;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::firm::{self, CONTACT, Firm, OFFICE};
use crate::post::Post;
use crate::provider::Provider;
use crate::server::{MORNING, Server, Site};
use crate::visitor::Software;
use crate::{reconcile, seal};

const TOKEN: &str = "pX3vQ8nR5tY1uW7zK2mL9bJ4hG6fD0sA";
/// How many mails wait.
const SHARED: usize = 30;
const PAID: usize = 6;
const SIGNED: usize = 4;
const UNKNOWN: u8 = 5;
/// Longer than a mail waits that was refused once, than an attempt until it is asked about, and than
/// everything that a server took is its own.
const LATER: Duration = Duration::from_secs(310);

#[test]
fn two_servers_do_what_is_due_once_and_what_a_killed_one_had_taken_the_other_does() {
    let database = crate::database::postgres();
    let mut site = Site::real(Some(database.url().to_owned()));
    let post = Post::beside(&mut site);
    let firm = Firm::open(&site);
    let provider = Provider::beside(&mut site, &firm.portal);
    site.set("CASEFLOW_METRICS_TOKEN", TOKEN);
    let mut other = site.beside();
    post.serve(&mut other);
    let mut desk = Desk {
        software: firm.software(&site),
        post: &post,
        provider: &provider,
    };
    desk.work_piles_up(&mut site, &firm);
    let unknown = unknown_files(&site);

    let now = provider.now().to_string();
    let (mut one, two) = scope(|threads| {
        let two = threads.spawn(|| other.start(&now));
        (site.start(&now), two.join().unwrap())
    });
    desk.each_thing_once(&one, &two);
    assert!(unknown.iter().all(|file| !file.exists()), "not swept");
    desk.one_key_is_one_client(firm.software(&other));
    desk.one_is_killed(&mut one, &two, firm.software(&other));
    two.stop();
    let verified = site.run(&["verify"]);
    for words in ["audit chain\tsound", "equal to their records"] {
        assert!(verified.contains(words), "{verified}");
    }
}

/// Bytes to which no record refers, too old to be anybody's that is about to be put on record.
fn unknown_files(site: &Site) -> Vec<PathBuf> {
    let old = Timestamp::parse("2026-02-20T09:00:00Z").unwrap();
    let folders = fs::read_dir(site.data.join("files")).unwrap().flatten();
    let is_firm = |name: &str| name.starts_with("firm_");
    let mut folders = folders.filter(|it| is_firm(&it.file_name().to_string_lossy()));
    let folder = folders.next().unwrap().path();
    let file = |n| folder.join(BlobId::from_parts(old, [n; 10]).to_string());
    let files: Vec<PathBuf> = (0..UNKNOWN).map(file).collect();
    files
        .iter()
        .for_each(|file| fs::write(file, "left over").unwrap());
    files
}

struct Desk<'a> {
    software: Software,
    post: &'a Post,
    provider: &'a Provider,
}

impl Desk<'_> {
    /// With one server that can neither send nor seal, and hears nothing from the provider.
    fn work_piles_up(&mut self, site: &mut Site, firm: &Firm) {
        // Nobody listens there.
        site.set("CASEFLOW_SEAL_TIMESTAMP_URL", "http://127.0.0.1:9/tsr");
        let server = site.start(MORNING);
        self.provider.leap(MORNING);
        let sections = ["invoices", "contracts", "documents"];
        firm.welcome(site, &mut self.software, &sections);
        let (portal, token) = (firm.portal.clone(), firm::token(site, &firm.portal));
        let signers = seal::Crowd::new(portal.clone(), token.clone());
        let payers = reconcile::Crowd::new(portal, self.provider.base.clone(), token);
        self.post.close();
        for n in 0..SIGNED {
            signers.sign(&firm::send_contract(
                &mut self.software,
                &format!("Letter {n}"),
            ));
        }
        for _ in 0..PAID {
            let invoice = firm::issue(&mut self.software, &firm::flat("70.00"));
            payers.pay(&reconcile::agent(), &invoice, &mut Chance(2));
        }
        self.share();
        server.stop();
        site.set("CASEFLOW_SEAL_TIMESTAMP_URL", "");
    }

    /// Tells of a document, again and again.
    fn share(&mut self) {
        let client = self.software.get("/clients")["data"][0]["id"].clone();
        let (details, file) = (json!({"client": client}), ("Minutes.txt", &b"Minutes"[..]));
        let document = self.software.hand_in("/documents", &details, file);
        let path = format!("/documents/{}/share", document["id"].as_str().unwrap());
        for _ in 0..SHARED {
            self.software.post(&path, &json!({"mail": true}));
        }
    }

    fn each_thing_once(&self, one: &Server<'_>, two: &Server<'_>) {
        self.all_were_refused();
        let mails_before = self.post.taken().len();
        let asked_before = self.provider.calls().len();
        self.post.open(Duration::from_millis(20));
        self.provider.wait_all(&[one, two], LATER);
        let wanted = [
            (CONTACT, "shared a document", SHARED),
            (CONTACT, "We received ", PAID),
            (OFFICE, " paid online for invoice ", PAID),
            (OFFICE, "was signed", SIGNED),
            (CONTACT, "signed copy", SIGNED),
        ];
        let counted = || wanted.map(|(to, words, _)| (to, words, self.post.count(to, words)));
        until(
            || counted() == wanted && self.waiting().is_empty(),
            || format!("{:?}\n{}\n{}", counted(), one.log(), two.log()),
        );
        assert_eq!(self.post.repeats(), 0);
        for door in 0..2 {
            let mails = self.by(door, 0);
            assert!(mails > SHARED / 5, "server {door} sent {mails}");
        }
        self.counts_add_up(&[one, two], self.post.taken().len() - mails_before);
        let calls = self.provider.calls().split_off(asked_before);
        once_asked(&calls);
    }

    /// So many mails were taken by the post.
    fn counts_add_up(&self, servers: &[&Server<'_>], mails: usize) {
        let sum = |name: &str| -> usize {
            let counts = servers.iter().map(|server| counts(server)[name]);
            counts.sum()
        };
        let sent = || sum("caseflow_mail_total{outcome=\"sent\"}");
        // A round is counted when it is over.
        until(|| sent() >= mails, || format!("{} of {mails}", sent()));
        assert_eq!(sent(), mails);
        let sealed = sum("caseflow_repaired_seals_total{outcome=\"sealed\"}");
        assert_eq!(sealed, SIGNED);
        // Each attempt, and the notice that the record has of it.
        assert_eq!(sum("caseflow_money_tasks_total"), 2 * PAID);
        // Sweeping is not leased: both look, and the same bytes may go twice.
        assert!(sum("caseflow_swept_files_total") >= UNKNOWN.into());
    }

    /// How many mails came from a server after so many.
    fn by(&self, door: usize, before: usize) -> usize {
        let taken = self.post.taken().into_iter().skip(before);
        taken.filter(|mail| mail.from.0 == door).count()
    }

    /// What was asked of one server is known to the other: the first key was that of the client.
    fn one_key_is_one_client(&self, mut at_two: Software) {
        let again = at_two.post("/clients", &json!({"name": "Keller Guss AG"}));
        let clients = self.software.get("/clients");
        let ids: Vec<&Value> = clients["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["id"])
            .collect();
        assert_eq!(ids, [&again["id"]]);
    }

    /// Waits until all mails that are there have been tried in vain.
    fn all_were_refused(&self) {
        let tried = |mail: &Value| mail["tries"].as_u64() > Some(0) && mail["failure"].is_string();
        until(
            || self.waiting().iter().all(tried),
            || "not all mails were tried".to_owned(),
        );
    }

    fn waiting(&self) -> Vec<Value> {
        let mails = self.software.get("/mails?limit=100");
        mails["data"].as_array().unwrap().clone()
    }

    fn one_is_killed(&mut self, one: &mut Server<'_>, two: &Server<'_>, at_two: Software) {
        let before = self.post.taken().len();
        self.post.close();
        self.share();
        self.all_were_refused();
        self.post.open(Duration::from_millis(20));
        self.provider.wait_all(&[one, two], LATER);
        until(|| self.by(0, before) >= 3, || one.log());
        // It is killed in the middle of the next one, which the mail server may have by then.
        self.post.open(Duration::from_millis(400));
        sleep(Duration::from_millis(200));
        one.kill();
        self.post.note_kill(0);
        self.post.open(Duration::from_millis(20));
        self.software = at_two;
        let (mut since, mut left) = (Instant::now(), 0);
        let stands = || {
            let now = self.waiting().len();
            if now != left {
                (since, left) = (Instant::now(), now);
            }
            since.elapsed() > Duration::from_millis(1500)
        };
        until(stands, || two.log());
        assert!(left <= 1, "it had taken no more than what was under way");
        self.provider.wait_all(&[two], LATER);
        until(|| self.waiting().is_empty(), || two.log());
        assert_eq!(self.post.count(CONTACT, "shared a document"), 2 * SHARED);
        assert!(self.post.repeats() <= 1, "the one that was under way");
    }
}

/// The provider's record was read once, and each checkout asked about for the attempt and for its notice
/// at most.
fn once_asked(calls: &[String]) {
    let count = |path: &str| calls.iter().filter(|call| call.contains(path)).count();
    assert_eq!(count("/v1/events"), 1, "{calls:?}");
    let asked = count("/v1/checkout/sessions/");
    assert!((PAID..=2 * PAID).contains(&asked), "{calls:?}");
}

/// What a server says that it has done.
fn counts(server: &Server<'_>) -> BTreeMap<String, usize> {
    let metrics = ureq::get(format!("{}/metrics", server.base()))
        .header("authorization", format!("Bearer {TOKEN}"))
        .call();
    let metrics = metrics.unwrap().body_mut().read_to_string().unwrap();
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    // A time is no count.
    let pair = |line: &str| {
        let (name, count) = line.rsplit_once(' ').unwrap();
        Some((name.to_owned(), count.parse().ok()?))
    };
    lines.filter_map(pair).collect()
}

/// Waits for a minute at most.
fn until(mut it_is: impl FnMut() -> bool, said: impl Fn() -> String) {
    let began = Instant::now();
    while !it_is() {
        let patient = began.elapsed() < Duration::from_secs(60);
        assert!(patient, "{}", said());
        sleep(Duration::from_millis(100));
    }
}
