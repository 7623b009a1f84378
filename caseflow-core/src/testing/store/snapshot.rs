//! One commit with every kind of part, and everything that can be seen of it.

use crate::domain::access::{Guest, Visitor};
use crate::domain::announcement::Announcement;
use crate::domain::api_key::ApiKey;
use crate::domain::audit::AuditRow;
use crate::domain::changes::{
    Change, Changes, Counter, CounterDelta, IdempotencyEntry, Replay, Reply, Version, Versioned,
    Write,
};
use crate::domain::currency::Currency;
use crate::domain::firm::{Firm, Logo};
use crate::domain::id::FirmId;
use crate::domain::invoice::Invoice;
use crate::domain::link::LinkPurpose;
use crate::domain::page::PageQuery;
use crate::domain::throttle::{Throttle, ThrottleKey, ThrottlePolicy};
use crate::ports::store::{
    ClientFile, DashboardPage, InvoiceFile, LinkCard, PaymentQuery, PaymentRow, Store, Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

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

/// The invoice that [`full`] writes, with 30.00 of 100.00 paid and 20.00 credited.
pub(super) fn full_invoice(office: &Office) -> Invoice {
    let invoice = fixtures::issued(FIRST, office.client.id, usd("100.00"));
    let payment = fixtures::payment(FIRST, &invoice, usd("30.00"));
    let credit = fixtures::credit(FIRST, &invoice, usd("20.00"));
    invoice.with_records(&[payment], &[], &[credit]).unwrap()
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
        .with(Change::Payment(Write::Insert(fixtures::payment(
            FIRST,
            &invoice,
            usd("30.00"),
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
            delta: 3_000,
        }))
        .audited(fixtures::audit(invoice.id))
        .audited(fixtures::audit(client))
        .mailed(fixtures::mail(FIRST, contact))
        .mailed(fixtures::mail(FIRST + 1, contact));
    let insert = Change::Invoice(Write::Insert(invoice));
    changes.changes.insert(0, insert);
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

/// Reads everything; only the outbox is left out, because looking into it changes it.
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
