//! Proof, within a session, of who somebody is.

use std::sync::Arc;
use std::time::Duration;

use super::wrote;
use crate::domain::access::Visitor;
use crate::domain::changes::{Change, Sessions};
use crate::domain::session::Session;
use crate::domain::time::Timestamp;
use crate::ports::store::{Store, Visit};
use crate::testing::fixtures::{self, NOW, Office, id};
use crate::testing::join_all;

fn minute(n: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(60 * n))
}

fn proved(n: u64, at: Timestamp) -> Change {
    Change::SessionProved { session: id(n), at }
}

fn seen(n: u64, at: Timestamp) -> Change {
    Change::SessionSeen { session: id(n), at }
}

/// The session number `n` of the contact, as the guest, its own list and the edition show it.
async fn session(store: &dyn Store, office: &Office, n: u64) -> Option<Session> {
    let visit = Visit {
        visitor: Visitor::Session(fixtures::secret(n).hash()),
        ..office.visit_at(&office.contact, minute(1))
    };
    let session = store.guest(visit).await.unwrap()?.session;
    let card = store.edition(visit).await.unwrap().unwrap();
    let known = session.as_ref().map(|it| (it.id, it.lifetime()));
    assert_eq!(card.session, known);
    let (_, own) = store.own_sessions(visit).await.unwrap().unwrap();
    let listed = own.into_iter().find(|it| it.id == id(n));
    assert_eq!(listed, session);
    session
}

/// Catches a store that loses when a contact proved who they are, or that fills it in.
pub async fn case_sessions_come_out_with_their_last_proof(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let moment = NOW.plus(Duration::from_micros(30_000_001));
    for (n, proved_at) in (1..).zip([None, Some(NOW), Some(moment)]) {
        let wanted = Session {
            proved_at,
            origin: fixtures::origin(),
            ..fixtures::session(n, office.contact.id)
        };
        let change = Change::Session(wanted.clone());
        wrote(&*store, office.firm.id, change).await;
        assert_eq!(session(&*store, &office, n).await, Some(wanted));
    }
}

/// R-VLT-3. Catches a store in which a late note moves a proof or a session's last use back, takes one
/// for the other, moves another session, or wakes a dead one.
pub async fn case_a_session_is_only_ever_proved_later(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let twin = Office::open_twin(&*store, 2, 1).await;
    let firm = office.firm.id;
    for (office, n) in [(&office, 1), (&office, 2), (&twin, 1)] {
        let session = fixtures::session(n, office.contact.id);
        wrote(&*store, office.firm.id, Change::Session(session)).await;
    }
    for (change, proved_at, seen_at) in [
        (proved(1, minute(5)), 5, 5),
        (proved(1, minute(3)), 5, 5),
        (seen(1, minute(9)), 5, 9),
        (proved(1, minute(7)), 7, 9),
        (seen(1, minute(8)), 7, 9),
        (proved(1, minute(7)), 7, 9),
        (proved(1, minute(10)), 10, 10),
    ] {
        wrote(&*store, firm, change.clone()).await;
        let wanted = Session {
            proved_at: Some(minute(proved_at)),
            seen_at: minute(seen_at),
            ..fixtures::session(1, office.contact.id)
        };
        assert_eq!(
            session(&*store, &office, 1).await,
            Some(wanted),
            "{change:?}"
        );
    }
    let untouched = |n| Some(fixtures::session(n, office.contact.id));
    assert_eq!(session(&*store, &office, 2).await, untouched(2));
    assert_eq!(session(&*store, &twin, 1).await, untouched(1));
    wrote(&*store, firm, proved(4_711, minute(1))).await;
    wrote(&*store, firm, Change::EndSessions(Sessions::One(id(1)))).await;
    wrote(&*store, firm, proved(1, minute(11))).await;
    assert_eq!(session(&*store, &office, 1).await, None);
}

/// Catches a store that reads when a session was proved and writes it in two steps: of proofs at once
/// the last one counts, whichever is written last.
pub async fn case_of_proofs_at_once_the_last_one_counts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let first = fixtures::session(1, office.contact.id);
    wrote(&*store, firm, Change::Session(first.clone())).await;
    let notes = (0..24_u64).map(|n| {
        let at = minute(n * 7 % 24);
        let note = if n % 3 == 0 {
            seen(1, at)
        } else {
            proved(1, at)
        };
        wrote(&*store, firm, note)
    });
    join_all(notes).await;
    // The 23rd minute is that of the 17th note, a proof.
    let wanted = Session {
        proved_at: Some(minute(23)),
        seen_at: minute(23),
        ..first
    };
    assert_eq!(session(&*store, &office, 1).await, Some(wanted));
}
