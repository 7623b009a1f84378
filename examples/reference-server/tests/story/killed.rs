//! Whatever the server is doing when it is killed, nothing that it acknowledged is lost, nothing is done
//! twice, and nothing is left undone. `scripts/kill-server` kills it two hundred times.
//!
//! Mail is the one thing that may happen twice: who is killed after the mail server took a mail, and
//! before that is written down, has it sent again under the same Message-ID (R-AUD-2: never lost).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::firm::{self, CONTACT, Firm, OFFICE, PASSWORD};
use crate::post::Post;
use crate::provider::Provider;
use crate::server::{MORNING, Site};
use crate::visitor::{Answer, Software};
use crate::{reconcile, seal};

/// How many kills and, so that they come as they came before, the seed of a run: as in `200,7`.
const SIZE: &str = "CASEFLOW_TEST_KILLS";
/// How long a server lives at most, in milliseconds, but for one in five.
const LIFE: u64 = 900;
/// How many pay online at a time.
const PAYERS: usize = 2;
/// How much time passes at once: less than what a server takes is its own.
const STEP: Duration = Duration::from_secs(100);

#[test]
fn a_killed_server_loses_and_doubles_nothing_on_sqlite() {
    drill(None);
}

#[test]
fn a_killed_server_loses_and_doubles_nothing_on_postgresql() {
    let database = crate::database::postgres();
    drill(Some(database.url().to_owned()));
}

fn size() -> (usize, u64) {
    let given = std::env::var(SIZE).unwrap_or_else(|_| "4,40".to_owned());
    let (kills, seed) = given.split_once(',').unwrap_or((&given, ""));
    let drawn = || SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    (
        kills.parse().expect("like 200 or 200,7"),
        seed.parse().unwrap_or_else(|_| drawn().into()),
    )
}

fn drill(database_url: Option<String>) {
    let (kills, seed) = size();
    println!("{kills} kills, seed {seed}");
    let mut site = Site::real(database_url);
    let post = Post::beside(&mut site);
    let firm = Firm::open(&site);
    let provider = Provider::beside(&mut site, &firm.portal);
    let mut server = site.start(MORNING);
    provider.leap(MORNING);
    let mut software = firm.software(&site);
    let sections = ["invoices", "contracts", "documents"];
    firm.welcome(&site, &mut software, &sections);
    let office = Office::open(&site, &firm, &provider, seed);
    let notices = Arc::new(AtomicBool::new(true));
    provider.spawn(reconcile::post_badly(
        provider.double.clone(),
        notices.clone(),
    ));

    let mut chance = Chance(seed);
    let done = scope(|threads| {
        let at_work = office.all_at_work(threads);
        for _ in 0..kills {
            if chance.one_in(5) {
                // Long enough for what takes longest, however slow the machine is.
                office.signers.wait_for_one_more();
            }
            sleep(Duration::from_millis(chance.below(LIFE)));
            server.kill();
            post.note_kill(0);
            server = site.start(&provider.now().to_string());
            if at_work.iter().any(ScopedJoinHandle::is_finished) {
                break; // Somebody has given up, and says why below.
            }
        }
        office.open.store(false, Ordering::SeqCst);
        let all = at_work.into_iter().map(|one| one.join().unwrap());
        all.fold(Done::default(), Done::and)
    });
    notices.store(false, Ordering::SeqCst);

    done.sessions_still_count(&office);
    reconcile::repair(&site, &provider, &server, done.paid);
    seal::all_sealed(&software, &done.contracts, &server);
    done.payments_are_on_record_once(&software);
    done.documents_are_whole(&software);
    let pass = || provider.wait(&server, STEP);
    done.mails_have_gone(&post, &software, pass);
    let repeats = post.repeats();
    server.stop();
    let verified = site.run(&["verify"]);
    for words in ["audit chain\tsound", "equal to their records"] {
        assert!(verified.contains(words), "{verified}");
    }
    println!(
        "{kills} kills, seed {seed}: {} payments online, {} by the API, {} signatures, {} documents, \
         {} sign-ins, {} mails of which {repeats} came once more; lost 0, doubled 0",
        done.paid,
        done.references.len(),
        done.contracts.len(),
        done.documents.len(),
        done.sessions.len(),
        post.taken().len() - repeats,
    );
}

