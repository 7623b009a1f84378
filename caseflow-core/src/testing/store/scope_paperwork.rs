//! Nothing of offers and contracts crosses firms, and in the portal nothing of them crosses clients.

use std::sync::Arc;
use std::time::Duration;

use super::paper::{
    contract, files, firm_contracts, firm_offers, offer_file, portal_contracts, portal_offers,
    shown_contract, shown_offer,
};
use super::{applied, breaks, is_conflict, is_missing, tried, update, wrote};
use crate::domain::changes::{Change, Changes, Version, Write};
use crate::domain::contract::{Contract, ContractBody, ContractState, ContractStatus, SignedCopy};
use crate::domain::file::StoredFile;
use crate::domain::id::FirmId;
use crate::domain::mail::{Mail, MailTopic, Recipient};
use crate::domain::offer::{Answer, Offer, OfferKind, OfferLink, OfferStatus};
use crate::domain::page::PageQuery;
use crate::domain::seal::SealLevel;
use crate::domain::signature::Signature;
use crate::ports::store::{
    Constraint, ContractFile, ContractQuery, DashboardPage, OfferFile, OfferQuery, Store,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

use OfferKind::{Estimate, Proposal};

/// What [`paperwork`] writes of each kind.
const OF_EACH: usize = 3;

/// Writes of the office's client: an estimate, a proposal with a link, a draft, and contracts that
/// are sent, signed and drafts; all from the number 1 on.
async fn paperwork(store: &dyn Store, office: &Office) {
    let (client, firm) = (office.client.id, office.firm.id);
    files(store, firm).await;
    let proposal = fixtures::sent_offer(2, Proposal, client, usd("2.00"));
    let signed = fixtures::signed_contract(2, client);
    let offer = |offer| Change::Offer(Write::Insert(offer));
    let contract = |contract| Change::Contract(Write::Insert(contract));
    let changes = Changes::default()
        .with(offer(fixtures::sent_offer(
            1,
            Estimate,
            client,
            usd("1.00"),
        )))
        .with(offer(proposal.clone()))
        .with(offer(fixtures::offer(3, Proposal, client, usd("3.00"))))
        .with(Change::OfferLink(Write::Insert(fixtures::offer_link(
            1, &proposal,
        ))))
        .with(contract(fixtures::sent_contract(1, client)))
        .with(contract(signed.clone()))
        .with(contract(fixtures::contract(3, client)))
        .with(Change::Signature(fixtures::signature(
            &signed,
            &office.contact,
        )));
    applied(store, firm, changes).await;
}

/// All of [`paperwork`] as the firm sees it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    offers: Vec<OfferFile>,
    contracts: Vec<ContractFile>,
    files: Vec<Option<StoredFile>>,
    dashboard: DashboardPage,
}

async fn seen(store: &dyn Store, office: &Office) -> Seen {
    let firm = office.firm.id;
    let (mut offers, mut contracts, mut files) = (vec![], vec![], vec![]);
    for row in firm_offers(store, firm, NOW, 100, &OfferQuery::default()).await {
        offers.push(offer_file(store, firm, row.id).await);
    }
    for row in firm_contracts(store, firm, NOW, 100, &ContractQuery::default()).await {
        contracts.push(contract(store, firm, row.id).await);
    }
    for file in stored_files() {
        files.push(store.file(firm, file.reference().sha256).await.unwrap());
    }
    let dashboard = store.dashboard(office.visit(&office.contact)).await;
    Seen {
        offers,
        contracts,
        files,
        dashboard: dashboard.unwrap().unwrap().1,
    }
}

fn stored_files() -> [StoredFile; 3] {
    [
        fixtures::shown_file(),
        fixtures::signed_file(),
        fixtures::uploaded_file(),
    ]
}

/// Case 18, paperwork, reads. Catches each read that forgets the firm: everything of one firm is asked
/// for in the name of another, and in the name of one that does not exist.
pub async fn case_18_no_read_of_paperwork_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    paperwork(&*store, &one).await;
    let own = seen(&*store, &one).await;
    assert_eq!((own.offers.len(), own.contracts.len()), (OF_EACH, OF_EACH));
    for stranger in [two.firm.id, id(4_711)] {
        sees_nothing(&*store, &one, stranger).await;
    }
    let dashboard = store.dashboard(two.visit(&two.contact)).await;
    assert_eq!(dashboard.unwrap().unwrap().1, DashboardPage::default());
    for topic in [MailTopic::OfferSent(id(2)), MailTopic::ContractSent(id(2))] {
        let mail = Mail {
            topic,
            ..fixtures::mail(1, two.contact.id)
        };
        let card = store.mail_card(two.firm.id, &mail).await.unwrap().unwrap();
        assert_eq!((card.offer, card.contract), (None, None));
    }
}

