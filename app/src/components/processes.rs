//! The processes: the busiest of all, or those that the reader looks for, in the order that the reader wants.

use super::drawn::place;
use super::icon::{Icon, icon};
use super::overview::Part;
use super::search;
use super::table::{column, scrolls};
use crate::element::{El, el, moving};
use crate::live::Live;
use crate::model::{ProcessQuery, ProcessSort};

/// The table of processes.
pub fn processes(live: Live) -> El {
    let columns = el("tr").of([
        header(live, "Process", ProcessSort::Name, ""),
        column("PID", "column-pid w-[76px]"),
        header(live, "CPU %", ProcessSort::Cpu, "w-[96px]"),
        header(live, "Memory", ProcessSort::Memory, "w-[96px]"),
    ]);
    let table = el("table")
        .fixed(|table| table.class("grid-table"))
        .of([el("thead").of([columns]), el("tbody").rows(search::rows(live, Part::Processes as usize))]);
    el("section").fixed(|card| card.class("card part-processes").attr("id", "part-processes")).of([
        el("div").fixed(|head| head.class("card-head")).of([
            el("h2").fixed(|name| name.class("card-title").text("Processes")),
            place(live, Part::ProcessCounts as usize, "div", "contents"),
            search::field(live, "Filter processes"),
        ]),
        el("div")
            .fixed(|fill| fill.class("fill"))
            .of([el("div").fixed(|scroll| scrolls(scroll.class("scroll"), "Processes")).of([table])]),
    ])
}

/// The head of a column that the table can be sorted by.
fn header(live: Live, label: &'static str, sort: ProcessSort, class: &'static str) -> El {
    let sorted = moving(move || {
        match live.query.read().sort == sort {
            true if sort == ProcessSort::Name => "ascending",
            true => "descending",
            false => "none",
        }
        .to_owned()
    });
    let button = el("button").fixed(|button| {
        let content = [el("span").text(label), icon(Icon::ArrowDown, "icon-12")];
        button.attr("type", "button").class("sort").of(content)
    });
    let look = move |_| {
        let filter = live.query.read_untracked().filter.clone();
        live.look_for(ProcessQuery { sort, filter });
    };
    el("th")
        .fixed(|column| column.attr("scope", "col").class(class))
        .attr("aria-sort", sorted)
        .of([button.on("click", look)])
}
