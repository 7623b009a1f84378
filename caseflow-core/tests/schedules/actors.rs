//! Who does what in a schedule, as the dice fall.

use caseflow_core::domain::attempt::NextStep;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::gateway::GatewayRef;
use caseflow_core::domain::id::{AttemptId, InvoiceId};
use caseflow_core::domain::money::Money;
use caseflow_core::domain::payment::PaymentMode;
use caseflow_core::error::Error;
use caseflow_core::firm::{Call, invoices, payments, refunds};
use caseflow_core::portal::pay::{self, Start};
use caseflow_core::ports::payments::{
    DisputedFunds, GatewayState, RefundState, Refunds, Snapshot, WebhookRequest,
};
use caseflow_core::testing::fixtures::{self, usd};
use caseflow_core::testing::join_all;
use caseflow_core::upkeep::{self, notices::Receipt, outbox};

use super::pace::{pause, pauses};
use super::wire::Post;
use super::world::World;

/// A contact who wants to pay, in one tab of a browser.
pub(crate) async fn payer(world: &World, n: u64) {
    let dice = &world.pace.dice;
    let contact = *dice.pick(&world.contacts()).unwrap();
    let mut tabs: Vec<GatewayRef> = vec![];
    for _ in 0..=dice.below(3) {
        pauses(dice.below(12)).await;
        let invoice = *dice.pick(&world.invoices).unwrap();
        let wanted = dice.chance(150).then(|| world.some_amount());
        let start = || start(world, contact, n, invoice, wanted);
        let started = match dice.chance(200) {
            // A double click: the browser goes where the second answer leads.
            true => join_all([start(), start()]).await.pop().flatten(),
            false => start().await,
        };
        let attempt = match started {
            Some(Ok(Start::Go { attempt, next })) => {
                tabs.push(checkout(&next));
                at_the_gateway(world, n, &tabs).await;
                attempt
            }
            Some(Ok(Start::Told(attempt))) => attempt,
            Some(Err(_)) | None => continue,
        };
        if dice.chance(600) {
            pauses(dice.below(6)).await;
            return_to(world, contact, attempt).await;
        }
    }
}

async fn start(
    world: &World,
    contact: &Contact,
    n: u64,
    invoice: InvoiceId,
    wanted: Option<Money>,
) -> Option<Result<Start, Error>> {
    let visiting = world.visiting(contact);
    let start = pay::start(&world.ports, &visiting, invoice, wanted);
    let started = world.pace.served("start", start).await;
    world
        .pace
        .tell(|| format!("payer {n} at {invoice}: {started:?}"));
    started
}

async fn return_to(world: &World, contact: &Contact, attempt: AttemptId) {
    let visiting = world.visiting(contact);
    let returned = pay::returned(&world.ports, &visiting, attempt);
    let returned = world.pace.served("return", returned).await;
    world.pace.tell(|| {
        let page = returned.and_then(Result::ok).map(|it| it.page.attempt);
        format!("return page: {:?}", page.map(|it| (it.id, it.stage())))
    });
}

pub(crate) fn checkout(next: &NextStep) -> GatewayRef {
    match next {
        NextStep::Redirect(address) => {
            let name = address.as_str().rsplit('/').next().unwrap();
            GatewayRef::parse(name).unwrap()
        }
        NextStep::Embedded { .. } => panic!("this gateway redirects"),
    }
}

/// What a payer does at the gateway, usually in the tab opened last.
async fn at_the_gateway(world: &World, n: u64, tabs: &[GatewayRef]) {
    let (dice, wire) = (&world.pace.dice, &world.wire);
    pauses(dice.below(10)).await;
    let tab = match dice.chance(850) {
        true => tabs.last(),
        false => dice.pick(tabs),
    };
    let tab = tab.unwrap();
    let what = |what: &str| format!("payer {n} {what} {tab}");
    match dice.below(100) {
        0..60 => drop(wire.happen(&what("pays"), |bank| bank.pay(tab))),
        60..65 => {
            // The card is declined, and then another one is not.
            pauses(dice.below(6)).await;
            wire.happen(&what("pays at last"), |bank| bank.pay(tab));
        }
        65..70 => {
            wire.happen(&what("pays twice"), |bank| (bank.pay(tab), bank.pay(tab)));
        }
        70..82 => drop(wire.happen(&what("pays later"), |bank| bank.pay_later(tab))),
        82..86 => {
            let amount = usd("99.00");
            wire.happen(&what("pays 99.00"), |bank| bank.collect(tab, amount));
        }
        _ => world.pace.tell(|| what("leaves")),
    }
}

