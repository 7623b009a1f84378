//! The client portal on a [`KeyValueStore`], with one firm, one client and one invoice.
//!
//! ```sh
//! cargo run -p custom-store --example portal -- /tmp/caseflow-portal        # on 127.0.0.1:8090
//! cargo run -p custom-store --example portal -- /tmp/caseflow-portal 9000
//! ```
//!
//! What is invented is written at the first start, through the same verbs as in a real firm. Mails are
//! printed here. Files, and the sealing of contracts, are left out: see the reference server.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use caseflow_axum::{Cookies, FixedFirm, Portal, PortalAddresses, Settings, mount, router};
use caseflow_core::adapters::aes_gcm::AesGcm;
use caseflow_core::adapters::argon2::Argon2Passwords;
use caseflow_core::adapters::memory::MemoryBlobs;
use caseflow_core::adapters::no_keys::NoKeys;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::adapters::system::{SystemClock, SystemEntropy};
use caseflow_core::domain::access::{Origin, Section, Sections, Staff};
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::currency::Currency;
use caseflow_core::domain::firm::{Attachments, Firm, PartPayment, PortalUrl};
use caseflow_core::domain::id::{ClientId, ContactId, FirmId, InvoiceId, TypedId};
use caseflow_core::domain::invoice::InvoiceTerms;
use caseflow_core::domain::number::NumberFormat;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::pricing::{LineItem, PriceMode, Pricing, Quantity, UnitPrice};
use caseflow_core::domain::print::Stationery;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::session::SessionPolicy;
use caseflow_core::domain::text::{Colour, Direction, Email, LanguageTag, Line, PersonName, Prose};
use caseflow_core::domain::time::Zone;
use caseflow_core::firm::clients::ClientInput;
use caseflow_core::firm::contacts::{ContactInput, Rank, Switch};
use caseflow_core::firm::settings::FirmInput;
use caseflow_core::firm::{Call, clients, contacts, invoices, settings};
use caseflow_core::ports::mailer::{Letter, Mailer, MailerError};
use caseflow_core::ports::payments::NoGateways;
use caseflow_core::ports::sealer::{SealError, SealRequest, Sealed, Sealer, Verdict};
use caseflow_core::ports::store::{InvoiceQuery, Store};
use caseflow_core::{Ports, portal, upkeep};
use chrono::Days;
use custom_store::KeyValueStore;
use tokio::net::TcpListener;

type Failed = Box<dyn Error + Send + Sync>;

const EMAIL: &str = "ada@example.com";
/// Printed at each start, so nobody's secret.
const PASSWORD: &str = "lantern-harbour-42";
/// Where the portal is mounted.
const PREFIX: &str = "/portal";

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next();
    let folder = folder.ok_or("say in which folder the store lies: portal FOLDER [PORT]")?;
    let port: u16 = arguments.next().map_or(Ok(8090), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;

    let desk = Arc::new(Desk::default());
    let ports = ports(Path::new(&folder), Arc::clone(&desk))?;
    let url = PortalUrl::parse(&format!("http://{address}{PREFIX}"))?;
    let app = app(&ports, &desk, &url).await?;
    println!("{}/login\n  {EMAIL}\n  {PASSWORD}", url.as_str());

    let pause = Duration::from_secs(1);
    tokio::spawn(async move {
        upkeep::run(&ports, pause, |error| eprintln!("upkeep: {error}")).await;
    });
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}

/// The portal at this address, and what is in it.
async fn app(ports: &Ports, desk: &Desk, url: &PortalUrl) -> Result<Router, Failed> {
    let firm = prepare(ports, desk, url).await?;
    let portal = Portal {
        ports: ports.clone(),
        firms: Arc::new(FixedFirm(firm)),
        settings: Settings {
            cookies: Cookies::plain_on_loopback(url)?,
            ..Settings::default()
        },
    };
    Ok(mount(PREFIX, router(portal)))
}

