//! One schedule from its seed to its end.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use caseflow_core::domain::firm::PartPayment;
use caseflow_core::ports::payments::GatewayState;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::usd;
use caseflow_core::upkeep::outbox;

use super::actors::{self, Sweeping};
use super::books;
use super::dice::Dice;
use super::flaws::{Flaw, Sound};
use super::pace::Weather;
use super::wire::Quirk;
use super::world::{Setup, World};

/// What is different from the real thing.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) flaw: fn() -> Box<dyn Flaw>,
    pub(crate) quirk: Quirk,
    pub(crate) sweeping: Sweeping,
}

impl Variant {
    /// Nothing.
    pub(crate) const SOUND: Self = Self {
        flaw: || Box::new(Sound),
        quirk: Quirk::None,
        sweeping: Sweeping::On,
    };
}

/// What went wrong in a schedule.
pub(crate) struct Failure {
    pub(crate) wrongs: Vec<String>,
    pub(crate) trace: Vec<String>,
}

/// Plays a schedule to its end and looks at the books.
pub(crate) fn play(seed: u64, variant: Variant, is_traced: bool) -> Result<(), Failure> {
    let dice = Dice::new(seed);
    let part = match dice.chance(300) {
        true => PartPayment::From(usd("1.00")),
        false => PartPayment::Off,
    };
    let world = World::new(Setup {
        seed,
        is_traced,
        flaw: (variant.flaw)(),
        quirk: variant.quirk,
        invoices: 1 + dice.below(2),
        part_payment: part,
    });
    let losses = *dice.pick(&[0, 100, 300]).unwrap();
    world.pace.turn(Weather {
        pauses: *dice.pick(&[150, 350, 600]).unwrap(),
        deaths: *dice.pick(&[0, 5, 20]).unwrap(),
        silence: *dice.pick(&[0, 40, 150]).unwrap(),
        amnesia: *dice.pick(&[0, 0, 15]).unwrap(),
        refusals: 25,
        losses,
    });
    act(&world, &dice, variant.sweeping);
    world.pace.turn(Weather {
        losses,
        ..Weather::default()
    });
    let wrongs = end(&world, variant.sweeping);
    match wrongs.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            wrongs,
            trace: world.pace.trace(),
        }),
    }
}

/// Somebody who does things.
type Actor<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Lets all of them act, in an order that the dice choose, until those who have an end are done.
fn act(world: &World, dice: &Dice, sweeping: Sweeping) {
    let mut people: Vec<Actor<'_>> = vec![];
    for n in 0..=dice.below(3) {
        people.push(Box::pin(actors::payer(world, n)));
    }
    for n in 0..dice.below(3) {
        people.push(Box::pin(actors::staff(world, n)));
    }
    if dice.chance(600) {
        people.push(Box::pin(actors::bank(world)));
    }
    let mut servers: Vec<Actor<'_>> = vec![Box::pin(actors::postman(world))];
    for _ in 0..=dice.below(2) {
        servers.push(Box::pin(actors::upkeeper(world, sweeping)));
    }
    let mut extra = dice.below(80);
    while extra > 0 {
        if people.is_empty() {
            extra -= 1;
        }
        step(world, &mut people, &mut servers);
    }
}

fn step(world: &World, people: &mut Vec<Actor<'_>>, servers: &mut [Actor<'_>]) {
    let mut context = Context::from_waker(Waker::noop());
    let n = world.pace.dice.index(people.len() + servers.len());
    match people.get_mut(n) {
        Some(person) => {
            if person.as_mut().poll(&mut context).is_ready() {
                drop(people.swap_remove(n));
            }
        }
        None => {
            let server = &mut servers[n - people.len()];
            let poll = server.as_mut().poll(&mut context);
            assert!(poll.is_pending(), "a server works for ever");
        }
    }
    world.pace.tick();
}

/// The weather clears, everything that can come comes, and everything has its time. What is wrong
/// then is answered.
fn end(world: &World, sweeping: Sweeping) -> Vec<String> {
    post_all(world);
    rounds(world, sweeping, &[0, 1, 1, 4, 5, 6, 5]);
    let mut wrongs = books::within_minutes(world);
    money_arrives(world);
    post_all(world);
    rounds(world, sweeping, &[1, 5, 61, 61, 400, 400, 1500, 1500, 1500]);
    deliver(world);
    wrongs.extend(world.store.witness.wrongs());
    wrongs.extend(books::wrongs(world));
    if !wrongs.is_empty() || sweeping == Sweeping::Off {
        return wrongs;
    }
    let before = books::rows(world);
    world.wire.show_checkouts();
    rounds(world, sweeping, &[1500, 1]);
    if books::rows(world) != before {
        wrongs.push("the daily comparison found something that was missed".to_owned());
    }
    wrongs
}

fn rounds(world: &World, sweeping: Sweeping, minutes: &[u64]) {
    for minutes in minutes {
        world.advance(Duration::from_secs(60 * minutes));
        let done = block_on(actors::round(world, sweeping));
        world.pace.tell(|| format!("upkeep at the end: {done:?}"));
        assert!(matches!(done, Some(Ok(_))), "upkeep fails in good weather");
    }
}

fn deliver(world: &World) {
    block_on(outbox::deliver(&world.ports)).unwrap();
}

/// Posts what is under way; some of it is lost, as ever.
fn post_all(world: &World) {
    while !world.wire.underway().is_empty() {
        block_on(actors::deliver_one(world));
    }
}

/// Money that is on its way arrives or bounces.
fn money_arrives(world: &World) {
    for checkout in world.wire.bank.checkouts() {
        if checkout.state == GatewayState::Processing {
            actors::move_money(world, &checkout);
        }
    }
}
