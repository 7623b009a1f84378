//! Attempts at paying online.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{all_pages, applied, billed, breaks, read_invoice, tried, update, winners, wrote};
use crate::domain::attempt::{Attempt, AttemptStage, AttemptState, Checkout, End, NextStep, Order};
use crate::domain::changes::{Change, Changes, Version, Versioned, Write};
use crate::domain::currency::Currency;
use crate::domain::gateway::Merchant;
use crate::domain::id::InvoiceId;
use crate::domain::money::Money;
use crate::domain::text::LanguageTag;
use crate::ports::store::{AttemptQuery, Constraint, Store, StoreError};
use crate::testing::fixtures::{self, NOW, Office, checkout, id, line, txn, usd};
use crate::testing::join_all;

/// Catches a store that loses a field of an attempt, takes one state for another, or leaves facts of
/// the state before in a row that is written again.
pub async fn case_attempts_come_out_as_they_went_in(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for (n, state) in (1..).zip(every_state("one")) {
        let invoice = billed(&*store, &office, n).await;
        let attempt = fixtures::attempt(n, &invoice, office.contact.id);
        let attempt = dressed(n, state, &attempt);
        let insert = Change::Attempt(Write::Insert(attempt.clone()));
        wrote(&*store, office.firm.id, insert).await;
        comes_out(&*store, &office, Version::FIRST, attempt).await;
    }
    // One row in every state, up and down the list.
    let invoice = billed(&*store, &office, 100).await;
    let first = fixtures::attempt(100, &invoice, office.colleague.id);
    let insert = Change::Attempt(Write::Insert(first.clone()));
    wrote(&*store, office.firm.id, insert).await;
    let states = every_state("two");
    let up_and_down = states.clone().into_iter().chain(states.into_iter().rev());
    for (n, state) in (1..).zip(up_and_down) {
        let attempt = dressed(n, state, &first);
        let change = Change::Attempt(update(Version(n), attempt.clone()));
        wrote(&*store, office.firm.id, change).await;
        comes_out(&*store, &office, Version(n + 1), attempt).await;
    }
}

/// Every kind of state, with the longest and strangest of facts. The checkouts are `whose` alone.
fn every_state(whose: &str) -> Vec<AttemptState> {
    let later = |micros| NOW.plus(Duration::from_micros(micros));
    let long = "x".repeat(240);
    let reference = |name: &str| checkout(&format!("{whose}_{name}_{long}"));
    let open = |name: &str, next| {
        let reference = reference(name);
        AttemptState::Open(Checkout { reference, next })
    };
    let ended = |end, reference| AttemptState::Ended {
        end,
        reference,
        at: later(3),
    };
    let [redirect, form, bare_form] = next_steps();
    vec![
        AttemptState::Creating,
        open("a", redirect),
        open("b", form),
        open("c", bare_form),
        AttemptState::Processing(reference("d")),
        AttemptState::Succeeded {
            reference: reference("e"),
            txn: txn(&format!("e_{long}")),
            at: later(1),
        },
        AttemptState::Held {
            reference: reference("f"),
            txn: txn("ch_~!@#$%^&*()'\"\\"),
            collected: Money::from_minor(9_007_199_254_740_993, Currency::JPY),
            at: later(2),
        },
        ended(End::Failed, None),
        ended(End::Expired, Some(reference("g"))),
        ended(End::Cancelled, Some(reference("h"))),
        ended(End::Cancelled, None),
    ]
}

