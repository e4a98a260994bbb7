//! A card with a table in it.

use super::hint::hint;
use crate::element::{El, el};

/// What differs between them.
pub(super) struct Table {
    pub(super) part: &'static str,
    pub(super) title: &'static str,
    /// Beside the title.
    pub(super) note: El,
    pub(super) class: &'static str,
    pub(super) columns: Vec<El>,
    /// Takes the height that the card has left.
    pub(super) fills: bool,
}

impl Table {
    /// The card with `rows` in it, or with why there are none.
    pub(super) fn card(
        self,
        rows: impl Fn() -> Vec<El> + Send + Sync + 'static,
        why_empty: impl Fn() -> Option<&'static str> + Send + Sync + 'static,
    ) -> El {
        let (part, title, class) = (self.part, self.title, self.class);
        let name = el("h2").fixed(|name| name.class("card-title").text(title));
        let head = el("div").fixed(|head| head.class("card-head")).of([name, self.note]);
        let columns = el("thead").of([el("tr").of(self.columns)]);
        let table = el("table").fixed(|table| table.class(class)).of([columns, el("tbody").rows(rows)]);
        let scroll = el("div").fixed(|scroll| scrolls(scroll.class("scroll"), title)).of([table, hint(why_empty)]);
        let body = if self.fills { el("div").fixed(|fill| fill.class("fill")).of([scroll]) } else { scroll };
        el("section").fixed(|card| card.class(format!("card {part}")).attr("id", part)).of([head, body])
    }
}

/// A region that scrolls, by the keyboard too.
pub(super) fn scrolls(region: El, name: &'static str) -> El {
    region.attr("tabindex", "0").attr("role", "region").attr("aria-label", name)
}

/// The head of a column.
pub(super) fn column(name: &'static str, class: &'static str) -> El {
    el("th").fixed(|column| column.attr("scope", "col").class(class).text(name))
}

/// The cell that names a row.
pub(super) fn row_name(title: String) -> El {
    el("th").attr("scope", "row").attr("title", title)
}

/// A cell.
pub(super) fn cell(class: &'static str, text: String) -> El {
    el("td").class(class).text(text)
}
