use std::sync::{Mutex, PoisonError};

use super::window::HEIGHT;
use crate::format::{self, Scale};

/// The maximum stays while it is at most this many times the highest value: it changes seldom, and never to and fro.
const KEEP: f32 = 2.5;
/// A rate below this many bytes per second is not worth filling the plot with.
const QUIET: f32 = 10_240.0;
/// The parts of a power of ten that are round and whose half is round.
const ROUND: [f32; 6] = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    /// As it is; the unit's name.
    Plain(&'static str),
    /// In a unit that many of its own make: KiB, thousands.
    Scaled(Scale),
}

/// What the height of a plot means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// The value at the top.
    pub(super) max: f32,
    /// How values are written.
    pub(super) unit: Unit,
}

/// Makes an axis for the data, given the one before.
type Scaling = Box<dyn Fn(Option<&Axis>) -> Axis + Send + Sync>;

/// An axis that follows the data. It knows the one before, so that it need not change with each of them.
pub(super) struct Following {
    scale: Scaling,
    before: Mutex<Option<Axis>>,
}

impl Following {
    /// The axis that `scale` makes, given the one before.
    pub(super) fn new(scale: impl Fn(Option<&Axis>) -> Axis + Send + Sync + 'static) -> Self {
        Self { scale: Box::new(scale), before: Mutex::new(None) }
    }

    /// The axis now.
    pub(super) fn now(&self) -> Axis {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.scale)(before.as_ref());
        *before.insert(now)
    }
}

impl Axis {
    /// Nothing to a hundred percent, always.
    pub(super) const PERCENT: Self = Self { max: 100.0, unit: Unit::Plain("%") };

    /// Bytes up to `total`, and a little further to where a quarter of it is a round number.
    pub(super) fn of_total(total: f32) -> Self {
        let scale = Scale::of_bytes(total);
        let quarter = total.max(1.0) / scale.factor / 4.0;
        // An eighth of the largest power of two below it: 15.7 becomes 16, 46.9 becomes 48.
        let mut step = 0.125;
        while step * 16.0 <= quarter {
            step *= 2.0;
        }
        while step * 8.0 > quarter && step > 0.001 {
            step /= 2.0;
        }
        Self { max: (quarter / step).ceil() * step * 4.0 * scale.factor, unit: Unit::Scaled(scale) }
    }

    /// Bytes per second up to at least `highest`; what was the axis `before` stays where it does.
    pub(super) fn of_rate(highest: f32, before: Option<&Self>) -> Self {
        let highest = if highest.is_finite() { highest.max(QUIET) } else { QUIET };
        if let Some(before) = before.filter(|before| keeps(before.max, highest)) {
            return *before;
        }
        let scale = Scale::of_rate(highest);
        let max = round_up(highest / scale.factor);
        // 1,000 KiB/s would be read as 1 MiB/s, so that is what it becomes.
        let next = Scale::of_rate(max * scale.factor);
        if max >= 1_000.0 && next != scale {
            return Self { max: next.factor, unit: Unit::Scaled(next) };
        }
        Self { max: max * scale.factor, unit: Unit::Scaled(scale) }
    }

    /// The name of the unit.
    pub(super) fn unit_name(&self) -> &'static str {
        match self.unit {
            Unit::Plain(name) => name,
            Unit::Scaled(scale) => scale.unit,
        }
    }

    /// `value` in the axis' unit.
    pub(super) fn write(&self, value: f32) -> String {
        match self.unit {
            Unit::Plain(_) => format::decimal(value),
            Unit::Scaled(scale) => scale.write(value),
        }
    }

    /// `value` beside a grid line: without decimals where it has none.
    pub(super) fn mark(&self, value: f32) -> String {
        let number = match self.unit {
            Unit::Plain(_) => value,
            Unit::Scaled(scale) => value / scale.factor,
        };
        if number.fract() == 0.0 {
            return format::whole(number);
        }
        let written = format::load(number);
        written.strip_suffix('0').map_or(written.clone(), str::to_owned)
    }

    /// `value` as a threshold's name has it: `95`, `56.4`.
    pub(super) fn write_level(&self, value: f32) -> String {
        let written = self.write(value);
        written.strip_suffix(".0").map_or(written.clone(), str::to_owned)
    }

    /// How far up `value` reaches, 0 to 1.
    pub(super) fn share(&self, value: f32) -> f32 {
        (value / self.max).clamp(0.0, 1.0)
    }

    /// The y of `value` in a drawing that starts with 0 at the bottom.
    pub(super) fn y(&self, value: f32) -> f32 {
        HEIGHT - self.share(value) * HEIGHT
    }
}

