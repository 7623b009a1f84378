//! What proves a renderer: the cases that every [`Pdf`] passes, whatever it is made of.
//!
//! [`pdf_conformance!`](crate::pdf_conformance) makes a test of each case. The kit does not know how
//! a renderer's files are read back, so it is handed a reader: a function from the bytes of a file
//! to the text of each of its pages, in the order in which a person reads them. An independent
//! program is the right one (`pdftotext` of poppler, say), since a renderer that reads its own files
//! proves nothing.
//!
//! Texts are compared without white space and without marks of direction, which readers put in as
//! they like. Each case names, in its documentation, the renderer that it is there to catch.

mod behind;
mod kept;

use std::sync::Arc;

use super::join_all;
use super::prints::{Desk, samples};
use crate::domain::firm::Logo;
use crate::domain::print::{
    CertificateView, ContractView, InvoiceView, Label, LineView, OfferView, Print, PrintDocument,
    PrintLanguage, RichBlock, StatementView,
};
use crate::domain::rich_text;
use crate::ports::pdf::{Pdf, PdfError, PdfFile};

pub use behind::{
    case_11_pages_come_behind_a_file_as_it_is, case_12_what_cannot_be_added_to_is_refused,
    case_13_hostile_files_are_added_to_or_refused,
};
pub use kept::KeptPrints;

/// Reads the text of each page.
pub type Reader = fn(&[u8]) -> Vec<String>;

