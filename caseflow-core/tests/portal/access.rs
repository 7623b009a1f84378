//! Signing in, links and what ends them.

use std::collections::HashSet;
use std::time::Duration;

use caseflow_core::domain::access::Origin;
use caseflow_core::domain::link::LinkPurpose;
use caseflow_core::domain::password::{Password, PasswordError};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::PersonName;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::portal::links;
use caseflow_core::portal::profile::{self, ProfileInput, ProfileSaved};
use caseflow_core::portal::sign_in::forgot_password;
use caseflow_core::testing::fixtures::{self, PASSWORD};
use caseflow_core::testing::{PlainAddresses, block_on};
use caseflow_core::upkeep;

use super::setup::Story;

const NEW_PASSWORD: &str = "another long passphrase";

#[test]
fn r_acc_2_access_off_ends_sessions_and_links_at_once() {
    block_on(async {
        let story = Story::begin().await;
        let contact = &story.office.contact;
        let session = story.sign_in(contact).await.unwrap();
        let link = reset_link(&story).await;
        switch(&story, Switch::Off).await;
        assert!(!story.is_in(&session.token).await);
        dead(&set_password(&story, &link).await);
        wrong(&story.sign_in(contact).await);
        // Nothing of it comes back to life, the password neither.
        switch(&story, Switch::On).await;
        assert!(!story.is_in(&session.token).await);
        dead(&set_password(&story, &link).await);
        wrong(&story.sign_in(contact).await);
        let link = story.mailed_secret().await;
        set_password(&story, &link).await.unwrap();
        story
            .sign_in_with(&contact.email, NEW_PASSWORD)
            .await
            .unwrap();
    });
}

#[test]
fn r_acc_3_whom_the_host_signs_in_is_mailed_no_link_to_a_password() {
    block_on(async {
        let story = Story::begin().await;
        switch(&story, Switch::Off).await;
        switch(&story, Switch::Vouched).await;
        let call = story.call();
        let id = story.office.contact.id;
        let contact = contacts::read(&story.ports, &call.staff, id).await.unwrap();
        assert!(contact.value.may_sign_in());
        upkeep::tick(&story.ports).await.unwrap();
        assert!(story.doubles.mailer.take().is_empty());
    });
}

#[test]
fn r_acc_3_a_newer_link_replaces_an_older_one() {
    block_on(async {
        let story = Story::begin().await;
        switch(&story, Switch::On).await;
        let older = story.mailed_secret().await;
        switch(&story, Switch::On).await;
        let newer = story.mailed_secret().await;
        dead(&set_password(&story, &older).await);
        set_password(&story, &newer).await.unwrap();
        dead(&set_password(&story, &newer).await);
    });
}

#[test]
fn r_acc_3_a_set_password_link_works_for_48_hours_and_a_reset_for_one() {
    block_on(async {
        for (hours, reset) in [(48, false), (1, true)] {
            for (short_by, works) in [(1, true), (0, false)] {
                let story = Story::begin().await;
                let link = if reset {
                    reset_link(&story).await
                } else {
                    switch(&story, Switch::On).await;
                    story.mailed_secret().await
                };
                let wait = Duration::from_secs(hours * 3_600) - Duration::from_micros(short_by);
                story.doubles.clock.advance(wait);
                let outcome = set_password(&story, &link).await;
                assert_eq!(outcome.is_ok(), works, "{hours} h: {outcome:?}");
            }
        }
    });
}

#[test]
fn r_acc_3_looking_at_a_link_does_not_use_it_and_purposes_do_not_mix() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, firm) = (&story.ports, story.office.firm.id);
        let (link, origin) = (reset_link(&story).await, Origin::default());
        for _ in 0..3 {
            let page = links::look(ports, firm, &link, LinkPurpose::sets_password, &origin).await;
            assert_eq!(page.unwrap().email, story.office.contact.email);
        }
        let page = links::look(ports, firm, &link, links::is_confirmation, &origin).await;
        assert!(page.is_err());
        dead(&links::confirm_email(ports, firm, &link, &Origin::default()).await);
        let elsewhere = fixtures::Office::open(&*ports.store, 2).await;
        let other = elsewhere.firm.id;
        dead(&links::set_password(ports, other, &link, NEW_PASSWORD, &Origin::default()).await);
        set_password(&story, &link).await.unwrap();
    });
}