async fn sees_nothing(store: &dyn Store, one: &Office, firm: FirmId) {
    for n in 1..=3 {
        assert_eq!(store.offer_card(firm, id(n)).await.unwrap(), None);
        assert_eq!(store.contract_card(firm, id(n)).await.unwrap(), None);
    }
    for client in [None, Some(one.client.id)] {
        let all = OfferQuery {
            client,
            ..OfferQuery::default()
        };
        let some = OfferQuery {
            kind: Some(Proposal),
            status: Some(OfferStatus::Sent),
            ..all.clone()
        };
        for query in [all, some] {
            assert_eq!(firm_offers(store, firm, NOW, 10, &query).await, []);
        }
        for status in [None, Some(ContractStatus::Signed)] {
            let query = ContractQuery {
                status,
                client,
                ..ContractQuery::default()
            };
            assert_eq!(firm_contracts(store, firm, NOW, 10, &query).await, []);
        }
    }
    for file in stored_files() {
        let found = store.file(firm, file.reference().sha256).await.unwrap();
        assert_eq!(found, None);
    }
    let token = fixtures::secret(1).hash();
    assert_eq!(store.offer_link(firm, token).await.unwrap(), None);
    let visit = crate::ports::store::Visit {
        firm,
        ..one.visit(&one.contact)
    };
    let page = PageQuery::default();
    let offers = store.client_offers(visit, Proposal, &page).await.unwrap();
    assert_eq!(offers, None);
    let contracts = store.client_contracts(visit, &page).await.unwrap();
    assert_eq!(contracts, None);
    assert_eq!(store.client_offer(visit, id(1)).await.unwrap(), None);
    assert_eq!(store.client_contract(visit, id(1)).await.unwrap(), None);
}

/// Cases 20 and E01, paperwork. Catches each portal read that shows an offer, a contract, a signature
/// or a draft of another client of the same firm.
pub async fn case_20_e01_no_portal_read_of_paperwork_crosses_clients(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    paperwork(&*store, &office).await;
    let theirs = office.visit(&office.stranger);
    let (_, page) = store.dashboard(theirs).await.unwrap().unwrap();
    assert_eq!(page, DashboardPage::default());
    let own = office.visit(&office.colleague);
    for (n, shows) in [(1, true), (2, true), (3, false), (4_711, false)] {
        assert_eq!(shown_offer(&*store, theirs, id(n)).await, None);
        assert_eq!(shown_contract(&*store, theirs, id(n)).await, None);
        let offer = shown_offer(&*store, own, id(n)).await;
        assert_eq!(offer.is_some(), shows, "{n}");
        let contract = shown_contract(&*store, own, id(n)).await;
        assert_eq!(contract.is_some(), shows, "{n}");
        let signed = contract.is_some_and(|it| it.signature.is_some());
        assert_eq!(signed, n == 2);
    }
    for kind in OfferKind::ALL {
        assert_eq!(portal_offers(&*store, theirs, kind, 10).await, []);
        assert_eq!(portal_offers(&*store, own, kind, 10).await.len(), 1);
    }
    assert_eq!(portal_contracts(&*store, theirs, 10).await, []);
    assert_eq!(portal_contracts(&*store, own, 10).await.len(), 2);
    let (_, page) = store.dashboard(own).await.unwrap().unwrap();
    assert_eq!((page.to_decide.len(), page.to_sign.len()), (2, 1));
}

