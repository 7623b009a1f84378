//! Two at once, and answers that get lost.

use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::client::{Contact, Standing};
use caseflow_core::domain::password::Password;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::contacts::{self, ContactInput, Rank, Switch};
use caseflow_core::firm::{clients, invoices, payments};
use caseflow_core::portal::links;
use caseflow_core::portal::sign_in::{Credentials, forgot_password, sign_in};
use caseflow_core::testing::fixtures::{self, PASSWORD, usd};
use caseflow_core::testing::{PlainAddresses, block_on};
use caseflow_core::upkeep;

use super::meddled::{Meddled, Meddling, before};
use super::setup::{Story, input_of, payment};

#[test]
fn r_inv_5_numbers_have_no_gaps_when_32_are_issued_at_once() {
    block_on(async {
        let story = Story::begin().await;
        let mut ids = Vec::new();
        for _ in 0..32 {
            ids.push(story.draft("1.00", "2026-12-24").await);
        }
        std::thread::scope(|scope| {
            for id in ids.iter().copied() {
                let story = &story;
                scope.spawn(move || {
                    block_on(async {
                        let call = story.call();
                        invoices::issue(&story.ports, &call, id, None)
                            .await
                            .unwrap();
                        story.pay(id, "0.50").await;
                    });
                });
            }
        });
        let (mut numbers, mut receipts) = (Vec::new(), Vec::new());
        for id in ids {
            let file = story.file(id).await;
            numbers.push(file.invoice.value.number().unwrap().to_string());
            receipts.push(file.payments[0].value.receipt.taken().unwrap().to_string());
        }
        numbers.sort();
        receipts.sort();
        let series = |mark| (1..=32).map(move |n| format!("{mark}{n:04}"));
        assert_eq!(numbers, series("INV-").collect::<Vec<_>>());
        assert_eq!(receipts, series("R-").collect::<Vec<_>>());
        assert_eq!(story.audit_rows().await, 96);
    });
}

#[test]
fn payments_at_once_never_take_more_than_is_due() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("10.00", "2026-12-24").await;
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let payers: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| block_on(story.try_pay(id, Some(usd("1.00"))))))
                .collect();
            payers
                .into_iter()
                .map(|payer| payer.join().unwrap())
                .collect()
        });
        let paid = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let file = story.file(id).await;
        assert_eq!(file.payments.len(), paid);
        assert!((8..=10).contains(&paid), "{outcomes:?}");
        assert_eq!(
            file.invoice.value.amount_due().minor(),
            1_000 - 100 * i64::try_from(paid).unwrap()
        );
    });
}

#[test]
fn a_request_whose_answer_was_lost_is_answered_by_its_first_reply() {
    block_on(async {
        for (meddling, name) in [
            (Meddling::AnswerLost, "answer lost"),
            (Meddling::RequestLost, "request lost"),
        ] {
            let story = Story::begin().await;
            let id = story.issued("10.00", "2026-12-24").await;
            let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [meddling]));
            let call = story.keyed("pay");
            let first = payments::record(&ports, &call, id, None, payment(None)).await;
            let first = first.unwrap_or_else(|error| panic!("{name}: {error}"));
            let again = payments::record(&ports, &call, id, None, payment(None))
                .await
                .unwrap();
            assert_eq!(first, again);
            let file = story.file(id).await;
            assert_eq!(file.payments.len(), 1);
            assert_eq!(first.id, file.payments[0].value.id.into());
        }
    });
}

#[test]
fn the_same_request_twice_at_once_is_done_once_and_answered_twice() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("10.00", "2026-12-24").await;
        let (twin, call) = (story.ports.clone(), story.keyed("pay"));
        let faster = before(async move || {
            payments::record(&twin, &call, id, None, payment(None))
                .await
                .unwrap()
        });
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [faster]));
        let call = story.keyed("pay");
        let slower = payments::record(&ports, &call, id, None, payment(None)).await;
        let file = story.file(id).await;
        assert_eq!(file.payments.len(), 1);
        assert_eq!(slower.unwrap().id, file.payments[0].value.id.into());
    });
}

