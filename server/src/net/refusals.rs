//! What is told of requests that are refused before anybody has looked who sends them.

use std::fmt;
use std::net::IpAddr;

use axum::http::{HeaderMap, Method, Uri, header};

use crate::error::ApiError;

/// The longest part of a path that is told whole, in bytes: a token or a ticket is longer.
const LONGEST_PART: usize = 63;
/// Bytes of a path that are told.
const LONGEST_PATH: usize = 120;

/// From where it came, and what it was.
type Tell = dyn Fn(IpAddr, &str) + Send + Sync;

/// Who is told of them.
pub struct Witness(Box<Tell>);

impl Witness {
    /// One who does this with what it is told.
    pub fn new(tell: impl Fn(IpAddr, &str) + Send + Sync + 'static) -> Self {
        Self(Box::new(tell))
    }

    /// Tells of what came from `address`.
    pub(super) fn tell(&self, address: IpAddr, head: (&Method, &Uri, &HeaderMap), refused: &ApiError) {
        let (method, uri, headers) = head;
        let asked = asked(method, uri);
        let what = match (refused, headers.get(header::ORIGIN)) {
            (ApiError::Misdirected(host), _) => format!("the host {host:?} was refused: {asked}"),
            (_, Some(origin)) => {
                format!("a page of {:?} was refused: {asked}", String::from_utf8_lossy(origin.as_bytes()))
            }
            _ => format!("a page of elsewhere was refused: {asked}"),
        };
        (self.0)(address, &what);
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness")
    }
}

/// What was asked, as it may be told: never the query, and no part of the path that could be a secret.
pub fn asked(method: &Method, uri: &Uri) -> String {
    let parts: Vec<&str> =
        uri.path().split('/').map(|part| if part.len() > LONGEST_PART { "…" } else { part }).collect();
    let mut path = parts.join("/");
    if path.len() > LONGEST_PATH {
        path.truncate(path.floor_char_boundary(LONGEST_PATH));
        path.push('…');
    }
    let method: String = method.as_str().chars().take(16).collect();
    format!("{method} {path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_told() {
        let told = |uri: &str| asked(&Method::GET, &uri.parse().unwrap());
        assert_eq!(told("/api/stream/a?token=og_x"), "GET /api/stream/a");
        assert_eq!(told(&format!("/api/stream/og_{}/x", "0".repeat(64))), "GET /api/stream/…/x");
        let long = told(&"/abc".repeat(4_000));
        assert!(long.len() < 140 && long.ends_with('…'), "{long}");
        assert_eq!(asked(&Method::from_bytes(&[b'A'; 500]).unwrap(), &Uri::from_static("/")).len(), 18);
    }
}
