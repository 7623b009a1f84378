//! Contracts on their way to a signature: what each side sees, and when.

use std::time::Duration;

use caseflow_core::ContractCopies::{Original, Signed};
use caseflow_core::domain::access::{Section, Sections};
use caseflow_core::domain::changes::Version;
use caseflow_core::domain::client::Contact;
use caseflow_core::domain::contract::ContractStatus::{
    Declined, Draft, Expired, Sent, Signed as IsSigned, Withdrawn,
};
use caseflow_core::domain::contract::{ContractError, SignedCopy};
use caseflow_core::domain::id::ContractId;
use caseflow_core::domain::page::PageQuery;
use caseflow_core::domain::signature::SignedBy;
use caseflow_core::domain::text::{LanguageTag, PersonName};
use caseflow_core::error::{Error, FileRefusal, Refusal};
use caseflow_core::firm::contracts::{self, BodyInput, PaperInput};
use caseflow_core::firm::{contacts, settings};
use caseflow_core::portal::contracts::{Declining, decline, file, list, read, sign};
use caseflow_core::portal::{self, Visiting};
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{block_on, fixtures};

use super::notary::{Notary, TEXT, input, signing, text};
use super::setup::input_of;

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ContractError {
    match outcome {
        Err(Error::Refused(Refusal::Contract(error))) => error,
        other => panic!("{other:?}"),
    }
}

/// Whether nothing of it is there for this visitor, by any verb.
async fn is_closed(notary: &Notary, visiting: &Visiting, id: ContractId) -> bool {
    let ports = &notary.story.ports;
    let declining = Declining {
        shown: [0; 32],
        reason: None,
    };
    let outcomes = [
        read(ports, visiting, id).await.map(drop),
        file(ports, visiting, id, Original).await.map(drop),
        file(ports, visiting, id, Signed).await.map(drop),
        sign(ports, visiting, id, &signing([0; 32])).await.map(drop),
        decline(ports, visiting, id, &declining).await.map(drop),
    ];
    let closed = outcomes
        .iter()
        .all(|outcome| matches!(outcome, Err(Error::NotFound)));
    let listed = list(ports, visiting, &PageQuery::default()).await;
    let listed = listed.is_ok_and(|list| list.page.rows.iter().any(|row| row.id == id));
    let page = portal::dashboard::dashboard(ports, visiting)
        .await
        .unwrap()
        .page;
    let awaits = page.to_sign.iter().any(|row| row.id == id);
    assert_eq!((listed, awaits), (!closed, !closed));
    closed
}

#[test]
fn r_acc_6_a_contract_is_there_once_it_is_sent_and_for_its_own_client_alone() {
    block_on(async {
        let notary = Notary::begin().await;
        let (contact, colleague) = (notary.story.contact(), notary.colleague());
        let id = notary.draft(input(), text(TEXT)).await;
        assert!(is_closed(&notary, &contact, id).await);
        notary.send(id).await;
        assert!(!is_closed(&notary, &contact, id).await);
        assert!(!is_closed(&notary, &colleague, id).await);
        assert!(is_closed(&notary, &notary.stranger(), id).await);
    });
}

#[test]
fn r_acc_4_a_permission_that_is_off_and_a_section_that_is_closed_hide_it_from_every_verb() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let id = notary.sent().await;
        let colleague = &notary.story.office.colleague;
        let mut less = input_of(colleague);
        less.permissions = Sections::ALL.without(Section::Contracts);
        let changed = contacts::update(ports, &call, colleague.id, None, less).await;
        changed.unwrap();
        assert!(is_closed(&notary, &notary.colleague(), id).await);
        assert!(!is_closed(&notary, &notary.story.contact(), id).await);
        let mut closed = notary.story.firm_input();
        closed.sections = Sections::ALL.without(Section::Contracts);
        settings::update(ports, &call, None, closed).await.unwrap();
        assert!(is_closed(&notary, &notary.story.contact(), id).await);
    });
}

