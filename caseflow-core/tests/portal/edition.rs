//! Who is told how the records stand, and that it counts as a visit.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::Ports;
use caseflow_core::adapters::memory::MemoryStore;
use caseflow_core::domain::access::{Origin, Visitor};
use caseflow_core::domain::changes::{Change, Changes, Sessions};
use caseflow_core::domain::id::FirmId;
use caseflow_core::error::Error;
use caseflow_core::portal::edition::{Current, edition};
use caseflow_core::portal::{Visiting, visitor};
use caseflow_core::testing::fixtures::{self, Office};
use caseflow_core::testing::{Doubles, block_on};

struct Scene {
    doubles: Doubles,
    ports: Ports,
    office: Office,
}

impl Scene {
    async fn new() -> Self {
        let doubles = Doubles::new();
        let store = Arc::new(MemoryStore::new());
        let office = Office::open(&*store, 1).await;
        let ports = doubles.ports(store);
        let scene = Self {
            doubles,
            ports,
            office,
        };
        let session = fixtures::session(1, scene.office.contact.id);
        scene.write(Change::Session(session)).await;
        scene
    }

    async fn write(&self, change: Change) {
        let changes = Changes::default().with(change);
        let written = self.ports.store.commit(self.office.firm.id, changes).await;
        written.unwrap();
    }

    fn visiting(&self, firm: FirmId) -> Visiting {
        Visiting {
            firm,
            visitor: Visitor::Session(fixtures::secret(1).hash()),
            origin: Origin::default(),
        }
    }

    async fn edition(&self) -> Result<Current, Error> {
        edition(&self.ports, &self.visiting(self.office.firm.id)).await
    }

    fn later(&self, minutes: u64) {
        let span = Duration::from_secs(60 * minutes);
        self.doubles.clock.advance(span);
    }
}

#[test]
fn an_edition_is_told_to_a_live_session_alone() {
    block_on(async {
        let scene = Scene::new().await;
        let current = scene.edition().await.unwrap();
        assert_eq!(current.contact, scene.office.contact.id);
        assert_eq!(current.at, fixtures::NOW);
        let elsewhere = scene.visiting(fixtures::id(2));
        let elsewhere = edition(&scene.ports, &elsewhere).await;
        assert!(matches!(elsewhere, Err(Error::SignedOut)));
        scene.later(30);
        assert!(matches!(scene.edition().await, Err(Error::SignedOut)));
    });
}

#[test]
fn an_edition_is_not_told_once_the_session_has_ended() {
    block_on(async {
        let scene = Scene::new().await;
        assert!(scene.edition().await.is_ok());
        let contact = scene.office.contact.id;
        scene
            .write(Change::EndSessions(Sessions::AllOf(contact)))
            .await;
        assert!(matches!(scene.edition().await, Err(Error::SignedOut)));
    });
}

#[test]
fn whoever_looks_at_kept_pages_stays_signed_in_as_anybody_else() {
    block_on(async {
        let scene = Scene::new().await;
        for _ in 0..3 {
            scene.later(20);
            let before = scene.edition().await.unwrap().edition;
            let again = scene.edition().await.unwrap().edition;
            assert_eq!(before, again, "being there changes nothing");
        }
        let here = scene.visiting(scene.office.firm.id);
        let who = visitor(&scene.ports, &here).await.unwrap();
        assert_eq!(who.session().unwrap().seen_at, scene.ports.now());
        for _ in 0..20 {
            scene.later(20);
            assert!(scene.edition().await.is_ok());
        }
        scene.later(20);
        assert!(
            matches!(scene.edition().await, Err(Error::SignedOut)),
            "eight hours are over"
        );
    });
}
