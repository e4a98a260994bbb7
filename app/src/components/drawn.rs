//! What the server draws, in its place on the page.

use crate::element::{El, Reader, el, elements};
use crate::live::Live;

/// A place for the part with this number.
pub fn place(live: Live, part: usize, tag: &'static str, class: &'static str) -> El {
    el(tag).fixed(|place| place.class(class)).rows(move || drawn(live, part))
}

/// What the server has drawn of a part.
pub(super) fn drawn(live: Live, part: usize) -> Vec<El> {
    live.parts.read().get(part).map(|words| shown(live, words)).unwrap_or_default()
}

/// What these words are for the reader of this page.
pub(super) fn shown(live: Live, words: &[String]) -> Vec<El> {
    let client = live.client.read_untracked();
    elements(words, Reader { client: &client, offset_min: live.offset_min(), now: live.now.get_untracked() })
}
