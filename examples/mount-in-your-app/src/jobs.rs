//! The app's own jobs, and billing one in the portal.

use anyhow::bail;
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Staff};
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{ClientId, InvoiceId, Subject};
use caseflow_core::domain::invoice::InvoiceTerms;
use caseflow_core::domain::pricing::{LineItem, PriceMode, Pricing, Quantity, UnitPrice};
use caseflow_core::domain::text::{Line, Prose};
use caseflow_core::firm::{Call, invoices, settings};
use caseflow_sqlx::SqlxStore;
use chrono::Days;

use crate::Host;
use crate::database::on_pool;
use crate::failure::Failure;

/// How many days a client has to pay.
const TO_PAY: Days = Days::new(14);

/// Work for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub client_name: String,
    /// What was done.
    pub title: String,
    /// For how long.
    pub hours: String,
    /// What an hour costs.
    pub rate: String,
    /// The invoice, once it is closed.
    pub invoice: Option<String>,
}

const ALL: &str = "SELECT j.id, j.client_name, j.title, j.hours, j.rate, p.invoice FROM jobs j \
                   LEFT JOIN postings p ON p.job = j.id ORDER BY j.closed_at IS NOT NULL, j.id";
const CLOSE: &str = "UPDATE jobs SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL \
                     RETURNING client, title, hours, rate";
const POST: &str = "INSERT INTO postings (job, invoice) VALUES ($1, $2)";

/// Every job, open ones first.
///
/// # Errors
/// When the database fails.
pub async fn all(host: &Host) -> Result<Vec<Job>, Failure> {
    type Row = (i64, String, String, String, String, Option<String>);
    let jobs = on_pool!(&host.database, pool => {
        sqlx::query_as::<_, Row>(ALL).fetch_all(pool).await?
    });
    let job = |(id, client_name, title, hours, rate, invoice)| Job {
        id,
        client_name,
        title,
        hours,
        rate,
        invoice,
    };
    Ok(jobs.into_iter().map(job).collect())
}

/// Closes a job in the app's tables and issues its invoice in the portal's: both, or neither. The
/// client's contacts are mailed once both stay.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such job or it is closed already; when the portal refuses the
/// invoice or the database fails.
pub async fn close(host: &Host, staff: &str, job: i64) -> Result<InvoiceId, Failure> {
    let now = host.ports.now().micros();
    on_pool!(&host.database, pool => {
        let mut transaction = pool.begin_with(host.database.begin()).await?;
        let closed = sqlx::query_as::<_, Work>(CLOSE).bind(job).bind(now);
        let closed = closed.fetch_optional(&mut *transaction).await?;
        let work = closed.ok_or(Failure::NotFound)?;

        let within = SqlxStore::within(transaction);
        let inside = Ports { store: within.store(), ..host.ports.clone() };
        let invoice = bill(&inside, &call(host, staff)?, work).await?;

        let mut transaction = within.release()?;
        let posting = sqlx::query(POST).bind(job).bind(invoice.to_string());
        posting.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(invoice)
    })
}

/// The portal's id of the client, what was done, for how long, at what rate.
type Work = (String, String, String, String);

/// Two verbs of the core, on whatever store the ports hold.
async fn bill(ports: &Ports, call: &Call, work: Work) -> anyhow::Result<InvoiceId> {
    let firm = settings::read(ports, &call.staff).await?.value;
    let client: ClientId = work.0.parse()?;
    let terms = terms(ports, &firm, work)?;
    let draft = invoices::draft(ports, call, client, terms).await?;
    let Subject::Invoice(invoice) = draft.id else {
        bail!("the draft of an invoice is {}", draft.id);
    };
    invoices::issue(ports, call, invoice, None).await?;
    Ok(invoice)
}

fn terms(ports: &Ports, firm: &Firm, work: Work) -> anyhow::Result<InvoiceTerms> {
    let (_, title, hours, rate) = work;
    let today = firm.today(ports.now());
    Ok(InvoiceTerms {
        dated: today,
        due: today.checked_add_days(TO_PAY).unwrap_or(today),
        pricing: Pricing {
            currency: firm.currency,
            mode: PriceMode::TaxExclusive,
            lines: vec![LineItem {
                description: Prose::parse(&title)?,
                quantity: Quantity::parse(&hours)?,
                unit_price: UnitPrice::parse(&rate)?,
                discount: None,
                taxes: vec![],
            }],
            discount: None,
        },
        matter: Some(Line::parse(&title)?),
        client_note: None,
        internal_note: None,
    })
}

/// Whom the portal's audit log names for what the app does.
pub(crate) fn call(host: &Host, staff: &str) -> anyhow::Result<Call> {
    Ok(Call {
        staff: Staff {
            firm: host.firm,
            name: Line::parse(staff)?,
            key: None,
            vault: false,
        },
        origin: Origin::default(),
        idempotency: None,
    })
}
