//! What happened to a vault, as its client sees it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::shelf::{cleared, stowed};
use super::{applied, update, wrote};
use crate::domain::access::Actor;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::client::{Client, Contact, Standing};
use crate::domain::id::{ContactId, Subject, VaultId, VaultItemId};
use crate::domain::page::{Cursor, PageQuery};
use crate::domain::vault::VaultItem;
use crate::ports::store::{Store, VaultLog, Visit};
use crate::testing::fixtures::{self, Office, chosen, id};

/// A row about this client's vault and these items.
fn row(client: &Client, items: &[u64]) -> AuditEntry {
    let items = items.iter().map(|n| Subject::VaultItem(id(*n)));
    let about = items.chain([VaultId::from(client.id).into()]);
    AuditEntry {
        about: about.collect(),
        action: AuditAction::VaultItemOpened,
        ..fixtures::audit(client.id)
    }
}

async fn log(store: &dyn Store, visit: Visit, after: Option<Cursor<u64>>, rows: u32) -> VaultLog {
    let page = PageQuery {
        after,
        size: super::size(rows),
    };
    let (guest, log) = store.client_vault_log(visit, &page).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    log
}

fn seqs(log: &VaultLog) -> Vec<u64> {
    log.rows.rows.iter().map(|row| row.seq).collect()
}

fn items(log: &VaultLog) -> BTreeSet<VaultItemId> {
    assert!(log.items.len() <= 100);
    let items: BTreeSet<_> = log.items.iter().map(|item| item.id).collect();
    assert_eq!(items.len(), log.items.len(), "an item comes twice");
    items
}

/// R-VLT-3. Catches a log that shows rows about something else, about another client's vault or about an
/// item alone, takes a client's rows for those of its vault, whose id has the same bits, or loses one.
pub async fn case_the_log_of_a_vault_holds_rows_about_it_newest_first(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let other = fixtures::audit(office.contact.id);
    let item_alone = fixtures::audit(id::<VaultItemId>(1));
    let entries = [
        row(&office.client, &[]),
        row(&office.neighbour, &[1]),
        fixtures::audit(office.client.id),
        AuditEntry {
            actor: Actor::Contact(office.contact.id),
            origin: fixtures::origin(),
            facts: vec![("why", "\"ü\"\n".to_owned())],
            ..row(&office.client, &[1])
        },
        other,
        item_alone,
        row(&office.client, &[1, 2]),
    ];
    for entry in entries {
        applied(&*store, firm, Changes::default().audited(entry)).await;
    }
    let rows = super::audit_rows(&*store, firm).await;
    for contact in [&office.contact, &office.colleague] {
        let found = log(&*store, office.visit(contact), None, 100).await;
        let expected = [7, 4, 1].map(|seq: usize| rows[seq - 1].clone());
        assert_eq!(found.rows.rows, expected);
        assert_eq!((found.rows.next, found.items), (None, vec![]));
    }
    let found = log(&*store, office.visit(&office.stranger), None, 100).await;
    assert_eq!(seqs(&found), [2]);
}

/// Catches a log that is in the order of texts, or whose pages lose or repeat rows while others come in.
pub async fn case_the_log_of_a_vault_comes_page_by_page(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let logs = async |n: u64| {
        let client = [&office.client, &office.neighbour][usize::from(n.is_multiple_of(3))];
        let entry = row(client, &[n]);
        applied(&*store, firm, Changes::default().audited(entry)).await;
    };
    for n in 1..=21 {
        logs(n).await;
    }
    let visit = office.visit(&office.contact);
    let expected: Vec<u64> = (1..=21).rev().filter(|n| n % 3 != 0).collect();
    for rows in [1, 4, 14, 100] {
        let (mut after, mut seen) = (None, vec![]);
        loop {
            let page = log(&*store, visit, after, rows).await;
            seen.extend(seqs(&page));
            after = page.rows.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected, "{rows} rows a page");
    }
    let first = log(&*store, visit, None, 4).await;
    for n in 22..=24 {
        logs(n).await;
    }
    let second = log(&*store, visit, first.rows.next.clone(), 4).await;
    assert_eq!([seqs(&first), seqs(&second)].concat(), expected[..8]);
}

/// R-VLT-3. Catches a log that comes with items that are not there for the contact, that are gone, or
/// about which no row of the page is, and one that lacks an item.
pub async fn case_the_log_comes_with_the_items_that_are_there(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mine = chosen([office.contact.id]);
    let theirs = chosen([office.colleague.id]);
    let item = |n| fixtures::vault_item(n, office.client.id);
    let hidden = VaultItem {
        readers: theirs.clone(),
        ..item(2)
    };
    let private = VaultItem {
        readers: mine,
        ..item(3)
    };
    let changes = Changes::default()
        .with(stowed(&item(1)))
        .with(stowed(&hidden))
        .with(stowed(&private))
        .with(stowed(&item(4)))
        .with(stowed(&item(5)))
        .with(stowed(&fixtures::vault_item(6, office.neighbour.id)))
        .audited(row(&office.client, &[5]))
        .audited(row(&office.client, &[1, 2]))
        .audited(row(&office.client, &[3, 4, 1, 6, 4_711]));
    applied(&*store, firm, changes).await;
    wrote(&*store, firm, cleared(&item(4), Version::FIRST)).await;
    for (contact, rows, expected) in [
        (&office.contact, 2, &[1, 3][..]),
        (&office.colleague, 2, &[1, 2]),
        (&office.contact, 1, &[1, 3]),
        (&office.contact, 100, &[1, 3, 5]),
        (&office.stranger, 100, &[]),
    ] {
        let found = log(&*store, office.visit(contact), None, rows).await;
        let expected: BTreeSet<VaultItemId> = expected.iter().map(|n| id(*n)).collect();
        assert_eq!(items(&found), expected, "{rows} rows");
    }
    let found = log(&*store, office.visit(&office.contact), None, 1).await;
    assert!(found.items.contains(&item(1)) && found.items.contains(&private));
    let withdrawn = VaultItem {
        readers: theirs,
        ..item(1)
    };
    let change = Change::VaultItem(update(Version::FIRST, withdrawn));
    wrote(&*store, firm, change).await;
    let found = log(&*store, office.visit(&office.contact), None, 2).await;
    assert_eq!(items(&found), BTreeSet::from([id(3)]));
}

/// Catches a log that cannot say who a row names: without the client's contacts who were removed, or
/// with those of another client.
pub async fn case_the_log_comes_with_all_contacts_of_the_client(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let gone = Contact {
        standing: Standing::Removed,
        ..fixtures::contact(50, office.client.id)
    };
    wrote(&*store, firm, Change::Contact(Write::Insert(gone.clone()))).await;
    // With rows and with none.
    for _ in 0..2 {
        let found = log(&*store, office.visit(&office.contact), None, 10).await;
        let ids: BTreeSet<ContactId> = found.contacts.iter().map(|it| it.id).collect();
        let expected = [gone.id, office.contact.id, office.colleague.id];
        assert_eq!(ids, BTreeSet::from(expected));
        assert_eq!(found.contacts.len(), 3);
        assert!(found.contacts.contains(&gone) && found.contacts.contains(&office.colleague));
        let entry = row(&office.client, &[]);
        applied(&*store, firm, Changes::default().audited(entry)).await;
    }
    let found = log(&*store, office.visit(&office.stranger), None, 10).await;
    assert_eq!(found.contacts, std::slice::from_ref(&office.stranger));
}
