//! `/vault`: unlocking it, what is in it, showing and downloading, its log (R-VLT).

use std::time::Duration;

use axum::http::{Method, StatusCode};
use caseflow_axum::{HostIdentity, Settings, SignIn, mount, router};
use caseflow_core::Upload;
use caseflow_core::domain::access::Sections;
use caseflow_core::domain::id::{Subject, VaultId, VaultItemId};
use caseflow_core::domain::readers::Readers;
use caseflow_core::domain::text::FileName;
use caseflow_core::domain::vault::{SecretText, SignIn as SignInData};
use caseflow_core::firm::vault::{self, FileInput, SecretInput, ShortSecret};
use caseflow_core::ports::store::AuditQuery;
use caseflow_core::testing::KeyFault;
use caseflow_core::testing::fixtures::{self, line, prose};

use crate::world::{BASE, Who, World};

const BYTES: &[u8] = b"%PDF-1.7 <script>alert(1)</script>";

impl World {
    async fn vault_file(&self, who: Who) -> VaultItemId {
        self.vault_file_for(who, Readers::All).await
    }

    async fn vault_secret(&self, who: Who) -> VaultItemId {
        self.vault_secret_for(who, Readers::All).await
    }

    /// A file in the vault of this contact's client.
    pub(crate) async fn vault_file_for(&self, who: Who, readers: Readers) -> VaultItemId {
        let pieces = [Ok(BYTES.into())];
        let input = FileInput {
            description: Some(prose("For <b>you</b>")),
            upload: Upload {
                name: FileName::of("bank \"x\".pdf"),
                content: Box::pin(futures_util::stream::iter(pieces)),
                most: 1_000,
            },
        };
        let (call, client) = (self.call(who), self.contact(who).client);
        let added = vault::add_file(&self.ports, &call, client, readers, input).await;
        vault_item(added.unwrap().id)
    }

    /// Data to sign in, there likewise.
    pub(crate) async fn vault_secret_for(&self, who: Who, readers: Readers) -> VaultItemId {
        let input = SecretInput {
            name: line("Tax office"),
            description: None,
            secret: ShortSecret::SignIn(SignInData {
                place: Some(line("https://tax.example")),
                account: SecretText::typed("muster"),
                password: SecretText::typed("correct <horse>").unwrap(),
                note: None,
            }),
        };
        let (call, client) = (self.call(who), self.contact(who).client);
        let added = vault::add_secret(&self.ports, &call, client, readers, input).await;
        vault_item(added.unwrap().id)
    }

    /// What was done to the vault of the first firm's client, in order.
    async fn vault_log(&self) -> Vec<String> {
        let query = AuditQuery {
            about: Some(VaultId::from(self.office.client.id).into()),
            ..AuditQuery::default()
        };
        let page = self.ports.store.audit(self.office.firm.id, &query).await;
        let rows = page.unwrap().rows.into_iter();
        rows.map(|row| row.action).collect()
    }
}

fn vault_item(subject: Subject) -> VaultItemId {
    match subject {
        Subject::VaultItem(id) => id,
        other => panic!("not an item of a vault: {other}"),
    }
}

#[tokio::test]
async fn r_vlt_a_contact_sees_shows_and_downloads_without_scripts() {
    let world = World::new().await;
    let (file, secret) = (
        world.vault_file(Who::Contact).await,
        world.vault_secret(Who::Contact).await,
    );
    let theirs = world.vault_file(Who::Stranger).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let list = browser.get("/vault").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    assert!(list.body.contains("Tax office") && list.body.contains("For &#60;b&#62;you"));
    assert!(!list.body.contains("correct") && !list.body.contains("muster"));
    assert!(!list.body.contains(&theirs.to_string()));
    assert_eq!(list.header("cache-control"), "no-store");

    let item = browser.get(&format!("/vault/{secret}")).await;
    assert!(item.body.contains("https://tax.example") && !item.body.contains("correct"));
    let shown = browser.post(&format!("/vault/{secret}/show"), &[]).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("correct &#60;horse&#62;") && shown.body.contains("muster"));
    assert_eq!(shown.header("cache-control"), "no-store");

    let download = browser.get(&format!("/vault/{file}/download")).await;
    assert_eq!(download.bytes, BYTES);
    let disposition = download.header("content-disposition");
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    assert!(disposition.ends_with("bank%20-x-.pdf"), "{disposition}");
    assert!(
        download
            .header("content-security-policy")
            .contains("sandbox")
    );
    assert_eq!(download.header("cache-control"), "no-store");
    let expected = [
        "vault.item_added",
        "vault.item_added",
        "vault.listed",
        "vault.listed",
        "vault.item_opened",
        "vault.item_downloaded",
    ];
    assert_eq!(world.vault_log().await, expected);
    let log = browser.get("/vault/log").await;
    for said in [
        "Looked at the secret",
        "Downloaded",
        "Petra Muster",
        "198.51.100.7",
    ] {
        assert!(log.body.contains(said), "{said}: {}", log.body);
    }
    // Neither is there in the other way.
    let wrong = browser.get(&format!("/vault/{secret}/download")).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let wrong = browser.post(&format!("/vault/{file}/show"), &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_part_of_a_file_is_answered_and_what_is_known_is_not_sent_or_logged() {
    let world = World::new().await;
    let file = world.vault_file(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    let path = format!("/vault/{file}/download");
    let mut request = browser.request(Method::GET, &path, None);
    let headers = request.headers_mut();
    headers.insert("range", "bytes=1-3".parse().unwrap());
    let part = browser.send(request).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes, BYTES[1..4]);
    let rows = world.vault_log().await;
    let mut request = browser.request(Method::GET, &path, None);
    let headers = request.headers_mut();
    headers.insert("if-none-match", part.header("etag").parse().unwrap());
    let known = browser.send(request).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    assert_eq!(world.vault_log().await, rows);
}

#[tokio::test]
async fn r_vlt_3_a_locked_vault_asks_for_the_password_and_leads_back() {
    let world = World::new().await;
    let secret = world.vault_secret(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    world.doubles.clock.advance(Duration::from_secs(300));
    let item = format!("/vault/{secret}");
    for path in ["/vault", "/vault/log", &item] {
        let locked = browser.get(path).await;
        assert_eq!(locked.status, StatusCode::SEE_OTHER, "{path}");
        let next = format!("{BASE}{path}").replace('/', "%2F");
        assert_eq!(
            locked.location(),
            format!("{BASE}/vault/unlock?next={next}")
        );
    }
    // What was posted leads to the page that posts it.
    let shown = browser.post(&format!("{item}/show"), &[]).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER);
    let form = browser.follow(&shown).await;
    assert_eq!(form.heading(), "Confirm it is you");
    assert!(form.body.contains("open for 5 minutes"));
    let next = form.value("next").unwrap();
    let unlock = async |browser: &mut crate::world::Browser, password: &str| {
        let fields = [("current_password", password), ("next", next.as_str())];
        browser.post("/vault/unlock", &fields).await
    };
    for wrong in ["", "a wrong password"] {
        let again = unlock(&mut browser, wrong).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("Error: "));
    }
    let opened = unlock(&mut browser, fixtures::PASSWORD).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let item = browser.follow(&opened).await;
    assert_eq!(item.heading(), "<bdi>Tax office</bdi>");
    let log = world.vault_log().await;
    assert_eq!(log[1..3], ["vault.unlock_failed", "vault.unlocked"]);
    // A way out of the portal is none.
    let fields = [
        ("current_password", fixtures::PASSWORD),
        ("next", "https://evil.example/"),
    ];
    let opened = browser.post("/vault/unlock", &fields).await;
    assert_eq!(opened.location(), format!("{BASE}/vault"));
}

