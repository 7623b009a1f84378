use caseflow_core::domain::access::Sections;
use caseflow_core::domain::activity::{Activity, ActivityKind};
use caseflow_core::domain::announcement::{Announcement, Audience};
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::number::DocumentNumber;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::ActivityRow;
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const ANNOUNCEMENTS: Table = Table {
    name: "caseflow_announcements",
    key: &["id"],
    columns: &[
        "title",
        "body",
        "shown_from",
        "shown_until",
        "audience",
        "created_at",
    ],
    versioned: true,
};

pub(crate) const ACTIVITIES: Table = Table {
    name: "caseflow_activities",
    key: &["id"],
    columns: &[
        "client_id",
        "kind",
        "section",
        "about",
        "currency",
        "amount",
        "at",
    ],
    versioned: false,
};

const EVERYONE: &str = "everyone";
const CLIENTS: &str = "clients";

pub(crate) fn values(announcement: &Announcement) -> Vec<Value> {
    vec![
        text(announcement.id),
        text(&announcement.title),
        text(&announcement.body),
        announcement.from.into(),
        announcement.until.into(),
        text(match announcement.audience {
            Audience::Everyone => EVERYONE,
            Audience::Clients(_) => CLIENTS,
        }),
        announcement.created_at.into(),
    ]
}

pub(crate) fn activity_values(activity: &Activity) -> Vec<Value> {
    let currency = activity.amount.map(Money::currency);
    vec![
        text(activity.id),
        text(activity.client),
        text(activity.kind.code()),
        Sections::NONE.with(activity.kind.section()).bits().into(),
        text(activity.about),
        value::maybe(currency.as_ref()),
        activity.amount.map(Money::minor).into(),
        activity.at.into(),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredAnnouncement {
    id: String,
    version: u64,
    title: String,
    body: String,
    shown_from: i64,
    shown_until: Option<i64>,
    audience: String,
    created_at: i64,
    clients: Option<Vec<String>>,
}

impl Stored for StoredAnnouncement {
    type Record = Versioned<Announcement>;

    fn read(self) -> Result<Versioned<Announcement>, Unreadable> {
        let value = Announcement {
            id: self.id.parse()?,
            title: self.title.parse()?,
            body: self.body.parse()?,
            from: Timestamp::from_micros(self.shown_from),
            until: self.shown_until.map(Timestamp::from_micros),
            audience: audience(&self.audience, self.clients)?,
            created_at: Timestamp::from_micros(self.created_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

fn audience(code: &str, clients: Option<Vec<String>>) -> Result<Audience, Unreadable> {
    let clients = clients.unwrap_or_default();
    match code {
        EVERYONE => Ok(Audience::Everyone),
        CLIENTS => {
            let clients = clients.iter().map(|id| id.parse());
            Ok(Audience::Clients(clients.collect::<Result<_, _>>()?))
        }
        _ => Err(Unknown("the audience").into()),
    }
}

/// A line of the feed with the number of its invoice.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredActivityRow {
    id: String,
    client_id: String,
    kind: String,
    about: String,
    currency: Option<String>,
    amount: Option<i64>,
    at: i64,
    number: Option<String>,
}

impl Stored for StoredActivityRow {
    type Record = ActivityRow;

    fn read(self) -> Result<ActivityRow, Unreadable> {
        let amount = match self.amount.zip(self.currency) {
            None => None,
            Some((minor, currency)) => Some(Money::from_minor(minor, currency.parse()?)),
        };
        Ok(ActivityRow {
            activity: Activity {
                id: self.id.parse()?,
                client: self.client_id.parse()?,
                kind: ActivityKind::from_code(&self.kind).ok_or(Unknown("the kind"))?,
                about: self.about.parse()?,
                amount,
                at: Timestamp::from_micros(self.at),
            },
            number: self.number.map(DocumentNumber::from_storage),
        })
    }
}
