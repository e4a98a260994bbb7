//! What a rule holds a sample against, for example `avg(cpu, 5m) > 85 and load.five > 4`.
//!
//! - [`Condition`], [`Value`]: the expression as data
//! - `token`, `cursor`, `parse`: from text, with the place and what was expected where it can't be read
//! - `matcher`: `{mount="/var*"}`
//! - `eval`: against the readings of one moment; pure

mod check;
mod cursor;
mod eval;
mod matcher;
mod parse;
mod token;
mod value;

use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(super) use check::check;
pub(super) use eval::{Readings, Silence, evaluate};
pub(super) use matcher::Matcher;
pub(super) use parse::parse;

use super::metrics::{METRICS, Metric, Unit};

/// A level with hysteresis, in the unit of what is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Where it is entered.
    pub enter: f32,
    /// It is left by a value on the other side of this; the same as `enter` or on its calm side.
    pub clear: f32,
}

/// On which side of its level a value is one to tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub value: Value,
    /// How.
    pub op: Op,
    /// With what.
    pub level: Level,
    /// The level was left out of `clear`: then what is not over the level any more has left it.
    pub hysteresis: bool,
    /// Where it stands in the text.
    pub at: Range<usize>,
}

/// What must be so.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One value on one side of a level.
    Compare(Comparison),
    /// Nothing has been read for so long.
    Absent(Selector, Duration),
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
}

/// A number out of the readings.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Itself.
    Number(f64),
    /// The newest reading.
    Newest(Selector),
    /// Something of the readings of a while.
    Over(Function, Selector, Duration),
    /// Two numbers taken together.
    Binary(Box<Value>, Arithmetic, Box<Value>),
}

/// Which readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// The place of the metric in [`METRICS`].
    pub(super) metric: usize,
    pub(super) matchers: Vec<Matcher>,
    pub(super) at: Range<usize>,
}

/// What is made of the readings of a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    /// Their mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How much they grow in a second.
    Rate,
    /// How much they have grown, as far as they are known.
    Increase,
    /// What they come to after so long, if they go on as they do.
    Predict(Duration),
}

/// How two numbers are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// Why an expression can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// Where, in bytes of its text.
    pub at: Range<usize>,
    /// What was expected, and what came.
    pub message: String,
}

impl ExprError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

impl Selector {
    pub(super) fn metric(&self) -> &'static Metric {
        &METRICS[self.metric]
    }
}

impl Op {
    /// How a sentence says it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::AtLeast => "at or above",
            Self::Below => "below",
            Self::AtMost => "at or below",
            Self::Equal => "exactly",
            Self::Unequal => "not",
        }
    }

    /// Greater values are the worse ones.
    pub(super) fn is_upward(self) -> bool {
        matches!(self, Self::Above | Self::AtLeast)
    }

    pub(super) fn has_sides(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }
}

impl Condition {
    /// The only comparison, if it is one.
    pub(super) fn single(&self) -> Option<&Comparison> {
        if let Self::Compare(comparison) = self { Some(comparison) } else { None }
    }

    pub(super) fn single_mut(&mut self) -> Option<&mut Comparison> {
        if let Self::Compare(comparison) = self { Some(comparison) } else { None }
    }

    /// Every selector in it, with the window that it is read over, if it is.
    pub(super) fn selectors(&self) -> Vec<(&Selector, Option<Duration>)> {
        match self {
            Self::Compare(comparison) => comparison.value.selectors(),
            Self::Absent(selector, _) => vec![(selector, None)],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::selectors).collect(),
        }
    }

    /// What is held against a level first.
    pub(super) fn first_value(&self) -> Option<&Value> {
        match self {
            Self::Compare(comparison) => Some(&comparison.value),
            Self::Absent(..) => None,
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(Self::first_value),
        }
    }

    /// Whether it asks for what is not there.
    pub(super) fn is_absence(&self) -> bool {
        match self {
            Self::Compare(_) => false,
            Self::Absent(..) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_absence),
        }
    }
}

impl Value {
    /// What it counts.
    pub(super) fn unit(&self) -> Unit {
        match self {
            Self::Number(_) => Unit::Count,
            Self::Newest(selector) => selector.metric().unit,
            Self::Over(Function::Rate, selector, _) => match selector.metric().unit {
                Unit::Bytes => Unit::Rate,
                // Seconds of each second: a share.
                Unit::Seconds => Unit::Load,
                unit => unit,
            },
            Self::Over(_, selector, _) => selector.metric().unit,
            Self::Binary(left, sign, right) => match (&**left, sign, &**right) {
                (left, _, Self::Number(_)) => left.unit(),
                (_, Arithmetic::Over, _) => Unit::Load,
                (Self::Number(_), _, right) => right.unit(),
                (left, ..) => left.unit(),
            },
        }
    }

    pub(super) fn selectors(&self) -> Vec<(&Selector, Option<Duration>)> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Newest(selector) => vec![(selector, None)],
            Self::Over(_, selector, window) => vec![(selector, Some(*window))],
            Self::Binary(left, _, right) => [left.selectors(), right.selectors()].concat(),
        }
    }
}

#[cfg(test)]
mod tests;
