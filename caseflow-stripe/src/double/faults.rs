//! Calls that go wrong because a test wants them to.

use tokio::sync::oneshot;

use super::call::Call;

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Status 500 with Stripe's error object. A key keeps it, as it does at Stripe.
    ServerError,
    /// Status 502 with a page of HTML from something that stands before the API.
    BadGateway,
    /// Status 429.
    RateLimited,
    /// A success whose body breaks off.
    Garbled,
    /// No answer ever: the caller's patience has to end.
    Hang,
}

/// When a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before anything was done.
    BeforeEffect,
    /// After what was asked for was done.
    AfterEffect,
}

/// Calls that are to go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// What the method and path of the calls contain, such as `POST /v1/refunds`.
    pub matching: String,
    /// How many calls.
    pub calls: u32,
    /// How.
    pub fault: Fault,
    /// When.
    pub moment: Moment,
}

/// Holds a call back until it is released or dropped.
#[derive(Debug)]
pub struct Gate(oneshot::Sender<()>);

impl Gate {
    /// Lets the call go on.
    pub fn release(self) {
        // The call may be gone; nobody minds.
        let _ = self.0.send(());
    }
}

/// What is planned for calls to come.
#[derive(Debug, Default)]
pub(super) struct Faults {
    failing: Vec<Failing>,
    held: Vec<(String, oneshot::Receiver<()>)>,
}

/// What is planned for one call.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) fault: Option<(Fault, Moment)>,
    pub(super) gate: Option<oneshot::Receiver<()>>,
}

impl Faults {
    pub(super) fn fail(&mut self, failing: Failing) {
        self.failing.push(failing);
    }

    pub(super) fn hold(&mut self, matching: &str) -> Gate {
        let (sender, receiver) = oneshot::channel();
        self.held.push((matching.to_owned(), receiver));
        Gate(sender)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What is planned for this call; it is planned no longer.
    pub(super) fn take(&mut self, call: &Call) -> Plan {
        let line = format!("{} {}", call.method, call.path);
        let held = self
            .held
            .iter()
            .position(|(matching, _)| line.contains(matching));
        Plan {
            fault: self.failing(&line),
            gate: held.map(|place| self.held.remove(place).1),
        }
    }

    fn failing(&mut self, line: &str) -> Option<(Fault, Moment)> {
        let mut all = self.failing.iter_mut();
        let next = all.find(|one| one.calls > 0 && line.contains(&one.matching))?;
        next.calls -= 1;
        Some((next.fault, next.moment))
    }
}
