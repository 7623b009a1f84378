//! Reads of contracts, their signatures and their files.

use caseflow_core::domain::access::{Guest, Section, Sections};
use caseflow_core::domain::changes::Versioned;
use caseflow_core::domain::file::StoredFile;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ContractId, FirmId};
use caseflow_core::domain::page::{Page, PageQuery, WaitingFirst};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{
    ContractCard, ContractFile, ContractQuery, ContractRow, StoreError, Visit,
};

use crate::SqlxStore;
use crate::firm_reads::{by_key, client_file, client_named_by, newest, people};
use crate::read::{Answer, before_id, by_id, limit};
use crate::records::contract::{CONTRACTS, row_shape};
use crate::records::file::FILES;
use crate::records::signature::SIGNATURES;
use crate::statements::{Part, Select, Texts, rows_of};
use crate::value::{hex, text};
use crate::waiting_lists::{ByFilter, StatusFilter, cut_waiting, places, waiting_first};

/// The statements.
#[derive(Debug)]
pub(crate) struct ContractSql {
    shown_list: Select,
    shown: Select,
    list: ByFilter<Select>,
    list_of_client: ByFilter<Select>,
    card: Select,
    file: Select,
}

/// The day after which a contract `x` expires; one that sorts after every other when it never does.
const LAST_DAY: &str = "COALESCE(x.sign_by, '~')";

impl ContractSql {
    pub(crate) fn new(texts: &mut Texts) -> Self {
        let shown = "FROM caseflow_contracts x WHERE x.firm_id = $1 AND x.client_id = $2 \
                     AND x.id = $3 AND x.stage <> 'draft'";
        Self {
            shown_list: texts.all(&waiting_first(
                &row_shape("y"),
                CONTRACTS.name,
                LAST_DAY,
                "",
            )),
            shown: texts.all(&contract_parts(shown)),
            list: ByFilter::new(LAST_DAY, 4, |status| texts.all(&[list(status)])),
            list_of_client: ByFilter::new(LAST_DAY, 5, |status| {
                texts.all(&[list(&format!("AND x.client_id = $4 {status}"))])
            }),
            card: texts.all(&card()),
            file: texts.one(
                FILES.shape("x"),
                "FROM caseflow_files x WHERE x.firm_id = $1 AND x.sha256 = $2",
            ),
        }
    }
}

/// `$3` rows before the id `$2` that fulfil the filter.
fn list(filter: &str) -> Part {
    let rows = format!("SELECT x.* {}", newest(CONTRACTS.name, filter));
    rows_of(row_shape("y"), "y", &rows)
}

/// A contract `x` and its signature: two parts.
pub(crate) fn contract_parts(from: &str) -> [Part; 2] {
    let signature = format!(
        "FROM (SELECT x.firm_id, x.id {from}) x JOIN caseflow_signatures y \
         ON y.firm_id = x.firm_id AND y.contract_id = x.id"
    );
    [
        Part::new(CONTRACTS.shape("x"), from),
        Part::new(SIGNATURES.shape("y"), signature),
    ]
}

/// The contract of the two parts from the one numbered `first` on.
pub(crate) fn contract_file(
    answer: &Answer,
    first: usize,
) -> Result<Option<ContractFile>, StoreError> {
    let Some(contract) = answer.one(first)? else {
        return Ok(None);
    };
    Ok(Some(ContractFile {
        contract,
        signature: answer.one(first + 1)?,
    }))
}

/// Client, contacts, firm, contract, signature.
fn card() -> Vec<Part> {
    let mut parts = people(&client_named_by(CONTRACTS.name));
    parts.extend(contract_parts(&by_key(CONTRACTS.name)));
    parts
}

/// Of the dashboard: the first contracts of the client `$2` that wait on the day `$3`, when their
/// section is among the bits `$8`.
pub(crate) fn to_sign() -> Part {
    let rows = format!(
        "SELECT x.* FROM caseflow_contracts x WHERE x.firm_id = $1 AND x.client_id = $2 \
         AND x.stage = 'sent' AND {LAST_DAY} >= $3 \
         AND (CAST($8 AS {{int}}) & {}) <> 0 ORDER BY {LAST_DAY}, x.id LIMIT 10",
        Sections::NONE.with(Section::Contracts).bits()
    );
    rows_of(row_shape("y"), "y", &rows)
}

impl SqlxStore {
    pub(crate) async fn contracts_shown(
        &self,
        visit: Visit,
        page: &PageQuery<WaitingFirst>,
    ) -> Result<Option<(Guest, Page<ContractRow, WaitingFirst>)>, StoreError> {
        let read = self.page(&self.sql().contracts.shown_list, visit, |guest| {
            let mut values = vec![limit(page), guest.firm.today(visit.now).into()];
            values.extend(places(page));
            values
        });
        let Some((guest, answer)) = read.await? else {
            return Ok(None);
        };
        let mut rows: Vec<ContractRow> = answer.many(0)?;
        rows.extend(answer.many(1)?);
        let today = guest.firm.today(visit.now);
        let page = cut_waiting(rows, page, |row| Some((row.place(today)?, row.id)));
        Ok(Some((guest, page)))
    }

    pub(crate) async fn contract_shown(
        &self,
        visit: Visit,
        id: ContractId,
    ) -> Result<Option<(Guest, Option<ContractFile>)>, StoreError> {
        let sql = &self.sql().contracts.shown;
        let Some((guest, answer)) = self.page(sql, visit, |_| vec![text(id)]).await? else {
            return Ok(None);
        };
        Ok(Some((guest, contract_file(&answer, 0)?)))
    }

    pub(crate) async fn contracts_of_firm(
        &self,
        firm: FirmId,
        now: Timestamp,
        query: &ContractQuery,
    ) -> Result<Page<ContractRow, ()>, StoreError> {
        let (sql, page) = (&self.sql().contracts, &query.page);
        let filter = StatusFilter::from(query.status);
        let sql = match query.client {
            None => &sql.list,
            Some(_) => &sql.list_of_client,
        };
        let mut values = vec![text(firm), before_id(page), limit(page)];
        values.extend(query.client.map(text));
        values.extend(self.filter_value(firm, now, filter).await?);
        let mut rows: Vec<ContractRow> = self.list(sql.of(filter), values).await?;
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        Ok(Page::cut(rows, page.size, |row| by_id(row.id)))
    }

    pub(crate) async fn contract_card_of(
        &self,
        firm: FirmId,
        id: ContractId,
    ) -> Result<Option<ContractCard>, StoreError> {
        let values = vec![text(firm), text(id)];
        let answer = self.read(&self.sql().contracts.card, values).await?;
        let Some((client, contract)) = client_file(&answer)?.zip(contract_file(&answer, 3)?) else {
            return Ok(None);
        };
        Ok(Some(ContractCard {
            firm: answer.required::<Versioned<Firm>>(2)?.value,
            client,
            contract,
        }))
    }

    pub(crate) async fn file_of(
        &self,
        firm: FirmId,
        sha256: [u8; 32],
    ) -> Result<Option<StoredFile>, StoreError> {
        let values = vec![text(firm), hex(&sha256)];
        self.find(&self.sql().contracts.file, values).await
    }
}
