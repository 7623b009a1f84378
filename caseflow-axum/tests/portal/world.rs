//! Two firms in memory, their portal mounted at `/portal`, and browsers that visit it.

mod browser;
pub(crate) mod files;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use caseflow_axum::{FirmsByHost, PageMemory, Portal, PortalAddresses, Settings, mount, router};
use caseflow_core::Ports;
use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::adapters::pdf_writer::PdfWriter;
use caseflow_core::domain::access::{Origin, Sections};
use caseflow_core::domain::announcement::Audience;
use caseflow_core::domain::article::ArticleStage;
use caseflow_core::domain::changes::{Change, Changes, Versioned};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{
    AnnouncementId, ArticleId, AttemptId, ClientId, ContactId, InvoiceId, OfferId, PaymentId,
    ReversalId, Subject,
};
use caseflow_core::domain::invoice::InvoiceTerms;
use caseflow_core::domain::offer::{Offer, OfferKind, OfferTerms};
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::firm::announcements::AnnouncementInput;
use caseflow_core::firm::payments::PaymentInput;
use caseflow_core::firm::{self, Call, announcements};
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::store::{AuditQuery, InvoiceFile};
use caseflow_core::testing::Doubles;
use caseflow_core::testing::fixtures::{self, Office, line, prose, terms, usd};
use caseflow_core::testing::gateway::TestGateway;
use caseflow_core::upkeep;

pub(crate) use browser::{Browser, Page, encoded};

/// Where the portal of the tests is mounted.
pub(crate) const BASE: &str = "/portal";

/// Everything a test looks at.
pub(crate) struct World {
    pub(crate) doubles: Doubles,
    pub(crate) ports: Ports,
    /// The firm of `portal1.example.com`.
    pub(crate) office: Office,
    /// The firm of `portal2.example.com`.
    pub(crate) rival: Office,
    /// Those of the two firms, once they take money.
    gateways: [Arc<TestGateway>; 2],
    app: Router,
    /// The same, with every page made anew: what is shown from memory is compared with what it says.
    bare: Option<Router>,
}

