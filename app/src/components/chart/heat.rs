use super::path::coordinate;
use super::window::{HEIGHT, Window};
use crate::series::History;

/// Columns over the whole width: about three pixels each in a narrow card.
const COLUMNS: u64 = 120;
/// Rows at most; with more cores, a row shows the busiest of several.
const ROWS: usize = 32;
/// The shades of the strip.
pub(super) const LEVELS: usize = 6;
/// Percent at which each shade but the first begins.
const BOUNDS: [u8; LEVELS - 1] = [10, 30, 50, 70, 90];

/// The use of all cores over time, as one path a shade.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Heat {
    pub(super) paths: [String; LEVELS],
    pub(super) rows: Rows,
}

/// How cores are laid out in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rows {
    /// Cores in a row.
    pub(super) group: usize,
    pub(super) count: usize,
}

impl Rows {
    /// For all cores that any sample has.
    pub(super) fn in_history(history: &History) -> Self {
        Self::of(history.cores().iter().map(Vec::len).max().unwrap_or(0))
    }

    pub(super) fn of(cores: usize) -> Self {
        let group = cores.div_ceil(ROWS).max(1);
        Self { group, count: cores.div_ceil(group) }
    }

    /// The rows that have a label: about four, and the last.
    pub(super) fn labelled(self) -> Vec<usize> {
        let step = (self.count / 4).max(1);
        let last = self.count.saturating_sub(1);
        let mut rows: Vec<usize> = (0..self.count).step_by(step).filter(|row| last - row >= step.div_ceil(2)).collect();
        rows.extend((self.count > 0).then_some(last));
        rows
    }
}

/// Draws the strip.
pub(super) fn heat(history: &History, window: &Window) -> Heat {
    let mut paths: [String; LEVELS] = Default::default();
    let rows = Rows::in_history(history);
    let columns = columns(history, window, rows);
    let row_height = HEIGHT / rows.count.max(1) as f32;
    for row in 0..rows.count {
        let (top, bottom) = (row as f32 * row_height, (row + 1) as f32 * row_height);
        let mut run: Option<(f32, f32, usize)> = None;
        for column in &columns {
            let Some(&percent) = column.peaks.get(row) else { continue };
            let level = level(percent);
            match &mut run {
                Some((_, end, shade)) if *end == column.start && *shade == level => *end = column.end,
                _ => {
                    rectangle(&mut paths, run.replace((column.start, column.end, level)), top, bottom);
                }
            }
        }
        rectangle(&mut paths, run, top, bottom);
    }
    Heat { paths, rows }
}

/// The busiest core of a sample and its use in percent; of equals the first.
pub(super) fn busiest(cores: &[u8]) -> Option<(usize, u8)> {
    cores.iter().copied().enumerate().reduce(|best, core| if core.1 > best.1 { core } else { best })
}

/// Samples that are drawn together.
struct Column {
    start: f32,
    end: f32,
    /// The highest use in each row.
    peaks: Vec<u8>,
}

/// Columns start at round times, so that one holds the same samples however late one looks.
fn columns(history: &History, window: &Window, rows: Rows) -> Vec<Column> {
    let width = (window.range.ms() / COLUMNS).max(history.step_ms).max(1);
    let mut columns: Vec<Column> = Vec::new();
    let mut last = None;
    for (time, cores) in history.times().zip(history.cores()).filter(|&(time, _)| window.contains(time)) {
        let number = time / width;
        if last != Some(number) {
            let (start, end) = (window.x(number * width), window.x((number + 1) * width));
            columns.push(Column { start, end, peaks: vec![0; rows.count] });
            last = Some(number);
        }
        let Some(column) = columns.last_mut() else { continue };
        for (peak, group) in column.peaks.iter_mut().zip(cores.chunks(rows.group.max(1))) {
            *peak = group.iter().copied().fold(*peak, u8::max);
        }
    }
    columns
}

fn level(percent: u8) -> usize {
    BOUNDS.partition_point(|&bound| bound <= percent)
}

fn rectangle(paths: &mut [String; LEVELS], run: Option<(f32, f32, usize)>, top: f32, bottom: f32) {
    let Some((start, end, level)) = run.filter(|(start, end, _)| end > start) else { return };
    let d = &mut paths[level];
    for (sign, number) in [('M', start), (' ', top), ('H', end), ('V', bottom), ('H', start)] {
        d.push(sign);
        coordinate(d, number);
    }
    d.push('Z');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::chart::timeline::tests::metrics_at;
    use crate::range::Range;
    use proptest::prelude::*;

    fn history(samples: &[(u64, &[f32])]) -> History {
        let mut history = History::new(1_000);
        for &(time, cores) in samples {
            history.push(&crate::model::Metrics { cores: cores.to_vec(), ..metrics_at(time) }, u64::MAX);
        }
        history
    }

    #[test]
    fn joins_equal_neighbours() {
        let history = history(&[
            (690_000, &[5.0, 95.0]),
            (692_500, &[5.0, 20.0]),
            (697_500, &[5.0, 20.0]),
            (700_000, &[0.0, 0.0]),
        ]);
        let window = Window::new(Some(700_000), 0, false, Range::FiveMinutes);
        let drawn = heat(&history, &window);
        assert_eq!(drawn.rows, Rows { group: 1, count: 2 });
        assert_eq!(drawn.paths[0], "M966.7 0H983.3V50H966.7ZM991.7 0H1000V50H991.7Z", "the hole stays empty");
        assert_eq!(drawn.paths[1], "M975 50H983.3V100H975ZM991.7 50H1000V100H991.7Z");
        assert_eq!(drawn.paths[5], "M966.7 50H975V100H966.7Z");
    }

    #[test]
    fn groups_many_cores() {
        assert_eq!(Rows::of(0), Rows { group: 1, count: 0 });
        assert_eq!(Rows::of(32), Rows { group: 1, count: 32 });
        assert_eq!(Rows::of(33), Rows { group: 2, count: 17 });
        assert_eq!(Rows::of(128), Rows { group: 4, count: 32 });
        assert_eq!(Rows::of(16).labelled(), [0, 4, 8, 12, 15]);
        assert_eq!(Rows::of(1).labelled(), [0]);
        assert_eq!(Rows::of(2).labelled(), [0, 1]);
        assert_eq!(Rows::of(0).labelled(), [0_usize; 0]);
    }

    #[test]
    fn shades_begin_at_their_bounds() {
        for (percent, shade) in
            [(0, 0), (9, 0), (10, 1), (29, 1), (30, 2), (50, 3), (70, 4), (89, 4), (90, 5), (100, 5)]
        {
            assert_eq!(level(percent), shade, "{percent}");
        }
        assert_eq!(busiest(&[3, 80, 80]), Some((1, 80)));
        assert_eq!(busiest(&[]), None);
    }

    proptest! {
        #[test]
        fn labels_are_few_and_in_order(cores in 0_usize..600) {
            let rows = Rows::of(cores);
            prop_assert!(rows.count <= ROWS && rows.count * rows.group >= cores);
            let labelled = rows.labelled();
            prop_assert!(labelled.len() <= 8 && labelled.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", labelled);
        }
    }
}
