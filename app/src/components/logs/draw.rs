//! What is the same for all readers: drawn by the server once a second.

use crate::components::icon::{Icon, icon};
use crate::components::level::{level_icon, level_mark};
use crate::element::{El, el, words};
use crate::format;
use crate::model::Alert;

/// What is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    /// Alerts that fire, the last changed first.
    pub firing: &'a [Alert],
    /// Errors and warnings of the last minute.
    pub lately: [u64; 2],
    /// Lines that have come since the start.
    pub came: u64,
}

/// The parts of the page: its headline, and what changes with each line that comes.
pub fn draw(figures: Figures<'_>) -> Vec<Vec<String>> {
    vec![words(&headline(figures)), words(&[el("i").text(figures.came.to_string())])]
}

fn headline(Figures { firing, lately: [errors, warnings], .. }: Figures<'_>) -> Vec<El> {
    let counted = |count, word| format!("{} {word}{}", format::count(count), if count == 1 { "" } else { "s" });
    let lately = format!("{}, {} in the last minute.", counted(errors, "error"), counted(warnings, "warning"));
    let worst = firing.iter().max_by_key(|alert| alert.level);
    let (drawing, sentence, cause) = match worst {
        None => (icon(Icon::Normal, "icon-18 text-ok"), "Nothing is firing".to_owned(), lately),
        Some(worst) => (
            icon(level_icon(worst.level), level_mark(worst.level)),
            format!("{} firing", counted(firing.len() as u64, "alert")),
            format!("{}. {lately}", worst.message.trim_end_matches('.')),
        ),
    };
    vec![
        drawing,
        el("p").class("health-sentence").text(sentence),
        el("p").class("health-cause").attr("title", cause.clone()).text(cause),
    ]
}
