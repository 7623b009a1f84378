//! Random histories of an office, and all that its contacts are shown of them.

use std::time::Duration;

use chrono::NaiveDate;

use super::library::library;
use super::paper::{
    contract, firm_contracts, firm_offers, offer, portal_contracts, portal_offers, shown_contract,
    shown_offer,
};
use super::{all_pages, portal_invoices};
use crate::domain::access::{Guest, Section, Sections};
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::article::{Article, ArticleState};
use crate::domain::attempt::End;
use crate::domain::changes::{Change, CounterDelta, Versioned, Write};
use crate::domain::client::{Client, Contact};
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, ContactId, InvoiceId};
use crate::domain::invoice::Account;
use crate::domain::offer::{Answer, Offer, OfferKind};
use crate::domain::page::PageQuery;
use crate::domain::period::Period;
use crate::domain::reversal::ReversalKind;
use crate::ports::store::{
    ContractFile, ContractQuery, ContractRow, DashboardPage, HistoryRow, InvoiceFile, InvoiceQuery,
    InvoiceRow, LibraryPage, LibraryQuery, OfferQuery, OfferRow, StatementFile, Store, StoreError,
    Visit,
};
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// All that the portal shows to a contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    guest: Guest,
    dashboard: DashboardPage,
    invoices: Vec<InvoiceRow>,
    files: Vec<InvoiceFile>,
    history: Vec<HistoryRow>,
    statement: StatementFile,
    library: LibraryPage,
    articles: Vec<Option<Article>>,
    offers: Vec<OfferRow>,
    shown_offers: Vec<Versioned<Offer>>,
    contracts: Vec<ContractRow>,
    shown_contracts: Vec<ContractFile>,
}

impl Shown {
    pub(super) async fn to(store: &dyn Store, visit: Visit) -> Self {
        let (guest, dashboard) = store.dashboard(visit).await.unwrap().unwrap();
        let invoices = portal_invoices(store, visit, 100, &InvoiceQuery::default()).await;
        let mut files = Vec::new();
        for row in &invoices {
            let found = store.client_invoice(visit, row.id.into()).await.unwrap();
            files.extend(found.unwrap().1);
        }
        let history = all_pages(100, async |page: PageQuery<NaiveDate>| {
            let (_, page) = store.client_payments(visit, &page).await?.unwrap();
            Ok::<_, StoreError>(page)
        });
        let year = Period::new(fixtures::day("2026-01-01"), fixtures::day("2026-12-31"));
        let statement = store.client_statement(visit, year.unwrap()).await;
        let library = library(store, visit, &LibraryQuery::default()).await;
        let mut articles = Vec::new();
        for row in &library.articles.rows {
            let found = store.library_article(visit, &row.slug).await.unwrap();
            articles.push(found.unwrap().1);
        }
        let (mut offers, mut shown_offers) = (vec![], vec![]);
        for kind in OfferKind::ALL {
            offers.extend(portal_offers(store, visit, kind, 100).await);
        }
        for row in &offers {
            shown_offers.extend(shown_offer(store, visit, row.id).await);
        }
        let contracts = portal_contracts(store, visit, 100).await;
        let mut shown_contracts = vec![];
        for row in &contracts {
            shown_contracts.extend(shown_contract(store, visit, row.id).await);
        }
        Self {
            guest,
            dashboard,
            invoices,
            files,
            history: history.await,
            statement: statement.unwrap().unwrap().1,
            library,
            articles,
            offers,
            shown_offers,
            contracts,
            shown_contracts,
        }
    }
}

/// Numbers that look random and are the same in every run.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's constants; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Whose record is drawn, and under which number.
struct Lot<'a> {
    store: &'a dyn Store,
    office: &'a Office,
    client: ClientId,
    contact: ContactId,
    n: u64,
}

