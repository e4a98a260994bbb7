//! How a level of alert is shown: always an icon, a word and a colour together.

use super::Icon;
use crate::model::AlertLevel;

/// The level's drawing.
pub const fn level_icon(level: AlertLevel) -> Icon {
    match level {
        AlertLevel::Info => Icon::Info,
        AlertLevel::Warning => Icon::Warning,
        AlertLevel::Critical => Icon::Critical,
    }
}

/// The level's word.
pub const fn level_word(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Info => "Info",
        AlertLevel::Warning => "Warning",
        AlertLevel::Critical => "Critical",
    }
}

/// The level's colour, for text.
pub const fn level_text(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Info => "text-fg-2",
        AlertLevel::Warning => "text-warn",
        AlertLevel::Critical => "text-crit",
    }
}

/// The level's colour, for a drawing of 16 px.
pub const fn level_mark(level: AlertLevel) -> &'static str {
    match level {
        AlertLevel::Info => "icon text-fg-2",
        AlertLevel::Warning => "icon text-warn-mark",
        AlertLevel::Critical => "icon text-crit",
    }
}
