//! The log, full size. The server looks for lines and marks what was looked for; the page holds those that it was given,
//! draws those in view, and asks once a second for what has come since. So neither a flood of lines nor a hundred thousand
//! of them cost it more than a screenful.

mod bar;
mod browser;
#[cfg(feature = "ssr")]
mod draw;
mod filters;
mod list;
mod rows;

pub use filters::Filters;
pub use list::lines;

#[cfg(feature = "ssr")]
pub use draw::{Figures, draw};

use std::ops::Range;

use crate::components::chart::Timeline;
use crate::element::El;
use crate::live::Live;
use crate::log_list::{LogList, Row};
use crate::model::LogView;
use crate::watched::Watched;

/// The parts that the server draws, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The sentence at the top.
    Headline,
    /// How many lines are kept of each level, quietest first: texts.
    Levels,
    /// Where they come from: name, count, and again.
    Sources,
}

/// What the page shows of the log. A handle: copies share it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser marks what is in view"))]
pub struct Reading {
    pub(super) live: Live,
    pub(super) timeline: Timeline,
    pub(super) state: Watched<State>,
}

/// What there is to show.
#[derive(Debug)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser asks for more"))]
pub struct State {
    pub(super) list: LogList,
    /// Which rows are in the document.
    pub(super) drawn: Range<usize>,
    /// The reader looks at the newest line.
    pub(super) at_foot: bool,
    /// The row on which the reader stands, by the number of its line; 0 for none.
    pub(super) current: u64,
    /// The line to which a link has led.
    pub(super) target: u64,
    /// The line that is open, and its fields as pairs.
    pub(super) open: Option<(u64, Vec<Vec<String>>)>,
    /// Why nothing was looked for.
    pub(super) problem: Option<String>,
    pub(super) is_wrapped: bool,
    /// What is looked for, as it stands in the address.
    pub(super) filters: String,
}

impl Reading {
    /// Begins with what the server has found.
    pub fn new(timeline: Timeline, view: LogView) -> Self {
        let target = view.target.unwrap_or_default();
        let problem = view.problem.clone();
        let list = LogList::new(view);
        let state = State {
            drawn: 0..list.rows.len(),
            at_foot: !list.has_newer,
            list,
            current: target,
            target,
            open: None,
            problem,
            is_wrapped: false,
            filters: String::new(),
        };
        Self { live: timeline.live(), timeline, state: Watched::new(state) }
    }

    /// The lines stand still: new ones are only counted.
    pub(super) fn stands(self) -> bool {
        self.live.is_paused() || !self.state.read().at_foot
    }

    /// The same, once.
    #[cfg(feature = "hydrate")]
    pub(super) fn stands_untracked(self) -> bool {
        self.live.paused.get_untracked() || !self.state.read_untracked().at_foot
    }
}

#[cfg(feature = "hydrate")]
impl State {
    fn line(&self, seq: u64) -> Option<usize> {
        self.list.rows.iter().position(|row| matches!(row, Row::Line(line) if line.seq == seq))
    }
}

/// The filters, the lines, and what stands under them.
pub fn board(timeline: Timeline, view: LogView, filters: &Filters) -> [El; 2] {
    let reading = Reading::new(timeline, view);
    browser::start(reading);
    [filters::form(reading, filters), lines(reading)]
}
