//! The statements of the firm's reads, and the objects that other reads share.

use crate::conn::Sql;
use crate::records::announcement::ANNOUNCEMENTS;
use crate::records::api_key::API_KEYS;
use crate::records::audit::AUDIT;
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::firm::FIRMS;
use crate::records::invoice::{INVOICES, ROW};
use crate::records::payment::{CREDITS, PAYMENTS};
use crate::statements::{ByStatus, Texts, array_of, select_json};
use crate::table::object;

/// The statements.
#[derive(Debug)]
pub(crate) struct FirmSql {
    pub(super) firms: Sql,
    pub(super) firm: Sql,
    pub(super) logo: Sql,
    pub(super) api_keys: Sql,
    pub(super) api_key: Sql,
    pub(super) clients: Sql,
    pub(super) client: Sql,
    pub(super) client_of: Sql,
    pub(super) invoices: ByStatus<Sql>,
    pub(super) invoices_of_client: ByStatus<Sql>,
    pub(super) invoice: Sql,
    pub(super) invoice_of: Sql,
    pub(super) ledgers: Sql,
    pub(super) payments: Sql,
    pub(super) payments_of_client: Sql,
    pub(super) announcements: Sql,
    pub(super) announcement: Sql,
    pub(super) audit: Sql,
    pub(super) audit_about: Sql,
    pub(super) counter: Sql,
}

#[expect(clippy::too_many_lines, reason = "one line a statement, and no branch")]
impl FirmSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let client_file = client_file_object();
        let file = file_object("i");
        let announcement = announcement_object("x");
        Self {
            firms: texts.sql(list(
                &FIRMS.object("x"),
                "x.firm_id",
                "SELECT * FROM caseflow_firms WHERE firm_id > $1 \
                 ORDER BY firm_id LIMIT CAST($2 AS {int})",
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
                     ORDER BY id LIMIT CAST($3 AS {int})",
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
                 ORDER BY id DESC LIMIT CAST($3 AS {int})",
            )),
            announcement: texts.sql(find(&announcement, &by_key("caseflow_announcements x"))),
            audit: texts.sql(list(
                &AUDIT.object("x"),
                "x.seq",
                "SELECT * FROM caseflow_audit WHERE firm_id = $1 AND seq > $2 \
                 ORDER BY seq LIMIT CAST($3 AS {int})",
            )),
            audit_about: texts.sql(list(
                &AUDIT.object("x"),
                "x.seq",
                "SELECT a.* FROM caseflow_audit_about b JOIN caseflow_audit a \
                 ON a.firm_id = b.firm_id AND a.seq = b.seq \
                 WHERE b.firm_id = $1 AND b.subject = $4 AND b.seq > $2 \
                 ORDER BY b.seq LIMIT CAST($3 AS {int})",
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
        "SELECT * FROM caseflow_clients WHERE firm_id = $1 AND id < $2 \
         ORDER BY id DESC LIMIT CAST($3 AS {int})",
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
         AND (x.dated, x.id) < ($3, $4) ORDER BY x.dated DESC, x.id DESC LIMIT CAST($2 AS {{int}})"
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
         ORDER BY x.received_on DESC, x.id DESC LIMIT CAST(${first} AS {{int}})"
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
