//! The cases of what is put behind a file that somebody handed in.

use std::sync::Arc;

use super::{Reader, rendered};
use crate::domain::print::Print;
use crate::ports::pdf::{Pdf, PdfError, PdfFile};
use crate::testing::prints::Desk;
use crate::testing::sealer::{assembled, hostile, paper};

/// Catches one that writes the file anew, shows its own pages alone, or counts only them (C28, D03).
pub async fn case_11_pages_come_behind_a_file_as_it_is(pdf: Arc<dyn Pdf>, read: Reader) {
    for count in [1, 2, 30] {
        let file = paper(count, "handed in");
        let more = certificate();
        let alone = rendered(&*pdf, more.clone()).await;
        let joined = appended(&*pdf, &file, more.clone()).await;
        assert!(
            joined.bytes.starts_with(&file),
            "{count}: its own bytes stay"
        );
        let pages = usize::try_from(joined.pages - alone.pages).unwrap();
        assert_eq!(pages, count, "pages of the file");
        let wanted = [read(&file), read(&alone.bytes)].concat();
        assert_eq!(read(&joined.bytes), wanted, "{count} pages");
        let again = appended(&*pdf, &file, more).await;
        assert!(joined == again, "two files of one file and print differ");
    }
}

/// Catches one that breaks a signature, loses a program, or mends what is broken in its own way.
pub async fn case_12_what_cannot_be_added_to_is_refused(pdf: Arc<dyn Pdf>, _read: Reader) {
    let whole = paper(2, "handed in");
    let cut = whole.get(..whole.len() / 2).unwrap_or_default().to_vec();
    let miscounted = |kids: &str| {
        let tree = format!("<</Type/Pages/Kids[{kids}]/Count 2>>");
        made("", &tree, "")
    };
    let form = |form: &str| made(&format!("/AcroForm<<{form}>>"), TREE, "");
    for (name, file, refusal) in [
        ("nothing", vec![], PdfError::NotAPdf),
        (
            "a picture",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            PdfError::NotAPdf,
        ),
        ("half a file", cut, PdfError::Unreadable),
        ("a page too few", miscounted("3 0 R"), PdfError::Unreadable),
        (
            "a page twice",
            miscounted("3 0 R 3 0 R"),
            PdfError::Unreadable,
        ),
        (
            "a missing page",
            miscounted("3 0 R 9 0 R"),
            PdfError::Unreadable,
        ),
        ("a circle", miscounted("3 0 R 2 0 R"), PdfError::Unreadable),
        (
            "encrypted",
            made("", TREE, "/Encrypt 4 0 R"),
            PdfError::Encrypted,
        ),
        (
            "certified",
            made("/Perms<<>>", TREE, ""),
            PdfError::AlreadySigned,
        ),
        (
            "signed",
            form("/Fields[<</FT/Sig/T(a)/V<</ByteRange[0 1 2 3]>>>>]"),
            PdfError::AlreadySigned,
        ),
        (
            "dynamic",
            form("/XFA[(a) 4 0 R]/Fields[]"),
            PdfError::DynamicForm,
        ),
    ] {
        let answer = pdf.append(file, certificate()).await;
        let error = answer.err().map(|it| it.to_string());
        assert_eq!(error, Some(refusal.to_string()), "{name}");
    }
}

/// Catches one that hangs or breaks, or takes a hostile file for a fault of its own.
pub async fn case_13_hostile_files_are_added_to_or_refused(pdf: Arc<dyn Pdf>, read: Reader) {
    for file in hostile() {
        match pdf.append(file.clone(), certificate()).await {
            Ok(joined) => assert_eq!(read(&joined.bytes).len(), joined.pages as usize),
            Err(PdfError::Unreadable | PdfError::AlreadySigned) => {}
            Err(error) => {
                let start = String::from_utf8_lossy(file.get(..200).unwrap_or(&file));
                panic!("{error}: {start}");
            }
        }
    }
}

const TREE: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";

/// A file of one page, with something in its catalog, another tree or something in its trailer.
fn made(catalog: &str, tree: &str, trailer: &str) -> Vec<u8> {
    let objects = [
        format!("<</Type/Catalog/Pages 2 0 R{catalog}>>"),
        tree.to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>>>".to_owned(),
        "<</Filter/Standard>>".to_owned(),
    ];
    assembled(&objects, trailer)
}

fn certificate() -> Print {
    Desk::with_lines(1).certificate("Handed in", [0xab; 32], "Ann Lee", 0)
}

async fn appended(pdf: &dyn Pdf, file: &[u8], more: Print) -> PdfFile {
    match pdf.append(file.to_vec(), more).await {
        Ok(file) => file,
        Err(error) => panic!("{error}"),
    }
}
