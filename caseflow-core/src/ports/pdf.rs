//! The port that makes PDF files, and adds pages to those of others.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;

use crate::domain::print::Print;

/// Makes a PDF file of one document, alone or behind the pages of a file that somebody handed in.
///
/// # Contract
/// * The file shows what the [`Print`] holds and adds nothing up: every amount and day as its text
///   says it, every line, every record, every name and note, in the order of the document.
/// * The same print makes the same bytes, in another process and on another machine too. Nothing
///   comes from a clock, a random source, a font of the system or the network.
/// * The text can be selected and searched. What a font cannot show is shown as its code point,
///   like `U+1F600`, and never left out.
/// * The file says its title ([`Print::title`]) and its language ([`Print::tag`]); pages are
///   numbered as [`Print::page`] says.
/// * [`append`](Pdf::append) answers a file that begins with the bytes it was handed, each as it
///   was (an incremental update, ISO 32000-2, 7.5.6): whoever has it can cut the original off it
///   and compare hashes. The original's pages look and read as they did, in their order, and those
///   of the print come after them, numbered for themselves. The same file and print make the same
///   bytes.
/// * A file to which pages cannot be added whole is refused: one that is encrypted, signed, a
///   dynamic (XFA) form, damaged, or of a structure that is not known. Nothing is repaired. Whether
///   a file is taken depends on the file alone and not on the print, so that it can be tried before
///   anybody signs it; what comes of it can be sealed by the [`Sealer`](super::sealer::Sealer).
/// * Files come from anybody. One that is cut off, huge, nested without end, full of cycles or of
///   data that unpacks without end is answered or refused like any other, in time and memory that
///   are in proportion to its length.
/// * Work is bounded: too much at once answers [`PdfError::Busy`] without queueing without end, too
///   long a document [`PdfError::TooLong`].
/// * A call does not block the caller's thread while it reads a file or lays pages out: five
///   thousand lines take a fifth of a second. Prints and files are handed over for that, so that
///   another thread can own them.
/// * Text is only ever text: nothing in a print is read as markup, a path or an address to fetch.
///
/// `caseflow_core::pdf_conformance!` (feature `testing`) proves an adapter.
///
/// # The smallest one
/// ```
/// use async_trait::async_trait;
/// use caseflow_core::domain::print::{Print, PrintDocument};
/// use caseflow_core::ports::pdf::{Pdf, PdfError, PdfFile};
///
/// /// One page without a word on it: the smallest file that is a PDF.
/// #[derive(Debug)]
/// struct Blank;
///
/// #[async_trait]
/// impl Pdf for Blank {
///     async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
///         let PrintDocument::Receipt(_) = &print.document else {
///             return Err(PdfError::Unsupported);
///         };
///         let objects = [
///             "<</Type/Catalog/Pages 2 0 R>>",
///             "<</Type/Pages/Kids[3 0 R]/Count 1>>",
///             "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
///         ];
///         let mut file = String::from("%PDF-1.7\n");
///         let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
///         for (index, object) in objects.iter().enumerate() {
///             table += &format!("{:010} 00000 n \n", file.len());
///             file += &format!("{} 0 obj{object}endobj\n", index + 1);
///         }
///         let at = file.len();
///         file += &format!("{table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n");
///         Ok(PdfFile { bytes: file.into_bytes(), pages: 1 })
///     }
///
///     async fn append(&self, _file: Vec<u8>, _more: Print) -> Result<PdfFile, PdfError> {
///         // It makes no document that is put behind another.
///         Err(PdfError::Unsupported)
///     }
/// }
/// ```
#[async_trait]
pub trait Pdf: fmt::Debug + Send + Sync {
    /// Lays `print` out.
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError>;

    /// The pages of `file` as they are, and after them those of `more`.
    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError>;
}

/// A finished file.
#[derive(Clone, PartialEq, Eq)]
pub struct PdfFile {
    /// The whole file, to be sent as [`MEDIA_TYPE`](Self::MEDIA_TYPE).
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
}

impl PdfFile {
    /// The IANA media type (RFC 8118).
    pub const MEDIA_TYPE: &'static str = "application/pdf";
}

impl fmt::Debug for PdfFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PdfFile")
            .field("bytes", &self.bytes.len())
            .field("pages", &self.pages)
            .finish()
    }
}

/// Why a document could not be laid out, or not be put behind a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// The renderer does not know this kind of document.
    #[error("this renderer does not print this kind of document")]
    Unsupported,
    /// The document would have more pages than the renderer makes.
    #[error("the document is too long: at most {most} pages are printed")]
    TooLong {
        /// The most pages.
        most: u32,
    },
    /// The logo's bytes are not a picture that can be shown: print without it, and tell the firm.
    #[error("the logo cannot be shown")]
    Logo(#[source] Box<dyn StdError + Send + Sync>),
    /// The file is not a PDF file.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// The file's structure is damaged, or of a kind that is not known here.
    #[error("the file's structure cannot be read: print it to a new PDF")]
    Unreadable,
    /// The file is encrypted.
    #[error("the file is encrypted: remove its password first")]
    Encrypted,
    /// The file is signed or sealed already: a page more would break its signature.
    #[error("the file is signed already")]
    AlreadySigned,
    /// The file is a dynamic form (XFA), which a program fills in when it is opened.
    #[error("the file is a dynamic form: print it to a new PDF")]
    DynamicForm,
    /// The file is larger than what pages are added to.
    #[error("the file is too large: at most {most} bytes are taken")]
    TooLarge {
        /// The most bytes.
        most: usize,
    },
    /// Too many documents are being made already; try again in a second.
    #[error("too many documents are being made at once")]
    Busy,
    /// The renderer itself failed.
    #[error("the renderer failed")]
    Backend(#[source] Box<dyn StdError + Send + Sync>),
}

/// Keeps the guide's examples compiling, and its renderer passing.
#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../../docs/write-a-pdf-renderer.md")]
mod guide {}
