//! All that a contact is shown.

use chrono::NaiveDate;

use super::library::library;
use super::paper::{portal_contracts, portal_offers, shown_contract, shown_offer};
use super::shelf::shown_documents;
use super::{all_pages, portal_invoices};
use crate::domain::access::Guest;
use crate::domain::article::Article;
use crate::domain::changes::Versioned;
use crate::domain::document::Document;
use crate::domain::offer::{Offer, OfferKind};
use crate::domain::page::PageQuery;
use crate::domain::period::Period;
use crate::ports::store::{
    ContractFile, ContractRow, DashboardPage, HistoryRow, InvoiceFile, InvoiceQuery, InvoiceRow,
    LibraryPage, LibraryQuery, OfferRow, StatementFile, Store, StoreError, Visit,
};
use crate::testing::fixtures;

/// All that the portal shows to a contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    guest: Guest,
    dashboard: DashboardPage,
    invoices: Vec<InvoiceRow>,
    files: Vec<InvoiceFile>,
    history: Vec<HistoryRow>,
    statement: StatementFile,
    library: LibraryPage,
    articles: Vec<Option<Article>>,
    offers: Vec<OfferRow>,
    shown_offers: Vec<Versioned<Offer>>,
    contracts: Vec<ContractRow>,
    shown_contracts: Vec<ContractFile>,
    documents: Vec<Versioned<Document>>,
}

impl Shown {
    pub(super) async fn to(store: &dyn Store, visit: Visit) -> Self {
        let (guest, dashboard) = store.dashboard(visit).await.unwrap().unwrap();
        let invoices = portal_invoices(store, visit, 100, &InvoiceQuery::default()).await;
        let mut files = Vec::new();
        for row in &invoices {
            let found = store.client_invoice(visit, row.id.into()).await.unwrap();
            files.extend(found.unwrap().1);
        }
        let history = all_pages(100, async |page: PageQuery<NaiveDate>| {
            let (_, page) = store.client_payments(visit, &page).await?.unwrap();
            Ok::<_, StoreError>(page)
        });
        let year = Period::new(fixtures::day("2026-01-01"), fixtures::day("2026-12-31"));
        let statement = store.client_statement(visit, year.unwrap()).await;
        let library = library(store, visit, &LibraryQuery::default()).await;
        let mut articles = Vec::new();
        for row in &library.articles.rows {
            let found = store.library_article(visit, &row.slug).await.unwrap();
            articles.push(found.unwrap().1);
        }
        let (mut offers, mut shown_offers) = (vec![], vec![]);
        for kind in OfferKind::ALL {
            offers.extend(portal_offers(store, visit, kind, 100).await);
        }
        for row in &offers {
            shown_offers.extend(shown_offer(store, visit, row.id).await);
        }
        let contracts = portal_contracts(store, visit, 100).await;
        let mut shown_contracts = vec![];
        for row in &contracts {
            shown_contracts.extend(shown_contract(store, visit, row.id).await);
        }
        Self {
            guest,
            dashboard,
            invoices,
            files,
            history: history.await,
            statement: statement.unwrap().unwrap().1,
            library,
            articles,
            offers,
            shown_offers,
            contracts,
            shown_contracts,
            documents: shown_documents(store, visit, 100, "").await,
        }
    }
}
