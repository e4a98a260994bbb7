//! The list of keys, in a dialog. Focus and Escape are the browser's: it is a modal `<dialog>`.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::keys::KEYS;

/// What each key does, in full.
const DOES: [&str; KEYS.len()] = ["Show this list", "Pause the view, or let it go on", "Switch between dark and light"];

/// The list of keys.
#[component]
pub fn Help(
    /// The dialog, for whoever opens it.
    node_ref: NodeRef<Dialog>,
) -> impl IntoView {
    let close = ("Esc", "Close this list");
    let rows = KEYS.into_iter().map(|(key, _)| key).zip(DOES).chain([close]).map(|(key, does)| {
        format!(
            "<div class=\"flex items-center gap-3 py-1\"><dt class=\"w-12\"><kbd>{key}</kbd></dt><dd>{does}</dd></div>"
        )
    });
    // Fixed words, which never change.
    let list = format!(
        "<h2 id=\"help-title\" class=\"text-title font-semibold\">Keys</h2><dl class=\"my-3\">{}</dl>\
         <form method=\"dialog\" class=\"flex justify-end\"><button class=\"button\">Close</button></form>",
        rows.collect::<String>()
    );
    view! { <dialog node_ref=node_ref class="help" aria-labelledby="help-title" inner_html=list></dialog> }.into_any()
}
