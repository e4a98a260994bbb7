//! The values that did it, with the levels they were held against and the moments at which the alert changed.

use app::components::position::at;
use app::element::{El, el, time};
use app::format::Clock;
use app::model::{AlertChange, AlertSample, Timestamp};

use super::{Scene, detail};
use crate::alerts::{Rule, Standing};

/// The drawing's own size; the style sheet stretches it.
const WIDTH: f32 = 1_000.0;
const HEIGHT: f32 = 200.0;
/// Spans between two times below the chart, in milliseconds.
const STEPS: [u64; 14] = [
    1_000,
    5_000,
    10_000,
    30_000,
    60_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    7_200_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000,
];
/// Times below the chart.
const TICKS: u64 = 6;

/// Where values and moments stand.
#[derive(Debug, Clone, Copy)]
struct Frame {
    from: Timestamp,
    to: Timestamp,
    /// Of twice the precision, so that the distance of any two values is a number.
    low: f64,
    high: f64,
}

impl Frame {
    fn x(&self, at: Timestamp) -> f32 {
        let width = self.to.since(self.from).max(1) as f32;
        (at.since(self.from) as f32 / width).min(1.0)
    }

    /// From the top.
    fn y(&self, value: f32) -> f32 {
        1.0 - ((f64::from(value) - self.low) / (self.high - self.low)).clamp(0.0, 1.0) as f32
    }

    fn point(&self, sample: &AlertSample) -> String {
        format!("{:.1} {:.1}", self.x(sample.at) * WIDTH, self.y(sample.value) * HEIGHT)
    }
}

pub(super) fn chart(scene: &Scene<'_>, change: &AlertChange, standing: Option<&Standing>) -> El {
    let title = el("h3").class("card-title").text("Samples");
    let Some(rule) = scene.rule(&change.rule.name) else {
        return el("p").class("text-fg-2").text(change.alert.message.clone());
    };
    let own = standing.map_or(&change.samples, |standing| &standing.samples);
    let values: Vec<AlertSample> = scene.around.before.iter().chain(own).copied().filter(is_drawn).collect();
    let begun = own.first().map_or(change.alert.since, |sample| sample.at);
    let end = if standing.is_some() { scene.page.now } else { change.at };
    let levels = levels(change, standing, rule);
    let from = values.first().map_or(begun, |sample| sample.at);
    let frame = frame(rule, &values, &levels, from, end);
    let fired = change.fired_at;
    let keys = [("is-pending", "pending"), ("is-firing", "firing")]
        .map(|(class, name)| el("span").of([el("i").class(class), el("span").text(name)]));
    let head = el("div").class("evidence-head").of([
        title,
        el("p").class("card-note").text(rule.when.clone()),
        el("p").class("evidence-keys").attr("aria-hidden", "true").of(keys),
    ]);
    let mut over: Vec<El> = grid(&frame, rule);
    over.extend(levels.iter().map(|level| label(&frame, level, rule)));
    over.push(instant(&frame, begun, "pending"));
    over.extend(fired.map(|fired| instant(&frame, fired, "firing")));
    let plot = el("div")
        .class("evidence-plot")
        .of([drawing(&frame, &values, &levels, (begun, fired), summary(rule, change, &values)), el("div").of(over)]);
    el("section").class("evidence").of([
        head,
        plot,
        el("div").class("evidence-times").of(times(&frame, standing.is_some())),
    ])
}

fn is_drawn(sample: &AlertSample) -> bool {
    sample.value.is_finite()
}

/// A level, with its name and the class of its line.
struct Level {
    at: f32,
    name: String,
    class: &'static str,
}

fn levels(change: &AlertChange, standing: Option<&Standing>, rule: &Rule) -> Vec<Level> {
    let levels = standing.and_then(|standing| standing.levels);
    let Some(levels) = levels.filter(|_| rule.is_single()).or_else(|| rule.levels().filter(|_| !rule.is_scaled()))
    else {
        return Vec::new();
    };
    let is_critical = change.labels.get("severity").is_some_and(|severity| severity == "critical");
    let (level, class) = match levels.critical.filter(|_| is_critical) {
        Some(critical) => (critical, "critical"),
        None if is_critical => (levels.warning, "critical"),
        None => (levels.warning, "warning"),
    };
    let unit = rule.unit();
    let mut drawn = vec![Level { at: level.enter, name: format!("{class} {}", unit.write_level(level.enter)), class }];
    let clear = levels.warning.clear;
    if clear != level.enter {
        let side = if rule.is_upward() { "below" } else { "above" };
        drawn.push(Level { at: clear, name: format!("clears {side} {}", unit.write_level(clear)), class: "clear" });
    }
    drawn.retain(|level| level.at.is_finite());
    drawn
}

fn frame(rule: &Rule, values: &[AlertSample], levels: &[Level], from: Timestamp, to: Timestamp) -> Frame {
    if rule.unit() == crate::alerts::metrics::Unit::Percent {
        return Frame { from, to, low: 0.0, high: 100.0 };
    }
    let all = || values.iter().map(|sample| sample.value).chain(levels.iter().map(|level| level.at)).map(f64::from);
    let (least, most) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let room = (most - least) * 0.1;
    let (low, high) = (if least < 0.0 { least - room } else { 0.0 }, most + room);
    Frame { from, to, low, high: if high > low { high } else { low + 1.0 } }
}

