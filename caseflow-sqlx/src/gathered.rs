//! Look-ups of sessions that are made at once, asked together where a statement is a round trip.
//!
//! Of what a page costs that is shown again, most is that one statement is sent and answered at all.
//! So while some are on their way, whoever comes waits until one is back, and is asked for together
//! with all who have come meanwhile. Whoever comes alone is asked for at once.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use caseflow_core::domain::id::FirmId;
use caseflow_core::ports::store::{EditionCard, StoreError};
use tokio::sync::oneshot;

use crate::conn::Engine;
use crate::editions::{AT_ONCE, ByToken};
use crate::read::Answer;
use crate::statements::Statements;
use crate::value::text;

/// How many statements are on their way at most. With one alone, who comes would wait for most of a
/// round trip before its own begins.
const ON_THE_WAY: usize = 2;

/// Where look-ups are gathered.
pub(crate) struct Gathered(Arc<Desk>);

struct Desk {
    engine: Arc<dyn Engine>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    on_the_way: usize,
}

/// Somebody who waits for what a session's token leads to.
struct Waiting {
    firm: FirmId,
    token: String,
    found: oneshot::Sender<Option<EditionCard>>,
}

impl Gathered {
    pub(crate) fn at(engine: Arc<dyn Engine>) -> Self {
        Self(Arc::new(Desk {
            engine,
            queue: Mutex::default(),
        }))
    }

    /// What is found by this token, a hash in hexadecimal digits. None when it could not be asked for
    /// together with others, which tells nothing of the asker's own: ask for it alone.
    pub(crate) async fn find(&self, firm: FirmId, token: &str) -> Option<Option<EditionCard>> {
        let (found, answer) = oneshot::channel();
        let waiting = Waiting {
            firm,
            token: token.to_owned(),
            found,
        };
        if let Some(errand) = Errand::begin(&self.0, waiting) {
            tokio::spawn(errand.run());
        }
        answer.await.ok()
    }
}

impl Desk {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first who waits, and those after it who can be asked for together with it.
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        let Some(firm) = queue.waiting.first().map(|first| first.firm) else {
            return vec![];
        };
        let mut left = AT_ONCE;
        let together = queue.waiting.extract_if(.., |it| {
            let goes = it.firm == firm && left > 0;
            left -= usize::from(goes);
            goes
        });
        together.collect()
    }

    async fn read(&self, together: &[Waiting]) -> Result<Vec<ByToken>, StoreError> {
        let sql = &Statements::of(self.engine.dialect())
            .portal
            .edition
            .by_tokens;
        // Places that are left over ask for the last once more.
        let tokens = together.iter().chain(together.last().into_iter().cycle());
        let firm = together.first().map(|it| text(it.firm));
        let tokens = tokens.take(AT_ONCE).map(|it| text(&it.token));
        let values = firm.into_iter().chain(tokens).collect();
        let rows = self.engine.read(&sql.sql, values).await?;
        Answer::new(rows, sql.texts).many(0)
    }
}

/// A statement on its way.
struct Errand(Arc<Desk>);

impl Errand {
    /// Lines up. An errand has to be run when not enough are on their way to come by.
    fn begin(desk: &Arc<Desk>, waiting: Waiting) -> Option<Self> {
        let mut queue = desk.queue();
        queue.waiting.push(waiting);
        (queue.on_the_way < ON_THE_WAY).then(|| {
            queue.on_the_way += 1;
            Self(Arc::clone(desk))
        })
    }

    async fn run(self) {
        loop {
            let together = self.0.next();
            if together.is_empty() {
                return;
            }
            // Who is dropped without an answer asks for itself.
            let Ok(known) = self.0.read(&together).await else {
                continue;
            };
            for Waiting { token, found, .. } in together {
                let card = known.iter().find(|known| known.token == token);
                // Who no longer waits needs no answer.
                found.send(card.map(|known| known.card)).unwrap_or_default();
            }
        }
    }
}

/// An errand ends when nobody waits, or with its runtime: then those who wait ask for themselves.
impl Drop for Errand {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.on_the_way -= 1;
        queue.waiting.clear();
    }
}

impl fmt::Debug for Gathered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gathered")
    }
}
