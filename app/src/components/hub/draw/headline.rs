//! The sentence at the top: whether everybody gets what is published.

use super::{counted, place, remaining};
use crate::components::icon::{Icon, icon};
use crate::element::{El, el};
use crate::format;
use crate::model::{FollowerState, FollowerStats, Stats};

/// Who loses events within this many seconds is about to.
const SOON: u64 = 600;

/// What is said, and with which mark.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) icon: Icon,
    mark: &'static str,
    pub(super) sentence: String,
    pub(super) cause: String,
}

pub(super) fn headline(stats: &Stats) -> Vec<El> {
    let Saying { icon: drawing, mark, sentence, cause } = saying(stats);
    vec![
        icon(drawing, mark),
        el("p").class("health-sentence").text(sentence),
        el("p").class("health-cause").attr("title", cause.clone()).text(cause),
    ]
}

pub(super) fn saying(stats: &Stats) -> Saying {
    let total = stats.streams + stats.inside;
    let among = |state| stats.followers.iter().filter(move |follower| follower.state == state);
    let soon = |follower: &&FollowerStats| follower.falls_off_in.is_some_and(|seconds| seconds <= SOON);
    let count_of =
        |count: usize| format!("{} of {}", format::count(count as u64), counted(total, "follower", "followers"));
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    let warn = |sentence, cause| Saying { icon: Icon::Warning, mark: "icon-18 text-warn-mark", sentence, cause };
    let losing = among(FollowerState::Slow).filter(soon).count();
    if let Some(first) = among(FollowerState::Slow).filter(soon).min_by_key(|follower| follower.falls_off_in) {
        let sentence = format!("{} {} about to lose events", count_of(losing), are(losing));
        return warn(sentence, cause(stats, first));
    }
    let slow = among(FollowerState::Slow).count();
    if let Some(first) = among(FollowerState::Slow).next() {
        return warn(format!("{} {} slow", count_of(slow), are(slow)), cause(stats, first));
    }
    let behind = among(FollowerState::Reading).chain(among(FollowerState::Resuming)).count();
    if behind > 0 {
        let sentence = format!("{} {} catching up", count_of(behind), are(behind));
        return Saying { icon: Icon::Info, mark: "icon-18 text-fg-2", sentence, cause: String::new() };
    }
    let sentence = match total {
        0 => "Nobody follows".to_owned(),
        1 => "The one follower is live".to_owned(),
        _ => format!("All {} followers are live", format::count(total)),
    };
    Saying { icon: Icon::Normal, mark: "icon-18 text-ok", sentence, cause: String::new() }
}

/// Who it is, how it reads, and when it loses events.
fn cause(stats: &Stats, follower: &FollowerStats) -> String {
    let rate = |rate: f64| format::decimal(rate as f32);
    let offered: f64 = stats
        .channels
        .iter()
        .filter(|channel| follower.channels.contains(&channel.name))
        .map(|channel| channel.rate)
        .sum();
    let who = format!("{} {}", follower.name, place(follower));
    let reads = format!("{} reads {} of {} events a second", who.trim_end(), rate(follower.rate), rate(offered));
    match follower.falls_off_in {
        Some(seconds) => format!("{reads} and falls off the log in {}.", remaining(seconds)),
        None => format!("{reads}, {} behind.", format::count(follower.behind)),
    }
}
