//! Every address of the portal, once: the paths for routing, and links with the mount prefix.

#![cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the handlers that route these paths follow the pages"
    )
)]

/// Paths inside the mount, in the router's own syntax.
pub(crate) mod path {
    pub(crate) const LOGIN: &str = "/login";
    pub(crate) const LOGOUT: &str = "/logout";
    pub(crate) const FORGOT_PASSWORD: &str = "/forgot-password";
    pub(crate) const SET_PASSWORD: &str = "/set-password/{token}";
    pub(crate) const DASHBOARD: &str = "/dashboard";
    pub(crate) const DISMISS: &str = "/announcements/{id}/dismiss";
    pub(crate) const INVOICES: &str = "/invoices";
    pub(crate) const INVOICE: &str = "/invoices/{id}";
    pub(crate) const PAYMENTS: &str = "/payments";
    pub(crate) const PROPOSALS: &str = "/proposals";
    pub(crate) const CONTRACTS: &str = "/contracts";
    pub(crate) const ESTIMATES: &str = "/estimates";
    pub(crate) const DOCUMENTS: &str = "/documents";
    pub(crate) const LIBRARY: &str = "/library";
    pub(crate) const PROFILE: &str = "/profile";
    pub(crate) const ASSET: &str = "/assets/{name}";
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

    pub(crate) fn payments(&self) -> String {
        self.under(path::PAYMENTS)
    }

    pub(crate) fn asset(&self, name: &str) -> String {
        self.with(path::ASSET, "{name}", name)
    }

    /// The address of a section by its path, as [`path`] lists them.
    pub(crate) fn under(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn with(&self, path: &str, hole: &str, value: &str) -> String {
        self.under(&path.replace(hole, &encode(value)))
    }
}

/// Appends one query parameter to an address.
pub(crate) fn with_query(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{name}={}", encode(value))
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
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
}
