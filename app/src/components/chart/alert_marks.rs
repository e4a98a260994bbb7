use super::timeline::Timeline;
use crate::components::overview::Part;
use crate::components::position::at;
use crate::element::{El, el};
use crate::format;
use crate::model::Timestamp;
use crate::place::Place;

/// Lines over a plot at the moments at which alerts began and ceased to fire, each with a title that says which. What they
/// are comes as a part of the page; where they stand goes by the reader's range.
pub(super) fn alert_marks(timeline: Timeline) -> Vec<El> {
    let live = timeline.live();
    if live.place != Place::Overview {
        return Vec::new();
    }
    let (parts, window) = (live.parts.read(), timeline.window());
    let mark = |[when, says]: &[String; 2]| {
        let (time, class) = when.split_once(' ')?;
        let time = time.parse().ok().filter(|&time| window.contains(time))?;
        let clock = format::clock(Timestamp::from_ms(time), live.offset_min());
        let says = format!("{clock} {says}");
        let mark = el("i").class(format!("chart-mark {class} {}", at(window.share(time) * 100.0))).attr("role", "img");
        Some(mark.attr("aria-label", says.clone()).attr("title", says))
    };
    parts.get(Part::Marks as usize).into_iter().flat_map(|words| words.as_chunks().0).filter_map(mark).collect()
}
