//! The main job: a firm issues an invoice, its client signs in and sees it, pays it in two parts,
//! too late for the first. At every step every place that shows the invoice shows the same.

use serde_json::{Value, json};

use crate::firm::{self, CONTACT, Firm, PASSWORD};
use crate::server::{MORNING, Server, Site};
use crate::visitor::{Browser, Software};

#[test]
fn from_a_new_firm_to_a_paid_invoice_on_sqlite() {
    story(None);
}

#[test]
fn from_a_new_firm_to_a_paid_invoice_on_postgresql() {
    let database = crate::database::postgres();
    story(Some(database.url().to_owned()));
}

/// What every place must show of the invoice.
struct Expected {
    status: &'static str,
    words: &'static str,
    received: i64,
    due: i64,
}

fn story(database_url: Option<String>) {
    let site = Site::real(database_url);
    let firm = Firm::open(&site);
    let portal = firm.portal.clone();
    let server = site.start(MORNING);
    let mut software = firm.software(&site);
    firm.welcome(&site, &mut software, &["invoices"]);
    let invoice = firm::issue(&mut software, &firm::lease());
    let see = |server: &Server<'_>, software: &Software, expected: &Expected| {
        look_everywhere(&site, &portal, software, &invoice, expected);
        assert!(!server.log().contains(CONTACT), "{}", server.log());
    };
    see(&server, &software, &UNPAID);

    let too_much = json!({"amount": chf(116_251), "mode": "bank_transfer"});
    let payments = format!("/invoices/{invoice}/payments");
    assert_eq!(software.try_post(&payments, &too_much).status, 422);
    see(&server, &software, &UNPAID);

    let part = json!({"amount": chf(46_250), "mode": "bank_transfer", "reference": "QR 21"});
    software.post(&payments, &part);
    see(&server, &software, &PARTLY);
    // One minute before midnight of the due day in Zurich, and midnight.
    server.leap("2026-03-16T22:59:00Z");
    see(&server, &software, &PARTLY);
    server.leap("2026-03-16T23:00:00Z");
    see(&server, &software, &OVERDUE);

    software.post(&payments, &json!({"amount": "balance", "mode": "card"}));
    see(&server, &software, &PAID);
    history(&site, &portal);
    server.stop();
    assert!(
        site.run(&["verify"])
            .contains("accounts\tequal to their records")
    );
}

const UNPAID: Expected = Expected {
    status: "unpaid",
    words: "Unpaid",
    received: 0,
    due: 116_250,
};
const PARTLY: Expected = Expected {
    status: "partially_paid",
    words: "Partially paid",
    received: 46_250,
    due: 70_000,
};
const OVERDUE: Expected = Expected {
    status: "overdue",
    words: "Overdue",
    ..PARTLY
};
const PAID: Expected = Expected {
    status: "paid",
    words: "Paid",
    received: 116_250,
    due: 0,
};
const TOTAL: i64 = 116_250;

fn look_everywhere(
    site: &Site,
    portal: &str,
    software: &Software,
    invoice: &str,
    expected: &Expected,
) {
    let listed = |list: &Value| {
        let rows = list["data"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == invoice).cloned()
    };
    let statuses = [
        "draft",
        "unpaid",
        "partially_paid",
        "overdue",
        "paid",
        "cancelled",
    ];
    let own = Software::new(format!("{portal}/api/v1"), firm::token(site, portal));
    for api in [software, &own] {
        check_json(&api.get(&format!("/invoices/{invoice}")), expected);
        check_json(&listed(&api.get("/invoices")).unwrap(), expected);
    }
    for status in statuses {
        let found = listed(&software.get(&format!("/invoices?status={status}")));
        assert_eq!(
            found.is_some(),
            status == expected.status,
            "firm's list of {status}"
        );
    }
    let dashboard = own.get("/dashboard");
    assert_eq!(sum(&dashboard["open"], "due"), expected.due, "{dashboard}");
    let overdue = if expected.status == "overdue" {
        expected.due
    } else {
        0
    };
    assert_eq!(sum(&dashboard["open"], "overdue"), overdue, "{dashboard}");
    check_pages(site, portal, invoice, expected);
}

fn check_json(found: &Value, expected: &Expected) {
    assert_eq!(found["status"], expected.status, "{found}");
    for (name, amount) in [
        ("total", TOTAL),
        ("received", expected.received),
        ("amount_due", expected.due),
    ] {
        assert_eq!(found[name]["amount_minor"], amount, "{name}: {found}");
        assert_eq!(found[name]["currency"], "CHF", "{name}: {found}");
    }
}

fn check_pages(site: &Site, portal: &str, invoice: &str, expected: &Expected) {
    let mut browser = Browser::new(&site.base);
    browser.sign_in(portal, CONTACT, PASSWORD);
    let mut see = |path: &str| {
        let page = browser.get(&format!("{portal}{path}"));
        assert_eq!(page.status, 200, "{path}");
        page.text()
    };
    let list = see("/invoices");
    let row = list.split("INV-00001").nth(1).unwrap();
    for text in [expected.words, &written(TOTAL), &written(expected.due)] {
        assert!(row.contains(text), "{text} in the list: {row}");
    }
    for status in ["unpaid", "partially_paid", "overdue", "paid"] {
        let there = see(&format!("/invoices?status={status}")).contains("INV-00001");
        assert_eq!(there, status == expected.status, "the page of {status}");
    }
    let detail = see(&format!("/invoices/{invoice}"));
    for text in [expected.words, &written(TOTAL), &written(expected.due)] {
        assert!(detail.contains(text), "{text} in the detail: {detail}");
    }
    if expected.received > 0 {
        assert!(detail.contains(&written(expected.received)), "{detail}");
    }
    let dashboard = see("/dashboard");
    let open = match expected.due {
        0 => "Open balance Nothing open".to_owned(),
        due => format!("Open balance {}", written(due)),
    };
    assert!(dashboard.contains(&open), "{open}: {dashboard}");
    let overdue = match expected.status {
        "overdue" => format!("Overdue {}", written(expected.due)),
        _ => "Overdue Nothing overdue".to_owned(),
    };
    assert!(dashboard.contains(&overdue), "{overdue}: {dashboard}");
}

/// Both payments, each with a receipt of its own, and told of by mail.
fn history(site: &Site, portal: &str) {
    let mut browser = Browser::new(&site.base);
    browser.sign_in(portal, CONTACT, PASSWORD);
    let page = browser.get(&format!("{portal}/payments")).text();
    for text in ["CHF 462.50", "CHF 700.00", "INV-00001"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let own = Software::new(format!("{portal}/api/v1"), firm::token(site, portal));
    let payments = own.get("/payments");
    let receipts = payments["data"].as_array().unwrap().iter();
    let receipts: Vec<_> = receipts.map(|payment| payment["receipt"].clone()).collect();
    assert_eq!(receipts, ["RCT-00002", "RCT-00001"], "newest first");
    for subject in ["We received 462.50 CHF", "We received 700.00 CHF"] {
        site.mail(|mail| mail.contains(&format!("Subject: {subject}")));
    }
}

fn chf(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "CHF"})
}

fn sum(rows: &Value, name: &str) -> i64 {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[name]["amount_minor"].as_i64().unwrap())
        .sum()
}

/// An amount as pages write it.
fn written(minor: i64) -> String {
    let (whole, rest) = (minor / 100, minor % 100);
    match whole {
        0..1000 => format!("CHF {whole}.{rest:02}"),
        _ => format!("CHF {},{:03}.{rest:02}", whole / 1000, whole % 1000),
    }
}
