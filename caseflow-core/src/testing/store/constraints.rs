//! The named constraints, each attacked by many at once.

use std::sync::Arc;

use super::snapshot::{FIRST, full};
use super::{applied, breaks, firm_invoices, stored, tried, update, winners, wrote};
use crate::domain::api_key::ApiKey;
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::client::{Contact, Standing};
use crate::domain::link::{Link, LinkPurpose};
use crate::domain::number::{Number, NumberFormat};
use crate::domain::session::Session;
use crate::domain::throttle::{ThrottleKey, ThrottlePolicy};
use crate::ports::store::{Committed, Constraint, InvoiceQuery, PaymentQuery, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id, usd};
use crate::testing::join_all;

/// R-INV-5. Catches a series that repeats a number or loses one: 32 invoices are issued at once, and
/// as many commits that would issue one fail at their end.
pub async fn case_numbers_have_no_gaps_under_32_issues(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Office::open(&*store, 2).await;
    for n in 1..=32 {
        let draft = fixtures::draft(n, office.client.id, usd("1.00"));
        wrote(
            &*store,
            office.firm.id,
            Change::Invoice(Write::Insert(draft)),
        )
        .await;
    }
    let issues = (1..=64).map(|n| {
        let (store, office) = (&store, &office);
        async move {
            if n <= 32 {
                issue(&**store, office, n).await;
            } else {
                issue_in_vain(&**store, office, n).await;
            }
        }
    });
    join_all(issues).await;
    let now = firm_invoices(&*store, office.firm.id, NOW, 100, &InvoiceQuery::default()).await;
    let mut numbers: Vec<String> = now.iter().map(|row| text(row.number.as_ref())).collect();
    numbers.sort();
    let expected: Vec<String> = (1..=32).map(|n| format!("INV-{n:04}")).collect();
    assert_eq!(numbers, expected);
    let query = PaymentQuery {
        page: super::first_page(100),
        ..PaymentQuery::default()
    };
    let payments = store.payments(office.firm.id, &query).await.unwrap().rows;
    let mut receipts: Vec<String> = payments
        .iter()
        .map(|row| text(row.payment.value.receipt.taken()))
        .collect();
    receipts.sort();
    let expected: Vec<String> = (1..=32).map(|n| format!("R-{n:04}")).collect();
    assert_eq!(receipts, expected);
    issue_first_of(&*store, &other).await;
}

/// Issues a draft and records a payment on it, again from the top on a conflict.
async fn issue(store: &dyn Store, office: &Office, n: u64) {
    loop {
        let old = stored(store, office, id(n)).await;
        let number = Number::Next(NumberFormat::parse("INV-", 4).unwrap());
        let issued = old.value.clone().issue(number, NOW).unwrap();
        let payment = fixtures::payment(n, &issued, usd("1.00"));
        let changes = Changes::default()
            .with(Change::Invoice(old.update(issued)))
            .with(Change::Payment(Write::Insert(payment)));
        match store.commit(office.firm.id, changes).await {
            Ok(Committed::Applied) => return,
            Err(StoreError::Conflict) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }
}

/// Takes a number, then fails because a client exists already.
async fn issue_in_vain(store: &dyn Store, office: &Office, n: u64) {
    let issued = fixtures::issued(n, office.client.id, usd("1.00"));
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(issued)))
        .with(Change::Client(Write::Insert(office.client.clone())));
    let outcome = store.commit(office.firm.id, changes).await;
    if !matches!(outcome, Err(StoreError::Conflict)) {
        breaks(&outcome, Constraint::Identity);
    }
}

