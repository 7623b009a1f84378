//! The one signed copy of a contract, whatever happens on the way to it (R-SIG-4, R-SIG-5).

use std::collections::BTreeSet;
use std::time::Duration;

use caseflow_core::ContractCopies::{Original, Signed};
use caseflow_core::domain::contract::ContractStatus::{Sent, Signed as IsSigned};
use caseflow_core::domain::id::ContractId;
use caseflow_core::domain::print::{Label, PrintDocument};
use caseflow_core::error::Error;
use caseflow_core::firm::contracts::BodyInput;
use caseflow_core::firm::settings;
use caseflow_core::portal::contracts::sign;
use caseflow_core::portal::verify::verify;
use caseflow_core::ports::sealer::Verdict;
use caseflow_core::testing::sealer::paper;
use caseflow_core::testing::{KeptPrints, SealFault, block_on, fixtures};
use caseflow_core::upkeep;

use super::meddled::{Meddled, Meddling, before};
use super::notary::{Notary, certificate, input, text, value};

/// Half a minute: how long a copy that failed waits.
const LEASE: Duration = Duration::from_secs(30);

/// Whatever fails after the signature is mended by upkeep within its lease, and the signature's time
/// is that of its commit.
async fn mended(notary: &Notary, id: ContractId) {
    let signed = notary.file(id).await;
    let at = signed.signature.as_ref().unwrap().at;
    assert_eq!(notary.status(id).await, IsSigned);
    notary.story.doubles.clock.advance(LEASE);
    let round = upkeep::tick(&notary.story.ports).await.unwrap();
    assert_eq!(round.unsealed, 0);
    assert!(notary.is_sealed(id).await);
    let after = notary.file(id).await;
    assert_eq!(after.signature, signed.signature);
    assert_eq!(after.contract.value.signed_at(), Some(at));
    let requests = notary.story.doubles.seals.requests();
    assert_eq!(requests.last().unwrap().signed_at, at);
    assert_eq!(notary.logged("contract.sealed").await, 1);
}

#[test]
fn c23_a_sealer_that_fails_leaves_a_signature_that_is_sealed_later() {
    for fault in [SealFault::Busy, SealFault::Key, SealFault::Timestamp] {
        block_on(async {
            let notary = Notary::begin().await;
            let id = notary.sent().await;
            notary.story.doubles.seals.fail(Some(fault));
            notary.sign(id).await.unwrap();
            assert!(!notary.is_sealed(id).await);
            for _ in 0..3 {
                notary.story.doubles.clock.advance(LEASE);
                let round = upkeep::tick(&notary.story.ports).await.unwrap();
                assert_eq!((round.sealed, round.unsealed), (0, 1), "{fault:?}");
                let at_once = upkeep::tick(&notary.story.ports).await.unwrap();
                assert_eq!((at_once.sealed, at_once.unsealed), (0, 0), "{fault:?}");
            }
            notary.story.doubles.seals.fail(None);
            mended(&notary, id).await;
        });
    }
}

#[test]
fn c23_a_commit_that_is_lost_or_unheard_at_any_step_is_mended() {
    type Step = fn() -> Vec<Meddling>;
    let steps: [(&str, Step, bool); 3] = [
        (
            "the signature's answer",
            || vec![Meddling::AnswerLost],
            false,
        ),
        (
            "the copy",
            || vec![before(|| async {}), Meddling::RequestLost],
            true,
        ),
        (
            "the copy's answer",
            || vec![before(|| async {}), Meddling::AnswerLost],
            true,
        ),
    ];
    for (what, step, succeeds) in steps {
        block_on(async {
            let notary = Notary::begin().await;
            let id = notary.sent().await;
            let signing = notary.signing(id).await;
            let meddled = Meddled::new(notary.story.ports.store.clone(), step());
            let ports = notary.story.through(meddled);
            let answer = sign(&ports, &notary.story.contact(), id, &signing).await;
            assert_eq!(answer.is_ok(), succeeds, "{what}");
            notary.sign(id).await.unwrap();
            mended(&notary, id).await;
            assert_eq!(notary.logged("contract.signed").await, 1, "{what}");
        });
    }
}

