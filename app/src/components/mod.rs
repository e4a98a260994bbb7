//! What pages are made of: one component a file.

pub mod announce;
mod browser;
pub mod chart;
pub mod chat;
mod drawn;
pub mod health;
pub mod help;
mod hint;
pub mod hub;
mod icon;
pub mod keys;
pub mod level;
pub mod log_tail;
pub mod logs;
mod notify;
pub mod overview;
pub mod pill;
pub mod position;
pub mod processes;
pub mod range_picker;
mod search;
pub mod tab_bar;
mod table;
pub mod theme;
pub mod tile;
mod title;
pub mod top_bar;

pub use announce::announcements;
pub(crate) use browser::submit;
pub use drawn::place;
pub use health::health_line;
pub use help::help;
#[cfg(feature = "ssr")]
pub use icon::drawings;
pub use icon::{Icon, icon};
pub use keys::key_bar;
pub use log_tail::log_tail;
pub use notify::notify_button;
pub use overview::{alerts, file_systems, tiles, users, vitals};
pub use pill::pill;
pub use processes::processes;
pub use range_picker::range_picker;
pub use tab_bar::tab_bar;
pub use theme::Theme;
#[cfg(feature = "ssr")]
pub use tile::TileText;
pub use tile::tile;
pub use title::{favicon, follow_title, title};
pub use top_bar::top_bar;
#[cfg(feature = "ssr")]
pub use top_bar::{Reader, Unread};
