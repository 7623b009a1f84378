//! Signed copies of files that were handed in: the certificate's pages behind them, and the seal.

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::ports::sealer::{Fault, SealError, SealRequest, Sealed, Sealer as _, Verdict};
use caseflow_core::testing::block_on;
use caseflow_core::testing::prints::Desk;
use caseflow_core::testing::sealer::{paper, request};
use sha2::{Digest as _, Sha256};

use crate::desk::pades;
use crate::poppler;
use crate::uploads::packed;

fn signed(upload: &[u8]) -> Sealed {
    let shown = Sha256::digest(upload).into();
    let certificate = Desk::with_lines(1).certificate("Terms", shown, "Ann Lee", 0);
    let renderer = Renderer::new().unwrap();
    let pdf = renderer
        .append(upload.to_vec(), &certificate)
        .unwrap()
        .bytes;
    let request = SealRequest {
        pdf,
        ..request(1, "contract-1")
    };
    block_on(pades(1).seal(request)).unwrap()
}

fn uploads() -> [(&'static str, Vec<u8>); 4] {
    let tagged = Desk::with_lines(1).contract("Terms", "# Scope\n\nWe review the accounts.");
    let tagged = Renderer::new().unwrap().render(&tagged).unwrap().bytes;
    [
        ("classic", paper(2, "handed in")),
        ("packed", packed(true)),
        (
            "garbage behind",
            [&paper(1, "handed in"), &b"\r\n<!-- -->\x80"[..]].concat(),
        ),
        ("tagged", tagged),
    ]
}

#[test]
fn d02_d25_the_original_can_be_cut_off_and_has_the_hash_on_the_certificate() {
    for (name, upload) in uploads() {
        let sealed = signed(&upload);
        let original = &sealed.bytes[..upload.len()];
        assert_eq!(original, upload, "{name}");
        let digits: Vec<String> = Sha256::digest(original)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = poppler::text(&sealed.bytes);
        assert!(text.contains(&digits.concat()), "{name}: {text}");
        assert!(poppler::text(&upload).trim_end().len() > 4, "{name}");
        assert!(text.starts_with(&poppler::text(&upload)), "{name}: {text}");
    }
}

#[test]
fn r_sig_5_a_joined_file_is_sealed_whole() {
    for (name, upload) in uploads() {
        let sealed = signed(&upload);
        let verdict = block_on(pades(1).check(sealed.bytes.clone())).unwrap();
        assert!(matches!(verdict, Verdict::Ours(_)), "{name}: {verdict:?}");
        let said = poppler::pdfsig(&sealed.bytes);
        for wanted in ["Signature is Valid", "Total document signed"] {
            assert!(said.contains(wanted), "{name}: {wanted} is not in {said}");
        }
    }
}

#[test]
fn d10_a_byte_changed_in_the_original_or_behind_it_is_altered() {
    for (name, upload) in uploads() {
        let sealed = signed(&upload);
        let behind = upload.len() + 2_000;
        for at in [9, upload.len() / 2, upload.len() - 1, behind] {
            let mut bytes = sealed.bytes.clone();
            bytes[at] ^= 1;
            let verdict = block_on(pades(1).check(bytes.clone())).unwrap();
            let fault = Fault::Content;
            assert_eq!(
                verdict,
                Verdict::Altered { fault, ours: true },
                "{name}: {at}"
            );
            let said = poppler::pdfsig(&bytes);
            assert!(!said.contains("Signature is Valid"), "{name}: {at}: {said}");
        }
    }
}

#[test]
fn a_signed_copy_is_not_signed_again() {
    let sealed = signed(&paper(2, "handed in")).bytes;
    let certificate = Desk::with_lines(1).certificate("Terms", [1; 32], "Ann Lee", 0);
    let again = Renderer::new().unwrap().append(sealed, &certificate);
    let refused = again.unwrap_err().to_string();
    assert_eq!(refused, SealError::AlreadySigned.to_string());
}
