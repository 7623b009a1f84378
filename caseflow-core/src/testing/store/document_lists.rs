//! Documents looked up: in which order, by their words, by client, and by whether they are shared.

use std::sync::Arc;
use std::time::Duration;

use super::shelf::{
    changed, documents_of, filed, firm_documents, removed, replaced, shown_documents,
};
use super::{all_pages, applied, wrote};
use crate::domain::changes::{Changes, Version};
use crate::domain::document::Document;
use crate::domain::id::{DocumentId, FirmId};
use crate::domain::search::Terms;
use crate::domain::text::FileName;
use crate::domain::time::Timestamp;
use crate::ports::store::{DocumentQuery, FirmDocumentQuery, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, id};

/// Catches a list that is not in the order of when a document came or was shared, whichever was later,
/// one in which documents of one date change places, and one whose pages lose or repeat some.
pub async fn case_documents_are_in_the_order_of_their_dates(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mut all: Vec<Document> = (1..=24_u64)
        .map(|n| match n % 3 {
            0 => came(&office, n, n * 7 % 4, None),
            1 => came(&office, n, n * 7 % 4, Some(0)),
            _ => came(&office, n, 0, Some(n * 7 % 4)),
        })
        .collect();
    let changes = all.iter().map(filed).map(|filed| filed.changes);
    let changes = Changes {
        changes: changes.flatten().collect(),
        ..Changes::default()
    };
    applied(&*store, firm, changes).await;
    all.sort_by_key(|it| std::cmp::Reverse((it.dated(), it.id)));
    let visit = office.visit(&office.contact);
    for rows in [1, 5, 24, 100] {
        let found = firm_documents(&*store, firm, rows, &FirmDocumentQuery::default()).await;
        assert_eq!(documents_of(&found), numbers(&all, |_| true));
        let mine = shown_documents(&*store, visit, rows, "").await;
        assert_eq!(
            documents_of(&mine),
            numbers(&all, |it| it.shared_at.is_some())
        );
    }
}

/// A document that came and was shared in these minutes.
fn came(office: &Office, n: u64, added: u64, shared: Option<u64>) -> Document {
    let mut document = Document {
        shared_at: shared.map(minute),
        ..fixtures::document(n, office.client.id)
    };
    document.newest.added_at = minute(added);
    document
}

fn minute(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

fn numbers(all: &[Document], wanted: impl Fn(&&Document) -> bool) -> Vec<DocumentId> {
    all.iter().filter(wanted).map(|it| it.id).collect()
}

/// Catches a list that keeps the place a document had: a further version and sharing move it up, and
/// what is no longer shared stands where its newest version puts it.
pub async fn case_a_document_moves_with_its_date(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=3 {
        applied(&*store, firm, filed(&came(&office, n, n, None))).await;
    }
    let order = async || {
        let query = FirmDocumentQuery::default();
        documents_of(&firm_documents(&*store, firm, 2, &query).await)
    };
    assert_eq!(order().await, [3, 2, 1].map(id));
    let shared = came(&office, 1, 1, Some(9));
    wrote(&*store, firm, changed(Version::FIRST, &shared)).await;
    assert_eq!(order().await, [1, 3, 2].map(id));
    let mut anew = came(&office, 2, 10, None);
    anew.newest.number = 2;
    applied(&*store, firm, replaced(Version::FIRST, &anew)).await;
    assert_eq!(order().await, [2, 1, 3].map(id));
    wrote(&*store, firm, changed(Version(2), &shared.unshared())).await;
    assert_eq!(order().await, [2, 3, 1].map(id));
}

/// Catches a list that is read by row numbers: rows that come in shift it under a reader who goes from
/// page to page.
pub async fn case_pages_of_documents_have_no_gaps_while_rows_come_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 100..120 {
        applied(&*store, firm, filed(&came(&office, n, 0, Some(n % 4)))).await;
    }
    let mut newcomer = 0;
    let mut comes_in = async || {
        newcomer += 1;
        for (minute, n) in [(0, 0), (2, 500), (9, 1_000)] {
            let document = came(&office, newcomer + n, 0, Some(minute));
            applied(&*store, firm, filed(&document)).await;
        }
    };
    let of_firm = all_pages(3, async |page| {
        let query = FirmDocumentQuery {
            page,
            ..FirmDocumentQuery::default()
        };
        let page = store.documents(firm, &query).await;
        comes_in().await;
        page
    })
    .await;
    let visit = office.visit(&office.contact);
    let of_contact = all_pages(3, async |page| {
        let query = DocumentQuery { terms: None, page };
        let page = store.client_documents(visit, &query).await?.unwrap().1;
        comes_in().await;
        Ok::<_, StoreError>(page)
    })
    .await;
    for rows in [of_firm, of_contact] {
        let place = |n: usize| (rows[n].value.dated(), rows[n].value.id);
        assert!((1..rows.len()).all(|n| place(n - 1) > place(n)));
        for n in 100..120 {
            let times = rows.iter().filter(|row| row.value.id == id(n)).count();
            assert_eq!(times, 1, "document {n}");
        }
    }
}