/// Some change of the office; a new record has the number `n`. It may be one that is refused.
pub(super) async fn draw(
    store: &dyn Store,
    office: &Office,
    dice: &mut Dice,
    n: u64,
) -> Option<Change> {
    let whose = [
        (office.client.id, office.contact.id),
        (office.client.id, office.colleague.id),
        (office.neighbour.id, office.stranger.id),
    ];
    let (client, contact) = whose[usize::try_from(dice.roll(3)).unwrap()];
    let lot = Lot {
        store,
        office,
        client,
        contact,
        n,
    };
    match dice.roll(26) {
        0 => lot.firm().await,
        1 => lot.client().await,
        2 | 3 => lot.person(dice).await,
        4 | 5 => {
            let invoice = fixtures::issued(n, client, usd("50.00"));
            Some(Change::Invoice(Write::Insert(invoice)))
        }
        6..=10 => lot.at_an_invoice(dice).await,
        11 | 12 => lot.announcement(dice).await,
        13 => Some(Change::Dismissal {
            contact,
            announcement: id(100 + dice.roll(n - 99)),
            at: NOW,
        }),
        14 => Some(Change::Count(CounterDelta {
            client,
            counter: super::snapshot::RECEIVED,
            delta: 7,
        })),
        15 => lot.online(dice).await,
        16 => Some(Change::Session(fixtures::session(n, contact))),
        17..=19 => lot.offer(dice).await,
        20..=22 => lot.contract(dice).await,
        23 | 24 => lot.article(dice).await,
        _ => Some(Change::ApiKey(Write::Insert(fixtures::api_key(n)))),
    }
}

