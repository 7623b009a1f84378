//! What staff, and the firm's own software, do besides money.

use std::time::Duration;

use caseflow_core::domain::access::{Origin, Section, Sections};
use caseflow_core::domain::announcement::{AnnouncementError, Audience};
use caseflow_core::domain::api_key::Scope;
use caseflow_core::domain::changes::{Change, Changes, Version};
use caseflow_core::domain::client::{Contact, Standing};
use caseflow_core::domain::id::{AnnouncementId, Subject};
use caseflow_core::domain::invoice::Account;
use caseflow_core::domain::secret::Secret;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::announcements::{self, AnnouncementInput};
use caseflow_core::firm::contacts::{self, ContactInput, Rank};
use caseflow_core::firm::{api_keys, audit, clients, invoices, settings};
use caseflow_core::portal;
use caseflow_core::testing::block_on;
use caseflow_core::testing::fixtures::{self, id, usd};

use super::setup::{Story, input_of};

#[test]
fn r_acc_1_marking_a_primary_contact_takes_the_mark_from_the_other() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let promoted = ContactInput {
            rank: Rank::Primary,
            ..input_of(&office.colleague)
        };
        let call = story.call();
        contacts::update(&story.ports, &call, office.colleague.id, None, promoted)
            .await
            .unwrap();
        let file = clients::read(&story.ports, &call.staff, office.client.id)
            .await
            .unwrap();
        let standings: Vec<_> = file.contacts.iter().map(|it| it.value.standing).collect();
        assert_eq!(standings, [Standing::Other, Standing::Primary]);
        let neighbour = contacts::read(&story.ports, &call.staff, office.stranger.id).await;
        assert_eq!(neighbour.unwrap().version, Version::FIRST);
    });
}

#[test]
fn an_expected_version_that_is_no_longer_there_is_stale() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let id = story.issued("1.00", "2026-12-24").await;
        let (seen, old) = (Some(Version(2)), Some(Version::FIRST));
        let stale = invoices::cancel(ports, &call, id, old).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let input = super::setup::payment(None);
        let stale = caseflow_core::firm::payments::record(ports, &call, id, old, input).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let stale = invoices::cancel(ports, &call, id, Some(Version(9))).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let terms = story.file(id).await.invoice.value.terms;
        let reply = invoices::reprice(ports, &call, id, seen, terms)
            .await
            .unwrap();
        assert_eq!(
            (reply.id, reply.version),
            (Subject::Invoice(id), Version(3))
        );
        let stale = invoices::cancel(ports, &call, id, seen).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        invoices::cancel(ports, &call, id, Some(reply.version))
            .await
            .unwrap();
    });
}

#[test]
fn r_acc_4_a_closed_section_is_not_there() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let id = story.issued("1.00", "2026-12-24").await;
        let without = Sections::ALL.without(Section::Invoices);
        let closed = ContactInput {
            permissions: without,
            ..input_of(&office.contact)
        };
        let call = story.call();
        contacts::update(&story.ports, &call, office.contact.id, None, closed)
            .await
            .unwrap();
        assert!(story.is_closed(&office.contact, id).await);
        assert!(!story.is_closed(&office.colleague, id).await);
        // R-ACC-10: the firm closes it for all.
        let input = settings::FirmInput {
            sections: without,
            ..story.firm_input()
        };
        settings::update(&story.ports, &call, None, input)
            .await
            .unwrap();
        assert!(story.is_closed(&office.colleague, id).await);
    });
}

#[test]
fn r_lib_2_an_announcement_is_put_away_by_whom_it_is_meant_for() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let (ports, call) = (&story.ports, story.call());
        let ours = announced(&story, Audience::Clients(vec![office.client.id]))
            .await
            .unwrap();
        let theirs = announced(&story, Audience::Clients(vec![office.neighbour.id]))
            .await
            .unwrap();
        let missing = portal::announcements::dismiss(ports, &story.contact(), theirs).await;
        assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
        assert_eq!(story.announcements().await, [ours]);
        for _ in 0..2 {
            portal::announcements::dismiss(ports, &story.contact(), ours)
                .await
                .unwrap();
        }
        assert_eq!(story.announcements().await, []);
        story.doubles.clock.advance(Duration::from_secs(1));
        let over = AnnouncementInput {
            until: Some(story.ports.now()),
            ..announcement(Audience::Everyone)
        };
        announcements::update(ports, &call, theirs, None, over)
            .await
            .unwrap();
        let gone = portal::announcements::dismiss(ports, &story.contact(), theirs).await;
        assert!(
            matches!(gone, Err(Error::NotFound)),
            "it no longer shows: {gone:?}"
        );
        let nobody = announced(&story, Audience::Clients(vec![id(4_711)])).await;
        assert!(matches!(
            nobody,
            Err(Error::Refused(Refusal::NoSuchReference("audience")))
        ));
        let empty = announced(&story, Audience::Clients(vec![])).await;
        let wrong = Refusal::Announcement(AnnouncementError::Audience);
        assert!(matches!(empty, Err(Error::Refused(it)) if it == wrong));
    });
}

