//! What people can do about an alert. Each is a form, which works without script too.

use app::asked::Asked;
use app::components::{Icon, icon};
use app::element::{El, el, time};
use app::format::Clock;
use app::model::AlertChange;
use url::form_urlencoded::byte_serialize;

use super::{Scene, left};
use crate::alerts::{LabelMatcher, Silence, Standing};

/// Labels that a silence is about, if nobody says otherwise: the rule, and which of its instances.
const MATCHED: [&str; 2] = ["alertname", "instance"];

pub(super) fn actions(scene: &Scene<'_>, standing: &Standing) -> El {
    let mut parts = vec![el("h3").class("case-title").text("Take it")];
    if !scene.asked.operates {
        parts.push(el("p").class("text-small text-fg-2").text("Needs the operator role."));
    } else {
        if standing.change.alert.state == app::model::AlertState::Firing {
            parts.push(acknowledge(scene, standing));
        }
        let active = scene.page.silences.iter().filter(|silence| standing.silenced_by.contains(&silence.id));
        parts.extend(active.map(|silence| unsilence(scene, silence)));
        parts.push(silence(scene, standing));
    }
    parts.push(copy(&standing.change.alert.id, None));
    el("section").class("case-actions").of(parts)
}

/// What can be done about an alert that is over.
pub(super) fn of_the_past(change: &AlertChange) -> El {
    el("section").class("case-actions").of([copy(&change.alert.id, Some(change.change))])
}

/// Copies the alert's address; shown where the page's script runs and the browser lets it (`public/alerts.js`).
fn copy(id: &str, change: Option<u64>) -> El {
    let button =
        el("button").attr("type", "button").class("button case-copy").attr("value", Asked::to_alert(id, change));
    let button = button.of([icon(Icon::Copy, "icon-14"), el("span").text("Copy link")]);
    el("div").key(5).class("case-form").of([button, el("output").class("is-good")])
}

fn acknowledge(scene: &Scene<'_>, standing: &Standing) -> El {
    let call = |what: &str| format!("/api/alerts/{}/{what}", in_path(&standing.change.alert.id));
    if let Some(ack) = &standing.acknowledged {
        let says = [el("span").text(format!("Acknowledged by {}, ", ack.by)), time(ack.at, Clock::Day)];
        let says = el("p").class("text-fg-2").of(says);
        return form(call("unack")).key(1).of([says, button("Take back", "button"), el("output")]);
    }
    let mut fields = who(scene);
    fields.extend([
        field("reason", "What you do about it", "", 1_024),
        el("button")
            .attr("type", "submit")
            .class("button is-first")
            .of([el("span").text("Acknowledge"), el("b").class("kbd needs-js").attr("aria-hidden", "true").text("a")]),
        el("output"),
    ]);
    form(call("ack")).key(2).of(fields)
}

fn silence(scene: &Scene<'_>, standing: &Standing) -> El {
    let labels = &standing.change.labels;
    let matcher = |label: &&str| {
        let value = labels.get(*label)?.clone();
        Some(LabelMatcher { label: (*label).to_owned(), value, equal: true }.to_string())
    };
    let matched = MATCHED.iter().filter_map(matcher);
    let matchers = matched.collect::<Vec<_>>().join(", ");
    let choice = |value: &'static str, says: &'static str| {
        let radio = el("input").attr("type", "radio").attr("name", "for").attr("value", value);
        let radio = if value == "30m" { radio.attr("checked", "") } else { radio };
        el("label").of([radio, el("span").text(says)])
    };
    let until = el("input").attr("type", "datetime-local").attr("name", "until").attr("aria-label", "Silence until");
    let span = el("fieldset").class("choices").of([
        el("legend").class("sr-only").text("For how long"),
        choice("30m", "30 min"),
        choice("2h", "2 h"),
        choice("until", "until"),
    ]);
    let mut fields = who(scene);
    fields.extend([
        field("reason", "Reason", "", 1_024).attr("required", ""),
        field("matchers", "Alerts with these labels", &matchers, 4_096),
        span,
        until,
        el("input").attr("type", "hidden").attr("name", "zone").attr("data-zone", ""),
        el("button")
            .attr("type", "submit")
            .class("button")
            .of([icon(Icon::Silenced, "icon-14"), el("span").text("Silence")]),
        el("output"),
    ]);
    // A link that names it opens it: the palette has one.
    let form = form("/api/silences".to_owned()).attr("id", "silence").key(3).of(fields);
    el("details").key(4).class("case-silence").of([el("summary").text("Silence"), form])
}

/// A silence in force, and its end.
pub(super) fn unsilence(scene: &Scene<'_>, silence: &Silence) -> El {
    let says = [
        el("span").text(format!("Silenced by {} until ", silence.by)),
        time(silence.until, Clock::Day),
        el("span").text(format!(", {}: {}", left(silence.until, scene.page.now), silence.reason)),
    ];
    form(format!("/api/silences/{}/end", in_path(&silence.id))).key(super::key(&silence.id)).of([
        el("p").class("text-fg-2").of(says),
        button("Unsilence", "button"),
        el("output"),
    ])
}

/// A text as one part of a path.
pub(super) fn in_path(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn form(call: String) -> El {
    el("form").class("case-form").attr("action", call).attr("method", "post").attr("data-method", "POST")
}

/// Asks who it is, where that isn't known.
fn who(scene: &Scene<'_>) -> Vec<El> {
    let field = || field("by", "Your name", "", 100).attr("autocomplete", "nickname").attr("required", "");
    (!scene.asked.named).then(field).into_iter().collect()
}

fn field(name: &'static str, label: &'static str, value: &str, most: u32) -> El {
    let field = el("input").attr("type", "text").attr("name", name).attr("value", value.to_owned());
    field.attr("placeholder", label).attr("aria-label", label).attr("maxlength", most.to_string())
}

fn button(says: &'static str, class: &'static str) -> El {
    el("button").attr("type", "submit").class(class).text(says)
}