#[test]
fn c23_a_signature_that_is_lost_itself_is_none_and_can_be_made_again() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        let signing = notary.signing(id).await;
        let meddled = Meddled::new(notary.story.ports.store.clone(), [Meddling::RequestLost]);
        let ports = notary.story.through(meddled);
        let lost = sign(&ports, &notary.story.contact(), id, &signing).await;
        assert!(matches!(lost, Err(Error::Store(_))), "{lost:?}");
        assert_eq!(notary.status(id).await, Sent);
        assert!(notary.file(id).await.signature.is_none());
        notary.sign(id).await.unwrap();
        assert!(notary.is_sealed(id).await);
    });
}

#[test]
fn d15_a_hundred_signed_at_once_have_each_their_own_copy() {
    block_on(async {
        let notary = Notary::begin().await;
        let mut ids = Vec::new();
        for n in 0..100 {
            let id = notary
                .draft(input(), text(&format!("Contract number {n}.")))
                .await;
            notary.send(id).await;
            ids.push((id, notary.signing(id).await));
        }
        std::thread::scope(|scope| {
            for part in ids.chunks(25) {
                let notary = &notary;
                scope.spawn(move || {
                    for (id, signing) in part {
                        let (ports, contact) = (&notary.story.ports, notary.story.contact());
                        block_on(sign(ports, &contact, *id, signing)).unwrap();
                    }
                });
            }
        });
        let prints = notary.story.doubles.prints.prints();
        let mut copies = BTreeSet::new();
        for (id, _) in ids {
            let copy = notary.kept(id, Signed).await.file;
            copies.insert(copy.reference());
            let checked = verify(
                &notary.story.ports,
                notary.story.office.firm.id,
                copy.into_bytes(),
            );
            let Verdict::Ours(seal) = checked.await.unwrap().verdict else {
                panic!("{id} is not sealed");
            };
            assert_eq!(seal.document.unwrap().as_str(), id.to_string());
            let shown = notary.kept(id, Original).await.file.reference();
            let certificates = prints.iter().filter_map(|print| match &print.document {
                PrintDocument::Contract(view) => view.certificate.as_ref(),
                _ => None,
            });
            let own: Vec<_> = certificates
                .filter(|it| value(&it.document, Label::DocumentId) == id.to_string())
                .collect();
            assert_eq!(own.len(), 1);
            assert_eq!(value(&own[0].document, Label::Digest), shown.hex());
        }
        assert_eq!(copies.len(), 100);
    });
}

#[test]
fn d21_a_signed_copy_is_the_same_file_whenever_it_is_asked_for() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        notary.sign(id).await.unwrap();
        let first = notary.kept(id, Signed).await;
        let prints = notary.story.doubles.prints.prints().len();
        for _ in 0..10 {
            assert_eq!(notary.kept(id, Signed).await, first);
            notary
                .story
                .doubles
                .clock
                .advance(Duration::from_secs(86_400));
        }
        assert_eq!(notary.story.doubles.prints.prints().len(), prints);
        assert_eq!(first.name, format!("contract-{id}-signed.pdf"));
    });
}

#[test]
fn c28_a_file_that_staff_uploaded_is_kept_to_the_byte_and_the_certificate_follows_it() {
    block_on(async {
        let notary = Notary::begin().await;
        let upload = paper(2, "Lease");
        let id = notary
            .draft(input(), BodyInput::Upload(upload.clone()))
            .await;
        notary.send(id).await;
        notary.sign(id).await.unwrap();
        let sealed = notary.story.doubles.seals.requests();
        assert_eq!(sealed.last().unwrap().pdf, KeptPrints::appended(&upload));
        let copy = notary.kept(id, Signed).await;
        assert!(copy.file.bytes().starts_with(&upload));
        let view = certificate(&notary);
        assert_eq!(value(&view.document, Label::DocumentId), id.to_string());
    });
}

#[test]
fn a_text_whose_letterhead_has_changed_since_is_signed_as_it_was_shown() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        let original = notary.kept(id, Original).await;
        let mut moved = notary.story.firm_input();
        moved.name = fixtures::line("Muster & Daughters");
        let (ports, call) = (&notary.story.ports, notary.story.call());
        let changed = settings::update(ports, &call, None, moved).await;
        changed.unwrap();
        notary.sign(id).await.unwrap();
        let sealed = notary.story.doubles.seals.requests();
        let expected = KeptPrints::appended(original.file.bytes());
        assert_eq!(sealed.last().unwrap().pdf, expected);
        assert_eq!(notary.kept(id, Original).await, original);
    });
}
