use super::{Reading, bar, browser, rows};
use crate::components::hint::hint;
use crate::components::table::scrolls;
use crate::element::{El, el, moving};
use crate::format;

/// The lines. Those that are not in the document leave their room. The scroller runs from its foot, so the browser shows
/// the newest line before and without any script, stays there while lines come in, and keeps its place while older ones do.
pub fn lines(reading: Reading) -> El {
    let space = |rows: fn(&super::State) -> usize| {
        el("div")
            .fixed(|space| space.class("log-space"))
            .attr("style", moving(move || format!("--at:{}", rows(&reading.state.read()))))
    };
    let logs = el("div")
        .fixed(|logs| logs.attr("id", browser::LINES))
        .on("click", move |event| browser::click(reading, &event))
        .rows(move || rows::draw(reading));
    let sheet = el("div").fixed(|sheet| sheet.class("log-sheet")).of([
        space(|state| state.drawn.start),
        logs,
        space(|state| state.list.rows.len().saturating_sub(state.drawn.end)),
    ]);
    let class = move || {
        let is_wrapped = reading.state.read().is_wrapped;
        if is_wrapped { "scroll log-scroller is-wrapped" } else { "scroll log-scroller" }.to_owned()
    };
    let scroller = el("div")
        .fixed(|region| scrolls(region.attr("id", browser::SCROLLER), "Log lines"))
        .class(moving(class))
        .on("scroll", move |_| browser::scrolled(reading))
        .of([sheet, hint(move || empty(reading))]);
    el("section").fixed(|card| card.class("card part-lines").attr("id", "part-log")).of([
        el("div").fixed(|head| head.class("log-head")).of([
            el("p").fixed(|count| count.attr("id", "log-count")).text(moving(move || count(reading))),
            el("p").fixed(keys),
        ]),
        scroller,
        bar::bar(reading),
    ])
}

/// How many lines there are.
fn count(reading: Reading) -> String {
    let list = &reading.state.read().list;
    let (found, looked) = (list.total.found + list.waiting.found, list.total.looked + list.waiting.looked);
    let looked_through = format!("{} line{}", format::count(looked), if looked == 1 { "" } else { "s" });
    if found == looked { looked_through } else { format!("{} of {looked_through}", format::count(found)) }
}

fn empty(reading: Reading) -> Option<&'static str> {
    let state = reading.state.read();
    match (&state.problem, state.list.rows.is_empty(), state.list.total.looked) {
        (None, true, 0) => Some("No line has come in yet."),
        (None, true, _) => Some("No line matches."),
        _ => None,
    }
}

/// The keys that work on the lines.
fn keys(hints: El) -> El {
    let (key, word) = (|key| el("kbd").text(key), |word| el("span").text(word));
    let words = vec![
        word("newest last,"),
        key("j"),
        key("k"),
        word("move,"),
        key("Enter"),
        word("fields,"),
        key("End"),
        word("newest"),
    ];
    hints.class("log-keys needs-js from-tablet").of(words)
}
