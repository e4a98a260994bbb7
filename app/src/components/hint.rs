use crate::element::{El, el};

/// Says in place of a list's rows why there are none.
pub(super) fn hint(why: impl Fn() -> Option<&'static str> + Send + Sync + 'static) -> El {
    el("div")
        .fixed(|place| place.class("contents"))
        .rows(move || why().into_iter().map(|why| el("p").class("hint").text(why)).collect())
}
