//! Reads of staff, and of verbs that load before they decide.

use async_trait::async_trait;
use caseflow_core::domain::announcement::Announcement;
use caseflow_core::domain::api_key::ApiKey;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::changes::{Counter, Versioned};
use caseflow_core::domain::firm::{Firm, Logo};
use caseflow_core::domain::id::{
    AnnouncementId, ApiKeyId, ClientId, ContactId, FirmId, InvoiceId, PaymentId,
};
use caseflow_core::domain::page::{Cursor, Page, PageQuery};
use caseflow_core::domain::time::{Timestamp, Zone};
use caseflow_core::ports::store::{
    AuditQuery, ClientFile, ClientRow, FirmReads, InvoiceFile, InvoiceQuery, InvoiceRow,
    PaymentQuery, PaymentRow, StoreError,
};
use chrono::NaiveDate;

use crate::SqlxStore;
use crate::conn::Sql;
use crate::portal_reads::{cut_invoices, cut_payments};
use crate::read::{Stored, after_id, before, before_id, by_id, cell, corrupt, limit, many, one};
use crate::records::announcement::{ANNOUNCEMENTS, StoredAnnouncement};
use crate::records::api_key::{API_KEYS, StoredApiKey};
use crate::records::audit::{AUDIT, StoredAuditRow};
use crate::records::client::{CLIENTS, CONTACTS, StoredClientFile, StoredClientRow};
use crate::records::firm::{FIRMS, FirmRow};
use crate::records::invoice::{INVOICES, ROW, StoredInvoiceFile, StoredInvoiceRow};
use crate::records::payment::{CREDITS, PAYMENTS, StoredPaymentRow};
use crate::statements::{ByStatus, Texts, array_of, depends_on_today, select_json};
use crate::table::object;
use crate::value::{Value, hex, text};

/// The statements.
#[derive(Debug)]
pub(crate) struct FirmSql {
    firms: Sql,
    firm: Sql,
    logo: Sql,
    api_keys: Sql,
    api_key: Sql,
    clients: Sql,
    client: Sql,
    client_of: Sql,
    invoices: ByStatus<Sql>,
    invoices_of_client: ByStatus<Sql>,
    invoice: Sql,
    invoice_of: Sql,
    ledgers: Sql,
    payments: Sql,
    payments_of_client: Sql,
    announcements: Sql,
    announcement: Sql,
    audit: Sql,
    audit_about: Sql,
    counter: Sql,
}

impl FirmSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let client_file = client_file_object();
        let file = file_object("i");
        let announcement = announcement_object("x");
        Self {
            firms: texts.sql(list(
                &FIRMS.object("x"),
                "x.firm_id",
                "SELECT * FROM caseflow_firms WHERE firm_id > $1 ORDER BY firm_id LIMIT $2",
            )),
            firm: texts.sql(find(
                &FIRMS.object("x"),
                "caseflow_firms x WHERE x.firm_id = $1",
            )),
            logo: texts.sql("SELECT bytes FROM caseflow_logos WHERE firm_id = $1 AND sha256 = $2"),
            api_keys: texts.sql(list(
                &API_KEYS.object("x"),
                "x.id DESC",
                "SELECT * FROM caseflow_api_keys WHERE firm_id = $1 ORDER BY id DESC LIMIT 1000",
            )),
            api_key: texts.sql(find(&API_KEYS.object("x"), &by_key("caseflow_api_keys x"))),
            clients: texts.sql(clients()),
            client: texts.sql(find(&client_file, &by_key("caseflow_clients x"))),
            client_of: texts.sql(find(
                &client_file,
                "caseflow_contacts y JOIN caseflow_clients x \
                 ON x.firm_id = y.firm_id AND x.id = y.client_id \
                 WHERE y.firm_id = $1 AND y.id = $2",
            )),
            invoices: ByStatus::new("$5", |status| texts.sql(invoices(status))),
            invoices_of_client: ByStatus::new("$6", |status| {
                texts.sql(invoices(&format!("AND x.client_id = $5 {status}")))
            }),
            invoice: texts.sql(find(
                &file,
                "caseflow_invoices i WHERE i.firm_id = $1 AND i.id = $2",
            )),
            invoice_of: texts.sql(find(
                &file,
                "caseflow_payments y JOIN caseflow_invoices i \
                 ON i.firm_id = y.firm_id AND i.id = y.invoice_id \
                 WHERE y.firm_id = $1 AND y.id = $2",
            )),
            ledgers: texts.sql(select_json(
                &[array_of(
                    &file,
                    "i",
                    "i.id",
                    "SELECT * FROM caseflow_invoices WHERE firm_id = $1 AND id > $2 \
                     ORDER BY id LIMIT $3",
                )],
                "",
            )),
            payments: texts.sql(select_json(&[payment_page("x.firm_id = $1", 2)], "")),
            payments_of_client: texts.sql(select_json(
                &[payment_page("x.firm_id = $1 AND x.client_id = $5", 2)],
                "",
            )),
            announcements: texts.sql(list(
                &announcement,
                "x.id DESC",
                "SELECT * FROM caseflow_announcements WHERE firm_id = $1 AND id < $2 \
                 ORDER BY id DESC LIMIT $3",
            )),
            announcement: texts.sql(find(&announcement, &by_key("caseflow_announcements x"))),
            audit: texts.sql(list(
                &AUDIT.object("x"),
                "x.seq",
                "SELECT * FROM caseflow_audit WHERE firm_id = $1 AND seq > $2 \
                 ORDER BY seq LIMIT $3",
            )),
            audit_about: texts.sql(list(
                &AUDIT.object("x"),
                "x.seq",
                "SELECT a.* FROM caseflow_audit_about b JOIN caseflow_audit a \
                 ON a.firm_id = b.firm_id AND a.seq = b.seq \
                 WHERE b.firm_id = $1 AND b.subject = $4 AND b.seq > $2 ORDER BY b.seq LIMIT $3",
            )),
            counter: texts.sql(
                "SELECT value FROM caseflow_counters \
                 WHERE firm_id = $1 AND client_id = $2 AND code = $3",
            ),
        }
    }
}

