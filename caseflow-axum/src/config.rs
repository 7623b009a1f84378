//! What a host says once: the ports, which firm a request is for, and how the portal behaves.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::http::header::HOST;
use axum::http::request::Parts;
use caseflow_core::domain::id::FirmId;
use caseflow_core::{Error, Ports};

use crate::origin::TrustedProxies;
use crate::session::Cookies;

/// A portal, ready to be made a router. Filled by literal, so that a host sees each choice.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Where records live, how mail leaves, what time it is.
    pub ports: Ports,
    /// Which firm a request is for.
    pub firms: Arc<dyn FirmResolver>,
    /// How the portal behaves.
    pub settings: Settings,
}

/// How a portal behaves. The default is the strictest: own sign-in, secure cookies, no proxies.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Who signs contacts in.
    pub sign_in: SignIn,
    /// How the session cookie is set.
    pub cookies: Cookies,
    /// The proxies whose `X-Forwarded-For` and `X-Forwarded-Prefix` are believed.
    pub proxies: TrustedProxies,
    /// `max-age` of `Strict-Transport-Security`. None by default: the header binds every program
    /// on the host's domain, so the host decides.
    pub hsts: Option<Duration>,
    /// Whether `/api/openapi.json` is served.
    pub openapi: OpenApi,
    /// How many of the portal's pages are kept between requests.
    pub page_memory: PageMemory,
    /// The most bytes that a file may have which the firm hands in.
    pub largest_upload: LargestUpload,
}

/// The most bytes of a file that the firm hands in for a client: 1 GiB unless something else is said.
/// Files pass through in pieces, so that a larger limit costs no memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LargestUpload(pub u64);

impl Default for LargestUpload {
    fn default() -> Self {
        Self(1 << 30)
    }
}

/// How many bytes of pages a router keeps between requests: 64 MiB unless something else is said, none
/// with [`OFF`](Self::OFF).
///
/// A page takes 10 to 20 KB. Contacts see the same with and without: a page is shown again only after
/// a read has told that it is what would be made now. That read costs a fraction of what the page
/// does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageMemory(pub usize);

impl PageMemory {
    /// Every page is made anew.
    pub const OFF: Self = Self(0);
}

impl Default for PageMemory {
    fn default() -> Self {
        Self(64 << 20)
    }
}

/// Whether the OpenAPI document of a router is served, at `/api/openapi.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OpenApi {
    /// It is not: the address answers 404.
    #[default]
    Hidden,
    /// It is.
    Served,
}

/// Who signs contacts in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SignIn {
    /// The portal, with e-mail and password.
    #[default]
    Passwords,
    /// The host, which puts a [`HostIdentity`](crate::HostIdentity) into the request's extensions.
    /// The portal's own pages for passwords answer 404.
    Host {
        /// Where somebody who is not signed in is sent; `next` is added to its query.
        login: String,
        /// Where somebody is sent after asking to sign out.
        logout: String,
    },
}

/// Says which firm's portal a request asks for.
///
/// # Contract
/// * The answer depends on the request alone, never on who is signed in.
/// * [`Error::NotFound`] when the request is for no firm: every address answers 404.
///
/// ```
/// use async_trait::async_trait;
/// use axum::http::request::Parts;
/// use caseflow_axum::FirmResolver;
/// use caseflow_core::{Error, domain::id::FirmId};
///
/// /// The firm whose id a gateway wrote into a header of its own.
/// #[derive(Debug)]
/// struct ByGateway;
///
/// #[async_trait]
/// impl FirmResolver for ByGateway {
///     async fn firm(&self, request: &mut Parts) -> Result<FirmId, Error> {
///         let named = request.headers.get("x-firm").and_then(|name| name.to_str().ok());
///         named.and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
///     }
/// }
/// ```
#[async_trait]
pub trait FirmResolver: fmt::Debug + Send + Sync {
    /// The firm of this request.
    async fn firm(&self, request: &mut Parts) -> Result<FirmId, Error>;
}

/// One firm, whatever the request.
#[derive(Debug, Clone, Copy)]
pub struct FixedFirm(pub FirmId);

#[async_trait]
impl FirmResolver for FixedFirm {
    async fn firm(&self, _: &mut Parts) -> Result<FirmId, Error> {
        Ok(self.0)
    }
}

/// The firm whose id stands in this path parameter of the prefix: with `FirmInPath("firm")` the
/// portal is nested under `/f/{firm}`. Any name but those that
/// [`ROUTES`](crate::ROUTES) use.
#[derive(Debug, Clone)]
pub struct FirmInPath(pub String);

#[async_trait]
impl FirmResolver for FirmInPath {
    async fn firm(&self, request: &mut Parts) -> Result<FirmId, Error> {
        let params = RawPathParams::from_request_parts(request, &()).await;
        let params = params.map_err(|_| Error::NotFound)?;
        let named = params.iter().find(|(name, _)| *name == self.0);
        named
            .and_then(|(_, id)| id.parse().ok())
            .ok_or(Error::NotFound)
    }
}

/// The firm of the host name in the address, in lower case and without port.
#[derive(Debug, Clone, Default)]
pub struct FirmsByHost(pub HashMap<String, FirmId>);

#[async_trait]
impl FirmResolver for FirmsByHost {
    async fn firm(&self, request: &mut Parts) -> Result<FirmId, Error> {
        let host = authority(request).ok_or(Error::NotFound)?;
        let name = without_port(host).to_ascii_lowercase();
        self.0.get(&name).copied().ok_or(Error::NotFound)
    }
}

/// No firm by the request alone: the API key names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoFirm;

#[async_trait]
impl FirmResolver for NoFirm {
    async fn firm(&self, _: &mut Parts) -> Result<FirmId, Error> {
        Err(Error::NotFound)
    }
}

/// Host and port that the request was sent to.
pub(crate) fn authority(request: &Parts) -> Option<&str> {
    let named = request.headers.get(HOST);
    named.and_then(|host| host.to_str().ok()).or_else(|| {
        let authority = request.uri.authority();
        authority.map(axum::http::uri::Authority::as_str)
    })
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_loses_its_port_alone() {
        assert_eq!(without_port("portal.example:8443"), "portal.example");
        assert_eq!(without_port("portal.example"), "portal.example");
        assert_eq!(without_port("[::1]:80"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
    }
}
