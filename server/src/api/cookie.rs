//! Cookies, and the one that holds a session's secret. Each is written here.

use std::time::Duration;

use axum::http::{Extensions, HeaderMap, HeaderValue, header};

use crate::client::Secret;
use crate::net::Encrypted;

/// Its name over TLS: with this prefix a browser takes it from this host alone, and over TLS alone.
const ENCRYPTED: &str = "__Host-opsglass";
/// Its name in the clear.
const PLAIN: &str = "opsglass";
/// Cookies of that name that are looked at.
const MOST: usize = 4;
/// The longest value, in bytes: ours have 64.
const LONGEST: usize = 128;

/// Whether a request came over TLS.
pub(super) fn is_encrypted(extensions: &Extensions) -> bool {
    extensions.get::<Encrypted>().is_some()
}

/// The secrets that a request shows.
pub(super) fn shown(headers: &HeaderMap, encrypted: bool) -> Vec<Secret> {
    let own = values(headers, name(encrypted)).filter(|value| value.len() <= LONGEST);
    own.take(MOST).map(Secret::new).collect()
}

/// What the cookies called `name` hold.
pub(super) fn values<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(known, _)| *known == name).map(|(_, value)| value)
}

/// The line that has a browser keep `secret` for as long as it `lasts`.
pub(super) fn kept(secret: &Secret, lasts: Duration, encrypted: bool) -> Option<HeaderValue> {
    line(secret.reveal(), lasts.as_secs(), encrypted)
}

/// The line that has a browser keep what it is to bring back from the provider. It comes from there by a link, with which no
/// browser sends a cookie that is strict.
pub(super) fn attempt(secret: &Secret, lasts: Duration, encrypted: bool) -> Option<HeaderValue> {
    write(attempt_name(encrypted), secret.reveal(), lasts.as_secs(), "Lax", encrypted)
}

/// The line that has a browser forget that.
pub(super) fn no_attempt(encrypted: bool) -> Option<HeaderValue> {
    write(attempt_name(encrypted), "", 0, "Lax", encrypted)
}

/// What a request shows of that.
pub(super) fn attempted(headers: &HeaderMap, encrypted: bool) -> Option<Secret> {
    values(headers, attempt_name(encrypted)).find(|value| value.len() <= LONGEST).map(Secret::new)
}

/// The line that has a browser forget it.
pub(super) fn forgotten(encrypted: bool) -> Option<HeaderValue> {
    line("", 0, encrypted)
}

fn line(value: &str, seconds: u64, encrypted: bool) -> Option<HeaderValue> {
    write(name(encrypted), value, seconds, "Strict", encrypted)
}

/// The line that has a browser keep `value` for so many seconds, out of the reach of scripts, and send it along with the
/// requests of this `site` or others; over TLS never in the clear.
pub(super) fn write(name: &str, value: &str, seconds: u64, site: &str, encrypted: bool) -> Option<HeaderValue> {
    let secure = if encrypted { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={site}{secure}");
    let mut line = HeaderValue::from_str(&line).ok()?;
    line.set_sensitive(true);
    Some(line)
}

fn attempt_name(encrypted: bool) -> &'static str {
    if encrypted { "__Host-opsglass-attempt" } else { "opsglass-attempt" }
}

fn name(encrypted: bool) -> &'static str {
    if encrypted { ENCRYPTED } else { PLAIN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cookies: &str, encrypted: bool) -> Vec<String> {
        let headers = HeaderMap::from_iter([(header::COOKIE, cookies.parse().unwrap())]);
        shown(&headers, encrypted).iter().map(|secret| secret.reveal().to_owned()).collect()
    }

    #[test]
    fn the_cookie_is_for_this_host_and_not_for_scripts() {
        let secret = Secret::new("abc".to_owned());
        let hour = Duration::from_secs(3_600);
        let plain = kept(&secret, hour, false).unwrap();
        assert_eq!(plain, "opsglass=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict");
        let encrypted = kept(&secret, hour, true).unwrap();
        assert_eq!(encrypted, "__Host-opsglass=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
        assert!(format!("{plain:?}").contains("Sensitive"), "{plain:?}");
        assert_eq!(forgotten(false).unwrap(), "opsglass=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }

    #[test]
    fn only_the_cookie_of_the_connection_counts() {
        let all = "theme=dark; opsglass=a; __Host-opsglass=b; opsglass=c; xopsglass=d; opsglass";
        assert_eq!(read(all, false), ["a", "c"]);
        assert_eq!(read(all, true), ["b"]);
        assert_eq!(read(&format!("opsglass={}", "x".repeat(129)), false), [""; 0]);
        assert_eq!(read(&"opsglass=x; ".repeat(50), false).len(), MOST);
    }
}
