//! The brakes on guessing (E17).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::changes::{Change, Changes};
use caseflow_core::domain::password::Password;
use caseflow_core::domain::text::{Email, PersonName};
use caseflow_core::domain::throttle::{Throttle, ThrottleKey};
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::portal::profile::{ProfileInput, ProfileSaved, change_password, update};
use caseflow_core::portal::sign_in::{Credentials, SignedIn, forgot_password, sign_in};
use caseflow_core::portal::{Visiting, links};
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, PASSWORD};
use caseflow_core::upkeep;

use super::meddled::{Meddled, before};
use super::setup::Story;

#[test]
fn e17_a_hundred_guesses_in_a_minute_are_slowed_down_alike_for_all_accounts() {
    block_on(async {
        let mut told = Vec::new();
        let off = fixtures::email("contact105@example.com");
        for email in ["contact103@example.com", "nobody@example.com"] {
            let (story, email) = (Story::begin().await, fixtures::email(email));
            let mut answers = Vec::new();
            for _ in 0..100 {
                let outcome = guess(&story, &email, "wrong password", None).await;
                answers.push(format!("{outcome:?}"));
                story.doubles.clock.advance(Duration::from_millis(600));
            }
            let compared = story.doubles.passwords.comparisons();
            assert!(
                (5..=15).contains(&compared),
                "{compared} of 100 were compared"
            );
            told.push((answers, compared, story.audit_rows().await));
            // Others are not held up.
            assert!(guess(&story, &off, PASSWORD, None).await.is_ok());
        }
        assert_eq!(told[0], told[1], "the answers tell who has an account");
    });
}

#[test]
fn e17_the_right_password_waits_too_and_works_after_the_wait() {
    block_on(async {
        let story = Story::begin().await;
        let email = &story.office.contact.email;
        let wait = loop {
            match guess(&story, email, "wrong password", None).await {
                Err(Error::Throttled(wait)) => break wait,
                other => assert!(matches!(
                    other,
                    Err(Error::Refused(Refusal::WrongCredentials))
                )),
            }
        };
        let early = guess(&story, email, PASSWORD, None).await;
        assert!(matches!(early, Err(Error::Throttled(_))), "{early:?}");
        story.doubles.clock.advance(wait);
        assert!(guess(&story, email, PASSWORD, None).await.is_ok());
        // The count begins anew.
        for _ in 0..5 {
            let outcome = guess(&story, email, "wrong password", None).await;
            assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        }
    });
}

#[test]
fn e17_one_address_cannot_try_many_accounts() {
    block_on(async {
        let story = Story::begin().await;
        let ip: IpAddr = "2001:db8::1".parse().unwrap();
        let mut throttled = 0;
        for n in 0..100 {
            let email = fixtures::email(&format!("person{n}@example.com"));
            let outcome = guess(&story, &email, "wrong password", Some(ip)).await;
            throttled += u32::from(matches!(outcome, Err(Error::Throttled(_))));
        }
        assert_eq!(throttled, 49, "50 are free, and the 51st begins the wait");
        // A neighbour in the same network waits too, another network does not.
        let email = &story.office.contact.email;
        let near = guess(&story, email, PASSWORD, "2001:db8::2".parse().ok()).await;
        assert!(matches!(near, Err(Error::Throttled(_))), "{near:?}");
        let far = guess(&story, email, PASSWORD, "2001:db8:1::1".parse().ok()).await;
        assert!(far.is_ok(), "{far:?}");
    });
}

#[test]
fn e17_forgotten_passwords_answer_alike_and_send_few_mails() {
    block_on(async {
        let mut told = Vec::new();
        for (email, mails) in [("contact103@example.com", 3), ("nobody@example.com", 0)] {
            let (story, email) = (Story::begin().await, fixtures::email(email));
            let mut answers = Vec::new();
            for _ in 0..100 {
                let firm = story.office.firm.id;
                let asked = forgot_password(&story.ports, firm, &email, &Origin::default()).await;
                answers.push(format!("{asked:?}"));
                story.doubles.clock.advance(Duration::from_millis(600));
            }
            told.push((answers, story.audit_rows().await));
            upkeep::tick(&story.ports).await.unwrap();
            let sent = story.doubles.mailer.take().len();
            assert!((mails..=mails + 1).contains(&sent), "{sent} mails");
        }
        assert_eq!(told[0], told[1], "the answers tell who has an account");
    });
}

#[test]
fn r_self_2_links_to_new_addresses_are_few_and_the_rest_of_the_profile_waits_with_them() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, visiting) = (&story.ports, story.contact());
        let ask = async |name: &str, email: &str| {
            let contact = story.office.contact.clone();
            let input = ProfileInput {
                first_name: PersonName::parse(name).unwrap(),
                last_name: contact.last_name,
                phone: contact.phone,
                email: fixtures::email(email),
            };
            update(ports, &visiting, input).await
        };
        for n in 0..4 {
            let asked = ask("Ana", &format!("new{n}@example.com")).await;
            assert!(
                matches!(asked, Ok(ProfileSaved::EmailToConfirm)),
                "{asked:?}"
            );
        }
        let rows = story.audit_rows().await;
        let early = ask("Eve", "new5@example.com").await;
        assert!(matches!(early, Err(Error::Throttled(_))), "{early:?}");
        assert_eq!(story.audit_rows().await, rows, "nothing was written");
        upkeep::tick(ports).await.unwrap();
        assert_eq!(story.doubles.mailer.take().len(), 4);
        // What needs no mail is no mail to wait for.
        let own = story.office.contact.email.to_string();
        assert!(matches!(ask("Eve", &own).await, Ok(ProfileSaved::Done)));
        story.doubles.clock.advance(Duration::from_secs(300));
        assert!(ask("Eve", "new5@example.com").await.is_ok());
    });
}

