use caseflow_core::domain::access::Sections;
use caseflow_core::domain::client::{Access, Client, Contact, Standing};
use caseflow_core::domain::password::PasswordHash;
use caseflow_core::domain::text::Direction;
use caseflow_core::ports::store::ClientRow;

use crate::read::{Cells, Stored, Unknown, Unreadable};
use crate::table::Table;
use crate::value::{self, Value, text};

pub(crate) const CLIENTS: Table = Table {
    name: "caseflow_clients",
    key: &["id"],
    texts: &["name", "address", "tax_id", "reference"],
    numbers: &["created_at"],
    versioned: true,
};

pub(crate) const CONTACTS: Table = Table {
    name: "caseflow_contacts",
    key: &["id"],
    texts: &[
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
    ],
    numbers: &["permissions", "mail", "created_at"],
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

impl Stored for Client {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            id: cells.parse()?,
            name: cells.parse()?,
            address: cells.maybe()?,
            tax_id: cells.maybe()?,
            reference: cells.maybe()?,
            created_at: cells.time()?,
        })
    }
}

impl Stored for Contact {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        let (id, client) = (cells.parse()?, cells.parse()?);
        let (first_name, last_name) = (cells.parse()?, cells.parse()?);
        let email = cells.parse()?;
        let _email_key = cells.text()?;
        let (phone, title) = (cells.maybe()?, cells.maybe()?);
        let language = cells.maybe()?;
        let direction = Direction::parse(cells.text()?)?;
        let standing = Standing::from_code(cells.text()?).ok_or(Unknown("the standing"))?;
        Ok(Self {
            id,
            client,
            first_name,
            last_name,
            email,
            phone,
            title,
            language,
            direction,
            standing,
            access: access(cells.text()?, cells.maybe_text()?)?,
            permissions: Sections::from_bits(cells.count()?),
            mail: Sections::from_bits(cells.count()?),
            created_at: cells.time()?,
        })
    }
}

fn access(code: &str, password: Option<&str>) -> Result<Access, Unreadable> {
    match (code, password) {
        ("off", None) => Ok(Access::Off),
        ("invited", None) => Ok(Access::Invited),
        ("on", Some(phc)) => Ok(Access::On(PasswordHash::from_phc(phc.to_owned()))),
        _ => Err(Unknown("the access").into()),
    }
}

/// A client in a list, and after it how many contacts it has.
impl Stored for ClientRow {
    fn read(cells: &mut Cells<'_>) -> Result<Self, Unreadable> {
        Ok(Self {
            client: Stored::read(cells)?,
            contacts: cells.count()?,
        })
    }
}