/// Case 18, paperwork, writes. Catches each reference of an offer, a link, a contract or a signature
/// that is not looked up in the firm that writes, and each change that finds another firm's record.
pub async fn case_18_no_write_of_paperwork_crosses_firms(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open(&*store, 2).await;
    paperwork(&*store, &one).await;
    let firm = two.firm.id;
    for change in own(&two) {
        wrote(&*store, firm, change).await;
    }
    let (before, own) = (seen(&*store, &one).await, seen(&*store, &two).await);
    let changes = of_offers(&one, &two).into_iter();
    let changes = changes.chain(of_contracts(&one, &two));
    for change in changes.chain(of_files(&two)) {
        is_missing(&tried(&*store, firm, change).await);
    }
    let declined = Contract {
        client: two.client.id,
        ..fixtures::declined_contract(61, &one.contact)
    };
    let by_theirs = Changes::default()
        .with(Change::File(fixtures::shown_file()))
        .with(Change::Contract(Write::Insert(declined)));
    is_missing(&store.commit(firm, by_theirs).await);
    for change in theirs(&two) {
        is_conflict(&tried(&*store, firm, change).await);
    }
    assert_eq!(seen(&*store, &two).await, own);
    let to_nobody = Changes::default().mailed(Mail {
        to: Recipient::Client(one.client.id),
        ..fixtures::mail(1, two.contact.id)
    });
    is_missing(&store.commit(firm, to_nobody).await);
    // With a file of its own under the same hash each is there.
    files(&*store, firm).await;
    for change in of_files(&two) {
        wrote(&*store, firm, change).await;
    }
    is_missing(&tried(&*store, id(4_711), Change::File(fixtures::shown_file())).await);
    assert_eq!(seen(&*store, &one).await, before);
}

/// An offer and a contract of the client of `two`, both of the number 50.
fn own(two: &Office) -> [Change; 2] {
    let client = two.client.id;
    [
        Change::Offer(Write::Insert(fixtures::offer(
            50,
            Estimate,
            client,
            usd("1.00"),
        ))),
        Change::Contract(Write::Insert(fixtures::contract(50, client))),
    ]
}

/// A change for each reference that an offer or a link has, made by `two` to a record of `one`.
fn of_offers(one: &Office, two: &Office) -> Vec<Change> {
    let offer = |n, client| fixtures::sent_offer(n, Estimate, client, usd("1.00"));
    let mine = offer(50, two.client.id);
    let decided = fixtures::decided_offer(offer(51, two.client.id), &one.contact, Answer::Accepted);
    let of_mine = fixtures::offer_link(51, &mine);
    let of_theirs = fixtures::offer_link(51, &Offer { id: id(2), ..mine });
    vec![
        Change::Offer(Write::Insert(offer(52, one.client.id))),
        Change::Offer(Write::Insert(decided)),
        Change::OfferLink(Write::Insert(of_theirs)),
        Change::OfferLink(Write::Insert(OfferLink {
            client: one.client.id,
            ..of_mine
        })),
    ]
}

/// The same of a contract and a signature.
fn of_contracts(one: &Office, two: &Office) -> Vec<Change> {
    let mine = fixtures::signed_contract(50, two.client.id);
    let of_theirs = fixtures::signed_contract(2, two.client.id);
    vec![
        Change::Contract(Write::Insert(fixtures::contract(62, one.client.id))),
        Change::Signature(fixtures::signature(&of_theirs, &two.contact)),
        Change::Signature(fixtures::paper_signature(&of_theirs)),
        Change::Signature(fixtures::signature(&mine, &one.contact)),
        Change::Signature(Signature {
            client: one.client.id,
            ..fixtures::signature(&mine, &two.contact)
        }),
    ]
}

/// A contract for each of the files that one can refer to, in each state: they are there, but not in
/// this firm.
fn of_files(two: &Office) -> Vec<Change> {
    let client = two.client.id;
    let mut uploaded = fixtures::contract(71, client);
    uploaded.terms.body = ContractBody::Upload(fixtures::uploaded_file().reference());
    let all = [
        uploaded,
        fixtures::sent_contract(72, client),
        fixtures::withdrawn_contract(73, client),
        fixtures::signed_contract(74, client),
        fixtures::sealed_contract(75, client),
    ];
    let inserts = all
        .into_iter()
        .map(|it| Change::Contract(Write::Insert(it)));
    inserts.collect()
}

/// An update of each record of the other firm, with references that `two` has.
fn theirs(two: &Office) -> [Change; 3] {
    let read = Version::FIRST;
    let offer = fixtures::offer(2, Proposal, two.client.id, usd("1.00"));
    let contract = fixtures::contract(1, two.client.id);
    let drafted = fixtures::contract(3, two.client.id);
    [
        Change::Offer(update(read, offer)),
        Change::Contract(update(read, contract)),
        Change::Contract(update(read, drafted)),
    ]
}

