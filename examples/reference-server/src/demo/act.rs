//! Writing a firm of the demonstration: everything in the order in which it would have happened.

mod billing;
mod contracts;
mod files;
mod inputs;
mod offers;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Staff, Visitor};
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::firm::{Firm, PortalUrl};
use caseflow_core::domain::id::{
    ClientId, ContactId, ContractId, DocumentId, InvoiceId, OfferId, PaymentId, Subject,
};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Email, Line};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::contacts::Switch;
use caseflow_core::firm::{Call, announcements, clients, contacts, library, settings};
use caseflow_core::portal::{Visiting, links};
use caseflow_core::upkeep::outbox;

use super::plan::{
    AccessPlan, ClientPlan, ContactPlan, ContractPlan, ContractStep, DocumentPlan, DocumentStep,
    FirmPlan, InvoicePlan, OfferPlan, OfferStep, Step, VaultPlan,
};
use super::stand_ins::{Drawer, FixedEntropy, SetClock};
use super::{PASSWORD, make_key, staff};

pub(super) use inputs::settings_of;

/// How long ago the firm came to the portal.
const BEGINNING: i64 = -400;
/// When its clients' contacts got access.
const WELCOME: i64 = -390;

/// Writes the past of one firm.
pub(super) async fn write(live: &Ports, plan: &FirmPlan, url: &PortalUrl) -> anyhow::Result<Book> {
    let past = Past::new(live, plan);
    past.go(BEGINNING, 0);
    let id = settings::create(&past.ports, inputs::firm(plan, url)?).await?;
    let call = call(staff(id)?);
    let firm = settings::read(&past.ports, &call.staff).await?.value;
    let mut book = Book::new(past, call, firm);
    for client in &plan.clients {
        book.add(client).await?;
    }
    book.welcome(plan).await?;
    book.replay(plan).await?;
    book.write_articles(plan).await?;
    book.announce(plan).await?;
    // Everything that was to be told in the past has been told.
    book.past.clock.set(book.past.today);
    outbox::deliver(&book.past.ports).await?;
    Ok(book)
}

/// A call by the demonstration.
pub(super) fn call(staff: Staff) -> Call {
    Call {
        staff,
        origin: Origin::default(),
        idempotency: None,
    }
}

/// Ports whose clock goes through the past.
struct Past {
    ports: Ports,
    clock: Arc<SetClock>,
    drawer: Arc<Drawer>,
    today: Timestamp,
}

impl Past {
    fn new(live: &Ports, plan: &FirmPlan) -> Self {
        let today = whole_minute(live.now());
        let clock = SetClock::new(today);
        let drawer = Arc::new(Drawer::default());
        let ports = Ports {
            clock: clock.clone(),
            entropy: FixedEntropy::new(&format!("demonstration of {}", plan.slug)),
            mailer: drawer.clone(),
            ..live.clone()
        };
        Self {
            ports,
            clock,
            drawer,
            today,
        }
    }

    /// Goes to a day; `place` says which of its events this is.
    fn go(&self, day: i64, place: u64) {
        self.clock.set(self.at(day, place));
    }

    /// One hour before this time of the day, and a second for each event before.
    fn at(&self, day: i64, place: u64) -> Timestamp {
        let days = Duration::from_secs(day.unsigned_abs() * 24 * 3600);
        let there = if day < 0 {
            self.today.minus(days)
        } else {
            self.today.plus(days)
        };
        there
            .minus(Duration::from_secs(3600))
            .plus(Duration::from_secs(place))
    }
}

/// What has been written so far.
pub(super) struct Book {
    past: Past,
    call: Call,
    firm: Firm,
    clients: HashMap<String, ClientId>,
    contacts: HashMap<String, ContactId>,
    invoices: HashMap<Place, InvoiceId>,
    last_payment: HashMap<Place, PaymentId>,
    offers: HashMap<Place, OfferId>,
    contracts: HashMap<Place, ContractId>,
    documents: HashMap<Place, DocumentId>,
}

/// Where a record stands in the plan: its client's place, and its own among the client's of its kind.
type Place = (usize, usize);

/// Something that happened to a record.
struct Event<'a> {
    day: i64,
    client: &'a str,
    place: Place,
    what: What<'a>,
}

