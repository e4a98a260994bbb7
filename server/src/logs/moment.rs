//! Times as lines name them.

use app::model::Timestamp;

/// Milliseconds by which a writer's clock may be ahead. A time further off is wrong, or was guessed.
const AHEAD: u64 = 86_400_000;

/// A time as RFC 3339 has it, with `Z` or an offset.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let at = text.len().saturating_sub(6);
    let Some((local, offset)) = text.split_at_checked(at).filter(|(_, offset)| offset.starts_with(['+', '-'])) else {
        return text.parse().ok();
    };
    let ms = offset_ms(&offset[1..])?;
    let local: Timestamp = format!("{local}Z").parse().ok()?;
    Some(if offset.starts_with('+') { local.minus(ms) } else { local.plus(ms) })
}

/// A number of seconds since 1970, or, where it is too large for that, of milliseconds, microseconds or nanoseconds.
pub(super) fn of_number(number: f64) -> Option<Timestamp> {
    let ms = match number {
        _ if !(1e8..1e19).contains(&number) => return None,
        _ if number < 1e11 => number * 1e3,
        _ if number < 1e14 => number,
        _ if number < 1e17 => number / 1e3,
        _ => number / 1e6,
    };
    Some(Timestamp::from_ms(ms as u64))
}

/// `said`, unless it is none that a line can have been written at.
pub(super) fn credible(said: Option<Timestamp>, now: Timestamp) -> Timestamp {
    said.filter(|said| said.since(now) <= AHEAD).unwrap_or(now)
}

fn offset_ms(text: &str) -> Option<u64> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str, most: u64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|&number: &u64| digits && number <= most)
    };
    Some((number(hours, 23)? * 60 + number(minutes, 59)?) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_many_forms() {
        let noon = Some(Timestamp::from_ms(1_767_355_200_000));
        for text in ["2026-01-02T12:00:00Z", "2026-01-02T12:00:00.000000Z", "2026-01-02T14:30:00+02:30"] {
            assert_eq!(read(text), noon, "{text}");
        }
        for number in [1_767_355_200.0, 1_767_355_200_000.0, 1_767_355_200_000_000.0, 1_767_355_200_000_000_000.0] {
            assert_eq!(of_number(number), noon, "{number}");
        }
        for text in ["", "noon", "2026-01-02", "2026-01-02T12:00:00", "2026-01-02T12:00:00+2:30", "é", "日本+01:00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        for number in [0.0, -1.0, 7.0, 1e30, f64::NAN, f64::INFINITY] {
            assert_eq!(of_number(number), None, "{number}");
        }
        let now = Timestamp::from_ms(5_000);
        assert_eq!(credible(Some(Timestamp::from_ms(5_000 + AHEAD + 1)), now), now);
        assert_eq!(credible(Some(Timestamp::from_ms(1)), now), Timestamp::from_ms(1));
    }
}
