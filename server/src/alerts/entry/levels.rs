//! The levels that stand beside the condition.

use toml::Spanned;

use super::Place;
use crate::alerts::expr::{self, Condition, Level};
use crate::alerts::file::RuleError;

/// Sets the level below which the rule is over, which may stand in the condition as well, but not in both.
pub(super) fn set_clear(condition: &mut Condition, clear: &Spanned<f32>, place: &Place<'_>) -> Result<(), RuleError> {
    let several = "expected none here, as the condition is not one comparison: write `cpu > 85 clear 75` in it";
    let Some(comparison) = condition.single_mut() else {
        return Err(place.error("clear", clear.span(), several));
    };
    if comparison.hysteresis {
        return Err(place.error("clear", clear.span(), "expected none here, as the condition has a clear level"));
    }
    comparison.level.clear = *clear.get_ref();
    comparison.hysteresis = true;
    let checked = expr::check(condition);
    checked.map_err(|error| place.error("clear", clear.span(), error.message.trim_start_matches("clear: ")))
}

/// The levels from which on it is critical: no milder than those of the condition.
pub(super) fn critical(
    condition: &Condition,
    enter: Option<&Spanned<f32>>,
    clear: Option<&Spanned<f32>>,
    place: &Place<'_>,
) -> Result<Option<Level>, RuleError> {
    let Some(enter) = enter else {
        let alone =
            |clear: &Spanned<f32>| Err(place.error("critical_clear", clear.span(), "expected `critical` beside it"));
        return clear.map_or(Ok(None), alone);
    };
    let refused = |key: &str, at: &Spanned<f32>, message: &str| Err(place.error(key, at.span(), message));
    let Some(comparison) = condition.single().filter(|comparison| comparison.op.has_sides()) else {
        return refused("critical", enter, "expected none, as the condition is not one comparison with <, <=, > or >=");
    };
    let level = Level { enter: *enter.get_ref(), clear: clear.map_or(*enter.get_ref(), |clear| *clear.get_ref()) };
    let base = comparison.level;
    if !level.enter.is_finite() {
        return refused("critical", enter, "expected a number");
    }
    let upward = comparison.op.is_upward();
    let worse = |a: f32, b: f32| if upward { a >= b } else { a <= b };
    let (least, most) = if upward { ("at least", "at most") } else { ("at most", "at least") };
    if !worse(level.enter, base.enter) {
        let message = format!("expected {least} the level ({}), got {}", base.enter, level.enter);
        return refused("critical", enter, &message);
    }
    let clear = clear.unwrap_or(enter);
    if !worse(level.enter, level.clear) {
        let message = format!("expected {most} critical ({}), got {}", level.enter, level.clear);
        return refused("critical_clear", clear, &message);
    }
    if !worse(level.clear, base.clear) {
        let message = format!("expected {least} the clear level ({}), got {}", base.clear, level.clear);
        return refused("critical_clear", clear, &message);
    }
    Ok(Some(level))
}

/// What must be so besides for it to be critical, read of the same instance.
pub(super) fn critical_if(
    condition: &Condition,
    critical: Option<Level>,
    text: &Spanned<String>,
    place: &Place<'_>,
) -> Result<Condition, RuleError> {
    if critical.is_none() {
        return Err(place.error("critical_if", text.span(), "expected `critical` beside it"));
    }
    let besides = expr::parse(text.get_ref()).map_err(|error| place.within("critical_if", text, &error))?;
    if besides.is_absence() {
        return Err(place.error("critical_if", text.span(), "expected comparisons, and no absent()"));
    }
    let both = Condition::All(vec![condition.clone(), besides.clone()]);
    expr::check(&both).map_err(|error| place.within("critical_if", text, &error))?;
    Ok(besides)
}