/// The store of this crate; everything else is the core's, or not there.
fn ports(folder: &Path, mailer: Arc<Desk>) -> Result<Ports, Failed> {
    std::fs::create_dir_all(folder)?;
    let store: Arc<dyn Store> = Arc::new(KeyValueStore::open(folder.join("caseflow.redb"))?);
    Ok(Ports {
        store,
        passwords: Arc::new(Argon2Passwords::new(1, Arc::new(SystemEntropy))?),
        mailer,
        gateways: Arc::new(NoGateways),
        pdf: Arc::new(PdfWriter::new(1)?),
        sealer: Arc::new(NoSeals),
        blobs: Arc::new(MemoryBlobs::default()),
        keys: Arc::new(NoKeys),
        cipher: Arc::new(AesGcm),
        addresses: Arc::new(PortalAddresses),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}

/// Writes what is in the portal unless it is there, and answers whose portal it is.
async fn prepare(ports: &Ports, desk: &Desk, url: &PortalUrl) -> Result<FirmId, Failed> {
    let firms = ports.store.firms(&PageQuery::default()).await?.rows;
    let Some(found) = firms.into_iter().next() else {
        return write(ports, desk, url.clone()).await;
    };
    let call = call(found.id)?;
    let written = invoices::list(ports, &call.staff, &InvoiceQuery::default()).await?;
    if written.rows.is_empty() {
        return Err("the first start was cut short: delete the folder and start again".into());
    }
    move_to(ports, &call, found, url).await
}

/// The portal is reached where it listens this time.
async fn move_to(
    ports: &Ports,
    call: &Call,
    firm: Firm,
    url: &PortalUrl,
) -> Result<FirmId, Failed> {
    if firm.portal_url != *url {
        settings::update(ports, call, None, firm_input(url.clone())?).await?;
    }
    Ok(firm.id)
}

/// One firm, its client, a contact who can sign in, and an invoice: the last thing that is written.
async fn write(ports: &Ports, desk: &Desk, url: PortalUrl) -> Result<FirmId, Failed> {
    let firm = settings::create(ports, firm_input(url)?).await?;
    let call = call(firm)?;
    let client: ClientId = id(clients::create(ports, &call, client_input()?).await?)?;
    let contact = contacts::create(ports, &call, client, contact_input()?).await?;
    welcome(ports, desk, &call, id(contact)?).await?;
    let terms = terms(ports, &call.staff).await?;
    let draft: InvoiceId = id(invoices::draft(ports, &call, client, terms).await?)?;
    invoices::issue(ports, &call, draft, None).await?;
    Ok(firm)
}

/// Access on, link mailed, password set: as everybody does it.
async fn welcome(ports: &Ports, desk: &Desk, call: &Call, id: ContactId) -> Result<(), Failed> {
    contacts::switch_access(ports, call, id, None, Switch::On).await?;
    upkeep::outbox::deliver(ports).await?;
    let secret = desk.secret().and_then(|text| Secret::parse(&text));
    let secret = secret.ok_or("no link was mailed")?;
    let origin = Origin::default();
    portal::links::set_password(ports, call.staff.firm, &secret, PASSWORD, &origin).await?;
    Ok(())
}

fn call(firm: FirmId) -> Result<Call, Failed> {
    Ok(Call {
        staff: Staff {
            firm,
            name: Line::parse("Example")?,
            key: None,
            vault: false,
        },
        origin: Origin::default(),
        idempotency: None,
    })
}

/// The id of the record that was written.
fn id<T: TypedId>(reply: Reply) -> Result<T, Failed> {
    Ok(reply.id.to_string().parse()?)
}

fn firm_input(portal_url: PortalUrl) -> Result<FirmInput, Failed> {
    Ok(FirmInput {
        name: Line::parse("Muster & Partner")?,
        address: Some(Prose::parse("Bahnhofstrasse 1\n8001 Zürich")?),
        tax_id: None,
        email: Some(Email::parse("office@example.com")?),
        phone: None,
        zone: Zone::parse("Europe/Zurich")?,
        language: LanguageTag::parse("en")?,
        currency: Currency::parse("CHF")?,
        accent: Colour::parse("#1f5f8b")?,
        sections: Sections::ALL.without(Section::Contracts),
        portal_url,
        disclaimer: None,
        muted: vec![],
        attachments: Attachments::default(),
        stationery: Stationery::default(),
        invoice_numbers: NumberFormat::parse("INV-", 4)?,
        receipt_numbers: NumberFormat::parse("R-", 4)?,
        refund_numbers: NumberFormat::parse("RF-", 4)?,
        proposal_numbers: NumberFormat::parse("P-", 4)?,
        estimate_numbers: NumberFormat::parse("E-", 4)?,
        part_payment: PartPayment::Off,
        sessions: SessionPolicy::default(),
    })
}

fn client_input() -> Result<ClientInput, Failed> {
    Ok(ClientInput {
        name: Line::parse("Lovelace Engines Ltd")?,
        address: None,
        tax_id: None,
        reference: None,
    })
}

fn contact_input() -> Result<ContactInput, Failed> {
    Ok(ContactInput {
        first_name: PersonName::parse("Ada")?,
        last_name: PersonName::parse("Lovelace")?,
        email: Email::parse(EMAIL)?,
        phone: None,
        title: None,
        language: None,
        direction: Direction::default(),
        rank: Rank::Primary,
        permissions: Sections::ALL,
        mail: Sections::ALL,
    })
}

async fn terms(ports: &Ports, staff: &Staff) -> Result<InvoiceTerms, Failed> {
    let firm = settings::read(ports, staff).await?.value;
    let dated = firm.today(ports.now());
    let due = dated.checked_add_days(Days::new(30));
    Ok(InvoiceTerms {
        dated,
        due: due.ok_or("the calendar ends")?,
        pricing: Pricing {
            currency: firm.currency,
            mode: PriceMode::TaxExclusive,
            lines: vec![LineItem {
                description: Prose::parse("Advice on the articles of association")?,
                quantity: Quantity::parse("2.5")?,
                unit_price: UnitPrice::parse("320.00")?,
                discount: None,
                taxes: vec![],
            }],
            discount: None,
        },
        matter: None,
        client_note: None,
        internal_note: None,
    })
}

/// Prints each letter, and keeps the last.
#[derive(Debug, Default)]
struct Desk(Mutex<Option<Letter>>);

impl Desk {
    /// The link's secret in the last letter.
    fn secret(&self) -> Option<String> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words = last.as_ref()?.text.split_whitespace();
        let link = words.find(|word| word.starts_with("http"))?;
        link.rsplit('/').next().map(str::to_owned)
    }
}

#[async_trait]
impl Mailer for Desk {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        println!("To {}: {}\n\n{}\n", letter.to, letter.subject, letter.text);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(letter.clone());
        Ok(())
    }
}

