//! Everything that a contact may see, as the files of one archive (R-SELF).
//!
//! Who asks is found out anew for each file: a contact whose access ends gets no more.

mod proof;

use async_trait::async_trait;

use super::{
    Visiting, audit, contracts, documents, in_person, invoices, library, offers, payments, vault,
    visitor,
};
use crate::Ports;
use crate::domain::access::{ContactSession, Section};
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::Changes;
use crate::domain::page::WaitingFirst;
use crate::domain::take_out::Manifest;
use crate::error::Error;
use crate::ports::store::{DocumentQuery, InvoiceQuery, LibraryQuery};
use crate::take_out::{
    self as archive, Called, Found, Item, Listed, Ready, Shelf, Shelves, Source, TakeOut, each,
};
use crate::write::{Attempts, Next};

pub use proof::prove;

/// Begins an archive of all that the contact may see at this moment. That it was taken is written
/// down before there is a first byte.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Locked`] when the contact gave the password too long ago: such an
/// archive is worth what the vault is (R-VLT-3).
pub async fn begin(ports: &Ports, visiting: &Visiting) -> Result<TakeOut, Error> {
    let mut attempts = Attempts::new(ports, visiting.firm);
    loop {
        let who = visitor(ports, visiting).await?;
        in_person(&who)?;
        if !who.may_unlock(ports.now()) {
            return Err(Error::Locked);
        }
        let changes = Changes::default().audited(taken(ports, visiting, &who)?);
        if let Next::Done(_) = attempts.commit(changes).await? {
            return Ok(begun(ports, visiting, &who));
        }
    }
}

/// The audit row, which names the sections that are in the archive.
fn taken(ports: &Ports, visiting: &Visiting, who: &ContactSession) -> Result<AuditEntry, Error> {
    let about = [who.contact().id.into()];
    let entry = audit(ports, visiting, who, AuditAction::TakenOut, about)?;
    let sections: Vec<&str> = who.sections().iter().map(Section::code).collect();
    Ok(AuditEntry {
        facts: vec![("sections", sections.join(" "))],
        ..entry
    })
}

fn begun(ports: &Ports, visiting: &Visiting, who: &ContactSession) -> TakeOut {
    let (firm, contact) = (who.firm(), Some(who.contact()));
    let manifest = Manifest::new(firm, who.client(), contact, ports.now());
    let source = Own {
        visiting: visiting.clone(),
        shelves: Shelves::of(who.sections()),
    };
    TakeOut::new(ports, Box::new(source), firm.clone(), manifest)
}

/// A contact's own archive.
#[derive(Debug)]
struct Own {
    visiting: Visiting,
    shelves: Shelves<WaitingFirst, String>,
}

#[async_trait]
impl Source for Own {
    async fn next_page(&mut self, ports: &Ports) -> Option<Listed> {
        let shelf = self.shelves.take()?;
        let folder = shelf.folder();
        let found = page(ports, &self.visiting, shelf).await;
        Some(self.shelves.listed(folder, found))
    }

    async fn make(&self, ports: &Ports, item: &Item) -> Result<Ready, Error> {
        let (visiting, called, now) = (&self.visiting, item.called(), ports.now());
        Ok(match item {
            Item::Profile => profile(ports, visiting, called).await?,
            Item::Invoice(id, _) => {
                Ready::printed(called, now, invoices::pdf(ports, visiting, *id).await?)
            }
            Item::PaymentTable => history(ports, visiting, called),
            Item::Receipt(id, _) => {
                Ready::printed(called, now, payments::receipt(ports, visiting, *id).await?)
            }
            Item::Note(id, _) => {
                Ready::printed(called, now, payments::note(ports, visiting, *id).await?)
            }
            Item::Offer(kind, id, _) => {
                let copy = offers::copy(ports, visiting, *kind, *id).await?;
                Ready::printed(called, now, copy)
            }
            Item::Contract(id, which, _) => {
                let kept = contracts::file(ports, visiting, *id, *which).await?;
                Ready::stored(called, now, kept)
            }
            Item::Document(id, ..) => {
                let content = documents::content(ports, visiting, *id).await?;
                Ready::document(called, content).await?
            }
            Item::VaultFile(id, _, at) => {
                let file = vault::file(ports, visiting, *id).await?;
                Ready::sealed(called, *at, file).await?
            }
            Item::VaultSecret(id, _, at) => {
                let opened = vault::show(ports, visiting, *id).await?.page;
                Ready::secret(called, *at, &opened.details)
            }
            Item::Article(_, slug) => {
                let article = library::read(ports, visiting, slug).await?.page;
                Ready::article(called, &article)
            }
        })
    }

    async fn look_again(&self, ports: &Ports) -> Result<(), Error> {
        visitor(ports, &self.visiting).await.map(drop)
    }
}

/// Looks through a page of a list.
async fn page(
    ports: &Ports,
    visiting: &Visiting,
    shelf: Shelf<WaitingFirst, String>,
) -> Result<Found<WaitingFirst, String>, Error> {
    Ok(match shelf {
        Shelf::Profile => (vec![Item::Profile], None),
        Shelf::PaymentTable => (vec![Item::PaymentTable], None),
        Shelf::Invoices(page) => {
            let query = InvoiceQuery {
                page,
                ..InvoiceQuery::default()
            };
            let found = invoices::list(ports, visiting, &query).await?.page;
            each(found, Shelf::Invoices, |row| [archive::invoice(row)])
        }
        Shelf::Payments(page) => {
            let found = payments::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Payments, |row| [archive::paper(row)])
        }
        Shelf::Offers(kind, page) => {
            let found = offers::list(ports, visiting, kind, &page).await?.page;
            let next = |next| Shelf::Offers(kind, next);
            each(found, next, |row| [archive::offer(row)])
        }
        Shelf::Contracts(page) => {
            let found = contracts::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Contracts, archive::copies)
        }
        Shelf::Documents(page) => {
            let query = DocumentQuery { terms: None, page };
            let found = documents::list(ports, visiting, &query).await?.page;
            each(found, Shelf::Documents, |row| {
                [archive::document(&row.value, &row.value.newest)]
            })
        }
        Shelf::Vault(page) => {
            let found = vault::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Vault, |entry| [archive::sealed(entry)])
        }
        Shelf::Library(page) => {
            let query = LibraryQuery {
                page,
                ..LibraryQuery::default()
            };
            let found = library::list(ports, visiting, &query).await?.page;
            each(found.articles, Shelf::Library, |row| {
                [archive::article(row)]
            })
        }
    })
}

/// What the firm has on file of the contact itself.
async fn profile(ports: &Ports, visiting: &Visiting, called: Called) -> Result<Ready, Error> {
    let who = visitor(ports, visiting).await?;
    let mut members = archive::contact_members(who.firm(), who.contact());
    members.insert("client".to_owned(), archive::client_members(who.client()));
    members.insert("firm".to_owned(), who.firm().name.as_str().into());
    Ok(Ready::profile(called, ports.now(), members))
}

fn history(ports: &Ports, visiting: &Visiting, called: Called) -> Ready {
    let (now, ports, visiting) = (ports.now(), ports.clone(), visiting.clone());
    Ready::history(called, now, move |query| {
        let (ports, visiting) = (ports.clone(), visiting.clone());
        async move { Ok(payments::list(&ports, &visiting, &query).await?.page) }
    })
}
