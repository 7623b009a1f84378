//! Lists of staff.

use caseflow_core::domain::article::Article;
use caseflow_core::domain::attempt::Attempt;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::{Client, Contact};
use caseflow_core::domain::contract::Contract;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{FirmId, Subject};
use caseflow_core::domain::invoice::Invoice;
use caseflow_core::domain::offer::Offer;
use caseflow_core::domain::page::{Page, PageQuery};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    ArticleQuery, ArticleRow, AttemptQuery, ClientRow, ContractQuery, ContractRow, InvoiceQuery,
    InvoiceRow, OfferQuery, OfferRow, StoreError,
};
use chrono::NaiveDate;

use super::invoices::invoice_page;
use super::library::says;
use super::page::{at, by_id};
use super::{Records, map, start, try_map};
use crate::tables::{Index, Order, Snapshot};

/// The firms of the installation, oldest first.
pub(super) fn firms(rows: &Snapshot, query: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
    let after: Option<FirmId> = start(query);
    let firms = rows.everywhere::<Versioned<Firm>>(after.map(|firm| (firm, &())))?;
    let firms = firms.map(|firm| Ok(firm?.1.value));
    let firms = firms.take(query.size.rows() + 1);
    let firms = firms.collect::<Result<_, StoreError>>()?;
    Ok(Page::cut(firms, query.size, |firm: &Firm| by_id(firm.id)))
}

impl Records<'_> {
    pub(super) fn client_rows(
        &self,
        query: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        let clients = self.page::<Versioned<Client>>(Order::LargestFirst, query, |_| true)?;
        try_map(clients, |client| {
            let contacts = self.of::<Versioned<Contact>>(&Index::Client(client.value.id))?;
            let active = contacts.iter().filter(|it| it.value.is_active());
            Ok(ClientRow {
                contacts: u32::try_from(active.count()).unwrap_or(u32::MAX),
                client,
            })
        })
    }

    pub(super) fn invoice_rows(
        &self,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        let today = self.firm.value.today(now);
        let invoices = self.of_or_all::<Versioned<Invoice>>(query.client)?;
        let rows = invoices.iter().map(InvoiceRow::of);
        let rows = rows.filter(|row| query.status.is_none_or(|it| it == row.status(today)));
        Ok(invoice_page(rows, &query.page))
    }

    pub(super) fn attempts(
        &self,
        query: &AttemptQuery,
    ) -> Result<Page<Versioned<Attempt>, ()>, StoreError> {
        let order = Order::LargestFirst;
        let wanted =
            |it: &Versioned<Attempt>| query.stage.is_none_or(|stage| stage == it.value.stage());
        match query.invoice {
            Some(invoice) => self.page_of(&Index::Invoice(invoice), order, &query.page, wanted),
            None => self.page(order, &query.page, wanted),
        }
    }

    pub(super) fn offers(
        &self,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError> {
        let today = self.firm.value.today(now);
        let wanted = |it: &Versioned<Offer>| {
            let row = OfferRow::of(it);
            query.kind.is_none_or(|kind| kind == row.kind)
                && query.status.is_none_or(|it| it == row.status(today))
        };
        let order = Order::LargestFirst;
        let page = match query.client {
            Some(client) => self.page_of(&Index::Client(client), order, &query.page, wanted)?,
            None => self.page(order, &query.page, wanted)?,
        };
        Ok(map(page, |offer| OfferRow::of(&offer)))
    }

    pub(super) fn contracts(
        &self,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError> {
        let today = self.firm.value.today(now);
        let wanted = |it: &Versioned<Contract>| {
            let status = ContractRow::of(it).status(today);
            query.status.is_none_or(|wanted| wanted == status)
        };
        let order = Order::LargestFirst;
        let page = match query.client {
            Some(client) => self.page_of(&Index::Client(client), order, &query.page, wanted)?,
            None => self.page(order, &query.page, wanted)?,
        };
        Ok(map(page, |contract| ContractRow::of(&contract)))
    }

    pub(super) fn articles(
        &self,
        query: &ArticleQuery,
    ) -> Result<Page<ArticleRow, ()>, StoreError> {
        let wanted = |it: &Versioned<Article>| {
            query
                .stage
                .is_none_or(|stage| stage == it.value.state.stage())
                && says(&it.value, query.terms.as_ref())
        };
        let page = self.page(Order::LargestFirst, &query.page, wanted)?;
        Ok(map(page, |article| ArticleRow::of(&article)))
    }

    /// Rows of the audit log, those about a record or all.
    pub(super) fn audit_page(
        &self,
        about: Option<Subject>,
        order: Order,
        query: &PageQuery<u64>,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        let after = query.after.as_ref().map(|after| after.key);
        let size = query.size.rows() + 1;
        let rows: Vec<AuditRow> = match about {
            Some(about) => {
                let index = Index::Subject(about);
                let rows = self
                    .rows
                    .walk_of(self.id(), &index, after.as_ref(), order)?;
                rows.take(size).collect::<Result<_, _>>()?
            }
            None => {
                let rows = self.rows.walk(self.id(), after.as_ref(), order)?;
                rows.take(size).collect::<Result<_, _>>()?
            }
        };
        Ok(Page::cut(rows, query.size, |row| at(row.seq, row.seq)))
    }
}
