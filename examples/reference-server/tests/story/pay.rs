//! Paying online: the button, the provider's form, and the three roads by which the firm hears of
//! it; money that goes back; a provider that is down.

use std::time::Duration;

use caseflow_stripe::double::{Failing, Fault, Moment};
use serde_json::{Value, json};

use crate::firm::{self, CONTACT, Firm, OFFICE, PASSWORD};
use crate::provider::Provider;
use crate::server::{MORNING, Server, Site};
use crate::visitor::{Answer, Browser, Software};

#[test]
fn from_pay_now_to_paid_everywhere_on_sqlite() {
    story(None);
}

#[test]
fn from_pay_now_to_paid_everywhere_on_postgresql() {
    let database = crate::database::postgres();
    story(Some(database.url().to_owned()));
}

fn story(database_url: Option<String>) {
    let mut site = Site::real(database_url);
    let firm = Firm::open(&site);
    let provider = Provider::beside(&mut site, &firm.portal);
    let server = site.start(MORNING);
    provider.leap(MORNING);
    let printed = server.printed();
    assert!(printed.contains("TEST mode"), "{printed}");
    provider.keep_posting();
    let mut software = firm.software(&site);
    firm.welcome(&site, &mut software, &["invoices"]);
    let mut desk = Desk {
        site: &site,
        server: &server,
        portal: &firm.portal,
        provider: &provider,
        software,
        browser: Browser::new(&site.base),
    };
    desk.browser.sign_in(&firm.portal, CONTACT, PASSWORD);

    desk.by_notice();
    desk.by_return();
    desk.by_the_sweep();
    desk.declined_then_paid();
    desk.refunded();
    desk.provider_down();
    server.stop();
    let compared = site.run(&["compare-payments", "--since", "2026-03-01T00:00:00Z"]);
    let figures = "match 5, mismatch 0, missing 0, duplicate 0, conflicting 0";
    assert!(compared.ends_with(figures), "{compared}");
    assert!(site.run(&["verify"]).contains("equal to their records"));
}

const CARD: &str = "4242 4242 4242 4242";
const NO_CARD: &str = "4000 0000 0000 0002";

/// Everybody who has to do with it.
struct Desk<'a> {
    site: &'a Site,
    server: &'a Server<'a>,
    portal: &'a str,
    provider: &'a Provider,
    software: Software,
    browser: Browser,
}

