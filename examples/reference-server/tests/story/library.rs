//! The Firm Library: what is for clients, and what is not.

use serde_json::{Value, json};

use crate::firm::{self, CONTACT, Firm, PASSWORD};
use crate::server::{MORNING, Site};
use crate::visitor::{Browser, Software};

#[test]
fn e13_what_is_not_published_is_nowhere_for_contacts_on_sqlite() {
    story(None);
}

#[test]
fn e13_what_is_not_published_is_nowhere_for_contacts_on_postgresql() {
    let database = crate::database::postgres();
    story(Some(database.url().to_owned()));
}

fn story(database_url: Option<String>) {
    let site = Site::real(database_url);
    let firm = Firm::open(&site);
    let server = site.start(MORNING);
    let mut software = firm.software(&site);
    firm.welcome(&site, &mut software, &["invoices"]);
    let mut reader = Reader::new(&site, &firm.portal);
    let [draft, internal, published] =
        ["draft", "internal", "published"].map(|stage| write(&mut software, stage));
    reader.finds(&["published"], &["draft", "internal"]);

    stage(&mut software, &draft, "published");
    stage(&mut software, &published, "internal");
    reader.finds(&["draft"], &["internal", "published"]);

    stage(&mut software, &internal, "published");
    stage(&mut software, &draft, "draft");
    reader.finds(&["internal"], &["draft", "published"]);
    server.stop();
}

/// An article whose address, title and text begin with the stage that it starts at; its id.
fn write(software: &mut Software, stage: &str) -> String {
    let article = json!({
        "slug": format!("{stage}-plums"), "group": "Fruit", "title": format!("{stage} plums"),
        "body": format!("# Kinds\n\nOf {stage} ones there are *many*."), "stage": stage,
    });
    let made = software.post("/articles", &article);
    made["id"].as_str().unwrap().to_owned()
}

fn stage(software: &mut Software, id: &str, stage: &str) {
    software.post(&format!("/articles/{id}/stage"), &json!({"stage": stage}));
}

/// A contact at the pages, and its software at the API.
struct Reader {
    portal: String,
    browser: Browser,
    own: Software,
}

impl Reader {
    fn new(site: &Site, portal: &str) -> Self {
        let mut browser = Browser::new(&site.base);
        browser.sign_in(portal, CONTACT, PASSWORD);
        Self {
            portal: portal.to_owned(),
            browser,
            own: Software::new(format!("{portal}/api/v1"), firm::token(site, portal)),
        }
    }

    /// Sees those in the list, by search and at their addresses; the others nowhere.
    fn finds(&mut self, seen: &[&str], unseen: &[&str]) {
        for query in [
            "",
            "?q=plums",
            "?q=kinds",
            "?group=Fruit",
            "?group=Fruit&q=plu",
        ] {
            let page = self.browser.get(&format!("{}/library{query}", self.portal));
            assert_eq!(page.status, 200, "{query}");
            for name in seen {
                assert!(page.body.contains(&format!("{name} plums")), "{query}");
            }
            for name in unseen {
                assert!(!page.body.contains(&format!("{name} plums")), "{query}");
            }
            let wanted: Vec<String> = seen.iter().map(|name| format!("{name}-plums")).collect();
            let found = self.own.get(&format!("/library{query}"));
            assert_eq!(slugs(&found), wanted, "{query}");
        }
        for (names, status) in [(seen, 200), (unseen, 404)] {
            for name in names {
                self.gets(name, status);
            }
        }
        for name in unseen {
            let found = self.own.get(&format!("/library?q={name}"));
            assert!(slugs(&found).is_empty(), "{name}: {found}");
        }
    }

    fn gets(&mut self, name: &str, status: u16) {
        let path = format!("/library/{name}-plums");
        let page = self.browser.get(&format!("{}{path}", self.portal));
        let answer = self.own.try_get(&path);
        assert_eq!((page.status, answer.status), (status, status), "{name}");
        for body in [page.body, answer.body] {
            assert_eq!(body.contains(&format!("Of {name} ones")), status == 200);
        }
    }
}

fn slugs(list: &Value) -> Vec<&str> {
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|row| row["slug"].as_str().unwrap()).collect()
}
