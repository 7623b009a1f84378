use caseflow_core::domain::access::Sections;
use caseflow_core::domain::changes::{Version, Versioned};
use caseflow_core::domain::client::{Access, Client, Contact, Standing};
use caseflow_core::domain::session::PasswordHash;
use caseflow_core::domain::text::Direction;
use caseflow_core::domain::time::Timestamp;
use caseflow_core::ports::store::{ClientFile, ClientRow};
use serde::Deserialize;

use crate::read::{Stored, Unknown, Unreadable, maybe};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const CLIENTS: Table = Table {
    name: "caseflow_clients",
    key: &["id"],
    columns: &["name", "address", "tax_id", "reference", "created_at"],
    versioned: true,
};

pub(crate) const CONTACTS: Table = Table {
    name: "caseflow_contacts",
    key: &["id"],
    columns: &[
        "client_id",
        "first_name",
        "last_name",
        "email",
        "email_key",
        "phone",
        "title",
        "language",
        "direction",
        "standing",
        "access",
        "password",
        "permissions",
        "mail",
        "created_at",
    ],
    versioned: true,
};

pub(crate) fn client_values(client: &Client) -> Vec<Value> {
    vec![
        text(client.id),
        text(&client.name),
        value::maybe(client.address.as_ref()),
        value::maybe(client.tax_id.as_ref()),
        value::maybe(client.reference.as_ref()),
        client.created_at.into(),
    ]
}

pub(crate) fn contact_values(contact: &Contact) -> Vec<Value> {
    let (access, password) = match &contact.access {
        Access::Off => ("off", None),
        Access::Invited => ("invited", None),
        Access::On(hash) => ("on", Some(hash.as_phc())),
    };
    vec![
        text(contact.id),
        text(contact.client),
        text(&contact.first_name),
        text(&contact.last_name),
        text(&contact.email),
        text(contact.email.key()),
        value::maybe(contact.phone.as_ref()),
        value::maybe(contact.title.as_ref()),
        value::maybe(contact.language.as_ref()),
        text(contact.direction),
        text(contact.standing.code()),
        text(access),
        value::maybe(password.as_ref()),
        contact.permissions.bits().into(),
        contact.mail.bits().into(),
        contact.created_at.into(),
    ]
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredClient {
    id: String,
    version: u64,
    name: String,
    address: Option<String>,
    tax_id: Option<String>,
    reference: Option<String>,
    created_at: i64,
}

impl Stored for StoredClient {
    type Record = Versioned<Client>;

    fn read(self) -> Result<Versioned<Client>, Unreadable> {
        let value = Client {
            id: self.id.parse()?,
            name: self.name.parse()?,
            address: maybe(self.address)?,
            tax_id: maybe(self.tax_id)?,
            reference: maybe(self.reference)?,
            created_at: Timestamp::from_micros(self.created_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoredContact {
    id: String,
    version: u64,
    client_id: String,
    first_name: String,
    last_name: String,
    email: String,
    phone: Option<String>,
    title: Option<String>,
    language: Option<String>,
    direction: String,
    standing: String,
    access: String,
    password: Option<String>,
    permissions: u8,
    mail: u8,
    created_at: i64,
}

impl Stored for StoredContact {
    type Record = Versioned<Contact>;

    fn read(self) -> Result<Versioned<Contact>, Unreadable> {
        let standing = Standing::from_code(&self.standing);
        let value = Contact {
            id: self.id.parse()?,
            client: self.client_id.parse()?,
            first_name: self.first_name.parse()?,
            last_name: self.last_name.parse()?,
            email: self.email.parse()?,
            phone: maybe(self.phone)?,
            title: maybe(self.title)?,
            language: maybe(self.language)?,
            direction: Direction::parse(&self.direction)?,
            standing: standing.ok_or(Unknown("the standing"))?,
            access: access(&self.access, self.password)?,
            permissions: Sections::from_bits(self.permissions),
            mail: Sections::from_bits(self.mail),
            created_at: Timestamp::from_micros(self.created_at),
        };
        let version = Version(self.version);
        Ok(Versioned { version, value })
    }
}

fn access(code: &str, password: Option<String>) -> Result<Access, Unreadable> {
    match (code, password) {
        ("off", None) => Ok(Access::Off),
        ("invited", None) => Ok(Access::Invited),
        ("on", Some(phc)) => Ok(Access::On(PasswordHash::from_phc(phc))),
        _ => Err(Unknown("the access").into()),
    }
}

/// A client in a list.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredClientRow {
    client: StoredClient,
    contacts: u32,
}

impl Stored for StoredClientRow {
    type Record = ClientRow;

    fn read(self) -> Result<ClientRow, Unreadable> {
        Ok(ClientRow {
            client: self.client.read()?,
            contacts: self.contacts,
        })
    }
}

/// A client with its contacts.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredClientFile {
    client: StoredClient,
    contacts: Option<Vec<StoredContact>>,
}

impl Stored for StoredClientFile {
    type Record = ClientFile;

    fn read(self) -> Result<ClientFile, Unreadable> {
        let contacts = self.contacts.unwrap_or_default().into_iter();
        Ok(ClientFile {
            client: self.client.read()?,
            contacts: contacts.map(Stored::read).collect::<Result<_, _>>()?,
        })
    }
}
