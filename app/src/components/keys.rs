//! Single keys, and the bar that names them.

use leptos::ev::{self, KeyboardEvent};
use leptos::html::Dialog;
use leptos::prelude::*;

use super::theme::switch_theme;
use crate::format;
use crate::live::Live;

/// The keys that work on this page, and what they do.
pub(super) const KEYS: [(&str, &str); 3] = [("?", "keys"), ("p", "pause"), ("t", "theme")];

/// Does what `key` stands for.
fn press(key: &str, live: Live, help: NodeRef<Dialog>) {
    match key {
        "?" => {
            if let Some(help) = help.get_untracked()
                && !help.open()
            {
                // Fails only on a dialog that is open or out of the document.
                let _ = help.show_modal();
            }
        }
        "p" => live.toggle_pause(),
        "t" => switch_theme(),
        _ => {}
    }
}

/// Listens for single keys anywhere on the page. Not while a modifier is held: those belong to the
/// browser; nor behind the list of keys.
fn listen(live: Live, help: NodeRef<Dialog>) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            let helped = help.get_untracked().is_some_and(|help| help.open());
            if !(helped || event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat()) {
                press(&event.key(), live, help);
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// The bar at the foot of the page: the keys at the left, the terms of the display at the right.
#[component]
pub fn KeyBar(
    /// What the page knows.
    live: Live,
    /// The list of keys.
    help: NodeRef<Dialog>,
) -> impl IntoView {
    listen(live, help);
    let (pace, version) = live.host.with_value(|host| (pace(host.interval_ms), format!("opsglass {}", host.version)));
    let buttons = KEYS.map(|(key, does)| {
        view! {
            <button type="button" class="key-button" on:click=move |_| press(key, live, help)>
                <kbd>{key}</kbd>
                <span>{does}</span>
            </button>
        }
        .into_any()
    });
    view! {
        <footer class="key-bar">
            <div class="keys needs-js">{Vec::from(buttons)}</div>
            <p class="terms">
                <span>{pace}</span>
                <span>{move || format!("times in {}", format::zone(live.offset_min.get()))}</span>
                <span>{version}</span>
            </p>
        </footer>
    }
    .into_any()
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
