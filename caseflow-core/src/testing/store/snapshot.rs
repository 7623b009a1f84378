//! One commit with every kind of part, and everything that can be seen of it.

use crate::domain::access::{Guest, Visitor};
use crate::domain::alert::{Alert, AlertKind};
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::attempt::Attempt;
use crate::domain::audit::AuditRow;
use crate::domain::changes::{
    Change, Changes, Counter, CounterDelta, IdempotencyEntry, Replay, Reply, Version, Versioned,
    Write,
};
use crate::domain::currency::Currency;
use crate::domain::document::Document;
use crate::domain::file::StoredFile;
use crate::domain::firm::{Firm, Logo};
use crate::domain::gateway::EventRef;
use crate::domain::gateway_event::{EventOutcome, Sweep};
use crate::domain::id::FirmId;
use crate::domain::invoice::Invoice;
use crate::domain::link::LinkPurpose;
use crate::domain::offer::OfferKind;
use crate::domain::page::PageQuery;
use crate::domain::payment::Payment;
use crate::domain::reversal::{Reversal, ReversalKind};
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::domain::vault::VaultItem;
use crate::ports::store::{
    AlertQuery, AttemptQuery, ClientFile, ContractCard, ContractQuery, DashboardPage, DocumentFile,
    HistoryRow, InvoiceFile, LinkCard, OfferCard, OfferLinkCard, OfferQuery, PaymentQuery,
    PaymentRow, Store, StoreError, Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

use super::paper::{firm_contracts, firm_offers};
use super::shelf::{document_file, filed, shown_documents, stowed, vault};
use super::{all_pages, audit_rows};

/// The year and currency of everything in [`full`].
pub(super) const RECEIVED: Counter = Counter::Received {
    year: 2026,
    currency: Currency::USD,
};

/// The number of the first record that [`full`] writes; the others follow.
pub(super) const FIRST: u64 = 9_000;

/// The key whose tries [`full`] counts.
pub(super) fn throttle_key() -> ThrottleKey {
    ThrottleKey::account("sign_in", &fixtures::email("somebody@example.com"))
}

pub(super) fn logo() -> Logo {
    Logo::parse(b"\x89PNG\r\n\x1a\n and more".to_vec()).unwrap()
}

/// The invoice that [`full`] writes: of 100.00 were 30.00 paid online, 5.00 of it refunded, and 20.00
/// credited.
pub(super) fn full_invoice(office: &Office) -> Invoice {
    let invoice = fixtures::issued(FIRST, office.client.id, usd("100.00"));
    let (payment, reversal) = (full_payment(office), full_reversal(office));
    let credit = fixtures::credit(FIRST, &invoice, usd("20.00"));
    let invoice = invoice.with_records(&[payment], &[reversal], &[credit]);
    invoice.unwrap()
}

fn full_attempt(office: &Office) -> Attempt {
    let invoice = fixtures::issued(FIRST, office.client.id, usd("100.00"));
    Attempt {
        amount: usd("30.00"),
        ..fixtures::paid_attempt(FIRST, &invoice, office.contact.id)
    }
}

pub(super) fn full_payment(office: &Office) -> Payment {
    let invoice = fixtures::issued(FIRST, office.client.id, usd("100.00"));
    fixtures::online_payment(FIRST, &full_attempt(office), &invoice, usd("30.00"))
}

fn full_reversal(office: &Office) -> Reversal {
    let payment = full_payment(office);
    fixtures::reversal(FIRST, &payment, ReversalKind::Refund, usd("5.00"))
}

/// The alert that [`full`] writes.
pub(super) fn full_alert(office: &Office) -> Alert {
    Alert {
        invoice: Some(full_invoice(office).id),
        attempt: Some(id(FIRST)),
        ..fixtures::alert(FIRST, AlertKind::OtherAmount)
    }
}

/// What [`full`] writes of money that came in and went back online. A notice and a refund are still
/// to be asked about, another notice is worked off.
fn online(office: &Office) -> Vec<Change> {
    let event = fixtures::gateway_event(FIRST + 1);
    vec![
        Change::Attempt(Write::Insert(full_attempt(office))),
        Change::Payment(Write::Insert(full_payment(office))),
        Change::Reversal(full_reversal(office)),
        Change::Refund(Write::Insert(fixtures::refund(
            FIRST,
            &full_payment(office),
            usd("2.00"),
        ))),
        Change::Alert(Write::Insert(full_alert(office))),
        Change::GatewayEvent(fixtures::gateway_event(FIRST)),
        Change::GatewayEvent(event.clone()),
        Change::GatewayEventSeen {
            merchant: event.merchant,
            event: event.event,
            outcome: EventOutcome::Done,
            at: NOW,
        },
        Change::Sweep(Write::Insert(fixtures::sweep())),
    ]
}

/// What [`full`] writes of offers and contracts: a proposal with a link, and a contract that is signed,
/// with its file.
fn paperwork(office: &Office) -> Vec<Change> {
    let client = office.client.id;
    let proposal = fixtures::sent_offer(FIRST, OfferKind::Proposal, client, usd("9.00"));
    let link = fixtures::offer_link(FIRST, &proposal);
    let signed = fixtures::signed_contract(FIRST, client);
    let signature = fixtures::signature(&signed, &office.contact);
    vec![
        Change::Offer(Write::Insert(proposal)),
        Change::OfferLink(Write::Insert(link)),
        Change::File(fixtures::shown_file()),
        Change::Contract(Write::Insert(signed)),
        Change::Signature(signature),
    ]
}

/// What [`full`] writes of files: a document, and an item of the vault for the first contact alone.
fn files(office: &Office) -> Vec<Change> {
    let client = office.client.id;
    let item = VaultItem {
        readers: fixtures::chosen([office.contact.id]),
        ..fixtures::vault_item(FIRST, client)
    };
    let document = filed(&fixtures::document(FIRST, client));
    document.with(stowed(&item)).changes
}

/// A commit that has every part a commit can have.
pub(super) fn full(office: &Office) -> Changes {
    let invoice = full_invoice(office);
    let (client, contact) = (office.client.id, office.contact.id);
    let newcomer = fixtures::client(FIRST);
    let mut changes = Changes::default()
        .with(Change::Logo(logo()))
        .with(Change::Firm(super::update(
            Version::FIRST,
            renamed(&office.firm),
        )))
        .with(Change::Client(Write::Insert(newcomer.clone())))
        .with(Change::Contact(Write::Insert(fixtures::contact(
            FIRST,
            newcomer.id,
        ))))
        .with(Change::Credit(fixtures::credit(
            FIRST,
            &invoice,
            usd("20.00"),
        )))
        .with(Change::Activity(fixtures::activity(FIRST, &invoice)))
        .with(Change::Announcement(Write::Insert(fixtures::announcement(
            FIRST,
        ))))
        .with(Change::Announcement(Write::Insert(fixtures::announcement(
            FIRST + 1,
        ))))
        .with(Change::Dismissal {
            contact,
            announcement: id(FIRST),
            at: NOW,
        })
        .with(Change::Session(fixtures::session(FIRST, contact)))
        .with(Change::Link(fixtures::link(
            FIRST,
            contact,
            LinkPurpose::ResetPassword,
        )))
        .with(one_try())
        .with(Change::ApiKey(Write::Insert(fixtures::api_key(FIRST))))
        .with(Change::Count(CounterDelta {
            client,
            counter: RECEIVED,
            delta: 2_500,
        }))
        .audited(fixtures::audit(invoice.id))
        .audited(fixtures::audit(client))
        .mailed(fixtures::mail(FIRST, contact))
        .mailed(fixtures::mail(FIRST + 1, contact));
    let insert = Change::Invoice(Write::Insert(invoice));
    let first = std::iter::once(insert).chain(online(office));
    let first = first.chain(paperwork(office)).chain(files(office));
    changes.changes.splice(0..0, first);
    changes.idempotency = Some(entry(office, 1));
    changes
}

fn one_try() -> Change {
    Change::Throttle {
        read: 0,
        now: Throttle::new(throttle_key()).count(ThrottlePolicy::ACCOUNT, NOW),
    }
}

/// The key of [`full`], for a request that asks `asked`.
pub(super) fn entry(office: &Office, asked: u8) -> IdempotencyEntry {
    IdempotencyEntry {
        request: fixtures::request(office.firm.id, "full", asked),
        reply: Reply {
            id: office.client.id.into(),
            version: Version::FIRST,
        },
        expires_at: NOW.plus(std::time::Duration::from_secs(3_600)),
    }
}

pub(super) fn renamed(firm: &Firm) -> Firm {
    Firm {
        name: fixtures::line("Renamed & Partner"),
        logo: Some(logo().reference()),
        ..firm.clone()
    }
}

/// Everything that can be seen of a firm in which [`full`] may have been written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) firm: Option<Versioned<Firm>>,
    pub(super) logo: Option<Logo>,
    pub(super) clients: Vec<ClientFile>,
    pub(super) ledgers: Vec<InvoiceFile>,
    pub(super) payments: Vec<PaymentRow>,
    pub(super) history: Vec<HistoryRow>,
    pub(super) attempts: Vec<Versioned<Attempt>>,
    pub(super) alerts: Vec<Versioned<Alert>>,
    pub(super) events: Vec<EventRef>,
    pub(super) sweep: Option<Versioned<Sweep>>,
    pub(super) offers: Vec<OfferCard>,
    pub(super) offer_link: Option<OfferLinkCard>,
    pub(super) contracts: Vec<ContractCard>,
    pub(super) file: Option<StoredFile>,
    pub(super) document: Option<DocumentFile>,
    pub(super) documents: Vec<Versioned<Document>>,
    pub(super) vault: Vec<Versioned<VaultItem>>,
    pub(super) announcements: Vec<Versioned<Announcement>>,
    pub(super) api_keys: Vec<Versioned<ApiKey>>,
    pub(super) audit: Vec<AuditRow>,
    pub(super) received: i64,
    pub(super) dashboard: DashboardPage,
    pub(super) guest: Option<Guest>,
    pub(super) link: Option<LinkCard>,
    pub(super) throttles: Vec<Throttle>,
    pub(super) key: Option<(FirmId, ApiKey)>,
    pub(super) replay: Option<Replay>,
}

