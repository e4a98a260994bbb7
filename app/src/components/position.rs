//! Where something stands, as a class: no element bears a style of its own, for the pages' policy wouldn't let it.

/// Of what stands `percent` of the width from the left: `at-42 at-d-5` for 42.5 (`style/position.css`).
pub fn at(percent: f32) -> String {
    class("at", percent)
}

/// Of what stands `percent` of the height from the top, or is so much of the width wide.
pub fn by(percent: f32) -> String {
    class("by", percent)
}

fn class(kind: &str, percent: f32) -> String {
    let tenths = (percent.clamp(0.0, 100.0) * 10.0).round() as u32;
    format!("{kind}-{} {kind}-d-{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_class_for_every_place() {
        let classes = [at(0.0), at(42.46), by(100.0), by(120.0), at(-1.0), at(f32::NAN)];
        assert_eq!(
            classes,
            ["at-0 at-d-0", "at-42 at-d-5", "by-100 by-d-0", "by-100 by-d-0", "at-0 at-d-0", "at-0 at-d-0"]
        );
    }
}
