//! What proves a sealer: the cases that every [`Sealer`] passes, whatever its seals are.
//!
//! [`sealer_conformance!`](crate::sealer_conformance) makes a test of each case. The kit plays the
//! forger: it changes, cuts off and adds to what was sealed. Whether other programs find the seals
//! sound only they can say; a sealer's own tests ask them. Each case names, in its documentation,
//! the sealer that it is there to catch.

mod files;
mod kept;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

pub use files::{assembled, hostile, paper, request};
pub use kept::{KeptSeals, SealFault};

use files::update_of;

use super::join_all;
use crate::domain::text::Line;
use crate::ports::sealer::{Fault, Seal, SealError, SealRequest, Sealed, Sealer, Verdict};

/// Two sealers of a kind that do not know each other.
#[derive(Debug, Clone)]
pub struct Sealers {
    /// The one on trial.
    pub ours: Arc<dyn Sealer>,
    /// Another issuer's.
    pub theirs: Arc<dyn Sealer>,
}

/// Makes a test of each case of the [sealer's kit](crate::testing::sealer).
///
/// It is given an expression that makes [`Sealers`](crate::testing::sealer::Sealers). Alone, it
/// makes plain tests that need no runtime; as an `async` block after attributes, each test is an
/// `async fn` under these attributes.
///
/// ```text
/// caseflow_core::sealer_conformance!(Sealers { ours: first(), theirs: second() });
///
/// caseflow_core::sealer_conformance! {
///     #[tokio::test]
///     async { sealers_at("http://localhost:3000").await }
/// }
/// ```
#[macro_export]
macro_rules! sealer_conformance {
    ($(#[$attribute:meta])+ async $make:block) => {
        $crate::__sealer_cases! { [$(#[$attribute])+] ($make) }
    };
    ($make:expr) => {
        $crate::__sealer_cases! { [] ($make) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __sealer_cases {
    ($how:tt $make:tt) => {
        $crate::__sealer_cases! { @each $how $make
            case_01_what_is_sealed_is_ours_and_says_what_was_asked
            case_02_the_hash_is_that_of_the_whole_file
            case_03_one_byte_changed_is_altered
            case_04_anything_put_behind_is_altered
            case_05_what_is_cut_off_is_never_ours
            case_06_what_another_sealed_is_another_issuers
            case_07_what_nobody_sealed_has_no_signature
            case_08_what_is_no_pdf_is_none
            case_09_a_seal_is_put_once
            case_10_what_cannot_be_sealed_is_refused
            case_11_the_same_request_makes_the_same_bytes
            case_12_many_at_once_are_each_their_own
            case_13_text_is_only_ever_text
            case_14_hostile_files_get_a_verdict
            case_15_parts_of_two_files_are_altered
        }
    };
    (@each $how:tt $make:tt $($case:ident)+) => {
        $($crate::__sealer_cases! { @one $how $make $case })+
    };
    (@one [] ($make:expr) $case:ident) => {
        #[test]
        fn $case() {
            $crate::testing::block_on($crate::testing::sealer::$case($make));
        }
    };
    (@one [$(#[$attribute:meta])+] ($make:expr) $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            $crate::testing::sealer::$case($make).await;
        }
    };
}

/// Catches one that does not know its own seals, or mixes up what they say.
pub async fn case_01_what_is_sealed_is_ours_and_says_what_was_asked(sealers: Sealers) {
    let request = request(2, "contract-01");
    let sealed = sealed(&sealers.ours, &request).await;
    let seal = ours(&sealers, sealed.bytes).await;
    assert_eq!(seal.document, Some(request.document));
    assert_eq!(seal.reason, Some(request.reason));
    assert_eq!(seal.signed_at, Some(request.signed_at));
    assert_eq!(seal.certificate, sealed.certificate);
    assert_eq!(seal.certificate.is_some(), seal.signer.is_some());
}

/// Catches one that hashes before it is done (D02).
pub async fn case_02_the_hash_is_that_of_the_whole_file(sealers: Sealers) {
    let sealed = sealed(&sealers.ours, &request(1, "contract-02")).await;
    assert_eq!(sealed.sha256[..], Sha256::digest(&sealed.bytes)[..]);
    assert!(sealed.bytes.starts_with(b"%PDF-"));
}

/// Catches one that covers only part of the file (D10).
pub async fn case_03_one_byte_changed_is_altered(sealers: Sealers) {
    let request = request(2, "contract-03");
    let sealed = sealed(&sealers.ours, &request).await;
    for at in (0..sealed.bytes.len()).step_by(sealed.bytes.len() / 60) {
        let mut bytes = sealed.bytes.clone();
        if is_in_digits(&bytes, at) {
            continue; // a signature's own digits, which may be written in either case
        }
        bytes[at] ^= 1;
        let verdict = verdict(&sealers, bytes).await;
        if at < request.pdf.len() && at > 8 {
            let altered = matches!(verdict, Verdict::Altered { .. });
            assert!(altered, "byte {at}: {verdict:?}");
        }
        assert!(!is_sound(&verdict), "byte {at}: {verdict:?}");
    }
}

/// Catches one that looks at what it sealed and not at the file.
pub async fn case_04_anything_put_behind_is_altered(sealers: Sealers) {
    let sealed = sealed(&sealers.ours, &request(1, "contract-04")).await;
    for behind in [
        &b"\n"[..],
        b"\0",
        b"% a remark\n",
        &update_of(&sealed.bytes),
    ] {
        let verdict = verdict(&sealers, [&sealed.bytes, behind].concat()).await;
        let found = Verdict::Altered {
            fault: Fault::Appended,
            ours: true,
        };
        assert_eq!(verdict, found, "{behind:?}");
    }
}

/// Catches one that follows an offset beyond the end, or takes half for whole.
pub async fn case_05_what_is_cut_off_is_never_ours(sealers: Sealers) {
    let sealed = sealed(&sealers.ours, &request(1, "contract-05")).await;
    let length = sealed.bytes.len();
    let ends = (0..length).step_by(length / 80).chain(length - 24..length);
    for end in ends {
        let verdict = verdict(&sealers, sealed.bytes[..end].to_vec()).await;
        assert!(!is_sound(&verdict), "cut off at {end}: {verdict:?}");
    }
}

/// Catches one that takes any seal for its own (D23).
pub async fn case_06_what_another_sealed_is_another_issuers(sealers: Sealers) {
    let request = request(1, "contract-06");
    let sealed = sealed(&sealers.theirs, &request).await;
    let found = verdict(&sealers, sealed.bytes.clone()).await;
    let Verdict::AnotherIssuers(seal) = found else {
        panic!("{found:?}");
    };
    assert_eq!(seal.signed_at, Some(request.signed_at));
    let mut bytes = sealed.bytes;
    bytes[200] ^= 1;
    let found = verdict(&sealers, bytes).await;
    assert!(
        matches!(found, Verdict::Altered { ours: false, .. }),
        "{found:?}"
    );
}

/// Catches one that answers with an error, or with what it last said.
pub async fn case_07_what_nobody_sealed_has_no_signature(sealers: Sealers) {
    for pages in [1, 3] {
        let found = verdict(&sealers, paper(pages, "nobody signed this")).await;
        assert_eq!(found, Verdict::NoSignature);
    }
}

/// Catches one that calls everything that it cannot read altered.
pub async fn case_08_what_is_no_pdf_is_none(sealers: Sealers) {
    for file in [
        &b""[..],
        b"%PD",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04 a letter",
        b"<html>/ByteRange</html>",
        &[0; 5_000],
    ] {
        assert_eq!(verdict(&sealers, file.to_vec()).await, Verdict::NotAPdf);
    }
}

/// Catches one whose second seal hides the first.
pub async fn case_09_a_seal_is_put_once(sealers: Sealers) {
    for first in [&sealers.ours, &sealers.theirs] {
        let mut again = request(1, "contract-09");
        again.pdf = sealed(first, &again).await.bytes;
        let refused = sealers.ours.seal(again).await;
        assert!(
            matches!(refused, Err(SealError::AlreadySigned)),
            "{refused:?}"
        );
    }
}

/// Catches one that seals what no reader can open.
pub async fn case_10_what_cannot_be_sealed_is_refused(sealers: Sealers) {
    for pdf in [&b""[..], b"PK\x03\x04 a letter", &[7; 3_000]] {
        let request = SealRequest {
            pdf: pdf.to_vec(),
            ..request(1, "contract-10")
        };
        let refused = sealers.ours.seal(request).await;
        assert!(matches!(refused, Err(SealError::NotAPdf)), "{refused:?}");
    }
}

/// Catches one that asks a clock or a random source.
pub async fn case_11_the_same_request_makes_the_same_bytes(sealers: Sealers) {
    let request = request(2, "contract-11");
    let first = sealed(&sealers.ours, &request).await;
    sealed(&sealers.ours, &self::request(1, "contract-11b")).await;
    let second = sealed(&sealers.ours, &request).await;
    assert!(first == second, "two seals of one request differ");
}

/// Catches one whose files mix (D15).
pub async fn case_12_many_at_once_are_each_their_own(sealers: Sealers) {
    let names: Vec<String> = (0..100).map(|n| format!("contract-12-{n:03}")).collect();
    let calls = names.iter().map(|name| sealers.ours.seal(request(1, name)));
    let mut made = 0;
    for (name, sealed) in names.iter().zip(join_all(calls).await) {
        let sealed = match sealed {
            Ok(sealed) => sealed,
            Err(SealError::Busy) => continue,
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(sealed.sha256[..], Sha256::digest(&sealed.bytes)[..]);
        assert!(contains(&sealed.bytes, name), "{name} is not in its file");
        let seal = ours(&sealers, sealed.bytes).await;
        assert_eq!(seal.document.as_ref().map(Line::as_str), Some(&**name));
        made += 1;
    }
    assert!(made > 0, "all were turned away");
}

/// Catches one whose file is opened up by a reason.
pub async fn case_13_text_is_only_ever_text(sealers: Sealers) {
    for text in [
        "a (bracket, a \\ and another )",
        ") >> endobj /ByteRange [0 1 2 3]",
        "Größe \u{2013} 契約 \u{1f58b}",
        "<feff> #20 /Name % remark",
    ] {
        let mut request = request(1, "contract-13");
        request.reason = Line::parse(text).unwrap();
        request.document = Line::parse(text).unwrap();
        let sealed = sealed(&sealers.ours, &request).await;
        let seal = ours(&sealers, sealed.bytes).await;
        assert_eq!(seal.reason, Some(request.reason));
        assert_eq!(seal.document, Some(request.document));
    }
}

/// Catches one that panics, hangs or fails on what anybody may upload.
pub async fn case_14_hostile_files_get_a_verdict(sealers: Sealers) {
    for file in hostile() {
        let shown = String::from_utf8_lossy(&file[..file.len().min(60)]).into_owned();
        let verdict = verdict(&sealers, file.clone()).await;
        assert!(!is_sound(&verdict), "{shown}: {verdict:?}");
        let request = SealRequest {
            pdf: file,
            ..request(1, "contract-14")
        };
        // Some of them can be sealed; what matters is that there is an answer.
        drop(sealers.ours.seal(request).await);
    }
}

/// Catches one that believes a signature wherever it stands.
pub async fn case_15_parts_of_two_files_are_altered(sealers: Sealers) {
    let (first, second) = (request(1, "contract-15a"), request(1, "contract-15b"));
    let (one, other) = (
        sealed(&sealers.ours, &first).await.bytes,
        sealed(&sealers.ours, &second).await.bytes,
    );
    let mixed = [&one[..first.pdf.len()], &other[second.pdf.len()..]].concat();
    for file in [mixed, [one.clone(), other].concat()] {
        let found = verdict(&sealers, file).await;
        assert!(matches!(found, Verdict::Altered { .. }), "{found:?}");
    }
}

async fn sealed(sealer: &Arc<dyn Sealer>, request: &SealRequest) -> Sealed {
    sealer.seal(request.clone()).await.unwrap()
}

async fn verdict(sealers: &Sealers, file: Vec<u8>) -> Verdict {
    sealers.ours.check(file).await.unwrap()
}

async fn ours(sealers: &Sealers, file: Vec<u8>) -> Seal {
    match verdict(sealers, file).await {
        Verdict::Ours(seal) => seal,
        other => panic!("{other:?}"),
    }
}

fn is_sound(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Ours(_) | Verdict::AnotherIssuers(_))
}

/// Whether a byte is one of very many hexadecimal digits or stands right beside them.
fn is_in_digits(bytes: &[u8], at: usize) -> bool {
    let around = bytes.get(at.saturating_sub(20)..at + 20);
    around.is_some_and(|it| it.iter().filter(|byte| byte.is_ascii_hexdigit()).count() >= 38)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|it| it == text.as_bytes())
}
