//! The parts, drawn: by the server alone.

mod line;
mod now;
mod side;
mod text;

pub use line::draw_line;

use std::collections::BTreeMap;

use super::Part;
use crate::components::icon::{Icon, icon};
use crate::element::{El, el, words};
use crate::live::apply::PARTS;
use crate::model::{Alert, ChatPerson, Metrics, Timestamp};
use crate::series::History;

/// What the parts are drawn from.
#[derive(Debug)]
pub struct Room<'a> {
    /// Who is here.
    pub here: &'a [ChatPerson],
    /// Alerts that fire.
    pub firing: &'a [Alert],
    /// Who sees to an alert, by its id.
    pub acknowledged: &'a BTreeMap<String, String>,
    /// The newest sample.
    pub metrics: Option<&'a Metrics>,
    /// The samples before it.
    pub history: &'a History,
    /// When it is drawn.
    pub now: Timestamp,
    /// What is said can't be kept.
    pub is_failing: bool,
}

/// All parts before the lines, in words and in the order of [`Part`].
pub fn draw(room: &Room<'_>) -> Vec<Vec<String>> {
    let parts: [(Part, Vec<El>); PARTS] = [
        (Part::Headline, headline(room)),
        (Part::Here, side::here(room.here)),
        (Part::Firing, side::firing(room)),
        (Part::Now, now::now(room.metrics, room.history)),
    ];
    debug_assert!(parts.iter().enumerate().all(|(at, (part, _))| *part as usize == at));
    parts.iter().map(|(_, elements)| words(elements)).collect()
}

fn headline(room: &Room<'_>) -> Vec<El> {
    let (drawing, mark, cause) = if room.is_failing {
        (Icon::Warning, "icon-18 text-warn-mark", "what is said now can't be kept: the disk refuses it")
    } else {
        (Icon::Talk, "icon-18 text-fg-2", "machine events and people, in one order")
    };
    vec![
        icon(drawing, mark),
        el("p").class("health-sentence").text("War room"),
        el("p").class("health-cause").attr("title", cause).text(cause),
    ]
}