#[test]
fn r_self_2_one_address_cannot_have_links_sent_for_many_contacts() {
    block_on(async {
        let story = Story::begin().await;
        let origin = Origin {
            ip: Some([192, 0, 2, 1].into()),
            user_agent: None,
        };
        let here = ThrottleKey::address("new_email", [192, 0, 2, 1].into());
        let ask = async || {
            let contact = story.office.contact.clone();
            let visiting = Visiting {
                origin: origin.clone(),
                ..story.contact()
            };
            let input = ProfileInput {
                first_name: contact.first_name,
                last_name: contact.last_name,
                phone: contact.phone,
                email: fixtures::email("new@example.com"),
            };
            update(&story.ports, &visiting, input).await
        };
        assert!(ask().await.is_ok());
        let firm = story.office.firm.id;
        let count = story.ports.store.throttles(firm, &[here]).await.unwrap()[0];
        assert_eq!(count.tries, 1);
        let now = story.ports.now();
        let others = Throttle {
            tries: 99,
            blocked_until: now.plus(Duration::from_secs(60)),
            ..count
        };
        let others = Change::Throttle {
            read: 1,
            now: others,
        };
        let changes = Changes::default().with(others);
        story.ports.store.commit(firm, changes).await.unwrap();
        let refused = ask().await;
        assert!(matches!(refused, Err(Error::Throttled(_))), "{refused:?}");
    });
}

#[test]
fn e17_an_open_session_is_no_place_to_guess_the_password() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, contact) = (&story.ports, story.contact());
        let change = async |current: &str| {
            let current = Password::typed(current);
            change_password(ports, &contact, &current, "a new long passphrase").await
        };
        for _ in 0..6 {
            let outcome = change("wrong password").await;
            assert!(matches!(
                outcome,
                Err(Error::Refused(Refusal::WrongPassword))
            ));
        }
        let early = change(PASSWORD).await;
        assert!(matches!(early, Err(Error::Throttled(_))), "{early:?}");
        story.doubles.clock.advance(Duration::from_secs(1));
        assert!(change(PASSWORD).await.is_ok());
    });
}

#[test]
fn e17_no_mail_waits_for_whom_may_not_sign_in() {
    block_on(async {
        let story = Story::begin().await;
        let (contact, call) = (&story.office.contact, story.call());
        let off = contacts::switch_access(&story.ports, &call, contact.id, None, Switch::Off);
        off.await.unwrap();
        let (firm, origin) = (story.office.firm.id, Origin::default());
        let asked = forgot_password(&story.ports, firm, &contact.email, &origin).await;
        assert!(asked.is_ok(), "{asked:?}");
        let now = story.ports.now();
        let waiting = story
            .ports
            .store
            .lease(now, now.plus(Duration::from_secs(1)), 9)
            .await;
        assert_eq!(waiting.unwrap(), []);
    });
}

#[test]
fn e17_guesses_made_at_once_count_one_by_one() {
    block_on(async {
        let story = Story::begin().await;
        let email = &story.office.contact.email;
        let twins: Vec<_> = (0..4)
            .map(|_| {
                let (ports, email) = (story.ports.clone(), email.clone());
                let firm = story.office.firm.id;
                before(async move || {
                    let wrong = credentials(&email, "wrong password");
                    sign_in(&ports, firm, &wrong, &Origin::default()).await
                })
            })
            .collect();
        let ports = story.through(Meddled::new(Arc::clone(&story.ports.store), twins));
        let firm = story.office.firm.id;
        let wrong = credentials(email, "wrong password");
        let outcome = sign_in(&ports, firm, &wrong, &Origin::default()).await;
        assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
        let key = ThrottleKey::account("sign_in", email);
        let count = story.ports.store.throttles(firm, &[key]).await.unwrap()[0];
        assert_eq!(count.tries, 5);
    });
}

#[test]
fn e17_one_address_cannot_try_many_links() {
    block_on(async {
        let story = Story::begin().await;
        let (firm, ports) = (story.office.firm.id, &story.ports);
        let origin = Origin {
            ip: Some([192, 0, 2, 1].into()),
            user_agent: None,
        };
        let mut throttled = 0;
        for n in 0..100 {
            let secret = fixtures::secret(n);
            let looked = links::look(ports, firm, &secret, |_| true, &origin).await;
            match looked {
                Err(Error::Throttled(_)) => throttled += 1,
                other => assert!(matches!(other, Err(Error::Refused(Refusal::DeadLink)))),
            }
        }
        assert_eq!(throttled, 49, "50 are free, and the 51st begins the wait");
    });
}

async fn guess(
    story: &Story,
    email: &Email,
    password: &str,
    ip: Option<IpAddr>,
) -> Result<SignedIn, Error> {
    let credentials = credentials(email, password);
    let origin = Origin {
        ip,
        user_agent: None,
    };
    sign_in(&story.ports, story.office.firm.id, &credentials, &origin).await
}

fn credentials(email: &Email, password: &str) -> Credentials {
    Credentials {
        email: email.clone(),
        password: Password::typed(password),
        device: None,
    }
}