#[tokio::test]
async fn e17_guessing_the_password_of_the_vault_has_to_wait() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let mut last = StatusCode::OK;
    for _ in 0..7 {
        let fields = [("current_password", "a wrong password")];
        last = browser.post("/vault/unlock", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn where_the_host_signs_in_a_locked_vault_leads_to_its_login() {
    let world = World::new().await;
    let settings = Settings {
        sign_in: SignIn::Host {
            login: "/host/login".to_owned(),
            logout: "/host/logout".to_owned(),
        },
        ..Settings::default()
    };
    let app = mount(BASE, router(world.portal(settings)));
    let world = world.behind(app);
    let mut browser = world.browser(Who::Contact);
    let mut ask = async |path: &str, ago: u64| {
        let mut request = browser.request(Method::GET, path, None);
        request.extensions_mut().insert(HostIdentity {
            contact: world.office.contact.id,
            authenticated_at: world.ports.now().minus(Duration::from_secs(ago)),
        });
        browser.send(request).await
    };
    assert_eq!(ask("/vault", 0).await.status, StatusCode::OK);
    let login = format!(
        "/host/login?next={}",
        format!("{BASE}/vault").replace('/', "%2F")
    );
    assert_eq!(ask("/vault", 300).await.location(), login);
    assert_eq!(ask("/vault/unlock", 300).await.location(), login);
}

#[tokio::test]
async fn f09_without_keys_the_vault_says_so_and_the_rest_works() {
    let world = World::new().await;
    let file = world.vault_file(Who::Contact).await;
    let mut browser = world.signed_in(Who::Contact).await;
    world.doubles.keys.fail(Some(KeyFault::Outage));
    for path in ["/vault".to_owned(), format!("/vault/{file}/download")] {
        let away = browser.get(&path).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(away.heading(), "The vault is not available");
        assert!(away.body.contains("Everything else in the portal works"));
        assert_eq!(away.header("retry-after"), "60");
    }
    for path in ["/dashboard", "/invoices", "/vault/log", "/vault/unlock"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    world.doubles.keys.fail(None);
    assert_eq!(browser.get("/vault").await.status, StatusCode::OK);
}

#[tokio::test]
async fn f03_a_damaged_item_is_said_to_be_that_and_nothing_of_it_is_sent() {
    let world = World::new().await;
    let file = world.vault_file(Who::Contact).await;
    let [name] = world.doubles.blobs.names()[..] else {
        panic!("one body");
    };
    let mut bytes = world.doubles.blobs.bytes(name).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    world.doubles.blobs.put(name, bytes);
    let mut browser = world.signed_in(Who::Contact).await;
    let page = browser.get(&format!("/vault/{file}/download")).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.heading(), "This item cannot be read");
    assert!(page.header("content-disposition").is_empty());
    let log = world.vault_log().await;
    assert_eq!(log.last().unwrap(), "vault.item_unreadable");
}

#[tokio::test]
async fn the_vault_is_in_the_bar_of_those_who_may_open_it() {
    let world = World::new().await;
    let mut browser = world.signed_in(Who::Contact).await;
    let link = format!("href=\"{BASE}/vault\"");
    assert!(browser.get("/profile").await.body.contains(&link));
    world.permit(Who::Contact, Sections::NONE).await;
    assert!(!browser.get("/profile").await.body.contains(&link));
    for path in ["/vault", "/vault/log", "/vault/unlock"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND);
    }
}