/// Everybody who has to do with the portal, and the office hours.
struct Office<'a> {
    site: &'a Site,
    firm: &'a Firm,
    payers: reconcile::Crowd,
    signers: seal::Crowd,
    seed: u64,
    open: AtomicBool,
}

/// What was acknowledged.
#[derive(Default)]
struct Done {
    /// Invoices that were sent.
    invoices: usize,
    /// How many were paid online.
    paid: usize,
    /// What the payments by the API are called, each of one franc.
    references: BTreeSet<String>,
    contracts: Vec<String>,
    /// Each with its text.
    documents: Vec<(String, String)>,
    sessions: Vec<String>,
}

impl<'a> Office<'a> {
    fn open(site: &'a Site, firm: &'a Firm, provider: &Provider, seed: u64) -> Self {
        let (portal, token) = (firm.portal.clone(), firm::token(site, &firm.portal));
        Self {
            site,
            firm,
            payers: reconcile::Crowd::new(portal.clone(), provider.base.clone(), token.clone()),
            signers: seal::Crowd::new(portal, token),
            seed,
            open: AtomicBool::new(true),
        }
    }

    fn all_at_work<'s>(
        &'s self,
        threads: &'s std::thread::Scope<'s, '_>,
    ) -> Vec<ScopedJoinHandle<'s, Done>> {
        let works: [fn(&Self, Software) -> Done; 4] =
            [Self::records, Self::signs, Self::hands_in, Self::signs_in];
        let pays = [Self::pays as fn(&Self, Software) -> Done; PAYERS];
        let works = pays.into_iter().chain(works).enumerate();
        let start = |(n, work): (usize, fn(&Self, Software) -> Done)| {
            let software = self.firm.software(self.site).patient(format!("worker-{n}"));
            threads.spawn(move || work(self, software))
        };
        works.map(start).collect()
    }

    /// Whether there is still somebody at the office; they pause in between.
    fn is_open(&self) -> bool {
        sleep(Duration::from_millis(50));
        self.open.load(Ordering::SeqCst)
    }

    /// Pays invoices online.
    fn pays(&self, mut software: Software) -> Done {
        let (agent, mut done) = (reconcile::agent(), Done::default());
        let mut chance = Chance(self.seed + 1);
        while self.is_open() {
            let invoice = firm::issue(&mut software, &firm::flat("70.00"));
            self.payers.pay(&agent, &invoice, &mut chance);
            done.invoices += 1;
            done.paid += 1;
        }
        done
    }

    /// Writes payments down, of which the balance would allow any number.
    fn records(&self, mut software: Software) -> Done {
        let invoice = firm::issue(&mut software, &firm::flat("100000.00"));
        let path = format!("/invoices/{invoice}/payments");
        let mut done = Done {
            invoices: 1,
            ..Done::default()
        };
        while self.is_open() {
            let reference = format!("QR {}", done.references.len());
            let franc = json!({"amount_minor": 100, "currency": "CHF"});
            let payment = json!({
                "amount": franc, "mode": "bank_transfer", "reference": reference
            });
            software.post(&path, &payment);
            done.references.insert(reference);
        }
        done
    }

    fn signs(&self, mut software: Software) -> Done {
        let mut done = Done::default();
        while self.is_open() {
            let title = format!("Engagement letter {}", done.contracts.len());
            let contract = firm::send_contract(&mut software, &title);
            self.signers.sign(&contract);
            done.contracts.push(contract);
        }
        done
    }

    /// Hands in documents that are large enough to be broken off.
    fn hands_in(&self, mut software: Software) -> Done {
        let mut done = Done::default();
        let client = software.get("/clients")["data"][0]["id"].clone();
        let details = json!({"client": client, "share": true, "mail": true});
        while self.is_open() {
            let (n, name) = (done.documents.len(), "Minutes.txt");
            let text = format!("Minutes, page {n}\n").repeat(5_000);
            let document = software.hand_in("/documents", &details, (name, text.as_bytes()));
            let id = document["id"].as_str().unwrap().to_owned();
            done.documents.push((id, text));
        }
        done
    }

    fn signs_in(&self, _: Software) -> Done {
        let mut done = Done::default();
        let (agent, address) = (
            seal::agent(),
            format!("{}/api/v1/session", self.firm.portal),
        );
        while self.is_open() {
            let session = self.signers.patiently(|| {
                let request = agent.post(&address).header("origin", &self.site.base);
                request.send_json(json!({"email": CONTACT, "password": PASSWORD}))
            });
            let token = session["token"].as_str().unwrap().to_owned();
            assert_eq!(self.dashboard(&token).status, 200);
            done.sessions.push(token);
        }
        done
    }

    fn dashboard(&self, token: &str) -> Answer {
        let own = Software::new(format!("{}/api/v1", self.firm.portal), token.to_owned());
        own.patient("visitor".to_owned()).try_get("/dashboard")
    }
}

