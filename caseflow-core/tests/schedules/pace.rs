//! How a schedule goes: where a call pauses, which servers die, what fails, and what was seen.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use caseflow_core::ports::clock::Clock as _;
use caseflow_core::testing::TestClock;
use caseflow_core::testing::gateway::Fault;

use super::dice::Dice;

/// How rough it is, in times of a thousand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weather {
    /// Calls that pause before they go on, and again before they answer.
    pub(crate) pauses: u64,
    /// Servers that die while they wait.
    pub(crate) deaths: u64,
    /// Calls to the gateway that get no answer.
    pub(crate) silence: u64,
    /// Commits of which nobody hears.
    pub(crate) amnesia: u64,
    /// Checkouts and refunds to which the gateway says no.
    pub(crate) refusals: u64,
    /// Notices that never come.
    pub(crate) losses: u64,
}

/// What all parts of a schedule share.
#[derive(Debug)]
pub(crate) struct Pace {
    pub(crate) dice: Dice,
    pub(crate) clock: Arc<TestClock>,
    weather: Mutex<Weather>,
    /// Counts power cuts: a server of an earlier epoch is dead.
    epoch: AtomicU64,
    flying: AtomicU32,
    held_back: AtomicBool,
    trace: Option<Mutex<Vec<String>>>,
}

impl Pace {
    pub(crate) fn new(seed: u64, is_traced: bool) -> Arc<Self> {
        Arc::new(Self {
            dice: Dice::new(seed),
            clock: Arc::default(),
            weather: Mutex::default(),
            epoch: AtomicU64::new(0),
            flying: AtomicU32::new(0),
            held_back: AtomicBool::new(false),
            trace: is_traced.then(Mutex::default),
        })
    }

    /// From now on the weather is this.
    pub(crate) fn turn(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
        self.held_back.store(false, Ordering::Relaxed);
        self.tell(|| format!("the weather is {weather:?}"));
    }

    fn weather(&self) -> Weather {
        *self.weather.lock().unwrap()
    }

    /// Perhaps others go first.
    pub(crate) async fn point(&self) {
        if self.dice.chance(self.weather().pauses) {
            pause().await;
        }
    }

    /// How a call to the gateway goes wrong, if it does.
    pub(crate) fn silence(&self) -> Option<Fault> {
        let goes_wrong = self.dice.chance(self.weather().silence);
        goes_wrong.then(|| self.moment())
    }

    /// Whether the gateway says no.
    pub(crate) fn refusal(&self) -> bool {
        self.dice.chance(self.weather().refusals)
    }

    /// Whether a notice is lost.
    pub(crate) fn loss(&self) -> bool {
        self.dice.chance(self.weather().losses)
    }

    /// How a commit goes wrong, if it does.
    pub(crate) fn amnesia(&self) -> Option<Fault> {
        let goes_wrong = self.dice.chance(self.weather().amnesia);
        goes_wrong.then(|| self.moment())
    }

    fn moment(&self) -> Fault {
        match self.dice.chance(500) {
            true => Fault::Before,
            false => Fault::After,
        }
    }

    /// What a server does for somebody: none when it died over it, wherever it was just waiting.
    pub(crate) async fn served<T>(&self, what: &str, work: impl Future<Output = T>) -> Option<T> {
        while self.held_back.load(Ordering::Relaxed) {
            pause().await;
        }
        let born = self.epoch.load(Ordering::Relaxed);
        self.tell(|| format!("{what} begins"));
        let flight = Flight::take_off(&self.flying);
        let answer = {
            let mut work = pin!(work);
            poll_fn(|context| {
                if self.epoch.load(Ordering::Relaxed) != born {
                    return Poll::Ready(None);
                }
                match work.as_mut().poll(context) {
                    Poll::Ready(answer) => Poll::Ready(Some(answer)),
                    Poll::Pending if self.dice.chance(self.weather().deaths) => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        };
        drop(flight);
        if answer.is_none() {
            self.tell(|| format!("{what}: the server dies"));
        }
        answer
    }

    /// Time passes: usually seconds, now and then hours, over which no server works.
    pub(crate) fn tick(&self) {
        if self.held_back.load(Ordering::Relaxed) {
            if self.flying.load(Ordering::Relaxed) == 0 {
                self.held_back.store(false, Ordering::Relaxed);
                self.sleep_long();
            }
        } else if self.dice.chance(45) {
            let span = Duration::from_secs(1 + self.dice.below(40));
            self.clock.advance(span);
        } else if self.dice.chance(5) {
            let span = Duration::from_secs(60 * (1 + self.dice.below(8)));
            self.clock.advance(span);
        } else if self.dice.chance(3) {
            match self.dice.chance(500) {
                true => self.held_back.store(true, Ordering::Relaxed),
                false => {
                    self.epoch.fetch_add(1, Ordering::Relaxed);
                    self.tell(|| "all servers go down".to_owned());
                    self.sleep_long();
                }
            }
        }
    }

    fn sleep_long(&self) {
        let minutes = [5, 20, 50, 90, 400, 1500];
        let minutes = minutes[self.dice.index(minutes.len())] + self.dice.below(10);
        self.clock.advance(Duration::from_secs(60 * minutes));
        self.tell(|| format!("{minutes} minutes go by"));
    }

    /// Writes a line into the trace.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            let at = self.clock.now();
            trace.lock().unwrap().push(format!("{at}  {}", line()));
        }
    }

    pub(crate) fn trace(&self) -> Vec<String> {
        let trace = self.trace.as_ref();
        trace.map_or_else(Vec::new, |trace| trace.lock().unwrap().clone())
    }
}

/// Others go first.
pub(crate) async fn pause() {
    let mut has_waited = false;
    poll_fn(|context| match std::mem::replace(&mut has_waited, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

/// Others go first that many times.
pub(crate) async fn pauses(n: u64) {
    for _ in 0..n {
        pause().await;
    }
}

/// A request on its way.
struct Flight<'a>(&'a AtomicU32);

impl<'a> Flight<'a> {
    fn take_off(flying: &'a AtomicU32) -> Self {
        flying.fetch_add(1, Ordering::Relaxed);
        Self(flying)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
