use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

/// Where syslog is taken: `udp://127.0.0.1:5514`, `tcp://127.0.0.1:5514` or `unix:/run/opsglass/syslog`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Address {
    /// A datagram is a message.
    Udp(SocketAddr),
    /// A connection carries messages one after the other.
    Tcp(SocketAddr),
    /// A socket of datagrams in the file system, as `/dev/log` is one.
    Unix(PathBuf),
}

impl Address {
    /// Whether other machines reach it.
    pub fn is_public(&self) -> bool {
        match self {
            Self::Udp(address) | Self::Tcp(address) => !address.ip().is_loopback(),
            Self::Unix(_) => false,
        }
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        match scheme {
            "udp" => rest.parse().ok().map(Self::Udp),
            "tcp" => rest.parse().ok().map(Self::Tcp),
            "unix" => rest.starts_with('/').then(|| Self::Unix(rest.into())),
            _ => None,
        }
        .ok_or_else(|| {
            format!("expected udp://ADDRESS:PORT, tcp://ADDRESS:PORT or unix:/PATH with an IP address, got {text:?}")
        })
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Udp(address) => write!(f, "udp://{address}"),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds() {
        for text in ["udp://127.0.0.1:514", "tcp://[::1]:514", "unix:/dev/log"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        assert_eq!("unix:///dev/log".parse(), Ok(Address::Unix("/dev/log".into())));
        for text in
            ["", "127.0.0.1:514", "udp://localhost:514", "udp://127.0.0.1", "unix:dev/log", "http://127.0.0.1:1"]
        {
            assert!(text.parse::<Address>().unwrap_err().starts_with("expected udp://"), "{text}");
        }
        assert!("udp://0.0.0.0:514".parse::<Address>().unwrap().is_public());
        assert!(!"tcp://127.0.0.1:514".parse::<Address>().unwrap().is_public());
    }
}