impl Done {
    fn and(mut self, other: Self) -> Self {
        self.invoices += other.invoices;
        self.paid += other.paid;
        self.references.extend(other.references);
        self.contracts.extend(other.contracts);
        self.documents.extend(other.documents);
        self.sessions.extend(other.sessions);
        self
    }

    fn sessions_still_count(&self, office: &Office<'_>) {
        for token in &self.sessions {
            assert_eq!(
                office.dashboard(token).status,
                200,
                "signed in and forgotten"
            );
        }
    }

    fn payments_are_on_record_once(&self, software: &Software) {
        let payments = all(software, "/payments");
        let (online, by_hand): (Vec<_>, Vec<_>) =
            payments.iter().partition(|it| it["charge"].is_object());
        let invoices: BTreeSet<_> = online.iter().map(|it| it["invoice"].to_string()).collect();
        let twice = "an invoice is paid once";
        assert_eq!(
            (online.len(), invoices.len()),
            (self.paid, self.paid),
            "{twice}"
        );
        let text = |it: &&Value| it["reference"].as_str().unwrap().to_owned();
        let found: BTreeSet<String> = by_hand.iter().map(text).collect();
        assert_eq!(found, self.references, "by the API");
        assert_eq!(by_hand.len(), found.len(), "each of them once");
    }

    fn documents_are_whole(&self, software: &Software) {
        let listed = all(software, "/documents");
        assert_eq!(listed.len(), self.documents.len(), "each document once");
        for (id, text) in &self.documents {
            let found = software.try_get(&format!("/documents/{id}/versions/1/content"));
            assert!(found.body == *text, "{id} is not what was handed in");
        }
    }

    /// Every mail leaves while time passes, each to whom it is for; no more is waiting.
    fn mails_have_gone(&self, post: &Post, software: &Software, pass: impl Fn()) {
        let contracts = self.contracts.len();
        let wanted = [
            (CONTACT, "Invoice INV-", self.invoices),
            (CONTACT, "We received ", self.paid + self.references.len()),
            (OFFICE, " paid online for invoice ", self.paid),
            (CONTACT, "shared a document", self.documents.len()),
            (OFFICE, "was signed", contracts),
            (CONTACT, "signed copy", contracts),
        ];
        let counted = || wanted.map(|(to, words, _)| (to, words, post.count(to, words)));
        for _ in 0..60 {
            if counted() == wanted && all(software, "/mails").is_empty() {
                return;
            }
            pass();
            sleep(Duration::from_secs(1));
        }
        let waiting = all(software, "/mails");
        panic!("{:?} of {wanted:?}; {waiting:?}", counted());
    }
}

/// All rows of a list.
fn all(software: &Software, path: &str) -> Vec<Value> {
    let mut rows = vec![];
    let first = format!("{path}?limit=100");
    let mut next = first.clone();
    loop {
        let page = software.get(&next);
        rows.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(after) => next = format!("{first}&after={after}"),
            None => return rows,
        }
    }
}
