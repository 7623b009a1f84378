//! Devices in which somebody has signed in before (E17, R-ACC-2, R-SELF-2).

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::changes::{Change, Changes};
use caseflow_core::domain::client::{Access, Contact};
use caseflow_core::domain::device::KnownDevice;
use caseflow_core::domain::id::FirmId;
use caseflow_core::domain::password::{Password, PasswordHash};
use caseflow_core::domain::throttle::ThrottleKey;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::portal::links;
use caseflow_core::portal::profile::change_password;
use caseflow_core::portal::sign_in::{Credentials, SignedIn, forgot_password, sign_in};
use caseflow_core::testing::fixtures::{self, NOW, PASSWORD};
use caseflow_core::testing::{QuickPasswords, block_on};

use super::setup::Story;

fn firm(n: u64) -> FirmId {
    fixtures::id(n)
}

fn with_hash(n: u64, phc: &str) -> Contact {
    Contact {
        access: Access::On(PasswordHash::from_phc(phc.to_owned())),
        ..fixtures::contact(n, fixtures::id(1))
    }
}

fn known(contact: &Contact) -> KnownDevice {
    let hash = contact.password().unwrap();
    KnownDevice::new([7; 16], firm(1), contact.id, hash, NOW)
}

#[test]
fn a_mark_reads_back_and_is_of_its_contact_alone() {
    let contact = with_hash(1, "one");
    let mark = KnownDevice::parse(&known(&contact).reveal()).unwrap();
    assert!(mark.is_of(firm(1), &contact, NOW));
    assert!(!mark.is_of(firm(2), &contact, NOW), "another firm");
    assert!(
        !mark.is_of(firm(1), &with_hash(2, "one"), NOW),
        "another contact"
    );
    assert!(
        !mark.is_of(firm(1), &with_hash(1, "two"), NOW),
        "another password"
    );
    assert_eq!(format!("{mark:?}"), "KnownDevice(…)");
}

#[test]
fn a_mark_runs_out() {
    let contact = with_hash(1, "one");
    let (mark, end) = (known(&contact), NOW.plus(KnownDevice::VALIDITY));
    assert!(mark.is_of(firm(1), &contact, end.minus(Duration::from_micros(1))));
    assert!(!mark.is_of(firm(1), &contact, end));
}

#[test]
fn no_bit_of_a_mark_can_be_changed() {
    let contact = with_hash(1, "one");
    let bytes = URL_SAFE_NO_PAD.decode(known(&contact).reveal()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let mark = KnownDevice::parse(&URL_SAFE_NO_PAD.encode(changed)).unwrap();
        assert!(!mark.is_of(firm(1), &contact, NOW), "bit {bit}");
    }
}

#[test]
fn what_is_no_mark_is_not_read() {
    let text = known(&with_hash(1, "one")).reveal();
    assert_eq!(text.len(), 75);
    let longer = format!("{text}A");
    for wrong in ["", "A", &text[..74], &longer, &"A".repeat(4000), "é"] {
        assert!(KnownDevice::parse(wrong).is_none(), "{wrong}");
    }
}

/// A contact whose account somebody else keeps guessing at, and the mark of the contact's device.
struct Besieged {
    story: Story,
    mark: KnownDevice,
}

impl Besieged {
    async fn begin() -> Self {
        let story = Story::begin().await;
        let mark = story.sign_in(&story.office.contact).await.unwrap().device;
        let besieged = Self { story, mark };
        besieged.guess_until_it_waits().await;
        besieged
    }

    async fn guess_until_it_waits(&self) {
        while !matches!(
            self.elsewhere("wrong password").await,
            Err(Error::Throttled(_))
        ) {}
    }

    async fn elsewhere(&self, password: &str) -> Result<SignedIn, Error> {
        self.try_it(password, None, None).await
    }

    async fn at_home(&self, password: &str) -> Result<SignedIn, Error> {
        self.try_it(password, Some(&self.mark), None).await
    }

    async fn try_it(
        &self,
        password: &str,
        device: Option<&KnownDevice>,
        ip: Option<IpAddr>,
    ) -> Result<SignedIn, Error> {
        let credentials = Credentials {
            email: self.story.office.contact.email.clone(),
            password: Password::typed(password),
            device: device.cloned(),
        };
        let origin = Origin {
            ip,
            user_agent: None,
        };
        sign_in(
            &self.story.ports,
            self.story.office.firm.id,
            &credentials,
            &origin,
        )
        .await
    }
}

fn waits(outcome: &Result<SignedIn, Error>) -> bool {
    matches!(outcome, Err(Error::Throttled(_)))
}

#[test]
fn e17_nobody_can_lock_a_contact_out_of_a_device_of_its_own() {
    block_on(async {
        let scene = Besieged::begin().await;
        let elsewhere = scene.elsewhere(PASSWORD).await;
        assert!(waits(&elsewhere), "{elsewhere:?}");
        let home = scene.at_home(PASSWORD).await.unwrap();
        assert!(scene.story.is_in(&home.token).await);
        // The guesses of the others still count.
        let elsewhere = scene.elsewhere(PASSWORD).await;
        assert!(waits(&elsewhere), "{elsewhere:?}");
        // The newer mark is as good as the older one.
        let again = scene.try_it(PASSWORD, Some(&home.device), None).await;
        assert!(again.is_ok(), "{again:?}");
    });
}

