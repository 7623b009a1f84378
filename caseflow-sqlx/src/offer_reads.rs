//! Reads of proposals and estimates.

use caseflow_core::domain::access::{Guest, Section, Sections};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::client::Client;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{FirmId, OfferId};
use caseflow_core::domain::offer::{Offer, OfferKind, OfferLink};
use caseflow_core::domain::page::{Page, PageQuery, WaitingFirst};
use caseflow_core::domain::secret::TokenHash;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    OfferCard, OfferFile, OfferLinkCard, OfferQuery, OfferRow, StoreError, Visit,
};

use crate::SqlxStore;
use crate::firm_reads::{by_key, client_file, client_named_by, firm_part, newest, people};
use crate::read::{before_id, by_id, limit};
use crate::records::client::CLIENTS;
use crate::records::offer::{OFFERS, row_shape};
use crate::records::offer_link::OFFER_LINKS;
use crate::statements::{Part, Select, Texts, rows_of};
use crate::value::{hex, maybe, text};
use crate::waiting_lists::{ByFilter, StatusFilter, cut_waiting, places, waiting_first};

/// The statements.
#[derive(Debug)]
pub(crate) struct OfferSql {
    shown_list: Select,
    shown: Select,
    list: ByFilter<Select>,
    list_of_kind: ByFilter<Select>,
    list_of_client: ByFilter<Select>,
    card: Select,
    by_token: Select,
}

/// The day after which an offer `x` expires.
const LAST_DAY: &str = "x.open_till";

impl OfferSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let kind = "AND x.kind = $9";
        Self {
            shown_list: texts.all(&waiting_first(&row_shape("y"), OFFERS.name, LAST_DAY, kind)),
            shown: texts.one(
                OFFERS.shape("x"),
                "FROM caseflow_offers x WHERE x.firm_id = $1 AND x.client_id = $2 \
                 AND x.id = $3 AND x.stage <> 'draft'",
            ),
            list: ByFilter::new(LAST_DAY, 4, |status| {
                let kinds = OfferKind::ALL.map(|kind| format!("AND x.kind = '{}'", kind.code()));
                texts.all(&kinds.map(|kind| list(&format!("{kind} {status}"))))
            }),
            list_of_kind: ByFilter::new(LAST_DAY, 5, |status| {
                texts.all(&[list(&format!("AND x.kind = $4 {status}"))])
            }),
            // A client has few: those of the other kind are read past.
            list_of_client: ByFilter::new(LAST_DAY, 6, |status| {
                let of = "AND x.client_id = $4 AND x.kind = COALESCE($5, x.kind)";
                texts.all(&[list(&format!("{of} {status}"))])
            }),
            card: texts.all(&card()),
            by_token: texts.all(&by_token()),
        }
    }
}

/// `$3` rows before the id `$2` that fulfil the filter.
fn list(filter: &str) -> Part {
    let rows = format!("SELECT x.* {}", newest(OFFERS.name, filter));
    rows_of(row_shape("y"), "y", &rows)
}

/// Client, contacts, firm, offer, links.
fn card() -> Vec<Part> {
    let links = "FROM caseflow_offer_links x WHERE x.firm_id = $1 AND x.offer_id = $2";
    let mut parts = people(&client_named_by(OFFERS.name));
    parts.push(Part::new(OFFERS.shape("x"), by_key(OFFERS.name)));
    parts.push(Part::new(OFFER_LINKS.shape("x"), links));
    parts
}

/// Firm, link, offer, client.
fn by_token() -> [Part; 4] {
    const LINK: &str = "FROM caseflow_offer_links l";
    const OFFER: &str = "JOIN caseflow_offers x ON x.firm_id = l.firm_id AND x.id = l.offer_id";
    const CLIENT: &str = "JOIN caseflow_clients c ON c.firm_id = x.firm_id AND c.id = x.client_id";
    const FOUND: &str = "WHERE l.firm_id = $1 AND l.token = $2";
    [
        firm_part(),
        Part::new(OFFER_LINKS.shape("l"), format!("{LINK} {FOUND}")),
        Part::new(OFFERS.shape("x"), format!("{LINK} {OFFER} {FOUND}")),
        Part::new(
            CLIENTS.shape("c"),
            format!("{LINK} {OFFER} {CLIENT} {FOUND}"),
        ),
    ]
}

