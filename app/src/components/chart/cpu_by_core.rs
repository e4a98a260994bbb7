//! The use of each core.

use std::sync::Arc;

use super::card::{Chart, card};
use super::heat::{self, LEVELS, Rows};
use super::marks::{Label, Marks};
use super::note::Note;
use super::timeline::Timeline;
use super::tooltip::Row;
use crate::element::El;
use crate::format::{self, fixed};
use crate::series::Series;

/// The use of each core over time, a row a core, the busier the brighter.
pub fn cpu_by_core(timeline: Timeline) -> El {
    card(timeline, Arc::new(Cores(timeline)))
}

struct Cores(Timeline);

impl Chart for Cores {
    fn title(&self) -> &'static str {
        "CPU by core"
    }

    fn is_tall(&self) -> bool {
        true
    }

    fn summary(&self) -> String {
        "percent of each core".to_owned()
    }

    fn head(&self) -> String {
        let busiest = match heat::busiest(&self.now()) {
            Some((core, percent)) => format!("core {core}, {percent}"),
            None => "–".to_owned(),
        };
        let groups = match self.rows().group {
            0 | 1 => String::new(),
            group => format!(", groups of {group}"),
        };
        let shades: String = (0..LEVELS).map(|level| format!("<i class=\"chart-shade chart-h{level}\"></i>")).collect();
        format!(
            "<span class=\"chart-unit\">%{groups}</span><div class=\"chart-legend\">\
             <span class=\"chart-key chart-busiest\">busiest <b>{busiest}</b></span>\
             <span class=\"chart-shades\" aria-hidden=\"true\">0{shades}100</span></div>"
        )
    }

    fn drawing(&self) -> String {
        let window = self.0.window();
        let heat = heat::heat(&self.0.history.read(), &window);
        let mut svg = "<svg class=\"chart-svg\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\">".to_owned();
        for (level, d) in heat.paths.iter().enumerate() {
            svg.push_str(&format!("<path class=\"chart-heat chart-h{level}\" d=\"{d}\"/>"));
        }
        // A line of the card's colour between two rows, one pixel wide however high they are.
        let count = heat.rows.count;
        let between = |row: usize| format!("M0 {}H1000", fixed(row as f32 * 100.0 / count as f32, 1));
        let between: String = (1..count).map(between).collect();
        svg.push_str(&format!("<path class=\"chart-rows\" d=\"{between}\"/></svg>"));
        svg
    }

    fn marks(&self) -> Marks {
        let rows = self.rows();
        let label = |row: usize| Label {
            top: (row as f32 + 0.5) * 100.0 / rows.count as f32,
            text: (row * rows.group).to_string(),
        };
        let labels = rows.labelled().into_iter().map(label).collect();
        Marks { over: String::new(), labels, dots: Vec::new(), rows: self.tooltip() }
    }

    fn note(&self) -> Option<Note> {
        let Timeline { live, history, .. } = self.0;
        let no_cores = history.read().cores().iter().all(Vec::is_empty);
        Note::about(live, &[Series::Cpu], "").or(no_cores.then_some(Note::Absent("No core can be read.")))
    }
}

impl Cores {
    fn rows(&self) -> Rows {
        Rows::in_history(&self.0.history.read())
    }

    /// The use of each core now, or at the crosshair; nothing in a gap.
    fn now(&self) -> Vec<u8> {
        let cores = match self.0.reading() {
            Some(reading) => reading.sample.and_then(|sample| self.0.history.read().cores().get(sample).cloned()),
            None => self.0.live.history.read().cores().last().cloned(),
        };
        cores.unwrap_or_default()
    }

    fn tooltip(&self) -> Vec<Row> {
        let cores = self.now();
        let Some((core, percent)) = heat::busiest(&cores) else {
            return vec![Row { color: None, name: "busiest".to_owned(), value: "–".to_owned() }];
        };
        let mean = cores.iter().map(|&percent| f32::from(percent)).sum::<f32>() / cores.len() as f32;
        vec![
            Row { color: None, name: format!("core {core}"), value: format!("{percent} %") },
            Row { color: None, name: "mean".to_owned(), value: format!("{} %", format::whole(mean)) },
        ]
    }
}