fn drawing(
    frame: &Frame,
    values: &[AlertSample],
    levels: &[Level],
    (begun, fired): (Timestamp, Option<Timestamp>),
    summary: String,
) -> El {
    let across = |y: f32| format!("M0 {:.1}H{WIDTH}", y * HEIGHT);
    let path = |class: String, d: String| el("path").class(class).attr("d", d);
    let area = |class: &str, from: Timestamp, to: Timestamp| {
        let (from, to) = (frame.x(from) * WIDTH, frame.x(to) * WIDTH);
        path(class.to_owned(), format!("M{from:.1} 0H{to:.1}V{HEIGHT}H{from:.1}Z"))
    };
    let mut paths = vec![area("evidence-pending", begun, fired.unwrap_or(frame.to))];
    paths.extend(fired.map(|fired| area("evidence-firing", fired, frame.to)));
    paths.extend([0.25, 0.5, 0.75].map(|y| path("evidence-grid".to_owned(), across(y))));
    if let (Some(first), Some(last)) = (values.first(), values.last()) {
        let line = values.iter().map(|sample| frame.point(sample)).collect::<Vec<_>>().join("L");
        let (from, to) = (frame.x(first.at) * WIDTH, frame.x(last.at) * WIDTH);
        let base = frame.y(0.0) * HEIGHT;
        paths.push(path("evidence-area".to_owned(), format!("M{from:.1} {base:.1}L{line}L{to:.1} {base:.1}Z")));
        paths.push(path("evidence-line".to_owned(), format!("M{line}")));
    }
    paths.extend(
        levels.iter().map(|level| path(format!("evidence-level is-{}", level.class), across(frame.y(level.at)))),
    );
    let down = |class: &str, at| path(class.to_owned(), format!("M{:.1} 0V{HEIGHT}", frame.x(at) * WIDTH));
    paths.push(down("evidence-mark is-pending", begun));
    paths.extend(fired.map(|fired| down("evidence-mark is-firing", fired)));
    let svg = el("svg").attr("viewBox", format!("0 0 {WIDTH} {HEIGHT}")).attr("preserveAspectRatio", "none");
    svg.attr("role", "img").attr("aria-label", summary).of(paths)
}

/// What is seen, in words.
fn summary(rule: &Rule, change: &AlertChange, values: &[AlertSample]) -> String {
    let write = |value| rule.unit().write(value);
    let peak =
        detail::peak(change, rule.is_upward()).map_or_else(String::new, |peak| format!(", worst {}", write(peak)));
    let last = values.last().map_or_else(|| "no value".to_owned(), |last| format!("last {}", write(last.value)));
    format!("{}: {} values, {last}{peak}", rule.when, values.len())
}

fn place(part: f32) -> String {
    at(part * 100.0)
}

fn grid(frame: &Frame, rule: &Rule) -> Vec<El> {
    let label = |part: f32| {
        let value = (frame.high - (frame.high - frame.low) * f64::from(part)) as f32;
        let text = rule.unit().write_level(if value.abs() < 1e-6 { 0.0 } else { value });
        el("span").class(format!("evidence-value {}", place(part))).text(text)
    };
    [0.0, 0.25, 0.5, 0.75, 1.0].map(label).into()
}

fn label(frame: &Frame, level: &Level, rule: &Rule) -> El {
    // Both have room, however near they are: the upper one above its line, the lower one below.
    let y = frame.y(level.at);
    let side = match (level.class == "clear") == rule.is_upward() {
        // At the edge there is room on the other side only.
        true if y > 0.9 => "is-above is-end",
        true => "is-below",
        false if y < 0.1 => "is-below is-end",
        false => "is-above",
    };
    let class = format!("evidence-label is-{} {side} {}", level.class, place(y));
    el("span").class(class).text(level.name.clone())
}

fn instant(frame: &Frame, at: Timestamp, word: &'static str) -> El {
    let x = frame.x(at);
    let side = if x > 0.85 { "is-left" } else { "is-right" };
    let class = format!("evidence-instant is-{word} {side} {}", place(x));
    let text = [time(at, Clock::Seconds), el("span").text(format!(" {word}"))];
    el("span").class(class).of(text)
}

fn times(frame: &Frame, is_open: bool) -> Vec<El> {
    let span = frame.to.since(frame.from);
    let step = STEPS.into_iter().find(|step| span / step < TICKS).unwrap_or(span.max(1));
    let clock = if step < 60_000 { Clock::Seconds } else { Clock::Day };
    let first = frame.from.ms().div_ceil(step) * step;
    let ticks = (first..=frame.to.ms()).step_by(usize::try_from(step).unwrap_or(usize::MAX));
    // The last has no room beside the end.
    let near = |at: &u64| frame.to.ms() - at > span / 12;
    let mut times: Vec<El> = ticks
        .filter(near)
        .map(|at| {
            let at = Timestamp::from_ms(at);
            el("span").class(place(frame.x(at))).of([time(at, clock)])
        })
        .collect();
    let end = if is_open { el("span").text("now") } else { time(frame.to, Clock::Day) };
    times.push(el("span").class(format!("is-end {}", place(1.0))).of([end]));
    times
}
