//! A print in, a file out, on the caller's thread.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::canvas::{Canvas, Sheet};
use super::colours::Palette;
use super::faces::Faces;
use super::file::file;
use super::join::Join;
use super::layout::Foot;
use super::picture::Logo;
use super::words::{Shaper, Shaping};
use crate::domain::firm::{self, LogoRef};
use crate::domain::print::Print;
use crate::ports::pdf::{PdfError, PdfFile};

/// How many firms' logos are kept ready.
const LOGOS: usize = 16;

/// Lays documents out, with fonts that were parsed once.
pub struct Renderer {
    faces: Faces,
    shaping: Shaping,
    /// The logos last used, the newest at the end.
    logos: Mutex<Vec<(LogoRef, Arc<Logo>)>>,
}

impl Renderer {
    /// A renderer that shapes every word.
    ///
    /// # Errors
    /// When a bundled font cannot be read.
    pub fn new() -> Result<Self, PdfError> {
        Self::with_shaping(Shaping::Full)
    }

    /// A renderer that shapes as much as this.
    ///
    /// # Errors
    /// When a bundled font cannot be read.
    pub fn with_shaping(shaping: Shaping) -> Result<Self, PdfError> {
        Ok(Self {
            faces: Faces::load().map_err(|error| PdfError::Backend(error.into()))?,
            shaping,
            logos: Mutex::default(),
        })
    }

    /// Lays `print` out on this thread.
    ///
    /// # Errors
    /// As [`Pdf::render`](crate::ports::pdf::Pdf::render), but it is never busy.
    pub fn render(&self, print: &Print) -> Result<PdfFile, PdfError> {
        let logo = print.brand.logo.as_ref();
        let logo = logo.map(|logo| self.logo(logo)).transpose()?;
        let mut shaper = Shaper::new(&self.faces, self.shaping);
        let width = Sheet::new(print.brand.paper, 0.0).strip().width;
        let foot = Foot::new(print, &mut shaper, width);
        let sheet = Sheet::new(print.brand.paper, foot.height());
        let palette = Palette::new(&print.brand.accent);
        let mut canvas = Canvas::new(shaper, sheet, print.side, palette);
        canvas.document(print, logo.as_deref(), &foot)?;
        let pages = u32::try_from(canvas.page_count()).unwrap_or(u32::MAX);
        let bytes = file(canvas, print, logo.as_deref(), &self.faces)?;
        Ok(PdfFile { bytes, pages })
    }

    /// Puts the pages of `more` behind those of `file` on this thread.
    ///
    /// # Errors
    /// As [`Pdf::append`](crate::ports::pdf::Pdf::append), but it is never busy.
    pub fn append(&self, file: Vec<u8>, more: &Print) -> Result<PdfFile, PdfError> {
        let join = Join::read(&file)?;
        let ours = self.render(more)?;
        let joined = join.append(file, &ours);
        joined.map_err(|_| PdfError::Backend("the pages to add cannot be read back".into()))
    }

    fn logo(&self, logo: &firm::Logo) -> Result<Arc<Logo>, PdfError> {
        let name = logo.reference();
        let mut kept = self.logos.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| *known == name) {
            let known = kept.remove(at);
            let logo = Arc::clone(&known.1);
            kept.push(known);
            return Ok(logo);
        }
        drop(kept);
        let read = Logo::read(logo).map_err(|error| PdfError::Logo(error.into()))?;
        let read = Arc::new(read);
        let mut kept = self.logos.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= LOGOS {
            kept.remove(0);
        }
        kept.push((name, Arc::clone(&read)));
        Ok(read)
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer")
            .field("shaping", &self.shaping)
            .finish_non_exhaustive()
    }
}
