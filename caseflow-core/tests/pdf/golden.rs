//! The structure and the text of a few documents, as poppler reads them out, against what is kept in
//! `golden/`. Pictures and bytes would change with every release of a compressor or a renderer; what
//! a screen reader says changes only when a document does.
//!
//! `CASEFLOW_GOLDEN=write cargo test … golden` keeps what is there now.

use std::path::PathBuf;

use caseflow_core::adapters::pdf_writer::Renderer;
use caseflow_core::testing::prints::samples;

use crate::poppler;

const KEPT: [&str; 19] = [
    "lines-25",
    "refunded",
    "discounts",
    "inclusive",
    "receipt",
    "refund-note",
    "reversals",
    "chargeback-note-en",
    "statement-currencies",
    "statement-reversals",
    "language-he",
    "contract",
    "contract-arabic",
    "contract-scripts",
    "contract-nested",
    "signed-short",
    "signed-arabic",
    "proposal-accepted",
    "estimate-rejected",
];

#[test]
fn what_a_screen_reader_says_is_as_it_was() {
    let renderer = Renderer::new().unwrap();
    let samples = samples();
    let write = std::env::var_os("CASEFLOW_GOLDEN").is_some();
    for name in KEPT {
        let (_, print) = samples.iter().find(|(it, _)| it == name).unwrap();
        let file = renderer.render(print).unwrap();
        let said = poppler::structure(&file.bytes);
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pdf/golden"));
        let path = folder.join(format!("{name}.txt"));
        if write {
            std::fs::write(&path, &said).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert_eq!(said, kept, "{name} has changed");
    }
}
