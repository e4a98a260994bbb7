//! Times as lines name them.

use app::model::Timestamp;
use chrono::{DateTime, Local, TimeZone as _};

/// Bytes of a line in which the time of a request is looked for.
const LOOKED_AT: usize = 100;
/// How a server of the web writes the time of a request, in brackets.
const OF_A_REQUEST: &str = "%d/%b/%Y:%H:%M:%S %z";
/// Milliseconds by which a time without a zone may be ahead: one further off is meant in another zone.
const LOCAL_AHEAD: u64 = 60_000;

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

/// The time with which a line begins: as RFC 3339 or ISO 8601 has it, also with a blank for the `T` and with `/` for the
/// `-`, and in local time where it names no zone; or that of a request, in the log of a web server.
pub(super) fn leading(text: &str, now: Timestamp) -> Option<Timestamp> {
    at_the_beginning(text.strip_prefix('[').unwrap_or(text), now).or_else(|| of_a_request(text))
}

fn at_the_beginning(text: &str, now: Timestamp) -> Option<Timestamp> {
    let (said, rest) = text.split_at_checked("2026-01-02 03:04:05".len())?;
    let bytes = said.as_bytes();
    if !bytes[0].is_ascii_digit() || !matches!(bytes[10], b' ' | b'T') || bytes[4] != bytes[7] {
        return None;
    }
    let (date, time) = (said.get(..10)?.replace('/', "-"), said.get(11..)?);
    let length = rest.strip_prefix(['.', ',']).map_or(0, |rest| digits(rest) + 1);
    let (fraction, zone) = rest.split_at(if length > 1 { length } else { 0 });
    let fraction = fraction.replace(',', ".");
    let written: Timestamp = format!("{date}T{time}{fraction}Z").parse().ok()?;
    match offset(zone) {
        Some((offset_ms, true)) => Some(written.minus(offset_ms)),
        Some((offset_ms, false)) => Some(written.plus(offset_ms)),
        None if zone.starts_with(char::is_alphanumeric) => None,
        None => local(written).filter(|said| said.since(now) <= LOCAL_AHEAD),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// By how many milliseconds the zone at the beginning of `text` is off, and whether ahead; none where there is no zone.
fn offset(text: &str) -> Option<(u64, bool)> {
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let zone = text.strip_prefix(' ').unwrap_or(text);
    if ["Z", "UTC", "GMT"].iter().any(|name| zone.strip_prefix(name).is_some_and(ends)) {
        return Some((0, true));
    }
    let is_ahead = zone.starts_with('+');
    let zone = zone.strip_prefix(['+', '-'])?;
    let (hours, rest) = zone.split_at_checked(2)?;
    let minutes = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = minutes.split_at_checked(2)?;
    ends(rest).then(|| offset_ms(&format!("{hours}:{minutes}"))).flatten().map(|ms| (ms, is_ahead))
}

/// What the clock of this machine's zone showed as `written`.
fn local(written: Timestamp) -> Option<Timestamp> {
    let shown = DateTime::from_timestamp_millis(i64::try_from(written.ms()).ok()?)?.naive_utc();
    let moment = Local.from_local_datetime(&shown).earliest()?;
    u64::try_from(moment.timestamp_millis()).ok().map(Timestamp::from_ms)
}

/// As in `127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 12`.
fn of_a_request(text: &str) -> Option<Timestamp> {
    let head = &text[..text.floor_char_boundary(LOOKED_AT)];
    head.match_indices('[').find_map(|(at, _)| {
        let said = text[at + 1..].split_once(']')?.0;
        let is_one = said.len() == 26 && said.as_bytes()[2] == b'/';
        let moment = DateTime::parse_from_str(said, OF_A_REQUEST).ok().filter(|_| is_one)?;
        u64::try_from(moment.timestamp_millis()).ok().map(Timestamp::from_ms)
    })
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
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_ms(1_780_000_000_000);

    #[test]
    fn a_line_begins_with_its_time() {
        for (text, ms) in [
            ("2026-01-02T12:00:00Z x", 0),
            ("2026-01-02T12:00:00.123456789Z x", 123),
            ("2026-01-02T14:30:00.5+02:30 x", 500),
            ("2026-01-02T14:30:00+0230", 0),
            ("2026-01-02 09:00:00,250-03:00 [main] INFO x", 250),
            ("2026-01-02 12:00:00.678 UTC [1] FATAL: x", 678),
            ("2026-01-02 12:00:00 +0000 x", 0),
            ("2026/01/02 12:00:00 GMT x", 0),
            ("[2026-01-02T12:00:00.000+00:00] app.ERROR: x", 0),
            ("127.0.0.1 - - [02/Jan/2026:14:30:00 +0230] \"GET /[a] HTTP/1.1\" 200 12", 0),
            ("[::1]:80 host - ann [02/Jan/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 12", 0),
        ] {
            assert_eq!(leading(text, NOW), Some(Timestamp::from_ms(1_767_355_200_000 + ms)), "{text}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_local() {
        let at = Timestamp::from_ms(1_767_355_200_250);
        let shown = DateTime::from_timestamp_millis(1_767_355_200_250).unwrap().with_timezone(&Local);
        for format in ["%Y-%m-%d %H:%M:%S,%3f [main] x", "%Y-%m-%dT%H:%M:%S.%3f", "[%Y/%m/%d %H:%M:%S%.3f] x"] {
            let text = shown.format(format).to_string();
            assert_eq!(leading(&text, NOW), Some(at), "{text}");
            assert_eq!(leading(&text, at.minus(LOCAL_AHEAD + 1)), None, "{text}: it is not that late here");
        }
    }

    #[test]
    fn what_only_looks_like_a_time_is_none() {
        for text in [
            "",
            "x 2026-01-02T12:00:00Z",
            "2026-01-02",
            "2026-13-02T12:00:00Z x",
            "2026-02-30 12:00:00 x",
            "2026-01/02 12:00:00 x",
            "2026-01-02 12:00:60Z x",
            "2026-01-02_12:00:00Z x",
            "2026-01-02T12:00:00Zulu",
            "2026-01-02T12:00:001",
            "[02/Jan/2026:12:00:00] x",
            "[32/Jan/2026:12:00:00 +0000] x",
            "1969-01-02T12:00:00Z x",
            "é026-01-02 12:00:00Z",
        ] {
            assert_eq!(leading(text, NOW), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\[|2026-01-02|02/Jan/2026:|[T .,:/+é-]|[0-9]{1,2}|Z|\\PC){0,40}") {
            let _ = leading(&text, NOW);
        }
    }

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
