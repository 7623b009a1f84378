//! As much of a PDF file's structure as it takes to put a signature behind it. Files may come from
//! anybody: nothing is read beyond its bounds, deeper or longer than some limit, or twice in a
//! circle, and nothing is repaired.

mod document;
mod object;
mod parser;
mod stream;
mod update;
mod xref;

pub(super) use document::Document;
pub(super) use object::{Dict, Object, Ref, hex};
pub(super) use parser::{Broken, Parser, last, unhex};
pub(super) use update::Update;
