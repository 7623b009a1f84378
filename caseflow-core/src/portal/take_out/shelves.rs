//! What there is to take, list by list.

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::files::Called;
use super::why_left_out;
use crate::Ports;
use crate::domain::access::{Section, Sections};
use crate::domain::article::Slug;
use crate::domain::contract::ContractStage;
use crate::domain::document::Document;
use crate::domain::id::{
    ContractId, DocumentId, InvoiceId, OfferId, PaymentId, ReversalId, VaultItemId,
};
use crate::domain::number::DocumentNumber;
use crate::domain::offer::OfferKind;
use crate::domain::page::{Cursor, Page, PageQuery, PageSize, WaitingFirst};
use crate::domain::take_out::WhyLeftOut;
use crate::domain::time::Timestamp;
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::paper::ContractCopies;
use crate::portal::{Visiting, contracts, documents, invoices, library, offers, payments, vault};
use crate::ports::store::{
    ContractRow, DocumentQuery, HistoryRow, InvoiceQuery, LibraryQuery, OfferRow,
};
use crate::vault::{OverviewKind, VaultEntry};

const DOCUMENTS: &str = "documents";
const VAULT: &str = "vault";
/// The folder of the documents that belong to no matter.
const NO_MATTER: &str = "General";

/// A list, and where in it the archive stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shelf {
    Profile,
    Invoices(PageQuery<NaiveDate>),
    PaymentTable,
    Payments(PageQuery<NaiveDate>),
    Offers(OfferKind, PageQuery<WaitingFirst>),
    Contracts(PageQuery<WaitingFirst>),
    Documents(PageQuery<Timestamp>),
    Vault(PageQuery<()>),
    Library(PageQuery<String>),
}

/// Something that becomes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Profile,
    Invoice(InvoiceId, String),
    PaymentTable,
    Receipt(PaymentId, String),
    Note(ReversalId, String),
    Offer(OfferKind, OfferId, String),
    Contract(ContractId, ContractCopies, String),
    Document(DocumentId, Called),
    VaultFile(VaultItemId, Called, Timestamp),
    VaultSecret(VaultItemId, Called, Timestamp),
    Article(Slug),
}

/// The items of a page, and where the next one begins.
type Found = (Vec<Item>, Option<Shelf>);

impl Shelf {
    /// All that is open. The vault comes first: it locks itself after some minutes.
    pub(super) fn all(open: Sections) -> VecDeque<Self> {
        let vault = open.and(Sections::NONE.with(Section::Vault));
        let others = open.without(Section::Vault);
        let sections = vault.iter().chain(others.iter()).flat_map(Self::of);
        std::iter::once(Self::Profile).chain(sections).collect()
    }

    fn of(section: Section) -> Vec<Self> {
        match section {
            Section::Invoices => vec![
                Self::Invoices(first()),
                Self::PaymentTable,
                Self::Payments(first()),
            ],
            Section::Proposals => vec![Self::Offers(OfferKind::Proposal, first())],
            Section::Estimates => vec![Self::Offers(OfferKind::Estimate, first())],
            Section::Contracts => vec![Self::Contracts(first())],
            Section::Library => vec![Self::Library(first())],
            Section::Documents => vec![Self::Documents(first())],
            Section::Vault => vec![Self::Vault(first())],
        }
    }

    /// The folder in which its items stand, for a list that cannot be read.
    pub(super) fn folder(&self) -> &'static str {
        match self {
            Self::Profile | Self::PaymentTable => "",
            Self::Invoices(_) => "invoices",
            Self::Payments(_) => "receipts",
            Self::Offers(kind, _) => offers_folder(*kind),
            Self::Contracts(_) => "contracts",
            Self::Documents(_) => DOCUMENTS,
            Self::Vault(_) => VAULT,
            Self::Library(_) => "library",
        }
    }
}

/// Looks through a page of a list.
pub(super) async fn page(ports: &Ports, visiting: &Visiting, shelf: Shelf) -> Result<Found, Error> {
    Ok(match shelf {
        Shelf::Profile => (vec![Item::Profile], None),
        Shelf::PaymentTable => (vec![Item::PaymentTable], None),
        Shelf::Invoices(page) => {
            let query = InvoiceQuery {
                page,
                ..InvoiceQuery::default()
            };
            let found = invoices::list(ports, visiting, &query).await?.page;
            each(found, Shelf::Invoices, |row| {
                [Item::Invoice(row.id, number(row.number.as_ref(), &row.id))]
            })
        }
        Shelf::Payments(page) => {
            let found = payments::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Payments, |row| [paper(row)])
        }
        Shelf::Offers(kind, page) => {
            let found = offers::list(ports, visiting, kind, &page).await?.page;
            each(found, |next| Shelf::Offers(kind, next), |row| [offer(row)])
        }
        Shelf::Contracts(page) => {
            let found = contracts::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Contracts, copies)
        }
        Shelf::Documents(page) => {
            let query = DocumentQuery { terms: None, page };
            let found = documents::list(ports, visiting, &query).await?.page;
            each(found, Shelf::Documents, |row| [document(&row.value)])
        }
        Shelf::Vault(page) => {
            let found = vault::list(ports, visiting, &page).await?.page;
            each(found, Shelf::Vault, |entry| [sealed(entry)])
        }
        Shelf::Library(page) => {
            let query = LibraryQuery {
                page,
                ..LibraryQuery::default()
            };
            let found = library::list(ports, visiting, &query).await?.page;
            each(found.articles, Shelf::Library, |row| {
                [Item::Article(row.slug.clone())]
            })
        }
    })
}

