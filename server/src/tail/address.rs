//! Which stream an address means.

use url::Url;

use crate::hub::Name;

/// Reads the address of a server or a stream; `http://` may be left out.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|error| format!("{error}; expected one like http://127.0.0.1:3000"))?;
    match url.scheme() {
        "http" if url.username().is_empty() && url.password().is_none() => Ok(url),
        "http" => Err("expected an address without a user".to_owned()),
        "https" => Err("expected http://: https is not spoken yet, ask a proxy on this machine to".to_owned()),
        other => Err(format!("expected http://, got {other}://")),
    }
}

/// Whether `url` is that of a server and not of one stream.
pub(super) fn is_base(url: &Url) -> bool {
    url.path().ends_with('/') && url.query().is_none()
}

/// The stream of `channels` on the server at `url`, the dashboard's without any; `url` itself where it is a stream.
pub(super) fn stream(url: &Url, channels: &[Name]) -> Url {
    let mut stream = url.clone();
    if !is_base(url) {
        return stream;
    }
    // Names need no escaping.
    match channels {
        [] => stream.set_path(&format!("{}api/dashboard-stream", url.path())),
        [channel] => stream.set_path(&format!("{}api/stream/{channel}", url.path())),
        several => {
            stream.set_path(&format!("{}api/stream", url.path()));
            let names: Vec<&str> = several.iter().map(Name::as_str).collect();
            stream.set_query(Some(&format!("channels={}", names.join(","))));
        }
    }
    stream
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
        ] {
            assert_eq!(stream(&parse(text).unwrap(), channels).as_str(), expected);
        }
    }

    #[test]
    fn refuses_what_it_cannot_reach() {
        for text in ["", "http://", "ftp://host", "https://host", "http://user:word@host", "host:port"] {
            assert!(parse(text).unwrap_err().contains("expected"), "{text}");
        }
    }
}
