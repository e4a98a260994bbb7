//! The bar at the top: whose machine this is, how the page stands to it, and the two controls.

use leptos::prelude::*;

use super::Pill;
use super::icon::{Icon, icon};
use super::theme::ThemeButton;
use crate::live::{Live, Status};

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
            {demo.then(|| view! { <p class="chip">"Demo data"</p> })}
            <div class="controls needs-js">
                <Pill live/>
                <HoldButton live/>
                <ThemeButton/>
            </div>
        </header>
    }
    .into_any()
}

/// Pauses the view and lets it go on. Offline there is nothing to pause: it then tries the connection again.
#[component]
fn HoldButton(live: Live) -> impl IntoView {
    let offline = move || live.status.with(|status| matches!(status, Status::Offline { .. }));
    let shown = move || match (offline(), live.is_paused()) {
        (true, _) => (Icon::Retry, "Retry now"),
        (false, true) => (Icon::Play, "Go on"),
        (false, false) => (Icon::Pause, "Pause"),
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || shown().1
            title=move || shown().1
            on:click=move |_| if offline() { live.retry() } else { live.toggle_pause() }
        >
            {move || icon(shown().0, "icon")}
        </button>
    }
}
