//! Certificates behind files that were handed in.

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::domain::print::Print;
use caseflow_core::ports::pdf::{PdfError, PdfFile};
use caseflow_core::testing::prints::Desk;
use caseflow_core::testing::sealer::paper;
use proptest::prelude::*;

use crate::poppler;
use crate::uploads::{Upload, loose, uploads};

fn certificate() -> Print {
    Desk::with_lines(1).certificate("Terms", [0xab; 32], "Ann Lee", 20)
}

fn joined(renderer: &Renderer, upload: &Upload) -> PdfFile {
    let file = renderer.append(upload.bytes.clone(), &certificate());
    file.unwrap_or_else(|error| panic!("{}: {error}", upload.name))
}

#[test]
fn c28_d03_a_joined_file_has_the_pages_of_both_as_they_are() {
    let renderer = Renderer::new().unwrap();
    let alone = renderer.render(&certificate()).unwrap();
    assert_eq!(alone.pages, 2, "a certificate with many events");
    for upload in uploads() {
        let name = upload.name;
        let file = joined(&renderer, &upload);
        assert!(
            file.bytes.starts_with(&upload.bytes),
            "{name}: its own bytes"
        );
        assert_eq!(file.pages as usize, upload.pages + 2, "{name}");
        let pages = [poppler::pages(&upload.bytes), poppler::pages(&alone.bytes)].concat();
        assert_eq!(pages.len(), file.pages as usize, "{name}: {pages:?}");
        assert_eq!(poppler::pages(&file.bytes), pages, "{name}");
        let pictures = [
            poppler::pictures(&upload.bytes),
            poppler::pictures(&alone.bytes),
        ];
        assert!(
            poppler::pictures(&file.bytes) == pictures.concat(),
            "{name}: its looks"
        );
    }
}

#[test]
fn a_file_that_was_joined_can_be_joined_again() {
    let renderer = Renderer::new().unwrap();
    for upload in uploads() {
        let once = joined(&renderer, &upload);
        let twice = renderer.append(once.bytes.clone(), &certificate()).unwrap();
        assert_eq!(twice.pages, once.pages + 2, "{}", upload.name);
        assert_eq!(poppler::pages(&twice.bytes).len(), twice.pages as usize);
    }
}

#[test]
fn a_screen_reader_finds_both_parts_of_a_tagged_file_and_its_own_of_another() {
    let renderer = Renderer::new().unwrap();
    let german = Desk::with_lines(1).speaking("de");
    let german = german.certificate("Terms", [0xab; 32], "Jürg Müller", 0);
    for upload in uploads() {
        let name = upload.name;
        let file = renderer.append(upload.bytes.clone(), &german).unwrap();
        let before = poppler::structure(&upload.bytes);
        let after = poppler::structure(&file.bytes);
        let text = String::from_utf8_lossy(&file.bytes[upload.bytes.len()..]).into_owned();
        assert_eq!(
            after.contains("Jürg Müller"),
            upload.tagged,
            "{name}: {after}"
        );
        assert_eq!(text.contains("/Lang(de"), upload.tagged, "{name}: {text}");
        assert_eq!(text.contains("/StructParents"), upload.tagged, "{name}");
        assert!(
            after.starts_with(before.trim_end()),
            "{name}: {before} is not in {after}"
        );
    }
}

/// Programs expect one element that holds all others; a file without one gets a second beside its own.
#[test]
fn elements_of_a_file_without_a_document_keep_their_places() {
    let file = loose();
    let joined = Renderer::new().unwrap().append(file.clone(), &short());
    let tail = joined.unwrap().bytes.split_off(file.len());
    let tail = String::from_utf8_lossy(&tail).into_owned();
    let (before, behind) = tail.split_once("/K[7 0 R 8 0 R ").unwrap();
    let number = behind.split(' ').next().unwrap();
    let element = tail.split_once(&format!("\n{number} 0 obj\n")).unwrap().1;
    let element = element.split_once("endobj").unwrap().0;
    for wanted in ["/S/Document", "/P 6 0 R", "/Lang(en)"] {
        assert!(element.contains(wanted), "{wanted}: {element}");
    }
    assert!(before.contains("6 0 obj"), "the root is written anew");
    assert!(tail.contains("/Nums[41 [7 0 R] 77 "), "keys follow");
    assert!(tail.contains("/StructParents 77"));
}

/// The elements of the certificate are a part of the document, and their keys follow the file's.
#[test]
fn a_document_gets_the_certificate_as_its_part() {
    let uploads = uploads();
    let upload = uploads.iter().find(|it| it.name == "branches of keys");
    let file = &upload.unwrap().bytes;
    let joined = Renderer::new().unwrap().append(file.clone(), &short());
    let tail = joined.unwrap().bytes.split_off(file.len());
    let tail = latin(&tail);
    let part = |objects: &str| objects.contains("/S/Part") && objects.contains("/P 7 0 R");
    assert!(tail.split("endobj").any(part), "{tail}");
    for wanted in [
        "/StructParents 42",
        "/Limits[42 42]/Nums[42 ",
        "/ParentTreeNextKey 43",
    ] {
        assert!(tail.contains(wanted), "{wanted}");
    }
}

