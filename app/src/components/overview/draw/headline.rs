//! Whether the machine is well, in one sentence, and which machine it is.

use super::Machine;
use crate::components::health::{fact, line};
use crate::components::icon::{Icon, icon};
use crate::components::level::{level_icon, level_mark};
use crate::element::{El, el};
use crate::format;
use crate::model::{Alert, AlertLevel, AlertState};

pub(super) fn headline(machine: &Machine<'_>) -> Vec<El> {
    if machine.metrics.is_none() {
        let cause = "The first values come with the next one.".to_owned();
        return line(Icon::Clock, "icon-18 text-fg-2", "Waiting for a second sample".to_owned(), cause);
    }
    let firing = machine.alerts.heard(AlertState::Firing);
    let silenced = machine.alerts.in_state(AlertState::Firing).len() - firing.len();
    let Some(worst) = firing.first() else {
        let pending = machine.alerts.heard(AlertState::Pending);
        let cause = pending.first().map(|alert| format!("Pending: {}", alert.message)).unwrap_or_default();
        return match silenced {
            0 => line(Icon::Normal, "icon-18 text-ok", "All normal".to_owned(), cause),
            count => line(Icon::Silenced, "icon-18 text-fg-2", format!("{count} silenced, nothing else firing"), cause),
        };
    };
    let cause = sentence(&worst.message);
    let others = if firing.len() + silenced == 1 { " Everything else is normal." } else { "" };
    // What is no longer known to be well isn't called so.
    let words = [el("span").text(cause.clone()), el("span").class("if-fresh").text(others)];
    vec![
        icon(level_icon(worst.level), level_mark(worst.level)),
        el("p").class("health-sentence").text(counts(&firing)),
        el("p").class("health-cause").attr("title", cause).of(words),
    ]
}

fn counts(firing: &[&Alert]) -> String {
    let levels = [(AlertLevel::Critical, "critical"), (AlertLevel::Warning, "warning"), (AlertLevel::Info, "info")];
    let of = |level| firing.iter().filter(|alert| alert.level == level).count();
    let counts = levels.map(|(level, word)| (of(level), word)).into_iter().filter(|&(count, _)| count > 0);
    format!("{} firing", counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", "))
}

/// `text` with a full stop at its end.
fn sentence(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

pub(super) fn facts(machine: &Machine<'_>) -> Vec<El> {
    let Some(metrics) = machine.metrics else { return Vec::new() };
    let cores = machine.host.cores;
    let plain = |class, text| fact(class, text, String::new(), "");
    let mut facts = vec![fact("", "up ".to_owned(), format::span(metrics.uptime), "")];
    facts.extend(machine.host.os.clone().map(|os| plain("fact-os", os)));
    facts.push(plain("", if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") }));
    facts
}
