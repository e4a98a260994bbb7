//! How long to wait before the next try.

/// Wait before the first try, in milliseconds, as in the guide's client.
const FIRST_MS: f64 = 1_000.0;
/// Each wait is this many times the one before it.
const GROWTH: f64 = 1.5;
/// No wait is longer than this, in milliseconds.
pub const MAX_MS: u64 = 30_000;
/// Tries before the line is given up.
pub const TRIES: u32 = 10;

/// Milliseconds to wait before try number `attempt`, counted from 1.
///
/// `random` in [0, 1) takes away up to half of it, so that a restarted server isn't called by everybody at once.
pub fn delay_ms(attempt: u32, random: f64) -> u64 {
    let exponent = i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX);
    let full = (FIRST_MS * GROWTH.powi(exponent)).min(MAX_MS as f64);
    // NaN, which no random number is, would become 0.
    (full * (1.0 - random.clamp(0.0, 1.0) / 2.0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grows_by_half_up_to_thirty_seconds() {
        let waits: Vec<u64> = (1..=TRIES + 1).map(|attempt| delay_ms(attempt, 0.0)).collect();
        assert_eq!(waits, [1_000, 1_500, 2_250, 3_375, 5_062, 7_593, 11_390, 17_085, 25_628, 30_000, 30_000]);
    }

    #[test]
    fn jitter_takes_away_up_to_half() {
        assert_eq!(delay_ms(1, 0.5), 750);
        assert_eq!(delay_ms(1, 0.999), 500);
    }

    proptest! {
        #[test]
        fn stays_within_bounds(attempt: u32, random in 0.0..1.0_f64) {
            let wait = delay_ms(attempt, random);
            prop_assert!((500..=MAX_MS).contains(&wait));
        }

        #[test]
        fn survives_any_number(attempt: u32, random: f64) {
            prop_assert!(delay_ms(attempt, random) <= MAX_MS);
        }
    }
}