/// One record.
fn find(object: &str, from: &str) -> String {
    select_json(&[object.to_owned()], &format!("FROM {from}"))
}

/// The rows that `rows` selects, as `x`.
fn list(object: &str, order: &str, rows: &str) -> String {
    select_json(&[array_of(object, "x", order, rows)], "")
}

fn by_key(table: &str) -> String {
    format!("{table} WHERE x.firm_id = $1 AND x.id = $2")
}

fn clients() -> String {
    let contacts = "(SELECT COUNT(*) FROM caseflow_contacts k WHERE k.firm_id = x.firm_id \
                    AND k.client_id = x.id AND k.standing <> 'removed')";
    list(
        &format!(
            "{{object}}('client', {}, 'contacts', {contacts})",
            CLIENTS.object("x")
        ),
        "x.id DESC",
        "SELECT * FROM caseflow_clients WHERE firm_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    )
}

/// A client `x` with its contacts.
fn client_file_object() -> String {
    let contacts = array_of(
        &CONTACTS.object("k"),
        "k",
        "k.id",
        "SELECT * FROM caseflow_contacts y WHERE y.firm_id = x.firm_id AND y.client_id = x.id",
    );
    format!(
        "{{object}}('client', {}, 'contacts', {{json}}({contacts}))",
        CLIENTS.object("x")
    )
}

/// `$2` rows before the place (`$3`, `$4`) that fulfil the filter, with the firm's zone.
fn invoices(filter: &str) -> String {
    let rows = format!(
        "SELECT * FROM caseflow_invoices x WHERE x.firm_id = f.firm_id {filter} \
         AND (x.dated, x.id) < ($3, $4) ORDER BY x.dated DESC, x.id DESC LIMIT $2"
    );
    let rows = array_of(&object("i", ROW), "i", "i.dated DESC, i.id DESC", &rows);
    let columns = ["f.zone".to_owned(), rows];
    select_json(&columns, "FROM caseflow_firms f WHERE f.firm_id = $1")
}

/// An invoice with its records.
pub(crate) fn file_object(alias: &str) -> String {
    let records = |table: &str| {
        format!(
            "SELECT * FROM {table} y WHERE y.firm_id = {alias}.firm_id AND y.invoice_id = {alias}.id"
        )
    };
    let payments = array_of(&PAYMENTS.object("p"), "p", "p.id", &records(PAYMENTS.name));
    let credits = array_of(&CREDITS.object("r"), "r", "r.id", &records(CREDITS.name));
    format!(
        "{{object}}('invoice', {}, 'payments', {{json}}({payments}), 'credits', {{json}}({credits}))",
        INVOICES.object(alias)
    )
}

/// Payments `x` that fulfil the filter: how many, and the place before which they are, are the
/// values from `$first` on.
pub(crate) fn payment_page(filter: &str, first: usize) -> String {
    let (day, id) = (first + 1, first + 2);
    let rows = format!(
        "SELECT * FROM caseflow_payments x WHERE {filter} \
         AND (x.received_on, x.id) < (${day}, ${id}) \
         ORDER BY x.received_on DESC, x.id DESC LIMIT ${first}"
    );
    let payment = PAYMENTS.object("p");
    format!(
        "(SELECT {{array}}({{object}}('payment', {payment}, 'number', i.number) \
         ORDER BY p.received_on DESC, p.id DESC) FROM ({rows}) p JOIN caseflow_invoices i \
         ON i.firm_id = p.firm_id AND i.id = p.invoice_id)"
    )
}

/// An announcement with the clients it is meant for.
pub(crate) fn announcement_object(alias: &str) -> String {
    let clients = format!(
        "(SELECT {{array}}(m.client_id ORDER BY m.place) FROM caseflow_announcement_clients m \
         WHERE m.firm_id = {alias}.firm_id AND m.announcement_id = {alias}.id)"
    );
    ANNOUNCEMENTS.object_with(alias, &format!(", 'clients', {{json}}({clients})"))
}

impl SqlxStore {
    async fn find<S: Stored>(
        &self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Option<S::Record>, StoreError> {
        match self.read_one(sql, values).await? {
            Some(row) => one::<S>(&*row, 0),
            None => Ok(None),
        }
    }

    async fn list<S: Stored>(
        &self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Vec<S::Record>, StoreError> {
        match self.read_one(sql, values).await? {
            Some(row) => many::<S>(&*row, 0),
            None => Ok(vec![]),
        }
    }
}

#[async_trait]
impl FirmReads for SqlxStore {
    async fn firms(&self, page: &PageQuery<()>) -> Result<Page<Firm, ()>, StoreError> {
        let values = vec![after_id(page), limit(page)];
        let firms = self.list::<FirmRow>(&self.sql().firm.firms, values).await?;
        let firms = firms.into_iter().map(|firm| firm.value).collect();
        Ok(Page::cut(firms, page.size, |firm: &Firm| by_id(firm.id)))
    }

    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        self.find::<FirmRow>(&self.sql().firm.firm, vec![text(firm)])
            .await
    }

    async fn logo(&self, firm: FirmId, sha256: [u8; 32]) -> Result<Option<Logo>, StoreError> {
        let values = vec![text(firm), hex(&sha256)];
        let Some(row) = self.read_one(&self.sql().firm.logo, values).await? else {
            return Ok(None);
        };
        let bytes = row.bytes(0).map_err(corrupt)?;
        Logo::parse(bytes).map(Some).map_err(corrupt)
    }

    async fn api_keys(&self, firm: FirmId) -> Result<Vec<Versioned<ApiKey>>, StoreError> {
        self.list::<StoredApiKey>(&self.sql().firm.api_keys, vec![text(firm)])
            .await
    }

    async fn api_key(
        &self,
        firm: FirmId,
        id: ApiKeyId,
    ) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        self.find::<StoredApiKey>(&self.sql().firm.api_key, vec![text(firm), text(id)])
            .await
    }

    async fn clients(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<ClientRow, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<StoredClientRow>(&self.sql().firm.clients, values);
        Ok(Page::cut(rows.await?, page.size, |row| {
            by_id(row.client.value.id)
        }))
    }

    async fn client(&self, firm: FirmId, id: ClientId) -> Result<Option<ClientFile>, StoreError> {
        self.find::<StoredClientFile>(&self.sql().firm.client, vec![text(firm), text(id)])
            .await
    }

    async fn client_of(
        &self,
        firm: FirmId,
        contact: ContactId,
    ) -> Result<Option<ClientFile>, StoreError> {
        let values = vec![text(firm), text(contact)];
        self.find::<StoredClientFile>(&self.sql().firm.client_of, values)
            .await
    }

    async fn invoices(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &InvoiceQuery,
    ) -> Result<Page<InvoiceRow, NaiveDate>, StoreError> {
        let sql = match query.client {
            None => &self.sql().firm.invoices,
            Some(_) => &self.sql().firm.invoices_of_client,
        };
        let mut today = self.likely_today(firm, now);
        loop {
            let mut values = vec![text(firm), limit(&query.page)];
            values.extend(before(query.page.after.as_ref()));
            values.extend(query.client.map(text));
            values.extend(depends_on_today(query.status).then(|| today.into()));
            let Some(row) = self.read_one(sql.of(query.status), values).await? else {
                return Ok(cut_invoices(vec![], &query.page));
            };
            let zone = cell(&*row, 0)?.unwrap_or_default();
            let right = self.learn(firm, Zone::parse(&zone).map_err(corrupt)?, now);
            if right == today {
                let rows = many::<StoredInvoiceRow>(&*row, 1)?;
                return Ok(cut_invoices(rows, &query.page));
            }
            today = right;
        }
    }

    async fn invoice(
        &self,
        firm: FirmId,
        id: InvoiceId,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        self.find::<StoredInvoiceFile>(&self.sql().firm.invoice, vec![text(firm), text(id)])
            .await
    }

    async fn invoice_of(
        &self,
        firm: FirmId,
        payment: PaymentId,
    ) -> Result<Option<InvoiceFile>, StoreError> {
        let values = vec![text(firm), text(payment)];
        self.find::<StoredInvoiceFile>(&self.sql().firm.invoice_of, values)
            .await
    }

    async fn ledgers(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<InvoiceFile, ()>, StoreError> {
        let values = vec![text(firm), after_id(page), limit(page)];
        let files = self.list::<StoredInvoiceFile>(&self.sql().firm.ledgers, values);
        Ok(Page::cut(files.await?, page.size, |file| {
            by_id(file.invoice.value.id)
        }))
    }

    async fn payments(
        &self,
        firm: FirmId,
        query: &PaymentQuery,
    ) -> Result<Page<PaymentRow, NaiveDate>, StoreError> {
        let sql = match query.client {
            None => &self.sql().firm.payments,
            Some(_) => &self.sql().firm.payments_of_client,
        };
        let mut values = vec![text(firm), limit(&query.page)];
        values.extend(before(query.page.after.as_ref()));
        values.extend(query.client.map(text));
        let rows = self.list::<StoredPaymentRow>(sql, values).await?;
        Ok(cut_payments(rows, &query.page))
    }

    async fn announcements(
        &self,
        firm: FirmId,
        page: &PageQuery<()>,
    ) -> Result<Page<Versioned<Announcement>, ()>, StoreError> {
        let values = vec![text(firm), before_id(page), limit(page)];
        let rows = self.list::<StoredAnnouncement>(&self.sql().firm.announcements, values);
        Ok(Page::cut(rows.await?, page.size, |row| by_id(row.value.id)))
    }

    async fn announcement(
        &self,
        firm: FirmId,
        id: AnnouncementId,
    ) -> Result<Option<Versioned<Announcement>>, StoreError> {
        let values = vec![text(firm), text(id)];
        self.find::<StoredAnnouncement>(&self.sql().firm.announcement, values)
            .await
    }

    async fn audit(
        &self,
        firm: FirmId,
        query: &AuditQuery,
    ) -> Result<Page<AuditRow, u64>, StoreError> {
        let after = query.page.after.as_ref().map_or(0, |after| after.key);
        let mut values = vec![text(firm), after.into(), limit(&query.page)];
        let sql = match query.about {
            None => &self.sql().firm.audit,
            Some(about) => {
                values.push(text(about));
                &self.sql().firm.audit_about
            }
        };
        let rows = self.list::<StoredAuditRow>(sql, values).await?;
        Ok(Page::cut(rows, query.page.size, |row| Cursor {
            key: row.seq,
            id: row.seq.to_string(),
        }))
    }

    async fn counter(
        &self,
        firm: FirmId,
        client: ClientId,
        counter: Counter,
    ) -> Result<i64, StoreError> {
        let values = vec![text(firm), text(client), text(counter.code())];
        match self.read_one(&self.sql().firm.counter, values).await? {
            Some(row) => row.int(0).map_err(corrupt),
            None => Ok(0),
        }
    }
}
