//! Brings the islands of a page that the server rendered to life. Nothing else belongs here.

// Without a use of the crate the linker drops the islands it exports.
use app as _;

/// Called by the script that the server puts into the page, once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
