use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::ports::sealer::SealRequest;

/// A request to seal a file of so many pages that show this name.
#[must_use]
pub fn request(pages: usize, name: &str) -> SealRequest {
    SealRequest {
        pdf: paper(pages, name),
        document: Line::parse(name).unwrap(),
        reason: Line::parse(&format!("Signed copy of {name}")).unwrap(),
        signed_at: Timestamp::parse("2026-11-24T09:30:00Z").unwrap(),
    }
}

/// A PDF file of so many pages, with these words on each.
#[must_use]
pub fn paper(pages: usize, words: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{}]/Count {pages}>>", kids.join(" ")),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for page in 1..=pages {
        let show = format!("BT /F 12 Tf 72 720 Td ({words}, page {page}) Tj ET");
        let resources = "/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>";
        let contents = objects.len() + 2;
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R{resources}/Contents {contents} 0 R>>"
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{show}\nendstream",
            show.len()
        ));
    }
    assembled(&objects, "")
}

/// A file of these objects, numbered from 1, with a classic table; the first is the catalog.
#[must_use]
pub fn assembled(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let size = objects.len() + 1;
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let at = file.len();
    file += &format!("{table}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\n");
    file += &format!("startxref\n{at}\n%%EOF\n");
    file.into_bytes()
}

/// A change as programs make it: an object more, behind the file.
pub(super) fn update_of(file: &[u8]) -> Vec<u8> {
    let at = file.len();
    let table = at + 38;
    format!(
        "9999 0 obj\n<</Changed (afterwards)>>endobj\nxref\n9999 1\n{at:010} 00000 n \n\
         trailer\n<</Size 10000/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    )
    .into_bytes()
}

/// Files that are made to be trouble, none of them sealed.
#[must_use]
pub fn hostile() -> Vec<Vec<u8>> {
    let catalog = |form: &str| {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R/AcroForm {form}>>");
        let pages = "<</Type/Pages/Kids[2 0 R]/Count 1>>".to_owned();
        let field = "<</T(a)/Kids[3 0 R 3 0 R]/V 3 0 R>>".to_owned();
        assembled(&[catalog, pages, field], "")
    };
    let range = |text: &str| {
        let signature = format!("<</Type/Sig/SubFilter/ETSI.CAdES.detached{text}>>");
        let pages = "<</Type/Pages/Kids[]/Count 0>>".to_owned();
        assembled(&["<</Pages 2 0 R>>".to_owned(), pages, signature], "")
    };
    let text = |text: String| format!("%PDF-1.7\n{text}").into_bytes();
    let deep = |open: &str| text(format!("1 0 obj\n{}\n", open.repeat(50_000)));
    vec![
        text(String::new()),
        text("startxref\n9\n%%EOF\n".into()),
        text("startxref\n18446744073709551615\n%%EOF".into()),
        text("startxref\n99999999999999999999999999\n%%EOF".into()),
        text("xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>startxref\n9\n".into()),
        text("xref\n0 4294967295\ntrailer<</Root 1 0 R>>startxref\n9\n%%EOF".into()),
        text("xref\n0 0\ntrailer<</Root 1 0 R/XRefStm 9>>startxref\n9\n%%EOF".into()),
        deep("["),
        deep("<</A"),
        deep("("),
        text(format!(
            "xref\n0 0\ntrailer{}\nstartxref\n9\n",
            "[".repeat(100_000)
        )),
        catalog("3 0 R"),
        catalog("1 0 R"),
        catalog("<</Fields[3 0 R]>>"),
        catalog("<</Fields 3 0 R>>"),
        range("/ByteRange[0 0 0 0]/Contents<>"),
        range("/ByteRange[0 99999999999 9 9]/Contents<00>"),
        range("/ByteRange[0 18446744073709551615 18446744073709551615 2]/Contents<00>"),
        range("/ByteRange[5 4 3 2]/Contents<3080>"),
        range("/ByteRange[-1 4 3 2]"),
        range("/ByteRange[0 1 2"),
        range(&format!("/ByteRange[{}]", "0 ".repeat(100_000))),
        range(&format!(
            "/Contents<{}>/ByteRange[0 100 200 300]",
            "30".repeat(200_000)
        )),
        range(&"/ByteRange[0 1 2 3]".repeat(20_000)),
        text("/SubFilter ".repeat(50_000)),
        text("/SubFilter%".repeat(100_000)),
        text("/ByteRange%".repeat(100_000)),
        deep("<</A 1/A 2>>"),
        text("1 0 obj ".repeat(50_000)),
    ]
}
