//! The bar at the top: whose machine this is, how the page stands to it, and the two controls.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::pill::pill;
use super::theme::theme_button;
use crate::element::{El, el, given, moving};
use crate::live::Live;

/// The bar.
pub fn top_bar(live: Live) -> El {
    let (name, demo) = live.host.with_value(|host| (host.name.clone(), host.demo));
    let brand = [icon(Icon::Logo, "logo"), el("span").class("from-tablet").text("opsglass")];
    let mut bar = vec![
        el("a").attr("href", "/").class("brand").attr("aria-label", "opsglass, overview").of(brand),
        el("span").class("from-tablet text-fg-3").attr("aria-hidden", "true").text("/"),
        el("h1").class("host-name").attr("title", name.clone()).text(name),
    ];
    if demo {
        let words = [el("span").text("Demo"), el("span").class("from-tablet").text(" data")];
        bar.push(el("p").class("chip").of(words));
    }
    let controls = [pill(live), hold_button(live), retry_button(live), theme_button()];
    bar.push(el("div").class("controls needs-js").of(controls));
    el("header").class("top-bar").of(bar)
}

/// Pauses the view and lets it go on.
fn hold_button(live: Live) -> El {
    let does = move || if live.is_paused() { "Go on" } else { "Pause" }.to_owned();
    el("button")
        .attr("type", "button")
        .class("icon-button hold")
        .attr("aria-label", moving(does))
        .attr("title", moving(does))
        .on("click", move |_| live.toggle_pause())
        .rows(move || vec![icon(if live.is_paused() { Icon::Play } else { Icon::Pause }, "icon")])
}

/// Tries the connection again. On a phone it takes the place of the pause: there is nothing to pause then.
fn retry_button(live: Live) -> El {
    el("button")
        .attr("type", "button")
        .class("icon-button on-phone")
        .attr("aria-label", "Retry now")
        .attr("hidden", given(move || !live.is_stale()))
        .on("click", move |_| live.retry())
        .of([icon(Icon::Retry, "icon")])
}
