use caseflow_core::domain::access::Sections;
use caseflow_core::domain::activity::{Activity, ActivityKind};
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::id::{ContractId, DocumentId, OfferId, TypedId as _};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::DocumentNumber;
use caseflow_core::ports::store::ActivityRow;

use super::contract::CONTRACTS;
use super::document::DOCUMENTS;
use super::offer::OFFERS;
use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::{Shape, Table};
use crate::value::{self, Value, text};

pub(crate) const ANNOUNCEMENTS: Table = Table {
    name: "caseflow_announcements",
    key: &["id"],
    texts: &["title", "body", "audience"],
    numbers: &["shown_from", "shown_until", "created_at"],
    versioned: true,
};

pub(crate) const ACTIVITIES: Table = Table {
    name: "caseflow_activities",
    key: &["id"],
    texts: &["client_id", "kind", "about", "currency"],
    numbers: &["section", "amount", "at"],
    versioned: false,
};

const EVERYONE: &str = "everyone";
const CLIENTS: &str = "clients";

pub(crate) fn values(announcement: &Announcement) -> Vec<Value> {
    vec![
        text(announcement.id),
        text(&announcement.title),
        text(&announcement.body),
        text(match announcement.audience {
            Audience::Everyone => EVERYONE,
            Audience::Clients(_) => CLIENTS,
        }),
        announcement.from.into(),
        announcement.until.into(),
        announcement.created_at.into(),
    ]
}

pub(crate) fn activity_values(activity: &Activity) -> Vec<Value> {
    let currency = activity.amount.map(Money::currency);
    vec![
        text(activity.id),
        text(activity.client),
        text(activity.kind.code()),
        text(activity.about),
        value::maybe(currency.as_ref()),
        Sections::NONE.with(activity.kind.section()).bits().into(),
        activity.amount.map(Money::minor).into(),
        activity.at.into(),
    ]
}

/// An announcement, and the clients it is meant for when it is not meant for everyone.
pub(crate) fn announcement_shape(alias: &str) -> Shape {
    let clients = format!(
        "(SELECT {{array}}(m.client_id ORDER BY m.place) FROM caseflow_announcement_clients m \
         WHERE m.firm_id = {alias}.firm_id AND m.announcement_id = {alias}.id)"
    );
    ANNOUNCEMENTS.shape(alias).text(format!(
        "CASE WHEN {alias}.audience = '{CLIENTS}' THEN CAST({clients} AS TEXT) END"
    ))
}

impl Stored for Announcement {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let id = cells.parse()?;
        let (title, body) = (cells.parse()?, cells.parse()?);
        let audience = audience(cells.text()?, cells.maybe_text()?)?;
        Ok(Self {
            id,
            title,
            body,
            from: cells.time()?,
            until: cells.maybe_time()?,
            audience,
            created_at: cells.time()?,
        })
    }
}

fn audience(code: &str, clients: Option<&str>) -> Result<Audience, Unreadable> {
    match code {
        EVERYONE => Ok(Audience::Everyone),
        CLIENTS => {
            let clients: Vec<&str> = serde_json::from_str(clients.unwrap_or("[]"))?;
            let clients = clients.into_iter().map(str::parse);
            Ok(Audience::Clients(clients.collect::<Result<_, _>>()?))
        }
        _ => Err(Unknown("the audience").into()),
    }
}

/// A line of the feed, the number of its invoice or offer, and the title that its offer or contract
/// has by now, or the name of its document.
pub(crate) fn activity_shape(alias: &str) -> Shape {
    let title = |table: &str, title: &str| {
        format!(
            "(SELECT p.{title} FROM {table} p WHERE p.firm_id = {alias}.firm_id \
             AND p.id = {alias}.about)"
        )
    };
    ACTIVITIES
        .shape(alias)
        .text(format!("{alias}.number"))
        .text(format!(
            "CASE substr({alias}.about, 1, 4) WHEN '{}_' THEN {} WHEN '{}_' THEN {} \
             WHEN '{}_' THEN {} END",
            OfferId::PREFIX,
            title(OFFERS.name, "title"),
            ContractId::PREFIX,
            title(CONTRACTS.name, "title"),
            DocumentId::PREFIX,
            title(DOCUMENTS.name, "name")
        ))
}

/// Of [`activity_shape`].
impl Stored for ActivityRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let kind = ActivityKind::from_code(cells.text()?).ok_or(Unknown("the kind"))?;
        let about = cells.parse()?;
        let currency: Option<Currency> = cells.maybe()?;
        let number = cells.maybe_text()?;
        let title = cells.maybe()?;
        let _section = cells.number()?;
        let amount = cells.maybe_number()?.zip(currency);
        Ok(Self {
            activity: Activity {
                id,
                client,
                kind,
                about,
                amount: amount.map(|(minor, currency)| Money::from_minor(minor, currency)),
                at: cells.time()?,
            },
            number: number.map(|number| DocumentNumber::from_storage(number.to_owned())),
            title,
        })
    }
}
