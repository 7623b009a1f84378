//! A change of each kind, and whose pages show something of it.

use std::time::Duration;

use super::paper::files;
use super::shelf::{cleared, newest, removed, stowed};
use super::snapshot::{RECEIVED, logo, renamed, throttle_key};
use super::{billed, paid_online, update};
use crate::domain::alert::AlertKind;
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::changes::{Change, CounterDelta, Sessions, Version, Write};
use crate::domain::client::{Client, Contact};
use crate::domain::file::StoredFile;
use crate::domain::gateway_event::EventOutcome;
use crate::domain::link::LinkPurpose;
use crate::domain::offer::OfferKind;
use crate::domain::reversal::ReversalKind;
use crate::domain::throttle::{Throttle, ThrottlePolicy};
use crate::ports::store::Store;
use crate::testing::fixtures::{self, NOW, Office, id, usd};

/// Whose editions move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moves {
    Nobodys,
    Clients,
    Firms,
}

/// One of each kind that pages show something of.
pub(super) async fn steps_of_pages(store: &dyn Store, office: &Office) -> Vec<(Change, Moves)> {
    let (_, paid) = paid_online(store, office, 1).await;
    let invoice = billed(store, office, 2).await;
    let client = office.client.id;
    let named = Client {
        name: fixtures::line("Another Ltd"),
        ..office.client.clone()
    };
    let colleague = Contact {
        title: Some(fixtures::line("Director")),
        ..office.colleague.clone()
    };
    let newcomer = fixtures::issued(3, client, usd("5.00"));
    let attempt = fixtures::attempt(4, &invoice, office.contact.id);
    let reversal = fixtures::reversal(5, &paid, ReversalKind::Refund, usd("1.00"));
    let theirs = Announcement {
        audience: Audience::Clients(vec![office.neighbour.id]),
        ..fixtures::announcement(7)
    };
    let of_client = vec![
        Change::Client(update(Version::FIRST, named)),
        Change::Contact(update(Version::FIRST, colleague)),
        Change::Contact(Write::Insert(fixtures::contact(8, client))),
        Change::Invoice(Write::Insert(newcomer)),
        Change::Payment(Write::Insert(fixtures::payment(9, &invoice, usd("1.00")))),
        Change::Credit(fixtures::credit(10, &invoice, usd("1.00"))),
        Change::Attempt(Write::Insert(attempt)),
        Change::Reversal(reversal),
        Change::Refund(Write::Insert(fixtures::refund(11, &paid, usd("1.00")))),
        Change::Activity(fixtures::activity(12, &invoice)),
        count(office, 1),
    ];
    let of_firm = vec![
        Change::Logo(logo()),
        Change::Firm(update(Version::FIRST, renamed(&office.firm))),
        Change::Announcement(Write::Insert(fixtures::announcement(6))),
        Change::Announcement(Write::Insert(theirs)),
        Change::Article(Write::Insert(fixtures::article(13))),
        Change::Article(update(Version::FIRST, fixtures::article(13))),
    ];
    let dismissal = Change::Dismissal {
        contact: office.contact.id,
        announcement: id(6),
        at: NOW,
    };
    let of_firm = of_firm.into_iter().map(|change| (change, Moves::Firms));
    let of_client = of_client.into_iter().chain([dismissal]);
    let of_client = of_client.chain(paperwork(store, office).await);
    let of_client = of_client.chain(documents(office));
    let of_client = of_client.chain(vault(office));
    of_firm
        .chain(of_client.map(|change| (change, Moves::Clients)))
        .collect()
}

/// An offer and a contract come, are written over, and the contract is signed.
async fn paperwork(store: &dyn Store, office: &Office) -> [Change; 5] {
    let client = office.client.id;
    files(store, office.firm.id).await;
    let offer = fixtures::offer(13, OfferKind::Proposal, client, usd("1.00"));
    let sent = fixtures::sent_offer(13, OfferKind::Proposal, client, usd("1.00"));
    let signed = fixtures::signed_contract(14, client);
    let signature = fixtures::signature(&signed, &office.contact);
    [
        Change::Offer(Write::Insert(offer)),
        Change::Offer(update(Version::FIRST, sent)),
        Change::Contract(Write::Insert(fixtures::contract(14, client))),
        Change::Contract(update(Version::FIRST, signed)),
        Change::Signature(signature),
    ]
}

/// Two documents come, one is written over, the other one goes.
fn documents(office: &Office) -> [Change; 4] {
    let [stays, goes] = [15, 16].map(|n| fixtures::document(n, office.client.id));
    [
        Change::Document(Write::Insert(stays.clone())),
        Change::Document(Write::Insert(goes.clone())),
        Change::Document(update(Version::FIRST, stays.unshared())),
        removed(&goes, Version::FIRST),
    ]
}

/// An item comes into the vault, is written over, and goes.
fn vault(office: &Office) -> [Change; 3] {
    let item = fixtures::vault_item(17, office.client.id);
    [
        stowed(&item),
        Change::VaultItem(update(Version::FIRST, item.clone())),
        cleared(&item, Version::FIRST.next()),
    ]
}

/// One of each kind that no page shows anything of. They come after those of pages.
pub(super) fn steps_of_nobody(office: &Office) -> Vec<(Change, Moves)> {
    let contact = office.contact.id;
    let event = fixtures::gateway_event(1);
    let link = fixtures::link(1, contact, LinkPurpose::ResetPassword);
    let offer = fixtures::offer(13, OfferKind::Proposal, office.client.id, usd("1.00"));
    let offer_link = fixtures::offer_link(13, &offer);
    let changes = vec![
        Change::Session(fixtures::session(1, contact)),
        Change::SessionSeen {
            session: id(1),
            at: NOW.plus(Duration::from_secs(60)),
        },
        Change::SessionProved {
            session: id(1),
            at: NOW.plus(Duration::from_secs(61)),
        },
        Change::EndSessions(Sessions::AllOf(contact)),
        Change::Link(link.clone()),
        Change::UseLink(link.id),
        Change::EndLinks {
            contact,
            purpose: None,
        },
        Change::Throttle {
            read: 0,
            now: Throttle::new(throttle_key()).count(ThrottlePolicy::ACCOUNT, NOW),
        },
        Change::ForgetThrottle(throttle_key()),
        Change::ApiKey(Write::Insert(fixtures::api_key(1))),
        Change::GatewayEvent(event.clone()),
        Change::GatewayEventSeen {
            merchant: event.merchant,
            event: event.event,
            outcome: EventOutcome::Done,
            at: NOW,
        },
        Change::Sweep(Write::Insert(fixtures::sweep())),
        Change::Alert(Write::Insert(fixtures::alert(1, AlertKind::Overpaid))),
        Change::OfferLink(Write::Insert(offer_link.clone())),
        Change::OfferLink(update(Version::FIRST, offer_link)),
        Change::File(StoredFile::new(vec![1, 2, 3])),
        newest(&fixtures::document(15, office.client.id)),
    ];
    let changes = changes.into_iter();
    changes.map(|change| (change, Moves::Nobodys)).collect()
}

pub(super) fn count(office: &Office, delta: i64) -> Change {
    Change::Count(CounterDelta {
        client: office.client.id,
        counter: RECEIVED,
        delta,
    })
}
