//! Numbers and times as people read them. One decimal for percent and rates, two for load, none from 1,000 up; comma
//! thousands; IEC units. No locale: the server and the browser must write the same.

use crate::model::Timestamp;

const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
const RATES: [&str; 5] = ["B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s"];

/// A number with its unit apart, because they are set in different sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub value: String,
    /// Its unit.
    pub unit: &'static str,
}

/// A scale that several numbers share: how many bytes one unit has, and its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Bytes in one unit.
    pub factor: f32,
    /// The unit's name.
    pub unit: &'static str,
}

impl Scale {
    /// The unit in which `bytes` is written, for amounts.
    pub fn of_bytes(bytes: f32) -> Self {
        Self::among(&UNITS, bytes)
    }

    /// The unit in which `bytes` per second is written, for rates.
    pub fn of_rate(bytes: f32) -> Self {
        Self::among(&RATES, bytes)
    }

    fn among(units: &[&'static str; 5], bytes: f32) -> Self {
        let mut scale = Self { factor: 1.0, unit: units[0] };
        for unit in &units[1..] {
            if bytes / scale.factor < 1_000.0 {
                break;
            }
            scale = Self { factor: scale.factor * 1_024.0, unit };
        }
        scale
    }

    /// `bytes` in this unit.
    pub fn write(self, bytes: f32) -> String {
        if self.factor == 1.0 { whole(bytes) } else { decimal(bytes / self.factor) }
    }

    fn quantity(self, bytes: f32) -> Quantity {
        Quantity { value: self.write(bytes), unit: self.unit }
    }
}

/// An amount of bytes: `38.9 GiB`.
pub fn bytes(bytes: u64) -> Quantity {
    let bytes = bytes as f32;
    Scale::of_bytes(bytes).quantity(bytes)
}

/// Bytes per second: `20.3 MiB/s`.
pub fn rate(bytes: f32) -> Quantity {
    Scale::of_rate(bytes).quantity(bytes)
}

/// One decimal below 1,000, none from there on: `12.3`, `1,234`.
pub fn decimal(number: f32) -> String {
    if (number.abs() * 10.0).round() >= 9_999.5 { whole(number) } else { fixed(number, 1) }
}

/// Two decimals, as load averages are written.
pub fn load(number: f32) -> String {
    fixed(number, 2)
}

/// So many decimals, without commas: `12.30`. What fits into a browser's page is worth more than what the standard
/// library's formatter knows about floating point, and it is as exact for a few decimals.
pub fn fixed(number: f32, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    let scaled = (f64::from(number.abs()) * unit as f64).round() as u64;
    let sign = if number < 0.0 && scaled > 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", scaled / unit, scaled % unit, width = decimals as usize)
}

/// No decimals, comma thousands: `18,402`.
pub fn whole(number: f32) -> String {
    let sign = if number <= -0.5 { "-" } else { "" };
    format!("{sign}{}", count(number.abs().round() as u64))
}

/// A count with comma thousands: `18,402`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// A span as its two largest parts: `41 d 6 h`, `12 min`, `40 s`.
pub fn span(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// The age of a sample in milliseconds: tenths matter below ten seconds.
pub fn age(ms: u64) -> String {
    if ms < 10_000 { format!("{}.{} s", ms / 1_000, ms / 100 % 10) } else { span(ms / 1_000) }
}

/// A span that is counted down or up: `0:48`, `12:05`.
pub fn countdown(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The time of day `10:04:20`, `offset_min` minutes east of UTC.
pub fn clock(at: Timestamp, offset_min: i32) -> String {
    let seconds = seconds_of_day(at, offset_min);
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The time of day without seconds, `10:04`.
pub fn clock_short(at: Timestamp, offset_min: i32) -> String {
    let seconds = seconds_of_day(at, offset_min);
    format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
}

/// How a moment is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg(any(feature = "ssr", test))]
pub enum Clock {
    /// `10:04:20`
    Seconds,
    /// `10:04`
    Minutes,
    /// `10:04`, and of another day than today `21 Nov 10:04`.
    Day,
    /// How long ago it is: `0.7 s`
    Age,
}

#[cfg(any(feature = "ssr", test))]
impl Clock {
    /// What [`moment`] knows it by.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Minutes => "m",
            Self::Day => "d",
            Self::Age => "a",
        }
    }
}

/// A moment as the sign of a [`Clock`] says; minutes, where it is no such sign.
pub fn moment(clock: &str, at: Timestamp, now: Timestamp, offset_min: i32) -> String {
    match clock {
        "s" => return self::clock(at, offset_min),
        "a" => return age(now.since(at)),
        _ => {}
    }
    let short = clock_short(at, offset_min);
    let date = |at: Timestamp| {
        let offset = u64::from(offset_min.unsigned_abs()) * 60_000;
        if offset_min < 0 { at.minus(offset) } else { at.plus(offset) }.to_string()
    };
    let (day, today) = (date(at), date(now));
    let (day, today) = (day.get(..10).unwrap_or_default(), today.get(..10).unwrap_or_default());
    if clock != "d" || day == today {
        return short;
    }
    let month = day.get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1_usize) * 3;
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".get(month - 3..month).unwrap_or_default();
    format!("{} {month} {short}", day.get(8..).unwrap_or_default().trim_start_matches('0'))
}

/// The name of a time zone by its distance from UTC: `UTC`, `UTC+01:00`.
pub fn zone(offset_min: i32) -> String {
    let sign = if offset_min < 0 { '-' } else { '+' };
    match offset_min.abs() {
        0 => "UTC".to_owned(),
        minutes => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

fn seconds_of_day(at: Timestamp, offset_min: i32) -> i64 {
    let utc = i64::try_from(at.ms() / 1_000).unwrap_or(0);
    (utc + i64::from(offset_min) * 60).rem_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_keep_their_width() {
        let written = |bytes: f32| {
            let quantity = rate(bytes);
            format!("{} {}", quantity.value, quantity.unit)
        };
        assert_eq!(written(0.0), "0 B/s");
        assert_eq!(written(999.0), "999 B/s");
        assert_eq!(written(1_000.0), "1.0 KiB/s");
        assert_eq!(written(20.3 * 1_048_576.0), "20.3 MiB/s");
        assert_eq!(written(1_000.0 * 1_048_576.0), "1.0 GiB/s");
        assert_eq!(bytes(41_768_357_888), Quantity { value: "38.9".into(), unit: "GiB" });
    }

    #[test]
    fn decimals_end_at_a_thousand() {
        let pairs = [(12.34, "12.3"), (0.0, "0.0"), (999.94, "999.9"), (999.96, "1,000"), (1_234_567.0, "1,234,567")];
        for (number, written) in pairs {
            assert_eq!(decimal(number), written);
        }
        assert_eq!(whole(-0.2), "0");
        assert_eq!((fixed(-0.02, 1), fixed(-0.55, 1), fixed(3.006, 2)), ("0.0".into(), "-0.6".into(), "3.01".into()));
        assert_eq!(load(5.254), "5.25");
    }

    #[test]
    fn spans_name_two_parts() {
        for (seconds, written) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_700, "1 h 1 min"), (3_564_000, "41 d 6 h")]
        {
            assert_eq!(span(seconds), written);
        }
        assert_eq!(countdown(48), "0:48");
    }

    #[test]
    fn clocks_go_by_the_offset() {
        let at = Timestamp::from_ms(36_260_000);
        assert_eq!(clock(at, 0), "10:04:20");
        assert_eq!(clock(at, 60), "11:04:20");
        assert_eq!(clock_short(at, -11 * 60), "23:04");
        let now = at.plus(86_400_000);
        let said = |clock: Clock, at, offset| moment(clock.sign(), at, now, offset);
        assert_eq!(said(Clock::Seconds, at, 60), "11:04:20");
        assert_eq!(said(Clock::Minutes, at, 0), "10:04");
        assert_eq!((said(Clock::Day, at, 0), said(Clock::Day, now, 0)), ("1 Jan 10:04".into(), "10:04".into()));
        // Ten hours further east it is the next day already, and the other still the one before.
        assert_eq!(said(Clock::Day, now.minus(36_000_000), -60), "1 Jan 23:04");
        assert_eq!(said(Clock::Day, at, 15 * 60), "2 Jan 01:04");
        assert_eq!((zone(0), zone(60), zone(-210)), ("UTC".into(), "UTC+01:00".into(), "UTC-03:30".into()));
    }
}