/// Reads everything; only the outbox and the work about money are left out, because looking into them
/// changes them.
pub(super) async fn seen(store: &dyn Store, office: &Office) -> Seen {
    let firm = office.firm.id;
    let token = fixtures::secret(FIRST).hash();
    let visit = Visit {
        visitor: Visitor::Session(token),
        ..office.visit(&office.contact)
    };
    let dashboard = store.dashboard(office.visit(&office.contact)).await;
    let card = store
        .sign_in(firm, &office.contact.email, &[throttle_key()])
        .await;
    Seen {
        firm: store.firm(firm).await.unwrap(),
        logo: store.logo(firm, logo().reference().sha256).await.unwrap(),
        clients: clients(store, firm).await,
        ledgers: all_pages(10, async |page| store.ledgers(firm, &page).await).await,
        payments: payments(store, firm).await,
        history: history(store, office.visit(&office.contact)).await,
        attempts: attempts(store, firm).await,
        alerts: alerts(store, firm).await,
        events: events(store, firm).await,
        sweep: store.sweep(firm, &fixtures::merchant()).await.unwrap(),
        offers: offers(store, firm).await,
        offer_link: store.offer_link(firm, token).await.unwrap(),
        contracts: contracts(store, firm).await,
        file: file(store, firm).await,
        document: document_file(store, firm, id(FIRST)).await,
        documents: shown_documents(store, office.visit(&office.contact), 10, "accounts").await,
        vault: vault(store, firm, office.client.id, 10).await,
        announcements: all_pages(10, async |page| store.announcements(firm, &page).await).await,
        api_keys: store.api_keys(firm).await.unwrap(),
        audit: audit_rows(store, firm).await,
        received: store
            .counter(firm, office.client.id, RECEIVED)
            .await
            .unwrap(),
        dashboard: dashboard.unwrap().unwrap().1,
        guest: store.guest(visit).await.unwrap(),
        link: store.link(firm, token).await.unwrap(),
        throttles: card.unwrap().unwrap().throttles,
        key: store.key_by_token(token).await.unwrap(),
        replay: store
            .replay(firm, &entry(office, 1).request.key)
            .await
            .unwrap(),
    }
}

