//! What a contact is shown of its own sessions.

use std::sync::Arc;
use std::time::Duration;

use super::{applied, wrote};
use crate::domain::access::Visitor;
use crate::domain::changes::{Change, Changes, Sessions};
use crate::domain::id::SessionId;
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::ports::store::{Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, id};

/// R-SELF-2. Catches a store that shows a colleague's session, a stranger's or another firm's, one that
/// has ended or counts no more, and one that loses where a session comes from or when it was used.
pub async fn case_a_contact_is_shown_its_own_live_sessions(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let twin = Office::open_twin(&*store, 2, 1).await;
    let firm = office.firm.id;
    let contact = office.contact.id;
    let from = Session {
        origin: fixtures::origin(),
        ..fixtures::session(1, contact)
    };
    let idle = Session {
        idle: Duration::from_secs(60),
        ..fixtures::session(2, contact)
    };
    let over = Session {
        expires_at: minute(1),
        ..fixtures::session(3, contact)
    };
    let ended = fixtures::session(4, contact);
    let plain = fixtures::session(5, contact);
    let others = [
        fixtures::session(6, office.colleague.id),
        fixtures::session(7, office.stranger.id),
    ];
    let own = [&from, &idle, &over, &ended, &plain];
    for session in own.into_iter().chain(&others) {
        wrote(&*store, firm, Change::Session(session.clone())).await;
    }
    let theirs = fixtures::session(8, twin.contact.id);
    wrote(&*store, twin.firm.id, Change::Session(theirs.clone())).await;
    for change in [
        Change::EndSessions(Sessions::One(ended.id)),
        Change::SessionSeen {
            session: from.id,
            at: minute(2),
        },
    ] {
        wrote(&*store, firm, change).await;
    }
    let from = Session {
        seen_at: minute(2),
        ..from
    };
    let by_token = Visit {
        visitor: Visitor::Session(plain.token),
        ..office.visit_at(&office.contact, minute(2))
    };
    for visit in [office.visit_at(&office.contact, minute(2)), by_token] {
        let found = shown(&*store, visit).await;
        assert_eq!(found, [from.clone(), plain.clone()]);
    }
    let before = numbers(&shown(&*store, office.visit(&office.contact)).await);
    assert_eq!(before, [1, 5, 3, 2].map(id::<SessionId>));
    let visit = twin.visit(&twin.contact);
    assert_eq!(shown(&*store, visit).await, [theirs]);
    let stranger = Visit {
        visitor: Visitor::Session(fixtures::secret(99).hash()),
        ..by_token
    };
    assert_eq!(store.own_sessions(stranger).await.unwrap(), None);
}

/// Catches a store that cuts the list before it has put it in order, or not at all.
pub async fn case_of_many_sessions_the_last_used_are_shown(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let mut changes = Changes::default();
    for n in (1..=110_u64).map(|n| n * 7 % 111) {
        let session = Session {
            seen_at: NOW.plus(Duration::from_secs(n / 2)),
            ..fixtures::session(n, office.contact.id)
        };
        changes = changes.with(Change::Session(session));
    }
    applied(&*store, office.firm.id, changes).await;
    let visit = office.visit_at(&office.contact, minute(1));
    let found = shown(&*store, visit).await;
    let expected: Vec<SessionId> = (11..=110).rev().map(id).collect();
    assert_eq!(numbers(&found), expected);
}

async fn shown(store: &dyn Store, visit: Visit) -> Vec<Session> {
    let (guest, sessions) = store.own_sessions(visit).await.unwrap().unwrap();
    assert_eq!(guest.firm.id, visit.firm);
    sessions
}

fn numbers(sessions: &[Session]) -> Vec<SessionId> {
    sessions.iter().map(|session| session.id).collect()
}

fn minute(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}