/// Of the dashboard: the first offers of the client `$2` that wait on the day `$3` and whose section
/// is among the bits `$8`.
pub(crate) fn to_decide() -> Part {
    let bit = |section: Section| Sections::NONE.with(section).bits();
    let rows = format!(
        "SELECT x.* FROM caseflow_offers x WHERE x.firm_id = $1 AND x.client_id = $2 \
         AND x.stage = 'sent' AND {LAST_DAY} >= $3 \
         AND (CASE x.kind WHEN '{}' THEN {} ELSE {} END & CAST($8 AS {{int}})) <> 0 \
         ORDER BY {LAST_DAY}, x.id LIMIT 10",
        OfferKind::Proposal.code(),
        bit(Section::Proposals),
        bit(Section::Estimates)
    );
    rows_of(row_shape("y"), "y", &rows)
}

impl SqlxStore {
    pub(crate) async fn offers_shown(
        &self,
        visit: Visit,
        kind: OfferKind,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<OfferRow, WaitingFirst>)>, StoreError> {
        let read = self.page(&self.sql().offers.shown_list, visit, |guest| {
            let mut values = vec![limit(page), guest.firm.today(visit.now).into()];
            values.extend(places(page));
            values.push(text(kind.code()));
            values
        });
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        let mut rows: Vec<OfferRow> = answer.many(0)?;
        rows.extend(answer.many(1)?);
        let today = guest.firm.today(visit.now);
        let page = cut_waiting(rows, page, |row| Some((row.place(today)?, row.id)));
        Ok(Some((guest, page)))
    }

    pub(crate) async fn offer_shown(
        &self,
        visit: Visit,
        id: OfferId,
    ) -> Result<Option<(Guest, Option<Versioned<Offer>>)>, StoreError> {
        let sql = &self.sql().offers.shown;
        let Some((guest, answer)) = self.page(sql, visit, |_| vec![text(id)]).await? else {
            return Ok(None);
        };
        Ok(Some((guest, answer.one(0)?)))
    }

    pub(crate) async fn offers_of_firm(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &OfferQuery,
    ) -> Result<Page<OfferRow, ()>, StoreError> {
        let (sql, page) = (&self.sql().offers, &query.page);
        let filter = StatusFilter::from(query.status);
        let kind = query.kind.map(OfferKind::code);
        let mut values = vec![text(firm), before_id(page), limit(page)];
        let sql = match (query.client, kind) {
            (None, None) => &sql.list,
            (None, Some(kind)) => {
                values.push(text(kind));
                &sql.list_of_kind
            }
            (Some(client), kind) => {
                values.extend([text(client), maybe(kind.as_ref())]);
                &sql.list_of_client
            }
        };
        values.extend(self.filter_value(firm, now, filter).await?);
        let answer = self.read(sql.of(filter), values).await?;
        let mut rows: Vec<OfferRow> = answer.many(0)?;
        rows.extend(answer.many(1)?);
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        Ok(Page::cut(rows, page.size, |row| by_id(row.id)))
    }

    pub(crate) async fn offer_card_of(
        &self,
        firm: FirmId,
        id: OfferId,
    ) -> Result<Option<OfferCard>, StoreError> {
        let values = vec![text(firm), text(id)];
        let answer = self.read(&self.sql().offers.card, values).await?;
        let Some((client, offer)) = client_file(&answer)?.zip(answer.one(3)?) else {
            return Ok(None);
        };
        let mut links: Vec<Versioned<OfferLink>> = answer.many(4)?;
        links.sort_unstable_by_key(|link| link.value.id);
        Ok(Some(OfferCard {
            firm: answer.required::<Versioned<Firm>>(2)?.value,
            client,
            offer: OfferFile { offer, links },
        }))
    }

    pub(crate) async fn offer_link_of(
        &self,
        firm: FirmId,
        token: TokenHash,
    ) -> Result<Option<OfferLinkCard>, StoreError> {
        let values = vec![text(firm), hex(token.as_bytes())];
        let answer = self.read(&self.sql().offers.by_token, values).await?;
        let firm = answer.one::<Versioned<Firm>>(0)?;
        let Some((firm, link)) = firm.zip(answer.one(1)?) else {
            return Ok(None);
        };
        Ok(Some(OfferLinkCard {
            firm: firm.value,
            client: answer.required::<Versioned<Client>>(3)?.value,
            link,
            offer: answer.required(2)?,
        }))
    }
}
