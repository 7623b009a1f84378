//! The HTML face of the portal.

pub(crate) mod format;
pub(crate) mod views;
