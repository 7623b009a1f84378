//! Proposals, estimates and their links: what is kept of them, and how they are found.

use std::sync::Arc;
use std::time::Duration;

use super::paper::{firm_offers, offer, offer_file, portal_offers, shown_offer};
use super::records::{one_line, texts};
use super::{applied, breaks, tried, update, wrote};
use crate::domain::access::Origin;
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::client::Contact;
use crate::domain::currency::Currency;
use crate::domain::money::Money;
use crate::domain::number::{DocumentNumber, Number};
use crate::domain::offer::{
    Answer, Decider, Decision, Offer, OfferKind, OfferLink, OfferStage, OfferState, OfferTerms,
    Sending,
};
use crate::domain::pricing::{
    Discount, LineItem, Percent, PriceMode, Quantity, TaxRate, UnitPrice,
};
use crate::domain::text::PersonName;
use crate::domain::time::Timestamp;
use crate::ports::store::{Constraint, OfferQuery, OfferRow, Store};
use crate::testing::fixtures::{self, NOW, Office, day, id, usd};

use OfferKind::{Estimate, Proposal};

/// Catches a store that loses one of an offer's fields in one of its states, when it is new or when
/// it is written over, and one that shows a draft to a contact (C07).
pub async fn case_offers_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for (kind, first) in [(Proposal, 1), (Estimate, 21)] {
        for value in every_offer(&office, kind, first) {
            wrote(&*store, firm, Change::Offer(Write::Insert(value.clone()))).await;
            let version = Version::FIRST;
            is_kept(&*store, &office, Versioned { version, value }).await;
        }
        let others = every_offer(&office, kind, first + 100);
        for (read, other) in (1..).zip(others.into_iter().rev()) {
            let value = Offer {
                id: id(first),
                ..other
            };
            let change = Change::Offer(update(Version(read), value.clone()));
            wrote(&*store, firm, change).await;
            let version = Version(read + 1);
            is_kept(&*store, &office, Versioned { version, value }).await;
        }
    }
}

/// Every read has the offer as it is.
async fn is_kept(store: &dyn Store, office: &Office, wanted: Versioned<Offer>) {
    let (firm, of) = (office.firm.id, wanted.value.id);
    let card = store.offer_card(firm, of).await.unwrap().unwrap();
    assert_eq!(card.offer.offer, wanted);
    assert_eq!(
        (card.firm, &card.offer.links[..]),
        (office.firm.clone(), &[][..])
    );
    assert_eq!(card.client.client.value, office.client);
    assert_eq!(card.client.contacts.len(), 2);
    let row = OfferRow::of(&wanted);
    let all = firm_offers(store, firm, NOW, 100, &OfferQuery::default()).await;
    assert_eq!(all.iter().find(|it| it.id == of), Some(&row));
    let visit = office.visit(&office.contact);
    let is_draft = wanted.value.stage() == OfferStage::Draft;
    assert_eq!(
        shown_offer(store, visit, of).await,
        (!is_draft).then_some(wanted)
    );
    for kind in OfferKind::ALL {
        let mine = portal_offers(store, visit, kind, 100).await;
        let found = mine.iter().find(|it| it.id == of);
        let shows = !is_draft && row.kind == kind;
        assert_eq!(found, shows.then_some(&row));
    }
}

/// An offer of this kind in each state, with every optional field present and with none, from the
/// number `first` on.
fn every_offer(office: &Office, kind: OfferKind, first: u64) -> Vec<Offer> {
    let draft = |n| fixtures::offer(first + n, kind, office.client.id, usd("10.00"));
    let full = |n| with_all_terms(draft(n));
    let bare = |n| with_least_terms(draft(n));
    let seen = |offer: Offer| Offer {
        viewed_at: Some(moment(5)),
        ..offer
    };
    let sent = |offer: Offer| Offer {
        state: OfferState::Sent(sending(&offer)),
        ..offer
    };
    let decided = |offer: Offer, decision: Decision| Offer {
        state: OfferState::Decided {
            sending: sending(&offer),
            decision,
        },
        ..offer
    };
    let withdrawn = |offer: Offer| Offer {
        state: OfferState::Withdrawn {
            sending: sending(&offer),
            at: moment(6),
        },
        ..offer
    };
    vec![
        full(0),
        sent(bare(1)),
        seen(sent(full(2))),
        decided(bare(3), accepted(&office.contact)),
        decided(seen(full(4)), declined(&office.colleague)),
        decided(full(5), linked(Answer::Accepted)),
        decided(full(6), linked(Answer::Declined)),
        withdrawn(seen(full(7))),
        withdrawn(bare(8)),
        bare(9),
    ]
}

