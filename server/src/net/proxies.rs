use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;
use serde::Deserialize;

use super::vouched::{PersonHeader, Vouched};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whose word on a client is believed, and in which headers.
///
/// Only one header is read for the address: a proxy that sets one passes the other on as the client wrote it.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// The proxies: none unless told otherwise.
    pub trusted: Vec<Network>,
    /// The header that they write the address in.
    pub header: ForwardedHeader,
    /// The header that they write the name of who has signed in with them in: none unless told otherwise.
    pub person: Option<PersonHeader>,
}

/// The header that proxies write a client's address in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most write.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// An address, or a network as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(Self).map_err(|_| format!("expected an address or a network like 10.0.0.0/8, got {text:?}"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Proxies {
    /// Whether `address` is one of them.
    pub(super) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.0.contains(&address))
    }

    /// Whom the proxy at the other end of the connection names, if it is one and names somebody. From anybody else the header
    /// is nothing.
    pub(super) fn vouched(&self, peer: IpAddr, headers: &HeaderMap) -> Option<Vouched> {
        let header = self.person.as_ref().filter(|_| self.trusts(peer.to_canonical()))?;
        Vouched::read(headers.get_all(&header.0))
    }

    /// Who sent a request that came from `peer`: going back from the peer, the first address that is no trusted proxy's.
    /// What can't be read ends the search, for whatever stands before it is worth no more.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        for hop in self.hops(headers) {
            let Some(address) = hop else { break };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    /// Whether the proxy at the other end of the connection, if it is one, says that the reader speaks TLS with it.
    pub(super) fn is_encrypted(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        if !self.trusts(peer.to_canonical()) {
            return false;
        }
        let (name, read): (_, fn(&str) -> Option<&str>) = match self.header {
            ForwardedHeader::XForwardedFor => (X_FORWARDED_PROTO, |scheme| Some(scheme)),
            ForwardedHeader::Forwarded => (header::FORWARDED, |element| parameter(element, "proto")),
        };
        let last = headers.get_all(name).into_iter().next_back().and_then(|line| line.to_str().ok());
        let scheme = last.and_then(|line| line.rsplit(',').next()).and_then(|element| read(element.trim()));
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }

    /// The addresses in the header, last first; `None` for what isn't one.
    fn hops<'a>(&self, headers: &'a HeaderMap) -> impl Iterator<Item = Option<IpAddr>> + use<'a> {
        let (name, read): (_, fn(&str) -> Option<IpAddr>) = match self.header {
            ForwardedHeader::XForwardedFor => (X_FORWARDED_FOR, address),
            ForwardedHeader::Forwarded => (header::FORWARDED, forwarded_for),
        };
        let lines: Vec<_> = headers.get_all(name).into_iter().collect();
        // A line that is no text is one thing that can't be read.
        let lines = lines.into_iter().rev().map(|line| line.to_str().unwrap_or("?"));
        lines.flat_map(|line| line.rsplit(',')).map(move |hop| read(hop.trim()))
    }
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    address(parameter(element, "for")?)
}

/// The value of `name` in one element of `Forwarded`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim();
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// An address, with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let plain = text.parse::<IpAddr>().ok().or_else(bare);
    plain.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn proxies(header: ForwardedHeader) -> Proxies {
        let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|text| text.parse().unwrap()).into();
        Proxies { trusted, header, person: None }
    }

    fn client(header: ForwardedHeader, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let lines = lines.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        proxies(header).client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_last_address_that_no_proxy_has_is_the_clients() {
        for (peer, value, expected) in [
            ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
            ("127.0.0.1", "203.0.113.9, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
            ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
            ("127.0.0.1", "192.0.2.7:4711", "192.0.2.7"),
            ("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
            ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
            ("::ffff:127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
            // Garbage, and what stands before it, is ignored.
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "unknown", "127.0.0.1"),
            ("127.0.0.1", "192.0.2.7, garbage, 10.1.2.3", "10.1.2.3"),
            ("127.0.0.1", "192.0.2.7, 999.1.1.1", "127.0.0.1"),
            // Anybody else may write what they like.
            ("198.51.100.1", "192.0.2.7", "198.51.100.1"),
        ] {
            let lines = [("x-forwarded-for", value), ("forwarded", "for=203.0.113.1")];
            assert_eq!(client(ForwardedHeader::XForwardedFor, peer, &lines), expected, "{value:?} from {peer}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (value, expected) in [
            ("for=192.0.2.7", "192.0.2.7"),
            ("proto=https; For=\"[2001:db8::7]:4711\";by=10.0.0.1", "2001:db8::7"),
            ("for=203.0.113.9, for=192.0.2.7;host=x, for=10.1.1.1", "192.0.2.7"),
            ("for=203.0.113.9, for=_hidden", "127.0.0.1"),
            ("for=203.0.113.9, proto=http", "127.0.0.1"),
        ] {
            let lines = [("forwarded", value), ("x-forwarded-for", "203.0.113.1")];
            assert_eq!(client(ForwardedHeader::Forwarded, "127.0.0.1", &lines), expected, "{value:?}");
        }
    }

    #[test]
    fn a_proxy_is_believed_that_its_readers_speak_tls() {
        for (header, peer, name, value, expected) in [
            (ForwardedHeader::XForwardedFor, "127.0.0.1", "x-forwarded-proto", "https", true),
            (ForwardedHeader::XForwardedFor, "127.0.0.1", "x-forwarded-proto", "http, HTTPS", true),
            (ForwardedHeader::XForwardedFor, "127.0.0.1", "x-forwarded-proto", "https, http", false),
            (ForwardedHeader::XForwardedFor, "127.0.0.1", "forwarded", "proto=https", false),
            (ForwardedHeader::XForwardedFor, "198.51.100.1", "x-forwarded-proto", "https", false),
            (ForwardedHeader::Forwarded, "127.0.0.1", "forwarded", "for=192.0.2.7;Proto=\"https\"", true),
            (ForwardedHeader::Forwarded, "127.0.0.1", "forwarded", "proto=https, for=192.0.2.7", false),
            (ForwardedHeader::Forwarded, "127.0.0.1", "x-forwarded-proto", "https", false),
        ] {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
            assert_eq!(proxies(header).is_encrypted(peer.parse().unwrap(), &headers), expected, "{name}: {value}");
        }
    }

    #[test]
    fn lines_of_one_header_are_one_list() {
        let lines = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7, 10.1.1.1")];
        assert_eq!(client(ForwardedHeader::XForwardedFor, "127.0.0.1", &lines), "192.0.2.7");
    }

    #[test]
    fn a_network_that_is_none_is_refused_with_what_was_expected() {
        let error = "10.0.0.0/33".parse::<Network>().unwrap_err();
        assert!(error.contains("10.0.0.0/8") && error.contains("/33"), "{error}");
    }

    proptest! {
        #[test]
        fn nothing_a_client_writes_before_the_proxy_counts(spoofed in "[ -~]{0,60}") {
            let value = format!("{spoofed}, 192.0.2.7");
            let lines = [("x-forwarded-for", value.as_str())];
            prop_assert_eq!(client(ForwardedHeader::XForwardedFor, "127.0.0.1", &lines), "192.0.2.7");
        }
    }
}