impl Desk<'_> {
    /// The payer never comes back: the provider's notice says it.
    fn by_notice(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::lease());
        let page = self.page(&format!("/invoices/{invoice}"));
        assert!(page.contains("Pay CHF 1,162.50 now"), "{page}");
        let form = self.pay_now(&invoice);
        let again = self.pay_now(&invoice);
        assert_eq!(form, again, "a second click goes to the same checkout");
        let shown = Browser::new(&self.provider.base).get(&form);
        assert!(shown.text().contains("1162.50 CHF"), "{}", shown.text());
        let paid = self.give_card(&form, CARD);
        assert_eq!(paid.status, 303, "{}", paid.text());
        self.wait_until_paid(&invoice);
        for path in [format!("/invoices/{invoice}"), "/payments".to_owned()] {
            let page = self.page(&path);
            assert!(
                page.contains("1,162.50") && page.contains("RCT-00001"),
                "{page}"
            );
        }
        assert!(
            !self
                .page(&format!("/invoices/{invoice}"))
                .contains("Pay CHF")
        );
        let refused = self.post_pay(&invoice);
        assert_eq!(refused.status, 422, "{}", refused.text());
        self.mailed(CONTACT, "We received 1162.50 CHF");
        self.mailed(OFFICE, "1162.50 CHF paid online for invoice INV-00001");
    }

    /// The notice is late: the page that the payer comes back to asks by itself.
    fn by_return(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::flat("70.00"));
        self.provider.double.stop_notices();
        let form = self.pay_now(&invoice);
        let back = self.give_card(&form, CARD).location.unwrap();
        let seen = self.browser.get(&back).text();
        assert!(seen.contains("Payment received"), "{seen}");
        self.provider.double.resume_notices();
        self.wait_until_paid(&invoice);
        let found = self.software.get(&format!("/invoices/{invoice}"));
        assert_eq!(found["received"]["amount_minor"], 7_000, "once: {found}");
    }

    /// The notice is lost and the payer gone: the provider's own record says it, a minute later.
    fn by_the_sweep(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::flat("80.00"));
        let form = self.pay_now(&invoice);
        self.provider.double.drop_notices(9);
        self.give_card(&form, CARD);
        self.provider.wait(self.server, Duration::from_secs(70));
        self.wait_until_paid(&invoice);
        self.provider.double.drop_notices(0);
    }

    fn declined_then_paid(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::flat("90.00"));
        let form = self.pay_now(&invoice);
        let declined = self.give_card(&form, NO_CARD);
        assert_eq!(declined.status, 402, "{}", declined.text());
        let due = self.software.get(&format!("/invoices/{invoice}"));
        assert_eq!(due["status"], "unpaid", "{due}");
        self.give_card(&form, CARD);
        self.wait_until_paid(&invoice);
    }

    /// A part goes back through the firm's API, and the rest at the provider itself.
    fn refunded(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::flat("100.00"));
        let form = self.pay_now(&invoice);
        self.give_card(&form, CARD);
        self.wait_until_paid(&invoice);
        let payments = self.software.get("/payments?limit=1");
        let payment = payments["data"][0]["id"].as_str().unwrap().to_owned();
        let part = json!({
            "amount": {"amount_minor": 4_000, "currency": "CHF"}, "reason": "Overcharged"
        });
        let path = format!("/payments/{payment}/refunds");
        self.software.post(&path, &part);
        self.wait_until(&invoice, "partially_paid");
        self.mailed(CONTACT, "We refunded 40.00 CHF");
        let history = self.page(&format!("/invoices/{invoice}"));
        assert!(history.contains("40.00"), "{history}");
        let much = json!({"amount": {"amount_minor": 6_001, "currency": "CHF"}});
        let refused = self.software.try_post(&path, &much);
        assert!((400..500).contains(&refused.status), "{}", refused.body);

        let charges = self.provider.double.ledger().charges;
        let intent = charges.last().unwrap().intent.clone();
        let pace = caseflow_stripe::double::Pace::AtOnce;
        self.provider.double.refund(&intent, None, pace).unwrap();
        self.wait_until(&invoice, "unpaid");
    }

    /// Nothing was charged, and trying again goes on.
    fn provider_down(&mut self) {
        let invoice = firm::issue(&mut self.software, &firm::flat("60.00"));
        self.provider.double.fail(Failing {
            matching: "/v1/checkout/sessions".to_owned(),
            calls: 1_000,
            fault: Fault::BadGateway,
            moment: Moment::BeforeEffect,
        });
        let refused = self.post_pay(&invoice);
        assert_eq!(refused.status, 502, "{}", refused.text());
        let said = refused.text();
        assert!(said.contains("Nothing was charged"), "{said}");
        assert!(said.contains("Keller Guss AG"), "a page as ever: {said}");
        self.provider.double.clear_faults();
        assert!(self.pay_now(&invoice).starts_with(&self.provider.base));
    }

    fn post_pay(&mut self, invoice: &str) -> Answer {
        let address = format!("{}/invoices/{invoice}/pay", self.portal);
        self.browser.post(&address, &[])
    }

    /// Presses the button; where it leads.
    fn pay_now(&mut self, invoice: &str) -> String {
        let answer = self.post_pay(invoice);
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.location.unwrap()
    }

    /// Fills in the provider's form.
    fn give_card(&self, form: &str, card: &str) -> Answer {
        let fields = [("card", card), ("expiry", "12/34"), ("code", "123")];
        Browser::new(&self.provider.base).post(form, &fields)
    }

    fn page(&mut self, path: &str) -> String {
        let page = self.browser.get(&format!("{}{path}", self.portal));
        assert_eq!(page.status, 200, "{path}");
        page.text()
    }

    fn wait_until_paid(&self, invoice: &str) {
        let found = self.wait_until(invoice, "paid");
        assert_eq!(found["amount_due"]["amount_minor"], 0, "{found}");
    }

    fn wait_until(&self, invoice: &str, status: &str) -> Value {
        let mut found = Value::Null;
        for _ in 0..200 {
            found = self.software.get(&format!("/invoices/{invoice}"));
            if found["status"] == status {
                return found;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("not {status} within 20 s: {found}\n{}", self.server.log());
    }

    fn mailed(&self, to: &str, subject: &str) {
        let (to, subject) = (format!("<{to}>"), format!("Subject: {subject}"));
        let is_it = |mail: &str| mail.contains(&to) && mail.contains(&subject);
        self.site.mail(is_it);
    }
}
