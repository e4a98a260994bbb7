use super::rows::line;
use crate::components::icon::{Icon, icon};
use crate::components::table::scrolls;
use crate::element::{El, el};
use crate::format;
use crate::model::LogView;

/// The card of the lines, and what stands under them while they stand still: never over them. The scroller runs from its
/// foot, so the browser shows the newest line before and without any script, and keeps its place while older ones come.
pub fn lines(card: El, view: &LogView) -> El {
    let space = |id| el("div").class("log-space").attr("id", id);
    let rows: Vec<El> = view.lines.iter().map(|row| line(row, view.target)).collect();
    let logs = el("div").attr("id", "logs").of(rows);
    let sheet = el("div").class("log-sheet").of([space("log-above"), logs, space("log-below")]);
    let empty = match (&view.problem, view.lines.is_empty(), view.looked) {
        (None, true, 0) => "No line has come in yet.",
        (None, true, _) => "No line matches.",
        _ => "",
    };
    let scroller = scrolls(el("div").class("scroll log-scroller").attr("id", "log-scroller"), "Log lines");
    card.class("card part-lines").attr("id", "part-log").of([
        el("div").class("log-head").of([el("p").attr("id", "log-count").text(count(view)), keys()]),
        el("div")
            .class("log-frame")
            .of([scroller.of([sheet, el("p").class("hint").attr("id", "log-empty").text(empty)]), ruler()]),
        bar(),
    ])
}

/// How many lines there are.
fn count(view: &LogView) -> String {
    let looked = format!("{} line{}", format::count(view.looked), if view.looked == 1 { "" } else { "s" });
    if view.found == view.looked { looked } else { format!("{} of {looked}", format::count(view.found)) }
}

/// Where in the lines gaps, warnings and errors are. For who points: the keys lead to the lines themselves.
fn ruler() -> El {
    let marks = ["is-gap", "is-warn", "is-error"].map(|class| el("path").class(class));
    let ruler = el("svg").attr("id", "log-ruler").class("log-ruler needs-js").attr("aria-hidden", "true");
    ruler.attr("viewBox", "0 0 1 250").attr("preserveAspectRatio", "none").of(marks)
}

/// The keys that work on the lines.
fn keys() -> El {
    let (key, word) = (|key| el("kbd").text(key), |word| el("span").text(word));
    el("p").class("log-keys needs-js from-tablet").of([
        word("newest last,"),
        key("j"),
        key("k"),
        word("move,"),
        key("Enter"),
        word("fields,"),
        key("End"),
        word("newest"),
    ])
}

fn bar() -> El {
    let button = |id, class| el("button").attr("type", "button").attr("id", id).class(class);
    let jump = [icon(Icon::ArrowDown, "icon"), el("span").text("Jump to newest")];
    let resume = [el("span").text("Resume"), el("kbd").text("p")];
    el("div").class("log-bar needs-js").attr("id", "log-bar").attr("hidden", "").of([
        icon(Icon::Pause, "icon text-accent"),
        el("b").attr("id", "log-since"),
        el("span").attr("id", "log-waiting").class("text-fg-2"),
        el("span").attr("id", "log-errors").class("text-crit"),
        button("log-jump", "button").of(jump),
        button("log-resume", "button is-primary").of(resume),
    ])
}
