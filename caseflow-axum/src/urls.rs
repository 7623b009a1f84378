//! Every address of the portal, once: the paths for routing, and links with the mount prefix.

use axum::extract::OriginalUri;
use axum::http::Method;
use axum::http::request::Parts;
use caseflow_core::domain::access::Section;
use caseflow_core::domain::firm::Firm;
use caseflow_core::domain::id::{AttemptId, ContractId, DocumentId, InvoiceId, OfferId};
use caseflow_core::domain::link::LinkPurpose;
use caseflow_core::domain::offer::{Answer, OfferKind};
use caseflow_core::domain::secret::Secret;
use caseflow_core::ports::addresses::Addresses;

/// An address of the portal and who may open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The verb. Where `GET` is answered, `HEAD` is too.
    pub method: Method,
    /// The path inside the mount, in axum's syntax, such as `/invoices/{id}`.
    pub path: &'static str,
    /// Who may open it.
    pub access: Access,
}

/// Who may open an address. To anybody else it does not exist, or asks them to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// A payment gateway. What it posts is believed for its signature alone, from wherever it comes.
    Gateways,
    /// Everybody, unless the host signs contacts in: then it is gone.
    Passwords,
    /// A contact who is signed in, unless the host signs contacts in: then it is gone.
    OwnPassword,
    /// A contact who is signed in.
    Contact,
    /// A contact who is signed in and may open this section.
    Section(Section),
}

impl Access {
    /// Whether only somebody who is signed in may open the address.
    #[must_use]
    pub const fn is_private(self) -> bool {
        match self {
            Self::Open | Self::Gateways | Self::Passwords => false,
            Self::OwnPassword | Self::Contact | Self::Section(_) => true,
        }
    }
}

/// The core's port for links in mails: the pages of [`router`](crate::router), mounted at the
/// firm's `portal_url`.
#[derive(Debug, Clone, Copy, Default)]
pub struct PortalAddresses;

impl Addresses for PortalAddresses {
    fn portal(&self, firm: &Firm) -> String {
        Urls::new(firm.portal_url.as_str()).dashboard()
    }

    fn link(&self, firm: &Firm, purpose: &LinkPurpose, secret: &Secret) -> String {
        let urls = Urls::new(firm.portal_url.as_str());
        match purpose {
            LinkPurpose::SetPassword | LinkPurpose::ResetPassword => {
                urls.set_password(&secret.reveal())
            }
            LinkPurpose::ConfirmEmail(_) => urls.confirm_email(&secret.reveal()),
            LinkPurpose::Preview(_) => urls.preview(&secret.reveal()),
        }
    }

    fn invoice(&self, firm: &Firm, id: InvoiceId) -> String {
        Urls::new(firm.portal_url.as_str()).invoice(&id.to_string())
    }

    fn attempt(&self, firm: &Firm, id: AttemptId) -> String {
        Urls::new(firm.portal_url.as_str()).attempt(&id.to_string())
    }

    fn offer(&self, firm: &Firm, kind: OfferKind, id: OfferId) -> String {
        Urls::new(firm.portal_url.as_str()).offer(kind, &id.to_string())
    }

    fn offer_link(&self, firm: &Firm, secret: &Secret) -> String {
        Urls::new(firm.portal_url.as_str()).offer_link(&secret.reveal())
    }

    fn contract(&self, firm: &Firm, id: ContractId) -> String {
        Urls::new(firm.portal_url.as_str()).contract(&id.to_string())
    }

    fn document(&self, firm: &Firm, id: DocumentId) -> String {
        Urls::new(firm.portal_url.as_str()).document(&id.to_string())
    }

    fn verify(&self, firm: &Firm) -> String {
        Urls::new(firm.portal_url.as_str()).verify()
    }
}

