//! How a request says who is signed in: by the portal's cookie, or by the host's word; and in which
//! browsers somebody has signed in before.

use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use caseflow_core::domain::access::Visitor;
use caseflow_core::domain::device::KnownDevice;
use caseflow_core::domain::firm::PortalUrl;
use caseflow_core::domain::id::{ContactId, FirmId};
use caseflow_core::domain::secret::Secret;
use caseflow_core::domain::session::PREVIEW;
use caseflow_core::domain::time::Timestamp;

use crate::config::{Settings, SignIn};

/// A contact that the host itself has signed in. A middleware of the host puts it into the
/// request's extensions; it counts under [`SignIn::Host`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostIdentity {
    /// The contact. Of another firm than the request's, it is nobody.
    pub contact: ContactId,
    /// When they last proved who they are.
    pub authenticated_at: Timestamp,
}

/// How the session cookie is set, and beside it that of a preview by staff and the mark of a browser in
/// which somebody has signed in before.
///
/// Their names end with the firm's id, so that several portals may share an origin and a cookie of
/// one means nothing to another. The session's holds 256 random bits and nothing else; the mark signs
/// nobody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookies {
    name: String,
    transport: Transport,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    Secure,
    PlainOnLoopback,
}

/// Why a text is not a cookie's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cookie's name has 1 to 40 letters, digits, `-` and `_`")]
pub struct CookieNameError;

/// Why cookies may not be sent in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("plain cookies are for http on localhost, 127.0.0.1 or [::1] alone")]
pub struct NotLoopback;

impl Default for Cookies {
    /// `__Host-caseflow-<firm>`, sent over https only.
    fn default() -> Self {
        Self {
            name: "caseflow".to_owned(),
            transport: Transport::Secure,
        }
    }
}

impl Cookies {
    /// For development: without `Secure`, which Safari refuses on `http://localhost`.
    ///
    /// # Errors
    /// When `portal` is not an `http` address on the machine itself.
    pub fn plain_on_loopback(portal: &PortalUrl) -> Result<Self, NotLoopback> {
        let host = portal.origin().strip_prefix("http://").ok_or(NotLoopback)?;
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        if !["localhost", "127.0.0.1", "[::1]"].contains(&name) {
            return Err(NotLoopback);
        }
        Ok(Self {
            transport: Transport::PlainOnLoopback,
            ..Self::default()
        })
    }

    /// The same under another name than `caseflow`, where a host has two portals of one firm.
    ///
    /// # Errors
    /// When `name` is not 1 to 40 letters, digits, `-` and `_`.
    pub fn named(self, name: &str) -> Result<Self, CookieNameError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !(1..=40).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(CookieNameError);
        }
        Ok(Self {
            name: name.to_owned(),
            ..self
        })
    }

    /// The header that hands a session's secret to the browser.
    pub(crate) fn set(&self, firm: FirmId, token: &Secret) -> Option<HeaderValue> {
        self.header(SESSION, firm, &token.reveal(), "")
    }

    /// The header that makes the browser forget the session.
    pub(crate) fn clear(&self, firm: FirmId) -> Option<HeaderValue> {
        self.header(SESSION, firm, "", "; Max-Age=0")
    }

    /// The session's secret that came with the request.
    pub(crate) fn read(&self, firm: FirmId, headers: &HeaderMap) -> Option<Secret> {
        self.find(SESSION, firm, headers, Secret::parse)
    }

    /// The header that hands a preview's secret to the browser, for as long as one lasts.
    pub(crate) fn preview(&self, firm: FirmId, token: &Secret) -> Option<HeaderValue> {
        let life = format!("; Max-Age={}", PREVIEW.absolute.as_secs());
        self.header(STAFF, firm, &token.reveal(), &life)
    }

    /// The header that makes the browser forget the preview.
    pub(crate) fn end_preview(&self, firm: FirmId) -> Option<HeaderValue> {
        self.header(STAFF, firm, "", "; Max-Age=0")
    }

    /// The header that makes the browser a known one.
    pub(crate) fn mark(&self, firm: FirmId, device: &KnownDevice) -> Option<HeaderValue> {
        let life = format!("; Max-Age={}", KnownDevice::VALIDITY.as_secs());
        self.header(DEVICE, firm, &device.reveal(), &life)
    }

    /// The mark that came with the request.
    pub(crate) fn device(&self, firm: FirmId, headers: &HeaderMap) -> Option<KnownDevice> {
        self.find(DEVICE, firm, headers, KnownDevice::parse)
    }

    /// The first cookie of this kind that reads well.
    fn find<T>(
        &self,
        kind: &str,
        firm: FirmId,
        headers: &HeaderMap,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let own = self.full_name(kind, firm);
        let lines = headers.get_all(COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == own).then(|| parse(value)).flatten())
    }

    fn header(&self, kind: &str, firm: FirmId, value: &str, rest: &str) -> Option<HeaderValue> {
        let name = self.full_name(kind, firm);
        let secure = match self.transport {
            Transport::Secure => "; Secure",
            Transport::PlainOnLoopback => "",
        };
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}");
        HeaderValue::try_from(line).ok()
    }

    fn full_name(&self, kind: &str, firm: FirmId) -> String {
        let prefix = match self.transport {
            Transport::Secure => "__Host-",
            Transport::PlainOnLoopback => "",
        };
        format!("{prefix}{}-{kind}{firm}", self.name)
    }
}

