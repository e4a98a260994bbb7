//! What has happened to an alert, in its order.

use app::components::{Icon, icon};
use app::element::{El, el, time};
use app::format::Clock;
use app::model::{AlertChange, AlertLevel, AlertPhase, Timestamp};

use super::{Scene, detail};
use crate::alerts::Standing;

/// Changes of one alert that are told.
const MOST: usize = 30;

struct Moment {
    at: Timestamp,
    mark: El,
    text: String,
}

pub(super) fn story(scene: &Scene<'_>, change: &AlertChange, standing: Option<&Standing>) -> El {
    let mut moments = changes(scene, change);
    if let Some(standing) = standing {
        moments.extend(acknowledged(standing));
        moments.extend(silenced(scene, standing));
        moments.extend(told(scene, standing));
    }
    moments.sort_by_key(|moment| moment.at);
    let first = moments.len().saturating_sub(MOST);
    let mut rows: Vec<El> = moments.into_iter().skip(first).map(row).collect();
    rows.extend(standing.and_then(|standing| ends(scene, standing)));
    el("section").class("case-story").of([el("h3").class("case-title").text("Timeline"), el("ul").of(rows)])
}

fn row(moment: Moment) -> El {
    el("li").of([time(moment.at, Clock::Seconds), moment.mark, el("span").text(moment.text)])
}

/// The changes since it was last well, up to this one.
fn changes(scene: &Scene<'_>, change: &AlertChange) -> Vec<Moment> {
    let is_end = |phase| matches!(phase, AlertPhase::Resolved | AlertPhase::Withdrawn);
    let of_it = scene.page.past.iter().rev().filter(|past| past.alert.id == change.alert.id);
    let until_now = of_it.skip_while(|past| past.change > change.change);
    let episode = until_now.enumerate().take_while(|(number, past)| *number == 0 || !is_end(past.phase));
    let mut told: Vec<&AlertChange> = episode.map(|(_, past)| past).collect();
    if told.is_empty() {
        told.push(change);
    }
    let moment = |change: &AlertChange| {
        let word = match change.phase {
            AlertPhase::Pending => "Pending",
            AlertPhase::Firing if change.alert.level == AlertLevel::Critical => "Critical, firing",
            AlertPhase::Firing => "Firing",
            AlertPhase::Recovering => "Recovering",
            AlertPhase::Resolved => "Resolved",
            AlertPhase::Withdrawn => "Did not fire",
        };
        let untold = match change.untold {
            0 => String::new(),
            untold => format!(" ({untold} changes before it are left out: it flaps)"),
        };
        let text = format!("{word}: {}{untold}", change.alert.message);
        Moment { at: change.at, mark: detail::mark(change.phase, change.alert.level), text }
    };
    told.into_iter().map(moment).collect()
}

fn acknowledged(standing: &Standing) -> Option<Moment> {
    let ack = standing.acknowledged.as_ref()?;
    let reason = if ack.reason.is_empty() { String::new() } else { format!(": {}", ack.reason) };
    let text = format!("Acknowledged by {}{reason}", ack.by);
    Some(Moment { at: ack.at, mark: icon(Icon::Check, "icon-14 text-fg-2"), text })
}

fn silenced<'a>(scene: &Scene<'a>, standing: &'a Standing) -> impl Iterator<Item = Moment> + use<'a> {
    let silences = scene.page.silences.iter().filter(|silence| standing.silenced_by.contains(&silence.id));
    silences.map(|silence| Moment {
        at: silence.from,
        mark: icon(Icon::Silenced, "icon-14 text-fg-2"),
        text: format!("Silenced by {}: {}", silence.by, silence.reason),
    })
}

/// Who was told, or is still to be.
fn told<'a>(scene: &Scene<'a>, standing: &'a Standing) -> impl Iterator<Item = Moment> + use<'a> {
    let receivers = &scene.page.receivers;
    standing.told.iter().map(move |told| {
        let status = receivers.iter().find(|receiver| receiver.name == told.receiver);
        let error = status.and_then(|status| status.last_error.as_deref());
        let warning = || icon(Icon::Warning, "icon-14 text-warn-mark");
        let (mark, how) = match (told.waits, error, &told.given_up) {
            (true, Some(error), _) => (warning(), format!("not delivered, {error}")),
            (true, None, _) => (icon(Icon::Clock, "icon-14 text-fg-2"), "being sent".to_owned()),
            (false, _, Some(why)) => (warning(), format!("given up, {why}")),
            (false, _, None) => (icon(Icon::Bell, "icon-14 text-fg-2"), "delivered".to_owned()),
        };
        Moment { at: told.at, mark, text: format!("{}: {how}", told.receiver) }
    })
}

/// When it will be over.
fn ends(scene: &Scene<'_>, standing: &Standing) -> Option<El> {
    let rule = scene.rule(&standing.change.rule.name)?;
    let clear = rule.clear_words(standing.levels?.warning.clear)?;
    Some(el("li").of([
        el("span").class("text-fg-3").text("now"),
        icon(Icon::Clock, "icon-14 text-fg-2"),
        el("span").class("text-fg-2").text(format!("Is over when {clear}")),
    ]))
}
