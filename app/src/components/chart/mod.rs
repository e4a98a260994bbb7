//! Charts over time, drawn as SVG on the server and again in the browser whenever a sample comes.
//!
//! All charts of a page look at the same [`Timeline`]: the same stretch of time, the same thinned samples, the same
//! holes, and one instant that the reader points at. What is drawn with lines is stretched to the plot's width without
//! measuring it; what is written stands over it, placed in percent. The parts are written as markup and set as a whole, see
//! `card`.

mod alert_marks;
mod axis;
mod card;
pub mod cpu_by_core;
pub mod cpu_by_mode;
mod crosshair;
pub mod disk;
mod gaps;
mod heat;
pub mod hub;
mod legend;
mod line_chart;
pub mod log_lines;
mod marks;
pub mod memory;
mod mirrored;
pub mod network;
mod note;
mod path;
mod scale;
pub mod sparkline;
mod stack;
mod threshold;
mod timeline;
mod tooltip;
mod window;

pub use cpu_by_core::cpu_by_core;
pub use cpu_by_mode::cpu_by_mode;
pub use crosshair::{Crosshair, Pointed};
pub use disk::disk;
pub use log_lines::log_lines;
pub use memory::memory;
pub use network::network;
pub use sparkline::sparkline;
#[cfg(feature = "ssr")]
pub use sparkline::sparkline_of;
pub use timeline::Timeline;
