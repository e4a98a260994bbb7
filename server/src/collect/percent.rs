//! Percentages as they go out: one decimal, which is as far as they are measured.

/// Rounded to one decimal; 0 for what is no number.
pub(super) fn one_decimal(value: f32) -> f32 {
    if value.is_finite() { (value * 10.0).round() / 10.0 } else { 0.0 }
}

/// `part` of `whole`, 0–100, one decimal; 0 of nothing is 0.
pub(super) fn percent(part: u64, whole: u64) -> f32 {
    if whole == 0 { 0.0 } else { one_decimal((part.min(whole) as f64 / whole as f64 * 100.0) as f32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_well() {
        assert_eq!(percent(1, 3).to_string(), "33.3");
        assert_eq!(percent(2, 1).to_string(), "100");
        assert_eq!(percent(0, 0).to_string(), "0");
        assert_eq!(one_decimal(f32::NAN).to_string(), "0");
        assert_eq!(one_decimal(12.34).to_string(), "12.3");
    }
}