/// A member of staff, who asks again under the same key when there was no answer.
pub(crate) async fn staff(world: &World, n: u64) {
    let dice = &world.pace.dice;
    for turn in 0..=dice.below(3) {
        pauses(dice.below(25)).await;
        let invoice = *dice.pick(&world.invoices).unwrap();
        let call = world.call(&format!("staff {n} turn {turn}"));
        let what = dice.below(100);
        let amount = dice.chance(500).then(|| world.some_amount());
        for _ in 0..3 {
            let done = world
                .pace
                .served("staff", act(world, &call, invoice, what, amount));
            let done = done.await;
            world
                .pace
                .tell(|| format!("staff {n} did {what} to {invoice}: {done:?}"));
            match done {
                Some(Ok(()) | Err(Error::Refused(_) | Error::NotFound)) => break,
                Some(Err(_)) | None => pauses(dice.below(4)).await,
            }
        }
    }
}

async fn act(
    world: &World,
    call: &Call,
    invoice: InvoiceId,
    what: u64,
    amount: Option<Money>,
) -> Result<(), Error> {
    let ports = &world.ports;
    match what {
        0..25 => {
            let input = by_hand(call, amount);
            payments::record(ports, call, invoice, None, input).await?;
        }
        25..40 => {
            let input = invoices::CreditInput {
                amount,
                given_on: None,
                reason: None,
            };
            invoices::credit(ports, call, invoice, None, input).await?;
        }
        40..52 => {
            let total = match amount {
                Some(amount) => amount,
                None => usd("150.00"),
            };
            let terms = fixtures::terms(total, "2026-11-24", "2026-12-24");
            invoices::reprice(ports, call, invoice, None, terms).await?;
        }
        52..62 => {
            invoices::cancel(ports, call, invoice, None).await?;
        }
        62..95 => refund(world, call, invoice, amount).await?,
        _ => void(world, call, invoice).await?,
    }
    Ok(())
}

/// What staff write down, with the request's key as its reference.
pub(crate) fn by_hand(call: &Call, amount: Option<Money>) -> payments::PaymentInput {
    let key = call.idempotency.as_ref().map(|it| it.key.key.to_string());
    payments::PaymentInput {
        amount,
        received_on: None,
        mode: PaymentMode::Cash,
        reference: key.map(|key| fixtures::line(&key)),
        note: None,
    }
}

async fn refund(
    world: &World,
    call: &Call,
    invoice: InvoiceId,
    amount: Option<Money>,
) -> Result<(), Error> {
    let file = invoices::read(&world.ports, &call.staff, invoice).await?;
    let mut online = file.payments.iter().filter(|it| it.value.charge.is_some());
    let Some(payment) = online.next_back() else {
        return Err(Error::NotFound);
    };
    let input = refunds::RefundInput {
        amount,
        reason: None,
    };
    refunds::ask(&world.ports, call, payment.value.id, None, input).await?;
    Ok(())
}

async fn void(world: &World, call: &Call, invoice: InvoiceId) -> Result<(), Error> {
    let file = invoices::read(&world.ports, &call.staff, invoice).await?;
    let mut by_hand = file.payments.iter().filter(|it| it.value.charge.is_none());
    let Some(payment) = by_hand.next() else {
        return Err(Error::NotFound);
    };
    payments::void(&world.ports, call, payment.value.id, None, None).await?;
    Ok(())
}

/// What happens at the gateway without us: money arrives or bounces, goes back, is disputed.
pub(crate) async fn bank(world: &World) {
    let dice = &world.pace.dice;
    for _ in 0..=dice.below(5) {
        pauses(dice.below(30)).await;
        if dice.chance(50) {
            let amount = usd("7.00");
            let pay =
                |bank: &caseflow_core::testing::gateway::TestGateway| bank.pay_elsewhere(amount);
            world.wire.happen("somebody else pays", pay);
        }
        let checkouts = world.wire.bank.checkouts();
        let touched = |it: &&Snapshot| {
            matches!(
                it.state,
                GatewayState::Processing | GatewayState::Paid { .. }
            )
        };
        let touched: Vec<_> = checkouts.iter().filter(touched).collect();
        if let Some(checkout) = dice.pick(&touched) {
            move_money(world, checkout);
        }
    }
}

