//! The kit on the adapter, on its threads.

use std::sync::Arc;

use caseflow_core::adapters::pdf_writer::PdfWriter;

use crate::poppler;

caseflow_core::pdf_conformance!(Arc::new(PdfWriter::new(2).unwrap()), poppler::pages);
