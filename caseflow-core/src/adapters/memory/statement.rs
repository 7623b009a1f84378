//! What statements are made of.

use super::portal::shown;
use super::state::Records;
use crate::domain::id::ClientId;
use crate::domain::money::MoneyError;
use crate::domain::period::Period;
use crate::ports::store::StatementFile;

pub(super) fn statement(
    records: &Records,
    client: ClientId,
    period: Period,
) -> Result<StatementFile, MoneyError> {
    let files = shown(records, client).filter_map(|it| records.invoice_file(it.value.id));
    StatementFile::of(files, period)
}
