//! Writing a firm of the demonstration: everything in the order in which it would have happened.

mod inputs;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use caseflow_core::Ports;
use caseflow_core::domain::access::{Origin, Staff};
use caseflow_core::domain::changes::Reply;
use caseflow_core::domain::firm::{Firm, PortalUrl};
use caseflow_core::domain::id::{ClientId, ContactId, InvoiceId, PaymentId, Subject};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Email, Line};
use caseflow_core::domain::time::Timestamp;
use caseflow_core::firm::contacts::Switch;
use caseflow_core::firm::invoices::CreditInput;
use caseflow_core::firm::payments::PaymentInput;
use caseflow_core::firm::{Call, announcements, clients, contacts, invoices, payments, settings};
use caseflow_core::portal::links;
use caseflow_core::upkeep::outbox;

use super::plan::{AccessPlan, ClientPlan, ContactPlan, FirmPlan, InvoicePlan, Step};
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
    /// By the client's place and the invoice's place in the plan.
    invoices: HashMap<(usize, usize), InvoiceId>,
    last_payment: HashMap<(usize, usize), PaymentId>,
}

/// Something that happened to an invoice.
struct Event<'a> {
    day: i64,
    invoice: (usize, usize),
    client: &'a str,
    plan: &'a InvoicePlan,
    what: What<'a>,
}

enum What<'a> {
    Begin,
    Then(&'a Step),
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

    /// Comes to the present: the contacts who are still to be invited get their mail from the
    /// running server, and the firm gets its key.
    pub(super) async fn finish(self, live: &Ports, plan: &FirmPlan) -> anyhow::Result<()> {
        for contact in contacts_with(plan, AccessPlan::Invited) {
            self.switch_on(live, contact).await?;
        }
        make_key(live, plan, self.firm.id).await
    }

    async fn switch_on(&self, ports: &Ports, contact: &ContactPlan) -> anyhow::Result<()> {
        let id = self
            .contacts
            .get(&contact.email)
            .context("an unknown contact")?;
        contacts::switch_access(ports, &self.call, *id, None, Switch::On).await?;
        Ok(())
    }

    /// All invoices' events, oldest first, so that numbers and the audit log follow the days.
    async fn replay(&mut self, plan: &FirmPlan) -> anyhow::Result<()> {
        let mut events: Vec<Event<'_>> = Vec::new();
        for (c, client) in plan.clients.iter().enumerate() {
            for (i, invoice) in client.invoices.iter().enumerate() {
                let event = |day, what| Event {
                    day,
                    invoice: (c, i),
                    client: &client.name,
                    plan: invoice,
                    what,
                };
                events.push(event(invoice.day, What::Begin));
                let steps = invoice.then.iter();
                events.extend(steps.map(|step| event(step.day(), What::Then(step))));
            }
        }
        events.sort_by_key(|event| event.day);
        for (place, event) in (0..).zip(&events) {
            self.past.go(event.day, place);
            let done = match event.what {
                What::Begin => self.begin(event).await,
                What::Then(step) => self.go_on(event, step).await,
            };
            done.with_context(|| format!("invoice {:?} of {}", event.invoice.1, event.client))?;
        }
        Ok(())
    }

    async fn begin(&mut self, event: &Event<'_>) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let client = self
            .clients
            .get(event.client)
            .context("an unknown client")?;
        let today = self.firm.today(ports.now());
        let terms = inputs::terms(event.plan, today, self.firm.currency)?;
        let made = invoices::draft(ports, call, *client, terms).await?;
        let Subject::Invoice(id) = made.id else {
            return Err(unexpected(made));
        };
        self.invoices.insert(event.invoice, id);
        if !event.plan.draft {
            invoices::issue(ports, call, id, None).await?;
        }
        Ok(())
    }

    async fn go_on(&mut self, event: &Event<'_>, step: &Step) -> anyhow::Result<()> {
        let (ports, call) = (&self.past.ports, &self.call);
        let id = *self.invoices.get(&event.invoice).context("not begun")?;
        let currency = inputs::currency(event.plan, self.firm.currency)?;
        let money = |amount: &Option<String>| {
            amount
                .as_ref()
                .map(|text| Money::parse(text, currency))
                .transpose()
        };
        match step {
            Step::Pay {
                amount,
                by,
                reference,
                ..
            } => {
                let input = PaymentInput {
                    amount: money(amount)?,
                    received_on: None,
                    mode: PaymentMode::from_code(by).context("no such mode")?,
                    reference: reference.as_deref().map(Line::parse).transpose()?,
                    note: None,
                };
                let made = payments::record(ports, call, id, None, input).await?;
                let Subject::Payment(payment) = made.id else {
                    return Err(unexpected(made));
                };
                self.last_payment.insert(event.invoice, payment);
            }
            Step::Void { reason, .. } => {
                let payment = self.last_payment.get(&event.invoice).context("not paid")?;
                let reason = Some(Line::parse(reason)?);
                payments::void(ports, call, *payment, None, reason).await?;
            }
            Step::Credit { amount, reason, .. } => {
                let input = CreditInput {
                    amount: money(amount)?,
                    given_on: None,
                    reason: Some(Line::parse(reason)?),
                };
                invoices::credit(ports, call, id, None, input).await?;
            }
            Step::Cancel { .. } => {
                invoices::cancel(ports, call, id, None).await?;
            }
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
