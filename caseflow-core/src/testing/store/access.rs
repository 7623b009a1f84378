//! Sessions, links, keys, counts of tries: what finds out who somebody is.

use std::sync::Arc;
use std::time::Duration;

use super::snapshot::{FIRST, full, full_invoice};
use super::{applied, update, wrote};
use crate::domain::access::{Origin, Visitor};
use crate::domain::api_key::{ApiKey, Scope};
use crate::domain::changes::{Change, Changes, Sessions, Version, Write};
use crate::domain::client::{Access, Contact, Standing};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::mail::{Mail, MailTopic};
use crate::domain::session::Session;
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::domain::time::Timestamp;
use crate::ports::store::{Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

/// R-ACC-3. Catches a store in which an older link outlives a newer one, a newer one ends a link of
/// another purpose or another contact, or an address to confirm counts as a purpose of its own.
pub async fn case_a_newer_link_replaces_those_of_its_purpose(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let confirm = |address| LinkPurpose::ConfirmEmail(fixtures::email(address));
    let look = |staff| LinkPurpose::Preview(fixtures::line(staff));
    let (contact, colleague) = (office.contact.id, office.colleague.id);
    for link in [
        fixtures::link(1, contact, LinkPurpose::SetPassword),
        fixtures::link(2, contact, LinkPurpose::ResetPassword),
        fixtures::link(3, colleague, LinkPurpose::ResetPassword),
        fixtures::link(4, contact, confirm("one@example.com")),
        fixtures::link(5, contact, confirm("two@example.com")),
        fixtures::link(6, contact, LinkPurpose::ResetPassword),
        fixtures::link(7, contact, look("One")),
        fixtures::link(8, contact, look("Two")),
    ] {
        wrote(&*store, firm, Change::Link(link)).await;
    }
    assert_eq!(links(&*store, &office).await, [1, 3, 5, 6, 8]);
    let card = store
        .link(firm, fixtures::secret(5).hash())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        card.link,
        fixtures::link(5, contact, confirm("two@example.com"))
    );
    assert_eq!(
        (card.firm, card.contact.value),
        (office.firm.clone(), office.contact.clone())
    );
    let card = store.link(firm, fixtures::secret(8).hash()).await.unwrap();
    let purpose = card.unwrap().link.purpose;
    assert_eq!(purpose, look("Two"), "the name of who looks comes out");
    let end = |purpose| Change::EndLinks { contact, purpose };
    wrote(&*store, firm, end(Some(confirm("three@example.com")))).await;
    assert_eq!(links(&*store, &office).await, [1, 3, 6, 8]);
    wrote(&*store, firm, end(None)).await;
    assert_eq!(links(&*store, &office).await, [3]);
    wrote(&*store, firm, end(None)).await;
}

/// R-SELF-2. Catches a store that ends too many sessions, too few, or another contact's.
pub async fn case_sessions_end_one_by_one_or_together(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let (contact, colleague) = (office.contact.id, office.colleague.id);
    for n in 1..=7 {
        let whose = if n > 5 { colleague } else { contact };
        let session = Session {
            origin: Origin {
                ip: Some([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7].into()),
                user_agent: Some(fixtures::line("Browser/1.0")),
            },
            preview: (n % 2 == 0).then(|| fixtures::line("Staff")),
            ..fixtures::session(n, whose)
        };
        wrote(&*store, firm, Change::Session(session.clone())).await;
        assert_eq!(read_session(&*store, &office, n).await, Some(session));
    }
    for (which, left) in [
        (Sessions::One(id(1)), vec![2, 3, 4, 5, 6, 7]),
        (Sessions::One(id(1)), vec![2, 3, 4, 5, 6, 7]),
        (Sessions::AllBut(contact, id(3)), vec![3, 6, 7]),
        (Sessions::AllBut(contact, id(6)), vec![6, 7]),
        (Sessions::AllOf(colleague), vec![]),
    ] {
        wrote(&*store, firm, Change::EndSessions(which)).await;
        assert_eq!(sessions(&*store, &office).await, left, "{which:?}");
    }
}

/// Catches a store in which a late note moves a session's last use back, or wakes a dead session.
pub async fn case_a_session_is_only_ever_seen_later(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    wrote(
        &*store,
        firm,
        Change::Session(fixtures::session(1, office.contact.id)),
    )
    .await;
    let seen = |minutes| Change::SessionSeen {
        session: id(1),
        at: minute(minutes),
    };
    for (minutes, expected) in [(5, 5), (3, 5), (5, 5), (9, 9)] {
        wrote(&*store, firm, seen(minutes)).await;
        let session = read_session(&*store, &office, 1).await.unwrap();
        assert_eq!(session.seen_at, minute(expected));
    }
    wrote(&*store, firm, Change::EndSessions(Sessions::One(id(1)))).await;
    wrote(&*store, firm, seen(10)).await;
    assert!(sessions(&*store, &office).await.is_empty());
}

