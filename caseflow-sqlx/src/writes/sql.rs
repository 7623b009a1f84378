//! The statements of the write door. The first value of each is the firm.

use crate::conn::Sql;
use crate::records::alert::ALERTS;
use crate::records::announcement::{ACTIVITIES, ANNOUNCEMENTS};
use crate::records::api_key::API_KEYS;
use crate::records::article::ARTICLES;
use crate::records::attempt::ATTEMPTS;
use crate::records::audit::AUDIT;
use crate::records::client::{CLIENTS, CONTACTS};
use crate::records::contract::CONTRACTS;
use crate::records::document::{DOCUMENT_VERSIONS, DOCUMENTS};
use crate::records::file::FILES;
use crate::records::firm::FIRMS;
use crate::records::gateway_event::{GATEWAY_EVENTS, SWEEPS};
use crate::records::invoice::INVOICES;
use crate::records::mail::OUTBOX;
use crate::records::offer::OFFERS;
use crate::records::offer_link::OFFER_LINKS;
use crate::records::payment::{CREDITS, PAYMENTS};
use crate::records::readers::{DOCUMENT_READERS, ReaderTable, VAULT_READERS};
use crate::records::refund::REFUNDS;
use crate::records::reversal::REVERSALS;
use crate::records::session::{LINKS, SESSIONS, THROTTLES};
use crate::records::signature::SIGNATURES;
use crate::records::vault_item::VAULT_ITEMS;
use crate::statements::{Select, Texts};
use crate::table::{Shape, Table};

/// The statements.
#[derive(Debug)]
pub(crate) struct WriteSql {
    pub(crate) firm: Record,
    pub(crate) client: Record,
    pub(crate) contact: Record,
    pub(crate) invoice: Record,
    pub(crate) payment: Record,
    pub(crate) attempt: Record,
    pub(crate) refund: Record,
    pub(crate) alert: Record,
    pub(crate) sweep: Record,
    pub(crate) offer: Record,
    pub(crate) offer_link: Record,
    pub(crate) contract: Record,
    pub(crate) document: ReadRecord,
    pub(crate) vault_item: ReadRecord,
    pub(crate) announcement: Record,
    pub(crate) article: Record,
    pub(crate) api_key: Record,
    pub(crate) logo: Sql,
    pub(crate) credit: Sql,
    pub(crate) reversal: Sql,
    pub(crate) file: Sql,
    pub(crate) signature: Sql,
    pub(crate) document_version: Sql,
    pub(crate) event: Sql,
    pub(crate) event_seen: Sql,
    pub(crate) activity: Sql,
    pub(crate) audience: Sql,
    pub(crate) forget_audience: Sql,
    pub(crate) dismissal: Sql,
    pub(crate) words: Sql,
    pub(crate) forget_words: Sql,
    pub(crate) session: Sql,
    pub(crate) seen: Sql,
    pub(crate) proved: Sql,
    pub(crate) end_session: Sql,
    pub(crate) end_other_sessions: Sql,
    pub(crate) link: Sql,
    pub(crate) use_link: Sql,
    pub(crate) end_links: Sql,
    pub(crate) end_other_links: Sql,
    pub(crate) throttle: Sql,
    pub(crate) forget_throttle: Sql,
    pub(crate) count: Sql,
    pub(crate) next_number: Sql,
    pub(crate) mark: Sql,
    pub(crate) mark_of: Sql,
    pub(crate) mail: Sql,
    pub(crate) retry_mail: Sql,
    pub(crate) remember: Sql,
    pub(crate) chain: Sql,
    pub(crate) chain_exists: Select,
    pub(crate) chain_head: Select,
    pub(crate) chain_moved: Sql,
    pub(crate) audit: Sql,
    pub(crate) audit_about: Sql,
}

/// The statements of a record that has versions.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) insert: Sql,
    pub(crate) update: Sql,
}

impl Record {
    fn new(texts: &mut Texts, table: &Table) -> Self {
        Self {
            insert: texts.sql(table.insert()),
            update: texts.sql(table.update()),
        }
    }
}

/// The statements of a record that is there for some contacts, and that may go.
#[derive(Debug)]
pub(crate) struct ReadRecord {
    pub(crate) record: Record,
    pub(crate) choose: Sql,
    pub(crate) forget_chosen: Sql,
    pub(crate) remove: Sql,
}

