//! The demonstration, as somebody meets it who has just started the server.

use std::os::unix::fs::PermissionsExt as _;

use crate::server::{MORNING, Site};
use crate::visitor::{Browser, Software};

const PASSWORD: &str = "lantern-harbour-42";

/// The firms' API keys, in the order in which they were printed.
fn keys(printed: &str) -> Vec<String> {
    let words = printed.split_whitespace();
    words
        .filter(|word| word.starts_with("cf_live_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_fresh_start_prints_what_a_visitor_needs_and_a_second_one_keeps_it() {
    let site = Site::demonstration();
    let first = site.start(MORNING);
    let printed = first.printed();
    assert!(
        printed.contains("/muster-partner") && printed.contains("/keller-tax"),
        "{printed}"
    );
    assert!(
        printed.contains("ana@brunner.example") && printed.contains(PASSWORD),
        "{printed}"
    );
    let seen = dashboard(&site, "muster-partner", "ana@brunner.example");
    assert!(seen.contains("Welcome, Ana"), "{seen}");
    let link = site.link("beat@neuhaus.example");
    assert!(
        link.starts_with(&format!("{}/muster-partner/", site.base)),
        "{link}"
    );
    first.stop();
    let mode = std::fs::metadata(site.mails())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0, "mails hold links: {mode:o}");

    let second = site.start("2026-03-02T09:05:00Z");
    assert_eq!(second.printed(), printed, "the same sign-ins and keys");
    assert_eq!(
        dashboard(&site, "muster-partner", "ana@brunner.example"),
        seen
    );
    second.stop();
    assert!(site.run(&["verify"]).contains("audit chain\tsound"));
}

#[test]
fn one_variable_moves_it_to_postgresql() {
    let database = crate::database::postgres();
    let mut site = Site::demonstration();
    site.set("CASEFLOW_DATABASE_URL", database.url());
    let server = site.start(MORNING);
    let seen = dashboard(&site, "keller-tax", "grace@harbor-bakery.example");
    assert!(seen.contains("Harbor Bakery Inc."), "{seen}");
    server.stop();
    assert!(!site.data.join("caseflow.db").exists());
    assert!(
        site.run(&["verify"])
            .contains("accounts\tequal to their records")
    );
}

#[test]
fn two_firms_in_one_process_are_two_portals() {
    let site = Site::demonstration();
    let server = site.start(MORNING);
    let [muster, keller] = ["muster-partner", "keller-tax"].map(|it| format!("{}/{it}", site.base));
    let mut browser = Browser::new(&site.base);
    browser.sign_in(&muster, "ana@brunner.example", PASSWORD);
    assert!(
        browser
            .get(&format!("{muster}/dashboard"))
            .text()
            .contains("Brunner Maschinenbau AG")
    );
    let there = browser.get(&format!("{keller}/dashboard"));
    let to = there.location.unwrap_or_default();
    assert!(
        there.status == 303 && to.contains("/keller-tax/login"),
        "{} {to}",
        there.status
    );
    browser.sign_in(&keller, "ana@brunner.example", PASSWORD);
    assert!(
        browser
            .get(&format!("{keller}/dashboard"))
            .text()
            .contains("Northwind Robotics Ltd.")
    );
    assert_eq!(
        browser.get(&format!("{}/nobody/login", site.base)).status,
        404
    );

    let keys = keys(&server.printed());
    assert_eq!(keys.len(), 2, "{keys:?}");
    let clients = |key: &String| {
        let software = Software::new(format!("{}/firm/api/v1", site.base), key.clone());
        software.get("/clients?limit=100").to_string()
    };
    let seen: Vec<String> = keys.iter().map(clients).collect();
    assert!(
        seen[0].contains("Elena Rossi") && !seen[0].contains("Harbor Bakery"),
        "{}",
        seen[0]
    );
    assert!(
        seen[1].contains("Harbor Bakery") && !seen[1].contains("Elena Rossi"),
        "{}",
        seen[1]
    );
    server.stop();
}

#[test]
fn every_status_and_every_number_of_decimals_is_there() {
    let site = Site::demonstration();
    let server = site.start(MORNING);
    let key = keys(&server.printed()).remove(0);
    let software = Software::new(format!("{}/firm/api/v1", site.base), key);
    for status in [
        "draft",
        "unpaid",
        "partially_paid",
        "overdue",
        "paid",
        "cancelled",
    ] {
        let page = software.get(&format!("/invoices?status={status}&limit=100"));
        assert!(!page["data"].as_array().unwrap().is_empty(), "{status}");
    }
    let all = software.get("/invoices?limit=100").to_string();
    for currency in ["CHF", "EUR", "JPY", "KWD"] {
        assert!(all.contains(&format!("\"{currency}\"")), "{currency}");
    }
    server.stop();
}

/// The provider's double forgets with the process; the invoice does not, and can be paid all the
/// same.
#[test]
fn a_newcomer_pays_with_a_card_of_the_demonstration_after_a_restart_too() {
    let site = Site::demonstration();
    let server = site.start(MORNING);
    let printed = server.printed();
    for text in ["4242 4242 4242 4242", "TEST mode", "/firm/api/v1/alerts"] {
        assert!(printed.contains(text), "{text}: {printed}");
    }
    let portal = format!("{}/keller-tax", site.base);
    let mut browser = Browser::new(&site.base);
    browser.sign_in(&portal, "grace@harbor-bakery.example", PASSWORD);
    let list = browser.get(&format!("{portal}/invoices?status=unpaid"));
    let (_, id) = list.body.split_once("/keller-tax/invoices/inv_").unwrap();
    let invoice = format!("{portal}/invoices/inv_{}", id.split('"').next().unwrap());
    let press = |browser: &mut Browser| {
        let answer = browser.post(&format!("{invoice}/pay"), &[]);
        answer.location.unwrap_or_else(|| panic!("{}", answer.body))
    };
    let old = press(&mut browser);
    assert!(old.starts_with(&format!("{}/demo-stripe/c/pay/", site.base)));
    assert_eq!(press(&mut browser), old);
    server.stop();

    let server = site.start("2026-03-02T09:05:00Z");
    assert_eq!(browser.get(&old).status, 404);
    let form = press(&mut browser);
    assert_ne!(form, old);
    let card = [("card", "4242 4242 4242 4242"), ("expiry", "12/34")];
    let paid = browser.post(&form, &[&card[..], &[("code", "123")]].concat());
    let back = browser.get(&paid.location.unwrap());
    assert!(back.text().contains("Payment received"), "{}", back.text());
    assert_eq!(
        browser
            .get(&format!("{}/demo-stripe/v1/events", site.base))
            .status,
        404,
        "the double's API is nobody's business"
    );
    server.stop();
}

fn dashboard(site: &Site, firm: &str, email: &str) -> String {
    let portal = format!("{}/{firm}", site.base);
    let mut browser = Browser::new(&site.base);
    browser.sign_in(&portal, email, PASSWORD);
    browser.get(&format!("{portal}/dashboard")).text()
}