/// Catches a list of the firm's documents in which the client, the stage, the words and the pages are
/// not asked all together.
pub async fn case_the_firms_documents_are_listed_by_client_sharing_and_words(
    store: Arc<dyn Store>,
) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let all: Vec<Document> = (1..=24_u64)
        .map(|n| {
            let owner = [&office.client, &office.neighbour][usize::from(n % 3 == 0)];
            let mut document = Document {
                shared_at: (n % 4 < 2).then_some(NOW),
                matter: n.is_multiple_of(5).then(|| fixtures::line("Fifth")),
                ..fixtures::document(n, owner.id)
            };
            let parity = ["even", "odd"][usize::from(n % 2 == 1)];
            document.newest.name = FileName::of(&format!("{parity}.pdf"));
            document
        })
        .collect();
    for document in &all {
        applied(&*store, firm, filed(document)).await;
    }
    let clients = [
        None,
        Some(office.client.id),
        Some(office.neighbour.id),
        Some(id(4_711)),
    ];
    for client in clients {
        for shared in [None, Some(true), Some(false)] {
            for typed in ["", "even", "odd fif", "PDF", "nothing"] {
                let terms = Terms::parse(typed).unwrap();
                let said = |it: &Document| {
                    let words = it.words();
                    terms.as_ref().is_none_or(|terms| terms.match_all(&words))
                };
                let expected = numbers(&all, |it| {
                    client.is_none_or(|client| it.client == client)
                        && shared.is_none_or(|shared| it.shared_at.is_some() == shared)
                        && said(it)
                });
                let newest_first: Vec<_> = expected.into_iter().rev().collect();
                let query = FirmDocumentQuery {
                    client,
                    shared,
                    terms: terms.clone(),
                    ..FirmDocumentQuery::default()
                };
                for rows in [1, 4, 100] {
                    let found = firm_documents(&*store, firm, rows, &query).await;
                    assert_eq!(documents_of(&found), newest_first, "{query:?}");
                }
            }
        }
    }
}

/// What the three documents of a search are called, and their matters.
const TEXTS: [(&str, Option<&str>); 3] = [
    ("Jahresabschluss_2026-Zürich.PDF", Some("Audit O'Neill")),
    ("会社の設立.docx", None),
    ("ΟΔΟΣΗΜΑ 100%.txt", Some("קניין רוחני")),
];

/// Which of them a search finds, by their numbers.
const FINDINGS: [(&str, &[u64]); 17] = [
    ("jahr", &[1]),
    ("abschluss", &[]),
    ("2026 ZÜR", &[1]),
    ("zur", &[]),
    ("pdf", &[1]),
    ("audit pdf", &[1]),
    ("o'neill", &[1]),
    ("audit docx", &[]),
    ("会社", &[2]),
    ("設", &[2]),
    ("ΟΔΟΣ", &[3]),
    ("οδος 100", &[3]),
    ("קניין", &[3]),
    ("נין", &[]),
    ("_", &[3, 2, 1]),
    ("%", &[3, 2, 1]),
    ("petra", &[]),
];

/// Catches a search that finds a word by its middle, loses one of another script, takes a sign for a
/// wildcard, or looks into anything but the name and the matter.
pub async fn case_documents_are_found_by_the_beginnings_of_their_words(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (n, (name, matter)) in (1..).zip(TEXTS) {
        let mut document = Document {
            matter: matter.map(fixtures::line),
            ..fixtures::document(n, office.client.id)
        };
        document.newest.name = FileName::of(name);
        applied(&*store, firm, filed(&document)).await;
    }
    for (typed, numbers) in FINDINGS {
        finds(&*store, &office, typed, numbers).await;
    }
}

/// A search of a contact and one of staff find these, page by page.
async fn finds(store: &dyn Store, office: &Office, typed: &str, numbers: &[u64]) {
    let expected: Vec<DocumentId> = numbers.iter().map(|n| id(*n)).collect();
    let visit = office.visit(&office.contact);
    for rows in [1, 100] {
        let found = shown_documents(store, visit, rows, typed).await;
        assert_eq!(documents_of(&found), expected, "{typed}");
        assert_eq!(of_firm(store, office.firm.id, rows, typed).await, expected);
    }
}

async fn of_firm(store: &dyn Store, firm: FirmId, rows: u32, typed: &str) -> Vec<DocumentId> {
    let query = FirmDocumentQuery {
        terms: Terms::parse(typed).unwrap(),
        ..FirmDocumentQuery::default()
    };
    documents_of(&firm_documents(store, firm, rows, &query).await)
}

/// Catches a search that still knows what a document was called, or to which matter it belonged, that
/// finds one that is gone, or finds a document twice because two of its words begin alike.
pub async fn case_documents_are_found_by_what_they_are_called_now(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mut document = fixtures::document(1, office.client.id);
    document.matter = Some(fixtures::line("draft drafts drafting"));
    document.newest.name = FileName::of("drafted.pdf");
    applied(&*store, firm, filed(&document)).await;
    finds(&*store, &office, "draft", &[1]).await;
    document.newest.number = 2;
    document.newest.name = FileName::of("Final.pdf");
    applied(&*store, firm, replaced(Version::FIRST, &document)).await;
    for (typed, numbers) in [
        ("drafted", &[][..]),
        ("final drafting", &[1]),
        ("pdf", &[1]),
    ] {
        finds(&*store, &office, typed, numbers).await;
    }
    document.matter = None;
    wrote(&*store, firm, changed(Version(2), &document)).await;
    for (typed, numbers) in [("draft", &[][..]), ("final", &[1])] {
        finds(&*store, &office, typed, numbers).await;
    }
    wrote(&*store, firm, removed(&document, Version(3))).await;
    finds(&*store, &office, "final", &[]).await;
    document.newest.number = 1;
    document.newest.name = FileName::of("Anew.pdf");
    applied(&*store, firm, filed(&document)).await;
    for (typed, numbers) in [("final", &[][..]), ("anew", &[1])] {
        finds(&*store, &office, typed, numbers).await;
    }
}
