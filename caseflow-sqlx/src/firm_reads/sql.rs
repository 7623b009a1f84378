//! The statements of the firm's reads, and the parts that other reads share.

use crate::client_statements::statement_parts;
use crate::invoice_files::{ByKey, file_parts};
use crate::payment_history::payment_page;
use crate::records::alert::ALERTS;
use crate::records::announcement::announcement_shape;
use crate::records::api_key::API_KEYS;
use crate::records::attempt::ATTEMPTS;
use crate::records::audit::audit_shape;
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::firm::FIRMS;
use crate::records::gateway_event::SWEEPS;
use crate::records::invoice::row_shape;
use crate::records::mail::mail_shape;
use crate::statements::{ByStatus, Part, Select, Texts};
use crate::table::Shape;

/// The statements.
#[derive(Debug)]
pub(crate) struct FirmSql {
    pub(super) firms: Select,
    pub(super) firm: Select,
    pub(super) zone: Select,
    pub(super) logo: Select,
    pub(super) api_keys: Select,
    pub(super) api_key: Select,
    pub(super) clients: Select,
    pub(super) client: Select,
    pub(super) client_of: Select,
    pub(super) invoices: ByStatus<Select>,
    pub(super) invoices_of_client: ByStatus<Select>,
    pub(super) invoice: ByKey<Select>,
    pub(super) invoice_card: ByKey<Select>,
    pub(super) attempts: Select,
    pub(super) attempts_at_stage: Select,
    pub(super) attempts_of_invoice: Select,
    pub(super) alerts: Select,
    pub(super) alerts_open: Select,
    pub(super) alerts_settled: Select,
    pub(super) alert: Select,
    pub(super) mails: Select,
    pub(super) mails_waiting: Select,
    pub(super) mails_dead: Select,
    pub(super) mail: Select,
    pub(super) known_events: Select,
    pub(super) sweep: Select,
    pub(super) statement_card: Select,
    pub(super) ledgers: Select,
    pub(super) payments: Select,
    pub(super) payments_of_client: Select,
    pub(super) announcements: Select,
    pub(super) announcement: Select,
    pub(super) audit: Select,
    pub(super) audit_about: Select,
    pub(super) counter: Select,
}

#[expect(clippy::too_many_lines, reason = "one line a statement, and no branch")]
impl FirmSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let (firm, api_key) = (FIRMS.shape("x"), API_KEYS.shape("x"));
        let announcement = announcement_shape("x");
        let (attempt, alert) = (ATTEMPTS.shape("x"), ALERTS.shape("x"));
        Self {
            firms: texts.one(
                firm.clone(),
                "FROM caseflow_firms x WHERE x.firm_id > $1 \
                 ORDER BY x.firm_id LIMIT CAST($2 AS {int})",
            ),
            firm: texts.one(firm, "FROM caseflow_firms x WHERE x.firm_id = $1"),
            zone: texts.one(
                Shape::default().text("x.zone"),
                "FROM caseflow_firms x WHERE x.firm_id = $1",
            ),
            logo: texts.one(
                Shape::default().text("x.bytes"),
                "FROM caseflow_logos x WHERE x.firm_id = $1 AND x.sha256 = $2",
            ),
            api_keys: texts.one(
                api_key.clone(),
                "FROM caseflow_api_keys x WHERE x.firm_id = $1 ORDER BY x.id DESC LIMIT 1000",
            ),
            api_key: texts.one(api_key, &by_key("caseflow_api_keys")),
            clients: texts.one(
                CLIENTS.shape("x").number(
                    "(SELECT COUNT(*) FROM caseflow_contacts k WHERE k.firm_id = x.firm_id \
                     AND k.client_id = x.id AND k.standing <> 'removed')",
                ),
                &newest("caseflow_clients", ""),
            ),
            client: texts.all(&client_parts(&by_key("caseflow_clients"))),
            client_of: texts.all(&client_parts(
                "FROM caseflow_contacts y JOIN caseflow_clients x \
                     ON x.firm_id = y.firm_id AND x.id = y.client_id \
                     WHERE y.firm_id = $1 AND y.id = $2",
            )),
            invoices: ByStatus::new("$5", |status| texts.all(&[invoices(status)])),
            invoices_of_client: ByStatus::new("$6", |status| {
                texts.all(&[invoices(&format!("AND x.client_id = $5 {status}"))])
            }),
            invoice: ByKey::new(2, |_, found| texts.all(&file_parts(found))),
            invoice_card: ByKey::new(2, |table, found| texts.all(&invoice_card(table, found))),
            attempts: texts.one(attempt.clone(), &newest("caseflow_attempts", "")),
            attempts_at_stage: texts.one(
                attempt.clone(),
                &newest("caseflow_attempts", "AND x.stage = $4"),
            ),
            // An invoice has few: those at other stages are read past.
            attempts_of_invoice: texts.one(
                attempt,
                &newest(
                    "caseflow_attempts",
                    "AND x.invoice_id = $4 AND x.stage = COALESCE($5, x.stage)",
                ),
            ),
            alerts: texts.one(alert.clone(), &newest("caseflow_alerts", "")),
            alerts_open: texts.one(
                alert.clone(),
                &newest("caseflow_alerts", "AND x.settled_at IS NULL"),
            ),
            alerts_settled: texts.one(
                alert.clone(),
                &newest("caseflow_alerts", "AND x.settled_at IS NOT NULL"),
            ),
            alert: texts.one(alert, &by_key("caseflow_alerts")),
            mails: texts.one(mail_shape(), &mails("")),
            mails_waiting: texts.one(mail_shape(), &mails("AND x.due IS NOT NULL")),
            mails_dead: texts.one(mail_shape(), &mails("AND x.due IS NULL")),
            mail: texts.one(mail_shape(), &format!("{MAILS} AND x.id = $2")),
            known_events: texts.one(
                Shape::default().text("x.event_id"),
                "FROM caseflow_gateway_events x WHERE x.firm_id = $1 AND x.merchant = $2 \
                 AND x.event_id IN (SELECT j.value FROM {each}$3{end})",
            ),
            sweep: texts.one(
                SWEEPS.shape("x"),
                "FROM caseflow_sweeps x WHERE x.firm_id = $1 AND x.merchant = $2",
            ),
            statement_card: texts.all(&statement_card()),
            ledgers: texts.all(&file_parts(
                "FROM (SELECT * FROM caseflow_invoices WHERE firm_id = $1 AND id > $2 \
                     ORDER BY id LIMIT CAST($3 AS {int})) i",
            )),
            payments: texts.all(&[payment_page("", 2)]),
            payments_of_client: texts.all(&[payment_page("AND x.client_id = $5", 2)]),
            announcements: texts.one(announcement.clone(), &newest("caseflow_announcements", "")),
            announcement: texts.one(announcement, &by_key("caseflow_announcements")),
            audit: texts.one(
                audit_shape("x"),
                "FROM caseflow_audit x WHERE x.firm_id = $1 AND x.seq > $2 \
                 ORDER BY x.seq LIMIT CAST($3 AS {int})",
            ),
            audit_about: texts.one(
                audit_shape("x"),
                "FROM caseflow_audit_about b JOIN caseflow_audit x \
                 ON x.firm_id = b.firm_id AND x.seq = b.seq \
                 WHERE b.firm_id = $1 AND b.subject = $4 AND b.seq > $2 \
                 ORDER BY b.seq LIMIT CAST($3 AS {int})",
            ),
            counter: texts.one(
                Shape::default().number("x.value"),
                "FROM caseflow_counters x \
                 WHERE x.firm_id = $1 AND x.client_id = $2 AND x.code = $3",
            ),
        }
    }
}

