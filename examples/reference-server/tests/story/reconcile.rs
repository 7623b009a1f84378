//! Every payment is on record once, whatever happens to its notices and to the server (R-PAY-6,
//! R-PAY-7). `scripts/reconcile` runs it with a thousand invoices and twenty kills.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use caseflow_stripe::double::{Courier, Deliver as _, Double, Parcel};
use serde_json::{Value, json};
use ureq::Agent;

use crate::chance::Chance;
use crate::firm::{self, CONTACT, Firm, OFFICE};
use crate::provider::Provider;
use crate::seal::LEASES;
use crate::server::{MORNING, Server, Site};

/// How many invoices and kills, as in `1000,20`.
const SIZE: &str = "CASEFLOW_TEST_RECONCILE";
const PAYERS: usize = 4;

#[test]
fn b40_every_payment_is_on_record_once_on_sqlite() {
    reconcile(None);
}

#[test]
fn b40_every_payment_is_on_record_once_on_postgresql() {
    let database = crate::database::postgres();
    reconcile(Some(database.url().to_owned()));
}

fn size() -> (usize, usize) {
    let given = std::env::var(SIZE).unwrap_or_else(|_| "40,4".to_owned());
    let (invoices, kills) = given.split_once(',').expect("like 1000,20");
    (invoices.parse().unwrap(), kills.parse().unwrap())
}

fn reconcile(database_url: Option<String>) {
    let (wanted, kills) = size();
    let mut site = Site::real(database_url);
    let firm = Firm::open(&site);
    let provider = Provider::beside(&mut site, &firm.portal);
    let mut server = site.start(MORNING);
    provider.leap(MORNING);
    let mut software = firm.software(&site);
    firm.welcome(&site, &mut software, &["invoices"]);
    let amount = |n: usize| format!("{}.{:02}", 10 + n / 7, n % 100);
    let issue = |n| firm::issue(&mut software, &firm::flat(&amount(n)));
    let invoices: Vec<String> = (0..wanted).map(issue).collect();
    let token = firm::token(&site, &firm.portal);
    let crowd = Crowd::new(firm.portal.clone(), provider.base.clone(), token);
    let post = Arc::new(AtomicBool::new(true));
    provider.spawn(post_badly(provider.double.clone(), post.clone()));

    scope(|threads| {
        for payer in 0..PAYERS {
            let (crowd, mine) = (&crowd, invoices.iter().skip(payer).step_by(PAYERS));
            threads.spawn(move || crowd.pay_all(mine, payer));
        }
        for kill in 1..=kills {
            crowd.wait_for(kill * wanted / (kills + 1));
            server.kill();
            server = site.start(&provider.now().to_string());
        }
        crowd.wait_for(wanted);
    });
    post.store(false, Ordering::SeqCst);
    assert_eq!(provider.double.ledger().charges.len(), wanted);

    repair(&site, &provider, &server, wanted);
    // What a killed server had taken out of the outbox is another's after a while.
    provider.wait(&server, LEASES);
    every_mail_once(&site, wanted);
    server.stop();
    let verified = site.run(&["verify"]);
    assert!(verified.contains("equal to their records"), "{verified}");
}

/// Lets time pass until the record is what the provider says, at most half an hour.
pub(crate) fn repair(site: &Site, provider: &Provider, server: &Server<'_>, wanted: usize) {
    let figures = format!("match {wanted}, mismatch 0, missing 0, duplicate 0, conflicting 0");
    let mut compared = String::new();
    for minute in 0..30 {
        (_, compared) = site.try_run(&["compare-payments", "--since", "2026-03-01T00:00:00Z"]);
        println!("minute {minute}: {compared}");
        if compared.ends_with(&figures) {
            return;
        }
        provider.wait(server, Duration::from_secs(61));
        sleep(Duration::from_secs(3));
    }
    panic!("not repaired: {compared}\n{}", server.log());
}

/// A receipt to the contact and a notice to the firm for each payment.
fn every_mail_once(site: &Site, wanted: usize) {
    let kinds = [
        (CONTACT, "Subject: We received "),
        (OFFICE, " paid online for invoice "),
    ];
    let mut counted = [0; 2];
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        let mails = site.newest_first();
        let count = |(to, subject): (&str, &str)| {
            let to = format!("<{to}>");
            let those = mails.iter().filter(|mail| mail.contains(&to));
            those.filter(|mail| mail.contains(subject)).count()
        };
        counted = kinds.map(count);
        if counted == [wanted; 2] {
            return;
        }
        sleep(Duration::from_millis(500));
    }
    panic!("{counted:?} receipts and notices of {wanted}");
}

