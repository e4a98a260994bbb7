use proptest::prelude::*;

use super::*;
use crate::fixtures::metrics;

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;

/// A history of `cpu` values, one a second from `from_ms` on.
fn history(from_ms: u64, cpu: &[f32]) -> History {
    let mut history = History::new(SECOND);
    for (n, &cpu) in (0_u64..).zip(cpu) {
        history.push(&Metrics { cpu, cores: vec![cpu], ..metrics(from_ms + n * SECOND) }, HOUR);
    }
    history
}

fn cpu(history: &History) -> Vec<f32> {
    history.column(Series::Cpu).iter().map(|value| value.unwrap()).collect()
}

#[test]
fn a_sample_counts_once() {
    let mut history = history(5_000, &[1.0, 2.0]);
    history.push(&metrics(6_000), HOUR);
    history.push(&metrics(4_000), HOUR);
    assert_eq!(cpu(&history), [1.0, 2.0]);
}

#[test]
fn old_samples_are_forgotten() {
    let mut history = History::new(SECOND);
    for n in 0..100 {
        history.push(&metrics(n * SECOND), 10 * SECOND);
    }
    assert_eq!((history.len(), history.time(0)), (11, Some(89_000)));
    assert_eq!(history.cores().len(), 11);
}

#[test]
fn a_spike_survives_thinning() {
    let mut values = vec![10.0; 3_600];
    values[1_234] = 99.0;
    let thinned = history(0, &values).thinned(HOUR);
    assert!(thinned.len() <= 301, "{}", thinned.len());
    assert!(cpu(&thinned).contains(&99.0));
    assert!(thinned.cores().iter().any(|row| row == &[99]));
    assert_eq!(thinned.step_ms, 12_000);
}

#[test]
fn a_bucket_holds_the_same_samples_however_late_one_looks() {
    let values: Vec<f32> = (0..1_000).map(|n| (n * 37 % 100) as f32).collect();
    let (early, late) = (history(0, &values[..997]).thinned(900 * SECOND), history(0, &values).thinned(900 * SECOND));
    let full = |thinned: &History| cpu(thinned)[1..295].to_vec();
    assert_eq!(full(&early)[1..], full(&late)[..293]);
}

#[test]
fn finer_samples_replace_coarse_ones_and_newer_ones_stay() {
    let values: Vec<f32> = (0..900).map(|n| n as f32 / 10.0).collect();
    let mut page = history(0, &values).thinned(900 * SECOND);
    page.push(&Metrics { cpu: 1.0, ..metrics(900 * SECOND) }, HOUR);
    page.refined_by(history(0, &values));
    assert_eq!((page.len(), page.step_ms), (901, SECOND));
    assert_eq!(cpu(&page)[..900], values);
    assert_eq!(cpu(&page)[900], 1.0);
}

#[test]
fn the_nearest_sample_is_not_looked_for_in_a_gap() {
    let mut history = history(0, &[1.0, 2.0]);
    history.push(&metrics(60_000), HOUR);
    assert_eq!(history.nearest(1_400), Some(1));
    assert_eq!(history.nearest(30_000), None);
    assert_eq!(history.nearest(59_000), Some(2));
    assert_eq!(History::new(SECOND).nearest(0), None);
}

#[test]
fn it_crosses_the_wire_whole() {
    let mut sent = history(0, &[1.5, 2.5]);
    sent.push(&metrics(9_000), HOUR);
    let received: History = miniserde::json::from_str(&serde_json::to_string(&sent).unwrap()).unwrap();
    assert_eq!(received, sent);
}

proptest! {
    #[test]
    fn thinning_keeps_the_ends_the_peak_and_the_order(
        steps in prop::collection::vec((500_u64..20_000, 0.0_f32..100.0), 1..400),
        range in prop::sample::select(vec![300 * SECOND, 900 * SECOND, HOUR]),
    ) {
        let mut whole = History::new(SECOND);
        let mut at = 0;
        for &(step, cpu) in &steps {
            at += step;
            whole.push(&Metrics { cpu, ..metrics(at) }, HOUR);
        }
        let thinned = whole.thinned(range);
        let shown: Vec<f32> =
            (0..whole.len()).filter(|&n| at - whole.time(n).unwrap() <= range).map(|n| cpu(&whole)[n]).collect();
        prop_assert!(thinned.len() as u64 <= POINTS + 1);
        prop_assert_eq!(thinned.last(), whole.last());
        prop_assert!(thinned.times().collect::<Vec<_>>().is_sorted());
        let highest = |values: &[f32]| values.iter().copied().fold(0.0, f32::max);
        prop_assert_eq!(highest(&cpu(&thinned)), highest(&shown));
    }
}