/// Seals nothing: the section of contracts is closed.
#[derive(Debug)]
struct NoSeals;

#[async_trait]
impl Sealer for NoSeals {
    async fn seal(&self, _: SealRequest) -> Result<Sealed, SealError> {
        Err(SealError::Key("this example has no key".into()))
    }

    async fn check(&self, _: Vec<u8>) -> Result<Verdict, SealError> {
        Err(SealError::Key("this example has no key".into()))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
    use axum::http::{Method, Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    const HOST_NAME: &str = "127.0.0.1:8090";

    fn request(method: Method, path: &str, cookies: &str, form: String) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{PREFIX}{path}"))
            .header(HOST, HOST_NAME)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(COOKIE, cookies);
        request.body(Body::from(form)).unwrap()
    }

    /// Starts the portal in the folder, signs in, and answers the list of invoices.
    async fn visit(folder: &Path) -> String {
        let desk = Arc::new(Desk::default());
        let ports = ports(folder, Arc::clone(&desk)).unwrap();
        let url = PortalUrl::parse(&format!("http://{HOST_NAME}{PREFIX}")).unwrap();
        let app = app(&ports, &desk, &url).await.unwrap();
        let form = format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"));
        let sign_in = request(Method::POST, "/login", "", form);
        let signed_in = app.clone().oneshot(sign_in).await.unwrap();
        assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
        let cookies = signed_in.headers().get_all(SET_COOKIE).iter();
        let pairs = cookies.map(|line| line.to_str().unwrap().split(';').next().unwrap());
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let list = request(Method::GET, "/invoices", &cookies, String::new());
        let list = app.oneshot(list).await.unwrap();
        assert_eq!(list.status(), StatusCode::OK);
        let body = to_bytes(list.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_contact_finds_the_invoice_before_and_after_a_restart() {
        let folder = std::env::temp_dir();
        let folder = folder.join(format!("caseflow-portal-{}", std::process::id()));
        for _ in 0..2 {
            let page = visit(&folder).await;
            assert_eq!(page.matches("INV-0001").count(), 1, "{page}");
            assert!(page.contains("CHF 800.00"), "{page}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
