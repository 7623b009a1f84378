//! Staff look at the portal as a contact (R-ACC-9).

use std::time::Duration;

use caseflow_core::domain::access::{Origin, Section, Visitor};
use caseflow_core::domain::announcement::Audience;
use caseflow_core::domain::audit::AuditRow;
use caseflow_core::domain::id::ContactId;
use caseflow_core::domain::offer::{Answer, OfferKind};
use caseflow_core::domain::page::{PageQuery, PageSize};
use caseflow_core::domain::password::Password;
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::text::{Direction, PersonName};
use caseflow_core::error::{Error, Refusal};
use caseflow_core::firm::audit::list as audit_log;
use caseflow_core::firm::contacts::{self, Switch};
use caseflow_core::firm::preview::{Preview, offer};
use caseflow_core::portal::contracts::Declining;
use caseflow_core::portal::preview::{begin, look};
use caseflow_core::portal::profile::{Preferences, ProfileInput};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::ports::store::{AuditQuery, InvoiceQuery};
use caseflow_core::testing::{PlainAddresses, block_on, fixtures};

use super::notary::{Notary, signing};
use super::offers_story::deciding;
use super::setup::Story;
use super::staff::announced;

impl Story {
    async fn offered(&self, id: ContactId) -> Result<Preview, Error> {
        offer(&self.ports, &self.office.staff(), &Origin::default(), id).await
    }

    async fn preview_link(&self) -> Secret {
        let offered = self.offered(self.office.contact.id).await;
        PlainAddresses::secret_in(&offered.unwrap().url).unwrap()
    }

    async fn preview(&self) -> Visiting {
        let (link, firm) = (self.preview_link().await, self.office.firm.id);
        let begun = begin(&self.ports, firm, &link, &Origin::default()).await;
        self.visiting(Visitor::Preview(begun.unwrap().token.hash()))
    }

    async fn rows(&self) -> Vec<AuditRow> {
        let query = AuditQuery {
            about: None,
            page: PageQuery {
                after: None,
                size: PageSize::MAX,
            },
        };
        let rows = audit_log(&self.ports, &self.office.staff(), &query).await;
        rows.unwrap().rows
    }
}

fn is_refused<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Preview))
}

#[test]
fn r_acc_9_staff_see_what_the_contact_sees_and_every_step_is_in_the_log() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, id) = (&story.ports, story.issued("100.00", "2026-12-24").await);
        let preview = story.preview().await;
        let shown = portal::invoices::read(ports, &preview, id).await.unwrap();
        let own = portal::invoices::read(ports, &story.contact(), id).await;
        assert_eq!(shown.page, own.unwrap().page);
        assert_eq!(shown.who.contact(), &story.office.contact);
        assert_eq!(shown.who.preview(), Some(&story.office.staff().name));
        let query = InvoiceQuery::default();
        let list = portal::invoices::list(ports, &preview, &query).await;
        assert_eq!(list.unwrap().page.rows.len(), 1);
        let page = portal::dashboard::dashboard(ports, &preview).await.unwrap();
        assert_eq!(page.page.to_pay.len(), 1);

        portal::sign_in::sign_out(ports, &preview).await.unwrap();
        let ended = portal::visitor(ports, &preview).await;
        assert!(matches!(ended, Err(Error::SignedOut)));
        let rows = story.rows().await;
        let steps = rows.iter().filter(|row| row.action.starts_with("preview."));
        let steps: Vec<_> = steps.collect();
        let actions: Vec<&str> = steps.iter().map(|row| &*row.action).collect();
        assert_eq!(
            actions,
            ["preview.offered", "preview.begun", "preview.ended"]
        );
        for row in steps {
            assert!(row.about.contains(&story.office.contact.id.into()));
            let name = story.office.staff().name;
            assert!(row.actor.starts_with(&format!("staff {name}")), "{row:?}");
        }
    });
}

