//! Single keys, and the bar that names them.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use super::theme::switch_theme;
use super::{browser, help};
use crate::element::{El, el, moving};
use crate::format;
use crate::live::Live;

/// The keys that work on this page, and what they do.
pub(super) const KEYS: [(&str, &str); 3] = [("?", "keys"), ("p", "pause"), ("t", "theme")];

/// Does what `key` stands for.
fn press(key: &str, live: Live) {
    match key {
        "?" => browser::show_dialog(help::ID),
        "p" => live.toggle_pause(),
        "t" => switch_theme(),
        _ => {}
    }
}

/// Listens for single keys anywhere on the page. Not while a modifier is held: those belong to the
/// browser; nor behind the list of keys.
fn listen(live: Live) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            let held = event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat();
            if !(held || browser::is_open(help::ID)) {
                press(&event.key(), live);
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// The bar at the foot of the page: the keys at the left, the terms of the display at the right.
pub fn key_bar(live: Live) -> El {
    listen(live);
    let (pace, version) = live.host.with_value(|host| (pace(host.interval_ms), format!("opsglass {}", host.version)));
    let buttons = KEYS.map(|(key, does)| {
        el("button")
            .attr("type", "button")
            .class("key-button")
            .on("click", move |_| press(key, live))
            .of([el("kbd").text(key), el("span").text(does)])
    });
    let zone = moving(move || format!("times in {}", format::zone(live.offset_min.get())));
    let terms = [el("span").text(pace), el("span").text(zone), el("span").text(version)];
    el("footer").class("key-bar").of([el("div").class("keys needs-js").of(buttons), el("p").class("terms").of(terms)])
}

fn pace(interval_ms: u64) -> String {
    match interval_ms {
        1_000 => "1 sample a second".to_owned(),
        ms => {
            let seconds = format!("{}.{:03}", ms / 1_000, ms % 1_000);
            format!("1 sample every {} s", seconds.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}
