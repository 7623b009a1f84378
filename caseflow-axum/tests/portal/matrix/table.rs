//! What each route is, and what answers it well.

use axum::http::Method;
use caseflow_core::domain::access::Section;

/// What a route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something for everybody.
    Open,
    /// Something of the contact who is signed in.
    Own,
    /// The same, in a section.
    Section(Section),
    /// A record of a client, perhaps in a section.
    Record(Option<Section>),
    /// A record of the firm for all its contacts, in a section that the firm alone closes.
    Told(Section),
    /// Something of the firm whose key it is.
    Firm,
    /// A record of the firm.
    FirmRecord,
}

/// One route.
#[derive(Debug)]
pub(super) struct Line {
    /// Verb and path, below the mounts of the test.
    pub(super) route: &'static str,
    pub(super) kind: Kind,
    /// The status with which whoever it is made for is answered.
    pub(super) well: u16,
}

const fn line(route: &'static str, kind: Kind, well: u16) -> Line {
    Line { route, kind, well }
}

const INVOICES: Kind = Kind::Section(Section::Invoices);
const INVOICE: Kind = Kind::Record(Some(Section::Invoices));
const PROPOSALS: Kind = Kind::Section(Section::Proposals);
const PROPOSAL: Kind = Kind::Record(Some(Section::Proposals));
const ESTIMATES: Kind = Kind::Section(Section::Estimates);
const ESTIMATE: Kind = Kind::Record(Some(Section::Estimates));
const CONTRACTS: Kind = Kind::Section(Section::Contracts);
const CONTRACT: Kind = Kind::Record(Some(Section::Contracts));
const DOCUMENTS: Kind = Kind::Section(Section::Documents);
const DOCUMENT: Kind = Kind::Record(Some(Section::Documents));
const VAULT: Kind = Kind::Section(Section::Vault);
const VAULT_ITEM: Kind = Kind::Record(Some(Section::Vault));
const LIBRARY: Kind = Kind::Section(Section::Library);
const ARTICLE: Kind = Kind::Told(Section::Library);
const SESSION: Kind = Kind::Record(None);
const ANNOUNCEMENT: Kind = Kind::Record(None);

