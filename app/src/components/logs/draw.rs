//! The parts that are the same for all readers: drawn by the server alone.

use super::Part;
use crate::components::icon::{Icon, icon};
use crate::components::level::{level_icon, level_mark};
use crate::element::{El, el, words};
use crate::format;
use crate::model::{Alert, LogLevel};

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    /// Alerts that fire, the last changed first.
    pub firing: &'a [Alert],
    /// Lines that are kept of each level, quietest first.
    pub levels: [u64; 5],
    /// Where they come from, and how many.
    pub sources: &'a [(String, u64)],
    /// Errors and warnings of the last minute.
    pub lately: [u64; 2],
}

/// All parts, in the order of [`Part`].
pub fn draw(figures: Figures<'_>) -> Vec<Vec<String>> {
    let levels = LogLevel::ALL.map(|level| format::count(figures.levels[level as usize])).to_vec();
    let sources = figures.sources.iter().flat_map(|(name, count)| [name.clone(), format::count(*count)]).collect();
    let parts = [(Part::Headline, words(&headline(figures))), (Part::Levels, levels), (Part::Sources, sources)];
    debug_assert!(parts.iter().enumerate().all(|(at, (part, _))| *part as usize == at));
    parts.into_iter().map(|(_, words)| words).collect()
}

fn headline(Figures { firing, lately: [errors, warnings], .. }: Figures<'_>) -> Vec<El> {
    let counted = |count, word| format!("{} {word}{}", format::count(count), if count == 1 { "" } else { "s" });
    let lately = format!("{}, {} in the last minute.", counted(errors, "error"), counted(warnings, "warning"));
    let worst = firing.iter().max_by_key(|alert| alert.level);
    let (drawing, sentence, cause) = match worst {
        None => (icon(Icon::Normal, "icon-18 text-ok"), "Nothing is firing".to_owned(), lately),
        Some(worst) => {
            let sentence = format!("{} firing", counted(firing.len() as u64, "alert"));
            (
                icon(level_icon(worst.level), level_mark(worst.level)),
                sentence,
                format!("{}. {lately}", worst.message.trim_end_matches('.')),
            )
        }
    };
    vec![
        drawing,
        el("p").class("health-sentence").text(sentence),
        el("p").class("health-cause").attr("title", cause.clone()).text(cause),
    ]
}