/// Where a record's story begins, and each step of it.
enum What<'a> {
    Invoice(&'a InvoicePlan, Option<&'a Step>),
    Offer(&'a OfferPlan, Option<&'a OfferStep>),
    Contract(&'a ContractPlan, Option<&'a ContractStep>),
    Document(&'a DocumentPlan, Option<&'a DocumentStep>),
    Vault(&'a VaultPlan),
}

impl Book {
    fn new(past: Past, call: Call, firm: Firm) -> Self {
        Self {
            past,
            call,
            firm,
            clients: HashMap::new(),
            contacts: HashMap::new(),
            invoices: HashMap::new(),
            last_payment: HashMap::new(),
            offers: HashMap::new(),
            contracts: HashMap::new(),
            documents: HashMap::new(),
        }
    }

    async fn add(&mut self, plan: &ClientPlan) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let made = clients::create(ports, call, inputs::client(plan)?).await?;
        let Subject::Client(id) = made.id else {
            return Err(unexpected(made));
        };
        self.clients.insert(plan.name.clone(), id);
        for contact in &plan.contacts {
            let made = contacts::create(ports, call, id, inputs::contact(contact)?).await;
            let made = made.with_context(|| contact.email.clone())?;
            let Subject::Contact(id) = made.id else {
                return Err(unexpected(made));
            };
            self.contacts.insert(contact.email.clone(), id);
        }
        Ok(())
    }

    /// Access on, link mailed, password set: as everybody does it.
    async fn welcome(&self, plan: &FirmPlan) -> anyhow::Result<()> {
        self.past.go(WELCOME, 0);
        let ports = &self.past.ports;
        let people: Vec<_> = contacts_with(plan, AccessPlan::On).collect();
        for contact in &people {
            self.switch_on(ports, contact).await?;
        }
        outbox::deliver(ports).await?;
        for contact in people {
            let email = Email::parse(&contact.email)?;
            let secret = self.past.drawer.secret(&email);
            let secret = secret.and_then(|secret| Secret::parse(&secret));
            let secret = secret.with_context(|| format!("no link for {email}"))?;
            let origin = Origin::default();
            links::set_password(ports, self.firm.id, &secret, PASSWORD, &origin).await?;
        }
        Ok(())
    }

    /// Comes to the present: the contacts who are still to be invited, and what is still to be sent,
    /// get their mails from the running server, and the firm gets its key.
    pub(super) async fn finish(self, live: &Ports, plan: &FirmPlan) -> anyhow::Result<()> {
        for contact in contacts_with(plan, AccessPlan::Invited) {
            self.switch_on(live, contact).await?;
        }
        self.send_offers(live, plan).await?;
        self.send_contracts(live, plan).await?;
        make_key(live, plan, self.firm.id).await
    }

    async fn switch_on(&self, ports: &Ports, contact: &ContactPlan) -> anyhow::Result<()> {
        let id = self.contact(&contact.email)?;
        contacts::switch_access(ports, &self.call, id, None, Switch::On).await?;
        Ok(())
    }

    /// Everything that happened to records, oldest first, so that numbers and the audit log follow
    /// the days.
    async fn replay(&mut self, plan: &FirmPlan) -> anyhow::Result<()> {
        let clients = plan.clients.iter().enumerate();
        let mut events: Vec<_> = clients
            .flat_map(|(at, client)| events(at, client))
            .collect();
        events.sort_by_key(|event| event.day);
        for (place, event) in (0..).zip(&events) {
            self.past.go(event.day, place);
            let done = match &event.what {
                What::Invoice(plan, None) => self.bill(event, plan).await,
                What::Invoice(plan, Some(step)) => self.go_on_with_invoice(event, plan, step).await,
                What::Offer(plan, None) => self.offer(event, plan).await,
                What::Offer(plan, Some(step)) => self.go_on_with_offer(event, plan, step).await,
                What::Contract(plan, None) => self.draw_up(event, plan).await,
                What::Contract(_, Some(step)) => self.go_on_with_contract(event, step).await,
                What::Document(plan, None) => self.hand_in(event, plan).await,
                What::Document(plan, Some(step)) => {
                    self.go_on_with_document(event, plan, step).await
                }
                What::Vault(plan) => self.lock_away(event, plan).await,
            };
            done.with_context(|| format!("day {} of {}", event.day, event.client))?;
        }
        Ok(())
    }

    fn client(&self, name: &str) -> anyhow::Result<ClientId> {
        let found = self.clients.get(name).copied();
        found.with_context(|| format!("no client {name}"))
    }

    fn contact(&self, email: &str) -> anyhow::Result<ContactId> {
        let found = self.contacts.get(email).copied();
        found.with_context(|| format!("no contact {email}"))
    }

    /// A contact in the portal, for whom the demonstration vouches.
    fn visiting(&self, email: &str) -> anyhow::Result<Visiting> {
        Ok(Visiting {
            firm: self.firm.id,
            visitor: Visitor::Vouched {
                contact: self.contact(email)?,
                authenticated_at: self.past.ports.now(),
            },
            origin: client_origin()?,
        })
    }

    async fn write_articles(&self, plan: &FirmPlan) -> anyhow::Result<()> {
        for article in &plan.articles {
            self.past.go(article.day, 0);
            let input = inputs::article(article);
            let input = input.with_context(|| format!("article {}", article.slug))?;
            library::write(&self.past.ports, &self.call, input).await?;
        }
        Ok(())
    }

    async fn announce(&self, plan: &FirmPlan) -> anyhow::Result<()> {
        for announcement in &plan.announcements {
            self.past.go(announcement.from_day.min(0), 0);
            let from = self.past.at(announcement.from_day, 0);
            let until = announcement.until_day.map(|day| self.past.at(day, 0));
            let input = inputs::announcement(announcement, from, until, &self.clients)?;
            announcements::create(&self.past.ports, &self.call, input).await?;
        }
        Ok(())
    }
}

