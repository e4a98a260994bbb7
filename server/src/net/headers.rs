use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// For what is no page: nothing in it runs or loads, but for the worker, which opens streams here.
const CONTENT: &str = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// What a page has no use for.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
     fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

/// Adds what a browser is to guard against in every answer. A page says for itself what may run in it. After one that was
/// `encrypted` a browser asks this host in no other way for so long.
pub(super) fn guard(headers: &mut HeaderMap, encrypted: Option<Duration>) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT));
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(lasts) = encrypted
        && let Ok(value) = HeaderValue::from_str(&format!("max-age={}", lasts.as_secs()))
    {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}
