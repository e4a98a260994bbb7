//! The bar at the top: whose machine this is, how the page stands to it, and the two controls.

use leptos::prelude::*;

use super::Pill;
use super::icon::{Icon, icon};
use super::theme::ThemeButton;
use crate::live::Live;

/// The bar.
#[component]
pub fn TopBar(
    /// What the page knows.
    live: Live,
) -> impl IntoView {
    let (name, demo) = live.host.with_value(|host| (host.name.clone(), host.demo));
    let whole = name.clone();
    view! {
        <header class="top-bar">
            <a href="/" class="brand" aria-label="opsglass, overview">
                {icon(Icon::Logo, "logo")}
                <span class="from-tablet">"opsglass"</span>
            </a>
            <span class="from-tablet text-fg-3" aria-hidden="true">"/"</span>
            <h1 class="host-name" title=whole>
                {name}
            </h1>
            {demo.then(|| view! { <p class="chip">"Demo" <span class="from-tablet">" data"</span></p> }.into_any())}
            <div class="controls needs-js">
                <Pill live/>
                <HoldButton live/>
                <RetryButton live/>
                <ThemeButton/>
            </div>
        </header>
    }
    .into_any()
}

/// Pauses the view and lets it go on.
#[component]
fn HoldButton(live: Live) -> impl IntoView {
    let shown = move || if live.is_paused() { (Icon::Play, "Go on") } else { (Icon::Pause, "Pause") };
    view! {
        <button
            type="button"
            class="icon-button hold"
            aria-label=move || shown().1.to_owned()
            title=move || shown().1.to_owned()
            on:click=move |_| live.toggle_pause()
        >
            {move || icon(shown().0, "icon")}
        </button>
    }
}

/// Tries the connection again. On a phone it takes the place of the pause: there is nothing to pause then.
#[component]
fn RetryButton(live: Live) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button on-phone"
            aria-label="Retry now"
            hidden=move || !live.is_stale()
            on:click=move |_| live.retry()
        >
            {icon(Icon::Retry, "icon")}
        </button>
    }
}