fn first<K>() -> PageQuery<K> {
    PageQuery {
        after: None,
        size: PageSize::MAX,
    }
}

fn each<T, K, I: IntoIterator<Item = Item>>(
    found: Page<T, K>,
    shelf: impl FnOnce(PageQuery<K>) -> Shelf,
    items: impl Fn(&T) -> I,
) -> Found {
    let after = |after: Cursor<K>| PageQuery {
        after: Some(after),
        size: PageSize::MAX,
    };
    let all = found.rows.iter().flat_map(items).collect();
    (all, found.next.map(after).map(shelf))
}

fn number(number: Option<&DocumentNumber>, id: &impl ToString) -> String {
    number.map_or_else(|| id.to_string(), ToString::to_string)
}

fn paper(row: &HistoryRow) -> Item {
    match row {
        HistoryRow::Payment(row) => {
            let payment = &row.payment.value;
            Item::Receipt(payment.id, number(payment.receipt.taken(), &payment.id))
        }
        HistoryRow::Reversal(row) => {
            let reversal = &row.reversal;
            Item::Note(reversal.id, number(reversal.number.taken(), &reversal.id))
        }
    }
}

fn offer(row: &OfferRow) -> Item {
    let number = number(row.number.as_ref(), &row.id);
    Item::Offer(row.kind, row.id, format!("{number} {}", row.title))
}

/// A contract as it is read, and its signed copy if it is signed.
fn copies(row: &ContractRow) -> Vec<Item> {
    let copy = |which| Item::Contract(row.id, which, row.title.to_string());
    match row.stage {
        ContractStage::Signed => [ContractCopies::Original, ContractCopies::Signed]
            .map(copy)
            .into(),
        _ => vec![copy(ContractCopies::Original)],
    }
}

/// A document stands in the folder of its matter. The others have one too, so that no file can have
/// the name of a folder beside it.
fn document(document: &Document) -> Item {
    let matter = document.matter.as_ref().map_or(NO_MATTER, |it| it.as_str());
    let called = Called {
        folders: vec![DOCUMENTS.to_owned(), matter.to_owned()],
        name: document.newest.name.to_string(),
    };
    Item::Document(document.id, called)
}

/// A short secret becomes a file of its own. What cannot be opened is known by its id alone.
fn sealed(entry: &VaultEntry) -> Item {
    let item: &VaultItem = &entry.item.value;
    let (id, at) = (item.id, item.sealed.at);
    let Some(shown) = &entry.shown else {
        let called = Called::within(VAULT, id.to_string());
        return Item::VaultFile(id, called, at);
    };
    match shown.kind {
        OverviewKind::File(_) => {
            let called = Called::within(VAULT, shown.name.to_string());
            Item::VaultFile(id, called, at)
        }
        OverviewKind::SignIn(_) | OverviewKind::Note => {
            let called = Called::within(VAULT, format!("{}.json", shown.name));
            Item::VaultSecret(id, called, at)
        }
    }
}

fn offers_folder(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Proposal => "proposals",
        OfferKind::Estimate => "estimates",
    }
}

impl Item {
    /// What its file is called.
    pub(super) fn called(&self) -> Called {
        match self {
            Self::Profile => Called::at_top("profile.json"),
            Self::PaymentTable => Called::at_top("payments.csv"),
            Self::Invoice(_, number) => Called::pdf("invoices", number),
            Self::Receipt(_, number) => Called::pdf("receipts", number),
            Self::Note(_, number) => Called::pdf("refund-notes", number),
            Self::Offer(kind, _, title) => Called::pdf(offers_folder(*kind), title),
            Self::Contract(_, ContractCopies::Original, title) => Called::pdf("contracts", title),
            Self::Contract(_, ContractCopies::Signed, title) => {
                Called::pdf("contracts", &format!("{title}-signed"))
            }
            Self::Document(_, called)
            | Self::VaultFile(_, called, _)
            | Self::VaultSecret(_, called, _) => called.clone(),
            Self::Article(slug) => Called::within("library", format!("{slug}.md")),
        }
    }

    /// Why it is left out; none when the archive cannot go on.
    pub(super) fn why_left_out(&self, error: &Error) -> Option<WhyLeftOut> {
        match (self, error) {
            (Self::Contract(_, ContractCopies::Signed, _), Error::NotFound) => {
                Some(WhyLeftOut::BeingSealed)
            }
            _ => why_left_out(error),
        }
    }
}
