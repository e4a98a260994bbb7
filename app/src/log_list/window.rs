use std::ops::Range;

/// Rows that are drawn above and below those in view, so that a flick of the wheel finds them there.
pub const SPARE: usize = 40;
/// What a row is taken to be high where none is drawn, in pixels.
const ROW: f64 = 20.0;

/// Which of `total` rows are to be drawn, where `drawn` reach from `top` to `bottom`, in pixels from the head of a view
/// that is `height` high. `None` while those that are drawn will do.
pub fn slide(drawn: &Range<usize>, total: usize, top: f64, bottom: f64, height: f64) -> Option<Range<usize>> {
    let row = if drawn.is_empty() { ROW } else { ((bottom - top) / drawn.len() as f64).max(1.0) };
    // Rows of which nothing is drawn are as high as the others.
    let first = (drawn.start as f64 - top / row).max(0.0);
    let first = (first as usize).min(total.saturating_sub(1));
    let last = first + (height.max(0.0) / row) as usize + 1;
    let near = SPARE / 2;
    let is_enough_above = drawn.start == 0 || drawn.start + near <= first;
    let is_enough_below = drawn.end >= total || drawn.end >= last + near;
    let is_small = drawn.len() <= last - first + 4 * SPARE;
    if is_enough_above && is_enough_below && is_small && drawn.end <= total {
        return None;
    }
    Some(first.saturating_sub(SPARE)..(last + SPARE).min(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slides_when_the_edge_is_near() {
        let drawn = 100..220;
        // The view begins at row 140 and holds 40.
        assert_eq!(slide(&drawn, 1_000, -800.0, 1_600.0, 800.0), None);
        // At row 115.
        assert_eq!(slide(&drawn, 1_000, -300.0, 2_100.0, 800.0), Some(75..196));
        // Far away: row 500.
        assert_eq!(slide(&drawn, 1_000, -8_000.0, -5_600.0, 800.0), Some(460..581));
        // Beyond both ends.
        assert_eq!(slide(&drawn, 1_000, 90_000.0, 92_400.0, 800.0), Some(0..81));
        assert_eq!(slide(&drawn, 1_000, -90_000.0, -87_600.0, 800.0), Some(959..1_000));
    }

    #[test]
    fn the_ends_need_no_spare() {
        assert_eq!(slide(&(0..90), 90, 0.0, 1_800.0, 800.0), None);
        assert_eq!(slide(&(0..0), 0, 0.0, 0.0, 800.0), None);
    }

    proptest! {
        #[test]
        fn what_is_in_view_is_drawn_and_little_else(
            start in 0_usize..100_000,
            len in 1_usize..400,
            total in 1_usize..100_000,
            scrolled in 0.0..2_000_000.0_f64,
            height in 100.0..2_000.0_f64,
        ) {
            let start = start.min(total - 1);
            let drawn = start..(start + len).min(total);
            let scrolled = scrolled.min((total as f64 * 20.0 - height).max(0.0));
            let (top, bottom) = (drawn.start as f64 * 20.0 - scrolled, drawn.end as f64 * 20.0 - scrolled);
            let now = slide(&drawn, total, top, bottom, height).unwrap_or(drawn);
            prop_assert!(now.end <= total);
            prop_assert!(now.len() <= (height / 20.0) as usize + 2 + 4 * SPARE);
            let first = (scrolled / 20.0) as usize;
            let last = (((scrolled + height) / 20.0) as usize).min(total);
            prop_assert!(now.start <= first && last <= now.end, "{now:?} for {first} to {last}");
        }
    }
}
