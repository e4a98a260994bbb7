//! The hub and its followers. What is the same for all readers is drawn by the server and comes in [parts](Part); the
//! browser adds the charts and what concerns its own stream.

mod connection;
#[cfg(feature = "ssr")]
mod draw;
mod followers;

pub use connection::connection;
#[cfg(feature = "ssr")]
pub use draw::{draw, found};
pub use followers::followers;

use crate::element::El;
use crate::live::Live;

/// The parts that the server draws, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Part {
    Headline,
    Followers,
    Published,
    Delivered,
    Lag,
    Resumed,
    Lost,
    Strip,
    FollowerCount,
    FollowerTable,
    ChannelTable,
}

/// A place for a part.
pub fn place(live: Live, part: Part, tag: &'static str, class: &'static str) -> El {
    super::drawn::place(live, part as usize, tag, class)
}
