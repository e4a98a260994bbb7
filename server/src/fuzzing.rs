//! Doors to parsers that only the targets in `fuzz/` go through.

use app::model::LogEntry;

use crate::api;
use crate::hub::{Hub, Limits, Payload};
use crate::logs::{Intake, Outlet, syslog};

/// The longest line that the targets let through, in bytes.
pub const MAX_LINE: usize = 256;

/// The event's name and data, where `body` may be published.
pub fn publish(body: &[u8]) -> Option<(Option<String>, String)> {
    match api::publish::payload(body).ok()? {
        Payload::Text { event, data, .. } => Some((event.map(|name| name.to_string()), data)),
        other => panic!("nobody can publish {other:?}"),
    }
}

/// The lines that `body` hands in; none where it is refused.
pub fn logs(body: &[u8]) -> Vec<LogEntry> {
    let intake = Intake::new(Outlet::new(Hub::new(Limits::default()), 1_000), MAX_LINE, body.len());
    intake.read(body).unwrap_or_default()
}

/// The messages of a connection that brings `pieces`; nothing stands for what is no syslog.
pub fn syslog(pieces: &[&[u8]]) -> Vec<Option<String>> {
    syslog::messages(pieces, MAX_LINE)
}
