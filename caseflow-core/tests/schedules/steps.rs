//! Futures taken a step at a time, and what stories of payments begin with.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::domain::id::InvoiceId;
use caseflow_core::error::Error;
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::testing::block_on;
use caseflow_core::upkeep::{self, outbox};

use super::actors;
use super::pace::Weather;
use super::world::World;

impl Weather {
    /// Every call pauses, and nothing goes wrong.
    pub(crate) const STEPS: Self = Self {
        pauses: 1000,
        deaths: 0,
        silence: 0,
        amnesia: 0,
        refusals: 0,
        losses: 0,
    };
}

/// A future that goes on only when it is told to.
pub(crate) struct Steps<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    done: Option<T>,
}

impl<'a, T> Steps<'a, T> {
    pub(crate) fn of(future: impl Future<Output = T> + 'a) -> Self {
        Self {
            future: Box::pin(future),
            done: None,
        }
    }

    /// Takes `n` steps; whether it is at its end.
    pub(crate) fn go(&mut self, n: usize) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..n {
            if self.done.is_none()
                && let Poll::Ready(done) = self.future.as_mut().poll(&mut context)
            {
                self.done = Some(done);
            }
        }
        self.done.is_some()
    }

    /// Goes on until something is so.
    pub(crate) fn until(&mut self, is_so: impl Fn() -> bool) {
        while !is_so() {
            assert!(!self.go(1), "it never is");
        }
    }

    pub(crate) fn finish(mut self) -> T {
        while !self.go(1) {}
        self.done.unwrap()
    }
}

/// The contact starts to pay.
pub(crate) fn start(world: &World, invoice: InvoiceId) -> Result<Start, Error> {
    let visiting = world.visiting(&world.office.contact);
    block_on(pay::start(&world.ports, &visiting, invoice, None))
}

/// The contact has paid all that is due, and it is on record.
pub(crate) fn paid(world: &World, invoice: InvoiceId) -> GatewayRef {
    let Ok(Start::Go { next, .. }) = start(world, invoice) else {
        panic!("nobody can pay");
    };
    let checkout = actors::checkout(&next);
    assert!(world.wire.bank.pay(&checkout));
    work(world);
    checkout
}

/// A minute later, everything is done and sent that waits.
pub(crate) fn work(world: &World) {
    world.pace.turn(Weather::default());
    world.advance(std::time::Duration::from_secs(60));
    block_on(upkeep::payments::work(&world.ports)).unwrap();
    block_on(outbox::deliver(&world.ports)).unwrap();
}
