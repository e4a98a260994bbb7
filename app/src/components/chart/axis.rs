use super::window::Window;
use crate::components::position::at;
use crate::format;
use crate::model::Timestamp;
use crate::range::Range;

/// How dense the ticks stand. A plot's width isn't known here: ticks for all densities are written, and the style sheet
/// shows those for which there is room.
struct Density {
    /// The class of a tick that belongs to it.
    tick: &'static str,
    /// The class of such a tick that has room for its label.
    label: &'static str,
    /// The least width of a plot drawn with it, in pixels.
    plot_px: f32,
    /// Milliseconds between two ticks, by range.
    step: [u64; 3],
}

const MINUTE: u64 = 60_000;

/// The steps of a range are multiples of [`BASE`]'s.
const DENSITIES: [Density; 3] = [
    Density { tick: "a", label: "la", plot_px: 252.0, step: [2 * MINUTE, 5 * MINUTE, 20 * MINUTE] },
    Density { tick: "b", label: "lb", plot_px: 504.0, step: [MINUTE, 3 * MINUTE, 10 * MINUTE] },
    Density { tick: "c", label: "lc", plot_px: 1_040.0, step: [MINUTE / 2, 2 * MINUTE, 5 * MINUTE] },
];
const BASE: [u64; 3] = [MINUTE / 2, MINUTE, 5 * MINUTE];

/// Half the width of a tick's label, in pixels.
const HALF_LABEL: f32 = 17.0;
/// The label at the right edge, `now` or a time, with a little air.
const NOW: f32 = 32.0;
const TIME: f32 = 58.0;
/// Half the crosshair's time chip, with a little air.
const HALF_CHIP: f32 = 31.0;

/// A tick of the time axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// Percent of the plot's width.
    pub(super) left: f32,
    pub(super) label: String,
    pub(super) class: String,
}

/// Ticks at round times of day, `offset_min` minutes east of UTC. Labels give way to the one at the right edge and to the
/// crosshair, which stands at `crosshair` of the width.
pub(super) fn ticks(window: &Window, offset_min: i32, crosshair: Option<f32>) -> Vec<Tick> {
    let row = match window.range {
        Range::FiveMinutes => 0,
        Range::FifteenMinutes => 1,
        Range::Hour => 2,
    };
    let base = BASE[row];
    // Round by the reader's clock: zones differ by quarters of an hour, and steps reach twenty minutes.
    let shift = (i64::from(offset_min) * 60_000).rem_euclid(86_400_000) as u64;
    let first = (window.from() + shift).div_ceil(base) * base;
    (first..=window.to + shift)
        .step_by(base as usize)
        .filter_map(|local| {
            let at = local - shift;
            let share = window.share(at);
            let class = class(local, row, |plot_px| has_room(share * plot_px, plot_px, window.stale, crosshair));
            let time = Timestamp::from_ms(at);
            let label = if local.is_multiple_of(MINUTE) {
                format::clock_short(time, offset_min)
            } else {
                format::clock(time, offset_min)
            };
            (!class.is_empty()).then_some(Tick { left: share * 100.0, label, class })
        })
        .collect()
}

/// Writes them.
pub(super) fn markup(ticks: &[Tick]) -> String {
    let write = |Tick { left, label, class }: &Tick| {
        format!("<span class=\"chart-x{class} {}\"><span>{label}</span></span>", at(*left))
    };
    ticks.iter().map(write).collect()
}

/// The classes of the tick at `local` time for which it stands in a plot.
fn class(local: u64, row: usize, has_room: impl Fn(f32) -> bool) -> String {
    let mut class = String::new();
    for density in DENSITIES.iter().filter(|density| local.is_multiple_of(density.step[row])) {
        class.push(' ');
        class.push_str(density.tick);
        if has_room(density.plot_px) {
            class.push(' ');
            class.push_str(density.label);
        }
    }
    class
}

/// A label at `x` pixels fits into a plot that is `width` pixels wide.
fn has_room(x: f32, width: f32, stale: bool, crosshair: Option<f32>) -> bool {
    let end = if stale { TIME } else { NOW };
    let clear = crosshair.is_none_or(|share| (share * width - x).abs() > HALF_LABEL + HALF_CHIP);
    x >= HALF_LABEL && x + HALF_LABEL + end <= width && clear
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPACE_PX: f32 = 84.0;

    fn labels(ticks: &[Tick], class: &str) -> Vec<String> {
        let of_class = ticks.iter().filter(|tick| tick.class.split(' ').any(|each| each == class));
        of_class.map(|tick| tick.label.clone()).collect()
    }

    #[test]
    fn stand_on_round_times() {
        let window = Window::new(Some(36_272_000), 0, false, Range::FifteenMinutes);
        let drawn = ticks(&window, 0, None);
        assert_eq!(labels(&drawn, "a"), ["09:50", "09:55", "10:00"]);
        assert_eq!(labels(&drawn, "b"), ["09:51", "09:54", "09:57", "10:00", "10:03"]);
        assert_eq!(labels(&drawn, "la"), ["09:55", "10:00"], "the first would be cut off");
        assert_eq!(labels(&ticks(&window, 0, Some(0.4)), "la"), ["10:00"], "under the crosshair's time");
        assert_eq!(labels(&ticks(&window, 345, None), "a"), ["15:35", "15:40", "15:45"]);
    }

    #[test]
    fn give_way_at_the_right_edge() {
        let window = |stale| Window::new(Some(36_200_000), 36_200_000, stale, Range::FifteenMinutes);
        assert_eq!(labels(&ticks(&window(false), 0, None), "la"), ["09:50", "09:55", "10:00"]);
        assert_eq!(labels(&ticks(&window(true), 0, None), "la"), ["09:50", "09:55"]);
    }

    proptest! {
        #[test]
        fn stand_apart(last in 0_u64..4_000_000_000_000, offset in -720_i32..=840, range in 0_usize..3) {
            let range = Range::ALL[range];
            let window = Window::new(Some(last), 0, false, range);
            let drawn = ticks(&window, offset, None);
            for density in DENSITIES {
                let lefts: Vec<f32> = drawn.iter()
                    .filter(|tick| tick.class.split(' ').any(|each| each == density.tick))
                    .map(|tick| tick.left / 100.0 * density.plot_px)
                    .collect();
                prop_assert!(lefts.windows(2).all(|pair| pair[1] - pair[0] >= SPACE_PX - 0.1), "{:?}", lefts);
            }
            prop_assert!(drawn.iter().all(|tick| (0.0..=100.0).contains(&tick.left)));
        }
    }
}
