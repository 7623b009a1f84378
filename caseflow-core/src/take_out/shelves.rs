//! What there is to take, list by list.

use std::collections::VecDeque;

use chrono::NaiveDate;

use super::files::Called;
use super::{Listed, why_left_out};
use crate::domain::access::{Section, Sections};
use crate::domain::article::Slug;
use crate::domain::contract::ContractStage;
use crate::domain::document::{Document, DocumentVersion};
use crate::domain::id::{
    ArticleId, ContractId, DocumentId, InvoiceId, OfferId, PaymentId, ReversalId, VaultItemId,
};
use crate::domain::number::DocumentNumber;
use crate::domain::offer::OfferKind;
use crate::domain::page::{Cursor, Page, PageQuery, PageSize};
use crate::domain::take_out::WhyLeftOut;
use crate::domain::time::Timestamp;
use crate::domain::vault::VaultItem;
use crate::error::Error;
use crate::paper::ContractCopies;
use crate::ports::store::{ArticleRow, ContractRow, HistoryRow, InvoiceRow, OfferRow};
use crate::vault::{OverviewKind, VaultEntry};

const DOCUMENTS: &str = "documents";
const VAULT: &str = "vault";
/// The folder of the documents that belong to no matter.
const NO_MATTER: &str = "General";

/// A list, and where in it the archive stands. `W` is what offers and contracts are sorted by for whoever
/// asks, `L` what articles are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shelf<W, L> {
    Profile,
    Invoices(PageQuery<NaiveDate>),
    PaymentTable,
    Payments(PageQuery<NaiveDate>),
    Offers(OfferKind, PageQuery<W>),
    Contracts(PageQuery<W>),
    Documents(PageQuery<Timestamp>),
    Vault(PageQuery<()>),
    Library(PageQuery<L>),
}

/// Something that becomes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Profile,
    Invoice(InvoiceId, String),
    PaymentTable,
    Receipt(PaymentId, String),
    Note(ReversalId, String),
    Offer(OfferKind, OfferId, String),
    Contract(ContractId, ContractCopies, String),
    /// The version of this number.
    Document(DocumentId, u32, Called),
    VaultFile(VaultItemId, Called, Timestamp),
    VaultSecret(VaultItemId, Called, Timestamp),
    Article(ArticleId, Slug),
}

/// The items of a page, and where the next one begins.
pub(crate) type Found<W, L> = (Vec<Item>, Option<Shelf<W, L>>);

/// The lists that are not looked through yet.
#[derive(Debug)]
pub(crate) struct Shelves<W, L>(VecDeque<Shelf<W, L>>);

impl<W, L> Shelves<W, L> {
    /// All that is open. The vault comes first: for contacts it locks itself after some minutes.
    pub(crate) fn of(open: Sections) -> Self {
        let vault = open.and(Sections::NONE.with(Section::Vault));
        let others = open.without(Section::Vault);
        let sections = vault.iter().chain(others.iter()).flat_map(Shelf::of);
        Self(std::iter::once(Shelf::Profile).chain(sections).collect())
    }

    /// Takes the list that comes next.
    pub(crate) fn take(&mut self) -> Option<Shelf<W, L>> {
        self.0.pop_front()
    }

    /// Notes where a list goes on of which a page was read.
    pub(crate) fn listed(
        &mut self,
        folder: &'static str,
        found: Result<Found<W, L>, Error>,
    ) -> Listed {
        let items = found.map(|(items, next)| {
            if let Some(next) = next {
                self.0.push_front(next);
            }
            items
        });
        Listed { folder, items }
    }
}

impl<W, L> Shelf<W, L> {
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
    pub(crate) fn folder(&self) -> &'static str {
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

/// The folders in which what belongs to a section stands.
pub(crate) fn folders(section: Section) -> impl Iterator<Item = &'static str> {
    let shelves = Shelf::<(), ()>::of(section).into_iter();
    let folders = shelves.map(|shelf| shelf.folder());
    folders.filter(|folder| !folder.is_empty())
}

/// The largest page there is, from the beginning.
pub(super) fn first<K>() -> PageQuery<K> {
    PageQuery {
        after: None,
        size: PageSize::MAX,
    }
}

/// What the rows of a page are in an archive, and where the list goes on.
pub(crate) fn each<T, K, W, L, I: IntoIterator<Item = Item>>(
    found: Page<T, K>,
    shelf: impl FnOnce(PageQuery<K>) -> Shelf<W, L>,
    items: impl Fn(&T) -> I,
) -> Found<W, L> {
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

/// An issued invoice.
pub(crate) fn invoice(row: &InvoiceRow) -> Item {
    Item::Invoice(row.id, number(row.number.as_ref(), &row.id))
}

/// The receipt of a payment, or the note of a reversal.
pub(crate) fn paper(row: &HistoryRow) -> Item {
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

/// A proposal or an estimate.
pub(crate) fn offer(row: &OfferRow) -> Item {
    let number = number(row.number.as_ref(), &row.id);
    Item::Offer(row.kind, row.id, format!("{number} {}", row.title))
}

/// A contract as it is read, and its signed copy if it is signed.
pub(crate) fn copies(row: &ContractRow) -> Vec<Item> {
    let copy = |which| Item::Contract(row.id, which, row.title.to_string());
    match row.stage {
        ContractStage::Signed => [ContractCopies::Original, ContractCopies::Signed]
            .map(copy)
            .into(),
        _ => vec![copy(ContractCopies::Original)],
    }
}

/// A version of a document stands in the folder of its matter, an earlier one beside the newest. Documents
/// of no matter have a folder too, so that no file can have the name of a folder beside it.
pub(crate) fn document(document: &Document, version: &DocumentVersion) -> Item {
    let matter = document.matter.as_ref().map_or(NO_MATTER, |it| it.as_str());
    let name = match version.number == document.newest.number {
        true => version.name.to_string(),
        false => earlier(version),
    };
    let called = Called {
        folders: vec![DOCUMENTS.to_owned(), matter.to_owned()],
        name,
    };
    Item::Document(document.id, version.number, called)
}

/// `Deed (version 2).pdf`.
fn earlier(version: &DocumentVersion) -> String {
    let (name, number) = (version.name.as_str(), version.number);
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem} (version {number}).{ending}"),
        None => format!("{name} (version {number})"),
    }
}

/// A short secret becomes a file of its own. What cannot be opened is known by its id alone.
pub(crate) fn sealed(entry: &VaultEntry) -> Item {
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

/// An article of the library.
pub(crate) fn article(row: &ArticleRow) -> Item {
    Item::Article(row.id, row.slug.clone())
}

fn offers_folder(kind: OfferKind) -> &'static str {
    match kind {
        OfferKind::Proposal => "proposals",
        OfferKind::Estimate => "estimates",
    }
}

impl Item {
    /// What its file is called.
    pub(crate) fn called(&self) -> Called {
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
            Self::Document(_, _, called)
            | Self::VaultFile(_, called, _)
            | Self::VaultSecret(_, called, _) => called.clone(),
            Self::Article(_, slug) => Called::within("library", format!("{slug}.md")),
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
