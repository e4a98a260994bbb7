//! What is looked for: a form. Without script it is sent, with it each change is asked for at once.

use super::{Part, Reading, browser};
use crate::components::icon::{Icon, icon};
use crate::element::{El, el, given, moving};
use crate::model::LogLevel;

/// What is looked for, as the address says it.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// What was typed.
    pub typed: String,
    /// It is a regular expression.
    pub is_regex: bool,
    /// Only these levels; none is all.
    pub levels: Vec<LogLevel>,
    /// Only these sources; none is all.
    pub sources: Vec<String>,
}

/// The form.
pub(super) fn form(reading: Reading, filters: &Filters) -> El {
    let changed = move |_| browser::look(reading);
    el("form")
        .fixed(|form| {
            form.class("log-filters").attr("action", "/logs").attr("role", "search").attr("id", browser::FORM)
        })
        .on("input", changed)
        .on("submit", move |event| {
            event.prevent_default();
            browser::look(reading);
        })
        .of([
            el("h2").fixed(|title| title.class("log-title").text("Logs")),
            words(reading, filters),
            levels(reading, &filters.levels),
            sources(reading, &filters.sources),
            el("button").fixed(|button| button.class("button needs-no-js").text("Filter")),
            wrap(reading),
            copy(reading),
            problem(reading),
        ])
}

fn words(reading: Reading, filters: &Filters) -> El {
    let typed = el("input")
        .fixed(|input| {
            input
                .attr("type", "search")
                .attr("name", "q")
                .attr("id", browser::WORDS)
                .attr("value", filters.typed.clone())
                .attr("placeholder", "timeout -healthz \"cache hit\"")
                .attr("aria-label", "Filter: words, \"phrases\", -without")
                .attr("aria-describedby", PROBLEM)
                .attr("autocomplete", "off")
                .attr("autocapitalize", "off")
                .attr("spellcheck", "false")
        })
        .attr("aria-invalid", moving(move || reading.state.read().problem.is_some().to_string()));
    let regex = |toggle: El| {
        let input = checkbox("regex", "true".to_owned(), filters.is_regex).attr("aria-label", "Regular expression");
        toggle.class("log-regex").attr("title", "Regular expression").of([input, el("span").text(".*")])
    };
    el("div").fixed(|field| field.class("log-words")).of([
        el("svg").fixed(|_| icon(Icon::Search, "icon")),
        typed,
        el("label").fixed(regex),
    ])
}

/// The loudest first.
fn levels(reading: Reading, chosen: &[LogLevel]) -> El {
    let chips = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug, LogLevel::Trace].map(|level| {
        let count = move || {
            let parts = reading.live.parts.read();
            parts.get(Part::Levels as usize).and_then(|counts| counts.get(level as usize)).cloned().unwrap_or_default()
        };
        let is_chosen = chosen.contains(&level);
        let drawing = if level == LogLevel::Error { Icon::Critical } else { Icon::Warning };
        el("label").fixed(|chip| chip.class(format!("log-chip is-{}", level.as_str()))).of([
            el("input").fixed(|_| checkbox("levels", level.as_str().to_owned(), is_chosen)),
            el("svg").fixed(|_| icon(drawing, "icon-14")),
            el("span").fixed(|word| word.text(level.as_str())),
            el("span").fixed(|count| count.class("log-count")).text(moving(count)),
        ])
    });
    let group = |group: El| group.class("log-levels").attr("role", "group").attr("aria-label", "Only these levels");
    el("div").fixed(group).of(chips)
}

/// Each keeps its place while others come, so that what is chosen stays chosen.
fn sources(reading: Reading, chosen: &[String]) -> El {
    let chosen = chosen.to_vec();
    let rows = move || {
        let parts = reading.live.parts.read();
        let Some(sources) = parts.get(Part::Sources as usize) else { return Vec::new() };
        let row = |(at, source): (usize, &[String])| {
            let [name, count] = source else { return el("label") };
            el("label").key(at as u64 + 1).class("log-source").of([
                checkbox("source", name.clone(), chosen.contains(name)),
                el("span").class("truncate").text(name.clone()),
                el("span").class("log-count").text(count.clone()),
            ])
        };
        sources.chunks(2).enumerate().map(row).collect()
    };
    let menu = |menu: El| menu.class("log-sources").attr("role", "group").attr("aria-label", "Only these sources");
    el("details")
        .fixed(|it| it.class("log-menu"))
        .of([el("summary").fixed(|summary| summary.class("button").text("Sources")), el("div").fixed(menu).rows(rows)])
}

fn checkbox(name: &'static str, value: String, is_checked: bool) -> El {
    let input = el("input").attr("type", "checkbox").attr("name", name).attr("value", value);
    if is_checked { input.attr("checked", "") } else { input }
}

fn wrap(reading: Reading) -> El {
    el("button")
        .fixed(|button| {
            let content = [icon(Icon::Wrap, "icon"), el("span").class("from-tablet").text("Wrap")];
            button.attr("type", "button").class("button needs-js").attr("aria-label", "Wrap long lines").of(content)
        })
        .attr("aria-pressed", moving(move || reading.state.read().is_wrapped.to_string()))
        .on("click", move |_| browser::wrap(reading))
}

fn copy(reading: Reading) -> El {
    el("button")
        .fixed(|button| {
            let content = [icon(Icon::Copy, "icon"), el("span").class("from-tablet").text("Copy")];
            let named = button.attr("type", "button").attr("aria-label", "Copy these lines");
            named.class("button needs-js").attr("id", browser::COPY).of(content)
        })
        .on("click", move |_| browser::copy(reading))
}

const PROBLEM: &str = "log-problem";

fn problem(reading: Reading) -> El {
    let says = move || reading.state.read().problem.clone().unwrap_or_default();
    el("p")
        .fixed(|problem| problem.class("log-problem").attr("id", PROBLEM))
        .attr("hidden", given(move || reading.state.read().problem.is_none()))
        .text(moving(says))
}
