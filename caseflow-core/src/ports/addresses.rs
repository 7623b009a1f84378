//! The port that knows the portal's addresses.

use std::fmt;

use crate::domain::firm::Firm;
use crate::domain::id::{AttemptId, ContractId, DocumentId, InvoiceId, OfferId};
use crate::domain::link::LinkPurpose;
use crate::domain::offer::OfferKind;
use crate::domain::secret::Secret;

/// Makes the absolute links that mails carry.
///
/// # Contract
/// * Each answer starts with the firm's `portal_url` and leads to the page it names.
/// * The secret stands in the path, never in the query, and nowhere else.
///
/// # The smallest one
/// ```
/// use caseflow_core::domain::id::{AttemptId, ContractId, DocumentId, InvoiceId, OfferId};
/// use caseflow_core::domain::{firm::Firm, link::LinkPurpose, offer::OfferKind, secret::Secret};
/// use caseflow_core::ports::addresses::Addresses;
///
/// #[derive(Debug)]
/// struct Mine;
///
/// impl Addresses for Mine {
///     fn portal(&self, firm: &Firm) -> String {
///         format!("{}/dashboard", firm.portal_url.as_str())
///     }
///     fn link(&self, firm: &Firm, purpose: &LinkPurpose, secret: &Secret) -> String {
///         let page = match purpose {
///             LinkPurpose::SetPassword | LinkPurpose::ResetPassword => "set-password",
///             LinkPurpose::ConfirmEmail(_) => "confirm-email",
///             LinkPurpose::Preview(_) => "preview",
///         };
///         format!("{}/{page}/{}", firm.portal_url.as_str(), secret.reveal())
///     }
///     fn invoice(&self, firm: &Firm, id: InvoiceId) -> String {
///         format!("{}/invoices/{id}", firm.portal_url.as_str())
///     }
///     fn attempt(&self, firm: &Firm, id: AttemptId) -> String {
///         format!("{}/payments/attempts/{id}", firm.portal_url.as_str())
///     }
///     fn offer(&self, firm: &Firm, kind: OfferKind, id: OfferId) -> String {
///         format!("{}/{}s/{id}", firm.portal_url.as_str(), kind.code())
///     }
///     fn offer_link(&self, firm: &Firm, secret: &Secret) -> String {
///         format!("{}/l/{}", firm.portal_url.as_str(), secret.reveal())
///     }
///     fn contract(&self, firm: &Firm, id: ContractId) -> String {
///         format!("{}/contracts/{id}", firm.portal_url.as_str())
///     }
///     fn document(&self, firm: &Firm, id: DocumentId) -> String {
///         format!("{}/documents/{id}", firm.portal_url.as_str())
///     }
///     fn verify(&self, firm: &Firm) -> String {
///         format!("{}/verify", firm.portal_url.as_str())
///     }
/// }
/// # #[cfg(feature = "testing")]
/// # fn shown() {
/// # let firm = caseflow_core::testing::fixtures::firm(1);
///
/// assert_eq!(Mine.portal(&firm), "https://portal1.example.com/portal/dashboard");
/// # }
/// # #[cfg(feature = "testing")]
/// # shown();
/// ```
pub trait Addresses: fmt::Debug + Send + Sync {
    /// The portal's first page.
    fn portal(&self, firm: &Firm) -> String;

    /// The page behind a single-use link.
    fn link(&self, firm: &Firm, purpose: &LinkPurpose, secret: &Secret) -> String;

    /// An invoice.
    fn invoice(&self, firm: &Firm, id: InvoiceId) -> String;

    /// The page that a payer comes back to from the payment provider. It says what became of it.
    fn attempt(&self, firm: &Firm, id: AttemptId) -> String;

    /// A proposal or an estimate, for who is signed in.
    fn offer(&self, firm: &Firm, kind: OfferKind, id: OfferId) -> String;

    /// The page behind a mailed link to an offer, for who is not.
    fn offer_link(&self, firm: &Firm, secret: &Secret) -> String;

    /// A contract.
    fn contract(&self, firm: &Firm, id: ContractId) -> String;

    /// A shared document.
    fn document(&self, firm: &Firm, id: DocumentId) -> String;

    /// The page on which anybody checks a signed copy.
    fn verify(&self, firm: &Firm) -> String;
}