fn with_all_terms(offer: Offer) -> Offer {
    Offer {
        terms: OfferTerms {
            matter: Some(fixtures::line("Audit 2026")),
            internal_note: Some(fixtures::prose("ask for\nmore")),
            email: Some(fixtures::email("Board@Example.org")),
            ..offer.terms
        },
        created_at: moment(1),
        ..offer
    }
}

fn with_least_terms(offer: Offer) -> Offer {
    Offer {
        terms: OfferTerms {
            body: None,
            dated: day("2024-02-29"),
            open_till: day("9999-12-31"),
            ..offer.terms
        },
        ..offer
    }
}

/// Under a number that is no other offer's.
fn sending(offer: &Offer) -> Sending {
    let number = format!("Nº {}", offer.id);
    Sending {
        number: Number::Taken(DocumentNumber::from_storage(number)),
        edition: 3,
        digest: offer.digest(),
        at: moment(4),
    }
}

/// Nothing was said, and nothing is known of where it was said.
fn accepted(contact: &Contact) -> Decision {
    Decision {
        answer: Answer::Accepted,
        reason: None,
        by: Decider::Contact {
            id: contact.id,
            name: fixtures::line("Ana Brunner"),
        },
        origin: Origin::default(),
        at: moment(7),
    }
}

fn declined(contact: &Contact) -> Decision {
    Decision {
        answer: Answer::Declined,
        reason: Some(fixtures::prose("Too dear.\nSorry.")),
        origin: fixtures::origin(),
        ..accepted(contact)
    }
}

fn linked(answer: Answer) -> Decision {
    Decision {
        answer,
        reason: None,
        by: Decider::LinkHolder {
            email: fixtures::email("Board@Example.org"),
            name: PersonName::parse("李小龍").unwrap(),
        },
        origin: Origin {
            ip: Some([192, 0, 2, 1].into()),
            user_agent: None,
        },
        at: moment(8),
    }
}

/// A time to the last microsecond.
fn moment(n: u64) -> Timestamp {
    NOW.plus(Duration::from_micros(1_000_001 * n))
}

/// Catches a store that shortens, folds or loses text, a line, a rate or a discount, or that counts in
/// cents what has no cents, or a thousand of them.
pub async fn case_offers_keep_all_scripts_lines_and_currencies(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let mut all: Vec<OfferTerms> = texts().iter().map(|text| worded(text)).collect();
    all.extend(Currency::all().map(|currency| priced(currency, 3)));
    all.push(priced(Currency::USD, 100));
    let offers = (1..).zip(all).map(|(n, terms)| {
        let kind = OfferKind::ALL[usize::from(n % 2 == 0)];
        Offer::draft(id(n), kind, office.client.id, terms, NOW).unwrap()
    });
    let offers: Vec<Offer> = offers.collect();
    let mut changes = Changes::default();
    for offer in &offers {
        changes = changes.with(Change::Offer(Write::Insert(offer.clone())));
    }
    applied(&*store, office.firm.id, changes).await;
    let rows = firm_offers(&*store, office.firm.id, NOW, 100, &OfferQuery::default()).await;
    assert_eq!(rows.len(), offers.len());
    for (wanted, row) in offers.into_iter().rev().zip(rows) {
        assert_eq!((row.id, row.total), (wanted.id, wanted.totals.total));
        let found = offer(&*store, office.firm.id, wanted.id).await.value;
        assert_eq!(found.digest(), wanted.digest());
        assert_eq!(found, wanted);
    }
}

fn worded(text: &str) -> OfferTerms {
    let mut terms = fixtures::offer(1, Proposal, id(1), usd("1.00")).terms;
    terms.title = one_line(text);
    terms.body = Some(fixtures::rich(text));
    terms.matter = Some(one_line(text));
    terms.internal_note = Some(fixtures::prose(text));
    let line = &mut terms.pricing.lines[0];
    line.description = fixtures::prose(&text.chars().take(2_000).collect::<String>());
    line.taxes = vec![tax(one_line::<60>(text).as_str(), "7.7")];
    terms
}

