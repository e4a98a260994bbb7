//! The alerts: all that is said of them the server draws.

use crate::components::{notify_button, place};
use crate::element::{El, el};
use crate::live::Live;

/// What stands between the bars.
pub(super) fn board(live: Live) -> El {
    el("div").of([place(live, 0, "div", "alerts-board"), notify_button()])
}