/// One of the contacts of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The first firm's contact that most tests are about.
    Contact,
    /// A colleague at the same client.
    Colleague,
    /// A contact of another client of the same firm.
    Stranger,
    /// A contact of another firm.
    Rival,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Arc::new(MemoryStore::new());
        let rival = Office::open(&*store, 2).await;
        Self::of(store, rival, settings).await
    }

    /// A world in which the records of both firms have the same ids.
    pub(crate) async fn of_twins() -> Self {
        let store = Arc::new(MemoryStore::new());
        let twin = Office::open_twin(&*store, 2, 1).await;
        Self::of(store, twin, Settings::default()).await
    }

    async fn of(store: Arc<MemoryStore>, rival: Office, settings: Settings) -> Self {
        let doubles = Doubles::new();
        let office = Office::open(&*store, 1).await;
        let ports = Ports {
            addresses: Arc::new(PortalAddresses),
            ..doubles.ports(store)
        };
        let portal = portal_of(&ports, [&office, &rival], settings.clone());
        let bare = portal_of(&ports, [&office, &rival], forgetful(settings));
        let merchants = ["example:acct_1:test", "example:acct_2:test"];
        let gateways = merchants.map(|merchant| TestGateway::of(merchant, doubles.clock.clone()));
        Self {
            gateways,
            doubles,
            ports,
            office,
            rival,
            app: mount(BASE, router(portal)),
            bare: Some(mount(BASE, router(bare))),
        }
    }

    /// The portal of this world, for a test that mounts it elsewhere.
    pub(crate) fn portal(&self, settings: Settings) -> Portal {
        portal_of(&self.ports, [&self.office, &self.rival], settings)
    }

    /// The same world with a renderer whose files can be read.
    pub(crate) async fn printing() -> Self {
        let mut world = Self::new().await;
        world.ports.pdf = Arc::new(PdfWriter::new(1).unwrap());
        let app = mount(BASE, router(world.portal(Settings::default())));
        world.behind(app)
    }

    /// The same world behind another router.
    pub(crate) fn behind(self, app: Router) -> Self {
        Self {
            app,
            bare: None,
            ..self
        }
    }

    /// The same world, in which all that is shown from memory is compared with what this router says.
    pub(crate) fn compared_with(self, bare: Router) -> Self {
        Self {
            bare: Some(bare),
            ..self
        }
    }

    pub(crate) fn contact(&self, who: Who) -> &Contact {
        match who {
            Who::Contact => &self.office.contact,
            Who::Colleague => &self.office.colleague,
            Who::Stranger => &self.office.stranger,
            Who::Rival => &self.rival.contact,
        }
    }

    pub(crate) fn office_of(&self, who: Who) -> &Office {
        match who {
            Who::Rival => &self.rival,
            Who::Contact | Who::Colleague | Who::Stranger => &self.office,
        }
    }

    /// A browser without a session, at the firm of this contact.
    pub(crate) fn browser(&self, who: Who) -> Browser {
        let host = match who {
            Who::Rival => "portal2.example.com",
            Who::Contact | Who::Colleague | Who::Stranger => "portal1.example.com",
        };
        Browser {
            app: self.app.clone(),
            bare: self.bare.clone(),
            base: BASE.to_owned(),
            host: host.to_owned(),
            cookies: HashMap::new(),
        }
    }

    /// A browser in which this contact is signed in.
    pub(crate) async fn signed_in(&self, who: Who) -> Browser {
        let mut browser = self.browser(who);
        let email = self.contact(who).email.to_string();
        let page = browser.sign_in(&email, fixtures::PASSWORD).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        browser
    }

    /// A draft for this contact's client over 100.00, due on 2026-12-24.
    pub(crate) async fn draft(&self, who: Who) -> InvoiceId {
        self.draft_of(who, terms(usd("100.00"), "2026-11-24", "2026-12-24"))
            .await
    }

    pub(crate) async fn draft_of(&self, who: Who, terms: InvoiceTerms) -> InvoiceId {
        let client: ClientId = self.contact(who).client;
        let call = self.call(who);
        let reply = firm::invoices::draft(&self.ports, &call, client, terms);
        match reply.await.unwrap().id {
            Subject::Invoice(id) => id,
            other => panic!("not an invoice: {other}"),
        }
    }

    /// An issued invoice for this contact's client over 100.00, due on 2026-12-24.
    pub(crate) async fn invoice(&self, who: Who) -> InvoiceId {
        let id = self.draft(who).await;
        self.issue(who, id).await;
        id
    }

    pub(crate) async fn issue(&self, who: Who, id: InvoiceId) {
        let call = self.call(who);
        let issued = firm::invoices::issue(&self.ports, &call, id, None).await;
        issued.unwrap();
    }

    /// A draft of this kind for this contact's client over 100.00, open till 2026-12-24.
    pub(crate) async fn drafted_offer(&self, who: Who, kind: OfferKind) -> OfferId {
        self.drafted_offer_of(who, kind, offer_terms("100.00"))
            .await
    }

    pub(crate) async fn drafted_offer_of(
        &self,
        who: Who,
        kind: OfferKind,
        terms: OfferTerms,
    ) -> OfferId {
        let (call, client) = (self.call(who), self.contact(who).client);
        let reply = firm::offers::draft(&self.ports, &call, kind, client, terms);
        match reply.await.unwrap().id {
            Subject::Offer(id) => id,
            other => panic!("not an offer: {other}"),
        }
    }

    /// The same, sent.
    pub(crate) async fn offer(&self, who: Who, kind: OfferKind) -> OfferId {
        let id = self.drafted_offer(who, kind).await;
        self.send_offer(who, id).await;
        id
    }

    pub(crate) async fn send_offer(&self, who: Who, id: OfferId) {
        let sent = firm::offers::send(&self.ports, &self.call(who), id, None).await;
        sent.unwrap();
    }

    /// The offer as stored.
    pub(crate) async fn stored_offer(&self, who: Who, id: OfferId) -> Versioned<Offer> {
        let staff = self.office_of(who).staff();
        let read = firm::offers::read(&self.ports, &staff, id).await;
        read.unwrap().offer
    }

    /// The path of the link to a proposal that is mailed to its own address now.
    pub(crate) async fn linked_path(&self, who: Who, proposal: OfferId) -> String {
        self.letters().await;
        self.send_offer(who, proposal).await;
        upkeep::tick(&self.ports).await.unwrap();
        let letters = self.doubles.mailer.take();
        let mut paths = letters.iter().filter_map(|letter| {
            let (_, rest) = letter.text.split_once("/portal/l/")?;
            Some(format!("/l/{}", rest.split_whitespace().next()?))
        });
        paths.next().expect("a letter with a link")
    }

    /// Records this much of the invoice as paid by cheque today.
    pub(crate) async fn pay(&self, who: Who, invoice: InvoiceId, amount: &str) -> PaymentId {
        let input = PaymentInput {
            amount: Some(usd(amount)),
            received_on: None,
            mode: PaymentMode::Cheque,
            reference: None,
            note: None,
        };
        let call = self.call(who);
        let reply = firm::payments::record(&self.ports, &call, invoice, None, input).await;
        match reply.unwrap().id {
            Subject::Payment(id) => id,
            other => panic!("not a payment: {other}"),
        }
    }

    /// From now on this contact's firm takes money online, through the gateway that is answered.
    pub(crate) fn takes_money(&self, who: Who) -> Arc<TestGateway> {
        let [own, rivals] = &self.gateways;
        let gateway = if who == Who::Rival { rivals } else { own };
        self.set_gateway(who, gateway);
        gateway.clone()
    }

    pub(crate) fn set_gateway(&self, who: Who, gateway: &Arc<TestGateway>) {
        let firm = self.office_of(who).firm.id;
        self.doubles.gateways.set(firm, vec![gateway.clone()]);
    }

    /// The attempt that this contact begins at this invoice.
    pub(crate) async fn attempt(&self, who: Who, invoice: InvoiceId) -> AttemptId {
        let visiting = self.visiting(who);
        let start = pay::start(&self.ports, &visiting, invoice, None).await;
        match start.unwrap() {
            Start::Go { attempt, .. } | Start::Told(attempt) => attempt,
        }
    }

    /// A visit of this contact, vouched for by the host.
    pub(crate) fn visiting(&self, who: Who) -> Visiting {
        let office = self.office_of(who);
        let visit = office.visit_at(self.contact(who), self.ports.now());
        Visiting {
            firm: visit.firm,
            visitor: visit.visitor,
            origin: Origin::default(),
        }
    }

    /// The invoice with all its records.
    pub(crate) async fn file(&self, who: Who, invoice: InvoiceId) -> InvoiceFile {
        let visiting = self.visiting(who);
        let visited = portal::invoices::read(&self.ports, &visiting, invoice).await;
        visited.unwrap().page
    }

    /// The note of a refund of an invoice that this contact has paid online.
    pub(crate) async fn refunded(&self, who: Who, gateway: &TestGateway) -> ReversalId {
        let invoice = self.invoice(who).await;
        let attempt = self.attempt(who, invoice).await;
        let checkout = gateway.latest();
        assert!(gateway.pay(&checkout));
        assert!(gateway.refund_there(&checkout, usd("40.00")));
        let returned = pay::returned(&self.ports, &self.visiting(who), attempt).await;
        let file = returned.unwrap().page.invoice;
        file.reversals[0].id
    }

    /// An announcement to all clients of this contact's firm.
    pub(crate) async fn announcement(&self, who: Who) -> AnnouncementId {
        self.announcement_to(who, Audience::Everyone).await
    }

    pub(crate) async fn announcement_to(&self, who: Who, audience: Audience) -> AnnouncementId {
        let input = AnnouncementInput {
            title: line("We have moved"),
            body: prose("Find us at the lake."),
            from: None,
            until: None,
            audience,
        };
        let call = self.call(who);
        let reply = announcements::create(&self.ports, &call, input).await;
        match reply.unwrap().id {
            Subject::Announcement(id) => id,
            other => panic!("not an announcement: {other}"),
        }
    }

    /// What staff of this contact's firm do things with.
    pub(crate) fn call(&self, who: Who) -> Call {
        Call {
            staff: self.office_of(who).staff(),
            origin: Origin::default(),
            idempotency: None,
        }
    }

    /// The contact as stored.
    pub(crate) async fn stored(&self, who: Who) -> Versioned<Contact> {
        let staff = self.office_of(who).staff();
        let id: ContactId = self.contact(who).id;
        firm::contacts::read(&self.ports, &staff, id).await.unwrap()
    }

    /// Gives the contact these permissions.
    pub(crate) async fn permit(&self, who: Who, permissions: Sections) {
        let old = self.stored(who).await;
        let contact = Contact {
            permissions,
            ..old.value.clone()
        };
        self.write(who, Change::Contact(old.update(contact))).await;
    }

    /// Publishes an article of this contact's firm.
    pub(crate) async fn publish(&self, who: Who, article: ArticleId) {
        let (call, stage) = (self.call(who), ArticleStage::Published);
        let published = firm::library::set_stage(&self.ports, &call, article, None, stage).await;
        published.unwrap();
    }

    /// Opens these sections at the contact's firm and closes the others.
    pub(crate) async fn open_sections(&self, who: Who, sections: Sections) {
        let firm = self.office_of(who).firm.id;
        let old = self.ports.store.firm(firm).await.unwrap().unwrap();
        let firm = Firm {
            sections,
            ..old.value.clone()
        };
        self.write(who, Change::Firm(old.update(firm))).await;
    }

    pub(crate) async fn write(&self, who: Who, change: Change) {
        let firm = self.office_of(who).firm.id;
        let changes = Changes::default().with(change);
        self.ports.store.commit(firm, changes).await.unwrap();
    }

    /// How many rows the first firm's audit log has: every write adds one.
    pub(crate) async fn audit_rows(&self) -> usize {
        self.audit().await.len()
    }

    /// What was done at the first firm, oldest first.
    pub(crate) async fn audit(&self) -> Vec<String> {
        self.audit_of(Who::Contact).await
    }

    /// What was done at this contact's firm, oldest first.
    pub(crate) async fn audit_of(&self, who: Who) -> Vec<String> {
        let firm = self.office_of(who).firm.id;
        let mut query = AuditQuery::default();
        let mut actions = Vec::new();
        loop {
            let page = self.ports.store.audit(firm, &query).await.unwrap();
            actions.extend(page.rows.into_iter().map(|row| row.action));
            query.page.after = page.next;
            if query.page.after.is_none() {
                return actions;
            }
        }
    }

    /// Sends the mail that waits, and answers the path of the last link in the last letter.
    pub(crate) async fn mailed_path(&self) -> String {
        upkeep::tick(&self.ports).await.unwrap();
        let letters = self.doubles.mailer.take();
        let text = letters.last().expect("a letter").text.clone();
        let mut words = text.split_whitespace();
        let link = words.find(|word| word.starts_with("https://")).unwrap();
        let path = link.split_once(".com").unwrap().1;
        path.strip_prefix(BASE).unwrap().to_owned()
    }

    /// How many letters wait or were sent since the last look.
    pub(crate) async fn letters(&self) -> usize {
        upkeep::tick(&self.ports).await.unwrap();
        self.doubles.mailer.take().len()
    }
}

/// Terms of one line that go to `board@example.com` too.
pub(crate) fn offer_terms(amount: &str) -> OfferTerms {
    OfferTerms {
        title: line("Annual accounts"),
        body: None,
        pricing: terms(usd(amount), "2026-11-24", "2026-12-24").pricing,
        dated: fixtures::day("2026-11-24"),
        open_till: fixtures::day("2026-12-24"),
        matter: None,
        internal_note: None,
        email: Some(fixtures::email("board@example.com")),
    }
}

/// The same portal, with every page made anew.
pub(crate) fn forgetful(settings: Settings) -> Settings {
    Settings {
        page_memory: PageMemory::OFF,
        ..settings
    }
}

fn portal_of(ports: &Ports, offices: [&Office; 2], settings: Settings) -> Portal {
    let hosts = ["portal1.example.com", "portal2.example.com"];
    let firms = hosts.map(str::to_owned).into_iter();
    let firms = firms.zip(offices.map(|office| office.firm.id));
    Portal {
        ports: ports.clone(),
        firms: Arc::new(FirmsByHost(firms.collect())),
        settings,
    }
}