/// Paths inside the mount, in the router's own syntax.
pub(crate) mod path {
    pub(crate) const HOME: &str = "/";
    pub(crate) const LOGIN: &str = "/login";
    pub(crate) const LOGOUT: &str = "/logout";
    pub(crate) const FORGOT_PASSWORD: &str = "/forgot-password";
    pub(crate) const SET_PASSWORD: &str = "/set-password/{token}";
    pub(crate) const CONFIRM_EMAIL: &str = "/confirm-email/{token}";
    pub(crate) const PREVIEW_ENDED: &str = "/preview";
    pub(crate) const PREVIEW: &str = "/preview/{token}";
    pub(crate) const DASHBOARD: &str = "/dashboard";
    pub(crate) const DISMISS: &str = "/announcements/{id}/dismiss";
    pub(crate) const INVOICES: &str = "/invoices";
    pub(crate) const INVOICE: &str = "/invoices/{id}";
    pub(crate) const INVOICE_PDF: &str = "/invoices/{id}/pdf";
    pub(crate) const PAY: &str = "/invoices/{id}/pay";
    pub(crate) const PAYMENTS: &str = "/payments";
    pub(crate) const ATTEMPT: &str = "/payments/attempts/{id}";
    pub(crate) const CHECKOUT: &str = "/payments/attempts/{id}/form";
    pub(crate) const REVERSAL_NOTE: &str = "/payments/reversals/{id}/note";
    pub(crate) const RECEIPT: &str = "/payments/{id}/receipt";
    pub(crate) const STATEMENT: &str = "/payments/statement";
    pub(crate) const PROPOSALS: &str = "/proposals";
    pub(crate) const PROPOSAL: &str = "/proposals/{id}";
    pub(crate) const PROPOSAL_PDF: &str = "/proposals/{id}/pdf";
    pub(crate) const PROPOSAL_ACCEPT: &str = "/proposals/{id}/accept";
    pub(crate) const PROPOSAL_DECLINE: &str = "/proposals/{id}/decline";
    pub(crate) const ESTIMATES: &str = "/estimates";
    pub(crate) const ESTIMATE: &str = "/estimates/{id}";
    pub(crate) const ESTIMATE_PDF: &str = "/estimates/{id}/pdf";
    pub(crate) const ESTIMATE_ACCEPT: &str = "/estimates/{id}/accept";
    pub(crate) const ESTIMATE_REJECT: &str = "/estimates/{id}/reject";
    pub(crate) const OFFER_LINK: &str = "/l/{token}";
    pub(crate) const OFFER_LINK_PDF: &str = "/l/{token}/pdf";
    pub(crate) const OFFER_LINK_ACCEPT: &str = "/l/{token}/accept";
    pub(crate) const OFFER_LINK_DECLINE: &str = "/l/{token}/decline";
    pub(crate) const CONTRACTS: &str = "/contracts";
    pub(crate) const CONTRACT: &str = "/contracts/{id}";
    pub(crate) const CONTRACT_PDF: &str = "/contracts/{id}/pdf";
    pub(crate) const CONTRACT_SIGNED: &str = "/contracts/{id}/signed";
    pub(crate) const SIGN: &str = "/contracts/{id}/sign";
    pub(crate) const DECLINE: &str = "/contracts/{id}/decline";
    pub(crate) const SIGNING_TERMS: &str = "/signing-terms";
    pub(crate) const VERIFY: &str = "/verify";
    pub(crate) const DOCUMENTS: &str = "/documents";
    pub(crate) const DOCUMENT: &str = "/documents/{id}";
    pub(crate) const DOCUMENT_PREVIEW: &str = "/documents/{id}/preview";
    pub(crate) const DOCUMENT_DOWNLOAD: &str = "/documents/{id}/download";
    pub(crate) const VAULT: &str = "/vault";
    pub(crate) const VAULT_UNLOCK: &str = "/vault/unlock";
    pub(crate) const VAULT_LOG: &str = "/vault/log";
    pub(crate) const VAULT_ITEM: &str = "/vault/{id}";
    pub(crate) const VAULT_SHOW: &str = "/vault/{id}/show";
    pub(crate) const VAULT_DOWNLOAD: &str = "/vault/{id}/download";
    pub(crate) const LIBRARY: &str = "/library";
    pub(crate) const ARTICLE: &str = "/library/{slug}";
    pub(crate) const PROFILE: &str = "/profile";
    pub(crate) const PASSWORD: &str = "/profile/password";
    pub(crate) const PREFERENCES: &str = "/profile/preferences";
    pub(crate) const TAKE_OUT: &str = "/profile/take-out";
    pub(crate) const END_SESSION: &str = "/profile/sessions/{id}/end";
    pub(crate) const END_OTHER_SESSIONS: &str = "/profile/sessions/end-others";
    pub(crate) const ASSET: &str = "/assets/{name}";
    pub(crate) const WEBHOOK: &str = "/webhooks/{gateway}";
}

