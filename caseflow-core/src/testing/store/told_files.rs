//! What the feed and a mail tell of documents and vaults.

use std::sync::Arc;

use super::shelf::{changed, cleared, feed, filed, line, removed, replaced, stowed};
use super::{applied, update, wrote};
use crate::domain::activity::ActivityKind::{
    DocumentReplaced, DocumentShared, VaultItemAdded, VaultItemChanged,
};
use crate::domain::changes::{Change, Version, Write};
use crate::domain::document::Document;
use crate::domain::id::Subject;
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::readers::Readers;
use crate::domain::text::FileName;
use crate::domain::vault::VaultItem;
use crate::ports::store::{ActivityRow, Store};
use crate::testing::fixtures::{self, NOW, Office, chosen, id, usd};

async fn rows(store: &dyn Store, office: &Office) -> Vec<ActivityRow> {
    let visit = office.visit(&office.contact);
    store.dashboard(visit).await.unwrap().unwrap().1.activity
}

/// Catches a feed that does not say which document a line is about, says what it was called then and not
/// what it is called now, cuts its name, or says anything of what lies in the vault.
pub async fn case_a_line_about_a_document_has_its_newest_name(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mut document = fixtures::document(1, office.client.id);
    let item = fixtures::vault_item(1, office.client.id);
    let changes = filed(&document)
        .with(stowed(&item))
        .with(line(
            office.client.id,
            1,
            DocumentShared,
            document.id.into(),
        ))
        .with(line(office.client.id, 2, VaultItemAdded, item.id.into()));
    applied(&*store, firm, changes).await;
    let longest = format!("{}.pdf", "ü".repeat(FileName::MAX - 4));
    for (read, name) in (1..).zip(["accounts-1.pdf", "O'Neill & Söhne.pdf", &longest]) {
        let told = rows(&*store, &office).await;
        let titles: Vec<_> = told.iter().map(|row| row.title.clone()).collect();
        let expected = Some(fixtures::line(document.newest.name.as_str()));
        assert_eq!(titles, [None, expected]);
        assert!(told.iter().all(|row| row.number.is_none()));
        document.newest.number += 1;
        document.newest.name = FileName::of(name);
        applied(&*store, firm, replaced(Version(read), &document)).await;
    }
    let told = rows(&*store, &office).await;
    assert_eq!(told[1].title, Some(fixtures::line(&longest)));
}

/// R-DOC-1. Catches a feed that goes on telling of a document that is no longer shared, no longer for
/// this contact, or gone, and one that forgets its lines: they are back when it is shared again.
pub async fn case_lines_about_a_document_come_and_go_with_it(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let document = fixtures::document(1, office.client.id);
    let about = Subject::from(document.id);
    let lines = filed(&document)
        .with(line(office.client.id, 1, DocumentShared, about))
        .with(line(office.client.id, 2, DocumentReplaced, about));
    applied(&*store, firm, lines).await;
    let of = |readers, shared_at| Document {
        readers,
        shared_at,
        ..document.clone()
    };
    let (contact, colleague) = (&office.contact, &office.colleague);
    let now = Some(NOW);
    let steps = [
        (of(Readers::All, None), false, false),
        (of(Readers::All, now), true, true),
        (of(chosen([colleague.id]), now), false, true),
        (of(chosen([contact.id]), None), false, false),
        (of(chosen([contact.id]), now), true, false),
    ];
    assert_eq!(feed(&*store, &office, contact).await, [about, about]);
    for (read, (document, mine, theirs)) in (1..).zip(steps) {
        wrote(&*store, firm, changed(Version(read), &document)).await;
        for (contact, shows) in [(contact, mine), (colleague, theirs)] {
            let told = feed(&*store, &office, contact).await;
            assert_eq!(told, vec![about; if shows { 2 } else { 0 }]);
        }
    }
    wrote(&*store, firm, removed(&document, Version(6))).await;
    assert_eq!(feed(&*store, &office, contact).await, []);
}

