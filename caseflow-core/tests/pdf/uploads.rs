//! Files as staff hand them in, made in the ways of several programs.

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::testing::prints::Desk;
use caseflow_core::testing::sealer::{assembled, paper};
use pdf_writer::types::FieldType;
use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

/// A file to put pages behind.
pub(crate) struct Upload {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: usize,
    /// Whether it has a structure.
    pub(crate) tagged: bool,
}

pub(crate) fn uploads() -> Vec<Upload> {
    let tagged = Desk::with_lines(1).contract("Terms", "# Scope\n\nWe review the accounts.");
    let tagged = Renderer::new().unwrap().render(&tagged).unwrap().bytes;
    let behind = |garbage: &[u8]| [&paper(2, "and more"), garbage].concat();
    let upload = |name, pages, bytes| Upload {
        name,
        bytes,
        pages,
        tagged: false,
    };
    let structured = |name, pages, bytes| Upload {
        tagged: true,
        ..upload(name, pages, bytes)
    };
    vec![
        upload("a classic table", 1, paper(1, "handed in")),
        upload("twelve pages", 12, paper(12, "handed in")),
        upload("a nested tree", 3, nested()),
        upload("objects in a stream", 1, packed()),
        upload("a form", 1, form()),
        upload("changed before", 1, changed()),
        upload("no line end", 2, behind(b"").trim_ascii_end().to_vec()),
        upload("blanks behind", 2, behind(b"\r\n \0\0\0\t")),
        upload(
            "garbage behind",
            2,
            behind(b"<!-- sent by a server -->\n(\x80\xff"),
        ),
        upload("a comment behind", 2, behind(b"% no line end")),
        structured("tagged", 1, tagged),
        structured("a hidden structure", 1, hybrid()),
        structured("branches of keys", 1, branches()),
        structured("a structure without anything", 1, bare_structure()),
    ]
}

/// A tree of pages whose root hands down what pages usually say themselves, landscape and cut.
fn nested() -> Vec<u8> {
    let [catalog, root, left, right, font] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(root);
    let mut tree = pdf.pages(root);
    tree.kids([left, right]).count(3);
    tree.media_box(Rect::new(0.0, 0.0, 400.0, 300.0));
    tree.pair(Name(b"CropBox"), Rect::new(20.0, 20.0, 380.0, 280.0));
    tree.pair(Name(b"Rotate"), 90);
    tree.resources().fonts().pair(Name(b"F"), font);
    tree.finish();
    pdf.pages(left).parent(root).kids([Ref::new(6)]).count(1);
    let kids = [Ref::new(7), Ref::new(8)];
    pdf.pages(right).parent(root).kids(kids).count(2);
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    for (number, parent) in [(6, left), (7, right), (8, right)] {
        let contents = Ref::new(number + 10);
        let mut page = pdf.page(Ref::new(number));
        page.parent(parent).contents(contents);
        page.finish();
        let mut content = Content::new();
        content.begin_text().set_font(Name(b"F"), 14.0);
        content.next_line(60.0, 200.0);
        content.show(Str(format!("inherited {number}").as_bytes()));
        content.end_text();
        pdf.stream(contents, &content.finish());
    }
    pdf.finish()
}

fn form() -> Vec<u8> {
    let [catalog, root, page, field, font] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    let mut dict = pdf.catalog(catalog);
    dict.pages(root);
    let mut fields = dict.form();
    fields.fields([field]);
    fields.default_resources().fonts().pair(Name(b"F"), font);
    fields.finish();
    dict.finish();
    pdf.pages(root).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet
        .parent(root)
        .media_box(Rect::new(0.0, 0.0, 300.0, 300.0));
    sheet.resources().fonts().pair(Name(b"F"), font);
    sheet.annotations([field]);
    sheet.finish();
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut text = pdf.form_field(field);
    text.partial_name(TextStr("place"))
        .field_type(FieldType::Text);
    text.text_value(TextStr("Zurich"));
    text.pair(Name(b"DA"), Str(b"/F 9 Tf 0 g"));
    text.into_annotation()
        .rect(Rect::new(20.0, 20.0, 90.0, 40.0));
    pdf.finish()
}

/// All objects but the content are in an object stream, and the table is a stream too.
fn packed() -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let objects_at = file.len();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 5 0 R\
         /Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
    ];
    object_stream(&mut file, 4, 1, &objects);
    let contents_at = file.len();
    stream(&mut file, 5, "", b"BT /F 12 Tf 9 99 Td (packed away) Tj ET");
    let at = file.len();
    let rows = [
        [0, 0, 0, 0],
        [2, 0, 4, 0],
        [2, 0, 4, 1],
        [2, 0, 4, 2],
        in_use(objects_at),
        in_use(contents_at),
        in_use(at),
    ];
    let dict = "/Type/XRef/W[1 2 1]/Size 7/Root 1 0 R";
    stream(&mut file, 6, dict, &rows.concat());
    file.extend(format!("startxref\n{at}\n%%EOF\n").bytes());
    file
}

