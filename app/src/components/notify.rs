//! Notifications of the browser itself, for readers who have something else before them. Off until one asks for them.

use super::browser;
use super::icon::{Icon, icon};
use crate::element::{El, el, moving};
use crate::watched::Watched;

/// Switches them on and off, in this browser.
pub fn notify_button() -> El {
    let on = Watched::new(false);
    browser::know_notifies(on);
    el("button")
        .fixed(|button| {
            let content = [icon(Icon::Bell, "icon"), el("span").text("Notify this browser when an alert fires")];
            button.attr("type", "button").class("ghost needs-js my-2").of(content)
        })
        .attr("aria-pressed", moving(move || on.get().to_string()))
        .on("click", move |_| browser::switch_notifies(on))
}