async fn clients(store: &dyn Store, firm: FirmId) -> Vec<ClientFile> {
    let rows = all_pages(10, async |page: PageQuery<()>| {
        store.clients(firm, &page).await
    })
    .await;
    let mut files = Vec::new();
    for row in rows {
        let file = store.client(firm, row.client.value.id).await.unwrap();
        files.extend(file);
    }
    files
}

async fn payments(store: &dyn Store, firm: FirmId) -> Vec<PaymentRow> {
    all_pages(10, async |page| {
        let query = PaymentQuery { client: None, page };
        store.payments(firm, &query).await
    })
    .await
}

async fn attempts(store: &dyn Store, firm: FirmId) -> Vec<Versioned<Attempt>> {
    all_pages(10, async |page| {
        let query = AttemptQuery {
            page,
            ..AttemptQuery::default()
        };
        store.attempts(firm, &query).await
    })
    .await
}

async fn alerts(store: &dyn Store, firm: FirmId) -> Vec<Versioned<Alert>> {
    all_pages(10, async |page| {
        let settled = None;
        store.alerts(firm, &AlertQuery { settled, page }).await
    })
    .await
}

/// Those of the two that [`full`] writes.
async fn events(store: &dyn Store, firm: FirmId) -> Vec<EventRef> {
    let wanted = [FIRST, FIRST + 1].map(|n| fixtures::gateway_event(n).event);
    let merchant = fixtures::merchant();
    let known = store.known_events(firm, &merchant, &wanted).await;
    let mut known = known.unwrap();
    known.sort();
    known
}

async fn history(store: &dyn Store, visit: Visit) -> Vec<HistoryRow> {
    all_pages(10, async |page| {
        let (_, page) = store.client_payments(visit, &page).await?.unwrap();
        Ok::<_, StoreError>(page)
    })
    .await
}

async fn offers(store: &dyn Store, firm: FirmId) -> Vec<OfferCard> {
    let mut cards = Vec::new();
    for row in firm_offers(store, firm, NOW, 10, &OfferQuery::default()).await {
        cards.extend(store.offer_card(firm, row.id).await.unwrap());
    }
    cards
}

async fn contracts(store: &dyn Store, firm: FirmId) -> Vec<ContractCard> {
    let mut cards = Vec::new();
    for row in firm_contracts(store, firm, NOW, 10, &ContractQuery::default()).await {
        cards.extend(store.contract_card(firm, row.id).await.unwrap());
    }
    cards
}

async fn file(store: &dyn Store, firm: FirmId) -> Option<StoredFile> {
    let sha256 = fixtures::shown_file().reference().sha256;
    store.file(firm, sha256).await.unwrap()
}
