//! Everything that the firm holds for a client, as the files of one archive: what a contact of it with
//! every permission could see, and every version of its documents.
//!
//! It is read as staff read, so that no log says that a contact looked at something, and the vault's says
//! who it was.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{
    Call, clients, contracts, documents, invoices, library, offers, payments, refunds, settings,
    vault,
};
use crate::Ports;
use crate::domain::access::{Section, Sections, Staff};
use crate::domain::article::ArticleStage;
use crate::domain::audit::{AuditAction, AuditEntry};
use crate::domain::changes::Changes;
use crate::domain::firm::Firm;
use crate::domain::id::ClientId;
use crate::domain::invoice::Phase;
use crate::domain::offer::OfferKind;
use crate::domain::page::{Page, PageQuery};
use crate::domain::take_out::{Manifest, WhyLeftOut};
use crate::domain::time::Timestamp;
use crate::error::Error;
use crate::ports::store::{
    ArticleQuery, ContractQuery, ContractRow, DocumentFile, FirmDocumentQuery, HistoryRow,
    InvoiceQuery, OfferQuery, OfferRow, PaymentQuery, ReversalRow,
};
use crate::take_out::{
    self as archive, Called, Found, Item, Listed, Ready, Shelf, Shelves, Source, TakeOut, each,
};
use crate::write::{Attempts, Next};

/// Begins an archive of all that the firm holds for the client at this moment, with what is in its vault
/// when `vault` says so. Drafts, and what contacts cannot see because the firm has closed its section, are
/// not in it. That it was taken is written down before there is a first byte.
///
/// # Errors
/// [`Error::NotFound`] when the firm has no such client; with the vault also [`Error::NoVaultGrant`], and
/// [`Error::VaultUnavailable`] when there is something in it and its keys do not answer.
pub async fn begin(
    ports: &Ports,
    call: &Call,
    client: ClientId,
    vault: bool,
) -> Result<TakeOut, Error> {
    let firm = settings::read(ports, &call.staff).await?.value;
    let file = clients::read(ports, &call.staff, client).await?;
    let wanted = match vault {
        true => firm.sections,
        false => firm.sections.without(Section::Vault),
    };
    if wanted.contains(Section::Vault) {
        vault::try_keys(ports, call, client).await?;
    }
    let mut attempts = Attempts::new(ports, call.staff.firm);
    loop {
        let changes = Changes::default().audited(taken(ports, call, client, wanted));
        if let Next::Done(_) = attempts.commit(changes).await? {
            break;
        }
    }
    let manifest = Manifest::new(&firm, &file.client.value, None, ports.now());
    let source = Held {
        call: call.clone(),
        client,
        firm: firm.clone(),
        shelves: Shelves::of(wanted),
    };
    let mut take_out = TakeOut::new(ports, Box::new(source), firm, manifest);
    leave_out(&mut take_out, wanted);
    Ok(take_out)
}

/// The audit row, which names the sections that are in the archive.
fn taken(ports: &Ports, call: &Call, client: ClientId, sections: Sections) -> AuditEntry {
    let sections: Vec<&str> = sections.iter().map(Section::code).collect();
    AuditEntry {
        facts: vec![("sections", sections.join(" "))],
        ..call.audit(ports, AuditAction::TakenOut, [client.into()])
    }
}

/// Says of the sections that are not wanted why they are not there.
fn leave_out(take_out: &mut TakeOut, wanted: Sections) {
    let open = take_out.firm().sections;
    let others = Section::ALL.into_iter();
    for section in others.filter(|section| !wanted.contains(*section)) {
        let why = match open.contains(section) {
            true => WhyLeftOut::NotAsked,
            false => WhyLeftOut::Closed,
        };
        for folder in archive::folders(section) {
            take_out.leave_out(format!("{folder}/"), why);
        }
    }
}

/// What the firm holds for a client.
#[derive(Debug)]
struct Held {
    call: Call,
    client: ClientId,
    firm: Firm,
    shelves: Shelves<(), ()>,
}