/// Builds links below the prefix at which the host mounted the portal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Urls {
    base: String,
}

impl Urls {
    /// `base` is the mount prefix as the browser sees it: empty, or `/portal`.
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// The prefix of a request: what its path had before the mounts took their part off, below
    /// `proxied`, which a proxy took off. None when such a prefix could lead elsewhere.
    pub(crate) fn of(request: &Parts, proxied: &str) -> Option<Self> {
        let inner = request.uri.path();
        let original = request.extensions.get::<OriginalUri>();
        let whole = original.map_or(inner, |original| original.0.path());
        let mount = match inner {
            "/" => whole.trim_end_matches('/'),
            _ => whole.strip_suffix(inner).unwrap_or_default(),
        };
        let base = format!("{proxied}{mount}");
        is_safe_prefix(&base).then(|| Self::new(&base))
    }

    /// Whether an address leads to a page of this portal: what may follow signing in.
    pub(crate) fn holds(&self, address: &str) -> bool {
        let inside = address.strip_prefix(&self.base);
        inside.is_some_and(|inside| inside.starts_with('/'))
            && is_safe_prefix(address)
            && !address.contains("/.")
    }

    pub(crate) fn login(&self) -> String {
        self.under(path::LOGIN)
    }

    pub(crate) fn logout(&self) -> String {
        self.under(path::LOGOUT)
    }

    pub(crate) fn forgot_password(&self) -> String {
        self.under(path::FORGOT_PASSWORD)
    }

    pub(crate) fn set_password(&self, token: &str) -> String {
        self.with(path::SET_PASSWORD, "{token}", token)
    }

    pub(crate) fn confirm_email(&self, token: &str) -> String {
        self.with(path::CONFIRM_EMAIL, "{token}", token)
    }

    pub(crate) fn preview_ended(&self) -> String {
        self.under(path::PREVIEW_ENDED)
    }

    pub(crate) fn preview(&self, token: &str) -> String {
        self.with(path::PREVIEW, "{token}", token)
    }

    pub(crate) fn dashboard(&self) -> String {
        self.under(path::DASHBOARD)
    }

    pub(crate) fn dismiss(&self, announcement: &str) -> String {
        self.with(path::DISMISS, "{id}", announcement)
    }

    pub(crate) fn invoices(&self) -> String {
        self.under(path::INVOICES)
    }

    pub(crate) fn invoice(&self, id: &str) -> String {
        self.with(path::INVOICE, "{id}", id)
    }

    pub(crate) fn invoice_pdf(&self, id: &str) -> String {
        self.with(path::INVOICE_PDF, "{id}", id)
    }

    pub(crate) fn pay(&self, invoice: &str) -> String {
        self.with(path::PAY, "{id}", invoice)
    }

    /// Where a payer comes back to from the payment provider.
    pub(crate) fn attempt(&self, attempt: &str) -> String {
        self.with(path::ATTEMPT, "{id}", attempt)
    }

    /// The page around a payment provider's form.
    pub(crate) fn checkout(&self, attempt: &str) -> String {
        self.with(path::CHECKOUT, "{id}", attempt)
    }

    pub(crate) fn reversal_note(&self, reversal: &str) -> String {
        self.with(path::REVERSAL_NOTE, "{id}", reversal)
    }

    pub(crate) fn payments(&self) -> String {
        self.under(path::PAYMENTS)
    }

    pub(crate) fn receipt(&self, payment: &str) -> String {
        self.with(path::RECEIPT, "{id}", payment)
    }

    pub(crate) fn statement(&self) -> String {
        self.under(path::STATEMENT)
    }

    /// The list of proposals or of estimates.
    pub(crate) fn offers(&self, kind: OfferKind) -> String {
        match kind {
            OfferKind::Proposal => self.under(path::PROPOSALS),
            OfferKind::Estimate => self.under(path::ESTIMATES),
        }
    }

