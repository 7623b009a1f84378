//! Signatures: what is recorded, and the one signed copy (R-SIG).

use std::net::IpAddr;
use std::time::Duration;

use caseflow_core::ContractCopies::{Original, Signed};
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::contract::ContractStatus::Sent;
use caseflow_core::domain::contract::{ContractError, SignedCopy};
use caseflow_core::domain::print::Label;
use caseflow_core::domain::signature::{AuthMethod, SIGNING_TERMS};
use caseflow_core::domain::text::PersonName;
use caseflow_core::error::{Error, Refusal};
use caseflow_core::portal::Visiting;
use caseflow_core::portal::contracts::{Signing, read, sign};
use caseflow_core::portal::verify::{self, verify};
use caseflow_core::ports::sealer::{Fault, Verdict};
use caseflow_core::testing::{block_on, fixtures};

use super::meddled::{Meddled, before};
use super::notary::{Notary, certificate, signing, value};

#[test]
fn d01_d24_all_that_is_known_of_a_signature_is_recorded_with_it() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, clock) = (&notary.story.ports, &notary.story.doubles.clock);
        let contact = &notary.story.office.contact;
        let session = notary.story.sign_in(contact).await.unwrap();
        let visiting = Visiting {
            origin: Origin {
                ip: Some("192.0.2.7".parse::<IpAddr>().unwrap()),
                user_agent: Some(fixtures::line("Mozilla/5.0")),
            },
            ..notary.story.with_token(&session.token)
        };
        let signed_in = ports.now();
        clock.advance(Duration::from_millis(1_001));
        let id = notary.sent().await;
        let sent = ports.now();
        clock.advance(Duration::from_millis(2_002));
        let looked = read(ports, &visiting, id).await.unwrap();
        let viewed = ports.now();
        clock.advance(Duration::from_millis(3_003));
        let signing = notary.signing(id).await;
        let answer = sign(ports, &visiting, id, &signing).await.unwrap();
        let file = notary.file(id).await;
        assert_eq!(answer.page, file);
        let signature = file.signature.unwrap();
        let version = *looked.page.contract.value.version().unwrap();
        assert_eq!((signature.contract, signature.version), (id, 1));
        assert_eq!(signature.shown, version.shown.sha256);
        assert_eq!(signature.at, ports.now());
        assert_eq!(file.contract.value.signed_at(), Some(signature.at));
        let evidence = signature.evidence().unwrap();
        assert_eq!(evidence.contact, contact.id);
        assert_eq!(evidence.contact_name.as_str(), contact.full_name());
        assert_eq!(evidence.email, contact.email);
        assert_eq!(evidence.typed.as_str(), "Ana Keller");
        assert_eq!(evidence.origin, visiting.origin);
        assert_eq!(evidence.session, looked.who.session().map(|it| it.id));
        assert!(evidence.session.is_some());
        assert_eq!(evidence.authenticated.method, AuthMethod::Password);
        assert_eq!(evidence.authenticated.at, signed_in);
        assert_eq!(evidence.terms.as_str(), SIGNING_TERMS);
        assert_eq!(evidence.time_zone, signing.time_zone);
        assert_eq!(evidence.sent_at, sent);
        assert_eq!(evidence.viewed_at, Some(viewed));
        assert_eq!(evidence.consented_at, signature.at);
    });
}

#[test]
fn d05_d06_what_was_not_recorded_is_said_to_be_and_has_no_other_time() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        notary.story.doubles.clock.advance(Duration::from_secs(60));
        let signing = Signing {
            time_zone: None,
            ..notary.signing(id).await
        };
        let (ports, contact) = (&notary.story.ports, notary.story.contact());
        sign(ports, &contact, id, &signing).await.unwrap();
        let view = certificate(&notary);
        for label in [
            Label::IpAddress,
            Label::Browser,
            Label::TimeZone,
            Label::Session,
        ] {
            assert_eq!(value(&view.signer, label), "not recorded", "{label:?}");
        }
        let authenticated = value(&view.signer, Label::Authenticated);
        assert!(
            authenticated.starts_with("The firm’s own sign-on, "),
            "{authenticated}"
        );
        let viewed = view.events.iter().find(|it| it.what == "First viewed");
        assert_eq!(viewed.unwrap().utc, "not recorded");
        assert!(
            notary
                .file(id)
                .await
                .signature
                .unwrap()
                .evidence()
                .unwrap()
                .viewed_at
                .is_none()
        );
    });
}