#[test]
fn nobody_is_told_of_a_contract_that_the_firm_has_closed() {
    block_on(async {
        let notary = Notary::begin().await;
        let mut closed = notary.story.firm_input();
        closed.sections = Sections::ALL.without(Section::Contracts);
        let call = notary.story.call();
        let update = settings::update(&notary.story.ports, &call, None, closed);
        update.await.unwrap();
        notary.sent().await;
        assert_eq!(notary.letters().await, Vec::<String>::new());
    });
}

#[test]
fn c11_the_first_look_is_recorded_once_and_only_of_what_waits() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, clock) = (&notary.story.ports, &notary.story.doubles.clock);
        let id = notary.sent().await;
        clock.advance(Duration::from_secs(60));
        let first = ports.now();
        for _ in 0..3 {
            let seen = read(ports, &notary.story.contact(), id).await.unwrap();
            assert_eq!(seen.page.contract, notary.file(id).await.contract);
            assert_eq!(seen.page.contract.value.viewed_at, Some(first));
            clock.advance(Duration::from_secs(60));
        }
        assert_eq!(notary.logged("contract.viewed").await, 1);
        let unseen = notary.sent().await;
        let call = notary.story.call();
        contracts::withdraw(ports, &call, unseen, None)
            .await
            .unwrap();
        let seen = read(ports, &notary.story.contact(), unseen).await.unwrap();
        assert_eq!(seen.page.contract.value.viewed_at, None);
    });
}

#[test]
fn sending_tells_who_gets_mail_about_contracts_and_shows_in_the_feed() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let colleague = &notary.story.office.colleague;
        let mut quiet = input_of(colleague);
        quiet.mail = Sections::ALL.without(Section::Contracts);
        let changed = contacts::update(ports, &call, colleague.id, None, quiet).await;
        changed.unwrap();
        let id = notary.sent().await;
        assert_eq!(notary.letters().await, ["Please sign: Engagement letter"]);
        notary.story.doubles.clock.advance(Duration::from_secs(1));
        contracts::withdraw(ports, &call, id, None).await.unwrap();
        assert_eq!(notary.letters().await, Vec::<String>::new());
        let page = portal::dashboard::dashboard(ports, &notary.story.contact()).await;
        let feed: Vec<_> = page.unwrap().page.activity;
        let kinds: Vec<_> = feed.iter().map(|row| row.activity.kind.code()).collect();
        assert_eq!(kinds, ["contract.withdrawn", "contract.sent"]);
    });
}

#[test]
fn it_is_laid_out_once_in_the_language_of_the_primary_contact_and_kept() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let contact = &notary.story.office.contact;
        let german = Contact {
            language: Some(LanguageTag::parse("de").unwrap()),
            ..contact.clone()
        };
        let changed = contacts::update(ports, &call, contact.id, None, input_of(&german)).await;
        changed.unwrap();
        let id = notary.sent().await;
        let prints = notary.story.doubles.prints.prints();
        assert_eq!(prints.last().unwrap().tag.as_str(), "de");
        let kept = notary.kept(id, Original).await;
        assert_eq!(kept.file.reference().sha256, notary.shown(id).await);
        assert_eq!(kept.title, "Engagement letter");
        for _ in 0..3 {
            assert_eq!(notary.kept(id, Original).await, kept);
        }
        assert_eq!(notary.story.doubles.prints.prints().len(), prints.len());
    });
}

#[test]
fn the_same_text_sent_again_is_the_same_version_and_another_text_is_the_next() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, clock) = (&notary.story.ports, &notary.story.doubles.clock);
        let id = notary.sent().await;
        let first = *notary.file(id).await.contract.value.version().unwrap();
        read(ports, &notary.story.contact(), id).await.unwrap();
        clock.advance(Duration::from_secs(3600));
        notary.send(id).await;
        let again = notary.file(id).await.contract.value;
        let version = again.version().unwrap();
        assert_eq!((version.number, version.shown), (1, first.shown));
        assert_eq!(version.sent_at, ports.now());
        assert!(again.viewed_at.is_some());
        let call = notary.story.call();
        let other = Some(text("# Engagement\n\nAnother fee."));
        let revised = contracts::revise(ports, &call, id, None, input(), other).await;
        revised.unwrap();
        assert_eq!(notary.status(id).await, Withdrawn);
        notary.send(id).await;
        let second = notary.file(id).await.contract.value;
        assert_eq!(second.version().unwrap().number, 2);
        assert_ne!(second.version().unwrap().shown, first.shown);
        assert_eq!(second.viewed_at, None);
    });
}