    pub(crate) fn offer(&self, kind: OfferKind, id: &str) -> String {
        match kind {
            OfferKind::Proposal => self.with(path::PROPOSAL, "{id}", id),
            OfferKind::Estimate => self.with(path::ESTIMATE, "{id}", id),
        }
    }

    pub(crate) fn offer_pdf(&self, kind: OfferKind, id: &str) -> String {
        match kind {
            OfferKind::Proposal => self.with(path::PROPOSAL_PDF, "{id}", id),
            OfferKind::Estimate => self.with(path::ESTIMATE_PDF, "{id}", id),
        }
    }

    /// The page that asks once more before an answer is given, and takes it.
    pub(crate) fn offer_answer(&self, kind: OfferKind, answer: Answer, id: &str) -> String {
        let path = match (kind, answer) {
            (OfferKind::Proposal, Answer::Accepted) => path::PROPOSAL_ACCEPT,
            (OfferKind::Proposal, Answer::Declined) => path::PROPOSAL_DECLINE,
            (OfferKind::Estimate, Answer::Accepted) => path::ESTIMATE_ACCEPT,
            (OfferKind::Estimate, Answer::Declined) => path::ESTIMATE_REJECT,
        };
        self.with(path, "{id}", id)
    }

    /// The page behind a mailed link to an offer.
    pub(crate) fn offer_link(&self, token: &str) -> String {
        self.with(path::OFFER_LINK, "{token}", token)
    }

    pub(crate) fn offer_link_pdf(&self, token: &str) -> String {
        self.with(path::OFFER_LINK_PDF, "{token}", token)
    }

    /// The page that asks once more, behind a mailed link.
    pub(crate) fn offer_link_answer(&self, answer: Answer, token: &str) -> String {
        let path = match answer {
            Answer::Accepted => path::OFFER_LINK_ACCEPT,
            Answer::Declined => path::OFFER_LINK_DECLINE,
        };
        self.with(path, "{token}", token)
    }

    pub(crate) fn contracts(&self) -> String {
        self.under(path::CONTRACTS)
    }

    pub(crate) fn contract(&self, id: &str) -> String {
        self.with(path::CONTRACT, "{id}", id)
    }

    /// What is read and signed.
    pub(crate) fn contract_pdf(&self, id: &str) -> String {
        self.with(path::CONTRACT_PDF, "{id}", id)
    }

    /// The sealed copy.
    pub(crate) fn contract_signed(&self, id: &str) -> String {
        self.with(path::CONTRACT_SIGNED, "{id}", id)
    }

    pub(crate) fn sign(&self, contract: &str) -> String {
        self.with(path::SIGN, "{id}", contract)
    }

    pub(crate) fn decline(&self, contract: &str) -> String {
        self.with(path::DECLINE, "{id}", contract)
    }

    /// The terms of electronic signature.
    pub(crate) fn signing_terms(&self) -> String {
        self.under(path::SIGNING_TERMS)
    }

    /// The page on which anybody checks a signed copy.
    pub(crate) fn verify(&self) -> String {
        self.under(path::VERIFY)
    }

    pub(crate) fn documents(&self) -> String {
        self.under(path::DOCUMENTS)
    }

    pub(crate) fn document(&self, id: &str) -> String {
        self.with(path::DOCUMENT, "{id}", id)
    }

    /// The file as a browser shows it, in a sandbox.
    pub(crate) fn document_preview(&self, id: &str) -> String {
        self.with(path::DOCUMENT_PREVIEW, "{id}", id)
    }

    pub(crate) fn document_download(&self, id: &str) -> String {
        self.with(path::DOCUMENT_DOWNLOAD, "{id}", id)
    }

    pub(crate) fn vault(&self) -> String {
        self.under(path::VAULT)
    }

    /// Where the password is given again.
    pub(crate) fn vault_unlock(&self) -> String {
        self.under(path::VAULT_UNLOCK)
    }

    pub(crate) fn vault_log(&self) -> String {
        self.under(path::VAULT_LOG)
    }

    pub(crate) fn vault_item(&self, id: &str) -> String {
        self.with(path::VAULT_ITEM, "{id}", id)
    }

    /// Where a short secret is asked to be shown.
    pub(crate) fn vault_show(&self, id: &str) -> String {
        self.with(path::VAULT_SHOW, "{id}", id)
    }