#[test]
fn e17_tries_with_a_mark_are_counted_by_themselves() {
    block_on(async {
        let scene = Besieged::begin().await;
        for _ in 0..6 {
            let wrong = scene.at_home("wrong password").await;
            let told = matches!(wrong, Err(Error::Refused(Refusal::WrongCredentials)));
            assert!(told, "{wrong:?}");
        }
        let home = scene.at_home(PASSWORD).await;
        assert!(waits(&home), "{home:?}");
        let key = ThrottleKey::device("sign_in", scene.mark.nonce());
        let firm = scene.story.office.firm.id;
        let count = scene
            .story
            .ports
            .store
            .throttles(firm, &[key])
            .await
            .unwrap()[0];
        assert_eq!(count.tries, 6);
        scene.story.doubles.clock.advance(Duration::from_secs(1));
        scene.guess_until_it_waits().await;
        assert!(scene.at_home(PASSWORD).await.is_ok());
        let count = scene
            .story
            .ports
            .store
            .throttles(firm, &[key])
            .await
            .unwrap()[0];
        assert_eq!(count.tries, 0, "the count begins anew");
    });
}

#[test]
fn e17_a_mark_does_not_open_an_address_that_waits() {
    block_on(async {
        let scene = Besieged::begin().await;
        let ip: IpAddr = [192, 0, 2, 1].into();
        for n in 0..51 {
            let credentials = Credentials {
                email: fixtures::email(&format!("person{n}@example.com")),
                password: Password::typed("wrong password"),
                device: Some(scene.mark.clone()),
            };
            let origin = Origin {
                ip: Some(ip),
                user_agent: None,
            };
            let firm = scene.story.office.firm.id;
            sign_in(&scene.story.ports, firm, &credentials, &origin)
                .await
                .unwrap_err();
        }
        let here = scene.try_it(PASSWORD, Some(&scene.mark), Some(ip)).await;
        assert!(waits(&here), "{here:?}");
        assert!(scene.at_home(PASSWORD).await.is_ok());
    });
}

#[test]
fn e17_a_mark_helps_nobody_else() {
    block_on(async {
        let scene = Besieged::begin().await;
        let stranger = &scene.story.office.stranger;
        let other = scene.story.sign_in(stranger).await.unwrap().device;
        let outcome = scene.try_it(PASSWORD, Some(&other), None).await;
        assert!(waits(&outcome), "{outcome:?}");
    });
}

#[test]
fn a_mark_signs_nobody_in() {
    block_on(async {
        let scene = Besieged::begin().await;
        let outcome = scene.at_home("wrong password").await;
        assert!(outcome.is_err(), "{outcome:?}");
    });
}

#[test]
fn e08_a_changed_password_forgets_every_device() {
    block_on(async {
        let scene = Besieged::begin().await;
        let new = "a new long passphrase";
        let story = &scene.story;
        let current = Password::typed(PASSWORD);
        let changed = change_password(&story.ports, &story.contact(), &current, new).await;
        changed.unwrap();
        let outcome = scene.at_home(new).await;
        assert!(waits(&outcome), "{outcome:?}");
    });
}

#[test]
fn e08_a_reset_forgets_every_device() {
    block_on(async {
        let scene = Besieged::begin().await;
        let (story, new) = (&scene.story, "a new long passphrase");
        let (firm, origin) = (story.office.firm.id, Origin::default());
        let email = &story.office.contact.email;
        forgot_password(&story.ports, firm, email, &origin)
            .await
            .unwrap();
        let link = story.mailed_secret().await;
        let set = links::set_password(&story.ports, firm, &link, new, &origin).await;
        set.unwrap();
        let outcome = scene.at_home(new).await;
        assert!(waits(&outcome), "{outcome:?}");
    });
}

#[test]
fn r_acc_2_access_switched_off_forgets_every_device() {
    block_on(async {
        let scene = Besieged::begin().await;
        let (story, contact) = (&scene.story, scene.story.office.contact.id);
        let call = story.call();
        let off = contacts::switch_access(&story.ports, &call, contact, None, Switch::Off);
        off.await.unwrap();
        let outcome = scene.at_home(PASSWORD).await;
        assert!(waits(&outcome), "{outcome:?}");
    });
}

#[test]
fn a_hash_made_anew_at_sign_in_keeps_the_device_known() {
    block_on(async {
        let story = Story::begin().await;
        let contact = &story.office.contact;
        let old = QuickPasswords::outdated(&Password::typed(PASSWORD));
        let firm = story.office.firm.id;
        let file = story.ports.store.client_of(firm, contact.id).await.unwrap();
        let stored = file.unwrap().contacts.into_iter();
        let stored = stored
            .into_iter()
            .find(|it| it.value.id == contact.id)
            .unwrap();
        let outdated = Change::Contact(stored.update(Contact {
            access: Access::On(old),
            ..contact.clone()
        }));
        let changes = Changes::default().with(outdated);
        story.ports.store.commit(firm, changes).await.unwrap();
        let mark = story.sign_in(&story.office.contact).await.unwrap().device;
        let scene = Besieged { story, mark };
        scene.guess_until_it_waits().await;
        assert!(scene.at_home(PASSWORD).await.is_ok());
    });
}
