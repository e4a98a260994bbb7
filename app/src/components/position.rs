//! Where something stands, as a class: no element bears a style of its own, for the pages' policy wouldn't let it.

/// Of what stands `percent` of the width from the left: `at-425`, in tenths of a percent.
pub(super) fn at(percent: f32) -> String {
    class("at", percent)
}

/// Of what stands `percent` of the height from the top, or is so much of the width wide.
pub(super) fn by(percent: f32) -> String {
    class("by", percent)
}

fn class(kind: &str, percent: f32) -> String {
    format!("{kind}-{}", (percent.clamp(0.0, 100.0) * 10.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_class_for_every_place() {
        let classes = [at(0.0), at(42.46), by(100.0), by(120.0), at(-1.0), at(f32::NAN)];
        assert_eq!(classes, ["at-0", "at-425", "by-1000", "by-1000", "at-0", "at-0"]);
    }
}