/// Client, contacts, firm, and the parts of the invoice that was found by a key of the table.
fn invoice_card(table: &str, found: &str) -> Vec<Part> {
    [people(&client_named_by(table)), file_parts(found)].concat()
}

/// The client `x` of the record `$2` of a table.
pub(crate) fn client_named_by(table: &str) -> String {
    format!(
        "FROM caseflow_clients x WHERE x.firm_id = $1 AND x.id = \
         (SELECT y.client_id FROM {table} y WHERE y.firm_id = $1 AND y.id = $2)"
    )
}

/// The client `$2`, contacts, firm, and the parts of the statement.
fn statement_card() -> Vec<Part> {
    let people = people(&by_key("caseflow_clients"));
    [people, statement_parts()].concat()
}

/// A client `x`, its contacts and its firm.
pub(crate) fn people(client: &str) -> Vec<Part> {
    let mut parts = client_parts(client).to_vec();
    parts.push(firm_part());
    parts
}

/// The firm `f`.
pub(crate) fn firm_part() -> Part {
    Part::new(
        FIRMS.shape("f"),
        "FROM caseflow_firms f WHERE f.firm_id = $1",
    )
}

/// The record `x` with the id `$2`.
pub(crate) fn by_key(table: &str) -> String {
    format!("FROM {table} x WHERE x.firm_id = $1 AND x.id = $2")
}

/// `$3` records before the id `$2` that fulfil the filter.
pub(crate) fn newest(table: &str, filter: &str) -> String {
    format!(
        "FROM {table} x WHERE x.firm_id = $1 AND x.id < $2 {filter} \
         ORDER BY x.id DESC LIMIT CAST($3 AS {{int}})"
    )
}

/// Mails `x` with whom they are for.
const MAILS: &str = "FROM caseflow_outbox x \
    JOIN caseflow_firms f ON f.firm_id = x.firm_id \
    LEFT JOIN caseflow_contacts k ON k.firm_id = x.firm_id AND k.id = x.contact_id \
    WHERE x.firm_id = $1";

/// `$3` mails before the id `$2` that fulfil the filter.
fn mails(filter: &str) -> String {
    format!("{MAILS} AND x.id < $2 {filter} ORDER BY x.id DESC LIMIT CAST($3 AS {{int}})")
}

/// A client `x`, and its contacts.
fn client_parts(from: &str) -> [Part; 2] {
    let contacts = format!(
        "FROM (SELECT x.firm_id, x.id {from}) x JOIN caseflow_contacts k \
         ON k.firm_id = x.firm_id AND k.client_id = x.id"
    );
    [
        Part::new(CLIENTS.shape("x"), from),
        Part::new(CONTACTS.shape("k"), contacts),
    ]
}

/// `$2` rows before the place (`$3`, `$4`) that fulfil the filter. Joined to the firm, for beside a
/// bare `$1` SQLite takes the index of all statuses.
fn invoices(filter: &str) -> Part {
    let rows = format!(
        "FROM (SELECT x.* FROM caseflow_firms f JOIN caseflow_invoices x ON x.firm_id = f.firm_id \
         WHERE f.firm_id = $1 {filter} AND (x.dated, x.id) < ($3, $4) \
         ORDER BY x.dated DESC, x.id DESC LIMIT CAST($2 AS {{int}})) i"
    );
    Part::new(row_shape("i"), rows)
}
