//! The bar at the top: whose machine this is, the pages, the way to the palette, how the page stands to the machine, and
//! the two controls.

use super::icon::{Icon, icon};
use super::pill::pill;
use super::tab_bar::{badge, drawing};
use super::theme::theme_button;
use crate::element::{El, el, given, moving};
use crate::live::Live;
use crate::place::Place;

/// The bar.
pub fn top_bar(live: Live) -> El {
    let controls = [pill(live), hold_button(live), retry_button(live), theme_button()];
    let controls = el("div").fixed(|place| place.class("controls needs-js")).of(controls);
    let whose = el("div").fixed(|place| place.class("contents").of(whose(live)));
    el("header").fixed(|bar| bar.class("top-bar")).of([whose, pages(live), jump_button(), controls])
}

/// Whose page it is, and whose machine.
fn whose(live: Live) -> Vec<El> {
    let host = live.host.read_untracked();
    let brand = [icon(Icon::Logo, "logo"), el("span").class("from-tablet").text("opsglass")];
    let mut whose = vec![
        el("a").attr("href", "/").class("brand").attr("aria-label", "opsglass, overview").of(brand),
        el("span").class("from-tablet text-fg-3").attr("aria-hidden", "true").text("/"),
        el("h1").class("host-name").attr("title", host.name.clone()).text(host.name.clone()),
    ];
    if host.demo {
        let words = [el("span").text("Demo"), el("span").class("from-tablet").text(" data")];
        whose.push(el("p").class("chip").of(words));
    }
    #[cfg(feature = "ssr")]
    whose.extend(reader());
    whose
}

/// Who has signed in. The server puts it where the bar is drawn.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct Reader {
    /// The user's name.
    pub name: String,
    /// Whether there is a way out: who has signed in elsewhere goes out there.
    pub can_leave: bool,
}

/// Who has signed in, and the way out.
#[cfg(feature = "ssr")]
fn reader() -> Option<El> {
    let Reader { name, can_leave } = leptos::prelude::use_context()?;
    // Drawn here, for the browser never draws it.
    let door = "<svg class=\"icon desk:hidden\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" fill=\"none\" \
                stroke=\"currentColor\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\
                <path d=\"M6.5 2.5h-4v11h4M10.5 5l3 3-3 3M13.5 8h-7\"/></svg>\
                <span class=\"max-desk:hidden\">Sign out</span>";
    let leave = el("button").attr("type", "submit").class("button").attr("aria-label", "Sign out").markup(door);
    let name = el("span").attr("title", name.clone()).text(name);
    if !can_leave {
        return Some(el("div").class("reader").of([name]));
    }
    let form = el("form").attr("method", "post").attr("action", "/logout").class("reader");
    Some(form.of([name, leave]))
}

/// How many messages in the war room are new to the reader: none, some, or `99+`. The server puts it where the bars are drawn.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct Unread(pub String);

/// Says at a link to the war room how much is new there. From then on a script does.
pub(super) fn with_unread(link: El, place: Place) -> El {
    #[cfg(feature = "ssr")]
    if let (Place::Chat, Some(Unread(count))) = (place, leptos::prelude::use_context()) {
        return link.attr("data-count", count);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = place;
    link
}

/// The way to each page; beside that of the alerts how many fire.
fn pages(live: Live) -> El {
    let links = Place::ALL.map(|place| {
        let badge = el("span")
            .fixed(|it| it.class("contents"))
            .rows(move || badge(live, if place == Place::Alerts { Icon::Bell } else { Icon::Logo }));
        let link = |link: El| {
            let link = link.attr("href", place.path()).attr("data-key", place.key());
            let link = link.attr("data-icon", format!("#{}", drawing(place).name()));
            let link = with_unread(link, place);
            if place == live.place { link.attr("aria-current", "page") } else { link }
        };
        el("a").fixed(link).of([el("span").fixed(|word| word.text(place.name())), badge])
    });
    el("nav").fixed(|nav| nav.class("pages from-tablet").attr("aria-label", "Pages")).of(links)
}

/// Opens the palette, which is a script of its own: `public/palette.js`. It finds there and in the links what it offers.
fn jump_button() -> El {
    el("button").fixed(|button| {
        let keys = ["Ctrl", "K"].map(|key| el("kbd").text(key));
        let words = [
            icon(Icon::Search, "icon"),
            el("span").text("Search or jump"),
            el("span").attr("aria-hidden", "true").of(keys),
        ];
        let named = button.attr("type", "button").class("jump needs-js").attr("aria-label", "Search or jump");
        named.attr("aria-haspopup", "dialog").attr("aria-keyshortcuts", "Control+K Meta+K").of(words)
    })
}

/// Pauses the view and lets it go on.
fn hold_button(live: Live) -> El {
    let does = move || if live.is_paused() { "Go on" } else { "Pause" }.to_owned();
    el("button")
        .fixed(|button| button.attr("type", "button").class("icon-button hold"))
        .attr("aria-label", moving(does))
        .attr("title", moving(does))
        .on("click", move |_| live.toggle_pause())
        .rows(move || vec![icon(if live.is_paused() { Icon::Play } else { Icon::Pause }, "icon")])
}

/// Tries the connection again. On a phone it takes the place of the pause: there is nothing to pause then.
fn retry_button(live: Live) -> El {
    el("button")
        .fixed(|button| {
            let named = button.attr("type", "button").attr("aria-label", "Retry now");
            named.class("icon-button on-phone").of([icon(Icon::Retry, "icon")])
        })
        .attr("hidden", given(move || !live.is_stale()))
        .on("click", move |_| live.retry())
}
