//! Contracts, their signatures and their files: what is kept of them.

use std::sync::Arc;
use std::time::Duration;

use super::paper::{contract, files, firm_contracts, portal_contracts, shown_contract};
use super::records::{one_line, texts};
use super::{applied, tried, update, winners, wrote};
use crate::domain::access::Origin;
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::contract::{
    Contract, ContractBody, ContractStage, ContractState, ContractTerms, Declined, SignedCopy,
};
use crate::domain::file::StoredFile;
use crate::domain::seal::SealLevel;
use crate::domain::signature::{
    AuthMethod, Authentication, Evidence, PaperSignature, Signature, SignedBy,
};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use crate::ports::store::{ContractFile, ContractQuery, ContractRow, Store};
use crate::testing::fixtures::{self, NOW, Office, day, id};
use crate::testing::join_all;

/// Catches a store that loses one of a contract's fields in one of its states, when it is new or when
/// it is written over, and one that shows a draft to a contact (R-ACC-7).
pub async fn case_contracts_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    for value in every_contract(&office) {
        wrote(
            &*store,
            firm,
            Change::Contract(Write::Insert(value.clone())),
        )
        .await;
        let version = Version::FIRST;
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
    for (read, other) in (1..).zip(every_contract(&office).into_iter().rev()) {
        let value = Contract { id: id(1), ..other };
        let change = Change::Contract(update(Version(read), value.clone()));
        wrote(&*store, firm, change).await;
        let version = Version(read + 1);
        is_kept(&*store, &office, Versioned { version, value }).await;
    }
}

/// Every read has the contract as it is.
async fn is_kept(store: &dyn Store, office: &Office, wanted: Versioned<Contract>) {
    let (firm, of) = (office.firm.id, wanted.value.id);
    let card = store.contract_card(firm, of).await.unwrap().unwrap();
    assert_eq!(card.firm, office.firm);
    assert_eq!(card.client.client.value, office.client);
    assert_eq!(card.client.contacts.len(), 2);
    let file = ContractFile {
        contract: wanted.clone(),
        signature: None,
    };
    assert_eq!(card.contract, file);
    let row = ContractRow::of(&wanted);
    let all = firm_contracts(store, firm, NOW, 100, &ContractQuery::default()).await;
    assert_eq!(all.iter().find(|it| it.id == of), Some(&row));
    let visit = office.visit(&office.contact);
    let shows = wanted.value.stage() != ContractStage::Draft;
    assert_eq!(
        shown_contract(store, visit, of).await,
        shows.then_some(file)
    );
    let mine = portal_contracts(store, visit, 100).await;
    let found = mine.iter().find(|it| it.id == of);
    assert_eq!(found, shows.then_some(&row));
}

/// A contract in each state, with every optional field present and with none.
fn every_contract(office: &Office) -> Vec<Contract> {
    let client = office.client.id;
    let seen = |contract: Contract| Contract {
        viewed_at: Some(moment(3)),
        ..contract
    };
    let mut all = vec![
        with_all_terms(fixtures::contract(1, client)),
        seen(with_all_terms(fixtures::sent_contract(2, client))),
        with_least_terms(fixtures::sent_contract(3, client)),
        seen(with_all_terms(fixtures::declined_contract(
            4,
            &office.contact,
        ))),
        speechless(with_least_terms(fixtures::declined_contract(
            5,
            &office.colleague,
        ))),
        seen(with_all_terms(fixtures::withdrawn_contract(6, client))),
        with_least_terms(fixtures::withdrawn_contract(7, client)),
    ];
    for (n, copy) in (8..).zip(every_copy()) {
        let sent = seen(with_all_terms(fixtures::sent_contract(n, client)));
        all.push(fixtures::with_copy(&sent, copy));
    }
    all.push(with_least_terms(fixtures::contract(30, client)));
    all
}

/// A signed copy of each kind, with each kind of seal.
fn every_copy() -> Vec<SignedCopy> {
    let sealed = |level| SignedCopy::Sealed {
        file: fixtures::signed_file().reference(),
        level,
        certificate: None,
        at: moment(9),
    };
    vec![
        SignedCopy::OnPaper,
        SignedCopy::Pending {
            next_try: moment(8),
        },
        fixtures::sealed_copy(),
        sealed(SealLevel::Unsigned),
        sealed(SealLevel::Baseline),
        sealed(SealLevel::TimestampMissed),
        sealed(SealLevel::Timestamped { at: moment(10) }),
    ]
}

fn with_all_terms(contract: Contract) -> Contract {
    let mut contract = Contract {
        terms: ContractTerms {
            body: ContractBody::Upload(fixtures::uploaded_file().reference()),
            matter: Some(fixtures::line("Audit 2026")),
            internal_note: Some(fixtures::prose("ask for\nmore")),
            ..contract.terms
        },
        created_at: moment(1),
        ..contract
    };
    match &mut contract.state {
        ContractState::Draft => {}
        ContractState::Sent(version)
        | ContractState::Signed { version, .. }
        | ContractState::Declined { version, .. }
        | ContractState::Withdrawn { version, .. } => {
            version.number = 17;
            version.sent_at = moment(2);
        }
    }
    contract
}