#[async_trait]
impl Source for Held {
    async fn next_page(&mut self, ports: &Ports) -> Option<Listed> {
        let shelf = self.shelves.take()?;
        let folder = shelf.folder();
        let found = self.page(ports, shelf).await;
        Some(self.shelves.listed(folder, found))
    }

    async fn make(&self, ports: &Ports, item: &Item) -> Result<Ready, Error> {
        let (staff, called, now) = (&self.call.staff, item.called(), ports.now());
        Ok(match item {
            Item::Profile => self.profile(ports, called).await?,
            Item::Invoice(id, _) => {
                Ready::printed(called, now, invoices::pdf(ports, staff, *id).await?)
            }
            Item::PaymentTable => self.history(ports, called),
            Item::Receipt(id, _) => {
                Ready::printed(called, now, payments::receipt(ports, staff, *id).await?)
            }
            Item::Note(id, _) => {
                Ready::printed(called, now, refunds::note(ports, staff, *id).await?)
            }
            Item::Offer(_, id, _) => {
                Ready::printed(called, now, offers::pdf(ports, staff, *id).await?)
            }
            Item::Contract(id, which, _) => {
                let kept = contracts::file(ports, staff, *id, *which).await?;
                Ready::stored(called, now, kept)
            }
            Item::Document(id, number, _) => {
                let content = documents::content(ports, staff, *id, *number).await?;
                Ready::document(called, content).await?
            }
            Item::VaultFile(id, _, at) => {
                let file = vault::file(ports, &self.call, *id).await?;
                Ready::sealed(called, *at, file).await?
            }
            Item::VaultSecret(id, _, at) => {
                let opened = vault::read(ports, &self.call, *id).await?;
                Ready::secret(called, *at, &opened.details)
            }
            Item::Article(id, _) => {
                let article = library::read(ports, staff, *id).await?.value;
                Ready::article(called, &article)
            }
        })
    }

    /// Who the staff are, the host has found out for the whole of it.
    async fn look_again(&self, _: &Ports) -> Result<(), Error> {
        Ok(())
    }
}

impl Held {
    /// Looks through a page of a list.
    async fn page(&self, ports: &Ports, shelf: Shelf<(), ()>) -> Result<Found<(), ()>, Error> {
        let (staff, client) = (&self.call.staff, Some(self.client));
        Ok(match shelf {
            Shelf::Profile => (vec![Item::Profile], None),
            Shelf::PaymentTable => (vec![Item::PaymentTable], None),
            Shelf::Invoices(page) => {
                let status = None;
                let query = InvoiceQuery {
                    status,
                    client,
                    page,
                };
                let found = invoices::list(ports, staff, &query).await?;
                each(found, Shelf::Invoices, |row| {
                    (row.phase != Phase::Draft).then(|| archive::invoice(row))
                })
            }
            Shelf::Payments(page) => {
                let found = history(ports, staff, self.client, page).await?;
                each(found, Shelf::Payments, |row| [archive::paper(row)])
            }
            Shelf::Offers(kind, page) => {
                let found = self.offers(ports, kind, page).await?;
                let next = |next| Shelf::Offers(kind, next);
                each(found, next, |row| row.sent_at.map(|_| archive::offer(row)))
            }
            Shelf::Contracts(page) => {
                let found = self.contracts(ports, page).await?;
                each(found, Shelf::Contracts, |row| {
                    let sent = row.sent_at.map(|_| archive::copies(row));
                    sent.unwrap_or_default()
                })
            }
            Shelf::Documents(page) => {
                let found = shared(ports, staff, self.client, page).await?;
                each(found, Shelf::Documents, versions)
            }
            Shelf::Vault(page) => {
                let found = vault::list(ports, &self.call, self.client, &page).await?;
                each(found, Shelf::Vault, |entry| [archive::sealed(entry)])
            }
            Shelf::Library(page) => {
                let query = ArticleQuery {
                    stage: Some(ArticleStage::Published),
                    terms: None,
                    page,
                };
                let found = library::list(ports, staff, &query).await?;
                each(found, Shelf::Library, |row| [archive::article(row)])
            }
        })
    }

