//! The Firm Library as contacts see it: published articles alone (R-LIB-1).

use super::{Visited, Visiting, admit_to, visit};
use crate::Ports;
use crate::domain::access::Section;
use crate::domain::article::{Article, Slug};
use crate::error::Error;
use crate::ports::store::{LibraryPage, LibraryQuery};

/// The articles of one group or of all, those that say certain words or all, in the order of groups
/// and titles.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when the firm has closed its library.
pub async fn list(
    ports: &Ports,
    visiting: &Visiting,
    query: &LibraryQuery,
) -> Result<Visited<LibraryPage>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.library(visit, query).await?;
    admit_to(ports, visit, Section::Library, found).await
}

/// One article, by the end of its address.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFound`] when there is no such article, it is not published, or
/// the firm has closed its library.
pub async fn read(
    ports: &Ports,
    visiting: &Visiting,
    slug: &Slug,
) -> Result<Visited<Article>, Error> {
    let visit = visit(ports, visiting);
    let found = ports.store.library_article(visit, slug).await?;
    let Visited { who, page } = admit_to(ports, visit, Section::Library, found).await?;
    page.map(|page| Visited { who, page })
        .ok_or(Error::NotFound)
}