/// Catches a sign-in that finds the wrong person, a removed one, or counts in the wrong order.
pub async fn case_a_sign_in_card_says_who_and_how_often(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let address = fixtures::email("CONTACT103@Example.com");
    let keys = [
        ThrottleKey::account("sign_in", &address),
        ThrottleKey::address("sign_in", [192, 0, 2, 1].into()),
        ThrottleKey::account("forgot_password", &address),
    ];
    let once = Throttle::new(keys[2]).count(ThrottlePolicy::MAIL, NOW);
    let often = (0..9).fold(Throttle::new(keys[0]), |throttle, _| {
        throttle.count(ThrottlePolicy::ACCOUNT, minute(1))
    });
    let changes = Changes::default()
        .with(counted(0, once))
        .with(counted(0, Throttle::new(keys[0])))
        .with(counted(0, often));
    applied(&*store, firm, changes).await;
    let card = store.sign_in(firm, &address, &keys).await.unwrap().unwrap();
    assert_eq!(card.throttles, [often, Throttle::new(keys[1]), once]);
    assert_eq!(store.throttles(firm, &keys).await.unwrap(), card.throttles);
    assert_eq!(store.throttles(firm, &[]).await.unwrap(), []);
    assert_eq!(
        store.throttles(firm, &keys).await.unwrap(),
        card.throttles,
        "the counts alone are the same"
    );
    assert_eq!(card.firm, office.firm);
    let (contact, client) = card.person.unwrap();
    assert_eq!(
        (contact.value, client),
        (office.contact.clone(), office.client.clone())
    );
    wrote(&*store, firm, Change::ForgetThrottle(keys[0])).await;
    wrote(&*store, firm, Change::ForgetThrottle(keys[0])).await;
    let tries = [keys[0], keys[2]].map(|key| tries(&*store, &office, key));
    assert_eq!(join_all(tries).await, [0, 1]);
}

/// Catches a sign-in that finds whom it should not, or decides by itself who may sign in.
pub async fn case_a_removed_contact_cannot_be_found_by_email(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let address = &office.contact.email;
    let off = Contact {
        access: Access::Off,
        ..office.contact.clone()
    };
    wrote(
        &*store,
        firm,
        Change::Contact(update(Version::FIRST, off.clone())),
    )
    .await;
    let card = store.sign_in(firm, address, &[]).await.unwrap().unwrap();
    assert_eq!(
        card.person.unwrap().0.value,
        off,
        "whether it counts is the caller's to say"
    );
    let removed = Contact {
        standing: Standing::Removed,
        ..off
    };
    wrote(&*store, firm, Change::Contact(update(Version(2), removed))).await;
    let card = store.sign_in(firm, address, &[]).await.unwrap().unwrap();
    assert_eq!((card.person, card.throttles), (None, vec![]));
}

/// Catches a store that forgets too early, or that forgets what must never go.
pub async fn case_what_has_expired_goes_and_nothing_else(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let contact = office.contact.id;
    let ends = |n, end| Session {
        idle: Duration::from_secs(86_400),
        expires_at: minute(end),
        ..fixtures::session(n, contact)
    };
    let idle = Session {
        idle: Duration::from_secs(600),
        ..fixtures::session(3, contact)
    };
    let dies = |n, end, purpose| Link {
        expires_at: minute(end),
        ..fixtures::link(n, contact, purpose)
    };
    for change in [
        Change::Session(ends(1, 10)),
        Change::Session(ends(2, 11)),
        Change::Session(idle),
        Change::Link(dies(1, 10, LinkPurpose::SetPassword)),
        Change::Link(dies(2, 11, LinkPurpose::ResetPassword)),
    ] {
        wrote(&*store, firm, change).await;
    }
    let early = minute(10).minus(Duration::from_micros(1));
    assert_eq!(store.purge(early).await.unwrap(), 0);
    // What is over is found as long as it is there.
    assert_eq!(sessions(&*store, &office).await, [1, 2, 3]);
    assert_eq!(store.purge(minute(10)).await.unwrap(), 3);
    assert_eq!(sessions(&*store, &office).await, [2]);
    assert_eq!(links(&*store, &office).await, [2]);
    let key = ThrottleKey::account("sign_in", &office.contact.email);
    let blocked = Throttle {
        blocked_until: minute(3_000),
        ..Throttle::new(key).count(ThrottlePolicy::ACCOUNT, NOW)
    };
    wrote(&*store, firm, counted(0, blocked)).await;
    assert_eq!(store.purge(minute(1_500)).await.unwrap(), 2);
    assert_eq!(
        tries(&*store, &office, key).await,
        1,
        "it still blocks somebody"
    );
    assert_eq!(store.purge(minute(3_000)).await.unwrap(), 1);
    assert_eq!(tries(&*store, &office, key).await, 0);
    assert_eq!(store.purge(minute(999_999)).await.unwrap(), 0);
}

