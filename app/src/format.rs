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
    if (number.abs() * 10.0).round() >= 9_999.5 { whole(number) } else { format!("{number:.1}") }
}

/// Two decimals, as load averages are written.
pub fn load(number: f32) -> String {
    format!("{number:.2}")
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
        assert_eq!((zone(0), zone(60), zone(-210)), ("UTC".into(), "UTC+01:00".into(), "UTC-03:30".into()));
    }
}
