//! The log from its oldest to its newest event, and where on it each follower stands.

use super::{counted, place, remaining};
use crate::components::position::at;
use crate::element::{El, el};
use crate::format;
use crate::model::{FollowerState, FollowerStats, LogStats, Stats};

/// Marks nearer to each other than this, in percent of the log, are one.
const NEAR: f32 = 1.5;
/// What a label takes, in percent of the log; the style sheet cuts what is longer.
const LABEL: f32 = 30.0;
/// Labels at most.
const LABELS: usize = 4;

/// Followers that stand at the same place, behind the newest event.
#[derive(Debug, Clone)]
pub(super) struct Mark<'a> {
    /// Percent from the oldest event to the newest.
    pub(super) at: f32,
    /// The one that is worst off, and how many others stand there.
    pub(super) follower: &'a FollowerStats,
    pub(super) others: usize,
    /// It has room for a label: to the left of it, else to the right.
    pub(super) label: Option<bool>,
}

/// Where each stands that waits for anything for longer than a line takes, from the oldest place to the newest.
pub(super) fn marks(stats: &Stats) -> Vec<Mark<'_>> {
    let mut behind: Vec<&FollowerStats> = stats
        .followers
        .iter()
        .filter(|follower| follower.behind > 0 && follower.state != FollowerState::Live)
        .collect();
    behind.sort_by_key(|follower| follower.cursor.seq);
    let mut marks: Vec<Mark<'_>> = Vec::new();
    for follower in behind {
        let at = percent(&stats.log, follower.cursor.seq);
        match marks.last_mut() {
            Some(last) if at - last.at < NEAR => {
                last.others += 1;
                if urgency(follower) < urgency(last.follower) {
                    last.follower = follower;
                }
            }
            _ => marks.push(Mark { at, follower, others: 0, label: None }),
        }
    }
    label(&mut marks);
    marks
}

/// The less, the sooner it loses something.
fn urgency(follower: &FollowerStats) -> (u64, std::cmp::Reverse<u64>) {
    (follower.falls_off_in.unwrap_or(u64::MAX), std::cmp::Reverse(follower.behind))
}

/// Gives labels to the most urgent, as long as there is room.
fn label(marks: &mut [Mark<'_>]) {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|&mark| urgency(marks[mark].follower));
    let mut taken: Vec<(f32, f32)> = Vec::new();
    for mark in order {
        let at = marks[mark].at;
        let sides = [(false, at, at + LABEL), (true, at - LABEL, at)];
        let fits = |&(_, from, to): &(bool, f32, f32)| {
            from >= 0.0 && to <= 100.0 && taken.iter().all(|&(start, end)| to <= start || end <= from)
        };
        let Some((left, from, to)) = sides.into_iter().find(fits) else { continue };
        marks[mark].label = Some(left);
        taken.push((from, to));
        if taken.len() == LABELS {
            break;
        }
    }
}

/// Where event `seq` stands between the oldest event that is kept and the newest; what is gone stands at the edge.
pub(super) fn percent(log: &LogStats, seq: u64) -> f32 {
    let newest = log.newest.seq;
    let oldest = log.oldest.map_or(newest, |oldest| oldest.seq);
    if newest <= oldest {
        return 100.0;
    }
    (seq.saturating_sub(oldest) as f64 / (newest - oldest) as f64 * 100.0).min(100.0) as f32
}

pub(super) fn strip(stats: &Stats) -> Vec<El> {
    let head = [
        el("h2").class("card-title").text("The log and its followers"),
        el("p").class("card-note").text(kept(&stats.log)),
        el("p").class("strip-rule").text("who leaves the left edge is told what is gone"),
    ];
    let marks = marks(stats);
    let lines = marks.iter().map(|mark| el("i").class(class("strip-mark", mark)));
    let labels = marks.iter().filter_map(|mark| mark.label.map(|left| written(mark, left)));
    let gone = stats.log.oldest.is_some_and(|oldest| oldest.seq > 1);
    let bar = [
        el("div").class(if gone { "strip-gone" } else { "strip-gone is-empty" }),
        el("div").class("strip-kept").of(lines.collect::<Vec<_>>()),
    ];
    vec![
        el("div").class("card-head").of(head),
        el("div").class("strip-labels").of(labels.collect::<Vec<_>>()),
        el("div").class("strip-bar").attr("aria-hidden", "true").of(bar),
        el("div").class("strip-ends").of([
            el("span").class("strip-gone-name").text(if gone { "gone" } else { "" }),
            el("span").text(oldest(&stats.log)),
            newest(stats),
        ]),
    ]
}

fn class(name: &str, mark: &Mark<'_>) -> String {
    let slow = if mark.follower.state == FollowerState::Slow { " is-slow" } else { "" };
    format!("{name} {}{slow}", at(mark.at))
}

fn written(mark: &Mark<'_>, left: bool) -> El {
    let Mark { follower, others, .. } = mark;
    let side = if left { " is-left" } else { "" };
    let name = el("b").text(follower.name.clone());
    let others =
        if *others > 0 { format!(" and {}", counted(*others as u64, "other", "others")) } else { String::new() };
    let falls = follower.falls_off_in.map(|seconds| format!(", falls off in {}", remaining(seconds)));
    let said = format!("{others} {} behind{}", format::count(follower.behind), falls.unwrap_or_default());
    let title = format!("{} {}{said}", follower.name, place(follower));
    el("p")
        .class(format!("{}{side}", class("strip-label", mark)))
        .attr("title", title)
        .of([name, el("span").text(said)])
}

fn kept(log: &LogStats) -> String {
    let scale = format::Scale::of_bytes(log.max_bytes as f32);
    let (bytes, most) = (scale.write(log.bytes as f32), scale.write(log.max_bytes as f32));
    format!("{} in memory, {bytes} of {most} {}", counted(log.events, "event", "events"), scale.unit)
}

fn oldest(log: &LogStats) -> String {
    match (log.oldest, log.oldest_age_ms) {
        (Some(oldest), Some(age)) => format!("oldest {oldest}, {} ago", format::span(age / 1_000)),
        _ => "nothing is kept yet".to_owned(),
    }
}

fn newest(stats: &Stats) -> El {
    let behind = stats.followers.iter().filter(|follower| follower.behind > 0 && follower.state != FollowerState::Live);
    let there = (stats.streams + stats.inside).saturating_sub(behind.count() as u64);
    el("span").class("strip-newest").of([
        el("b").text(format!("{} at the newest", format::count(there))),
        el("span").text(format!(" {}", stats.log.newest)),
        el("span").class("strip-you").text(", you among them"),
    ])
}