/// Another firm's series begins at one, and a number that was taken stays as it is.
async fn issue_first_of(store: &dyn Store, office: &Office) {
    let changes = Changes::default()
        .with(Change::Invoice(Write::Insert(fixtures::issued(
            1,
            office.client.id,
            usd("1.00"),
        ))))
        .with(Change::Invoice(Write::Insert(fixtures::issued(
            2,
            office.client.id,
            usd("1.00"),
        ))));
    applied(store, office.firm.id, changes).await;
    for (n, number) in [(1, "INV-0001"), (2, "INV-0002")] {
        let old = stored(store, office, id(n)).await;
        assert_eq!(
            text(old.value.number()),
            number,
            "in the order of the changes"
        );
        let cancelled = old.value.clone().cancel(NOW).unwrap();
        wrote(
            store,
            office.firm.id,
            Change::Invoice(old.update(cancelled)),
        )
        .await;
        assert_eq!(
            text(stored(store, office, id(n)).await.value.number()),
            number
        );
    }
}

/// Catches a store that looks for an address and writes the contact in two steps, or compares
/// addresses letter by letter.
pub async fn case_one_contact_has_an_email_address(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let named = |n: u64, address: &str| Contact {
        email: fixtures::email(address),
        ..fixtures::contact(n, office.client.id)
    };
    let spellings = ["anna@example.com", "Anna@Example.COM", "ANNA@example.com"];
    let writers = (1..=15).map(|n| {
        let spelling = spellings[usize::try_from(n % 3).unwrap()];
        tried(
            &*store,
            firm,
            Change::Contact(Write::Insert(named(n, spelling))),
        )
    });
    let outcomes = join_all(writers).await;
    let taken =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::ContactEmail));
    assert_eq!(winners(&outcomes, taken), 1, "{outcomes:?}");
}

/// Catches a store in which a removed contact keeps its address for ever, comes back beside its
/// successor, or in which firms share addresses.
pub async fn case_an_email_address_is_free_again_after_removal(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let with = |email: &str, contact: &Contact| Contact {
        email: fixtures::email(email),
        ..contact.clone()
    };
    let spelled = with("Contact103@example.com", &office.contact);
    let write = update(Version::FIRST, spelled.clone());
    wrote(&*store, firm, Change::Contact(write)).await;
    let heir = with("CONTACT103@example.com", &office.stranger);
    let inherit = Change::Contact(update(Version::FIRST, heir.clone()));
    let taken = tried(&*store, firm, inherit.clone()).await;
    breaks(&taken, Constraint::ContactEmail);
    let standing = |standing| Contact {
        standing,
        ..spelled.clone()
    };
    let remove = update(Version(2), standing(Standing::Removed));
    wrote(&*store, firm, Change::Contact(remove)).await;
    wrote(&*store, firm, inherit).await;
    // Who stays removed is in nobody's way.
    let again = update(Version(3), standing(Standing::Removed));
    wrote(&*store, firm, Change::Contact(again)).await;
    let back = update(Version(4), standing(Standing::Other));
    let taken = tried(&*store, firm, Change::Contact(back)).await;
    breaks(&taken, Constraint::ContactEmail);
    let other = Office::open(&*store, 2).await;
    let theirs = with("contact103@example.com", &other.contact);
    let write = update(Version::FIRST, theirs);
    wrote(&*store, other.firm.id, Change::Contact(write)).await;
    let card = store
        .sign_in(firm, &heir.email, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(card.person.unwrap().0.value, heir);
}

/// R-ACC-1. Catches a store that lets two writers mark a primary contact at once, or counts removed
/// ones and those of other clients.
pub async fn case_one_contact_of_a_client_is_primary(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let primary = |n: u64| Contact {
        standing: Standing::Primary,
        ..fixtures::contact(n, office.neighbour.id)
    };
    let writers =
        (1..=12).map(|n| tried(&*store, firm, Change::Contact(Write::Insert(primary(n)))));
    let outcomes = join_all(writers).await;
    let taken =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::PrimaryContact));
    assert_eq!(winners(&outcomes, taken), 1, "{outcomes:?}");
    let promoted = Contact {
        standing: Standing::Primary,
        ..office.colleague.clone()
    };
    let promote = Change::Contact(update(Version::FIRST, promoted));
    breaks(
        &tried(&*store, firm, promote.clone()).await,
        Constraint::PrimaryContact,
    );
    let demoted = Contact {
        standing: Standing::Other,
        ..office.contact.clone()
    };
    let changes = Changes::default()
        .with(Change::Contact(update(Version::FIRST, demoted)))
        .with(promote);
    applied(&*store, firm, changes).await;
    let file = store.client(firm, office.client.id).await.unwrap().unwrap();
    let standings: Vec<_> = file.contacts.iter().map(|it| it.value.standing).collect();
    assert_eq!(standings, [Standing::Other, Standing::Primary]);
}