/// People who pay, and try again when the server is gone.
pub(crate) struct Crowd {
    portal: String,
    provider: String,
    token: String,
    paid: AtomicUsize,
}

impl Crowd {
    pub(crate) fn new(portal: String, provider: String, token: String) -> Self {
        Self {
            portal,
            provider,
            token,
            paid: AtomicUsize::default(),
        }
    }

    fn pay_all<'a>(&self, invoices: impl Iterator<Item = &'a String>, payer: usize) {
        let (agent, mut chance) = (agent(), Chance(payer as u64 + 1));
        for invoice in invoices {
            self.pay(&agent, invoice, &mut chance);
            self.paid.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(crate) fn pay(&self, agent: &Agent, invoice: &str, chance: &mut Chance) {
        let (attempt, form) = self.start(agent, invoice);
        if chance.one_in(5) {
            // A second tab leads to the same checkout.
            assert_eq!(self.start(agent, invoice).1, form);
        }
        let card = [
            ("card", "4242424242424242"),
            ("expiry", "12/34"),
            ("code", "123"),
        ];
        let origin = &self.provider;
        let given = agent.post(&form).header("origin", origin).send_form(card);
        assert_eq!(given.unwrap().status(), 303);
        if chance.one_in(3) {
            // Comes back, if there is anybody to come back to.
            let path = format!("/payments/attempts/{attempt}");
            drop(self.asked(agent.get(self.address(&path))).call());
        }
    }

    /// The attempt, and the page to pay at.
    fn start(&self, agent: &Agent, invoice: &str) -> (String, String) {
        let address = self.address(&format!("/invoices/{invoice}/pay"));
        let mut said = String::new();
        for _ in 0..600 {
            match self.asked(agent.post(&address)).send_json(json!({})) {
                Ok(mut answer) if answer.status() == 200 => {
                    let start: Value = answer.body_mut().read_json().unwrap();
                    let text = |value: &Value| value.as_str().unwrap().to_owned();
                    return (text(&start["attempt"]), text(&start["next"]["url"]));
                }
                Ok(mut answer) => said = answer.body_mut().read_to_string().unwrap_or_default(),
                Err(error) => said = error.to_string(),
            }
            sleep(Duration::from_millis(100));
        }
        panic!("{invoice} cannot be paid: {said}");
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.portal)
    }

    fn asked<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        request.header("authorization", format!("Bearer {}", self.token))
    }

    fn wait_for(&self, paid: usize) {
        let began = Instant::now();
        while self.paid.load(Ordering::SeqCst) < paid {
            assert!(began.elapsed() < Duration::from_secs(600), "nobody pays");
            sleep(Duration::from_millis(20));
        }
    }
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

/// Takes notices to the portal as badly as it gets: a tenth is lost for good, a fifth comes twice,
/// all come late and in any order.
pub(crate) async fn post_badly(double: Arc<Double>, go_on: Arc<AtomicBool>) {
    let courier = Courier::new().unwrap();
    let mut chance = Chance(40);
    let mut bag: Vec<(Instant, Parcel)> = vec![];
    while go_on.load(Ordering::SeqCst) || !bag.is_empty() {
        for parcel in double.take_due() {
            let copies = match chance.below(10) {
                0 => 0,
                1 | 2 => 2,
                _ => 1,
            };
            if copies == 0 {
                double.arrived(&parcel);
            }
            for _ in 0..copies {
                let late = Duration::from_millis(chance.below(2_000));
                bag.push((Instant::now() + late, parcel.clone()));
            }
        }
        bag.sort_by_key(|_| chance.below(u64::MAX));
        let (due, later) = bag.into_iter().partition(|(at, _)| *at <= Instant::now());
        bag = later;
        let due: Vec<(Instant, Parcel)> = due;
        for (_, parcel) in due {
            if courier.deliver(&parcel).await == Some(200) {
                double.arrived(&parcel);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
