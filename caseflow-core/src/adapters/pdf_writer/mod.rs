//! PDF files by the pdf-writer crate (feature `pdf-writer`): archival (PDF/A-2a, ISO 19005-2) and
//! accessible (PDF/UA-1, ISO 14289-1) at once, with embedded fonts.
//!
//! * Latin, Greek, Cyrillic, Hebrew and Arabic are shown in Noto Sans, shaped and in the order of
//!   the eye. A character that none of its fonts has is shown as `[U+4E2D]`.
//! * Nothing comes from the machine: the same print makes the same bytes everywhere.
//! * Pages come behind a file of another program as an incremental update. Where that file is tagged,
//!   their elements become a part of its document, or a document beside what it has; where it is not,
//!   they have no tags either, since readers would then pass its own pages over. Files of more than
//!   128 MiB are refused.
//! * Laying out is work for a processor, some milliseconds for an invoice and a fifth of a second
//!   for five thousand lines. [`PdfWriter`] does it on threads of its own, so that no caller's
//!   thread waits; a short queue waits, and what comes beyond it is told to come back.
//!   [`Renderer`] is the same without threads.
//!
//! ```
//! use std::sync::Arc;
//! use caseflow_core::adapters::pdf_writer::PdfWriter;
//! use caseflow_core::ports::pdf::Pdf;
//!
//! let pdf: Arc<dyn Pdf> = Arc::new(PdfWriter::new(2)?);
//! # Ok::<(), caseflow_core::ports::pdf::PdfError>(())
//! ```

mod blocks;
mod canvas;
mod colours;
mod embed;
mod faces;
mod file;
mod graft;
mod grid;
mod join;
mod layout;
mod lines;
mod links;
mod ops;
mod papers;
mod picture;
mod renderer;
mod rich;
mod rich_list;
mod rich_table;
mod spans;
mod structure;
mod table;
mod tags;
mod words;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::threads::{Threads, Unanswered};
use crate::domain::print::Print;
use crate::ports::pdf::{Pdf, PdfError, PdfFile};

pub use renderer::Renderer;
pub use words::Shaping;

/// How many wait for each thread before the next is turned away.
const QUEUE_PER_THREAD: usize = 32;

/// A [`Renderer`] on a fixed number of threads.
pub struct PdfWriter {
    threads: Threads,
    renderer: Arc<Renderer>,
}

impl PdfWriter {
    /// Parses the fonts and starts `threads` threads (at least one), which end when this value is
    /// dropped.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(threads: usize) -> Result<Self, PdfError> {
        let threads = Threads::start("caseflow-pdf", threads, QUEUE_PER_THREAD)
            .map_err(|error| PdfError::Backend(error.into()))?;
        let renderer = Arc::new(Renderer::new()?);
        Ok(Self { threads, renderer })
    }

    async fn run(
        &self,
        job: impl FnOnce() -> Result<PdfFile, PdfError> + Send + 'static,
    ) -> Result<PdfFile, PdfError> {
        self.threads.run(job).await.map_err(|why| match why {
            Unanswered::Busy => PdfError::Busy,
            Unanswered::Lost(error) => PdfError::Backend(error),
        })?
    }
}

#[async_trait]
impl Pdf for PdfWriter {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        let renderer = Arc::clone(&self.renderer);
        self.run(move || renderer.render(&print)).await
    }

    async fn append(&self, file: Vec<u8>, more: Print) -> Result<PdfFile, PdfError> {
        let renderer = Arc::clone(&self.renderer);
        self.run(move || renderer.append(file, &more)).await
    }
}

impl fmt::Debug for PdfWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PdfWriter").finish_non_exhaustive()
    }
}