#[test]
fn fonts_and_contents_are_copied_to_the_byte() {
    let renderer = Renderer::new().unwrap();
    let alone = latin(&renderer.render(&short()).unwrap().bytes);
    let joined = renderer.append(paper(1, "handed in"), &short()).unwrap();
    let joined = latin(&joined.bytes);
    let streams: Vec<&str> = alone
        .split("endobj")
        .filter(|it| it.contains("stream\n"))
        .collect();
    let copied = streams.iter().filter(|object| {
        let data = object.split_once("stream\n").unwrap().1;
        joined.contains(&format!("stream\n{}", data.trim_end_matches('\n')))
    });
    // All but the profile of colours, what the file says of itself, and its table.
    assert_eq!(copied.count(), streams.len() - 3);
    assert!(streams.len() > 7);
}

/// Bytes as a text in which each is a character.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[test]
fn a_form_keeps_its_fields() {
    let renderer = Renderer::new().unwrap();
    let uploads = uploads();
    let form = uploads.iter().find(|it| it.name == "a form").unwrap();
    let file = joined(&renderer, form);
    assert!(poppler::info(&file.bytes).contains("Form:            AcroForm"));
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let mut large = paper(1, "large");
    large.resize((128 << 20) + 1, b' ');
    let refused = Renderer::new().unwrap().append(large, &certificate());
    assert!(
        matches!(refused, Err(PdfError::TooLarge { most }) if most == 128 << 20),
        "{refused:?}"
    );
}

#[test]
fn trees_and_structures_that_programs_would_differ_on_are_refused() {
    let renderer = Renderer::new().unwrap();
    let whole = paper(2, "handed in");
    let whole = String::from_utf8(whole).unwrap();
    let tagged = uploads()
        .into_iter()
        .find(|it| it.name == "branches of keys");
    let tagged = String::from_utf8(tagged.unwrap().bytes).unwrap();
    for (file, good, bad) in [
        (&whole, "/Count 2", "/Count 3"),
        (&whole, "/Kids[4 0 R 6 0 R]", "/Kids[4 0 R 4 0 R]"),
        (&whole, "/Kids[4 0 R 6 0 R]", "/Kids[4 0 R 9 0 R]"),
        (&whole, "/Type/Pages", "/Type/Paper"),
        (&whole, "/Contents 5 0 R", "/Contents 9 0 R"),
        (&whole, "/Pages 2 0 R", "/Pages 4 0 R"),
        (&whole, "/Root 1 0 R", "/Root 9 0 R"),
        (&whole, "4 0 obj", "9 0 obj"),
        (&tagged, "/Limits[41 41]", "/Limits[41 -1]"),
        (&tagged, "/Kids[9 0 R]>>", "/Kids[5 0 R]>>"),
        (&tagged, "/ParentTree<<", "/ParentTree[<"),
        (&tagged, "/Limits[41 41]", "/Limit5[41 41]"),
    ] {
        assert_eq!(good.len(), bad.len(), "offsets stay");
        let broken = file.replacen(good, bad, 1);
        assert_ne!(&broken, file, "{good}");
        let refused = renderer.append(broken.into_bytes(), &certificate());
        assert!(
            matches!(refused, Err(PdfError::Unreadable)),
            "{bad}: {refused:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is done to a file, it is refused, or pages come behind it and can come again.
    #[test]
    fn mangled_files_are_joined_or_refused(
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut file = FILES.with(|files| which.get(files).clone());
        for (at, byte) in flips {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        RENDERER.with(|renderer| match renderer.append(file.clone(), &short()) {
            Ok(joined) => {
                prop_assert!(joined.bytes.starts_with(&file));
                let again = renderer.append(joined.bytes, &short());
                prop_assert_eq!(again.unwrap().pages, joined.pages + 1);
                Ok(())
            }
            Err(
                PdfError::NotAPdf
                | PdfError::Unreadable
                | PdfError::Encrypted
                | PdfError::AlreadySigned
                | PdfError::DynamicForm,
            ) => Ok(()),
            Err(other) => Err(TestCaseError::fail(format!("{other:?}"))),
        })?;
    }
}

fn short() -> Print {
    Desk::with_lines(1).certificate("Terms", [0xab; 32], "Ann Lee", 0)
}

thread_local! {
    static FILES: Vec<Vec<u8>> = uploads().into_iter().map(|it| it.bytes).collect();
    static RENDERER: Renderer = Renderer::new().unwrap();
}