#[test]
fn d18_staff_who_look_sign_decide_and_pay_nothing_and_count_as_nobody() {
    block_on(async {
        let notary = Notary::begin().await;
        let (story, ports) = (&notary.story, &notary.story.ports);
        let contract = notary.sent().await;
        let invoice = story.issued("100.00", "2026-12-24").await;
        let kind = OfferKind::Proposal;
        let proposal = story.sent_offer(kind).await;
        let preview = story.preview().await;
        let before = story.rows().await.len();

        let seen = portal::contracts::read(ports, &preview, contract).await;
        assert_eq!(seen.unwrap().page.contract.value.viewed_at, None);
        let seen = portal::offers::read(ports, &preview, kind, proposal).await;
        let seen = seen.unwrap().page.value;
        assert_eq!(seen.viewed_at, None);
        let shown = notary.shown(contract).await;
        let sign = portal::contracts::sign(ports, &preview, contract, &signing(shown)).await;
        let declining = Declining {
            shown,
            reason: None,
        };
        let decline = portal::contracts::decline(ports, &preview, contract, &declining).await;
        let deciding = deciding(seen.digest(), Answer::Accepted);
        let decide = portal::offers::decide(ports, &preview, kind, proposal, &deciding).await;
        let pay = portal::pay::start(ports, &preview, invoice, None).await;
        assert!(is_refused(&sign) && is_refused(&decline));
        assert!(is_refused(&decide) && is_refused(&pay));
        assert_eq!(story.rows().await.len(), before, "nothing was written");

        // The contact itself looks for the first time.
        let seen = portal::contracts::read(ports, &story.contact(), contract).await;
        assert!(seen.unwrap().page.contract.value.viewed_at.is_some());
    });
}

#[test]
fn r_acc_9_staff_who_look_change_nothing_of_the_contacts_own() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, contact) = (&story.ports, &story.office.contact);
        let signed_in = story.sign_in(contact).await.unwrap();
        let news = announced(&story, Audience::Everyone).await.unwrap();
        let preview = story.preview().await;
        let before = story.rows().await.len();

        let input = ProfileInput {
            first_name: PersonName::parse("Other").unwrap(),
            last_name: contact.last_name.clone(),
            phone: None,
            email: contact.email.clone(),
        };
        let profile = portal::profile::update(ports, &preview, input).await;
        let preferences = Preferences {
            language: None,
            direction: Direction::Rtl,
            mail: contact.mail,
        };
        let preferences = portal::profile::set_preferences(ports, &preview, preferences).await;
        let right = Password::typed(fixtures::PASSWORD);
        let other = "quite another passphrase";
        let password = portal::profile::change_password(ports, &preview, &right, other).await;
        let sessions = portal::sessions::end_others(ports, &preview).await;
        let dismissed = portal::announcements::dismiss(ports, &preview, news).await;
        assert!(is_refused(&profile) && is_refused(&preferences));
        assert!(is_refused(&password) && is_refused(&sessions) && is_refused(&dismissed));
        assert_eq!(story.rows().await.len(), before, "nothing was written");
        let stored = contacts::read(ports, &story.office.staff(), contact.id).await;
        assert_eq!(&stored.unwrap().value, contact);
        assert!(story.is_in(&signed_in.token).await);
    });
}

#[test]
fn r_acc_9_the_vault_stays_closed_to_staff_who_look_and_its_log_says_that_they_tried() {
    block_on(async {
        let story = Story::begin().await;
        let ports = &story.ports;
        let secret = story.secret().await;
        let preview = story.preview().await;
        let before = story.rows().await.len();
        let right = Password::typed(fixtures::PASSWORD);
        let unlock = portal::vault::unlock(ports, &preview, &right).await;
        let prove = portal::take_out::prove(ports, &preview, &right).await;
        let taken = portal::take_out::begin(ports, &preview).await;
        assert!(is_refused(&unlock) && is_refused(&prove) && is_refused(&taken));
        let list = portal::vault::list(ports, &preview, &PageQuery::default()).await;
        let show = portal::vault::show(ports, &preview, secret).await;
        let log = portal::vault::log(ports, &preview, &PageQuery::default()).await;
        assert!(is_refused(&list) && is_refused(&show) && is_refused(&log));
        let tries = story.rows().await.split_off(before);
        assert_eq!(tries.len(), 2);
        assert!(tries.iter().all(|row| row.actor.starts_with("staff ")));
    });
}