fn next_steps() -> [NextStep; 3] {
    let page = format!("https://pay.example.com/{}?a=ü%20&b=1#c", "y".repeat(1_900));
    let script = line("https://pay.example.com/form.js?v=1");
    let settings = [
        ("client_secret", "cs_1_secret_{\"a\": [1]}"),
        ("", ""),
        ("Schlüssel \"\\'", "line\n\ttwo 🦊"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let embedded = |script, settings| NextStep::Embedded { script, settings };
    [
        NextStep::Redirect(line(&page)),
        embedded(script.clone(), settings.into()),
        embedded(script, BTreeMap::new()),
    ]
}

/// The attempt in this state, with fields that follow from the number.
fn dressed(n: u64, state: AttemptState, attempt: &Attempt) -> Attempt {
    let odd = !n.is_multiple_of(2);
    Attempt {
        state,
        amount: usd("12.34"),
        balance: usd("99.99"),
        order: Order {
            description: line(&format!("Facture n° {n} “été”")),
            email: fixtures::email(&format!("Payer{n}@Example.org")),
            language: LanguageTag::parse("de-CH").unwrap(),
            return_url: line(&format!("https://portal.example.com/{}", "r".repeat(470))),
            cancel_url: line(&format!("https://portal.example.com/{n}?x=%2F&y=ü")),
            expires_at: NOW.plus(Duration::from_micros(n + 7)),
        },
        next_check: odd.then(|| NOW.plus(Duration::from_micros(n))),
        checks: u32::try_from(n).unwrap() * 1_000_000,
        trouble: (!odd).then(fixtures::trouble),
        started_at: NOW.minus(Duration::from_micros(n)),
        ..attempt.clone()
    }
}

/// Reads the attempt in every way in which one is read.
async fn comes_out(store: &dyn Store, office: &Office, version: Version, value: Attempt) {
    let attempt = Versioned { version, value };
    let file = read_invoice(store, office, attempt.value.invoice).await;
    assert_eq!(file.attempts, std::slice::from_ref(&attempt));
    let query = AttemptQuery {
        invoice: Some(attempt.value.invoice),
        ..AttemptQuery::default()
    };
    let listed = store.attempts(office.firm.id, &query).await.unwrap();
    assert_eq!(listed.rows, std::slice::from_ref(&attempt));
    let key = attempt.value.id.into();
    let found = store.invoice(office.firm.id, key).await.unwrap();
    assert_eq!(found.as_ref(), Some(&file));
    let visit = office.visit(&office.contact);
    let (_, shown) = store.client_invoice(visit, key).await.unwrap().unwrap();
    assert_eq!(shown, Some(file));
}

/// R-PAY-4. Catches a store that looks for a live attempt and writes another in two steps.
pub async fn case_of_attempts_made_at_once_one_is_live(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    for round in 1..=3 {
        let invoice = billed(&*store, &office, round).await;
        let contacts = [office.contact.id, office.colleague.id];
        let taps = (1..=24).map(|n| {
            let contact = contacts[usize::from(n % 2 == 0)];
            let attempt = match n % 3 {
                0 => fixtures::open_attempt(round * 100 + n, &invoice, contact),
                _ => fixtures::attempt(round * 100 + n, &invoice, contact),
            };
            tried(&*store, office.firm.id, start(&attempt))
        });
        let outcomes = join_all(taps).await;
        let live = |error: &StoreError| {
            matches!(error, StoreError::AlreadyExists(Constraint::LiveAttempt))
        };
        assert_eq!(winners(&outcomes, live), 1, "{outcomes:?}");
        let file = read_invoice(&*store, &office, invoice.id).await;
        assert_eq!(
            (file.attempts.len(), file.live_attempt().is_some()),
            (1, true)
        );
    }
}

/// R-PAY-4. Catches a store that counts attempts that are over, forgets a stage at which one is
/// live, or looks at new rows alone.
pub async fn case_an_attempt_that_is_over_is_in_nobodys_way(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let invoice = billed(&*store, &office, 1).await;
    let attempt = |n, state| Attempt {
        state,
        ..fixtures::attempt(n, &invoice, office.contact.id)
    };
    let next =
        |version, attempt: &Attempt| Change::Attempt(update(Version(version), attempt.clone()));
    for (n, state) in (1..).zip(every_state("one")) {
        // The one before is over.
        wrote(&*store, firm, start(&attempt(n, AttemptState::Creating))).await;
        let now = attempt(n, state);
        wrote(&*store, firm, next(1, &now)).await;
        let another = attempt(1_000 + n, AttemptState::Creating);
        let outcome = tried(&*store, firm, start(&another)).await;
        match now.stage().is_live() {
            true => breaks(&outcome, Constraint::LiveAttempt),
            false => {
                assert!(outcome.is_ok(), "{:?} is over: {outcome:?}", now.stage());
                // One that is over cannot come back to life beside it.
                let back = tried(&*store, firm, next(2, &attempt(n, AttemptState::Creating))).await;
                breaks(&back, Constraint::LiveAttempt);
                wrote(&*store, firm, next(1, &over(&another))).await;
            }
        }
        wrote(&*store, firm, next(2, &over(&now))).await;
    }
    let (last, new) = (
        attempt(50, AttemptState::Creating),
        attempt(51, AttemptState::Creating),
    );
    wrote(&*store, firm, start(&last)).await;
    // In the order of the changes: the new one is refused before the old one is over.
    let too_early = Changes::default()
        .with(start(&new))
        .with(next(1, &over(&last)));
    breaks(
        &store.commit(firm, too_early).await,
        Constraint::LiveAttempt,
    );
    let in_turn = Changes::default()
        .with(next(1, &over(&last)))
        .with(start(&new));
    applied(&*store, firm, in_turn).await;
    // Another invoice has a live attempt of its own.
    let other = billed(&*store, &office, 2).await;
    let other = fixtures::attempt(52, &other, office.contact.id);
    wrote(&*store, firm, start(&other)).await;
}

/// R-PAY-6. Catches a store in which one checkout pays two invoices, or whose checkouts are known
/// beyond the account that they are at.
pub async fn case_a_checkout_is_one_attempts(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    let mut invoices = vec![];
    for n in 1..=20 {
        invoices.push(billed(&*store, &office, n).await);
    }
    let at = |n: u64, merchant: &str| {
        let invoice = &invoices[usize::try_from(n).unwrap() - 1];
        Attempt {
            id: id(n),
            invoice: invoice.id,
            merchant: merchant.parse::<Merchant>().unwrap(),
            ..fixtures::open_attempt(7, invoice, office.contact.id)
        }
    };
    let same = "example:acct_1:test";
    let attempts = (1..=12).map(|n| tried(&*store, firm, start(&at(n, same))));
    let outcomes = join_all(attempts).await;
    let taken =
        |error: &StoreError| matches!(error, StoreError::AlreadyExists(Constraint::Checkout));
    assert_eq!(winners(&outcomes, taken), 1, "{outcomes:?}");
    // It stays taken, whatever becomes of either.
    let late = fixtures::attempt(13, &invoices[12], office.contact.id);
    wrote(&*store, firm, start(&late)).await;
    for state in [
        AttemptState::Processing(checkout("cs_7")),
        over(&at(1, same)).state,
    ] {
        let change = Attempt {
            state,
            ..late.clone()
        };
        let change = Change::Attempt(update(Version::FIRST, change));
        breaks(&tried(&*store, firm, change).await, Constraint::Checkout);
    }
    for (n, merchant) in [
        (14, "example:acct_2:test"),
        (15, "example:acct_1:live"),
        (16, "sample:acct_1:test"),
    ] {
        wrote(&*store, firm, start(&at(n, merchant))).await;
    }
    // An attempt is in its own way neither before nor after.
    let moved = Attempt {
        state: AttemptState::Processing(checkout("cs_7")),
        ..at(14, "example:acct_2:test")
    };
    wrote(
        &*store,
        firm,
        Change::Attempt(update(Version::FIRST, moved)),
    )
    .await;
}

/// Catches a list whose filters overwrite each other or are applied after the page was cut, or that
/// loses rows while others come in.
pub async fn case_attempts_are_listed_by_stage_and_invoice(store: Arc<dyn Store>) {
    let office = Office::open(&*store, 1).await;
    let firm = office.firm.id;
    for n in 1..=6 {
        billed(&*store, &office, n).await;
    }
    let mut all = vec![];
    for n in (1..=36).map(|n| n * 5 % 37) {
        let attempt = one_of_many(n, &office);
        wrote(&*store, firm, start(&attempt)).await;
        all.push(attempt);
    }
    all.sort_by_key(|attempt| std::cmp::Reverse(attempt.id));
    let stages = AttemptStage::ALL.map(Some).into_iter().chain([None]);
    for stage in stages {
        for invoice in [None, Some(id(1)), Some(id(4)), Some(id(4_711))] {
            let of = |it: &&Attempt| {
                stage.is_none_or(|stage| stage == it.stage())
                    && invoice.is_none_or(|invoice| invoice == it.invoice)
            };
            let expected: Vec<Attempt> = all.iter().filter(of).cloned().collect();
            for rows in [1, 5, 100] {
                let found = listed(&*store, &office, rows, (stage, invoice)).await;
                assert_eq!(found, expected, "{stage:?} at {invoice:?}");
            }
        }
    }
    let mut newcomer = 1_000;
    let found = all_pages(7, async |page| {
        newcomer += 1;
        wrote(
            &*store,
            firm,
            start(&one_of_many(newcomer * 6 + 4, &office)),
        )
        .await;
        let query = AttemptQuery {
            page,
            ..AttemptQuery::default()
        };
        store.attempts(firm, &query).await
    });
    let found: Vec<Attempt> = found.await.into_iter().map(|row| row.value).collect();
    assert!(found.is_sorted_by(|a, b| a.id > b.id));
    let old = found.into_iter().filter(|it| it.id < id(1_000));
    assert!(old.eq(all), "rows were lost or repeated");
}

async fn listed(
    store: &dyn Store,
    office: &Office,
    rows: u32,
    (stage, invoice): (Option<AttemptStage>, Option<InvoiceId>),
) -> Vec<Attempt> {
    let all = all_pages(rows, async |page| {
        let query = AttemptQuery {
            stage,
            invoice,
            page,
        };
        store.attempts(office.firm.id, &query).await
    });
    all.await.into_iter().map(|row| row.value).collect()
}

/// An attempt at one of six invoices. The first at each is live, the others are over in one way or
/// another.
fn one_of_many(n: u64, office: &Office) -> Attempt {
    let invoice = fixtures::issued(n % 6 + 1, office.client.id, usd("100.00"));
    let contact = office.contact.id;
    match n {
        1 | 2 => fixtures::attempt(n, &invoice, contact),
        3 | 4 => fixtures::open_attempt(n, &invoice, contact),
        5 | 6 => Attempt {
            state: AttemptState::Processing(checkout(&format!("cs_{n}"))),
            ..fixtures::attempt(n, &invoice, contact)
        },
        _ => match n % 5 {
            0 => fixtures::paid_attempt(n, &invoice, contact),
            1 => Attempt {
                state: AttemptState::Held {
                    reference: checkout(&format!("cs_{n}")),
                    txn: txn(&format!("ch_{n}")),
                    collected: Money::from_minor(1, Currency::EUR),
                    at: NOW,
                },
                ..fixtures::paid_attempt(n, &invoice, contact)
            },
            2 => fixtures::ended_attempt(n, &invoice, contact, End::Failed),
            3 => fixtures::ended_attempt(n, &invoice, contact, End::Expired),
            _ => fixtures::ended_attempt(n, &invoice, contact, End::Cancelled),
        },
    }
}

fn start(attempt: &Attempt) -> Change {
    Change::Attempt(Write::Insert(attempt.clone()))
}

/// The attempt as one that came to nothing; its checkout, if there was one, stays its own.
fn over(attempt: &Attempt) -> Attempt {
    Attempt {
        state: AttemptState::Ended {
            end: End::Cancelled,
            reference: attempt.reference().cloned(),
            at: NOW,
        },
        next_check: None,
        ..attempt.clone()
    }
}