/// The structure is in an object stream, which a second, empty table hides from old programs.
fn hybrid() -> Vec<u8> {
    let mut file = structure("/K 9 0 R", &[]);
    let said = String::from_utf8_lossy(&file).into_owned();
    let previous = said.rsplit_once("startxref\n").unwrap().1;
    let previous = previous.split('\n').next().unwrap();
    let objects_at = file.len();
    let objects = [
        "<</Type/StructElem/S/Document/P 6 0 R/K 10 0 R>>",
        "<</Type/StructElem/S/P/P 9 0 R/Pg 3 0 R/K 0>>",
    ];
    object_stream(&mut file, 7, 9, &objects);
    let hidden = file.len();
    let rows = [
        in_use(objects_at),
        in_use(hidden),
        [2, 0, 7, 0],
        [2, 0, 7, 1],
    ];
    let dict = "/Type/XRef/W[1 2 1]/Size 11/Index[7 4]/Root 1 0 R";
    stream(&mut file, 8, dict, &rows.concat());
    let at = file.len();
    let table = format!(
        "xref\n0 0\ntrailer\n<</Size 11/Root 1 0 R/Prev {previous}/XRefStm {hidden}>>\n\
         startxref\n{at}\n%%EOF"
    );
    file.extend(table.bytes());
    file
}

/// Objects whose numbers follow each other, in a stream.
fn object_stream(file: &mut Vec<u8>, number: usize, first: usize, objects: &[&str]) {
    let (mut index, mut body) = (String::new(), String::new());
    for (object, number) in objects.iter().zip(first..) {
        index += &format!("{number} {} ", body.len());
        body += &format!("{object} ");
    }
    let count = objects.len();
    let dict = format!("/Type/ObjStm/N {count}/First {}", index.len());
    stream(file, number, &dict, (index + &body).as_bytes());
}

fn stream(file: &mut Vec<u8>, number: usize, dict: &str, data: &[u8]) {
    let length = data.len();
    file.extend(format!("{number} 0 obj\n<<{dict}/Length {length}>>stream\n").bytes());
    file.extend(data);
    file.extend(b"\nendstream\nendobj\n");
}

fn in_use(offset: usize) -> [u8; 4] {
    let [.., high, low] = offset.to_be_bytes();
    [1, high, low, 0]
}

/// A file that was added to before: its catalog is in the second part.
fn changed() -> Vec<u8> {
    let mut file = paper(1, "changed");
    let said = String::from_utf8_lossy(&file).into_owned();
    let previous = said.rsplit_once("startxref\n").unwrap().1;
    let previous = previous.split('\n').next().unwrap();
    let object = file.len();
    file.extend(b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Lang(en)>>\nendobj\n");
    let table = file.len();
    let update = format!(
        "xref\n1 1\n{object:010} 00000 n \ntrailer\n<</Size 6/Root 1 0 R/Prev {previous}>>\n\
         startxref\n{table}\n%%EOF\n"
    );
    file.extend(update.bytes());
    file
}

/// A structure whose way back is a tree.
fn branches() -> Vec<u8> {
    structure(
        "/K 7 0 R/ParentTree<</Kids[9 0 R]>>",
        &[
            "<</Type/StructElem/S/Document/P 6 0 R/K 8 0 R>>",
            "<</Type/StructElem/S/P/P 7 0 R/Pg 3 0 R/K 0>>",
            "<</Limits[41 41]/Nums[41[8 0 R]]>>",
        ],
    )
}

/// A structure of two elements, neither of which is the document.
pub(crate) fn loose() -> Vec<u8> {
    structure(
        "/K[7 0 R 8 0 R]/ParentTree 9 0 R/ParentTreeNextKey 77",
        &[
            "<</Type/StructElem/S/P/P 6 0 R/Pg 3 0 R/K 0>>",
            "<</Type/StructElem/S/P/P 6 0 R>>",
            "<</Nums[41[7 0 R]]>>",
        ],
    )
}

fn bare_structure() -> Vec<u8> {
    structure("", &[])
}

fn structure(root: &str, more: &[&str]) -> Vec<u8> {
    let show = "/P<</MCID 0>>BDC BT /F 12 Tf 9 99 Td (in a structure) Tj ET EMC";
    let first = [
        "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 6 0 R/MarkInfo<</Marked true>>>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/StructParents 41/Contents 4 0 R\
         /Resources<</Font<</F 5 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{show}\nendstream", show.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        format!("<</Type/StructTreeRoot{root}>>"),
    ];
    let more = more.iter().map(|it| (*it).to_owned());
    let objects: Vec<String> = first.into_iter().chain(more).collect();
    assembled(&objects, "")
}
