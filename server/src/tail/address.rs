//! Which stream an address means.

use url::Url;

use crate::client::{Endpoint, Login, Secret, Trust};
use crate::hub::Name;

/// Reads the address of a server or a stream; `http://` may be left out.
pub(super) fn parse(text: &str) -> Result<Endpoint, String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|error| format!("{error}; expected one like http://127.0.0.1:3000"))?;
    let scheme = url.scheme().to_owned();
    Endpoint::new(url).ok_or_else(|| format!("expected http:// or https://, got {scheme}:"))
}

/// Reads a file of certificates to trust.
pub(super) fn trust(file: &str) -> Result<Trust, String> {
    Trust::file(file.as_ref()).map_err(|error| error.to_string())
}

/// Reads the token in a file.
pub(super) fn token(file: &str) -> Result<Login, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("{file}: expected a token, as opsglass token create shows it"));
    }
    Ok(Login::Bearer(Secret::new(token)))
}

/// Whether `url` is that of a server and not of one stream.
pub(super) fn is_base(url: &Url) -> bool {
    url.path().ends_with('/') && url.query().is_none()
}

/// Makes of the address of a server that of its stream of `channels`, the dashboard's without any; one of a stream stays.
pub(super) fn stream(url: &mut Url, channels: &[Name]) {
    if !is_base(url) {
        return;
    }
    let base = url.path().to_owned();
    // Names need no escaping.
    match channels {
        [] => url.set_path(&format!("{base}api/dashboard-stream")),
        [channel] => url.set_path(&format!("{base}api/stream/{channel}")),
        several => {
            url.set_path(&format!("{base}api/stream"));
            let names: Vec<&str> = several.iter().map(Name::as_str).collect();
            url.set_query(Some(&format!("channels={}", names.join(","))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_or_a_stream() {
        let names = ["a", "b_2"].map(|name| Name::new(name).unwrap());
        for (text, channels, expected) in [
            ("http://127.0.0.1:3000", &names[..0], "http://127.0.0.1:3000/api/dashboard-stream"),
            ("localhost:3000", &names[..1], "http://localhost:3000/api/stream/a"),
            ("http://[::1]/", &names[..], "http://[::1]/api/stream?channels=a,b_2"),
            ("http://host/ops/", &names[..0], "http://host/ops/api/dashboard-stream"),
            ("http://host/events", &names[..0], "http://host/events"),
            ("http://host/?topic=a", &names[..0], "http://host/?topic=a"),
            ("https://ann:word@host", &names[..0], "https://host/api/dashboard-stream"),
        ] {
            let endpoint = parse(text).unwrap().at(|url| stream(url, channels));
            assert_eq!(endpoint.url().as_str(), expected);
        }
    }

    #[test]
    fn refuses_what_it_cannot_reach() {
        for text in ["", "http://", "ftp://host", "unix:///run/x", "host:port"] {
            assert!(parse(text).unwrap_err().contains("expected"), "{text}");
        }
    }
}
