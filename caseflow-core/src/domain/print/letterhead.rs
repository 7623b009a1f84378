//! What every document of a firm to a client has in common.

use chrono::NaiveDate;

use super::format::Format;
use super::{
    Brand, CertificateView, Certified, ContractCopy, ContractView, InvoiceRecords, InvoiceView,
    Label, OfferView, Party, Print, PrintDocument, PrintError, PrintLanguage, ReceiptView,
    ReversalView, Side, SignatureFacts, StatementView, Stationery, text,
};
use crate::domain::client::{Client, Contact};
use crate::domain::firm::{Firm, Logo};
use crate::domain::id::{PaymentId, ReversalId};
use crate::domain::money::Money;
use crate::domain::offer::Offer;
use crate::domain::period::Period;
use crate::domain::text::{Direction, LanguageTag, Prose};
use crate::domain::time::Timestamp;

/// The maker of prints: whose paper, for whom, when. Filled by literal; each method prints one kind
/// of document.
#[derive(Debug, Clone, Copy)]
pub struct Letterhead<'a> {
    /// The firm that sends it.
    pub firm: &'a Firm,
    /// The firm's logo, when there is one.
    pub logo: Option<&'a Logo>,
    /// The firm's choices for its paper.
    pub stationery: &'a Stationery,
    /// The client it is for.
    pub client: &'a Client,
    /// The person who reads it, for language and direction; the firm's language without one.
    pub contact: Option<&'a Contact>,
    /// When it is made; a status is that of this moment, in the firm's zone.
    pub now: Timestamp,
}

