//! Files as other programs write them: with classic tables and with streams of objects, with forms
//! and annotations of their own.

use caseflow_core::ports::sealer::{SealError, SealRequest, Sealed, Sealer as _, Verdict};
use caseflow_core::testing::block_on;
use caseflow_core::testing::sealer::{assembled, paper, request};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::desk::pades;
use crate::poppler;

fn seal(pdf: &[u8]) -> Result<Sealed, SealError> {
    let request = SealRequest {
        pdf: pdf.to_vec(),
        ..request(1, "upload-1")
    };
    block_on(pades(1).seal(request))
}

fn is_sealed(name: &str, pdf: &[u8]) -> Vec<u8> {
    let sealed = seal(pdf).unwrap_or_else(|error| panic!("{name}: {error}"));
    let bytes = sealed.bytes;
    assert!(bytes.starts_with(pdf), "{name}: its own bytes stay");
    let verdict = block_on(pades(1).check(bytes.clone())).unwrap();
    assert!(matches!(verdict, Verdict::Ours(_)), "{name}: {verdict:?}");
    let said = poppler::pdfsig(&bytes);
    for wanted in [
        "Signature is Valid",
        "Total document signed",
        "ETSI.CAdES.detached",
        "SHA-256",
        "Seal of firm 1",
    ] {
        assert!(said.contains(wanted), "{name}: {wanted} is not in {said}");
    }
    assert_eq!(poppler::text(pdf), poppler::text(&bytes), "{name}");
    assert!(poppler::picture(pdf) == poppler::picture(&bytes), "{name}");
    bytes
}

const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
const BOX: &str = "/MediaBox[0 0 300 300]/Resources<<>>";

fn objects(catalog: &str, page: &str, more: &[&str]) -> Vec<String> {
    let catalog = format!("<</Type/Catalog/Pages 2 0 R{catalog}>>");
    let page = format!("<</Type/Page/Parent 2 0 R{BOX}{page}>>");
    let first = [catalog, PAGES.to_owned(), page];
    first
        .into_iter()
        .chain(more.iter().map(|it| (*it).to_owned()))
        .collect()
}

#[test]
fn pages_stay_as_they_are_and_poppler_finds_the_seal() {
    is_sealed("one page", &paper(1, "an engagement letter"));
    is_sealed("twelve pages", &paper(12, "a long contract"));
    let mut bare = paper(1, "no line end at the end");
    bare.truncate(bare.trim_ascii_end().len());
    is_sealed("no line end", &bare);
}

#[test]
fn forms_and_annotations_are_kept() {
    let note = "<</Type/Annot/Subtype/Text/Rect[9 9 30 30]/Contents(a note)>>";
    let field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(Seal)/V(typed)/Rect[0 0 9 9]/P 3 0 R>>";
    for (name, catalog, page, more) in [
        ("a list", "", "/Annots[4 0 R]", vec![note]),
        ("a list apart", "", "/Annots 5 0 R", vec![note, "[4 0 R]"]),
        (
            "a form",
            "/AcroForm<</Fields[4 0 R]>>",
            "/Annots[4 0 R]",
            vec![field],
        ),
        (
            "a form apart",
            "/AcroForm 5 0 R",
            "/Annots[4 0 R]",
            vec![field, "<</Fields[4 0 R]>>"],
        ),
        (
            "fields apart",
            "/AcroForm<</Fields 5 0 R>>",
            "/Annots[4 0 R]",
            vec![field, "[4 0 R]"],
        ),
        (
            "odd spelling",
            "/Acro#46orm<</F#69elds[4 0 R]>>",
            "",
            vec![field],
        ),
        (
            "an empty signature field",
            "/AcroForm<</Fields[4 0 R]>>",
            "",
            vec!["<</FT/Sig/T(sign here)/SV<</SubFilter[/adbe.pkcs7.detached]>>>>"],
        ),
    ] {
        let sealed = is_sealed(name, &assembled(&objects(catalog, page, &more), ""));
        let text = String::from_utf8_lossy(&sealed).into_owned();
        let tail = &text[text.find("%%EOF").unwrap()..];
        if name.contains("form") && more[0] == field {
            assert!(
                tail.contains("/T(Seal 2)"),
                "{name}: its name is not taken: {tail}"
            );
        }
        assert!(tail.contains("4 0 R") || page.is_empty(), "{name}: {tail}");
    }
}

