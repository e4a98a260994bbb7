//! How each server wants to be spoken to. All three are asked for the same: one channel of named events.

use std::net::SocketAddr;

use clap::ValueEnum;

use crate::tick;

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    /// `/api/stream/bench` and `/api/publish/bench`.
    Opsglass,
    /// `/sub/bench` and `/pub/bench`, as `bench/nginx.conf` sets them.
    Nchan,
    /// `/api/events` and `/api/publish`, as `bench/express.cjs` has them.
    Express,
}

impl Dialect {
    /// The path of the stream that is followed unless another is named.
    pub(crate) fn stream(self) -> &'static str {
        match self {
            Self::Opsglass => "/api/stream/bench",
            Self::Nchan => "/sub/bench",
            Self::Express => "/api/events",
        }
    }

    /// The request that publishes that JSON text, with a token if there is one.
    pub(crate) fn publish(self, server: SocketAddr, token: Option<&str>, json: &str) -> String {
        let name = tick::NAME;
        let (path, header, body) = match self {
            Self::Opsglass => (
                "/api/publish/bench",
                String::new(),
                format!(r#"{{"event":"{name}","contract":"lossless","data":{json}}}"#),
            ),
            Self::Nchan => ("/pub/bench", format!("x-eventsource-event: {name}\r\n"), json.to_owned()),
            Self::Express => ("/api/publish", String::new(), format!(r#"{{"event":"{name}","data":{json}}}"#)),
        };
        let length = body.len();
        let token = authorization(token);
        format!(
            "POST {path} HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\n{header}{token}\
             content-length: {length}\r\n\r\n{body}"
        )
    }
}

/// The request that follows a stream, from a cursor and with a token if there is one.
pub(crate) fn follow(server: SocketAddr, path: &str, token: Option<&str>, last_event_id: Option<&str>) -> String {
    let token = authorization(token);
    let resume = last_event_id.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: {server}\r\naccept: text/event-stream\r\n{token}{resume}\r\n")
}

fn authorization(token: Option<&str>) -> String {
    token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_say_how_long_they_are() {
        let server = SocketAddr::from(([127, 0, 0, 1], 80));
        for dialect in Dialect::value_variants() {
            let request = dialect.publish(server, None, r#"{"number":1}"#);
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("\r\ncontent-length: {}", body.len())), "{head}");
            assert!(body.contains(r#"{"number":1}"#));
        }
        assert!(follow(server, "/", None, Some("a.1")).ends_with("\r\nlast-event-id: a.1\r\n\r\n"));
        let token = "\r\nauthorization: Bearer t\r\n";
        assert!(follow(server, "/", Some("t"), None).contains(token));
        assert!(Dialect::Opsglass.publish(server, Some("t"), "{}").contains(token));
    }
}
