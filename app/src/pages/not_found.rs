//! The page for an address that leads nowhere.

use leptos::prelude::*;

use crate::components::{Icon, icon};

/// Says which address it was, and the way home.
#[component]
pub fn NotFound(
    /// The path that was asked for.
    path: String,
) -> impl IntoView {
    view! {
        <div class="page">
            <header class="top-bar">
                <a href="/" class="brand">
                    {icon(Icon::Logo, "logo")}
                    <span>"opsglass"</span>
                </a>
            </header>
            <main id="main" class="not-found">
                <h1 class="text-title font-semibold">"There is no such page"</h1>
                <p class="text-fg-2">"Nothing is served at " <code>{path}</code></p>
                <p>
                    <a href="/" class="button">"To the overview"</a>
                </p>
            </main>
        </div>
    }
}