    pub(crate) fn vault_download(&self, id: &str) -> String {
        self.with(path::VAULT_DOWNLOAD, "{id}", id)
    }

    /// The archive of everything the contact may see.
    pub(crate) fn take_out(&self) -> String {
        self.under(path::TAKE_OUT)
    }

    pub(crate) fn library(&self) -> String {
        self.under(path::LIBRARY)
    }

    pub(crate) fn article(&self, slug: &str) -> String {
        self.with(path::ARTICLE, "{slug}", slug)
    }

    pub(crate) fn profile(&self) -> String {
        self.under(path::PROFILE)
    }

    pub(crate) fn password(&self) -> String {
        self.under(path::PASSWORD)
    }

    pub(crate) fn preferences(&self) -> String {
        self.under(path::PREFERENCES)
    }

    pub(crate) fn end_session(&self, session: &str) -> String {
        self.with(path::END_SESSION, "{id}", session)
    }

    pub(crate) fn end_other_sessions(&self) -> String {
        self.under(path::END_OTHER_SESSIONS)
    }

    pub(crate) fn asset(&self, name: &str) -> String {
        self.with(path::ASSET, "{name}", name)
    }

    /// The address of a section by its path, as [`path`] lists them.
    pub(crate) fn under(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn with(&self, path: &str, hole: &str, value: &str) -> String {
        let (before, after) = path.split_once(hole).unwrap_or((path, ""));
        let most = self.base.len() + path.len() + value.len();
        let mut address = String::with_capacity(most);
        address.push_str(&self.base);
        address.push_str(before);
        encode(value, &mut address);
        address.push_str(after);
        address
    }
}

/// Neither another site (`//evil.example`, `/\\evil.example`) nor a line of its own.
fn is_safe_prefix(path: &str) -> bool {
    let rooted = path.is_empty() || path.starts_with('/');
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    rooted && !path.starts_with("//") && path.bytes().all(plain)
}

/// Appends one query parameter to an address.
pub(crate) fn with_query(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    let mut whole = format!("{address}{joint}{name}=");
    encode(value, &mut whole);
    whole
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encode(value: &str, to: &mut String) {
    let is_unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if value.bytes().all(is_unreserved) {
        return to.push_str(value);
    }
    for byte in value.bytes() {
        match is_unreserved(byte) {
            true => to.push(char::from(byte)),
            false => to.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_the_mount_prefix_once() {
        assert_eq!(Urls::new("").dashboard(), "/dashboard");
        assert_eq!(
            Urls::new("/portal/").invoice("inv_1"),
            "/portal/invoices/inv_1"
        );
    }

    #[test]
    fn a_value_cannot_leave_its_segment() {
        let link = Urls::new("/p").invoice("../x?a=b#c\"é");
        assert_eq!(link, "/p/invoices/..%2Fx%3Fa%3Db%23c%22%C3%A9");
    }

    #[test]
    fn query_parameters_join() {
        let list = with_query("/p/invoices", "status", "overdue");
        assert_eq!(
            with_query(&list, "after", "a b"),
            "/p/invoices?status=overdue&after=a%20b"
        );
    }

    #[test]
    fn only_an_address_of_the_portal_may_follow_signing_in() {
        for base in ["", "/portal"] {
            let urls = Urls::new(base);
            for inside in ["/invoices", "/invoices?status=paid&after=a%20b", "/profile"] {
                assert!(urls.holds(&format!("{base}{inside}")), "{base}{inside}");
            }
            for outside in [
                "",
                "invoices",
                "//evil.example/portal",
                "/\\evil.example",
                "/\t/evil.example",
                "/\n/evil.example",
                "\\\\evil.example",
                "https://evil.example/portal/",
                "javascript:alert(1)",
                "/../invoices",
                "/./invoices",
                "/invoices\r\nset-cookie: a=b",
                "/é",
            ] {
                assert!(!urls.holds(outside), "{base}: {outside:?}");
                let below = format!("{base}{outside}");
                assert!(
                    outside == "//evil.example/portal" || !urls.holds(&below),
                    "{below:?}"
                );
            }
        }
        assert!(!Urls::new("/portal").holds("/portalx"));
    }
}
