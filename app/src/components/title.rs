//! The document's title and icon carry the count of alerts that fire and are not silenced, for the reader who is in another tab.

use super::browser;
use crate::live::Live;
use crate::place::Place;

/// The title: `(2) fra1-web-03 · opsglass`, on other pages than the overview with their name before the host's.
pub fn title(place: Place, host: &str, firing: usize) -> String {
    let count = if firing == 0 { String::new() } else { format!("({firing}) ") };
    let page = if place == Place::Overview { String::new() } else { format!("{} · ", place.name()) };
    format!("{count}{page}{host} · opsglass")
}

/// The icon's address.
pub fn favicon(firing: usize) -> String {
    if firing == 0 { "/favicon.svg".to_owned() } else { format!("/favicon-alert.svg?firing={}", firing.min(10)) }
}

/// Keeps title and icon in step with the alerts.
pub fn follow_title(live: Live) {
    browser::follow(move || {
        let firing = live.alerts.read().len();
        browser::set_title(&title(live.place, &live.host.read_untracked().name, firing));
        browser::set_favicon(&favicon(firing));
    });
}
