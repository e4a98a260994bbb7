//! What is looked for: a form. Without script it is sent, with it each change is asked for at once.

use crate::components::icon::{Icon, icon};
use crate::element::{El, el};
use crate::format;
use crate::model::{LogLevel, LogSummary};

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

/// The form, with how many lines there are of each kind. `problem` says why nothing was looked for.
pub fn form(filters: &Filters, summary: &LogSummary, problem: Option<&str>) -> El {
    let button = |id, name, drawing, word| {
        let content = [icon(drawing, "icon"), el("span").class("from-tablet").text(word)];
        let button = el("button").attr("type", "button").class("button needs-js").attr("id", id);
        button.attr("aria-label", name).of(content)
    };
    el("form").class("log-filters").attr("action", "/logs").attr("role", "search").attr("id", "log-filters").of([
        el("h2").class("log-title").text("Logs"),
        words(filters, problem.is_some()),
        levels(filters, summary),
        sources(filters, summary),
        el("button").class("button needs-no-js").text("Filter"),
        button("log-wrap", "Wrap long lines", Icon::Wrap, "Wrap").attr("aria-pressed", "false"),
        button("log-copy", "Copy these lines", Icon::Copy, "Copy"),
        el("p").class("log-problem").attr("id", "log-problem").text(problem.unwrap_or_default().to_owned()),
    ])
}

fn words(filters: &Filters, is_wrong: bool) -> El {
    let typed = el("input")
        .attr("type", "search")
        .attr("name", "q")
        .attr("id", "log-words")
        .attr("value", filters.typed.clone())
        .attr("placeholder", "timeout -healthz \"cache hit\"")
        .attr("aria-label", "Filter: words, \"phrases\", -without")
        .attr("aria-describedby", "log-problem")
        .attr("aria-invalid", is_wrong.to_string())
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false");
    let regex = checkbox("regex", "true".to_owned(), filters.is_regex).attr("aria-label", "Regular expression");
    let toggle = el("label").class("log-regex").attr("title", "Regular expression");
    el("div").class("log-words").of([icon(Icon::Search, "icon"), typed, toggle.of([regex, el("span").text(".*")])])
}

/// The loudest first.
fn levels(filters: &Filters, summary: &LogSummary) -> El {
    let chip = |&level: &LogLevel| {
        let box_of = checkbox("levels", level.as_str().to_owned(), filters.levels.contains(&level));
        let drawing = if level == LogLevel::Error { Icon::Critical } else { Icon::Warning };
        el("label").class(format!("log-chip is-{}", level.as_str())).of([
            box_of,
            icon(drawing, "icon-14"),
            el("span").text(level.as_str()),
            el("span").class("log-count").text(format::count(summary.levels[level as usize])),
        ])
    };
    let chips: Vec<El> = LogLevel::ALL.iter().rev().map(chip).collect();
    el("div").class("log-levels").attr("role", "group").attr("aria-label", "Only these levels").of(chips)
}

/// Those that are chosen are there even where they have no line.
fn sources(filters: &Filters, summary: &LogSummary) -> El {
    let missing = filters.sources.iter().filter(|name| summary.sources.iter().all(|(known, _)| known != *name));
    let missing = missing.map(|name| (name.clone(), 0));
    let row = |(name, count): (String, u64)| {
        el("label").class("log-source").of([
            checkbox("source", name.clone(), filters.sources.contains(&name)),
            el("span").class("truncate").text(name),
            el("span").class("log-count").text(format::count(count)),
        ])
    };
    let rows: Vec<El> = summary.sources.iter().cloned().chain(missing).map(row).collect();
    let (chosen, all) = (filters.sources.len(), rows.len());
    let chosen = if chosen > 0 { format!("{chosen} of {all}") } else { all.to_string() };
    let button = [el("span").text("Sources"), el("span").class("log-count").attr("id", "log-chosen").text(chosen)];
    let menu = el("div").class("log-sources").attr("id", "log-sources").attr("role", "group");
    el("details")
        .class("log-menu")
        .of([el("summary").class("button").of(button), menu.attr("aria-label", "Only these sources").of(rows)])
}

fn checkbox(name: &'static str, value: String, is_checked: bool) -> El {
    let input = el("input").attr("type", "checkbox").attr("name", name).attr("value", value);
    if is_checked { input.attr("checked", "") } else { input }
}
