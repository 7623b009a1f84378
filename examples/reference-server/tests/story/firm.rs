//! A firm with a client and a contact, as stories begin with it.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Site;
use crate::visitor::{Browser, Software};

pub(crate) const CONTACT: &str = "ana.keller@client.example";
pub(crate) const PASSWORD: &str = "unlikely-umbrella-orchard";
pub(crate) const OFFICE: &str = "office@muster.example";

/// A firm that was set up by subcommand.
#[derive(Debug)]
pub(crate) struct Firm {
    pub(crate) portal: String,
    pub(crate) id: String,
    key: String,
}

impl Firm {
    pub(crate) fn open(site: &Site) -> Self {
        let portal = format!("{}/muster", site.base);
        let firm = [
            ["--name", "Muster & Partner"],
            ["--zone", "Europe/Zurich"],
            ["--currency", "CHF"],
            ["--email", OFFICE],
            ["--url", &portal],
        ];
        let id = site.run(&[&["firm", "create"], firm.as_flattened()].concat());
        let key = ["key", "create", "--firm", &id, "--name", "Back office"];
        let key = site.run(&[&key[..], &["--scope", "write"]].concat());
        Self { portal, id, key }
    }

    /// The firm's own software.
    pub(crate) fn software(&self, site: &Site) -> Software {
        Software::new(format!("{}/firm/api/v1", site.base), self.key.clone())
    }

    /// The firm's own software, with a key that opens vaults.
    pub(crate) fn vault_software(&self, site: &Site) -> Software {
        let key = ["key", "create", "--firm", &self.id, "--name", "Vault"];
        let key = site.run(&[&key[..], &["--scope", "vault"]].concat());
        Software::new(format!("{}/firm/api/v1", site.base), key)
    }

    /// Client and contact by the firm's software, access on, the mailed link opened, a password set.
    /// The contact may see these sections, and gets mail about them.
    pub(crate) fn welcome(&self, site: &Site, software: &mut Software, sections: &[&str]) {
        let portal = &self.portal;
        let client = id(&software.post("/clients", &json!({"name": "Keller Guss AG"})));
        let contact = json!({
            "first_name": "Ana", "last_name": "Keller", "email": CONTACT, "primary": true,
            "permissions": sections, "mail": sections,
        });
        let contact = id(&software.post(&format!("/clients/{client}/contacts"), &contact));
        let mut browser = Browser::new(&site.base);
        let form = [("email", CONTACT), ("password", PASSWORD)];
        let early = browser.post(&format!("{portal}/login"), &form);
        assert_eq!(early.location, None);

        let on = json!({"portal_access": "on"});
        software.post(&format!("/contacts/{contact}/access"), &on);
        let link = site.link(CONTACT);
        assert!(
            link.starts_with(&format!("{portal}/set-password/")),
            "{link}"
        );
        let page = browser.get(&link);
        assert!(
            page.status == 200 && page.text().contains("Choose your password"),
            "{}",
            page.text()
        );
        let form = [("password", PASSWORD), ("password_again", PASSWORD)];
        let set = browser.post(&link, &form);
        assert_eq!(set.status, 303, "{}", set.text());
        let again = browser.post(&link, &form);
        assert!(again.status != 303, "the link works once");
        browser.sign_in(portal, CONTACT, PASSWORD);
    }
}

/// Issues an invoice with these lines to the only client; its id.
pub(crate) fn issue(software: &mut Software, lines: &Value) -> String {
    let clients = software.get("/clients");
    let client = &clients["data"][0]["id"];
    let draft = json!({
        "client": client, "dated": "2026-03-02", "due": "2026-03-16", "currency": "CHF",
        "prices": "tax_exclusive", "matter": "Keller / Lease", "lines": lines,
    });
    let invoice = id(&software.post("/invoices", &draft));
    software.post(&format!("/invoices/{invoice}/issue"), &json!({}));
    invoice
}

/// Sends a contract to the only client; its id.
pub(crate) fn send_contract(software: &mut Software, title: &str) -> String {
    let clients = software.get("/clients");
    let text =
        format!("# {title}\n\nMuster & Partner advises **Keller Guss AG**.\n\n- by the hour\n");
    let draft = json!({"client": clients["data"][0]["id"], "title": title, "text": text});
    let contract = id(&software.post("/contracts", &draft));
    software.post(&format!("/contracts/{contract}/send"), &json!({}));
    contract
}

/// A contract that the contact has signed, once its signed copy is there; its id.
pub(crate) fn signed_contract(site: &Site, firm: &Firm, software: &mut Software) -> String {
    let id = send_contract(software, "Engagement letter");
    let shown = software.get(&format!("/contracts/{id}"));
    let token = token(site, &firm.portal);
    let signing = json!({
        "shown": shown["sent"]["file"]["sha256"], "typed": "Ana Keller",
        "terms": caseflow_core::domain::signature::SIGNING_TERMS,
    });
    let address = format!("{}/api/v1/contracts/{id}/sign", firm.portal);
    let signed = ureq::post(address)
        .header("authorization", format!("Bearer {token}"))
        .send_json(&signing);
    assert_eq!(signed.unwrap().status(), 200);
    for _ in 0..200 {
        if software.get(&format!("/contracts/{id}"))["copy"]["state"] == "sealed" {
            return id;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("no signed copy within 10 s");
}

/// CHF 1,162.50.
pub(crate) fn lease() -> Value {
    json!([
        {"description": "Advice, partner", "quantity": "2.5", "unit_price": "400.00",
         "taxes": [{"name": "VAT", "percent": "8.1"}]},
        {"description": "Register, passed on", "quantity": "1", "unit_price": "81.50"},
    ])
}

/// One line of this amount.
pub(crate) fn flat(amount: &str) -> Value {
    json!([{"description": "Advice", "quantity": "1", "unit_price": amount}])
}

/// A session of the client's API.
pub(crate) fn token(site: &Site, portal: &str) -> String {
    let session = ureq::post(format!("{portal}/api/v1/session"))
        .header("origin", &site.base)
        .send_json(json!({"email": CONTACT, "password": PASSWORD}));
    let session: Value = session.unwrap().body_mut().read_json().unwrap();
    session["token"].as_str().unwrap().to_owned()
}

fn id(reply: &Value) -> String {
    reply["id"].as_str().unwrap().to_owned()
}