impl Lot<'_> {
    async fn firm(&self) -> Option<Change> {
        let old = self.store.firm(self.office.firm.id).await.unwrap()?;
        let firm = Firm {
            name: fixtures::line(&format!("Name {}", self.n)),
            ..old.value.clone()
        };
        Some(Change::Firm(old.update(firm)))
    }

    async fn client(&self) -> Option<Change> {
        let file = self.store.client(self.office.firm.id, self.client).await;
        let old = file.unwrap()?.client;
        let client = Client {
            name: fixtures::line(&format!("Client {}", self.n)),
            ..old.value.clone()
        };
        Some(Change::Client(old.update(client)))
    }

    async fn person(&self, dice: &mut Dice) -> Option<Change> {
        let file = self.store.client(self.office.firm.id, self.client).await;
        let contacts = file.unwrap()?.contacts;
        let old = contacts
            .into_iter()
            .find(|it| it.value.id == self.contact)?;
        let contact = Contact {
            permissions: match dice.roll(3) {
                0 => Sections::ALL.without(Section::Invoices),
                _ => Sections::ALL,
            },
            title: Some(fixtures::line(&format!("Title {}", self.n))),
            ..old.value.clone()
        };
        Some(Change::Contact(old.update(contact)))
    }

    /// One of the client's invoices, with its records.
    async fn file(&self, dice: &mut Dice) -> Option<InvoiceFile> {
        let query = InvoiceQuery {
            client: Some(self.client),
            ..InvoiceQuery::default()
        };
        let firm = self.office.firm.id;
        let rows = self.store.invoices(firm, NOW, &query).await.unwrap().rows;
        let some = dice.roll(u64::try_from(rows.len()).unwrap().max(1));
        let row = rows.get(usize::try_from(some).unwrap())?;
        let key = InvoiceId::into(row.id);
        self.store.invoice(firm, key).await.unwrap()
    }

    async fn at_an_invoice(&self, dice: &mut Dice) -> Option<Change> {
        let file = self.file(dice).await?;
        let (n, invoice) = (self.n, &file.invoice);
        Some(match dice.roll(6) {
            0 => Change::Invoice(invoice.update(invoice.value.clone().cancel(NOW).ok()?)),
            1 => {
                let mut paid = invoice.value.clone();
                paid.account = Account {
                    received: usd("2.00"),
                    ..paid.account
                };
                Change::Invoice(invoice.update(paid))
            }
            2 => Change::Payment(Write::Insert(fixtures::payment(
                n,
                &invoice.value,
                usd("1.00"),
            ))),
            3 => Change::Credit(fixtures::credit(n, &invoice.value, usd("1.00"))),
            4 => Change::Activity(fixtures::activity(n, &invoice.value)),
            _ => {
                let old = file.payments.first()?;
                Change::Payment(old.update(old.value.clone().void(None, NOW).ok()?))
            }
        })
    }

    async fn announcement(&self, dice: &mut Dice) -> Option<Change> {
        let from = NOW.plus(Duration::from_secs(60 * dice.roll(2)));
        let audience = match dice.roll(2) {
            0 => Audience::Everyone,
            _ => Audience::Clients(vec![self.client]),
        };
        let new = Announcement {
            from,
            audience,
            ..fixtures::announcement(self.n)
        };
        let some = id(100 + dice.roll(self.n - 99));
        let old = self.store.announcement(self.office.firm.id, some).await;
        Some(Change::Announcement(match old.unwrap() {
            Some(old) => old.update(Announcement { id: some, ..new }),
            None => Write::Insert(new),
        }))
    }

    async fn article(&self, dice: &mut Dice) -> Option<Change> {
        let new = Article {
            state: match dice.roll(3) {
                0 => ArticleState::Draft,
                _ => ArticleState::Published { since: NOW },
            },
            ..fixtures::article(self.n)
        };
        let some = id(100 + dice.roll(self.n - 99));
        let old = self.store.article(self.office.firm.id, some).await;
        Some(Change::Article(match old.unwrap() {
            Some(old) => old.update(Article { id: some, ..new }),
            None => Write::Insert(new),
        }))
    }

    /// An attempt begins or ends, or money of one goes back.
    async fn online(&self, dice: &mut Dice) -> Option<Change> {
        let n = self.n;
        let file = self.file(dice).await?;
        let live = file.live_attempt().cloned();
        let charged = file.payments.iter().find(|it| it.value.charge.is_some());
        match (charged, live) {
            (Some(Versioned { value: paid, .. }), _) if dice.roll(2) == 0 => {
                let kind = ReversalKind::Refund;
                let back = fixtures::reversal(n, paid, kind, usd("1.00"));
                Some(Change::Reversal(back))
            }
            (Some(paid), _) => Some(Change::Refund(Write::Insert(fixtures::refund(
                n,
                &paid.value,
                usd("1.00"),
            )))),
            (None, Some(live)) => {
                let invoice = &file.invoice.value;
                let mut ended = fixtures::ended_attempt(n, invoice, self.contact, End::Failed);
                ended.id = live.value.id;
                Some(Change::Attempt(live.update(ended)))
            }
            (None, None) => {
                let new = fixtures::attempt(n, &file.invoice.value, self.contact);
                Some(Change::Attempt(Write::Insert(new)))
            }
        }
    }

    /// A contact of the client.
    fn somebody(&self) -> &Contact {
        if self.client == self.office.client.id {
            &self.office.contact
        } else {
            &self.office.stranger
        }
    }

    /// A new offer, or what becomes of one of the client's.
    async fn offer(&self, dice: &mut Dice) -> Option<Change> {
        let query = OfferQuery {
            client: Some(self.client),
            ..OfferQuery::default()
        };
        let firm = self.office.firm.id;
        let rows = firm_offers(self.store, firm, NOW, 100, &query).await;
        let some = usize::try_from(dice.roll(12)).unwrap();
        let Some(row) = rows.get(some) else {
            let kind = OfferKind::ALL[some % 2];
            let new = fixtures::sent_offer(self.n, kind, self.client, usd("1.00"));
            return Some(Change::Offer(Write::Insert(new)));
        };
        let old = offer(self.store, firm, row.id).await;
        let (value, today) = (old.value.clone(), fixtures::day("2026-11-24"));
        let next = fixtures::offer_number(value.kind);
        let now = match dice.roll(4) {
            0 => value.viewed(NOW)?,
            1 => value.withdraw(today, NOW).ok()?,
            2 => value.send(next, today, NOW).ok()?,
            _ => fixtures::decided_offer(value, self.somebody(), Answer::Declined),
        };
        Some(Change::Offer(old.update(now)))
    }

    /// A new contract, what becomes of one of the client's, or a signature.
    async fn contract(&self, dice: &mut Dice) -> Option<Change> {
        let query = ContractQuery {
            client: Some(self.client),
            ..ContractQuery::default()
        };
        let firm = self.office.firm.id;
        let rows = firm_contracts(self.store, firm, NOW, 100, &query).await;
        let some = usize::try_from(dice.roll(12)).unwrap();
        let Some(row) = rows.get(some) else {
            let new = fixtures::sent_contract(self.n, self.client);
            return Some(Change::Contract(Write::Insert(new)));
        };
        let old = contract(self.store, firm, row.id).await.contract;
        let (value, today) = (old.value.clone(), fixtures::day("2026-11-24"));
        let shown = fixtures::shown_file().reference();
        let now = match dice.roll(5) {
            0 => value.viewed(NOW)?,
            1 => value.withdraw(today, NOW).ok()?,
            2 => value.send(shown, today, NOW).ok()?,
            3 => fixtures::with_copy(&value, fixtures::sealed_copy()),
            _ => {
                let signature = fixtures::signature(&value, self.somebody());
                return Some(Change::Signature(signature));
            }
        };
        Some(Change::Contract(old.update(now)))
    }
}