/// What stands between a cookie's name and the firm's id.
const SESSION: &str = "";
const DEVICE: &str = "device-";
const STAFF: &str = "preview-";

/// Who says they are signed in, staff who look at the portal before the contact itself; whether it is true the core decides.
pub(crate) fn visitor(settings: &Settings, firm: FirmId, request: &Parts) -> Option<Visitor> {
    let cookies = &settings.cookies;
    if let Some(token) = cookies.find(STAFF, firm, &request.headers, Secret::parse) {
        return Some(Visitor::Preview(token.hash()));
    }
    match &settings.sign_in {
        SignIn::Passwords => {
            let token = cookies.read(firm, &request.headers)?;
            Some(Visitor::Session(token.hash()))
        }
        SignIn::Host { .. } => {
            let identity = request.extensions.get::<HostIdentity>()?;
            Some(Visitor::Vouched {
                contact: identity.contact,
                authenticated_at: identity.authenticated_at,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use caseflow_core::domain::id::TypedId as _;
    use caseflow_core::domain::password::PasswordHash;

    fn firm(byte: u8) -> FirmId {
        FirmId::from_parts(Timestamp::from_micros(0), [byte; 10])
    }

    fn sent(header: &HeaderValue) -> HeaderMap {
        let pair = header.to_str().unwrap().split(';').next().unwrap();
        let line = format!("theme=dark; {pair}; x=y");
        HeaderMap::from_iter([(COOKIE, line.parse().unwrap())])
    }

    #[test]
    fn a_cookie_is_locked_to_its_host_and_its_firm() {
        let (cookies, token) = (Cookies::default(), Secret::from_bytes([7; 32]));
        let header = cookies.set(firm(1), &token).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.starts_with("__Host-caseflow-firm_"));
        assert!(text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
        assert_eq!(cookies.read(firm(1), &sent(&header)), Some(token));
        assert_eq!(cookies.read(firm(2), &sent(&header)), None);
    }

    #[test]
    fn a_mark_stands_beside_the_session_and_lasts() {
        let (cookies, token) = (Cookies::default(), Secret::from_bytes([7; 32]));
        let hash = PasswordHash::from_phc("x".to_owned());
        let contact = ContactId::from_parts(Timestamp::from_micros(0), [1; 10]);
        let now = Timestamp::from_micros(0);
        let mark = KnownDevice::new([1; 16], firm(1), contact, &hash, now);
        let header = cookies.mark(firm(1), &mark).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.starts_with("__Host-caseflow-device-firm_"));
        assert!(text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=7776000"));
        let read = cookies.device(firm(1), &sent(&header)).unwrap();
        assert_eq!(read.reveal(), mark.reveal());
        assert!(cookies.device(firm(2), &sent(&header)).is_none());
        assert_eq!(cookies.read(firm(1), &sent(&header)), None);
        let session = cookies.set(firm(1), &token).unwrap();
        assert!(cookies.device(firm(1), &sent(&session)).is_none());
    }

    #[test]
    fn a_cookies_name_is_plain() {
        let cookies = Cookies::default().named("client_area").unwrap();
        let header = cookies.set(firm(1), &Secret::from_bytes([7; 32])).unwrap();
        assert!(
            header
                .to_str()
                .unwrap()
                .starts_with("__Host-client_area-firm_")
        );
        assert_eq!(Cookies::default().read(firm(1), &sent(&header)), None);
        for wrong in ["", "a b", "a;b", "a=b", "é", &"a".repeat(41)] {
            assert_eq!(
                Cookies::default().named(wrong),
                Err(CookieNameError),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_plain_cookie_is_for_the_machine_itself() {
        let plain = |url| Cookies::plain_on_loopback(&PortalUrl::parse(url).unwrap());
        let cookies = plain("http://localhost:8080/portal").unwrap();
        let header = cookies.set(firm(1), &Secret::from_bytes([7; 32])).unwrap();
        let text = header.to_str().unwrap();
        assert!(text.starts_with("caseflow-firm_") && !text.contains("Secure"));
        assert!(plain("http://127.0.0.1/p").is_ok() && plain("http://[::1]:80").is_ok());
        for elsewhere in [
            "https://localhost/portal",
            "http://portal.example",
            "http://localhost.example:80",
            "http://127.0.0.1.example",
        ] {
            assert_eq!(plain(elsewhere), Err(NotLoopback), "{elsewhere}");
        }
    }
}