#[test]
fn object_streams_are_read_and_added_to() {
    for predictor in [false, true] {
        let pdf = packed(predictor);
        assert!(poppler::text(&pdf).contains("packed away"));
        let sealed = is_sealed("packed", &pdf);
        let text = String::from_utf8_lossy(&sealed[pdf.len()..]).into_owned();
        assert!(
            text.contains("/Type/XRef") && !text.contains("trailer"),
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_sealed_whole_is_refused() {
    let signed = "<</FT/Sig/T(a)/V<</ByteRange[0 1 2 3]>>>>";
    let nested = "<</T(a)/Kids[5 0 R]>>";
    for (name, catalog, more, trailer) in [
        ("signed", "/AcroForm<</Fields[4 0 R]>>", vec![signed], ""),
        (
            "signed inside",
            "/AcroForm<</Fields[4 0 R]>>",
            vec![nested, signed],
            "",
        ),
        ("certified", "/Perms<</DocMDP 4 0 R>>", vec!["<<>>"], ""),
        (
            "dynamic",
            "/AcroForm<</XFA[(a) 4 0 R]/Fields[]>>",
            vec!["<<>>"],
            "",
        ),
        (
            "encrypted",
            "",
            vec!["<</Filter/Standard>>"],
            "/Encrypt 4 0 R",
        ),
        (
            "in circles",
            "/AcroForm<</Fields[4 0 R]>>",
            vec!["<</Kids[4 0 R 4 0 R]>>"],
            "",
        ),
    ] {
        let refused = seal(&assembled(&objects(catalog, "", &more), trailer)).unwrap_err();
        let right = match name {
            "signed" | "signed inside" | "certified" => {
                matches!(refused, SealError::AlreadySigned)
            }
            "dynamic" => matches!(refused, SealError::DynamicForm),
            "encrypted" => matches!(refused, SealError::Encrypted),
            _ => matches!(refused, SealError::Unreadable),
        };
        assert!(right, "{name}: {refused:?}");
    }
    let broken = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";
    assert!(matches!(seal(broken), Err(SealError::Unreadable)));
}

#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let zeros = compress_to_vec_zlib(&vec![0; 200 << 20], 9);
    let head = format!(
        "%PDF-1.7\n1 0 obj<</Type/XRef/W[1 2 1]/Size 9/Root 1 0 R/Filter/FlateDecode/Length {}>>stream\n",
        zeros.len()
    );
    let tail = b"\nendstream endobj\nstartxref\n9\n%%EOF\n";
    let bomb = [head.as_bytes(), &zeros, tail].concat();
    assert!(matches!(seal(&bomb), Err(SealError::Unreadable)));
    let verdict = block_on(pades(1).check(bomb)).unwrap();
    assert_eq!(verdict, Verdict::NoSignature);
}

#[test]
fn a_stream_whose_length_is_inside_it_is_refused() {
    let objects = "2 0 <</Type/Catalog/Pages 3 0 R>>";
    let stream = format!(
        "1 0 obj<</Type/ObjStm/N 1/First 4/Length 2 0 R>>stream\n{objects}\nendstream endobj\n"
    );
    let file = format!("%PDF-1.7\n{stream}");
    let at = file.len();
    let rows = [
        [0, 0, 0, 0],
        [1, 0, 9, 0],
        [2, 0, 1, 0],
        [1, 0, u8::try_from(at).unwrap(), 0],
    ];
    let table = "3 0 obj<</Type/XRef/W[1 2 1]/Size 4/Root 2 0 R/Length 16>>stream\n";
    let tail = format!("\nendstream endobj\nstartxref\n{at}\n%%EOF\n");
    let file = [
        file.as_bytes(),
        table.as_bytes(),
        &rows.concat(),
        tail.as_bytes(),
    ]
    .concat();
    assert!(matches!(seal(&file), Err(SealError::Unreadable)));
}

/// A file all of whose objects but the content are in an object stream.
pub(crate) fn packed(predictor: bool) -> Vec<u8> {
    let page = "<</Type/Page/Parent 3 0 R/MediaBox[0 0 300 300]/Contents 6 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>";
    let inside = [
        "<</Type/Catalog/Pages 3 0 R>>",
        "<</Type/Pages/Kids[4 0 R]/Count 1>>",
        page,
    ];
    let (mut index, mut body) = (String::new(), String::new());
    for (object, number) in inside.iter().zip(2..) {
        index += &format!("{number} {} ", body.len());
        body += &format!("{object} ");
    }
    let data = compress_to_vec_zlib(format!("{index}{body}").as_bytes(), 6);
    let mut file = b"%PDF-1.7\n".to_vec();
    let objects_at = file.len();
    let dict = format!("/Type/ObjStm/N 3/First {}/Filter/FlateDecode", index.len());
    stream(&mut file, 1, &dict, &data);
    let contents_at = file.len();
    stream(&mut file, 6, "", b"BT /F 12 Tf 9 99 Td (packed away) Tj ET");
    let table_at = file.len();
    let at = |offset: usize| {
        [
            1,
            u8::try_from(offset >> 8).unwrap(),
            (offset & 255) as u8,
            0,
        ]
    };
    let rows = [
        [0, 0, 0, 0],
        at(objects_at),
        [2, 0, 1, 0],
        [2, 0, 1, 1],
        [2, 0, 1, 2],
        at(table_at),
        at(contents_at),
    ];
    let (rows, parameters) = if predictor {
        (up(&rows), "/DecodeParms<</Predictor 12/Columns 4>>")
    } else {
        (rows.concat(), "")
    };
    let dict = format!("/Type/XRef/W[1 2 1]/Size 7/Root 2 0 R/Filter/FlateDecode{parameters}");
    stream(&mut file, 5, &dict, &compress_to_vec_zlib(&rows, 6));
    file.extend(format!("startxref\n{table_at}\n%%EOF\n").bytes());
    file
}

/// Rows as differences from the row above.
fn up(rows: &[[u8; 4]]) -> Vec<u8> {
    let mut above = [0; 4];
    let mut out = Vec::new();
    for row in rows {
        out.push(2);
        out.extend(
            row.iter()
                .zip(above)
                .map(|(byte, up)| byte.wrapping_sub(up)),
        );
        above = *row;
    }
    out
}

fn stream(file: &mut Vec<u8>, number: u32, dict: &str, data: &[u8]) {
    file.extend(format!("{number} 0 obj\n<<{dict}/Length {}>>stream\n", data.len()).bytes());
    file.extend(data);
    file.extend(b"\nendstream\nendobj\n");
}