/// Makes a test of each case of the [renderer's kit](crate::testing::pdf).
///
/// It is given an expression that makes a renderer, an `Arc<dyn Pdf>`, and a
/// [`Reader`](crate::testing::pdf::Reader). Alone, it makes plain tests that need no runtime; as an
/// `async` block after attributes, each test is an `async fn` under these attributes.
///
/// ```text
/// caseflow_core::pdf_conformance!(Arc::new(MyRenderer::new()), my_reader);
///
/// caseflow_core::pdf_conformance! {
///     #[tokio::test]
///     async { MyRenderer::at("http://localhost:3000").await }, my_reader
/// }
/// ```
#[macro_export]
macro_rules! pdf_conformance {
    ($(#[$attribute:meta])+ async $make:block, $reader:expr) => {
        $crate::__pdf_cases! { [$(#[$attribute])+] ($make) ($reader) }
    };
    ($make:expr, $reader:expr) => {
        $crate::__pdf_cases! { [] ($make) ($reader) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __pdf_cases {
    ($how:tt $make:tt $reader:tt) => {
        $crate::__pdf_cases! { @each $how $make $reader
            case_01_every_sample_shows_all_it_holds
            case_02_a_thousand_lines_are_in_their_order
            case_03_pages_are_numbered
            case_04_the_same_print_makes_the_same_bytes
            case_05_what_no_font_has_is_shown_as_its_code_point
            case_06_text_is_only_ever_text
            case_07_a_statement_shows_its_running_balance
            case_08_words_are_in_the_readers_language
            case_09_a_damaged_logo_is_refused
            case_10_many_at_once_are_each_their_own
            case_11_pages_come_behind_a_file_as_it_is
            case_12_what_cannot_be_added_to_is_refused
            case_13_hostile_files_are_added_to_or_refused
        }
    };
    (@each $how:tt $make:tt $reader:tt $($case:ident)+) => {
        $($crate::__pdf_cases! { @one $how $make $reader $case })+
    };
    (@one [] ($make:expr) ($reader:expr) $case:ident) => {
        #[test]
        fn $case() {
            $crate::testing::block_on($crate::testing::pdf::$case($make, $reader));
        }
    };
    (@one [$(#[$attribute:meta])+] ($make:expr) ($reader:expr) $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            $crate::testing::pdf::$case($make, $reader).await;
        }
    };
}

/// Catches one that leaves something out: a line, a tax, a payment, a note.
pub async fn case_01_every_sample_shows_all_it_holds(pdf: Arc<dyn Pdf>, read: Reader) {
    for (name, print) in samples() {
        let file = rendered(&*pdf, print.clone()).await;
        let text = plain(&read(&file.bytes).concat());
        for figure in figures(&print) {
            assert!(
                text.contains(&plain(&figure)),
                "{name}: {figure:?} is not in {text}"
            );
        }
    }
}

/// Catches one that loses or repeats lines where a page ends.
pub async fn case_02_a_thousand_lines_are_in_their_order(pdf: Arc<dyn Pdf>, read: Reader) {
    for count in [1, 25, 1_000] {
        let mut print = Desk::with_lines(count).invoice();
        let names: Vec<String> = (1..=count).map(|n| format!("Piece{n:04}of work")).collect();
        for (line, name) in view_of(&mut print).lines.iter_mut().zip(&names) {
            line.description.clone_from(name);
        }
        let file = rendered(&*pdf, print).await;
        let text = plain(&read(&file.bytes).concat());
        let mut rest = text.as_str();
        for name in names {
            let name = plain(&name);
            assert_eq!(text.matches(&name).count(), 1, "{name} of {count}");
            rest = rest
                .split_once(&name)
                .unwrap_or_else(|| panic!("{name} of {count} is out of order"))
                .1;
        }
    }
}

/// Catches one that counts wrong, or numbers no page but the first.
pub async fn case_03_pages_are_numbered(pdf: Arc<dyn Pdf>, read: Reader) {
    for count in [1, 25, 200] {
        let print = Desk::with_lines(count).invoice();
        let file = rendered(&*pdf, print.clone()).await;
        let pages = read(&file.bytes);
        assert_eq!(
            pages.len(),
            usize::try_from(file.pages).unwrap(),
            "{count} lines"
        );
        for (text, number) in pages.iter().zip(1..) {
            let wanted = print.page(number, pages.len());
            assert!(
                plain(text).contains(&plain(&wanted)),
                "{wanted} is not in {text}"
            );
        }
    }
}

/// Catches one that asks a clock, a random source or a hash map's order.
pub async fn case_04_the_same_print_makes_the_same_bytes(pdf: Arc<dyn Pdf>, _read: Reader) {
    for print in [
        Desk::with_lines(25).paid(&[100]).invoice(),
        Desk::with_lines(3).speaking("ar").invoice(),
        Desk::with_lines(3).paid(&[100]).statement(3),
    ] {
        let first = rendered(&*pdf, print.clone()).await;
        rendered(&*pdf, Desk::with_lines(2).invoice()).await;
        let second = rendered(&*pdf, print).await;
        assert!(first == second, "two files of one print differ");
    }
}

/// Catches one that drops a character, or shows an empty box for it.
pub async fn case_05_what_no_font_has_is_shown_as_its_code_point(pdf: Arc<dyn Pdf>, read: Reader) {
    // Private-use characters, which no font can have a meaning for.
    let print = Desk::with_lines(1).saying("before \u{f8f0} between \u{10ff42} after");
    let file = rendered(&*pdf, print.invoice()).await;
    let text = plain(&read(&file.bytes).concat());
    for wanted in ["before", "U+F8F0", "between", "U+10FF42", "after"] {
        assert!(text.contains(wanted), "{wanted} is not in {text}");
    }
}

/// Catches one whose template, markup or file format is opened up by a name or a note.
pub async fn case_06_text_is_only_ever_text(pdf: Arc<dyn Pdf>, read: Reader) {
    const HOSTILE: [&str; 6] = [
        "</td></table><script>alert(1)</script>&lt;b&gt;",
        ") Tj ET EMC endstream endobj (",
        "#import \"/etc/passwd\": * $x^2$ #text(red)[x]",
        "{{ 7 * 7 }} ${7 * 7} <%= 7 * 7 %> {% include x %}",
        "\\input{/etc/passwd} \\001 <feff> >> << /JS",
        "<img src=\"http://127.0.0.1:1/x\"> url(file:///etc/passwd)",
    ];
    for hostile in HOSTILE {
        let file = rendered(&*pdf, Desk::with_lines(1).saying(hostile).invoice()).await;
        let text = plain(&read(&file.bytes).concat());
        let shown = text.matches(&plain(hostile)).count();
        assert!(shown >= 3, "{hostile} is shown {shown} times in {text}");
    }
}

/// Catches one that adds up itself, or loses a row where a page ends.
pub async fn case_07_a_statement_shows_its_running_balance(pdf: Arc<dyn Pdf>, read: Reader) {
    let print = Desk::with_lines(2).paid(&[100, 200]).statement(40);
    let PrintDocument::Statement(view) = &print.document else {
        panic!("not a statement: {print:?}");
    };
    let rows = balances(view);
    let file = rendered(&*pdf, print.clone()).await;
    let text = plain(&read(&file.bytes).concat());
    let mut rest = text.as_str();
    for (what, balance) in rows {
        for wanted in [what, balance] {
            let wanted = plain(&wanted);
            rest = rest
                .split_once(&wanted)
                .unwrap_or_else(|| panic!("{wanted} is out of order in {text}"))
                .1;
        }
    }
}

/// Catches one with words of its own.
pub async fn case_08_words_are_in_the_readers_language(pdf: Arc<dyn Pdf>, read: Reader) {
    for language in PrintLanguage::ALL {
        let print = Desk::with_lines(1).speaking(language.code()).paid(&[10]);
        let file = rendered(&*pdf, print.invoice()).await;
        let text = plain(&read(&file.bytes).concat());
        for label in [Label::Invoice, Label::Price, Label::Quantity, Label::Number] {
            let word = language.word(label);
            assert!(text.contains(&plain(word)), "{word} is not in {text}");
        }
    }
}

/// Catches one that makes half a file, or none without saying why.
pub async fn case_09_a_damaged_logo_is_refused(pdf: Arc<dyn Pdf>, read: Reader) {
    let mut print = Desk::with_lines(1).invoice();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend_from_slice(&[0; 40]);
    print.brand.logo = Some(Logo::parse(bytes).unwrap());
    let refused = pdf.render(print.clone()).await;
    assert!(matches!(refused, Err(PdfError::Logo(_))), "{refused:?}");
    print.brand.logo = None;
    let file = rendered(&*pdf, print).await;
    assert!(!read(&file.bytes).is_empty());
}

/// Catches one whose documents mix.
pub async fn case_10_many_at_once_are_each_their_own(pdf: Arc<dyn Pdf>, read: Reader) {
    let names: Vec<String> = (0..24).map(|n| format!("Client-{n:02}-of-many")).collect();
    let calls = names.iter().map(|name| {
        let print = Desk::with_lines(2).saying(name).invoice();
        let pdf = Arc::clone(&pdf);
        async move { pdf.render(print).await }
    });
    let files = join_all(calls).await;
    let mut made = 0;
    for (name, file) in names.iter().zip(files) {
        let file = match file {
            Ok(file) => file,
            Err(PdfError::Busy) => continue,
            Err(error) => panic!("{name}: {error}"),
        };
        let text = plain(&read(&file.bytes).concat());
        assert!(text.contains(&plain(name)), "{name} is not in {text}");
        let others = names.iter().filter(|other| *other != name);
        for other in others {
            assert!(!text.contains(&plain(other)), "{other} is in {name}'s");
        }
        made += 1;
    }
    assert!(made > 0, "all were turned away");
}

async fn rendered(pdf: &dyn Pdf, print: Print) -> PdfFile {
    let title = print.title.clone();
    match pdf.render(print).await {
        Ok(file) => file,
        Err(error) => panic!("{title}: {error}"),
    }
}

/// A text without white space and without marks of direction.
#[must_use]
pub fn plain(text: &str) -> String {
    let mark = |c| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !mark(*c))
        .collect()
}

/// The numbers and codes that a document shows; not its texts, whose order in scripts from the right
/// readers see differently.
fn figures(print: &Print) -> Vec<String> {
    match &print.document {
        PrintDocument::Invoice(view) => invoice_figures(view),
        PrintDocument::Receipt(view) => vec![
            view.number.clone(),
            view.invoice.clone(),
            view.amount.text.clone(),
            view.total.text.clone(),
            view.due.text.clone(),
        ],
        PrintDocument::Reversal(view) => vec![
            view.number.clone(),
            view.receipt.clone(),
            view.invoice.clone(),
            view.amount.text.clone(),
            view.total.text.clone(),
            view.due.text.clone(),
        ],
        PrintDocument::Statement(view) => statement_figures(view),
        PrintDocument::Offer(view) => offer_figures(view),
        PrintDocument::Contract(view) => contract_figures(view),
        PrintDocument::Certificate(view) => certificate_figures(view),
    }
}

fn offer_figures(view: &OfferView) -> Vec<String> {
    let mut all = vec![view.number.clone()];
    all.extend(view.lines.iter().map(|line| line.net.number.clone()));
    all.extend(view.body.iter().flat_map(|body| words(&body.blocks)));
    if !view.lines.is_empty() {
        all.push(view.totals.subtotal.number.clone());
        all.push(view.totals.total.text.clone());
    }
    all
}

fn contract_figures(view: &ContractView) -> Vec<String> {
    let mut all = vec![view.reference.clone(), view.version.clone()];
    all.extend(words(&view.body.blocks));
    all.extend(view.certificate.iter().flat_map(certificate_figures));
    all
}

fn certificate_figures(view: &CertificateView) -> Vec<String> {
    let facts = view.document.iter().chain(&view.signer);
    let facts = facts.map(|(_, value)| value.clone());
    let mut all: Vec<String> = facts.filter(|value| value.is_ascii()).collect();
    all.extend(view.events.iter().map(|event| event.utc.clone()));
    all
}

/// The words of an author's text that every font has, whatever stands around them.
fn words(blocks: &[RichBlock]) -> Vec<String> {
    let text = rich_text::plain(blocks);
    let words = text.split_whitespace();
    let plain = words.filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric()));
    plain.map(str::to_owned).collect()
}

fn invoice_figures(view: &InvoiceView) -> Vec<String> {
    let line = |line: &LineView| {
        [
            line.quantity.clone(),
            line.price.clone(),
            line.net.number.clone(),
        ]
    };
    let totals = &view.totals;
    let sums = [
        &totals.subtotal.number,
        &totals.total.text,
        &totals.due.text,
    ];
    let taxes = totals.taxes.iter().map(|tax| tax.tax.number.clone());
    let discount = totals.discount.iter().map(|it| it.amount.number.clone());
    let records = view.records.iter().map(|it| it.amount.number.clone());
    let mut all = vec![view.number.clone()];
    all.extend(view.lines.iter().flat_map(line));
    all.extend(sums.map(Clone::clone));
    all.extend(taxes.chain(discount).chain(records));
    all
}

fn statement_figures(view: &StatementView) -> Vec<String> {
    let mut all = Vec::new();
    for account in &view.accounts {
        all.push(account.opening.number.clone());
        for entry in &account.entries {
            let moved = entry.charge.iter().chain(&entry.payment);
            all.extend(moved.map(|it| it.number.clone()));
            all.push(entry.balance.number.clone());
        }
        all.push(account.charged.number.clone());
        all.push(account.paid.number.clone());
        all.push(account.closing.text.clone());
    }
    all
}

fn balances(view: &StatementView) -> Vec<(String, String)> {
    let entries = view.accounts.iter().flat_map(|account| &account.entries);
    entries
        .map(|entry| (entry.what.clone(), entry.balance.number.clone()))
        .collect()
}

fn view_of(print: &mut Print) -> &mut InvoiceView {
    match &mut print.document {
        PrintDocument::Invoice(view) => view,
        other => panic!("not an invoice: {other:?}"),
    }
}