/// Catches a store that hides a revoked key, does not know what one may do, or lists keys in another
/// order.
pub async fn case_api_keys_are_found_by_their_secret(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let scoped = |n, scope| ApiKey {
        scope,
        ..fixtures::api_key(n)
    };
    for (n, scope) in [(2, Scope::Vault), (1, Scope::Write), (3, Scope::Vault)] {
        let insert = Write::Insert(scoped(n, scope));
        wrote(&*store, firm, Change::ApiKey(insert)).await;
        let found = store.key_by_token(fixtures::secret(n).hash()).await;
        assert_eq!(found.unwrap(), Some((firm, scoped(n, scope))));
    }
    let revoked = ApiKey {
        scope: Scope::Read,
        expires_at: Some(minute(5)),
        revoked_at: Some(minute(1)),
        ..fixtures::api_key(2)
    };
    wrote(
        &*store,
        firm,
        Change::ApiKey(update(Version::FIRST, revoked.clone())),
    )
    .await;
    let found = store
        .key_by_token(fixtures::secret(2).hash())
        .await
        .unwrap();
    assert_eq!(found, Some((firm, revoked.clone())));
    let unknown = store
        .key_by_token(fixtures::secret(4).hash())
        .await
        .unwrap();
    assert_eq!(unknown, None);
    let keys = store.api_keys(firm).await.unwrap();
    let ids: Vec<_> = keys.iter().map(|key| key.value.id).collect();
    assert_eq!(ids, [id(3), id(2), id(1)]);
    assert_eq!(keys[0].value, scoped(3, Scope::Vault));
    let one = store.api_key(firm, id(2)).await.unwrap().unwrap();
    assert_eq!((one.version, one.value), (Version(2), revoked));
}

/// Catches a mail card that lacks what a mail is about, or names another recipient.
pub async fn case_a_mail_card_holds_what_the_mail_is_about(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    applied(&*store, firm, full(&office)).await;
    let mail = |topic| Mail {
        topic,
        ..fixtures::mail(1, office.colleague.id)
    };
    let about = full_invoice(&office).id;
    for topic in [
        MailTopic::InvoiceIssued(about),
        MailTopic::PaymentReceived(id(FIRST), about),
    ] {
        let card = store.mail_card(firm, &mail(topic)).await.unwrap().unwrap();
        assert_eq!(
            (card.client, card.contact),
            (office.client.clone(), Some(office.colleague.clone()))
        );
        let file = card.invoice.unwrap();
        assert_eq!(
            (
                file.invoice.value.id,
                file.payments.len(),
                file.credits.len()
            ),
            (about, 1, 1)
        );
        assert_eq!(card.firm.id, firm);
    }
    for topic in [
        MailTopic::PasswordChanged,
        MailTopic::InvoiceIssued(id(4_711)),
    ] {
        let card = store.mail_card(firm, &mail(topic)).await.unwrap().unwrap();
        assert_eq!(card.invoice, None);
    }
    let nobody = fixtures::mail(1, id(4_711));
    assert_eq!(store.mail_card(firm, &nobody).await.unwrap(), None);
}

fn counted(read: u32, now: Throttle) -> Change {
    Change::Throttle { read, now }
}

fn minute(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

async fn tries(store: &dyn Store, office: &Office, key: ThrottleKey) -> u32 {
    let card = store
        .sign_in(office.firm.id, &office.contact.email, &[key])
        .await;
    card.unwrap().unwrap().throttles[0].tries
}

/// The session as a visitor brings it; every second one is known as a preview is.
async fn read_session(store: &dyn Store, office: &Office, n: u64) -> Option<Session> {
    let token = fixtures::secret(n).hash();
    let visit = Visit {
        visitor: match n % 2 {
            0 => Visitor::Preview(token),
            _ => Visitor::Session(token),
        },
        ..office.visit(&office.contact)
    };
    let guest = store.guest(visit).await.unwrap()?;
    guest.session
}

/// The numbers of the sessions that are there, of the first nine.
async fn sessions(store: &dyn Store, office: &Office) -> Vec<u64> {
    let mut found = Vec::new();
    for n in 1..=9 {
        found.extend(read_session(store, office, n).await.map(|_| n));
    }
    found
}

/// The numbers of the links that are there, of the first nine.
async fn links(store: &dyn Store, office: &Office) -> Vec<u64> {
    let mut found = Vec::new();
    for n in 1..=9 {
        let link = store.link(office.firm.id, fixtures::secret(n).hash()).await;
        found.extend(link.unwrap().map(|_| n));
    }
    found
}