/// Terms with `lines` lines, discounts and taxes of each kind.
fn priced(currency: Currency, lines: u64) -> OfferTerms {
    let mut terms = fixtures::offer(1, Estimate, id(1), Money::from_minor(0, currency)).terms;
    terms.pricing.mode = match lines {
        3 => PriceMode::TaxInclusive,
        _ => PriceMode::TaxExclusive,
    };
    terms.pricing.discount = Some(Discount::Percent(percent("12.345")));
    terms.pricing.lines = (1..=lines).map(|n| one_of_many(currency, n)).collect();
    terms
}

fn one_of_many(currency: Currency, n: u64) -> LineItem {
    let step = usize::try_from(n % 3).unwrap();
    LineItem {
        description: fixtures::prose(&format!("Item {n}")),
        quantity: Quantity::parse(["1", "0.33333333", "12.5"][step]).unwrap(),
        unit_price: UnitPrice::parse(["1234567.89", "987654.32109876", "10000.5"][step]).unwrap(),
        discount: match n % 3 {
            0 => None,
            1 => Some(Discount::Percent(percent("2.5"))),
            _ => Some(Discount::Fixed(Money::from_minor(1_234, currency))),
        },
        taxes: match n % 2 {
            0 => vec![],
            _ => vec![tax("GST", "5"), tax("QST", "9.975")],
        },
    }
}

fn tax(name: &str, rate: &str) -> TaxRate {
    TaxRate {
        name: fixtures::line(name),
        percent: percent(rate),
    }
}

fn percent(text: &str) -> Percent {
    Percent::parse(text).unwrap()
}

/// R-DEC-5. Catches a link that is found by another secret than its own or not any more after it was
/// taken back, one that shows another offer, and two that one secret opens.
pub async fn case_offer_links_are_found_by_their_secret(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let offers = [1, 2].map(|n| fixtures::sent_offer(n, Proposal, office.client.id, usd("1.00")));
    for offer in &offers {
        wrote(&*store, firm, Change::Offer(Write::Insert(offer.clone()))).await;
    }
    let whole = |n: u64| OfferLink {
        email: fixtures::email("Board.Of@Example.org"),
        created_at: moment(n),
        ..fixtures::offer_link(n, &offers[usize::from(n == 9)])
    };
    for n in [3, 9, 2, 1] {
        wrote(&*store, firm, Change::OfferLink(Write::Insert(whole(n)))).await;
    }
    let revoked = whole(2).revoke(moment(20)).unwrap();
    let change = Change::OfferLink(update(Version::FIRST, revoked.clone()));
    wrote(&*store, firm, change).await;
    let links = [whole(1), revoked, whole(3)];
    let of_first = offer_file(&*store, firm, id(1)).await.links;
    assert_eq!(
        of_first.iter().map(|it| &it.value).collect::<Vec<_>>(),
        links.iter().collect::<Vec<_>>()
    );
    for (n, link) in (1..).zip(links).chain([(9, whole(9))]) {
        let token = fixtures::secret(n).hash();
        let card = store.offer_link(firm, token).await.unwrap().unwrap();
        assert_eq!(
            (card.firm, card.client),
            (office.firm.clone(), office.client.clone())
        );
        assert_eq!(card.offer, offer(&*store, firm, link.offer).await);
        let version = Version(if n == 2 { 2 } else { 1 });
        assert_eq!(
            card.link,
            Versioned {
                version,
                value: link
            }
        );
    }
    let unknown = fixtures::secret(4).hash();
    assert_eq!(store.offer_link(firm, unknown).await.unwrap(), None);
    let stolen = OfferLink {
        token: fixtures::secret(1).hash(),
        ..whole(4)
    };
    let outcome = tried(&*store, firm, Change::OfferLink(Write::Insert(stolen))).await;
    breaks(&outcome, Constraint::Identity);
    // A contact's link with the same secret is another thing.
    let link = fixtures::link(
        1,
        office.contact.id,
        crate::domain::link::LinkPurpose::SetPassword,
    );
    wrote(&*store, firm, Change::Link(link)).await;
}
