//! The list of keys, in a dialog. Focus and Escape are the browser's: it is a modal `<dialog>`.

use super::keys::{GO, KEYS};
use crate::element::{El, el};
use crate::place::Place;

/// What each key does, in full.
const DOES: [&str; KEYS.len()] = ["Show this list", "Pause the view, or let it go on", "Switch between dark and light"];

/// The dialog's id.
pub(super) const ID: &str = "help";

/// The list of keys.
pub fn help(place: Place) -> El {
    el("dialog").fixed(move |dialog| fill(dialog, place))
}

fn fill(dialog: El, place: Place) -> El {
    let of_place = match place {
        Place::Alerts => Some(("a", "Acknowledge the alert that is opened")),
        Place::Chat => Some(("/", "Search the room")),
        Place::Logs => Some(("/", "Look for lines")),
        Place::Overview | Place::Connections => None,
    };
    let close = ("Esc", "Close this list");
    let row = |keys: &str, does: &str| {
        format!("<div class=\"flex items-center gap-3 py-1\"><dt class=\"w-16\">{keys}</dt><dd>{does}</dd></div>")
    };
    let keys = KEYS.into_iter().map(|(key, _)| key).zip(DOES).chain(of_place).chain([close]);
    let keys = keys.map(|(key, does)| row(&format!("<kbd>{key}</kbd>"), does));
    let keys = [row("<kbd>Ctrl</kbd> <kbd>K</kbd>", "Search or jump, also with Cmd")].into_iter().chain(keys);
    let pages = Place::ALL.map(|place| row(&format!("<kbd>{GO}</kbd> <kbd>{}</kbd>", place.key()), place.name()));
    let rows = keys.chain(pages);
    // Fixed words, which never change.
    let list = format!(
        "<h2 id=\"help-title\" class=\"text-title font-semibold\">Keys</h2><dl class=\"my-3\">{}</dl>\
         <form method=\"dialog\" class=\"flex justify-end\"><button class=\"button\">Close</button></form>",
        rows.collect::<String>()
    );
    dialog.attr("id", ID).class("help").attr("aria-labelledby", "help-title").markup(list)
}
