//! Pieces of tables.

use crate::element::{El, el};

/// A region that scrolls, by the keyboard too.
pub(super) fn scrolls(region: El, name: &'static str) -> El {
    region.attr("tabindex", "0").attr("role", "region").attr("aria-label", name)
}

/// The head of a column.
pub(super) fn column(name: &'static str, class: &'static str) -> El {
    el("th").fixed(|column| column.attr("scope", "col").class(class).text(name))
}

/// The cell that names a row.
#[cfg(feature = "ssr")]
pub(super) fn row_name(title: String) -> El {
    el("th").attr("scope", "row").attr("title", title)
}

/// A cell.
#[cfg(feature = "ssr")]
pub(super) fn cell(class: &'static str, text: String) -> El {
    el("td").class(class).text(text)
}