#[test]
fn an_api_key_works_as_far_and_as_long_as_it_was_made_for() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call) = (&story.ports, story.call());
        let make = async |scope, hours: Option<u64>| {
            let ends = hours.map(|hours| ports.now().plus(Duration::from_secs(3_600 * hours)));
            let name = fixtures::line("ledger");
            let made = api_keys::create(ports, &call.staff, Origin::default(), name, scope, ends);
            made.await.unwrap()
        };
        let (_, reader) = make(Scope::Read, None).await;
        let (writer_id, writer) = make(Scope::Write, Some(1)).await;
        let known = |secret, scope| api_keys::identify(ports, secret, scope);
        assert!(known(&reader, Scope::Read).await.is_ok());
        assert!(matches!(
            known(&reader, Scope::Write).await,
            Err(Error::ReadOnly)
        ));
        let staff = known(&writer, Scope::Write).await.unwrap();
        assert_eq!(
            (staff.firm, staff.key),
            (story.office.firm.id, Some(writer_id))
        );
        let unknown = Secret::from_bytes([1; 32]);
        assert!(matches!(
            known(&unknown, Scope::Read).await,
            Err(Error::SignedOut)
        ));
        story.doubles.clock.advance(Duration::from_secs(3_600));
        assert!(matches!(
            known(&writer, Scope::Read).await,
            Err(Error::SignedOut)
        ));
        let (revoked_id, revoked) = make(Scope::Write, None).await;
        let reply = api_keys::revoke(ports, &call, revoked_id, None)
            .await
            .unwrap();
        assert!(matches!(
            known(&revoked, Scope::Read).await,
            Err(Error::SignedOut)
        ));
        let again = api_keys::revoke(ports, &call, revoked_id, None)
            .await
            .unwrap();
        assert_eq!((reply, again.version), (again, Version(2)));
    });
}

#[test]
fn r_inv_4_the_check_names_an_account_that_was_written_past_the_rules() {
    block_on(async {
        let story = Story::begin().await;
        story.issued("1.00", "2026-12-24").await;
        let wrong = story.issued("2.00", "2026-12-24").await;
        let staff = story.office.staff();
        assert_eq!(
            audit::check_accounts(&story.ports, &staff).await.unwrap(),
            []
        );
        let file = story.file(wrong).await;
        let mut invoice = file.invoice.value.clone();
        invoice.account = Account {
            received: usd("0.01"),
            ..invoice.account
        };
        let changes = Changes::default().with(Change::Invoice(file.invoice.update(invoice)));
        story.ports.store.commit(staff.firm, changes).await.unwrap();
        assert_eq!(
            audit::check_accounts(&story.ports, &staff).await.unwrap(),
            [wrong]
        );
    });
}

#[test]
fn r_aud_1_every_change_is_one_row_about_its_records() {
    block_on(async {
        let story = Story::begin().await;
        let id = story.issued("2.00", "2026-12-24").await;
        let payment = story.pay(id, "1.00").await;
        story.sign_in(&story.office.contact).await.unwrap();
        let staff = story.office.staff();
        let log = async |about: Subject| {
            let query = caseflow_core::ports::store::AuditQuery {
                about: Some(about),
                ..Default::default()
            };
            let page = audit::list(&story.ports, &staff, &query).await.unwrap();
            page.rows
                .into_iter()
                .map(|row| (row.action, row.actor))
                .collect::<Vec<_>>()
        };
        let by_staff = |action: &str| (action.to_owned(), "staff Petra Muster".to_owned());
        let expected = ["invoice.drafted", "invoice.issued", "payment.recorded"].map(by_staff);
        assert_eq!(log(id.into()).await, expected);
        assert_eq!(log(payment.into()).await, [by_staff("payment.recorded")]);
        let contact = story.office.contact.id;
        let signed_in = ("session.signed_in".to_owned(), format!("contact {contact}"));
        assert_eq!(log(contact.into()).await, [signed_in]);
    });
}

#[test]
fn a_removed_contacts_email_is_free_for_another() {
    block_on(async {
        let story = Story::begin().await;
        let (office, call) = (&story.office, story.call());
        let same = ContactInput {
            email: office.contact.email.clone(),
            ..input_of(&office.stranger)
        };
        let client = office.neighbour.id;
        let taken = contacts::create(&story.ports, &call, client, same.clone()).await;
        assert!(
            matches!(taken, Err(Error::Refused(Refusal::EmailTaken))),
            "{taken:?}"
        );
        contacts::remove(&story.ports, &call, office.contact.id, None)
            .await
            .unwrap();
        contacts::create(&story.ports, &call, client, same)
            .await
            .unwrap();
        let changed = input_of(&office.contact);
        let dead = contacts::update(&story.ports, &call, office.contact.id, None, changed).await;
        assert!(
            matches!(dead, Err(Error::Refused(Refusal::ContactRemoved))),
            "{dead:?}"
        );
    });
}

#[test]
fn a_contact_starts_without_access() {
    block_on(async {
        let story = Story::begin().await;
        let (office, call) = (&story.office, story.call());
        let input = ContactInput {
            email: fixtures::email("new@example.com"),
            ..input_of(&office.stranger)
        };
        contacts::create(&story.ports, &call, office.client.id, input)
            .await
            .unwrap();
        caseflow_core::upkeep::tick(&story.ports).await.unwrap();
        assert_eq!(
            story.doubles.mailer.take(),
            [],
            "nobody is told before access is on"
        );
        let file = clients::read(&story.ports, &call.staff, office.client.id)
            .await
            .unwrap();
        let made = |it: &&Contact| it.email.as_str() == "new@example.com";
        let contacts: Vec<_> = file.contacts.into_iter().map(|it| it.value).collect();
        assert!(!contacts.iter().find(made).unwrap().may_sign_in());
    });
}

fn announcement(audience: Audience) -> AnnouncementInput {
    AnnouncementInput {
        title: fixtures::line("News"),
        body: fixtures::prose("We have moved."),
        from: None,
        until: None,
        audience,
    }
}

pub(crate) async fn announced(story: &Story, audience: Audience) -> Result<AnnouncementId, Error> {
    let input = announcement(audience);
    let made = announcements::create(&story.ports, &story.call(), input).await?;
    match made.id {
        Subject::Announcement(id) => Ok(id),
        other => panic!("{other} is no announcement"),
    }
}