#[test]
fn a_link_works_once_for_five_minutes_and_the_preview_for_fifteen() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, firm, origin) = (&story.ports, story.office.firm.id, Origin::default());
        let dead = |outcome| matches!(outcome, Err(Error::Refused(Refusal::DeadLink)));
        let (old, new) = (story.preview_link().await, story.preview_link().await);
        let replaced = begin(ports, firm, &old, &origin).await.map(drop);
        assert!(dead(replaced), "a newer one replaces it");
        look(ports, firm, &new, &origin).await.unwrap();
        let begun = begin(ports, firm, &new, &origin).await.unwrap();
        let again = begin(ports, firm, &new, &origin).await.map(drop);
        assert!(dead(again), "it works once");
        let late = story.preview_link().await;
        story.doubles.clock.advance(Duration::from_secs(5 * 60));
        assert!(dead(begin(ports, firm, &late, &origin).await.map(drop)));

        let hash = begun.token.hash();
        let preview = story.visiting(Visitor::Preview(hash));
        portal::visitor(ports, &preview).await.unwrap();
        let as_contact = story.visiting(Visitor::Session(hash));
        let as_contact = portal::visitor(ports, &as_contact).await;
        assert!(matches!(as_contact, Err(Error::SignedOut)), "not a sign-in");
        story.doubles.clock.advance(Duration::from_secs(10 * 60));
        let over = portal::visitor(ports, &preview).await;
        assert!(matches!(over, Err(Error::SignedOut)));
    });
}

#[test]
fn a_contacts_own_token_begins_no_preview_and_its_sessions_do_not_name_one() {
    block_on(async {
        let story = Story::begin().await;
        let signed_in = story.sign_in(&story.office.contact).await.unwrap();
        let token = signed_in.token.hash();
        let preview = story.visiting(Visitor::Preview(token));
        let nobody = portal::visitor(&story.ports, &preview).await;
        assert!(matches!(nobody, Err(Error::SignedOut)));
        story.preview().await;
        let own = story.with_token(&signed_in.token);
        let own = portal::sessions::list(&story.ports, &own).await.unwrap();
        assert_eq!(own.page.others, []);
    });
}

#[test]
fn where_the_contact_sees_nothing_there_is_nothing_to_look_at() {
    block_on(async {
        let story = Story::begin().await;
        let (ports, call, id) = (&story.ports, story.call(), story.office.contact.id);
        let preview = story.preview().await;
        let link = story.preview_link().await;
        let off = contacts::switch_access(ports, &call, id, None, Switch::Off).await;
        off.unwrap();
        let ended = portal::visitor(ports, &preview).await;
        assert!(matches!(ended, Err(Error::SignedOut)));
        let (firm, origin) = (story.office.firm.id, Origin::default());
        let dead = begin(ports, firm, &link, &origin).await;
        assert!(matches!(dead, Err(Error::Refused(Refusal::DeadLink))));
        let refused = story.offered(id).await;
        assert!(matches!(
            refused,
            Err(Error::Refused(Refusal::NoPortalAccess))
        ));
        let stranger: ContactId = fixtures::id(4_711);
        let unknown = story.offered(stranger).await;
        assert!(matches!(unknown, Err(Error::NotFound)));
    });
}

#[test]
fn sections_that_are_closed_to_the_contact_are_closed_in_a_preview() {
    block_on(async {
        let story = Story::begin().await;
        let invoice = story.issued("5.00", "2026-12-24").await;
        let mut input = story.firm_input();
        input.sections = input.sections.without(Section::Invoices);
        let (ports, call) = (&story.ports, story.call());
        let closed = caseflow_core::firm::settings::update(ports, &call, None, input).await;
        closed.unwrap();
        let preview = story.preview().await;
        let gone = portal::invoices::read(ports, &preview, invoice).await;
        assert!(matches!(gone, Err(Error::NotFound)));
    });
}
