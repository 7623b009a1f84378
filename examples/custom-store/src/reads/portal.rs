//! Reads of a contact.

use std::cmp::Reverse;

use async_trait::async_trait;
use caseflow_core::domain::access::Guest;
use caseflow_core::domain::article::{Article, Slug};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::edition::Edition;
use caseflow_core::domain::id::{ClientId, ContactId, ContractId, OfferId};
use caseflow_core::domain::offer::{Offer, OfferKind};
use caseflow_core::domain::page::{Page, PageQuery, WaitingFirst};
use caseflow_core::domain::period::Period;
use caseflow_core::domain::session::Session;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    ContractFile, ContractRow, DashboardPage, EditionCard, HistoryRow, InvoiceFile, InvoiceKey,
    InvoiceQuery, InvoiceRow, LibraryPage, LibraryQuery, OfferRow, PortalReads, StatementFile,
    StoreError, Visit,
};
use chrono::NaiveDate;

use super::Records;
use super::invoices::invoice_page;
use crate::KeyValueStore;
use crate::records::Mark;
use crate::tables::Index;

/// How many sessions are listed at most.
const SESSIONS: usize = 100;

#[async_trait]
impl PortalReads for KeyValueStore {
    async fn guest(&self, visit: Visit) -> Result<Option<Guest>, StoreError> {
        let visited = self.visit(visit, |_, _| Ok(())).await?;
        Ok(visited.map(|(guest, ())| guest))
    }

    async fn edition(&self, visit: Visit) -> Result<Option<EditionCard>, StoreError> {
        let client = |records: &Records<'_>, guest: &Guest| records.edition(guest.client.id);
        let visited = self.visit(visit, client).await?;
        Ok(visited.map(|(guest, edition)| EditionCard {
            contact: guest.contact.id,
            session: guest.session.map(|it| (it.id, it.lifetime())),
            edition,
        }))
    }

    async fn dashboard(&self, visit: Visit) -> Result<Option<(Guest, DashboardPage)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.dashboard(guest, visit.now)
        })
        .await
    }

    async fn client_invoices(
        &self,
        visit: Visit,
        query: &InvoiceQuery,
    ) -> Result<Option<(Guest, Page<InvoiceRow, NaiveDate>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            let today = guest.firm.today(visit.now);
            let shown = records.shown(guest.client.id)?;
            let rows = shown.iter().map(InvoiceRow::of);
            let rows = rows.filter(|row| query.status.is_none_or(|it| it == row.status(today)));
            Ok(invoice_page(rows, &query.page))
        })
        .await
    }

    async fn client_invoice(
        &self,
        visit: Visit,
        key: InvoiceKey,
    ) -> Result<Option<(Guest, Option<InvoiceFile>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.shown_invoice(guest.client.id, key)
        })
        .await
    }

    async fn client_payments(
        &self,
        visit: Visit,
        query: &PageQuery<NaiveDate>,
    ) -> Result<Option<(Guest, Page<HistoryRow, NaiveDate>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            records.history(guest.client.id, &query)
        })
        .await
    }

    async fn client_offers(
        &self,
        visit: Visit,
        kind: OfferKind,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<OfferRow, WaitingFirst>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            let today = guest.firm.today(visit.now);
            records.client_offers(guest.client.id, kind, today, &query)
        })
        .await
    }

    async fn client_offer(
        &self,
        visit: Visit,
        id: OfferId,
    ) -> Result<Option<(Guest, Option<Versioned<Offer>>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.shown_offer(guest.client.id, id)
        })
        .await
    }

    async fn client_contracts(
        &self,
        visit: Visit,
        query: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<ContractRow, WaitingFirst>)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, guest| {
            let today = guest.firm.today(visit.now);
            records.client_contracts(guest.client.id, today, &query)
        })
        .await
    }

    async fn client_contract(
        &self,
        visit: Visit,
        id: ContractId,
    ) -> Result<Option<(Guest, Option<ContractFile>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.shown_contract(guest.client.id, id)
        })
        .await
    }

    async fn library(
        &self,
        visit: Visit,
        query: &LibraryQuery,
    ) -> Result<Option<(Guest, LibraryPage)>, StoreError> {
        let query = query.clone();
        self.visit(visit, move |records, _| records.library(&query))
            .await
    }

    async fn library_article(
        &self,
        visit: Visit,
        slug: &Slug,
    ) -> Result<Option<(Guest, Option<Article>)>, StoreError> {
        let slug = slug.clone();
        self.visit(visit, move |records, _| records.published(&slug))
            .await
    }

    async fn own_sessions(
        &self,
        visit: Visit,
    ) -> Result<Option<(Guest, Vec<Session>)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.live_sessions(guest.contact.id, visit.now)
        })
        .await
    }

    async fn client_statement(
        &self,
        visit: Visit,
        period: Period,
    ) -> Result<Option<(Guest, StatementFile)>, StoreError> {
        self.visit(visit, move |records, guest| {
            records.statement(guest.client.id, period)
        })
        .await
    }
}

impl Records<'_> {
    /// How what the pages of a client's contacts are made of stands.
    fn edition(&self, client: ClientId) -> Result<Edition, StoreError> {
        let of_client = self.mark(Some(client))?;
        Ok(Edition::new(client, of_client, self.mark(None)?))
    }

    /// How many commits concerned the client, or all of the firm.
    fn mark(&self, of: Option<ClientId>) -> Result<u64, StoreError> {
        Ok(self.get::<Mark>(&of)?.map_or(0, |mark| mark.moves))
    }

    fn live_sessions(
        &self,
        contact: ContactId,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let mut own = self.of::<Session>(&Index::Contact(contact))?;
        own.retain(|session| session.is_live(now));
        own.sort_by_key(|session| Reverse((session.seen_at, session.id)));
        own.truncate(SESSIONS);
        Ok(own)
    }
}
