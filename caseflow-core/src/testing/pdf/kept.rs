//! A renderer for tests of those who call one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::domain::print::Print;
use crate::ports::pdf::{Pdf, PdfError, PdfFile};

/// A renderer that keeps every print and answers one page without a word on it.
///
/// Behind a file it puts that page's file, which shows what was asked for to a test that compares
/// bytes, and to no reader of PDF. It knows what it must refuse by the words that such files have:
/// `/Encrypt`, `/ByteRange` and `/XFA`, and `startxref` that is missing.
#[derive(Debug, Default)]
pub struct KeptPrints(Mutex<Vec<Print>>);

impl KeptPrints {
    /// The prints asked for so far, oldest first, those behind files among them.
    #[must_use]
    pub fn prints(&self) -> Vec<Print> {
        locked(&self.0).clone()
    }

    /// What it answers when it is asked to put a print behind this file.
    #[must_use]
    pub fn appended(file: &[u8]) -> Vec<u8> {
        [file, BLANK_PAGE].concat()
    }
}

#[async_trait]
impl Pdf for KeptPrints {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        locked(&self.0).push(print);
        Ok(PdfFile {
            bytes: BLANK_PAGE.to_vec(),
            pages: 1,
        })
    }

    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        let has = |word: &[u8]| file.windows(word.len()).any(|it| it == word);
        if !file.starts_with(b"%PDF-") {
            return Err(PdfError::NotAPdf);
        }
        for (word, refusal) in [
            (&b"/Encrypt"[..], PdfError::Encrypted),
            (b"/ByteRange", PdfError::AlreadySigned),
            (b"/XFA", PdfError::DynamicForm),
        ] {
            if has(word) {
                return Err(refusal);
            }
        }
        if !has(b"startxref") {
            return Err(PdfError::Unreadable);
        }
        locked(&self.0).push(more);
        Ok(PdfFile {
            pages: pages_of(&file) + 1,
            bytes: Self::appended(&file),
        })
    }
}

/// How many objects of a file say, in the spelling of the fixtures, that they are pages.
fn pages_of(file: &[u8]) -> u32 {
    const WORD: &[u8] = b"/Type/Page";
    let words = file.windows(WORD.len() + 1);
    let pages = words.filter(|it| it.starts_with(WORD) && !it.ends_with(b"s"));
    u32::try_from(pages.count()).unwrap()
}

const BLANK_PAGE: &[u8] = b"%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000052 00000 n 
0000000101 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
178
%%EOF
";

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
