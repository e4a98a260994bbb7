//! The document around a page. Only the server draws it.

use leptos::config::LeptosOptions;
use leptos::prelude::*;

use crate::components::{Theme, drawings, favicon, title};
use crate::model::{AlertState, Snapshot};
use crate::pages::{NotFound, Overview, Start};
use crate::range::Range;

/// What stands in the document.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one is made for each request, and moved once")]
pub enum Page {
    /// The machine at a glance.
    Overview {
        /// The machine as of one cursor.
        snapshot: Snapshot,
        /// How far back the charts look.
        range: Range,
    },
    /// An address that leads nowhere.
    NotFound {
        /// The path that was asked for.
        path: String,
    },
}

impl Page {
    fn firing(&self) -> usize {
        match self {
            Self::Overview { snapshot, .. } => {
                snapshot.alerts.iter().filter(|alert| alert.state == AlertState::Firing).count()
            }
            Self::NotFound { .. } => 0,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Overview { snapshot, .. } => title(&snapshot.host.name, self.firing()),
            Self::NotFound { .. } => "Not found · opsglass".to_owned(),
        }
    }
}

/// The whole document. Without a chosen `theme` it follows the reader's system.
pub fn shell(options: LeptosOptions, page: Page, theme: Option<Theme>) -> impl IntoView {
    let is_live = matches!(page, Page::Overview { .. });
    // A title is nothing but text, so a marker beside a child would be read as a part of it.
    let title = page.title().replace('&', "&amp;").replace('<', "&lt;");
    let icon = favicon(page.firing());
    let mut carried = None;
    let body = match page {
        Page::Overview { snapshot, range } => {
            carried = Some((snapshot.to_json(), range.as_str()));
            provide_context(Start { snapshot, range });
            view! { <Overview/> }.into_any()
        }
        Page::NotFound { path } => view! { <NotFound path/> }.into_any(),
    };
    let (snapshot, range) = carried.unzip();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.map(Theme::as_str)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="dark light"/>
                <title inner_html=title/>
                <link rel="icon" id="favicon" type="image/svg+xml" href=icon/>
                <link rel="stylesheet" href="/pkg/opsglass.css"/>
                {is_live.then(|| view! { <HydrationScripts options islands=true/> })}
            </head>
            <body data-snapshot=snapshot data-range=range>
                <a href="#main" class="skip">"Skip to the content"</a>
                {drawings()}
                {is_live.then(without_script)}
                {body}
            </body>
        </html>
    }
}

/// What a reader without script is told.
fn without_script() -> impl IntoView {
    view! {
        <noscript>
            <p class="notice">
                "This page shows the machine as of now. It does not move without JavaScript: reload it for newer values."
            </p>
        </noscript>
    }
}
