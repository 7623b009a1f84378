//! Random histories of an office.

use std::time::Duration;

use super::paper::{contract, firm_contracts, firm_offers, offer};
use super::shelf::{changed, filed, firm_documents, line, removed, replaced};
use crate::domain::access::{Section, Sections};
use crate::domain::activity::ActivityKind;
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::article::{Article, ArticleState};
use crate::domain::attempt::End;
use crate::domain::changes::{Change, Changes, CounterDelta, Versioned, Write};
use crate::domain::client::{Client, Contact};
use crate::domain::document::Document;
use crate::domain::firm::Firm;
use crate::domain::id::{ClientId, ContactId, InvoiceId};
use crate::domain::invoice::Account;
use crate::domain::offer::{Answer, OfferKind};
use crate::domain::readers::Readers;
use crate::domain::reversal::ReversalKind;
use crate::ports::store::{
    ContractQuery, FirmDocumentQuery, InvoiceFile, InvoiceQuery, OfferQuery, Store,
};
use crate::testing::fixtures::{self, NOW, Office, chosen, id, usd};

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
) -> Option<Changes> {
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
    let change = match dice.roll(31) {
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
        25..=29 => return lot.document(dice).await,
        _ => Some(Change::ApiKey(Write::Insert(fixtures::api_key(n)))),
    };
    change.map(|change| Changes::default().with(change))
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

    /// A new document with a line about it, or what becomes of one of the client's.
    async fn document(&self, dice: &mut Dice) -> Option<Changes> {
        let query = FirmDocumentQuery {
            client: Some(self.client),
            ..FirmDocumentQuery::default()
        };
        let rows = firm_documents(self.store, self.office.firm.id, 100, &query).await;
        let Some(old) = rows.get(usize::try_from(dice.roll(8)).unwrap()) else {
            let new = fixtures::document(self.n, self.client);
            let kind = ActivityKind::DocumentShared;
            let told = line(self.client, self.n, kind, new.id.into());
            return Some(filed(&new).with(told));
        };
        let mut now = old.value.clone();
        Some(match dice.roll(5) {
            0 => Changes::default().with(removed(&now, old.version)),
            1 => {
                now.newest.number = now.next_number().ok()?;
                replaced(old.version, &now)
            }
            2 => Changes::default().with(changed(old.version, &now.unshared())),
            3 => Changes::default().with(changed(old.version, &now.shared(NOW))),
            _ => {
                let readers = match now.readers {
                    Readers::All => chosen([self.contact]),
                    Readers::Chosen(_) => Readers::All,
                };
                let now = Document { readers, ..now };
                Changes::default().with(changed(old.version, &now))
            }
        })
    }
}