#[test]
fn d25_the_certificate_bears_the_hash_of_what_was_shown_and_the_copys_own_is_kept_beside_it() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        notary.sign(id).await.unwrap();
        let original = notary.kept(id, Original).await.file.reference();
        let copy = notary.kept(id, Signed).await.file.reference();
        let printed = value(&certificate(&notary).document, Label::Digest);
        assert_eq!(printed, original.hex());
        assert_ne!(printed, copy.hex());
        let SignedCopy::Sealed { file, .. } = notary.copy(id).await else {
            panic!("it is not sealed");
        };
        assert_eq!(file, copy);
    });
}

#[test]
fn c21_d20_names_are_trimmed_and_kept_in_any_script() {
    block_on(async {
        let notary = Notary::begin().await;
        let longest = "å".repeat(100);
        for (typed, kept) in [
            ("  Documenso User  ", "Documenso User"),
            ("Døcumensø Üser", "Døcumensø Üser"),
            ("O", "O"),
            ("محمد بن سلمان", "محمد بن سلمان"),
            ("王小明", "王小明"),
            ("Zoë 🦊", "Zoë 🦊"),
            (longest.as_str(), longest.as_str()),
        ] {
            let id = notary.sent().await;
            let signing = Signing {
                typed: PersonName::parse(typed).unwrap(),
                ..notary.signing(id).await
            };
            let (ports, contact) = (&notary.story.ports, notary.story.contact());
            sign(ports, &contact, id, &signing).await.unwrap();
            let signature = notary.file(id).await.signature.unwrap();
            assert_eq!(signature.name().as_str(), kept);
            assert_eq!(certificate(&notary).typed, kept);
        }
        for typed in ["   ", "\u{200b}", "\u{202e}gnp", "a\0b", "\u{fffd}"] {
            assert!(PersonName::parse(typed).is_err(), "{typed:?}");
        }
    });
}

#[test]
fn d24_without_the_terms_in_force_nothing_is_signed() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        for accepts in [None, Some("2025-01")] {
            let signing = Signing {
                accepts: accepts.map(fixtures::line),
                ..notary.signing(id).await
            };
            let (ports, contact) = (&notary.story.ports, notary.story.contact());
            let refused = sign(ports, &contact, id, &signing).await;
            let Err(Error::Refused(refusal)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(refusal, Refusal::Contract(ContractError::TermsNotAccepted));
            assert_eq!(refusal.field(), Some("terms"));
            assert_eq!(notary.status(id).await, Sent);
            assert!(notary.file(id).await.signature.is_none());
        }
    });
}

#[test]
fn c16_five_at_once_make_one_signature_and_one_file() {
    block_on(async {
        let notary = Notary::begin().await;
        for round in 1..=20 {
            let id = notary.sent().await;
            let signing = notary.signing(id).await;
            std::thread::scope(|scope| {
                for n in 0..5 {
                    let (notary, signing) = (&notary, &signing);
                    scope.spawn(move || {
                        let who = match n % 2 {
                            0 => notary.story.contact(),
                            _ => notary.colleague(),
                        };
                        let ports = &notary.story.ports;
                        let answer = block_on(sign(ports, &who, id, signing)).unwrap();
                        assert!(answer.page.signature.is_some());
                    });
                }
            });
            assert_eq!(notary.logged("contract.signed").await, round);
            assert_eq!(notary.logged("contract.sealed").await, round);
            let first = notary.file(id).await;
            let again = notary.sign(id).await.unwrap();
            assert_eq!(again.page, first);
        }
        let letters = notary.letters().await;
        let told = |subject: &str| letters.iter().filter(|it| it.starts_with(subject)).count();
        assert_eq!(told("A contract was signed"), 20);
        assert_eq!(told("Your signed copy"), 20);
    });
}