/// A round number of at least `highest`; `before` stays where it does.
pub(super) fn round_max(highest: f32, before: Option<f32>) -> f32 {
    match before {
        Some(before) if keeps(before, highest) => before,
        _ => round_up(highest),
    }
}

fn keeps(max: f32, highest: f32) -> bool {
    highest <= max && max <= highest * KEEP
}

fn round_up(value: f32) -> f32 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let mut power = 1.0;
    while power * 10.0 < value {
        power *= 10.0;
    }
    while power >= value && power > f32::MIN_POSITIVE {
        power /= 10.0;
    }
    ROUND.into_iter().map(|part| part * power).find(|&max| max >= value && max.is_finite()).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GIB: f32 = 1_073_741_824.0;
    const MIB: f32 = 1_048_576.0;

    #[test]
    fn totals_have_round_quarters() {
        for (total, max) in
            [(62.7, 64.0), (15.6, 16.0), (188.0, 192.0), (7.6, 8.0), (5.6, 6.0), (1.94, 2.0), (23.4, 24.0)]
        {
            assert_eq!(Axis::of_total(total * GIB).max / GIB, max, "{total}");
        }
        assert_eq!(Axis::of_total(5.6 * GIB).mark(1.5 * GIB), "1.5");
    }

    #[test]
    fn rates_keep_their_maximum() {
        let axis = Axis::of_rate(65.0 * MIB, None);
        assert_eq!((axis.max, axis.unit_name()), (80.0 * MIB, "MiB/s"));
        assert_eq!(Axis::of_rate(40.0 * MIB, Some(&axis)).max, 80.0 * MIB, "not yet low enough");
        assert_eq!(Axis::of_rate(30.0 * MIB, Some(&axis)).max, 40.0 * MIB);
        assert_eq!(Axis::of_rate(81.0 * MIB, Some(&axis)).max, 100.0 * MIB);
        assert_eq!(Axis::of_rate(900.0 * MIB, None), Axis { max: GIB, unit: Unit::Scaled(Scale::of_rate(GIB)) });
        assert_eq!(Axis::of_rate(0.0, None).max, 10.0 * 1_024.0);
    }

    #[test]
    fn marks_have_no_idle_decimals() {
        assert_eq!(Axis::PERCENT.mark(75.0), "75");
        assert_eq!(Axis::of_rate(0.9 * GIB, None).mark(0.5 * GIB), "0.5");
        assert_eq!(Axis::of_total(0.97 * GIB).mark(0.25 * GIB), "256");
    }

    proptest! {
        #[test]
        fn maximum_is_never_below_the_data(values in proptest::collection::vec(0.0_f32..1e15, 1..20)) {
            let (mut rate, mut plain) = (None, None);
            for value in values {
                let axis = Axis::of_rate(value, rate.as_ref());
                prop_assert!(axis.max >= value && axis.max.is_finite(), "{axis:?} {value}");
                rate = Some(axis);
                let max = round_max(value, plain);
                prop_assert!(max >= value && max <= (value * KEEP).max(1.0), "{max} {value}");
                plain = Some(max);
                prop_assert!(Axis::of_total(value).max >= value);
            }
        }

        #[test]
        fn odd_numbers_do_no_harm(value in any::<f32>()) {
            prop_assert!(round_max(value, None).is_finite());
            prop_assert!(Axis::of_rate(value, None).max > 0.0);
        }
    }
}