/// R-SIG-5. Catches a store that looks for one of a contract's files and takes it for all of them: each
/// is missing alone, of a new contract and of one that is written over.
pub async fn case_each_file_of_a_contract_is_looked_up(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (n, missing) in (1..).zip(0..3_usize) {
        let named = |of: &str| StoredFile::new(format!("{of} {n}").into_bytes());
        let files = ["upload", "shown", "copy"].map(named);
        let others = files.iter().enumerate().filter(|(at, _)| *at != missing);
        for (_, file) in others {
            wrote(&*store, firm, Change::File(file.clone())).await;
        }
        let old = fixtures::contract(10 + n, office.client.id);
        wrote(&*store, firm, Change::Contract(Write::Insert(old))).await;
        let writes = [
            Change::Contract(Write::Insert(made_of(&office, n, &files))),
            Change::Contract(update(Version::FIRST, made_of(&office, 10 + n, &files))),
        ];
        for write in &writes {
            is_missing(&tried(&*store, firm, write.clone()).await);
        }
        let lost = &files[missing];
        let in_vain = Changes::default()
            .with(Change::File(lost.clone()))
            .with(Change::Client(Write::Insert(office.client.clone())));
        breaks(&store.commit(firm, in_vain).await, Constraint::Identity);
        let found = store.file(firm, lost.reference().sha256).await.unwrap();
        assert_eq!(found, None, "the commit that failed left a file");
        wrote(&*store, firm, Change::File(lost.clone())).await;
        for write in writes {
            wrote(&*store, firm, write).await;
        }
    }
}

/// A contract that is uploaded, shown and sealed as these files.
fn made_of(office: &Office, n: u64, files: &[StoredFile; 3]) -> Contract {
    let [upload, shown, copy] = files.each_ref().map(StoredFile::reference);
    let mut draft = fixtures::contract(n, office.client.id);
    draft.terms.body = ContractBody::Upload(upload);
    let sent = draft.send(shown, fixtures::day("2026-11-24"), NOW).unwrap();
    let copy = SignedCopy::Sealed {
        file: copy,
        level: SealLevel::Baseline,
        certificate: None,
        at: NOW,
    };
    fixtures::with_copy(&sent, copy)
}

/// Case 19, paperwork. Catches a store whose keys lack the firm: two firms hold the same ids, secrets,
/// numbers and files.
pub async fn case_19_two_firms_have_paperwork_of_the_same_names(store: Arc<dyn Store>) {
    let one = Office::open(&*store, 1).await;
    let two = Office::open_twin(&*store, 2, 1).await;
    for office in [&one, &two] {
        paperwork(&*store, office).await;
    }
    let before = seen(&*store, &one).await;
    assert_eq!(seen(&*store, &two).await, before);
    let token = fixtures::secret(1).hash();
    for office in [&one, &two] {
        let card = store.offer_link(office.firm.id, token).await.unwrap();
        assert_eq!(card.unwrap().firm, office.firm);
    }
    let declined = fixtures::declined_contract(1, &two.contact);
    let change = Change::Contract(update(Version::FIRST, declined));
    wrote(&*store, two.firm.id, change).await;
    let withdrawn = offer_file(&*store, two.firm.id, id(1)).await.offer;
    let now = fixtures::withdrawn_offer(withdrawn.value.clone());
    wrote(&*store, two.firm.id, Change::Offer(withdrawn.update(now))).await;
    assert_eq!(seen(&*store, &one).await, before);
    let until = NOW.plus(Duration::from_secs(9));
    let work = store.lease_seals(NOW, until, 1).await.unwrap();
    assert_eq!(work, [(one.firm.id, id(2))], "due at once, of one id");
    let work = store.lease_seals(NOW, until, 9).await.unwrap();
    assert_eq!(work, [(two.firm.id, id(2))]);
    for office in [&one, &two] {
        let file = contract(&*store, office.firm.id, id(2)).await;
        let state = file.contract.value.state;
        assert!(matches!(state, ContractState::Signed { .. }), "{state:?}");
        assert_eq!(file.signature.unwrap().client, office.client.id);
    }
}
