//! Single keys, and the bar that names them.

use std::cell::Cell;

use super::theme::switch_theme;
use super::{browser, help};
use crate::element::{El, el, moving};
use crate::format;
use crate::live::Live;
use crate::place::Place;

/// The keys that work on this page, and what they do.
pub(super) const KEYS: [(&str, &str); 3] = [("?", "keys"), ("p", "pause"), ("t", "theme")];

/// The key after which another names a page.
pub(super) const GO: &str = "g";

/// Does what `key` stands for.
fn press(key: &str, live: Live) {
    match key {
        // Behind the list of keys there is nothing to reach.
        _ if browser::is_open(help::ID) => {}
        "?" => browser::show_dialog(help::ID),
        "p" => live.toggle_pause(),
        "t" => switch_theme(),
        _ => {}
    }
}

/// The bar at the foot of the page: the keys at the left, the terms of the display at the right.
pub fn key_bar(live: Live) -> El {
    let going = Cell::new(false);
    browser::on_key(move |key| {
        // After it the next key names a page.
        let follows = going.replace(key == GO && !browser::is_open(help::ID));
        match Place::ALL.into_iter().find(|place| follows && place.key() == key) {
            Some(place) => browser::go(place.path()),
            None => press(key, live),
        }
    });
    let buttons = KEYS.map(|(key, does)| {
        let written = |button: El| {
            let names = [el("kbd").text(key), el("span").text(does)];
            button.attr("type", "button").class("key-button").of(names)
        };
        el("button").fixed(written).on("click", move |_| press(key, live))
    });
    let zone = moving(move || format!("times in {}", format::zone(live.offset_min())));
    let pace = el("span").fixed(|it| it.text(pace(live.host.read_untracked().interval_ms)));
    let version = el("span").fixed(|it| it.text(format!("opsglass {}", live.host.read_untracked().version)));
    let terms = [pace, el("span").text(zone), version];
    el("footer").fixed(|bar| bar.class("key-bar")).of([
        el("div")
            .fixed(|keys| keys.class("keys needs-js"))
            .of([el("div").fixed(|it| it.class("contents")).of(buttons), goes()]),
        el("p").fixed(|place| place.class("terms")).of(terms),
    ])
}

/// Says how other pages are reached.
fn goes() -> El {
    let written = |goes: El| {
        let keys = Place::ALL.map(|place| el("kbd").attr("title", place.name()).text(place.key()));
        let mut words = vec![el("kbd").text(GO), el("span").text("then")];
        words.extend(keys);
        words.push(el("span").text("go to"));
        goes.class("flex items-center gap-2 px-1").of(words)
    };
    el("p").fixed(written)
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