/// R-ACC-3. Catches a link that opens twice.
pub async fn case_a_link_is_used_once(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for n in 1..=3 {
        let link = fixtures::link(n, office.contact.id, LinkPurpose::SetPassword);
        wrote(&*store, office.firm.id, Change::Link(link)).await;
        let users = (0..16).map(|_| {
            let changes = Changes::default()
                .with(Change::UseLink(id(n)))
                .audited(fixtures::audit(office.contact.id));
            store.commit(office.firm.id, changes)
        });
        let outcomes = join_all(users).await;
        let gone = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, gone), 1, "{outcomes:?}");
    }
    assert_eq!(super::audit_rows(&*store, office.firm.id).await.len(), 3);
}

/// E17. Catches a store in which guesses made at once count as one.
pub async fn case_of_tries_made_at_once_each_one_counts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let key = ThrottleKey::account("sign_in", &office.contact.email);
    let read = async || store.throttles(firm, &[key]).await.unwrap()[0];
    for tries in 0..4 {
        let before = read().await;
        assert_eq!(before.tries, tries);
        let guesses = (0..12).map(|_| {
            let change = Change::Throttle {
                read: before.tries,
                now: before.count(ThrottlePolicy::ACCOUNT, NOW),
            };
            tried(&*store, firm, change)
        });
        let outcomes = join_all(guesses).await;
        let counted = |error: &StoreError| matches!(error, StoreError::Conflict);
        assert_eq!(winners(&outcomes, counted), 1, "{outcomes:?}");
    }
    let gone = Change::ForgetThrottle(key);
    let last = read().await;
    wrote(&*store, firm, gone).await;
    let change = Change::Throttle {
        read: last.tries,
        now: last.count(ThrottlePolicy::ACCOUNT, NOW),
    };
    wrote(&*store, firm, change).await;
    assert_eq!(read().await.tries, 5);
}

/// Catches a store in which one secret opens two things.
pub async fn case_a_secret_opens_one_thing(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let other = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    applied(&*store, firm, full(&office)).await;
    let twins = [
        Change::Session(Session {
            id: id(1),
            ..fixtures::session(FIRST, office.colleague.id)
        }),
        Change::Link(Link {
            id: id(1),
            ..fixtures::link(FIRST, office.colleague.id, LinkPurpose::SetPassword)
        }),
        Change::ApiKey(Write::Insert(ApiKey {
            id: id(1),
            ..fixtures::api_key(FIRST)
        })),
    ];
    for change in twins.clone() {
        breaks(&tried(&*store, firm, change).await, Constraint::Identity);
    }
    let [.., key] = twins;
    // A key is looked up without its firm, so its secret is one of the whole store.
    breaks(
        &tried(&*store, other.firm.id, key).await,
        Constraint::Identity,
    );
    let writers = (10..20).map(|n| {
        let key = ApiKey {
            id: id(n),
            ..fixtures::api_key(7)
        };
        tried(&*store, firm, Change::ApiKey(Write::Insert(key)))
    });
    let outcomes = join_all(writers).await;
    let twice =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Identity));
    assert_eq!(winners(&outcomes, twice), 1, "{outcomes:?}");
}

fn text(number: Option<&crate::domain::number::DocumentNumber>) -> String {
    number.unwrap().as_str().to_owned()
}
