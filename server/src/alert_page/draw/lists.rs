//! The silences, and the rules.

use app::components::level::{level_icon, level_mark, level_word};
use app::components::{Icon, icon};
use app::element::{El, el, time};
use app::filter::Filter;
use app::format::{self, Clock};

use super::actions::unsilence;
use super::{ROWS, Scene, key, level_class, more, nothing};
use crate::alerts::{Rule, Silence};

pub(super) fn silences(scene: &Scene<'_>) -> El {
    let filter = Filter::new(&scene.asked.filter);
    let admits = |silence: &&Silence| {
        let values = silence.matchers.iter().map(|matcher| matcher.value.as_str());
        filter.admits(&values.chain([silence.by.as_str(), silence.reason.as_str()]))
    };
    let mut silences: Vec<&Silence> = scene.page.silences.iter().filter(admits).collect();
    silences.sort_by_key(|silence| silence.until);
    let mut rows: Vec<El> = silences.iter().take(ROWS).map(|silence| silence_row(scene, silence)).collect();
    if silences.is_empty() {
        let says = if filter.is_empty() { "Nothing is silenced" } else { "No silence matches" };
        rows.push(nothing(Icon::Bell, says, "An alert that is open can be silenced where it is shown.".to_owned()));
    }
    rows.extend(more(silences.len().min(ROWS), silences.len()));
    el("section").key(8).class("card cases").of([el("ul").attr("aria-label", "Silences").of(rows)])
}

fn silence_row(scene: &Scene<'_>, silence: &Silence) -> El {
    let matchers = silence.wanted();
    let silenced = scene.page.open.iter().filter(|open| open.silenced_by.contains(&silence.id));
    let silenced: Vec<&str> = silenced.map(|open| open.change.alert.name.as_str()).collect();
    let silenced = if silenced.is_empty() { "no open alert".to_owned() } else { silenced.join(", ") };
    let mut parts = vec![
        icon(Icon::Silenced, "icon text-fg-2"),
        el("p").class("case-name").of([el("code").text(matchers)]),
        el("p").class("text-fg-2").text(format!("Keeps quiet: {silenced}")),
        el("p").class("text-fg-2").of([el("span").text("Since "), time(silence.from, Clock::Day)]),
    ];
    if scene.asked.operates {
        parts.push(unsilence(scene, silence));
    } else {
        let says = format!(", by {}: {}", silence.by, silence.reason);
        let until = [el("span").text("Until "), time(silence.until, Clock::Day), el("span").text(says)];
        parts.push(el("p").class("text-fg-2").of(until));
    }
    el("li").key(key(&silence.id)).class("case silence").of(parts)
}

pub(super) fn rules(scene: &Scene<'_>) -> El {
    let filter = Filter::new(&scene.asked.filter);
    let admits = |rule: &&Rule| {
        let file = rule.source.file.as_deref().unwrap_or_default();
        let labels = rule.labels.values().map(String::as_str);
        filter.admits(&[rule.name.as_str(), rule.when.as_str(), file].into_iter().chain(labels))
    };
    let rules: Vec<&Rule> = scene.rules.iter().map(AsRef::as_ref).filter(admits).collect();
    let mut rows: Vec<El> = rules.iter().take(ROWS).map(|rule| rule_row(scene, rule)).collect();
    if rules.is_empty() {
        rows.push(nothing(Icon::Info, "No rule matches", "Rules stand in the configuration and its files.".to_owned()));
    }
    rows.extend(more(rules.len().min(ROWS), rules.len()));
    el("section").key(9).class("card cases").of([el("ul").attr("aria-label", "Rules").of(rows)])
}

fn rule_row(scene: &Scene<'_>, rule: &Rule) -> El {
    let open = scene.page.open.iter().filter(|open| open.change.rule.name == rule.name).count();
    let stands = if open == 0 { "quiet".to_owned() } else { format!("{} open", format::count(open as u64)) };
    let is_open = scene.asked.alert.as_deref() == Some(&rule.name);
    let cell = |class: &'static str, text: String| el("span").class(class).text(text);
    let state = [
        icon(level_icon(rule.severity), if open > 0 { level_mark(rule.severity) } else { "icon text-fg-3" }),
        el("span").text(level_word(rule.severity)),
    ];
    let link = el("a").class("case-row").attr("href", scene.asked.of_alert(&rule.name, None, is_open)).of([
        el("span").class("case-state").of(state),
        cell("case-name", rule.name.clone()),
        cell("case-condition is-wide", rule.condition_words(None)),
        cell("case-by", stands),
        cell("case-fold", String::new()),
    ]);
    let link = if is_open { link.attr("aria-current", "true") } else { link };
    let mut parts = vec![link];
    if is_open {
        parts.push(el("section").class("case-rule is-alone").of(written(Some(rule), &rule.name)));
    }
    el("li").key(key(&rule.name)).class(level_class(rule.severity, false)).of(parts)
}

/// A rule as it is written, with its place, and what is in force of it.
pub(super) fn written(rule: Option<&Rule>, name: &str) -> Vec<El> {
    let title = el("h3").class("case-title").text("Rule");
    let Some(rule) = rule else {
        let says = if name.starts_with("opsglass-") {
            "Opsglass tells this of itself; there is no rule.".to_owned()
        } else {
            format!("The rule {name:?} is there no more.")
        };
        return vec![title, el("p").class("text-small text-fg-2").text(says)];
    };
    let source = &rule.source;
    let place = match &source.file {
        Some(file) => {
            let short = file.rsplit(['/', '\\']).next().unwrap_or(file);
            el("span").class("case-place").attr("title", file.clone()).text(format!("{short}, line {}", source.line))
        }
        None => el("span").class("case-place").text("comes with opsglass"),
    };
    let mut parts = vec![
        el("div").class("case-head").of([title, place]),
        el("pre").attr("tabindex", "0").of([el("code").text(source.text.clone())]),
    ];
    // The configuration may have set other levels than the ones that are written.
    if let Some(levels) = rule.levels().filter(|_| source.file.is_none()) {
        let unit = rule.unit();
        let critical = levels.critical.map_or_else(String::new, |critical| {
            format!(", critical at {} (clear {})", unit.write_level(critical.enter), unit.write_level(critical.clear))
        });
        let level = levels.warning;
        let says =
            format!("In force: {} (clear {}){critical}", unit.write_level(level.enter), unit.write_level(level.clear));
        parts.push(el("p").class("text-small text-fg-2").text(says));
    }
    parts
}