pub(super) const TABLE: &[Line] = &[
    // The portal's pages.
    line("GET /portal/", Kind::Open, 303),
    line("GET /portal/assets/{name}", Kind::Open, 200),
    line("GET /portal/login", Kind::Open, 200),
    line("POST /portal/login", Kind::Open, 303),
    line("GET /portal/logout", Kind::Open, 200),
    line("POST /portal/logout", Kind::Open, 303),
    line("GET /portal/forgot-password", Kind::Open, 200),
    line("POST /portal/forgot-password", Kind::Open, 200),
    line("GET /portal/set-password/{token}", Kind::Open, 200),
    line("POST /portal/set-password/{token}", Kind::Open, 303),
    line("GET /portal/confirm-email/{token}", Kind::Open, 200),
    line("POST /portal/confirm-email/{token}", Kind::Open, 303),
    line("GET /portal/preview", Kind::Open, 200),
    line("GET /portal/preview/{token}", Kind::Open, 200),
    line("POST /portal/preview/{token}", Kind::Open, 303),
    line("GET /portal/dashboard", Kind::Own, 200),
    line("GET /portal/profile", Kind::Own, 200),
    line("POST /portal/profile", Kind::Own, 303),
    line("GET /portal/profile/password", Kind::Own, 200),
    line("POST /portal/profile/password", Kind::Own, 303),
    line("POST /portal/profile/preferences", Kind::Own, 303),
    line("GET /portal/profile/take-out", Kind::Own, 200),
    line("POST /portal/profile/take-out", Kind::Own, 200),
    line("POST /portal/profile/sessions/{id}/end", SESSION, 303),
    line("POST /portal/profile/sessions/end-others", Kind::Own, 303),
    line("GET /portal/library", LIBRARY, 200),
    line("GET /portal/library/{slug}", ARTICLE, 200),
    line("GET /portal/invoices", INVOICES, 200),
    line("GET /portal/invoices/{id}", INVOICE, 200),
    line("POST /portal/announcements/{id}/dismiss", ANNOUNCEMENT, 303),
    line("GET /portal/invoices/{id}/pdf", INVOICE, 200),
    line("GET /portal/payments", INVOICES, 200),
    line("GET /portal/payments/{id}/receipt", INVOICE, 200),
    line("GET /portal/payments/statement", INVOICES, 200),
    line("POST /portal/invoices/{id}/pay", INVOICE, 303),
    line("GET /portal/payments/attempts/{id}", INVOICE, 200),
    line("GET /portal/payments/attempts/{id}/form", INVOICE, 303),
    line("GET /portal/payments/reversals/{id}/note", INVOICE, 200),
    line("GET /portal/proposals", PROPOSALS, 200),
    line("GET /portal/proposals/{id}", PROPOSAL, 200),
    line("GET /portal/proposals/{id}/pdf", PROPOSAL, 200),
    line("GET /portal/proposals/{id}/accept", PROPOSAL, 303),
    line("POST /portal/proposals/{id}/accept", PROPOSAL, 303),
    line("GET /portal/proposals/{id}/decline", PROPOSAL, 303),
    line("POST /portal/proposals/{id}/decline", PROPOSAL, 303),
    line("GET /portal/estimates", ESTIMATES, 200),
    line("GET /portal/estimates/{id}", ESTIMATE, 200),
    line("GET /portal/estimates/{id}/pdf", ESTIMATE, 200),
    line("GET /portal/estimates/{id}/accept", ESTIMATE, 303),
    line("POST /portal/estimates/{id}/accept", ESTIMATE, 303),
    line("GET /portal/estimates/{id}/reject", ESTIMATE, 303),
    line("POST /portal/estimates/{id}/reject", ESTIMATE, 303),
    line("GET /portal/l/{token}", Kind::Open, 200),
    line("GET /portal/l/{token}/pdf", Kind::Open, 200),
    line("GET /portal/l/{token}/accept", Kind::Open, 303),
    line("POST /portal/l/{token}/accept", Kind::Open, 303),
    line("GET /portal/l/{token}/decline", Kind::Open, 303),
    line("POST /portal/l/{token}/decline", Kind::Open, 303),
    line("GET /portal/contracts", CONTRACTS, 200),
    line("GET /portal/contracts/{id}", CONTRACT, 200),
    line("GET /portal/contracts/{id}/pdf", CONTRACT, 200),
    line("GET /portal/contracts/{id}/signed", CONTRACT, 200),
    line("POST /portal/contracts/{id}/sign", CONTRACT, 303),
    line("GET /portal/contracts/{id}/decline", CONTRACT, 200),
    line("POST /portal/contracts/{id}/decline", CONTRACT, 303),
    line("GET /portal/documents", DOCUMENTS, 200),
    line("GET /portal/documents/{id}", DOCUMENT, 200),
    line("GET /portal/documents/{id}/preview", DOCUMENT, 200),
    line("GET /portal/documents/{id}/download", DOCUMENT, 200),
    line("GET /portal/vault", VAULT, 200),
    line("GET /portal/vault/unlock", VAULT, 200),
    line("POST /portal/vault/unlock", VAULT, 303),
    line("GET /portal/vault/log", VAULT, 200),
    line("GET /portal/vault/{id}", VAULT_ITEM, 200),
    line("POST /portal/vault/{id}/show", VAULT_ITEM, 200),
    line("GET /portal/vault/{id}/download", VAULT_ITEM, 200),
    line("GET /portal/signing-terms", Kind::Open, 200),
    line("GET /portal/verify", Kind::Open, 200),
    line("POST /portal/verify", Kind::Open, 200),
    line("POST /portal/webhooks/{gateway}", Kind::Open, 200),
    // The client's API.
    line("GET /portal/api/openapi.json", Kind::Open, 200),
    line("POST /portal/api/v1/session", Kind::Open, 201),
    line("DELETE /portal/api/v1/session", Kind::Own, 204),
    line("POST /portal/api/v1/forgot-password", Kind::Open, 202),
    line("GET /portal/api/v1/me", Kind::Own, 200),
    line("PATCH /portal/api/v1/profile", Kind::Own, 200),
    line("PUT /portal/api/v1/profile/password", Kind::Own, 204),
    line("PATCH /portal/api/v1/profile/preferences", Kind::Own, 204),
    line("POST /portal/api/v1/take-out", Kind::Own, 200),
    line("GET /portal/api/v1/sessions", Kind::Own, 200),
    line("DELETE /portal/api/v1/sessions", Kind::Own, 204),
    line("DELETE /portal/api/v1/sessions/{id}", SESSION, 204),
    line("GET /portal/api/v1/library", LIBRARY, 200),
    line("GET /portal/api/v1/library/{slug}", ARTICLE, 200),
    line("GET /portal/api/v1/dashboard", Kind::Own, 200),
    line("GET /portal/api/v1/invoices", INVOICES, 200),
    line("GET /portal/api/v1/invoices/{id}", INVOICE, 200),
    line("GET /portal/api/v1/invoices/{id}/pdf", INVOICE, 200),
    line("POST /portal/api/v1/invoices/{id}/pay", INVOICE, 200),
    line("GET /portal/api/v1/proposals", PROPOSALS, 200),
    line("GET /portal/api/v1/proposals/{id}", PROPOSAL, 200),
    line("GET /portal/api/v1/proposals/{id}/pdf", PROPOSAL, 200),
    line("POST /portal/api/v1/proposals/{id}/decision", PROPOSAL, 200),
    line("GET /portal/api/v1/estimates", ESTIMATES, 200),
    line("GET /portal/api/v1/estimates/{id}", ESTIMATE, 200),
    line("GET /portal/api/v1/estimates/{id}/pdf", ESTIMATE, 200),
    line("POST /portal/api/v1/estimates/{id}/decision", ESTIMATE, 200),
    line("GET /portal/api/v1/payments", INVOICES, 200),
    line("GET /portal/api/v1/payments/attempts/{id}", INVOICE, 200),
    line(
        "GET /portal/api/v1/payments/reversals/{id}/note",
        INVOICE,
        200,
    ),
    line("GET /portal/api/v1/payments/{id}/receipt", INVOICE, 200),
    line("GET /portal/api/v1/payments/statement", INVOICES, 200),
    line(
        "POST /portal/api/v1/announcements/{id}/dismiss",
        ANNOUNCEMENT,
        204,
    ),
    line("GET /portal/api/v1/contracts", CONTRACTS, 200),
    line("GET /portal/api/v1/contracts/{id}", CONTRACT, 200),
    line("GET /portal/api/v1/contracts/{id}/pdf", CONTRACT, 200),
    line("GET /portal/api/v1/contracts/{id}/signed", CONTRACT, 200),
    line("POST /portal/api/v1/contracts/{id}/sign", CONTRACT, 200),
    line("POST /portal/api/v1/contracts/{id}/decline", CONTRACT, 200),
    line("GET /portal/api/v1/documents", DOCUMENTS, 200),
    line("GET /portal/api/v1/documents/{id}", DOCUMENT, 200),
    line("GET /portal/api/v1/documents/{id}/content", DOCUMENT, 200),
    line("GET /portal/api/v1/vault", VAULT, 200),
    line("POST /portal/api/v1/vault/unlock", VAULT, 204),
    line("GET /portal/api/v1/vault/log", VAULT, 200),
    line("GET /portal/api/v1/vault/{id}", VAULT_ITEM, 200),
    line("POST /portal/api/v1/vault/{id}/show", VAULT_ITEM, 200),
    line("GET /portal/api/v1/vault/{id}/content", VAULT_ITEM, 200),
    line("POST /portal/api/v1/verify", Kind::Open, 200),
    // The firm's API.
    line("GET /firm/api/openapi.json", Kind::Firm, 200),
    line("GET /firm/api/v1/firm", Kind::Firm, 200),
    line("PATCH /firm/api/v1/firm", Kind::Firm, 200),
    line("PUT /firm/api/v1/firm/logo", Kind::Firm, 200),
    line("DELETE /firm/api/v1/firm/logo", Kind::Firm, 200),
    line("GET /firm/api/v1/clients", Kind::Firm, 200),
    line("POST /firm/api/v1/clients", Kind::Firm, 201),
    line("GET /firm/api/v1/clients/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/clients/{id}", Kind::FirmRecord, 200),
    line(
        "GET /firm/api/v1/clients/{id}/statement",
        Kind::FirmRecord,
        200,
    ),
    line(
        "GET /firm/api/v1/clients/{id}/contacts",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/clients/{id}/contacts",
        Kind::FirmRecord,
        201,
    ),
    line("GET /firm/api/v1/contacts/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/contacts/{id}", Kind::FirmRecord, 200),
    line("DELETE /firm/api/v1/contacts/{id}", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/contacts/{id}/access",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/contacts/{id}/preview",
        Kind::FirmRecord,
        201,
    ),
    line("GET /firm/api/v1/invoices", Kind::Firm, 200),
    line("POST /firm/api/v1/invoices", Kind::Firm, 201),
    line("GET /firm/api/v1/invoices/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/invoices/{id}", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/invoices/{id}/pdf", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/invoices/{id}/issue",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/invoices/{id}/cancel",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/invoices/{id}/credits",
        Kind::FirmRecord,
        201,
    ),
    line(
        "POST /firm/api/v1/invoices/{id}/payments",
        Kind::FirmRecord,
        201,
    ),
    line("GET /firm/api/v1/offers", Kind::Firm, 200),
    line("POST /firm/api/v1/offers", Kind::Firm, 201),
    line("GET /firm/api/v1/offers/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/offers/{id}", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/offers/{id}/pdf", Kind::FirmRecord, 200),
    line("POST /firm/api/v1/offers/{id}/send", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/offers/{id}/withdraw",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/offers/{id}/links", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/offers/{id}/links/{link}/revoke",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/payments", Kind::Firm, 200),
    line("GET /firm/api/v1/payments/{id}", Kind::FirmRecord, 200),
    line(
        "GET /firm/api/v1/payments/{id}/receipt",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/payments/{id}/void",
        Kind::FirmRecord,
        200,
    ),
    line(
        "GET /firm/api/v1/payments/{id}/refunds",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/payments/{id}/refunds",
        Kind::FirmRecord,
        201,
    ),
    line(
        "GET /firm/api/v1/reversals/{id}/note",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/gateways", Kind::Firm, 200),
    line("GET /firm/api/v1/attempts", Kind::Firm, 200),
    line("GET /firm/api/v1/attempts/{id}", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/alerts", Kind::Firm, 200),
    line("GET /firm/api/v1/alerts/{id}", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/alerts/{id}/settle",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/mails", Kind::Firm, 200),
    line("GET /firm/api/v1/mails/{id}", Kind::FirmRecord, 200),
    line("POST /firm/api/v1/mails/{id}/retry", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/contracts", Kind::Firm, 200),
    line("POST /firm/api/v1/contracts", Kind::Firm, 201),
    line("GET /firm/api/v1/contracts/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/contracts/{id}", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/contracts/{id}/pdf", Kind::FirmRecord, 200),
    line(
        "GET /firm/api/v1/contracts/{id}/signed",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/contracts/{id}/send",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/contracts/{id}/withdraw",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/contracts/{id}/paper-signature",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/documents", Kind::Firm, 200),
    line("POST /firm/api/v1/documents", Kind::Firm, 201),
    line("GET /firm/api/v1/documents/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/documents/{id}", Kind::FirmRecord, 200),
    line("DELETE /firm/api/v1/documents/{id}", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/documents/{id}/versions",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/documents/{id}/share",
        Kind::FirmRecord,
        200,
    ),
    line(
        "POST /firm/api/v1/documents/{id}/unshare",
        Kind::FirmRecord,
        200,
    ),
    line(
        "GET /firm/api/v1/documents/{id}/versions/{number}/content",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/clients/{id}/vault", Kind::FirmRecord, 200),
    line(
        "GET /firm/api/v1/clients/{id}/vault/log",
        Kind::FirmRecord,
        200,
    ),
    line("POST /firm/api/v1/vault/files", Kind::Firm, 201),
    line("POST /firm/api/v1/vault/secrets", Kind::Firm, 201),
    line("GET /firm/api/v1/vault/{id}", Kind::FirmRecord, 200),
    line("DELETE /firm/api/v1/vault/{id}", Kind::FirmRecord, 200),
    line("GET /firm/api/v1/vault/{id}/content", Kind::FirmRecord, 200),
    line("POST /firm/api/v1/vault/{id}/file", Kind::FirmRecord, 200),
    line("POST /firm/api/v1/vault/{id}/secret", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/vault/{id}/contacts",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/articles", Kind::Firm, 200),
    line("POST /firm/api/v1/articles", Kind::Firm, 201),
    line("GET /firm/api/v1/articles/{id}", Kind::FirmRecord, 200),
    line("PATCH /firm/api/v1/articles/{id}", Kind::FirmRecord, 200),
    line(
        "POST /firm/api/v1/articles/{id}/stage",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/announcements", Kind::Firm, 200),
    line("POST /firm/api/v1/announcements", Kind::Firm, 201),
    line("GET /firm/api/v1/announcements/{id}", Kind::FirmRecord, 200),
    line(
        "PATCH /firm/api/v1/announcements/{id}",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/api-keys", Kind::Firm, 200),
    line("POST /firm/api/v1/api-keys", Kind::Firm, 201),
    line(
        "POST /firm/api/v1/api-keys/{id}/revoke",
        Kind::FirmRecord,
        200,
    ),
    line("GET /firm/api/v1/audit", Kind::Firm, 200),
    line("GET /firm/api/v1/audit/check", Kind::Firm, 200),
];

impl Line {
    pub(super) fn method(&self) -> Method {
        let (verb, _) = self.route.split_once(' ').unwrap();
        verb.parse().unwrap()
    }

    pub(super) fn path(&self) -> &'static str {
        let (_, path) = self.route.split_once(' ').unwrap();
        path
    }

    pub(super) fn writes(&self) -> bool {
        self.method() != Method::GET
    }

    pub(super) fn is_page(&self) -> bool {
        !self.path().contains("/api/")
    }

    /// Whether what it leads to is a payment, or belongs to one.
    pub(super) fn is_about_payments(&self) -> bool {
        let records = ["/payments/{id}", "/attempts/{id}", "/reversals/{id}"];
        records.iter().any(|record| self.path().contains(record))
    }

    /// Whether what it leads to is a session.
    pub(super) fn is_about_sessions(&self) -> bool {
        self.path().contains("/sessions/{id}")
    }

    /// Whether a proposal or an estimate is answered there.
    pub(super) fn decides(&self) -> bool {
        let ends = ["/accept", "/decline", "/reject", "/decision"];
        let is_offers = !self.path().contains("/contracts/");
        is_offers && self.writes() && ends.iter().any(|end| self.path().ends_with(end))
    }

    /// Whether a contract is signed or declined there.
    pub(super) fn signs(&self) -> bool {
        let ends = ["/contracts/{id}/sign", "/contracts/{id}/decline"];
        self.writes() && ends.iter().any(|end| self.path().ends_with(end))
    }

    /// Whether a file is handed in there, with details.
    pub(super) fn hands_in(&self) -> bool {
        let ends = ["/documents", "/versions", "/vault/files", "/file"];
        self.writes() && ends.iter().any(|end| self.path().ends_with(end))
    }

    /// Whether it leads to what no draft has.
    pub(super) fn is_never_a_drafts(&self) -> bool {
        let is_signed = self.path().ends_with("/signed");
        self.is_about_payments() || is_signed || self.is_of_vault()
    }

    /// Whether it leads to a vault, which no key opens that is not made for it.
    pub(super) fn is_of_vault(&self) -> bool {
        self.path().contains("/vault")
    }

    /// Whether it belongs to the firm's API.
    pub(super) fn is_firms(&self) -> bool {
        matches!(self.kind, Kind::Firm | Kind::FirmRecord)
    }

    /// Whether the address takes this verb, by this line or another one.
    pub(super) fn takes(&self, verb: &Method) -> bool {
        let verb = if verb == Method::HEAD {
            &Method::GET
        } else {
            verb
        };
        let mut here = TABLE.iter().filter(|line| line.path() == self.path());
        here.any(|line| line.method() == *verb)
    }

    /// The section that a permission opens.
    pub(super) fn section(&self) -> Option<Section> {
        match self.kind {
            Kind::Section(section) | Kind::Record(Some(section)) | Kind::Told(section) => {
                Some(section)
            }
            Kind::Open | Kind::Own | Kind::Record(None) | Kind::Firm | Kind::FirmRecord => None,
        }
    }
}
