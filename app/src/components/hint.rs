use leptos::prelude::*;

/// Says in place of a list's rows why there are none.
pub(super) fn hint(why: Option<&'static str>) -> AnyView {
    why.map(|why| view! { <p class="hint">{why}</p> }.into_any()).into_any()
}