#[test]
fn r_sig_4_who_is_second_finds_it_signed() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        let signing = notary.signing(id).await;
        let (ports, colleague, theirs) = (
            notary.story.ports.clone(),
            notary.colleague(),
            signing.clone(),
        );
        let other = before(move || async move { sign(&ports, &colleague, id, &theirs).await });
        let meddled = Meddled::new(notary.story.ports.store.clone(), [other]);
        let ports = notary.story.through(meddled);
        let answer = sign(&ports, &notary.story.contact(), id, &signing).await;
        let signature = answer.unwrap().page.signature.unwrap();
        let evidence = signature.evidence().unwrap();
        assert_eq!(evidence.contact, notary.story.office.colleague.id);
        assert_eq!(notary.logged("contract.signed").await, 1);
    });
}

#[test]
fn c26_the_firm_is_told_once_and_the_signer_gets_the_copy() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        notary.letters().await;
        for _ in 0..3 {
            notary.sign(id).await.unwrap();
        }
        let told = [
            "A contract was signed: Engagement letter",
            "Your signed copy: Engagement letter",
        ];
        assert_eq!(notary.letters().await, told);
        assert_eq!(notary.letters().await, Vec::<String>::new());
    });
}

#[test]
fn r_sig_6_anybody_is_told_what_a_file_is() {
    block_on(async {
        let notary = Notary::begin().await;
        let (ports, firm) = (&notary.story.ports, notary.story.office.firm.id);
        let id = notary.sent().await;
        notary.sign(id).await.unwrap();
        let rows = notary.story.audit_rows().await;
        let copy = notary.kept(id, Signed).await.file.into_bytes();
        let check = |file: Vec<u8>| async move { verify(ports, firm, file).await.unwrap().verdict };
        assert!(matches!(check(copy.clone()).await, Verdict::Ours(_)));
        let mut altered = copy.clone();
        altered[9] ^= 1;
        let altered = check(altered).await;
        assert!(
            matches!(
                altered,
                Verdict::Altered {
                    fault: Fault::Content,
                    ..
                }
            ),
            "{altered:?}"
        );
        let original = notary.kept(id, Original).await.file.into_bytes();
        assert_eq!(check(original).await, Verdict::NoSignature);
        assert_eq!(check(b"GIF89a".to_vec()).await, Verdict::NotAPdf);
        let huge = verify(ports, firm, vec![0; verify::MOST + 1]).await;
        assert!(matches!(huge, Err(Error::Refused(Refusal::File(_)))));
        assert_eq!(notary.story.audit_rows().await, rows);
    });
}

#[test]
fn d08_the_chain_of_the_log_holds_over_the_whole_life_of_a_contract() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        read(&notary.story.ports, &notary.story.contact(), id)
            .await
            .unwrap();
        notary.sign(id).await.unwrap();
        for action in ["drafted", "sent", "viewed", "signed", "sealed"] {
            assert_eq!(
                notary.logged(&format!("contract.{action}")).await,
                1,
                "{action}"
            );
        }
        assert_eq!(notary.story.audit_rows().await, 5);
    });
}

#[test]
fn a_hash_that_was_never_shown_signs_nothing() {
    block_on(async {
        let notary = Notary::begin().await;
        let id = notary.sent().await;
        let (ports, contact) = (&notary.story.ports, notary.story.contact());
        let made_up = sign(ports, &contact, id, &signing([7; 32])).await;
        let Err(Error::Refused(refusal)) = made_up else {
            panic!("{made_up:?}");
        };
        assert_eq!(refusal, Refusal::Contract(ContractError::Changed));
        assert_eq!(notary.status(id).await, Sent);
    });
}
