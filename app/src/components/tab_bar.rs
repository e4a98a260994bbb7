//! The bar at the foot of a phone: the pages and the parts of the overview, within reach of a thumb.

use super::health::is_critical;
use super::icon::{Icon, icon};
use super::top_bar::with_unread;
use crate::element::{El, el};
use crate::live::Live;
use crate::place::Place;

/// Where it leads on the overview, its name and its drawing.
const LINKS: [(&str, &str, Icon); 5] = [
    ("#main", "Overview", Icon::Overview),
    ("/alerts", "Alerts", Icon::Bell),
    ("/chat", "Chat", Icon::Talk),
    ("/logs", "Logs", Icon::Lines),
    ("/connections", "Connections", Icon::Waves),
];

/// The drawing of a page.
pub(super) fn drawing(place: Place) -> Icon {
    LINKS.into_iter().find(|(_, name, _)| *name == place.name()).map_or(Icon::Lines, |(_, _, drawing)| drawing)
}

/// The links; shown on phones only.
pub fn tab_bar(live: Live) -> El {
    let links = LINKS.map(|(href, name, drawing)| {
        let badge = el("span").fixed(|place| place.class("contents")).rows(move || badge(live, drawing));
        let sign = el("svg").fixed(|_| icon(drawing, "icon-20"));
        let sign = el("span").fixed(|place| place.class("relative")).of([sign, badge]);
        el("a").fixed(|link| to(link, href, name, live)).of([sign, el("span").fixed(|word| word.text(name))])
    });
    el("nav").fixed(|bar| bar.class("tab-bar").attr("aria-label", "Pages and their parts")).of(links)
}

fn to(link: El, href: &'static str, name: &'static str, live: Live) -> El {
    // From another page a part stands on the overview, whose head is the page itself.
    let href = match href {
        "#main" if live.place != Place::Overview => "/".to_owned(),
        part if live.place != Place::Overview && part.starts_with('#') => format!("/{part}"),
        as_it_is => as_it_is.to_owned(),
    };
    let place = Place::ALL.into_iter().find(|place| place.path() == href).unwrap_or_default();
    let link = with_unread(link.attr("href", href), place);
    if name == live.place.name() { link.attr("aria-current", "page") } else { link }
}

/// How many alerts fire and are not silenced, where there is one.
pub(super) fn badge(live: Live, part: Icon) -> Vec<El> {
    let alerts = live.alerts.read();
    if part != Icon::Bell || alerts.is_empty() {
        return Vec::new();
    }
    let class = if is_critical(&alerts) { "badge is-critical" } else { "badge" };
    vec![el("span").class(class).text(alerts.len().to_string())]
}
