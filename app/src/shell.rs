//! The document around a page. Only the server draws it.

use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use crate::components::chat::Guest;
use crate::components::{Theme, Unread, drawings, favicon, title};
use crate::pages::{self, Landing, NotFound, SignIn, Start, landing, sign_in};
use crate::place::Place;

/// The paths of the scripts that the server has. It provides them where a document is drawn.
#[derive(Debug, Clone)]
pub struct Scripts(pub Vec<String>);

impl Scripts {
    /// The parts of a script, which are in the folder of its name.
    fn parts_of<'a>(&'a self, script: &'a str) -> impl Iterator<Item = &'a String> {
        let folder = script.trim_end_matches(".js");
        self.0.iter().filter(move |path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// What stands in the document.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one is made for each request, and moved once")]
pub enum Page {
    /// A page that moves.
    Live(Start),
    /// The page to sign in.
    SignIn(SignIn),
    /// The page after signing in elsewhere.
    Landing(Landing),
    /// An address that leads nowhere.
    NotFound {
        /// The path that was asked for.
        path: String,
    },
}

impl Page {
    fn firing(&self) -> usize {
        match self {
            Self::Live(Start { snapshot, .. }) => snapshot.alerts.len(),
            Self::SignIn(_) | Self::Landing(_) | Self::NotFound { .. } => 0,
        }
    }

    /// Whether it looks like neither the overview nor the connections, for which one style sheet is enough.
    fn has_more_style(&self) -> bool {
        match self {
            Self::Live(start) => !matches!(start.place, Place::Overview | Place::Connections),
            Self::SignIn(_) | Self::Landing(_) => true,
            Self::NotFound { .. } => false,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Live(Start { place, snapshot, .. }) => title(*place, &snapshot.host.name, self.firing()),
            Self::SignIn(SignIn { host, .. }) => format!("Sign in · {host} · opsglass"),
            Self::Landing(_) => "Signed in · opsglass".to_owned(),
            Self::NotFound { .. } => "Not found · opsglass".to_owned(),
        }
    }
}

/// The document of a page that stays as it is. Only a script with this `nonce` may run in it.
pub fn still(options: LeptosOptions, page: Page, theme: Option<Theme>, nonce: Nonce) -> String {
    Owner::new().with(|| {
        provide_context(nonce);
        shell(options, page, theme).into_view().to_html()
    })
}

/// The whole document. Without a chosen `theme` it follows the reader's system.
pub fn shell(options: LeptosOptions, page: Page, theme: Option<Theme>) -> impl IntoView {
    let is_live = matches!(page, Page::Live(_));
    let has_more_style = page.has_more_style();
    // A title is nothing but text, so a marker beside a child would be read as a part of it.
    let title = page.title().replace('&', "&amp;").replace('<', "&lt;");
    let icon = favicon(page.firing());
    let mut carried = None;
    let mut looked_for = None;
    let body = match page {
        Page::Live(start) => {
            let logs = start.logs.as_ref().map(|logs| logs.view.to_json());
            carried = Some((start.snapshot.to_json(), ((start.range.as_str(), start.place.path()), logs)));
            if !start.processes.is_plain() {
                looked_for = Some((start.processes.sort.as_str(), start.processes.filter.clone()));
            }
            provide_context(start);
            view! { <pages::Page/> }.into_any()
        }
        Page::SignIn(page) => sign_in(page).into_any(),
        Page::Landing(page) => landing(page).into_any(),
        Page::NotFound { path } => view! { <NotFound path/> }.into_any(),
    };
    let guest: Option<Guest> = use_context();
    let unread: Option<Unread> = use_context();
    let stream = guest.as_ref().map(|guest| guest.stream.clone());
    let (snapshot, view) = carried.unzip();
    let (view, logs) = view.unzip();
    let (range, place) = view.unzip();
    let (sort, filter) = looked_for.unzip();
    let logs = logs.flatten();
    let script = match place {
        Some(path) if path == Place::Logs.path() => Some("/logs.js"),
        Some(path) if path == Place::Alerts.path() => Some("/alerts.js"),
        _ => None,
    };
    // A browser finds a part in the one that needs it, one after the other; so all of them are named.
    let scripts: Option<Scripts> = use_context();
    let parts = script.zip(scripts).map(|(script, scripts)| {
        let preload = |path: &String| view! { <link rel="modulepreload" href=path.clone()/> };
        scripts.parts_of(script).map(preload).collect_view()
    });
    let script = script.map(|path| view! { <script type="module" src=path></script> });
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
                {has_more_style.then(|| view! { <link rel="stylesheet" href="/pkg/pages.css"/> })}
                {parts}
                {script}
                {is_live.then(|| view! { <HydrationScripts options islands=true/> })}
                {is_live.then(|| view! { <script type="module" src="/palette.js"></script> })}
                {unread.is_some().then(|| view! { <script type="module" src="/unread.js"></script> })}
                {guest.is_some().then(|| view! { <script type="module" src="/room.js"></script> })}
            </head>
            <body data-snapshot=snapshot data-range=range data-place=place data-sort=sort data-filter=filter data-stream=stream data-logs=logs>
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
                "This page shows how things are now. It does not move without JavaScript: reload it for newer values."
            </p>
        </noscript>
    }
}
