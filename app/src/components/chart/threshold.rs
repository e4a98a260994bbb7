use crate::components::position::by;

/// Which end of a line is farther from the data, by the highest value `left` and `right`, both as shares of the plot's
/// height. What was true `before` stays until the difference is plain, so that the label doesn't hop.
pub(super) fn label_right(left: f32, right: f32, before: Option<bool>) -> bool {
    if (left - right).abs() < 0.1 { before.unwrap_or(false) } else { right < left }
}

/// Writes a dashed line over the data, `top` percent from the top, with its name, `critical` or `warn`, at one end.
pub(super) fn threshold(name: &str, level: &str, top: f32, right: bool) -> String {
    let side = if right { " is-right" } else { "" };
    let top = by(top);
    format!("<div class=\"chart-threshold is-{name}{side} {top}\"><span>{name} {level}</span></div>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_stays_until_the_difference_is_plain() {
        assert!(!label_right(0.5, 0.5, None));
        assert!(label_right(0.9, 0.5, None));
        assert!(label_right(0.5, 0.55, Some(true)));
        assert!(!label_right(0.5, 0.9, Some(true)));
    }
}
