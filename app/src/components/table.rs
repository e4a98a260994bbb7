use super::hint::hint;
use crate::element::{El, el};

/// A card with a table in it that scrolls.
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
        let head = el("div").class("card-head").of([el("h2").class("card-title").text(self.title), self.note]);
        let table =
            el("table").class(self.class).of([el("thead").of([el("tr").of(self.columns)]), el("tbody").rows(rows)]);
        let scroll = el("div")
            .class("scroll")
            .attr("tabindex", "0")
            .attr("role", "region")
            .attr("aria-label", self.title)
            .of([table, hint(why_empty)]);
        let body = if self.fills { el("div").class("fill").of([scroll]) } else { scroll };
        el("section").class(format!("card {}", self.part)).attr("id", self.part).of([head, body])
    }
}

/// The head of a column.
pub(super) fn column(name: &'static str, class: &'static str) -> El {
    el("th").attr("scope", "col").class(class).text(name)
}

/// The cell that names a row.
pub(super) fn row_name(title: String) -> El {
    el("th").attr("scope", "row").attr("title", title)
}

/// A cell.
pub(super) fn cell(class: &'static str, text: String) -> El {
    el("td").class(class).text(text)
}
