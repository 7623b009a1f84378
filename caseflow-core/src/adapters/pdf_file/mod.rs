//! As much of a PDF file's structure as it takes to put something behind it: pages, a signature.
//! Files may come from anybody: nothing is read beyond its bounds, deeper or longer than some limit,
//! or twice in a circle, and nothing is repaired.

mod document;
mod form;
mod object;
mod open;
mod pages;
mod parser;
mod stream;
mod update;
mod xref;

pub(super) use document::Document;
pub(super) use form::Form;
pub(super) use object::{Dict, Object, Ref, hex};
pub(super) use open::{Open, Unfit};
pub(super) use pages::Pages;
pub(super) use parser::{Broken, Parser, last, unhex};
pub(super) use update::Update;