/// Something happens to the money of a checkout.
pub(crate) fn move_money(world: &World, checkout: &Snapshot) {
    let (dice, wire, it) = (&world.pace.dice, &world.wire, &checkout.reference);
    let what = |what: &str| format!("{what} {it}");
    let GatewayState::Paid { amount, .. } = checkout.state else {
        return match dice.chance(600) {
            true => drop(wire.happen(&what("money arrives"), |bank| bank.arrive(it))),
            false => {
                let code = "insufficient_funds";
                wire.happen(&what("money bounces"), |bank| bank.bounce(it, code));
            }
        };
    };
    let refunded = match &checkout.refunds {
        Refunds::Each(lines) => lines.last().map(|line| line.state),
        Refunds::Total(_) => None,
    };
    let disputed = checkout.disputes.last().map(|line| line.funds);
    match (dice.below(4), refunded, disputed) {
        (0, Some(RefundState::Succeeded), _) => {
            wire.happen(&what("refund returns"), |bank| bank.return_refund(it));
        }
        (1, _, Some(DisputedFunds::Withdrawn)) => {
            wire.happen(&what("dispute won"), |bank| bank.win(it));
        }
        (1, _, None) => {
            let part = world.some_amount();
            let part = if part.minor() < amount.minor() {
                part
            } else {
                amount
            };
            wire.happen(&what("disputed"), |bank| bank.dispute(it, part));
        }
        _ => {
            let part = world.some_amount();
            wire.happen(&what("refunded there"), |bank| bank.refund_there(it, part));
        }
    }
}

/// The gateway's notices come in some order, some twice, some never.
pub(crate) async fn postman(world: &World) {
    loop {
        pause().await;
        if world.pace.dice.chance(150) {
            deliver_one(world).await;
        }
    }
}

/// Delivers a notice, if there is one; one that is not taken well comes again.
pub(crate) async fn deliver_one(world: &World) {
    let dice = &world.pace.dice;
    let post = {
        let mut underway = world.wire.underway();
        let n = dice.index(underway.len());
        underway.remove(n)
    };
    let Some(post) = post else { return };
    if world.pace.loss() {
        return world.pace.tell(|| format!("lost: {}", body(&post)));
    }
    let delivered = world.pace.served("webhook", keep(world, &post)).await;
    world
        .pace
        .tell(|| format!("posted: {}: {delivered:?}", body(&post)));
    let is_kept = matches!(delivered, Some(Ok(Receipt::Kept(_))));
    if !is_kept || dice.chance(200) {
        world.wire.underway().push_back(post);
    }
}

/// Hands a notice in.
pub(crate) async fn keep(world: &World, post: &Post) -> Result<Receipt, Error> {
    use caseflow_core::ports::payments::PaymentGateway as _;
    let headers = post.posted.headers.iter();
    let headers: Vec<_> = headers.map(|(n, v)| (n.as_str(), v.as_slice())).collect();
    let request = WebhookRequest {
        headers: &headers,
        body: &post.posted.body,
    };
    let name = &world.wire.profile().merchant.gateway;
    upkeep::notices::keep(&world.ports, world.office.firm.id, name, &request).await
}

fn body(post: &Post) -> String {
    String::from_utf8_lossy(&post.posted.body).into_owned()
}

/// Whether gateways' own records are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sweeping {
    On,
    Off,
}

/// A server that keeps house.
pub(crate) async fn upkeeper(world: &World, sweeping: Sweeping) {
    loop {
        pauses(world.pace.dice.below(25)).await;
        let done = match world.pace.dice.below(10) {
            0..2 => {
                let deliver = outbox::deliver(&world.ports);
                let done = world.pace.served("outbox", deliver).await;
                done.map(|done| done.map(|round| round.sent))
            }
            2..5 => {
                let tasks = upkeep::payments::tasks(&world.ports);
                world.pace.served("tasks", tasks).await
            }
            _ => round(world, sweeping).await,
        };
        world.pace.tell(|| format!("upkeep: {done:?}"));
    }
}

/// A round of everything about money.
pub(crate) async fn round(world: &World, sweeping: Sweeping) -> Option<Result<u32, Error>> {
    let ports = &world.ports;
    match sweeping {
        Sweeping::On => {
            let work = upkeep::payments::work(ports);
            world.pace.served("upkeep", work).await
        }
        Sweeping::Off => {
            let tasks = upkeep::payments::tasks(ports);
            world.pace.served("upkeep", tasks).await
        }
    }
}