#[test]
fn c13_what_was_read_before_it_changed_is_neither_signed_nor_declined() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, contact) = (&notary.story.ports, notary.story.contact());
        let id = notary.sent().await;
        let old = notary.shown(id).await;
        let other = Some(text("# Engagement\n\nTwice the fee."));
        let call = notary.story.call();
        let revised = contracts::revise(ports, &call, id, None, input(), other).await;
        revised.unwrap();
        let in_between = refused(sign(ports, &contact, id, &signing(old)).await);
        let taken_back = ContractError::Transition {
            from: Withdrawn,
            attempted: "signed",
        };
        assert_eq!(in_between, taken_back);
        notary.send(id).await;
        let stale = sign(ports, &contact, id, &signing(old)).await;
        assert_eq!(refused(stale), ContractError::Changed);
        let declining = Declining {
            shown: old,
            reason: None,
        };
        let stale = decline(ports, &contact, id, &declining).await;
        assert_eq!(refused(stale), ContractError::Changed);
        assert_eq!(notary.status(id).await, Sent);
        notary.sign(id).await.unwrap();
        assert_eq!(notary.status(id).await, IsSigned);
    });
}

#[test]
fn c17_c26_what_was_signed_is_not_declined_and_what_was_declined_tells_the_firm_once() {
    block_on(async {
        let notary = Notary::begin().await;
        let signed = notary.sent().await;
        notary.sign(signed).await.unwrap();
        let before = notary.file(signed).await;
        let declining = Declining {
            shown: notary.shown(signed).await,
            reason: None,
        };
        let (ports, contact) = (&notary.story.ports, notary.story.contact());
        let refusal = refused(decline(ports, &contact, signed, &declining).await);
        let is_signed = ContractError::Transition {
            from: IsSigned,
            attempted: "declined",
        };
        assert_eq!(refusal, is_signed);
        assert_eq!(notary.file(signed).await, before);
        notary.letters().await;
        let id = notary.sent().await;
        notary.letters().await;
        for _ in 0..3 {
            notary.decline(id).await.unwrap();
        }
        assert_eq!(notary.status(id).await, Declined);
        let told = ["A contract was declined: Engagement letter"];
        assert_eq!(notary.letters().await, told);
        assert_eq!(notary.logged("contract.declined").await, 1);
        assert!(
            refused(notary.sign(id).await)
                .to_string()
                .contains("declined")
        );
    });
}

#[test]
fn c19_the_last_day_counts_in_full_in_the_firms_zone() {
    block_on(async {
        let notary = Notary::begin().await;
        let clock = &notary.story.doubles.clock;
        let (early, late) = (notary.sent().await, notary.sent().await);
        clock.set("2026-11-30T22:59:59Z");
        assert_eq!(notary.status(late).await, Sent);
        notary.sign(early).await.unwrap();
        clock.set("2026-11-30T23:00:00Z");
        assert_eq!(notary.status(late).await, Expired);
        let over = ContractError::Expired(fixtures::day("2026-11-30"));
        assert_eq!(refused(notary.sign(late).await), over);
        assert_eq!(refused(notary.decline(late).await), over);
        assert!(notary.file(late).await.signature.is_none());
    });
}

