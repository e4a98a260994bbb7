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
    let rows = KEYS.into_iter().zip(DOES).map(|((key, _), does)| {
        view! {
            <div class="flex items-center gap-3 py-1">
                <dt class="w-12">
                    <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
            </div>
        }
    });
    view! {
        <dialog node_ref=node_ref class="help" aria-labelledby="help-title">
            <h2 id="help-title" class="text-title font-semibold">"Keys"</h2>
            <dl class="my-3">
                {rows.collect_view()}
                <div class="flex items-center gap-3 py-1">
                    <dt class="w-12">
                        <kbd>"Esc"</kbd>
                    </dt>
                    <dd>"Close this list"</dd>
                </div>
            </dl>
            <form method="dialog" class="flex justify-end">
                <button class="button">"Close"</button>
            </form>
        </dialog>
    }
    .into_any()
}