impl Letterhead<'_> {
    /// An issued or cancelled invoice as it stands now. `online` is the address at which it can be
    /// paid, when it can.
    ///
    /// # Errors
    /// When it is a draft or another client's, or the records do not add up to its account.
    pub fn invoice(
        &self,
        records: &InvoiceRecords<'_>,
        online: Option<&str>,
    ) -> Result<Print, PrintError> {
        let view = InvoiceView::of(self, records, online)?;
        let title = format!("{} {}", self.word(Label::Invoice), view.number);
        Ok(self.print(title, PrintDocument::Invoice(Box::new(view))))
    }

    /// The receipt of one of an invoice's payments.
    ///
    /// # Errors
    /// When the payment is not among the records, or as for [`invoice`](Self::invoice).
    pub fn receipt(
        &self,
        records: &InvoiceRecords<'_>,
        payment: PaymentId,
    ) -> Result<Print, PrintError> {
        let view = ReceiptView::of(self, records, payment)?;
        let title = format!("{} {}", self.word(Label::Receipt), view.number);
        Ok(self.print(title, PrintDocument::Receipt(view)))
    }

    /// The note of one refund of an invoice's payment, or of another reversal of it.
    ///
    /// # Errors
    /// When the reversal is not among the records, or as for [`invoice`](Self::invoice).
    pub fn reversal(
        &self,
        records: &InvoiceRecords<'_>,
        reversal: ReversalId,
    ) -> Result<Print, PrintError> {
        let view = ReversalView::of(self, records, reversal)?;
        let title = format!("{} {}", self.language().note(view.kind), view.number);
        Ok(self.print(title, PrintDocument::Reversal(view)))
    }

    /// What happened from one day to another, both included. `invoices` are all of the client's;
    /// drafts among them are passed over, and what happened before makes the opening balance.
    ///
    /// # Errors
    /// When the days are the wrong way round, an invoice is another client's, or the records of one
    /// do not add up to its account.
    pub fn statement(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        invoices: &[InvoiceRecords<'_>],
    ) -> Result<Print, PrintError> {
        let view = StatementView::of(self, from, to, &[], invoices)?;
        Ok(self.statement_print(view))
    }

    /// As [`statement`](Self::statement), when not all of the client's invoices are at hand: what
    /// the others come to before the first day is `brought_forward`, and nothing happened to them
    /// in the period.
    ///
    /// # Errors
    /// As [`statement`](Self::statement).
    pub fn statement_from(
        &self,
        period: Period,
        brought_forward: &[Money],
        invoices: &[InvoiceRecords<'_>],
    ) -> Result<Print, PrintError> {
        let (first, last) = (period.first(), period.last());
        let view = StatementView::of(self, first, last, brought_forward, invoices)?;
        Ok(self.statement_print(view))
    }

    /// A proposal or an estimate as it stands now.
    ///
    /// # Errors
    /// When it is a draft or another client's.
    pub fn offer(&self, offer: &Offer) -> Result<Print, PrintError> {
        let view = OfferView::of(self, offer)?;
        let title = format!("{} {}", self.language().offer(view.kind), view.number);
        Ok(self.print(title, PrintDocument::Offer(Box::new(view))))
    }

    /// A contract as it is read and signed.
    #[must_use]
    pub fn contract(&self, copy: &ContractCopy<'_>) -> Print {
        let view = ContractView::of(self, copy);
        self.print(
            copy.title.to_owned(),
            PrintDocument::Contract(Box::new(view)),
        )
    }

    /// The same contract, and after its pages the certificate of its signature.
    #[must_use]
    pub fn signed(&self, copy: &ContractCopy<'_>, facts: &SignatureFacts<'_>) -> Print {
        let view = ContractView {
            certificate: Some(CertificateView::of(self, &copy.certified(), facts)),
            ..ContractView::of(self, copy)
        };
        self.print(
            copy.title.to_owned(),
            PrintDocument::Contract(Box::new(view)),
        )
    }

    /// The certificate's pages alone, as they stand after those of a [`signed`](Self::signed) text:
    /// for a contract that is a file, to whose pages
    /// [`Pdf::append`](crate::ports::pdf::Pdf::append) adds them.
    #[must_use]
    pub fn certificate(&self, of: &Certified<'_>, facts: &SignatureFacts<'_>) -> Print {
        let view = CertificateView::of(self, of, facts);
        let document = PrintDocument::Certificate(Box::new(view));
        self.print(of.title.to_owned(), document)
    }

    fn statement_print(&self, view: StatementView) -> Print {
        let words = self.word(Label::Statement);
        let title = format!("{words}, {} – {}", view.from.text, view.to.text);
        self.print(title, PrintDocument::Statement(view))
    }

    pub(super) fn language(&self) -> PrintLanguage {
        PrintLanguage::for_tag(self.wanted())
    }

    pub(super) fn format(&self) -> Format {
        Format::new(self.language(), self.wanted())
    }

    pub(super) fn word(&self, label: Label) -> &'static str {
        self.language().word(label)
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.firm.today(self.now)
    }

    fn wanted(&self) -> &LanguageTag {
        self.contact
            .and_then(|contact| contact.language.as_ref())
            .unwrap_or(&self.firm.language)
    }

    fn print(&self, title: String, document: PrintDocument) -> Print {
        let language = self.language();
        Print {
            brand: self.brand(),
            language,
            tag: self.tag(language),
            side: self.side(language),
            title,
            addressee: self.addressee(),
            made_at: self.now,
            document,
        }
    }

    /// The firm and the client.
    pub(super) fn parties(&self) -> Vec<Party> {
        vec![self.sender(), self.addressee()]
    }

    fn sender(&self) -> Party {
        let firm = self.firm;
        Party {
            name: firm.name.to_string(),
            address: address(firm.address.as_ref()),
            tax_id: text(firm.tax_id.as_ref()),
            email: firm.email.as_ref().map(ToString::to_string),
            phone: firm.phone.as_ref().map(ToString::to_string),
        }
    }

    fn brand(&self) -> Brand {
        let firm = self.firm;
        Brand {
            firm: self.sender(),
            accent: firm.accent.clone(),
            logo: self.logo.cloned(),
            footer: self.stationery.footer.clone(),
            paper: self.stationery.paper,
        }
    }

    fn addressee(&self) -> Party {
        let client = self.client;
        Party {
            name: client.name.to_string(),
            address: address(client.address.as_ref()),
            tax_id: text(client.tax_id.as_ref()),
            email: None,
            phone: None,
        }
    }

    /// The reader's own tag if the words are in its language, else the words' language.
    fn tag(&self, language: PrintLanguage) -> LanguageTag {
        let wanted = self.wanted();
        let same = wanted.as_str().split('-').next() == Some(language.code());
        match LanguageTag::parse(language.code()) {
            Ok(tag) if !same => tag,
            _ => wanted.clone(),
        }
    }

    fn side(&self, language: PrintLanguage) -> Side {
        match self.contact.map(|contact| contact.direction) {
            Some(Direction::Ltr) => Side::Left,
            Some(Direction::Rtl) => Side::Right,
            Some(Direction::Auto) | None => language.side(),
        }
    }
}

fn address(prose: Option<&Prose<500>>) -> Vec<String> {
    let lines = prose.map(Prose::as_str).unwrap_or_default().lines();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect()
}