#[test]
fn e07_ten_thousand_link_tokens_are_random_and_only_their_hash_is_kept() {
    block_on(async {
        let story = Story::begin().await;
        let mut seen = HashSet::new();
        let mut ones = [0_u32; 256];
        for _ in 0..10_000 {
            switch(&story, Switch::On).await;
            let secret = story.mailed_secret().await;
            let bytes = bytes_of(&secret);
            assert!(seen.insert(bytes), "a token came twice");
            for (place, count) in ones.iter_mut().enumerate() {
                *count += u32::from(bytes[place / 8] >> (place % 8) & 1);
            }
            let card = story
                .ports
                .store
                .link(story.office.firm.id, secret.hash())
                .await;
            let link = card.unwrap().unwrap().link;
            assert_eq!(link.token, secret.hash());
            assert_ne!(link.token.as_bytes(), &bytes);
            // The id is public and made of time and other bits: it says nothing of the secret.
            let id = link.id.to_string();
            assert!(!secret.reveal().contains(&id[4..]));
        }
        // Each of the 256 bits is set in half of the tokens, give or take six standard deviations.
        assert!(
            ones.iter().all(|count| (4_700..=5_300).contains(count)),
            "{ones:?}"
        );
    });
}

#[test]
fn e08_a_reset_ends_all_sessions() {
    block_on(async {
        let story = Story::begin().await;
        let tokens = three_sessions(&story).await;
        let link = reset_link(&story).await;
        set_password(&story, &link).await.unwrap();
        for token in &tokens {
            assert!(!story.is_in(token).await);
        }
        let email = &story.office.contact.email;
        wrong(&story.sign_in(&story.office.contact).await);
        story.sign_in_with(email, NEW_PASSWORD).await.unwrap();
        upkeep::tick(&story.ports).await.unwrap();
        let told = story.doubles.mailer.take();
        assert_eq!(told.last().unwrap().subject, "Your password was changed");
    });
}

#[test]
fn e08_a_change_keeps_the_current_session_alone() {
    block_on(async {
        let story = Story::begin().await;
        let [first, current, last] = three_sessions(&story).await;
        let visiting = story.with_token(&current);
        let link = reset_link(&story).await;
        let old = Password::typed(PASSWORD);
        let same = profile::change_password(&story.ports, &visiting, &old, PASSWORD).await;
        let unchanged = Refusal::Password(PasswordError::Unchanged);
        assert!(matches!(same, Err(Error::Refused(it)) if it == unchanged));
        let guess = Password::typed("not the password");
        let wrong = profile::change_password(&story.ports, &visiting, &guess, NEW_PASSWORD).await;
        assert!(matches!(wrong, Err(Error::Refused(Refusal::WrongPassword))));
        assert!(story.is_in(&first).await);
        let done = profile::change_password(&story.ports, &visiting, &old, NEW_PASSWORD).await;
        done.unwrap();
        assert!(story.is_in(&current).await);
        assert!(!story.is_in(&first).await && !story.is_in(&last).await);
        dead(&set_password(&story, &link).await);
    });
}

#[test]
fn e09_nothing_of_a_removed_contact_works_or_revives_it() {
    block_on(async {
        let story = Story::begin().await;
        let contact = &story.office.contact;
        let session = story.sign_in(contact).await.unwrap();
        let link = reset_link(&story).await;
        forgot(&story).await;
        let call = story.call();
        contacts::remove(&story.ports, &call, contact.id, None)
            .await
            .unwrap();
        assert!(!story.is_in(&session.token).await);
        dead(&set_password(&story, &link).await);
        wrong(&story.sign_in(contact).await);
        upkeep::tick(&story.ports).await.unwrap();
        assert_eq!(
            story.doubles.mailer.take(),
            [],
            "a mail that waited is not sent"
        );
        let on = contacts::switch_access(&story.ports, &call, contact.id, None, Switch::On).await;
        assert!(matches!(on, Err(Error::Refused(Refusal::ContactRemoved))));
        forgot(&story).await;
        upkeep::tick(&story.ports).await.unwrap();
        assert_eq!(story.doubles.mailer.take(), []);
    });
}

