//! Where a request came from, by the trusted-proxy rule.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, USER_AGENT};
use axum::http::request::Parts;
use caseflow_core::domain::access::Origin;
use caseflow_core::domain::text::Line;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");

/// The proxies in front of the portal. Nobody else's forwarding headers are believed.
///
/// The address of a request is the peer's. When the peer is trusted it is the last address in
/// `X-Forwarded-For` that is not trusted itself; what stands before that one was written by the
/// sender. The peer is known when the host serves with
/// [`into_make_service_with_connect_info::<SocketAddr>`](axum::Router::into_make_service_with_connect_info);
/// otherwise no address is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(pub Vec<Network>);

/// A range of addresses, such as `10.0.0.0/8`, `::1` or `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a text is not a range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network: write it as 10.0.0.0/8, 192.0.2.1 or 2001:db8::/32")]
pub struct NetworkError;

impl Network {
    /// Whether `address` is in the range. An IPv4 address in IPv6 form counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| NetworkError)?,
            None => all,
        };
        if bits > all {
            return Err(NetworkError);
        }
        Ok(Self { address, bits })
    }
}

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Address and browser of a request.
    pub(crate) fn origin(&self, request: &Parts) -> Origin {
        Origin {
            ip: peer(request).map(|peer| self.client(peer, &request.headers)),
            user_agent: user_agent(&request.headers),
        }
    }

    /// The prefix that a trusted proxy took off the path before passing the request on.
    pub(crate) fn prefix<'r>(&self, request: &'r Parts) -> &'r str {
        let trusted = peer(request).is_some_and(|peer| self.trusts(peer));
        let header = request.headers.get(FORWARDED_PREFIX).filter(|_| trusted);
        header
            .and_then(|prefix| prefix.to_str().ok())
            .map_or("", |prefix| prefix.trim_end_matches('/'))
    }

    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines: Vec<&str> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        let mut nearest = peer;
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = hop_address(hop).filter(|_| self.trusts(nearest)) else {
                break;
            };
            nearest = address;
        }
        nearest
    }
}

fn peer(request: &Parts) -> Option<IpAddr> {
    let info = request.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(info.0.ip().to_canonical())
}

/// Some proxies write the port too.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().ok().map(|address: SocketAddr| address.ip());
    let address = hop.parse().ok().or_else(with_port);
    address.map(|address: IpAddr| address.to_canonical())
}

fn user_agent(headers: &HeaderMap) -> Option<Line<300>> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    let head: String = text.chars().take(300).collect();
    Line::parse(&head).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> TrustedProxies {
        let networks = ["10.0.0.0/8", "fd00::/8"];
        TrustedProxies(networks.map(|network| network.parse().unwrap()).to_vec())
    }

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let peer = peer.parse().unwrap();
        proxies().client(peer, &headers).to_string()
    }

    #[test]
    fn d06_only_a_trusted_proxy_is_believed() {
        assert_eq!(client("198.51.100.9", &["203.0.113.1"]), "198.51.100.9");
        assert_eq!(client("10.0.0.1", &["203.0.113.1"]), "203.0.113.1");
        assert_eq!(client("198.51.100.9", &[]), "198.51.100.9");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn d06_what_the_sender_wrote_itself_is_passed_over() {
        let forged = ["6.6.6.6, 203.0.113.1, 10.0.0.2"];
        assert_eq!(client("10.0.0.1", &forged), "203.0.113.1");
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6", "203.0.113.1"]),
            "203.0.113.1"
        );
        assert_eq!(client("10.0.0.1", &["203.0.113.1, rubbish"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["203.0.113.1:4711"]), "203.0.113.1");
        assert_eq!(client("fd00::1", &["[2001:db8::7]:80"]), "2001:db8::7");
    }

    #[test]
    fn networks_have_their_edges_where_they_should() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.255.255") && !holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("0.0.0.0/0", "203.0.113.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("10.0.0.1", "::ffff:10.0.0.1") && !holds("10.0.0.1", "10.0.0.2"));
        assert!(holds("2001:db8::/32", "2001:db8::1") && !holds("2001:db8::/32", "2001:db9::"));
        for wrong in ["10.0.0.0/33", "10.0.0", "::/129", "", "10.0.0.0/-1"] {
            assert_eq!(wrong.parse::<Network>(), Err(NetworkError), "{wrong}");
        }
    }
}
