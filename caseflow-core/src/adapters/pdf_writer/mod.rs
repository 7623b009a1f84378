//! PDF files by the pdf-writer crate (feature `pdf-writer`): archival (PDF/A-2a, ISO 19005-2) and
//! accessible (PDF/UA-1, ISO 14289-1) at once, with embedded fonts.
//!
//! * Latin, Greek, Cyrillic, Hebrew and Arabic are shown in Noto Sans, shaped and in the order of
//!   the eye. A character that none of its fonts has is shown as `[U+4E2D]`.
//! * Nothing comes from the machine: the same print makes the same bytes everywhere.
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
mod grid;
mod layout;
mod lines;
mod ops;
mod picture;
mod renderer;
mod table;
mod tags;
mod words;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use async_trait::async_trait;
use futures_channel::oneshot;

use crate::domain::print::Print;
use crate::ports::pdf::{Pdf, PdfError, PdfFile};

pub use renderer::Renderer;
pub use words::Shaping;

/// How many wait for each thread before the next is turned away.
const QUEUE_PER_THREAD: usize = 32;

type Job = Box<dyn FnOnce() + Send>;

/// A [`Renderer`] on a fixed number of threads.
pub struct PdfWriter {
    jobs: SyncSender<Job>,
    renderer: Arc<Renderer>,
}

impl PdfWriter {
    /// Parses the fonts and starts `threads` threads (at least one), which end when this value is
    /// dropped.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn new(threads: usize) -> Result<Self, PdfError> {
        let threads = threads.max(1);
        let (jobs, queue) = sync_channel::<Job>(threads * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name("caseflow-pdf".to_owned())
                .spawn(move || work(&queue))
                .map_err(|error| PdfError::Backend(error.into()))?;
        }
        let renderer = Arc::new(Renderer::new()?);
        Ok(Self { jobs, renderer })
    }
}

#[async_trait]
impl Pdf for PdfWriter {
    async fn render(&self, print: Print) -> Result<PdfFile, PdfError> {
        let (done, answer) = oneshot::channel();
        let renderer = Arc::clone(&self.renderer);
        let job = Box::new(move || {
            // Nobody to tell any more means that the request was given up.
            drop(done.send(renderer.render(&print)));
        });
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => PdfError::Busy,
            TrySendError::Disconnected(_) => PdfError::Backend("no thread is left".into()),
        })?;
        answer
            .await
            .map_err(|error| PdfError::Backend(error.into()))?
    }
}

impl fmt::Debug for PdfWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PdfWriter").finish_non_exhaustive()
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        // The guard is gone before the job runs: one thread waits, the others work.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A document that breaks a font's or a picture's reader is one failed document, whose caller
        // is told that nobody answers; the thread goes on to the next.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_outlives_a_job_that_panics() {
        let (jobs, queue) = sync_channel::<Job>(2);
        let worker = thread::spawn(move || work(&Mutex::new(queue)));
        jobs.send(Box::new(|| panic!("a broken document"))).unwrap();
        let (done, answer) = oneshot::channel();
        jobs.send(Box::new(move || done.send(7).unwrap())).unwrap();
        assert_eq!(futures_executor::block_on(answer), Ok(7));
        drop(jobs);
        worker.join().unwrap();
    }
}
