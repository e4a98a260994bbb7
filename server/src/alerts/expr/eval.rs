use std::time::Duration;

use super::{Arithmetic, Comparison, Condition, Function, Level, Op, Selector, Value};

/// What can be read at one moment.
pub(in crate::alerts) trait Readings {
    /// The newest reading of one instance; nothing where there is none or the selector doesn't mean it.
    fn newest(&self, selector: &Selector, instance: Option<&str>) -> Option<f64>;
    /// What is made of the readings of a while; nothing while too few are known.
    fn over(&self, function: Function, selector: &Selector, window: Duration, instance: Option<&str>) -> Option<f64>;
    /// For how long nothing that is meant has been read.
    fn silence(&self, selector: &Selector) -> Silence;
}

/// For how long there is no reading.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in crate::alerts) struct Silence {
    /// Seconds since the last reading, or since watching for one began: a start, or the end of a sleep.
    pub(in crate::alerts) seconds: f64,
    /// There was a reading since watching began.
    pub(in crate::alerts) is_read: bool,
}

/// How one instance stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::alerts) struct Verdict {
    /// The condition is met.
    pub(in crate::alerts) entered: bool,
    /// It is met, or not yet left, where it has a clear level.
    pub(in crate::alerts) kept: bool,
    /// The value that decides: the first that met its comparison, or the first of all.
    pub(in crate::alerts) value: f32,
    /// What that value was held against.
    pub(in crate::alerts) level: Level,
}

/// Holds a condition against the readings, its levels multiplied by `scale`; nothing where it can't be told.
pub(in crate::alerts) fn evaluate(
    condition: &Condition,
    readings: &impl Readings,
    instance: Option<&str>,
    scale: f32,
) -> Option<Verdict> {
    match condition {
        Condition::Compare(comparison) => comparison.evaluate(readings, instance, scale),
        Condition::Absent(selector, window) => {
            let Silence { seconds, is_read } = readings.silence(selector);
            let (value, limit) = (seconds as f32, window.as_secs_f32());
            let entered = value >= limit;
            // Where nothing has been read yet, what was missed before is missed still.
            Some(Verdict { entered, kept: entered || !is_read, value, level: Level { enter: limit, clear: limit } })
        }
        Condition::All(parts) => {
            let mut verdicts = Vec::with_capacity(parts.len());
            let mut unknown = false;
            for part in parts {
                match evaluate(part, readings, instance, scale) {
                    Some(verdict) => verdicts.push(verdict),
                    None => unknown = true,
                }
            }
            let entered = verdicts.iter().all(|verdict| verdict.entered);
            let kept = verdicts.iter().all(|verdict| verdict.kept);
            // What is not known could only keep it from being met; where it is not met anyway, that doesn't matter.
            if unknown && kept { None } else { Some(Verdict { entered, kept, ..*verdicts.first()? }) }
        }
        Condition::Any(parts) => {
            let verdicts = parts.iter().filter_map(|part| evaluate(part, readings, instance, scale));
            let verdicts: Vec<Verdict> = verdicts.collect();
            let decides = verdicts.iter().find(|verdict| verdict.entered).or(verdicts.first())?;
            Some(Verdict { entered: decides.entered, kept: verdicts.iter().any(|verdict| verdict.kept), ..*decides })
        }
    }
}

impl Comparison {
    fn evaluate(&self, readings: &impl Readings, instance: Option<&str>, scale: f32) -> Option<Verdict> {
        let value = self.value.read(readings, instance).filter(|value| value.is_finite())? as f32;
        let level = self.level.times(scale);
        let (entered, kept) = self.op.stands(value, level, self.hysteresis);
        Some(Verdict { entered, kept, value, level })
    }
}

impl Op {
    /// Whether `value` has entered `level`, and whether it has not left it.
    pub(in crate::alerts) fn stands(self, value: f32, level: Level, hysteresis: bool) -> (bool, bool) {
        let entered = match self {
            Self::Above => value > level.enter,
            Self::AtLeast => value >= level.enter,
            Self::Below => value < level.enter,
            Self::AtMost => value <= level.enter,
            Self::Equal => value == level.enter,
            Self::Unequal => value != level.enter,
        };
        let kept = match self {
            _ if !hysteresis => entered,
            Self::Above | Self::AtLeast => value >= level.clear,
            Self::Below | Self::AtMost => value <= level.clear,
            Self::Equal | Self::Unequal => entered,
        };
        (entered, entered || kept)
    }
}

impl Value {
    fn read(&self, readings: &impl Readings, instance: Option<&str>) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Newest(selector) => readings.newest(selector, instance),
            Self::Over(function, selector, window) => readings.over(*function, selector, *window, instance),
            Self::Binary(left, sign, right) => {
                let (left, right) = (left.read(readings, instance)?, right.read(readings, instance)?);
                Some(sign.apply(left, right))
            }
        }
    }
}

impl Arithmetic {
    pub(super) fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Times => left * right,
            Self::Over => left / right,
        }
    }
}

impl Level {
    pub(in crate::alerts) fn times(self, scale: f32) -> Self {
        Self { enter: self.enter * scale, clear: self.clear * scale }
    }
}
