//! How a contact likes its pages and mails (R-SELF-2, R-ACC-5).

use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::text::{Direction, LanguageTag};
use caseflow_core::firm::contacts::{self, ContactInput};
use caseflow_core::portal::profile::{Preferences, set_preferences};
use caseflow_core::testing::block_on;

use super::meddled::{Meddled, before};
use super::setup::{Story, input_of};

fn wanted(mail: Sections) -> Preferences {
    Preferences {
        language: Some(LanguageTag::parse("ar").unwrap()),
        direction: Direction::Ltr,
        mail,
    }
}

async fn stored(story: &Story) -> Contact {
    let id = story.office.contact.id;
    let read = contacts::read(&story.ports, &story.office.staff(), id).await;
    read.unwrap().value
}

/// What staff have set.
async fn staff_set(story: &Story, permissions: Sections, mail: Sections) {
    let input = ContactInput {
        permissions,
        mail,
        ..input_of(&story.office.contact)
    };
    let (call, id) = (story.call(), story.office.contact.id);
    contacts::update(&story.ports, &call, id, None, input)
        .await
        .unwrap();
}

#[test]
fn r_self_2_a_contact_chooses_language_direction_and_mail_and_nothing_else() {
    block_on(async {
        let story = Story::begin().await;
        let mail = Sections::NONE.with(Section::Invoices);
        let rows = story.audit_rows().await;
        set_preferences(&story.ports, &story.contact(), wanted(mail))
            .await
            .unwrap();
        let expected = Contact {
            language: Some(LanguageTag::parse("ar").unwrap()),
            direction: Direction::Ltr,
            mail: [
                Section::Invoices,
                Section::Documents,
                Section::Vault,
                Section::Library,
            ]
            .into_iter()
            .collect(),
            ..story.office.contact.clone()
        };
        assert_eq!(stored(&story).await, expected);
        assert_eq!(story.audit_rows().await, rows + 1);
    });
}

#[test]
fn r_acc_5_a_contact_switches_no_mail_about_what_it_may_not_see() {
    block_on(async {
        let story = Story::begin().await;
        let permissions = Sections::ALL
            .without(Section::Contracts)
            .without(Section::Invoices);
        let on = Sections::NONE.with(Section::Invoices);
        staff_set(&story, permissions, on).await;
        for (wish, expected) in [
            (
                Sections::ALL,
                on.with(Section::Proposals).with(Section::Estimates),
            ),
            (Sections::NONE, on),
        ] {
            let visiting = story.contact();
            set_preferences(&story.ports, &visiting, wanted(wish))
                .await
                .unwrap();
            assert_eq!(stored(&story).await.mail, expected);
        }
    });
}

#[test]
fn what_staff_have_changed_meanwhile_stays() {
    block_on(async {
        let story = Story::begin().await;
        let office = &story.office;
        let title = ContactInput {
            title: Some(caseflow_core::testing::fixtures::line("Director")),
            ..input_of(&office.contact)
        };
        let (ports, call, id) = (story.ports.clone(), story.call(), office.contact.id);
        let other = before(move || async move {
            contacts::update(&ports, &call, id, None, title)
                .await
                .unwrap();
        });
        let meddled = story.through(Meddled::new(story.ports.store.clone(), [other]));
        let all = wanted(Sections::ALL);
        set_preferences(&meddled, &story.contact(), all)
            .await
            .unwrap();
        let contact = stored(&story).await;
        assert_eq!(contact.title.unwrap().as_str(), "Director");
        assert_eq!(contact.direction, Direction::Ltr);
    });
}