fn with_least_terms(contract: Contract) -> Contract {
    Contract {
        terms: ContractTerms {
            sign_by: None,
            ..contract.terms
        },
        ..contract
    }
}

/// That contract, declined without a word, and from nobody knows where.
fn speechless(contract: Contract) -> Contract {
    let state = match contract.state {
        ContractState::Declined { version, declined } => ContractState::Declined {
            version,
            declined: Declined {
                reason: None,
                origin: Origin::default(),
                at: moment(4),
                ..declined
            },
        },
        other => other,
    };
    Contract { state, ..contract }
}

/// A time to the last microsecond.
fn moment(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(1_000_001 * n))
}

/// Catches a store that shortens, folds, escapes or loses the text of a contract.
pub async fn case_contracts_keep_all_scripts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for (n, text) in (1..).zip(texts()) {
        let mut wanted = fixtures::contract(n, office.client.id);
        wanted.terms.title = one_line(&text);
        wanted.terms.body = ContractBody::Text(fixtures::rich(&text));
        wanted.terms.matter = Some(one_line(&text));
        wanted.terms.internal_note = Some(fixtures::prose(&text));
        let change = Change::Contract(Write::Insert(wanted.clone()));
        wrote(&*store, office.firm.id, change).await;
        let found = contract(&*store, office.firm.id, id(n)).await;
        assert_eq!(found.contract.value, wanted);
    }
}

/// R-SIG-3 and D05. Catches a store that loses a part of what was recorded of a signature, or that
/// fills in what was not.
pub async fn case_signatures_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    files(&*store, firm).await;
    for (n, by) in (1..).zip(every_signer(&office)) {
        let signed = fixtures::signed_contract(n, office.client.id);
        let wanted = Signature {
            version: 17,
            shown: [0xa5; 32],
            at: NOW.plus(Duration::from_millis(n)),
            by,
            ..fixtures::signature(&signed, &office.contact)
        };
        let changes = Changes::default()
            .with(Change::Contract(Write::Insert(signed)))
            .with(Change::Signature(wanted.clone()));
        applied(&*store, firm, changes).await;
        let file = contract(&*store, firm, id(n)).await;
        assert_eq!(file.signature, Some(wanted));
        let visit = office.visit(&office.colleague);
        assert_eq!(shown_contract(&*store, visit, id(n)).await, Some(file));
    }
}

/// Signers of whom everything was recorded, or the least.
fn every_signer(office: &Office) -> Vec<SignedBy> {
    let sent = fixtures::sent_contract(1, office.client.id);
    let electronic = |change: &dyn Fn(&mut Evidence)| {
        let whole = fixtures::signature(&sent, &office.contact);
        let mut evidence = whole.evidence().unwrap().clone();
        change(&mut evidence);
        SignedBy::Electronic(Box::new(evidence))
    };
    let paper = |name: &str, note: Option<&str>| {
        SignedBy::Paper(PaperSignature {
            name: PersonName::parse(name).unwrap(),
            signed_on: day("2026-11-20"),
            recorded_by: fixtures::line("Petra Muster"),
            note: note.map(fixtures::line),
        })
    };
    let typed = |name: &str| electronic(&|it| it.typed = PersonName::parse(name).unwrap());
    vec![
        electronic(&|_| ()),
        electronic(&|it| {
            it.time_zone = None;
            it.origin = Origin::default();
            it.viewed_at = None;
        }),
        electronic(&|it| {
            it.session = Some(id(4_711));
            it.authenticated = Authentication {
                method: AuthMethod::Password,
                at: moment(1),
            };
            it.sent_at = moment(2);
            it.viewed_at = Some(moment(3));
            it.consented_at = moment(4);
        }),
        electronic(&|it| it.origin.ip = Some([203, 0, 113, 9].into())),
        typed("Ø"),
        typed("محمد بن سلمان"),
        typed("O'Neill; -- \"%_\\'"),
        typed(&"🦊".repeat(PersonName::MAX)),
        paper("李小龍", None),
        paper("Ana Brunner", Some("in the safe, שלום")),
    ]
}

/// R-SIG-6. Catches a store that changes a byte of a file, keeps it under another hash, or refuses to
/// be told of it twice.
pub async fn case_files_come_out_byte_for_byte(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let every_byte: Vec<u8> = (0..=255).collect();
    let large = every_byte.iter().copied().cycle().take(1 << 20).collect();
    let all = [vec![], vec![0], every_byte, large].map(StoredFile::new);
    for file in &all {
        let twice = Changes::default()
            .with(Change::File(file.clone()))
            .with(Change::File(file.clone()));
        applied(&*store, firm, twice).await;
    }
    let small = &all[2];
    let at_once = (0..8).map(|_| tried(&*store, firm, Change::File(small.clone())));
    let outcomes = join_all(at_once).await;
    assert_eq!(winners(&outcomes, |_| false), 8, "once more is no error");
    for file in all {
        let found = store.file(firm, file.reference().sha256).await.unwrap();
        assert!(found == Some(file), "other bytes");
    }
    assert_eq!(store.file(firm, [7; 32]).await.unwrap(), None);
}