#[test]
fn a_refused_request_does_not_consume_its_key() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("10.00", "2026-12-24").await;
        let call = story.keyed("pay");
        let too_much = payment(Some(usd("10.01")));
        let refused = payments::record(&story.ports, &call, id, None, too_much).await;
        assert!(matches!(refused, Err(Error::Refused(_))));
        payments::record(&story.ports, &call, id, None, payment(None))
            .await
            .unwrap();
        // A replay comes before any other check, whatever has happened since.
        let again = payments::record(&story.ports, &call, id, None, payment(None)).await;
        assert!(again.is_ok(), "{again:?}");
        let mut other = story.keyed("pay");
        other.idempotency.as_mut().unwrap().fingerprint = [2; 32];
        let reused = payments::record(&story.ports, &other, id, None, payment(None)).await;
        assert!(matches!(reused, Err(Error::KeyReused)), "{reused:?}");
    });
}

#[test]
fn r_acc_1_two_contacts_made_primary_at_once_leave_one() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let client = office.neighbour.id;
        let unmarked = contact_input("second@example.com", Rank::Primary);
        let (twin, call) = (story.ports.clone(), story.call());
        let faster = before(async move || {
            contacts::create(&twin, &call, client, unmarked)
                .await
                .unwrap()
        });
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [faster]));
        let third = contact_input("third@example.com", Rank::Primary);
        let slower = contacts::create(&ports, &story.call(), client, third).await;
        assert!(slower.is_ok(), "{slower:?}");
        let file = clients::read(&story.ports, &office.staff(), client)
            .await
            .unwrap();
        let primary = |contact: &Contact| contact.standing == Standing::Primary;
        let marked: Vec<_> = file
            .contacts
            .iter()
            .filter(|it| primary(&it.value))
            .collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(slower.unwrap().id, marked[0].value.id.into());
    });
}

#[test]
fn an_email_taken_meanwhile_is_said_to_be_taken() {
    block_on(async {
        let story = Story::begin().await;
        let client = story.office.client.id;
        let (twin, call) = (story.ports.clone(), story.call());
        let faster = before(async move || {
            let input = contact_input("Same@example.com", Rank::Other);
            contacts::create(&twin, &call, client, input).await.unwrap()
        });
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [faster]));
        let input = contact_input("same@example.com", Rank::Other);
        let slower = contacts::create(&ports, &story.call(), client, input).await;
        assert!(
            matches!(slower, Err(Error::Refused(Refusal::EmailTaken))),
            "{slower:?}"
        );
    });
}

#[test]
fn e08_a_sign_in_under_way_does_not_outlive_a_reset() {
    block_on(async {
        let story = Story::begin().await;
        let (firm, email) = (story.office.firm.id, story.office.contact.email.clone());
        let origin = Origin::default();
        forgot_password(&story.ports, firm, &email, &origin)
            .await
            .unwrap();
        let link = story.mailed_secret().await;
        let twin = story.ports.clone();
        // The old password was found right; before the session is written, it no longer is.
        let faster = before(async move || {
            links::set_password(
                &twin,
                firm,
                &link,
                "a new long passphrase",
                &Origin::default(),
            )
            .await
            .unwrap();
        });
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [faster]));
        let credentials = Credentials {
            email,
            password: Password::typed(PASSWORD),
            device: None,
        };
        let outcome = sign_in(&ports, firm, &credentials, &origin).await;
        let wrong = matches!(outcome, Err(Error::Refused(Refusal::WrongCredentials)));
        assert!(wrong, "{outcome:?}");
        // Nothing is left to expire but the count of mails asked for.
        let late = story.ports.now().plus(Duration::from_secs(864_000));
        assert_eq!(story.ports.store.purge(late).await.unwrap(), 1);
    });
}

#[test]
fn r_acc_2_a_link_made_while_access_is_switched_off_is_dead() {
    block_on(async {
        let story = Story::begin().await;
        let (contact, call) = (story.office.contact.id, story.call());
        contacts::switch_access(&story.ports, &call, contact, None, Switch::On)
            .await
            .unwrap();
        let twin = story.ports.clone();
        let off = before(async move || {
            contacts::switch_access(&twin, &call, contact, None, Switch::Off)
                .await
                .unwrap()
        });
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), [off]));
        upkeep::tick(&ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        let secret = PlainAddresses::secret_in(&letters[0].text).unwrap();
        let (firm, origin) = (story.office.firm.id, Origin::default());
        let used = links::set_password(&ports, firm, &secret, "a new long passphrase", &origin);
        let used = used.await;
        assert!(
            matches!(used, Err(Error::Refused(Refusal::DeadLink))),
            "{used:?}"
        );
    });
}

fn contact_input(email: &str, rank: Rank) -> ContactInput {
    ContactInput {
        email: fixtures::email(email),
        rank,
        ..input_of(&fixtures::contact(1, fixtures::id(1)))
    }
}
