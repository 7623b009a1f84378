//! Some people and some work, so that there is something to look at.

use anyhow::bail;
use caseflow_core::Ports;
use caseflow_core::domain::access::Sections;
use caseflow_core::domain::id::{ClientId, ContactId, Subject};
use caseflow_core::domain::text::{Direction, Email, Line, PersonName, Prose};
use caseflow_core::firm::clients::{self, ClientInput};
use caseflow_core::firm::contacts::{self, ContactInput, Rank, Switch};
use caseflow_sqlx::SqlxStore;

use crate::database::on_pool;
use crate::failure::Failure;
use crate::{Host, jobs, users};

/// Who is there.
pub const SIGN_INS: &str = "Sign in as ines@marlow.example (a client's contact) or \
                            tom@birchvale.example (staff), both with: correct horse battery";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";
/// A contact of a client.
pub const CONTACT: &str = "ines@marlow.example";
/// One of the firm's own people, whom the portal does not know.
pub const STAFF: &str = "tom@birchvale.example";

const CLIENT_NAME: &str = "Marlow Bakery Ltd";
const STAFF_NAME: &str = "Tom Vale";
const JOBS: [(i64, &str, &str); 3] = [
    (1, "Payroll, third quarter", "6.5"),
    (2, "VAT return, October", "3"),
    (3, "Annual accounts", "18.25"),
];

/// Fills an app that has no users yet: all of it or nothing, in one transaction over both halves of
/// the database. Then one job is billed.
///
/// # Errors
/// When the database fails.
pub async fn fill(host: &Host) -> anyhow::Result<()> {
    let password = users::hash(&host.ports, PASSWORD).await?;
    on_pool!(&host.database, pool => {
        let mut transaction = pool.begin_with(host.database.begin()).await?;
        let users = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM users");
        if users.fetch_one(&mut *transaction).await? > 0 {
            return Ok(());
        }
        let within = SqlxStore::within(transaction);
        let inside = Ports { store: within.store(), ..host.ports.clone() };
        let (client, contact) = add_client(host, &inside).await?;
        let mut transaction = within.release()?;
        for (email, name, is_staff, contact) in [
            (CONTACT, "Ines Marlow", 0_i64, Some(contact.to_string())),
            (STAFF, STAFF_NAME, 1, None),
        ] {
            let user = sqlx::query("INSERT INTO users VALUES ($1, $2, $3, $4, $5)");
            let user = user.bind(email).bind(name).bind(is_staff).bind(contact).bind(&password);
            user.execute(&mut *transaction).await?;
        }
        for (id, title, hours) in JOBS {
            let job = sqlx::query("INSERT INTO jobs VALUES ($1, $2, $3, $4, $5, '95.00', NULL)");
            let job = job.bind(id).bind(client.to_string()).bind(CLIENT_NAME);
            job.bind(title).bind(hours).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    });
    match jobs::close(host, STAFF_NAME, 1).await {
        Ok(_) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::NotFound) => bail!("the first job is gone"),
    }
}

async fn add_client(host: &Host, ports: &Ports) -> anyhow::Result<(ClientId, ContactId)> {
    let call = jobs::call(host, STAFF_NAME)?;
    let client = ClientInput {
        name: Line::parse(CLIENT_NAME)?,
        address: Some(Prose::parse("19 Mill Street\nBristol BS2 9QT")?),
        tax_id: None,
        reference: None,
    };
    let Subject::Client(client) = clients::create(ports, &call, client).await?.id else {
        bail!("a client is something else");
    };
    let contact = ContactInput {
        first_name: PersonName::parse("Ines")?,
        last_name: PersonName::parse("Marlow")?,
        email: Email::parse(CONTACT)?,
        phone: None,
        title: None,
        language: None,
        direction: Direction::Auto,
        rank: Rank::Primary,
        permissions: Sections::ALL,
        mail: Sections::MAILED,
    };
    let made = contacts::create(ports, &call, client, contact).await?;
    let Subject::Contact(contact) = made.id else {
        bail!("a contact is something else");
    };
    // The app signs her in: no link to a password is mailed.
    contacts::switch_access(ports, &call, contact, None, Switch::Vouched).await?;
    Ok((client, contact))
}
