//! The parts, drawn: by the server alone.

mod alerts;
mod file_systems;
mod headline;
mod marks;
mod processes;
mod tiles;
mod users;
mod vitals;

pub use processes::processes;

use super::Part;
use crate::board::{AlertList, AlertMarks};
use crate::components::table::scrolls;
use crate::element::{El, Text, el, words};
use crate::model::{Host, Metrics, Timestamp};
use crate::range::Range;
use crate::series::History;

/// Said until there are two readings to compare.
const WAITING: &str = "waiting for a second sample";
/// Said of what this host can't tell.
const ABSENT: &str = "not available on this host";

/// What the parts are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// The machine.
    pub host: &'a Host,
    /// The newest sample.
    pub metrics: Option<&'a Metrics>,
    /// File systems that hold data, of which the fullest are listed.
    pub file_systems: usize,
    /// File systems that don't answer: nothing else is known of them.
    pub hanging: &'a [Hanging<'a>],
    /// What else is known of it, in the order in which it is listed.
    pub vitals: &'a [Vital],
    /// The last hour.
    pub history: &'a History,
    /// Open and lately resolved alerts.
    pub alerts: &'a AlertList,
    /// When alerts began and ceased to fire.
    pub marks: &'a AlertMarks,
    /// How many alert rules are checked with each sample.
    pub rules: u32,
    /// The server's clock.
    pub now: Timestamp,
}

/// A file system that doesn't answer.
#[derive(Debug, Clone, Copy)]
pub struct Hanging<'a> {
    /// Where it is mounted.
    pub mount: &'a str,
    /// What is mounted.
    pub device: &'a str,
    /// Its kind, like `nfs4`.
    pub kind: &'a str,
}

/// One more thing that is known of the machine, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vital {
    /// What it is.
    pub name: String,
    /// What is known of it, with its unit.
    pub value: String,
    /// It is near or over its limit.
    pub is_high: bool,
}

/// All parts, in words and in the order of [`Part`].
pub fn draw(machine: &Machine<'_>) -> Vec<Vec<String>> {
    let parts: [(Part, Vec<El>); 16] = [
        (Part::Headline, headline::headline(machine)),
        (Part::Facts, headline::facts(machine)),
        (Part::Cpu, tiles::cpu(machine, Range::FiveMinutes)),
        (Part::CpuOfFifteenMinutes, tiles::cpu(machine, Range::FifteenMinutes)),
        (Part::CpuOfAnHour, tiles::cpu(machine, Range::Hour)),
        (Part::Memory, tiles::memory(machine)),
        (Part::Users, tiles::users(machine)),
        (Part::Load, tiles::load(machine)),
        (Part::Network, tiles::network(machine)),
        (Part::Disk, tiles::disk(machine)),
        (Part::Alerts, alerts::alerts(machine)),
        (Part::FileSystemTable, file_systems::file_systems(machine)),
        (Part::UserTable, users::users(machine)),
        (Part::Vitals, vitals::vitals(machine)),
        (Part::ProcessCounts, processes::counts(machine)),
        (Part::Processes, processes::busiest(machine)),
    ];
    debug_assert!(parts.iter().enumerate().all(|(at, (part, _))| *part as usize == at));
    let marks = marks::marks(machine);
    parts.iter().map(|(_, elements)| words(elements)).chain([marks]).collect()
}

/// What is in a card with a table: `rows`, or why there are none.
fn card(title: &'static str, note: impl Into<Text>, class: &'static str, columns: Vec<El>, rows: Rows) -> Vec<El> {
    let head = [el("h2").class("card-title").text(title), el("p").class("card-note").text(note)];
    let (rows, why) = match rows {
        Ok(rows) => (rows, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let table = el("table").class(class).of([el("thead").of([el("tr").of(columns)]), el("tbody").of(rows)]);
    let hint = el("div").class("contents").of(why.map(hint).into_iter().collect::<Vec<_>>());
    vec![el("div").class("card-head").of(head), scrolls(el("div").class("scroll"), title).of([table, hint])]
}

/// Rows, or why there are none.
type Rows = Result<Vec<El>, &'static str>;

fn hint(why: &'static str) -> El {
    el("p").class("hint").text(why)
}
