//! Whether a page that was kept may be shown again: what moves an edition, and what does not.

use std::sync::Arc;
use std::time::Duration;

use super::histories::{Dice, draw};
use super::paper::files;
use super::shown::Shown;
use super::snapshot::{RECEIVED, entry, full};
use super::steps::{Moves, count, steps_of_nobody, steps_of_pages};
use super::{applied, billed, paid_online, update, wrote};
use crate::domain::access::Visitor;
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::changes::{Change, Changes, CounterDelta, Sessions, Version, Write};
use crate::domain::client::Contact;
use crate::domain::edition::Edition;
use crate::domain::time::Timestamp;
use crate::ports::store::{Committed, EditionCard, Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

/// Catches a change that a page shows and that no edition tells, one that tells it to too few, and
/// one that makes the pages of all others anew.
pub async fn case_a_change_moves_the_editions_of_whom_it_concerns(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open(&*store, 2).await;
    let steps = steps_of_pages(&*store, &office).await;
    let steps = steps.into_iter().chain(steps_of_nobody(&office));
    for (change, moves) in steps {
        let before = editions(&*store, &office, &rival).await;
        let case = format!("{change:?}");
        wrote(&*store, office.firm.id, change).await;
        let after = editions(&*store, &office, &rival).await;
        let moved: Vec<bool> = before.iter().zip(&after).map(|(a, b)| a != b).collect();
        let expected = match moves {
            Moves::Nobodys => [false, false, false, false],
            Moves::Clients => [true, true, false, false],
            Moves::Firms => [true, true, true, false],
        };
        assert_eq!(moved, expected, "{case}");
    }
}

/// Of the contact, a colleague, another client's contact, another firm's.
async fn editions(store: &dyn Store, office: &Office, rival: &Office) -> [Edition; 4] {
    [
        edition(store, office.visit(&office.contact)).await,
        edition(store, office.visit(&office.colleague)).await,
        edition(store, office.visit(&office.stranger)).await,
        edition(store, rival.visit(&rival.contact)).await,
    ]
}

async fn edition(store: &dyn Store, visit: Visit) -> Edition {
    card(store, visit).await.unwrap().edition
}

async fn card(store: &dyn Store, visit: Visit) -> Option<EditionCard> {
    store.edition(visit).await.unwrap()
}

/// Catches an edition that moves for a commit that was refused or done before, and one that a commit
/// about several clients moves for the first alone.
pub async fn case_an_edition_moves_with_what_is_done(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let (firm, visit) = (office.firm.id, office.visit(&office.contact));
    let mut last = edition(&*store, visit).await;
    let refused = Changes::default()
        .with(count(&office, 1))
        .with(Change::UseLink(id(4_711)));
    assert!(store.commit(firm, refused).await.is_err());
    assert_eq!(edition(&*store, visit).await, last);
    applied(&*store, firm, full(&office)).await;
    let now = edition(&*store, visit).await;
    assert_ne!(now, last);
    last = now;
    let mut again = Changes::default().with(count(&office, 1));
    again.idempotency = Some(entry(&office, 1));
    let outcome = store.commit(firm, again).await;
    assert!(matches!(outcome, Ok(Committed::Replayed(_))), "{outcome:?}");
    assert_eq!(edition(&*store, visit).await, last);
    let theirs = edition(&*store, office.visit(&office.stranger)).await;
    let of_neighbour = Change::Count(CounterDelta {
        client: office.neighbour.id,
        counter: RECEIVED,
        delta: 1,
    });
    let both = Changes::default()
        .with(of_neighbour)
        .with(count(&office, 1));
    applied(&*store, firm, both).await;
    assert_ne!(edition(&*store, visit).await, last);
    let their_visit = office.visit(&office.stranger);
    assert_ne!(edition(&*store, their_visit).await, theirs);
}

/// Catches an edition that comes with another session than the visitor's, or with an old one.
pub async fn case_an_edition_comes_with_its_session(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let by = |visitor| Visit {
        visitor,
        ..office.visit(&office.contact)
    };
    let sessions = [1, 2].map(|n| fixtures::session(n, office.contact.id));
    for session in &sessions {
        wrote(&*store, firm, Change::Session(session.clone())).await;
    }
    let [first, _] = &sessions;
    let vouched = card(&*store, office.visit(&office.contact)).await.unwrap();
    assert_eq!(
        (vouched.contact, vouched.session),
        (office.contact.id, None)
    );
    for session in &sessions {
        let found = card(&*store, by(Visitor::Session(session.token))).await;
        let expected = EditionCard {
            session: Some((session.id, session.lifetime())),
            ..vouched
        };
        assert_eq!(found, Some(expected));
    }
    let at = NOW.plus(Duration::from_secs(90));
    let seen = Change::SessionSeen {
        session: first.id,
        at,
    };
    wrote(&*store, firm, seen).await;
    let found = card(&*store, by(Visitor::Session(first.token))).await;
    assert_eq!(found.unwrap().session.unwrap().1.seen_at, at);
}

/// Catches an edition for somebody whom the store does not know, and one that stays when its contact
/// goes to another client.
pub async fn case_an_edition_is_for_known_visitors_alone(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let rival = Office::open(&*store, 2).await;
    let firm = office.firm.id;
    let by = |visitor| Visit {
        visitor,
        ..office.visit(&office.contact)
    };
    let [first, second] = [1, 2].map(|n| fixtures::session(n, office.contact.id));
    for session in [&first, &second] {
        wrote(&*store, firm, Change::Session(session.clone())).await;
    }
    let before = edition(&*store, office.visit(&office.contact)).await;
    wrote(&*store, firm, Change::EndSessions(Sessions::One(first.id))).await;
    let nobodys = [
        by(Visitor::Session(first.token)),
        by(Visitor::Session(fixtures::secret(3).hash())),
        Visit {
            firm: rival.firm.id,
            ..by(Visitor::Session(second.token))
        },
        Visit {
            firm: rival.firm.id,
            ..office.visit(&office.contact)
        },
        by(Visitor::Vouched {
            contact: id(4_711),
            authenticated_at: NOW,
        }),
    ];
    for visit in nobodys {
        assert_eq!(card(&*store, visit).await, None, "{visit:?}");
    }
    goes_to_the_neighbour(&*store, &office).await;
    let found = card(&*store, by(Visitor::Session(second.token))).await;
    let found = found.unwrap().edition;
    assert_ne!(found, before);
    assert_eq!(
        found,
        edition(&*store, office.visit(&office.stranger)).await
    );
}

async fn goes_to_the_neighbour(store: &dyn Store, office: &Office) {
    let gone = Contact {
        client: office.neighbour.id,
        ..office.contact.clone()
    };
    let change = Change::Contact(update(Version::FIRST, gone));
    wrote(store, office.firm.id, change).await;
}

/// Catches any page that looks otherwise under an edition that was there before, over random
/// histories.
pub async fn case_a_page_that_differs_has_another_edition(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    paid_online(&*store, &office, 1).await;
    billed(&*store, &office, 2).await;
    files(&*store, office.firm.id).await;
    let mut dice = Dice::new(20_261_124);
    let people = [&office.contact, &office.colleague, &office.stranger];
    let mut known: [Vec<(Edition, Shown)>; 3] = Default::default();
    for n in 0..120 {
        if let Some(changes) = draw(&*store, &office, &mut dice, 100 + n).await {
            drop(store.commit(office.firm.id, changes).await);
        }
        for (contact, known) in people.iter().zip(&mut known) {
            let visit = office.visit(contact);
            let now = edition(&*store, visit).await;
            let shown = Shown::to(&*store, visit).await;
            assert_eq!(edition(&*store, visit).await, now);
            match known.iter().find(|(edition, _)| *edition == now) {
                Some((_, before)) => assert_eq!(*before, shown, "step {n}"),
                None => known.push((now, shown)),
            }
        }
    }
    let [own, ..] = known;
    assert!(own.len() > 30, "only {} editions", own.len());
}

/// Catches a mark that two commits at once move but once.
pub async fn case_of_commits_at_once_each_has_an_edition(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let visit = office.visit(&office.contact);
    let (store, office) = (&*store, &office);
    let looks = (0..24).map(|_| async move {
        wrote(store, office.firm.id, count(office, 1)).await;
        let before = edition(store, visit).await;
        let (_, page) = store.dashboard(visit).await.unwrap().unwrap();
        let after = edition(store, visit).await;
        (before == after).then_some((before, page))
    });
    let looks: Vec<_> = join_all(looks).await.into_iter().flatten().collect();
    assert!(!looks.is_empty());
    for (edition, page) in &looks {
        for (other, seen) in &looks {
            assert_eq!(edition == other, page == seen);
        }
    }
}

/// Catches a dashboard that does not say when it is going to change by itself, or that counts what
/// the contact never sees.
pub async fn case_the_dashboard_says_when_it_changes_by_itself(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let minute = |n: u64| NOW.plus(Duration::from_secs(60 * n));
    let told = |n, from, until: Option<u64>, audience: &Audience| {
        Change::Announcement(Write::Insert(Announcement {
            from: minute(from),
            until: until.map(minute),
            audience: audience.clone(),
            ..fixtures::announcement(n)
        }))
    };
    let theirs = Audience::Clients(vec![office.neighbour.id]);
    let own = Audience::Clients(vec![office.neighbour.id, office.client.id]);
    for change in [
        told(1, 0, None, &Audience::Everyone),
        told(2, 10, Some(20), &own),
        told(3, 12, Some(15), &theirs),
        told(4, 14, Some(30), &Audience::Everyone),
        told(5, 13, None, &Audience::Everyone),
        Change::Dismissal {
            contact: office.contact.id,
            announcement: id(5),
            at: NOW,
        },
    ] {
        wrote(&*store, office.firm.id, change).await;
    }
    let changes_at = async |at: Timestamp, contact: &Contact| {
        let visit = office.visit_at(contact, at);
        store.dashboard(visit).await.unwrap().unwrap().1.changes_at
    };
    let early = minute(10).minus(Duration::from_micros(1));
    for (at, expected) in [
        (minute(0), Some(10)),
        (early, Some(10)),
        (minute(10), Some(14)),
        (minute(14), Some(20)),
        (minute(20), Some(30)),
        (minute(30), None),
    ] {
        let found = changes_at(at, &office.contact).await;
        assert_eq!(found, expected.map(minute), "{at}");
    }
    let colleagues = changes_at(minute(10), &office.colleague).await;
    assert_eq!(colleagues, Some(minute(13)));
    let strangers = changes_at(minute(10), &office.stranger).await;
    assert_eq!(strangers, Some(minute(12)));
}
