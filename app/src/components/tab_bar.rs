//! The bar at the foot of a phone: the parts of the page, within reach of a thumb.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::title::firing;
use crate::element::{El, el};
use crate::live::Live;

const PARTS: [(&str, &str, Icon); 5] = [
    ("#main", "Overview", Icon::Overview),
    ("#part-alerts", "Alerts", Icon::Bell),
    ("#part-charts", "Charts", Icon::Chart),
    ("#part-processes", "Processes", Icon::Table),
    ("#part-log", "Log", Icon::Lines),
];

/// Links to the parts of the page; shown on phones only.
pub fn tab_bar(live: Live) -> El {
    let links = PARTS.map(|(href, name, drawing)| {
        let badge = el("span").fixed(|place| place.class("contents")).rows(move || badge(live, drawing));
        let sign = el("svg").fixed(|_| icon(drawing, "icon-20"));
        let sign = el("span").fixed(|place| place.class("relative")).of([sign, badge]);
        el("a").fixed(|link| link.attr("href", href)).of([sign, el("span").fixed(|word| word.text(name))])
    });
    el("nav").fixed(|bar| bar.class("tab-bar").attr("aria-label", "Parts of this page")).of(links)
}

/// How many alerts fire, where there is one.
fn badge(live: Live, part: Icon) -> Vec<El> {
    let count = if part == Icon::Bell { firing(live.alerts.read().all()) } else { 0 };
    if count > 0 { vec![el("span").class("badge").text(count.to_string())] } else { Vec::new() }
}
