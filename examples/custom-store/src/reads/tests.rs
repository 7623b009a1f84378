//! What a read does not look at. The records of another client are there and cannot be read: whoever
//! walks through the firm finds out.

use caseflow_core::domain::changes::{Change, Changes, Versioned, Write};
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::contract::Contract;
use caseflow_core::domain::document::Document;
use caseflow_core::domain::id::{ClientId, TypedId};
use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::offer::{Offer, OfferKind};
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::payment::Payment;
use caseflow_core::domain::period::Period;
use caseflow_core::domain::vault::VaultItem;
use caseflow_core::ports::store::{
    AccessReads as _, DocumentQuery, DocumentReads as _, FirmDocumentQuery, FirmReads as _,
    InvoiceQuery, OfferQuery, PaymentQuery, PortalReads as _, StoreError, VaultReads as _,
    Writes as _,
};
use caseflow_core::testing::fixtures::{self, NOW, Office, day, id, usd};

use crate::KeyValueStore;
use crate::tables::Record;

/// A store in which both clients of an office have one record of each kind, those of the neighbour
/// spoiled.
async fn with_a_spoiled_neighbour() -> (KeyValueStore, Office) {
    let store = KeyValueStore::in_memory().unwrap();
    let office = Office::open(&store, 1).await;
    wrote_one_of_each(&store, &office, 1, office.client.id).await;
    wrote_one_of_each(&store, &office, 2, office.neighbour.id).await;
    spoil::<Versioned<Invoice>>(&store, &office, id(2)).await;
    spoil::<Versioned<Payment>>(&store, &office, id(2)).await;
    spoil::<Versioned<Offer>>(&store, &office, id(2)).await;
    spoil::<Versioned<Contract>>(&store, &office, id(2)).await;
    spoil::<Versioned<Document>>(&store, &office, id(2)).await;
    spoil::<Versioned<VaultItem>>(&store, &office, id(2)).await;
    spoil::<Versioned<Contact>>(&store, &office, office.stranger.id).await;
    spoil::<Versioned<Client>>(&store, &office, office.neighbour.id).await;
    (store, office)
}

async fn wrote_one_of_each(store: &KeyValueStore, office: &Office, n: u64, client: ClientId) {
    let invoice = fixtures::issued(n, client, usd("100.00"));
    let changes = Changes::default()
        .with(Change::Payment(Write::Insert(fixtures::payment(
            n,
            &invoice,
            usd("10.00"),
        ))))
        .with(Change::Activity(fixtures::activity(n, &invoice)));
    let offer = fixtures::sent_offer(n, OfferKind::Proposal, client, usd("1.00"));
    let first = Changes::default()
        .with(Change::Invoice(Write::Insert(invoice)))
        .with(Change::File(fixtures::shown_file()))
        .with(Change::Offer(Write::Insert(offer)))
        .with(Change::Contract(Write::Insert(fixtures::sent_contract(
            n, client,
        ))))
        .with(Change::Document(Write::Insert(fixtures::document(
            n, client,
        ))))
        .with(Change::VaultItem(Write::Insert(fixtures::vault_item(
            n, client,
        ))));
    for changes in [first, changes] {
        store.commit(office.firm.id, changes).await.unwrap();
    }
}

async fn spoil<R: Record<Key: TypedId + Send + 'static>>(
    store: &KeyValueStore,
    office: &Office,
    key: R::Key,
) {
    let firm = office.firm.id;
    let spoiled = store.write(move |rows| rows.spoil::<R>(firm, &key)).await;
    spoiled.unwrap();
}

#[tokio::test]
async fn pages_of_a_contact_read_nothing_of_another_client() {
    let (store, office) = with_a_spoiled_neighbour().await;
    let visit = office.visit(&office.contact);
    let page = store.dashboard(visit).await.unwrap().unwrap().1;
    assert_eq!((page.to_pay.len(), page.activity.len()), (1, 1));
    let invoices = store.client_invoices(visit, &InvoiceQuery::default()).await;
    assert_eq!(invoices.unwrap().unwrap().1.rows.len(), 1);
    let payments = store.client_payments(visit, &PageQuery::default()).await;
    assert_eq!(payments.unwrap().unwrap().1.rows.len(), 1);
    let offers = store
        .client_offers(visit, OfferKind::Proposal, &PageQuery::default())
        .await;
    assert_eq!(offers.unwrap().unwrap().1.rows.len(), 1);
    let contracts = store.client_contracts(visit, &PageQuery::default()).await;
    assert_eq!(contracts.unwrap().unwrap().1.rows.len(), 1);
    let documents = store
        .client_documents(visit, &DocumentQuery::default())
        .await;
    assert_eq!(documents.unwrap().unwrap().1.rows.len(), 1);
    let items = store.client_vault(visit, &PageQuery::default()).await;
    assert_eq!(items.unwrap().unwrap().1.rows.len(), 1);
    let log = store.client_vault_log(visit, &PageQuery::default()).await;
    assert_eq!(log.unwrap().unwrap().1.contacts.len(), 2);
    let year = Period::new(day("2026-01-01"), day("2026-12-31")).unwrap();
    let statement = store.client_statement(visit, year).await;
    assert_eq!(statement.unwrap().unwrap().1.invoices.len(), 1);
}

#[tokio::test]
async fn lists_of_one_client_read_nothing_of_another() {
    let (store, office) = with_a_spoiled_neighbour().await;
    let (firm, client) = (office.firm.id, Some(office.client.id));
    let invoices = InvoiceQuery {
        client,
        ..InvoiceQuery::default()
    };
    let invoices = store.invoices(firm, NOW, &invoices).await.unwrap();
    let payments = PaymentQuery {
        client,
        ..PaymentQuery::default()
    };
    let payments = store.payments(firm, &payments).await.unwrap();
    let offers = OfferQuery {
        client,
        ..OfferQuery::default()
    };
    let offers = store.offers(firm, NOW, &offers).await.unwrap();
    let documents = FirmDocumentQuery {
        client,
        ..FirmDocumentQuery::default()
    };
    let documents = store.documents(firm, &documents).await.unwrap();
    let counts = (
        invoices.rows.len(),
        payments.rows.len(),
        offers.rows.len(),
        documents.rows.len(),
    );
    assert_eq!(counts, (1, 1, 1, 1));
    let card = store.sign_in(firm, &office.contact.email, &[]).await;
    assert!(card.unwrap().unwrap().person.is_some());
}

#[tokio::test]
async fn what_cannot_be_read_is_said_to_be_corrupt() {
    let (store, office) = with_a_spoiled_neighbour().await;
    let query = InvoiceQuery::default();
    let all = store.invoices(office.firm.id, NOW, &query).await;
    assert!(matches!(all, Err(StoreError::Corrupt(_))), "{all:?}");
    let visit = office.visit(&office.stranger);
    let own = store.dashboard(visit).await;
    assert!(matches!(own, Err(StoreError::Corrupt(_))), "{own:?}");
}