/// What happened to the records of the client at this place.
fn events(at: usize, client: &ClientPlan) -> Vec<Event<'_>> {
    let event = |day, place, what| Event {
        day,
        client: &client.name,
        place: (at, place),
        what,
    };
    let mut events = vec![];
    for (place, plan) in client.invoices.iter().enumerate() {
        events.push(event(plan.day, place, What::Invoice(plan, None)));
        let steps = plan.then.iter();
        events.extend(steps.map(|step| event(step.day(), place, What::Invoice(plan, Some(step)))));
    }
    for (place, plan) in client.offers.iter().enumerate() {
        events.push(event(plan.day, place, What::Offer(plan, None)));
        let steps = plan
            .then
            .iter()
            .filter_map(|step| Some((step.day()?, step)));
        events.extend(steps.map(|(day, step)| event(day, place, What::Offer(plan, Some(step)))));
    }
    for (place, plan) in client.contracts.iter().enumerate() {
        events.push(event(plan.day, place, What::Contract(plan, None)));
        let steps = plan
            .then
            .iter()
            .filter_map(|step| Some((step.day()?, step)));
        events.extend(steps.map(|(day, step)| event(day, place, What::Contract(plan, Some(step)))));
    }
    for (place, plan) in client.documents.iter().enumerate() {
        events.push(event(plan.day, place, What::Document(plan, None)));
        let steps = plan.then.iter();
        events.extend(steps.map(|step| event(step.day(), place, What::Document(plan, Some(step)))));
    }
    for (place, plan) in client.vault.iter().enumerate() {
        events.push(event(plan.day, place, What::Vault(plan)));
    }
    events
}

/// Where clients' requests come from: an address that is nobody's (RFC 5737), a browser of the day.
fn client_origin() -> anyhow::Result<Origin> {
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    Ok(Origin {
        ip: Some([198, 51, 100, 23].into()),
        user_agent: Some(Line::parse(agent)?),
    })
}

/// Two demonstrations that begin in the same minute are the same, ids and all.
fn whole_minute(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.micros() - now.micros().rem_euclid(60_000_000))
}

fn contacts_with(plan: &FirmPlan, access: AccessPlan) -> impl Iterator<Item = &ContactPlan> {
    let contacts = plan.clients.iter().flat_map(|client| &client.contacts);
    contacts.filter(move |contact| contact.access == access)
}

fn unexpected(reply: Reply) -> anyhow::Error {
    anyhow!("the reply names another kind of record: {}", reply.id)
}