    async fn offers(
        &self,
        ports: &Ports,
        kind: OfferKind,
        page: PageQuery<()>,
    ) -> Result<Page<OfferRow, ()>, Error> {
        let query = OfferQuery {
            kind: Some(kind),
            status: None,
            client: Some(self.client),
            page,
        };
        offers::list(ports, &self.call.staff, &query).await
    }

    async fn contracts(
        &self,
        ports: &Ports,
        page: PageQuery<()>,
    ) -> Result<Page<ContractRow, ()>, Error> {
        let query = ContractQuery {
            status: None,
            client: Some(self.client),
            page,
        };
        contracts::list(ports, &self.call.staff, &query).await
    }

    /// The client, and what each of its contacts has on file.
    async fn profile(&self, ports: &Ports, called: Called) -> Result<Ready, Error> {
        let file = clients::read(ports, &self.call.staff, self.client).await?;
        let contacts = file.contacts.iter().map(|contact| &contact.value);
        let contacts = contacts.filter(|contact| contact.is_active());
        let contacts = contacts.map(|contact| archive::contact_members(&self.firm, contact));
        let members = [
            ("client", archive::client_members(&file.client.value)),
            ("contacts", contacts.collect()),
            ("firm", self.firm.name.as_str().into()),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Ok(Ready::profile(
            called,
            ports.now(),
            members.into_iter().collect(),
        ))
    }

    fn history(&self, ports: &Ports, called: Called) -> Ready {
        let (now, ports) = (ports.now(), ports.clone());
        let (staff, client) = (self.call.staff.clone(), self.client);
        Ready::history(called, now, move |query| {
            let (ports, staff) = (ports.clone(), staff.clone());
            async move { history(&ports, &staff, client, query).await }
        })
    }
}

/// A page of the client's payments, newest day first, each followed by what went back of it.
async fn history(
    ports: &Ports,
    staff: &Staff,
    client: ClientId,
    page: PageQuery<NaiveDate>,
) -> Result<Page<HistoryRow, NaiveDate>, Error> {
    let query = PaymentQuery {
        client: Some(client),
        page,
    };
    let found = payments::list(ports, staff, &query).await?;
    let mut rows = vec![];
    for row in found.rows {
        let payment = row.payment.value.clone();
        let invoice_number = row.invoice_number.clone();
        rows.push(HistoryRow::Payment(row));
        // Of what came in by hand nothing goes back.
        if payment.charge.is_some() {
            let (file, _) = payments::load(ports, staff, payment.id).await?;
            let reversals = file.reversals.into_iter();
            let reversals = reversals.filter(|reversal| reversal.payment == payment.id);
            rows.extend(reversals.map(|reversal| {
                HistoryRow::Reversal(ReversalRow {
                    reversal,
                    invoice_number: invoice_number.clone(),
                })
            }));
        }
    }
    let next = found.next;
    Ok(Page { rows, next })
}

/// A page of the documents that are shared with contacts of the client, with all their versions.
async fn shared(
    ports: &Ports,
    staff: &Staff,
    client: ClientId,
    page: PageQuery<Timestamp>,
) -> Result<Page<DocumentFile, Timestamp>, Error> {
    let query = FirmDocumentQuery {
        client: Some(client),
        shared: Some(true),
        terms: None,
        page,
    };
    let found = documents::list(ports, staff, &query).await?;
    let mut rows = vec![];
    for document in found.rows {
        match documents::read(ports, staff, document.value.id).await {
            Ok(file) => rows.push(file),
            Err(Error::NotFound) => {} // removed meanwhile
            Err(error) => return Err(error),
        }
    }
    let next = found.next;
    Ok(Page { rows, next })
}

fn versions(file: &DocumentFile) -> Vec<Item> {
    let versions = file.versions.iter();
    let item = |version| archive::document(&file.document.value, version);
    versions.map(item).collect()
}