#[test]
fn c22_what_is_signed_is_not_revised_sent_or_withdrawn() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let id = notary.sent().await;
        notary.sign(id).await.unwrap();
        let before = notary.file(id).await;
        let other = Some(text("Something else."));
        let revised = contracts::revise(ports, &call, id, None, input(), other).await;
        let upload = Some(BodyInput::Upload(paper(1, "else")));
        let replaced = contracts::revise(ports, &call, id, None, input(), upload).await;
        let sent = contracts::send(ports, &call, id, None).await;
        let withdrawn = contracts::withdraw(ports, &call, id, None).await;
        for (outcome, attempted) in [
            (revised, "changed"),
            (replaced, "changed"),
            (sent, "sent"),
            (withdrawn, "withdrawn"),
        ] {
            let refusal = ContractError::Transition {
                from: IsSigned,
                attempted,
            };
            assert_eq!(refused(outcome), refusal);
        }
        assert_eq!(notary.file(id).await, before);
    });
}

#[test]
fn a_signature_on_paper_is_marked_as_one_and_gets_no_seal() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let id = notary.sent().await;
        notary.letters().await;
        notary.story.doubles.clock.set("2026-12-05T10:00:00Z");
        let paper = |day| PaperInput {
            name: PersonName::parse("Ana Keller").unwrap(),
            signed_on: fixtures::day(day),
            note: Some(fixtures::line("binder 7")),
        };
        let early = paper("2026-12-06");
        let early = contracts::sign_on_paper(ports, &call, id, None, early).await;
        assert_eq!(refused(early), ContractError::SignedLater);
        let taken = paper("2026-11-28");
        let taken = contracts::sign_on_paper(ports, &call, id, None, taken).await;
        taken.unwrap();
        assert_eq!(notary.status(id).await, IsSigned);
        assert_eq!(notary.copy(id).await, SignedCopy::OnPaper);
        let signature = notary.file(id).await.signature.unwrap();
        assert_eq!(signature.shown, notary.shown(id).await);
        let SignedBy::Paper(paper) = &signature.by else {
            panic!("{signature:?}");
        };
        assert_eq!(paper.recorded_by, notary.story.office.staff().name);
        assert_eq!(notary.letters().await, Vec::<String>::new());
        assert!(notary.story.doubles.seals.requests().is_empty());
        let none = file(ports, &notary.story.contact(), id, Signed).await;
        assert!(matches!(none, Err(Error::NotFound)));
    });
}

#[test]
fn versions_and_keys_guard_what_staff_write() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let id = notary.draft(input(), text(TEXT)).await;
        let stale = contracts::send(ports, &call, id, Some(Version(7))).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let keyed = notary.story.keyed("send");
        let first = contracts::send(ports, &keyed, id, Some(Version(1))).await;
        let again = contracts::send(ports, &keyed, id, Some(Version(1))).await;
        assert_eq!(first.unwrap(), again.unwrap());
        assert_eq!(notary.logged("contract.sent").await, 1);
        assert_eq!(notary.status(id).await, Sent);
    });
}

#[test]
fn what_cannot_be_signed_whole_is_refused_when_it_is_drafted() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let client = notary.story.office.client.id;
        let page = paper(1, "Lease");
        let marked = |mark: &str| [&page[..], mark.as_bytes()].concat();
        for (bytes, why) in [
            (b"GIF89a".to_vec(), FileRefusal::NotAPdf),
            (marked("/Encrypt"), FileRefusal::Encrypted),
            (marked("/ByteRange"), FileRefusal::AlreadySigned),
            (marked("/XFA"), FileRefusal::DynamicForm),
            (b"%PDF-1.7".to_vec(), FileRefusal::Unreadable),
            (
                vec![b' '; contracts::MOST + 1],
                FileRefusal::TooLarge {
                    most: contracts::MOST as u64,
                },
            ),
        ] {
            let body = BodyInput::Upload(bytes);
            let drafted = contracts::draft(ports, &call, client, input(), body).await;
            let Err(Error::Refused(Refusal::File(found))) = drafted else {
                panic!("{drafted:?}");
            };
            assert_eq!(found, why);
        }
        let id = notary.draft(input(), BodyInput::Upload(page.clone())).await;
        assert_eq!(notary.status(id).await, Draft);
        notary.send(id).await;
        let kept = notary.kept(id, Original).await;
        assert_eq!(kept.file.bytes(), page);
    });
}
