//! The parts, drawn: by the server alone.

mod headline;
mod strip;
mod tables;
mod tiles;

use super::Part;
use crate::element::{El, words};
use crate::model::{FollowerStats, Stats};

/// All parts, in words and in the order of [`Part`].
pub fn draw(stats: &Stats) -> Vec<Vec<String>> {
    let parts: [(Part, Vec<El>); 11] = [
        (Part::Headline, headline::headline(stats)),
        (Part::Followers, tiles::followers(stats)),
        (Part::Published, tiles::published(stats)),
        (Part::Delivered, tiles::delivered(stats)),
        (Part::Lag, tiles::lag(stats)),
        (Part::Resumed, tiles::resumed(stats)),
        (Part::Lost, tiles::lost(stats)),
        (Part::Strip, strip::strip(stats)),
        (Part::FollowerCount, tables::follower_count(stats)),
        (Part::FollowerTable, tables::followers(stats)),
        (Part::ChannelTable, tables::channels(stats)),
    ];
    debug_assert!(parts.iter().enumerate().all(|(at, (part, _))| *part as usize == at));
    parts.iter().map(|(_, elements)| words(elements)).collect()
}

/// The rows of the followers that are listed, in words.
pub fn found(stats: &Stats) -> Vec<String> {
    words(&tables::followers(stats))
}

/// `1 event`, `2 events`.
fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", crate::format::count(count), if count == 1 { one } else { several })
}

/// How much time is left: where it is little, by the second.
fn remaining(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { crate::format::span(seconds) }
}

/// Where a follower is.
fn place(follower: &FollowerStats) -> String {
    match &follower.address {
        Some(address) => address.clone(),
        None if follower.inside => "inside".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