#[test]
fn a_session_ends_after_half_an_hour_of_rest_and_after_eight_hours() {
    block_on(async {
        let story = Story::begin().await;
        let rested = story.sign_in(&story.office.contact).await.unwrap().token;
        let used = story.sign_in(&story.office.contact).await.unwrap().token;
        let minute = Duration::from_secs(60);
        for _ in 0..29 {
            story.doubles.clock.advance(minute);
            assert!(story.is_in(&used).await);
        }
        assert!(story.is_in(&rested).await);
        story.doubles.clock.set("2026-11-24T09:59:00Z");
        assert!(
            !story.is_in(&used).await,
            "thirty minutes without a request"
        );
        let busy = story.sign_in(&story.office.contact).await.unwrap().token;
        for _ in 0..(8 * 60 - 1) {
            story.doubles.clock.advance(minute);
            assert!(story.is_in(&busy).await);
        }
        story.doubles.clock.advance(minute);
        assert!(!story.is_in(&busy).await, "eight hours in all");
    });
}

#[test]
fn r_self_2_a_new_email_counts_after_its_link_was_opened() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, firm) = (&story.ports, story.office.firm.id);
        let new = fixtures::email("new@example.org");
        let input = ProfileInput {
            first_name: PersonName::parse("Anna").unwrap(),
            last_name: story.office.contact.last_name.clone(),
            phone: None,
            email: new.clone(),
        };
        let saved = profile::update(ports, &story.contact(), input)
            .await
            .unwrap();
        assert_eq!(saved, ProfileSaved::EmailToConfirm);
        wrong(&story.sign_in_with(&new, PASSWORD).await);
        upkeep::tick(ports).await.unwrap();
        let letters = story.doubles.mailer.take();
        assert_eq!(letters[0].to, new);
        let secret = PlainAddresses::secret_in(&letters[0].text).unwrap();
        links::confirm_email(ports, firm, &secret, &Origin::default())
            .await
            .unwrap();
        story.sign_in_with(&new, PASSWORD).await.unwrap();
        wrong(&story.sign_in(&story.office.contact).await);
        upkeep::tick(ports).await.unwrap();
        assert_eq!(
            story.doubles.mailer.take()[0].to,
            story.office.contact.email
        );
        dead(&links::confirm_email(ports, firm, &secret, &Origin::default()).await);
    });
}

async fn three_sessions(story: &Story) -> [Secret; 3] {
    let sign_in = async || story.sign_in(&story.office.contact).await.unwrap().token;
    [sign_in().await, sign_in().await, sign_in().await]
}

async fn forgot(story: &Story) {
    let (firm, email) = (story.office.firm.id, &story.office.contact.email);
    let asked = forgot_password(&story.ports, firm, email, &Origin::default()).await;
    asked.unwrap();
}

async fn reset_link(story: &Story) -> Secret {
    forgot(story).await;
    story.mailed_secret().await
}

async fn switch(story: &Story, switch: Switch) {
    let (call, id) = (story.call(), story.office.contact.id);
    let done = contacts::switch_access(&story.ports, &call, id, None, switch).await;
    done.unwrap();
}

async fn set_password(story: &Story, link: &Secret) -> Result<(), Error> {
    let firm = story.office.firm.id;
    links::set_password(&story.ports, firm, link, NEW_PASSWORD, &Origin::default()).await
}

/// The 32 bytes that a secret's text stands for.
fn bytes_of(secret: &Secret) -> [u8; 32] {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(secret.reveal()).unwrap().try_into().unwrap()
}

#[track_caller]
fn dead(outcome: &Result<(), Error>) {
    let right = matches!(outcome, Err(Error::Refused(Refusal::DeadLink)));
    assert!(right, "{outcome:?}");
}

#[track_caller]
fn wrong<T: std::fmt::Debug>(outcome: &Result<T, Error>) {
    let right = matches!(outcome, Err(Error::Refused(Refusal::WrongCredentials)));
    assert!(right, "{outcome:?}");
}
