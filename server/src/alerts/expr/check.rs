//! What a condition that can be read must keep to besides.

use super::{Comparison, Condition, ExprError, Selector};

/// Values and conditions in one expression, at most.
const MOST_PARTS: usize = 64;

/// Whether the condition can be evaluated: clear levels are on the calm side, and its instances go together.
pub(in crate::alerts) fn check(condition: &Condition) -> Result<(), ExprError> {
    comparisons(condition)?;
    let selectors = condition.selectors();
    if selectors.len() > MOST_PARTS {
        let at = selectors[MOST_PARTS].0.at.clone();
        return Err(ExprError::new(at, format!("expected at most {MOST_PARTS} metrics in a condition")));
    }
    if let Some(selector) = condition.is_absence().then(|| compared(condition)).flatten() {
        let name = selector.metric().name;
        let expected = format!(
            "expected a metric of the whole machine beside absent(); {name} is by {}: write two rules",
            selector.metric().labels()[0]
        );
        return Err(ExprError::new(selector.at.clone(), expected));
    }
    let mut labelled = selectors.iter().map(|(selector, _)| *selector).filter(|s| !s.metric().labels().is_empty());
    let Some(first) = labelled.next() else { return Ok(()) };
    match labelled.find(|other| other.metric().labels()[0] != first.metric().labels()[0]) {
        None => Ok(()),
        Some(other) => {
            let (label, got) = (first.metric().labels()[0], other.metric().labels()[0]);
            let (metric, other_metric) = (first.metric().name, other.metric().name);
            let expected = format!(
                "expected a metric by {label}, as {metric} is, or of the whole machine; {other_metric} is by {got}"
            );
            Err(ExprError::new(other.at.clone(), expected))
        }
    }
}

/// A metric by instance that is held against a level.
fn compared(condition: &Condition) -> Option<&Selector> {
    match condition {
        Condition::Compare(comparison) => {
            comparison.value.selectors().into_iter().map(|(of, _)| of).find(|of| !of.metric().labels().is_empty())
        }
        Condition::Absent(..) => None,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(compared),
    }
}

fn comparisons(condition: &Condition) -> Result<(), ExprError> {
    match condition {
        Condition::Compare(comparison) => side(comparison),
        Condition::Absent(..) => Ok(()),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().try_for_each(comparisons),
    }
}

fn side(comparison: &Comparison) -> Result<(), ExprError> {
    let Comparison { value, op, level, hysteresis, at } = comparison;
    if value.selectors().is_empty() {
        return Err(ExprError::new(at.clone(), "expected a metric on the left side of the comparison"));
    }
    if !level.enter.is_finite() || !level.clear.is_finite() {
        return Err(ExprError::new(at.clone(), "expected a smaller number"));
    }
    if !hysteresis {
        return Ok(());
    }
    let (enter, clear) = (level.enter, level.clear);
    if !op.has_sides() {
        return Err(ExprError::new(at.clone(), "expected no clear level, as == and != have no calm side"));
    }
    if op.is_upward() && clear > enter {
        return Err(ExprError::new(at.clone(), format!("clear: expected at most the level ({enter}), got {clear}")));
    }
    if !op.is_upward() && clear < enter {
        return Err(ExprError::new(at.clone(), format!("clear: expected at least the level ({enter}), got {clear}")));
    }
    Ok(())
}