impl ReadRecord {
    fn new(texts: &mut Texts, table: &Table, readers: &ReaderTable) -> Self {
        Self {
            record: Record::new(texts, table),
            choose: texts.sql(readers.insert()),
            forget_chosen: texts.sql(readers.forget()),
            remove: texts.sql(format!(
                "DELETE FROM {} WHERE firm_id = $1 AND id = $2 AND version = $3",
                table.name
            )),
        }
    }
}

const MARKS: &str = "INSERT INTO caseflow_marks AS m (firm_id, client_id, mark)";
const MOVED: &str = "ON CONFLICT (firm_id, client_id) DO UPDATE SET mark = m.mark + 1";

#[expect(clippy::too_many_lines, reason = "one line a statement, and no branch")]
impl WriteSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let head = Shape::of("h", &["hash"], &["seq"]);
        let of_firm = "FROM caseflow_audit_heads h WHERE h.firm_id = $1";
        Self {
            firm: Record::new(texts, &FIRMS),
            client: Record::new(texts, &CLIENTS),
            contact: Record::new(texts, &CONTACTS),
            invoice: Record::new(texts, &INVOICES),
            payment: Record::new(texts, &PAYMENTS),
            attempt: Record::new(texts, &ATTEMPTS),
            refund: Record::new(texts, &REFUNDS),
            alert: Record::new(texts, &ALERTS),
            sweep: Record::new(texts, &SWEEPS),
            offer: Record::new(texts, &OFFERS),
            offer_link: Record::new(texts, &OFFER_LINKS),
            contract: Record::new(texts, &CONTRACTS),
            document: ReadRecord::new(texts, &DOCUMENTS, &DOCUMENT_READERS),
            vault_item: ReadRecord::new(texts, &VAULT_ITEMS, &VAULT_READERS),
            announcement: Record::new(texts, &ANNOUNCEMENTS),
            article: Record::new(texts, &ARTICLES),
            api_key: Record::new(texts, &API_KEYS),
            logo: texts.sql(
                "INSERT INTO caseflow_logos (firm_id, sha256, bytes) VALUES ($1, $2, $3) \
                 ON CONFLICT (firm_id, sha256) DO NOTHING",
            ),
            credit: texts.sql(CREDITS.insert()),
            reversal: texts.sql(REVERSALS.insert()),
            file: texts.sql(format!(
                "{} ON CONFLICT (firm_id, sha256) DO NOTHING",
                FILES.insert()
            )),
            signature: texts.sql(SIGNATURES.insert()),
            document_version: texts.sql(DOCUMENT_VERSIONS.insert()),
            event: texts.sql(format!(
                "{} ON CONFLICT (firm_id, merchant, event_id) DO NOTHING",
                GATEWAY_EVENTS.insert()
            )),
            event_seen: texts.sql(
                "UPDATE caseflow_gateway_events SET due = $4, seen_at = $5 \
                 WHERE firm_id = $1 AND merchant = $2 AND event_id = $3 AND due IS NOT NULL",
            ),
            activity: texts.sql(ACTIVITIES.insert_with(
                "number",
                "COALESCE(\
                 (SELECT i.number FROM caseflow_invoices i WHERE i.firm_id = $1 AND i.id = $5), \
                 (SELECT o.number FROM caseflow_offers o WHERE o.firm_id = $1 AND o.id = $5))",
            )),
            audience: texts.sql(
                "INSERT INTO caseflow_announcement_clients \
                 (firm_id, announcement_id, place, client_id) \
                 SELECT $1, $2, j.key, j.value FROM {each}$3{end}",
            ),
            forget_audience: texts.sql(
                "DELETE FROM caseflow_announcement_clients \
                 WHERE firm_id = $1 AND announcement_id = $2",
            ),
            dismissal: texts.sql(
                "INSERT INTO caseflow_dismissals (firm_id, contact_id, announcement_id, at) \
                 VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (firm_id, contact_id, announcement_id) DO NOTHING",
            ),
            words: texts.sql(
                "INSERT INTO caseflow_article_words (firm_id, article_id, word) \
                 SELECT $1, $2, j.value FROM {each}$3{end}",
            ),
            forget_words: texts
                .sql("DELETE FROM caseflow_article_words WHERE firm_id = $1 AND article_id = $2"),
            session: texts.sql(SESSIONS.insert_with(
                "client_id",
                "COALESCE((SELECT k.client_id FROM caseflow_contacts k \
                 WHERE k.firm_id = $1 AND k.id = $3), '')",
            )),
            seen: texts.sql(
                "UPDATE caseflow_sessions SET seen_at = $3 \
                 WHERE firm_id = $1 AND id = $2 AND seen_at < $3",
            ),
            proved: texts.sql(
                "UPDATE caseflow_sessions SET \
                 proved_at = CASE WHEN proved_at > $3 THEN proved_at ELSE $3 END, \
                 seen_at = CASE WHEN seen_at > $3 THEN seen_at ELSE $3 END \
                 WHERE firm_id = $1 AND id = $2",
            ),
            end_session: texts.sql("DELETE FROM caseflow_sessions WHERE firm_id = $1 AND id = $2"),
            end_other_sessions: texts.sql(
                "DELETE FROM caseflow_sessions \
                 WHERE firm_id = $1 AND contact_id = $2 AND id <> $3",
            ),
            link: texts.sql(LINKS.insert()),
            use_link: texts.sql("DELETE FROM caseflow_links WHERE firm_id = $1 AND id = $2"),
            end_links: texts
                .sql("DELETE FROM caseflow_links WHERE firm_id = $1 AND contact_id = $2"),
            end_other_links: texts.sql(
                "DELETE FROM caseflow_links \
                 WHERE firm_id = $1 AND contact_id = $2 AND purpose = $3 AND id <> $4",
            ),
            throttle: texts.sql(format!(
                "{} ON CONFLICT (firm_id, key) DO UPDATE SET tries = excluded.tries, \
                 last_at = excluded.last_at, blocked_until = excluded.blocked_until \
                 WHERE caseflow_throttles.tries = $6",
                THROTTLES.insert()
            )),
            forget_throttle: texts
                .sql("DELETE FROM caseflow_throttles WHERE firm_id = $1 AND key = $2"),
            count: texts.sql(
                "INSERT INTO caseflow_counters AS n (firm_id, client_id, code, value) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (firm_id, client_id, code) \
                 DO UPDATE SET value = n.value + excluded.value",
            ),
            next_number: texts.sql(
                "INSERT INTO caseflow_series AS s (firm_id, series, taken) VALUES ($1, $2, 1) \
                 ON CONFLICT (firm_id, series) DO UPDATE SET taken = s.taken + 1 \
                 RETURNING taken",
            ),
            mark: texts.sql(format!("{MARKS} VALUES ($1, $2, 1) {MOVED}")),
            mark_of: texts.sql(format!(
                "{MARKS} SELECT k.firm_id, k.client_id, 1 FROM caseflow_contacts k \
                 WHERE k.firm_id = $1 AND k.id = $2 {MOVED}"
            )),
            mail: texts.sql(OUTBOX.insert()),
            retry_mail: texts.sql(
                "UPDATE caseflow_outbox SET due = $4, forgiven = tries, version = version + 1 \
                 WHERE firm_id = $1 AND id = $2 AND version = $3 AND due IS NULL",
            ),
            remember: texts.sql(
                "INSERT INTO caseflow_idempotency \
                 (firm_id, principal, key, fingerprint, reply_id, reply_version, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) \
                 ON CONFLICT (firm_id, principal, key) DO NOTHING",
            ),
            chain: texts.sql(format!(
                "INSERT INTO caseflow_audit_heads (firm_id, seq, hash) VALUES ($1, 0, '{}')",
                "0".repeat(64)
            )),
            chain_exists: texts.one(head.clone(), of_firm),
            chain_head: texts.one(head, &format!("{of_firm}{{lock}}")),
            chain_moved: texts
                .sql("UPDATE caseflow_audit_heads SET seq = $2, hash = $3 WHERE firm_id = $1"),
            audit: texts.sql(AUDIT.insert()),
            audit_about: texts.sql(
                "INSERT INTO caseflow_audit_about (firm_id, seq, subject) \
                 SELECT DISTINCT $1, CAST($2 AS {int}), j.value FROM {each}$3{end}",
            ),
        }
    }
}