/// R-VLT-3. The same of an item of the vault.
pub async fn case_lines_about_an_item_come_and_go_with_it(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let item = fixtures::vault_item(1, office.client.id);
    let about = Subject::from(item.id);
    for change in [
        stowed(&item),
        line(office.client.id, 1, VaultItemAdded, about),
        line(office.client.id, 2, VaultItemChanged, about),
    ] {
        wrote(&*store, firm, change).await;
    }
    let (contact, colleague) = (&office.contact, &office.colleague);
    assert_eq!(feed(&*store, &office, contact).await, [about, about]);
    for (read, readers) in (1..).zip([
        chosen([colleague.id]),
        Readers::All,
        chosen([contact.id]),
        chosen([contact.id, colleague.id]),
    ]) {
        let item = VaultItem {
            readers,
            ..item.clone()
        };
        let change = Change::VaultItem(update(Version(read), item.clone()));
        wrote(&*store, firm, change).await;
        for contact in [contact, colleague] {
            let told = feed(&*store, &office, contact).await;
            let shows = item.readers.include(contact.id);
            assert_eq!(told, vec![about; if shows { 2 } else { 0 }]);
        }
    }
    wrote(&*store, firm, cleared(&item, Version(5))).await;
    assert_eq!(feed(&*store, &office, contact).await, []);
}

/// Catches a feed that is cut to its length before the lines are taken out that the contact may not
/// know, and one that loses lines about other things with them.
pub async fn case_lines_that_are_hidden_take_no_place(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let invoice = fixtures::issued(1, office.client.id, usd("1.00"));
    let document = fixtures::document(1, office.client.id).unshared();
    let item = VaultItem {
        readers: chosen([office.colleague.id]),
        ..fixtures::vault_item(1, office.client.id)
    };
    let write = Write::Insert(invoice.clone());
    let mut changes = filed(&document)
        .with(stowed(&item))
        .with(Change::Invoice(write));
    for n in 1..=12 {
        let told = Change::Activity(fixtures::activity(n, &invoice));
        changes = changes.with(told);
    }
    for n in 13..=24 {
        changes = changes
            .with(line(
                office.client.id,
                n,
                DocumentShared,
                document.id.into(),
            ))
            .with(line(
                office.client.id,
                100 + n,
                VaultItemAdded,
                item.id.into(),
            ))
            // Of what was never there.
            .with(line(
                office.client.id,
                200 + n,
                DocumentShared,
                Subject::Document(id(4_711)),
            ));
    }
    applied(&*store, firm, changes).await;
    let told = feed(&*store, &office, &office.contact).await;
    assert_eq!(told, [Subject::Invoice(invoice.id); 10]);
    let told = feed(&*store, &office, &office.colleague).await;
    assert_eq!(told, [Subject::VaultItem(item.id); 10]);
}

/// Catches a mail card that lacks the document, holds one that the mail is not about, or one as it was
/// when the mail was posted. Whether it may still be told is the caller's to see.
pub async fn case_a_mail_about_a_document_comes_with_it(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mut document = fixtures::document(7, office.client.id);
    applied(&*store, firm, filed(&document)).await;
    let card = async |topic, to| {
        let mail = Mail {
            to,
            topic,
            ..fixtures::mail(1, office.contact.id)
        };
        store.mail_card(firm, &mail).await.unwrap().unwrap()
    };
    let to = Recipient::Contact(office.colleague.id);
    for (topic, comes) in [
        (MailTopic::DocumentShared(id(7)), true),
        (MailTopic::DocumentShared(id(4_711)), false),
        (MailTopic::ContractSent(id(7)), false),
        (MailTopic::InvoiceIssued(id(7)), false),
        (MailTopic::PasswordChanged, false),
    ] {
        let card = card(topic.clone(), to).await;
        assert_eq!(card.document, comes.then(|| document.clone()), "{topic:?}");
        assert_eq!(
            (card.firm, card.client),
            (office.firm.clone(), office.client.clone())
        );
        assert_eq!(card.contact, Some(office.colleague.clone()));
        assert_eq!(
            (card.invoice, card.offer, card.contract),
            (None, None, None)
        );
    }
    let shared = MailTopic::DocumentShared(id(7));
    let of_client = card(shared.clone(), Recipient::Client(office.client.id)).await;
    assert_eq!(
        (of_client.contact, of_client.document),
        (None, Some(document.clone()))
    );
    document.newest.number = 2;
    document.newest.name = FileName::of("corrected.pdf");
    document = document.unshared();
    applied(&*store, firm, replaced(Version::FIRST, &document)).await;
    let hidden = card(shared.clone(), to).await.document;
    assert_eq!(hidden.as_ref(), Some(&document));
    wrote(&*store, firm, removed(&document, Version(2))).await;
    assert_eq!(card(shared, to).await.document, None);
}
